//! Signing out: the session ends, and with it what was granted in it for as long as somebody is signed in; the
//! applications hear of it (OpenID Connect RP-Initiated Logout 1.0, Back-Channel Logout 1.0).

use std::{collections::HashSet, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use signet_verifier::Algorithm;
use tokio::{sync::oneshot, time::sleep};

use super::{BackChannel, LogoutNotice, Sessions, SignedIn};
use crate::{
    clock::Clock,
    directory::Directory,
    oauth::{OFFLINE_ACCESS, OPENID, Refusal, ScopeSet},
    store::{Family, FamilyId, Owner, RefreshFamilies, StoreError},
    tokens::Revocation,
};

/// How many grants are looked at in one step.
const PAGE: usize = 100;

/// How long a store that does not answer is left alone at first; twice as long each time after.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often it is asked again before it is given up: for an hour.
const ATTEMPTS: u32 = 65;

/// Signs people out. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// What ends sessions; swapped when configuration is loaded again.
    pub sessions: Arc<ArcSwap<Sessions>>,
    /// What knows what was granted.
    pub families: Arc<dyn RefreshFamilies>,
    /// What ends it.
    pub revocation: Revocation,
    /// What knows the applications.
    pub directory: Arc<Directory>,
    /// What tells them.
    pub back_channel: Arc<BackChannel>,
    /// What signs the ID tokens of applications that say nothing else; swapped when configuration is loaded
    /// again.
    pub id_token_algorithm: Arc<ArcSwap<Algorithm>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// A session that has ended, and what has been done about it.
struct Ended {
    signed_in: SignedIn,
    told: HashSet<FamilyId>,
}

impl SignOut {
    /// Ends the session, and the grants that were made in it with `openid` and without `offline_access`; every
    /// application with a grant of it and a `backchannel_logout_uri` is told, in the background. OpenID Connect
    /// Back-Channel Logout section 2.7 keeps refresh tokens with `offline_access`.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the store is away: nothing has ended then. Where it goes away after the
    /// session has ended, the grants end when it answers again.
    pub async fn sign_out(&self, signed_in: &SignedIn) -> Result<(), Refusal> {
        self.sessions.load_full().end(signed_in).await?;
        let mut ended = Ended { signed_in: signed_in.clone(), told: HashSet::new() };
        let (first_attempt_is_over, first_attempt) = oneshot::channel();
        let this = self.clone();
        // In a task of its own: whoever hangs up stops nothing.
        tokio::spawn(async move {
            let attempt = this.end_grants(&mut ended).await;
            // Whoever waits for it may have gone.
            let _ = first_attempt_is_over.send(());
            if let Err(error) = attempt {
                this.go_on_ending(ended, error).await;
            }
        });
        // That it was broken off is in the log.
        let _ = first_attempt.await;
        Ok(())
    }

    async fn go_on_ending(&self, mut ended: Ended, error: StoreError) {
        tracing::warn!(%error, "signed out: what was granted ends when the store answers");
        let mut pause = FIRST_PAUSE;
        for _ in 0..ATTEMPTS {
            sleep(pause).await;
            if self.end_grants(&mut ended).await.is_ok() {
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        tracing::error!("signed out, and what was granted never ended: the store does not answer");
    }

    async fn end_grants(&self, ended: &mut Ended) -> Result<(), StoreError> {
        let mut after = None;
        let Ended { signed_in, told } = ended;
        let sub = signed_in.user().id.as_str();
        loop {
            let owner = Owner::Person(sub);
            let page = self.families.standing(owner, after, PAGE, self.clock.now()).await?;
            let of_session = |family: &&Family| {
                family.grant.session.is_some_and(|session| signed_in.is_or_replaced(session))
            };
            for family in page.families.iter().filter(of_session) {
                if told.insert(family.id) {
                    self.tell(family, sub).await;
                }
                if ends_with_the_session(&family.grant.scope) {
                    self.revocation.end_grant(family.id).await?;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn tell(&self, family: &Family, sub: &str) {
        let client_id = &family.grant.client_id;
        let client = match self.directory.client(client_id.as_str()).await {
            Ok(client) => client.filter(|client| !client.disabled),
            Err(error) => {
                tracing::warn!(%client_id, %error, "an application is not told that somebody signed out");
                return;
            }
        };
        let Some(client) = client else { return };
        let Some(uri) = client.backchannel_logout_uri.clone() else { return };
        let usual = **self.id_token_algorithm.load();
        self.back_channel.tell(LogoutNotice {
            client_id: client_id.clone(),
            uri,
            algorithm: client.id_token_signed_response_alg.unwrap_or(usual),
            sub: sub.to_owned(),
            sid: family.id,
        });
    }
}

/// Whether signing out ends what was granted with `scope`. OpenID Connect Core section 11: `offline_access` is
/// for "when the End-User is not present (not logged in)".
pub(super) fn ends_with_the_session(scope: &ScopeSet) -> bool {
    scope.has(OPENID) && !scope.has(OFFLINE_ACCESS)
}
