//! Access tokens that come back to their issuer: at introspection, at revocation and at Signet's own
//! protected endpoints. They are verified by the one path of `signet-verifier`, with the published keys
//! of the ring; whether one was revoked is asked of the store.

use std::sync::Arc;

use arc_swap::ArcSwap;
use signet_verifier::{
    AccessTokenClaims, Algorithm, KeyLookup, Rejection, Verified, Verifier, jwk::PublicKey,
};

use super::ListUris;
use crate::{
    clock::Clock,
    directory::{Directory, DirectoryAway},
    keys::KeyRing,
    oauth::{Client, IssuerUrl, User},
    store::{Entry, FamilyId, LIST_SIZE, RevocationList, StoreError},
};

/// Recognises access tokens of ours.
#[derive(Debug)]
pub struct OwnTokens {
    verifier: Verifier,
    list_uris: Option<Arc<ListUris>>,
    revocations: Arc<dyn RevocationList>,
    directory: Arc<Directory>,
}

/// An access token that Signet issued and that has not expired; it may have been revoked. Made here only.
#[derive(Debug)]
pub struct OwnAccessToken {
    claims: Verified,
    place: Option<Entry>,
}

/// An access token of ours that lives, of an application and a person that may still have one. Made
/// here only.
#[derive(Debug)]
pub struct LiveAccessToken {
    token: OwnAccessToken,
    client: Arc<Client>,
    user: Option<Arc<User>>,
}

/// Why an access token does not live.
#[derive(Debug, thiserror::Error)]
pub enum NotLive {
    /// Not ours, expired, or of another kind.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Its `status` names no place on a list of ours: whether it was revoked cannot be told.
    #[error("the token's status is not on a list of this issuer")]
    UnknownStatus,
    /// The application is gone, or switched off.
    #[error("the token's application does not exist or is disabled")]
    ClientGone,
    /// The person is gone, or switched off.
    #[error("the token's person does not exist or is disabled")]
    PersonGone,
    /// It was revoked.
    #[error("the token was revoked")]
    Revoked,
    /// Whether it was revoked cannot be known now.
    #[error(transparent)]
    Unknowable(#[from] StoreError),
    /// Whether the application and the person still exist cannot be known now.
    #[error(transparent)]
    DirectoryAway(#[from] DirectoryAway),
}

impl OwnTokens {
    /// Verifies the tokens of `issuer` with `keys`, as they are at each call, to the second: the tokens
    /// were issued by this very clock, or by those of its replicas. Without `list_uris`, where there are no
    /// status lists, a token that names one is not known to live.
    ///
    /// # Panics
    /// Never: what makes a verifier impossible is no [`IssuerUrl`].
    #[must_use]
    pub fn new(
        issuer: &IssuerUrl,
        keys: Arc<ArcSwap<KeyRing>>,
        list_uris: Option<Arc<ListUris>>,
        revocations: Arc<dyn RevocationList>,
        directory: Arc<Directory>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        // Whom a token is for is asked by whoever is asked for something.
        let verifier = Verifier::builder(issuer.as_str(), issuer.as_str())
            .any_audience()
            .key_source(Arc::new(RingKeys { keys, clock: Arc::clone(&clock) }))
            .clock(clock)
            .leeway(std::time::Duration::ZERO)
            // Asked of the store, which knows at once.
            .ignore_revocation()
            .build()
            .expect("OK because an IssuerUrl is an issuer, and keys and audience are given");
        Self { verifier, list_uris, revocations, directory }
    }

    /// Recognises a token of ours by its signature and claims, without asking the store.
    ///
    /// # Errors
    /// [`NotLive::Rejected`] and [`NotLive::UnknownStatus`].
    pub async fn recognise(&self, token: &str) -> Result<OwnAccessToken, NotLive> {
        let claims = self.verifier.verify(token).await?;
        let place = match &claims.status {
            Some(status) => {
                let list = &status.status_list;
                Some(self.place(&list.uri, list.idx).ok_or(NotLive::UnknownStatus)?)
            }
            None => None,
        };
        Ok(OwnAccessToken { claims, place })
    }

    /// Whether `token`, which was recognised, lives: one question to the store.
    ///
    /// # Errors
    /// [`NotLive`].
    pub async fn live(&self, token: OwnAccessToken) -> Result<LiveAccessToken, NotLive> {
        let client = self.directory.client(&token.claims.client_id).await?;
        let client = client.filter(|client| !client.disabled).ok_or(NotLive::ClientGone)?;
        let by_a_person = token.claims.sub != token.claims.client_id;
        let user = match by_a_person {
            true => {
                let user = self.directory.enabled_user(&token.claims.sub).await?;
                Some(user.ok_or(NotLive::PersonGone)?)
            }
            false => None,
        };
        if let Some(place) = token.place
            && self.revocations.is_revoked(place).await?
        {
            return Err(NotLive::Revoked);
        }
        Ok(LiveAccessToken { token, client, user })
    }

    /// The place that a token's `status` names (Token Status List section 6.2).
    fn place(&self, uri: &str, idx: u64) -> Option<Entry> {
        let list = self.list_uris.as_ref()?.recognise_uri(uri)?;
        let index = u32::try_from(idx).ok().filter(|index| *index < LIST_SIZE)?;
        Some(Entry { list, index })
    }
}

impl OwnAccessToken {
    /// What it says.
    #[must_use]
    pub fn claims(&self) -> &AccessTokenClaims {
        &self.claims
    }

    /// Its place on a status list, where it has one.
    #[must_use]
    pub const fn place(&self) -> Option<Entry> {
        self.place
    }

    /// The grant that it comes of, where that can be renewed.
    #[must_use]
    pub fn grant(&self) -> Option<FamilyId> {
        self.claims.sid.as_deref()?.parse().ok()
    }
}

impl LiveAccessToken {
    /// The application that it was issued to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The person that it speaks for, as they are now; `None` where an application acts for itself.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_deref()
    }

    /// Its claims, to be told.
    #[must_use]
    pub fn into_claims(self) -> AccessTokenClaims {
        self.token.claims.into_claims()
    }
}

/// What lives was ours to begin with.
impl std::ops::Deref for LiveAccessToken {
    type Target = OwnAccessToken;

    fn deref(&self) -> &OwnAccessToken {
        &self.token
    }
}

/// The ring's published keys: what Signet accepts is what every resource server accepts.
#[derive(Debug)]
struct RingKeys {
    keys: Arc<ArcSwap<KeyRing>>,
    clock: Arc<dyn Clock>,
}

impl KeyLookup for RingKeys {
    fn find(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<PublicKey>> {
        self.keys.load().verification_key(kid, algorithm, self.clock.now()).cloned()
    }
}
