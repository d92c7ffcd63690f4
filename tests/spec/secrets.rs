//! No `Debug` prints a secret: what ends up in a log or a panic is safe to read.

use std::{fmt::Debug, sync::Arc, time::Duration};

use signet::{
    app::App,
    clock::SystemClock,
    config::Loaded,
    directory::Declared,
    entropy::SystemEntropy,
    grants::PresentedCredentials,
    keys::KeyDirectory,
    oauth::TokenResponse,
    secret::{Secret, SecretDigest},
    tokens::IssuedAccessToken,
};
use signet_verifier::Algorithm;

use crate::support::copy_keys;

const SECRET: &str = "correct-horse-battery";

const CONFIGURATION: &str = r#"
issuer = "http://127.0.0.1:8080"
[[scopes]]
name = "read"
[[applications]]
client_id = "service"
client_secret = "correct-horse-battery"
grant_types = ["client_credentials"]
scopes = ["read"]
"#;

#[track_caller]
fn assert_hidden(value: &impl Debug, secret: &str) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        if let Some(position) = printed.find(secret) {
            let before: String = printed[..position].chars().rev().take(80).collect();
            let before: String = before.chars().rev().collect();
            panic!("printed in clear after …{before}");
        }
    }
}

fn secret() -> Secret {
    Secret::new(SECRET.to_owned())
}

fn loaded(folder: &std::path::Path) -> Loaded {
    let path = folder.join("signet.toml");
    std::fs::write(&path, CONFIGURATION).unwrap();
    copy_keys(&folder.join("keys"));
    Loaded::read(&path, []).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_secret_prints_as_redacted() {
    assert_eq!(format!("{:?}", secret()), "[redacted]");
    assert_hidden(&Some(vec![secret()]), SECRET);
}

#[test]
fn a_digest_prints_as_redacted() {
    let digest = secret().digest();
    assert_hidden(&digest, &digest.to_hex());
    assert!(format!("{digest:?}").contains("redacted"));
    let bytes = SecretDigest::from_bytes([0xAB; 32]);
    assert_hidden(&bytes, "171");
    assert_hidden(&bytes, "abab");
}

#[test]
fn presented_credentials_print_without_what_proves_them() {
    let by_secret =
        PresentedCredentials::Secret { client_id: "service".to_owned(), client_secret: secret() };
    assert_hidden(&by_secret, SECRET);
    let by_assertion =
        PresentedCredentials::Assertion { client_id: None, client_assertion: secret() };
    assert_hidden(&by_assertion, SECRET);
}

#[test]
fn a_token_response_prints_without_its_token() {
    let response = TokenResponse {
        expires_at: 0,
        access_token: SECRET.to_owned(),
        token_type: "Bearer",
        expires_in: 600,
        scope: "read".to_owned(),
        refresh_token: Some(SECRET.to_owned()),
        id_token: Some(SECRET.to_owned()),
    };
    assert_hidden(&response, SECRET);
}

#[test]
fn an_issued_access_token_prints_without_the_token() {
    let issued =
        IssuedAccessToken { token: SECRET.to_owned(), expires_in: 600, scope: "read".to_owned() };
    assert_hidden(&issued, SECRET);
}

#[test]
fn an_application_prints_without_its_secret_declared_or_registered() {
    let folder = tempfile::tempdir().unwrap();
    let config = loaded(folder.path()).config;
    assert_hidden(&config, SECRET);
    assert_hidden(&config.applications[0], SECRET);

    let declared = Declared::from_config(&config).unwrap();
    let client = declared.client("service").unwrap();
    assert_hidden(&client, SECRET);
    assert_hidden(&client, &secret().digest().to_hex());
    assert_hidden(&declared, &secret().digest().to_hex());
}

#[test]
fn a_loaded_configuration_prints_without_the_secrets_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_hidden(&loaded(folder.path()), SECRET);
}

#[test]
fn the_whole_application_prints_without_the_secrets_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::new(
        loaded(folder.path()),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
        signet::logging::Lines::Subscriber,
    )
    .unwrap();
    assert_hidden(&app, SECRET);
}

#[test]
fn private_keys_print_as_nothing_but_their_names() {
    let folder = tempfile::tempdir().unwrap();
    copy_keys(&folder.path().join("keys"));
    let directory = KeyDirectory::new(folder.path().join("keys"), Duration::from_secs(600));
    let ring = directory.load().unwrap();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let material =
            text.lines().filter(|line| !line.starts_with(['-', '#', '[']) && line.len() > 40);
        for line in material.filter(|line| !line.starts_with("kid")) {
            assert_hidden(&ring, line);
            assert_hidden(&directory.load_sealing_keys().unwrap(), line);
        }
    }
    let now = signet::clock::Clock::now(&SystemClock);
    let key = ring.signing_key(Algorithm::Es256, now).unwrap();
    assert!(!format!("{key:?}").contains("encoding_key"), "{key:?}");
    let sealing = directory.load_sealing_keys().unwrap().derive("test");
    assert_eq!(format!("{sealing:?}"), "[redacted derived keys]");
}
