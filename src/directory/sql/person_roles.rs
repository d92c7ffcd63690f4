//! Who has which role. A role that is being given and one that is being removed do not pass each other:
//! both lock the role's row first.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, query};

use super::{database::Database, trouble::Trouble};
use crate::directory::Person;

/// Gives `person` exactly the roles that they say.
pub(super) async fn replace(
    connection: &mut AnyConnection,
    database: &Database,
    person: &Person,
) -> Result<(), Trouble> {
    let id = person.id.as_str();
    let locking = database.locking("FOR SHARE");
    let lock = format!("SELECT version FROM roles WHERE name = $1 {locking}");
    // In one order, whoever gives them. A role that only configuration declares has no row.
    for role in person.roles.iter().collect::<BTreeSet<_>>() {
        query(&lock).bind(role.as_str()).fetch_optional(&mut *connection).await?;
    }
    query("DELETE FROM person_roles WHERE person_id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    for (position, role) in (0_i64..).zip(&person.roles) {
        query("INSERT INTO person_roles (person_id, position, role) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(position)
            .bind(role.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Whether somebody has the role of that name.
pub(super) async fn is_given(connection: &mut AnyConnection, name: &str) -> Result<bool, Trouble> {
    let row = query("SELECT position FROM person_roles WHERE role = $1 LIMIT 1")
        .bind(name)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}
