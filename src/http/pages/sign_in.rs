//! `/login`: a person proves who they are, and is sent on. It is throttled, and takes the same time whoever it
//! is, as the password grant (RFC 6749 section 4.3.2).

use std::sync::Arc;

use arc_swap::ArcSwap;
use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    frame::Frame,
    instead::Instead,
    onwards::Onwards,
    page::{FormTargets, page, see_other},
    visits::{NOT_OURS, Visit, Visits},
};
use crate::{
    grants::{Authorization, PendingRequest, SignOut, UserAuthentication},
    http::{
        error_response::{labelled, status},
        parameters::Parameters,
    },
    management::People,
    oauth::{ErrorCode, Reason, Refusal, UserId},
    secret::Secret,
};

/// The path below the issuer.
pub const PATH: &str = "/login";

/// What the form is for.
const PURPOSE: &str = "sign in";

/// The page.
#[derive(Debug)]
pub struct SignInPage {
    /// What every page begins with.
    pub visits: Visits,
    /// Who there is, and who may come.
    pub people: People,
    /// What opens authorization requests that wait; swapped when configuration is loaded again.
    pub authorization: Arc<ArcSwap<Authorization>>,
    /// What signs out whoever was signed in before somebody else.
    pub sign_out: SignOut,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Shown<'a> {
    frame: Frame,
    csrf: String,
    onwards: &'a Onwards,
    /// The application that waits.
    application: Option<&'a str>,
    may_sign_up: bool,
    username: &'a str,
    alert: Option<&'a str>,
}

impl SignInPage {
    /// Shows the form. Who is signed in and is not asked to sign in anew is sent on.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let query = Parameters::of_query(&request)?;
        let (onwards, visit) = (Onwards::read(&query), self.receive(&request).await?);
        let signed_in = visit.signed_in();
        if signed_in.is_some() && onwards.request().is_none() {
            return Ok(see_other(&onwards.place(&self.visits.base)));
        }
        let waiting = onwards.waiting(&self.authorization).await;
        let hint = waiting.as_ref().and_then(PendingRequest::login_hint).map(str::to_owned);
        let known = signed_in.map(|signed_in| signed_in.user().username.as_written().to_owned());
        let username = hint.or(known).unwrap_or_default();
        Ok(self.page(&visit, StatusCode::OK, &onwards, &username, None).await)
    }

    /// Takes the form.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn take(&self, mut request: Request) -> Result<Response, Instead> {
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let (onwards, visit) = (Onwards::read(&form), self.receive(&request).await?);
        let username = form.get("username").unwrap_or_default();
        if !self.visits.is_ours(&visit, PURPOSE, &form) {
            if visit.signed_in().is_some() && !visit.is_cross_site() {
                // In another window, in the meantime.
                return Ok(see_other(&onwards.place(&self.visits.base)));
            }
            let anew = self.page(&visit, StatusCode::FORBIDDEN, &onwards, username, Some(NOT_OURS));
            return Ok(anew.await);
        }
        let address = self.visits.trusted_proxies.client_address(&request);
        let proven = match (form.get("username"), form.secret("password")) {
            (Some(username), Some(password)) => {
                let authentication = &self.people.authentication;
                match authentication.authenticate(username, password, address).await {
                    Ok(person) => {
                        let sessions = self.visits.sessions.load_full();
                        let session = sessions.begin(&person, visit.signed_in())?;
                        // Who was switched off in the meantime has no session left behind.
                        let still = authentication.still_proves(&person, password).await;
                        still.map(|()| (person.user().id.clone(), session))
                    }
                    Err(refusal) => Err(refusal),
                }
            }
            (None, _) => Err(Reason::MissingUsername.into()),
            (_, None) => Err(Reason::MissingPassword.into()),
        };
        Ok(match proven {
            Ok((id, session)) => self.signed_in(&visit, &onwards, &id, &session).await,
            Err(refusal) => self.refused(&visit, &onwards, username, refusal).await,
        })
    }

    /// Sends the person with that `id` on, who keeps `session` from now on.
    async fn signed_in(
        &self,
        visit: &Visit,
        onwards: &Onwards,
        id: &UserId,
        session: &Secret,
    ) -> Response {
        // Nobody has it any more but whoever copied it; where the store is away, it ends by itself.
        let _ = match visit.signed_in() {
            Some(before) if before.user().id == *id => {
                self.visits.sessions.load_full().end(before).await
            }
            // Who leaves a browser to somebody else has no other way to sign out.
            Some(before) => self.sign_out.sign_out(before).await,
            None => Ok(()),
        };
        self.visits.signed_in(see_other(&onwards.place(&self.visits.base)), session)
    }

    async fn refused(
        &self,
        visit: &Visit,
        onwards: &Onwards,
        username: &str,
        refusal: Refusal,
    ) -> Response {
        let sentence = match refusal.reason {
            Reason::MissingUsername | Reason::MissingPassword => {
                "Enter your user name and your password."
            }
            reason => reason.sentence(),
        };
        let status = status(refusal.reason.code());
        labelled(self.page(visit, status, onwards, username, Some(sentence)).await, refusal)
    }

    /// The visit. This page is there for everybody while it is not known who is signed in.
    async fn receive(&self, request: &Request) -> Result<Visit, Refusal> {
        match self.visits.receive(request).await {
            Err(refusal) if refusal.reason.code() == ErrorCode::TemporarilyUnavailable => {
                self.visits.receive_anybody(request)
            }
            visit => visit,
        }
    }

    async fn page(
        &self,
        visit: &Visit,
        status: StatusCode,
        onwards: &Onwards,
        username: &str,
        alert: Option<&str>,
    ) -> Response {
        let waiting = onwards.waiting(&self.authorization).await;
        let shown = Shown {
            frame: self.visits.frame(visit, "Sign in"),
            csrf: self.visits.token(visit, PURPOSE),
            onwards,
            application: waiting.as_ref().map(PendingRequest::application),
            may_sign_up: self.people.may_sign_up(),
            username,
            alert,
        };
        let target = waiting.as_ref().map(PendingRequest::form_target);
        let targets = FormTargets::own_and(target.as_deref());
        self.visits.answered(visit, page(status, &shown, targets))
    }
}

/// Signs in a person who has just set `password`, so that a browser goes on with a session of it; `None` where
/// that cannot be now, and they sign in by hand.
pub(super) async fn session_of(
    authentication: &UserAuthentication,
    visits: &Visits,
    request: &Request,
    username: &str,
    password: &Secret,
) -> Option<Secret> {
    let address = visits.trusted_proxies.client_address(request);
    let person = authentication.authenticate(username, password, address).await.ok()?;
    visits.sessions.load().begin(&person, None).ok()
}
