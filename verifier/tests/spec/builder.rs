//! What a verifier can be built from.

use signet_verifier::{
    BuildError, InvalidIssuer, Verifier,
    jwk::{Jwk, JwkSet},
};

use crate::support::{AUDIENCE, ISSUER, Signer};

#[test]
fn an_issuer_is_https_or_on_loopback_and_has_no_ornaments() {
    let build = |issuer: &str| Verifier::builder(issuer, AUDIENCE).build().map(drop);
    for issuer in [
        "https://issuer.example",
        "https://issuer.example/tenant",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://127.8.9.1:1",
        "http://[::1]:8080",
    ] {
        assert_eq!(build(issuer), Ok(()), "{issuer}");
    }
    for (issuer, reason) in [
        ("issuer.example", InvalidIssuer::NotAUrl),
        ("urn:issuer", InvalidIssuer::NotAUrl),
        ("http://issuer.example", InvalidIssuer::NotHttps),
        ("http://10.0.0.1", InvalidIssuer::NotHttps),
        ("http://localhost.example", InvalidIssuer::NotHttps),
        ("ftp://127.0.0.1", InvalidIssuer::NotHttps),
        ("https://issuer.example?", InvalidIssuer::QueryOrFragment),
        ("https://issuer.example/#", InvalidIssuer::QueryOrFragment),
        ("https://user@issuer.example", InvalidIssuer::Credentials),
    ] {
        assert_eq!(build(issuer), Err(BuildError::InvalidIssuer(reason)), "{issuer}");
    }
}

#[test]
fn a_verifier_needs_an_audience_and_where_keys_are_given_a_usable_one() {
    let no_audience = Verifier::builder(ISSUER, "").build().map(drop);
    assert_eq!(no_audience, Err(BuildError::EmptyAudience));
    let nameless = JwkSet { keys: vec![Jwk { kid: None, ..Signer::seeded(1).jwk() }] };
    let no_key = Verifier::builder(ISSUER, AUDIENCE).keys(nameless).build().map(drop);
    assert_eq!(no_key, Err(BuildError::NoUsableKey));
}
