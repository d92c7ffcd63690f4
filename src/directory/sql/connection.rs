//! A connection on loan, and a change on one. What ends early, by an error, a timeout or a client that went
//! away, closes the connection: nobody inherits half of a conversation.

use sqlx::{AnyConnection, Executor};
use tokio::sync::SemaphorePermit;

use super::{
    database::{Database, Opened},
    trouble::Trouble,
};
use crate::directory::Written;

/// A connection on loan.
#[derive(Debug)]
pub(super) struct Lease<'a> {
    pub(super) connection: AnyConnection,
    pub(super) opened: Opened,
    pub(super) database: &'a Database,
    pub(super) place: SemaphorePermit<'a>,
}

impl Lease<'_> {
    /// Returns it to the others.
    pub(super) fn give_back(self) {
        let Self { connection, opened, database, place } = self;
        database.take_back(connection, opened);
        drop(place);
    }
}

/// A change that is made whole or not at all.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) lease: Lease<'a>,
    pub(super) turn: SemaphorePermit<'a>,
}

impl Change<'_> {
    /// Where its statements go.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.lease.connection
    }

    /// Makes it.
    pub(super) async fn made(self) -> Result<Written, Trouble> {
        self.ended("COMMIT", Written::Done).await
    }

    /// Makes nothing of it.
    pub(super) async fn refused(self, why: Written) -> Result<Written, Trouble> {
        self.ended("ROLLBACK", why).await
    }

    async fn ended(mut self, how: &str, written: Written) -> Result<Written, Trouble> {
        self.connection().execute(how).await?;
        let Self { lease, turn } = self;
        lease.give_back();
        drop(turn);
        Ok(written)
    }
}
