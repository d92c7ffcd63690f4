//! People who go: switched off in the registry first, which refuses them everywhere; then what they were
//! issued ends; only then the row goes. Wherever it stops, asking again completes it.

use super::People;
use crate::{
    directory::{Person, Registry, Written},
    grants::{directory_unavailable, revocations_unavailable},
    management::{Somebody, end_now, settled},
    oauth::{Reason, Refusal, UserId},
};

impl People {
    /// Does all three steps for `person`, as they were read.
    pub(super) async fn removed(&self, person: Person) -> Result<(), Refusal> {
        let person = match person.disabled {
            true => person,
            false => {
                let sessions_since = self.clock.now();
                self.written(Person { disabled: true, sessions_since, ..person }).await?
            }
        };
        self.end_what_was_issued(&person.id).await?;
        let removed = self.directory.remove_person(person.id.as_str(), Some(person.version)).await;
        match removed.map_err(directory_unavailable)? {
            // Somebody else was as quick, and meant the same.
            Written::Absent => Ok(()),
            removed => settled(removed, Reason::UnknownPerson),
        }
    }

    /// Ends the grants of somebody who is switched off, and their access tokens.
    pub(super) async fn end_what_was_issued(&self, id: &UserId) -> Result<(), Refusal> {
        let somebody = Somebody::Person(id.clone());
        let ended = end_now(&self.revocation, &*self.clock, &somebody).await;
        ended.map(drop).map_err(revocations_unavailable)
    }
}
