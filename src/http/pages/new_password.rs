//! `/account/password`: a person changes their own. Every other session of theirs ends, and every grant; the
//! browser in which they did it goes on with a new session.

use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    account,
    frame::Frame,
    instead::Instead,
    page::{FormTargets, page, see_other},
    problems::Problems,
    sign_in::{self, session_of},
    visits::{NOT_OURS, Visit, Visits},
};
use crate::{
    grants::SignedIn,
    http::error_response::{labelled, status},
    management::{Actor, NewPassword, OthersGrants, People},
    oauth::Refusal,
};

/// The path below the issuer.
pub const PATH: &str = "/account/password";

/// What the form is for.
const PURPOSE: &str = "new password";

/// The page.
#[derive(Debug)]
pub struct NewPasswordPage {
    /// What every page begins with.
    pub visits: Visits,
    /// Whose passwords they are.
    pub people: People,
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct Shown<'a> {
    frame: Frame,
    csrf: String,
    username: &'a str,
    is_declared: bool,
    alert: Option<&'a str>,
    problems: &'a Problems,
}

impl NewPasswordPage {
    /// Shows the form.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let (visit, signed_in) = self.visits.enter(&request, PATH).await?;
        let none = Problems::default();
        Ok(self.page(&visit, &signed_in, StatusCode::OK, None, &none).await?)
    }

    /// Takes the form.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn take(&self, mut request: Request) -> Result<Response, Instead> {
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let (visit, signed_in) = self.visits.enter(&request, PATH).await?;
        let mut problems = Problems::default();
        if !self.visits.is_ours(&visit, PURPOSE, &form) {
            let status = StatusCode::FORBIDDEN;
            return Ok(self.page(&visit, &signed_in, status, Some(NOT_OURS), &problems).await?);
        }
        let Some(new) = form.secret("new_password").cloned() else {
            problems.add("new_password", "enter the new password");
            let status = StatusCode::BAD_REQUEST;
            return Ok(self.page(&visit, &signed_in, status, None, &problems).await?);
        };
        let password = NewPassword {
            current: form.secret("current_password").cloned(),
            new: new.clone(),
            address: self.visits.trusted_proxies.client_address(&request),
        };
        let (actor, user) = (Actor::SignedIn(&signed_in), signed_in.user());
        let others = match self.people.set_password(actor, user.id.as_str(), password).await {
            Ok(others) => others,
            Err(refusal) => return Ok(self.refused(&visit, &signed_in, refusal).await?),
        };
        let (authentication, username) = (&self.people.authentication, user.username.as_written());
        let session = session_of(authentication, &self.visits, &request, username, &new).await;
        let base = &self.visits.base;
        Ok(match session {
            Some(session) => {
                let done = match others {
                    OthersGrants::Ended => "password",
                    OthersGrants::EndLater => "password-soon",
                };
                let place = format!("{base}{}?done={done}", account::PATH);
                self.visits.signed_in(see_other(&place), &session)
            }
            None => see_other(&format!("{base}{}", sign_in::PATH)),
        })
    }

    async fn refused(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        mut refusal: Refusal,
    ) -> Result<Response, Refusal> {
        let problems = Problems::new(std::mem::take(&mut refusal.fields));
        let alert = problems.is_empty().then(|| refusal.reason.sentence());
        let status = status(refusal.reason.code());
        let shown = self.page(visit, signed_in, status, alert, &problems).await?;
        Ok(labelled(shown, refusal))
    }

    async fn page(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        status: StatusCode,
        alert: Option<&str>,
        problems: &Problems,
    ) -> Result<Response, Refusal> {
        let actor = Actor::SignedIn(signed_in);
        let person = self.people.get(actor, signed_in.user().id.as_str()).await?;
        let shown = Shown {
            frame: self.visits.frame(visit, "Change your password"),
            csrf: self.visits.token(visit, PURPOSE),
            username: person.username.as_written(),
            is_declared: person.is_declared(),
            alert,
            problems,
        };
        Ok(self.visits.answered(visit, page(status, &shown, FormTargets::Own)))
    }
}
