//! Who may see and change what is kept: the applications and people of the directory, and the grants. It
//! decides by the access token that a caller brings; it speaks no HTTP. A person sees and changes what is
//! theirs, an application what it made itself; the scope `admin` makes all of it the caller's business.

mod actor;
mod applications;
mod authorized_tokens;
mod change;
mod gone;
mod people;
mod registrations;
mod roles;

pub use self::{
    actor::Actor,
    applications::{
        ApplicationRules, Applications, IssuedApplication, LONGEST_OVERLAP, ListedApplications,
        PolicyMember, WantedApplication,
    },
    authorized_tokens::{AuthorizedTokens, ListedGrant, ListedGrants, WhoseGrants},
    change::{Expected, settled},
    gone::{Somebody, end_each_in_background, end_in_background, end_now},
    people::{Listing, MOST_ROLES, NewPassword, OthersGrants, Page, People, Profile},
    registrations::{
        Admitted, RegisteredApplication, RegistrationRequest, Registrations, response_types,
    },
    roles::Roles,
};
