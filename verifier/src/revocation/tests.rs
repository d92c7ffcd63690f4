//! Whose a list is.

use crate::issuer::Issuer;

#[test]
fn only_what_is_of_the_issuers_origin_and_below_its_path_is_the_issuers() {
    let below = |issuer: &str, uri: &str| Issuer::parse(issuer).unwrap().below(uri).is_some();
    assert!(below("https://issuer.example", "https://issuer.example/status-lists/1"));
    assert!(below("https://issuer.example/", "https://issuer.example:443/status-lists/1"));
    assert!(below("https://issuer.example/a", "https://issuer.example/a/status-lists/1"));
    for uri in [
        "http://issuer.example/a/1",
        "https://issuer.example:8443/a/1",
        "https://issuer.example.evil.example/a/1",
        "https://issuer.example@evil.example/a/1",
        "https://user@issuer.example/a/1",
        "https://issuer.example/a",
        "https://issuer.example/a/",
        "https://issuer.example/ab/1",
        "https://issuer.example/a/../b/1",
        "https://issuer.example/a/%2e%2e/b/1",
        "https://issuer.example/a\\..\\..\\b",
        "https://issuer.example/a/1#x",
        "https://169.254.169.254/a/1",
        "file:///a/1",
        "/a/1",
        "",
    ] {
        assert!(!below("https://issuer.example/a", uri), "{uri}");
    }
}
