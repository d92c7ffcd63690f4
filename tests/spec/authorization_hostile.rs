//! Hostile input on the way to a code: forms of other sites, changed hidden fields, others' requests, scripts
//! and headers in what is repeated, open redirects (RFC 6749 section 10, RFC 9700 section 4).

use crate::support::{
    Answer, Request, TestServer,
    authorizing::{
        CALLBACK, asking, assert_shown, code, exchanged, returned, server, signed_in, tables,
    },
    browser::{Browser, form, location},
};

async fn question(server: &TestServer, browser: &mut Browser, more: &[(&str, &str)]) -> Answer {
    let answer = browser.get(server, &asking("web", more)).await;
    browser.follow(server, &answer).await
}

fn hidden(page: &Answer, name: &str) -> String {
    let form = form(page, "/consent").unwrap();
    form.hidden.into_iter().find(|(known, _)| known == name).unwrap().1
}

/// Asserts that nothing was done, and that the person is asked anew.
#[track_caller]
fn assert_asked_anew(answer: &Answer) {
    assert_eq!((answer.status, answer.header("Location")), (403, None), "{answer:?}");
    assert!(answer.text().contains("role=\"alert\""), "{answer:?}");
    assert!(form(answer, "/consent").is_some(), "{answer:?}");
}

// 058
#[tokio::test]
async fn a_consent_without_the_pages_token_is_none() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &[]).await;
    let other = question(&server, &mut zoe, &[("state", "other")]).await;
    let mut ben = signed_in(&server, "ben").await;
    let bens = question(&server, &mut ben, &[]).await;
    let (request, csrf) = (hidden(&page, "request"), hidden(&page, "csrf"));
    let (of_another, of_ben) = (hidden(&other, "csrf"), hidden(&bens, "csrf"));
    let sign_out = form(&page, "/logout").unwrap().hidden[0].1.clone();
    let shorter = &csrf[..csrf.len() - 1];
    for wrong in [
        None,
        Some(""),
        Some("x"),
        Some(&*of_another),
        Some(&*of_ben),
        Some(&*sign_out),
        Some(shorter),
    ] {
        let mut fields = vec![("request", &*request), ("decision", "allow")];
        fields.extend(wrong.map(|wrong| ("csrf", wrong)));
        assert_asked_anew(&zoe.post(&server, "/consent", &fields).await);
    }
    let fields = [("request", &*request), ("decision", "allow"), ("csrf", &*csrf)];
    // The browser says that another site sent it.
    let mut tricked = zoe.clone();
    tricked.headers.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
    assert_asked_anew(&tricked.post(&server, "/consent", &fields).await);
    // Without the cookie, and by GET.
    let answer = Browser::new().post(&server, "/consent", &fields).await;
    assert!(location(&answer).starts_with("/login?"), "{answer:?}");
    let query = crate::support::browser::encoded(&fields);
    assert_eq!(zoe.get(&server, &format!("/consent?{query}")).await.status, 200, "it asks");
    let answer = zoe.post(&server, "/consent", &fields).await;
    assert!(returned(&answer, CALLBACK).contains_key("code"), "{answer:?}");
}

#[tokio::test]
async fn a_token_of_ones_own_is_none_for_anybodys_else_session() {
    let server = server().await;
    let (mut zoe, mut ben) = (signed_in(&server, "zoe").await, signed_in(&server, "ben").await);
    let page = question(&server, &mut ben, &[]).await;
    let fields = [
        ("request", &*hidden(&page, "request")),
        ("decision", "allow"),
        ("csrf", &*hidden(&page, "csrf")),
    ];
    let answer = zoe.post(&server, "/consent", &fields).await;
    assert_asked_anew(&answer);
    assert!(answer.text().contains("Zoë Demo"), "who is asked is whoever is signed in: {answer:?}");
}

#[tokio::test]
async fn a_request_of_one_person_never_acts_for_another() {
    let server = server().await;
    let (mut zoe, mut ben) = (signed_in(&server, "zoe").await, signed_in(&server, "ben").await);
    // Ben has consented before, and would be asked nothing.
    let bens = code(&server, &mut ben, "web", CALLBACK, &[("scope", "read")]).await;
    exchanged(&server, "web", &bens, &[]).await;
    let zoes = location(&zoe.get(&server, &asking("web", &[("scope", "read")])).await);
    let page = ben.get(&server, &zoes).await;
    assert_eq!((page.status, page.header("Location")), (200, None), "{page:?}");
    assert!(page.text().contains("<bdi>ben</bdi>"), "{page:?}");
}

#[tokio::test]
async fn a_changed_request_is_none() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &[]).await;
    let (request, csrf) = (hidden(&page, "request"), hidden(&page, "csrf"));
    let session = zoe.cookies["signet"].clone();
    let code = code(&server, &mut zoe, "web", CALLBACK, &[]).await;
    let middle = request.len() / 2;
    let mut changed = request.clone();
    let other = if &request[middle..=middle] == "A" { "B" } else { "A" };
    changed.replace_range(middle..=middle, other);
    let long = "A".repeat(9000);
    for bad in [&*changed, &request[1..], "", "x", &*session, &*code, &*long, "<script>"] {
        let fields = [("request", bad), ("decision", "allow"), ("csrf", &*csrf)];
        let answer = zoe.post(&server, "/consent", &fields).await;
        assert_shown(&answer, 400, "invalid_request");
        assert!(!answer.text().contains("<script"), "{answer:?}");
        let query = crate::support::browser::encoded(&[("request", bad)]);
        let answer = zoe.get(&server, &format!("/consent?{query}")).await;
        assert_shown(&answer, 400, "invalid_request");
    }
    for target in
        ["/consent", "/consent?request=x&request=y", "/consent/code", "/consent/code?shown=x"]
    {
        assert_shown(&zoe.get(&server, target).await, 400, "invalid_request");
    }
    let shown = format!("/consent/code?shown={request}");
    assert_shown(&zoe.get(&server, &shown).await, 400, "invalid_request");
}

#[tokio::test]
async fn a_decision_that_is_neither_is_asked_for_again() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &[]).await;
    for decision in [&[][..], &[("decision", "")], &[("decision", "ALLOW")], &[("decision", "yes")]]
    {
        let answer = zoe.submit_on(&server, &page, "/consent", decision).await;
        assert_eq!((answer.status, answer.header("Location")), (200, None), "{answer:?}");
    }
    let both = [("decision", "allow"), ("decision", "deny")];
    let answer = zoe.submit_on(&server, &page, "/consent", &both).await;
    assert_shown(&answer, 400, "invalid_request");
}

#[tokio::test]
async fn whoever_signed_out_in_the_meantime_signs_in_first() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &[]).await;
    let mut copy = zoe.clone();
    let out = zoe.get(&server, "/logout").await;
    assert_eq!(zoe.submit_on(&server, &out, "/logout", &[]).await.status, 303);
    let answer = copy.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
    assert!(location(&answer).starts_with("/login?request="), "{answer:?}");
}

// 062
#[tokio::test]
async fn nobody_is_sent_to_where_nobody_has_registered() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    for uri in [
        "https://evil.example.com/",
        "https://app.example.com/callback/../../evil",
        "https://app.example.com\\@evil.example.com/callback",
        "//app.example.com/callback",
        "/\\evil.example.com",
        "javascript:alert(document.cookie)//https://app.example.com/callback",
        "data:text/html,<script>alert(1)</script>",
        "https://app.example.com/callback\nLocation: https://evil.example.com",
        "https://app.example.com/callback%0d%0aLocation:%20https://evil.example.com",
    ] {
        for more in [
            &[("redirect_uri", uri)][..],
            &[("redirect_uri", uri), ("scope", "nonsense")],
            &[("redirect_uri", uri), ("prompt", "none")],
            &[("redirect_uri", uri), ("response_mode", "form_post")],
            &[("redirect_uri", uri), ("request", "x")],
            &[("redirect_uri", uri), ("request_uri", "https://evil.example.com")],
        ] {
            let answer = zoe.get(&server, &asking("web", more)).await;
            assert_shown(&answer, 400, "invalid_request");
            assert!(!answer.text().contains("evil"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn scripts_in_names_and_descriptions_are_text() {
    const SCRIPT: &str = "<script>alert(1)</script>";
    let tables = tables()
        .replace("name = \"Web Notes\"", &format!("name = \"{SCRIPT}\""))
        .replace("\"Read your data\"", "\"\\\"><img src=x onerror=alert(1)>\"")
        .replace("name = \"Zoë Demo\"", "name = \"</bdi><script>2</script>\"");
    let server = TestServer::with(&tables).await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &[("state", SCRIPT)]).await;
    assert_eq!(page.status, 200, "{page:?}");
    for tag in ["<script", "<img"] {
        assert!(!page.text().contains(tag), "{tag}: {page:?}");
    }
    assert!(page.header("Content-Security-Policy").unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn while_the_store_is_away_nothing_is_decided_and_sign_in_is_shown() {
    let clock = std::sync::Arc::new(crate::support::test_clock());
    let (switched, store) = crate::support::switched_store::SwitchedStore::new(&clock);
    let server = TestServer::with_store_and(&clock, store, &tables());
    let mut zoe = signed_in(&server, "zoe").await;
    let consent = location(&zoe.get(&server, &asking("web", &[])).await);
    switched.set_away(true);
    let answer = zoe.get(&server, &asking("web", &[])).await;
    assert_shown(&answer, 503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    assert_shown(&zoe.get(&server, &consent).await, 503, "temporarily_unavailable");
    let none = zoe.get(&server, &asking("web", &[("prompt", "none")])).await;
    assert_eq!(returned(&none, CALLBACK)["error"], "temporarily_unavailable");
    let answer = Browser::new().get(&server, &asking("web", &[])).await;
    assert!(location(&answer).starts_with("/login?"), "{answer:?}");
    switched.set_away(false);
    assert_eq!(zoe.get(&server, &consent).await.status, 200);
}

// 056, 057, 059
#[tokio::test]
async fn the_pages_of_the_flow_are_framed_by_nobody_and_kept_by_nobody() {
    let server = server().await;
    let mut zoe = signed_in(&server, "zoe").await;
    let page = question(&server, &mut zoe, &[]).await;
    let target = asking("web", &[("response_mode", "form_post"), ("scope", "nonsense")]);
    let post = server.send(Request::get(&target)).await;
    for page in [&page, &post] {
        assert_eq!(page.header("X-Frame-Options"), Some("DENY"), "{page:?}");
        assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
        assert_eq!(page.header("Cache-Control"), Some("no-store"));
        let policy = page.header("Content-Security-Policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
    let answer = zoe.submit_on(&server, &page, "/consent", &[("decision", "allow")]).await;
    assert_eq!((answer.status, answer.header("Referrer-Policy")), (303, Some("no-referrer")));
}
