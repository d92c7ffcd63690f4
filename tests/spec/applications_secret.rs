//! A new secret: the old one goes on as long as was asked for, and two live at most.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Answer, TestServer,
    applications::{
        alice, complaints, created, granted, path, request, send, server, service, text, with_json,
    },
    returned::call,
};

async fn renew(server: &TestServer, application: &Value, body: &Value) -> Answer {
    send(server, "POST", &format!("{}/secret", path(application)), &alice(server), body).await
}

async fn renewed(server: &TestServer, application: &Value, overlap: u64) -> String {
    let answer = renew(server, application, &json!({"overlap": overlap})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    text(&answer.json(), "client_secret")
}

async fn is_good(server: &TestServer, application: &Value, secret: &str) -> bool {
    // The directory's memory of an application is short; a secret's end is its own.
    match granted(server, application, secret).await.status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn without_an_overlap_the_old_secret_ends_at_once() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let old = text(&made, "client_secret");
    let target = format!("{}/secret", path(&made));
    let answer = call(&server, "POST", &target, &alice(&server)).await;
    assert_eq!((answer.status, answer.header("ETag")), (201, Some("\"2\"")), "{answer:?}");
    let json = answer.json();
    assert_eq!(json["client_secret_expires_at"], 0);
    let new = text(&json, "client_secret");
    assert_ne!(new, old);
    assert!(is_good(&server, &made, &new).await);
    assert!(!is_good(&server, &made, &old).await);
}

#[tokio::test]
async fn with_an_overlap_both_are_good_until_it_is_over() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let old = text(&made, "client_secret");
    let new = renewed(&server, &made, 3600).await;
    assert!(is_good(&server, &made, &old).await && is_good(&server, &made, &new).await);
    server.clock.advance(Duration::from_secs(3600));
    // Anything that is changed makes the directory look again.
    let rename = json!({"client_name": "Renamed"});
    assert_eq!(send(&server, "PATCH", &path(&made), &alice(&server), &rename).await.status, 200);
    assert!(!is_good(&server, &made, &old).await && is_good(&server, &made, &new).await);
}

#[tokio::test]
async fn two_live_at_most_and_the_oldest_goes_first() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let first = text(&made, "client_secret");
    let second = renewed(&server, &made, 3600).await;
    let third = renewed(&server, &made, 3600).await;
    assert!(!is_good(&server, &made, &first).await);
    assert!(is_good(&server, &made, &second).await && is_good(&server, &made, &third).await);
    let fourth = renewed(&server, &made, 0).await;
    for gone in [&second, &third] {
        assert!(!is_good(&server, &made, gone).await);
    }
    assert!(is_good(&server, &made, &fourth).await);
}

#[tokio::test]
async fn of_two_who_ask_at_once_nobody_is_given_a_secret_that_is_not_good() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    for _ in 0..5 {
        let (body, target) = (json!({}), format!("{}/secret", path(&made)));
        let alice = alice(&server);
        let sent = (0..4).map(|_| send(&server, "POST", &target, &alice, &body));
        let answers = futures_util::future::join_all(sent).await;
        let mut made_now: Vec<String> = Vec::new();
        for answer in &answers {
            match answer.status {
                201 => made_now.push(text(&answer.json(), "client_secret")),
                _ => answer.assert_error(412, "precondition_failed"),
            }
        }
        assert!(!made_now.is_empty());
        let mut good = 0;
        for secret in &made_now {
            good += usize::from(is_good(&server, &made, secret).await);
        }
        // Those that came one behind the other replaced each other, as they said.
        assert_eq!(good, 1, "{} were made", made_now.len());
    }
}

#[tokio::test]
async fn an_if_match_is_honoured() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let target = format!("{}/secret", path(&made));
    let with = |tag: &str| {
        with_json(request("POST", &target, &alice(&server)).header("If-Match", tag), &json!({}))
    };
    assert_eq!(server.send(with("\"1\"")).await.status, 201);
    server.send(with("\"1\"")).await.assert_error(412, "precondition_failed");
}

#[tokio::test]
async fn an_overlap_has_its_bounds() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    for overlap in [json!(-1), json!(2_592_001), json!("1d"), json!(1.5), json!([])] {
        let answer = renew(&server, &made, &json!({"overlap": overlap})).await;
        assert_eq!(complaints(&answer, "invalid_request"), ["overlap"], "{overlap}");
    }
    let answer = renew(&server, &made, &json!({"client_secret": "chosen"})).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["client_secret"]);
    let target = format!("{}/secret", path(&made));
    let form = request("POST", &target, &alice(&server)).body(b"overlap=5");
    server.send(form).await.assert_error(415, "unsupported_media_type");
    assert!(is_good(&server, &made, &text(&made, "client_secret")).await, "nothing was changed");
    renewed(&server, &made, 2_592_000).await;
}

#[tokio::test]
async fn an_application_without_secrets_is_given_none() {
    let server = server().await;
    let body = json!({"token_endpoint_auth_method": "none"});
    let made = created(&server, &alice(&server), &body).await;
    renew(&server, &made, &json!({})).await.assert_error(409, "conflict");
}
