//! Word to applications that a session has ended (OpenID Connect Back-Channel Logout 1.0).

use std::{sync::Arc, time::Duration};

use serde_json::json;
use signet::{
    clock::SystemClock,
    entropy::SystemEntropy,
    grants::{BackChannel, LogoutNotice},
    keys::KeyDirectory,
    store::FamilyId,
    tokens::LogoutTokenIssuer,
};
use signet_verifier::{
    Algorithm, Rejection, Verifier,
    jwk::{JwkSet, PublicKey},
    jws::CompactJws,
};

use crate::support::{
    Request, TestServer,
    browser::{Browser, encoded},
    copy_keys, eventually,
    logout_receiver::LogoutReceiver,
    openid::{granted_in, lives, openid_tables, signed_in_browser},
    people::{PASSWORD, signed_in},
    token::{claims, header},
};

/// Applications that hear of log-outs at these places.
fn tables(rp: &str, other: &str) -> String {
    let uri = |uri: &str| format!("backchannel_logout_uri = \"{uri}\"\n");
    openid_tables()
        .replace("client_id = \"rp\"\n", &format!("client_id = \"rp\"\n{}", uri(rp)))
        .replace("client_id = \"other\"\n", &format!("client_id = \"other\"\n{}", uri(other)))
}

/// Signs out, with an ID token of the person's.
async fn sign_out(server: &TestServer, browser: &mut Browser) {
    let response = signed_in(server, "rp", "Zoë", "&scope=openid").await;
    let hint = response["id_token"].as_str().unwrap();
    let target = format!("/oauth2/logout?{}", encoded(&[("id_token_hint", hint)]));
    let answer = browser.get(server, &target).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn counted(server: &TestServer, what: &str) -> u64 {
    let metrics = server.send(Request::get("/metrics")).await;
    let name = format!("signet_backchannel_logouts_{what}_total ");
    let line = metrics.text().lines().find_map(|line| line.strip_prefix(&name)).unwrap();
    line.parse().unwrap()
}

#[tokio::test]
async fn every_application_with_a_grant_of_the_session_is_told_and_no_other() {
    let (rp, other) = (LogoutReceiver::start().await, LogoutReceiver::start().await);
    let server = TestServer::with(&tables(&rp.uri, &other.uri)).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    let (_, another) = signed_in_browser(&server, "Zoë").await;
    let sid = granted_in(&server, &session, "rp", "openid", 1).await;
    // Another session's is not ended, and its application not told.
    granted_in(&server, &another, "other", "openid", 2).await;
    sign_out(&server, &mut browser).await;
    eventually("the application is told", async || rp.tokens().len() == 1).await;

    let request = rp.requests().remove(0);
    assert!(request.starts_with("POST /backchannel HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    let token = rp.tokens().remove(0);
    let (said, now) = (claims(&token), claims(&token)["iat"].as_u64().unwrap());
    let expected = json!({
        "iss": server.issuer, "aud": "rp", "sub": session.user().id.as_str(),
        "iat": now, "exp": now + 120, "jti": said["jti"], "sid": sid.to_string(),
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    assert_eq!(said, expected);
    assert!(said["jti"].as_str().unwrap().len() >= 16, "{said}");
    assert_eq!(header(&token)["typ"], "logout+jwt");
    eventually("it is counted", async || counted(&server, "delivered").await == 1).await;
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_logout_token_is_signed_like_the_applications_id_tokens_and_is_no_other_token() {
    let rp = LogoutReceiver::start().await;
    let tables = tables(&rp.uri, "https://other.example.com/logout").replace(
        "client_id = \"rp\"\n",
        "client_id = \"rp\"\nid_token_signed_response_alg = \"ES384\"\n",
    );
    let server = TestServer::with(&tables).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    granted_in(&server, &session, "rp", "openid", 1).await;
    sign_out(&server, &mut browser).await;
    eventually("the application is told", async || rp.tokens().len() == 1).await;
    let token = rp.tokens().remove(0);
    assert_eq!(header(&token)["alg"], "ES384");
    let jwks = server.send(Request::get("/.well-known/jwks.json")).await;
    let jwks: JwkSet = serde_json::from_slice(&jwks.body).unwrap();
    let jwk = jwks.keys.iter().find(|jwk| json!(jwk.kid) == header(&token)["kid"]).unwrap();
    let key = PublicKey::from_jwk(jwk).unwrap();
    assert!(CompactJws::parse(&token).unwrap().verify(&key).is_ok());

    let verifier = Verifier::builder(&server.issuer, "rp").keys(jwks).ignore_revocation().build();
    let rejection = verifier.unwrap().verify(&token).await.unwrap_err();
    assert!(matches!(rejection, Rejection::WrongType), "{rejection:?}");
    let target = format!("/oauth2/logout?{}", encoded(&[("id_token_hint", &token)]));
    assert_eq!(server.send(Request::get(&target)).await.status, 400);
}

#[tokio::test]
async fn each_grant_of_the_session_has_its_own_sid_and_offline_ones_are_told_too() {
    let rp = LogoutReceiver::start().await;
    let server = TestServer::with(&tables(&rp.uri, &rp.uri)).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    let ended = granted_in(&server, &session, "rp", "openid", 1).await;
    let offline = granted_in(&server, &session, "rp", "openid offline_access", 2).await;
    sign_out(&server, &mut browser).await;
    eventually("both are told of", async || rp.tokens().len() == 2).await;
    let mut told: Vec<_> =
        rp.tokens().iter().map(|token| claims(token)["sid"].as_str().unwrap().to_owned()).collect();
    let mut expected = vec![ended.to_string(), offline.to_string()];
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    assert!(lives(&server, offline).await && !lives(&server, ended).await);
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_in_nobodys_way() {
    let (slow, quick) = (LogoutReceiver::start().await, LogoutReceiver::start().await);
    slow.hold(true);
    let server = TestServer::with(&tables(&slow.uri, &quick.uri)).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    for id in 0..100 {
        granted_in(&server, &session, "rp", "openid", id).await;
    }
    granted_in(&server, &session, "other", "openid", 200).await;
    // The slow one has a hundred to hear of, and this answers before it has heard of any.
    sign_out(&server, &mut browser).await;
    eventually("the quick one is told", async || quick.tokens().len() == 1).await;
    assert!(slow.requests().len() <= 2, "two requests at most are under way to one application");
    slow.hold(false);
    eventually("the slow one hears of all", async || slow.tokens().len() >= 100).await;
}

#[tokio::test]
async fn an_application_that_is_away_is_told_again_and_one_that_refuses_is_not() {
    let (away, refusing) = (LogoutReceiver::start().await, LogoutReceiver::start().await);
    away.answer_with(503);
    refusing.answer_with(400);
    let server = TestServer::with(&tables(&away.uri, &refusing.uri)).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    granted_in(&server, &session, "rp", "openid", 1).await;
    granted_in(&server, &session, "other", "openid", 2).await;
    sign_out(&server, &mut browser).await;
    eventually("the first attempt is over", async || !away.requests().is_empty()).await;
    away.answer_with(204);
    eventually("the second one succeeds", async || counted(&server, "delivered").await == 1).await;
    assert_eq!(away.requests().len(), 2);
    let tokens = away.tokens();
    assert_ne!(claims(&tokens[0])["jti"], claims(&tokens[1])["jti"]);
    eventually("the refusal is counted", async || counted(&server, "failed").await == 1).await;
    assert_eq!(refusing.requests().len(), 1);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let rp = LogoutReceiver::start().await;
    rp.answer_with(302);
    let server = TestServer::with(&tables(&rp.uri, &rp.uri)).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    granted_in(&server, &session, "rp", "openid", 1).await;
    sign_out(&server, &mut browser).await;
    eventually("it has failed", async || counted(&server, "failed").await == 1).await;
    assert_eq!(rp.requests().len(), 1);
}

/// What tells applications, without a server around it.
fn back_channel(allow_private_addresses: bool) -> (Arc<BackChannel>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    copy_keys(&path);
    let ring = KeyDirectory::new(path, Duration::from_secs(600)).load();
    let keys = Arc::new(arc_swap::ArcSwap::from_pointee(ring.unwrap()));
    let issuer = "https://id.example.com".parse().unwrap();
    let tokens = LogoutTokenIssuer::new(issuer, keys, Arc::new(SystemEntropy));
    let clock = Arc::new(SystemClock);
    (Arc::new(BackChannel::new(tokens, allow_private_addresses, clock)), folder)
}

fn notice(client_id: &str, uri: &str) -> LogoutNotice {
    LogoutNotice {
        client_id: client_id.parse().unwrap(),
        uri: uri.parse().unwrap(),
        algorithm: Algorithm::Rs256,
        sub: "somebody".to_owned(),
        sid: FamilyId::from_bytes([1; 16]),
    }
}

#[tokio::test]
async fn an_issuer_that_is_not_on_loopback_tells_nobody_at_a_private_address() {
    let rp = LogoutReceiver::start().await;
    let (back_channel, _folder) = back_channel(false);
    let targets = [
        rp.uri.as_str(),
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "http://example.com/",
    ];
    for uri in targets {
        back_channel.tell(notice("rp", uri));
    }
    let all = targets.len() as u64;
    // None of these is tried again: that would take longer than any of these takes.
    eventually("all are refused", async || back_channel.failed() == all).await;
    assert!(rp.requests().is_empty() && back_channel.delivered() == 0);
}

/// An application asks for a fresh sign-in, or somebody else signs in: the session is another one by then.
#[tokio::test]
async fn what_was_granted_before_another_sign_in_ends_like_what_was_granted_after_it() {
    let rp = LogoutReceiver::start().await;
    let server = TestServer::with(&tables(&rp.uri, &rp.uri)).await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    let first = granted_in(&server, &session, "rp", "openid", 1).await;
    for username in ["Zoë", "ben@example.com"] {
        assert!(lives(&server, first).await, "a fresh sign-in is no sign-out");
        let page = browser.get(&server, "/login?request=something").await;
        let fields = [("username", username), ("password", PASSWORD)];
        let answer = browser.submit_on(&server, &page, "/login", &fields).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
    assert!(!lives(&server, first).await);
    eventually("the application is told", async || rp.tokens().len() == 1).await;
}

/// One person registers many applications, and has each told of many log-outs.
#[tokio::test]
async fn however_many_applications_are_slow_there_is_room_for_another() {
    let slow = LogoutReceiver::start().await;
    slow.hold(true);
    let (back_channel, _folder) = back_channel(true);
    for number in 0..30 {
        for _ in 0..600 {
            back_channel.tell(notice(&format!("slow-{number}"), &slow.uri));
        }
    }
    let dropped = back_channel.dropped();
    for _ in 0..20 {
        back_channel.tell(notice("another", &slow.uri));
    }
    assert_eq!(back_channel.dropped(), dropped);
}

#[tokio::test]
async fn what_waits_for_one_application_is_bounded_and_another_is_told_all_the_same() {
    let (slow, quick) = (LogoutReceiver::start().await, LogoutReceiver::start().await);
    slow.hold(true);
    let (back_channel, _folder) = back_channel(true);
    for _ in 0..600 {
        back_channel.tell(notice("slow", &slow.uri));
    }
    assert_eq!(back_channel.dropped(), 100);
    back_channel.tell(notice("quick", &quick.uri));
    eventually("the quick one is told", async || back_channel.delivered() == 1).await;
    assert_eq!(quick.requests().len(), 1);
    slow.hold(false);
    eventually("the slow one is told", async || back_channel.delivered() >= 400).await;
    // There is room again.
    back_channel.tell(notice("slow", &slow.uri));
    assert_eq!(back_channel.dropped(), 100);
}
