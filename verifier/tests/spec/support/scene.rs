//! A verifier that fetches its keys, and everything around it.

use std::sync::Arc;

use serde_json::json;
use signet_verifier::{Rejection, Verifier, VerifierBuilder};

use super::{AUDIENCE, NOW, Signer, TestClock, TestIssuer, Token, issuer::JWKS};

/// An issuer with one key, a verifier of its tokens, and the clock that both live by.
pub(crate) struct Scene {
    pub(crate) issuer: TestIssuer,
    pub(crate) signer: Signer,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) verifier: Verifier,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(choose: impl FnOnce(VerifierBuilder) -> VerifierBuilder) -> Self {
        let signer = Signer::seeded(1);
        let issuer = TestIssuer::with_keys(&[&signer]).await;
        let clock = TestClock::new();
        let builder = Verifier::builder(&issuer.url, AUDIENCE).clock(clock.clone());
        let verifier = choose(builder).build().expect("the issuer is on loopback");
        Self { issuer, signer, clock, verifier }
    }

    /// The verdict on a token that lives for a day.
    pub(crate) async fn verdict(&self, signer: &Signer) -> Result<(), Rejection> {
        let token = Token::of(&self.issuer.url, signer).with("exp", json!(NOW + 86_400));
        self.verifier.verify(&token.sign(signer)).await.map(drop)
    }

    /// The verdict on a token whose key nobody knows.
    pub(crate) async fn unknown(&self, kid: &str) -> Result<(), Rejection> {
        let token = Token::of(&self.issuer.url, &self.signer).with_header("kid", json!(kid));
        self.verifier.verify(&token.sign(&self.signer)).await.map(drop)
    }

    /// How often the keys were asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.issuer.count(JWKS)
    }
}
