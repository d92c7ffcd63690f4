//! `POST /api/v1/users/{id}/password`: one's own with the one in use, others' by an administrator; what the old
//! one made ends.

use serde_json::{Value, json};

use crate::support::{
    Answer, TestServer,
    kept::{
        added, call, can_sign_in, operator, place, refused_fields, server, signed_in, switched,
    },
    people::{PASSWORD, with_password},
    refreshing::{refresh, refresh_token, renewed},
    returned::access_token,
};

const NEW: &str = "quite another passphrase";

async fn change(server: &TestServer, person: &Value, token: &str, body: Value) -> Answer {
    call(server, "POST", &format!("{}/password", place(person)), token, body).await
}

fn own() -> Value {
    json!({"current_password": PASSWORD, "new_password": NEW})
}

#[tokio::test]
async fn a_person_changes_their_own_and_keeps_only_the_grant_that_they_use() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let (mine, other) = (signed_in(&server, "zoe").await, signed_in(&server, "zoe").await);
    let answer = change(&server, &zoe, &access_token(&mine), own()).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert!(can_sign_in(&server, "zoe", NEW).await);
    assert!(!can_sign_in(&server, "zoe", PASSWORD).await);
    let answer = refresh(&server, "app", &refresh_token(&other), "").await;
    answer.assert_error(400, "invalid_grant");
    let answer = call(&server, "GET", &place(&zoe), &access_token(&other), Value::Null).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"));
    let answer = call(&server, "GET", &place(&zoe), &access_token(&mine), Value::Null).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    renewed(&server, "app", &refresh_token(&mine), "").await;
}

#[tokio::test]
async fn a_stolen_access_token_is_not_enough_and_guesses_are_throttled_with_those_at_sign_ins() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let answer = change(&server, &zoe, &token, json!({"new_password": NEW})).await;
    assert_eq!(refused_fields(&answer), ["current_password"]);
    // The address has proven to know the password, so that the owner goes on; wrong ones wait.
    for _ in 0..10 {
        let wrong = json!({"current_password": "guess", "new_password": NEW});
        let answer = change(&server, &zoe, &token, wrong).await;
        assert_eq!(refused_fields(&answer), ["current_password"]);
    }
    let wrong = json!({"current_password": "x".repeat(5000), "new_password": NEW});
    let answer = change(&server, &zoe, &token, wrong).await;
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    let at_sign_in = with_password(&server, "app", "zoe", "guess", "").await;
    at_sign_in.assert_error(429, "too_many_requests");
    assert!(can_sign_in(&server, "zoe", PASSWORD).await, "nothing has changed");
}

#[tokio::test]
async fn another_user_name_gives_no_more_guesses() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let guess = json!({"current_password": "guess", "new_password": NEW});
    for guesses in 0..10 {
        let username = json!({"username": format!("zoe-{guesses}")});
        assert_eq!(call(&server, "PATCH", &place(&zoe), &token, username).await.status, 200);
        let answer = change(&server, &zoe, &token, guess.clone()).await;
        assert_eq!(refused_fields(&answer), ["current_password"]);
    }
    let username = json!({"username": "zoe-once-more"});
    assert_eq!(call(&server, "PATCH", &place(&zoe), &token, username).await.status, 200);
    change(&server, &zoe, &token, guess).await.assert_error(429, "too_many_requests");
}

#[tokio::test]
async fn whoever_signs_in_while_the_password_changes_keeps_nothing_of_the_old_one() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let operator = operator(&server).await;
    let sign_in = || with_password(&server, "app", "zoe", PASSWORD, "");
    let (changed, one, two, three, four) = tokio::join!(
        change(&server, &zoe, &operator, json!({"new_password": NEW})),
        sign_in(),
        sign_in(),
        sign_in(),
        sign_in(),
    );
    assert_eq!(changed.status, 204, "{changed:?}");
    for answer in [one, two, three, four] {
        let answer = match answer.status {
            200 => refresh(&server, "app", &refresh_token(&answer.json()), "").await,
            _ => answer,
        };
        answer.assert_error(400, "invalid_grant");
    }
    assert!(can_sign_in(&server, "zoe", NEW).await);
}

#[tokio::test]
async fn nobody_keeps_a_new_password_off_by_changing_their_name_again_and_again() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let operator = operator(&server).await;
    let renames = async {
        for name in 0.. {
            let name = json!({"name": format!("Zoë {name}")});
            call(&server, "PATCH", &place(&zoe), &token, name).await;
        }
    };
    let answer = tokio::select! {
        answer = change(&server, &zoe, &operator, json!({"new_password": NEW})) => answer,
        () = renames => unreachable!("there are numbers enough"),
    };
    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(can_sign_in(&server, "zoe", NEW).await);
    assert!(!can_sign_in(&server, "zoe", PASSWORD).await);
}

#[tokio::test]
async fn an_administrator_changes_their_own_like_everybody_else() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["administrator"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let answer = change(&server, &zoe, &token, json!({"new_password": NEW})).await;
    assert_eq!(refused_fields(&answer), ["current_password"]);
    assert_eq!(change(&server, &zoe, &token, own()).await.status, 204);
}

#[tokio::test]
async fn an_administrator_sets_that_of_others_and_all_of_their_grants_end() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    let operator = operator(&server).await;
    let answer = change(&server, &zoe, &operator, own()).await;
    assert_eq!(refused_fields(&answer), ["current_password"]);
    let answer = change(&server, &zoe, &operator, json!({"new_password": NEW})).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(can_sign_in(&server, "zoe", NEW).await);
    let answer = refresh(&server, "app", &refresh_token(&response), "").await;
    answer.assert_error(400, "invalid_grant");
    let answer = call(&server, "GET", &place(&zoe), &access_token(&response), Value::Null).await;
    assert_eq!(answer.status, 401, "{answer:?}");
}

#[tokio::test]
async fn a_new_password_that_may_not_be_chosen_changes_nothing() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    for new in ["", "short", "password", &"x".repeat(1025)] {
        let body = json!({"current_password": PASSWORD, "new_password": new});
        assert_eq!(refused_fields(&change(&server, &zoe, &token, body).await), ["new_password"]);
    }
    for (body, field) in [
        (json!({"current_password": PASSWORD}), "new_password"),
        (json!({"current_password": PASSWORD, "new_password": 7}), "new_password"),
        (json!({"current_password": [], "new_password": NEW}), "current_password"),
        (json!({"current_password": PASSWORD, "new_password": NEW, "id": "x"}), "id"),
    ] {
        assert_eq!(refused_fields(&change(&server, &zoe, &token, body).await), [field]);
    }
    assert!(can_sign_in(&server, "zoe", PASSWORD).await);
}

#[tokio::test]
async fn while_the_store_is_away_nothing_changes() {
    let (server, store) = switched();
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    let token = access_token(&response);
    store.set_away(true);
    let answer = change(&server, &zoe, &token, own()).await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    store.set_away(false);
    assert!(can_sign_in(&server, "zoe", PASSWORD).await);
    renewed(&server, "app", &refresh_token(&response), "").await;
}

#[tokio::test]
async fn where_the_store_goes_away_just_then_the_grants_end_as_soon_as_it_is_back() {
    let (server, store) = switched();
    let zoe = added(&server, "zoe", &["member"]).await;
    let (mine, other) = (signed_in(&server, "zoe").await, signed_in(&server, "zoe").await);
    store.set_read_only(true);
    let answer = change(&server, &zoe, &access_token(&mine), own()).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(!can_sign_in(&server, "zoe", PASSWORD).await, "the new one counts");
    store.set_read_only(false);
    crate::support::eventually("the other access token is revoked", async || {
        let answer = call(&server, "GET", &place(&zoe), &access_token(&other), Value::Null).await;
        answer.status == 401
    })
    .await;
    renewed(&server, "app", &refresh_token(&mine), "").await;
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let to = |new: &str| {
        change(&server, &zoe, &token, json!({"current_password": PASSWORD, "new_password": new}))
    };
    let (one, other) = tokio::join!(to("the first of two words"), to("the other of two words"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    // The later one may have come so late that its current password is the old one.
    assert!([[204, 412], [204, 400]].contains(&statuses), "{one:?} {other:?}");
    let winner =
        if one.status == 204 { "the first of two words" } else { "the other of two words" };
    assert!(can_sign_in(&server, "zoe", winner).await);
}
