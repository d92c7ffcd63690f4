//! Document 002: Metamaps.

use crate::{
    support::{Request, TestServer},
    world::{assert_refused, server, tables},
};

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
