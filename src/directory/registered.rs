//! What a registry keeps, as grants ask for it: remembered for a moment, so that a busy application costs
//! one question every few seconds, and a change anywhere is seen everywhere within them. Who is not there
//! is not remembered: somebody who was registered a moment ago is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use moka::future::Cache;

use super::{Account, Declared, DirectoryAway, Person, Registry, Role};
use crate::{
    clock::Clock,
    oauth::{Client, RoleName, ScopeSet, User, UserName},
};

/// How long an answer is used.
const FRESH_FOR: Duration = Duration::from_secs(2);

/// How many applications, and how many people, are remembered at most: some ten megabytes.
const MOST: u64 = 10_000;

/// A registry behind a short memory.
#[derive(Debug)]
pub(super) struct Registered {
    pub(super) registry: Arc<dyn Registry>,
    clients: Cache<String, Arc<Client>>,
    users: Cache<String, Arc<User>>,
    clock: Arc<dyn Clock>,
    available: AtomicBool,
}

/// What a change makes old.
#[derive(Debug, Clone, Copy)]
pub(super) enum Forget<'a> {
    Nothing,
    Client(&'a str),
    User(&'a str),
    /// Everybody's scopes.
    Users,
}

/// Why there is nothing to remember.
enum Nothing {
    Absent,
    Away(DirectoryAway),
}

impl Registered {
    pub(super) fn new(registry: Arc<dyn Registry>, clock: Arc<dyn Clock>) -> Self {
        Self {
            registry,
            clients: Cache::builder().max_capacity(MOST).time_to_live(FRESH_FOR).build(),
            users: Cache::builder().max_capacity(MOST).time_to_live(FRESH_FOR).build(),
            clock,
            available: AtomicBool::new(true),
        }
    }

    /// Whether it answered when it was last asked.
    pub(super) fn is_available(&self) -> bool {
        self.available.load(Ordering::Relaxed)
    }

    /// The application of that identifier. Those who ask at the same time ask once.
    pub(super) async fn client(
        &self,
        client_id: &str,
        declared: &Declared,
    ) -> Result<Option<Arc<Client>>, DirectoryAway> {
        let ask = async {
            match self.observed(self.registry.application(client_id).await)? {
                Some(registration) => {
                    let mut client = registration.client(self.clock.now());
                    // A scope that configuration does not declare any more is nobody's.
                    client.scopes = client.scopes.intersection(declared.scopes());
                    Ok(Arc::new(client))
                }
                None => Err(Nothing::Absent),
            }
        };
        found(self.clients.try_get_with_by_ref(client_id, ask).await)
    }

    /// The person with that `sub`. Those who ask at the same time ask once.
    pub(super) async fn user(
        &self,
        id: &str,
        declared: &Declared,
    ) -> Result<Option<Arc<User>>, DirectoryAway> {
        let ask = async {
            match self.observed(self.registry.person(id).await)? {
                Some(person) => {
                    let scopes = self.scopes_of(&person.roles, declared).await;
                    Ok(Arc::new(person.user(self.observed(scopes)?)))
                }
                None => Err(Nothing::Absent),
            }
        };
        found(self.users.try_get_with_by_ref(id, ask).await)
    }

    /// The person of that user name, with the digest of their password: asked for each time, so that a
    /// password that was changed is good, and the old one is not, from that moment on.
    pub(super) async fn account(
        &self,
        username: &UserName,
        declared: &Declared,
    ) -> Result<Option<Account>, DirectoryAway> {
        let person = self.observed(self.registry.person_named(username).await);
        match person? {
            Some(person) => self.with_scopes(&person, declared).await.map(Some),
            None => Ok(None),
        }
    }

    /// The person with that `sub`, with the digest of their password: asked for each time, so that sessions
    /// end with a password and with whoever is switched off from that moment on.
    pub(super) async fn account_of(
        &self,
        id: &str,
        declared: &Declared,
    ) -> Result<Option<Account>, DirectoryAway> {
        let person = self.observed(self.registry.person(id).await);
        match person? {
            Some(person) => self.with_scopes(&person, declared).await.map(Some),
            None => Ok(None),
        }
    }

    async fn with_scopes(
        &self,
        person: &Person,
        declared: &Declared,
    ) -> Result<Account, DirectoryAway> {
        let scopes = self.observed(self.scopes_of(&person.roles, declared).await)?;
        let Person { password, sessions_since, .. } = person;
        Ok(Account {
            user: Arc::new(person.user(scopes)),
            password: Arc::clone(password),
            sessions_since: *sessions_since,
        })
    }

    /// The scopes that `roles` allow; a declared role is the one that counts.
    async fn scopes_of(
        &self,
        roles: &[RoleName],
        declared: &Declared,
    ) -> Result<ScopeSet, DirectoryAway> {
        if roles.is_empty() {
            return Ok(ScopeSet::default());
        }
        let here = declared.roles_named(roles).await?;
        let elsewhere: Vec<RoleName> = roles
            .iter()
            .filter(|name| here.iter().all(|role| role.name != **name))
            .cloned()
            .collect();
        let kept = match elsewhere.is_empty() {
            true => Vec::new(),
            false => self.registry.roles_named(&elsewhere).await?,
        };
        Ok(here
            .iter()
            .chain(&kept)
            .flat_map(|Role { scopes, .. }| scopes.iter())
            .cloned()
            .collect())
    }

    /// Uses no answer any more that a change has made old.
    pub(super) async fn forget(&self, what: Forget<'_>) {
        match what {
            Forget::Nothing => {}
            Forget::Client(client_id) => self.clients.invalidate(client_id).await,
            Forget::User(id) => self.users.invalidate(id).await,
            Forget::Users => self.users.invalidate_all(),
        }
    }

    /// Remembers whether the registry answers, and tells the log when that changes.
    pub(super) fn observed<T>(&self, answer: Result<T, DirectoryAway>) -> Result<T, DirectoryAway> {
        let answers = answer.is_ok();
        if self.available.swap(answers, Ordering::Relaxed) != answers {
            match &answer {
                Ok(_) => tracing::info!("the directory answers again"),
                Err(error) => tracing::error!(%error, "the directory is away"),
            }
        }
        answer
    }
}

impl From<DirectoryAway> for Nothing {
    fn from(away: DirectoryAway) -> Self {
        Self::Away(away)
    }
}

fn found<T>(asked: Result<T, Arc<Nothing>>) -> Result<Option<T>, DirectoryAway> {
    match asked {
        Ok(value) => Ok(Some(value)),
        Err(nothing) => match &*nothing {
            Nothing::Absent => Ok(None),
            Nothing::Away(away) => Err(away.clone()),
        },
    }
}
