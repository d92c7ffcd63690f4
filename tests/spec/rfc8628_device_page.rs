//! RFC 8628 sections 3.3, 5.1 and 5.4: a person types the code that a device shows, and decides.

use std::time::Duration;

use crate::support::{
    Request, TestServer,
    browser::{Browser, form, location, shown, unescaped},
    devices::{
        answered, authorized, begun, given, poll, server, signed_in, tables, typed, user_code,
    },
    people::PASSWORD,
};

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_first_and_comes_back_with_the_code() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let complete = begun["verification_uri_complete"].as_str().unwrap();
    let target = complete.strip_prefix(&server.issuer).unwrap();
    let mut browser = Browser::new();
    let answer = browser.get(&server, target).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let code = user_code(&begun);
    assert_eq!(location(&answer), format!("/login?next=%2Fdevice%3Fuser_code%3D{code}"));
    let fields = [("username", "zoe"), ("password", PASSWORD)];
    let answer = browser.submit(&server, &location(&answer), "/login", &fields).await;
    let page = browser.follow(&server, &answer).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(shown(&page, "user_code"), Some(code));
    // Typed before signing in.
    let answer = Browser::new().post(&server, "/device", &[("user_code", "wdjb mjht")]).await;
    assert_eq!(location(&answer), "/login?next=%2Fdevice%3Fuser_code%3DWDJB-MJHT");
}

/// RFC 8628 section 6.1.
#[tokio::test]
async fn the_code_is_found_however_it_is_written() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let mut browser = signed_in(&server, "zoe").await;
    let code = user_code(&begun);
    let bare = code.replace('-', "");
    for written in [
        code.clone(),
        code.to_lowercase(),
        bare.clone(),
        format!(" {} {} ", &bare[..2], &bare[2..].to_lowercase()),
        format!("{}–{}.", &bare[..4], &bare[4..]),
    ] {
        let page = typed(&mut browser, &server, &written).await;
        assert!(page.status == 200 && page.text().contains(&code), "{written}: {page:?}");
    }
    for malformed in ["", "BCDF", "BCDFGHJKL", "AEIOU-AEIOU", &"B".repeat(100)] {
        let page = typed(&mut browser, &server, malformed).await;
        assert_eq!(page.status, 400, "{malformed}: {page:?}");
        assert!(page.text().contains("role=\"alert\""), "{page:?}");
    }
}

/// RFC 8628 section 5.4: "display the code during the authorization flow and ask the user to verify that the
/// same code is currently being displayed on the device they are setting up".
#[tokio::test]
async fn a_person_is_told_what_wants_what_and_which_code_its_device_shows() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read+write+offline_access").await;
    let mut browser = signed_in(&server, "ben").await;
    let page = typed(&mut browser, &server, &user_code(&begun)).await;
    assert_eq!(page.status, 200, "{page:?}");
    let text = unescaped(page.text());
    for told in
        ["The <b>television</b>", &user_code(&begun), "Read your notes", "while you are away"]
    {
        assert!(text.contains(told), "{told}: {page:?}");
    }
    assert!(!page.text().contains("<b>") && !text.contains("Change your notes"), "{page:?}");
    let device_code = begun["device_code"].as_str().unwrap();
    // RFC 8628 section 3.3: the device code "should not be displayed during the interaction".
    assert!(!page.text().contains(device_code));
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert_eq!(page.header("X-Frame-Options"), Some("DENY"));
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"),
        "{policy}"
    );
}

#[tokio::test]
async fn neither_a_link_nor_a_form_from_elsewhere_decides_anything() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let code = user_code(&begun);
    let mut browser = signed_in(&server, "zoe").await;
    browser.get(&server, &format!("/device?user_code={code}")).await;
    let question = typed(&mut browser, &server, &code).await;
    let forged = [("user_code", code.as_str()), ("answer", "authorize"), ("csrf", "x")];
    for form in [&forged[..1], &forged[..], &[("question", "x"), ("answer", "authorize")]] {
        let page = browser.post(&server, "/device", form).await;
        assert_eq!(page.status, 403, "{page:?}");
    }
    // The token of one form is not that of another.
    let sealed = shown(&question, "question").unwrap();
    let page = browser.get(&server, "/device").await;
    let fields = [("question", sealed.as_str()), ("answer", "authorize")];
    let page = browser.submit_on(&server, &page, "/device", &fields).await;
    assert_eq!(page.status, 403, "{page:?}");
    browser.headers.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
    let page = browser.submit_on(&server, &question, "/device", &[("answer", "authorize")]).await;
    assert_eq!(page.status, 403, "{page:?}");
    poll(&server, "tv", &begun).await.assert_error(400, "authorization_pending");
}

#[tokio::test]
async fn a_question_is_answered_by_the_session_that_was_asked() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let (mut zoe, mut ben) = (signed_in(&server, "zoe").await, signed_in(&server, "ben").await);
    let asked = typed(&mut zoe, &server, &user_code(&begun)).await;
    let sealed = shown(&asked, "question").unwrap();
    let own = typed(&mut ben, &server, &user_code(&begun)).await;
    let hidden = form(&own, "/device").unwrap().hidden;
    let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let fields = [("csrf", csrf.as_str()), ("question", &sealed), ("answer", "authorize")];
    let page = ben.post(&server, "/device", &fields).await;
    assert!(page.status == 400 && page.text().contains("expired"), "{page:?}");
    poll(&server, "tv", &begun).await.assert_error(400, "authorization_pending");
}

#[tokio::test]
async fn the_first_decision_counts_and_its_form_may_be_sent_again() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let (mut zoe, mut ben) = (signed_in(&server, "zoe").await, signed_in(&server, "ben").await);
    let (of_zoe, of_ben) = (
        typed(&mut zoe, &server, &user_code(&begun)).await,
        typed(&mut ben, &server, &user_code(&begun)).await,
    );
    for _ in 0..2 {
        let page = zoe.submit_on(&server, &of_zoe, "/device", &[("answer", "authorize")]).await;
        assert!(page.status == 200 && page.text().contains("Go back"), "{page:?}");
    }
    for answer in ["authorize", "deny"] {
        let page = ben.submit_on(&server, &of_ben, "/device", &[("answer", answer)]).await;
        assert!(page.status == 400 && page.text().contains("already"), "{page:?}");
    }
    // A code that was decided on is found no more.
    assert_eq!(typed(&mut ben, &server, &user_code(&begun)).await.status, 400);
    given(&server, "tv", &begun).await;
    let page = zoe.submit_on(&server, &of_zoe, "/device", &[("answer", "authorize")]).await;
    assert_eq!(page.status, 200, "{page:?}");
}

/// RFC 8628 section 5.1: "it is recommended that the server rate-limit user code attempts".
#[tokio::test]
async fn guessing_is_slowed_down_for_each_person_wherever_they_are() {
    let limits = "[limits]\nwrong_user_codes = \"3/min\"\n";
    let server = TestServer::with(&format!("{limits}{}", tables())).await;
    let begun = begun(&server, "tv", "").await;
    let mut zoe = signed_in(&server, "zoe").await;
    for _ in 0..2 {
        let page = typed(&mut zoe, &server, "BBBB-BBBB").await;
        assert!(page.status == 400 && page.text().contains("No device shows"), "{page:?}");
    }
    // The last one that may be wrong, and the right one after it, from another browser too.
    typed(&mut zoe, &server, "BBBB-BBBB").await;
    let mut again = signed_in(&server, "zoe").await;
    for browser in [&mut zoe, &mut again] {
        let page = typed(browser, &server, &user_code(&begun)).await;
        assert_eq!(page.status, 429, "{page:?}");
        assert!(page.header("Retry-After").is_some(), "{page:?}");
    }
    let mut ben = signed_in(&server, "ben").await;
    assert_eq!(typed(&mut ben, &server, &user_code(&begun)).await.status, 200);
    server.clock.advance(Duration::from_secs(21));
    authorized(&mut zoe, &server, &begun).await;
}

#[tokio::test]
async fn whoever_may_grant_nothing_of_it_can_only_deny() {
    let server = server().await;
    let begun = begun(&server, "radio", "").await;
    let mut browser = signed_in(&server, "roleless").await;
    let page = typed(&mut browser, &server, &user_code(&begun)).await;
    assert!(page.status == 200 && !page.text().contains("value=\"authorize\""), "{page:?}");
    let page = answered(&mut browser, &server, &begun, "authorize").await;
    assert_eq!(page.status, 400, "{page:?}");
    let page = answered(&mut browser, &server, &begun, "deny").await;
    assert_eq!(page.status, 200, "{page:?}");
    poll(&server, "radio", &begun).await.assert_error(400, "access_denied");
}

#[tokio::test]
async fn a_code_has_its_time() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let mut browser = signed_in(&server, "zoe").await;
    let question = typed(&mut browser, &server, &user_code(&begun)).await;
    server.clock.advance(Duration::from_secs(600));
    let page = browser.submit_on(&server, &question, "/device", &[("answer", "authorize")]).await;
    assert!(page.status == 400 && page.text().contains("expired"), "{page:?}");
    assert_eq!(typed(&mut browser, &server, &user_code(&begun)).await.status, 400);
    assert_eq!(server.send(Request::new("DELETE", "/device")).await.status, 405);
}
