//! That a form was sent from a page of ours, in the browser session that the page was shown to (RFC 6749
//! section 10.12): each form carries a tag of the session's name and of what the form is for.

use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{grants::BrowserSession, keys::SealingKeys};

/// The purpose, for the derivation of the key.
const LABEL: &str = "signet csrf v1";

/// Makes and recognises the tokens of forms. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Csrf {
    keys: Arc<ArcSwap<SealingKeys>>,
}

impl Csrf {
    /// The name of the hidden field that carries the token.
    pub const FIELD: &'static str = "csrf";

    /// Makes tokens with the keys that are there at each call.
    #[must_use]
    pub const fn new(keys: Arc<ArcSwap<SealingKeys>>) -> Self {
        Self { keys }
    }

    /// The token of a form that `session` is shown, and that is for `purpose`: another for each thing that
    /// can be done, so that a form for one is no form for another. What a form must not be torn from, like a
    /// pending request, belongs into the purpose by its digest.
    #[must_use]
    pub fn token(&self, session: &BrowserSession, purpose: &str) -> String {
        let tag = self.keys.load().derive(LABEL).tag(&message(session, purpose));
        URL_SAFE_NO_PAD.encode(tag)
    }

    /// Whether `presented` is the token of such a form. Compares in constant time.
    #[must_use]
    pub fn verifies(
        &self,
        session: &BrowserSession,
        purpose: &str,
        presented: Option<&str>,
    ) -> bool {
        let presented = presented.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        presented.is_some_and(|tag| {
            tag.len() == 32
                && self.keys.load().derive(LABEL).verifies(&message(session, purpose), &tag)
        })
    }
}

/// The session's name has 16 bytes, so that no other session and purpose make the same message.
fn message(session: &BrowserSession, purpose: &str) -> Vec<u8> {
    [session.id().as_bytes().as_slice(), purpose.as_bytes()].concat()
}
