//! `/signup`: where people may register themselves, by the rules of the API.

use crate::support::{
    TestServer,
    accounts::{assert_page, is_signed_in, server, signed_in, tables},
    browser::{Browser, location, shown, unescaped},
    kept::can_sign_in,
    people::PASSWORD,
};

#[tokio::test]
async fn who_signs_up_is_signed_in_and_goes_on() {
    let server = server().await;
    let mut browser = Browser::new();
    let page = browser.get(&server, "/signup?next=/account/applications/new").await;
    assert_page(&page, 200);
    let fields = [
        ("username", "Mia"),
        ("password", PASSWORD),
        ("name", "Mia Maier"),
        ("email", "mia@example.com"),
        // Nobody gives themselves anything.
        ("roles", "administrator"),
        ("disabled", "true"),
    ];
    let answer = browser.submit_on(&server, &page, "/signup", &fields).await;
    assert_eq!((answer.status, location(&answer).as_str()), (303, "/account/applications/new"));
    assert!(is_signed_in(&server, &mut browser).await);
    let account = browser.get(&server, "/account").await;
    for said in ["Mia Maier", "mia@example.com"] {
        assert!(account.text().contains(said), "{account:?}");
    }
    assert!(can_sign_in(&server, "mia", PASSWORD).await);
    let new = browser.get(&server, "/account/applications/new").await;
    assert!(!new.text().contains("scope:admin"), "{new:?}");
    // Who is signed in has an account.
    assert_eq!(location(&browser.get(&server, "/signup").await), "/account");
}

#[tokio::test]
async fn each_field_says_what_is_wrong_with_it_and_keeps_what_was_typed() {
    let server = server().await;
    let mut browser = Browser::new();
    for (field, value, rule) in [
        ("username", "", "enter a user name"),
        ("username", "root", "somebody else has this user name"),
        ("password", "", "enter a password"),
        ("password", "password", "password"),
        ("password", "short", "8"),
        ("name", "a\u{202E}b", "marks that turn the direction of text"),
        ("email", "nowhere", "expected an address for mail"),
    ] {
        let fields: Vec<_> = [
            ("username", "Mia"),
            ("password", PASSWORD),
            ("name", "Mia \"M\" <Maier>"),
            ("email", "mia@example.com"),
        ]
        .into_iter()
        .map(|(name, usual)| (name, if name == field { value } else { usual }))
        .collect();
        let answer = browser.submit(&server, "/signup", "/signup", &fields).await;
        assert_page(&answer, if value == "root" { 409 } else { 400 });
        let text = unescaped(answer.text());
        let problem = text.split(&format!("id=\"{field}-problem\"")).nth(1);
        let problem = problem.unwrap_or_else(|| panic!("{field}: {text}"));
        let problem = problem.split("</p>").next().unwrap();
        assert!(problem.contains("role=\"alert\"") && problem.contains(rule), "{problem}");
        assert_eq!(text.matches("class=\"problem\"").count(), 1, "{text}");
        for (name, sent) in fields.iter().filter(|(name, _)| *name != "password") {
            assert_eq!(shown(&answer, name).as_deref(), Some(*sent), "{answer:?}");
        }
        assert!(!text.contains(PASSWORD));
        assert!(!is_signed_in(&server, &mut browser).await);
    }
}

#[tokio::test]
async fn there_is_no_such_page_where_nobody_may_come() {
    let closed = tables().replace("registration = \"open\"\n", "");
    let server = TestServer::with(&closed).await;
    let mut browser = Browser::new();
    assert_page(&browser.get(&server, "/signup").await, 404);
    assert_page(&browser.post(&server, "/signup", &[("username", "mia")]).await, 404);
    assert!(!browser.get(&server, "/login").await.text().contains("/signup"));
}

#[tokio::test]
async fn sign_ups_are_throttled_together_with_those_of_the_api() {
    let server = server().await;
    let mut last = 0;
    for number in 0..30 {
        let name = format!("person-{number}");
        let fields = [("username", name.as_str()), ("password", "several words that are long")];
        let answer = Browser::new().submit(&server, "/signup", "/signup", &fields).await;
        last = answer.status;
        if last == 429 {
            assert_page(&answer, 429);
            assert!(answer.header("Retry-After").is_some(), "{answer:?}");
            break;
        }
        assert_eq!(last, 303, "{answer:?}");
    }
    assert_eq!(last, 429);
    let body = serde_json::json!({"username": "late", "password": "several words that are long"});
    let request = crate::support::Request::new("POST", "/api/v1/users");
    let answer = server.send(crate::support::kept::with_json(request, &body.to_string())).await;
    assert_eq!(answer.status, 429, "{answer:?}");
    signed_in(&server, "root").await;
}
