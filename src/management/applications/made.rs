//! What the server makes for an application: its identifier, its secrets, the token of its registration.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::{
    directory::{KeptSecret, MOST_SECRETS},
    entropy::{Entropy, EntropyUnavailable, identifier},
    oauth::{ClientId, TokenEndpointAuthMethod},
    secret::Secret,
};

/// What the identifiers of registered applications begin with; no UUID does (RFC 9068 section 5).
const CLIENT_ID_PREFIX: &str = "sga_";

/// What client secrets begin with, so that those who look for leaked ones find them.
const SECRET_PREFIX: &str = "sgs_";

/// What registration access tokens begin with.
const REGISTRATION_TOKEN_PREFIX: &str = "sgt_";

/// A new identifier, of 128 random bits.
pub(super) fn client_id(entropy: &dyn Entropy) -> Result<ClientId, EntropyUnavailable> {
    let random = identifier(entropy)?;
    let client_id = format!("{CLIENT_ID_PREFIX}{random}").parse();
    Ok(client_id.expect("OK because base64url is printable ASCII"))
}

/// A new client secret.
pub(super) fn secret(entropy: &dyn Entropy) -> Result<Secret, EntropyUnavailable> {
    random(SECRET_PREFIX, entropy)
}

/// A new registration access token (RFC 7592 section 3).
pub(in crate::management) fn registration_access_token(
    entropy: &dyn Entropy,
) -> Result<Secret, EntropyUnavailable> {
    random(REGISTRATION_TOKEN_PREFIX, entropy)
}

/// 256 random bits as base64url, behind `prefix`.
fn random(prefix: &str, entropy: &dyn Entropy) -> Result<Secret, EntropyUnavailable> {
    let mut bytes = Zeroizing::new([0; 32]);
    entropy.fill(&mut *bytes)?;
    // As long as it will be, so that growing leaves no copy behind.
    let mut text = String::with_capacity(prefix.len() + 43);
    text.push_str(prefix);
    URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
    Ok(Secret::new(text))
}

/// The secrets of an application that authenticates by `method` and had `kept` until `now`, and the new one
/// that it needs where none of them lives. What is not needed goes.
pub(super) fn secrets_for(
    method: TokenEndpointAuthMethod,
    kept: &[KeptSecret],
    now: u64,
    entropy: &dyn Entropy,
) -> Result<(Vec<KeptSecret>, Option<Secret>), EntropyUnavailable> {
    if !needs_secret(method) {
        return Ok((Vec::new(), None));
    }
    if kept.iter().any(|secret| secret.lives(now)) {
        return Ok((kept.to_vec(), None));
    }
    let secret = secret(entropy)?;
    Ok((vec![freshly_kept(&secret, now)], Some(secret)))
}

/// `kept`, and `secret` in front of it: what was in use goes on for `overlap` seconds, never longer than it
/// would have, and what was there before that goes.
pub(super) fn replaced(
    kept: &[KeptSecret],
    secret: &Secret,
    overlap: u64,
    now: u64,
) -> Vec<KeptSecret> {
    let until = now + overlap;
    let still = kept.iter().filter(|kept| overlap > 0 && kept.lives(now)).map(|kept| {
        let ends = kept.expires_at.map_or(until, |expires_at| expires_at.min(until));
        KeptSecret { expires_at: Some(ends), ..*kept }
    });
    std::iter::once(freshly_kept(secret, now)).chain(still).take(MOST_SECRETS).collect()
}

/// Whether applications that authenticate by `method` have a secret.
pub(super) const fn needs_secret(method: TokenEndpointAuthMethod) -> bool {
    match method {
        TokenEndpointAuthMethod::ClientSecretBasic | TokenEndpointAuthMethod::ClientSecretPost => {
            true
        }
        TokenEndpointAuthMethod::PrivateKeyJwt | TokenEndpointAuthMethod::None => false,
    }
}

fn freshly_kept(secret: &Secret, now: u64) -> KeptSecret {
    KeptSecret { digest: secret.digest(), created_at: now, expires_at: None }
}
