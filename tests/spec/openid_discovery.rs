//! OpenID Connect Discovery 1.0: the document, where its clients look for it.

use serde_json::{Value, json};

use crate::support::{Request, TestServer, openid::openid_tables, people::reload};

const CONFIGURATION: &str = "/.well-known/openid-configuration";
const METADATA: &str = "/.well-known/oauth-authorization-server";

async fn get(server: &TestServer, path: &str) -> Value {
    let answer = server.send(Request::get(path)).await;
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
    answer.json()
}

// Item 104.
#[tokio::test]
async fn item_104_the_path_follows_the_issuers_own() {
    for path in ["", "/tenant", "/a/b.c"] {
        let server = TestServer::with_issuer_path(path, &openid_tables()).await;
        let document = get(&server, &format!("{path}{CONFIGURATION}")).await;
        assert_eq!(document["issuer"], server.issuer.as_str());
        // One document at two places.
        assert_eq!(document, get(&server, &format!("{METADATA}{path}")).await);
        if !path.is_empty() {
            for wrong in [CONFIGURATION.to_owned(), format!("{CONFIGURATION}{path}")] {
                server.send(Request::get(&wrong)).await.assert_error(404, "not_found");
            }
        }
    }
}

#[tokio::test]
async fn the_members_that_openid_connect_adds() {
    let server = TestServer::with(&openid_tables()).await;
    let document = get(&server, CONFIGURATION).await;
    let at = |path: &str| json!(format!("{}{path}", server.issuer));
    for (member, expected) in [
        ("userinfo_endpoint", at("/oauth2/userinfo")),
        ("end_session_endpoint", at("/oauth2/logout")),
        ("subject_types_supported", json!(["public"])),
        ("claims_parameter_supported", json!(false)),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
        (
            "claims_supported",
            json!([
                "sub",
                "name",
                "preferred_username",
                "email",
                "email_verified",
                "iss",
                "aud",
                "exp",
                "iat",
                "auth_time",
                "nonce",
                "at_hash",
                "sid"
            ]),
        ),
    ] {
        assert_eq!(document[member], expected, "{member}");
    }
    let scopes = document["scopes_supported"].as_array().unwrap();
    for scope in ["openid", "profile", "email", "offline_access", "tokens", "read", "write"] {
        assert!(scopes.contains(&json!(scope)), "{scope}: {document}");
    }
}

// Item 111.
#[tokio::test]
async fn item_111_rs256_is_among_the_algorithms_which_are_those_that_there_are_keys_for() {
    let server = TestServer::with(&openid_tables()).await;
    let algorithms = |document: &Value| document["id_token_signing_alg_values_supported"].clone();
    let document = get(&server, CONFIGURATION).await;
    assert_eq!(algorithms(&document), json!(["ES256", "RS256"]));
    let rp = "client_id = \"rp\"\n";
    reload(&server, rp, &format!("{rp}id_token_signed_response_alg = \"EdDSA\"\n"));
    let document = get(&server, CONFIGURATION).await;
    let listed = algorithms(&document);
    for algorithm in ["ES256", "RS256", "EdDSA"] {
        assert!(listed.as_array().unwrap().contains(&json!(algorithm)), "{listed}");
    }
}

// Item 105.
#[tokio::test]
async fn item_105_no_member_is_empty_or_null() {
    let server = TestServer::with("").await;
    let document = get(&server, CONFIGURATION).await;
    for (name, value) in document.as_object().unwrap() {
        let empty = value.as_array().is_some_and(Vec::is_empty);
        assert!(!value.is_null() && !empty && value != "", "{name}: {value}");
    }
}
