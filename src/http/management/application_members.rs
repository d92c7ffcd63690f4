//! The members of a registration as they are read from JSON: what each of them may be. Which of them go
//! together, and who may set them, [`management`](crate::management) says.

use std::{borrow::Cow, fmt};

use serde_json::{Map, Value};
use signet_verifier::{Algorithm, jwk::JwkSet};
use url::Url;

use super::{application_body::document, members::Members};
use crate::{
    config::{LONGEST_ACCESS_TOKEN_LIFETIME, PublicJwks},
    directory::Registration,
    management::{PolicyMember, WantedApplication},
    oauth::{ClientMetadata, GrantType, Line, Reason, Refusal, Scope, ScopeSet},
    secret::Secret,
};

/// How many entries a member has at most.
const MOST_REDIRECT_URIS: usize = 20;
const MOST_CONTACTS: usize = 10;
const MOST_SCOPES: usize = 50;
const MOST_AUDIENCES: usize = 10;
const MOST_GRANT_TYPES: usize = 20;

/// The longest name of a scope that is taken, in bytes.
const LONGEST_SCOPE: usize = 256;

/// What a member may be that says yes or no.
const FLAG: &str = "expected true or false";

/// The longest URI that is taken, in bytes.
const LONGEST_URI: usize = 2048;

/// Reads what a new application is to be.
///
/// # Errors
/// Every member that is not as it must be.
pub(super) fn created(mut members: Members) -> Result<WantedApplication, Refusal> {
    let wanted = wanted(&mut members);
    members.finish(Reason::InvalidMembers)?;
    Ok(wanted)
}

/// Reads what `current` is to be. What the server makes may be sent along as it is.
///
/// # Errors
/// Every member that is not as it must be.
pub(super) fn replaced(
    mut members: Members,
    current: &Registration,
    now: u64,
) -> Result<WantedApplication, Refusal> {
    made_by_the_server(&mut members, current, now);
    created(members)
}

/// Reads what `current` is to be after `patch` (RFC 7396): nothing is left out of it.
///
/// # Errors
/// Every member that is not as it must be.
pub(super) fn patched(
    patch: Map<String, Value>,
    current: &Registration,
    now: u64,
) -> Result<WantedApplication, Refusal> {
    let mut target = document(current);
    super::merge_patch::merge(&mut target, patch);
    let wanted = replaced(Members::of(target), current, now)?;
    Ok(WantedApplication { left_out: Vec::new(), ..wanted })
}

fn wanted(members: &mut Members) -> WantedApplication {
    let mut metadata = described(members);
    metadata.grant_types = grant_types(members);
    metadata.scope = scope(members).unwrap_or_default();
    let left_out = policy(members, &mut metadata);
    let disabled = members.value("disabled", FLAG).unwrap_or_default();
    WantedApplication { metadata, disabled, left_out }
}

fn made_by_the_server(members: &mut Members, current: &Registration, now: u64) {
    const RULE: &str = "the server makes this member: leave it out, or send it as it is";
    let known = document(current);
    for name in ["client_id", "client_id_issued_at", "owner", "declared"] {
        let same = |value| (known.get(name) == Some(&value)).then_some(()).ok_or(RULE.into());
        members.take(name, same);
    }
    members.take("client_secret", |value| match value {
        Value::String(text) => {
            current.proves(&Secret::new(text), now).then_some(()).ok_or(RULE.into())
        }
        _ => Err(RULE.into()),
    });
    let never = |value| (value == 0).then_some(()).ok_or(RULE.into());
    members.take("client_secret_expires_at", never);
}

/// The members of RFC 7591 section 2 that describe an application, but for its grants and scopes.
pub(super) fn described(members: &mut Members) -> ClientMetadata {
    ClientMetadata {
        client_name: text(members, "client_name"),
        redirect_uris: members.list("redirect_uris", MOST_REDIRECT_URIS).unwrap_or_default(),
        token_endpoint_auth_method: members
            .value(
                "token_endpoint_auth_method",
                "expected client_secret_basic, client_secret_post, private_key_jwt or none",
            )
            .unwrap_or_default(),
        jwks: members.take("jwks", jwks),
        jwks_uri: uri(members, "jwks_uri"),
        client_uri: uri(members, "client_uri"),
        logo_uri: uri(members, "logo_uri"),
        tos_uri: uri(members, "tos_uri"),
        policy_uri: uri(members, "policy_uri"),
        contacts: members
            .list::<Line>("contacts", MOST_CONTACTS)
            .map(|lines| lines.into_iter().map(String::from).collect())
            .unwrap_or_default(),
        software_id: text(members, "software_id"),
        software_version: text(members, "software_version"),
        require_pkce: members.value("require_pkce", FLAG).unwrap_or_default(),
        id_token_signed_response_alg: members.parsed("id_token_signed_response_alg"),
        post_logout_redirect_uris: members
            .list("post_logout_redirect_uris", MOST_REDIRECT_URIS)
            .unwrap_or_default(),
        backchannel_logout_uri: uri(members, "backchannel_logout_uri"),
        ..ClientMetadata::default()
    }
}

/// `scope`, one string; an empty one has none.
pub(super) fn scope(members: &mut Members) -> Option<ScopeSet> {
    let scope = members.take("scope", |value| match value {
        Value::String(text) if text.is_empty() => Ok(ScopeSet::default()),
        Value::String(text) => text.parse().map_err(|error| rule(&error)),
        _ => Err("expected a string of scopes, separated by single spaces".into()),
    })?;
    if scope.iter().count() > MOST_SCOPES {
        members.refuse("scope", format!("expected at most {MOST_SCOPES} scopes"));
    }
    if scope.iter().map(Scope::as_str).any(|scope| scope.len() > LONGEST_SCOPE) {
        members.refuse("scope", format!("a scope has at most {LONGEST_SCOPE} bytes"));
    }
    Some(scope)
}

/// Names that are not looked at yet: a name of at most 256 bytes each.
pub(super) fn names(members: &mut Members, name: &str) -> Option<Vec<String>> {
    let lines: Vec<Line> = members.list(name, MOST_GRANT_TYPES)?;
    Some(lines.into_iter().map(String::from).collect())
}

fn grant_types(members: &mut Members) -> Vec<GrantType> {
    let mut grant_types = Vec::new();
    for (position, name) in names(members, "grant_types").into_iter().flatten().enumerate() {
        match GrantType::from_name(&name) {
            Some(known) if grant_types.contains(&known) => {}
            Some(known) => grant_types.push(known),
            None => members.refuse(
                &format!("grant_types.{position}"),
                "expected authorization_code, client_credentials, password, refresh_token or \
                 urn:ietf:params:oauth:grant-type:device_code",
            ),
        }
    }
    grant_types
}

/// Reads the members that are policy into `metadata`; answers those that are not there.
fn policy(members: &mut Members, metadata: &mut ClientMetadata) -> Vec<PolicyMember> {
    let is_there = |member: &PolicyMember| members.has(member.name());
    let left_out = PolicyMember::ALL.into_iter().filter(|member| !is_there(member)).collect();

    let longest = LONGEST_ACCESS_TOKEN_LIFETIME.as_secs();
    metadata.access_token_lifetime = members.take("access_token_lifetime", |value| {
        let seconds = value.as_u64().filter(|seconds| (1..=longest).contains(seconds));
        seconds.ok_or("expected a number of seconds from 1 to 86400".into())
    });
    metadata.access_token_algorithm = members.parsed::<Algorithm>("access_token_algorithm");
    metadata.refresh_token_rotation = members.value("refresh_token_rotation", FLAG).unwrap_or(true);
    metadata.refresh_token_with_client_credentials =
        members.value("refresh_token_with_client_credentials", FLAG).unwrap_or_default();
    metadata.first_party = members.value("first_party", FLAG).unwrap_or_default();
    metadata.resource_server_for =
        members.list("resource_server_for", MOST_AUDIENCES).unwrap_or_default();
    metadata.audience = members.list("audience", MOST_AUDIENCES).unwrap_or_default();
    left_out
}

fn jwks(value: Value) -> Result<JwkSet, Cow<'static, str>> {
    PublicJwks::from_json(value).map(|PublicJwks(jwks)| jwks).map_err(Cow::Borrowed)
}

fn text(members: &mut Members, name: &str) -> Option<String> {
    members.parsed::<Line>(name).map(String::from)
}

/// A URL that people or this server may be sent to; people see it as a link.
fn uri(members: &mut Members, name: &str) -> Option<Url> {
    members.take(name, |value| {
        let text = value.as_str().filter(|text| text.len() <= LONGEST_URI).unwrap_or_default();
        let plain = text.bytes().all(|byte| (0x21..=0x7E).contains(&byte));
        let url = Url::parse(text).ok().filter(|url| {
            plain
                && matches!(url.scheme(), "https" | "http")
                && url.username().is_empty()
                && url.password().is_none()
        });
        url.ok_or(
            "expected an https or http URL of at most 2048 characters, without a user name".into(),
        )
    })
}

fn rule(error: &impl fmt::Display) -> Cow<'static, str> {
    error.to_string().into()
}
