//! `/consent`: goes on with an authorization request that is pending, and asks its person. `/consent/code`:
//! shows the code to people who have to copy it.

use askama::Template;
use poem::{Endpoint, Request, Response, endpoint::make, http::StatusCode};
use sha2::{Digest, Sha256};

use super::{
    flow::{Flow, query},
    frame::Frame,
    out_of_band,
    page::{FormTargets, page},
    visits::{NOT_OURS, Visit, called},
};
use crate::{
    grants::{ConsentDecision, ConsentQuestion, Next, PendingRequest, SignedIn},
    http::parameters::Parameters,
    oauth::{Reason, Refusal},
};

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    frame: Frame,
    question: &'a ConsentQuestion,
    person: String,
    username: &'a str,
    request: &'a str,
    csrf: String,
    alert: Option<&'static str>,
}

/// `GET /consent?request=…`.
pub fn shown(flow: Flow) -> impl Endpoint {
    make(move |request| {
        let flow = flow.clone();
        async move { Ok::<_, poem::Error>(flow.show(&request).await) }
    })
}

/// `POST /consent`.
pub fn decided(flow: Flow) -> impl Endpoint {
    make(move |mut request: Request| {
        let flow = flow.clone();
        async move { Ok::<_, poem::Error>(flow.decide(&mut request).await) }
    })
}

/// `GET /consent/code?shown=…`.
pub fn code(flow: Flow) -> impl Endpoint {
    make(move |request| {
        let flow = flow.clone();
        async move { Ok::<_, poem::Error>(flow.show_code(&request).await) }
    })
}

impl Flow {
    async fn show(&self, request: &Request) -> Response {
        let opened = async {
            let text = query(request, "request")?;
            let authorization = self.authorization.load_full();
            let pending = authorization.pending(&text).await?;
            match self.visits.receive(request).await {
                Ok(visit) => self.go_on(&pending, &visit).await,
                Err(refusal) => Ok(self.stop(authorization.unable(&pending, refusal))),
            }
        };
        opened.await.unwrap_or_else(|refusal| self.refuse(refusal))
    }

    async fn decide(&self, request: &mut Request) -> Response {
        let decided = async {
            let body = request.take_body();
            let form = self.visits.form(request, body).await?;
            let text = form.get("request").ok_or(Reason::PendingRequestRefused)?;
            let authorization = self.authorization.load_full();
            let pending = authorization.pending(text).await?;
            let visit = self.visits.receive(request).await?;
            let Some(signed_in) = visit.signed_in() else {
                return Ok(self.send(&pending, Next::SignIn, |_| self.to_consent(&pending)));
            };
            let question = match authorization.ask(&pending, signed_in)? {
                Next::Consent(question) => question,
                next => return Ok(self.send(&pending, next, |_| self.to_consent(&pending))),
            };
            // RFC 6749 section 10.12, and so that nobody answers for whoever was asked.
            if !self.visits.is_ours(&visit, &purpose(&pending, &question), &form) {
                return Ok(self.ask(&pending, &visit, signed_in, &question, Some(NOT_OURS)));
            }
            let Some(decision) = decision(&form) else {
                return self.go_on(&pending, &visit).await;
            };
            let next = authorization.decided(&pending, signed_in, decision)?;
            Ok(self.send(&pending, next, |_| self.to_consent(&pending)))
        };
        decided.await.unwrap_or_else(|refusal| self.refuse(refusal))
    }

    /// What comes next.
    async fn go_on(&self, pending: &PendingRequest, visit: &Visit) -> Result<Response, Refusal> {
        let signed_in = visit.signed_in();
        let next = self.authorization.load_full().go_on(pending, signed_in).await?;
        Ok(self.send(pending, next, |question| match signed_in {
            Some(signed_in) => self.ask(pending, visit, signed_in, &question, None),
            None => self.to_consent(pending),
        }))
    }

    fn ask(
        &self,
        pending: &PendingRequest,
        visit: &Visit,
        signed_in: &SignedIn,
        question: &ConsentQuestion,
        alert: Option<&'static str>,
    ) -> Response {
        let title = format!("Allow {}?", question.application);
        let shown = ConsentPage {
            frame: self.visits.frame(visit, &title),
            question,
            person: called(signed_in.user()),
            username: signed_in.user().username.as_written(),
            request: pending.text(),
            csrf: self.visits.token(visit, &purpose(pending, question)),
            alert,
        };
        let status = if alert.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
        page(status, &shown, FormTargets::OwnAnd(&pending.form_target()))
    }

    async fn show_code(&self, request: &Request) -> Response {
        let opened = async {
            let text = query(request, "shown")?;
            let visit = self.visits.receive(request).await?;
            let shown = self.authorization.load().shown(&text, visit.signed_in())?;
            Ok(out_of_band::page_of(self.visits.frame(&visit, "Copy this code"), &shown))
        };
        opened.await.unwrap_or_else(|refusal| self.refuse(refusal))
    }
}

/// A consent is for one request, and for what its page has shown: the form is no form for another, nor for what
/// an application, its name or a person's roles make of it later.
fn purpose(pending: &PendingRequest, shown: &ConsentQuestion) -> String {
    let scopes = shown.scopes.iter().map(|scope| scope.name.as_str());
    let mut digest = Sha256::new().chain_update(pending.text());
    // None of them has a line break.
    for part in scopes.chain([shown.application.as_str()]) {
        digest.update("\n");
        digest.update(part);
    }
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("consent {digest}")
}

fn decision(form: &Parameters) -> Option<ConsentDecision> {
    match form.get("decision")? {
        "allow" => Some(ConsentDecision::Allow),
        "deny" => Some(ConsentDecision::Deny),
        _ => None,
    }
}
