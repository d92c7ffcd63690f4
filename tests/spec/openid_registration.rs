//! What OpenID Connect registers of an application (Dynamic Client Registration 1.0 section 2, RP-Initiated Logout
//! 1.0 section 3.1, Back-Channel Logout 1.0 section 2.2), and RFC 7591's grant and response types.

use serde_json::{Value, json};

use super::rfc7591_registration::OPEN;
use crate::support::{
    Answer, Request, TestServer,
    applications::{PATH, admin, alice, complaints, path, send, server, server_with, with_json},
    config_file::ConfigFile,
};

const CALLBACK: &str = "https://station.example.com/cb";

async fn register(server: &TestServer, body: &Value) -> Answer {
    server.send(with_json(Request::new("POST", "/oauth2/register"), body)).await
}

fn members() -> Value {
    json!({
        "require_pkce": true, "id_token_signed_response_alg": "ES256",
        "post_logout_redirect_uris": ["https://station.example.com/bye", "com.example.app:/bye"],
        "backchannel_logout_uri": "https://station.example.com/logout",
    })
}

/// Values that none of the members may have: the member that is complained of, and the value.
fn unusable() -> Vec<(&'static str, Value)> {
    vec![
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        // There is no key for it here.
        ("id_token_signed_response_alg", json!("ES384")),
        ("post_logout_redirect_uris.0", json!(["http://station.example.com/bye"])),
        ("post_logout_redirect_uris.0", json!(["javascript:alert(1)"])),
        ("post_logout_redirect_uris.0", json!(["https://station.example.com/bye#x"])),
        ("post_logout_redirect_uris", json!(["urn:ietf:wg:oauth:2.0:oob"])),
        ("post_logout_redirect_uris", json!("https://station.example.com/bye")),
        ("backchannel_logout_uri", json!("http://station.example.com/logout")),
        ("backchannel_logout_uri", json!("https://station.example.com/logout#x")),
        ("backchannel_logout_uri", json!("https://user@station.example.com/logout")),
        ("backchannel_logout_uri", json!("ftp://station.example.com/logout")),
        ("require_pkce", json!("yes")),
    ]
}

fn body(member: &str, value: &Value) -> Value {
    let mut body = json!({});
    body[member.split('.').next().unwrap()] = value.clone();
    body
}

#[tokio::test]
async fn owners_register_and_change_and_see_the_members() {
    let server = server().await;
    let alice = alice(&server);
    let made = send(&server, "POST", PATH, &alice, &members()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    for (name, value) in members().as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(made["first_party"], false);
    let patch = json!({"require_pkce": false, "backchannel_logout_uri": null});
    let changed = send(&server, "PATCH", &path(&made), &alice, &patch).await.json();
    assert_eq!(changed["require_pkce"], false);
    assert!(changed.get("backchannel_logout_uri").is_none(), "{changed}");
    assert_eq!(changed["post_logout_redirect_uris"], members()["post_logout_redirect_uris"]);
}

#[tokio::test]
async fn what_a_member_cannot_be_is_refused_by_name_whoever_registers() {
    let server = server_with(OPEN).await;
    for (member, value) in unusable() {
        let body = body(member, &value);
        let answer = send(&server, "POST", PATH, &admin(&server), &body).await;
        assert_eq!(complaints(&answer, "invalid_request"), [member], "{body}");
        let answer = register(&server, &body).await;
        assert_eq!(complaints(&answer, "invalid_client_metadata"), [member], "{body}");
    }
    let loopback = json!({"backchannel_logout_uri": "http://127.0.0.1:9000/logout"});
    assert_eq!(register(&server, &loopback).await.status, 201, "the issuer is on loopback too");
}

#[tokio::test]
async fn an_administrator_alone_lets_an_application_ask_for_no_consent() {
    let server = server_with(OPEN).await;
    let first_party = json!({"first_party": true});
    let answer = send(&server, "POST", PATH, &alice(&server), &first_party).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["first_party"]);
    let made = send(&server, "POST", PATH, &admin(&server), &first_party).await.json();
    assert_eq!(made["first_party"], true);

    let own = send(&server, "POST", PATH, &alice(&server), &json!({})).await.json();
    let given = send(&server, "PATCH", &path(&own), &admin(&server), &first_party).await;
    assert_eq!(given.json()["first_party"], true, "{given:?}");
    // What is given stays where an owner does not speak of it, and may be let go of, but not taken back.
    let put = send(&server, "PUT", &path(&own), &alice(&server), &json!({})).await;
    assert_eq!(put.json()["first_party"], true, "{put:?}");
    let no = json!({"first_party": false});
    let let_go = send(&server, "PATCH", &path(&own), &alice(&server), &no).await;
    assert_eq!(let_go.json()["first_party"], false, "{let_go:?}");
    let answer = send(&server, "PATCH", &path(&own), &alice(&server), &first_party).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["first_party"]);

    // Nobody registers themselves as the operator's own.
    let registered = register(&server, &first_party).await;
    assert_eq!((registered.status, &registered.json()["first_party"]), (201, &json!(false)));
}

#[tokio::test]
async fn the_authorization_code_needs_somewhere_to_send_people_back_to() {
    let server = server_with(OPEN).await;
    let code = json!({"grant_types": ["authorization_code"]});
    let answer = send(&server, "POST", PATH, &alice(&server), &code).await;
    assert_eq!(complaints(&answer, "invalid_request"), ["redirect_uris"]);
    let answer = register(&server, &code).await;
    assert_eq!(complaints(&answer, "invalid_redirect_uri"), ["redirect_uris"]);
    let whole = json!({"grant_types": ["authorization_code"], "redirect_uris": [CALLBACK]});
    assert_eq!(send(&server, "POST", PATH, &alice(&server), &whole).await.status, 201);
    assert_eq!(register(&server, &whole).await.status, 201);
}

#[tokio::test]
async fn without_grant_types_the_redirect_uris_tell_what_is_meant() {
    let server = server_with(OPEN).await;
    let confidential = "client_secret_basic";
    for (method, redirect_uris, grant_types, response_types) in [
        (confidential, json!([CALLBACK]), json!(["authorization_code"]), json!(["code"])),
        ("none", json!([CALLBACK]), json!(["authorization_code"]), json!(["code"])),
        (confidential, json!([]), json!(["client_credentials"]), json!([])),
        ("none", json!([]), json!([]), json!([])),
    ] {
        let body = json!({"token_endpoint_auth_method": method, "redirect_uris": redirect_uris});
        let made = register(&server, &body).await.json();
        assert_eq!(
            (&made["grant_types"], &made["response_types"]),
            (&grant_types, &response_types)
        );
    }
}

// Item 119.
#[tokio::test]
async fn item_119_the_response_type_code_goes_with_the_authorization_code() {
    let server = server_with(OPEN).await;
    let with = |grant_types: Value, response_types: Value| {
        json!({"grant_types": grant_types, "response_types": response_types,
            "redirect_uris": [CALLBACK]})
    };
    let code = || json!(["authorization_code", "refresh_token"]);
    let made = register(&server, &with(code(), json!(["code"]))).await;
    assert_eq!((made.status, &made.json()["response_types"]), (201, &json!(["code"])), "{made:?}");
    let none = register(&server, &with(json!(["client_credentials"]), json!([]))).await;
    assert_eq!((none.status, &none.json()["response_types"]), (201, &json!([])), "{none:?}");
    for body in [
        with(code(), json!([])),
        with(code(), json!(["token"])),
        with(code(), json!(["code", "token"])),
        with(code(), json!(["code id_token"])),
        with(json!(["client_credentials"]), json!(["code"])),
        json!({"response_types": ["code"]}),
    ] {
        let answer = register(&server, &body).await;
        let complaints = complaints(&answer, "invalid_client_metadata");
        assert_eq!(complaints, ["response_types"], "{body}");
    }
}

#[tokio::test]
async fn other_members_of_openid_connect_are_ignored() {
    let server = server_with(OPEN).await;
    let others = json!({
        "application_type": "native", "default_max_age": 10, "require_auth_time": true,
        "subject_type": "pairwise", "initiate_login_uri": "https://station.example.com/login",
        "backchannel_logout_session_required": true, "default_acr_values": ["0"],
    });
    let answer = register(&server, &others).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    for (name, _) in others.as_object().unwrap() {
        assert!(answer.json().get(name).is_none(), "{name}: {answer:?}");
    }
}

#[test]
fn configuration_has_the_same_rules() {
    let with = |issuer: &str, line: &str| {
        ConfigFile::new(&format!(
            "issuer = \"{issuer}\"\n[[applications]]\nclient_id = \"a\"\n\
             token_endpoint_auth_method = \"none\"\ngrant_types = []\n{line}\n"
        ))
    };
    let (local, public) = ("http://127.0.0.1:8080", "https://id.example.com");
    for (issuer, line, member) in [
        (
            local,
            "post_logout_redirect_uris = [\"urn:ietf:wg:oauth:2.0:oob\"]",
            "post_logout_redirect_uris",
        ),
        (
            local,
            "post_logout_redirect_uris = [\"http://a.example/\"]",
            "post_logout_redirect_uris.0",
        ),
        (local, "backchannel_logout_uri = \"http://a.example/\"", "backchannel_logout_uri"),
        (local, "backchannel_logout_uri = \"https://a.example/#x\"", "backchannel_logout_uri"),
        (public, "backchannel_logout_uri = \"http://127.0.0.1:9000/\"", "backchannel_logout_uri"),
        (local, "id_token_signed_response_alg = \"none\"", "id_token_signed_response_alg"),
    ] {
        with(issuer, line).assert_refused(&format!("applications.0.{member}"));
    }
    let code = "grant_types = [\"authorization_code\"]";
    let text = format!(
        "issuer = \"{local}\"\n[[applications]]\nclient_id = \"a\"\n\
                        token_endpoint_auth_method = \"none\"\n{code}\n"
    );
    ConfigFile::new(&text).assert_refused("applications.0.redirect_uris");
    let whole = format!("{text}redirect_uris = [\"{CALLBACK}\"]\n");
    assert!(ConfigFile::new(&whole).read(&[]).is_ok());
    for line in [
        "backchannel_logout_uri = \"http://127.0.0.1:9000/\"",
        "post_logout_redirect_uris = [\"http://127.0.0.1/bye\", \"com.example.app:/bye\"]",
    ] {
        assert!(with(local, line).read(&[]).is_ok(), "{line}");
    }
}
