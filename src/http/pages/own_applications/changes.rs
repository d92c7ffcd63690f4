//! What is done to an application from its page: it is changed, switched off and on, given a new secret,
//! deleted.

use poem::{Request, Response, http::StatusCode};

use super::{
    ApplicationPages, PATH, Said, client_id,
    form::ApplicationForm,
    place_of, purpose, require_change, sentence,
    shown::{DeletePage, called},
};
use crate::{
    directory::Registration,
    grants::SignedIn,
    http::{
        error_response::{labelled, status},
        pages::{
            instead::Instead,
            page::{FormTargets, page, see_other},
            problems::Problems,
            visits::{NOT_OURS, Visit},
        },
        parameters::Parameters,
    },
    management::{Actor, Expected, LONGEST_OVERLAP, WantedApplication},
    oauth::{Reason, Refusal},
};

/// A form that was sent from the page of an application.
struct Sent {
    visit: Visit,
    signed_in: SignedIn,
    registration: Registration,
    form: Parameters,
    is_ours: bool,
}

impl ApplicationPages {
    /// Changes what it is.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn change(&self, request: Request) -> Result<Response, Instead> {
        let sent = self.sent(request).await?;
        let client_id = sent.registration.client_id.as_str();
        let offered = self.to_choose(&sent.signed_in, &sent.registration).await?;
        let form = ApplicationForm::read(&sent.form, &offered);
        if !sent.is_ours {
            let kept = Some((form, Problems::default()));
            let said = Said { alert: Some(NOT_OURS), sent: kept, ..Said::default() };
            return Ok(self.anew(&sent, StatusCode::FORBIDDEN, said).await?);
        }
        require_change(&sent.signed_in)?;
        if let Err(problems) = form.applied(sent.registration.metadata.clone()) {
            let said = Said { sent: Some((form, problems)), ..Said::default() };
            return Ok(self.anew(&sent, StatusCode::BAD_REQUEST, said).await?);
        }
        let wanted = |current: &Registration| {
            let metadata = form.applied(current.metadata.clone());
            let metadata = metadata.map_err(|_| Refusal::new(Reason::InvalidMembers))?;
            let disabled = current.disabled;
            Ok(WantedApplication { metadata, disabled, left_out: Vec::new() })
        };
        let actor = Actor::SignedIn(&sent.signed_in);
        match self.applications.change(actor, client_id, Expected::Any, wanted).await {
            Ok(issued) => Ok(self.issued(&sent.visit, &issued, "changed")?),
            Err(mut refusal) => {
                let problems = Problems::new(std::mem::take(&mut refusal.fields));
                let alert = problems.is_empty().then(|| sentence(refusal.reason));
                let said = Said { alert, sent: Some((form, problems)), ..Said::default() };
                let status = status(refusal.reason.code());
                Ok(labelled(self.anew(&sent, status, said).await?, refusal))
            }
        }
    }

    /// Gives it a new secret; the one before it goes on for as long as the form says.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn renew_secret(&self, request: Request) -> Result<Response, Instead> {
        let sent = self.sent(request).await?;
        if !sent.is_ours {
            return Ok(self.not_ours(&sent).await?);
        }
        require_change(&sent.signed_in)?;
        let overlap = sent.form.get("overlap").unwrap_or("0").parse().ok();
        let overlap = overlap.filter(|overlap| *overlap <= LONGEST_OVERLAP);
        let overlap: u64 = overlap.ok_or(Reason::BadRequest)?;
        let (actor, client_id) = (Actor::SignedIn(&sent.signed_in), &sent.registration.client_id);
        // Of two clicks on one page the second is told so, and no secret is lost unseen.
        let version = sent.form.get("version").and_then(|version| version.parse().ok());
        let expected = Expected::Version(version.ok_or(Reason::BadRequest)?);
        let renewed = self.applications.renew_secret(actor, client_id.as_str(), expected, overlap);
        match renewed.await {
            Ok(issued) => Ok(self.issued(&sent.visit, &issued, "secret")?),
            Err(refusal) => Ok(self.refused(&sent, refusal).await?),
        }
    }

    /// Switches it off, or on.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn switch(&self, request: Request) -> Result<Response, Instead> {
        let sent = self.sent(request).await?;
        if !sent.is_ours {
            return Ok(self.not_ours(&sent).await?);
        }
        let disabled = match sent.form.get("state") {
            Some("off") => true,
            Some("on") => {
                require_change(&sent.signed_in)?;
                false
            }
            _ => return Err(Reason::BadRequest.into()),
        };
        let wanted = |current: &Registration| {
            let metadata = current.metadata.clone();
            Ok(WantedApplication { metadata, disabled, left_out: Vec::new() })
        };
        let (actor, client_id) = (Actor::SignedIn(&sent.signed_in), &sent.registration.client_id);
        let done = if disabled { "off" } else { "on" };
        match self.applications.change(actor, client_id.as_str(), Expected::Any, wanted).await {
            Ok(issued) => Ok(self.issued(&sent.visit, &issued, done)?),
            Err(refusal) => Ok(self.refused(&sent, refusal).await?),
        }
    }

    /// Asks whether it is to be deleted.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn ask_delete(&self, request: Request) -> Result<Response, Instead> {
        let client_id = client_id(&request)?;
        let (visit, signed_in) = self.visits.enter(&request, &place_of(&client_id)).await?;
        let registration = self.own(&signed_in, &client_id).await?;
        Ok(self.question(&visit, &registration, StatusCode::OK, None))
    }

    /// Deletes it.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn delete(&self, request: Request) -> Result<Response, Instead> {
        let sent = self.sent(request).await?;
        let Sent { visit, registration, .. } = &sent;
        if !sent.is_ours {
            return Ok(self.question(visit, registration, StatusCode::FORBIDDEN, Some(NOT_OURS)));
        }
        let (actor, client_id) = (Actor::SignedIn(&sent.signed_in), &registration.client_id);
        match self.applications.remove(actor, client_id.as_str(), Expected::Any).await {
            Ok(()) => Ok(see_other(&format!("{}{PATH}?done=deleted", self.visits.base))),
            Err(refusal) => {
                let status = status(refusal.reason.code());
                let sentence = sentence(refusal.reason);
                let shown = self.question(visit, registration, status, Some(sentence));
                Ok(labelled(shown, refusal))
            }
        }
    }

    async fn sent(&self, mut request: Request) -> Result<Sent, Instead> {
        let client_id = client_id(&request)?;
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let (visit, signed_in) = self.visits.enter(&request, &place_of(&client_id)).await?;
        let registration = self.own(&signed_in, &client_id).await?;
        let is_ours = self.visits.is_ours(&visit, &purpose(&client_id), &form);
        Ok(Sent { visit, signed_in, registration, form, is_ours })
    }

    /// The page of the application again.
    async fn anew(
        &self,
        sent: &Sent,
        status: StatusCode,
        said: Said<'_>,
    ) -> Result<Response, Refusal> {
        self.shown(&sent.visit, &sent.signed_in, &sent.registration, status, said).await
    }

    async fn not_ours(&self, sent: &Sent) -> Result<Response, Refusal> {
        let said = Said { alert: Some(NOT_OURS), ..Said::default() };
        self.anew(sent, StatusCode::FORBIDDEN, said).await
    }

    async fn refused(&self, sent: &Sent, refusal: Refusal) -> Result<Response, Refusal> {
        let said = Said { alert: Some(sentence(refusal.reason)), ..Said::default() };
        let shown = self.anew(sent, status(refusal.reason.code()), said).await?;
        Ok(labelled(shown, refusal))
    }

    fn question(
        &self,
        visit: &Visit,
        registration: &Registration,
        status: StatusCode,
        alert: Option<&str>,
    ) -> Response {
        let client_id = registration.client_id.to_string();
        let shown = DeletePage {
            frame: self.visits.frame(visit, "Delete this application?"),
            csrf: self.visits.token(visit, &purpose(&client_id)),
            client_id,
            name: called(registration),
            alert,
        };
        self.visits.answered(visit, page(status, &shown, FormTargets::Own))
    }
}
