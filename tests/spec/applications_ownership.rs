//! Whose an application is: its owner's, and every administrator's. To all others it is not there.

use serde_json::{Value, json};

use crate::support::{
    TestServer,
    applications::{
        ALICE, BOB, PATH, admin, alice, bob, create, created, path, send, server, service, text,
        token,
    },
    returned::call,
};

async fn listed(server: &TestServer, query: &str, token: &str) -> (Vec<String>, Value) {
    let answer = call(server, "GET", &format!("{PATH}{query}"), token).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let list = answer.json();
    let items = list["items"].as_array().unwrap();
    (items.iter().map(|item| text(item, "client_id")).collect(), list.clone())
}

#[tokio::test]
async fn those_of_others_and_those_that_are_not_there_are_not_told_apart() {
    let server = server().await;
    let alices = created(&server, &alice(&server), &service()).await;
    for (method, below) in
        [("GET", ""), ("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret")]
    {
        let (theirs, nobodys) = (path(&alices) + below, format!("{PATH}/sga_nobody{below}"));
        let body = json!({});
        let foreign = send(&server, method, &theirs, &bob(&server), &body).await;
        let unknown = send(&server, method, &nobodys, &bob(&server), &body).await;
        foreign.assert_error(404, "not_found");
        assert_eq!(foreign.visible(), unknown.visible(), "{method}");
        let declared =
            send(&server, method, &format!("{PATH}/portal{below}"), &bob(&server), &body).await;
        assert_eq!(declared.visible(), unknown.visible(), "{method}");
    }
    assert_eq!(call(&server, "GET", &path(&alices), &alice(&server)).await.status, 200);
}

#[tokio::test]
async fn everybody_lists_their_own_and_an_administrator_all() {
    let server = server().await;
    let alices = text(&created(&server, &alice(&server), &service()).await, "client_id");
    let bobs = text(&created(&server, &bob(&server), &json!({})).await, "client_id");
    let portal = token(&server, "portal", "applications");
    let portals = text(&created(&server, &portal, &service()).await, "client_id");
    assert_eq!(listed(&server, "", &alice(&server)).await.0, [alices.as_str()]);
    assert_eq!(listed(&server, "", &bob(&server)).await.0, [bobs.as_str()]);
    assert_eq!(listed(&server, "", &portal).await.0, [portals.as_str()]);
    let (all, list) = listed(&server, "", &admin(&server)).await;
    let mut expected = vec![alices.clone(), bobs.clone(), portals, "api".into(), "portal".into()];
    expected.sort();
    assert_eq!(all, expected);
    let declared: Vec<bool> =
        list["items"].as_array().unwrap().iter().map(|item| item["declared"] == true).collect();
    let api = all.iter().position(|client_id| client_id == "api").unwrap();
    assert!(declared[api], "{list}");
    assert_eq!(declared.iter().filter(|declared| **declared).count(), 2, "{list}");

    assert_eq!(listed(&server, &format!("?owner={BOB}"), &admin(&server)).await.0, [bobs.as_str()]);
    assert_eq!(listed(&server, &format!("?owner={ALICE}"), &alice(&server)).await.0, [alices]);
    let others = call(&server, "GET", &format!("{PATH}?owner={BOB}"), &alice(&server)).await;
    assert_eq!((others.status, others.error().as_str()), (403, "insufficient_scope"));
}

#[tokio::test]
async fn a_long_list_comes_page_by_page() {
    let server = server().await;
    let mut all = Vec::new();
    for _ in 0..7 {
        all.push(text(&created(&server, &alice(&server), &service()).await, "client_id"));
    }
    all.sort();
    let (mut seen, mut query) = (Vec::new(), "?limit=3".to_owned());
    loop {
        let (page, list) = listed(&server, &query, &alice(&server)).await;
        assert!(page.len() <= 3);
        seen.extend(page);
        let Some(next) = list["next"].as_str() else { break };
        query = format!("?limit=3&after={next}");
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_search_looks_at_names_and_identifiers() {
    let server = server().await;
    let one = created(&server, &alice(&server), &json!({"client_name": "Wetterstation Süd"})).await;
    let other = created(&server, &alice(&server), &json!({"client_name": "Lamp"})).await;
    let (one, other) = (text(&one, "client_id"), text(&other, "client_id"));
    assert_eq!(listed(&server, "?search=wetter", &alice(&server)).await.0, [one.as_str()]);
    assert_eq!(listed(&server, &format!("?search={other}"), &alice(&server)).await.0, [other]);
    assert!(listed(&server, "?search=%25", &alice(&server)).await.0.is_empty());
}

#[tokio::test]
async fn what_configuration_declares_is_read_only() {
    let server = server().await;
    let target = format!("{PATH}/portal");
    let read = call(&server, "GET", &target, &admin(&server)).await;
    assert_eq!((read.status, read.header("ETag")), (200, None), "{read:?}");
    let read = read.json();
    assert_eq!(read["declared"], true, "{read}");
    assert!(read.get("client_secret").is_none() && !read.to_string().contains("portal-secret"));
    for (method, below) in [("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret")] {
        let target = format!("{target}{below}");
        let answer = send(&server, method, &target, &admin(&server), &json!({})).await;
        answer.assert_error(409, "conflict");
    }
}

#[tokio::test]
async fn an_administrator_changes_and_ends_what_others_own() {
    let server = server().await;
    let alices = created(&server, &alice(&server), &service()).await;
    let off = json!({"disabled": true});
    let changed = send(&server, "PATCH", &path(&alices), &admin(&server), &off).await.json();
    assert_eq!((&changed["disabled"], &changed["owner"]), (&json!(true), &json!(ALICE)));
    let gone = call(&server, "DELETE", &path(&alices), &admin(&server)).await;
    assert_eq!((gone.status, gone.text()), (204, ""));
}

#[tokio::test]
async fn what_an_administrator_has_switched_off_its_owner_cannot_switch_on() {
    let server = server().await;
    let bobs =
        created(&server, &bob(&server), &json!({"grant_types": ["client_credentials"]})).await;
    let (off, on) = (json!({"disabled": true}), json!({"disabled": false}));
    let set = async |who: &str, body: &Value| {
        let answer = send(&server, "PATCH", &path(&bobs), who, body).await;
        (answer.status, answer.json()["disabled"].clone())
    };
    // His own doing is his to undo.
    assert_eq!(set(&bob(&server), &off).await, (200, json!(true)));
    assert_eq!(set(&bob(&server), &on).await, (200, json!(false)));
    assert_eq!(set(&admin(&server), &off).await, (200, json!(true)));
    assert_eq!(set(&bob(&server), &off).await, (200, json!(true)), "as it is");
    let answer = send(&server, "PATCH", &path(&bobs), &bob(&server), &on).await;
    assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
    let read = call(&server, "GET", &path(&bobs), &bob(&server)).await.json();
    assert_eq!(read["disabled"], true, "{read}");
    assert_eq!(set(&admin(&server), &on).await, (200, json!(false)));
    assert_eq!(set(&bob(&server), &off).await, (200, json!(true)));
    assert_eq!(set(&bob(&server), &on).await, (200, json!(false)));
}

#[tokio::test]
async fn an_application_that_is_gone_registers_nothing_more() {
    let server = server().await;
    let body = json!({"grant_types": ["client_credentials"], "scope": "applications"});
    let made = created(&server, &alice(&server), &body).await;
    let secret = text(&made, "client_secret");
    let form = "grant_type=client_credentials";
    let granted = server.token(&text(&made, "client_id"), &secret, form).await.json();
    let its = text(&granted, "access_token");
    assert_eq!(create(&server, &its, &json!({})).await.status, 201);
    assert_eq!(call(&server, "DELETE", &path(&made), &alice(&server)).await.status, 204);
    let answer = create(&server, &its, &json!({})).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"));
}
