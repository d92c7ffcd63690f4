//! Digests that cost less than configuration asks for are made anew when their password is at hand: after a
//! sign-in, beside it, and only while nobody waits for the threads. Must not delay a sign-in or fail it, nor
//! bring a password back that somebody has changed.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    directory::{
        Directory, DirectoryAway, NotCompared, NotMade, PasswordDigest, Passwords, Registry,
        Written,
    },
    oauth::UserId,
    secret::Secret,
};

/// How many are under way at most: the threads are for those who sign in.
const MOST_UNDER_WAY: usize = 2;

/// Makes digests anew.
#[derive(Debug)]
pub struct DigestUpgrades {
    directory: Arc<Directory>,
    passwords: Arc<Passwords>,
    under_way: Mutex<HashSet<UserId>>,
    /// Whether the last one failed, and the log knows it.
    fails: AtomicBool,
}

/// Why a digest was not made anew.
#[derive(Debug, thiserror::Error)]
enum NotUpgraded {
    #[error(transparent)]
    NotMade(#[from] NotMade),
    #[error(transparent)]
    Away(#[from] DirectoryAway),
}

/// One that is under way; dropped, there is room for the next.
struct UnderWay {
    upgrades: Arc<DigestUpgrades>,
    id: UserId,
}

impl DigestUpgrades {
    /// New digests are made by `passwords`, at its cost, and kept in `directory`.
    #[must_use]
    pub fn new(directory: Arc<Directory>, passwords: Arc<Passwords>) -> Self {
        Self { directory, passwords, under_way: Mutex::default(), fails: AtomicBool::new(false) }
    }

    /// Takes notice that `password` was the right one of `compared`, the digest of the person `id`. Where a
    /// new digest is due, it is made in a task of its own, once for each person at a time; where that cannot
    /// be now, at another sign-in. Must be called on a runtime.
    pub fn consider(
        self: &Arc<Self>,
        id: &UserId,
        compared: &Arc<PasswordDigest>,
        password: &Secret,
    ) {
        let due = compared.cost().is_below(self.passwords.cost());
        if !due || !self.directory.has_registry() || self.directory.declares_person(id.as_str()) {
            return;
        }
        let Some(under_way) = self.begin(id) else { return };
        let (compared, password) = (Arc::clone(compared), password.clone());
        tokio::spawn(async move {
            let UnderWay { upgrades, id } = &under_way;
            match upgrades.upgrade(id, &compared, password).await {
                Ok(()) => upgrades.fails.store(false, Ordering::Relaxed),
                // What was too much for the threads is nothing that failed.
                Err(NotUpgraded::NotMade(NotMade::NotComputed(
                    NotCompared::TooMany { .. } | NotCompared::TooSlow,
                ))) => {}
                Err(error) => {
                    if !upgrades.fails.swap(true, Ordering::Relaxed) {
                        tracing::warn!(%error, "digests of passwords cannot be made anew");
                    }
                }
            }
        });
    }

    /// How many are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.lock().len()
    }

    /// Begins with the person `id`, unless that is under way, or too much is, or others wait.
    fn begin(self: &Arc<Self>, id: &UserId) -> Option<UnderWay> {
        if self.passwords.waiting() > 0 {
            return None;
        }
        let mut under_way = self.lock();
        let begun = under_way.len() < MOST_UNDER_WAY && under_way.insert(id.clone());
        begun.then(|| UnderWay { upgrades: Arc::clone(self), id: id.clone() })
    }

    async fn upgrade(
        &self,
        id: &UserId,
        compared: &PasswordDigest,
        password: Secret,
    ) -> Result<(), NotUpgraded> {
        let digest = self.passwords.digest_anew(password, compared).await?;
        let Some(mut person) = self.directory.person(id.as_str()).await? else { return Ok(()) };
        // A password that was changed since it was compared is another digest. One that is changed from here
        // on raises the version, and the registry does not take this one.
        if !person.password.is_same_as(compared) {
            return Ok(());
        }
        person.password = Arc::new(digest);
        match self.directory.change_person(&person).await? {
            Written::Done => tracing::debug!(%id, "a digest was made anew"),
            // The next sign-in finds what there is then.
            Written::Changed
            | Written::Absent
            | Written::Taken
            | Written::InUse
            | Written::ReadOnly => {}
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.upgrades.lock().remove(&self.id);
    }
}
