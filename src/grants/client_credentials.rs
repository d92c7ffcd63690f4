//! The client credentials grant (RFC 6749 section 4.4): the application speaks for itself.

use super::{
    AuthenticatedClient,
    minting::{Decision, Draft},
    renewal::Renewal,
    wanted::Wanted,
};
use crate::{
    oauth::{GrantType, Refusal, Resource},
    store::Grant,
};

/// Decides for an application that asks in its own name.
pub(super) async fn decide(
    authenticated: &AuthenticatedClient,
    wanted: Wanted,
    draft: &Draft,
    default_audience: &Resource,
    renewal: &Renewal,
) -> Result<Decision, Refusal> {
    let client = authenticated.client();
    let (scope, aud) = wanted.anew(client, default_audience)?;
    // RFC 6749 section 4.4.3: "A refresh token SHOULD NOT be included." Some documented clients need
    // one, so a registration may ask for it.
    let renewable =
        client.refresh_tokens.with_client_credentials && client.may_use(GrantType::RefreshToken);
    let refresh_token = if renewable {
        let grant = Grant {
            client_id: client.client_id.clone(),
            sub: None,
            scope: scope.scopes().clone(),
            resource: aud.iter().map(str::to_owned).collect(),
            auth_time: None,
            session: None,
        };
        match renewal.begin(grant, draft).await {
            Ok(parts) => Some(parts),
            Err(error) => {
                // The application can ask again whenever it likes: it gets the access token alone.
                tracing::warn!(%error, client_id = client.client_id.as_str(), "no refresh token was issued");
                None
            }
        }
    } else {
        None
    };
    Ok(Decision {
        // RFC 9068 section 2.2: in "grants where no resource owner is involved, such as the client
        // credentials grant, the value of "sub" SHOULD correspond to an identifier the authorization
        // server uses to indicate the client application".
        sub: client.client_id.as_str().to_owned(),
        scope,
        aud,
        auth_time: None,
        roles: Vec::new(),
        nonce: None,
        grant: refresh_token.map(|token| token.family),
        refresh_token,
    })
}
