//! Applications in their tables.

use sqlx::{AnyConnection, Row, any::AnyRow, query};

use super::{
    database::Database,
    text::{Wanted, is_possible, search_text, storable, storable_option, stored},
    trouble::{Trouble, is_taken},
};
use crate::{
    directory::{KeptSecret, Registration, Search, Written},
    secret::SecretDigest,
};

/// What is read of each, a row for each secret.
const ROWS: &str = "SELECT a.client_id, a.owner, a.metadata, a.registration_access_token, a.disabled, \
                    a.created_at, a.version, s.digest, s.created_at AS made_at, s.expires_at";

const SECRETS: &str = "a LEFT JOIN application_secrets s ON s.client_id = a.client_id";

const UNREADABLE: Trouble = Trouble::Unreadable("an application");

/// What `disabled` says.
const ON: i64 = 0;
const OFF: i64 = 1;
const LOCKED: i64 = 2;

pub(super) async fn one(
    database: &Database,
    client_id: &str,
) -> Result<Option<Registration>, Trouble> {
    if !is_possible(client_id) {
        return Ok(None);
    }
    let sql =
        format!("{ROWS} FROM applications {SECRETS} WHERE a.client_id = $1 ORDER BY s.position");
    let mut lease = database.lease().await?;
    let rows = query(&sql).bind(client_id).fetch_all(&mut lease.connection).await?;
    lease.give_back();
    Ok(registrations(&rows)?.pop())
}

pub(super) async fn several(
    database: &Database,
    search: Search<'_>,
) -> Result<Vec<Registration>, Trouble> {
    let Some(wanted) = Wanted::new(search) else { return Ok(Vec::new()) };
    let owner = match search.owner {
        Some(_) => "AND owner = $4",
        None => "",
    };
    let sql = format!(
        "{ROWS} FROM (SELECT * FROM applications WHERE client_id > $1 AND search LIKE $2 ESCAPE '!' {owner} \
         ORDER BY client_id LIMIT $3) {SECRETS} ORDER BY a.client_id, s.position"
    );
    let mut asked = query(&sql).bind(wanted.after).bind(wanted.pattern).bind(wanted.limit);
    if let Some(owner) = search.owner {
        asked = asked.bind(owner);
    }
    let mut lease = database.lease().await?;
    let rows = asked.fetch_all(&mut lease.connection).await?;
    lease.give_back();
    registrations(&rows)
}

pub(super) async fn add(
    database: &Database,
    application: &Registration,
) -> Result<Written, Trouble> {
    let Kept { client_id, owner, metadata, search, token, disabled } = Kept::of(application)?;
    let mut change = database.change().await?;
    let added = query(
        "INSERT INTO applications (client_id, owner, metadata, search, registration_access_token, \
         disabled, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
    )
    .bind(client_id)
    .bind(owner)
    .bind(metadata)
    .bind(search)
    .bind(token)
    .bind(disabled)
    .bind(stored(application.created_at))
    .execute(change.connection())
    .await;
    match added {
        Err(error) if is_taken(&error) => return change.refused(Written::Taken).await,
        added => added?,
    };
    replace_secrets(change.connection(), application).await?;
    change.made().await
}

pub(super) async fn change(
    database: &Database,
    application: &Registration,
) -> Result<Written, Trouble> {
    let Kept { client_id, owner, metadata, search, token, disabled } = Kept::of(application)?;
    let mut change = database.change().await?;
    let changed = query(
        "UPDATE applications SET owner = $1, metadata = $2, search = $3, \
         registration_access_token = $4, disabled = $5, version = version + 1 \
         WHERE client_id = $6 AND version = $7",
    )
    .bind(owner)
    .bind(metadata)
    .bind(search)
    .bind(token)
    .bind(disabled)
    .bind(client_id)
    .bind(stored(application.version))
    .execute(change.connection())
    .await?;
    if changed.rows_affected() == 0 {
        let why = missing(change.connection(), client_id).await?;
        return change.refused(why).await;
    }
    replace_secrets(change.connection(), application).await?;
    change.made().await
}

pub(super) async fn remove(
    database: &Database,
    client_id: &str,
    version: Option<u64>,
) -> Result<Written, Trouble> {
    if !is_possible(client_id) {
        return Ok(Written::Absent);
    }
    let mut change = database.change().await?;
    // The secrets go with it.
    let removed =
        query("DELETE FROM applications WHERE client_id = $1 AND ($2 IS NULL OR version = $2)")
            .bind(client_id)
            .bind(version.map(stored))
            .execute(change.connection())
            .await?;
    if removed.rows_affected() == 0 {
        let why = missing(change.connection(), client_id).await?;
        return change.refused(why).await;
    }
    change.made().await
}

/// Why no row of that identifier and version was found.
async fn missing(connection: &mut AnyConnection, client_id: &str) -> Result<Written, Trouble> {
    let row = query("SELECT version FROM applications WHERE client_id = $1")
        .bind(client_id)
        .fetch_optional(connection)
        .await?;
    Ok(if row.is_some() { Written::Changed } else { Written::Absent })
}

/// Those of another who had the identifier before go too, should any have been left.
async fn replace_secrets(
    connection: &mut AnyConnection,
    application: &Registration,
) -> Result<(), Trouble> {
    let client_id = application.client_id.as_str();
    query("DELETE FROM application_secrets WHERE client_id = $1")
        .bind(client_id)
        .execute(&mut *connection)
        .await?;
    for (position, secret) in (0_i64..).zip(&application.secrets) {
        query(
            "INSERT INTO application_secrets (client_id, position, digest, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(client_id)
        .bind(position)
        .bind(secret.digest.to_hex())
        .bind(stored(secret.created_at))
        .bind(secret.expires_at.map(stored))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What both adding and changing write.
struct Kept<'a> {
    client_id: &'a str,
    owner: Option<String>,
    metadata: String,
    search: String,
    token: Option<String>,
    disabled: i64,
}

impl<'a> Kept<'a> {
    fn of(application: &'a Registration) -> Result<Self, Trouble> {
        let client_id = application.client_id.as_str();
        // JSON escapes what cannot be stored.
        let metadata = serde_json::to_string(&application.metadata).map_err(|_| UNREADABLE)?;
        Ok(Self {
            client_id,
            owner: storable_option(application.owner.as_deref()),
            metadata: storable(&metadata).into_owned(),
            search: search_text(&application.searched()),
            token: application.registration_access_token.map(|digest| digest.to_hex()),
            disabled: match (application.disabled, application.locked) {
                (false, _) => ON,
                (true, false) => OFF,
                (true, true) => LOCKED,
            },
        })
    }
}

/// The applications of `rows`, where those of one stand together.
fn registrations(rows: &[AnyRow]) -> Result<Vec<Registration>, Trouble> {
    let mut list: Vec<Registration> = Vec::new();
    for row in rows {
        let client_id: String = row.try_get("client_id")?;
        let begun = list.last().is_some_and(|last| last.client_id.as_str() == client_id);
        if !begun {
            list.push(registration(row, &client_id)?);
        }
        if let (Some(secret), Some(last)) = (secret(row)?, list.last_mut()) {
            last.secrets.push(secret);
        }
    }
    Ok(list)
}

fn registration(row: &AnyRow, client_id: &str) -> Result<Registration, Trouble> {
    let token: Option<String> = row.try_get("registration_access_token")?;
    let metadata: String = row.try_get("metadata")?;
    let disabled: i64 = row.try_get("disabled")?;
    Ok(Registration {
        client_id: client_id.parse().map_err(|_| UNREADABLE)?,
        owner: row.try_get("owner")?,
        metadata: serde_json::from_str(&metadata).map_err(|_| UNREADABLE)?,
        secrets: Vec::new(),
        registration_access_token: token.map(|hex| digest(&hex)).transpose()?,
        disabled: disabled != ON,
        locked: disabled == LOCKED,
        created_at: number(row.try_get("created_at")?)?,
        version: number(row.try_get("version")?)?,
    })
}

fn secret(row: &AnyRow) -> Result<Option<KeptSecret>, Trouble> {
    let Some(hex) = row.try_get::<Option<String>, _>("digest")? else { return Ok(None) };
    let expires_at: Option<i64> = row.try_get("expires_at")?;
    Ok(Some(KeptSecret {
        digest: digest(&hex)?,
        created_at: number(row.try_get("made_at")?)?,
        expires_at: expires_at.map(number).transpose()?,
    }))
}

fn digest(hex: &str) -> Result<SecretDigest, Trouble> {
    SecretDigest::from_hex(hex).ok_or(UNREADABLE)
}

fn number(stored: i64) -> Result<u64, Trouble> {
    u64::try_from(stored).map_err(|_| UNREADABLE)
}
