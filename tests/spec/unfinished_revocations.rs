//! Revocations that are interrupted, by a client that hangs up or a store that fails half way: what was
//! begun is done to its end, or when it is asked for again.

use std::time::Duration;

use signet::{
    clock::Clock,
    store::{Entry, FamilyId, Grant, ListId, LiveToken, NewFamily},
};
use tokio::time::timeout;

use crate::support::{
    Request, TestServer, eventually,
    refreshing::{refresh_token, renewed, secret},
    returned::{
        LIST, access_token, call, claims, granted, is_active, issued, revocation, signed, switched,
    },
    switched_store::SwitchedStore,
};

/// The person of the applications that [`switched`] declares.
const PERSON: &str = "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f";

/// Sends what revokes something, and hangs up while the store is about to.
async fn send_and_hang_up(server: &TestServer, store: &SwitchedStore, request: Request) {
    store.hold_revocations(true);
    let answer = timeout(Duration::from_millis(300), server.send(request)).await;
    assert!(answer.is_err(), "nobody answers while the store does not: {answer:?}");
    // The server has noticed by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    store.hold_revocations(false);
}

async fn dies(server: &TestServer, client_id: &str, token: &str) {
    eventually("the token is revoked", async || !is_active(server, client_id, token).await).await;
}

#[tokio::test]
async fn a_replay_revokes_the_access_tokens_of_its_grant_although_its_client_hangs_up() {
    let (server, store) = switched();
    let first = granted(&server, "owner").await;
    let second = renewed(&server, "owner", &refresh_token(&first), "").await;
    server.clock.advance(Duration::from_secs(60));
    let form = format!("grant_type=refresh_token&refresh_token={}", refresh_token(&first));
    let replay = Request::form("/oauth2/token", &form).basic("owner", &secret("owner"));
    send_and_hang_up(&server, &store, replay).await;
    for response in [first, second] {
        dies(&server, "owner", &access_token(&response)).await;
    }
}

#[tokio::test]
async fn a_revocation_is_completed_although_its_client_hangs_up() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    let request = revocation("owner", &refresh_token(&response));
    send_and_hang_up(&server, &store, request).await;
    dies(&server, "owner", &access_token(&response)).await;
}

#[tokio::test]
async fn a_log_out_is_completed_although_its_client_hangs_up() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    let bearer = format!("Bearer {}", access_token(&response));
    let request =
        Request::new("DELETE", &format!("{LIST}/current")).header("Authorization", bearer);
    send_and_hang_up(&server, &store, request).await;
    dies(&server, "owner", &access_token(&response)).await;
}

#[tokio::test]
async fn the_end_of_an_application_is_completed_although_its_client_hangs_up() {
    let (server, store) = switched();
    let operator = issued(&server, "operator").await;
    let grants = [granted(&server, "owner").await, granted(&server, "owner").await];
    let target = format!("{LIST}?client_id=owner");
    let request =
        Request::new("DELETE", &target).header("Authorization", format!("Bearer {operator}"));
    send_and_hang_up(&server, &store, request).await;
    for response in &grants {
        dies(&server, "owner", &access_token(response)).await;
        dies(&server, "owner", &refresh_token(response)).await;
    }
}

#[tokio::test]
async fn grants_whose_access_tokens_could_not_be_revoked_are_ended_by_asking_again() {
    let (server, store) = switched();
    let places: Vec<Entry> = (1..=3).map(|id| place(&server, id)).collect();
    for (id, place) in (1..=3).zip(&places) {
        persons_grant(&server, id, *place).await;
    }
    let token = signed(&server, "at+jwt", &claims(&server, "owner", PERSON));
    store.set_read_only(true);
    call(&server, "DELETE", LIST, &token).await.assert_error(503, "temporarily_unavailable");
    store.set_read_only(false);
    assert_eq!(call(&server, "DELETE", LIST, &token).await.status, 204);
    for place in places {
        let revoked = server.app.store().revocations.is_revoked(place).await.unwrap();
        assert!(revoked, "{place:?}");
    }
}

fn place(server: &TestServer, id: u8) -> Entry {
    let expires_at = u32::try_from(server.clock.now() + 7200).unwrap();
    Entry { list: ListId { expires_at, random: [id; 8] }, index: u32::from(id) }
}

/// A grant of that person, with an access token at `entry`.
async fn persons_grant(server: &TestServer, id: u8, entry: Entry) {
    let now = server.clock.now();
    let family = NewFamily {
        id: FamilyId::from_bytes([id; 16]),
        grant: Grant {
            client_id: "owner".parse().unwrap(),
            sub: Some(PERSON.to_owned()),
            scope: "read".parse().unwrap(),
            resource: vec![server.issuer.clone()],
            auth_time: Some(now),
            session: None,
        },
        created_at: now,
        expires_at: now + 86_400,
        idle_lifetime: 3600,
        access_token: Some(LiveToken { entry, expires_at: now + 600 }),
    };
    server.app.store().families.begin(&family).await.unwrap();
}
