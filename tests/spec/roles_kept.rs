//! `/api/v1/roles`: what administrators make of them, and what people see of theirs.

use serde_json::{Value, json};

use crate::support::{
    kept::{ROLES, added, call, operator, place, read, refused_fields, request, server, signed_in},
    refreshing::{refresh_token, renewed},
    returned::access_token,
};

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_administrator_adds_reads_replaces_and_removes_a_role() {
    let server = server().await;
    let token = operator(&server).await;
    let body = json!({"name": "éditeur / 1?", "scopes": ["write", "read"]});
    let answer = call(&server, "POST", ROLES, &token, body).await;
    assert_eq!((answer.status, answer.header("ETag")), (201, Some("\"1\"")), "{answer:?}");
    let expected = json!({"name": "éditeur / 1?", "scopes": ["read", "write"], "declared": false});
    assert_eq!(answer.json(), expected);
    let location = answer.header("Location").unwrap().to_owned();
    assert_eq!(location, format!("{}{ROLES}/%C3%A9diteur%20%2F%201%3F", server.issuer));
    let place = location.strip_prefix(&server.issuer).unwrap();
    assert_eq!(read(&server, place, &token).await, expected);

    let answer = call(&server, "PUT", place, &token, json!({"scopes": ["openid"]})).await;
    assert_eq!((answer.status, answer.header("ETag")), (200, Some("\"2\"")), "{answer:?}");
    assert_eq!(answer.json()["scopes"], json!(["openid"]));
    let answer = call(&server, "PATCH", place, &token, json!({})).await;
    assert_eq!(answer.json()["scopes"], json!(["openid"]), "absent scopes stay");
    let answer = call(&server, "PUT", place, &token, json!({})).await;
    assert_eq!(answer.json()["scopes"], json!([]));

    assert_eq!(call(&server, "DELETE", place, &token, Value::Null).await.status, 204);
    for method in ["GET", "DELETE"] {
        let answer = call(&server, method, place, &token, Value::Null).await;
        answer.assert_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_list_has_declared_roles_too_in_the_order_of_their_names() {
    let server = server().await;
    let token = operator(&server).await;
    for name in ["zebra", "Ant", "bee"] {
        call(&server, "POST", ROLES, &token, json!({"name": name})).await;
    }
    let list = read(&server, ROLES, &token).await;
    assert_eq!(names(&list), ["Ant", "administrator", "bee", "member", "zebra"]);
    assert_eq!(list["items"][1]["declared"], true);
    let page = read(&server, &format!("{ROLES}?limit=4&search=E"), &token).await;
    assert_eq!(names(&page), ["bee", "member", "zebra"]);
    let first = read(&server, &format!("{ROLES}?limit=4"), &token).await;
    let next = first["next"].as_str().unwrap();
    let rest = read(&server, &format!("{ROLES}?limit=4&after={next}"), &token).await;
    assert_eq!((names(&rest), rest.get("next")), (vec!["zebra"], None));
}

#[tokio::test]
async fn a_person_sees_their_own_roles_and_changes_none() {
    let server = server().await;
    added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    assert_eq!(names(&read(&server, ROLES, &token).await), ["member"]);
    assert_eq!(read(&server, &format!("{ROLES}/member"), &token).await["name"], "member");
    let foreign =
        call(&server, "GET", &format!("{ROLES}/administrator"), &token, Value::Null).await;
    foreign.assert_error(404, "not_found");
    let body = json!({"name": "mine", "scopes": ["admin"]});
    for (method, target, body) in [
        ("POST", ROLES.to_owned(), body),
        ("PUT", format!("{ROLES}/member"), json!({"scopes": ["admin"]})),
        ("PATCH", format!("{ROLES}/member"), json!({"scopes": ["admin"]})),
        ("DELETE", format!("{ROLES}/member"), Value::Null),
    ] {
        let answer = call(&server, method, &target, &token, body).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
    }
}

#[tokio::test]
async fn declared_roles_and_names_that_are_taken_are_conflicts() {
    let server = server().await;
    let token = operator(&server).await;
    for name in ["member", "mine", "mine"] {
        let answer = call(&server, "POST", ROLES, &token, json!({"name": name})).await;
        if answer.status != 201 {
            answer.assert_error(409, "conflict");
        }
    }
    let member = format!("{ROLES}/member");
    for (method, body) in
        [("PUT", json!({"scopes": []})), ("PATCH", json!({"scopes": []})), ("DELETE", Value::Null)]
    {
        let answer = call(&server, method, &member, &token, body).await;
        answer.assert_error(409, "conflict");
    }
    assert_eq!(names(&read(&server, ROLES, &token).await), ["administrator", "member", "mine"]);
}

#[tokio::test]
async fn what_a_role_cannot_be_is_named() {
    let server = server().await;
    let token = operator(&server).await;
    for (body, fields) in [
        (json!({}), vec!["name"]),
        (json!({"name": ""}), vec!["name"]),
        (json!({"name": "a\u{0}b"}), vec!["name"]),
        (json!({"name": "x".repeat(129)}), vec!["name"]),
        (json!({"name": "x", "scopes": "read"}), vec!["scopes"]),
        (json!({"name": "x", "scopes": ["read", "nope", "a b"]}), vec!["scopes.2"]),
        (json!({"name": "x", "scopes": ["read", "nope"]}), vec!["scopes.1"]),
        (json!({"name": "x", "declared": true}), vec!["declared"]),
    ] {
        let answer = call(&server, "POST", ROLES, &token, body.clone()).await;
        assert_eq!(refused_fields(&answer), fields, "{body}");
    }
    call(&server, "POST", ROLES, &token, json!({"name": "x"})).await;
    let answer = call(&server, "PATCH", &format!("{ROLES}/x"), &token, json!({"name": "y"})).await;
    assert_eq!(refused_fields(&answer), ["name"]);
}

#[tokio::test]
async fn a_role_that_somebody_has_stays_until_it_is_taken_from_them() {
    let server = server().await;
    let token = operator(&server).await;
    call(&server, "POST", ROLES, &token, json!({"name": "mine", "scopes": ["write"]})).await;
    let zoe = added(&server, "zoe", &["mine"]).await;
    let mine = format!("{ROLES}/mine");
    let answer = call(&server, "DELETE", &mine, &token, Value::Null).await;
    answer.assert_error(409, "conflict");
    call(&server, "PATCH", &place(&zoe), &token, json!({"roles": []})).await;
    assert_eq!(call(&server, "DELETE", &mine, &token, Value::Null).await.status, 204);
}

#[tokio::test]
async fn a_change_counts_at_the_next_refresh() {
    let server = server().await;
    let token = operator(&server).await;
    let body = json!({"name": "writer", "scopes": ["write", "read"]});
    call(&server, "POST", ROLES, &token, body).await;
    added(&server, "zoe", &["writer"]).await;
    let response = signed_in(&server, "zoe").await;
    assert_eq!(response["scope"], "read write");
    let mine = format!("{ROLES}/writer");
    call(&server, "PUT", &mine, &token, json!({"scopes": ["read"]})).await;
    let renewed = renewed(&server, "app", &refresh_token(&response), "").await;
    assert_eq!(renewed["scope"], "read");
}

#[tokio::test]
async fn an_administrator_cannot_take_from_a_role_what_makes_them_one() {
    let server = server().await;
    let token = operator(&server).await;
    let body = json!({"name": "boss", "scopes": ["admin", "users"]});
    call(&server, "POST", ROLES, &token, body).await;
    let zoe = added(&server, "zoe", &["boss"]).await;
    let own = access_token(&signed_in(&server, "zoe").await);
    let boss = format!("{ROLES}/boss");
    let less = json!({"scopes": ["users"]});
    call(&server, "PUT", &boss, &own, less.clone()).await.assert_error(409, "conflict");
    let more = json!({"roles": ["boss", "administrator"]});
    assert_eq!(call(&server, "PATCH", &place(&zoe), &own, more).await.status, 200);
    assert_eq!(call(&server, "PUT", &boss, &own, less).await.status, 200);
}

#[tokio::test]
async fn an_etag_of_an_earlier_state_changes_nothing() {
    let server = server().await;
    let token = operator(&server).await;
    call(&server, "POST", ROLES, &token, json!({"name": "mine"})).await;
    let mine = format!("{ROLES}/mine");
    let put = |tag: &str| {
        let body = json!({"scopes": ["read"]});
        server.send(request("PUT", &mine, &token, &body).header("If-Match", tag))
    };
    let (one, other) = tokio::join!(put("\"1\""), put("\"1\""));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{one:?} {other:?}");
    let stale = request("DELETE", &mine, &token, &Value::Null).header("If-Match", "\"1\"");
    server.send(stale).await.assert_error(412, "precondition_failed");
    assert_eq!(put("\"2\"").await.status, 200);
}

#[tokio::test]
async fn without_a_condition_whoever_comes_second_changes_what_the_first_has_made() {
    let server = server().await;
    let token = operator(&server).await;
    call(&server, "POST", ROLES, &token, json!({"name": "mine"})).await;
    let mine = format!("{ROLES}/mine");
    let put = |scope: &str| call(&server, "PUT", &mine, &token, json!({"scopes": [scope]}));
    let nothing = call(&server, "PATCH", &mine, &token, json!({}));
    let (one, two, three, four) = tokio::join!(put("read"), nothing, put("read"), put("read"));
    assert_eq!([one.status, two.status, three.status, four.status], [200; 4], "{two:?}");
    assert_eq!(read(&server, &mine, &token).await["scopes"], json!(["read"]), "nothing is undone");
    let gone = call(&server, "DELETE", &mine, &token, Value::Null);
    let (changed, gone) = tokio::join!(put("write"), gone);
    assert!([200, 404].contains(&changed.status), "{changed:?}");
    assert_eq!(gone.status, 204, "{gone:?}");
}
