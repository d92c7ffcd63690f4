//! Client assertions (RFC 7523 section 3), claim by claim, so that a test can spoil any one of them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use super::{
    Request, TestServer,
    client_key::{ClientKey, base64url},
};
use signet::clock::Clock;

/// The one `client_assertion_type` (RFC 7523 section 2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion under construction: good unless a test changes it.
#[derive(Clone)]
pub struct Assertion {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Assertion {
    /// `client_id` for a minute to the issuer of `server`, with a `jti` of its own.
    pub fn of(client_id: &str, server: &TestServer) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": server.issuer,
            "exp": server.clock.now() + 60,
            "jti": format!("jti-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
        });
        Self { header: Map::new(), claims: claims.as_object().unwrap().clone() }
    }

    /// Sets a claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Takes a claim away.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name).unwrap();
        self
    }

    /// Sets a member of the header, in place of what [`Self::sign`] would write; null takes it away.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// The JWS that `key` makes of it.
    pub fn sign(&self, key: &ClientKey) -> String {
        self.sign_by(key.algorithm.name(), &key.kid, |message| key.sign(message))
    }

    /// The JWS with a signature of the test's own making.
    pub fn sign_by(&self, alg: &str, kid: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!(alg));
        header.insert("kid".to_owned(), json!(kid));
        header.extend(self.header.clone());
        header.retain(|_, value| !value.is_null());
        compact(
            &Value::Object(header).to_string(),
            &Value::Object(self.claims.clone()).to_string(),
            sign,
        )
    }
}

/// A compact JWS of exactly these texts.
pub fn compact(header: &str, payload: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let input = format!("{}.{}", base64url(header), base64url(payload));
    let signature = base64url(sign(input.as_bytes()));
    format!("{input}.{signature}")
}

/// A token request that authenticates by `assertion`.
pub fn asserted(assertion: &str) -> Request {
    Request::form("/oauth2/token", &asserted_form(assertion))
}

/// The form of such a request.
pub fn asserted_form(assertion: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_assertion_type", JWT_BEARER)
        .append_pair("client_assertion", assertion)
        .finish()
}
