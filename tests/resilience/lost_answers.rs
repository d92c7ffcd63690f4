//! Answers that do not arrive, and requests that race.

use std::{collections::HashSet, sync::Arc};

use crate::{
    durable_redis, signet_on,
    support::{
        Request, eventually, http_client,
        proxy::Proxy,
        refreshing::{begin, refresh, refresh_token, renewed, secret},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_answer_was_lost_asks_again_and_goes_on() {
    let redis = durable_redis().await;
    let server = signet_on(&redis.url(), "").await;
    let proxy = Proxy::before(server.address).await;
    let mut token = refresh_token(&begin(&server, "renewer", "").await);
    for round in 1..=20 {
        let form = format!("grant_type=refresh_token&refresh_token={token}");
        let request = Request::form("/oauth2/token", &form).basic("renewer", &secret("renewer"));
        proxy.lose(1);
        assert!(
            http_client::try_send(proxy.address, &request).await.is_none(),
            "it was to be lost"
        );
        assert_eq!(proxy.lost(), round);
        let answer = http_client::send(proxy.address, &request).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let next = refresh_token(&answer.json());
        assert_ne!(next, token, "the rotation had happened");
        token = next;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_refreshes_at_once_on_two_replicas_have_one_successor() {
    let redis = durable_redis().await;
    let one = Arc::new(signet_on(&redis.url(), "").await);
    let other = Arc::new(one.replica().await);
    other.clock.go();
    let token = refresh_token(&begin(&one, "renewer", "").await);

    let attempts: Vec<_> = (0..200)
        .map(|number| {
            let server = Arc::clone(if number % 2 == 0 { &one } else { &other });
            let token = token.clone();
            tokio::spawn(async move { renewed(&server, "renewer", &token, "").await })
        })
        .collect();
    let mut successors = HashSet::new();
    let mut access_tokens = HashSet::new();
    for attempt in attempts {
        let response = attempt.await.unwrap();
        successors.insert(refresh_token(&response));
        access_tokens.insert(response["access_token"].as_str().unwrap().to_owned());
    }
    assert_eq!((successors.len(), access_tokens.len()), (1, 200));

    // No second line of descent: once the successor is used, its predecessor ends the grant.
    let successor = successors.into_iter().next().unwrap();
    let next = refresh_token(&renewed(&other, "renewer", &successor, "").await);
    refresh(&one, "renewer", &token, "").await.assert_error(400, "invalid_grant");
    refresh(&other, "renewer", &next, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_store_command_renews_a_grant() {
    let redis = durable_redis().await;
    let server = signet_on(&redis.url(), "").await;
    let mut token = refresh_token(&begin(&server, "renewer", "").await);
    token = refresh_token(&renewed(&server, "renewer", &token, "").await);
    eventually("the block is noted, which is a command of its own", async || {
        !redis.command(&["KEYS", "*rev:app:*"]).await.concat().is_empty()
    })
    .await;
    redis.command(&["CONFIG", "RESETSTAT"]).await;
    for _ in 0..10 {
        token = refresh_token(&renewed(&server, "renewer", &token, "").await);
    }
    let stats = redis.command(&["INFO", "commandstats"]).await;
    let calls = |name: &str| {
        let line = stats.iter().find(|line| line.starts_with(&format!("cmdstat_{name}:calls=")));
        line.map_or(0, |line| line.split(['=', ',']).nth(1).unwrap().parse::<usize>().unwrap())
    };
    assert_eq!(calls("evalsha"), 10, "{stats:?}");
    assert_eq!(calls("eval") + calls("script|load") + calls("publish") + calls("setbit"), 0);
}
