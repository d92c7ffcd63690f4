//! `/api/v1/users`: people, seen and changed by themselves and by administrators; and signing up.

mod bodies;

use poem::{Request, Response, http::StatusCode};
use poem_openapi::{OpenApi, param::Path};

use self::bodies::{NewUserBody, PasswordChangeBody, UserPatchBody, UserProfileBody};
pub use self::bodies::{UserBody, UserListBody};
use super::{
    USERS_SCOPE,
    entity_tag::expected,
    kept::{AddAnswers, ReadAnswers},
    kept_changes::{ChangeAnswers, PasswordAnswers, RemoveAnswers},
    members::Members,
    merge_patch::How,
    query::{Query, write_key},
    told::{done, labelled, placed, told},
};
use crate::{
    directory::Person,
    grants::{AuthorizedCaller, BearerAuthorization},
    http::{
        bearer::PresentedToken, client_address::TrustedProxies, described::Described, docs::Tag,
        documented::Documented, error_response::error_response, json_request::JsonRequest,
    },
    management::{Actor, Listing, NewPassword, Page, People},
    oauth::{IssuerUrl, Reason, Refusal, UserId},
};

/// The path below the issuer.
pub const PATH: &str = "/api/v1/users";

/// The endpoints for people.
#[derive(Debug)]
pub struct UsersApi {
    /// Where they are.
    pub issuer: IssuerUrl,
    /// What judges who calls.
    pub bearer: BearerAuthorization,
    /// What decides.
    pub people: People,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

#[OpenApi]
impl UsersApi {
    /// List users
    ///
    /// In the order of their user names: with the scope `admin` everybody, declared ones too; otherwise the person
    /// whom the access token speaks for.
    #[oai(
        path = "/api/v1/users",
        method = "get",
        operation_id = "listUsers",
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
        /// Those in whose id, user name, name or address this stands, whatever its case.
        #[oai(name = "search")]
        _search: Documented<String>,
    ) -> Described<ReadAnswers<UserListBody>> {
        self.listed(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Add a user, or sign up
    ///
    /// With an access token whose scopes include `admin`: adds somebody, with any roles. Without an access
    /// token, and where `directory.registration` is open: whoever asks registers themselves, with the role
    /// that the configuration gives them.
    #[oai(
        path = "/api/v1/users",
        method = "post",
        operation_id = "createUser",
        tag = "Tag::Management"
    )]
    async fn add(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, NewUserBody>,
    ) -> Described<AddAnswers<UserBody>> {
        self.added(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Read a user
    ///
    /// A person reads themselves, an administrator everybody. Nobody and somebody else are not told apart.
    #[oai(
        path = "/api/v1/users/:id",
        method = "get",
        operation_id = "readUser",
        tag = "Tag::Management"
    )]
    async fn read(
        &self,
        presented: PresentedToken,
        /// The person: the `sub` of their tokens.
        id: Path<String>,
    ) -> Described<ReadAnswers<UserBody>> {
        self.told(presented, &id.0).await.unwrap_or_else(error_response).into()
    }

    /// Replace a user
    ///
    /// What is absent goes. A person changes their user name, name and address; roles, and whether somebody is
    /// switched off, are for administrators. Whoever is switched off has no grant left. Send the `ETag` as
    /// `If-Match`, or somebody else's change is replaced too.
    #[oai(
        path = "/api/v1/users/:id",
        method = "put",
        operation_id = "replaceUser",
        tag = "Tag::Management"
    )]
    async fn replace(
        &self,
        presented: PresentedToken,
        /// The person: the `sub` of their tokens.
        id: Path<String>,
        request: JsonRequest<'_, UserProfileBody>,
    ) -> Described<ChangeAnswers<UserBody>> {
        let changed = self.changed(presented, &id.0, request, How::Replace).await;
        changed.unwrap_or_else(error_response).into()
    }

    /// Change a user
    ///
    /// As replacing, but what is absent stays, and what is null goes (RFC 7396).
    #[oai(
        path = "/api/v1/users/:id",
        method = "patch",
        operation_id = "changeUser",
        tag = "Tag::Management"
    )]
    async fn change(
        &self,
        presented: PresentedToken,
        /// The person: the `sub` of their tokens.
        id: Path<String>,
        request: JsonRequest<'_, UserPatchBody>,
    ) -> Described<ChangeAnswers<UserBody>> {
        let changed = self.changed(presented, &id.0, request, How::Merge).await;
        changed.unwrap_or_else(error_response).into()
    }

    /// Remove a user
    ///
    /// For administrators. The person is switched off, their grants and access tokens end, then they are gone;
    /// asking again after a 503 completes it. The applications that they registered stay.
    #[oai(
        path = "/api/v1/users/:id",
        method = "delete",
        operation_id = "deleteUser",
        tag = "Tag::Management"
    )]
    async fn remove(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// The person: the `sub` of their tokens.
        id: Path<String>,
    ) -> Described<RemoveAnswers> {
        self.removed(presented, &id.0, request).await.unwrap_or_else(error_response).into()
    }

    /// Set a new password
    ///
    /// A person sends their current password along; an administrator sets that of others without it. Every
    /// grant of the person ends, with its access tokens, but the one that the presented token of the
    /// person themselves comes of.
    #[oai(
        path = "/api/v1/users/:id/password",
        method = "post",
        operation_id = "setPassword",
        tag = "Tag::Management"
    )]
    async fn set_password(
        &self,
        presented: PresentedToken,
        /// The person: the `sub` of their tokens.
        id: Path<String>,
        request: JsonRequest<'_, PasswordChangeBody>,
    ) -> Described<PasswordAnswers> {
        self.password_set(presented, &id.0, request).await.unwrap_or_else(error_response).into()
    }
}

impl UsersApi {
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
        let Page { items, next } = self.people.list(Actor::Caller(&caller), listing).await?;
        let list = UserListBody {
            items: items.iter().map(UserBody::from).collect(),
            next: next.map(|key| write_key(&key)),
        };
        Ok(labelled(told(StatusCode::OK, &list, 0), &caller))
    }

    async fn added(
        &self,
        presented: PresentedToken,
        request: JsonRequest<'_, NewUserBody>,
    ) -> Result<Response, Refusal> {
        let (person, caller) = match presented.token() {
            Ok(token) => {
                let caller = self.bearer.with_scope(token.expose(), USERS_SCOPE).await?;
                // What the body says is nobody's business who may not add anybody.
                caller.require_admin()?;
                let members = Members::read(&request.bytes(self.body_limit).await?)?;
                let (profile, password) = bodies::new_person(members)?;
                let person = self.people.add(Actor::Caller(&caller), profile, password).await?;
                (person, Some(caller))
            }
            Err(refusal)
                if refusal.reason == Reason::NoAccessToken && self.people.may_sign_up() =>
            {
                let address = self.trusted_proxies.client_address(request.request);
                let members = Members::read(&request.bytes(self.body_limit).await?)?;
                let (profile, password) = bodies::somebody(members)?;
                (self.people.sign_up(profile, password, address).await?, None)
            }
            Err(refusal) => return Err(refusal),
        };
        let response = told(StatusCode::CREATED, &UserBody::from(&person), person.version);
        let response = placed(response, &self.issuer, PATH, person.id.as_str());
        Ok(match caller {
            Some(caller) => labelled(response, &caller),
            None => response,
        })
    }

    async fn told(&self, presented: PresentedToken, id: &str) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let id = known(id)?;
        let person = self.people.get(Actor::Caller(&caller), id.as_str()).await?;
        Ok(labelled(told(StatusCode::OK, &UserBody::from(&person), person.version), &caller))
    }

    async fn changed<T>(
        &self,
        presented: PresentedToken,
        id: &str,
        request: JsonRequest<'_, T>,
        how: How,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let (id, expected) = (known(id)?, expected(request.request)?);
        let actor = Actor::Caller(&caller);
        // Who it is about comes first: a body says nothing about somebody who is not there.
        self.people.get(actor, id.as_str()).await?;
        let sent = Members::read(&request.bytes(self.body_limit).await?)?.into_object();
        let wanted = |old: &Person| {
            let members = how.applied(|| bodies::object(old), sent.clone());
            bodies::changed(Members::of(members), old)
        };
        let person = self.people.change(actor, id.as_str(), expected, wanted).await?;
        Ok(labelled(told(StatusCode::OK, &UserBody::from(&person), person.version), &caller))
    }

    async fn removed(
        &self,
        presented: PresentedToken,
        id: &str,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let (id, expected) = (known(id)?, expected(request)?);
        self.people.remove(Actor::Caller(&caller), id.as_str(), expected).await?;
        Ok(labelled(done(), &caller))
    }

    async fn password_set(
        &self,
        presented: PresentedToken,
        id: &str,
        request: JsonRequest<'_, PasswordChangeBody>,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let (id, actor) = (known(id)?, Actor::Caller(&caller));
        let address = self.trusted_proxies.client_address(request.request);
        self.people.get(actor, id.as_str()).await?;
        let members = Members::read(&request.bytes(self.body_limit).await?)?;
        let (current, new) = bodies::passwords(members)?;
        let password = NewPassword { current, new, address };
        self.people.set_password(actor, id.as_str(), password).await?;
        Ok(labelled(done(), &caller))
    }
}

/// The `sub` that a path names; what is none is nobody's.
fn known(id: &str) -> Result<UserId, Reason> {
    id.parse().map_err(|_| Reason::UnknownPerson)
}
