//! What an application asks for when it signs somebody out (OpenID Connect RP-Initiated Logout 1.0 sections 2 and
//! 3): who it is about, and where they go afterwards. Judged once, and sealed for as long as the person is asked.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::{SignedIn, no_entropy::no_entropy, store_away::directory_unavailable};
use crate::{
    clock::Clock,
    directory::Directory,
    entropy::Entropy,
    keys::SealingKeys,
    oauth::{Client, IssuerUrl, Reason, RedirectUri, Refusal},
    tokens::{IdTokenHint, IdTokenHints, Sealer},
};

/// The purpose, for the derivation of the key.
const LABEL: &str = "signet log-out request v1";

/// How long the person may think about it, in seconds.
const LIFETIME: u64 = 60 * 60;

/// The longest `state` that is handed back, in bytes.
const LONGEST_STATE: usize = 2048;

/// What a request says, not judged yet (RP-Initiated Logout section 2). `logout_hint` and `ui_locales` are not
/// among it: there is one session, and one language.
#[derive(Debug, Clone, Copy, Default)]
pub struct AskedToEnd<'a> {
    /// An ID token of the person's.
    pub id_token_hint: Option<&'a str>,
    /// The application.
    pub client_id: Option<&'a str>,
    /// Where the person is to go afterwards.
    pub post_logout_redirect_uri: Option<&'a str>,
    /// What is handed back there.
    pub state: Option<&'a str>,
}

/// A request that was judged; made here only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingEnd {
    iss: String,
    client_name: Option<String>,
    sub: Option<String>,
    redirect_uri: Option<RedirectUri>,
    state: Option<String>,
}

/// Judges requests to end a session.
#[derive(Debug)]
pub struct EndSession {
    issuer: IssuerUrl,
    hints: IdTokenHints,
    directory: Arc<Directory>,
    sealer: Sealer<PendingEnd>,
    clock: Arc<dyn Clock>,
}

impl EndSession {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        issuer: IssuerUrl,
        hints: IdTokenHints,
        directory: Arc<Directory>,
        sealing_keys: Arc<ArcSwap<SealingKeys>>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let sealer = Sealer::new(LABEL, sealing_keys, entropy);
        Self { issuer, hints, directory, sealer, clock }
    }

    /// Judges a request. RP-Initiated Logout section 4: where something is wrong, nobody is redirected.
    ///
    /// # Errors
    /// `invalid_request`: the `state` is too long, the hint is no ID token of ours or another application's, or the redirect URI is not one
    /// of the application's; `temporarily_unavailable` while the directory is away.
    pub async fn judge(&self, asked: AskedToEnd<'_>) -> Result<PendingEnd, Refusal> {
        if asked.state.is_some_and(|state| state.len() > LONGEST_STATE) {
            return Err(Reason::LogOutStateTooLong.into());
        }
        let hint = asked.id_token_hint.map(|token| self.hints.recognise(token)).transpose();
        let hint = hint.map_err(|error| {
            Refusal::new(Reason::UnusableIdTokenHint).because(error.to_string())
        })?;
        // Section 2, of client_id: "When both client_id and id_token_hint are present, the OP MUST verify that
        // the Client Identifier matches the one used when issuing the ID Token."
        let of_hint = hint.as_ref().map(IdTokenHint::client_id);
        if let (Some(said), Some(proven)) = (asked.client_id, of_hint)
            && said != proven
        {
            return Err(Refusal::new(Reason::ContradictoryIdTokenHint).by(said));
        }
        let client = match asked.client_id.or(of_hint) {
            Some(client_id) => {
                let found = self.directory.client(client_id).await;
                found.map_err(directory_unavailable)?.filter(|client| !client.disabled)
            }
            None => None,
        };
        let redirect_uri = asked.post_logout_redirect_uri;
        let redirect_uri =
            redirect_uri.map(|uri| registered(client.as_deref(), uri)).transpose()?;
        Ok(PendingEnd {
            iss: self.issuer.to_string(),
            client_name: client.map(|client| client.client_name.clone()),
            sub: hint.map(|hint| hint.sub().to_owned()),
            // "If present, the OP passes this value back to the RP": there, and nowhere else.
            state: asked.state.filter(|_| redirect_uri.is_some()).map(str::to_owned),
            redirect_uri,
        })
    }

    /// `pending` as text, to travel through a browser.
    ///
    /// # Errors
    /// `server_error` without entropy.
    pub fn seal(&self, pending: &PendingEnd) -> Result<String, Refusal> {
        self.sealer.seal(pending, self.clock.now() + LIFETIME).map_err(no_entropy)
    }

    /// Opens what [`Self::seal`] sealed.
    ///
    /// # Errors
    /// `invalid_request` for anything else, and after an hour.
    pub fn open(&self, text: &str) -> Result<PendingEnd, Refusal> {
        let opened = self.sealer.open(text, self.clock.now());
        let opened = opened
            .map_err(|error| Refusal::new(Reason::StaleLogOutRequest).because(error.to_string()))?;
        match opened.iss == self.issuer.as_str() {
            true => Ok(opened),
            // Issuers may share their keys.
            false => Err(Reason::StaleLogOutRequest.into()),
        }
    }
}

/// Section 3.1: "The value MUST have been previously registered with the OP", and is compared as it stands.
fn registered(client: Option<&Client>, uri: &str) -> Result<RedirectUri, Refusal> {
    let known = client.iter().flat_map(|client| &client.post_logout_redirect_uris);
    let mut known = known.filter(|known| known.as_str() == uri && !known.is_out_of_band());
    known.next().cloned().ok_or_else(|| Reason::PostLogoutRedirectUriNotRegistered.into())
}

impl PendingEnd {
    /// Whether the application has proved that it is about this person: then they need not be asked.
    #[must_use]
    pub fn is_about(&self, signed_in: &SignedIn) -> bool {
        self.sub.as_deref() == Some(signed_in.user().id.as_str())
    }

    /// What people call the application.
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.client_name.as_deref()
    }

    /// The redirect URI, where the person is to go back.
    #[must_use]
    pub const fn redirect_uri(&self) -> Option<&RedirectUri> {
        self.redirect_uri.as_ref()
    }

    /// The redirect URI with the `state`.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let uri = self.redirect_uri.as_ref()?.as_str();
        let Some(state) = &self.state else { return Some(uri.to_owned()) };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", state);
        // A plus of ours can only be a space, which not every reader takes it for.
        let query = query.finish().replace('+', "%20");
        let separator = match uri.split_once('?') {
            None => "?",
            Some((_, own)) if own.is_empty() || own.ends_with('&') => "",
            Some(_) => "&",
        };
        Some(format!("{uri}{separator}{query}"))
    }
}
