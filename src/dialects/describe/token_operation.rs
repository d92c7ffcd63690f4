//! Token doors in the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use poem::http::StatusCode;
use serde_json::{Map, Value as Json, json};
use serde_yaml::Value;

use super::{named, operation_id, summary, yaml};
use crate::{
    dialects::{
        door::{Credentials, Member, Place},
        error_table::{ErrorMembers, row},
        token_door::OpenTokenDoor,
    },
    http::error_response::status,
    oauth::{ErrorCode, GrantType, Reason},
};

/// The operation of all `doors` at one method and path.
pub(super) fn token_operation(doors: &[OpenTokenDoor], method: &str) -> Value {
    let first = &doors[0];
    let id = operation_id(first.dialect, first.name, method);
    let parameters = parameters(doors);
    let names: Vec<String> = doors.iter().map(|door| summary(door.dialect, door.name)).collect();
    let mut operation = json!({
        "description": format!("What these documents describe: {}.", names.join("; ")),
        "responses": responses(doors),
        "security": security(doors),
    });
    match first.tokens.place {
        Place::Query => {
            let in_query = |(name, required): &(&str, bool)| json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" } });
            operation["parameters"] = parameters.iter().map(in_query).collect();
        }
        place => {
            let media_type = match place {
                Place::Json => "application/json",
                _ => "application/x-www-form-urlencoded",
            };
            let properties =
                |(name, _): &(&str, bool)| ((*name).to_owned(), json!({ "type": "string" }));
            let schema = json!({
                "type": "object",
                "required": required(&parameters),
                "properties": parameters.iter().map(properties).collect::<Map<_, _>>(),
            });
            let content = json!({ media_type: { "schema": schema } });
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
    }
    named(yaml(&operation), &id, first.dialect, first.name)
}

fn required(parameters: &[(&'static str, bool)]) -> Vec<&'static str> {
    parameters.iter().filter(|(_, required)| *required).map(|(name, _)| *name).collect()
}

/// The parameters, and whether every request has them.
fn parameters(doors: &[OpenTokenDoor]) -> Vec<(&'static str, bool)> {
    let takes = |grant| doors.iter().any(|door| door.tokens.grants.contains(&grant));
    let signs_in = doors.iter().all(|door| door.tokens.credentials == Credentials::SignIn);
    let mut parameters = Vec::new();
    if !signs_in {
        parameters.push(("grant_type", true));
    }
    if takes(GrantType::AuthorizationCode) {
        parameters.extend([("code", false), ("redirect_uri", false), ("code_verifier", false)]);
    }
    if takes(GrantType::Password) {
        parameters.extend([("username", signs_in), ("password", signs_in)]);
    }
    if takes(GrantType::RefreshToken) {
        parameters.push(("refresh_token", false));
    }
    parameters.push(("scope", false));
    let with_parameters =
        |door: &OpenTokenDoor| door.tokens.credentials == Credentials::WithParameters;
    if doors.iter().any(with_parameters) {
        let always = doors.iter().all(with_parameters);
        parameters.extend([("client_id", always), ("client_secret", false)]);
    }
    parameters
}

fn security(doors: &[OpenTokenDoor]) -> Json {
    let basic = |door: &OpenTokenDoor| {
        matches!(door.tokens.credentials, Credentials::Basic | Credentials::BasicOfAnybody)
    };
    match (doors.iter().any(basic), doors.iter().all(basic)) {
        (true, true) => json!([{ "client_secret_basic": [] }]),
        (true, false) => json!([{ "client_secret_basic": [] }, {}]),
        (false, _) => json!([]),
    }
}

fn responses(doors: &[OpenTokenDoor]) -> Json {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), granted(doors));
    let sentence_may_be_missing = doors
        .iter()
        .any(|door| door.tokens.errors.iter().any(|row| row.members == ErrorMembers::Error));
    let schema = if sentence_may_be_missing {
        let text = json!({ "type": "string" });
        let properties = json!({ "error": text, "error_description": text });
        json!({ "type": "object", "required": ["error"], "properties": properties })
    } else {
        json!({ "$ref": "#/components/schemas/Error" })
    };
    for (status, keys) in errors(doors) {
        let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let mut response = json!({
            "description": format!("{}.", keys.join(", ")),
            "content": { "application/json": { "schema": schema } },
        });
        let header = match status {
            401 => Some("WWW-Authenticate"),
            405 => Some("Allow"),
            429 | 503 => Some("Retry-After"),
            _ => None,
        };
        if let Some(header) = header {
            response["headers"][header] =
                json!({ "required": true, "schema": { "type": "string" } });
        }
        responses.insert(status.to_string(), response);
    }
    responses.into()
}

fn granted(doors: &[OpenTokenDoor]) -> Json {
    let mut properties = Map::new();
    let mut required = BTreeSet::new();
    for member in doors.iter().flat_map(|door| door.tokens.answer) {
        let (name, kind, always) = match member {
            Member::AccessToken(name) => (*name, "string", true),
            Member::TokenType(_) => ("token_type", "string", true),
            Member::ExpiresIn => ("expires_in", "integer", true),
            Member::Expires => ("expires", "integer", true),
            Member::RefreshToken => ("refresh_token", "string", false),
            Member::Scope => ("scope", "string", doors.len() == 1),
        };
        properties.insert(name.to_owned(), json!({ "type": kind }));
        if always {
            required.insert(name);
        }
    }
    let schema = json!({ "type": "object", "required": required, "properties": properties });
    json!({
        "description": "The token.",
        "headers": { "Cache-Control": { "required": true, "schema": { "type": "string" } } },
        "content": { "application/json": { "schema": schema } },
    })
}

/// Which keys come with which status.
fn errors(doors: &[OpenTokenDoor]) -> BTreeMap<u16, BTreeSet<&'static str>> {
    let mut errors = BTreeMap::<u16, BTreeSet<_>>::new();
    for door in doors {
        for reason in Reason::ALL.iter().filter(|reason| is_possible(door, **reason)) {
            let canonical = || (status(reason.code()), reason.code().name());
            let row = row(door.tokens.errors, *reason);
            let (status, key): (StatusCode, _) =
                row.map_or_else(canonical, |row| (row.status, row.error));
            errors.entry(status.as_u16()).or_default().insert(key);
        }
    }
    errors
}

/// Whether a token request by `door` can be refused for `reason`.
fn is_possible(door: &OpenTokenDoor, reason: Reason) -> bool {
    match reason.code() {
        ErrorCode::InvalidRequest
        | ErrorCode::UnauthorizedClient
        | ErrorCode::InvalidGrant
        | ErrorCode::InvalidScope
        | ErrorCode::TemporarilyUnavailable
        | ErrorCode::ServerError
        | ErrorCode::MethodNotAllowed
        | ErrorCode::RequestTimeout
        | ErrorCode::ContentTooLarge
        | ErrorCode::TooManyRequests => true,
        ErrorCode::InvalidClient | ErrorCode::UnsupportedGrantType | ErrorCode::InvalidTarget => {
            door.tokens.credentials != Credentials::SignIn
        }
        ErrorCode::UnsupportedMediaType => door.tokens.place == Place::Json,
        _ => false,
    }
}
