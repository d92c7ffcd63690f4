//! `/account/applications`: a person registers an application; its secret is shown once.

use std::time::Duration;

use serde_json::json;
use signet::directory::{Registry, Sql};

use crate::support::{
    Answer, TestServer,
    accounts::{assert_page, server, signed_in},
    browser::{Browser, forms, location, shown, unescaped},
    kept::{added, call, operator, place},
};

pub const NEW: &str = "/account/applications/new";

/// A registration that must be taken; where the browser is sent.
pub async fn registered(
    server: &TestServer,
    browser: &mut Browser,
    more: &[(&str, &str)],
) -> Answer {
    let usual = [("client_name", "Weather"), ("redirect_uris", "https://a.example/cb")];
    let left = usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let fields: Vec<_> = left.chain(more.iter().copied()).collect();
    let answer = browser.submit(server, NEW, NEW, &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer
}

/// The identifier in the place that a browser is sent to.
pub fn id_of(answer: &Answer) -> String {
    let place = location(answer);
    let id = place.strip_prefix("/account/applications/").unwrap();
    id.split('?').next().unwrap().to_owned()
}

/// The secret that a page shows.
pub fn secret_on(page: &Answer) -> Option<String> {
    let behind = page.text().split("<code class=\"copy\">sgs_").nth(1)?;
    Some(format!("sgs_{}", behind.split('<').next().unwrap()))
}

async fn zoe() -> (TestServer, Browser) {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let browser = signed_in(&server, "zoe").await;
    (server, browser)
}

/// Whether the pair authenticates: another grant than its own is refused only then.
async fn authenticates(server: &TestServer, client_id: &str, secret: &str) -> bool {
    let answer = server.token(client_id, secret, "grant_type=client_credentials").await;
    match answer.error().as_str() {
        "unauthorized_client" => true,
        "invalid_client" => false,
        _ => panic!("{answer:?}"),
    }
}

#[tokio::test]
async fn a_person_registers_an_application_and_sees_its_secret_once() {
    let (server, mut browser) = zoe().await;
    let page = browser.get(&server, NEW).await;
    assert_page(&page, 200);
    for said in ["Read your notes", "urn:ietf:wg:oauth:2.0:oob", "redirect_uris"] {
        assert!(page.text().contains(said), "{said}: {page:?}");
    }
    // Only scopes that the person can give.
    assert!(shown(&page, "scope:read").is_some() && shown(&page, "scope:openid").is_some());
    for not in ["scope:write", "scope:admin", "scope:users"] {
        assert!(shown(&page, not).is_none(), "{not}");
    }
    let uris = "https://a.example/cb\r\n\r\n  http://127.0.0.1/cb  \r\nurn:ietf:wg:oauth:2.0:oob";
    let chosen = [("redirect_uris", uris), ("scope:read", "yes"), ("kind", "confidential")];
    let answer = registered(&server, &mut browser, &chosen).await;
    let (id, place) = (id_of(&answer), location(&answer));
    assert!(!place.contains("sgs_"), "a secret stands in {place}");
    let page = browser.follow(&server, &answer).await;
    assert_page(&page, 200);
    let secret = secret_on(&page).unwrap();
    assert!(authenticates(&server, &id, &secret).await);
    for said in ["https://a.example/cb\nhttp://127.0.0.1/cb\nurn:ietf:wg:oauth:2.0:oob", &id] {
        assert!(unescaped(page.text()).contains(said), "{said}: {page:?}");
    }
    // Not on the page without its address, not in another session of theirs, not for a stranger.
    let plain = format!("/account/applications/{id}");
    assert_eq!(secret_on(&browser.get(&server, &plain).await), None);
    let mut other = signed_in(&server, "zoe").await;
    assert_eq!(secret_on(&other.get(&server, &place).await), None);
    let mut root = signed_in(&server, "root").await;
    assert_page(&root.get(&server, &place).await, 404);
    // Nor on that of another application.
    let another = id_of(&registered(&server, &mut browser, &[]).await);
    let planted = place.replace(&id, &another);
    assert_eq!(secret_on(&browser.get(&server, &planted).await), None);
    // And not once the minute is over.
    server.clock.advance(Duration::from_secs(60));
    let page = browser.get(&server, &place).await;
    assert!(page.status == 200 && !page.text().contains("sgs_"), "{page:?}");
    let list = browser.get(&server, "/account/applications").await;
    assert!(list.text().contains(&id) && list.text().contains("Weather"), "{list:?}");
}

#[tokio::test]
async fn what_is_registered_is_for_people_who_sign_in_to_it() {
    let (server, mut browser) = zoe().await;
    for (kind, method) in [("confidential", "client_secret_basic"), ("public", "none")] {
        let more = [("kind", kind), ("scope:read", "yes"), ("scope:write", "yes")];
        let answer = registered(&server, &mut browser, &more).await;
        let page = browser.follow(&server, &answer).await;
        assert_eq!(secret_on(&page).is_some(), kind == "confidential", "{page:?}");
        let id = id_of(&answer);
        let kept = directory(&server).application(&id).await;
        let metadata = kept.unwrap().unwrap().metadata;
        assert_eq!(serde_json::to_value(metadata.token_endpoint_auth_method).unwrap(), method);
        let grants: Vec<&str> = metadata.grant_types.iter().map(|grant| grant.name()).collect();
        assert_eq!(grants, ["authorization_code", "refresh_token"]);
        // A scope that was not on the page is not taken from the form.
        assert_eq!(metadata.scope.to_string(), "read");
    }
}

/// The directory's file, as another process reads it.
pub fn directory(server: &TestServer) -> Sql {
    let path = server.folder.path().join("signet.db");
    Sql::new(format!("sqlite:{}", path.display()).parse().unwrap(), Duration::from_secs(20))
}

#[tokio::test]
async fn each_field_says_what_is_wrong_with_it_and_keeps_what_was_typed() {
    let (server, mut browser) = zoe().await;
    let good = "https://a.example/cb";
    for (name, uris, problem, rule) in [
        ("", good, "name-problem", "enter a name"),
        ("a\u{202E}b", good, "name-problem", "direction of text"),
        ("Weather", "", "uris-problem", "at least one redirect URI"),
        ("Weather", "http://a.example/cb", "uris-problem", "line 1: a redirect URI is https"),
        ("Weather", "https://a.example/cb\nhttps://a.example/#x", "uris-problem", "line 2"),
        ("Weather", "javascript:alert(1)", "uris-problem", "line 1"),
    ] {
        let fields = [
            ("client_name", name),
            ("redirect_uris", uris),
            ("scope:read", "yes"),
            ("kind", "public"),
        ];
        let answer = browser.submit(&server, NEW, NEW, &fields).await;
        assert_page(&answer, 400);
        let text = unescaped(answer.text());
        let said =
            text.split(&format!("id=\"{problem}\"")).nth(1).unwrap_or_else(|| panic!("{text}"));
        assert!(said.split("</p>").next().unwrap().contains(rule), "{text}");
        assert_eq!(shown(&answer, "client_name").as_deref(), Some(name));
        assert!(text.contains(&format!("\n{uris}</textarea>")), "{text}");
        assert!(text.contains("name=\"scope:read\" value=\"yes\" checked"), "{text}");
        assert!(text.contains("value=\"public\" checked"), "{text}");
    }
    let list = browser.get(&server, "/account/applications").await;
    assert!(list.text().contains("You have registered no application"), "{list:?}");
}

#[tokio::test]
async fn who_has_no_role_for_it_registers_nothing() {
    let server = server().await;
    added(&server, "ben", &["member"]).await;
    let mut ben = signed_in(&server, "ben").await;
    let list = ben.get(&server, "/account/applications").await;
    assert_page(&list, 200);
    assert!(!list.text().contains(NEW), "{list:?}");
    assert_page(&ben.get(&server, NEW).await, 403);
    // Not with the token of a form that they were shown before they lost the role, either.
    let zoe = added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let page = browser.get(&server, NEW).await;
    assert_eq!(forms(&page).len(), 2, "{page:?}");
    let (token, roles) = (operator(&server).await, json!({"roles": ["member"]}));
    let answer = call(&server, "PATCH", &place(&zoe), &token, roles).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let fields = [("client_name", "Weather"), ("redirect_uris", "https://a.example/cb")];
    assert_page(&browser.submit_on(&server, &page, NEW, &fields).await, 403);
    let list = browser.get(&server, "/account/applications").await;
    assert!(list.text().contains("You have registered no application"), "{list:?}");
}
