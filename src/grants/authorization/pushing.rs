//! Pushed authorization requests (RFC 9126): an application sends its request itself, authenticated, and
//! the browser carries a reference. The reference is the request, sealed: nothing is stored.

use super::{
    Authorization,
    pending::Sealed,
    validation::{ReturnAddress, validate},
};
use crate::{
    grants::{AuthenticatedClient, no_entropy::no_entropy},
    oauth::{AuthorizationParameters, Reason, Refusal},
};

/// What a pushed request's `request_uri` begins with (RFC 9126 section 2.2).
pub(super) const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// How long a pushed request can be opened, in seconds.
const LIFETIME: u64 = 90;

/// The longest reference, in bytes: it has to fit into the address of a request.
const LONGEST: usize = 8 * 1024;

/// A request that was pushed.
#[derive(Debug, Clone)]
pub struct PushedRequest {
    /// The reference.
    pub request_uri: String,
    /// How long it can be opened, in seconds.
    pub expires_in: u64,
}

impl Authorization {
    /// Judges and seals a request that `client` pushes.
    ///
    /// # Errors
    /// RFC 9126 section 2.3: the errors of the authorization endpoint, told to the application at once; `server_error` without entropy.
    pub fn push(
        &self,
        asked: &AuthorizationParameters,
        client: &AuthenticatedClient,
    ) -> Result<PushedRequest, Refusal> {
        // RFC 9126 section 2.1: "The request_uri authorization request parameter ... MUST NOT be provided".
        if asked.request_uri.is_some() {
            return Err(Reason::RequestUriPushed.into());
        }
        let client = client.client();
        let address = ReturnAddress::of(asked, client)?;
        let request = validate(asked, client, &address, &self.settings.default_audience)?;
        let created_at = self.clock.now();
        let sealed = Sealed::new(request, true, created_at);
        let text = self.requests.seal(&sealed, created_at + LIFETIME).map_err(no_entropy)?;
        if text.len() > LONGEST {
            return Err(Reason::RequestTooLong.into());
        }
        Ok(PushedRequest { request_uri: format!("{REQUEST_URI}{text}"), expires_in: LIFETIME })
    }
}
