//! `/api/v1/applications`: applications made, seen, changed and ended by those who own them.

use std::sync::Arc;

use poem::{
    Request, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{OpenApi, param::Path};
use serde_json::{Map, Value, json};

use super::{
    APPLICATIONS_SCOPE,
    application_answers::{
        ApplicationAnswers, ApplicationListAnswers, ApplicationReadAnswers, CreationAnswers,
        NewSecretAnswers, RemovalAnswers,
    },
    application_body::{ApplicationMetadataBody, NewSecretBody, document},
    application_members::{created, patched, replaced},
    application_text::told,
    entity_tag,
    members::Members,
    query::{Query, write_key},
};
use crate::{
    clock::Clock,
    directory::Search,
    grants::{AuthorizedCaller, BearerAuthorization},
    http::{
        bearer::PresentedToken,
        boundary::ClientIdLabel,
        described::Described,
        docs::Tag,
        documented::Documented,
        error_response::{error_response, no_store},
        json_request::JsonRequest,
    },
    management::{Actor, Applications, IssuedApplication, LONGEST_OVERLAP, ListedApplications},
    oauth::{IssuerUrl, Reason, Refusal},
};

/// The path below the issuer.
pub const PATH: &str = "/api/v1/applications";

/// The endpoints for applications.
#[derive(Debug)]
pub struct ApplicationsApi {
    /// Below which the applications are found.
    pub issuer: IssuerUrl,
    /// What judges who calls.
    pub bearer: BearerAuthorization,
    /// What decides.
    pub applications: Applications,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

#[OpenApi]
impl ApplicationsApi {
    /// Register an application
    ///
    /// The caller owns it. Its identifier is made, and its secret, where it has one: the answer shows that
    /// once, and only its digest is kept.
    #[oai(
        path = "/api/v1/applications",
        method = "post",
        operation_id = "createApplication",
        tag = "Tag::Management"
    )]
    async fn create(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, ApplicationMetadataBody>,
    ) -> Described<CreationAnswers> {
        self.made(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// List applications
    ///
    /// Those that the caller owns; with the scope `admin` all of them, those that configuration declares too.
    #[oai(
        path = "/api/v1/applications",
        method = "get",
        operation_id = "listApplications",
        tag = "Tag::Management"
    )]
    async fn list(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// How many at most, from 1 to 100; 50 where nothing is said.
        #[oai(name = "limit")]
        _limit: Documented<u32>,
        /// Where to go on: the `next` of an earlier answer.
        #[oai(name = "after")]
        _after: Documented<String>,
        /// Those in whose identifier or name this text stands, whatever its case.
        #[oai(name = "search")]
        _search: Documented<String>,
        /// Those of this owner, by `sub`; others' need the scope `admin`.
        #[oai(name = "owner")]
        _owner: Documented<String>,
    ) -> Described<ApplicationListAnswers> {
        self.listed(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Read an application
    ///
    /// One that is not there and one of somebody else's are not told apart.
    #[oai(
        path = "/api/v1/applications/:client_id",
        method = "get",
        operation_id = "readApplication",
        tag = "Tag::Management"
    )]
    async fn read(
        &self,
        presented: PresentedToken,
        /// The application.
        client_id: Path<String>,
    ) -> Described<ApplicationReadAnswers> {
        self.told(presented, &client_id.0).await.unwrap_or_else(error_response).into()
    }

    /// Replace an application
    ///
    /// What is left out goes back to what it is where nothing is said; members that only an administrator
    /// can set stay as they are when somebody else leaves them out. What the server makes may be sent along
    /// as it was read. With `If-Match`, only the state that is meant is replaced.
    #[oai(
        path = "/api/v1/applications/:client_id",
        method = "put",
        operation_id = "replaceApplication",
        tag = "Tag::Management"
    )]
    async fn replace(
        &self,
        presented: PresentedToken,
        /// The application.
        client_id: Path<String>,
        request: JsonRequest<'_, ApplicationMetadataBody>,
    ) -> Described<ApplicationAnswers> {
        self.changed(presented, &client_id.0, request).await.unwrap_or_else(error_response).into()
    }

    /// Change an application
    ///
    /// A JSON Merge Patch (RFC 7396): what is left out stays, null takes away. With `If-Match`, only the
    /// state that is meant is changed.
    #[oai(
        path = "/api/v1/applications/:client_id",
        method = "patch",
        operation_id = "changeApplication",
        tag = "Tag::Management"
    )]
    async fn patch(
        &self,
        presented: PresentedToken,
        /// The application.
        client_id: Path<String>,
        request: JsonRequest<'_, ApplicationMetadataBody>,
    ) -> Described<ApplicationAnswers> {
        self.changed(presented, &client_id.0, request).await.unwrap_or_else(error_response).into()
    }

    /// Delete an application
    ///
    /// From then on it is refused everywhere; its grants end, and its access tokens, offline too. Asking
    /// again after a 503 completes it; until then it is there, switched off.
    #[oai(
        path = "/api/v1/applications/:client_id",
        method = "delete",
        operation_id = "deleteApplication",
        tag = "Tag::Management"
    )]
    async fn delete(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// The application.
        client_id: Path<String>,
    ) -> Described<RemovalAnswers> {
        self.removed(presented, &client_id.0, request).await.unwrap_or_else(error_response).into()
    }

    /// Make a new secret
    ///
    /// The answer shows it once. The secret before it goes on for `overlap` seconds, so that it can be
    /// changed without an outage; two live at most. The body may be left out.
    #[oai(
        path = "/api/v1/applications/:client_id/secret",
        method = "post",
        operation_id = "renewApplicationSecret",
        tag = "Tag::Management"
    )]
    async fn renew_secret(
        &self,
        presented: PresentedToken,
        /// The application.
        client_id: Path<String>,
        request: JsonRequest<'_, NewSecretBody>,
    ) -> Described<NewSecretAnswers> {
        self.renewed(presented, &client_id.0, request).await.unwrap_or_else(error_response).into()
    }
}

impl ApplicationsApi {
    async fn caller(&self, presented: PresentedToken) -> Result<AuthorizedCaller, Refusal> {
        self.bearer.with_scope(presented.token()?.expose(), APPLICATIONS_SCOPE).await
    }

    async fn made(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, ApplicationMetadataBody>,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let wanted = created(Members::read(&request.bytes(self.body_limit).await?)?)?;
        let issued = self.applications.create(Actor::Caller(&caller), wanted).await?;
        let location = format!("{PATH}/{}", issued.registration.client_id);
        let location = HeaderValue::from_str(&self.issuer.join(&location));
        let mut response = shown(&issued, StatusCode::CREATED, &caller);
        let location = location.expect("OK because an issuer and a made client_id are plain ASCII");
        response.headers_mut().insert(header::LOCATION, location);
        Ok(response)
    }

    async fn listed(
        &self,
        presented: PresentedToken,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let query = Query::read(request, &["limit", "after", "search", "owner"])?;
        let (text, owner, after) =
            (query.text("search")?, query.text("owner")?, query.after_key()?);
        let search = Search { owner, text, after: after.as_deref(), limit: query.limit()? };
        let ListedApplications { applications, next } =
            self.applications.list(Actor::Caller(&caller), search).await?;
        let items: Vec<Value> =
            applications.iter().map(|one| Value::Object(document(one))).collect();
        let mut list = Map::from_iter([("items".to_owned(), json!(items))]);
        if let Some(next) = next {
            list.insert("next".to_owned(), json!(write_key(&next)));
        }
        Ok(answered(list, StatusCode::OK, &caller))
    }

    async fn told(&self, presented: PresentedToken, client_id: &str) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let registration = self.applications.read(Actor::Caller(&caller), client_id).await?;
        let issued = IssuedApplication { registration, secret: None };
        Ok(shown(&issued, StatusCode::OK, &caller))
    }

    async fn changed(
        &self,
        presented: PresentedToken,
        client_id: &str,
        request: JsonRequest<'_, ApplicationMetadataBody>,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let expected = entity_tag::expected(request.request)?;
        let is_patch = request.request.method() == poem::http::Method::PATCH;
        let body = Members::read(&request.bytes(self.body_limit).await?)?.into_object();
        let now = self.clock.now();
        let issued = self
            .applications
            .change(Actor::Caller(&caller), client_id, expected, |current| {
                if is_patch {
                    patched(body.clone(), current, now)
                } else {
                    replaced(Members::of(body.clone()), current, now)
                }
            })
            .await?;
        Ok(shown(&issued, StatusCode::OK, &caller))
    }

    async fn removed(
        &self,
        presented: PresentedToken,
        client_id: &str,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let expected = entity_tag::expected(request)?;
        self.applications.remove(Actor::Caller(&caller), client_id, expected).await?;
        let mut response = Response::from(StatusCode::NO_CONTENT);
        no_store(&mut response);
        response.set_data(ClientIdLabel(caller.token().claims().client_id.clone()));
        Ok(response)
    }

    async fn renewed(
        &self,
        presented: PresentedToken,
        client_id: &str,
        request: JsonRequest<'_, NewSecretBody>,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let expected = entity_tag::expected(request.request)?;
        let overlap = match request.bytes_if_any(self.body_limit).await? {
            Some(body) => overlap(Members::read(&body)?)?,
            None => 0,
        };
        let issued = self
            .applications
            .renew_secret(Actor::Caller(&caller), client_id, expected, overlap)
            .await?;
        Ok(shown(&issued, StatusCode::CREATED, &caller))
    }
}

fn overlap(mut members: Members) -> Result<u64, Refusal> {
    let overlap = members.take("overlap", |value| {
        let seconds = value.as_u64().filter(|seconds| *seconds <= LONGEST_OVERLAP);
        seconds.ok_or("expected a number of seconds from 0 to 2592000".into())
    });
    members.finish(Reason::InvalidMembers)?;
    Ok(overlap.unwrap_or_default())
}

/// An application, with its secret where one was made, and its ETag.
fn shown(issued: &IssuedApplication, status: StatusCode, caller: &AuthorizedCaller) -> Response {
    let mut response = answered(told(issued), status, caller);
    entity_tag::tag(&mut response, issued.registration.version);
    response
}

fn answered(body: Map<String, Value>, status: StatusCode, caller: &AuthorizedCaller) -> Response {
    let response = Response::builder().status(status).content_type("application/json");
    let mut response = response.body(Value::Object(body).to_string());
    no_store(&mut response);
    response.set_data(ClientIdLabel(caller.token().claims().client_id.clone()));
    response
}
