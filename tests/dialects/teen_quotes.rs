//! Document 001: Teen Quotes.

use std::{sync::Arc, time::Duration};

use poem::http::StatusCode;
use signet::{
    clock::Clock,
    dialects::{error_table, teen_quotes::ERRORS},
    oauth::Reason,
};

use crate::{
    support::{
        Answer, Request, TestServer, people::reload, switched_store::SwitchedStore, test_clock,
    },
    world::{Kind, assert_members, assert_refused, json, password, server, tables, text},
};

const SECRET: &str = "IZgwaBTZ2EdtT3hT7UzG2rLQ8S0Vmu9GDxeHwcPz";

/// A request of the document, with these members beside those of the application.
fn request(members: &str) -> Request {
    json("/oauth", &format!(r#"{{ "client_id":"42", "client_secret":"{SECRET}", {members} }}"#))
}

async fn send(server: &TestServer, members: &str) -> Answer {
    server.send(request(members)).await
}

#[tokio::test]
async fn an_application_gets_a_token_that_says_when_it_ends_and_refreshes_it() {
    let server = server(&["teen-quotes"]).await;
    let members = [
        ("access_token", Kind::Text),
        ("token_type", Kind::Exactly("bearer")),
        ("expires", Kind::Number),
        ("expires_in", Kind::Number),
        ("refresh_token", Kind::Text),
    ];
    let body = format!(
        "{{\n   \"grant_type\":\"client_credentials\",\n   \"client_id\":\"42\",\n   \
         \"client_secret\":\"{SECRET}\"\n}}"
    );
    let response = assert_members(&server.send(json("/oauth", &body)).await, &members);
    let expires = response["expires"].as_u64().unwrap();
    assert_eq!(expires, server.clock.now() + response["expires_in"].as_u64().unwrap());
    let claims = crate::support::token::claims(text(&response, "access_token"));
    assert_eq!(claims["exp"], expires);

    server.clock.advance(Duration::from_secs(30));
    let refresh_token = text(&response, "refresh_token");
    let refresh = format!(r#""grant_type":"refresh_token", "refresh_token":"{refresh_token}""#);
    let renewed = assert_members(&send(&server, &refresh).await, &members);
    assert_eq!(renewed["expires"].as_u64(), Some(expires + 30));
    assert_ne!(text(&renewed, "access_token"), text(&response, "access_token"));
}

/// That comma is a slip of the document: what it makes is not JSON.
#[tokio::test]
async fn the_trailing_comma_of_the_documents_example_is_refused() {
    let server = server(&["teen-quotes"]).await;
    let body = format!(
        r#"{{"grant_type":"client_credentials","client_id":"42","client_secret":"{SECRET}",}}"#
    );
    assert_refused(&server.send(json("/oauth", &body)).await, 400, "invalid_request", true);
}

/// The errors of the document, row by row, with the status that it gives.
#[tokio::test]
async fn every_error_that_a_request_can_meet_has_the_documents_key_and_status() {
    let server = server(&["teen-quotes"]).await;
    let sign_in = |username: &str, password: &str| {
        format!(r#""grant_type":"password", "username":"{username}", "password":"{password}""#)
    };
    let right = password();
    for (members, status, error) in [
        (r#""scope":"read""#.to_owned(), 400, "invalid_request"),
        (r#""grant_type":"refresh_token""#.to_owned(), 400, "invalid_request"),
        (
            r#""grant_type":"client_credentials", "grant_type":"password""#.to_owned(),
            400,
            "invalid_request",
        ),
        (r#""grant_type":["client_credentials"]"#.to_owned(), 400, "invalid_request"),
        (r#""grant_type":"client_credentials", "scope":"other""#.to_owned(), 400, "invalid_scope"),
        (sign_in("zoe", "wrong"), 400, "invalid_credentials"),
        (sign_in("nobody", right), 400, "invalid_credentials"),
        (sign_in("gone", "wrong"), 400, "invalid_credentials"),
        (sign_in("gone", right), 401, "access_denied"),
        (
            r#""grant_type":"refresh_token", "refresh_token":"sgr_no""#.to_owned(),
            400,
            "invalid_refresh",
        ),
        (
            r#""grant_type":"authorization_code", "code":"x""#.to_owned(),
            501,
            "unsupported_grant_type",
        ),
        (r#""grant_type":"magic""#.to_owned(), 501, "unsupported_grant_type"),
    ] {
        assert_refused(&send(&server, &members).await, status, error, true);
    }
    for (client_id, secret) in [("42", "wrong"), ("nobody", SECRET), ("off", "off-secret")] {
        let body = format!(
            r#"{{"grant_type":"client_credentials","client_id":"{client_id}","client_secret":"{secret}"}}"#
        );
        assert_refused(&server.send(json("/oauth", &body)).await, 401, "invalid_client", true);
    }
    let body = r#"{"grant_type":"password","client_id":"both","client_secret":"both-secret","username":"zoe","password":"x"}"#;
    assert_refused(&server.send(json("/oauth", body)).await, 400, "unauthorized_client", true);
    let nobody = json("/oauth", r#"{"grant_type":"client_credentials"}"#);
    assert_refused(&server.send(nobody).await, 401, "invalid_client", true);
}

#[tokio::test]
async fn a_store_that_is_away_is_400_as_documented_and_the_token_stays_good() {
    let clock = Arc::new(test_clock());
    let (switch, store) = SwitchedStore::new(&clock);
    let tables = tables(&["teen-quotes"]).replace("url = \"sqlite:signet.db\"\n", "");
    let tables = tables.replace("registration = \"open\"\ndefault_role = \"consumer\"\n", "");
    let server = TestServer::with_store_and(&clock, store, &tables);
    let response = send(&server, r#""grant_type":"client_credentials""#).await.json();
    let refresh_token = text(&response, "refresh_token");
    let refresh = format!(r#""grant_type":"refresh_token", "refresh_token":"{refresh_token}""#);
    switch.set_away(true);
    let away = send(&server, &refresh).await;
    assert_refused(&away, 400, "temporarily_unavailable", true);
    assert!(away.header("Retry-After").is_some(), "{away:?}");
    switch.set_away(false);
    assert_eq!(send(&server, &refresh).await.status, 200);
}

/// No request to this door can meet these; the table has them as the document does.
#[test]
fn the_errors_that_no_request_can_meet_stand_in_the_table_as_documented() {
    let status = |reason| error_table::row(ERRORS, reason).map(|row| (row.error, row.status));
    let bad_request = StatusCode::BAD_REQUEST;
    assert_eq!(status(Reason::CodeRefused), Some(("invalid_grant", bad_request)));
    assert_eq!(
        status(Reason::CannotSign),
        Some(("server_error", StatusCode::INTERNAL_SERVER_ERROR))
    );
    for (error, documented) in
        [("unsupported_response_type", bad_request), ("access_denied", StatusCode::UNAUTHORIZED)]
    {
        assert!(ERRORS.iter().any(|row| (row.error, row.status) == (error, documented)), "{error}");
    }
    let mut keys: Vec<&str> = ERRORS.iter().map(|row| row.error).collect();
    keys.sort_unstable();
    keys.dedup();
    let documented = [
        "access_denied",
        "invalid_client",
        "invalid_credentials",
        "invalid_grant",
        "invalid_refresh",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    ];
    assert_eq!(keys, documented);
}

/// Policy is the registration's, not the door's.
#[tokio::test]
async fn there_is_no_refresh_token_where_the_registration_gives_none() {
    let server = server(&["teen-quotes"]).await;
    reload(&server, "refresh_token_with_client_credentials = true", "");
    let response = send(&server, r#""grant_type":"client_credentials""#).await;
    assert_eq!(response.status, 200);
    assert!(response.json().get("refresh_token").is_none(), "{response:?}");
}
