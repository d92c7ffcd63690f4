//! People who come: added by an administrator, or signing up by themselves.

use std::{net::IpAddr, sync::Arc};

use super::{
    Actor, People, Profile, random_id,
    rules::{check_password, not_made},
};
use crate::{
    config::PeopleRegistration,
    directory::{Person, Registry},
    grants::directory_unavailable,
    management::settled,
    oauth::{Reason, Refusal, RoleName},
    secret::Secret,
};

impl People {
    /// Adds a person, who signs in with `password`.
    ///
    /// # Errors
    /// `insufficient_scope` without `admin`; `conflict` where the user name is taken, and where there is no
    /// registry; `invalid_request` with the fields that cannot be; `temporarily_unavailable` while the directory
    /// is away, or while too many passwords wait.
    pub async fn add(
        &self,
        actor: Actor<'_>,
        profile: Profile,
        password: Secret,
    ) -> Result<Person, Refusal> {
        actor.require_admin()?;
        self.check_roles(profile.roles.as_deref().unwrap_or_default(), &[]).await?;
        self.create(profile, password).await
    }

    /// Whether people may sign up.
    #[must_use]
    pub fn may_sign_up(&self) -> bool {
        self.registration.load().registration == PeopleRegistration::Open
    }

    /// Registers whoever asks from `address`, with the role that configuration gives them; what `profile` says
    /// of roles does not count.
    ///
    /// # Errors
    /// `unauthorized` where people cannot sign up; 429 after too many attempts; all else as [`Self::add`].
    pub async fn sign_up(
        &self,
        profile: Profile,
        password: Secret,
        address: IpAddr,
    ) -> Result<Person, Refusal> {
        if !self.may_sign_up() {
            return Err(Reason::NoAccessToken.into());
        }
        // What may not be chosen costs nothing and tells nothing, so it is not counted.
        check_password("password", &password, &profile.username, profile.email.as_deref())?;
        self.sign_ups.count(address)?;
        let roles = self.roles_of_those_who_sign_up().await?;
        self.create(Profile { roles: Some(roles), disabled: None, ..profile }, password).await
    }

    async fn roles_of_those_who_sign_up(&self) -> Result<Vec<RoleName>, Refusal> {
        let default_role: Vec<RoleName> =
            self.registration.load().default_role.iter().cloned().collect();
        let roles = self.directory.roles_named(&default_role).await;
        let roles = roles.map_err(directory_unavailable)?;
        if roles.len() < default_role.len() {
            tracing::warn!("directory.default_role: there is no such role; who signs up has none");
        }
        Ok(roles.into_iter().map(|role| role.name).collect())
    }

    async fn create(&self, profile: Profile, password: Secret) -> Result<Person, Refusal> {
        if !self.directory.has_registry() {
            return Err(Reason::NothingKept.into());
        }
        let Profile { username, name, email, roles, disabled } = profile;
        check_password("password", &password, &username, email.as_deref())?;
        // Asked first, because a digest costs more than a question; decided when it is added.
        let taken = self.directory.person_named(&username).await.map_err(directory_unavailable)?;
        if taken.is_some() {
            return Err(Reason::Taken.into());
        }
        let password = Arc::new(self.passwords.digest(password).await.map_err(not_made)?);
        let person = Person {
            id: random_id(&*self.entropy)?,
            username,
            name,
            email,
            roles: roles.unwrap_or_default(),
            password,
            disabled: disabled.unwrap_or_default(),
            sessions_since: 0,
            created_at: self.clock.now(),
            version: 1,
        };
        let written = self.directory.add_person(&person).await.map_err(directory_unavailable)?;
        settled(written, Reason::UnknownPerson)?;
        Ok(person)
    }
}
