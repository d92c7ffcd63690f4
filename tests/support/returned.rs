//! Tokens that come back: the applications and the steps that tests of revocation, introspection and
//! protected endpoints share.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use signet::{
    clock::Clock,
    keys::KeyDirectory,
    store::{FamilyId, Grant, NewFamily},
};
use signet_verifier::Algorithm;

use super::{Answer, Request, TestServer, refreshing::secret, switched_store::SwitchedStore};

/// Applications whose tokens come back. The secret of each is its name and `-secret`.
pub const RETURNERS: &str = r#"
[[scopes]]
name = "read"

# A person with a password that nobody knows.
[[users]]
username = "somebody"
password_hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
id = "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f"

[[applications]]
client_id = "owner"
name = "The owner"
client_secret = "owner-secret"
grant_types = ["client_credentials", "refresh_token"]
scopes = ["read", "tokens"]
refresh_token_with_client_credentials = true

[[applications]]
client_id = "stranger"
client_secret = "stranger-secret"
grant_types = ["client_credentials", "refresh_token"]
scopes = ["read", "tokens"]
refresh_token_with_client_credentials = true

[[applications]]
client_id = "plain"
client_secret = "plain-secret"
grant_types = ["client_credentials"]
scopes = ["read"]
audience = ["https://api.example.com", "https://files.example.com"]

[[applications]]
client_id = "operator"
client_secret = "operator-secret"
grant_types = ["client_credentials"]
scopes = ["admin", "tokens"]

[[applications]]
client_id = "api"
client_secret = "api-secret"
grant_types = []
resource_server_for = ["https://other.example.com", "https://api.example.com"]

[[applications]]
client_id = "public"
token_endpoint_auth_method = "none"
grant_types = ["refresh_token"]
scopes = ["read"]
"#;

pub const LIST: &str = "/api/v1/authorized-tokens";

pub async fn server() -> TestServer {
    TestServer::with(RETURNERS).await
}

/// A server whose store a test switches off.
pub fn switched() -> (TestServer, Arc<SwitchedStore>) {
    let clock = Arc::new(super::test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    (TestServer::with_store_and(&clock, store, RETURNERS), switched)
}

/// A token response for `client_id`.
pub async fn granted(server: &TestServer, client_id: &str) -> Value {
    super::refreshing::begin(server, client_id, "").await
}

pub fn access_token(response: &Value) -> String {
    response["access_token"].as_str().unwrap().to_owned()
}

/// A new access token for `client_id`.
pub async fn issued(server: &TestServer, client_id: &str) -> String {
    access_token(&granted(server, client_id).await)
}

pub fn revocation(client_id: &str, token: &str) -> Request {
    Request::form("/oauth2/revoke", &form(token)).basic(client_id, &secret(client_id))
}

pub fn introspection(client_id: &str, token: &str) -> Request {
    Request::form("/oauth2/introspect", &form(token)).basic(client_id, &secret(client_id))
}

pub fn form(token: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish()
}

pub async fn revoke(server: &TestServer, client_id: &str, token: &str) {
    let answer = server.send(revocation(client_id, token)).await;
    assert_eq!((answer.status, answer.text()), (200, "{}"), "{answer:?}");
}

/// What introspection tells `client_id`.
pub async fn told(server: &TestServer, client_id: &str, token: &str) -> Value {
    let answer = server.send(introspection(client_id, token)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

pub async fn is_active(server: &TestServer, client_id: &str, token: &str) -> bool {
    told(server, client_id, token).await["active"].as_bool().unwrap()
}

pub async fn call(server: &TestServer, method: &str, target: &str, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.send(Request::new(method, target).header("Authorization", bearer)).await
}

/// A token with these claims, signed by the server's own key.
pub fn signed(server: &TestServer, typ: &'static str, claims: &Value) -> String {
    let keys = KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600));
    let ring = keys.load().unwrap();
    ring.signing_key(Algorithm::Es256, server.clock.now()).unwrap().sign(typ, claims).unwrap()
}

/// The claims of an access token that says nothing about its status.
pub fn claims(server: &TestServer, client_id: &str, sub: &str) -> Value {
    let now = server.clock.now();
    json!({
        "iss": server.issuer, "sub": sub, "aud": server.issuer, "client_id": client_id,
        "exp": now + 600, "iat": now, "jti": "made-by-hand", "scope": "read tokens",
    })
}

/// A grant that the person `sub` made to `client_id`, by its id.
pub async fn persons_grant(server: &TestServer, sub: &str, client_id: &str, id: u8) -> String {
    let now = server.clock.now();
    let family = NewFamily {
        id: FamilyId::from_bytes([id; 16]),
        grant: Grant {
            client_id: client_id.parse().unwrap(),
            sub: Some(sub.to_owned()),
            scope: "read".parse().unwrap(),
            resource: vec![server.issuer.clone()],
            auth_time: Some(now),
            session: None,
        },
        created_at: now,
        expires_at: now + 86_400,
        idle_lifetime: 3600,
        access_token: None,
    };
    server.app.store().families.begin(&family).await.unwrap();
    family.id.to_string()
}
