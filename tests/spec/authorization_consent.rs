//! Consent (RFC 6749 section 3.1 and 10.2, RFC 8252 section 8.6): who is asked what, and when it is remembered.

use std::time::Duration;

use crate::support::{
    Answer, Request, TestServer,
    authorizing::{
        API, CALLBACK, FILES, asking, assert_shown, code, consented, exchange, exchanged, returned,
        returned_error, server, signed_in, tables, with_challenge,
    },
    browser::{Browser, form, location, shown},
    people::{PASSWORD, reload},
    refreshing::refresh_token,
};

/// The page that asks `browser`, after `target`.
async fn question(server: &TestServer, browser: &mut Browser, target: &str) -> Answer {
    let answer = browser.get(server, target).await;
    assert!(location(&answer).starts_with("/consent?request="), "{answer:?}");
    browser.follow(server, &answer).await
}

#[track_caller]
fn assert_asked(answer: &Answer) {
    assert!(location(answer).starts_with("/consent?"), "{answer:?}");
}

#[tokio::test]
async fn somebody_signs_in_consents_and_is_sent_back() {
    let server = server().await;
    let mut browser = Browser::new();
    let more = [("scope", "read openid"), ("state", "s t&a=te"), ("login_hint", "zoe")];
    let answer = browser.get(&server, &asking("web", &more)).await;
    let page = browser.follow(&server, &answer).await;
    assert_eq!((page.status, shown(&page, "username").as_deref()), (200, Some("zoe")), "{page:?}");
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.ends_with("form-action 'self' https://app.example.com"), "{policy}");
    let fields = [("username", "zoe"), ("password", PASSWORD)];
    let answer = browser.submit_on(&server, &page, "/login", &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = browser.follow(&server, &answer).await;
    assert_eq!(page.status, 200, "{page:?}");
    for said in ["Web Notes", "Zoë Demo", "Read your data", "Know that it is you who signs in"] {
        assert!(page.text().contains(said), "{said}: {page:?}");
    }
    assert!(!page.text().contains("Change your data"), "nothing that was not asked for: {page:?}");
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.ends_with("form-action 'self' https://app.example.com"), "{policy}");
    let answer = browser.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
    let returned = returned(&answer, CALLBACK);
    assert_eq!((&*returned["state"], &returned["iss"]), ("s t&a=te", &server.issuer));
    exchanged(&server, "web", &returned["code"], &[]).await;
}

/// An application asks for much, has less in its registration while the page is shown, and more again after it.
#[tokio::test]
async fn nobody_allows_more_than_the_page_has_shown() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let target = asking("web", &[("scope", "read write")]);
    let answer = zoe.get(&server, &target).await;
    let (much, little) =
        (r#"scopes = ["read", "write", "openid""#, r#"scopes = ["read", "openid""#);
    reload(&server, much, little);
    let page = zoe.follow(&server, &answer).await;
    assert!(!page.text().contains("Change your data"), "{page:?}");
    reload(&server, little, much);
    let answer = zoe.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.text().contains("Change your data"), "{answer:?}");
    let answer = zoe.submit_on(&server, &answer, "/consent", &[("decision", "allow")]).await;
    exchanged(&server, "web", &returned(&answer, CALLBACK)["code"], &[]).await;
}

// 054
#[tokio::test]
async fn whoever_denies_is_sent_back_without_a_code() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &asking("web", &[("state", "s")])).await;
    let answer = zoe.submit_on(&server, &page, "/consent", &[("decision", "deny")]).await;
    assert_eq!(returned_error(&answer, CALLBACK), "access_denied");
    let returned = returned(&answer, CALLBACK);
    assert_eq!((&*returned["state"], &returned["iss"]), ("s", &server.issuer));
}

// 044
#[tokio::test]
async fn an_answer_is_posted_where_that_is_asked_for() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let target = asking("web", &[("response_mode", "form_post"), ("state", "s")]);
    let answer = consented(&server, &mut zoe, &target).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let form = form(&answer, CALLBACK).unwrap();
    let field = |name: &str| form.hidden.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!((field("state"), field("iss")), ("s".to_owned(), server.issuer.clone()));
    exchanged(&server, "web", &field("code"), &[]).await;
}

#[tokio::test]
async fn consent_is_remembered_while_the_grant_lives_and_as_far_as_it_goes() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let read = [("scope", "read openid"), ("resource", API)];
    let first = code(&server, &mut zoe, "web", CALLBACK, &read).await;
    assert_asked(&zoe.get(&server, &asking("web", &read)).await);
    let granted = exchanged(&server, "web", &first, &[]).await;
    for less in [&read[..], &[("scope", "read"), ("resource", API), ("prompt", "none")]] {
        let answer = zoe.get(&server, &asking("web", less)).await;
        assert!(returned(&answer, CALLBACK).contains_key("code"), "{answer:?}");
    }
    for more in [
        &[("scope", "read write"), ("resource", API)][..],
        &[("scope", "read"), ("resource", FILES)],
        &[("scope", "read"), ("resource", API), ("prompt", "consent")],
    ] {
        assert_asked(&zoe.get(&server, &asking("web", more)).await);
    }
    // Another person is asked for themselves.
    let mut ben = signed_in(&server, "ben").await;
    assert_asked(&ben.get(&server, &asking("web", &read)).await);
    let form = format!("token={}", refresh_token(&granted));
    let revoked = Request::form("/oauth2/revoke", &form).basic("web", "web-secret");
    assert_eq!(server.send(revoked).await.status, 200);
    assert_asked(&zoe.get(&server, &asking("web", &read)).await);
}

// 061
#[tokio::test]
async fn an_application_that_anybody_can_pretend_to_be_asks_each_time() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    for (client_id, uri, remembered) in [
        ("native", "http://127.0.0.1:4000/callback", false),
        ("native", "com.example.app:/callback", false),
        ("house-native", "http://127.0.0.1:4000/callback", false),
        ("claimed", "https://claimed.example.com/callback", true),
    ] {
        let more = with_challenge(&[("redirect_uri", uri), ("scope", "read")]);
        let code = code(&server, &mut zoe, client_id, uri, &more).await;
        let proof = crate::support::authorizing::VERIFIER;
        let more_form = [("code_verifier", proof), ("redirect_uri", uri), ("client_id", client_id)];
        let form = crate::support::authorizing::exchange_form(&code, &more_form);
        let answer = server.send(Request::form("/oauth2/token", &form)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let answer = zoe.get(&server, &asking(client_id, &more)).await;
        assert_eq!(location(&answer).starts_with(uri), remembered, "{uri}: {answer:?}");
        let more = [&more[..], &[("prompt", "none")]].concat();
        let answer = zoe.get(&server, &asking(client_id, &more)).await;
        let error = returned(&answer, uri).remove("error");
        assert_eq!(error.as_deref(), (!remembered).then_some("consent_required"), "{uri}");
    }
}

#[tokio::test]
async fn an_application_of_the_house_asks_nobody() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let answer = zoe.get(&server, &asking("house", &[])).await;
    assert!(returned(&answer, CALLBACK).contains_key("code"), "{answer:?}");
    assert_asked(&zoe.get(&server, &asking("house", &[("prompt", "consent")])).await);
}

#[tokio::test]
async fn only_what_a_role_allows_is_asked_for() {
    let server = server().await;
    let mut ben = signed_in(&server, "ben").await;
    let page = question(&server, &mut ben, &asking("web", &[("scope", "read write")])).await;
    assert!(page.text().contains("Read your data"), "{page:?}");
    assert!(!page.text().contains("Change your data"), "{page:?}");
    let answer = ben.get(&server, &asking("web", &[("scope", "write")])).await;
    assert_eq!(returned_error(&answer, CALLBACK), "invalid_scope");
}

// 113
#[tokio::test]
async fn where_nothing_may_be_asked_the_application_is_told_what_is_missing() {
    let server = server().await;
    let none = asking("web", &[("prompt", "none")]);
    let answer = Browser::new().get(&server, &none).await;
    assert_eq!(returned_error(&answer, CALLBACK), "login_required");
    let mut zoe = signed_in(&server, "zoe").await;
    let answer = zoe.get(&server, &none).await;
    assert_eq!(returned_error(&answer, CALLBACK), "consent_required");
    let posted = [("client_id", "web"), ("response_type", "code"), ("prompt", "none")];
    let answer = zoe.post(&server, "/oauth2/authorize", &posted).await;
    assert_eq!(returned_error(&answer, CALLBACK), "consent_required");
    // A form of another site comes without the cookie, the redirect after it with it.
    let answer = Browser::new().post(&server, "/oauth2/authorize", &posted).await;
    let answer = zoe.get(&server, &location(&answer)).await;
    assert_eq!(returned_error(&answer, CALLBACK), "consent_required");
}

// 112
#[tokio::test]
async fn whoever_signed_in_too_long_ago_signs_in_again() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    server.clock.advance(Duration::from_secs(100));
    for (more, asked_again) in [
        ([("max_age", "100")], false),
        ([("max_age", "99")], true),
        ([("max_age", "0")], true),
        ([("prompt", "login")], true),
        ([("prompt", "select_account")], true),
        ([("prompt", "consent")], false),
    ] {
        let answer = zoe.get(&server, &asking("web", &more)).await;
        assert_eq!(location(&answer).starts_with("/login?"), asked_again, "{more:?}");
        let none = [more[0], ("prompt", "none")];
        if asked_again && more[0].0 == "max_age" {
            let answer = zoe.get(&server, &asking("web", &none)).await;
            assert_eq!(returned_error(&answer, CALLBACK), "login_required");
        }
    }
}

// 112
#[tokio::test]
async fn a_fresh_sign_in_is_one_that_came_after_the_request() {
    let server = server().await;
    for more in [[("prompt", "login")], [("prompt", "select_account")], [("max_age", "0")]] {
        let mut zoe = signed_in(&server, "zoe").await;
        let login = location(&zoe.get(&server, &asking("web", &more)).await);
        let consent = login.replace("/login?", "/consent?");
        // Within the same second, too, the session that was there does not do.
        let answer = zoe.get(&server, &consent).await;
        assert_eq!(location(&answer), login, "{more:?}");
        let fields = [("username", "zoe"), ("password", PASSWORD)];
        let answer = zoe.submit(&server, &login, "/login", &fields).await;
        assert_eq!(location(&answer), consent, "{more:?}");
        server.clock.advance(Duration::from_secs(30));
        let page = zoe.follow(&server, &answer).await;
        assert_eq!(page.status, 200, "{more:?}: {page:?}");
        let answer = zoe.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
        assert!(returned(&answer, CALLBACK).contains_key("code"), "{more:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_code_to_copy_is_shown_to_the_same_session_alone() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &asking("paper", &[])).await;
    assert!(!page.text().contains("<b>Pen"), "{page:?}");
    let answer = zoe.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
    assert!(location(&answer).starts_with("/consent/code?shown="), "{answer:?}");
    let page = zoe.follow(&server, &answer).await;
    assert_eq!(page.status, 200, "{page:?}");
    let code = page.text().split("<textarea").nth(1).unwrap().split('>').nth(1).unwrap();
    let code = code.split('<').next().unwrap();
    assert!(!location(&answer).contains(code), "the address does not show it");
    for mut other in
        [Browser::new(), signed_in(&server, "zoe").await, signed_in(&server, "ben").await]
    {
        assert_shown(&other.get(&server, &location(&answer)).await, 400, "invalid_request");
    }
    exchanged(&server, "paper", code, &[]).await;
    server.clock.advance(Duration::from_secs(60));
    assert_shown(&zoe.get(&server, &location(&answer)).await, 400, "invalid_request");
    // Nobody can be sent back: errors are shown.
    let denied = question(&server, &mut zoe, &asking("paper", &[("prompt", "consent")])).await;
    let answer = zoe.submit_on(&server, &denied, "/consent", &[("decision", "deny")]).await;
    assert_shown(&answer, 400, "access_denied");
    let answer = zoe.get(&server, &asking("paper", &[("scope", "nonsense")])).await;
    assert_shown(&answer, 400, "invalid_scope");
}

#[tokio::test]
async fn two_requests_in_two_windows_do_not_meet() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let one = question(&server, &mut zoe, &asking("web", &[("state", "one")])).await;
    let other = question(&server, &mut zoe, &asking("once", &[("state", "other")])).await;
    let allow = [("decision", "allow")];
    let answer = zoe.submit_on(&server, &one, "/consent", &allow).await;
    let first = returned(&answer, CALLBACK);
    assert_eq!(first["state"], "one");
    // A double click: each answer has a code of its own.
    let answer = zoe.submit_on(&server, &one, "/consent", &allow).await;
    assert_ne!(returned(&answer, CALLBACK)["code"], first["code"]);
    let answer = zoe.submit_on(&server, &other, "/consent", &allow).await;
    let second = returned(&answer, CALLBACK);
    assert_eq!(second["state"], "other");
    exchange(&server, "web", &second["code"], &[]).await.assert_error(400, "invalid_grant");
    exchanged(&server, "once", &second["code"], &[]).await;
    exchanged(&server, "web", &first["code"], &[]).await;
}

#[tokio::test]
async fn a_pending_request_ends_after_an_hour_and_with_its_application() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let consent = location(&zoe.get(&server, &asking("web", &[])).await);
    reload(&server, "client_id = \"web\"", "client_id = \"web\"\ndisabled = true");
    assert_shown(&zoe.get(&server, &consent).await, 400, "invalid_request");
    reload(&server, "\ndisabled = true\nname = \"Web", "\nname = \"Web");
    assert_eq!(zoe.get(&server, &consent).await.status, 200);
    server.clock.advance(Duration::from_secs(3600));
    assert_shown(&zoe.get(&server, &consent).await, 400, "invalid_request");
}

#[tokio::test]
async fn below_the_path_of_the_issuer_all_of_it_goes_on() {
    let server = TestServer::with_issuer_path("/tenant", &tables()).await;
    let mut zoe = signed_in(&server, "zoe").await;
    let answer = zoe.get(&server, &format!("/tenant{}", asking("web", &[]))).await;
    assert!(location(&answer).starts_with("/tenant/consent?request="), "{answer:?}");
    let page = zoe.get(&server, &location(&answer)).await;
    let answer = zoe.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
    assert!(returned(&answer, CALLBACK).contains_key("code"), "{answer:?}");
}
