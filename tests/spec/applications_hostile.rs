//! Applications as attackers describe them: what is odd is refused whole or kept as it is, and nothing
//! breaks.

use serde_json::{Value, json};

use crate::support::{
    applications::{
        PATH, admin, alice, complaints, create, created, kept, path, request, send, server, service,
    },
    returned::call,
};

#[tokio::test]
async fn names_that_would_show_as_something_else_are_refused() {
    let server = server().await;
    let long = "x".repeat(257);
    let names = [
        "",
        "   ",
        "a\0b",
        "a\nb",
        "a\u{1b}[31mb",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{2028}b",
        "a\u{7f}",
        "a\u{85}",
        &long,
    ];
    for name in names {
        for member in ["client_name", "software_id", "software_version"] {
            let answer = create(&server, &alice(&server), &json!({member: name})).await;
            assert_eq!(complaints(&answer, "invalid_request"), [member], "{name:?}");
        }
        let answer = create(&server, &alice(&server), &json!({"contacts": [name]})).await;
        assert_eq!(complaints(&answer, "invalid_request"), ["contacts.0"], "{name:?}");
    }
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test]
async fn text_is_kept_as_it_was_sent() {
    let server = server().await;
    let names = [
        "Robert'); DROP TABLE applications;--",
        "' OR '1'='1",
        "<script>alert(1)</script>",
        "Ѕіgnеt in Cyrillic",
        "日本語の名前 🏗",
        "%s%n${jndi:ldap://x}",
        "100% _like_",
        "\\",
    ];
    for name in names {
        let made = created(&server, &alice(&server), &json!({"client_name": name})).await;
        assert_eq!(made["client_name"], name);
        let read = call(&server, "GET", &path(&made), &alice(&server)).await;
        assert_eq!(read.json()["client_name"], name);
        let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let found = call(&server, "GET", &format!("{PATH}?search={query}"), &alice(&server)).await;
        let found = found.json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{name}: {found}");
    }
    assert_eq!(kept(&server).await, names.len());
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    let server = server().await;
    let many = |count: usize, entry: &str| -> Value {
        (0..count).map(|position| format!("{entry}{position}")).collect()
    };
    let long_uri = format!("https://example.com/{}", "x".repeat(2048));
    let scopes: Vec<String> = (0..51).map(|position| format!("s{position}")).collect();
    let cases = [
        (json!({"redirect_uris": many(21, "https://example.com/")}), "redirect_uris"),
        (json!({"redirect_uris": many(1000, "x")}), "redirect_uris"),
        (json!({"contacts": many(11, "a")}), "contacts"),
        (json!({"audience": many(11, "https://example.com/")}), "audience"),
        (json!({"grant_types": many(1000, "a")}), "grant_types"),
        (json!({"scope": scopes.join(" ")}), "scope"),
        (json!({"redirect_uris": [long_uri]}), "redirect_uris.0"),
        (json!({"client_uri": long_uri}), "client_uri"),
    ];
    for (body, member) in cases {
        let complaints =
            complaints(&create(&server, &admin(&server), &body).await, "invalid_request");
        assert!(complaints.contains(&member.to_owned()), "{member}: {complaints:?}");
    }
    let ten_thousand = json!({"contacts": vec![""; 10_000]});
    let answer = create(&server, &alice(&server), &ten_thousand).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["contacts"]);
    let megabyte = json!({"client_name": "x".repeat(1024 * 1024)});
    create(&server, &alice(&server), &megabyte).await.assert_error(413, "content_too_large");
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test]
async fn a_body_that_is_no_plain_object_is_refused() {
    let server = server().await;
    let deep = format!("{{\"jwks\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    let bodies = [
        "",
        "null",
        "[]",
        "\"client_name\"",
        "{",
        "{\"client_name\":\"a\",\"client_name\":\"b\"}",
        "{\"jwks\":{\"keys\":[],\"keys\":[]}}",
        "{} {}",
        "{\"client_name\":\"\\ud800\"}",
        &deep,
    ];
    for body in bodies {
        let request = request("POST", PATH, &alice(&server))
            .header("Content-Type", "application/json")
            .body(body.as_bytes());
        server.send(request).await.assert_error(400, "invalid_request");
    }
    let not_json = request("POST", PATH, &alice(&server)).body(b"{}");
    server.send(not_json).await.assert_error(415, "unsupported_media_type");
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test]
async fn strange_identifiers_name_nobody() {
    let server = server().await;
    created(&server, &alice(&server), &service()).await;
    let strange = ["%00", "%0A", "'%20OR%201=1--", "%25", "..%2f..%2fetc", "%F0%9F%8F%97"];
    for id in strange.into_iter().map(str::to_owned).chain(["x".repeat(5000)]) {
        for (method, below) in [("GET", ""), ("DELETE", ""), ("POST", "/secret")] {
            let target = format!("{PATH}/{id}{below}");
            let answer = call(&server, method, &target, &admin(&server)).await;
            answer.assert_error(404, "not_found");
        }
        let answer =
            send(&server, "PUT", &format!("{PATH}/{id}"), &admin(&server), &service()).await;
        answer.assert_error(404, "not_found");
    }
    let long = format!("search={}", "x".repeat(257));
    let hostile = ["search=%00", "owner=a%0Ab", "search=", "limit=0", "after=%00", "client_id=x"];
    for query in hostile.into_iter().chain([long.as_str()]) {
        let target = format!("{PATH}?{query}");
        let answer = call(&server, "GET", &target, &admin(&server)).await;
        answer.assert_error(400, "invalid_request");
    }
    assert_eq!(kept(&server).await, 1);
}
