//! `PUT` and `PATCH` of an application: what stays, what goes, and who came first.

use serde_json::{Value, json};

use crate::support::{
    Answer, TestServer,
    applications::{
        admin, alice, complaints, create, created, granted, path, request, send, server, service,
        text, with_json,
    },
    returned::call,
};

async fn put(server: &TestServer, application: &Value, token: &str, body: &Value) -> Answer {
    send(server, "PUT", &path(application), token, body).await
}

async fn patch(server: &TestServer, application: &Value, token: &str, body: &Value) -> Answer {
    send(server, "PATCH", &path(application), token, body).await
}

#[tokio::test]
async fn put_replaces_and_patch_merges() {
    let server = server().await;
    let alice = alice(&server);
    let mut body = service();
    body["client_uri"] = json!("https://example.com/");
    let made = created(&server, &alice, &body).await;
    let patched = patch(&server, &made, &alice, &json!({"client_name": "Other"})).await;
    assert_eq!((patched.status, patched.header("ETag")), (200, Some("\"2\"")), "{patched:?}");
    let patched = patched.json();
    assert_eq!((&patched["client_name"], &patched["scope"]), (&json!("Other"), &json!("read")));
    let patched = patch(&server, &made, &alice, &json!({"client_uri": null})).await.json();
    assert!(patched.get("client_uri").is_none(), "{patched}");
    let put = put(&server, &made, &alice, &json!({"client_name": "Third"})).await;
    assert_eq!((put.status, put.header("ETag")), (200, Some("\"4\"")), "{put:?}");
    let put = put.json();
    assert_eq!(put["grant_types"], json!([]));
    assert!(put.get("scope").is_none() && put.get("client_secret").is_none(), "{put}");
    assert_eq!(put["client_id_issued_at"], made["client_id_issued_at"]);
}

#[tokio::test]
async fn a_merge_patch_may_say_that_it_is_one() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let request = request("PATCH", &path(&made), &alice(&server))
        .header("Content-Type", "application/merge-patch+json")
        .body(b"{\"client_name\":\"Other\"}");
    assert_eq!(server.send(request).await.json()["client_name"], "Other");
}

#[tokio::test]
async fn what_was_read_can_be_sent_back_as_it_is() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    // The answer to the registration has the secret; that to a look has not.
    for document in [made.clone(), call(&server, "GET", &path(&made), &alice(&server)).await.json()]
    {
        let answer = put(&server, &made, &alice(&server), &document).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert_eq!(granted(&server, &made, &text(&made, "client_secret")).await.status, 200);
}

#[tokio::test]
async fn what_the_server_makes_cannot_be_chosen() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let cases = [
        ("client_id", json!("sga_other")),
        ("client_id_issued_at", json!(0)),
        ("owner", json!("somebody")),
        ("declared", json!(false)),
        ("client_secret", json!("sgs_chosen")),
        ("client_secret_expires_at", json!(5)),
        ("registration_access_token", json!("chosen")),
        ("version", json!(7)),
    ];
    for (member, value) in cases {
        let mut body = service();
        body[member] = value;
        for method in ["PUT", "PATCH"] {
            let answer = send(&server, method, &path(&made), &alice(&server), &body).await;
            assert_eq!(complaints(&answer, "invalid_request"), [member], "{method}");
        }
    }
    let read = call(&server, "GET", &path(&made), &alice(&server)).await;
    assert_eq!(read.header("ETag"), Some("\"1\""), "nothing was changed");
}

#[tokio::test]
async fn policy_stays_where_its_owner_says_nothing_of_it_and_cannot_be_let_go() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let policy = json!({"access_token_lifetime": 60, "audience": ["https://api.example.com"],
        "resource_server_for": ["https://api.example.com"]});
    assert_eq!(patch(&server, &made, &admin(&server), &policy).await.status, 200);
    let renamed = put(&server, &made, &alice(&server), &json!({"client_name": "Mine"})).await;
    let renamed = renamed.json();
    for (member, value) in policy.as_object().unwrap() {
        assert_eq!(renamed[member], *value);
        let changed = patch(&server, &made, &alice(&server), &json!({member: value})).await;
        assert_eq!(changed.status, 200, "it may be sent unchanged: {changed:?}");
    }
    for body in [json!({"access_token_lifetime": null}), json!({"access_token_lifetime": 61})] {
        let answer = patch(&server, &made, &alice(&server), &body).await;
        assert_eq!(complaints(&answer, "invalid_request"), ["access_token_lifetime"]);
    }
    let reset = put(&server, &made, &admin(&server), &json!({})).await.json();
    assert!(reset.get("access_token_lifetime").is_none(), "{reset}");
}

#[tokio::test]
async fn scopes_that_it_has_may_stay_and_others_must_be_held() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let more = json!({"scope": "read write"});
    assert_eq!(patch(&server, &made, &admin(&server), &more).await.status, 200);
    let stays = patch(&server, &made, &alice(&server), &json!({"client_name": "Mine"})).await;
    assert_eq!(stays.json()["scope"], "read write");
    let answer = patch(&server, &made, &alice(&server), &json!({"scope": "write other"})).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["scope"]);
    let less = patch(&server, &made, &alice(&server), &json!({"scope": "read"})).await;
    assert_eq!(less.json()["scope"], "read");
    let answer = patch(&server, &made, &alice(&server), &more).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["scope"], "let go is let go");
}

#[tokio::test]
async fn a_secret_is_made_when_one_becomes_needed_and_forgotten_when_it_is_not() {
    let server = server().await;
    let alice = alice(&server);
    let made = created(&server, &alice, &service()).await;
    let first = text(&made, "client_secret");
    let body = json!({"token_endpoint_auth_method": "client_secret_post"});
    let same = patch(&server, &made, &alice, &body).await.json();
    assert!(same.get("client_secret").is_none(), "the secret stays: {same}");
    assert_eq!(granted(&server, &made, &first).await.status, 200);

    let public = json!({"token_endpoint_auth_method": "none", "grant_types": ["refresh_token"]});
    assert_eq!(patch(&server, &made, &alice, &public).await.status, 200);
    let body = json!({"token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["client_credentials"]});
    let again = patch(&server, &made, &alice, &body).await.json();
    let second = text(&again, "client_secret");
    assert_eq!(again["client_secret_expires_at"], 0);
    assert_eq!(granted(&server, &made, &second).await.status, 200);
    granted(&server, &made, &first).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_etag_that_is_old_changes_nothing() {
    let server = server().await;
    let alice = alice(&server);
    let made = created(&server, &alice, &service()).await;
    let with = |method: &str, below: &str, tag: &str| {
        let request = request(method, &(path(&made) + below), &alice).header("If-Match", tag);
        with_json(request, &json!({}))
    };
    for tag in ["\"2\"", "\"0\"", "W/\"1\"", "\"x\"", "\"\""] {
        for (method, below) in [("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret")] {
            let answer = server.send(with(method, below, tag)).await;
            answer.assert_error(412, "precondition_failed");
        }
    }
    for tag in ["1", "\"1\", \"2\"", "\"1"] {
        server.send(with("PATCH", "", tag)).await.assert_error(400, "invalid_request");
    }
    assert_eq!(server.send(with("PATCH", "", "*")).await.header("ETag"), Some("\"2\""));
    assert_eq!(server.send(with("PATCH", "", "\"2\"")).await.header("ETag"), Some("\"3\""));
}

#[tokio::test]
async fn of_two_changes_with_one_etag_one_is_made() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    for round in 1..=5 {
        let change = |name: &str| {
            let request = request("PATCH", &path(&made), &alice(&server))
                .header("If-Match", format!("\"{round}\""));
            with_json(request, &json!({"client_name": format!("{name} {round}")}))
        };
        let (one, other) = (change("one"), change("other"));
        let (one, other) = tokio::join!(server.send(one), server.send(other));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{one:?}\n{other:?}");
        let winner = if one.status == 200 { "one" } else { "other" };
        let read = call(&server, "GET", &path(&made), &alice(&server)).await;
        assert_eq!(read.json()["client_name"], format!("{winner} {round}"));
    }
}

#[tokio::test]
async fn changes_at_once_that_mean_any_state_are_all_made() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let changes = [
        json!({"client_name": "Name"}),
        json!({"software_id": "id"}),
        json!({"client_uri": "https://example.com/"}),
        json!({"contacts": ["ops@example.com"]}),
    ];
    let alice = alice(&server);
    let sent = changes.iter().map(|change| patch(&server, &made, &alice, change));
    for answer in futures_util::future::join_all(sent).await {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let read = call(&server, "GET", &path(&made), &alice).await.json();
    for change in changes {
        for (member, value) in change.as_object().unwrap() {
            assert_eq!(read[member], *value, "{read}");
        }
    }
}

#[tokio::test]
async fn an_application_that_is_no_administrator_any_more_cannot_become_one_again() {
    let server = server().await;
    let wanted = json!({"grant_types": ["client_credentials"], "scope": "applications admin"});
    let made = created(&server, &admin(&server), &wanted).await;
    let token = granted(&server, &made, &text(&made, "client_secret")).await;
    let token = text(&token.json(), "access_token");
    let own = path(&made);
    assert_eq!(call(&server, "GET", &own, &token).await.status, 200, "an administrator sees all");
    let less = json!({"scope": "applications"});
    let answer = send(&server, "PATCH", &own, &admin(&server), &less).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = send(&server, "PATCH", &own, &token, &wanted).await;
    assert_eq!((answer.status, answer.error().as_str()), (404, "not_found"), "{answer:?}");
    let answer = create(&server, &token, &wanted).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["scope"]);
}
