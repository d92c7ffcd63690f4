//! One entry of `[[applications]]`, as a registration.

use std::path::Path;

use signet_verifier::jwk::JwkSet;

use crate::{
    config::{Application, PublicJwks, read_bounded, read_secret},
    directory::{KeptSecret, Registration},
    oauth::ClientMetadata,
    secret::SecretDigest,
};

/// The registration; or the member that is no good, and why.
pub(super) fn registration(
    application: &Application,
) -> Result<Registration, (&'static str, String)> {
    let kept = |digest| KeptSecret { digest, created_at: 0, expires_at: None };
    Ok(Registration {
        client_id: application.client_id.clone(),
        owner: None,
        metadata: metadata(application)?,
        secrets: secrets(application)?.into_iter().map(kept).collect(),
        registration_access_token: None,
        disabled: application.disabled,
        locked: false,
        created_at: 0,
        version: 0,
    })
}

fn metadata(application: &Application) -> Result<ClientMetadata, (&'static str, String)> {
    Ok(ClientMetadata {
        client_name: application.name.clone(),
        redirect_uris: application.redirect_uris.clone(),
        token_endpoint_auth_method: application.token_endpoint_auth_method,
        grant_types: application.grant_types.clone(),
        scope: application.scopes.clone(),
        require_pkce: application.require_pkce,
        first_party: application.first_party,
        id_token_signed_response_alg: application.id_token_signed_response_alg,
        post_logout_redirect_uris: application.post_logout_redirect_uris.clone(),
        backchannel_logout_uri: application.backchannel_logout_uri.clone(),
        jwks: jwks(application)?,
        jwks_uri: application.jwks_uri.clone(),
        audience: application.audience.clone(),
        access_token_lifetime: application.access_token_lifetime.map(|lifetime| lifetime.as_secs()),
        access_token_algorithm: application.access_token_algorithm,
        refresh_token_rotation: application.refresh_token_rotation,
        refresh_token_with_client_credentials: application.refresh_token_with_client_credentials,
        resource_server_for: application.resource_server_for.clone(),
        ..ClientMetadata::default()
    })
}

/// What proves the application; `config` has already refused combinations that cannot be.
fn secrets(application: &Application) -> Result<Vec<SecretDigest>, (&'static str, String)> {
    if let Some(digests) = &application.client_secret_sha256 {
        Ok(digests.0.clone())
    } else if let Some(secret) = &application.client_secret {
        Ok(vec![secret.digest()])
    } else if let Some(path) = &application.client_secret_file {
        let secret = read_secret(path).map_err(|message| ("client_secret_file", message))?;
        Ok(vec![secret.digest()])
    } else {
        Ok(Vec::new())
    }
}

fn jwks(application: &Application) -> Result<Option<JwkSet>, (&'static str, String)> {
    if let Some(PublicJwks(jwks)) = &application.jwks {
        Ok(Some(jwks.clone()))
    } else if let Some(path) = &application.jwks_file {
        let PublicJwks(jwks) = jwks_file(path).map_err(|message| ("jwks_file", message))?;
        Ok(Some(jwks))
    } else {
        Ok(None)
    }
}

fn jwks_file(path: &Path) -> Result<PublicJwks, String> {
    let text = read_bounded(path)?;
    let json = serde_json::from_str(&text)
        .map_err(|_| format!("the file {} is not JSON", path.display()))?;
    PublicJwks::from_json(json).map_err(|message| format!("the file {}: {message}", path.display()))
}
