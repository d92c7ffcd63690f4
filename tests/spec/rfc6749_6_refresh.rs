//! RFC 6749 section 6: refreshing an access token.

use std::time::Duration;

use crate::support::{
    Request, TestServer,
    refreshing::{RENEWERS, begin, refresh, refresh_token, renewed},
    token,
};

const TOKEN: &str = "/oauth2/token";

#[tokio::test]
async fn a_refresh_token_gives_another_access_token_of_the_same_grant() {
    let server = TestServer::with(RENEWERS).await;
    let first = begin(&server, "renewer", "").await;
    let second = renewed(&server, "renewer", &refresh_token(&first), "").await;

    assert_eq!(second["token_type"], "Bearer");
    assert_eq!(second["expires_in"], 600);
    let claims =
        |response: &serde_json::Value| token::claims(response["access_token"].as_str().unwrap());
    let (before, after) = (claims(&first), claims(&second));
    for claim in ["iss", "sub", "aud", "client_id", "scope", "sid"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert_ne!(before["jti"], after["jti"]);
    assert_eq!(before["sid"].as_str().unwrap().len(), 22);
}

#[tokio::test]
async fn the_answer_that_carries_a_refresh_token_is_not_stored() {
    let server = TestServer::with(RENEWERS).await;
    let first = begin(&server, "renewer", "").await;
    let answer = refresh(&server, "renewer", &refresh_token(&first), "").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
}

#[tokio::test]
async fn without_a_refresh_token_the_request_is_invalid() {
    let server = TestServer::with(RENEWERS).await;
    for form in ["grant_type=refresh_token", "grant_type=refresh_token&refresh_token="] {
        let answer = server.token("renewer", "renewer-secret", form).await;
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn what_signet_did_not_issue_is_an_invalid_grant() {
    let server = TestServer::with(RENEWERS).await;
    let good = refresh_token(&begin(&server, "renewer", "").await);
    let last = good.chars().last().unwrap();
    let other_end = format!("{}{}", &good[..good.len() - 1], if last == 'A' { 'B' } else { 'A' });
    let other_family =
        format!("{}{}{}", &good[..8], if &good[8..9] == "A" { 'B' } else { 'A' }, &good[9..]);
    let garbage = [
        "x".to_owned(),
        "sgr_".to_owned(),
        other_end,
        other_family,
        good.replacen("sgr_", "", 1),
        format!("{good}A"),
        good[..good.len() - 1].to_owned(),
        format!("{good}%3D"),
        good.replacen("sgr_", "SGR_", 1),
        "%C3%A9".repeat(300),
    ];
    for token in garbage {
        let answer = refresh(&server, "renewer", &token, "").await;
        answer.assert_error(400, "invalid_grant");
    }
    renewed(&server, "renewer", &good, "").await;
}

#[tokio::test]
async fn the_refresh_token_of_one_client_is_of_no_use_to_another() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    refresh(&server, "stranger", &token, "").await.assert_error(400, "invalid_grant");
    // Nor did that harm whom it belongs to.
    let next = refresh_token(&renewed(&server, "renewer", &token, "").await);
    // Not even an old one, which would have been a replay, does.
    server.clock.advance(Duration::from_secs(60));
    refresh(&server, "stranger", &token, "").await.assert_error(400, "invalid_grant");
    renewed(&server, "renewer", &next, "").await;
}

#[tokio::test]
async fn a_client_whose_registration_does_not_list_the_grant_is_unauthorized() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let answer = refresh(&server, "ungranted", &token, "").await;
    answer.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn a_client_that_has_not_proven_itself_learns_nothing_of_the_token() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let form = format!("grant_type=refresh_token&refresh_token={token}");
    server.token("renewer", "wrong", &form).await.assert_error(401, "invalid_client");
    let form = format!("{form}&client_id=renewer");
    server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
    renewed(&server, "renewer", &token, "").await;
}

#[tokio::test]
async fn a_public_client_that_presents_anothers_token_is_refused() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let form = format!("grant_type=refresh_token&refresh_token={token}&client_id=public");
    server.send(Request::form(TOKEN, &form)).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn less_scope_may_be_asked_for() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let narrow = renewed(&server, "renewer", &token, "&scope=read").await;
    assert_eq!(narrow["scope"], "read");
    let claims = token::claims(narrow["access_token"].as_str().unwrap());
    assert_eq!(claims["scope"], "read");
}

#[tokio::test]
async fn more_scope_is_an_invalid_scope_and_the_token_stays_good() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "&scope=read").await);
    for scope in ["write", "read+write", "other", "nonsense"] {
        let answer = refresh(&server, "renewer", &token, &format!("&scope={scope}")).await;
        answer.assert_error(400, "invalid_scope");
    }
    // The very same generation: nothing has moved.
    renewed(&server, "renewer", &token, "").await;
}

#[tokio::test]
async fn narrowing_leaves_the_new_refresh_token_the_whole_scope() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let narrow = renewed(&server, "renewer", &token, "&scope=read").await;
    let whole = renewed(&server, "renewer", &refresh_token(&narrow), "").await;
    assert_eq!(whole["scope"], "read write");
}

#[tokio::test]
async fn a_scope_that_the_registration_has_lost_is_left_out_of_the_next_token() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let less = std::fs::read_to_string(server.config_file()).unwrap().replacen(
        "scopes = [\"read\", \"write\"]",
        "scopes = [\"read\"]",
        1,
    );
    std::fs::write(server.config_file(), less).unwrap();
    server.app.reload(signet::app::Trigger::Signal, []).unwrap();
    assert_eq!(renewed(&server, "renewer", &token, "").await["scope"], "read");
}

#[tokio::test]
async fn a_disabled_client_can_renew_nothing() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    let off = std::fs::read_to_string(server.config_file()).unwrap().replacen(
        "client_id = \"renewer\"",
        "client_id = \"renewer\"\ndisabled = true",
        1,
    );
    std::fs::write(server.config_file(), off).unwrap();
    server.app.reload(signet::app::Trigger::Signal, []).unwrap();
    refresh(&server, "renewer", &token, "").await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_unused_grant_ends_after_the_idle_lifetime() {
    let server = TestServer::with(RENEWERS).await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    server.clock.advance(Duration::from_secs(13 * 24 * 3600));
    let token = refresh_token(&renewed(&server, "renewer", &token, "").await);
    server.clock.advance(Duration::from_secs(14 * 24 * 3600));
    refresh(&server, "renewer", &token, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_grant_ends_after_its_lifetime_however_often_it_is_used() {
    let server = TestServer::with(&format!(
        "[tokens]\nrefresh_token_lifetime = \"30d\"\nrefresh_token_idle_lifetime = \"10d\"\n{RENEWERS}"
    ))
    .await;
    let mut token = refresh_token(&begin(&server, "renewer", "").await);
    for _ in 0..3 {
        server.clock.advance(Duration::from_secs(9 * 24 * 3600));
        token = refresh_token(&renewed(&server, "renewer", &token, "").await);
    }
    server.clock.advance(Duration::from_secs(3 * 24 * 3600));
    refresh(&server, "renewer", &token, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn only_a_registration_that_says_so_is_given_one_with_client_credentials() {
    let server = TestServer::with(RENEWERS).await;
    let response = begin(&server, "ungranted", "").await;
    assert!(response.get("refresh_token").is_none(), "{response}");
    let claims = token::claims(response["access_token"].as_str().unwrap());
    assert!(claims.get("sid").is_none(), "{claims}");
}
