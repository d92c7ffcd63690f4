//! Sentinel failovers that lose the last writes.

use crate::{
    clients::Clients,
    signet_with,
    support::{
        Request, TestServer, eventually,
        redis_server::sentinels::Sentinels,
        refreshing::{begin, refresh_token, renewed, secret},
    },
};

async fn revoke(server: &TestServer, token: &str) -> u16 {
    let form = format!("token={token}");
    let request = Request::form("/oauth2/revoke", &form).basic("renewer", &secret("renewer"));
    server.send(request).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_out_by_a_failover_that_loses_the_last_writes() {
    let mut servers = Sentinels::start().await;
    let store = format!("[store]\nurl = \"{}\"\ntimeout = \"3s\"\n", servers.url());
    let server = signet_with(&store, "").await;
    let clients = Clients::at_work(20, &[&server]).await;
    clients.go_on("before").await;
    // What the master acknowledges from here on, the replica never hears of.
    servers.replica.freeze().await;
    clients.go_on("with writes that will be lost").await;
    servers.master.kill();
    servers.replica.thaw().await;
    clients.go_on("after the failover").await;
    let ledger = clients.end().await;
    eprintln!("failover that loses writes: {ledger:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_wait_replicas_no_new_grant_and_no_revocation_is_lost() {
    let mut servers = Sentinels::start().await;
    let store =
        format!("[store]\nurl = \"{}\"\nwait_replicas = 1\ntimeout = \"3s\"\n", servers.url());
    let server = signet_with(&store, "").await;

    eventually("the replica acknowledges", async || {
        begin(&server, "renewer", "").await.get("refresh_token").is_some()
    })
    .await;
    // Acknowledged by the replica before they were answered.
    let mut kept = Vec::new();
    for _ in 0..10 {
        kept.push(refresh_token(&begin(&server, "renewer", "").await));
    }
    let ended = refresh_token(&begin(&server, "renewer", "").await);
    assert_eq!(revoke(&server, &ended).await, 200);

    servers.replica.freeze().await;
    let response = begin(&server, "renewer", "").await;
    assert!(response.get("refresh_token").is_none(), "no grant that could be lost: {response}");
    assert_eq!(revoke(&server, &kept[9]).await, 503, "not said to be done");

    servers.master.kill();
    servers.replica.thaw().await;
    eventually("the new master answers", async || {
        let form = "token=sgr_x&token_type_hint=refresh_token";
        let request =
            Request::form("/oauth2/introspect", form).basic("renewer", &secret("renewer"));
        let _ = server.send(request).await;
        server.app.store().revocations.lists(0).await.is_ok()
    })
    .await;
    for token in &kept[..9] {
        renewed(&server, "renewer", token, "").await;
    }
    let answer = crate::support::refreshing::refresh(&server, "renewer", &ended, "").await;
    answer.assert_error(400, "invalid_grant");
}
