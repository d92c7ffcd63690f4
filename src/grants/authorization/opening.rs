//! How an authorization request comes in, and how a pending one is opened again.

use std::sync::Arc;

use super::{
    Authorization, Stopped,
    pending::{PendingRequest, Sealed},
    pushing::REQUEST_URI,
    validation::{ReturnAddress, validate},
};
use crate::{
    grants::{SignedIn, no_entropy::no_entropy, store_away::directory_unavailable},
    oauth::{AuthorizationParameters, AuthorizationResponse, Client, Outcome, Reason, Refusal},
};

/// How long a request may be pending, in seconds.
const LIFETIME: u64 = 60 * 60;

/// The longest text that goes on with a request, in bytes: the head of a request has room for 16 KiB.
const LONGEST: usize = 8 * 1024;

impl Authorization {
    /// Judges an authorization request. It is to be kept next.
    ///
    /// # Errors
    /// [`Stopped`].
    pub async fn begin(&self, asked: &AuthorizationParameters) -> Result<PendingRequest, Stopped> {
        if asked.repeats("client_id") {
            return Err(shown(Reason::RepeatedParameter));
        }
        let client_id = asked.client_id.as_deref().ok_or(shown(Reason::MissingClientId))?;
        let client = self.client(client_id).await.map_err(Stopped::Shown)?;
        let client = client.ok_or_else(|| shown_to(Reason::UnknownClient, client_id))?;
        let now = self.clock.now();
        if let Some(pushed) = asked.request_uri.as_deref().and_then(pushed_text) {
            let pushed = self.requests.open(pushed, now).ok();
            let ours = pushed
                .filter(|sealed| sealed.pushed && sealed.request.client_id == client.client_id);
            let sealed = ours.filter(|sealed| still_registered(sealed, &client));
            let sealed = sealed.filter(|_| !asked.repeats("request_uri"));
            let mut sealed =
                sealed.ok_or_else(|| shown_to(Reason::RequestUriRefused, client_id))?;
            (sealed.pushed, sealed.created_at) = (false, now);
            return Ok(PendingRequest { sealed, text: String::new(), client, now });
        }
        let address =
            ReturnAddress::of(asked, &client).map_err(|reason| shown_to(reason, client_id))?;
        match validate(asked, &client, &address, &self.settings.default_audience) {
            Ok(request) => {
                let sealed = Sealed::new(request, false, now);
                Ok(PendingRequest { sealed, text: String::new(), client, now })
            }
            Err(reason) => Err(self.stop(&client, address, reason)),
        }
    }

    /// Seals a request that has just come, with the browser that brought it.
    ///
    /// # Errors
    /// [`Stopped`]: it is too long, or the server cannot seal.
    pub fn keep(
        &self,
        mut pending: PendingRequest,
        signed_in: Option<&SignedIn>,
    ) -> Result<PendingRequest, Stopped> {
        if let Some(signed_in) = signed_in {
            let session = *signed_in.session().as_bytes();
            pending.sealed.session_before = Some(session);
            pending.sealed.person_before = Some(signed_in.user().id.to_string());
        }
        let expires_at = pending.now + LIFETIME;
        let text = self.requests.seal(&pending.sealed, expires_at);
        pending.text = text.map_err(|error| Stopped::Shown(no_entropy(error)))?;
        if pending.text.len() <= LONGEST {
            return Ok(pending);
        }
        Err(self.stop(&pending.client, address_of(&pending), Reason::RequestTooLong))
    }

    /// What becomes of `pending` while it is not known who is signed in. Where nothing may be asked of the
    /// person, nothing can be shown to them either: the application is told.
    #[must_use]
    pub fn unable(&self, pending: &PendingRequest, refusal: Refusal) -> Stopped {
        if !pending.request().prompt.none {
            return Stopped::Shown(refusal);
        }
        tracing::debug!(cause = refusal.cause.as_deref(), "an authorization request is put off");
        self.stop(&pending.client, address_of(pending), refusal.reason)
    }

    /// Opens the pending request that `text` is, which the pages hand on: what a page of the flow shows.
    ///
    /// # Errors
    /// A [`Refusal`] to be shown: it is none of ours, is too old, or its application is gone;
    /// `temporarily_unavailable` while that cannot be known.
    pub async fn pending(&self, text: &str) -> Result<PendingRequest, Refusal> {
        let now = self.clock.now();
        let sealed = self.requests.open(text, now).ok().filter(|sealed| !sealed.pushed);
        let sealed = sealed.ok_or(Reason::PendingRequestRefused)?;
        let client_id = sealed.request.client_id.as_str();
        let client = self.client(client_id).await?;
        let client = client.ok_or_else(|| Refusal::new(Reason::UnknownClient).by(client_id))?;
        if !still_registered(&sealed, &client) {
            return Err(Refusal::new(Reason::RedirectUriNotRegistered).by(client_id));
        }
        Ok(PendingRequest { sealed, text: text.to_owned(), client, now })
    }

    async fn client(&self, client_id: &str) -> Result<Option<Arc<Client>>, Refusal> {
        let client = self.directory.client(client_id).await.map_err(directory_unavailable)?;
        Ok(client.filter(|client| !client.disabled))
    }

    fn stop(&self, client: &Client, address: ReturnAddress, reason: Reason) -> Stopped {
        let ReturnAddress { redirect_uri, response_mode, state, .. } = address;
        if redirect_uri.is_out_of_band() {
            return shown_to(reason, client.client_id.as_str());
        }
        let issuer = &self.settings.issuer;
        let outcome = Outcome::Error(reason);
        Stopped::Answered(Box::new(AuthorizationResponse::new(
            redirect_uri,
            response_mode,
            state,
            issuer,
            outcome,
        )))
    }
}

/// What of a `request_uri` was sealed here; `None` for those that are somebody else's.
fn pushed_text(request_uri: &str) -> Option<&str> {
    request_uri.strip_prefix(REQUEST_URI)
}

/// Whether its answer may still go where it was to go.
fn still_registered(sealed: &Sealed, client: &Client) -> bool {
    let meant = &sealed.request.redirect_uri;
    client.redirect_uris.iter().any(|registered| registered.is_meant_by(meant))
}

fn address_of(pending: &PendingRequest) -> ReturnAddress {
    let request = pending.request();
    ReturnAddress {
        redirect_uri: request.redirect_uri.clone(),
        was_sent: request.redirect_uri_was_sent,
        response_mode: request.response_mode,
        state: request.state.clone(),
    }
}

fn shown(reason: Reason) -> Stopped {
    Stopped::Shown(reason.into())
}

fn shown_to(reason: Reason, client_id: &str) -> Stopped {
    Stopped::Shown(Refusal::new(reason).by(client_id))
}
