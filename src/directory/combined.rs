//! The directory as one registry: what configuration declares comes first and is read-only, what is kept
//! in the registry behind it can be changed. Lists have both, in one order.

use super::{
    Answer, Directory, DirectoryAway, Person, Registration, Registry, Role, Search, Written,
    registered::Forget,
};
use crate::oauth::{RoleName, UserName};

impl Registry for Directory {
    fn application<'a>(&'a self, client_id: &'a str) -> Answer<'a, Option<Registration>> {
        Box::pin(async move {
            let declared = self.declared.load_full().application(client_id).await?;
            self.or_kept(declared, self.kept().map(|kept| kept.application(client_id))).await
        })
    }

    fn applications<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Registration>> {
        Box::pin(async move {
            let declared = self.declared.load_full().applications(search).await?;
            let kept = self.kept().map(|kept| kept.applications(search));
            self.merged(declared, kept, search.limit, |one| one.client_id.as_str()).await
        })
    }

    fn add_application<'a>(&'a self, application: &'a Registration) -> Answer<'a, Written> {
        let taken = self.declares_application(application.client_id.as_str());
        let change = self.kept().map(|kept| kept.add_application(application));
        self.written(taken.then_some(Written::Taken), change, Forget::Nothing)
    }

    fn change_application<'a>(&'a self, application: &'a Registration) -> Answer<'a, Written> {
        let client_id = application.client_id.as_str();
        let declared = self.declares_application(client_id);
        let change = self.kept().map(|kept| kept.change_application(application));
        self.written(declared.then_some(Written::ReadOnly), change, Forget::Client(client_id))
    }

    fn remove_application<'a>(
        &'a self,
        client_id: &'a str,
        version: Option<u64>,
    ) -> Answer<'a, Written> {
        let declared = self.declares_application(client_id);
        let change = self.kept().map(|kept| kept.remove_application(client_id, version));
        self.written(declared.then_some(Written::ReadOnly), change, Forget::Client(client_id))
    }

    fn person<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Person>> {
        Box::pin(async move {
            let declared = self.declared.load_full().person(id).await?;
            self.or_kept(declared, self.kept().map(|kept| kept.person(id))).await
        })
    }

    fn person_named<'a>(&'a self, username: &'a UserName) -> Answer<'a, Option<Person>> {
        Box::pin(async move {
            let declared = self.declared.load_full().person_named(username).await?;
            self.or_kept(declared, self.kept().map(|kept| kept.person_named(username))).await
        })
    }

    fn people<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Person>> {
        Box::pin(async move {
            let declared = Registry::people(&*self.declared.load_full(), search).await?;
            let kept = self.kept().map(|kept| kept.people(search));
            self.merged(declared, kept, search.limit, |one| one.username.canonical()).await
        })
    }

    fn add_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written> {
        let taken =
            self.declares_person(person.id.as_str()) || self.declares_name(&person.username);
        let change = self.kept().map(|kept| kept.add_person(person));
        self.written(taken.then_some(Written::Taken), change, Forget::Nothing)
    }

    fn change_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written> {
        let id = person.id.as_str();
        let refused = if self.declares_person(id) {
            Some(Written::ReadOnly)
        } else {
            self.declares_name(&person.username).then_some(Written::Taken)
        };
        let change = self.kept().map(|kept| kept.change_person(person));
        self.written(refused, change, Forget::User(id))
    }

    fn remove_person<'a>(&'a self, id: &'a str, version: Option<u64>) -> Answer<'a, Written> {
        let declared = self.declares_person(id);
        let change = self.kept().map(|kept| kept.remove_person(id, version));
        self.written(declared.then_some(Written::ReadOnly), change, Forget::User(id))
    }

    fn roles_named<'a>(&'a self, names: &'a [RoleName]) -> Answer<'a, Vec<Role>> {
        Box::pin(async move {
            let mut roles = self.declared.load_full().roles_named(names).await?;
            if let Some(registered) = &self.registered {
                let kept = registered.observed(registered.registry.roles_named(names).await)?;
                let shadowed = |role: &Role| self.declares_role(role.name.as_str());
                roles.extend(kept.into_iter().filter(|role| !shadowed(role)));
            }
            Ok(roles)
        })
    }

    fn roles<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Role>> {
        Box::pin(async move {
            let declared = self.declared.load_full().roles(search).await?;
            let kept = self.kept().map(|kept| kept.roles(search));
            self.merged(declared, kept, search.limit, |one| one.name.as_str()).await
        })
    }

    fn add_role<'a>(&'a self, role: &'a Role) -> Answer<'a, Written> {
        let taken = self.declares_role(role.name.as_str());
        let change = self.kept().map(|kept| kept.add_role(role));
        self.written(taken.then_some(Written::Taken), change, Forget::Users)
    }

    fn change_role<'a>(&'a self, role: &'a Role) -> Answer<'a, Written> {
        let declared = self.declares_role(role.name.as_str());
        let change = self.kept().map(|kept| kept.change_role(role));
        self.written(declared.then_some(Written::ReadOnly), change, Forget::Users)
    }

    fn remove_role<'a>(&'a self, name: &'a str, version: Option<u64>) -> Answer<'a, Written> {
        let declared = self.declares_role(name);
        let change = self.kept().map(|kept| kept.remove_role(name, version));
        self.written(declared.then_some(Written::ReadOnly), change, Forget::Users)
    }

    fn check(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            match &self.registered {
                Some(registered) => registered.observed(registered.registry.check().await),
                None => Ok(()),
            }
        })
    }
}

impl Directory {
    fn kept(&self) -> Option<&dyn Registry> {
        self.registered.as_ref().map(|registered| &*registered.registry)
    }

    /// What is declared, or else what is kept.
    async fn or_kept<T>(
        &self,
        declared: Option<T>,
        kept: Option<Answer<'_, Option<T>>>,
    ) -> Result<Option<T>, DirectoryAway> {
        match (&self.registered, kept) {
            (Some(registered), Some(kept)) if declared.is_none() => registered.observed(kept.await),
            _ => Ok(declared),
        }
    }

    /// Both lists in one order; where both have a key, what is declared.
    async fn merged<T>(
        &self,
        declared: Vec<T>,
        kept: Option<Answer<'_, Vec<T>>>,
        limit: usize,
        key: impl for<'t> Fn(&'t T) -> &'t str,
    ) -> Result<Vec<T>, DirectoryAway> {
        let mut list = declared;
        if let (Some(registered), Some(kept)) = (&self.registered, kept) {
            list.extend(registered.observed(kept.await)?);
            // Stable, so that what is declared stays in front of what has its key.
            list.sort_by(|one, other| key(one).cmp(key(other)));
            list.dedup_by(|later, earlier| key(later) == key(earlier));
            list.truncate(limit);
        }
        Ok(list)
    }

    /// Makes a change unless it is `refused`; then nothing that was remembered of it is used any more.
    fn written<'a>(
        &'a self,
        refused: Option<Written>,
        change: Option<Answer<'a, Written>>,
        forget: Forget<'a>,
    ) -> Answer<'a, Written> {
        Box::pin(async move {
            match (refused, &self.registered, change) {
                (Some(refused), ..) => Ok(refused),
                (None, Some(registered), Some(change)) => {
                    let written = change.await;
                    registered.forget(forget).await;
                    registered.observed(written)
                }
                _ => Ok(Written::ReadOnly),
            }
        })
    }

    fn declares_application(&self, client_id: &str) -> bool {
        self.declared.load().client(client_id).is_some()
    }

    /// Whether the person with that `sub` is declared, and so is not for changes.
    #[must_use]
    pub fn declares_person(&self, id: &str) -> bool {
        self.declared.load().people().user(id).is_some()
    }

    fn declares_name(&self, username: &UserName) -> bool {
        self.declared.load().people().account(username).is_some()
    }

    fn declares_role(&self, name: &str) -> bool {
        self.declared.load().declares_role(name)
    }
}
