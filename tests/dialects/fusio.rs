//! Document 004: Fusio.

use serde_json::{Value, json as value};

use crate::{
    support::{
        Answer, Request, TestServer,
        kept::with_json,
        people::{claims, reload},
    },
    world::{Kind, assert_members, assert_refused, json, opens, password, server, text},
};

const SECRET: &str = "IZgwaBTZ2EdtT3hT7UzG2rLQ8S0Vmu9GDxeHwcPz";

const MEMBERS: &[(&str, Kind)] = &[
    ("access_token", Kind::Text),
    ("token_type", Kind::Exactly("bearer")),
    ("expires_in", Kind::Number),
    ("refresh_token", Kind::Text),
];

const LOGIN_MEMBERS: &[(&str, Kind)] =
    &[("token", Kind::Text), ("expires_in", Kind::Number), ("refresh_token", Kind::Text)];

async fn login(server: &TestServer, username: &str, password: &str) -> Answer {
    let body = format!("{{\n\"username\": \"{username}\",\n\"password\": \"{password}\"\n}}");
    server.send(json("/consumer/login", &body)).await
}

/// What the document sends: base64 of name, colon and secret as they are.
async fn token(server: &TestServer, name: &str, secret: &str, form: &str) -> Answer {
    let request = Request::form("/authorization/token", form);
    server.send(request.raw_basic(format!("{name}:{secret}").as_bytes())).await
}

const CLIENT_CREDENTIALS: &str = "grant_type=client_credentials";

fn refresh(response: &Value) -> String {
    format!("grant_type=refresh_token&refresh_token={}", text(response, "refresh_token"))
}

#[tokio::test]
async fn a_log_in_as_json_gives_a_token_with_the_scopes_of_the_role() {
    let server = server(&["fusio"]).await;
    for (username, scope) in [("zoe", "read tokens write"), ("ben@example.com", "read tokens")] {
        let answer = login(&server, username, password()).await;
        let response = assert_members(&answer, LOGIN_MEMBERS);
        let claims = crate::support::token::claims(text(&response, "token"));
        assert_eq!((&claims["scope"], &claims["client_id"]), (&value!(scope), &value!("portal")));
        assert_eq!(opens(&server, text(&response, "token")).await, 200);
    }
    for (username, password) in [("zoe", "wrong"), ("nobody", password()), ("gone", password())] {
        let answer = login(&server, username, password).await;
        assert_refused(&answer, 400, "invalid_grant", true);
    }
    assert_refused(&login(&server, "", "x").await, 400, "invalid_request", true);
}

#[tokio::test]
async fn who_registers_gets_the_default_role_and_its_scopes() {
    let server = server(&["fusio"]).await;
    let newcomer = value!({"username": "newcomer", "password": password()});
    let request = with_json(Request::new("POST", "/api/v1/users"), &newcomer.to_string());
    let signed_up = server.send(request).await;
    assert_eq!(signed_up.status, 201, "{signed_up:?}");
    let response = assert_members(&login(&server, "newcomer", password()).await, LOGIN_MEMBERS);
    let claims = crate::support::token::claims(text(&response, "token"));
    assert_eq!(claims["scope"], "read tokens");
    assert_eq!(claims["roles"], value!(["consumer"]));
}

#[tokio::test]
async fn an_application_gets_a_token_renews_it_and_opens_a_protected_operation() {
    let server = server(&["fusio"]).await;
    let response = assert_members(&token(&server, "42", SECRET, CLIENT_CREDENTIALS).await, MEMBERS);
    assert_eq!(claims(&response)["sub"], "42");
    assert_eq!(opens(&server, text(&response, "access_token")).await, 200);
    let renewed = assert_members(&token(&server, "42", SECRET, &refresh(&response)).await, MEMBERS);
    assert_eq!(opens(&server, text(&renewed, "access_token")).await, 200);
}

#[tokio::test]
async fn a_person_gets_a_token_by_name_and_password_and_renews_it_with_the_same() {
    let server = server(&["fusio"]).await;
    let answer = token(&server, "zoe", password(), CLIENT_CREDENTIALS).await;
    let response = assert_members(&answer, MEMBERS);
    let first = claims(&response);
    assert_eq!(
        (&first["client_id"], &first["scope"]),
        (&value!("portal"), &value!("read tokens write"))
    );
    assert_ne!(first["sub"], "portal");
    let renewed = token(&server, "zoe", password(), &refresh(&response)).await;
    let renewed = assert_members(&renewed, MEMBERS);
    assert_eq!(claims(&renewed)["sub"], first["sub"]);
    assert_eq!(opens(&server, text(&renewed, "access_token")).await, 200);
}

#[tokio::test]
async fn nobody_renews_what_somebody_else_was_granted_and_it_stays_good() {
    let server = server(&["fusio"]).await;
    let zoe = token(&server, "zoe", password(), CLIENT_CREDENTIALS).await.json();
    let form = refresh(&zoe);
    for (name, secret) in [("ben@example.com", password()), ("42", SECRET)] {
        assert_refused(&token(&server, name, secret, &form).await, 400, "invalid_grant", true);
    }
    // An application's refresh token is no person's.
    let application = token(&server, "42", SECRET, CLIENT_CREDENTIALS).await.json();
    let theirs = token(&server, "zoe", password(), &refresh(&application)).await;
    assert_refused(&theirs, 400, "invalid_grant", true);
    assert_members(&token(&server, "zoe", password(), &form).await, MEMBERS);
    assert_members(&token(&server, "42", SECRET, &refresh(&application)).await, MEMBERS);
}

#[tokio::test]
async fn a_name_that_both_have_is_the_applications() {
    let server = server(&["fusio"]).await;
    let answer = token(&server, "both", "both-secret", CLIENT_CREDENTIALS).await;
    assert_eq!(claims(&answer.json())["sub"], "both");
    let person = token(&server, "both", password(), CLIENT_CREDENTIALS).await;
    assert_refused(&person, 401, "invalid_client", true);
}

#[tokio::test]
async fn a_pair_that_is_nobodys_is_one_answer() {
    let server = server(&["fusio"]).await;
    let good = token(&server, "zoe", password(), CLIENT_CREDENTIALS).await.json();
    let pairs = [
        ("42", "wrong"),
        ("zoe", "wrong"),
        ("nobody", password()),
        ("gone", password()),
        ("off", "off-secret"),
    ];
    let mut answers = Vec::new();
    for (name, secret) in pairs {
        for form in [CLIENT_CREDENTIALS.to_owned(), refresh(&good)] {
            let answer = token(&server, name, secret, &form).await;
            assert_refused(&answer, 401, "invalid_client", true);
            answers.push(answer.text().to_owned());
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let without = Request::form("/authorization/token", CLIENT_CREDENTIALS);
    assert_refused(&server.send(without).await, 401, "invalid_client", true);
    // Not documented here.
    let form = "grant_type=password&username=zoe&password=x";
    let other = token(&server, "42", SECRET, form).await;
    assert_refused(&other, 400, "unsupported_grant_type", true);
}

#[tokio::test]
async fn while_the_sign_in_application_is_switched_off_nobody_signs_in() {
    let server = server(&["fusio"]).await;
    reload(
        &server,
        "client_secret = \"portal-secret\"",
        "client_secret = \"portal-secret\"\ndisabled = true",
    );
    let answer = login(&server, "zoe", password()).await;
    assert_refused(&answer, 400, "unauthorized_client", true);
    let answer = token(&server, "zoe", password(), CLIENT_CREDENTIALS).await;
    assert_refused(&answer, 400, "unauthorized_client", true);
}

/// The document's base64 is of the secret as it is; no form-encoding stands between.
#[tokio::test]
async fn a_secret_of_any_characters_is_taken_as_it_is() {
    let server = server(&["fusio"]).await;
    let answer = token(&server, "plain", "100%+plain", CLIENT_CREDENTIALS).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
