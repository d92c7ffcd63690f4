//! What somebody was issued ends with them: when an application or a person goes, or is switched off, their
//! grants end and the access tokens are revoked. Whoever can wait for it does ([`end_now`]); a reload
//! cannot, and it is done in the background as soon as the store answers.

use std::{fmt, time::Duration};

use tokio::{runtime::Handle, time::sleep};

use crate::{
    clock::Clock,
    config::LONGEST_ACCESS_TOKEN_LIFETIME,
    directory::Gone,
    oauth::{ClientId, UserId},
    store::{FamilyId, Owner, StoreError},
    tokens::Revocation,
};

/// How long a store that does not answer is left alone at first; twice as long each time after.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often the store is asked for one of them before it is given up: for about half a day. By then
/// few access tokens live, and a refresh token is good for nobody who cannot authenticate, or is not there.
const ATTEMPTS: u32 = 720;

/// One that is gone, or was another until now.
#[derive(Debug)]
pub enum Somebody {
    /// An application.
    Application(ClientId),
    /// A person.
    Person(UserId),
    /// Whoever knew a person's old password.
    OldPassword {
        /// The person.
        of: UserId,
        /// The grant by which it was changed, which goes on.
        kept: Option<FamilyId>,
        /// When it was changed, in Unix seconds.
        changed_at: u64,
    },
}

/// Ends what was issued to `somebody` until now.
///
/// # Errors
/// [`StoreError`]; asking again is safe, and ends the rest.
pub async fn end_now(
    revocation: &Revocation,
    clock: &dyn Clock,
    somebody: &Somebody,
) -> Result<usize, StoreError> {
    somebody.end(revocation, clock.now() + LONGEST_ACCESS_TOKEN_LIFETIME.as_secs()).await
}

/// Ends what was issued to those in `gone`, as soon as the store answers.
pub fn end_in_background(revocation: Revocation, clock: &dyn Clock, gone: Gone) {
    let Gone { applications, people } = gone;
    let applications = applications.into_iter().map(Somebody::Application);
    let gone = applications.chain(people.into_iter().map(Somebody::Person)).collect();
    end_each_in_background(revocation, clock, gone);
}

/// Ends what was issued to each of `gone`, as soon as the store answers.
pub fn end_each_in_background(revocation: Revocation, clock: &dyn Clock, gone: Vec<Somebody>) {
    if gone.is_empty() {
        return;
    }
    let until = clock.now() + LONGEST_ACCESS_TOKEN_LIFETIME.as_secs();
    match Handle::try_current() {
        Ok(runtime) => {
            runtime.spawn(async move {
                for somebody in gone {
                    end_one(&revocation, &somebody, until).await;
                }
            });
        }
        // Nothing is served there, so nothing was issued either.
        Err(_) => tracing::warn!(?gone, "no runtime: what these were issued was not revoked"),
    }
}

async fn end_one(revocation: &Revocation, gone: &Somebody, until: u64) {
    let mut pause = FIRST_PAUSE;
    for attempt in 1..=ATTEMPTS {
        match gone.end(revocation, until).await {
            Ok(grants) => {
                tracing::info!(%gone, grants, "gone: what was issued is revoked");
                return;
            }
            Err(error) if attempt == 1 => {
                tracing::warn!(%gone, %error, "gone: what was issued is revoked when the store answers");
            }
            Err(_) => {}
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    tracing::error!(%gone, "gone, and what was issued was never revoked: the store does not answer");
}

impl Somebody {
    async fn end(&self, revocation: &Revocation, until: u64) -> Result<usize, StoreError> {
        match self {
            Self::Application(client_id) => {
                revocation.end_application(client_id.as_str(), until).await
            }
            Self::Person(id) => revocation.end_all(Owner::Person(id.as_str())).await,
            Self::OldPassword { of, kept, changed_at } => {
                revocation.end_others(Owner::Person(of.as_str()), *kept, *changed_at).await
            }
        }
    }
}

impl fmt::Display for Somebody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application(client_id) => write!(f, "the application {client_id}"),
            Self::Person(id) => write!(f, "the person {id}"),
            Self::OldPassword { of, .. } => write!(f, "the old password of the person {of}"),
        }
    }
}
