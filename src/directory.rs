//! Who exists: the applications (RFC 6749 section 2) and their keys, the people and their passwords. Knows
//! configuration and the vocabulary of `oauth`; decides nothing and speaks no HTTP to those who ask.

mod client_keys;
mod declared;
mod declared_people;
mod passwords;

use std::sync::Arc;

use arc_swap::ArcSwap;

pub use self::{
    client_keys::{ClientKeysUnavailable, RemoteClientKeys},
    declared::Declared,
    declared_people::{Account, DeclaredPeople},
    passwords::{
        CannotHash, Cost, LONGEST_PASSWORD, NotCompared, PasswordDigest, Passwords, PoolSize,
        UnusableDigest, hash_password,
    },
};
use crate::oauth::{Client, ClientId, User, UserId, UserName};

/// The directory. Look-ups never wait; the declared entries are swapped whole when configuration is
/// loaded again.
#[derive(Debug)]
pub struct Directory {
    declared: ArcSwap<Declared>,
}

impl Directory {
    /// A directory of declared entries.
    #[must_use]
    pub fn new(declared: Declared) -> Self {
        Self { declared: ArcSwap::from_pointee(declared) }
    }

    /// The application of that identifier, disabled ones included.
    #[must_use]
    pub fn application(&self, client_id: &str) -> Option<Arc<Client>> {
        self.declared.load().application(client_id)
    }

    /// The person with that `sub`, disabled ones included.
    #[must_use]
    pub fn user(&self, id: &str) -> Option<Arc<User>> {
        self.declared.load().people().by_id(id).map(|account| Arc::clone(&account.user))
    }

    /// The same, but for disabled ones.
    #[must_use]
    pub fn enabled_user(&self, id: &str) -> Option<Arc<User>> {
        self.user(id).filter(|user| !user.disabled)
    }

    /// The person of that name, disabled ones included, or a digest that stands in for theirs.
    ///
    /// # Errors
    /// The digest to compare with all the same, where nobody has that name.
    pub fn account(&self, username: &UserName) -> Result<Account, Arc<PasswordDigest>> {
        let declared = self.declared.load();
        let people = declared.people();
        people.by_name(username).cloned().ok_or_else(|| people.decoy(username))
    }

    /// Puts newly declared entries in the place of the old ones. Names who is gone with that, or switched
    /// off.
    pub fn replace_declared(&self, declared: Declared) -> Gone {
        let old = self.declared.swap(Arc::new(declared));
        let enabled = |client_id: &ClientId| {
            self.application(client_id.as_str()).is_some_and(|client| !client.disabled)
        };
        let applications = old.enabled().filter(|client_id| !enabled(client_id)).cloned().collect();
        let enabled = |id: &UserId| self.enabled_user(id.as_str()).is_some();
        let people = old.people().enabled().filter(|id| !enabled(id)).cloned().collect();
        Gone { applications, people }
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
