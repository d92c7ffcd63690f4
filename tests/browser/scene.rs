//! The scene of the walks: a server with a person and their applications, and where they send people back to.

use serde_json::Value;

use crate::{
    driver::Browser,
    landing::Landing,
    support::{
        Request, TestServer,
        people::{PASSWORD, hash},
    },
};

/// A code verifier and its challenge (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Scene {
    pub server: TestServer,
    pub landing: Landing,
    pub browser: Browser,
}

impl Scene {
    pub async fn open() -> Self {
        Self::with("").await
    }

    /// The same; `more` are further tables.
    pub async fn with(more: &str) -> Self {
        let landing = Landing::open().await;
        let (callback, origin) = (landing.callback(), landing.origin());
        let tables = format!(
            r#"
[directory]
url = "sqlite:signet.db"
registration = "open"
default_role = "consumer"

[[scopes]]
name = "read"
description = "Read your documents"
[[scopes]]
name = "write"
description = "Change your documents"

[[roles]]
name = "consumer"
scopes = ["read", "write", "applications", "tokens"]

[[users]]
username = "demo"
password_hash = "{}"
name = "Demo Person"
email = "demo@example.com"
roles = ["consumer"]

[[applications]]
client_id = "demo-app"
name = "Demo application"
client_secret = "demo-app-secret"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["{callback}", "urn:ietf:wg:oauth:2.0:oob"]
post_logout_redirect_uris = ["{origin}/out"]
scopes = ["openid", "profile", "email", "read", "write"]

[[applications]]
client_id = "other-app"
name = "Another application"
client_secret = "other-app-secret"
grant_types = ["authorization_code"]
redirect_uris = ["{callback}"]
scopes = ["openid", "read"]

[[applications]]
client_id = "television"
name = "Living-room television"
token_endpoint_auth_method = "none"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
scopes = ["openid", "profile", "read"]
{more}"#,
            hash(),
        );
        let server = TestServer::with(&tables).await;
        server.clock.go();
        Self { server, landing, browser: Browser::open().await }
    }

    /// The authorization request of `client_id`; `more` is added to its query.
    pub fn request(&self, client_id: &str, more: &str) -> String {
        self.request_of(client_id, "openid%20profile%20read", more)
    }

    /// The same for another scope.
    pub fn request_of(&self, client_id: &str, scope: &str, more: &str) -> String {
        let callback = self.landing.callback();
        format!(
            "{}/oauth2/authorize?response_type=code&scope={scope}&client_id={client_id}&\
             redirect_uri={callback}&code_challenge={CHALLENGE}&code_challenge_method=S256{more}",
            self.server.issuer
        )
    }

    /// Signs in as the person, on the sign-in page that is open.
    pub async fn sign_in(&self) {
        self.browser.fill("username", "demo").await;
        self.browser.fill("password", PASSWORD).await;
        self.browser.press("Sign in").await;
    }

    /// Exchanges the code that the browser brought back with `url`.
    pub async fn exchange(&self, client_id: &str, url: &str) -> Value {
        self.exchange_with(client_id, &format!("{client_id}-secret"), url).await
    }

    /// The same for an application with another secret.
    pub async fn exchange_with(&self, client_id: &str, secret: &str, url: &str) -> Value {
        let code = parameter(url, "code").unwrap_or_else(|| panic!("no code in {url}"));
        let callback = self.landing.callback();
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={callback}&code_verifier={VERIFIER}"
        );
        let request = Request::form("/oauth2/token", &form).basic(client_id, secret);
        let answer = self.server.send(request).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub async fn close(self) {
        self.browser.close().await;
    }
}

/// A parameter of a URL's query.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
