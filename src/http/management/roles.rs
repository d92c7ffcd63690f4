//! `/api/v1/roles`: what scopes people may have by their roles; changed by administrators.

mod bodies;

use poem::{Request, Response, http::StatusCode};
use poem_openapi::{OpenApi, param::Path};

use self::bodies::{NewRoleBody, RoleBody, RoleListBody, RolePatchBody};
use super::{
    USERS_SCOPE,
    entity_tag::expected,
    kept::{AddAnswers, ReadAnswers},
    kept_changes::{ChangeAnswers, RemoveAnswers},
    members::Members,
    merge_patch::How,
    query::{Query, write_key},
    told::{done, labelled, placed, told},
};
use crate::{
    directory::Role,
    grants::{AuthorizedCaller, BearerAuthorization},
    http::{
        bearer::PresentedToken, described::Described, docs::Tag, documented::Documented,
        error_response::error_response, json_request::JsonRequest,
    },
    management::{Actor, Listing, Page, Roles},
    oauth::{IssuerUrl, Reason, Refusal, RoleName},
};

/// The path below the issuer.
pub const PATH: &str = "/api/v1/roles";

/// The endpoints for roles.
#[derive(Debug)]
pub struct RolesApi {
    /// Where they are.
    pub issuer: IssuerUrl,
    /// What judges who calls.
    pub bearer: BearerAuthorization,
    /// What decides.
    pub roles: Roles,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

#[OpenApi]
impl RolesApi {
    /// List roles
    ///
    /// In the order of their names: with the scope `admin` all of them, declared ones too; otherwise those of
    /// the person whom the access token speaks for.
    #[oai(
        path = "/api/v1/roles",
        method = "get",
        operation_id = "listRoles",
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
        /// Those in whose name this stands, whatever its case.
        #[oai(name = "search")]
        _search: Documented<String>,
    ) -> Described<ReadAnswers<RoleListBody>> {
        self.listed(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Add a role
    ///
    /// For administrators.
    #[oai(
        path = "/api/v1/roles",
        method = "post",
        operation_id = "createRole",
        tag = "Tag::Management"
    )]
    async fn add(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, NewRoleBody>,
    ) -> Described<AddAnswers<RoleBody>> {
        self.added(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Read a role
    ///
    /// A person reads their own, an administrator all of them.
    #[oai(
        path = "/api/v1/roles/:name",
        method = "get",
        operation_id = "readRole",
        tag = "Tag::Management"
    )]
    async fn read(
        &self,
        presented: PresentedToken,
        /// The role's name.
        name: Path<String>,
    ) -> Described<ReadAnswers<RoleBody>> {
        self.told(presented, &name.0).await.unwrap_or_else(error_response).into()
    }

    /// Replace a role
    ///
    /// For administrators. Its scopes count at the next token of whoever has it; its name stays.
    #[oai(
        path = "/api/v1/roles/:name",
        method = "put",
        operation_id = "replaceRole",
        tag = "Tag::Management"
    )]
    async fn replace(
        &self,
        presented: PresentedToken,
        /// The role's name.
        name: Path<String>,
        request: JsonRequest<'_, RolePatchBody>,
    ) -> Described<ChangeAnswers<RoleBody>> {
        self.changed(presented, &name.0, request, How::Replace)
            .await
            .unwrap_or_else(error_response)
            .into()
    }

    /// Change a role
    ///
    /// As replacing, but absent scopes stay (RFC 7396).
    #[oai(
        path = "/api/v1/roles/:name",
        method = "patch",
        operation_id = "changeRole",
        tag = "Tag::Management"
    )]
    async fn change(
        &self,
        presented: PresentedToken,
        /// The role's name.
        name: Path<String>,
        request: JsonRequest<'_, RolePatchBody>,
    ) -> Described<ChangeAnswers<RoleBody>> {
        self.changed(presented, &name.0, request, How::Merge)
            .await
            .unwrap_or_else(error_response)
            .into()
    }

    /// Remove a role
    ///
    /// For administrators, once nobody has it.
    #[oai(
        path = "/api/v1/roles/:name",
        method = "delete",
        operation_id = "deleteRole",
        tag = "Tag::Management"
    )]
    async fn remove(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// The role's name.
        name: Path<String>,
    ) -> Described<RemoveAnswers> {
        self.removed(presented, &name.0, request).await.unwrap_or_else(error_response).into()
    }
}

impl RolesApi {
    async fn caller(&self, presented: PresentedToken) -> Result<AuthorizedCaller, Refusal> {
        self.bearer.with_scope(presented.token()?.expose(), USERS_SCOPE).await
    }

    async fn listed(
        &self,
        presented: PresentedToken,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let query = Query::read(request, &["limit", "after", "search"])?;
        let (after, limit) = (query.after_key()?, query.limit()?);
        let listing = Listing { text: query.text("search")?, after: after.as_deref(), limit };
        let Page { items, next } = self.roles.list(Actor::Caller(&caller), listing).await?;
        let list = RoleListBody {
            items: items.iter().map(RoleBody::from).collect(),
            next: next.map(|key| write_key(&key)),
        };
        Ok(labelled(told(StatusCode::OK, &list, 0), &caller))
    }

    async fn added(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, NewRoleBody>,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        caller.require_admin()?;
        let members = Members::read(&request.bytes(self.body_limit).await?)?;
        let (name, scopes) = bodies::new_role(members)?;
        let role = self.roles.add(Actor::Caller(&caller), name, scopes).await?;
        let response = told(StatusCode::CREATED, &RoleBody::from(&role), role.version);
        let response = placed(response, &self.issuer, PATH, role.name.as_str());
        Ok(labelled(response, &caller))
    }

    async fn told(&self, presented: PresentedToken, name: &str) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let role = self.roles.get(Actor::Caller(&caller), &known(name)?).await?;
        Ok(labelled(told(StatusCode::OK, &RoleBody::from(&role), role.version), &caller))
    }

    async fn changed(
        &self,
        presented: PresentedToken,
        name: &str,
        request: JsonRequest<'_, RolePatchBody>,
        how: How,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let (name, expected) = (known(name)?, expected(request.request)?);
        let actor = Actor::Caller(&caller);
        // Which it is comes first: a body says nothing about one that is not there.
        self.roles.get(actor, &name).await?;
        caller.require_admin()?;
        let sent = Members::read(&request.bytes(self.body_limit).await?)?.into_object();
        let wanted = |old: &Role| {
            let members = how.applied(|| bodies::object(old), sent.clone());
            bodies::changed(Members::of(members), old)
        };
        let role = self.roles.change(actor, &name, expected, wanted).await?;
        Ok(labelled(told(StatusCode::OK, &RoleBody::from(&role), role.version), &caller))
    }

    async fn removed(
        &self,
        presented: PresentedToken,
        name: &str,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let (name, expected) = (known(name)?, expected(request)?);
        self.roles.remove(Actor::Caller(&caller), &name, expected).await?;
        Ok(labelled(done(), &caller))
    }
}

/// The role that a path names; what is no name is no role's.
fn known(name: &str) -> Result<RoleName, Reason> {
    name.parse().map_err(|_| Reason::UnknownRole)
}
