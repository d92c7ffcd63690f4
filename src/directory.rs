//! Who exists: the applications (RFC 6749 section 2) and their keys, the people, their passwords and their
//! roles. [`Declared`] is what configuration says, a [`Registry`] behind it keeps the others. Decides
//! nothing and speaks no HTTP to those who ask.

mod client_keys;
mod combined;
mod declared;
mod passwords;
mod person;
mod registered;
mod registration;
mod registry;
mod sql;

use std::sync::Arc;

use arc_swap::ArcSwap;

use self::registered::Registered;
pub use self::{
    client_keys::{ClientKeysUnavailable, RemoteClientKeys},
    declared::{Account, Declared, DeclaredPeople},
    passwords::{
        CannotHash, Cost, LONGEST_PASSWORD, NotCompared, NotMade, PasswordDigest, PasswordUnfit,
        Passwords, PoolSize, UnusableDigest, check_new_password, hash_password,
    },
    person::{Person, Role},
    registration::{KeptSecret, MOST_SECRETS, Registration},
    registry::{Answer, DirectoryAway, Registry, Search, Written},
    sql::Sql,
};
use crate::{
    clock::Clock,
    oauth::{Client, ClientId, ScopeSet, User, UserId, UserName},
};

/// The directory. What is declared is at hand, and swapped whole when configuration is loaded again; for
/// the others the registry is asked. As a [`Registry`] it tells and changes all that is kept; its own
/// methods are for those who issue and judge tokens.
#[derive(Debug)]
pub struct Directory {
    declared: ArcSwap<Declared>,
    registered: Option<Registered>,
    /// What a name that nobody has is compared with where people are kept: it costs what theirs do.
    decoy: Arc<PasswordDigest>,
}

impl Directory {
    /// A directory of declared entries alone.
    #[must_use]
    pub fn new(declared: Declared) -> Self {
        Self::of(declared, None)
    }

    /// A directory of declared entries, and of those that `registry` keeps.
    #[must_use]
    pub fn with_registry(
        declared: Declared,
        registry: Arc<dyn Registry>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let registered = Some(Registered::new(registry, clock));
        Self::of(declared, registered)
    }

    fn of(declared: Declared, registered: Option<Registered>) -> Self {
        let decoy = Arc::new(PasswordDigest::of_nobody(declared.password_cost()));
        Self { declared: ArcSwap::from_pointee(declared), registered, decoy }
    }

    /// Whether anybody can be registered, and not only declared.
    #[must_use]
    pub const fn has_registry(&self) -> bool {
        self.registered.is_some()
    }

    /// Whether the registry answered when it was last asked.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.registered.as_ref().is_none_or(Registered::is_available)
    }

    /// The application of that identifier, disabled ones included.
    ///
    /// # Errors
    /// [`DirectoryAway`]: whether there is one is not known.
    pub async fn client(&self, client_id: &str) -> Result<Option<Arc<Client>>, DirectoryAway> {
        if let Some(client) = self.declared.load().client(client_id) {
            return Ok(Some(client));
        }
        match &self.registered {
            // In a box, or every request would carry the room that this one needs.
            Some(registered) => {
                Box::pin(async { registered.client(client_id, &self.declared.load_full()).await })
                    .await
            }
            None => Ok(None),
        }
    }

    /// The person with that `sub`, disabled ones included.
    ///
    /// # Errors
    /// [`DirectoryAway`]: whether there is one is not known.
    pub async fn user(&self, id: &str) -> Result<Option<Arc<User>>, DirectoryAway> {
        if let Some(user) = self.declared.load().people().user(id) {
            return Ok(Some(Arc::clone(user)));
        }
        match &self.registered {
            Some(registered) => {
                Box::pin(async { registered.user(id, &self.declared.load_full()).await }).await
            }
            None => Ok(None),
        }
    }

    /// The same, but for disabled ones.
    ///
    /// # Errors
    /// As [`Self::user`].
    pub async fn enabled_user(&self, id: &str) -> Result<Option<Arc<User>>, DirectoryAway> {
        Ok(self.user(id).await?.filter(|user| !user.disabled))
    }

    /// The person of that name, disabled ones included, and their digest; or a digest that stands in for
    /// theirs, to compare with all the same, where nobody has that name.
    ///
    /// # Errors
    /// [`DirectoryAway`]: whether there is one is not known.
    pub async fn account(
        &self,
        username: &UserName,
    ) -> Result<Result<Account, Arc<PasswordDigest>>, DirectoryAway> {
        let declared = self.declared.load_full();
        if let Some(account) = declared.people().account(username) {
            return Ok(Ok(account));
        }
        match &self.registered {
            Some(registered) => {
                let kept = registered.account(username, &declared).await?;
                Ok(kept.ok_or_else(|| Arc::clone(&self.decoy)))
            }
            None => Ok(Err(declared.people().decoy(username))),
        }
    }

    /// The person with that `sub`, disabled ones included, and what their sessions depend on.
    ///
    /// # Errors
    /// [`DirectoryAway`]: whether there is one is not known.
    pub async fn account_of(&self, id: &str) -> Result<Option<Account>, DirectoryAway> {
        let declared = self.declared.load_full();
        if let Some(account) = declared.people().account_of(id) {
            return Ok(Some(account));
        }
        match &self.registered {
            Some(registered) => registered.account_of(id, &declared).await,
            None => Ok(None),
        }
    }

    /// Puts newly declared entries in the place of the old ones. Names who is gone with that, or switched
    /// off.
    pub fn replace_declared(&self, declared: Declared) -> Gone {
        let old = self.declared.swap(Arc::new(declared));
        let new = self.declared.load();
        let enabled = |client_id: &ClientId| {
            new.client(client_id.as_str()).is_some_and(|client| !client.disabled)
        };
        let applications = old.enabled().filter(|client_id| !enabled(client_id)).cloned().collect();
        let enabled =
            |id: &UserId| new.people().user(id.as_str()).is_some_and(|user| !user.disabled);
        let people = old.people().enabled().filter(|id| !enabled(id)).cloned().collect();
        Gone { applications, people }
    }

    /// The scopes that there are: those that are declared, and those that need not be.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        self.declared.load().scopes().clone()
    }

    /// How many applications are declared.
    #[must_use]
    pub fn declared_applications(&self) -> usize {
        self.declared.load().len()
    }
}

/// Who was there and is not any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gone {
    /// Applications.
    pub applications: Vec<ClientId>,
    /// People.
    pub people: Vec<UserId>,
}
