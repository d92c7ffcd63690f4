//! RFC 8628 sections 3.1, 3.2 and 4: a device without a browser begins.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    openapi_schema::{assert_documented, document},
    support::{
        Request, TestServer,
        devices::{GRANT_TYPE, ask, begun, server, tables, user_code},
        switched_store::SwitchedStore,
        test_clock,
    },
};

const PATH: &str = "/oauth2/device_authorization";

// L03
#[tokio::test]
async fn a_device_is_given_codes_and_the_page_to_show() {
    let server = server().await;
    let answer = ask(&server, "tv", "&scope=read").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert_eq!(answer.header("Pragma"), Some("no-cache"));
    let mut body = answer.json();
    let members = body.as_object_mut().unwrap();
    let device_code = members.remove("device_code").unwrap();
    assert!(device_code.as_str().unwrap().len() >= 43, "as many bits as any token: {device_code}");
    let user_code = members.remove("user_code").unwrap();
    let user_code = user_code.as_str().unwrap();
    // RFC 8628 section 6.1.
    let (first, second) = user_code.split_once('-').unwrap();
    for half in [first, second] {
        let letters = half.chars().all(|letter| "BCDFGHJKLMNPQRSTVWXZ".contains(letter));
        assert!(half.len() == 4 && letters, "{user_code}");
    }
    let page = format!("{}/device", server.issuer);
    let expected = serde_json::json!({
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": 600,
        "interval": 5,
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn every_request_gets_codes_of_its_own() {
    let server = server().await;
    let mut codes = BTreeSet::new();
    for _ in 0..20 {
        let begun = begun(&server, "tv", "").await;
        assert!(codes.insert(user_code(&begun)));
        assert!(codes.insert(begun["device_code"].as_str().unwrap().to_owned()));
    }
}

/// RFC 8628 section 3.1: "The client authentication requirements of Section 3.2.1 of [RFC6749] apply".
#[tokio::test]
async fn a_public_application_names_itself_and_a_confidential_one_authenticates() {
    let server = server().await;
    begun(&server, "tv", "").await;
    let basic = Request::form(PATH, "scope=read").basic("box", "box-secret");
    assert_eq!(server.send(basic).await.status, 200);
    assert_eq!(ask(&server, "box", "&client_secret=box-secret").await.status, 200);
    for (request, case) in [
        (Request::form(PATH, "client_id=box"), "no secret"),
        (Request::form(PATH, "client_id=box&client_secret=wrong"), "a wrong one"),
        (Request::form(PATH, "client_id=nobody"), "nobody"),
        (Request::form(PATH, "scope=read"), "no client"),
    ] {
        let answer = server.send(request).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"), "{case}");
    }
}

#[tokio::test]
async fn what_is_asked_for_is_held_against_the_registration() {
    let server = server().await;
    for (client_id, more, code) in [
        ("undeviced", "", "unauthorized_client"),
        ("tv", "&scope=admin", "invalid_scope"),
        ("tv", "&scope=read++write", "invalid_scope"),
        ("tv", "&resource=https%3A%2F%2Felsewhere.example", "invalid_target"),
        // "Request and response parameters MUST NOT be included more than once."
        ("tv", "&scope=read&scope=write", "invalid_request"),
    ] {
        ask(&server, client_id, more).await.assert_error(400, code);
    }
    let json = Request::new("POST", PATH).header("Content-Type", "application/json").body(b"{}");
    server.send(json).await.assert_error(400, "invalid_request");
    // "Parameters sent without a value MUST be treated as if they were omitted", unknown ones ignored.
    begun(&server, "tv", "&scope=&unknown=1").await;
    begun(&server, "tv", "&resource=https%3A%2F%2Ffiles.example.com").await;
    assert_eq!(server.send(Request::get(PATH)).await.status, 405);
}

#[tokio::test]
async fn requests_are_limited_in_rate_per_application_and_address() {
    let limits = "[limits]\ndevice_authorizations = \"3/min\"\n";
    let server = TestServer::with(&format!("{limits}{}", tables())).await;
    for _ in 0..3 {
        begun(&server, "tv", "").await;
    }
    let answer = ask(&server, "tv", "").await;
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    begun(&server, "radio", "").await;
    server.clock.advance(Duration::from_secs(21));
    begun(&server, "tv", "").await;
}

#[tokio::test]
async fn the_metadata_names_the_endpoint_and_the_grant() {
    let server = server().await;
    let metadata =
        server.send(Request::get("/.well-known/oauth-authorization-server")).await.json();
    assert_eq!(metadata["device_authorization_endpoint"], format!("{}{PATH}", server.issuer));
    let grants = metadata["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&GRANT_TYPE.into()), "{metadata}");
}

#[tokio::test]
async fn below_an_issuer_with_a_path_all_of_it_is_below_that_path() {
    let server = TestServer::with_issuer_path("/tenant", &tables()).await;
    let request = Request::form(&format!("/tenant{PATH}"), "client_id=tv");
    let begun = server.send(request).await.json();
    assert_eq!(begun["verification_uri"], format!("{}/device", server.issuer));
    let page = server.send(Request::get("/tenant/device")).await;
    assert_eq!(page.header("Location"), Some("/tenant/login?next=%2Fdevice"), "{page:?}");
}

#[tokio::test]
async fn every_answer_is_documented() {
    let clock = Arc::new(test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    let limits = "[limits]\ndevice_authorizations = \"1/min\"\n";
    let server = TestServer::with_store_and(&clock, store, &format!("{limits}{}", tables()));
    let document = document(&server).await;
    let long = format!("&scope={}", "x".repeat(70_000));
    for (client_id, more, status) in [
        ("tv", "", 200),
        ("tv", "&scope=x", 400),
        ("undeviced", "", 400),
        ("box", "", 401),
        ("tv", long.as_str(), 413),
        ("tv", "", 429),
    ] {
        let answer = ask(&server, client_id, more).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_documented(&document, "post", PATH, &answer);
    }
    switched.set_away(true);
    let answer = ask(&server, "radio", "").await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    assert_documented(&document, "post", PATH, &answer);
    switched.set_away(false);
    clock.advance(Duration::from_secs(61));
    begun(&server, "radio", "").await;
}
