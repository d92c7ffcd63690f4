//! Which registrations there can be, whoever asks for one.

use signet_verifier::Algorithm;

use crate::{
    config::{ApplicationRegistration, Config},
    oauth::{
        ClientMetadata, ClientRights, FieldProblem, IssuerUrl, Resource, ScopeSet,
        TokenEndpointAuthMethod, may_be_backchannel_logout_uri, may_be_jwks_uri,
    },
    secret::SecretDigest,
};

/// What configuration says of applications that are registered; made anew when it is loaded again.
#[derive(Debug, Clone)]
pub struct ApplicationRules {
    pub(in crate::management) issuer: IssuerUrl,
    pub(in crate::management) default_audience: Resource,
    algorithms: Vec<Algorithm>,
    pub(in crate::management) registration: ApplicationRegistration,
    pub(in crate::management) initial_access_tokens: Vec<SecretDigest>,
    pub(in crate::management) registered_scopes: ScopeSet,
}

impl ApplicationRules {
    /// The rules of `config`, under which tokens are for `default_audience` where nothing else is said.
    #[must_use]
    pub fn new(config: &Config, default_audience: Resource) -> Self {
        let directory = &config.directory;
        let digests = directory.initial_access_token_sha256.as_ref();
        Self {
            issuer: config.issuer.clone(),
            default_audience,
            algorithms: config.algorithms(),
            registration: directory.application_registration,
            initial_access_tokens: digests.map(|digests| digests.0.clone()).unwrap_or_default(),
            registered_scopes: directory.registered_application_scopes.clone(),
        }
    }

    /// What of `metadata` cannot be: each value is good by itself, but not beside the others, or not here.
    pub(in crate::management) fn problems(&self, metadata: &ClientMetadata) -> Vec<FieldProblem> {
        let rights = ClientRights {
            token_endpoint_auth_method: metadata.token_endpoint_auth_method,
            grant_types: &metadata.grant_types,
            refresh_token_rotation: metadata.refresh_token_rotation,
            refresh_token_with_client_credentials: metadata.refresh_token_with_client_credentials,
            redirect_uris: &metadata.redirect_uris,
            post_logout_redirect_uris: &metadata.post_logout_redirect_uris,
        };
        let problem = |(field, rule): (&str, &'static str)| FieldProblem::new(field, rule);
        let mut problems: Vec<FieldProblem> =
            rights.contradictions().into_iter().map(problem).collect();
        problems.extend(self.problem_with_keys(metadata).map(problem));
        for (member, algorithm) in [
            ("access_token_algorithm", metadata.access_token_algorithm),
            ("id_token_signed_response_alg", metadata.id_token_signed_response_alg),
        ] {
            if algorithm.is_some_and(|algorithm| !self.algorithms.contains(&algorithm)) {
                let rule = "this server has no key for it: its configuration says which are made";
                problems.push(FieldProblem::new(member, rule));
            }
        }
        let uri = metadata.backchannel_logout_uri.as_ref();
        if uri.is_some_and(|uri| !may_be_backchannel_logout_uri(uri, &self.issuer)) {
            let rule = "expected an https URL without a fragment";
            problems.push(FieldProblem::new("backchannel_logout_uri", rule));
        }
        problems
    }

    /// RFC 7591 section 2, of both members: "The "jwks_uri" and "jwks" parameters MUST NOT both be present".
    fn problem_with_keys(&self, metadata: &ClientMetadata) -> Option<(&'static str, &'static str)> {
        let by_key = metadata.token_endpoint_auth_method == TokenEndpointAuthMethod::PrivateKeyJwt;
        match (&metadata.jwks, &metadata.jwks_uri) {
            (Some(_), Some(_)) => Some(("jwks_uri", "send jwks or jwks_uri, not both")),
            (None, None) if by_key => {
                Some(("jwks", "an application with private_key_jwt has one of jwks and jwks_uri"))
            }
            (Some(_), None) if !by_key => {
                Some(("jwks", "keys are for token_endpoint_auth_method private_key_jwt alone"))
            }
            (None, Some(_)) if !by_key => {
                Some(("jwks_uri", "keys are for token_endpoint_auth_method private_key_jwt alone"))
            }
            (None, Some(uri)) if !may_be_jwks_uri(uri, &self.issuer) => {
                Some(("jwks_uri", "expected an https URL"))
            }
            _ => None,
        }
    }
}
