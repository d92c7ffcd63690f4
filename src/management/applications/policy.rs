//! The members of a registration that are policy: an administrator sets them, to all others they are given.

use crate::oauth::{ClientMetadata, FieldProblem, Resource};

/// A member that is policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyMember {
    /// How long access tokens live.
    AccessTokenLifetime,
    /// What signs them.
    AccessTokenAlgorithm,
    /// Whether each use of a refresh token replaces it. Whoever lets go of an exception may.
    RefreshTokenRotation,
    /// Whether the client credentials grant gives a refresh token. Whoever lets go of an exception may.
    RefreshTokenWithClientCredentials,
    /// The resource servers that the application is.
    ResourceServerFor,
    /// The resource servers that its tokens may be for; those of everybody's may be chosen.
    Audience,
    /// Whether people are not asked for their consent. Whoever lets go of that may.
    FirstParty,
}

impl PolicyMember {
    /// Every one of them.
    pub const ALL: [Self; 7] = [
        Self::AccessTokenLifetime,
        Self::AccessTokenAlgorithm,
        Self::RefreshTokenRotation,
        Self::RefreshTokenWithClientCredentials,
        Self::ResourceServerFor,
        Self::Audience,
        Self::FirstParty,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessTokenLifetime => "access_token_lifetime",
            Self::AccessTokenAlgorithm => "access_token_algorithm",
            Self::RefreshTokenRotation => "refresh_token_rotation",
            Self::RefreshTokenWithClientCredentials => "refresh_token_with_client_credentials",
            Self::ResourceServerFor => "resource_server_for",
            Self::Audience => "audience",
            Self::FirstParty => "first_party",
        }
    }

    /// Makes this member of `to` what it is in `from`.
    pub(in crate::management) fn copy(self, from: &ClientMetadata, to: &mut ClientMetadata) {
        match self {
            Self::AccessTokenLifetime => to.access_token_lifetime = from.access_token_lifetime,
            Self::AccessTokenAlgorithm => to.access_token_algorithm = from.access_token_algorithm,
            Self::RefreshTokenRotation => to.refresh_token_rotation = from.refresh_token_rotation,
            Self::RefreshTokenWithClientCredentials => {
                to.refresh_token_with_client_credentials =
                    from.refresh_token_with_client_credentials;
            }
            Self::ResourceServerFor => {
                to.resource_server_for.clone_from(&from.resource_server_for);
            }
            Self::Audience => to.audience.clone_from(&from.audience),
            Self::FirstParty => to.first_party = from.first_party,
        }
    }

    /// Whether somebody who is no administrator may change this member of `from` to what it is in `to`;
    /// `everybodys` are the resource servers that any token may be for.
    fn is_free(self, from: &ClientMetadata, to: &ClientMetadata, everybodys: [&str; 2]) -> bool {
        match self {
            Self::AccessTokenLifetime => from.access_token_lifetime == to.access_token_lifetime,
            Self::AccessTokenAlgorithm => from.access_token_algorithm == to.access_token_algorithm,
            Self::RefreshTokenRotation => to.refresh_token_rotation || !from.refresh_token_rotation,
            Self::RefreshTokenWithClientCredentials => {
                from.refresh_token_with_client_credentials
                    || !to.refresh_token_with_client_credentials
            }
            Self::ResourceServerFor => from.resource_server_for == to.resource_server_for,
            Self::Audience => {
                let known = |one: &Resource| {
                    from.audience.contains(one) || everybodys.contains(&one.as_str())
                };
                // Tokens for nobody in particular are for the default audience, which is everybody's.
                to.audience.iter().all(known)
            }
            Self::FirstParty => from.first_party || !to.first_party,
        }
    }
}

/// The members that only an administrator can change as they differ between `from` and `to`.
pub(super) fn problems(
    from: &ClientMetadata,
    to: &ClientMetadata,
    everybodys: [&str; 2],
) -> Vec<FieldProblem> {
    let bound = PolicyMember::ALL.iter().filter(|member| !member.is_free(from, to, everybodys));
    let rule = "only an administrator can change this member";
    bound.map(|member| FieldProblem::new(member.name(), rule)).collect()
}
