//! Authorization codes (RFC 6749 section 4.1.2): sealed, so that none is stored. That one is used once, the
//! store remembers, by a digest of its name.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Sealer, base64url};
use crate::{
    entropy::{Entropy, EntropyUnavailable},
    keys::SealingKeys,
    oauth::{ClientId, CodeChallenge, RedirectUri, ScopeSet, scope},
    secret::Secret,
    store::{ApprovalProof, FamilyId, Identifier, SessionId},
};

/// The purpose, for the derivation of the keys and of the names in the store.
const LABEL: &str = "signet authorization code v1";

/// For how long a code that has expired is still recognised, in seconds: whoever presents it again makes
/// known that somebody else has it.
const REMEMBERED: u64 = 60 * 60;

/// What an authorization code says. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The name of the grant that comes of it, which is its own name, too.
    #[serde(with = "base64url")]
    pub family: [u8; 16],
    /// When it expires.
    pub expires_at: u64,
    /// The application that it was issued to.
    pub client_id: ClientId,
    /// The person who consented.
    pub sub: String,
    /// The session in which they did.
    #[serde(with = "base64url")]
    pub session: [u8; 16],
    /// The tag of what they proved it by, when they signed in with that session.
    #[serde(with = "base64url")]
    pub proof: ApprovalProof,
    /// When they signed in.
    pub auth_time: u64,
    /// Where it was sent.
    pub redirect_uri: RedirectUri,
    /// Whether the authorization request said so itself.
    pub redirect_uri_was_sent: bool,
    /// What was consented to.
    #[serde(with = "scope::as_text")]
    pub scope: ScopeSet,
    /// The resource servers, at least one.
    pub resource: Vec<String>,
    /// What the token request must prove.
    pub code_challenge: Option<CodeChallenge>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
}

impl AuthorizationCode {
    /// The name of the grant that comes of it.
    #[must_use]
    pub const fn family(&self) -> FamilyId {
        FamilyId::from_bytes(self.family)
    }

    /// The session in which the person consented.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        SessionId::from_bytes(self.session)
    }

    /// What the store knows it by.
    #[must_use]
    pub fn identifier(&self) -> Identifier {
        let digest = Sha256::new().chain_update(LABEL);
        digest.chain_update(self.family).finalize().into()
    }

    /// Whether the token request says where the code was sent. RFC 6749 section 4.1.3: "REQUIRED, if the
    /// "redirect_uri" parameter was included in the authorization request ..., and their values MUST be
    /// identical."
    #[must_use]
    pub fn was_sent_to(&self, redirect_uri: Option<&str>) -> bool {
        match redirect_uri {
            Some(said) => said == self.redirect_uri.as_str(),
            None => !self.redirect_uri_was_sent,
        }
    }
}

/// Writes and reads authorization codes.
#[derive(Debug, Clone)]
pub struct AuthorizationCodes(Sealer<AuthorizationCode>);

impl AuthorizationCodes {
    /// Seals with the keys that are there at each call.
    #[must_use]
    pub fn new(sealing_keys: Arc<ArcSwap<SealingKeys>>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Sealer::new(LABEL, sealing_keys, entropy))
    }

    /// The code that says `code`.
    ///
    /// # Errors
    /// When there is no entropy; nothing may be handed out then.
    pub fn write(&self, code: &AuthorizationCode) -> Result<Secret, EntropyUnavailable> {
        self.0.seal(code, code.expires_at + REMEMBERED).map(Secret::new)
    }

    /// Reads a code that somebody presents; `None` where Signet did not issue it, or long ago. It may have
    /// expired: [`AuthorizationCode::expires_at`] says it.
    #[must_use]
    pub fn read(&self, presented: &Secret, now: u64) -> Option<AuthorizationCode> {
        self.0.open(presented.expose(), now).ok()
    }
}
