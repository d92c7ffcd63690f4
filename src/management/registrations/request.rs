//! What an application asks to be registered as, and what it is registered as (RFC 7591 sections 2 and
//! 3.2.1: "The authorization server MAY reject or replace any of the client's requested metadata values").

use crate::{
    management::{ApplicationRules, PolicyMember},
    oauth::{
        ClientMetadata, FieldProblem, GrantType, Reason, Refusal, ScopeSet, TokenEndpointAuthMethod,
    },
    secret::Secret,
};

/// The grant types that an application may register for which nobody has looked at: `password` is not among
/// them, for it lets them see passwords.
const SERVED: [GrantType; 4] = [
    GrantType::AuthorizationCode,
    GrantType::ClientCredentials,
    GrantType::RefreshToken,
    GrantType::DeviceCode,
];

/// The response types of an application with `grant_types`. RFC 7591 section 2.1: `code` goes with
/// `authorization_code`, and nothing else is served.
#[must_use]
pub fn response_types(grant_types: &[GrantType]) -> &'static [&'static str] {
    if grant_types.contains(&GrantType::AuthorizationCode) { &["code"] } else { &[] }
}

/// What an application asks to be.
#[derive(Debug, Clone, Default)]
pub struct RegistrationRequest {
    /// The members whose values need no second look; those below are not in it.
    pub metadata: ClientMetadata,
    /// The grant types, by whatever names.
    pub grant_types: Option<Vec<String>>,
    /// The response types, by whatever names.
    pub response_types: Option<Vec<String>>,
    /// The scopes.
    pub scope: Option<ScopeSet>,
    /// The identifier that it says it has.
    pub client_id: Option<String>,
    /// The secret that it says it has.
    pub client_secret: Option<Secret>,
}

impl RegistrationRequest {
    /// What is registered in the place of `before`, with `usual_scope` where none is asked for.
    pub(super) fn metadata(
        self,
        before: &ClientMetadata,
        usual_scope: ScopeSet,
        rules: &ApplicationRules,
    ) -> Result<ClientMetadata, Refusal> {
        let mut problems = Vec::new();
        let mut metadata = ClientMetadata {
            grant_types: self.registered_grant_types(&mut problems),
            scope: self.scope.unwrap_or(usual_scope),
            ..self.metadata
        };
        for member in PolicyMember::ALL {
            member.copy(before, &mut metadata);
        }
        let known = |scope| before.scope.contains(scope) || rules.registered_scopes.contains(scope);
        if !metadata.scope.iter().all(known) {
            let rule = "a scope here is not one that applications can register for";
            problems.push(FieldProblem::new("scope", rule));
        }
        problems.extend(rules.problems(&metadata));
        if problems.is_empty() { Ok(metadata) } else { Err(Self::refused(problems)) }
    }

    /// The refusal of what has these problems (RFC 7591 section 3.2.2): redirect URIs have a code of their own.
    #[must_use]
    pub fn refused(problems: Vec<FieldProblem>) -> Refusal {
        let is_redirect = |problem: &FieldProblem| problem.field.starts_with("redirect_uris");
        let reason = match problems.iter().any(is_redirect) {
            true => Reason::UnusableRedirectUris,
            false => Reason::UnusableClientMetadata,
        };
        Refusal::new(reason).with_fields(problems)
    }

    /// Those of the grant types asked for that are served here. Where none is named, RFC 7591 section 2 means
    /// `authorization_code`, which needs somewhere to send people back to: without that it is what the
    /// application can use without people.
    fn registered_grant_types(&self, problems: &mut Vec<FieldProblem>) -> Vec<GrantType> {
        let public = self.metadata.token_endpoint_auth_method == TokenEndpointAuthMethod::None;
        let registered = match &self.grant_types {
            Some(asked) => {
                let served = SERVED.into_iter();
                served.filter(|served| asked.iter().any(|one| one == served.name())).collect()
            }
            None if !self.metadata.redirect_uris.is_empty() => vec![GrantType::AuthorizationCode],
            None if public => Vec::new(),
            None => vec![GrantType::ClientCredentials],
        };
        if registered.is_empty() && self.grant_types.as_ref().is_some_and(|asked| !asked.is_empty())
        {
            problems.push(FieldProblem::new(
                "grant_types",
                "none of these can be registered here; authorization_code, client_credentials, \
                 refresh_token and urn:ietf:params:oauth:grant-type:device_code can",
            ));
        }
        self.are_consistent(&registered, problems);
        registered
    }

    /// RFC 7591 section 2.1: the server "SHOULD take steps to ensure that a client cannot register itself
    /// into an inconsistent state".
    fn are_consistent(&self, grant_types: &[GrantType], problems: &mut Vec<FieldProblem>) {
        let Some(asked) = &self.response_types else { return };
        let known = response_types(grant_types);
        let same = asked.iter().all(|one| known.contains(&one.as_str()))
            && known.iter().all(|one| asked.iter().any(|asked| asked == one));
        if !same {
            problems.push(FieldProblem::new(
                "response_types",
                "expected code with authorization_code in grant_types, and nothing without it",
            ));
        }
    }
}
