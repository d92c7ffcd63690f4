//! The authorization code grant (RFC 6749 section 4.1.3): a code is redeemed once, by the application that it
//! was issued to. Whoever comes second makes known that there are two who have it, and what the first was
//! given ends.

use std::sync::Arc;

use super::{
    AuthenticatedClient, GrantedScope, Sessions,
    minting::{Decision, Draft},
    password::names,
    renewal::Renewal,
    store_away::grants_unavailable,
    wanted::Wanted,
};
use crate::{
    oauth::{Client, CodeVerifier, GrantType, Reason, Refusal, Resource, User},
    secret::Secret,
    store::{
        FamilyId, Grant, Identifier, NewFamily, Redemptions, RefreshFamilies, Spent, StoreError,
        Uses,
    },
    tokens::{AuthorizationCode, AuthorizationCodes, RefreshTokenParts, Revocation, to_the_end},
};

/// Redeems authorization codes.
#[derive(Debug)]
pub struct CodeGrant {
    /// What reads them.
    pub codes: AuthorizationCodes,
    /// What remembers those that were redeemed.
    pub redemptions: Arc<dyn Redemptions>,
    /// Whether those who consented are still there, and still signed in.
    pub sessions: Sessions,
}

/// What a token request brings.
pub(super) struct Presented<'a> {
    pub(super) code: &'a Secret,
    pub(super) redirect_uri: Option<&'a str>,
    pub(super) code_verifier: Option<&'a Secret>,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redeemed {
    /// The grant has begun.
    Begun,
    /// It was redeemed before: the grant has ended.
    Before,
    /// It is spent for nothing: who presents it did not begin the flow.
    Unproven,
}

impl CodeGrant {
    /// Decides for the application that redeems a code.
    pub(super) async fn decide(
        &self,
        presented: Presented<'_>,
        authenticated: &AuthenticatedClient,
        wanted: Wanted,
        draft: &Draft,
        default_audience: &Resource,
        renewal: &Renewal,
    ) -> Result<Decision, Refusal> {
        let client = authenticated.client();
        let code = self.codes.read(presented.code, draft.issued_at);
        let code = code.ok_or_else(|| refused("not a code of ours, or long expired"))?;
        // RFC 6749 section 4.1.3: "ensure that the authorization code was issued to the authenticated
        // confidential client, or if the client is public, ensure that the code was issued to "client_id" in
        // the request". Nothing is spent: whoever has a copy cannot spoil it with an application of theirs.
        if code.client_id != client.client_id {
            return Err(refused("the code is another client's"));
        }
        if draft.issued_at >= code.expires_at {
            // Where it was redeemed in time, this is the second time.
            let ended = renewal.revocation.end_grant(code.family()).await;
            let replayed = ended.map_err(grants_unavailable)?;
            return Err(if replayed { replay(code.family()) } else { refused("expired") });
        }
        // First what may fail though the code is good: it stays good.
        let user = self.consenter(&code).await?;
        let scope = GrantedScope::renewed(None, &code.scope, client)?.of_person(&user)?;
        let grant = Grant {
            client_id: client.client_id.clone(),
            sub: Some(code.sub.clone()),
            scope: scope.scopes().clone(),
            resource: code.resource.clone(),
            auth_time: Some(code.auth_time),
            session: Some(code.session()),
        };
        // RFC 8707 section 2.2: a token request may ask for less; the grant stays what was consented to.
        let (scope, aud) = wanted.renewed(&grant, client, default_audience)?;
        let scope = scope.of_person(&user)?;

        let redemption = Redemption {
            identifier: code.identifier(),
            expires_at: code.expires_at,
            is_proven: is_proven(&code, &presented),
            family: new_family(&code, grant, client, draft, renewal),
            redemptions: Arc::clone(&self.redemptions),
            families: Arc::clone(&renewal.families),
            revocation: renewal.revocation.clone(),
        };
        // Done to its end, whoever hangs up: what is spent must not stay half redeemed.
        match to_the_end(redemption.redeem()).await.map_err(grants_unavailable)? {
            Redeemed::Begun => {}
            Redeemed::Before => return Err(replay(code.family())),
            Redeemed::Unproven => return Err(refused("wrong redirect_uri or code_verifier")),
        }
        // Whoever signs out, is switched off or has a new password ends the grants that there are, and would
        // miss one that begins just after it.
        if let Err(refusal) = self.consenter(&code).await {
            let ended = renewal.revocation.end_grant(code.family()).await;
            ended.map_err(grants_unavailable)?;
            return Err(refusal);
        }
        let renewable = client.may_use(GrantType::RefreshToken);
        let first = RefreshTokenParts { family: code.family(), generation: 1 };
        Ok(Decision {
            grant: Some(code.family()),
            sub: code.sub,
            scope,
            aud,
            auth_time: Some(code.auth_time),
            roles: names(&user.roles),
            nonce: code.nonce,
            refresh_token: renewable.then_some(first),
        })
    }

    /// The person who consented, where nothing has become of them or of their session.
    async fn consenter(&self, code: &AuthorizationCode) -> Result<Arc<User>, Refusal> {
        let user = self.sessions.still_stands(code).await?;
        user.ok_or_else(|| {
            refused(
                "the person who consented is gone, disabled or signed out, or has a new password",
            )
        })
    }
}

/// The grant, under the name that the code has for it: so whoever presents the code again can end it. Where
/// it cannot be renewed it lives as long as its access token.
fn new_family(
    code: &AuthorizationCode,
    grant: Grant,
    client: &Client,
    draft: &Draft,
    renewal: &Renewal,
) -> NewFamily {
    let (absolute, idle) = if client.may_use(GrantType::RefreshToken) {
        (renewal.lifetimes.absolute, renewal.lifetimes.idle)
    } else {
        (draft.lifetime(), draft.lifetime())
    };
    NewFamily {
        id: code.family(),
        grant,
        created_at: draft.issued_at,
        expires_at: draft.issued_at + absolute.as_secs(),
        idle_lifetime: idle.as_secs(),
        access_token: draft.live_token(),
    }
}

/// Whether whoever presents `code` is who began the flow.
fn is_proven(code: &AuthorizationCode, presented: &Presented<'_>) -> bool {
    let proof = presented.code_verifier.map(CodeVerifier::read);
    let meets = match (&code.code_challenge, proof) {
        (Some(challenge), Some(Ok(verifier))) => verifier.meets(challenge),
        (None, None) => true,
        // RFC 9700 section 2.1.1: "Authorization servers MUST mitigate PKCE downgrade attacks by ensuring
        // that a token request containing a code_verifier parameter is accepted only if a code_challenge
        // parameter was present in the authorization request".
        (None | Some(_), _) => false,
    };
    meets && code.was_sent_to(presented.redirect_uri)
}

/// A code about to be redeemed.
struct Redemption {
    identifier: Identifier,
    expires_at: u64,
    is_proven: bool,
    family: NewFamily,
    redemptions: Arc<dyn Redemptions>,
    families: Arc<dyn RefreshFamilies>,
    revocation: Revocation,
}

impl Redemption {
    async fn redeem(self) -> Result<Redeemed, StoreError> {
        let Self { redemptions, families, revocation, identifier, family, .. } = self;
        match redemptions.redeem(identifier, self.expires_at).await? {
            // RFC 6749 section 4.1.2: "If an authorization code is used more than once, the authorization
            // server MUST deny the request and SHOULD revoke (when possible) all tokens previously issued
            // based on that authorization code."
            Spent::Before => {
                revocation.end_grant(family.id).await?;
                return Ok(Redeemed::Before);
            }
            Spent::Now if !self.is_proven => return Ok(Redeemed::Unproven),
            Spent::Now => {}
        }
        match families.begin(&family).await {
            Ok(()) => {}
            // A failover lost that it was redeemed, and kept what came of it.
            Err(StoreError::Exists) => {
                revocation.end_grant(family.id).await?;
                return Ok(Redeemed::Before);
            }
            Err(error) => return Err(error),
        }
        // Whoever came second in the meantime found no grant to end.
        if redemptions.uses(identifier).await? == Uses::Again {
            tracing::warn!(sid = %family.id, "an authorization code was used twice at once: its grant is ended as it begins");
            revocation.end_grant(family.id).await?;
        }
        Ok(Redeemed::Begun)
    }
}

fn replay(family: FamilyId) -> Refusal {
    tracing::warn!(sid = %family, "an authorization code was used again: its grant and access tokens are revoked");
    refused("the code was used again: the grant is revoked")
}

fn refused(cause: &'static str) -> Refusal {
    Refusal::new(Reason::CodeRefused).because(cause)
}
