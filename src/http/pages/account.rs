//! `/account`: who is signed in, and what they can look after.

use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    frame::Frame,
    instead::Instead,
    page::{FormTargets, page},
    visits::Visits,
};
use crate::{directory::Person, management::Actor, management::People};

/// The path below the issuer.
pub const PATH: &str = "/account";

/// The page.
#[derive(Debug)]
pub struct AccountPage {
    /// What every page begins with.
    pub visits: Visits,
    /// Who there is.
    pub people: People,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Shown<'a> {
    frame: Frame,
    person: &'a Person,
    done: Option<&'static str>,
}

impl AccountPage {
    /// Shows it.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let (visit, signed_in) = self.visits.enter(&request, PATH).await?;
        let actor = Actor::SignedIn(&signed_in);
        let person = self.people.get(actor, signed_in.user().id.as_str()).await?;
        let shown = Shown {
            frame: self.visits.frame(&visit, "Your account"),
            person: &person,
            done: done(request.uri().query()),
        };
        Ok(self.visits.answered(&visit, page(StatusCode::OK, &shown, FormTargets::Own)))
    }
}

/// What was done just now, by the word that the redirect carries: nobody can have another text shown.
fn done(query: Option<&str>) -> Option<&'static str> {
    match query? {
        "done=password" => Some(
            "Your password was changed. You are signed out everywhere else, and no application has \
             access in your name any more.",
        ),
        "done=password-soon" => Some(
            "Your password was changed, and you are signed out everywhere else. Applications lose \
             their access as soon as the server can reach its store again.",
        ),
        _ => None,
    }
}
