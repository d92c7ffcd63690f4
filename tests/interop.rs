//! Another language, other libraries: tokens verify from the issuer's URL alone, and people sign in.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]

mod support;

use std::{
    path::Path,
    process::{Output, Stdio},
};

use support::{
    TestServer,
    people::{PASSWORD, tables},
};
use tokio::{io::AsyncWriteExt, process::Command};

const APPLICATIONS: &str = r#"
[[scopes]]
name = "read"
"#;

fn application(algorithm: &str) -> String {
    format!(
        r#"
[[applications]]
client_id = "{algorithm}"
client_secret = "service-secret"
grant_types = ["client_credentials"]
scopes = ["read"]
audience = ["https://api.example.com"]
access_token_algorithm = "{algorithm}"
"#
    )
}

async fn verify(issuer: &str, audience: &str, token: &str) -> Output {
    python("verify.py", &[issuer, audience], token).await
}

/// Runs `script` with these arguments and `input`.
async fn python(script: &str, arguments: &[&str], input: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/interop/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run scripts/test, which installs it",
        python.display()
    );
    let mut script = Command::new(python)
        .arg(root.join("tests/interop").join(script))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    script.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    script.wait_with_output().await.unwrap()
}

async fn token(server: &TestServer, client_id: &str) -> String {
    let answer = server.token(client_id, "service-secret", "grant_type=client_credentials").await;
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_jose_library_verifies_every_algorithm_from_the_issuer_url_alone() {
    let algorithms = ["ES256", "ES384", "RS256", "PS256", "EdDSA"];
    let all = algorithms.map(application).concat();
    let server = TestServer::with_issuer_path("/tenant", &format!("{APPLICATIONS}{all}")).await;
    for algorithm in algorithms {
        let answer = server
            .send(
                support::Request::form("/tenant/oauth2/token", "grant_type=client_credentials")
                    .basic(algorithm, "service-secret"),
            )
            .await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let output = verify(&server.issuer, "https://api.example.com", &token).await;
        assert!(output.status.success(), "{algorithm}: {output:?}");
        let claims: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&claims["sub"], &claims["scope"]), (&algorithm.into(), &"read".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_jose_library_refuses_another_audience_and_a_changed_token() {
    let server = TestServer::with(&format!("{APPLICATIONS}{}", application("ES256"))).await;
    let token = token(&server, "ES256").await;

    let other = verify(&server.issuer, "https://other.example.com", &token).await;
    assert!(!other.status.success(), "{other:?}");

    let (head, signature) = token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{head}.{flipped}{}", &signature[1..]);
    let changed = verify(&server.issuer, "https://api.example.com", &changed).await;
    assert!(!changed.status.success(), "{changed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_openid_connect_client_signs_a_person_in_and_out() {
    const APPLICATION: &str = r#"
[[applications]]
client_id = "station"
client_secret = "station-secret"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["http://127.0.0.1:9/callback"]
post_logout_redirect_uris = ["http://127.0.0.1:9/bye"]
scopes = ["openid", "profile", "email"]
require_pkce = true
{more}
"#;
    for (path, more) in [("", ""), ("/tenant", "id_token_signed_response_alg = \"EdDSA\"")] {
        let tables = tables() + &APPLICATION.replace("{more}", more);
        let server = TestServer::with_issuer_path(path, &tables).await;
        // The script's clock is the system's.
        server.clock.go();
        let (callback, bye) = ("http://127.0.0.1:9/callback", "http://127.0.0.1:9/bye");
        let arguments = [&server.issuer, "station", "station-secret", callback, bye, "Zoë"];
        let output = python("openid.py", &arguments, PASSWORD).await;
        assert!(output.status.success(), "{path}: {output:?}");
        let learnt: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(learnt["userinfo"]["preferred_username"], "Zoë", "{learnt}");
        assert_eq!(learnt["userinfo"]["email"], "zoe@example.com", "{learnt}");
    }
}
