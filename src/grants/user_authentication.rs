//! Who a person is, by user name and password (RFC 6749 section 4.3.2). Whatever is wrong, the answer is
//! one, and so is the work behind it.

use std::{net::IpAddr, sync::Arc};

use super::{
    digest_upgrade::DigestUpgrades,
    store_away::directory_unavailable,
    throttle::{Attempt, Throttle, TooMany},
};
use crate::{
    clock::Clock,
    directory::{Account, Directory, LONGEST_PASSWORD, NotCompared, PasswordDigest, Passwords},
    oauth::{Reason, Refusal, User, UserId, UserName},
    secret::Secret,
};

/// A person who has proven who they are; made here only.
#[derive(Debug, Clone)]
pub struct AuthenticatedUser {
    user: Arc<User>,
    auth_time: u64,
    /// What their password was compared with.
    compared: Arc<PasswordDigest>,
}

impl AuthenticatedUser {
    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// When they proved it, in Unix seconds.
    #[must_use]
    pub const fn auth_time(&self) -> u64 {
        self.auth_time
    }

    /// What their password was compared with.
    pub(super) fn compared(&self) -> &PasswordDigest {
        &self.compared
    }
}

/// Authenticates people.
#[derive(Debug)]
pub struct UserAuthentication {
    /// Who there is.
    pub directory: Arc<Directory>,
    /// What compares passwords.
    pub passwords: Arc<Passwords>,
    /// What makes digests anew that cost too little.
    pub upgrades: Arc<DigestUpgrades>,
    /// What slows guessing down.
    pub throttle: Arc<Throttle<UserName>>,
    /// What slows down guessing by whoever has somebody's access token.
    pub confirmations: Arc<Throttle<UserId>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl UserAuthentication {
    /// Decides whether the request that came from `address` is from the person that it says.
    ///
    /// # Errors
    /// `invalid_grant`, the same whatever was wrong; 429 after too many failures;
    /// `temporarily_unavailable` while too many others sign in, or the directory is away.
    pub async fn authenticate(
        &self,
        username: &str,
        password: &Secret,
        address: IpAddr,
    ) -> Result<AuthenticatedUser, Refusal> {
        // What nobody's name or password can be says nothing of who there is.
        let username: UserName =
            username.parse().map_err(|_| refused("no name that anybody has"))?;
        if password.expose().len() > LONGEST_PASSWORD {
            return Err(refused("a password that is too long"));
        }
        // RFC 6749 section 4.3.2: "the authorization server MUST protect the endpoint against brute force
        // attacks (e.g., using rate-limitation or generating alerts)."
        let attempt = self.throttle.admit(&username, address).map_err(too_many)?;
        // Guesses that are sent all at once do not get in before the first of them has failed.
        let _turn = self.throttle.turn(&attempt).map_err(too_many)?;
        let (user, digest) =
            match self.directory.account(&username).await.map_err(directory_unavailable)? {
                Ok(account) => (Some(account.user), account.password),
                Err(decoy) => (None, decoy),
            };
        let compared = Arc::clone(&digest);
        let matches = self.passwords.matches(password.clone(), compared).await.map_err(overrun)?;
        let user = conclude(attempt, user, matches)?;
        self.upgrades.consider(&user.id, &digest, password);
        Ok(AuthenticatedUser { user, auth_time: self.clock.now(), compared: digest })
    }

    /// Whether `person`, who proved it with `password`, would still do so: to be asked when a grant has
    /// begun. Whoever changes a password ends the grants that there are, and would miss one that begins
    /// just after it.
    ///
    /// # Errors
    /// `invalid_grant`, where their password is another by now, or they are switched off or gone;
    /// `temporarily_unavailable` as [`Self::authenticate`].
    pub async fn still_proves(
        &self,
        person: &AuthenticatedUser,
        password: &Secret,
    ) -> Result<(), Refusal> {
        let account = self.directory.account(&person.user.username).await;
        let account = account.map_err(directory_unavailable)?.ok();
        let theirs =
            |account: &Account| account.user.id == person.user.id && !account.user.disabled;
        let Some(account) = account.filter(theirs) else {
            return Err(refused("the person went while they signed in"));
        };
        // One that was made anew in the meantime is another digest of the same password.
        if account.password.is_same_as(&person.compared)
            || self.passwords.matches(password.clone(), account.password).await.map_err(overrun)?
        {
            return Ok(());
        }
        Err(refused("the password was changed while it was compared"))
    }
}

fn conclude(
    attempt: Attempt<'_, UserName>,
    user: Option<Arc<User>>,
    matches: bool,
) -> Result<Arc<User>, Refusal> {
    let (reason, cause) = match user {
        Some(user) if matches && !user.disabled => {
            attempt.succeeded();
            return Ok(user);
        }
        Some(user) if matches => {
            (Reason::PersonSwitchedOff, format!("the person {} is disabled", user.id))
        }
        Some(user) => {
            (Reason::PasswordRefused, format!("wrong password of the person {}", user.id))
        }
        None => (Reason::PasswordRefused, "nobody has this user name".to_owned()),
    };
    Err(match attempt.failed() {
        Ok(()) => Refusal::new(reason).because(cause),
        Err(wait) => too_many(wait).because(cause),
    })
}

fn refused(cause: &'static str) -> Refusal {
    Refusal::new(Reason::PasswordRefused).because(cause)
}

pub(super) fn too_many(TooMany(wait): TooMany) -> Refusal {
    Refusal::new(Reason::TooManyFailedSignIns).retry_after(wait)
}

pub(super) fn overrun(error: NotCompared) -> Refusal {
    Refusal::new(Reason::TooManySignIns).because(error.to_string()).retry_after(error.again_in())
}
