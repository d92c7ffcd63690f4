//! The tables, and how they came to be: each migration is made once, and never changed afterwards.

use std::borrow::Cow;

use sqlx::{
    AnyConnection,
    error::BoxDynError,
    migrate::{Migration, MigrationSource, MigrationType, Migrator},
};

use super::trouble::Trouble;

/// Which database's words are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// Number, name and text of each, in order.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "directory", include_str!("migrations/1_directory.sql")),
    (2, "sessions", include_str!("migrations/2_sessions.sql")),
];

/// Makes those that have not been made, and tells how many there are. On PostgreSQL one process does at a
/// time; SQLite is locked by the caller.
pub(super) async fn run(
    connection: &mut AnyConnection,
    dialect: Dialect,
) -> Result<usize, Trouble> {
    let migrator = Migrator::new(dialect).await?;
    migrator.run_direct(connection).await?;
    Ok(MIGRATIONS.len())
}

impl<'s> MigrationSource<'s> for Dialect {
    fn resolve(
        self,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 's>>
    {
        let text = move |text: &'static str| -> Cow<'static, str> {
            match self {
                Self::Postgres => text.into(),
                // Bytes are what SQLite compares by anyway.
                Self::Sqlite => text.replace(" COLLATE \"C\"", "").into(),
            }
        };
        let migrations = MIGRATIONS.iter().map(move |(number, name, sql)| {
            Migration::new(*number, (*name).into(), MigrationType::Simple, text(sql), false)
        });
        Box::pin(std::future::ready(Ok(migrations.collect())))
    }
}
