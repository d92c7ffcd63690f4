//! `POST /oauth2/token` (RFC 6749 section 3.2): reads a request into types, hands it to the pipeline,
//! writes the answer. It decides nothing.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::Response;
use poem_openapi::OpenApi;

use super::{
    boundary::ClientIdLabel,
    client_address::TrustedProxies,
    described::Described,
    docs::Tag,
    error_response::{error_response, no_store},
    form_request::FormRequest,
    metrics::Metrics,
    parameters::read_form,
    presented_credentials::presented_credentials,
    schema::{TokenAnswers, TokenRequestForm},
    token_parameters::token_request,
};
use crate::{
    grants::Pipeline,
    logging::push_decimal,
    oauth::{Refusal, TokenResponse},
};

/// The token endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/token";

/// The token endpoint.
#[derive(Debug)]
pub struct TokenApi {
    /// What decides; swapped when configuration is loaded again.
    pub pipeline: Arc<ArcSwap<Pipeline>>,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Where tokens and refusals are counted.
    pub metrics: Arc<Metrics>,
}

#[OpenApi]
impl TokenApi {
    /// Issue a token
    ///
    /// Grants an access token (RFC 6749 section 3.2), or renews a grant by its refresh token (section 6).
    /// The application authenticates by `client_secret_basic`, `client_secret_post` or
    /// `private_key_jwt`, one way in each request. A refresh token in the answer takes the place of the
    /// one that was sent; where an answer was lost, the same request soon afterwards gives the same
    /// successor. After a 503 the refresh token is as good as before.
    #[oai(path = "/oauth2/token", method = "post", operation_id = "token", tag = "Tag::OAuth")]
    async fn token(&self, request: FormRequest<'_, TokenRequestForm>) -> Described<TokenAnswers> {
        let answer = self.answer(request).await.unwrap_or_else(|refusal| {
            self.metrics.token_refused(refusal.reason.code().name());
            error_response(refusal)
        });
        answer.into()
    }
}

impl TokenApi {
    async fn answer(
        &self,
        request: FormRequest<'_, TokenRequestForm>,
    ) -> Result<Response, Refusal> {
        let FormRequest { request, body, .. } = request;
        let parameters = read_form(request, body, self.body_limit).await?;
        let wanted = token_request(&parameters)?;
        let credentials = presented_credentials(request.headers(), &parameters)?;
        let address = self.trusted_proxies.client_address(request);

        let pipeline = self.pipeline.load_full();
        let (client, granted) = pipeline.answer(&wanted, credentials, address).await?;

        self.metrics.token_issued(wanted.grant_type().name());
        let mut response = token_response(&granted);
        response.set_data(ClientIdLabel(client.client().client_id.as_str().to_owned()));
        Ok(response)
    }
}

/// A token response as JSON (RFC 6749 section 5.1).
pub(super) fn token_response(granted: &TokenResponse) -> Response {
    let mut response = Response::builder().content_type("application/json").body(json(granted));
    no_store(&mut response);
    response
}

/// The same as `serde_json` would write, which looks at each byte of a token whether it needs escaping:
/// none of them does.
fn json(granted: &TokenResponse) -> Vec<u8> {
    let TokenResponse {
        access_token, token_type, expires_in, scope, refresh_token, id_token, ..
    } = granted;
    let refresh_token = refresh_token.as_deref().unwrap_or_default();
    let id_token = id_token.as_deref().unwrap_or_default();
    let length = access_token.len() + scope.len() + refresh_token.len() + id_token.len() + 144;
    let mut body = Vec::with_capacity(length);
    for part in [r#"{"access_token":""#, access_token, r#"","token_type":""#, token_type] {
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(br#"","expires_in":"#);
    push_decimal(&mut body, *expires_in);
    // Neither quotes nor backslashes are in a scope token (RFC 6749 section 3.3).
    for part in [r#","scope":""#, scope] {
        body.extend_from_slice(part.as_bytes());
    }
    for (member, token) in
        [(r#"","refresh_token":""#, refresh_token), (r#"","id_token":""#, id_token)]
    {
        if !token.is_empty() {
            body.extend_from_slice(member.as_bytes());
            body.extend_from_slice(token.as_bytes());
        }
    }
    body.extend_from_slice(br#""}"#);
    body
}
