//! Document 002: Metamaps.

use crate::{
    support::{
        Answer, Request, TestServer,
        browser::{Browser, location, unescaped},
    },
    world::{Kind, assert_members, assert_refused, opens, password, server, tables, text},
};

const MEMBERS: &[(&str, Kind)] = &[
    ("access_token", Kind::Text),
    ("token_type", Kind::Exactly("bearer")),
    ("expires_in", Kind::Number),
    ("refresh_token", Kind::Text),
];

const AUTHORIZE: &str = "/oauth/authorize?client_id=YOUR_CLIENT_ID&redirect_uri=urn:ietf:wg:oauth:2.0:oob&response_type=code";

#[tokio::test]
async fn the_page_to_register_and_the_page_to_authorize_are_where_signet_has_them() {
    for prefix in ["", "/tenant"] {
        let server = TestServer::with_issuer_path(prefix, &tables(&["metamaps"])).await;
        for (target, place) in [
            ("/oauth/applications/new", "/account/applications/new".to_owned()),
            ("/oauth/applications/new?x=1", "/account/applications/new".to_owned()),
            (AUTHORIZE, AUTHORIZE.replace("/oauth/", "/oauth2/")),
            ("/oauth/authorize", "/oauth2/authorize".to_owned()),
            // Nothing in it leads to another host.
            (
                "/oauth/authorize?//evil.example/%0d%0aX:1",
                "/oauth2/authorize?//evil.example/%0d%0aX:1".to_owned(),
            ),
        ] {
            let answer = server.send(Request::get(&format!("{prefix}{target}"))).await;
            assert_eq!(answer.status, 303, "{answer:?}");
            assert_eq!(answer.header("Location"), Some(format!("{prefix}{place}").as_str()));
            assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        }
    }
}

/// The request of the document, with a code that nobody was given.
#[tokio::test]
async fn a_code_that_is_none_is_refused() {
    let server = server(&["metamaps"]).await;
    let query = "client_id=YOUR_CLIENT_ID&client_secret=THE_SECRET&code=RETURNED_CODE&grant_type=authorization_code&redirect_uri=urn:ietf:wg:oauth:2.0:oob";
    let target = format!("/oauth/token?{query}");
    let answer = server.send(Request::new("POST", &target)).await;
    assert_refused(&answer, 400, "invalid_grant", true);
    let wrong = server.send(Request::new("POST", &target.replace("THE_SECRET", "wrong"))).await;
    assert_refused(&wrong, 401, "invalid_client", true);
    let without = server.send(Request::new("POST", &target.replace("&code=", "&kode="))).await;
    assert_refused(&without, 400, "invalid_request", true);
}

/// What the page shows to be copied, behind `start`.
fn copied(page: &Answer, start: &str) -> String {
    let behind = page.text().split(start).nth(1).unwrap_or_else(|| panic!("no {start}: {page:?}"));
    unescaped(behind.split('<').next().unwrap())
}

/// Follows redirects to the page that they end at.
async fn page(server: &TestServer, browser: &mut Browser, mut answer: Answer) -> Answer {
    while answer.status == 303 {
        answer = browser.follow(server, &answer).await;
    }
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// The document from its beginning to its end: register, authorize, read the code, exchange it; and refresh.
#[tokio::test]
async fn an_application_is_registered_and_a_person_authorizes_it_and_copies_the_code() {
    let server = server(&["metamaps"]).await;
    let mut zoe = Browser::new();
    let registering = zoe.get(&server, "/oauth/applications/new").await;
    let sign_in = page(&server, &mut zoe, registering).await;
    let fields = [("username", "zoe"), ("password", password())];
    let signed_in = zoe.submit_on(&server, &sign_in, "/login", &fields).await;
    let new = page(&server, &mut zoe, signed_in).await;
    let fields = [
        ("client_name", "Map reader"),
        ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
        ("scope:read", "yes"),
        ("scope:tokens", "yes"),
        ("kind", "confidential"),
    ];
    let registered = zoe.submit_on(&server, &new, "/account/applications/new", &fields).await;
    let place = location(&registered);
    let shown = page(&server, &mut zoe, registered).await;
    let secret = copied(&shown, "<code class=\"copy\">sgs_");
    let secret = format!("sgs_{secret}");
    let client_id = place.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();

    let authorizing = zoe.get(&server, &AUTHORIZE.replace("YOUR_CLIENT_ID", &client_id)).await;
    let question = page(&server, &mut zoe, authorizing).await;
    let allow = [("decision", "allow")];
    let decided = zoe.submit_on(&server, &question, "/consent", &allow).await;
    let shown = page(&server, &mut zoe, decided).await;
    let code = copied(&shown, "autocomplete=\"off\" spellcheck=\"false\">");

    let query = format!(
        "client_id={client_id}&client_secret={secret}&code={code}&grant_type=authorization_code\
         &redirect_uri=urn:ietf:wg:oauth:2.0:oob"
    );
    let exchange = || Request::new("POST", &format!("/oauth/token?{query}"));
    let response = assert_members(&server.send(exchange()).await, MEMBERS);
    assert_eq!(opens(&server, text(&response, "access_token")).await, 200);

    let refresh_token = text(&response, "refresh_token");
    let query = format!(
        "client_id={client_id}&client_secret={secret}&grant_type=refresh_token\
         &refresh_token={refresh_token}"
    );
    let refresh = || Request::new("POST", &format!("/oauth/token?{query}"));
    let renewed = assert_members(&server.send(refresh()).await, MEMBERS);
    assert_eq!(opens(&server, text(&renewed, "access_token")).await, 200);

    // A code is good once: whoever comes a second time ends what the first was given.
    assert_refused(&server.send(exchange()).await, 400, "invalid_grant", true);
    assert_eq!(opens(&server, text(&renewed, "access_token")).await, 401);
}
