//! RFC 9068 sections 2.1, 2.2 and 4: signatures that resource servers can check, identifiers that no two
//! tokens share.

use std::{collections::HashSet, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use signet::{
    clock::{Clock, SystemClock},
    entropy::SystemEntropy,
    keys::KeyDirectory,
    tokens::{AccessTokenIssuer, AccessTokenParameters},
};
use signet_verifier::{Algorithm, Audience, Rejection, Verifier};

use crate::support::{APPLICATIONS, TestServer, copy_keys, token};

const GRANT: &str = "grant_type=client_credentials";
const API: &str = "https://api.example.com";

fn verifier(server: &TestServer, audience: &str) -> Verifier {
    let clock = Arc::clone(&server.clock);
    Verifier::builder(&server.issuer, audience).clock(clock).build().unwrap()
}

async fn access_token(server: &TestServer, client_id: &str) -> String {
    let answer = server.token(client_id, "secret", GRANT).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// An application for each algorithm, named like it.
async fn server_of_every_algorithm() -> TestServer {
    let application = |algorithm: Algorithm| {
        format!(
            "[[applications]]\nclient_id = \"{algorithm}\"\nclient_secret = \"secret\"\n\
             grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\naudience = [\"{API}\"]\n\
             access_token_algorithm = \"{algorithm}\"\n"
        )
    };
    let applications = Algorithm::ALL.map(application).concat();
    TestServer::with(&format!("[[scopes]]\nname = \"read\"\n{applications}")).await
}

#[tokio::test]
async fn a_resource_server_verifies_each_algorithm_from_the_issuers_url_alone() {
    let server = server_of_every_algorithm().await;
    let verifier = verifier(&server, API);
    for algorithm in Algorithm::ALL {
        let token = access_token(&server, algorithm.name()).await;
        assert_eq!(token::header(&token)["alg"], algorithm.name());
        let verified = verifier.verify(&token).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(verified.sub, algorithm.name());
        verified.require_scope("read").unwrap();
    }
}

#[tokio::test]
async fn a_resource_server_verifies_tokens_of_an_issuer_with_a_path() {
    let server = TestServer::with_issuer_path("/tenant", APPLICATIONS).await;
    let request = crate::support::Request::form("/tenant/oauth2/token", GRANT)
        .basic("service", "service-secret");
    let granted = server.send(request).await.json();
    let token = granted["access_token"].as_str().unwrap();
    assert!(verifier(&server, API).verify(token).await.is_ok());
}

#[tokio::test]
async fn rs256_is_available_whatever_is_configured() {
    for algorithm in ["ES256", "EdDSA"] {
        let tables = format!(
            "[keys]\naccess_token_algorithm = \"{algorithm}\"\n{}",
            APPLICATIONS.replacen(
                "client_secret = \"poster-secret\"",
                "client_secret = \"secret\"\naccess_token_algorithm = \"RS256\"",
                1
            )
        );
        let server = TestServer::with(&tables).await;
        let token = access_token(&server, "poster").await;
        assert_eq!(token::header(&token)["alg"], "RS256");
        assert!(verifier(&server, &server.issuer).verify(&token).await.is_ok());
        let granted = server.granted(GRANT).await;
        assert_eq!(token::header(granted["access_token"].as_str().unwrap())["alg"], algorithm);
    }
}

#[tokio::test]
async fn a_first_start_makes_an_rs256_key_beside_the_configured_one() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let config = &server.app.config().config;
    let directory = KeyDirectory::new(folder.path().join("keys"), Duration::from_secs(600));
    directory.ensure(&config.algorithms(), &SystemClock, &SystemEntropy).unwrap();
    let now = SystemClock.now();
    let mut made: Vec<Algorithm> =
        directory.load().unwrap().list(now).iter().map(|key| key.algorithm).collect();
    made.sort_unstable();
    assert_eq!(made, [Algorithm::Es256, Algorithm::Rs256]);
}

#[tokio::test]
async fn a_token_whose_claims_were_changed_is_refused() {
    let server = TestServer::start().await;
    let granted = server.granted(&format!("{GRANT}&scope=read")).await;
    let token = granted["access_token"].as_str().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = token::claims(token);
    claims["scope"] = "read write".into();
    let claims = crate::support::client_key::base64url(claims.to_string());
    let forged = format!("{}.{claims}.{}", parts[0], parts[2]);
    assert_eq!(verifier(&server, API).verify(&forged).await, Err(Rejection::BadSignature));
}

#[tokio::test]
async fn a_resource_server_refuses_a_token_that_has_ended_or_is_for_another() {
    let server = TestServer::start().await;
    let granted = server.granted(GRANT).await;
    let token = granted["access_token"].as_str().unwrap();
    let elsewhere = verifier(&server, "https://files.example.com");
    assert_eq!(elsewhere.verify(token).await, Err(Rejection::WrongAudience));
    let here = verifier(&server, API);
    assert!(here.verify(token).await.is_ok());
    server.clock.advance(Duration::from_secs(600 + 10));
    assert_eq!(here.verify(token).await, Err(Rejection::Expired));
}

#[tokio::test]
async fn a_resource_server_refuses_the_token_of_another_issuer() {
    let (ours, other) = tokio::join!(TestServer::start(), TestServer::start());
    let granted = other.granted(GRANT).await;
    let token = granted["access_token"].as_str().unwrap();
    // The test servers share their keys, so that the issuer's name alone is wrong.
    assert_eq!(verifier(&ours, API).verify(token).await, Err(Rejection::WrongIssuer));
}

fn issuer(folder: &std::path::Path) -> AccessTokenIssuer {
    copy_keys(&folder.join("keys"));
    let ring = KeyDirectory::new(folder.join("keys"), Duration::from_secs(600)).load().unwrap();
    AccessTokenIssuer::new(
        "https://id.example.com".parse().unwrap(),
        Arc::new(ArcSwap::from_pointee(ring)),
        Arc::new(SystemEntropy),
    )
}

async fn jti(issuer: &AccessTokenIssuer) -> String {
    let parameters = AccessTokenParameters {
        sub: "service".to_owned(),
        client_id: "service",
        aud: Audience::One(API.to_owned()),
        scope: "read".to_owned(),
        issued_at: SystemClock.now(),
        lifetime: Duration::from_secs(600),
        algorithm: Algorithm::Es256,
        auth_time: None,
        roles: Vec::new(),
        sid: None,
        place: None,
    };
    let token = issuer.issue(parameters).await.unwrap().token;
    token::claims(&token)["jti"].as_str().unwrap().to_owned()
}

#[test]
fn no_two_of_a_hundred_thousand_tokens_share_a_jti() {
    signet::keys::crypto_provider::install();
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer(folder.path());
    let half = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        (0..50_000).map(|_| runtime.block_on(jti(&issuer))).collect::<Vec<_>>()
    };
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(half);
        (half(), first.join().unwrap())
    });
    let distinct: HashSet<&String> = first.iter().chain(&second).collect();
    assert_eq!(distinct.len(), 100_000);
    // RFC 6749 section 10.10 asks for 128 bits where a value must not be guessed; these have as many.
    assert!(distinct.iter().all(|jti| jti.len() == 22));
}

#[tokio::test]
async fn two_servers_with_the_same_keys_never_give_the_same_jti() {
    let (first, second) = tokio::join!(TestServer::start(), TestServer::start());
    let mut seen = HashSet::new();
    for _ in 0..200 {
        for server in [&first, &second] {
            let granted = server.granted(GRANT).await;
            let claims = token::claims(granted["access_token"].as_str().unwrap());
            assert!(seen.insert(claims["jti"].as_str().unwrap().to_owned()), "{claims}");
        }
    }
}
