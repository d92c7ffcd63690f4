//! Status lists over a change of configuration and of sealing keys.

use std::time::Duration;

use crate::{
    status_list_tokens::{Reference, aggregation, fetch, is_revoked},
    support::{Request, TestServer},
};

#[tokio::test]
async fn a_key_for_longer_tokens_in_new_configuration_counts_at_once() {
    let server = TestServer::start().await;
    let before = Reference::of_a_new_token(&server).await;
    let toml = std::fs::read_to_string(server.config_file()).unwrap();
    let longer = format!("{toml}\n[tokens]\naccess_token_lifetime = \"2h\"\n");
    std::fs::write(server.config_file(), longer).unwrap();
    server.app.reload(signet::app::Trigger::Signal, []).unwrap();
    let after = Reference::of_a_new_token(&server).await;
    assert_ne!(after.uri, before.uri);
    server.clock.advance(Duration::from_secs(7200));
    fetch(&server, &after.path).await;
    assert!(!is_revoked(&server, &after).await);
}

#[tokio::test]
async fn what_a_previous_sealing_key_tagged_is_still_served_under_its_uri() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    reference.revoke(&server).await;
    let file = server.folder.path().join("keys/sealing.key");
    let old = std::fs::read_to_string(&file).unwrap();
    let new = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, [7; 32]);
    std::fs::write(&file, format!("{new}\n{old}")).unwrap();
    server.app.reload_keys().unwrap();
    assert!(is_revoked(&server, &reference).await);
    assert!(aggregation(&server).await.contains(&reference.uri));

    std::fs::write(&file, format!("{new}\n")).unwrap();
    server.app.reload_keys().unwrap();
    server.send(Request::get(&reference.path)).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn no_token_is_put_on_a_list_whose_name_a_removed_sealing_key_tagged() {
    let server = TestServer::start().await;
    let before = Reference::of_a_new_token(&server).await;
    let new = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, [7; 32]);
    std::fs::write(server.folder.path().join("keys/sealing.key"), format!("{new}\n")).unwrap();
    server.app.reload_keys().unwrap();
    server.send(Request::get(&before.path)).await.assert_error(404, "not_found");
    let after = Reference::of_a_new_token(&server).await;
    assert!(!is_revoked(&server, &after).await, "its list is served");
    assert_eq!(aggregation(&server).await, [after.uri]);
}
