//! From parameters to a token request (RFC 6749 section 4).

use super::parameters::Parameters;
use crate::oauth::{AskedFor, GrantType, Reason, TokenRequest};

/// Reads what is asked for.
///
/// # Errors
/// `invalid_request` without a grant type, `unsupported_grant_type` for one that Signet does not serve.
pub fn token_request(parameters: &Parameters) -> Result<TokenRequest, Reason> {
    let name = parameters.get("grant_type").ok_or(Reason::MissingGrantType)?;
    request_of(GrantType::from_name(name).ok_or(Reason::UnknownGrantType)?, parameters)
}

/// Reads what is asked for, of a grant type that is known already.
///
/// # Errors
/// `invalid_request` where a parameter of that grant is missing.
pub fn request_of(grant_type: GrantType, parameters: &Parameters) -> Result<TokenRequest, Reason> {
    match grant_type {
        // RFC 6749 section 4.1.3: code is REQUIRED.
        GrantType::AuthorizationCode => Ok(TokenRequest::AuthorizationCode {
            code: parameters.secret("code").ok_or(Reason::MissingCode)?.clone(),
            redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
            code_verifier: parameters.secret("code_verifier").cloned(),
            asked_for: asked_for(parameters),
        }),
        GrantType::ClientCredentials => Ok(TokenRequest::ClientCredentials(asked_for(parameters))),
        // RFC 6749 section 4.3.2: username and password are REQUIRED.
        GrantType::Password => Ok(TokenRequest::Password {
            username: parameters.get("username").ok_or(Reason::MissingUsername)?.to_owned(),
            password: parameters.secret("password").ok_or(Reason::MissingPassword)?.clone(),
            asked_for: asked_for(parameters),
        }),
        GrantType::RefreshToken => Ok(TokenRequest::RefreshToken {
            refresh_token: parameters
                .secret("refresh_token")
                .ok_or(Reason::MissingRefreshToken)?
                .clone(),
            asked_for: asked_for(parameters),
        }),
        // RFC 8628 section 3.4: device_code is REQUIRED.
        GrantType::DeviceCode => Ok(TokenRequest::DeviceCode {
            device_code: parameters.secret("device_code").ok_or(Reason::MissingDeviceCode)?.clone(),
            asked_for: asked_for(parameters),
        }),
    }
}

pub(super) fn asked_for(parameters: &Parameters) -> AskedFor {
    AskedFor {
        scope: parameters.get("scope").map(str::to_owned),
        resource: parameters.all("resource").map(str::to_owned).collect(),
    }
}
