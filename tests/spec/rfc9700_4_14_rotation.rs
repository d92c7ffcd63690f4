//! RFC 9700 section 4.14.2: refresh token rotation. What the table of DESIGN section 5 promises, over HTTP.

use std::{collections::HashSet, time::Duration};

use crate::support::{
    TestServer,
    refreshing::{RENEWERS, begin, refresh, refresh_token, renewed},
};

const PAST_GRACE: Duration = Duration::from_secs(11);

#[tokio::test]
async fn every_use_brings_another_refresh_token() {
    let server = TestServer::with(RENEWERS).await;
    let mut token = refresh_token(&begin(&server, "renewer", "").await);
    let mut seen = HashSet::from([token.clone()]);
    for _ in 0..5 {
        token = refresh_token(&renewed(&server, "renewer", &token, "").await);
        assert!(seen.insert(token.clone()), "the same again");
    }
}

#[tokio::test]
async fn a_client_that_lost_the_answer_gets_the_same_successor_again() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let lost = refresh_token(&renewed(&server, "renewer", &token, "").await);
    server.clock.advance(Duration::from_secs(10));
    let again = refresh_token(&renewed(&server, "renewer", &token, "").await);
    assert_eq!(lost, again);
    renewed(&server, "renewer", &again, "").await;
}

#[tokio::test]
async fn two_hundred_at_once_get_one_successor() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let attempts = (0..200).map(|_| renewed(&server, "renewer", &token, ""));
    let successors: HashSet<String> =
        futures_util::future::join_all(attempts).await.iter().map(refresh_token).collect();
    assert_eq!(successors.len(), 1);
    let successor = successors.into_iter().next().unwrap();
    server.clock.advance(PAST_GRACE);
    renewed(&server, "renewer", &successor, "").await;
}

#[tokio::test]
async fn a_replay_after_the_grace_ends_the_grant() {
    let server = TestServer::with(RENEWERS).await;
    let stolen = refresh_token(&begin(&server, "renewer", "").await);
    let current = refresh_token(&renewed(&server, "renewer", &stolen, "").await);
    server.clock.advance(PAST_GRACE);
    refresh(&server, "renewer", &stolen, "").await.assert_error(400, "invalid_grant");
    refresh(&server, "renewer", &current, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_replay_after_the_successor_was_used_ends_the_grant_within_the_grace_too() {
    let server = TestServer::with(RENEWERS).await;
    let stolen = refresh_token(&begin(&server, "renewer", "").await);
    let second = refresh_token(&renewed(&server, "renewer", &stolen, "").await);
    let third = refresh_token(&renewed(&server, "renewer", &second, "").await);
    refresh(&server, "renewer", &stolen, "").await.assert_error(400, "invalid_grant");
    refresh(&server, "renewer", &third, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn the_end_of_one_grant_leaves_the_others_alone() {
    let server = TestServer::with(RENEWERS).await;
    let one = refresh_token(&begin(&server, "renewer", "").await);
    let other = refresh_token(&begin(&server, "renewer", "").await);
    renewed(&server, "renewer", &one, "").await;
    server.clock.advance(PAST_GRACE);
    refresh(&server, "renewer", &one, "").await.assert_error(400, "invalid_grant");
    renewed(&server, "renewer", &other, "").await;
}

#[tokio::test]
async fn without_a_grace_the_first_retry_is_a_replay() {
    let server =
        TestServer::with(&format!("[tokens]\nrefresh_token_grace = \"0s\"\n{RENEWERS}")).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    renewed(&server, "renewer", &token, "").await;
    server.clock.advance(Duration::from_secs(1));
    refresh(&server, "renewer", &token, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn an_application_may_keep_its_refresh_token() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "keeper", "").await);
    for _ in 0..3 {
        server.clock.advance(Duration::from_secs(3600));
        assert_eq!(refresh_token(&renewed(&server, "keeper", &token, "").await), token);
    }
}

#[tokio::test]
async fn a_public_client_cannot_keep_its_refresh_token() {
    let toml = RENEWERS.replace(
        "token_endpoint_auth_method = \"none\"",
        "token_endpoint_auth_method = \"none\"\nrefresh_token_rotation = false",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signet.toml");
    std::fs::write(&path, format!("issuer = \"http://127.0.0.1:1\"\n{toml}")).unwrap();
    let error = signet::config::Loaded::read(&path, []).unwrap_err().to_string();
    assert!(error.contains("refresh_token_rotation"), "{error}");
}

#[tokio::test]
async fn a_token_without_rotation_that_turns_to_rotation_goes_on() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "keeper", "").await);
    let rotating = std::fs::read_to_string(server.config_file())
        .unwrap()
        .replace("refresh_token_rotation = false", "");
    std::fs::write(server.config_file(), rotating).unwrap();
    server.app.reload(signet::app::Trigger::Signal, []).unwrap();
    let next = refresh_token(&renewed(&server, "keeper", &token, "").await);
    assert_ne!(next, token);
}
