//! RFC 7009: token revocation.

use crate::support::{
    Request, TestServer,
    refreshing::{refresh, refresh_token, renewed},
    returned::{
        RETURNERS, access_token, call, claims, granted, is_active, issued, revocation, revoke,
        server, signed, switched,
    },
};

const REVOKE: &str = "/oauth2/revoke";

#[tokio::test]
async fn a_revoked_access_token_is_not_active_and_its_grant_lives() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let token = access_token(&response);
    assert!(is_active(&server, "owner", &token).await);
    revoke(&server, "owner", &token).await;
    assert!(!is_active(&server, "owner", &token).await);
    let again = renewed(&server, "owner", &refresh_token(&response), "").await;
    assert!(is_active(&server, "owner", &access_token(&again)).await);
}

#[tokio::test]
async fn a_revoked_refresh_token_ends_the_grant_and_all_its_access_tokens() {
    let server = server().await;
    let first = granted(&server, "owner").await;
    let second = renewed(&server, "owner", &refresh_token(&first), "").await;
    let unrelated = granted(&server, "owner").await;
    revoke(&server, "owner", &refresh_token(&second)).await;

    for response in [&first, &second] {
        assert!(!is_active(&server, "owner", &access_token(response)).await);
        let answer = refresh(&server, "owner", &refresh_token(response), "").await;
        answer.assert_error(400, "invalid_grant");
    }
    assert!(is_active(&server, "owner", &access_token(&unrelated)).await);
    assert!(is_active(&server, "owner", &refresh_token(&unrelated)).await);
}

#[tokio::test]
async fn a_refresh_token_that_was_replaced_ends_its_grant_too() {
    let server = server().await;
    let first = granted(&server, "owner").await;
    let second = renewed(&server, "owner", &refresh_token(&first), "").await;
    revoke(&server, "owner", &refresh_token(&first)).await;
    refresh(&server, "owner", &refresh_token(&second), "").await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn the_answer_is_an_empty_json_object_that_nobody_stores() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    let answer = server.send(revocation("owner", &token)).await;
    assert_eq!((answer.status, answer.text()), (200, "{}"), "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
}

#[tokio::test]
async fn a_token_that_is_no_good_is_answered_200() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let (token, renewal) = (access_token(&response), refresh_token(&response));
    let garbage = ["x", "a.b.c", "...", "sgr_", "sgr_AAAA", &token[1..], &renewal[..40], "\u{e9}"];
    for token in garbage {
        revoke(&server, "owner", token).await;
    }
    for token in [&token, &renewal] {
        revoke(&server, "owner", token).await;
        revoke(&server, "owner", token).await;
    }
    let expired = issued(&server, "owner").await;
    server.clock.advance(std::time::Duration::from_secs(601));
    revoke(&server, "owner", &expired).await;
}

#[tokio::test]
async fn a_wrong_or_unknown_hint_is_no_obstacle() {
    let server = server().await;
    for hint in ["access_token", "refresh_token", "id_token", "%00x", "&&", "a+b"] {
        let response = granted(&server, "owner").await;
        for token in [access_token(&response), refresh_token(&response)] {
            let form = format!("token_type_hint={}&token={token}", hint.replace("%00", ""));
            let request = Request::form(REVOKE, &form).basic("owner", "owner-secret");
            assert_eq!(server.send(request).await.status, 200, "{hint}");
            assert!(!is_active(&server, "owner", &token).await, "{hint}");
        }
    }
}

#[tokio::test]
async fn another_applications_token_stays_active_and_the_answer_gives_nothing_away() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let (token, renewal) = (access_token(&response), refresh_token(&response));
    let unknown = server.send(revocation("stranger", "unknown")).await;
    for token in [&token, &renewal] {
        let answer = server.send(revocation("stranger", token)).await;
        assert_eq!(answer.visible(), unknown.visible());
        assert!(is_active(&server, "owner", token).await);
    }
    renewed(&server, "owner", &renewal, "").await;
}

#[tokio::test]
async fn a_public_application_names_itself_and_revokes_nothing_of_others() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    for token in [access_token(&response), refresh_token(&response)] {
        let form = format!("client_id=public&token={token}");
        let answer = server.send(Request::form(REVOKE, &form)).await;
        assert_eq!((answer.status, answer.text()), (200, "{}"), "{answer:?}");
        assert!(is_active(&server, "owner", &token).await);
    }
    let own = signed(&server, "at+jwt", &claims(&server, "public", "somebody"));
    let answer = server.send(Request::form(REVOKE, &format!("client_id=public&token={own}"))).await;
    answer.assert_error(400, "unsupported_token_type");
}

#[tokio::test]
async fn applications_authenticate_as_at_the_token_endpoint() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    let form = format!("token={token}");
    for request in [
        Request::form(REVOKE, &form),
        Request::form(REVOKE, &form).basic("owner", "wrong"),
        Request::form(REVOKE, &form).basic("nobody", "owner-secret"),
        Request::form(REVOKE, &format!("{form}&client_id=owner")),
        Request::form(REVOKE, &form).header("Authorization", format!("Bearer {token}")),
    ] {
        server.send(request).await.assert_error(401, "invalid_client");
    }
    let twice = format!("{form}&client_id=owner&client_secret=owner-secret");
    let twice = Request::form(REVOKE, &twice).basic("owner", "owner-secret");
    server.send(twice).await.assert_error(400, "invalid_request");
    assert!(is_active(&server, "owner", &token).await);
    let posted = format!("{form}&client_id=owner&client_secret=owner-secret");
    assert_eq!(server.send(Request::form(REVOKE, &posted)).await.status, 200);
    assert!(!is_active(&server, "owner", &token).await);
}

#[tokio::test]
async fn a_form_without_a_token_or_with_two_is_an_invalid_request() {
    let server = server().await;
    for form in ["", "token=", "token=a&token=b", "token_type_hint=access_token", "token=%F"] {
        let request = Request::form(REVOKE, form).basic("owner", "owner-secret");
        server.send(request).await.assert_error(400, "invalid_request");
    }
    let json = Request::new("POST", REVOKE).header("Content-Type", "application/json");
    server.send(json.body(b"{}")).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn an_access_token_without_a_status_list_cannot_be_revoked_and_the_answer_says_so() {
    let server = TestServer::with(&format!("[tokens]\nstatus_list = false\n{RETURNERS}")).await;
    let response = granted(&server, "owner").await;
    let token = access_token(&response);
    let answer = server.send(revocation("owner", &token)).await;
    answer.assert_error(400, "unsupported_token_type");
    assert!(is_active(&server, "owner", &token).await);
    server.send(revocation("stranger", &token)).await;
    revoke(&server, "owner", &refresh_token(&response)).await;
    assert!(!is_active(&server, "owner", &refresh_token(&response)).await);
}

#[tokio::test]
async fn while_the_store_is_away_nothing_is_said_to_be_revoked() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    let (token, renewal) = (access_token(&response), refresh_token(&response));
    store.set_away(true);
    for token in [&token, &renewal] {
        let answer = server.send(revocation("owner", token)).await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    }
    for garbage in ["x", "a.b.c", "sgr_AAAA"] {
        revoke(&server, "owner", garbage).await;
    }
    store.set_away(false);
    assert!(is_active(&server, "owner", &token).await);
    revoke(&server, "owner", &renewal).await;
    assert!(!is_active(&server, "owner", &token).await);
}

#[tokio::test]
async fn a_revocation_that_was_cut_short_is_completed_by_the_next_and_by_nobody_else() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    let (token, renewal) = (access_token(&response), refresh_token(&response));
    store.set_read_only(true);
    let answer = server.send(revocation("owner", &renewal)).await;
    answer.assert_error(503, "temporarily_unavailable");
    store.set_read_only(false);
    revoke(&server, "stranger", &renewal).await;
    assert!(is_active(&server, "owner", &token).await);
    revoke(&server, "owner", &renewal).await;
    assert!(!is_active(&server, "owner", &token).await);
}

#[tokio::test]
async fn the_effect_is_immediate_on_every_replica() {
    let server = server().await;
    let replica = server.beside();
    let token = issued(&server, "owner").await;
    assert!(is_active(&replica, "owner", &token).await);
    revoke(&server, "owner", &token).await;
    assert!(!is_active(&replica, "owner", &token).await);
    call(&replica, "DELETE", "/api/v1/authorized-tokens/current", &token)
        .await
        .assert_error(401, "invalid_token");
}
