//! Sign-in sessions: who is signed in with a browser, and since when. None is stored: the browser keeps a
//! sealed value, and the revocation list the names of those that were ended. A session ends with the password
//! that it was signed in with, and whenever the person is switched off.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    AuthenticatedUser,
    no_entropy::no_entropy,
    store_away::{directory_unavailable, revocations_unavailable},
};
use crate::{
    clock::Clock,
    directory::{Account, Directory},
    entropy::Entropy,
    keys::SealingKeys,
    oauth::{IssuerUrl, Refusal, User},
    secret::Secret,
    store::{ApprovalProof, Identifier, Redemptions, SessionId, Uses},
    tokens::{AuthorizationCode, Sealer},
};

/// The purpose, for the derivation of the key.
const LABEL: &str = "signet session v1";

/// The purpose of the tag of what the password was compared with.
const PASSWORD_LABEL: &str = "signet session password v1";

/// How much of that tag a session carries, in bytes.
const PASSWORD_TAG: usize = 16;

/// How long a browser that nobody is signed in with may leave a form open.
const ANONYMOUS: Duration = Duration::from_secs(12 * 60 * 60);

/// How many sessions a session remembers that it took the place of.
const MOST_BEFORE: usize = 8;

/// How long a session lives, however often it is used.
#[derive(Debug, Clone, Copy)]
pub struct SessionLifetime(pub Duration);

/// Begins, recognises and ends sessions.
#[derive(Debug)]
pub struct Sessions {
    issuer: IssuerUrl,
    lifetime: SessionLifetime,
    sealer: Sealer<Sealed>,
    keys: Arc<ArcSwap<SealingKeys>>,
    directory: Arc<Directory>,
    ended: Arc<dyn Redemptions>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What the browser keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sealed {
    /// Whose session it is: issuers may have one host, and share their keys.
    iss: String,
    id: [u8; 16],
    /// Absent until somebody signs in.
    person: Option<SealedPerson>,
    expires_at: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SealedPerson {
    sub: String,
    auth_time: u64,
    /// The tag of the salt of their password's digest: a new password has another salt, the same password at
    /// a higher cost the same one.
    password: [u8; PASSWORD_TAG],
    /// The sessions of theirs, in the same browser, that this one took the place of; the latest first.
    #[serde(default)]
    before: Vec<[u8; 16]>,
}

/// A browser session, whether somebody is signed in with it or not; made here only. It tells one browser from
/// another, and proves nothing of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserSession {
    id: SessionId,
}

impl BrowserSession {
    /// Its name.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }
}

/// A person who is signed in; made here only.
#[derive(Debug, Clone)]
pub struct SignedIn {
    session: SessionId,
    user: Arc<User>,
    auth_time: u64,
    expires_at: u64,
    proof: ApprovalProof,
    before: Vec<[u8; 16]>,
}

impl SignedIn {
    /// The session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Whether something that began in `session` began with this sign-in, or with one of the same person in
    /// this browser that it took the place of.
    pub(super) fn is_or_replaced(&self, session: SessionId) -> bool {
        self.session == session || self.before.contains(session.as_bytes())
    }

    /// The browser session that it is.
    #[must_use]
    pub const fn browser(&self) -> BrowserSession {
        BrowserSession { id: self.session }
    }

    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// When they proved who they are, in Unix seconds.
    #[must_use]
    pub const fn auth_time(&self) -> u64 {
        self.auth_time
    }

    /// The tag of what they proved it by, for what they approve now and somebody fetches later.
    pub(super) const fn proof(&self) -> ApprovalProof {
        self.proof
    }
}

impl Sessions {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        issuer: IssuerUrl,
        lifetime: SessionLifetime,
        sealing_keys: Arc<ArcSwap<SealingKeys>>,
        directory: Arc<Directory>,
        ended: Arc<dyn Redemptions>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let sealer = Sealer::new(LABEL, Arc::clone(&sealing_keys), Arc::clone(&entropy));
        Self { issuer, lifetime, sealer, keys: sealing_keys, directory, ended, clock, entropy }
    }

    /// Begins a session of `person`, always under a new name: what a browser held before is worth nothing
    /// afterwards. It takes the place of `before`, who is signed in with the same browser: where that is the
    /// same person, signing out ends what was granted in either. The text is for the browser to keep.
    ///
    /// # Errors
    /// `server_error` without entropy.
    pub fn begin(
        &self,
        person: &AuthenticatedUser,
        before: Option<&SignedIn>,
    ) -> Result<Secret, Refusal> {
        let before = before.filter(|before| before.user.id == person.user().id);
        let names = before.iter().flat_map(|before| {
            [before.session.as_bytes()].into_iter().chain(&before.before).copied()
        });
        let tag = self.keys.load().derive(PASSWORD_LABEL).tag(person.compared().salt());
        let mut password = [0; PASSWORD_TAG];
        password.copy_from_slice(&tag[..PASSWORD_TAG]);
        let sealed = SealedPerson {
            sub: person.user().id.to_string(),
            auth_time: person.auth_time(),
            password,
            before: names.take(MOST_BEFORE).collect(),
        };
        self.begun(Some(sealed), self.lifetime.0).map(|(_, kept)| kept)
    }

    /// Begins a session with which nobody is signed in, so that a browser's forms can be told from those that
    /// others send through it. The text is for the browser to keep.
    ///
    /// # Errors
    /// `server_error` without entropy.
    pub fn begin_anonymous(&self) -> Result<(BrowserSession, Secret), Refusal> {
        self.begun(None, ANONYMOUS)
    }

    fn begun(
        &self,
        person: Option<SealedPerson>,
        lifetime: Duration,
    ) -> Result<(BrowserSession, Secret), Refusal> {
        let mut id = [0; 16];
        self.entropy.fill(&mut id).map_err(no_entropy)?;
        let expires_at = self.clock.now() + lifetime.as_secs();
        let sealed = Sealed { iss: self.issuer.to_string(), id, person, expires_at };
        let kept = self.sealer.seal(&sealed, expires_at).map_err(no_entropy)?;
        Ok((BrowserSession { id: SessionId::from_bytes(id) }, Secret::new(kept)))
    }

    /// The browser session of `kept`, which a browser has sent along. Asks no store: it may have ended, or
    /// whoever was signed in with it be gone.
    #[must_use]
    pub fn browser(&self, kept: &str) -> Option<BrowserSession> {
        let sealed = self.open(kept)?;
        Some(BrowserSession { id: SessionId::from_bytes(sealed.id) })
    }

    /// The same, where nobody has signed in with it.
    #[must_use]
    pub fn anonymous(&self, kept: &str) -> Option<BrowserSession> {
        let sealed = self.open(kept).filter(|sealed| sealed.person.is_none())?;
        Some(BrowserSession { id: SessionId::from_bytes(sealed.id) })
    }

    fn open(&self, kept: &str) -> Option<Sealed> {
        let sealed = self.sealer.open(kept, self.clock.now()).ok()?;
        (sealed.iss == self.issuer.as_str()).then_some(sealed)
    }

    /// Who is signed in with `kept`, which a browser has sent along; `None` where nobody is (any longer).
    ///
    /// # Errors
    /// `temporarily_unavailable` while the store or the directory is away: whether the session was ended is
    /// not known then.
    pub async fn recognise(&self, kept: &str) -> Result<Option<SignedIn>, Refusal> {
        let Some(sealed) = self.open(kept) else { return Ok(None) };
        let Some(person) = sealed.person else { return Ok(None) };
        let session = SessionId::from_bytes(sealed.id);
        let user = self.approver(&person.sub, person.auth_time, person.password).await?;
        let Some(user) = user else { return Ok(None) };
        let before = person.before;
        Ok((!self.was_ended(session).await?).then_some(SignedIn {
            session,
            user,
            auth_time: person.auth_time,
            expires_at: sealed.expires_at,
            proof: person.password,
            before,
        }))
    }

    /// The person on whose behalf something began in a session of theirs, if nothing has become of them or of
    /// the session since then that ends it.
    ///
    /// # Errors
    /// As [`Self::recognise`].
    pub(super) async fn still_stands(
        &self,
        code: &AuthorizationCode,
    ) -> Result<Option<Arc<User>>, Refusal> {
        let user = self.approver(&code.sub, code.auth_time, code.proof).await?;
        Ok(if self.was_ended(code.session()).await? { None } else { user })
    }

    /// The person who approved something while signed in, where nothing has become of them since then that
    /// ends sessions: they would be signed in still, had they not signed out.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the directory is away.
    pub(super) async fn approver(
        &self,
        sub: &str,
        auth_time: u64,
        proof: ApprovalProof,
    ) -> Result<Option<Arc<User>>, Refusal> {
        let account = self.directory.account_of(sub).await.map_err(directory_unavailable)?;
        let account = account.filter(|account| self.is_as_signed_in(account, auth_time, &proof));
        Ok(account.map(|account| account.user))
    }

    /// Whether the session of that name was ended.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the store is away.
    pub(super) async fn was_ended(&self, session: SessionId) -> Result<bool, Refusal> {
        let uses = self.ended.uses(identifier(session)).await.map_err(revocations_unavailable)?;
        Ok(uses != Uses::None)
    }

    /// Whether nothing has become of the person since then that ends sessions.
    fn is_as_signed_in(&self, account: &Account, auth_time: u64, proof: &ApprovalProof) -> bool {
        let Account { user, password, sessions_since } = account;
        let was_off_since = *sessions_since > 0 && auth_time <= *sessions_since;
        !user.disabled
            && !was_off_since
            && self.keys.load().derive(PASSWORD_LABEL).verifies(password.salt(), proof)
    }

    /// Ends the session: a copy of what the browser keeps is worth nothing from now on.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the store is away: nothing has ended then.
    pub async fn end(&self, signed_in: &SignedIn) -> Result<(), Refusal> {
        let ended = self.ended.redeem(identifier(signed_in.session), signed_in.expires_at).await;
        ended.map(|_| ()).map_err(revocations_unavailable)
    }
}

fn identifier(session: SessionId) -> Identifier {
    Sha256::new().chain_update(LABEL).chain_update(session.as_bytes()).finalize().into()
}
