//! Which people there can be, and what an administrator cannot do to themselves by accident.

use super::People;
use crate::{
    directory::{NotMade, Person, Registry, check_new_password},
    grants::{directory_unavailable, is_admin},
    oauth::{FieldProblem, Reason, Refusal, RoleName, UserName},
    secret::Secret,
};

/// How many roles a person has at most.
pub const MOST_ROLES: usize = 32;

impl People {
    /// Goes on only where `roles` can be somebody's who has the roles `old`: those may be gone by now.
    pub(super) async fn check_roles(
        &self,
        roles: &[RoleName],
        old: &[RoleName],
    ) -> Result<(), Refusal> {
        if roles.len() > MOST_ROLES {
            let rule = format!("expected at most {MOST_ROLES} entries");
            return Err(invalid(vec![FieldProblem::new("roles", rule)]));
        }
        let given: Vec<RoleName> =
            roles.iter().filter(|role| !old.contains(role)).cloned().collect();
        let known = match given.is_empty() {
            true => Vec::new(),
            false => self.directory.roles_named(&given).await.map_err(directory_unavailable)?,
        };
        let is_there =
            |role: &RoleName| old.contains(role) || known.iter().any(|known| known.name == *role);
        let problem = |(position, role): (usize, &RoleName)| {
            let rule = if roles[..position].contains(role) {
                "this role stands here twice"
            } else if is_there(role) {
                return None;
            } else {
                "there is no such role"
            };
            Some(FieldProblem::new(format!("roles.{position}"), rule))
        };
        let problems: Vec<FieldProblem> = roles.iter().enumerate().filter_map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(invalid(problems)) }
    }

    /// Goes on only where `own`, an administrator perhaps, is still one with these `roles`.
    pub(super) async fn no_lock_out(
        &self,
        own: &Person,
        roles: &[RoleName],
        disabled: bool,
    ) -> Result<(), Refusal> {
        if disabled {
            return Err(Reason::OwnLockOut.into());
        }
        if own.roles == roles {
            return Ok(());
        }
        let of = async |roles: &[RoleName]| {
            let roles = self.directory.roles_named(roles).await.map_err(directory_unavailable)?;
            Ok::<bool, Refusal>(roles.iter().flat_map(|role| role.scopes.iter()).any(is_admin))
        };
        if of(&own.roles).await? && !of(roles).await? {
            return Err(Reason::OwnLockOut.into());
        }
        Ok(())
    }
}

/// Goes on only where the person of that name may choose `password`; it came in the member `field`.
pub(super) fn check_password(
    field: &'static str,
    password: &Secret,
    username: &UserName,
    email: Option<&str>,
) -> Result<(), Refusal> {
    check_new_password(password, username, email)
        .map_err(|unfit| invalid(vec![FieldProblem::new(field, unfit.to_string())]))
}

/// The refusal where no digest was made of a password that may be chosen.
pub(super) fn not_made(error: NotMade) -> Refusal {
    match error {
        NotMade::CannotHash(error) => Refusal::new(Reason::Panicked).because(error.to_string()),
        NotMade::NotComputed(error) => Refusal::new(Reason::TooManySignIns)
            .because(error.to_string())
            .retry_after(error.again_in()),
    }
}

pub(super) fn invalid(problems: Vec<FieldProblem>) -> Refusal {
    Refusal::new(Reason::InvalidMembers).with_fields(problems)
}
