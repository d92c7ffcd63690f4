//! The parameters of an authorization request, from a query or a form (RFC 6749 section 4.1.1, RFC 9126
//! section 2.1). Those that are unknown here are ignored.

use super::parameters::Parameters;
use crate::oauth::AuthorizationParameters;

/// Reads what is asked; `repeated` are the parameters that were sent more than once.
#[must_use]
pub fn authorization_parameters(
    parameters: &Parameters,
    repeated: Vec<String>,
) -> AuthorizationParameters {
    let get = |name: &str| parameters.get(name).map(str::to_owned);
    AuthorizationParameters {
        client_id: get("client_id"),
        redirect_uri: get("redirect_uri"),
        response_type: get("response_type"),
        response_mode: get("response_mode"),
        scope: get("scope"),
        resource: parameters.all("resource").map(str::to_owned).collect(),
        state: get("state"),
        code_challenge: get("code_challenge"),
        code_challenge_method: get("code_challenge_method"),
        nonce: get("nonce"),
        prompt: get("prompt"),
        max_age: get("max_age"),
        login_hint: get("login_hint"),
        request: get("request"),
        request_uri: get("request_uri"),
        repeated,
    }
}
