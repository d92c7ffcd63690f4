//! The pages between an authorization request and its answer: how a browser is sent from one to the next. What
//! comes next has been decided.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::{Request, Response};
use url::form_urlencoded;

use super::{error_page::error_page, form_post, page::see_other, sign_in, visits::Visits};
use crate::{
    grants::{Authorization, ConsentQuestion, Next, PendingRequest, Stopped},
    http::{
        boundary::{ClientIdLabel, ErrorCodeLabel},
        parameters::Parameters,
    },
    oauth::{AuthorizationResponse, Outcome, Reason, Refusal, ResponseMode},
};

/// Where people are asked for their consent, below the issuer.
pub const CONSENT: &str = "/consent";

/// Where people copy a code, below the issuer.
pub const CODE: &str = "/consent/code";

/// What the pages of the flow share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Flow {
    /// What decides; swapped when configuration is loaded again.
    pub authorization: Arc<ArcSwap<Authorization>>,
    /// What receives people.
    pub visits: Visits,
}

impl Flow {
    /// Sends the browser on; `ask` shows the person a question, or sends them to where they are asked.
    pub(in crate::http) fn send(
        &self,
        pending: &PendingRequest,
        next: Next,
        ask: impl FnOnce(ConsentQuestion) -> Response,
    ) -> Response {
        let mut response = match next {
            Next::SignIn => self.to(sign_in::PATH, "request", pending.text()),
            Next::Consent(question) => ask(question),
            Next::Answer(answer) => self.answer(&answer),
            Next::Copy(shown) => self.to(CODE, "shown", &shown),
        };
        response.set_data(ClientIdLabel(pending.client_id().to_owned()));
        response
    }

    /// Sends the browser to the page where the person is asked.
    pub(in crate::http) fn to_consent(&self, pending: &PendingRequest) -> Response {
        self.to(CONSENT, "request", pending.text())
    }

    /// What becomes of a request that does not become a pending one.
    pub(in crate::http) fn stop(&self, stopped: Stopped) -> Response {
        match stopped {
            Stopped::Shown(refusal) => self.refuse(refusal),
            Stopped::Answered(answer) => self.answer(&answer),
        }
    }

    /// The page for `refusal`.
    pub(in crate::http) fn refuse(&self, refusal: Refusal) -> Response {
        error_page(&self.visits.base, refusal)
    }

    /// Answers the application, through the browser. RFC 9700 section 4.12: "the server MUST use 303", so that
    /// what the browser posted here goes no further.
    fn answer(&self, answer: &AuthorizationResponse) -> Response {
        let mut response = match answer.response_mode {
            ResponseMode::Query => see_other(&answer.location()),
            ResponseMode::FormPost => form_post::page(&self.visits.base, answer),
        };
        if let Outcome::Error(reason) = answer.outcome {
            response.set_data(ErrorCodeLabel(reason.code().name()));
        }
        response
    }

    fn to(&self, path: &str, name: &str, value: &str) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value);
        see_other(&format!("{}{path}?{}", self.visits.base, query.finish()))
    }
}

/// The parameter `name` of the query of `request`.
///
/// # Errors
/// It is not there once, or cannot be read.
pub(super) fn query(request: &Request, name: &str) -> Result<String, Refusal> {
    let query = Parameters::of_query(request)?;
    Ok(query.get(name).ok_or(Reason::PendingRequestRefused)?.to_owned())
}
