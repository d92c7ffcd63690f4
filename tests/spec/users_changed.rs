//! `PUT` and `PATCH /api/v1/users/{id}`: what people change of themselves, what only administrators do, and
//! what comes between.

use serde_json::{Value, json};

use crate::support::{
    Answer, TestServer,
    kept::{
        USERS, added, call, can_sign_in, operator, place, read, refused_fields, request, server,
        signed_in,
    },
    people::PASSWORD,
    returned::access_token,
};

async fn patched(server: &TestServer, person: &Value, token: &str, patch: Value) -> Answer {
    call(server, "PATCH", &place(person), token, patch).await
}

/// A member, and their access token.
async fn member(server: &TestServer, name: &str) -> (Value, String) {
    let person = added(server, name, &["member"]).await;
    (person, access_token(&signed_in(server, name).await))
}

#[tokio::test]
async fn a_person_changes_their_name_address_and_user_name() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let patch = json!({"username": "Zoë", "name": "Zoë", "email": "zoe@example.com"});
    let answer = patched(&server, &zoe, &token, patch).await;
    assert_eq!((answer.status, answer.header("ETag")), (200, Some("\"2\"")), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let mut expected = zoe.clone();
    for (member, value) in [("username", "Zoë"), ("name", "Zoë"), ("email", "zoe@example.com")] {
        expected[member] = json!(value);
    }
    assert_eq!(answer.json(), expected);
    assert_eq!(read(&server, &place(&zoe), &token).await, expected, "the token goes on");
    assert!(can_sign_in(&server, "zoë", PASSWORD).await);
    assert!(!can_sign_in(&server, "zoe", PASSWORD).await);
}

#[tokio::test]
async fn put_replaces_and_patch_merges() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let whole = json!({"username": "zoe", "name": "Zoë", "email": "zoe@example.com"});
    assert_eq!(call(&server, "PUT", &place(&zoe), &token, whole).await.status, 200);
    let answer = patched(&server, &zoe, &token, json!({"email": null})).await;
    assert_eq!((answer.json()["name"].as_str(), answer.json().get("email")), (Some("Zoë"), None));
    let answer = call(&server, "PUT", &place(&zoe), &token, json!({"username": "zoe"})).await;
    assert_eq!(answer.json(), zoe, "what was absent is gone, roles are not hers to drop");
    let answer = call(&server, "PUT", &place(&zoe), &token, json!({"name": "Zoë"})).await;
    assert_eq!(refused_fields(&answer), ["username"]);
    let answer = patched(&server, &zoe, &token, json!({"username": null})).await;
    assert_eq!(refused_fields(&answer), ["username"]);
}

#[tokio::test]
async fn what_was_read_may_be_sent_back_and_what_cannot_be_changed_is_named() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    assert_eq!(call(&server, "PUT", &place(&zoe), &token, zoe.clone()).await.json(), zoe);
    let patch = json!({
        "id": "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f", "declared": true, "created_at": 0,
        "password": "quite another one", "password_hash": "x", "scopes": ["admin"],
    });
    let answer = patched(&server, &zoe, &token, patch).await;
    let mut fields = refused_fields(&answer);
    fields.sort();
    let expected = ["created_at", "declared", "id", "password", "password_hash", "scopes"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn nobody_gives_themselves_roles_or_switches_themselves_on_or_off() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    for patch in [
        json!({"roles": ["administrator"]}),
        json!({"roles": ["member", "administrator"]}),
        json!({"roles": []}),
        json!({"roles": ["no-such-role"]}),
        json!({"disabled": true}),
        json!({"name": "x", "roles": ["administrator"]}),
    ] {
        for (method, body) in [("PATCH", patch.clone()), ("PUT", merged(&zoe, &patch))] {
            let answer = call(&server, method, &place(&zoe), &token, body).await;
            assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
        }
    }
    assert_eq!(read(&server, &place(&zoe), &token).await, zoe, "nothing was half done");
    let answer = patched(&server, &zoe, &token, json!({"roles": null})).await;
    assert_eq!(answer.json()["roles"], json!(["member"]));
}

fn merged(person: &Value, patch: &Value) -> Value {
    let mut whole = person.clone();
    whole.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    whole
}

#[tokio::test]
async fn an_administrator_sets_roles_and_they_count_at_the_next_token() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let operator = operator(&server).await;
    let answer = patched(&server, &zoe, &operator, json!({"roles": ["administrator"]})).await;
    assert_eq!(answer.json()["roles"], json!(["administrator"]));
    let answer = call(&server, "GET", USERS, &token, Value::Null).await;
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 1, "the old token says no admin");
    let anew = access_token(&signed_in(&server, "zoe").await);
    assert_eq!(read(&server, USERS, &anew).await["items"].as_array().unwrap().len(), 2);
    let answer = patched(&server, &zoe, &operator, json!({"roles": ["nope"]})).await;
    assert_eq!(refused_fields(&answer), ["roles.0"]);
}

#[tokio::test]
async fn who_is_no_administrator_any_more_cannot_become_one_again_with_what_is_left_of_a_token() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["administrator"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    assert_eq!(read(&server, USERS, &token).await["items"].as_array().unwrap().len(), 2);
    let operator = operator(&server).await;
    assert_eq!(patched(&server, &zoe, &operator, json!({"roles": ["member"]})).await.status, 200);
    let answer = patched(&server, &zoe, &token, json!({"roles": ["administrator"]})).await;
    assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
    assert_eq!(read(&server, USERS, &token).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_administrator_cannot_lock_themselves_out() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["administrator"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    for patch in [json!({"disabled": true}), json!({"roles": []}), json!({"roles": ["member"]})] {
        patched(&server, &zoe, &token, patch).await.assert_error(409, "conflict");
    }
    let answer = call(&server, "DELETE", &place(&zoe), &token, Value::Null).await;
    answer.assert_error(409, "conflict");
    let more = json!({"roles": ["member", "administrator"], "name": "Zoë"});
    assert_eq!(patched(&server, &zoe, &token, more).await.status, 200);
}

#[tokio::test]
async fn a_user_name_that_another_has_is_refused_declared_ones_too() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    added(&server, "ben", &[]).await;
    for taken in ["ben", "BEN", "root", "ｒoot"] {
        let answer = patched(&server, &zoe, &token, json!({"username": taken})).await;
        answer.assert_error(409, "conflict");
    }
    let answer = patched(&server, &zoe, &token, json!({"username": "ZOE"})).await;
    assert_eq!((answer.status, &answer.json()["username"]), (200, &json!("ZOE")));
}

#[tokio::test]
async fn an_etag_of_an_earlier_state_changes_nothing() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let with = |value: &str, patch: Value| {
        request("PATCH", &place(&zoe), &token, &patch).header("If-Match", value)
    };
    assert_eq!(server.send(with("\"1\"", json!({"name": "a"}))).await.status, 200);
    for stale in ["\"1\"", "\"0\"", "\"3\"", "W/\"2\"", "\"x\"", "\"\""] {
        let answer = server.send(with(stale, json!({"name": "b"}))).await;
        answer.assert_error(412, "precondition_failed");
    }
    for malformed in ["1", "\"1\", \"2\"x", "x"] {
        let answer = server.send(with(malformed, json!({"name": "b"}))).await;
        answer.assert_error(400, "invalid_request");
    }
    assert_eq!(read(&server, &place(&zoe), &token).await["name"], "a");
    for good in ["\"2\"", "*"] {
        assert_eq!(server.send(with(good, json!({"name": "c"}))).await.status, 200);
    }
    let operator = operator(&server).await;
    let stale = request("DELETE", &place(&zoe), &operator, &Value::Null);
    let answer = server.send(stale.header("If-Match", "\"1\"")).await;
    answer.assert_error(412, "precondition_failed");
}

#[tokio::test]
async fn of_two_changes_with_one_etag_one_is_made() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let change = |name: &str| {
        request("PATCH", &place(&zoe), &token, &json!({"name": name})).header("If-Match", "\"1\"")
    };
    let (one, other) = tokio::join!(server.send(change("a")), server.send(change("b")));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{one:?} {other:?}");
    let winner = if one.status == 200 { "a" } else { "b" };
    assert_eq!(read(&server, &place(&zoe), &token).await["name"], winner);
}

#[tokio::test]
async fn changes_of_different_members_without_a_condition_are_both_made() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let (name, email) = (json!({"name": "a"}), json!({"email": "a@example.com"}));
    let (one, other) =
        tokio::join!(patched(&server, &zoe, &token, name), patched(&server, &zoe, &token, email));
    assert_eq!((one.status, other.status), (200, 200), "{one:?} {other:?}");
    let person = read(&server, &place(&zoe), &token).await;
    assert_eq!((&person["name"], &person["email"]), (&json!("a"), &json!("a@example.com")));
}

#[tokio::test]
async fn only_json_objects_are_taken_and_a_patch_may_be_called_one() {
    let server = server().await;
    let (zoe, token) = member(&server, "zoe").await;
    let send = |content_type: &'static str, body: &'static str| {
        let request = request("PATCH", &place(&zoe), &token, &Value::Null);
        server.send(request.header("Content-Type", content_type).body(body.as_bytes()))
    };
    assert_eq!(send("application/merge-patch+json", "{\"name\":\"a\"}").await.status, 200);
    let answer = send("application/json-patch+json", "[]").await;
    answer.assert_error(415, "unsupported_media_type");
    for body in ["", "[]", "null", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":{\"a\":1}", "7"] {
        send("application/json", body).await.assert_error(400, "invalid_request");
    }
    let answer = send("application/json", "{\"name\":{\"a\":1}}").await;
    assert_eq!(refused_fields(&answer), ["name"]);
}
