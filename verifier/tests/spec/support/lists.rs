//! Status lists: right ones first, and tokens that name an entry of one.

use std::{future::Future, time::Duration};

use serde_json::{Value, json};
use signet_verifier::{
    Rejection,
    status_list::{Bits, StatusList},
};
use tokio::time::{sleep, timeout};

use super::{Answer, NOW, Scene, Signer, Token};

pub(crate) const LIST: &str = "/status-lists/1";

/// How many entries a test's list has.
pub(crate) const ENTRIES: u64 = 1024;

/// The `lst` of a list of one bit with these entries set.
pub(crate) fn lst(revoked: &[u64]) -> String {
    let mut bytes = vec![0; ENTRIES as usize / 8];
    for idx in revoked {
        bytes[*idx as usize / 8] |= 1 << (idx % 8);
    }
    StatusList::from_bytes(Bits::One, bytes).encode(9)
}

/// A status list token in the making, right in everything.
pub(crate) fn list(uri: &str, signer: &Signer, revoked: &[u64]) -> Token {
    let claims = json!({
        "sub": uri,
        "iat": NOW,
        "exp": NOW + 600,
        "ttl": 5,
        "status_list": {"bits": 1, "lst": lst(revoked)},
    });
    let token = Token::of(uri, signer).with_header("typ", json!("statuslist+jwt"));
    token.raw_payload(claims.to_string())
}

pub(crate) fn sent(token: &str) -> Answer {
    Answer::Send(200, Vec::new(), token.as_bytes().to_vec())
        .header("Content-Type: application/statuslist+jwt")
}

impl Scene {
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.url)
    }

    /// What the issuer would answer for a list with these entries revoked.
    pub(crate) fn list_answer(&self, path: &str, revoked: &[u64]) -> Answer {
        sent(&list(&self.uri(path), &self.signer, revoked).sign(&self.signer))
    }

    /// The issuer answers with the one list, these entries revoked.
    pub(crate) fn publishes(&self, revoked: &[u64]) {
        self.issuer.answer(LIST, self.list_answer(LIST, revoked));
    }

    /// The issuer answers with the one list, changed.
    pub(crate) fn publishes_changed(&self, change: impl FnOnce(Token) -> Token) {
        let token = change(list(&self.uri(LIST), &self.signer, &[]));
        self.issuer.answer(LIST, sent(&token.sign(&self.signer)));
    }

    /// A token that lives for a day and whose `status` is this.
    pub(crate) fn token(&self, status: Value) -> Token {
        let token = Token::of(&self.issuer.url, &self.signer).with("exp", json!(NOW + 86_400));
        token.with("status", status)
    }

    /// The verdict on a token that has this entry of a list.
    pub(crate) async fn says_of(&self, path: &str, idx: u64) -> Result<(), Rejection> {
        let status = json!({"status_list": {"idx": idx, "uri": self.uri(path)}});
        self.judge(self.token(status)).await
    }

    /// The verdict on a token that has this entry of the one list.
    pub(crate) async fn says(&self, idx: u64) -> Result<(), Rejection> {
        self.says_of(LIST, idx).await
    }

    pub(crate) async fn judge(&self, token: Token) -> Result<(), Rejection> {
        self.verifier.verify(&token.sign(&self.signer)).await.map(drop)
    }

    /// How often the one list was asked for.
    pub(crate) fn list_fetches(&self) -> usize {
        self.issuer.count(LIST)
    }
}

/// Waits until a condition holds, and says so where it never does.
pub(crate) async fn eventually<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let holds = async {
        while !condition().await {
            sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(Duration::from_secs(30), holds).await.expect("it comes to hold in the end");
}
