//! RFC 9068 section 4: keys change, and no resource server notices.

use std::{sync::Arc, time::Duration};

use signet::{
    clock::Clock,
    entropy::SystemEntropy,
    keys::{KeyDirectory, PUBLICATION_LEAD, RotateWhen, Rotated},
};
use signet_verifier::{Algorithm, Rejection, Verifier};

use crate::{
    rfc7517_jwks::keys,
    support::{APPLICATIONS, Request, TestServer, http_client, token},
};

const GRANT: &str = "grant_type=client_credentials";
const API: &str = "https://api.example.com";

/// What `signet keys rotate` does, on the folder of a running server.
fn rotate(server: &TestServer, when: RotateWhen) -> Rotated {
    directory(server).rotate(Algorithm::Es256, when, &*server.clock, &SystemEntropy).unwrap()
}

fn directory(server: &TestServer) -> KeyDirectory {
    KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600))
}

async fn access_token(server: &TestServer) -> String {
    server.granted(GRANT).await["access_token"].as_str().unwrap().to_owned()
}

fn kid(token: &str) -> String {
    token::header(token)["kid"].as_str().unwrap().to_owned()
}

async fn published(server: &TestServer, kid: &str) -> bool {
    keys(server).await.iter().any(|key| key["kid"] == kid)
}

/// A resource server that keeps the key set for as long as `max-age` allows and never asks in between,
/// not even for a key that it does not know.
fn patient_verifier(server: &TestServer) -> Verifier {
    Verifier::builder(&server.issuer, API)
        .clock(Arc::clone(&server.clock) as Arc<dyn Clock>)
        .cache_for(Duration::from_secs(300))
        .stale_for(Duration::ZERO)
        .refetch_cool_down(Duration::from_secs(300))
        .build()
        .unwrap()
}

fn advance(server: &TestServer, seconds: u64) {
    server.clock.advance(Duration::from_secs(seconds));
}

#[tokio::test]
async fn the_next_key_is_published_at_least_six_minutes_before_it_signs() {
    let server = TestServer::start().await;
    let old = kid(&access_token(&server).await);
    let Rotated::Made { kid: next, signs_from } = rotate(&server, RotateWhen::AfterPublication)
    else {
        panic!("a key was there already");
    };
    server.app.reload_keys().unwrap();
    assert!(PUBLICATION_LEAD >= Duration::from_secs(360));
    assert_eq!(signs_from, server.clock.now() + PUBLICATION_LEAD.as_secs());

    assert!(published(&server, &next).await);
    assert_eq!(kid(&access_token(&server).await), old);
    advance(&server, PUBLICATION_LEAD.as_secs() - 1);
    assert_eq!(kid(&access_token(&server).await), old, "one second too early");
    advance(&server, 1);
    assert_eq!(kid(&access_token(&server).await), next);
}

#[tokio::test]
async fn a_verifier_that_caches_for_five_minutes_never_meets_an_unknown_key() {
    let server = TestServer::start().await;
    // Caches of every age at the moment of the rotation, the freshest a second old.
    let mut verifiers = Vec::new();
    for _ in 0..10 {
        let verifier = patient_verifier(&server);
        verifier.verify(&access_token(&server).await).await.unwrap();
        verifiers.push(verifier);
        advance(&server, 29);
    }
    verifiers.push(patient_verifier(&server));
    verifiers[10].verify(&access_token(&server).await).await.unwrap();
    advance(&server, 1);

    rotate(&server, RotateWhen::AfterPublication);
    server.app.reload_keys().unwrap();
    let mut kids = Vec::new();
    for _ in 0..160 {
        let token = access_token(&server).await;
        kids.push(kid(&token));
        for verifier in &verifiers {
            let verified = verifier.verify(&token).await;
            assert!(verified.is_ok(), "{verified:?} at {}", server.clock.now());
        }
        advance(&server, 7);
    }
    kids.dedup();
    assert_eq!(kids.len(), 2, "the switch came once");
}

/// The promise above is no accident of verifiers that ask again.
#[tokio::test]
async fn a_rotation_at_once_is_what_such_a_verifier_would_notice() {
    let server = TestServer::start().await;
    let verifier = patient_verifier(&server);
    verifier.verify(&access_token(&server).await).await.unwrap();
    rotate(&server, RotateWhen::Now);
    server.app.reload_keys().unwrap();
    let token = access_token(&server).await;
    assert_eq!(verifier.verify(&token).await, Err(Rejection::UnknownKey));
    let patient_no_longer = patient_verifier(&server);
    assert!(patient_no_longer.verify(&token).await.is_ok());
}

#[tokio::test]
async fn the_old_key_stays_published_until_the_last_token_that_it_signed_has_ended() {
    let server = TestServer::start().await;
    rotate(&server, RotateWhen::AfterPublication);
    server.app.reload_keys().unwrap();
    advance(&server, PUBLICATION_LEAD.as_secs() - 1);
    let last = access_token(&server).await;
    let exp = token::claims(&last)["exp"].as_u64().unwrap();
    advance(&server, 1);
    assert_ne!(kid(&access_token(&server).await), kid(&last));

    while server.clock.now() < exp {
        server.app.maintain_keys().unwrap();
        assert!(published(&server, &kid(&last)).await, "{} s early", exp - server.clock.now());
        // A resource server that has just started has nothing but what is published now.
        assert!(patient_verifier(&server).verify(&last).await.is_ok());
        advance(&server, 50.min(exp - server.clock.now()));
    }
}

#[tokio::test]
async fn afterwards_it_is_published_no_more_and_deleted() {
    let server = TestServer::start().await;
    let old = kid(&access_token(&server).await);
    rotate(&server, RotateWhen::AfterPublication);
    server.app.reload_keys().unwrap();
    let file = server.folder.path().join("keys").join(format!("{old}.pem"));
    advance(&server, PUBLICATION_LEAD.as_secs() + 600 + 60 - 1);
    server.app.maintain_keys().unwrap();
    assert!(published(&server, &old).await && file.exists());
    advance(&server, 1);
    assert!(!published(&server, &old).await, "not published, deleted or not");
    // The server maintains its keys too, and may hold the folder at this moment.
    crate::support::eventually("the old key's file is deleted", async || {
        server.app.maintain_keys().unwrap();
        !file.exists()
    })
    .await;
    assert!(!kid(&access_token(&server).await).is_empty());
}

#[tokio::test]
async fn a_longer_token_lifetime_keeps_the_old_key_for_longer() {
    let tables = format!("[tokens]\naccess_token_lifetime = \"2h\"\n{APPLICATIONS}");
    let server = TestServer::with(&tables).await;
    let token = access_token(&server).await;
    rotate(&server, RotateWhen::Now);
    server.app.reload_keys().unwrap();
    advance(&server, 7199);
    server.app.maintain_keys().unwrap();
    assert!(published(&server, &kid(&token)).await);
}

#[tokio::test]
async fn a_second_rotation_while_one_is_under_way_changes_nothing() {
    let server = TestServer::start().await;
    let Rotated::Made { kid: next, signs_from } = rotate(&server, RotateWhen::AfterPublication)
    else {
        panic!("a key was there already");
    };
    advance(&server, 100);
    let again = rotate(&server, RotateWhen::AfterPublication);
    assert_eq!(again, Rotated::AlreadyScheduled { kid: next, signs_from });
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_keys_change() {
    let server = TestServer::start().await;
    let address = server.address;
    let requests = tokio::spawn(async move {
        let token = Request::form("/oauth2/token", GRANT).basic("service", "service-secret");
        let jwks = Request::get("/.well-known/jwks.json");
        let mut statuses = Vec::new();
        for _ in 0..150 {
            statuses.push(http_client::send(address, &token).await.status);
            statuses.push(http_client::send(address, &jwks).await.status);
        }
        statuses
    });
    while !requests.is_finished() {
        rotate(&server, RotateWhen::AfterPublication);
        server.app.reload_keys().unwrap();
        advance(&server, 200);
        server.app.maintain_keys().unwrap();
        tokio::task::yield_now().await;
    }
    assert!(requests.await.unwrap().into_iter().all(|status| status == 200));
}

#[tokio::test]
async fn keys_rotate_by_themselves_where_that_is_configured() {
    let tables = format!("[keys]\nrotate_every = \"1h\"\n{APPLICATIONS}");
    let server = TestServer::with(&tables).await;
    let verifier = patient_verifier(&server);
    let mut kids = Vec::new();
    for _ in 0..(3 * 60) {
        server.app.maintain_keys().unwrap();
        let token = access_token(&server).await;
        assert!(verifier.verify(&token).await.is_ok());
        kids.push(kid(&token));
        advance(&server, 60);
    }
    kids.dedup();
    assert!((3..=4).contains(&kids.len()), "{} keys in three hours", kids.len());
}

#[tokio::test]
async fn without_a_period_keys_stay() {
    let server = TestServer::start().await;
    let before = kid(&access_token(&server).await);
    for _ in 0..10 {
        advance(&server, 10 * 24 * 3600);
        server.app.maintain_keys().unwrap();
    }
    assert_eq!(kid(&access_token(&server).await), before);
}

/// Nobody tells the server here: it looks at the folder by itself.
#[tokio::test]
async fn a_rotated_folder_is_noticed() {
    let server = TestServer::start().await;
    assert!(!kid(&access_token(&server).await).is_empty());
    assert_noticed(&server).await;
}

/// Between the loading of the keys and the first look at the folder another replica may change it.
#[tokio::test]
async fn a_folder_that_was_rotated_while_the_server_started_is_noticed() {
    let server = TestServer::start().await;
    // Nothing has been waited for: the server has bound its port and looked at nothing yet.
    assert_noticed(&server).await;
}

async fn assert_noticed(server: &TestServer) {
    let Rotated::Made { kid, .. } = rotate(server, RotateWhen::AfterPublication) else {
        panic!("a key was there already");
    };
    crate::support::eventually("the next key is published", async || published(server, &kid).await)
        .await;
}

#[tokio::test]
async fn a_retired_key_is_published_no_more_and_its_successor_signs() {
    let server = TestServer::start().await;
    let token = access_token(&server).await;
    rotate(&server, RotateWhen::AfterPublication);
    directory(&server).retire(&kid(&token), &*server.clock).unwrap();
    server.app.reload_keys().unwrap();
    assert!(!published(&server, &kid(&token)).await);
    assert_ne!(kid(&access_token(&server).await), kid(&token));
    let verdict = patient_verifier(&server).verify(&token).await;
    assert_eq!(verdict, Err(Rejection::UnknownKey));
}
