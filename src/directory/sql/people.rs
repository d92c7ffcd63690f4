//! People in their tables.

use std::sync::Arc;

use sqlx::{AnyConnection, Row, any::AnyRow, query};

use super::{
    database::Database,
    person_roles,
    text::{Wanted, is_possible, search_text, storable_option, stored},
    trouble::{Trouble, is_taken},
};
use crate::directory::{Person, Search, Written};

/// What is read of each, a row for each role.
const ROWS: &str = "SELECT p.id, p.username_as_written, p.name, p.email, p.password, p.disabled, \
                    p.sessions_since, p.created_at, p.version, r.role";

const ROLES: &str = "p LEFT JOIN person_roles r ON r.person_id = p.id";

const UNREADABLE: Trouble = Trouble::Unreadable("a person");

/// What a person is known by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key {
    Id,
    /// In its canonical form.
    UserName,
}

pub(super) async fn one(
    database: &Database,
    key: Key,
    value: &str,
) -> Result<Option<Person>, Trouble> {
    if !is_possible(value) {
        return Ok(None);
    }
    let column = match key {
        Key::Id => "id",
        Key::UserName => "username",
    };
    let sql = format!("{ROWS} FROM people {ROLES} WHERE p.{column} = $1 ORDER BY r.position");
    let mut lease = database.lease().await?;
    let rows = query(&sql).bind(value).fetch_all(&mut lease.connection).await?;
    lease.give_back();
    Ok(people(&rows)?.pop())
}

pub(super) async fn several(
    database: &Database,
    search: Search<'_>,
) -> Result<Vec<Person>, Trouble> {
    // Nobody owns a person.
    let Some(wanted) = Wanted::new(Search { owner: None, ..search }) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "{ROWS} FROM (SELECT * FROM people WHERE username > $1 AND search LIKE $2 ESCAPE '!' \
         ORDER BY username LIMIT $3) {ROLES} ORDER BY p.username, r.position"
    );
    let asked = query(&sql).bind(wanted.after).bind(wanted.pattern).bind(wanted.limit);
    let mut lease = database.lease().await?;
    let rows = asked.fetch_all(&mut lease.connection).await?;
    lease.give_back();
    people(&rows)
}

pub(super) async fn add(database: &Database, person: &Person) -> Result<Written, Trouble> {
    let mut change = database.change().await?;
    let added = query(
        "INSERT INTO people (id, username, username_as_written, name, email, password, search, \
         disabled, sessions_since, created_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
    )
    .bind(person.id.as_str())
    .bind(person.username.canonical())
    .bind(person.username.as_written())
    .bind(storable_option(person.name.as_deref()))
    .bind(storable_option(person.email.as_deref()))
    .bind(person.password.to_phc_string())
    .bind(search_text(&person.searched()))
    .bind(i64::from(person.disabled))
    .bind(stored(person.sessions_since))
    .bind(stored(person.created_at))
    .execute(change.connection())
    .await;
    match added {
        Err(error) if is_taken(&error) => return change.refused(Written::Taken).await,
        added => added?,
    };
    person_roles::replace(change.connection(), database, person).await?;
    change.made().await
}

pub(super) async fn change(database: &Database, person: &Person) -> Result<Written, Trouble> {
    let id = person.id.as_str();
    let mut change = database.change().await?;
    let changed = query(
        "UPDATE people SET username = $1, username_as_written = $2, name = $3, email = $4, \
         password = $5, search = $6, disabled = $7, sessions_since = $8, version = version + 1 \
         WHERE id = $9 AND version = $10",
    )
    .bind(person.username.canonical())
    .bind(person.username.as_written())
    .bind(storable_option(person.name.as_deref()))
    .bind(storable_option(person.email.as_deref()))
    .bind(person.password.to_phc_string())
    .bind(search_text(&person.searched()))
    .bind(i64::from(person.disabled))
    .bind(stored(person.sessions_since))
    .bind(id)
    .bind(stored(person.version))
    .execute(change.connection())
    .await;
    let changed = match changed {
        Err(error) if is_taken(&error) => return change.refused(Written::Taken).await,
        changed => changed?,
    };
    if changed.rows_affected() == 0 {
        let why = missing(change.connection(), id).await?;
        return change.refused(why).await;
    }
    person_roles::replace(change.connection(), database, person).await?;
    change.made().await
}

pub(super) async fn remove(
    database: &Database,
    id: &str,
    version: Option<u64>,
) -> Result<Written, Trouble> {
    if !is_possible(id) {
        return Ok(Written::Absent);
    }
    let mut change = database.change().await?;
    // Their roles go with them.
    let removed = query("DELETE FROM people WHERE id = $1 AND ($2 IS NULL OR version = $2)")
        .bind(id)
        .bind(version.map(stored))
        .execute(change.connection())
        .await?;
    if removed.rows_affected() == 0 {
        let why = missing(change.connection(), id).await?;
        return change.refused(why).await;
    }
    change.made().await
}

/// Why no row of that identifier and version was found.
async fn missing(connection: &mut AnyConnection, id: &str) -> Result<Written, Trouble> {
    let row = query("SELECT version FROM people WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(if row.is_some() { Written::Changed } else { Written::Absent })
}

/// The people of `rows`, where those of one stand together.
fn people(rows: &[AnyRow]) -> Result<Vec<Person>, Trouble> {
    let mut list: Vec<Person> = Vec::new();
    for row in rows {
        let id: String = row.try_get("id")?;
        let begun = list.last().is_some_and(|last| last.id.as_str() == id);
        if !begun {
            list.push(person(row, &id)?);
        }
        let role: Option<String> = row.try_get("role")?;
        if let (Some(role), Some(last)) = (role, list.last_mut()) {
            last.roles.push(role.parse().map_err(|_| UNREADABLE)?);
        }
    }
    Ok(list)
}

fn person(row: &AnyRow, id: &str) -> Result<Person, Trouble> {
    let username: String = row.try_get("username_as_written")?;
    let password: String = row.try_get("password")?;
    let number = |stored| u64::try_from(stored).map_err(|_| UNREADABLE);
    Ok(Person {
        id: id.parse().map_err(|_| UNREADABLE)?,
        username: username.parse().map_err(|_| UNREADABLE)?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        roles: Vec::new(),
        password: Arc::new(password.parse().map_err(|_| UNREADABLE)?),
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        sessions_since: number(row.try_get::<i64, _>("sessions_since")?)?,
        created_at: number(row.try_get::<i64, _>("created_at")?)?,
        version: number(row.try_get::<i64, _>("version")?)?,
    })
}
