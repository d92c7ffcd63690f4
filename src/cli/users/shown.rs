//! People as they are printed: for people to read, or as JSON for scripts.

use super::Failed;
use crate::{
    directory::Person,
    http::management::users::{UserBody, UserListBody},
};

/// Prints somebody.
pub(super) fn show(person: &Person, json: bool) -> Result<(), Failed> {
    let user = UserBody::from(person);
    if json {
        println!("{}", serde_json::to_string_pretty(&user)?);
        return Ok(());
    }
    println!("id        {}", user.id);
    println!("username  {}", user.username);
    println!("name      {}", user.name.as_deref().unwrap_or("-"));
    println!("email     {}", user.email.as_deref().unwrap_or("-"));
    println!("roles     {}", list(&user.roles));
    println!("state     {}", state(&user));
    Ok(())
}

/// Prints everybody, one in a line.
pub(super) fn show_all(people: &[Person], json: bool) -> Result<(), Failed> {
    let items: Vec<UserBody> = people.iter().map(UserBody::from).collect();
    if json {
        println!("{}", serde_json::to_string_pretty(&UserListBody { items, next: None })?);
        return Ok(());
    }
    println!("{:<36}  {:<24}  {:<20}  state", "id", "username", "roles");
    for user in items {
        println!(
            "{:<36}  {:<24}  {:<20}  {}",
            user.id,
            user.username,
            list(&user.roles),
            state(&user)
        );
    }
    Ok(())
}

fn list(roles: &[String]) -> String {
    if roles.is_empty() { "-".to_owned() } else { roles.join(", ") }
}

fn state(user: &UserBody) -> &'static str {
    match (user.disabled, user.declared) {
        (true, true) => "disabled, declared",
        (true, false) => "disabled",
        (false, true) => "declared",
        (false, false) => "enabled",
    }
}
