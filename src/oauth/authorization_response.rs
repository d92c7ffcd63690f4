//! What the authorization endpoint answers an application, through the person's browser: a code or an error
//! (RFC 6749 sections 4.1.2 and 4.1.2.1), always with who says so (RFC 9207).

use url::form_urlencoded;

use super::{IssuerUrl, Reason, RedirectUri, ResponseMode};
use crate::secret::Secret;

/// An answer to an authorization request.
#[derive(Clone)]
pub struct AuthorizationResponse {
    /// Where it goes.
    pub redirect_uri: RedirectUri,
    /// How it travels.
    pub response_mode: ResponseMode,
    /// What is answered.
    pub outcome: Outcome,
    state: Option<String>,
    iss: String,
}

/// What an authorization request came to.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The person consents.
    Code(Secret),
    /// They do not, or nobody could be asked.
    Error(Reason),
}

impl AuthorizationResponse {
    /// The answer of `iss`; `state` where the request had one.
    #[must_use]
    pub fn new(
        redirect_uri: RedirectUri,
        response_mode: ResponseMode,
        state: Option<String>,
        iss: &IssuerUrl,
        outcome: Outcome,
    ) -> Self {
        let iss = iss.as_str().to_owned();
        Self { redirect_uri, response_mode, outcome, state, iss }
    }

    /// The parameters, in the order in which they are sent.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        let mut parameters = match &self.outcome {
            Outcome::Code(code) => vec![("code", code.expose())],
            Outcome::Error(reason) => {
                vec![("error", reason.code().name()), ("error_description", reason.sentence())]
            }
        };
        // RFC 6749 section 4.1.2: "REQUIRED if the "state" parameter was present in the client authorization
        // request. The exact value received from the client."
        parameters.extend(self.state.as_deref().map(|state| ("state", state)));
        // RFC 9207 section 2: "In authorization responses to the client, including error responses, an
        // authorization server supporting this specification MUST indicate its identity by including the iss
        // parameter in the response."
        parameters.push(("iss", &self.iss));
        parameters
    }

    /// The redirect URI with the answer in its query. RFC 6749 section 3.1.2: its own query "MUST be retained
    /// when adding additional query parameters".
    #[must_use]
    pub fn location(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.parameters());
        // A plus of ours can only be a space, which not every reader takes it for.
        let query = query.finish().replace('+', "%20");
        let uri = self.redirect_uri.as_str();
        let separator = match uri.split_once('?') {
            None => "?",
            Some((_, own)) if own.is_empty() || own.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{uri}{separator}{query}")
    }
}

/// Codes open doors, and a `state` may: they stay out of logs.
impl std::fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationResponse")
            .field("redirect_uri", &self.redirect_uri)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
