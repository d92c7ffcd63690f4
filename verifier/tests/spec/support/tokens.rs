//! Tokens, right ones first: a test changes the one thing that it is about.

use serde_json::{Value, json};
use signet_verifier::{
    AccessTokenClaims, Algorithm, Rejection, Verified, Verifier, VerifierBuilder, jwk::JwkSet,
};

use super::{Signer, TestClock, signer::encode};

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example.com";
/// When the test clock begins.
pub(crate) const NOW: u64 = 1_800_000_000;

/// Claims that every check lets pass for ten minutes.
pub(crate) fn claims(issuer: &str) -> Value {
    json!({
        "iss": issuer,
        "sub": "demo",
        "aud": AUDIENCE,
        "exp": NOW + 600,
        "iat": NOW,
        "jti": "b2c3",
        "client_id": "demo",
        "scope": "read write",
    })
}

/// A token in the making.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    header: String,
    payload: Vec<u8>,
}

impl Token {
    /// A right one of `issuer`.
    pub(crate) fn of(issuer: &str, signer: &Signer) -> Self {
        let header =
            json!({"alg": signer.algorithm().name(), "typ": "at+jwt", "kid": signer.kid()});
        Self { header: header.to_string(), payload: claims(issuer).to_string().into_bytes() }
    }

    /// A right one of [`ISSUER`].
    pub(crate) fn new(signer: &Signer) -> Self {
        Self::of(ISSUER, signer)
    }

    pub(crate) fn raw_header(self, header: &str) -> Self {
        Self { header: header.to_owned(), ..self }
    }

    /// Sets a header member; `null` removes it.
    pub(crate) fn with_header(self, name: &str, value: Value) -> Self {
        let header = changed(self.header.as_bytes(), name, value);
        self.raw_header(&header)
    }

    /// Sets a claim; `null` removes it.
    pub(crate) fn with(self, name: &str, value: Value) -> Self {
        let payload = changed(&self.payload, name, value);
        self.raw_payload(payload)
    }

    pub(crate) fn raw_payload(self, payload: impl Into<Vec<u8>>) -> Self {
        Self { payload: payload.into(), ..self }
    }

    pub(crate) fn signing_input(&self) -> String {
        format!("{}.{}", encode(&self.header), encode(&self.payload))
    }

    pub(crate) fn sign(&self, signer: &Signer) -> String {
        self.with_signature(&signer.sign(self.signing_input().as_bytes()))
    }

    pub(crate) fn with_signature(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.signing_input(), encode(signature))
    }
}

fn changed(json: &[u8], name: &str, value: Value) -> String {
    let mut object: Value = serde_json::from_slice(json).expect("what a test changes is JSON");
    let members = object.as_object_mut().expect("and an object");
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.to_owned(), value),
    };
    object.to_string()
}

/// A verifier of [`ISSUER`] that has the signers' keys, with the test clock.
pub(crate) fn offline(signers: &[&Signer]) -> VerifierBuilder {
    let keys = signers.iter().map(|signer| signer.jwk()).collect();
    Verifier::builder(ISSUER, AUDIENCE).keys(JwkSet { keys }).clock(TestClock::new())
}

/// What a verifier that has the signer's key says to a token.
pub(crate) async fn says(signer: &Signer, token: &str) -> Result<AccessTokenClaims, Rejection> {
    let verifier = offline(&[signer]).build().expect("the issuer and the key are valid");
    verifier.verify(token).await.map(Verified::into_claims)
}

/// What it says to one with something changed.
pub(crate) async fn verdict(
    make: impl FnOnce(Token) -> Token,
) -> Result<AccessTokenClaims, Rejection> {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = make(Token::new(&signer)).sign(&signer);
    says(&signer, &token).await
}
