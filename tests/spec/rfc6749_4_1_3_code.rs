//! RFC 6749 sections 4.1.2, 4.1.3 and 10.5: codes, and what they are exchanged for.

use std::{collections::HashSet, sync::Arc, time::Duration};

use signet::{clock::Clock, store::Owner};

use crate::support::{
    Answer, Request, TestServer,
    authorizing::{
        API, CALLBACK, FILES, VERIFIER, challenge_of, code, exchange, exchange_form, exchanged,
        is_active, server, signed_in, tables, with_challenge,
    },
    eventually, http_client,
    people::reload,
    refreshing::refresh_token,
    switched_store::SwitchedStore,
    test_clock, token,
};

async fn refresh(server: &TestServer, client_id: &str, token: &str, more: &str) -> Answer {
    let form = format!("grant_type=refresh_token&refresh_token={token}{more}");
    server.token(client_id, &format!("{client_id}-secret"), &form).await
}

/// A code for `web`, with a challenge.
async fn web_code(server: &TestServer) -> String {
    let mut zoe = signed_in(server, "zoe").await;
    code(server, &mut zoe, "web", CALLBACK, &with_challenge(&[])).await
}

const PROOF: &[(&str, &str)] = &[("code_verifier", VERIFIER)];

#[tokio::test]
async fn a_code_is_exchanged_for_tokens() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let more = with_challenge(&[("scope", "read openid"), ("nonce", "n-0S6"), ("state", "s")]);
    let code = code(&server, &mut zoe, "web", CALLBACK, &more).await;
    server.clock.advance(Duration::from_secs(5));
    let granted = exchanged(&server, "web", &code, PROOF).await;
    let claims = token::claims(granted["access_token"].as_str().unwrap());
    assert_eq!(
        (&granted["scope"], &granted["token_type"]),
        (&"openid read".into(), &"Bearer".into())
    );
    assert_eq!((&claims["client_id"], &claims["aud"]), (&"web".into(), &API.into()));
    let id_token = token::claims(granted["id_token"].as_str().unwrap());
    assert_eq!((&id_token["nonce"], &id_token["aud"]), (&"n-0S6".into(), &"web".into()));
    assert_eq!(id_token["sub"], claims["sub"]);
    // 112: when they signed in, not when the code was exchanged.
    assert_eq!(id_token["auth_time"], server.clock.now() - 5);
    assert_eq!(claims["auth_time"], server.clock.now() - 5);
    let answer = refresh(&server, "web", &refresh_token(&granted), "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let again = token::claims(answer.json()["id_token"].as_str().unwrap());
    assert_eq!((&again["auth_time"], again.get("nonce")), (&id_token["auth_time"], None));
}

// 028, 029
#[tokio::test]
async fn a_second_time_is_refused_and_ends_what_came_of_the_first() {
    let server = server().await;
    let code = web_code(&server).await;
    let granted = exchanged(&server, "web", &code, PROOF).await;
    let access_token = granted["access_token"].as_str().unwrap();
    assert!(is_active(&server, "web", access_token).await);
    exchange(&server, "web", &code, PROOF).await.assert_error(400, "invalid_grant");
    assert!(!is_active(&server, "web", access_token).await);
    refresh(&server, "web", &refresh_token(&granted), "").await.assert_error(400, "invalid_grant");
    exchange(&server, "web", &code, PROOF).await.assert_error(400, "invalid_grant");
}

// 029: also by somebody without the proof, at another replica, and once the code has expired
#[tokio::test]
async fn a_second_time_tells_of_a_theft_however_it_comes() {
    let server = server().await;
    let beside = server.beside();
    for (more, wait, at) in [
        (&[][..], 0, &server),
        (PROOF, 0, &beside),
        (&[("code_verifier", "x")][..], 30, &beside),
        (PROOF, 61, &server),
    ] {
        let code = web_code(&server).await;
        let granted = exchanged(&server, "web", &code, PROOF).await;
        server.clock.advance(Duration::from_secs(wait));
        exchange(at, "web", &code, more).await.assert_error(400, "invalid_grant");
        let access_token = granted["access_token"].as_str().unwrap();
        assert!(!is_active(&server, "web", access_token).await, "{more:?} after {wait}");
    }
}

// 030
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_at_once_one_wins_and_has_nothing_of_it() {
    let server = server().await;
    let beside = server.beside();
    let code = web_code(&server).await;
    let form = exchange_form(&code, PROOF);
    let racers: Vec<_> = (0..100)
        .map(|number| {
            let address = if number % 2 == 0 { server.address } else { beside.address };
            let request = Request::form("/oauth2/token", &form).basic("web", "web-secret");
            tokio::spawn(async move { http_client::send(address, &request).await })
        })
        .collect();
    let mut granted = Vec::new();
    for racer in racers {
        let answer = racer.await.unwrap();
        match answer.status {
            200 => granted.push(answer.json()),
            _ => answer.assert_error(400, "invalid_grant"),
        }
    }
    assert_eq!(granted.len(), 1, "one of a hundred at once is answered");
    let access_token = granted[0]["access_token"].as_str().unwrap();
    assert!(!is_active(&server, "web", access_token).await);
    let token = refresh_token(&granted[0]);
    refresh(&server, "web", &token, "").await.assert_error(400, "invalid_grant");
}

// 031
#[tokio::test]
async fn a_code_expires_after_a_minute() {
    let server = server().await;
    let (in_time, late) = (web_code(&server).await, web_code(&server).await);
    server.clock.advance(Duration::from_secs(59));
    exchanged(&server, "web", &in_time, PROOF).await;
    server.clock.advance(Duration::from_secs(1));
    exchange(&server, "web", &late, PROOF).await.assert_error(400, "invalid_grant");
}

// 032
#[tokio::test]
async fn a_code_is_no_good_to_another_application_and_stays_good() {
    let server = server().await;
    let code = web_code(&server).await;
    exchange(&server, "once", &code, PROOF).await.assert_error(400, "invalid_grant");
    let public = format!("{}&client_id=native", exchange_form(&code, PROOF));
    let answer = server.send(Request::form("/oauth2/token", &public)).await;
    answer.assert_error(400, "invalid_grant");
    exchanged(&server, "web", &code, PROOF).await;
}

// 033
#[tokio::test]
async fn where_the_code_was_sent_must_be_said_again() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let sent = with_challenge(&[("redirect_uri", CALLBACK)]);
    for (asked, said, good) in [
        (&sent, Some(CALLBACK), true),
        (&sent, None, false),
        (&sent, Some("https://app.example.com/callback/"), false),
        (&sent, Some("https://evil.example.com/"), false),
        (&with_challenge(&[]), None, true),
        (&with_challenge(&[]), Some(CALLBACK), true),
        (&with_challenge(&[]), Some("https://evil.example.com/"), false),
    ] {
        let code = code(&server, &mut zoe, "web", CALLBACK, asked).await;
        let said = said.map(|said| ("redirect_uri", said));
        let more: Vec<_> = PROOF.iter().copied().chain(said).collect();
        let answer = exchange(&server, "web", &code, &more).await;
        if good {
            assert_eq!(answer.status, 200, "{said:?}: {answer:?}");
        } else {
            answer.assert_error(400, "invalid_grant");
        }
    }
}

// 034
#[tokio::test]
async fn failed_client_authentication_does_not_spend_the_code() {
    let server = server().await;
    let code = web_code(&server).await;
    let form = exchange_form(&code, PROOF);
    server.token("web", "wrong", &form).await.assert_error(401, "invalid_client");
    let unauthenticated = Request::form("/oauth2/token", &format!("{form}&client_id=web"));
    server.send(unauthenticated).await.assert_error(401, "invalid_client");
    exchanged(&server, "web", &code, PROOF).await;
}

// 039, 040, 041, 042
#[tokio::test]
async fn the_verifier_must_be_the_challenges_and_a_wrong_one_spends_the_code() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let long = "a".repeat(129);
    let other = "b".repeat(43);
    let challenge = with_challenge(&[]);
    let none = vec![];
    let too_short = challenge_of("short");
    let short = vec![("code_challenge", &*too_short), ("code_challenge_method", "S256")];
    for (asked, verifier) in [
        (&challenge, None),
        (&challenge, Some("")),
        (&challenge, Some(&*other)),
        (&challenge, Some(&*long)),
        (&challenge, Some(crate::support::authorizing::CHALLENGE)),
        (&none, Some(VERIFIER)),
        (&short, Some("short")),
    ] {
        let code = code(&server, &mut zoe, "web", CALLBACK, asked).await;
        let verifier: Vec<_> = verifier.map(|text| ("code_verifier", text)).into_iter().collect();
        let answer = exchange(&server, "web", &code, &verifier).await;
        answer.assert_error(400, "invalid_grant");
        let right = if asked.is_empty() { &[][..] } else { PROOF };
        exchange(&server, "web", &code, right).await.assert_error(400, "invalid_grant");
    }
}

#[tokio::test]
async fn what_is_no_code_of_ours_is_refused() {
    let server = server().await;
    let code = web_code(&server).await;
    let mut changed = code.clone();
    let middle = changed.len() / 2;
    let other = if &code[middle..=middle] == "A" { "B" } else { "A" };
    changed.replace_range(middle..=middle, other);
    let cookie = signed_in(&server, "zoe").await.cookies["signet"].clone();
    for bad in ["x", "", &changed, &code[..code.len() - 1], &format!("{code}A"), &cookie] {
        let answer = exchange(&server, "web", bad, PROOF).await;
        let expected = if bad.is_empty() { "invalid_request" } else { "invalid_grant" };
        answer.assert_error(400, expected);
    }
    exchanged(&server, "web", &code, PROOF).await;
}

// 069, 110
#[tokio::test]
async fn less_may_be_asked_for_and_the_grant_keeps_all_of_it() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let asked = with_challenge(&[("scope", "read write"), ("resource", API), ("resource", FILES)]);
    let code = code(&server, &mut zoe, "web", CALLBACK, &asked).await;
    let less = [PROOF, &[("scope", "read"), ("resource", FILES)]].concat();
    let granted = exchanged(&server, "web", &code, &less).await;
    let claims = token::claims(granted["access_token"].as_str().unwrap());
    assert_eq!((&granted["scope"], &claims["aud"]), (&"read".into(), &FILES.into()));
    let answer = refresh(&server, "web", &refresh_token(&granted), "").await.json();
    let claims = token::claims(answer["access_token"].as_str().unwrap());
    assert_eq!(answer["scope"], "read write");
    assert_eq!(claims["aud"], serde_json::json!([API, FILES]));
}

#[tokio::test]
async fn more_than_was_consented_to_is_refused_and_the_code_stays_good() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let asked = with_challenge(&[("scope", "read"), ("resource", API)]);
    let code = code(&server, &mut zoe, "web", CALLBACK, &asked).await;
    let wider = [PROOF, &[("scope", "read write")]].concat();
    exchange(&server, "web", &code, &wider).await.assert_error(400, "invalid_scope");
    let elsewhere = [PROOF, &[("resource", FILES)]].concat();
    exchange(&server, "web", &code, &elsewhere).await.assert_error(400, "invalid_target");
    exchanged(&server, "web", &code, PROOF).await;
}

#[tokio::test]
async fn without_refresh_tokens_the_grant_lives_as_long_as_its_access_token() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let granted = {
        let code = code(&server, &mut zoe, "once", CALLBACK, &[]).await;
        exchanged(&server, "once", &code, &[]).await
    };
    assert!(granted.get("refresh_token").is_none(), "{granted}");
    assert_eq!(granted["scope"], "read", "what no role of the person lists is left out");
    let sid = token::claims(granted["access_token"].as_str().unwrap())["sid"].clone();
    let id = sid.as_str().unwrap().parse().unwrap();
    let families = &server.app.store().families;
    let family = families.find(id, server.clock.now()).await.unwrap().unwrap();
    assert_eq!(family.expires_at, server.clock.now() + 600);
    assert!(family.grant.session.is_some());
}

#[tokio::test]
async fn whoever_is_gone_or_switched_off_or_signed_out_in_between_has_no_code() {
    let server = server().await;
    let mut ben = signed_in(&server, "ben").await;
    let first = code(&server, &mut ben, "web", CALLBACK, &[]).await;
    reload(&server, "username = \"ben\"", "username = \"ben\"\ndisabled = true");
    exchange(&server, "web", &first, &[]).await.assert_error(400, "invalid_grant");
    let mut zoe = signed_in(&server, "zoe").await;
    let second = code(&server, &mut zoe, "web", CALLBACK, &[]).await;
    let page = zoe.get(&server, "/logout").await;
    assert_eq!(zoe.submit_on(&server, &page, "/logout", &[]).await.status, 303);
    exchange(&server, "web", &second, &[]).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_new_password_ends_the_codes_that_are_on_their_way() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let code = code(&server, &mut zoe, "web", CALLBACK, &[]).await;
    let hash = signet::directory::hash_password(
        &signet::secret::Secret::new("another password".to_owned()),
        &signet::entropy::SystemEntropy,
    );
    reload(&server, crate::support::people::hash(), &hash.unwrap());
    exchange(&server, "web", &code, &[]).await.assert_error(400, "invalid_grant");
}

/// Whoever has a copy of a session goes on redeeming codes while its owner sets a new password.
#[tokio::test]
async fn a_new_password_ends_the_exchange_that_is_under_way() {
    let clock = Arc::new(test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    let server = TestServer::with_store_and(&clock, store, &tables());
    let code = web_code(&server).await;
    switched.hold_revocations(true);
    let (address, form) = (server.address, exchange_form(&code, PROOF));
    let request = Request::form("/oauth2/token", &form).basic("web", "web-secret");
    let exchange = tokio::spawn(async move { http_client::send(address, &request).await });
    eventually("the code is about to be redeemed", async || switched.waiting() == 1).await;
    let hash = signet::directory::hash_password(
        &signet::secret::Secret::new("another password".to_owned()),
        &signet::entropy::SystemEntropy,
    );
    reload(&server, crate::support::people::hash(), &hash.unwrap());
    switched.hold_revocations(false);
    exchange.await.unwrap().assert_error(400, "invalid_grant");
    let families = &server.app.store().families;
    let left = families.of(Owner::Application("web"), None, 10, clock.now()).await.unwrap();
    assert!(left.families.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_public_application_exchanges_by_its_proof_alone() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let uri = "http://127.0.0.1:51004/callback";
    let code =
        code(&server, &mut zoe, "native", uri, &with_challenge(&[("redirect_uri", uri)])).await;
    let more = [PROOF, &[("redirect_uri", uri), ("client_id", "native")]].concat();
    let answer = server.send(Request::form("/oauth2/token", &exchange_form(&code, &more))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json()["refresh_token"].is_string(), "{answer:?}");
}

#[tokio::test]
async fn no_two_codes_are_alike_and_none_shows_what_it_says() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let mut seen = HashSet::new();
    for _ in 0..3 {
        let code = code(&server, &mut zoe, "web", CALLBACK, &[]).await;
        assert!(code.len() < 1500 && !code.contains("web"), "{code}");
        assert!(seen.insert(code));
    }
}

// Redis away: the code is refused with 503 and stays good
#[tokio::test]
async fn while_the_store_is_away_a_code_is_put_off_and_stays_good() {
    let clock = Arc::new(test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    let server = TestServer::with_store_and(&clock, store, &tables());
    let code = web_code(&server).await;
    switched.set_away(true);
    let answer = exchange(&server, "web", &code, PROOF).await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    switched.set_away(false);
    exchanged(&server, "web", &code, PROOF).await;
}
