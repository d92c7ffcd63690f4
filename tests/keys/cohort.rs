//! Signatures made in company.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Waker},
};

use serde_json::json;
use signet::keys::SigningKey;
use signet_verifier::Algorithm;
use tokio::runtime::Builder;

use super::support::{part, signing_key, verifies};

async fn sign(key: Arc<SigningKey>, number: usize) -> String {
    let claims = json!({ "number": number }).to_string();
    key.sign_json_in_company("at+jwt", claims.as_bytes()).await.expect("a signature")
}

/// Begins to sign, and stops where the others are waited for.
fn begin(signing: Pin<&mut impl Future>) {
    assert!(signing.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

fn is_signed(token: &str, key: &SigningKey, number: usize) {
    assert_eq!(part(token, 0)["kid"], key.kid());
    assert_eq!(part(token, 1), json!({ "number": number }));
    assert!(verifies(token, key.jwk()), "{number}");
}

#[test]
fn each_gets_the_signature_of_its_own_claims_by_its_own_key() {
    let keys = Algorithm::ALL.map(|algorithm| Arc::new(signing_key(algorithm)));
    for runtime in [
        Builder::new_current_thread().build().unwrap(),
        Builder::new_multi_thread().worker_threads(3).build().unwrap(),
    ] {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..100)
                .map(|number| tokio::spawn(sign(Arc::clone(&keys[number % keys.len()]), number)))
                .collect();
            for (number, task) in tasks.into_iter().enumerate() {
                is_signed(&task.await.unwrap(), &keys[number % keys.len()], number);
            }
        });
    }
}

/// In which order eight requests come to their signatures, and have them.
async fn order(algorithm: Algorithm) -> String {
    let key = Arc::new(signing_key(algorithm));
    let (order, mut noted) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..8 {
        let (key, order) = (Arc::clone(&key), order.clone());
        tokio::spawn(async move {
            let _ = order.send('(');
            sign(key, number).await;
            let _ = order.send(')');
        });
    }
    drop(order);
    let mut all = String::new();
    while let Some(one) = noted.recv().await {
        all.push(one);
    }
    all
}

#[tokio::test]
async fn quick_signatures_wait_for_those_at_hand_and_slow_ones_for_nothing() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        assert_eq!(order(algorithm).await, "(((((((())))))))", "{algorithm}");
    }
    for algorithm in [Algorithm::Es384, Algorithm::Rs256, Algorithm::Ps256] {
        assert_eq!(order(algorithm).await, "()()()()()()()()", "{algorithm}");
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_costs_the_others_nothing() {
    let key = Arc::new(signing_key(Algorithm::Es256));
    for _ in 0..40 {
        begin(pin!(sign(Arc::clone(&key), 1)));
    }
    is_signed(&sign(Arc::clone(&key), 2).await, &key, 2);
    assert_eq!(Arc::strong_count(&key), 1, "nothing keeps the key");
}

#[test]
fn a_request_that_goes_on_on_another_thread_has_its_signature_there() {
    let key = Arc::new(signing_key(Algorithm::Es256));
    let mut moved = Box::pin(sign(Arc::clone(&key), 1));
    begin(moved.as_mut());
    let runtime = || Builder::new_current_thread().build().unwrap();
    let token =
        std::thread::scope(|scope| scope.spawn(|| runtime().block_on(moved)).join().unwrap());
    is_signed(&token, &key, 1);

    let mut moved = Box::pin(sign(Arc::clone(&key), 2));
    begin(moved.as_mut());
    // The thread that it came from signs for it, too.
    is_signed(&runtime().block_on(sign(Arc::clone(&key), 3)), &key, 3);
    let token =
        std::thread::scope(|scope| scope.spawn(|| runtime().block_on(moved)).join().unwrap());
    is_signed(&token, &key, 2);
}
