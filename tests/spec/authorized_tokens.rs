//! Authorized tokens: the grants of an application or a person, listed and ended; log-out; and what becomes
//! of the tokens of an application that is gone.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    TestServer, eventually,
    refreshing::{refresh, refresh_token, renewed},
    returned::{
        LIST, RETURNERS, access_token, call, claims, granted, introspection, is_active, issued,
        persons_grant, server, signed, switched,
    },
    token,
};

const PERSON: &str = "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f";

fn sid(response: &Value) -> String {
    token::claims(&access_token(response))["sid"].as_str().unwrap().to_owned()
}

async fn list(server: &TestServer, query: &str, token: &str) -> Value {
    let answer = call(server, "GET", &format!("{LIST}{query}"), token).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    answer.json()
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

async fn persons_token(server: &TestServer, sub: &str) -> String {
    signed(server, "at+jwt", &claims(server, "plain", sub))
}

#[tokio::test]
async fn an_application_lists_the_grants_made_to_it() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    granted(&server, "stranger").await;
    let now = token::claims(&access_token(&response))["iat"].as_u64().unwrap();
    server.clock.advance(Duration::from_secs(5));
    let again = renewed(&server, "owner", &refresh_token(&response), "").await;

    let list = list(&server, "", &access_token(&again)).await;
    let expected = json!({"items": [{
        "id": sid(&response), "client_id": "owner", "client_name": "The owner",
        "scope": "read tokens", "created_at": now, "last_used_at": now + 5,
        "expires_at": now + 90 * 86_400,
    }]});
    assert_eq!(list, expected);
}

#[tokio::test]
async fn a_person_lists_the_grants_that_they_made() {
    let server = server().await;
    let mine = [
        persons_grant(&server, PERSON, "owner", 1).await,
        persons_grant(&server, PERSON, "forgotten", 2).await,
    ];
    persons_grant(&server, "somebody-else", "owner", 3).await;
    let list = list(&server, "", &persons_token(&server, PERSON).await).await;
    assert_eq!(ids(&list), mine);
    assert_eq!(list["items"][0]["client_name"], "The owner");
    assert_eq!(list["items"][1]["client_name"], "forgotten", "it is gone");
}

#[tokio::test]
async fn a_long_list_comes_page_by_page_and_the_last_has_no_next() {
    let server = server().await;
    let mut all = Vec::new();
    for id in 1..=7 {
        all.push(persons_grant(&server, PERSON, "owner", id).await);
    }
    let token = persons_token(&server, PERSON).await;
    let (mut seen, mut query) = (Vec::new(), "?limit=3".to_owned());
    loop {
        let page = list(&server, &query, &token).await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else {
            assert!(page.get("next").is_none(), "{page}");
            break;
        };
        query = format!("?limit=3&after={next}");
    }
    assert_eq!(seen, all);
    assert_eq!(ids(&list(&server, "?limit=7", &token).await).len(), 7);
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused_and_changes_nothing() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let token = access_token(&response);
    let queries = [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=+5",
        "limit=x",
        "limit=",
        "limit=1&limit=1",
        "after=x",
        "after=",
        "after=AAAA",
        "after=%FF",
        "cleint_id=owner",
        "client_id=",
        "sub=",
        "client_id=owner&sub=owner",
        "client_id=owner&client_id=owner",
        "client_id",
        "client_id=%0",
        "all",
    ];
    for query in queries {
        for method in ["GET", "DELETE"] {
            let answer = call(&server, method, &format!("{LIST}?{query}"), &token).await;
            answer.assert_error(400, "invalid_request");
        }
    }
    assert_eq!(ids(&list(&server, "", &token).await), [sid(&response)]);
}

#[tokio::test]
async fn somebody_elses_grants_are_for_admin() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let persons = persons_grant(&server, PERSON, "stranger", 1).await;
    let operator = issued(&server, "operator").await;
    assert_eq!(ids(&list(&server, "?client_id=owner", &operator).await), [sid(&response)]);
    assert_eq!(ids(&list(&server, &format!("?sub={PERSON}"), &operator).await), [persons]);
    assert!(ids(&list(&server, "", &operator).await).is_empty());

    let stranger = issued(&server, "stranger").await;
    for method in ["GET", "DELETE"] {
        for query in ["?client_id=owner".to_owned(), format!("?sub={PERSON}")] {
            let answer = call(&server, method, &format!("{LIST}{query}"), &stranger).await;
            assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
            let challenge = answer.header("WWW-Authenticate").unwrap();
            assert!(challenge.ends_with("scope=\"admin\""), "{answer:?}");
        }
    }
    assert!(is_active(&server, "owner", &access_token(&response)).await);
    assert_eq!(
        call(&server, "GET", &format!("{LIST}?client_id=stranger"), &stranger).await.status,
        200
    );
}

#[tokio::test]
async fn one_grant_is_ended_by_its_id_and_the_others_live() {
    let server = server().await;
    let (ended, kept) = (granted(&server, "owner").await, granted(&server, "owner").await);
    let target = format!("{LIST}/{}", sid(&ended));
    let answer = call(&server, "DELETE", &target, &access_token(&kept)).await;
    assert_eq!((answer.status, answer.text()), (204, ""), "{answer:?}");
    assert!(!is_active(&server, "owner", &access_token(&ended)).await);
    refresh(&server, "owner", &refresh_token(&ended), "").await.assert_error(400, "invalid_grant");
    assert!(is_active(&server, "owner", &access_token(&kept)).await);
    assert_eq!(ids(&list(&server, "", &access_token(&kept)).await), [sid(&kept)]);
    let again = call(&server, "DELETE", &target, &access_token(&kept)).await;
    again.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_grant_of_somebody_else_looks_like_none_but_to_admin() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let stranger = issued(&server, "stranger").await;
    let unknown =
        call(&server, "DELETE", &format!("{LIST}/AAAAAAAAAAAAAAAAAAAAAA"), &stranger).await;
    unknown.assert_error(404, "not_found");
    let target = format!("{LIST}/{}", sid(&response));
    for token in [stranger, persons_token(&server, PERSON).await] {
        let foreign = call(&server, "DELETE", &target, &token).await;
        assert_eq!(foreign.visible(), unknown.visible());
    }
    for malformed in ["x", "%00", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "a%2Fb"] {
        let token = issued(&server, "stranger").await;
        let answer = call(&server, "DELETE", &format!("{LIST}/{malformed}"), &token).await;
        answer.assert_error(404, "not_found");
    }
    assert!(is_active(&server, "owner", &access_token(&response)).await);
    let operator = issued(&server, "operator").await;
    assert_eq!(call(&server, "DELETE", &target, &operator).await.status, 204);
    assert!(!is_active(&server, "owner", &access_token(&response)).await);
}

#[tokio::test]
async fn a_person_ends_what_they_granted_and_nothing_else() {
    let server = server().await;
    let mine = persons_grant(&server, PERSON, "owner", 1).await;
    let others = persons_grant(&server, "somebody-else", "owner", 2).await;
    let token = persons_token(&server, PERSON).await;
    call(&server, "DELETE", &format!("{LIST}/{others}"), &token)
        .await
        .assert_error(404, "not_found");
    assert_eq!(call(&server, "DELETE", &format!("{LIST}/{mine}"), &token).await.status, 204);
    persons_grant(&server, PERSON, "owner", 3).await;
    persons_grant(&server, PERSON, "stranger", 4).await;
    assert_eq!(call(&server, "DELETE", LIST, &token).await.status, 204);
    assert!(ids(&list(&server, "", &token).await).is_empty());
    let operator = issued(&server, "operator").await;
    assert_eq!(ids(&list(&server, "?client_id=owner", &operator).await), [others]);
}

#[tokio::test]
async fn log_out_ends_the_token_and_its_grant() {
    let server = server().await;
    let (gone, kept) = (granted(&server, "owner").await, granted(&server, "owner").await);
    let target = format!("{LIST}/current");
    let answer = call(&server, "DELETE", &target, &access_token(&gone)).await;
    assert_eq!((answer.status, answer.text()), (204, ""), "{answer:?}");
    assert!(!is_active(&server, "owner", &access_token(&gone)).await);
    refresh(&server, "owner", &refresh_token(&gone), "").await.assert_error(400, "invalid_grant");
    call(&server, "DELETE", &target, &access_token(&gone)).await.assert_error(401, "invalid_token");
    assert!(is_active(&server, "owner", &access_token(&kept)).await);
}

#[tokio::test]
async fn log_out_takes_a_token_of_any_audience_and_scope_and_without_a_grant() {
    let server = server().await;
    let token = issued(&server, "plain").await;
    assert_eq!(call(&server, "DELETE", &format!("{LIST}/current"), &token).await.status, 204);
    assert!(!is_active(&server, "plain", &token).await);
}

#[tokio::test]
async fn without_status_lists_log_out_ends_the_grant_or_says_that_it_cannot() {
    let server = TestServer::with(&format!("[tokens]\nstatus_list = false\n{RETURNERS}")).await;
    let response = granted(&server, "owner").await;
    let target = format!("{LIST}/current");
    assert_eq!(call(&server, "DELETE", &target, &access_token(&response)).await.status, 204);
    let answer = refresh(&server, "owner", &refresh_token(&response), "").await;
    answer.assert_error(400, "invalid_grant");
    let grantless = issued(&server, "plain").await;
    call(&server, "DELETE", &target, &grantless).await.assert_error(400, "unsupported_token_type");
}

#[tokio::test]
async fn a_log_out_that_was_cut_short_can_be_done_again() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    let (token, target) = (access_token(&response), format!("{LIST}/current"));
    store.set_read_only(true);
    let answer = call(&server, "DELETE", &target, &token).await;
    answer.assert_error(503, "temporarily_unavailable");
    store.set_read_only(false);
    assert_eq!(call(&server, "DELETE", &target, &token).await.status, 204);
    assert!(!is_active(&server, "owner", &token).await);
}

#[tokio::test]
async fn an_application_ends_all_that_it_was_issued_and_goes_on() {
    let server = server().await;
    let operator = issued(&server, "operator").await;
    let grants = [granted(&server, "owner").await, granted(&server, "owner").await];
    let grantless = issued(&server, "plain").await;
    let target = format!("{LIST}?client_id=plain");
    assert_eq!(call(&server, "DELETE", &target, &operator).await.status, 204);
    eventually("the token without a grant is revoked", async || {
        !is_active(&server, "plain", &grantless).await
    })
    .await;
    assert_eq!(call(&server, "DELETE", LIST, &access_token(&grants[0])).await.status, 204);
    for response in &grants {
        eventually("it is revoked", async || {
            !is_active(&server, "owner", &access_token(response)).await
        })
        .await;
        let answer = refresh(&server, "owner", &refresh_token(response), "").await;
        answer.assert_error(400, "invalid_grant");
    }
    server.clock.advance(Duration::from_secs(1));
    assert!(is_active(&server, "owner", &issued(&server, "owner").await).await);
    assert!(is_active(&server, "plain", &issued(&server, "plain").await).await);
}

#[tokio::test]
async fn an_application_that_a_reload_takes_away_loses_what_it_was_issued() {
    for change in ["client_id = \"renamed\"", "client_id = \"owner\"\ndisabled = true"] {
        let (server, store) = switched();
        let operator = issued(&server, "operator").await;
        let response = granted(&server, "owner").await;
        let before = fs::read_to_string(server.config_file()).unwrap();
        let changed = before.replace("client_id = \"owner\"", change);
        fs::write(server.config_file(), changed).unwrap();
        store.set_read_only(true);
        server.app.reload(signet::app::Trigger::Signal, []).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(ids(&list(&server, "?client_id=owner", &operator).await), [sid(&response)]);
        store.set_read_only(false);
        eventually("its grants have ended", async || {
            ids(&list(&server, "?client_id=owner", &operator).await).is_empty()
        })
        .await;
        // Once it is back, nothing of before is.
        fs::write(server.config_file(), before).unwrap();
        server.app.reload(signet::app::Trigger::Signal, []).unwrap();
        eventually("the old token is revoked", async || {
            let answer = server.send(introspection("owner", &access_token(&response))).await;
            answer.text() == "{\"active\":false}"
        })
        .await;
        let answer = refresh(&server, "owner", &refresh_token(&response), "").await;
        answer.assert_error(400, "invalid_grant");
    }
}
