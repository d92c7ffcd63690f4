//! The resource owner password credentials grant (RFC 6749 section 4.3): an application speaks for a person
//! who told it their password. RFC 9700 section 2.4 would have nobody use it; documented clients do, and
//! so each registration says whether its application may.

use super::{
    AuthenticatedClient, AuthenticatedUser,
    minting::{Decision, Draft},
    renewal::Renewal,
    store_away::grants_unavailable_anew,
    wanted::Wanted,
};
use crate::{
    oauth::{GrantType, Refusal, Resource, RoleName},
    store::Grant,
};

/// Decides for a person who has signed in.
pub(super) async fn decide(
    authenticated: &AuthenticatedClient,
    person: &AuthenticatedUser,
    wanted: Wanted,
    draft: &Draft,
    default_audience: &Resource,
    renewal: &Renewal,
) -> Result<Decision, Refusal> {
    let (client, user) = (authenticated.client(), person.user());
    let (scope, aud) = wanted.anew(client, default_audience)?;
    let scope = scope.of_person(user)?;
    let auth_time = Some(person.auth_time());
    // RFC 6749 section 4.3.3: "issues an access token and optional refresh token".
    let refresh_token = if client.may_use(GrantType::RefreshToken) {
        let grant = Grant {
            client_id: client.client_id.clone(),
            sub: Some(user.id.to_string()),
            scope: scope.scopes().clone(),
            resource: aud.iter().map(str::to_owned).collect(),
            auth_time,
            session: None,
        };
        // Half a grant would leave its application without the means to go on.
        Some(renewal.begin(grant, draft).await.map_err(grants_unavailable_anew)?)
    } else {
        None
    };
    Ok(Decision {
        sub: user.id.to_string(),
        scope,
        aud,
        auth_time,
        roles: names(&user.roles),
        nonce: None,
        grant: refresh_token.map(|token| token.family),
        refresh_token,
    })
}

/// The claim `roles` (RFC 9068 section 2.2.3.1).
pub(super) fn names(roles: &[RoleName]) -> Vec<String> {
    roles.iter().map(RoleName::to_string).collect()
}
