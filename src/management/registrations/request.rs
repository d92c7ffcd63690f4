//! What an application asks to be registered as, and what it is registered as (RFC 7591 sections 2 and
//! 3.2.1: "The authorization server MAY reject or replace any of the client's requested metadata values").

use crate::{
    management::{ApplicationRules, PolicyMember},
    oauth::{
        ClientMetadata, FieldProblem, GrantType, Reason, Refusal, ScopeSet, TokenEndpointAuthMethod,
    },
    secret::Secret,
};

/// The grant type that is meant where none is named (RFC 7591 section 2).
const USUAL_GRANT_TYPE: &str = "authorization_code";

/// Which response type goes with which grant type (RFC 7591 section 2.1).
const PAIRS: [(&str, &str); 2] = [("authorization_code", "code"), ("implicit", "token")];

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
        if problems.is_empty() {
            return Ok(metadata);
        }
        Err(Refusal::new(Reason::UnusableClientMetadata).with_fields(problems))
    }

    /// Those of the grant types asked for that are served and that are for applications which nobody has
    /// looked at: `password` is not, for it lets them see passwords. Where none is named, what the
    /// application can use without people.
    fn registered_grant_types(&self, problems: &mut Vec<FieldProblem>) -> Vec<GrantType> {
        let served = [GrantType::ClientCredentials, GrantType::RefreshToken];
        let public = self.metadata.token_endpoint_auth_method == TokenEndpointAuthMethod::None;
        let Some(asked) = &self.grant_types else {
            self.are_consistent(&[USUAL_GRANT_TYPE.to_owned()], problems);
            return if public { Vec::new() } else { vec![GrantType::ClientCredentials] };
        };
        self.are_consistent(asked, problems);
        let registered: Vec<GrantType> = served
            .into_iter()
            .filter(|grant_type| asked.iter().any(|asked| asked == grant_type.name()))
            .collect();
        if registered.is_empty() && !asked.is_empty() {
            problems.push(FieldProblem::new(
                "grant_types",
                "none of these can be registered here; client_credentials and refresh_token can",
            ));
        }
        registered
    }

    /// RFC 7591 section 2.1: the server "SHOULD take steps to ensure that a client cannot register itself
    /// into an inconsistent state".
    fn are_consistent(&self, grant_types: &[String], problems: &mut Vec<FieldProblem>) {
        let Some(response_types) = &self.response_types else { return };
        let has = |list: &[String], name: &str| {
            list.iter().any(|known| known.split(' ').any(|word| word == name))
        };
        for (grant_type, response_type) in PAIRS {
            if has(response_types, response_type) && !has(grant_types, grant_type) {
                problems.push(FieldProblem::new(
                    "response_types",
                    "code needs authorization_code in grant_types, token needs implicit",
                ));
            }
        }
    }
}
