//! Roles in their table.

use sqlx::{Row, any::AnyRow, query};

use super::{
    database::Database,
    person_roles,
    text::{Wanted, is_possible, search_text, stored},
    trouble::{Trouble, is_taken},
};
use crate::{
    directory::{Role, Search, Written},
    oauth::{RoleName, ScopeSet},
};

const ROWS: &str = "SELECT name, scopes, version FROM roles";

/// How many are asked for at once: fewer than either database takes.
const AT_ONCE: usize = 500;

const UNREADABLE: Trouble = Trouble::Unreadable("a role");

pub(super) async fn named(database: &Database, names: &[RoleName]) -> Result<Vec<Role>, Trouble> {
    let mut list = Vec::new();
    if names.is_empty() {
        return Ok(list);
    }
    let mut lease = database.lease().await?;
    for names in names.chunks(AT_ONCE) {
        let places: Vec<String> = (1..=names.len()).map(|number| format!("${number}")).collect();
        let sql = format!("{ROWS} WHERE name IN ({}) ORDER BY name", places.join(", "));
        let asked = names.iter().fold(query(&sql), |asked, name| asked.bind(name.as_str()));
        let rows = asked.fetch_all(&mut lease.connection).await?;
        list.extend(rows.iter().map(role).collect::<Result<Vec<_>, _>>()?);
    }
    lease.give_back();
    Ok(list)
}

pub(super) async fn several(database: &Database, search: Search<'_>) -> Result<Vec<Role>, Trouble> {
    // Nobody owns a role.
    let Some(wanted) = Wanted::new(Search { owner: None, ..search }) else {
        return Ok(Vec::new());
    };
    let sql =
        format!("{ROWS} WHERE name > $1 AND search LIKE $2 ESCAPE '!' ORDER BY name LIMIT $3");
    let asked = query(&sql).bind(wanted.after).bind(wanted.pattern).bind(wanted.limit);
    let mut lease = database.lease().await?;
    let rows = asked.fetch_all(&mut lease.connection).await?;
    lease.give_back();
    rows.iter().map(role).collect()
}

pub(super) async fn add(database: &Database, role: &Role) -> Result<Written, Trouble> {
    let name = role.name.as_str();
    let mut change = database.change().await?;
    let added = query("INSERT INTO roles (name, scopes, search, version) VALUES ($1, $2, $3, 1)")
        .bind(name)
        .bind(role.scopes.to_string())
        .bind(search_text(&[Some(name)]))
        .execute(change.connection())
        .await;
    match added {
        Err(error) if is_taken(&error) => change.refused(Written::Taken).await,
        added => {
            added?;
            change.made().await
        }
    }
}

pub(super) async fn change(database: &Database, role: &Role) -> Result<Written, Trouble> {
    let name = role.name.as_str();
    let mut change = database.change().await?;
    let changed = query(
        "UPDATE roles SET scopes = $1, version = version + 1 WHERE name = $2 AND version = $3",
    )
    .bind(role.scopes.to_string())
    .bind(name)
    .bind(stored(role.version))
    .execute(change.connection())
    .await?;
    if changed.rows_affected() > 0 {
        return change.made().await;
    }
    let row = query("SELECT version FROM roles WHERE name = $1")
        .bind(name)
        .fetch_optional(change.connection())
        .await?;
    change.refused(if row.is_some() { Written::Changed } else { Written::Absent }).await
}

pub(super) async fn remove(
    database: &Database,
    name: &str,
    version: Option<u64>,
) -> Result<Written, Trouble> {
    if !is_possible(name) {
        return Ok(Written::Absent);
    }
    let locking = database.locking("FOR UPDATE");
    let lock = format!("SELECT version FROM roles WHERE name = $1 {locking}");
    let mut change = database.change().await?;
    let row = query(&lock).bind(name).fetch_optional(change.connection()).await?;
    let Some(row) = row else { return change.refused(Written::Absent).await };
    let current: i64 = row.try_get("version")?;
    if version.is_some_and(|version| stored(version) != current) {
        return change.refused(Written::Changed).await;
    }
    // Asked when the row is locked: whoever was giving the role has done so by now.
    if person_roles::is_given(change.connection(), name).await? {
        return change.refused(Written::InUse).await;
    }
    query("DELETE FROM roles WHERE name = $1").bind(name).execute(change.connection()).await?;
    change.made().await
}

fn role(row: &AnyRow) -> Result<Role, Trouble> {
    let name: String = row.try_get("name")?;
    let scopes: String = row.try_get("scopes")?;
    let scopes = match scopes.as_str() {
        "" => ScopeSet::default(),
        scopes => scopes.parse().map_err(|_| UNREADABLE)?,
    };
    let version: i64 = row.try_get("version")?;
    Ok(Role {
        name: name.parse().map_err(|_| UNREADABLE)?,
        scopes,
        version: u64::try_from(version).map_err(|_| UNREADABLE)?,
    })
}
