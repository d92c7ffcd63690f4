//! `/login`: one sentence for whatever is wrong, throttled as the password grant, and on to pages of ours alone.

use crate::support::{
    Request, TestServer,
    accounts::{assert_page, is_signed_in, server, signed_in, tables},
    browser::{Browser, encoded, form, location, shown},
    kept::added,
    people::PASSWORD,
};

#[tokio::test]
async fn who_signs_in_goes_on_with_303_and_sees_their_account() {
    let server = server().await;
    let mut browser = Browser::new();
    let page = browser.get(&server, "/login").await;
    assert_page(&page, 200);
    assert!(page.header("Content-Security-Policy").unwrap().ends_with("form-action 'self'"));
    let fields = [("username", "ROOT"), ("password", PASSWORD)];
    let answer = browser.submit_on(&server, &page, "/login", &fields).await;
    // 056
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/account")), "{answer:?}");
    assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let page = browser.follow(&server, &answer).await;
    assert_page(&page, 200);
    assert!(page.text().contains("root"), "{page:?}");
    // Who is signed in already is sent on.
    let answer = browser.get(&server, "/login").await;
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/account")), "{answer:?}");
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_somebody_switched_off_are_one_sentence() {
    let server = server().await;
    let tables = "[[users]]\nusername = \"off\"\npassword_hash = \"";
    let declared =
        format!("{tables}{}\"\ndisabled = true\n[[users]]", crate::support::people::hash());
    crate::support::people::reload(&server, "[[users]]", &declared);
    let mut said = Vec::new();
    for (username, password) in [
        ("root", "a guess that fails"),
        ("nobody", PASSWORD),
        ("off", PASSWORD),
        ("root", &"x".repeat(2000)),
        ("a\u{202E}b", PASSWORD),
    ] {
        let mut browser = Browser::new();
        let answer = browser.sign_in(&server, username, password).await;
        assert_page(&answer, 400);
        assert!(answer.text().contains("The user name or the password is wrong."), "{answer:?}");
        // What was typed is kept, but for the password.
        assert_eq!(shown(&answer, "username").as_deref(), Some(username), "{answer:?}");
        assert_eq!(shown(&answer, "password"), None);
        assert!(!answer.text().contains(password));
        let token = shown(&answer, "csrf").unwrap();
        let same = answer.text().replace(&token, "").replace("value=\"root\"", "value=\"nobody\"");
        said.push(same.replace("value=\"off\"", "value=\"nobody\""));
        assert!(!is_signed_in(&server, &mut browser).await);
    }
    assert!(said[0] == said[1] && said[1] == said[2]);
}

#[tokio::test]
async fn an_empty_field_is_asked_for() {
    let server = server().await;
    for fields in [[("username", "root"), ("password", "")], [("username", ""), ("password", "x")]]
    {
        let answer = Browser::new().submit(&server, "/login", "/login", &fields).await;
        assert_page(&answer, 400);
        assert!(answer.text().contains("Enter your user name and your password."), "{answer:?}");
    }
}

#[tokio::test]
async fn guesses_count_together_with_those_at_the_token_endpoint() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = Browser::new();
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(browser.sign_in(&server, "zoe", "wrong").await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (400, 429), "{statuses:?}");
    let answer = browser.sign_in(&server, "zoe", PASSWORD).await;
    assert_page(&answer, 429);
    let wait: u64 = answer.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=3600).contains(&wait), "{answer:?}");
    assert_eq!(shown(&answer, "username").as_deref(), Some("zoe"));
    let form = "grant_type=password&username=zoe&password=wrong";
    server.token("app", "app-secret", form).await.assert_error(429, "too_many_requests");
}

// 062
#[tokio::test]
async fn nobody_is_sent_off_this_server() {
    let server = server().await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/account//evil.example",
        "/account/../..//evil",
        "/account/%2e%2e/logout",
        "/account/.%2E/logout",
        "/accountant",
        "/account\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/account/\u{2028}",
        "/oauth2/authorize",
        "/login",
        "",
        "/device@evil.example",
        "account",
        "/account#x",
        "/account:80",
        "/account%0d%0aX: y",
    ] {
        let query = encoded(&[("next", next)]);
        let mut browser = Browser::new();
        let page = browser.get(&server, &format!("/login?{query}")).await;
        assert_page(&page, 200);
        let fields = [("username", "root"), ("password", PASSWORD), ("next", next)];
        let fields: Vec<_> = match shown(&page, "next") {
            Some(_) => fields[..2].to_vec(),
            None => fields.to_vec(),
        };
        let answer = browser.submit_on(&server, &page, "/login", &fields).await;
        assert_eq!(location(&answer), "/account", "{next:?}");
        assert_eq!(answer.headers.iter().filter(|(name, _)| name == "set-cookie").count(), 1);
        let again = browser.get(&server, &format!("/login?{query}")).await;
        assert_eq!(location(&again), "/account", "{next:?}");
    }
    for next in
        ["/account", "/account/password", "/device?user_code=ABCD-EFGH", "/account?a=b&c=%20"]
    {
        let mut browser = Browser::new();
        let place = format!("/login?{}", encoded(&[("next", next)]));
        let fields = [("username", "root"), ("password", PASSWORD)];
        let answer = browser.submit(&server, &place, "/login", &fields).await;
        assert_eq!(location(&answer), next);
    }
}

#[tokio::test]
async fn a_request_that_waits_is_taken_along_and_nothing_else_in_its_place() {
    let server = server().await;
    let fields = [("username", "root"), ("password", PASSWORD)];
    let mut browser = Browser::new();
    let answer = browser.submit(&server, "/login?request=abc-_1", "/login", &fields).await;
    assert_eq!(location(&answer), "/consent?request=abc-_1");
    for request in ["a b", "a&b", "a%0d%0ab", "\"><script>", "../x"] {
        let place = format!("/login?{}", encoded(&[("request", request)]));
        let answer = Browser::new().submit(&server, &place, "/login", &fields).await;
        assert_eq!(location(&answer), "/account", "{request:?}");
    }
}

#[tokio::test]
async fn below_an_issuer_with_a_path_everything_stands_below_it() {
    let server = TestServer::with_issuer_path("/auth", &tables()).await;
    let mut browser = Browser::new();
    let answer = browser.get(&server, "/auth/account/password").await;
    assert_eq!(location(&answer), "/auth/login?next=%2Faccount%2Fpassword");
    let page = browser.follow(&server, &answer).await;
    assert_eq!(form(&page, "").unwrap().action, "/auth/login");
    assert!(page.text().contains("href=\"/auth/style.css\""), "{page:?}");
    let fields = [("username", "root"), ("password", PASSWORD)];
    let answer = browser.submit_on(&server, &page, "", &fields).await;
    assert_eq!(location(&answer), "/auth/account/password");
}

#[tokio::test]
async fn what_is_no_form_is_answered_by_a_page_and_does_nothing() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    for path in ["/login", "/logout", "/account/password", "/account/applications/new"] {
        let json = Request::new("POST", path).header("Content-Type", "application/json");
        assert_page(&browser.send(&server, json.body(b"{}")).await, 400);
        let twice = Request::form(path, "csrf=a&csrf=b");
        assert_page(&browser.send(&server, twice).await, 400);
        let large = Request::form(path, &format!("csrf={}", "a".repeat(70_000)));
        assert_page(&browser.send(&server, large).await, 413);
    }
    assert!(is_signed_in(&server, &mut browser).await);
}
