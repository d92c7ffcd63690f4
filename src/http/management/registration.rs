//! `POST /oauth2/register` (RFC 7591) and `/oauth2/register/{client_id}` (RFC 7592): applications that
//! register themselves, and manage that with the token that they were given.

use poem::{
    Request, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{OpenApi, param::Path};
use serde_json::Value;

pub use super::registration_body::PATH;
use super::{
    members::Members,
    registration_answers::{
        ClientReadAnswers, ClientRemovalAnswers, ClientUpdateAnswers, RegistrationAnswers,
    },
    registration_body::{
        ClientMetadataBody, information, registration, registration_client_uri, update,
    },
};
use crate::{
    http::{
        bearer::PresentedToken,
        boundary::ClientIdLabel,
        client_address::TrustedProxies,
        described::Described,
        docs::Tag,
        error_response::{error_response, no_store},
        json_request::JsonRequest,
    },
    management::{IssuedApplication, RegisteredApplication, Registrations},
    oauth::{IssuerUrl, Refusal},
    secret::Secret,
};

/// The endpoints; there are none where no application can register itself when Signet starts.
#[derive(Debug)]
pub struct RegistrationApi {
    /// Below which the registrations are found.
    pub issuer: IssuerUrl,
    /// What decides.
    pub registrations: Registrations,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

#[OpenApi]
impl RegistrationApi {
    /// Register a client
    ///
    /// An application registers itself (RFC 7591). Where the configuration says
    /// `directory.application_registration = "token"`, the initial access token is needed; where it is
    /// `closed`, nothing is served here. The answer says what was registered, which may be less than what
    /// was asked for.
    #[oai(
        path = "/oauth2/register",
        method = "post",
        operation_id = "registerClient",
        tag = "Tag::OAuth"
    )]
    async fn register(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, ClientMetadataBody>,
    ) -> Described<RegistrationAnswers> {
        self.registered(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Read a client's registration
    ///
    /// With its registration access token (RFC 7592 section 2.1).
    #[oai(
        path = "/oauth2/register/:client_id",
        method = "get",
        operation_id = "readClient",
        tag = "Tag::OAuth"
    )]
    async fn read(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// The client.
        client_id: Path<String>,
    ) -> Described<ClientReadAnswers> {
        self.told(presented, request, &client_id.0).await.unwrap_or_else(error_response).into()
    }

    /// Replace a client's registration
    ///
    /// With its registration access token (RFC 7592 section 2.2). What is left out goes; `client_id` must
    /// be sent along.
    #[oai(
        path = "/oauth2/register/:client_id",
        method = "put",
        operation_id = "updateClient",
        tag = "Tag::OAuth"
    )]
    async fn update(
        &self,
        presented: PresentedToken,
        /// The client.
        client_id: Path<String>,
        request: JsonRequest<'_, ClientMetadataBody>,
    ) -> Described<ClientUpdateAnswers> {
        self.updated(presented, &client_id.0, request).await.unwrap_or_else(error_response).into()
    }

    /// End a client's registration
    ///
    /// With its registration access token (RFC 7592 section 2.3): the client is gone at once, and all that
    /// it was issued.
    #[oai(
        path = "/oauth2/register/:client_id",
        method = "delete",
        operation_id = "deregisterClient",
        tag = "Tag::OAuth"
    )]
    async fn remove(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// The client.
        client_id: Path<String>,
    ) -> Described<ClientRemovalAnswers> {
        self.removed(presented, request, &client_id.0).await.unwrap_or_else(error_response).into()
    }
}

impl RegistrationApi {
    async fn registered(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, ClientMetadataBody>,
    ) -> Result<Response, Refusal> {
        let address = self.trusted_proxies.client_address(request.request);
        let admitted = self.registrations.admit(address, || presented.token())?;
        let members = Members::read(&request.bytes(self.body_limit).await?)?;
        let registered = self.registrations.register(admitted, registration(members)?).await?;
        let RegisteredApplication { issued, registration_access_token } = registered;
        let mut response = self.shown(&issued, &registration_access_token, StatusCode::CREATED);
        let uri = registration_client_uri(&self.issuer, &issued.registration);
        let uri = HeaderValue::from_str(&uri);
        let uri = uri.expect("OK because an issuer and a made client_id are plain ASCII");
        response.headers_mut().insert(header::LOCATION, uri);
        Ok(response)
    }

    async fn told(
        &self,
        presented: PresentedToken,
        request: &Request,
        client_id: &str,
    ) -> Result<Response, Refusal> {
        self.registrations.open()?;
        let (token, address) = (presented.token()?, self.trusted_proxies.client_address(request));
        let registration = self.registrations.read(client_id, &token, address).await?;
        let issued = IssuedApplication { registration, secret: None };
        Ok(self.shown(&issued, &token, StatusCode::OK))
    }

    async fn updated(
        &self,
        presented: PresentedToken,
        client_id: &str,
        request: JsonRequest<'_, ClientMetadataBody>,
    ) -> Result<Response, Refusal> {
        self.registrations.open()?;
        let token = presented.token()?;
        let address = self.trusted_proxies.client_address(request.request);
        // Who it is comes first: strangers learn nothing of what a registration may be.
        self.registrations.read(client_id, &token, address).await?;
        let wanted = update(Members::read(&request.bytes(self.body_limit).await?)?)?;
        let issued = self.registrations.replace(client_id, &token, address, wanted).await?;
        Ok(self.shown(&issued, &token, StatusCode::OK))
    }

    async fn removed(
        &self,
        presented: PresentedToken,
        request: &Request,
        client_id: &str,
    ) -> Result<Response, Refusal> {
        self.registrations.open()?;
        let (token, address) = (presented.token()?, self.trusted_proxies.client_address(request));
        self.registrations.remove(client_id, &token, address).await?;
        let mut response = Response::from(StatusCode::NO_CONTENT);
        no_store(&mut response);
        response.set_data(ClientIdLabel(client_id.to_owned()));
        Ok(response)
    }

    fn shown(&self, issued: &IssuedApplication, token: &Secret, status: StatusCode) -> Response {
        let information = information(issued, token, &self.issuer);
        let response = Response::builder().status(status).content_type("application/json");
        let mut response = response.body(Value::Object(information).to_string());
        no_store(&mut response);
        response.set_data(ClientIdLabel(issued.registration.client_id.to_string()));
        response
    }
}
