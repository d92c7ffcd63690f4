//! The database behind the registry: opened when somebody first asks, a few connections, and a bound on the
//! time of every answer. A pool of our own, because sqlx's waits out its whole time where a server refuses.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{AnyConnection, Connection, Executor};
use tokio::{
    sync::{self, Semaphore},
    task::JoinHandle,
    time::timeout,
};

use super::{
    connection::{Change, Lease},
    migrations::{self, Dialect},
    postgres, sqlite,
    trouble::Trouble,
};
use crate::{
    config::DirectoryUrl,
    directory::{Answer, DirectoryAway},
};

/// How long an idle connection may take to show that it stands.
const PATIENCE_WITH_IDLE: Duration = Duration::from_secs(1);

/// How long it may take to bring the tables up to date; requests do not wait for that.
const PATIENCE_WITH_MIGRATIONS: Duration = Duration::from_secs(600);

/// How many connections there are at most.
const CONNECTIONS: usize = 5;

/// A database that has been opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opened {
    /// Which file, where it is one.
    file: Option<sqlite::Identity>,
    /// How many migrations made it.
    migrations: usize,
}

/// A database.
#[derive(Debug)]
pub(super) struct Database {
    url: Arc<DirectoryUrl>,
    /// How long an answer may take, connecting included.
    patience: Duration,
    opened: Mutex<Option<Opened>>,
    /// Who opens it goes on when those who wait for it do not.
    opening: sync::Mutex<Option<JoinHandle<Result<Opened, Trouble>>>>,
    idle: Mutex<Vec<AnyConnection>>,
    places: Semaphore,
    /// SQLite has one writer at a time. Here they stand in line; with SQLite they would not.
    turns: Semaphore,
}

impl Database {
    pub(super) fn new(url: DirectoryUrl, patience: Duration) -> Self {
        let writers = match url {
            DirectoryUrl::Sqlite(_) => 1,
            DirectoryUrl::Postgres(_) => CONNECTIONS,
        };
        Self {
            url: Arc::new(url),
            patience,
            opened: Mutex::default(),
            opening: sync::Mutex::default(),
            idle: Mutex::default(),
            places: Semaphore::new(CONNECTIONS),
            turns: Semaphore::new(writers),
        }
    }

    /// What `work` comes to, in time.
    pub(super) fn answer<'a, T: Send + 'a>(
        &self,
        work: impl Future<Output = Result<T, Trouble>> + Send + 'a,
    ) -> Answer<'a, T> {
        let patience = self.patience;
        Box::pin(async move {
            let answer = timeout(patience, work).await.unwrap_or_else(|_| Err(too_slow(patience)));
            answer.map_err(DirectoryAway::from)
        })
    }

    /// Whether it answers.
    pub(super) async fn check(&self) -> Result<(), Trouble> {
        let mut lease = self.lease().await?;
        lease.connection.execute("SELECT version FROM roles LIMIT 1").await?;
        lease.give_back();
        Ok(())
    }

    /// How many migrations made it.
    pub(super) async fn migrations(&self) -> Result<usize, Trouble> {
        self.check().await?;
        Ok(self.opened().await?.migrations)
    }

    /// The end of a statement that locks the rows it reads, where there is such a thing. In SQLite whoever
    /// changes anything has locked everything.
    pub(super) fn locking(&self, how: &'static str) -> &'static str {
        match &*self.url {
            DirectoryUrl::Sqlite(_) => "",
            DirectoryUrl::Postgres(_) => how,
        }
    }

    /// A connection that works.
    pub(super) async fn lease(&self) -> Result<Lease<'_>, Trouble> {
        let place = self.places.acquire().await.expect("OK because nobody closes it");
        let opened = self.opened().await?;
        let connection = match self.idle_connection().await {
            Some(connection) => connection,
            None => connect(&self.url).await?,
        };
        Ok(Lease { connection, opened, database: self, place })
    }

    /// A connection that stands and is not used. Where one is cut, or leads nowhere, so are the others: the
    /// server was restarted, or something in between has forgotten them.
    async fn idle_connection(&self) -> Option<AnyConnection> {
        let mut connection = locked(&self.idle).pop()?;
        match timeout(PATIENCE_WITH_IDLE, connection.ping()).await {
            Ok(Ok(())) => Some(connection),
            _ => {
                locked(&self.idle).clear();
                None
            }
        }
    }

    /// A change that has begun.
    pub(super) async fn change(&self) -> Result<Change<'_>, Trouble> {
        let turn = self.turns.acquire().await.expect("OK because nobody closes it");
        let mut lease = self.lease().await?;
        lease
            .connection
            .execute(match &*self.url {
                DirectoryUrl::Sqlite(_) => "BEGIN IMMEDIATE",
                DirectoryUrl::Postgres(_) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            })
            .await?;
        Ok(Change { lease, turn })
    }

    /// Keeps a connection for the next, unless it leads to what is not there any more.
    pub(super) fn take_back(&self, connection: AnyConnection, opened: Opened) {
        let current = locked(&self.opened);
        if *current == Some(opened) {
            locked(&self.idle).push(connection);
        }
    }

    /// Opens it, unless that has been done. A file in the place of the one that was opened is another
    /// database; none in its place is an outage, and not an empty directory.
    async fn opened(&self) -> Result<Opened, Trouble> {
        let known = *locked(&self.opened);
        if let Some(opened) = known {
            let file = match &*self.url {
                DirectoryUrl::Sqlite(path) => Some(sqlite::identity(path).await?),
                DirectoryUrl::Postgres(_) => None,
            };
            if opened.file == file {
                return Ok(opened);
            }
            self.forget(opened);
        }
        let mut opening = self.opening.lock().await;
        if let Some(opened) = *locked(&self.opened) {
            return Ok(opened);
        }
        // An attempt that failed when nobody waited any more says nothing of now.
        let running = opening.take().filter(|running| !running.is_finished());
        let running =
            opening.insert(running.unwrap_or_else(|| {
                tokio::spawn(open_in_time(Arc::clone(&self.url), self.patience))
            }));
        let outcome = Pin::new(running).await;
        *opening = None;
        let opened = outcome.map_err(|error| Trouble::Opening(error.to_string()))??;
        *locked(&self.opened) = Some(opened);
        Ok(opened)
    }

    fn forget(&self, opened: Opened) {
        let mut current = locked(&self.opened);
        if *current == Some(opened) {
            *current = None;
            locked(&self.idle).clear();
        }
    }
}

async fn connect(url: &DirectoryUrl) -> Result<AnyConnection, Trouble> {
    match url {
        DirectoryUrl::Sqlite(path) => sqlite::connect(path).await,
        DirectoryUrl::Postgres(url) => postgres::connect(url).await,
    }
}

async fn open_in_time(url: Arc<DirectoryUrl>, patience: Duration) -> Result<Opened, Trouble> {
    let opening = timeout(PATIENCE_WITH_MIGRATIONS, open(&url, patience));
    opening.await.unwrap_or_else(|_| Err(too_slow(PATIENCE_WITH_MIGRATIONS)))
}

async fn open(url: &DirectoryUrl, patience: Duration) -> Result<Opened, Trouble> {
    match url {
        DirectoryUrl::Sqlite(path) => {
            let (mut connection, lock) = sqlite::connect_alone(path).await?;
            let migrations = migrations::run(&mut connection, Dialect::Sqlite).await?;
            let file = sqlite::identity(path).await?;
            connection.close().await?;
            drop(lock);
            Ok(Opened { file: Some(file), migrations })
        }
        DirectoryUrl::Postgres(url) => {
            let connecting = timeout(patience, postgres::connect_unbounded(url));
            let mut connection = connecting.await.map_err(|_| too_slow(patience))??;
            let migrations = migrations::run(&mut connection, Dialect::Postgres).await?;
            connection.close().await?;
            Ok(Opened { file: None, migrations })
        }
    }
}

const fn too_slow(patience: Duration) -> Trouble {
    Trouble::TooSlow(patience.as_secs())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
