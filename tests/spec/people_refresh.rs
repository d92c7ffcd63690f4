//! People and their grants: at each renewal they are looked up again, and what they granted is theirs to end.

use crate::support::{
    Request, eventually,
    people::{attempt, claims, reload, server, signed_in},
    refreshing::{refresh, refresh_token, renewed},
    returned::{LIST, access_token, call, introspection, is_active},
};

const BEN: &str = "username = \"ben@example.com\"\n";

#[tokio::test]
async fn a_renewed_token_speaks_for_the_same_person() {
    let server = server().await;
    let first = signed_in(&server, "app", "Zoë", "").await;
    let again = renewed(&server, "app", &refresh_token(&first), "").await;
    let (first, again) = (claims(&first), claims(&again));
    for claim in ["sub", "sid", "auth_time", "roles", "scope", "client_id"] {
        assert_eq!(first[claim], again[claim], "{claim}");
    }
}

#[tokio::test]
async fn a_change_of_roles_counts_at_the_next_renewal() {
    let server = server().await;
    let first = signed_in(&server, "app", "Zoë", "").await;
    reload(&server, "roles = [\"reader\", \"editor\"]", "roles = [\"reader\"]");
    let again = renewed(&server, "app", &refresh_token(&first), "").await;
    assert_eq!(again["scope"], "openid read");
    assert_eq!(claims(&again)["roles"], serde_json::json!(["reader"]));
    let answer = refresh(&server, "app", &refresh_token(&again), "&scope=write").await;
    answer.assert_error(400, "invalid_scope");
    // And back again: what was granted has not changed.
    reload(
        &server,
        "email = \"zoe@example.com\"\nroles = [\"reader\"]",
        "roles = [\"reader\", \"editor\"]",
    );
    let token = refresh_token(&again);
    let again = refresh(&server, "app", &token, "").await;
    assert_eq!(again.json()["scope"], "openid read tokens write", "{again:?}");
}

#[tokio::test]
async fn a_disabled_person_is_refused_and_what_they_granted_ends() {
    let server = server().await;
    let response = signed_in(&server, "app", "ben@example.com", "").await;
    assert!(is_active(&server, "app", &access_token(&response)).await);
    reload(&server, BEN, &format!("{BEN}disabled = true\n"));
    assert!(!is_active(&server, "app", &access_token(&response)).await);
    assert!(!is_active(&server, "app", &refresh_token(&response)).await);
    refresh(&server, "app", &refresh_token(&response), "").await.assert_error(400, "invalid_grant");
    attempt(&server, "app", "ben@example.com", "").await.assert_error(400, "invalid_grant");
    // Switched on again, they have to sign in.
    reload(&server, &format!("{BEN}disabled = true\n"), BEN);
    refresh(&server, "app", &refresh_token(&response), "").await.assert_error(400, "invalid_grant");
    signed_in(&server, "app", "ben@example.com", "").await;
}

#[tokio::test]
async fn what_a_person_granted_ends_with_them_without_anybody_asking() {
    let server = server().await;
    let response = signed_in(&server, "app", "ben@example.com", "").await;
    reload(&server, BEN, "username = \"somebody-else\"\n");
    // The id is the same, and so is the person.
    assert!(is_active(&server, "app", &access_token(&response)).await);
    reload(&server, "id = \"4f9c2f0e", "id = \"5f9c2f0e");
    reload(&server, "id = \"5f9c2f0e", "id = \"4f9c2f0e");
    eventually("the access token is revoked", async || {
        !is_active(&server, "app", &access_token(&response)).await
    })
    .await;
}

#[tokio::test]
async fn a_person_lists_and_ends_what_they_granted() {
    let server = server().await;
    let first = signed_in(&server, "app", "Zoë", "").await;
    let second = signed_in(&server, "app", "Zoë", "").await;
    let others = signed_in(&server, "app", "ben@example.com", "").await;
    let token = access_token(&first);
    let list = call(&server, "GET", LIST, &token).await;
    let ids = |list: &serde_json::Value| list["items"].as_array().unwrap().len();
    assert_eq!((list.status, ids(&list.json())), (200, 2), "{list:?}");

    let sid = claims(&second)["sid"].as_str().unwrap().to_owned();
    assert_eq!(call(&server, "DELETE", &format!("{LIST}/{sid}"), &token).await.status, 204);
    refresh(&server, "app", &refresh_token(&second), "").await.assert_error(400, "invalid_grant");
    assert!(!is_active(&server, "app", &access_token(&second)).await);

    let theirs = claims(&others)["sid"].as_str().unwrap().to_owned();
    call(&server, "DELETE", &format!("{LIST}/{theirs}"), &token)
        .await
        .assert_error(404, "not_found");
    assert_eq!(call(&server, "DELETE", LIST, &token).await.status, 204);
    refresh(&server, "app", &refresh_token(&first), "").await.assert_error(400, "invalid_grant");
    assert!(is_active(&server, "app", &access_token(&others)).await);
}

#[tokio::test]
async fn a_person_logs_out_whatever_the_token_allows() {
    let server = server().await;
    let response = signed_in(&server, "app", "ben@example.com", "&scope=read").await;
    let token = access_token(&response);
    assert_eq!(call(&server, "GET", LIST, &token).await.status, 403);
    let answer = call(&server, "DELETE", &format!("{LIST}/current"), &token).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    refresh(&server, "app", &refresh_token(&response), "").await.assert_error(400, "invalid_grant");
    assert!(!is_active(&server, "app", &token).await);
}

#[tokio::test]
async fn introspection_tells_of_the_person() {
    let server = server().await;
    let response = signed_in(&server, "app", "ben@example.com", "").await;
    for token in [access_token(&response), refresh_token(&response)] {
        let told = server.send(introspection("app", &token)).await.json();
        assert_eq!(told["sub"], "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f", "{told}");
        assert_eq!(told["scope"], "openid read", "{told}");
    }
    let answer = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
    let served = &answer.json()["grant_types_supported"];
    assert!(served.as_array().unwrap().contains(&"password".into()), "{served}");
}
