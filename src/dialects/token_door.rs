//! The one translator of token requests: from where a document has parameters and credentials to the
//! pipeline, and from what that grants or refuses to the answer of the document.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::{Body, Endpoint, Request, Response, http::header};
use serde_json::{Map, Value, json};

use super::{
    door::{Credentials, Member, Place, TokenDoor},
    error_table,
};
use crate::{
    config::Dialect,
    grants::{Pipeline, PresentedCredentials},
    http::{
        boundary::ClientIdLabel,
        client_address::TrustedProxies,
        error_response::no_store,
        extension::ExtensionParts,
        json_request::is_json,
        metrics::Metrics,
        parameters::{Parameters, is_form, read_form, read_json, read_query},
        presented_credentials::{BasicHalves, credentials_as},
        token_parameters::request_of,
    },
    oauth::{ClientId, GrantType, Reason, Refusal, TokenRequest, TokenResponse},
};

/// A token door of a dialect that is enabled.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenTokenDoor {
    pub(super) dialect: Dialect,
    pub(super) name: &'static str,
    pub(super) tokens: &'static TokenDoor,
}

/// The token doors at one method and path. What any of them takes is taken: a request goes by the door
/// whose encoding is its own, and may ask for the grants of all.
pub(super) struct TokenDoors {
    doors: Vec<OpenTokenDoor>,
    pipeline: Arc<ArcSwap<Pipeline>>,
    sign_in_application: Option<ClientId>,
    trusted_proxies: TrustedProxies,
    body_limit: usize,
    metrics: Arc<Metrics>,
}

impl TokenDoors {
    pub(super) fn new(doors: Vec<OpenTokenDoor>, parts: &ExtensionParts) -> Self {
        Self {
            doors,
            pipeline: Arc::clone(&parts.pipeline),
            sign_in_application: parts.dialects.sign_in_application.clone(),
            trusted_proxies: parts.trusted_proxies.clone(),
            body_limit: parts.body_limit,
            metrics: Arc::clone(&parts.metrics),
        }
    }

    /// The door whose encoding is that of `request`; otherwise the first, which will say what is wrong.
    fn door(&self, request: &Request) -> &OpenTokenDoor {
        let place = |door: &&OpenTokenDoor| door.tokens.place.is_of(request);
        let both = |door: &&OpenTokenDoor| place(door) && door.tokens.credentials.are_of(request);
        let door = self.doors.iter().find(both).or_else(|| self.doors.iter().find(place));
        door.unwrap_or(&self.doors[0])
    }

    async fn answer(
        &self,
        door: &TokenDoor,
        request: &Request,
        body: Body,
    ) -> Result<Response, Refusal> {
        let parameters = door.place.read(request, body, self.body_limit).await?;
        let wanted = self.wanted(door, &parameters)?;
        let (client_id, granted) = self.granted(door, request, &parameters, &wanted).await?;
        self.metrics.token_issued(wanted.grant_type().name());
        let body = Value::Object(written(door, &wanted, &granted)).to_string();
        let mut response = Response::builder().content_type("application/json").body(body);
        no_store(&mut response);
        response.set_data(ClientIdLabel(client_id));
        Ok(response)
    }

    fn wanted(&self, door: &TokenDoor, parameters: &Parameters) -> Result<TokenRequest, Reason> {
        if let (Credentials::SignIn, [grant_type]) = (door.credentials, door.grants) {
            return request_of(*grant_type, parameters);
        }
        let name = parameters.get("grant_type").ok_or(Reason::MissingGrantType)?;
        let taken =
            |known: &GrantType| self.doors.iter().any(|door| door.tokens.grants.contains(known));
        let grant_type = GrantType::from_name(name).filter(taken);
        request_of(grant_type.ok_or(Reason::UnknownGrantType)?, parameters)
    }

    /// What the pipeline grants, and to whom.
    async fn granted(
        &self,
        door: &TokenDoor,
        request: &Request,
        parameters: &Parameters,
        wanted: &TokenRequest,
    ) -> Result<(String, TokenResponse), Refusal> {
        let pipeline = self.pipeline.load_full();
        let address = self.trusted_proxies.client_address(request);
        let through = || self.sign_in_application.as_ref().ok_or(Reason::SignInSwitchedOff);
        if door.credentials == Credentials::SignIn {
            let through = through()?.as_str();
            let granted = pipeline.sign_in(through, wanted, address).await?;
            return Ok((through.to_owned(), granted));
        }
        let presented = credentials_as(request.headers(), parameters, BasicHalves::Plain)?;
        let in_header = request.headers().contains_key(header::AUTHORIZATION);
        let (client, granted) = match (door.credentials, presented) {
            (Credentials::Basic, presented) if in_header => {
                pipeline.answer(wanted, presented, address).await?
            }
            (
                Credentials::BasicOfAnybody,
                PresentedCredentials::Secret { client_id, client_secret },
            ) if in_header => {
                let through = through()?.as_str();
                pipeline
                    .answer_anybody(wanted, &client_id, &client_secret, through, address)
                    .await?
            }
            (
                Credentials::WithParameters,
                presented @ (PresentedCredentials::Secret { .. }
                | PresentedCredentials::None { .. }),
            ) if !in_header => pipeline.answer(wanted, presented, address).await?,
            _ => return Err(Reason::CredentialsNotTakenHere.into()),
        };
        Ok((client.client().client_id.to_string(), granted))
    }
}

impl Endpoint for TokenDoors {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body();
        let OpenTokenDoor { dialect, name, tokens } = self.door(&request);
        self.metrics.dialect_request(dialect.name(), name);
        let answer = self.answer(tokens, &request, body).await;
        Ok(answer.unwrap_or_else(|refusal| {
            self.metrics.token_refused(refusal.reason.code().name());
            error_table::answer(tokens.errors, refusal)
        }))
    }
}

impl Place {
    fn is_of(self, request: &Request) -> bool {
        match self {
            Self::Form => is_form(request),
            Self::Json => is_json(request),
            Self::Query => true,
        }
    }

    async fn read(
        self,
        request: &Request,
        body: Body,
        limit: usize,
    ) -> Result<Parameters, Refusal> {
        match self {
            Self::Form => read_form(request, body, limit).await,
            Self::Json => read_json(request, body, limit).await,
            Self::Query => read_query(request, body, limit).await,
        }
    }
}

impl Credentials {
    fn are_of(self, request: &Request) -> bool {
        let in_header = request.headers().contains_key(header::AUTHORIZATION);
        match self {
            Self::Basic | Self::BasicOfAnybody => in_header,
            Self::WithParameters => !in_header,
            Self::SignIn => true,
        }
    }
}

/// The answer of the document.
fn written(door: &TokenDoor, wanted: &TokenRequest, granted: &TokenResponse) -> Map<String, Value> {
    let mut answer = Map::new();
    for member in door.answer {
        let (name, value) = match member {
            Member::AccessToken(name) => (*name, json!(granted.access_token)),
            Member::TokenType(spelling) => ("token_type", json!(spelling)),
            Member::ExpiresIn => ("expires_in", json!(granted.expires_in)),
            Member::Expires => ("expires", json!(granted.expires_at)),
            Member::Scope => ("scope", json!(granted.scope)),
            Member::RefreshToken => match &granted.refresh_token {
                Some(refresh_token) => ("refresh_token", json!(refresh_token)),
                None => continue,
            },
        };
        answer.insert(name.to_owned(), value);
    }
    // RFC 6749 section 5.1, of the scope: "OPTIONAL, if identical to the scope requested by the client;
    // otherwise, REQUIRED." A document that does not tell it does not ask for one either.
    if wanted.asked_for().scope.is_some() {
        answer.insert("scope".to_owned(), json!(granted.scope));
    }
    answer
}
