//! The access token that a request to a protected endpoint brings (RFC 6750 section 2): in one
//! `Authorization` header, and nowhere else. What it is worth, [`grants`](crate::grants) says.

use poem::{
    Request, RequestBody,
    http::{HeaderValue, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};
use signet_verifier::{Rejection, bearer};

use crate::{
    oauth::{Reason, Refusal},
    secret::Secret,
};

/// The name of the Bearer scheme in the OpenAPI document.
const BEARER_SCHEME: &str = "access_token";

/// What a request brought; not judged yet, so that every answer is the operation's own.
pub struct PresentedToken(Result<Secret, Refusal>);

impl PresentedToken {
    /// The access token.
    ///
    /// # Errors
    /// `unauthorized` where there is none, `invalid_request` where it cannot be read or there are several.
    pub fn token(self) -> Result<Secret, Refusal> {
        self.0
    }

    pub(super) fn of(request: &Request) -> Result<Secret, Refusal> {
        let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
        let first = headers.next();
        // RFC 6750 section 2: "Clients MUST NOT use more than one method to transmit the token in each
        // request." The one in the query (section 2.3) is not a method here; beside a header it is one too
        // many.
        if headers.next().is_some() || (first.is_some() && has_token_in_query(request)) {
            return Err(Reason::SeveralAccessTokens.into());
        }
        let token = bearer::token(first.map(HeaderValue::as_bytes));
        token.map(|token| Secret::new(token.to_owned())).map_err(|rejection| match rejection {
            Rejection::NoToken => Reason::NoAccessToken.into(),
            _ => Reason::MalformedBearer.into(),
        })
    }
}

/// Whether the query has an access token (RFC 6750 section 2.3), which is not a method here.
pub(super) fn has_token_in_query(request: &Request) -> bool {
    let mut pairs = request.uri().query().unwrap_or_default().split('&');
    pairs.any(|pair| pair.split('=').next() == Some("access_token"))
}

impl<'a> ApiExtractor<'a> for PresentedToken {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_security_scheme(
            BEARER_SCHEME,
            MetaSecurityScheme {
                ty: "http",
                description: Some("An access token of this server (RFC 6750 section 2.1)"),
                name: None,
                key_in: None,
                scheme: Some("bearer"),
                bearer_format: Some("JWT"),
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![BEARER_SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self(Self::of(request)))
    }
}
