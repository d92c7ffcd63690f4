//! Applications that are kept in SQLite: one that is asked for all the time, and so many others that none is
//! remembered when its turn comes again.

use std::{path::Path, time::Duration};

use signet::{
    config::DirectoryUrl,
    directory::{KeptSecret, Registration, Registry, Sql, Written},
    oauth::{ClientMetadata, GrantType},
    secret::Secret,
};
use sqlx::{Connection, SqliteConnection};

use crate::{Outcome, subject::CLIENT_SECRET};

/// The one; the others are `cold-0` and so on.
pub(crate) const KEPT: &str = "kept";

/// How many others: more than are asked for in the two seconds for which an answer is remembered.
pub(crate) const OTHERS: u64 = 40_000;

/// How long SQLite may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The file, in `folder`.
const FILE: &str = "directory.db";

/// What `SIGNET_DIRECTORY__URL` is.
pub(crate) fn url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join(FILE).display())
}

/// Makes the file. The others are copies of the one in all but the identifier.
pub(crate) fn prepare(folder: &Path) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let file = folder.join(FILE);
        match Sql::new(DirectoryUrl::Sqlite(file.clone()), PATIENCE)
            .add_application(&kept()?)
            .await?
        {
            Written::Done => {}
            written => return Err(format!("the application was not added: {written:?}").into()),
        }
        let mut connection =
            SqliteConnection::connect(&format!("sqlite://{}", file.display())).await?;
        let numbers = format!(
            "WITH RECURSIVE others (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM others \
             WHERE number + 1 < {OTHERS}) "
        );
        for table in [
            "applications (client_id, metadata, search, disabled, created_at, version) \
             SELECT 'cold-' || number, metadata, search, disabled, created_at, version \
             FROM applications, others WHERE client_id = 'kept'",
            "application_secrets (client_id, position, digest, created_at) \
             SELECT 'cold-' || number, position, digest, created_at \
             FROM application_secrets, others WHERE client_id = 'kept'",
        ] {
            let copied = format!("INSERT INTO {table}");
            sqlx::raw_sql(&copied.replacen("SELECT", &format!("{numbers} SELECT"), 1))
                .execute(&mut connection)
                .await?;
        }
        connection.close().await?;
        Ok(())
    })
}

fn kept() -> Outcome<Registration> {
    let digest = Secret::new(CLIENT_SECRET.to_owned()).digest();
    Ok(Registration {
        client_id: KEPT.parse()?,
        owner: None,
        metadata: ClientMetadata {
            grant_types: vec![GrantType::ClientCredentials],
            scope: "read write".parse()?,
            audience: vec!["https://api.example.com".parse()?],
            ..ClientMetadata::default()
        },
        secrets: vec![KeptSecret { digest, created_at: 0, expires_at: None }],
        registration_access_token: None,
        disabled: false,
        locked: false,
        created_at: 0,
        version: 1,
    })
}
