//! What a verifier can be built from.

use std::sync::{Arc, Mutex};

use signet_verifier::{
    Algorithm, BuildError, InvalidIssuer, KeyLookup, Rejection, Verifier,
    jwk::{Jwk, JwkSet, PublicKey},
};

use crate::support::{AUDIENCE, ISSUER, Signer, TestClock, Token};

/// A key ring that has one key at a time.
#[derive(Debug)]
struct Ring(Mutex<Jwk>);

impl KeyLookup for Ring {
    fn find(&self, kid: &str, _: Algorithm) -> Option<Arc<PublicKey>> {
        let jwk = self.0.lock().expect("no test panics with the lock");
        PublicKey::from_jwk(&jwk).ok().filter(|key| key.kid() == Some(kid)).map(Arc::new)
    }
}

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

#[tokio::test]
async fn keys_that_somebody_else_keeps_are_asked_for_at_each_token() {
    let (old, new) = (Signer::seeded(1), Signer::seeded(2));
    let ring = Arc::new(Ring(Mutex::new(old.jwk())));
    let builder = Verifier::builder(ISSUER, AUDIENCE).key_source(ring.clone());
    let verifier = builder.clock(TestClock::new()).build().unwrap();
    let tokens = [&old, &new].map(|signer| Token::new(signer).sign(signer));
    assert!(verifier.verify(&tokens[0]).await.is_ok());
    assert_eq!(verifier.verify(&tokens[1]).await, Err(Rejection::UnknownKey));
    *ring.0.lock().unwrap() = new.jwk();
    assert_eq!(verifier.verify(&tokens[0]).await, Err(Rejection::UnknownKey));
    assert!(verifier.verify(&tokens[1]).await.is_ok());
}
