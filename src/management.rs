//! Who may see and change what is kept: the applications and people of the directory, and the grants. It
//! decides by the access token that a caller brings; it speaks no HTTP. A person sees and changes what is
//! theirs, an application what it made itself; the scope `admin` makes all of it the caller's business.

mod applications;
mod authorized_tokens;
mod change;
mod gone;
mod registrations;

pub use self::{
    applications::{
        ApplicationRules, Applications, IssuedApplication, LONGEST_OVERLAP, ListedApplications,
        PolicyMember, WantedApplication,
    },
    authorized_tokens::{AuthorizedTokens, ListedGrant, ListedGrants, WhoseGrants},
    change::{Expected, settled},
    gone::{Somebody, end_in_background, end_now},
    registrations::{Admitted, RegisteredApplication, RegistrationRequest, Registrations},
};
