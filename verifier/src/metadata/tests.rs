//! RFC 8414 section 2, `jwks_uri`: the part that no issuer on loopback can show.

use super::allowed;
use crate::issuer::Issuer;

fn is_allowed(jwks_uri: &str, issuer: &str) -> bool {
    let issuer = Issuer::parse(issuer).expect("tests use issuers");
    allowed(jwks_uri, &issuer).is_some()
}

#[test]
fn the_keys_of_an_https_issuer_come_over_https() {
    let issuer = "https://issuer.example";
    assert!(is_allowed("https://issuer.example/jwks.json", issuer));
    assert!(is_allowed("https://keys.example/jwks.json", issuer));
    for jwks_uri in ["http://issuer.example/jwks.json", "http://127.0.0.1/j", "http://localhost/j"]
    {
        assert!(!is_allowed(jwks_uri, issuer), "{jwks_uri}");
    }
}

#[test]
fn the_keys_of_an_issuer_on_loopback_may_stay_there() {
    let issuer = "http://127.0.0.1:8080";
    assert!(is_allowed("http://127.0.0.1:8080/jwks.json", issuer));
    assert!(is_allowed("https://keys.example/jwks.json", issuer));
    assert!(!is_allowed("http://keys.example/jwks.json", issuer));
}
