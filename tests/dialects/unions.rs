//! Two documents claim `POST /oauth/token`: 002 with the credentials in the query, 003 with Basic.

use crate::{
    support::{Answer, Request, TestServer},
    world::{ENCODED_PASSWORD, assert_refused, server},
};

const CODE: &str = "grant_type=authorization_code&code=x";

async fn in_query(server: &TestServer, query: &str) -> Answer {
    let credentials = "client_id=YOUR_CLIENT_ID&client_secret=THE_SECRET";
    server.send(Request::new("POST", &format!("/oauth/token?{credentials}&{query}"))).await
}

async fn in_header(server: &TestServer, query: &str) -> Answer {
    let request = Request::new("POST", &format!("/oauth/token?{query}"));
    server.send(request.basic("cameramanager.test", "qwertyuiopasdfghjklzxcvbnm12345")).await
}

fn log_in() -> String {
    format!("grant_type=password&scope=write&username=zoe&password={ENCODED_PASSWORD}")
}

#[tokio::test]
async fn metamaps_alone_takes_its_own_encoding_and_grants() {
    let server = server(&["metamaps"]).await;
    // Its code is no good, so the request was understood and its client authenticated.
    assert_refused(&in_query(&server, CODE).await, 400, "invalid_grant", true);
    assert_refused(&in_query(&server, &log_in()).await, 400, "unsupported_grant_type", true);
    assert_refused(&in_header(&server, CODE).await, 401, "invalid_client", true);
    let log_out = Request::new("DELETE", "/rest/v2.0/users/self/tokens/current");
    assert_eq!(server.send(log_out).await.status, 404);
}

#[tokio::test]
async fn cameramanager_alone_takes_its_own_encoding_and_grants() {
    let server = server(&["cameramanager"]).await;
    assert_eq!(in_header(&server, &log_in()).await.status, 200);
    assert_refused(&in_header(&server, CODE).await, 400, "unsupported_grant_type", true);
    let refresh = "grant_type=refresh_token&refresh_token=x";
    assert_refused(&in_query(&server, refresh).await, 401, "invalid_client", true);
    assert_eq!(server.send(Request::get("/oauth/authorize")).await.status, 404);
}

#[tokio::test]
async fn together_they_take_what_either_takes() {
    for enabled in [&["metamaps", "cameramanager"], &["cameramanager", "metamaps"]] {
        let server = server(enabled).await;
        assert_refused(&in_query(&server, CODE).await, 400, "invalid_grant", true);
        let logged_in = in_header(&server, &log_in()).await;
        assert_eq!(logged_in.status, 200, "{logged_in:?}");
        let refresh_token = logged_in.json()["refresh_token"].as_str().unwrap().to_owned();
        let refresh = format!("grant_type=refresh_token&refresh_token={refresh_token}");
        // 003's members, and 003's client: the token is not 002's to renew.
        assert_eq!(in_header(&server, &refresh).await.json()["scope"], "write");
        assert_refused(&in_query(&server, &refresh).await, 400, "invalid_grant", true);
        // One way of authentication in each request (RFC 6749 section 2.3).
        let both = format!("client_id=cameramanager.test&client_secret=x&{}", log_in());
        assert_refused(&in_header(&server, &both).await, 400, "invalid_request", true);
    }
}
