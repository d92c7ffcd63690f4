//! RFC 6749 section 4.3: the resource owner password credentials grant.

use std::{sync::Arc, time::Duration};

use crate::support::{
    Request, TestServer,
    people::{attempt, claims, form, server, signed_in, tables, with_password},
    switched_store::SwitchedStore,
    test_clock,
};

#[tokio::test]
async fn a_person_signs_in_and_the_token_says_who_and_with_which_roles() {
    let server = server().await;
    let response = signed_in(&server, "app", "ben@example.com", "").await;
    assert_eq!((&response["token_type"], &response["expires_in"]), (&"Bearer".into(), &600.into()));
    let claims = claims(&response);
    assert_eq!(claims["sub"], "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f");
    assert_eq!((&claims["client_id"], &claims["auth_time"]), (&"app".into(), &claims["iat"]));
    assert_eq!(claims["roles"], serde_json::json!(["reader"]));
    assert!(response["refresh_token"].is_string() && claims["sid"].is_string(), "{response}");
}

#[tokio::test]
async fn a_refresh_token_comes_where_the_registration_lists_it_alone() {
    let server = server().await;
    let response = signed_in(&server, "once", "Zoë", "").await;
    assert!(response.get("refresh_token").is_none(), "{response}");
    assert!(claims(&response).get("sid").is_none(), "{response}");
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_one() {
    let server = server().await;
    let wrong = with_password(&server, "app", "Zoë", "wrong", "").await;
    wrong.assert_error(400, "invalid_grant");
    let long = "x".repeat(1025);
    for (username, password) in [
        ("nobody", "wrong"),
        ("gone", "correct horse battery"),
        ("gone", "wrong"),
        ("Zoë", "correct horse battery "),
        ("Zoë", "Correct horse battery"),
        ("Zoë", &long),
        ("Zoë\u{200B}", "correct horse battery"),
        (&long, "correct horse battery"),
    ] {
        let answer = with_password(&server, "app", username, password, "").await;
        assert_eq!(answer.visible(), wrong.visible(), "{username}");
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_is_as_much_work_as_a_wrong_password() {
    let server = server().await;
    let mut before = server.app.passwords().work();
    for username in ["Zoë", "gone", "nobody", "somebody else"] {
        with_password(&server, "app", username, "wrong", "").await;
        let after = server.app.passwords().work();
        let (compared, kibibytes) = (after.0 - before.0, after.1 - before.1);
        assert_eq!((compared, kibibytes), (1, 2 * 19_456), "{username}");
        before = after;
    }
}

#[tokio::test]
async fn user_name_and_password_are_required() {
    let server = server().await;
    for form in [
        "grant_type=password&username=Zo%C3%AB",
        "grant_type=password&password=x",
        "grant_type=password&username=&password=x",
        "grant_type=password&username=x&password=",
        "grant_type=password&username=x&username=x&password=x",
        "grant_type=password&username=x%00&password=x",
    ] {
        server.token("app", "app-secret", form).await.assert_error(400, "invalid_request");
    }
    assert_eq!(server.app.passwords().work(), (0, 0));
}

#[tokio::test]
async fn an_application_is_authenticated_and_registered_for_it_before_a_password_is_looked_at() {
    let server = server().await;
    let form = form("Zoë", "correct horse battery");
    server.token("app", "wrong", &form).await.assert_error(401, "invalid_client");
    attempt(&server, "service", "Zoë", "").await.assert_error(400, "unauthorized_client");
    attempt(&server, "app", "Zoë", "&scope=other").await.assert_error(400, "invalid_scope");
    attempt(&server, "app", "Zoë", "&resource=https%3A%2F%2Felsewhere.example")
        .await
        .assert_error(400, "invalid_target");
    assert_eq!(server.app.passwords().work(), (0, 0));
}

#[tokio::test]
async fn a_public_application_may_use_it_where_it_is_registered_so() {
    let server = server().await;
    let form = form("Zoë", "correct horse battery") + "&client_id=public";
    let answer = server.send(Request::form("/oauth2/token", &form)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["scope"], "read");
}

#[tokio::test]
async fn the_scopes_are_those_asked_for_that_application_and_roles_allow() {
    let server = server().await;
    for (client_id, username, asked, granted) in [
        ("app", "Zoë", "", "openid read tokens write"),
        ("app", "Zoë", "&scope=read", "read"),
        ("app", "ben@example.com", "", "openid read"),
        ("app", "ben@example.com", "&scope=read+write", "read"),
        ("once", "ben@example.com", "", "read"),
        ("app", "roleless", "", "openid"),
        ("app", "roleless", "&scope=openid+read", "openid"),
    ] {
        let response = signed_in(&server, client_id, username, asked).await;
        assert_eq!(response["scope"], granted, "{client_id} {username} {asked}");
        assert_eq!(claims(&response)["scope"], granted);
    }
}

#[tokio::test]
async fn where_no_scope_is_left_nothing_is_granted() {
    let server = server().await;
    for (client_id, username, asked) in [
        ("once", "roleless", ""),
        ("app", "ben@example.com", "&scope=write"),
        ("app", "ben@example.com", "&scope=tokens"),
        ("narrow", "Zoë", ""),
    ] {
        attempt(&server, client_id, username, asked).await.assert_error(400, "invalid_scope");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_for_each_name_however_it_is_written() {
    let server = server().await;
    for (attempt, username) in
        ["zoë", "ZOË", "Zoe\u{308}", "Zoë"].iter().cycle().take(10).enumerate()
    {
        let answer = with_password(&server, "app", username, "wrong", "").await;
        assert_eq!(answer.status, 400, "{attempt}: {answer:?}");
    }
    let answer = attempt(&server, "app", "Zoë", "").await;
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("Retry-After").unwrap().parse::<u64>().unwrap() > 0);
    // Another name is another matter, and so is the same one after the wait.
    signed_in(&server, "app", "ben@example.com", "").await;
    server.clock.advance(Duration::from_secs(7));
    signed_in(&server, "app", "Zoë", "").await;
}

#[tokio::test]
async fn an_address_that_has_proven_itself_is_not_locked_out() {
    let server = server().await;
    signed_in(&server, "app", "Zoë", "").await;
    for _ in 0..10 {
        with_password(&server, "app", "Zoë", "wrong", "").await;
    }
    let answer = with_password(&server, "app", "Zoë", "wrong", "").await;
    answer.assert_error(429, "too_many_requests");
    signed_in(&server, "app", "Zoë", "").await;
}

#[tokio::test]
async fn guesses_that_come_all_at_once_do_not_get_in_before_the_first_has_failed() {
    let server = server().await;
    let guesses = (0..40).map(|_| with_password(&server, "app", "Zoë", "wrong", ""));
    let answers = futures_util::future::join_all(guesses).await;
    let waited = answers.iter().filter(|answer| answer.status == 429).count();
    // At most ten at a time, and after ten failures none.
    assert!(server.app.passwords().work().0 <= 20, "{:?}", server.app.passwords().work());
    assert!(waited >= 20, "{waited}");
}

#[tokio::test]
async fn while_the_store_is_away_nothing_is_half_granted() {
    let clock = Arc::new(test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    let server = TestServer::with_store_and(&clock, store, &tables());
    switched.set_away(true);
    let answer = attempt(&server, "app", "Zoë", "").await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    // What needs no store goes on.
    signed_in(&server, "once", "Zoë", "").await;
}
