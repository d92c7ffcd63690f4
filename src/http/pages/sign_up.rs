//! `/signup`: people who are not there yet, where configuration lets them come. The rules are those of
//! [`People::sign_up`].

use std::sync::Arc;

use arc_swap::ArcSwap;
use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    frame::Frame,
    instead::Instead,
    onwards::Onwards,
    page::{FormTargets, page, see_other},
    problems::Problems,
    sign_in::{self, session_of},
    visits::{NOT_OURS, Visit, Visits},
};
use crate::{
    grants::{Authorization, PendingRequest},
    http::{
        error_response::{labelled, status},
        parameters::Parameters,
    },
    management::{People, Profile},
    oauth::{EmailAddress, PersonName, Reason, Refusal, UserName},
    secret::Secret,
};

/// The path below the issuer.
pub const PATH: &str = "/signup";

/// What the form is for.
const PURPOSE: &str = "sign up";

/// The fields of the form.
const FIELDS: [&str; 4] = ["username", "name", "email", "password"];

/// The page.
#[derive(Debug)]
pub struct SignUpPage {
    /// What every page begins with.
    pub visits: Visits,
    /// Who may come.
    pub people: People,
    /// What opens authorization requests that wait; swapped when configuration is loaded again.
    pub authorization: Arc<ArcSwap<Authorization>>,
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct Shown<'a> {
    frame: Frame,
    csrf: String,
    onwards: &'a Onwards,
    username: &'a str,
    name: &'a str,
    email: &'a str,
    alert: Option<&'a str>,
    problems: &'a Problems,
    others: Vec<String>,
}

impl SignUpPage {
    /// Shows the form; who is signed in is sent on.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        self.open()?;
        let query = Parameters::of_query(&request)?;
        let (onwards, visit) = (Onwards::read(&query), self.visits.receive(&request).await?);
        if visit.signed_in().is_some() {
            return Ok(see_other(&onwards.place(&self.visits.base)));
        }
        let (empty, none) = (Parameters::parse(b"")?, Problems::default());
        Ok(self.page(&visit, StatusCode::OK, &onwards, &empty, None, &none).await)
    }

    /// Takes the form, and signs in whoever sent it.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn take(&self, mut request: Request) -> Result<Response, Instead> {
        self.open()?;
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let (onwards, visit) = (Onwards::read(&form), self.visits.receive(&request).await?);
        if !self.visits.is_ours(&visit, PURPOSE, &form) {
            let none = Problems::default();
            let forbidden = StatusCode::FORBIDDEN;
            let anew = self.page(&visit, forbidden, &onwards, &form, Some(NOT_OURS), &none);
            return Ok(anew.await);
        }
        let (profile, password) = match wanted(&form) {
            Ok(wanted) => wanted,
            Err(problems) => {
                let invalid = StatusCode::BAD_REQUEST;
                return Ok(self.page(&visit, invalid, &onwards, &form, None, &problems).await);
            }
        };
        let username = profile.username.as_written().to_owned();
        let address = self.visits.trusted_proxies.client_address(&request);
        if let Err(refusal) = self.people.sign_up(profile, password.clone(), address).await {
            return Ok(self.refused(&visit, &onwards, &form, refusal).await);
        }
        let authentication = &self.people.authentication;
        let session = session_of(authentication, &self.visits, &request, &username, &password);
        let base = &self.visits.base;
        Ok(match session.await {
            Some(session) => self.visits.signed_in(see_other(&onwards.place(base)), &session),
            None => see_other(&format!("{base}{}{}", sign_in::PATH, onwards.query())),
        })
    }

    fn open(&self) -> Result<(), Reason> {
        if self.people.may_sign_up() { Ok(()) } else { Err(Reason::UnknownPath) }
    }

    async fn refused(
        &self,
        visit: &Visit,
        onwards: &Onwards,
        form: &Parameters,
        mut refusal: Refusal,
    ) -> Response {
        let mut problems = Problems::new(std::mem::take(&mut refusal.fields));
        if refusal.reason == Reason::Taken {
            problems.add("username", "somebody else has this user name; choose another one");
        }
        let alert = problems.is_empty().then(|| refusal.reason.sentence());
        let status = status(refusal.reason.code());
        labelled(self.page(visit, status, onwards, form, alert, &problems).await, refusal)
    }

    async fn page(
        &self,
        visit: &Visit,
        status: StatusCode,
        onwards: &Onwards,
        form: &Parameters,
        alert: Option<&str>,
        problems: &Problems,
    ) -> Response {
        let said = |field| form.get(field).unwrap_or_default();
        let shown = Shown {
            frame: self.visits.frame(visit, "Create an account"),
            csrf: self.visits.token(visit, PURPOSE),
            onwards,
            username: said("username"),
            name: said("name"),
            email: said("email"),
            alert,
            problems,
            others: problems.besides(&FIELDS),
        };
        let waiting = onwards.waiting(&self.authorization).await;
        let target = waiting.as_ref().map(PendingRequest::form_target);
        let targets = FormTargets::own_and(target.as_deref());
        self.visits.answered(visit, page(status, &shown, targets))
    }
}

/// Who is to come, and their password.
fn wanted(form: &Parameters) -> Result<(Profile, Secret), Problems> {
    let mut problems = Problems::default();
    let username = match form.get("username").map(str::parse::<UserName>) {
        Some(Ok(username)) => Some(username),
        Some(Err(error)) => {
            problems.add("username", error.to_string());
            None
        }
        None => {
            problems.add("username", "enter a user name");
            None
        }
    };
    let name = form.get("name").and_then(|text| {
        text.parse::<PersonName>().map_err(|error| problems.add("name", error.to_string())).ok()
    });
    let email = form.get("email").and_then(|text| {
        text.parse::<EmailAddress>().map_err(|error| problems.add("email", error.to_string())).ok()
    });
    let password = form.secret("password").cloned();
    if password.is_none() {
        problems.add("password", "enter a password");
    }
    match (username, password) {
        (Some(username), Some(password)) if problems.is_empty() => Ok((
            Profile {
                username,
                name: name.map(String::from),
                email: email.map(String::from),
                roles: None,
                disabled: None,
            },
            password,
        )),
        _ => Err(problems),
    }
}
