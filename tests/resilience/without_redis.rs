//! What happens without Redis, path by path: the table of `docs/operations.md`, row by row, on a Redis that
//! was there and is gone.

use std::time::Duration;

use crate::{
    durable_redis, signet_on,
    support::{
        Answer, Request, TestServer, eventually,
        redis_server::RedisServer,
        refreshing::{begin, refresh, refresh_token, secret},
        token,
    },
};

/// A Signet that has issued a grant, and whose Redis is gone since.
struct Bereft {
    server: TestServer,
    redis: RedisServer,
    access_token: String,
    refresh_token: String,
}

impl Bereft {
    async fn new() -> Self {
        let mut redis = durable_redis().await;
        let server = signet_on(&redis.url(), "").await;
        let granted = begin(&server, "renewer", "&resource=https://api.example.com").await;
        let access_token = granted["access_token"].as_str().unwrap().to_owned();
        redis.kill();
        Self { server, redis, access_token, refresh_token: refresh_token(&granted) }
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::form(path, form).basic("renewer", &secret("renewer"));
        self.server.send(request).await
    }

    async fn bearer(&self, method: &str, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.access_token);
        self.server.send(Request::new(method, path).header("Authorization", bearer)).await
    }

    /// The path of the list that names the access token.
    fn list(&self) -> String {
        let claims = token::claims(&self.access_token);
        let uri = claims["status"]["status_list"]["uri"].as_str().unwrap();
        uri.strip_prefix(&self.server.issuer).unwrap().to_owned()
    }
}

#[track_caller]
fn assert_put_off(answer: &Answer) {
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn client_credentials_go_on_with_the_access_token_alone() {
    let bereft = Bereft::new().await;
    let granted = begin(&bereft.server, "renewer", "").await;
    assert!(granted.get("refresh_token").is_none(), "{granted}");
    assert!(token::claims(granted["access_token"].as_str().unwrap()).get("sid").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_put_off_and_garbage_is_refused_all_the_same() {
    let bereft = Bereft::new().await;
    assert_put_off(&refresh(&bereft.server, "renewer", &bereft.refresh_token, "").await);
    let answer = refresh(&bereft.server, "renewer", "sgr_garbage", "").await;
    answer.assert_error(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_is_put_off_and_garbage_is_done_with() {
    let mut bereft = Bereft::new().await;
    let (access, refresh_token) =
        (format!("token={}", bereft.access_token), format!("token={}", bereft.refresh_token));
    assert_put_off(&bereft.post("/oauth2/revoke", &access).await);
    assert_put_off(&bereft.post("/oauth2/revoke", &refresh_token).await);
    assert_eq!(bereft.post("/oauth2/revoke", "token=garbage").await.status, 200);

    bereft.redis.start_again().await;
    eventually("the same request is done", async || {
        bereft.post("/oauth2/revoke", &refresh_token).await.status == 200
    })
    .await;
    let answer = refresh(&bereft.server, "renewer", &bereft.refresh_token, "").await;
    answer.assert_error(400, "invalid_grant");
    let answer = bereft.post("/oauth2/introspect", &access).await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"active":false}"#), "offline too");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_introspection_is_put_off_and_garbage_is_inactive() {
    let bereft = Bereft::new().await;
    for token in [&bereft.access_token, &bereft.refresh_token] {
        assert_put_off(&bereft.post("/oauth2/introspect", &format!("token={token}")).await);
    }
    let answer = bereft.post("/oauth2/introspect", "token=garbage").await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"active":false}"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn authorized_tokens_are_put_off() {
    let bereft = Bereft::new().await;
    assert_put_off(&bereft.bearer("GET", "/api/v1/authorized-tokens").await);
    assert_put_off(&bereft.bearer("DELETE", "/api/v1/authorized-tokens/current").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_list_is_served_from_the_copy_at_hand_until_that_expires() {
    let mut redis = durable_redis().await;
    let server = signet_on(&redis.url(), "").await;
    let granted = begin(&server, "renewer", "").await;
    let claims = token::claims(granted["access_token"].as_str().unwrap());
    let uri = claims["status"]["status_list"]["uri"].as_str().unwrap();
    let path = uri.strip_prefix(&server.issuer).unwrap();
    let fresh = server.send(Request::get(path)).await;
    assert_eq!(fresh.status, 200, "{fresh:?}");
    redis.kill();

    let copy = server.send(Request::get(path)).await;
    assert_eq!((copy.status, &copy.body), (200, &fresh.body));
    let exp = token::claims(fresh.text())["exp"].as_u64().unwrap();
    let iat = token::claims(fresh.text())["iat"].as_u64().unwrap();
    server.clock.advance(Duration::from_secs(exp - iat + 1));
    let answer = server.send(Request::get(path)).await;
    assert_put_off(&answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_list_that_nobody_has_asked_for_is_put_off() {
    let bereft = Bereft::new().await;
    assert_put_off(&bereft.server.send(Request::get(&bereft.list())).await);
    assert_put_off(&bereft.server.send(Request::get("/status-lists")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_redis_goes_on() {
    let bereft = Bereft::new().await;
    for path in [
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
        "/openapi.json",
        "/openapi.yaml",
        "/docs",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        let answer = bereft.server.send(Request::get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    eventually("the metric tells", async || {
        let metrics = bereft.server.send(Request::get("/metrics")).await;
        metrics.text().lines().any(|line| line == "signet_store_available 0")
    })
    .await;
}
