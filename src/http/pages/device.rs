//! `/device` (RFC 8628 section 3.3): a person types the code that a device shows, is told what it wants, and
//! approves or denies it.

use std::net::IpAddr;

use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    frame::Frame,
    instead::Instead,
    page::{FormTargets, page},
    visits::{NOT_OURS, Visit, Visits},
};
use crate::{
    grants::{
        DescribedScope, DeviceAnswer, DeviceDecisions, DeviceOutcome, DeviceQuestion, SignedIn,
    },
    http::{
        error_response::{labelled, status},
        parameters::Parameters,
    },
    oauth::{ErrorCode, Reason, Refusal, UserCode},
};

/// The path below the issuer.
pub const PATH: &str = "/device";

/// What the forms are for.
const CODE: &str = "device code";
const ANSWER: &str = "device answer";

const MALFORMED: &str = "A code has eight letters, like WDJB-MJHT.";
const UNKNOWN: &str =
    "No device shows this code, or it has expired. Look at your device once more.";

/// The page.
#[derive(Debug)]
pub struct DevicePage {
    /// What every page begins with.
    pub visits: Visits,
    /// What finds requests, and decides on them.
    pub decisions: DeviceDecisions,
}

#[derive(Template)]
#[template(path = "device.html")]
struct ShownForm<'a> {
    frame: Frame,
    csrf: String,
    user_code: &'a str,
    alert: Option<&'a str>,
    problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "device_question.html")]
struct ShownQuestion<'a> {
    frame: Frame,
    csrf: String,
    application: &'a str,
    user_code: String,
    scopes: &'a [DescribedScope],
    sealed: &'a str,
}

#[derive(Template)]
#[template(path = "device_done.html")]
struct ShownOutcome {
    frame: Frame,
    done: bool,
    sentence: &'static str,
}

/// What is wrong with what was sent.
#[derive(Clone, Copy, Default)]
struct Wrong<'a> {
    /// With all of it.
    alert: Option<&'a str>,
    /// With the code.
    problem: Option<&'a str>,
}

impl DevicePage {
    /// Asks for the code. One in the query is filled in, and not looked up: whoever sends a link has sent
    /// nobody's consent (RFC 8628 section 5.4).
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let query = Parameters::of_query(&request)?;
        let user_code = user_code(&query);
        let (visit, _) = self.visits.enter(&request, &place(user_code.as_ref())).await?;
        let typed = user_code.map(|code| code.to_string()).unwrap_or_default();
        Ok(self.form(&visit, StatusCode::OK, &typed, Wrong::default()))
    }

    /// Takes the code, or the answer to what is asked then.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn take(&self, mut request: Request) -> Result<Response, Instead> {
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let user_code = user_code(&form);
        let (visit, person) = self.visits.enter(&request, &place(user_code.as_ref())).await?;
        let purpose = if form.get("question").is_some() { ANSWER } else { CODE };
        let typed = form.get("user_code").unwrap_or_default();
        if !self.visits.is_ours(&visit, purpose, &form) {
            let wrong = Wrong { alert: Some(NOT_OURS), problem: None };
            return Ok(self.form(&visit, StatusCode::FORBIDDEN, typed, wrong));
        }
        if let Some(sealed) = form.get("question") {
            return Ok(self.answered(&visit, &person, sealed, form.get("answer")).await?);
        }
        let Some(user_code) = user_code else {
            let wrong = Wrong { alert: None, problem: Some(MALFORMED) };
            return Ok(self.form(&visit, StatusCode::BAD_REQUEST, typed, wrong));
        };
        let address = self.visits.trusted_proxies.client_address(&request);
        Ok(self.asked(&visit, &person, &user_code, address).await?)
    }

    async fn asked(
        &self,
        visit: &Visit,
        person: &SignedIn,
        user_code: &UserCode,
        address: IpAddr,
    ) -> Result<Response, Refusal> {
        let typed = user_code.to_string();
        match self.decisions.ask(user_code, person, address).await {
            Ok(Some(question)) => Ok(self.question(visit, user_code, &question)),
            Ok(None) => {
                let wrong = Wrong { alert: None, problem: Some(UNKNOWN) };
                Ok(self.form(visit, StatusCode::BAD_REQUEST, &typed, wrong))
            }
            Err(refusal) if refusal.reason.code() == ErrorCode::TooManyRequests => {
                let wrong = Wrong { alert: Some(refusal.reason.sentence()), problem: None };
                let status = status(refusal.reason.code());
                Ok(labelled(self.form(visit, status, &typed, wrong), refusal))
            }
            Err(refusal) => Err(refusal),
        }
    }

    async fn answered(
        &self,
        visit: &Visit,
        person: &SignedIn,
        sealed: &str,
        answer: Option<&str>,
    ) -> Result<Response, Refusal> {
        let answer = match answer {
            Some("authorize") => DeviceAnswer::Approve,
            Some("deny") => DeviceAnswer::Deny,
            _ => return Err(Reason::BadRequest.into()),
        };
        let outcome = self.decisions.answer(sealed, answer, person).await?;
        let (title, sentence) = match outcome {
            DeviceOutcome::Approved => (
                "Device connected",
                "Go back to your device: it goes on by itself in a few seconds. You can close this page.",
            ),
            DeviceOutcome::Denied => {
                ("Device not connected", "The device was given nothing. You can close this page.")
            }
            DeviceOutcome::DecidedBefore => (
                "This was decided before",
                "Somebody has answered this request already. Have your device show a new code.",
            ),
            DeviceOutcome::Gone => (
                "This request has expired",
                "Nothing was done. Have your device show a new code, and type that.",
            ),
        };
        let done = matches!(outcome, DeviceOutcome::Approved | DeviceOutcome::Denied);
        let status = if done { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        let shown = ShownOutcome { frame: self.visits.frame(visit, title), done, sentence };
        Ok(self.visits.answered(visit, page(status, &shown, FormTargets::Own)))
    }

    fn question(&self, visit: &Visit, user_code: &UserCode, question: &DeviceQuestion) -> Response {
        let shown = ShownQuestion {
            frame: self.visits.frame(visit, "Connect this device?"),
            csrf: self.visits.token(visit, ANSWER),
            application: &question.application,
            user_code: user_code.to_string(),
            scopes: &question.scopes,
            sealed: &question.sealed,
        };
        self.visits.answered(visit, page(StatusCode::OK, &shown, FormTargets::Own))
    }

    fn form(
        &self,
        visit: &Visit,
        status: StatusCode,
        user_code: &str,
        wrong: Wrong<'_>,
    ) -> Response {
        let shown = ShownForm {
            frame: self.visits.frame(visit, "Connect a device"),
            csrf: self.visits.token(visit, CODE),
            user_code,
            alert: wrong.alert,
            problem: wrong.problem,
        };
        self.visits.answered(visit, page(status, &shown, FormTargets::Own))
    }
}

fn user_code(parameters: &Parameters) -> Option<UserCode> {
    parameters.get("user_code")?.parse().ok()
}

/// Where somebody who signs in first comes back to.
fn place(user_code: Option<&UserCode>) -> String {
    match user_code {
        Some(user_code) => format!("{PATH}?user_code={user_code}"),
        None => PATH.to_owned(),
    }
}
