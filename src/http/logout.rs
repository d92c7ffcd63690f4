//! `GET` and `POST /oauth2/logout` (OpenID Connect RP-Initiated Logout 1.0): an application sends somebody here to
//! be signed out. Where it proves that it is about them that happens at once; otherwise a page asks.

use std::sync::Arc;

use askama::Template;
use poem::{Body, Endpoint, Request, Response, endpoint::make_sync, http::StatusCode};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Html};

use super::{
    described::Described,
    docs::Tag,
    documented::Documented,
    error_response::no_store,
    pages::{
        error_page::error_page,
        frame::Frame,
        page::{FormTargets, page, see_other},
        visits::{NOT_OURS, Visit, Visits, called},
    },
    parameters::Parameters,
    plain_form::PlainForm,
};
use crate::{
    grants::{AskedToEnd, EndSession, PendingEnd, SignOut, SignedIn},
    oauth::{RedirectUri, Refusal},
};

/// The log-out endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/logout";

/// What the form is for that asks.
const PURPOSE: &str = "log out for an application";

/// The field, and the query parameter, of a request that was judged.
const REQUEST: &str = "request";

/// The log-out endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LogoutApi {
    /// What receives visits.
    pub visits: Visits,
    /// What judges requests.
    pub end_session: Arc<EndSession>,
    /// What signs out.
    pub sign_out: SignOut,
}

#[derive(Template)]
#[template(path = "end_session.html")]
struct AskPage<'a> {
    frame: Frame,
    csrf: String,
    action: String,
    request: &'a str,
    person: String,
    application: Option<&'a str>,
    alert: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    frame: Frame,
}

#[OpenApi]
impl LogoutApi {
    /// Sign a person out
    ///
    /// Applications send people here with their browser (OpenID Connect RP-Initiated Logout 1.0). With an ID
    /// token of the person who is signed in, they are signed out at once; otherwise a page asks them. Then they
    /// go to `post_logout_redirect_uri`, or are told that they are signed out. `logout_hint` and `ui_locales` are
    /// accepted, and change nothing.
    #[oai(path = "/oauth2/logout", method = "get", operation_id = "logout", tag = "Tag::OAuth")]
    async fn get(
        &self,
        request: &Request,
        /// An ID token of the person's, which may have expired.
        #[oai(name = "id_token_hint")]
        _id_token_hint: Documented<Option<String>>,
        /// The application; that of the ID token.
        #[oai(name = "client_id")]
        _client_id: Documented<Option<String>>,
        /// Where the person is to go afterwards: one of the application's `post_logout_redirect_uris`.
        #[oai(name = "post_logout_redirect_uri")]
        _post_logout_redirect_uri: Documented<Option<String>>,
        /// What is handed back there.
        #[oai(name = "state")]
        _state: Documented<Option<String>>,
    ) -> Described<LogoutAnswers> {
        self.asked(request).await.unwrap_or_else(|refusal| self.refused(refusal)).into()
    }

    /// Sign a person out, asked by POST
    ///
    /// The same, with a form; and where the page that asks sends its own.
    #[oai(
        path = "/oauth2/logout",
        method = "post",
        operation_id = "logoutByPost",
        tag = "Tag::OAuth"
    )]
    async fn post(&self, request: PlainForm<'_, LogoutForm>) -> Described<LogoutAnswers> {
        let PlainForm { request, body, .. } = request;
        self.sent(request, body).await.unwrap_or_else(|refusal| self.refused(refusal)).into()
    }
}

/// The endpoint for HEAD, which asks what GET would answer and must not do it: it tells that there is a page.
pub fn head() -> impl Endpoint {
    make_sync(|_| {
        let mut response = Response::builder().content_type("text/html; charset=utf-8").finish();
        no_store(&mut response);
        response
    })
}

impl LogoutApi {
    async fn asked(&self, request: &Request) -> Result<Response, Refusal> {
        let parameters = Parameters::of_query(request)?;
        let pending = match parameters.get(REQUEST) {
            Some(sealed) => self.end_session.open(sealed)?,
            None => self.judged(&parameters).await?,
        };
        let visit = self.visits.receive(request).await?;
        match visit.signed_in() {
            None => Ok(self.done(&pending)),
            Some(signed_in) if pending.is_about(signed_in) => {
                self.sign_out(signed_in, &pending).await
            }
            Some(signed_in) => self.ask(&visit, signed_in, &pending, None),
        }
    }

    async fn sent(&self, request: &Request, body: Body) -> Result<Response, Refusal> {
        let form = self.visits.form(request, body).await?;
        let visit = self.visits.receive(request).await?;
        let Some(sealed) = form.get(REQUEST) else {
            // A browser sends no cookie of SameSite=Lax with the form of another site, but with what a redirect
            // has it get. The request goes along sealed, so that no ID token stands in an address.
            let sealed = self.end_session.seal(&self.judged(&form).await?)?;
            return Ok(see_other(&format!("{}{PATH}?{REQUEST}={sealed}", self.visits.base)));
        };
        let pending = self.end_session.open(sealed)?;
        match visit.signed_in() {
            None => Ok(self.done(&pending)),
            Some(signed_in) if self.visits.is_ours(&visit, PURPOSE, &form) => {
                self.sign_out(signed_in, &pending).await
            }
            Some(signed_in) => self.ask(&visit, signed_in, &pending, Some(NOT_OURS)),
        }
    }

    async fn judged(&self, parameters: &Parameters) -> Result<PendingEnd, Refusal> {
        let asked = AskedToEnd {
            id_token_hint: parameters.get("id_token_hint"),
            client_id: parameters.get("client_id"),
            post_logout_redirect_uri: parameters.get("post_logout_redirect_uri"),
            state: parameters.get("state"),
        };
        self.end_session.judge(asked).await
    }

    async fn sign_out(
        &self,
        signed_in: &SignedIn,
        pending: &PendingEnd,
    ) -> Result<Response, Refusal> {
        self.sign_out.sign_out(signed_in).await?;
        Ok(self.visits.signed_out(self.done(pending)))
    }

    fn done(&self, pending: &PendingEnd) -> Response {
        match pending.location() {
            Some(location) => see_other(&location),
            None => {
                let frame = Frame::new("You are signed out", &self.visits.base);
                page(StatusCode::OK, &SignedOutPage { frame }, FormTargets::None)
            }
        }
    }

    fn ask(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        pending: &PendingEnd,
        alert: Option<&str>,
    ) -> Result<Response, Refusal> {
        let request = self.end_session.seal(pending)?;
        let asking = AskPage {
            frame: self.visits.frame(visit, "Sign out?"),
            csrf: self.visits.token(visit, PURPOSE),
            action: format!("{}{PATH}", self.visits.base),
            request: &request,
            person: called(signed_in.user()),
            application: pending.client_name(),
            alert,
        };
        let status = if alert.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
        let target = pending.redirect_uri().map(RedirectUri::form_target);
        Ok(page(status, &asking, FormTargets::own_and(target.as_deref())))
    }

    fn refused(&self, refusal: Refusal) -> Response {
        error_page(&self.visits.base, refusal)
    }
}

/// The form of a request to be signed out (RP-Initiated Logout section 2). Unknown parameters are ignored.
#[derive(Debug, Object)]
#[oai(rename = "LogoutRequest", skip_serializing_if_is_none)]
pub struct LogoutForm {
    /// An ID token of the person's, which may have expired.
    pub id_token_hint: Option<String>,
    /// The application; that of the ID token.
    pub client_id: Option<String>,
    /// Where the person is to go afterwards: one of the application's `post_logout_redirect_uris`.
    pub post_logout_redirect_uri: Option<String>,
    /// What is handed back there.
    pub state: Option<String>,
}

/// Every answer of the log-out endpoint: pages for people.
#[derive(ApiResponse)]
pub enum LogoutAnswers {
    /// A page: they are signed out, or are asked whether they mean it.
    #[oai(status = 200)]
    Page(Html<String>),
    /// Signed out, and on to `post_logout_redirect_uri`; or on to the page that asks.
    #[oai(status = 303)]
    SeeOther(
        /// Where to.
        #[oai(header = "Location")]
        String,
    ),
    /// A page: the request cannot be answered, and nobody is redirected.
    #[oai(status = 400)]
    BadRequest(Html<String>),
    /// A page that asks again: the form was not sent from it.
    #[oai(status = 403)]
    Forbidden(Html<String>),
    /// A page: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Html<String>),
    /// A page: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Html<String>),
    /// A page: try again in a while.
    #[oai(status = 503)]
    Unavailable(
        Html<String>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
