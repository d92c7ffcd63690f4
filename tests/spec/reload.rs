//! Reload: new configuration in place of the old while requests are answered.

use std::{fs, time::Duration};

use signet::{
    app::{ReloadRefused, Trigger},
    entropy::SystemEntropy,
    keys::{KeyDirectory, RotateWhen},
};
use signet_verifier::Algorithm;

use crate::support::{Request, TestServer, token};

const GRANT: &str = "grant_type=client_credentials";

const NEWCOMER: &str = r#"
[[applications]]
client_id = "newcomer"
client_secret = "newcomer-secret"
grant_types = ["client_credentials"]
scopes = ["read"]
"#;

fn text(server: &TestServer) -> String {
    fs::read_to_string(server.config_file()).unwrap()
}

fn write(server: &TestServer, text: &str) {
    fs::write(server.config_file(), text).unwrap();
}

async fn status(server: &TestServer, client_id: &str) -> u16 {
    server.token(client_id, &format!("{client_id}-secret"), GRANT).await.status
}

/// Refused, with a message that names `key` and the file, while everything goes on as before.
async fn assert_refused(server: &TestServer, text: &str, trigger: Trigger, key: &str) {
    write(server, text);
    let message = server.app.reload(trigger, []).unwrap_err().to_string();
    assert!(message.contains(key), "{key} is not named: {message}");
    let file = server.config_file().display().to_string();
    assert!(message.contains(&file), "the file is not named: {message}");
    assert_eq!(status(server, "service").await, 200, "the old configuration is gone");
    assert_eq!(status(server, "newcomer").await, 401, "part of the new one is there");
}

#[tokio::test]
async fn a_new_application_can_be_used_at_once() {
    let server = TestServer::start().await;
    assert_eq!(status(&server, "newcomer").await, 401);
    write(&server, &(text(&server) + NEWCOMER));
    server.app.reload(Trigger::Change, []).unwrap();
    assert_eq!(status(&server, "newcomer").await, 200);
    assert_eq!(status(&server, "service").await, 200);
}

#[tokio::test]
async fn an_application_that_is_gone_is_refused_at_once() {
    let server = TestServer::start().await;
    let without = text(&server).replace("client_id = \"service\"", "client_id = \"renamed\"");
    write(&server, &without);
    server.app.reload(Trigger::Change, []).unwrap();
    assert_eq!(status(&server, "service").await, 401);
    assert_eq!(server.token("renamed", "service-secret", GRANT).await.status, 200);
}

#[tokio::test]
async fn a_disabled_application_is_refused_at_once() {
    let server = TestServer::start().await;
    let disabled = text(&server).replacen(
        "client_id = \"service\"",
        "client_id = \"service\"\ndisabled = true",
        1,
    );
    write(&server, &disabled);
    server.app.reload(Trigger::Change, []).unwrap();
    assert_eq!(status(&server, "service").await, 401);
}

#[tokio::test]
async fn a_changed_secret_counts_at_once() {
    let server = TestServer::start().await;
    assert_eq!(status(&server, "poster").await, 200);
    write(&server, &text(&server).replace("poster-secret", "changed"));
    server.app.reload(Trigger::Change, []).unwrap();
    assert_eq!(status(&server, "poster").await, 401);
    assert_eq!(server.token("poster", "changed", GRANT).await.status, 200);
}

#[tokio::test]
async fn lifetimes_algorithms_and_metadata_follow_the_file() {
    let server = TestServer::start().await;
    let changed = text(&server)
        + "[[scopes]]\nname = \"brand-new\"\n[tokens]\naccess_token_lifetime = \"1m\"\n\
           [keys]\naccess_token_algorithm = \"EdDSA\"\n";
    write(&server, &changed);
    server.app.reload(Trigger::Change, []).unwrap();
    let granted = server.granted(GRANT).await;
    assert_eq!(granted["expires_in"], 60);
    assert_eq!(token::header(granted["access_token"].as_str().unwrap())["alg"], "EdDSA");
    let document = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
    assert!(document.text().contains("brand-new"), "{document:?}");
}

#[tokio::test]
async fn the_environment_is_laid_over_the_file_again() {
    let server = TestServer::start().await;
    let lifetime = ("SIGNET_TOKENS__ACCESS_TOKEN_LIFETIME".to_owned(), "2m".to_owned());
    server.app.reload(Trigger::Signal, [lifetime]).unwrap();
    assert_eq!(server.granted(GRANT).await["expires_in"], 120);
}

#[tokio::test]
async fn a_bad_file_is_refused_and_the_old_configuration_stays() {
    let server = TestServer::start().await;
    let good = text(&server) + NEWCOMER;
    for trigger in [Trigger::Change, Trigger::Signal] {
        let unknown =
            good.replace("[[scopes]]\nname = \"read\"", "[[scopes]]\nname = \"read\"\ncolour = 1");
        assert_refused(&server, &unknown, trigger, "scopes.0.colour").await;
        let mistyped = good.replace("client_secret = \"newcomer-secret\"", "client_secret = 7");
        assert_refused(&server, &mistyped, trigger, "applications.6.client_secret").await;
        let undeclared = good.replace("newcomer-secret\"", "newcomer-secret\"\naudience = [\"x\"]");
        assert_refused(&server, &undeclared, trigger, "applications.6.audience").await;
        let duplicate = good.replace("client_id = \"poster\"", "client_id = \"service\"");
        assert_refused(&server, &duplicate, trigger, "applications.1.client_id").await;
        assert_refused(&server, &good.replace("[[scopes]]", "[[scopes"), trigger, "line").await;
    }
    write(&server, &good);
    server.app.reload(Trigger::Change, []).unwrap();
    assert_eq!(status(&server, "newcomer").await, 200);
}

#[tokio::test]
async fn a_file_that_names_a_file_that_is_not_there_is_refused() {
    let server = TestServer::start().await;
    let missing = (text(&server) + NEWCOMER)
        .replace("client_secret = \"newcomer-secret\"", "client_secret_file = \"missing.secret\"");
    assert_refused(&server, &missing, Trigger::Signal, "applications.6.client_secret_file").await;
}

#[tokio::test]
async fn a_file_that_is_gone_is_refused() {
    let server = TestServer::start().await;
    fs::remove_file(server.config_file()).unwrap();
    let message = server.app.reload(Trigger::Signal, []).unwrap_err().to_string();
    assert!(message.contains(&server.config_file().display().to_string()), "{message}");
    assert_eq!(status(&server, "service").await, 200);
}

fn emptied(server: &TestServer) -> String {
    let text = text(server);
    text[..text.find("[[applications]]").unwrap()].to_owned()
}

#[tokio::test]
async fn a_changed_file_that_lost_every_application_is_more_likely_a_mistake() {
    let server = TestServer::start().await;
    write(&server, &emptied(&server));
    let refused = server.app.reload(Trigger::Change, []).unwrap_err();
    assert!(matches!(refused, ReloadRefused::NoApplicationsLeft), "{refused}");
    assert!(refused.to_string().contains("SIGHUP"), "{refused}");
    assert_eq!(status(&server, "service").await, 200);
}

#[tokio::test]
async fn who_sends_a_signal_means_it() {
    let server = TestServer::start().await;
    write(&server, &emptied(&server));
    server.app.reload(Trigger::Signal, []).unwrap();
    assert_eq!(status(&server, "service").await, 401);
}

#[tokio::test]
async fn the_issuer_cannot_change_under_those_who_know_it() {
    let server = TestServer::start().await;
    let changed = text(&server).replace(&server.issuer, "http://localhost:8080");
    write(&server, &changed);
    for trigger in [Trigger::Change, Trigger::Signal] {
        let refused = server.app.reload(trigger, []).unwrap_err();
        assert!(matches!(refused, ReloadRefused::IssuerChanged), "{refused}");
        assert!(refused.to_string().starts_with("issuer"), "{refused}");
    }
    assert_eq!(status(&server, "service").await, 200);
    let document = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
    assert_eq!(document.json()["issuer"], server.issuer.as_str());
}

#[tokio::test]
async fn a_key_folder_that_cannot_be_used_is_refused_and_the_old_keys_stay() {
    let server = TestServer::start().await;
    let ring = server.folder.path().join("keys/ring.toml");
    let good = fs::read_to_string(&ring).unwrap();
    fs::write(&ring, "[[key]]\nkid = \"x\"\n").unwrap();
    let message = server.app.reload_keys().unwrap_err().to_string();
    assert!(message.contains("ring.toml"), "{message}");
    let message = server.app.reload(Trigger::Signal, []).unwrap_err().to_string();
    assert!(message.contains("ring.toml"), "{message}");
    assert_eq!(status(&server, "service").await, 200);
    fs::write(&ring, good).unwrap();
    server.app.reload_keys().unwrap();
}

#[tokio::test]
async fn a_reload_takes_new_keys_in_as_well() {
    let server = TestServer::start().await;
    KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600))
        .rotate(Algorithm::Es256, RotateWhen::Now, &*server.clock, &SystemEntropy)
        .unwrap();
    let kid = async || {
        let granted = server.granted(GRANT).await;
        token::header(granted["access_token"].as_str().unwrap())["kid"].clone()
    };
    let before = kid().await;
    server.app.reload(Trigger::Signal, []).unwrap();
    assert_ne!(kid().await, before);
}

#[tokio::test]
async fn the_throttle_forgets_nothing_over_a_reload() {
    let server = TestServer::start().await;
    write(
        &server,
        &format!("{}[limits]\nfailed_client_authentications = \"30/min\"\n", text(&server)),
    );
    for _ in 0..30 {
        server.token("service", "guess", GRANT).await.assert_error(401, "invalid_client");
    }
    server.app.reload(Trigger::Signal, []).unwrap();
    server.token("service", "guess", GRANT).await.assert_error(429, "too_many_requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_configuration_is_reloaded() {
    let server = TestServer::start().await;
    let address = server.address;
    let requests = tokio::spawn(async move {
        let request = Request::form("/oauth2/token", GRANT).basic("service", "service-secret");
        let mut statuses = Vec::new();
        for _ in 0..200 {
            statuses.push(crate::support::http_client::send(address, &request).await.status);
        }
        statuses
    });
    let mut reloads = 0;
    while !requests.is_finished() {
        server.app.reload(Trigger::Signal, []).unwrap();
        reloads += 1;
        tokio::task::yield_now().await;
    }
    assert_eq!(requests.await.unwrap(), [200; 200], "with {reloads} reloads");
}

/// The server looks at its file by itself: nobody calls reload here.
#[tokio::test]
async fn a_changed_file_is_noticed() {
    let server = TestServer::start().await;
    assert_eq!(status(&server, "service").await, 200);
    write(&server, &(text(&server) + "[[scopes]]\nname = \"brand-new\"\n"));
    assert_noticed(&server).await;
}

/// Between the reading of the file and the first look at it lie the making of keys and the opening of the
/// listener: what changes in that time must not be taken for what was read.
#[tokio::test]
async fn a_file_that_changed_while_the_server_started_is_noticed() {
    let server = TestServer::start().await;
    // Nothing has been waited for: the server has bound its port and looked at nothing yet.
    write(&server, &(text(&server) + "[[scopes]]\nname = \"brand-new\"\n"));
    assert_noticed(&server).await;
}

async fn assert_noticed(server: &TestServer) {
    crate::support::eventually("the new scope is advertised", async || {
        let document = server.send(Request::get("/.well-known/oauth-authorization-server")).await;
        document.text().contains("brand-new")
    })
    .await;
}

/// A ring that was emptied by mistake, or a folder that is away, ends no token.
#[tokio::test]
async fn a_key_folder_without_its_keys_is_refused_and_the_old_keys_stay() {
    let server = TestServer::start().await;
    let ring = server.folder.path().join("keys/ring.toml");
    let text = fs::read(&ring).unwrap();
    fs::write(&ring, "").unwrap();
    assert!(server.app.reload_keys().unwrap_err().to_string().contains("no longer has a key"));
    server.granted("grant_type=client_credentials").await;
    fs::write(&ring, text).unwrap();

    let keys = server.folder.path().join("keys");
    fs::rename(&keys, server.folder.path().join("keys.away")).unwrap();
    assert!(server.app.reload(Trigger::Signal, []).is_err());
    assert!(!keys.exists(), "nothing is made in the place of a folder that is away");
    server.granted("grant_type=client_credentials").await;
}

/// Tools that keep times set the last write back; a digest has the same length as the one before it.
#[tokio::test]
async fn a_change_that_keeps_time_and_length_is_noticed() {
    let server = TestServer::with("[[scopes]]\nname = \"some-old\"\n").await;
    let before = fs::metadata(server.config_file()).unwrap().modified().unwrap();
    write(&server, &text(&server).replace("some-old", "brand-new"));
    let file = fs::File::options().write(true).open(server.config_file()).unwrap();
    file.set_modified(before).unwrap();
    assert_noticed(&server).await;
}

/// Reading a pipe would never end, and with it no reload and no shutdown.
#[tokio::test]
async fn a_pipe_in_the_place_of_a_secret_is_refused() {
    let server = TestServer::start().await;
    let pipe = server.folder.path().join("late.secret");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let application = "[[applications]]\nclient_id = \"late\"\nclient_secret_file = \"late.secret\"\n\
                       grant_types = []\n";
    write(&server, &(text(&server) + application));
    let refused = server.app.reload(Trigger::Signal, []).unwrap_err().to_string();
    assert!(refused.contains("late.secret") && refused.contains("regular file"), "{refused}");
}
