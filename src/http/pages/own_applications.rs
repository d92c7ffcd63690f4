//! `/account/applications`: the applications that a person has registered, and those that they register. What
//! is allowed, [`Applications`] says; to register and to change one, a person needs the scope `applications`.

mod changes;
mod form;
mod shown;
mod shown_secret;

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::{Request, Response, http::StatusCode};

pub use self::shown_secret::ShownSecrets;
use self::{
    form::{ApplicationForm, FIELDS},
    shown::{ApplicationPage, ListPage, ListedApplication, NewPage, called, has_secret, offered},
};
use super::{
    instead::Instead,
    page::{FormTargets, page, see_other},
    problems::Problems,
    visits::{NOT_OURS, Visit, Visits},
};
use crate::{
    directory::{Registration, Search},
    grants::{ScopeDescriptions, SignedIn},
    http::{
        error_response::{labelled, status},
        management::APPLICATIONS_SCOPE,
        parameters::Parameters,
    },
    management::{Actor, Applications, IssuedApplication, ListedApplications, WantedApplication},
    oauth::{Reason, Refusal, Scope, ScopeSet},
};

/// The path below the issuer.
pub const PATH: &str = "/account/applications";

/// What the form of a new one is for.
const REGISTER: &str = "new application";

/// How many are shown at a time.
const MOST: usize = 50;

/// The pages.
#[derive(Debug)]
pub struct ApplicationPages {
    /// What every page begins with.
    pub visits: Visits,
    /// What decides.
    pub applications: Applications,
    /// What scopes are called; swapped when configuration is loaded again.
    pub scopes: Arc<ArcSwap<ScopeDescriptions>>,
    /// What brings new secrets to the page that shows them.
    pub secrets: ShownSecrets,
}

/// What a page says beside the application itself.
#[derive(Debug, Default)]
struct Said<'a> {
    alert: Option<&'a str>,
    done: Option<&'a str>,
    /// The value that seals a new secret.
    secret: Option<&'a str>,
    /// What was sent, where it was not taken, and why.
    sent: Option<(ApplicationForm, Problems)>,
}

impl ApplicationPages {
    /// Shows the list.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn list(&self, request: Request) -> Result<Response, Instead> {
        let (visit, signed_in) = self.visits.enter(&request, PATH).await?;
        let query = Parameters::of_query(&request)?;
        let search = Search {
            owner: Some(signed_in.user().id.as_str()),
            text: None,
            after: query.get("after"),
            limit: MOST,
        };
        let listed = self.applications.list(Actor::SignedIn(&signed_in), search).await?;
        let ListedApplications { applications, next } = listed;
        let shown = ListPage {
            frame: self.visits.frame(&visit, "Your applications"),
            applications: applications.iter().map(ListedApplication::from).collect(),
            next,
            may_register: may_change(&signed_in),
            done: (query.get("done") == Some("deleted")).then_some("The application is deleted."),
        };
        Ok(self.visits.answered(&visit, page(StatusCode::OK, &shown, FormTargets::Own)))
    }

    /// Shows the form of a new one.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show_new(&self, request: Request) -> Result<Response, Instead> {
        let (visit, signed_in) = self.visits.enter(&request, &format!("{PATH}/new")).await?;
        let (form, none) = (ApplicationForm::default(), Problems::default());
        let status = StatusCode::OK;
        Ok(self.new_page(&visit, &signed_in, status, &form, None, &none).await?)
    }

    /// Registers one.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn register(&self, mut request: Request) -> Result<Response, Instead> {
        let body = request.take_body();
        let sent = self.visits.form(&request, body).await?;
        let (visit, signed_in) = self.visits.enter(&request, &format!("{PATH}/new")).await?;
        let form = ApplicationForm::read(&sent, &self.to_give(&signed_in).await?);
        if !self.visits.is_ours(&visit, REGISTER, &sent) {
            let (none, forbidden) = (Problems::default(), StatusCode::FORBIDDEN);
            let alert = Some(NOT_OURS);
            return Ok(self.new_page(&visit, &signed_in, forbidden, &form, alert, &none).await?);
        }
        require_change(&signed_in)?;
        let metadata = match form.registered() {
            Ok(metadata) => metadata,
            Err(problems) => {
                let invalid = StatusCode::BAD_REQUEST;
                let shown = self.new_page(&visit, &signed_in, invalid, &form, None, &problems);
                return Ok(shown.await?);
            }
        };
        let wanted = WantedApplication { metadata, disabled: false, left_out: Vec::new() };
        match self.applications.create(Actor::SignedIn(&signed_in), wanted).await {
            Ok(issued) => Ok(self.issued(&visit, &issued, "registered")?),
            Err(mut refusal) => {
                let problems = Problems::new(std::mem::take(&mut refusal.fields));
                let alert = problems.is_empty().then(|| sentence(refusal.reason));
                let status = status(refusal.reason.code());
                let shown = self.new_page(&visit, &signed_in, status, &form, alert, &problems);
                Ok(labelled(shown.await?, refusal))
            }
        }
    }

    /// Shows one.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let client_id = client_id(&request)?;
        let (visit, signed_in) = self.visits.enter(&request, &place_of(&client_id)).await?;
        let query = Parameters::of_query(&request)?;
        let registration = self.own(&signed_in, &client_id).await?;
        let done = match query.get("done") {
            Some("registered") => Some("The application is registered."),
            Some("changed") => Some("The application is changed."),
            Some("secret") => Some("There is a new secret."),
            Some("off") => {
                Some("The application is switched off, and what it was issued has ended.")
            }
            Some("on") => Some("The application is switched on."),
            _ => None,
        };
        let said = Said { done, secret: query.get("secret"), ..Said::default() };
        Ok(self.shown(&visit, &signed_in, &registration, StatusCode::OK, said).await?)
    }

    /// The page of one.
    async fn shown(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        registration: &Registration,
        status: StatusCode,
        said: Said<'_>,
    ) -> Result<Response, Refusal> {
        let client_id = registration.client_id.to_string();
        let (form, problems) =
            said.sent.unwrap_or_else(|| (ApplicationForm::of(registration), Problems::default()));
        let to_choose = self.to_choose(signed_in, registration).await?;
        let secret =
            said.secret.and_then(|sealed| self.secrets.open(visit.session(), &client_id, sealed));
        let shown = ApplicationPage {
            frame: self.visits.frame(visit, &called(registration)),
            csrf: self.visits.token(visit, &purpose(&client_id)),
            version: registration.version,
            has_secret: has_secret(registration),
            disabled: registration.disabled,
            may_change: may_change(signed_in),
            secret,
            scopes: offered(&to_choose, &form.scope, &self.scopes.load()),
            form: &form,
            alert: said.alert,
            done: said.done,
            others: problems.besides(&FIELDS),
            problems: &problems,
            client_id,
        };
        Ok(self.visits.answered(visit, page(status, &shown, FormTargets::Own)))
    }

    async fn new_page(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        status: StatusCode,
        form: &ApplicationForm,
        alert: Option<&str>,
        problems: &Problems,
    ) -> Result<Response, Refusal> {
        require_change(signed_in)?;
        let to_give = self.to_give(signed_in).await?;
        let shown = NewPage {
            frame: self.visits.frame(visit, "Register an application"),
            csrf: self.visits.token(visit, REGISTER),
            form,
            scopes: offered(&to_give, &form.scope, &self.scopes.load()),
            alert,
            problems,
            others: problems.besides(&FIELDS),
        };
        Ok(self.visits.answered(visit, page(status, &shown, FormTargets::Own)))
    }

    /// Sends the browser on to the page of `issued`, where a secret that was made is shown.
    fn issued(
        &self,
        visit: &Visit,
        issued: &IssuedApplication,
        done: &str,
    ) -> Result<Response, Refusal> {
        let client_id = issued.registration.client_id.as_str();
        let mut place = format!("{}{}?done={done}", self.visits.base, place_of(client_id));
        if let Some(secret) = &issued.secret {
            let sealed = self.secrets.seal(visit.session(), client_id, secret)?;
            place.push_str("&secret=");
            place.push_str(&sealed);
        }
        Ok(see_other(&place))
    }

    /// The application, where the person owns it. An administrator changes those of others elsewhere.
    async fn own(&self, signed_in: &SignedIn, client_id: &str) -> Result<Registration, Refusal> {
        let registration = self.applications.read(Actor::SignedIn(signed_in), client_id).await?;
        let owner = registration.owner.as_deref();
        if owner != Some(signed_in.user().id.as_str()) {
            return Err(Reason::UnknownApplication.into());
        }
        Ok(registration)
    }

    /// The scopes that the person can give an application.
    async fn to_give(&self, signed_in: &SignedIn) -> Result<ScopeSet, Refusal> {
        self.applications.may_be_given_by(Actor::SignedIn(signed_in)).await
    }

    /// The same, and those that `registration` has already.
    async fn to_choose(
        &self,
        signed_in: &SignedIn,
        registration: &Registration,
    ) -> Result<ScopeSet, Refusal> {
        let to_give = self.to_give(signed_in).await?;
        Ok(to_give.iter().chain(registration.metadata.scope.iter()).cloned().collect())
    }
}

/// Whether the person may register and change applications.
fn may_change(signed_in: &SignedIn) -> bool {
    signed_in.user().scopes.iter().map(Scope::as_str).any(|scope| scope == APPLICATIONS_SCOPE)
}

fn require_change(signed_in: &SignedIn) -> Result<(), Reason> {
    if may_change(signed_in) { Ok(()) } else { Err(Reason::NotTheirBusiness) }
}

/// What a person is told of `reason`: those who use a browser know nothing of entity tags.
const fn sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::Stale => {
            "It was changed in the meantime. Look at it again, and send the form once more."
        }
        reason => reason.sentence(),
    }
}

/// The application that the path names.
fn client_id(request: &Request) -> Result<String, Reason> {
    // Identifiers that the server makes are base64url: nothing else is registered by anybody.
    let plain = |text: &&str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let named = request.raw_path_param("client_id").filter(plain);
    named.map(str::to_owned).ok_or(Reason::UnknownApplication)
}

/// The path of an application's page, below the issuer.
fn place_of(client_id: &str) -> String {
    format!("{PATH}/{client_id}")
}

/// What the forms on the page of an application are for.
fn purpose(client_id: &str) -> String {
    format!("application {client_id}")
}
