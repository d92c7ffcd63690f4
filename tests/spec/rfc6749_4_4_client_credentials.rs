//! RFC 6749 section 4.4: the client credentials grant.

use crate::support::{Request, TestServer, token};

const TOKEN: &str = "/oauth2/token";
const GRANT: &str = "grant_type=client_credentials";

#[tokio::test]
async fn a_client_that_proves_itself_is_given_a_token_for_itself() {
    let server = TestServer::start().await;
    let granted = server.granted(GRANT).await;
    let claims = token::claims(granted["access_token"].as_str().unwrap());
    assert_eq!((&claims["sub"], &claims["client_id"]), (&"service".into(), &"service".into()));
}

#[tokio::test]
async fn no_refresh_token_comes_with_it() {
    let server = TestServer::start().await;
    let granted = server.granted(GRANT).await;
    assert!(granted.get("refresh_token").is_none(), "{granted}");
    assert!(granted.get("id_token").is_none(), "{granted}");
}

#[tokio::test]
async fn a_public_client_cannot_use_it() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=public");
    server.send(Request::form(TOKEN, &form)).await.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn a_client_whose_registration_does_not_list_the_grant_is_unauthorized() {
    let server = TestServer::start().await;
    let answer = server.token("grantless", "service-secret", GRANT).await;
    answer.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn who_has_not_proven_itself_is_not_told_what_it_may() {
    let server = TestServer::start().await;
    server.token("grantless", "wrong", GRANT).await.assert_error(401, "invalid_client");
    let form = format!("{GRANT}&scope=other&resource=nowhere");
    server.token("service", "wrong", &form).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_disabled_client_is_refused_like_one_that_does_not_exist() {
    let server = TestServer::start().await;
    server.token("switched-off", "service-secret", GRANT).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_application_may_have_a_lifetime_and_an_algorithm_of_its_own() {
    let server = TestServer::with(
        "[[scopes]]\nname = \"read\"\n[[applications]]\nclient_id = \"special\"\n\
         client_secret = \"special-secret\"\ngrant_types = [\"client_credentials\"]\n\
         scopes = [\"read\"]\naccess_token_lifetime = \"90s\"\naccess_token_algorithm = \"EdDSA\"\n",
    )
    .await;
    let granted = server.token("special", "special-secret", GRANT).await.json();
    assert_eq!(granted["expires_in"], 90);
    assert_eq!(token::header(granted["access_token"].as_str().unwrap())["alg"], "EdDSA");
}
