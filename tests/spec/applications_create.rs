//! `POST /api/v1/applications`: what is made, what is kept, and what cannot be.

use std::fs;

use serde_json::{Value, json};

use crate::support::{
    TestServer,
    applications::{
        ALICE, PATH, admin, alice, bob, complaints, create, created, granted, kept, path, request,
        server, service, text, token, with_json,
    },
    returned::call,
};

const ISSUER_FIELD: &str = "invalid_request";

#[tokio::test]
async fn an_application_is_given_an_identifier_and_a_secret_that_is_shown_once() {
    let server = server().await;
    let answer = create(&server, &alice(&server), &service()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert_eq!(answer.header("ETag"), Some("\"1\""));
    let made = answer.json();
    let (client_id, secret) = (text(&made, "client_id"), text(&made, "client_secret"));
    assert!(client_id.starts_with("sga_") && client_id.len() == 26, "{client_id}");
    assert!(secret.starts_with("sgs_") && secret.len() == 47, "{secret}");
    let location = format!("{}{}", server.issuer, path(&made));
    assert_eq!(answer.header("Location"), Some(location.as_str()));
    let now = made["client_id_issued_at"].as_u64().unwrap();
    let expected = json!({
        "client_id": client_id, "client_secret": secret, "client_secret_expires_at": 0,
        "client_id_issued_at": now, "owner": ALICE, "client_name": "A service",
        "token_endpoint_auth_method": "client_secret_basic", "disabled": false,
        "grant_types": ["client_credentials"], "scope": "read",
        "refresh_token_rotation": true, "refresh_token_with_client_credentials": false,
        "require_pkce": false, "first_party": false,
    });
    assert_eq!(made, expected);
    assert_eq!(granted(&server, &made, &secret).await.status, 200);

    let read = call(&server, "GET", &path(&made), &alice(&server)).await;
    assert_eq!((read.status, read.header("ETag")), (200, Some("\"1\"")), "{read:?}");
    let mut expected = expected;
    for shown_once in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(shown_once);
    }
    assert_eq!(read.json(), expected);
}

#[tokio::test]
async fn no_two_secrets_and_no_two_identifiers_are_the_same() {
    let server = server().await;
    let one = created(&server, &alice(&server), &service()).await;
    let other = created(&server, &alice(&server), &service()).await;
    for member in ["client_id", "client_secret"] {
        assert_ne!(one[member], other[member]);
    }
}

#[tokio::test]
async fn the_database_holds_no_secret() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let (client_id, secret) = (text(&made, "client_id"), text(&made, "client_secret"));
    let mut found = false;
    for entry in fs::read_dir(server.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        found |= has(&client_id);
        assert!(!has(&secret), "{} holds the secret", path.display());
    }
    assert!(found, "the database was not looked at");
}

#[tokio::test]
async fn applications_without_a_secret_are_shown_none() {
    let server = server().await;
    let public = json!({"token_endpoint_auth_method": "none", "grant_types": ["refresh_token"]});
    let made = created(&server, &alice(&server), &public).await;
    assert!(made.get("client_secret").is_none(), "{made}");
    let key = json!({"kty": "OKP", "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let by_key = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]},
        "grant_types": ["client_credentials"], "scope": "read",
    });
    let made = created(&server, &alice(&server), &by_key).await;
    assert!(made.get("client_secret").is_none(), "{made}");
    assert_eq!(made["jwks"]["keys"][0]["crv"], "Ed25519");
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name_and_nothing_is_kept() {
    let server = server().await;
    let jwks = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]});
    let private = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}]});
    let cases = [
        (json!({"client_id": "chosen"}), "client_id"),
        (json!({"client_secret": "chosen"}), "client_secret"),
        (json!({"owner": ALICE}), "owner"),
        (json!({"declared": true}), "declared"),
        (json!({"clientname": "x"}), "clientname"),
        (json!({"client_name": 5}), "client_name"),
        (json!({"grant_types": ["implicit"]}), "grant_types.0"),
        (json!({"grant_types": "password"}), "grant_types"),
        (json!({"token_endpoint_auth_method": "client_secret_jwt"}), "token_endpoint_auth_method"),
        (
            json!({"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]}),
            "grant_types",
        ),
        (json!({"jwks": jwks}), "jwks"),
        (json!({"jwks_uri": "https://keys.example.com/"}), "jwks_uri"),
        (json!({"token_endpoint_auth_method": "private_key_jwt"}), "jwks"),
        (json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": private}), "jwks"),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": jwks,
                "jwks_uri": "https://keys.example.com/"}),
            "jwks_uri",
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt",
                "jwks_uri": "http://keys.example.com/"}),
            "jwks_uri",
        ),
        (json!({"redirect_uris": ["javascript:alert(1)"]}), "redirect_uris.0"),
        (json!({"client_uri": "javascript:alert(1)"}), "client_uri"),
        (json!({"logo_uri": "https://user@example.com/"}), "logo_uri"),
        (json!({"scope": "read  write"}), "scope"),
        (json!({"scope": ["read"]}), "scope"),
        (json!({"disabled": "no"}), "disabled"),
    ];
    for (body, member) in cases {
        let answer = create(&server, &alice(&server), &body).await;
        let complaints = complaints(&answer, ISSUER_FIELD);
        assert!(complaints.contains(&member.to_owned()), "{body}: {complaints:?}");
    }
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test]
async fn nobody_gives_an_application_a_scope_that_they_do_not_hold() {
    let server = server().await;
    let with = |scope: &str| json!({"scope": scope});
    let alices = ["read", "applications", "openid", "offline_access", "read profile"];
    for scope in alices {
        assert_eq!(create(&server, &alice(&server), &with(scope)).await.status, 201, "{scope}");
    }
    // She has the roles of an administrator, but did not bring a token of one.
    for scope in ["write", "read write", "unknown", "admin", "users", "tokens"] {
        let answer = create(&server, &alice(&server), &with(scope)).await;
        assert_eq!(complaints(&answer, ISSUER_FIELD), ["scope"], "{scope}");
    }
    let answer = create(&server, &bob(&server), &with("read")).await;
    assert_eq!(complaints(&answer, ISSUER_FIELD), ["scope"], "he has no role");

    let portal = token(&server, "portal", "applications");
    assert_eq!(create(&server, &portal, &with("read write")).await.status, 201);
    for scope in ["other", "admin", "users"] {
        let answer = create(&server, &portal, &with(scope)).await;
        assert_eq!(complaints(&answer, ISSUER_FIELD), ["scope"], "{scope}");
    }

    let all = with("read write other admin users tokens");
    assert_eq!(create(&server, &admin(&server), &all).await.status, 201);
    let answer = create(&server, &admin(&server), &with("unknown")).await;
    assert_eq!(complaints(&answer, ISSUER_FIELD), ["scope"], "nobody has declared it");
}

fn policy() -> Vec<(&'static str, Value)> {
    vec![
        ("access_token_lifetime", json!(3600)),
        ("access_token_algorithm", json!("RS256")),
        ("refresh_token_rotation", json!(false)),
        ("refresh_token_with_client_credentials", json!(true)),
        ("resource_server_for", json!(["https://api.example.com"])),
        ("audience", json!(["https://api.example.com"])),
        ("first_party", json!(true)),
    ]
}

#[tokio::test]
async fn what_is_policy_an_administrator_sets() {
    let server = server().await;
    for (member, value) in policy() {
        let mut body = json!({"grant_types": ["client_credentials", "refresh_token"]});
        body[member] = value.clone();
        let answer = create(&server, &alice(&server), &body).await;
        assert_eq!(complaints(&answer, ISSUER_FIELD), [member]);
        let made = created(&server, &admin(&server), &body).await;
        assert_eq!(made[member], value);
    }
    let own = json!({"audience": [server.issuer], "refresh_token_rotation": true});
    assert_eq!(create(&server, &alice(&server), &own).await.status, 201);
}

#[tokio::test]
async fn policy_has_its_bounds_for_administrators_too() {
    let server = server().await;
    let cases = [
        ("access_token_lifetime", json!(0)),
        ("access_token_lifetime", json!(86_401)),
        ("access_token_lifetime", json!(-1)),
        ("access_token_lifetime", json!("1d")),
        ("access_token_algorithm", json!("HS256")),
        ("access_token_algorithm", json!("none")),
        ("access_token_algorithm", json!("ES384")),
        ("refresh_token_with_client_credentials", json!(true)),
    ];
    for (member, value) in cases {
        let mut body = service();
        body[member] = value;
        let answer = create(&server, &admin(&server), &body).await;
        assert_eq!(complaints(&answer, ISSUER_FIELD), [member], "{body}");
    }
}

#[tokio::test]
async fn somebody_owns_a_hundred_at_most() {
    let server = server().await;
    let alice = alice(&server);
    for _ in 0..100 {
        assert_eq!(create(&server, &alice, &json!({})).await.status, 201);
    }
    create(&server, &alice, &json!({})).await.assert_error(409, "conflict");
    assert_eq!(create(&server, &bob(&server), &json!({})).await.status, 201);
    assert_eq!(create(&server, &admin(&server), &json!({})).await.status, 201);
}

#[tokio::test]
async fn a_server_that_keeps_nothing_says_so() {
    let tables = r#"
[[applications]]
client_id = "portal"
client_secret = "portal-secret"
grant_types = ["client_credentials"]
scopes = ["applications"]
"#;
    let server = TestServer::with(tables).await;
    let portal = token(&server, "portal", "applications");
    create(&server, &portal, &json!({})).await.assert_error(409, "conflict");
}

#[tokio::test]
async fn the_scope_applications_and_this_audience_are_needed() {
    let server = server().await;
    for method in ["POST", "GET"] {
        let request = |token: &str| with_json(request(method, PATH, token), &json!({}));
        let answer = server.send(request(&token(&server, ALICE, "read admin"))).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
        let answer = server.send(request("garbage")).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"));
    }
    let answer = server.send(crate::support::Request::get(PATH)).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "unauthorized"));
}

#[tokio::test]
async fn a_link_is_https_or_http_and_the_rule_says_so() {
    let server = server().await;
    let of = |uri: &str| json!({"client_uri": uri});
    for uri in ["https://example.com/", "http://example.com/"] {
        assert_eq!(create(&server, &alice(&server), &of(uri)).await.status, 201, "{uri}");
    }
    let answer = create(&server, &alice(&server), &of("ftp://example.com/")).await;
    assert_eq!(complaints(&answer, ISSUER_FIELD), ["client_uri"]);
    let rule = answer.json()["fields"][0]["rule"].to_string();
    assert!(rule.contains("https or http"), "{rule}");
}
