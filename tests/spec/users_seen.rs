//! `/api/v1/users`: who sees whom, and how people are added.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{
    Request, TestServer,
    kept::{
        ROLES, USERS, added, call, operator, place, read, refused_fields, request, server,
        signed_in, token_of, with_json,
    },
    people::PASSWORD,
    returned::access_token,
};

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_administrator_adds_a_person_who_can_sign_in_at_once() {
    let server = server().await;
    let operator = operator(&server).await;
    let body = json!({
        "username": "Zoë", "password": PASSWORD, "name": "Zoë Demo", "email": "zoe@example.com",
        "roles": ["member"],
    });
    let answer = call(&server, "POST", USERS, &operator, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert_eq!(answer.header("ETag"), Some("\"1\""));
    let person = answer.json();
    let id = person["id"].as_str().unwrap();
    let uuid = uuid::Uuid::parse_str(id).unwrap();
    assert_eq!((uuid.get_version_num(), uuid.get_variant()), (4, uuid::Variant::RFC4122));
    assert_eq!(answer.header("Location"), Some(format!("{}{USERS}/{id}", server.issuer).as_str()));
    let expected = json!({
        "id": id, "username": "Zoë", "name": "Zoë Demo", "email": "zoe@example.com",
        "roles": ["member"], "disabled": false, "declared": false,
        "created_at": person["created_at"],
    });
    assert_eq!(person, expected);

    let response = signed_in(&server, "ZOE\u{308}").await;
    let claims = crate::support::people::claims(&response);
    assert_eq!((claims["sub"].as_str(), &claims["roles"]), (Some(id), &json!(["member"])));
    assert_eq!(read(&server, &place(&person), &operator).await, person);
    assert_eq!(read(&server, &place(&person), &access_token(&response)).await, person);
}

#[tokio::test]
async fn no_answer_shows_a_password_or_a_digest() {
    let server = server().await;
    let person = added(&server, "zoe", &["member"]).await;
    let operator = operator(&server).await;
    for target in [USERS.to_owned(), place(&person)] {
        let text = read(&server, &target, &operator).await.to_string();
        for secret in ["argon2", "password", "correct horse", "digest"] {
            assert!(!text.contains(secret), "{target}: {text}");
        }
    }
}

#[tokio::test]
async fn only_an_administrator_adds_people() {
    let server = server().await;
    added(&server, "zoe", &["member"]).await;
    let body = json!({"username": "mallory", "password": PASSWORD, "roles": ["administrator"]});
    for token in [access_token(&signed_in(&server, "zoe").await), token_of(&server, "lister").await]
    {
        let answer = call(&server, "POST", USERS, &token, body.clone()).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
    }
    let nobody = server.send(with_json(Request::new("POST", USERS), &body.to_string())).await;
    nobody.assert_error(401, "unauthorized");
    assert_eq!(names(&read(&server, USERS, &operator(&server).await).await), ["root", "zoe"]);
}

#[tokio::test]
async fn a_person_sees_themselves_and_nobody_else() {
    let server = server().await;
    let (zoe, ben) =
        (added(&server, "zoe", &["member"]).await, added(&server, "ben", &["member"]).await);
    let token = access_token(&signed_in(&server, "zoe").await);
    assert_eq!(names(&read(&server, USERS, &token).await), ["zoe"]);
    assert_eq!(read(&server, &place(&zoe), &token).await, zoe);
    assert!(names(&read(&server, &format!("{USERS}?search=ben"), &token).await).is_empty());

    let foreign = call(&server, "GET", &place(&ben), &token, Value::Null).await;
    let unknown = format!("{USERS}/00000000-0000-4000-8000-000000000000");
    let unknown = call(&server, "GET", &unknown, &token, Value::Null).await;
    foreign.assert_error(404, "not_found");
    assert_eq!(foreign.visible(), unknown.visible());
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = call(&server, method, &place(&ben), &token, json!({"username": "x"})).await;
        assert_eq!(answer.visible(), foreign.visible(), "{method}");
    }
    let body = json!({"new_password": "another password of ben"});
    let password = format!("{}/password", place(&ben));
    let answer = call(&server, "POST", &password, &token, body).await;
    assert_eq!(answer.visible(), foreign.visible());
}

#[tokio::test]
async fn an_application_without_admin_sees_nobody() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = token_of(&server, "lister").await;
    assert_eq!(read(&server, USERS, &token).await, json!({"items": []}));
    let answer = call(&server, "GET", &place(&zoe), &token, Value::Null).await;
    answer.assert_error(404, "not_found");
}

#[tokio::test]
async fn the_scope_users_and_the_issuer_as_audience_are_needed() {
    let server = server().await;
    let narrow =
        server.token("operator", "operator-secret", "grant_type=client_credentials&scope=admin");
    let narrow = access_token(&narrow.await.json());
    for (method, target) in [("GET", USERS), ("POST", USERS), ("GET", ROLES), ("POST", ROLES)] {
        let answer = call(&server, method, target, &narrow, json!({})).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
        assert!(answer.header("WWW-Authenticate").unwrap().contains("scope=\"users\""));
        let answer = call(&server, method, target, "not-a-token", json!({})).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"));
        let answer = server.send(Request::new(method, target)).await;
        answer.assert_error(401, "unauthorized");
    }
}

#[tokio::test]
async fn what_no_path_names_is_not_found_and_breaks_nothing() {
    let server = server().await;
    let operator = operator(&server).await;
    for id in ["x", "%00", "%FF", "..%2f", "1%27%20OR%201=1", "%F0%9F%A6%80", &"9".repeat(2000)] {
        for target in [format!("{USERS}/{id}"), format!("{ROLES}/{id}")] {
            for method in ["GET", "DELETE"] {
                let answer = call(&server, method, &target, &operator, Value::Null).await;
                assert!([400, 404].contains(&answer.status), "{method} {target}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_comes_page_by_page_in_the_order_of_user_names_declared_ones_too() {
    let server = server().await;
    let operator = operator(&server).await;
    for name in ["Ada", "zoe", "ben", "ŻÓŁW", "éric"] {
        added(&server, name, &[]).await;
    }
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = read(&server, &format!("{USERS}{query}"), &operator).await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&after={next}");
    }
    assert_eq!(seen, ["Ada", "ben", "root", "zoe", "éric", "ŻÓŁW"]);

    let found = read(&server, &format!("{USERS}?search=%C5%BC%C3%B3"), &operator).await;
    assert_eq!(names(&found), ["ŻÓŁW"]);
    for nothing in ["%25", "_", "%27%20OR%20%271%27=%271", "%5C"] {
        let found = read(&server, &format!("{USERS}?search={nothing}"), &operator).await;
        assert!(names(&found).is_empty(), "{nothing}: {found}");
    }
    for bad in ["limit=0", "limit=101", "after=x!", "after=AA", "search=%00", "search=", "sarch=x"]
    {
        let answer = call(&server, "GET", &format!("{USERS}?{bad}"), &operator, Value::Null).await;
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn declared_people_are_told_as_such_and_cannot_be_changed() {
    let server = server().await;
    let operator = operator(&server).await;
    let list = read(&server, USERS, &operator).await;
    let root = &list["items"][0];
    assert_eq!((&root["username"], &root["declared"]), (&json!("root"), &json!(true)));
    assert!(root.get("created_at").is_none());
    let answer = server.send(request("GET", &place(root), &operator, &Value::Null)).await;
    assert_eq!(answer.header("ETag"), None);

    let own = access_token(&signed_in(&server, "root").await);
    for token in [&operator, &own] {
        for (method, body) in [
            ("PUT", json!({"username": "root"})),
            ("PATCH", json!({"name": "Root"})),
            ("DELETE", Value::Null),
        ] {
            let answer = call(&server, method, &place(root), token, body).await;
            answer.assert_error(409, "conflict");
        }
        let body = json!({"current_password": PASSWORD, "new_password": "quite another one"});
        let password = format!("{}/password", place(root));
        call(&server, "POST", &password, token, body).await.assert_error(409, "conflict");
    }
}

#[tokio::test]
async fn names_that_look_alike_to_people_are_one() {
    let server = server().await;
    let operator = operator(&server).await;
    added(&server, "Zoë", &[]).await;
    for name in ["Zoë", "ZOË", "zoe\u{308}", "Ｚｏë", "root", "ROOT"] {
        let body = json!({"username": name, "password": PASSWORD});
        let answer = call(&server, "POST", USERS, &operator, body).await;
        answer.assert_error(409, "conflict");
    }
    for name in ["", " zoe", "zo\u{200B}e", "zo\u{0}e", "zo\ne", "zo\u{202E}e", &"x".repeat(257)] {
        let body = json!({"username": name, "password": PASSWORD});
        let answer = call(&server, "POST", USERS, &operator, body).await;
        assert_eq!(refused_fields(&answer), ["username"], "{name:?}");
    }
}

#[tokio::test]
async fn a_later_bearer_of_a_name_is_somebody_else() {
    let server = server().await;
    let first = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let answer =
        call(&server, "DELETE", &place(&first), &operator(&server).await, Value::Null).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let second = added(&server, "zoe", &["member"]).await;
    assert_ne!(first["id"], second["id"]);
    let answer = call(&server, "GET", &place(&second), &token, Value::Null).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"));
}

#[tokio::test]
async fn what_can_be_written_is_kept_exactly_and_what_cannot_is_named() {
    let server = server().await;
    let operator = operator(&server).await;
    for (position, text) in
        ["Robert'); DROP TABLE people;--", "\"%_\\", "🦀🦀", "a\u{301}", "{{7*7}}"]
            .iter()
            .enumerate()
    {
        let body = json!({
            "username": format!("u{position}{text}"), "password": PASSWORD, "name": text,
        });
        let answer = call(&server, "POST", USERS, &operator, body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(read(&server, &place(&answer.json()), &operator).await["name"], *text);
    }
    let megabyte = "x".repeat(20_000);
    let bad = json!({
        "username": "\u{0}", "password": 7, "name": "a\u{7}b", "email": "nobody", "roles": ["nope"],
        "disabled": "no", "is_admin": true, "id": "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f",
    });
    let answer = call(&server, "POST", USERS, &operator, bad).await;
    let fields: HashSet<String> = refused_fields(&answer).into_iter().collect();
    for field in ["username", "password", "name", "email", "disabled", "is_admin", "id"] {
        assert!(fields.contains(field), "{field}: {answer:?}");
    }
    let bad = json!({"username": "x", "password": megabyte, "name": megabyte, "email": megabyte});
    let answer = call(&server, "POST", USERS, &operator, bad).await;
    assert_eq!(refused_fields(&answer), ["name", "email"]);
    let answer = call(
        &server,
        "POST",
        USERS,
        &operator,
        json!({"username": "x", "password": PASSWORD, "roles": ["member", "nope", "member", "a\u{0}"]}),
    )
    .await;
    assert_eq!(refused_fields(&answer), ["roles.3"]);
    let body =
        json!({"username": "x", "password": PASSWORD, "roles": ["member", "nope", "member"]});
    let answer = call(&server, "POST", USERS, &operator, body).await;
    assert_eq!(refused_fields(&answer), ["roles.1", "roles.2"]);
    let body = json!({"username": "x", "password": PASSWORD, "name": "x".repeat(1_000_000)});
    call(&server, "POST", USERS, &operator, body).await.assert_error(413, "content_too_large");
}

#[tokio::test]
async fn a_password_that_is_guessed_first_is_refused_by_its_member() {
    let server = server().await;
    let operator = operator(&server).await;
    for password in ["", "short", "password", "zoe@example.com"] {
        let body = json!({"username": "zoe", "password": password, "email": "zoe@example.com"});
        let answer = call(&server, "POST", USERS, &operator, body).await;
        assert_eq!(refused_fields(&answer), ["password"], "{password}");
    }
    let answer = call(&server, "POST", USERS, &operator, json!({"username": "zoe"})).await;
    assert_eq!(refused_fields(&answer), ["password"]);
}

#[tokio::test]
async fn of_two_who_want_one_name_at_once_one_has_it() {
    let server = server().await;
    let token = operator(&server).await;
    let body = json!({"username": "zoe", "password": PASSWORD});
    let attempts = (0..4).map(|_| call(&server, "POST", USERS, &token, body.clone()));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(attempts).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(names(&read(&server, USERS, &token).await), ["root", "zoe"]);
}

#[tokio::test]
async fn without_a_directory_nobody_can_be_added() {
    let tables = crate::support::kept::tables("").replace("url = \"sqlite:signet.db\"", "");
    let server = TestServer::with(&tables).await;
    let token = operator(&server).await;
    let body = json!({"username": "zoe", "password": PASSWORD});
    call(&server, "POST", USERS, &token, body).await.assert_error(409, "conflict");
    let body = json!({"name": "x", "scopes": []});
    call(&server, "POST", ROLES, &token, body).await.assert_error(409, "conflict");
}
