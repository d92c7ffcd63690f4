//! `/oauth2/authorize` (RFC 6749 section 3.1): reads what is asked, and sends the browser where it has been
//! decided. It decides nothing.

use poem::{Request, Response};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi, payload::Html};

use super::{
    authorization_parameters::authorization_parameters,
    described::Described,
    docs::Tag,
    documented::Documented,
    pages::{browser::Browser, flow::Flow},
    parameters::{Parameters, read_form_with_repeated},
    plain_form::PlainForm,
};
use crate::{
    grants::Stopped,
    oauth::{AuthorizationParameters, Refusal},
};

/// The authorization endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/authorize";

/// The authorization endpoint.
#[derive(Debug)]
pub struct AuthorizationApi {
    /// What decides, and the pages that follow.
    pub flow: Flow,
}

#[OpenApi]
impl AuthorizationApi {
    /// Send a person to sign in and consent
    ///
    /// An application sends a browser here (RFC 6749 section 4.1.1), with a code challenge (RFC 7636). The
    /// answer comes back to the redirect URI, with `iss` (RFC 9207) and `state`: a `code`, or an `error`.
    /// Where the client or the redirect URI is wrong, the person is shown a page, and is sent nowhere.
    #[oai(
        path = "/oauth2/authorize",
        method = "get",
        operation_id = "authorize",
        tag = "Tag::OAuth"
    )]
    #[expect(clippy::too_many_arguments, reason = "so many parameters the document has")]
    async fn authorize(
        &self,
        request: &Request,
        /// Who asks.
        #[oai(name = "client_id")]
        _client_id: Documented<String>,
        /// `code`; left out where the request was pushed.
        #[oai(name = "response_type")]
        _response_type: Documented<Option<String>>,
        /// Where the answer goes; may be left out where one is registered.
        #[oai(name = "redirect_uri")]
        _redirect_uri: Documented<Option<String>>,
        /// `query` or `form_post`.
        #[oai(name = "response_mode")]
        _response_mode: Documented<Option<String>>,
        /// The scopes asked for, separated by single spaces; left out: all that the application may have.
        #[oai(name = "scope")]
        _scope: Documented<Option<String>>,
        /// The resource servers that tokens are to be for (RFC 8707); may be repeated.
        #[oai(name = "resource")]
        _resource: Documented<Option<String>>,
        /// What comes back unchanged.
        #[oai(name = "state")]
        _state: Documented<Option<String>>,
        /// The base64url of the SHA-256 of a code verifier (RFC 7636).
        #[oai(name = "code_challenge")]
        _code_challenge: Documented<Option<String>>,
        /// `S256`.
        #[oai(name = "code_challenge_method")]
        _code_challenge_method: Documented<Option<String>>,
        /// What the ID token repeats.
        #[oai(name = "nonce")]
        _nonce: Documented<Option<String>>,
        /// `none`, or some of `login`, `consent` and `select_account`.
        #[oai(name = "prompt")]
        _prompt: Documented<Option<String>>,
        /// How many seconds ago the person may have signed in.
        #[oai(name = "max_age")]
        _max_age: Documented<Option<u64>>,
        /// Who is expected to sign in.
        #[oai(name = "login_hint")]
        _login_hint: Documented<Option<String>>,
        /// What a pushed request was answered with (RFC 9126).
        #[oai(name = "request_uri")]
        _request_uri: Documented<Option<String>>,
    ) -> Described<AuthorizationAnswers> {
        let query = request.uri().query().unwrap_or_default();
        let asked = Parameters::parse_with_repeated(query.as_bytes());
        let asked =
            asked.map(|(parameters, repeated)| authorization_parameters(&parameters, repeated));
        self.answer(request, asked.map_err(Refusal::from)).await.into()
    }

    /// Send a person to sign in and consent, by a form
    ///
    /// The same, where the request is too long for an address.
    #[oai(
        path = "/oauth2/authorize",
        method = "post",
        operation_id = "authorizeByForm",
        tag = "Tag::OAuth"
    )]
    async fn authorize_by_form(
        &self,
        form: PlainForm<'_, AuthorizationForm>,
    ) -> Described<AuthorizationAnswers> {
        let PlainForm { request, body, .. } = form;
        let asked = read_form_with_repeated(request, body, self.flow.visits.body_limit).await;
        let asked =
            asked.map(|(parameters, repeated)| authorization_parameters(&parameters, repeated));
        self.answer(request, asked).await.into()
    }
}

impl AuthorizationApi {
    async fn answer(
        &self,
        request: &Request,
        asked: Result<AuthorizationParameters, Refusal>,
    ) -> Response {
        let flow = &self.flow;
        match asked {
            Err(refusal) => flow.refuse(refusal),
            Ok(asked) => {
                let begun = self.begin(request, &asked).await;
                begun.unwrap_or_else(|stopped| flow.stop(stopped))
            }
        }
    }

    async fn begin(
        &self,
        request: &Request,
        asked: &AuthorizationParameters,
    ) -> Result<Response, Stopped> {
        let flow = &self.flow;
        let authorization = flow.authorization.load_full();
        let pending = authorization.begin(asked).await?;
        // A form that another site has sent comes without the cookie: what needs to know who is signed in
        // goes on with the next request, which brings it.
        let kept_back = Browser::of(request, flow.visits.https).kept().is_none();
        if kept_back && *request.method() == poem::http::Method::POST {
            let pending = authorization.keep(pending, None)?;
            return Ok(flow.to_consent(&pending));
        }
        // Whatever is kept is left as it is: this is no page yet.
        let visit = flow.visits.receive(request).await;
        let visit = visit.map_err(|refusal| authorization.unable(&pending, refusal))?;
        let pending = authorization.keep(pending, visit.signed_in())?;
        let next = authorization.go_on(&pending, visit.signed_in()).await;
        let next = next.map_err(Stopped::Shown)?;
        Ok(flow.send(&pending, next, |_| flow.to_consent(&pending)))
    }
}

/// The form of an authorization request (RFC 6749 section 4.1.1). Unknown parameters are ignored.
#[derive(Debug, Object)]
#[oai(rename = "AuthorizationRequest", skip_serializing_if_is_none)]
pub struct AuthorizationForm {
    /// Who asks.
    pub client_id: String,
    /// `code`; left out where the request was pushed.
    pub response_type: Option<ResponseTypeName>,
    /// Where the answer goes; may be left out where one is registered.
    pub redirect_uri: Option<String>,
    /// `query` or `form_post`.
    pub response_mode: Option<String>,
    /// The scopes asked for, separated by single spaces.
    pub scope: Option<String>,
    /// The resource servers that tokens are to be for (RFC 8707).
    pub resource: Option<Vec<String>>,
    /// What comes back unchanged.
    pub state: Option<String>,
    /// The base64url of the SHA-256 of a code verifier (RFC 7636).
    pub code_challenge: Option<String>,
    /// `S256`.
    pub code_challenge_method: Option<String>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// `none`, or some of `login`, `consent` and `select_account`.
    pub prompt: Option<String>,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<u64>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
    /// What a pushed request was answered with (RFC 9126).
    pub request_uri: Option<String>,
}

/// The response types that this server serves.
#[derive(Debug, Enum)]
#[oai(rename = "ResponseType", rename_all = "snake_case")]
pub enum ResponseTypeName {
    /// RFC 6749 section 4.1.
    Code,
}

/// Every answer of the authorization endpoint.
#[derive(ApiResponse)]
pub enum AuthorizationAnswers {
    /// A form that goes to the redirect URI by itself, with the answer.
    #[oai(status = 200)]
    FormPost(Html<String>),
    /// To the sign-in page, to the question for consent, or to the redirect URI with the answer.
    #[oai(status = 303)]
    SeeOther(
        /// Where to.
        #[oai(header = "Location")]
        String,
    ),
    /// A page: the client or the redirect URI is wrong, and nobody is sent anywhere.
    #[oai(status = 400)]
    BadRequest(Html<String>),
    /// A page: the form did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Html<String>),
    /// A page: the form is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Html<String>),
    /// A page: who is signed in cannot be known at the moment.
    #[oai(status = 503)]
    Unavailable(
        Html<String>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
