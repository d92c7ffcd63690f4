//! An authorization request on its way through the pages: sealed, because it travels through the browser, and
//! because nothing is stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    grants::SignedIn,
    oauth::{AuthorizationRequest, Client},
};

/// The purpose, for the derivation of the key.
pub(super) const LABEL: &str = "signet authorization request v1";

/// What travels. Times are Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Sealed {
    pub(super) request: AuthorizationRequest,
    /// Whether the application pushed it, and nobody has opened it yet.
    pub(super) pushed: bool,
    /// When it came.
    pub(super) created_at: u64,
    /// The session that was there when it came.
    pub(super) session_before: Option<[u8; 16]>,
    /// Who was signed in with it.
    pub(super) person_before: Option<String>,
}

impl Sealed {
    /// A request of which it is not known yet who brings it.
    pub(super) const fn new(request: AuthorizationRequest, pushed: bool, created_at: u64) -> Self {
        Self { request, pushed, created_at, session_before: None, person_before: None }
    }
}

/// An authorization request that was found good, and that waits for its person.
#[derive(Debug, Clone)]
pub struct PendingRequest {
    pub(super) sealed: Sealed,
    /// The same as text; empty until it is kept.
    pub(super) text: String,
    pub(super) client: Arc<Client>,
    /// Now, in Unix seconds.
    pub(super) now: u64,
}

impl PendingRequest {
    /// What goes on with it, for the parameter `request` of the pages.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The application that asks.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.client.client_id.as_str()
    }

    /// The name of the application that asks, for people.
    #[must_use]
    pub fn application(&self) -> &str {
        &self.client.client_name
    }

    /// Who is expected to sign in, as the application wrote it.
    #[must_use]
    pub fn login_hint(&self) -> Option<&str> {
        self.request().login_hint.as_deref()
    }

    /// Where the forms of its pages lead in the end: an origin, or a scheme with its colon.
    #[must_use]
    pub fn form_target(&self) -> String {
        self.request().redirect_uri.form_target()
    }

    /// Whether `signed_in` will do: where the request wants a fresh sign-in, one that began after it came.
    #[must_use]
    pub fn is_met_by(&self, signed_in: &SignedIn) -> bool {
        let Sealed { request, created_at, session_before, .. } = &self.sealed;
        let is_fresh = signed_in.auth_time() >= *created_at;
        if request.wants_sign_in() {
            // Within one second a time tells nothing; a sign-in always begins a session of its own.
            return is_fresh && *session_before != Some(*signed_in.session().as_bytes());
        }
        // OpenID Connect Core section 3.1.2.1: "If the elapsed time is greater than this value, the OP MUST
        // attempt to actively re-authenticate the End-User."
        let recent = |max_age: u64| signed_in.auth_time().saturating_add(max_age) >= self.now;
        is_fresh || request.max_age.is_none_or(recent)
    }

    /// Whether it came from somebody else's session: whoever goes on with it is asked, whatever they have
    /// consented to before.
    pub(super) fn is_of_another(&self, signed_in: &SignedIn) -> bool {
        let before = self.sealed.person_before.as_deref();
        before.is_some_and(|before| before != signed_in.user().id.as_str())
    }

    pub(super) fn request(&self) -> &AuthorizationRequest {
        &self.sealed.request
    }
}
