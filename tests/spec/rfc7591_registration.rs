//! Dynamic client registration (RFC 7591): who may register, what is registered, and what is refused.

use serde_json::{Value, json};
use signet::secret::Secret;

use crate::support::{
    Answer, Request, TestServer,
    applications::{
        admin, alice, complaints, granted, kept, path, request, send, server, server_with, text,
        with_json,
    },
    people::reload,
    returned::call,
};

const REGISTER: &str = "/oauth2/register";
const TOKEN: &str = "an-initial-access-token";
pub const OPEN: &str = "application_registration = \"open\"\n\
                        registered_application_scopes = [\"read\", \"write\"]";

fn by_token() -> String {
    let digest = Secret::new(TOKEN.to_owned()).digest().to_hex();
    format!(
        "application_registration = \"token\"\ninitial_access_token_sha256 = \"{digest}\"\n\
         registered_application_scopes = [\"read\"]"
    )
}

async fn register(server: &TestServer, body: &Value) -> Answer {
    server.send(with_json(Request::new("POST", REGISTER), body)).await
}

async fn registered(server: &TestServer, body: &Value) -> Value {
    let answer = register(server, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn item_118_the_answer_has_all_that_was_registered_and_what_proves_it() {
    let server = server_with(OPEN).await;
    let body = json!({
        "client_name": "Station", "redirect_uris": ["https://station.example.com/cb"],
        "grant_types": ["client_credentials", "refresh_token"], "scope": "read",
    });
    let answer = register(&server, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert_eq!(answer.header("Pragma"), Some("no-cache"));
    let made = answer.json();
    let (client_id, secret) = (text(&made, "client_id"), text(&made, "client_secret"));
    let token = text(&made, "registration_access_token");
    assert!(client_id.starts_with("sga_") && secret.starts_with("sgs_"), "{made}");
    assert!(token.starts_with("sgt_") && token.len() == 47, "{made}");
    let uri = format!("{}{REGISTER}/{client_id}", server.issuer);
    assert_eq!(answer.header("Location"), Some(uri.as_str()));
    let expected = json!({
        "client_id": client_id, "client_secret": secret, "client_secret_expires_at": 0,
        "client_id_issued_at": made["client_id_issued_at"].as_u64().unwrap(),
        "registration_access_token": token, "registration_client_uri": uri,
        "client_name": "Station", "redirect_uris": ["https://station.example.com/cb"],
        "token_endpoint_auth_method": "client_secret_basic", "response_types": [],
        "require_pkce": false, "first_party": false,
        "grant_types": ["client_credentials", "refresh_token"], "scope": "read",
        "refresh_token_rotation": true, "refresh_token_with_client_credentials": false,
    });
    assert_eq!(made, expected);
    assert_eq!(granted(&server, &made, &secret).await.status, 200);
}

#[tokio::test]
async fn item_118_what_is_left_out_has_its_default_and_the_answer_says_so() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({})).await;
    assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
    // The standard's default, authorization_code, needs redirect URIs.
    assert_eq!(made["grant_types"], json!(["client_credentials"]));
    assert_eq!(made["scope"], "read write");
    let public = registered(&server, &json!({"token_endpoint_auth_method": "none"})).await;
    assert_eq!(public["grant_types"], json!([]));
    for absent in ["client_secret", "client_secret_expires_at"] {
        assert!(public.get(absent).is_none(), "{public}");
    }
}

#[tokio::test]
async fn item_119_what_is_not_known_is_ignored() {
    let server = server_with(OPEN).await;
    let body = json!({
        "client_name": "Station", "client_name#ja": "駅", "application_type": "web",
        "software_statement": "e30.e30.", "x": {"deep": [1]}, "disabled": true, "owner": "me",
        "id_token_signed_response_alg": "RS256",
    });
    let made = registered(&server, &body).await;
    for ignored in
        ["client_name#ja", "application_type", "software_statement", "x", "owner", "disabled"]
    {
        assert!(made.get(ignored).is_none(), "{made}");
    }
}

#[tokio::test]
async fn nobody_registers_policy_or_an_identifier_or_a_secret_of_their_own() {
    let server = server_with(OPEN).await;
    let body = json!({
        "client_id": "chosen", "client_secret": "chosen", "registration_access_token": "chosen",
        "access_token_lifetime": 86400, "access_token_algorithm": "RS256",
        "refresh_token_rotation": false, "refresh_token_with_client_credentials": true,
        "resource_server_for": [server.issuer], "audience": ["https://api.example.com"],
        "grant_types": ["client_credentials", "refresh_token", "password"],
    });
    let made = registered(&server, &body).await;
    for chosen in ["client_id", "client_secret", "registration_access_token"] {
        assert_ne!(made[chosen], "chosen");
    }
    assert_eq!(made["refresh_token_rotation"], true);
    assert_eq!(made["refresh_token_with_client_credentials"], false);
    for absent in
        ["access_token_lifetime", "access_token_algorithm", "resource_server_for", "audience"]
    {
        assert!(made.get(absent).is_none(), "{made}");
    }
    // To let applications that nobody has looked at see passwords is not for registration.
    assert_eq!(made["grant_types"], json!(["client_credentials", "refresh_token"]));
}

#[tokio::test]
async fn item_119_what_cannot_be_is_refused_by_the_codes_of_the_standard() {
    let server = server_with(OPEN).await;
    let jwks = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]});
    let redirects = ["javascript:alert(1)", "http://example.com/", "/cb", "https://a.example/#x"];
    for uri in redirects {
        let answer = register(&server, &json!({"redirect_uris": [uri]})).await;
        assert_eq!(complaints(&answer, "invalid_redirect_uri"), ["redirect_uris.0"], "{uri}");
    }
    let cases = [
        (json!({"scope": "other"}), "scope"),
        (json!({"scope": "admin"}), "scope"),
        (json!({"grant_types": ["implicit"]}), "grant_types"),
        (json!({"grant_types": ["password"]}), "grant_types"),
        (json!({"grant_types": "client_credentials"}), "grant_types"),
        (
            json!({"grant_types": ["client_credentials"], "response_types": ["code"]}),
            "response_types",
        ),
        (json!({"response_types": ["token"]}), "response_types"),
        (json!({"token_endpoint_auth_method": "client_secret_jwt"}), "token_endpoint_auth_method"),
        (
            json!({"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]}),
            "grant_types",
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": jwks,
                "jwks_uri": "https://keys.example.com/"}),
            "jwks_uri",
        ),
        (json!({"jwks": jwks}), "jwks"),
        (json!({"client_name": "a\u{202e}b"}), "client_name"),
    ];
    for (body, member) in cases {
        let answer = register(&server, &body).await;
        let complaints = complaints(&answer, "invalid_client_metadata");
        assert!(complaints.contains(&member.to_owned()), "{body}: {complaints:?}");
    }
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test]
async fn grant_types_that_are_not_served_are_left_out() {
    let server = server_with(OPEN).await;
    let body = json!({
        "grant_types": ["authorization_code", "client_credentials", "implicit", "password"],
        "redirect_uris": ["https://station.example.com/cb"],
    });
    let made = registered(&server, &body).await;
    assert_eq!(made["grant_types"], json!(["authorization_code", "client_credentials"]));
    assert_eq!(made["response_types"], json!(["code"]));
}

#[tokio::test]
async fn the_initial_access_token_is_needed_where_configuration_says_so() {
    let server = server_with(&by_token()).await;
    let with = |token: &str| with_json(request("POST", REGISTER, token), &json!({}));
    let answer = register(&server, &json!({})).await;
    answer.assert_error(401, "unauthorized");
    assert!(answer.header("WWW-Authenticate").unwrap().starts_with("Bearer"), "{answer:?}");
    let wrong = ["wrong", "an-initial-access-toke", "an-initial-access-token2"];
    for token in wrong.into_iter().map(str::to_owned).chain([alice(&server)]) {
        server.send(with(&token)).await.assert_error(401, "invalid_token");
    }
    let basic = with_json(Request::new("POST", REGISTER).basic("a", TOKEN), &json!({}));
    assert_eq!(server.send(basic).await.status, 401);
    assert_eq!(kept(&server).await, 0);
    let made = server.send(with(TOKEN)).await;
    assert_eq!((made.status, &made.json()["scope"]), (201, &json!("read")), "{made:?}");
}

#[tokio::test]
async fn registrations_are_limited_per_address_whatever_comes_of_them() {
    let server = server_with(&by_token()).await;
    for _ in 0..30 {
        let wrong = with_json(request("POST", REGISTER, "wrong"), &json!({}));
        server.send(wrong).await.assert_error(401, "invalid_token");
    }
    let right = || with_json(request("POST", REGISTER, TOKEN), &json!({}));
    let answer = server.send(right()).await;
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    server.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(server.send(right()).await.status, 201);
}

#[tokio::test]
async fn nothing_is_served_where_nobody_may_register() {
    for server in [server().await, TestServer::start().await] {
        register(&server, &json!({})).await.assert_error(404, "not_found");
        for method in ["GET", "PUT", "DELETE"] {
            let target = format!("{REGISTER}/sga_x");
            call(&server, method, &target, "x").await.assert_error(404, "not_found");
        }
        let metadata = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
        assert!(metadata.json().get("registration_endpoint").is_none());
    }
}

#[tokio::test]
async fn the_metadata_names_the_endpoint() {
    let server = server_with(OPEN).await;
    let metadata = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
    let endpoint = format!("{}{REGISTER}", server.issuer);
    assert_eq!(metadata.json()["registration_endpoint"], endpoint.as_str());
}

#[tokio::test]
async fn a_reload_closes_registration_at_once() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({})).await;
    reload(&server, "\"open\"", "\"closed\"");
    register(&server, &json!({})).await.assert_error(404, "not_found");
    let target = format!("{REGISTER}/{}", text(&made, "client_id"));
    let token = text(&made, "registration_access_token");
    call(&server, "GET", &target, &token).await.assert_error(404, "not_found");
    let metadata = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
    assert!(metadata.json().get("registration_endpoint").is_none());
    reload(&server, "\"closed\"", "\"open\"");
    assert_eq!(call(&server, "GET", &target, &token).await.status, 200);
}

#[tokio::test]
async fn pages_of_configured_origins_may_register() {
    let tables = format!(
        "{OPEN}\n[http]\nlisten = \"127.0.0.1:0\"\ncors_origins = [\"https://app.example.com\"]"
    );
    let server = server_with(&tables).await;
    let preflight = |target: &str, method: &str| {
        Request::new("OPTIONS", target)
            .header("Origin", "https://app.example.com")
            .header("Access-Control-Request-Method", method)
    };
    for (target, method) in [(REGISTER, "POST"), ("/oauth2/register/sga_x", "PUT")] {
        let answer = server.send(preflight(target, method)).await;
        assert_eq!(answer.status, 204, "{answer:?}");
        let origin = answer.header("Access-Control-Allow-Origin");
        assert_eq!(origin, Some("https://app.example.com"));
        assert!(answer.header("Access-Control-Allow-Methods").unwrap().contains(method));
    }
}

#[tokio::test]
async fn administrators_see_what_registered_itself_and_nobody_else_does() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({"client_name": "Station"})).await;
    let seen = call(&server, "GET", &path(&made), &admin(&server)).await.json();
    assert_eq!(seen["client_name"], "Station");
    for hidden in ["owner", "registration_access_token", "client_secret"] {
        assert!(seen.get(hidden).is_none(), "{seen}");
    }
    call(&server, "GET", &path(&made), &alice(&server)).await.assert_error(404, "not_found");
    let off =
        send(&server, "PATCH", &path(&made), &admin(&server), &json!({"disabled": true})).await;
    assert_eq!(off.status, 200);
}
