//! OpenID Connect: applications that sign people in, a person with a browser session, what was granted in it, and
//! an application that hears of log-outs.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use signet::{
    app::App,
    clock::Clock,
    config::{Limits, PasswordCost},
    directory::{Passwords, PoolSize},
    entropy::SystemEntropy,
    grants::{DigestUpgrades, SessionLifetime, Sessions, SignedIn, Throttle, UserAuthentication},
    keys::KeyDirectory,
    secret::Secret,
    store::{FamilyId, Grant, NewFamily},
};

use super::{
    TestServer,
    browser::{Browser, COOKIE},
    people::{PASSWORD, tables},
};

/// The people of [`tables`], and applications with OpenID Connect; the secret of each is its name and `-secret`.
pub fn openid_tables() -> String {
    const RELYING_PARTIES: &str = r#"
[[applications]]
client_id = "rp"
name = "The <b>shop</b>"
client_secret = "rp-secret"
grant_types = ["password", "refresh_token", "client_credentials"]
scopes = ["openid", "profile", "email", "offline_access", "read"]
post_logout_redirect_uris = ["https://rp.example.com/bye", "https://rp.example.com/bye?from=signet", "com.example.rp:/bye"]

[[applications]]
client_id = "other"
client_secret = "other-secret"
grant_types = ["password", "refresh_token"]
scopes = ["openid", "profile"]
post_logout_redirect_uris = ["https://other.example.com/bye"]
"#;
    tables() + RELYING_PARTIES
}

pub async fn server() -> TestServer {
    TestServer::with(&openid_tables()).await
}

/// What recognises the sessions of `server`.
pub fn sessions(server: &TestServer) -> Sessions {
    let app: &App = &server.app;
    let keys = KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600));
    let sealing = keys.load_sealing_keys().unwrap();
    Sessions::new(
        server.issuer.parse().unwrap(),
        SessionLifetime(Duration::from_secs(3600)),
        Arc::new(arc_swap::ArcSwap::from_pointee(sealing)),
        Arc::clone(app.directory()),
        Arc::clone(&app.store().redemptions),
        server.clock.clone(),
        Arc::new(SystemEntropy),
    )
}

/// A browser with which `username` is signed in, and the session.
pub async fn signed_in_browser(server: &TestServer, username: &str) -> (Browser, SignedIn) {
    let clock: Arc<dyn Clock> = server.clock.clone();
    let directory = Arc::clone(server.app.directory());
    let cost = PasswordCost::default();
    let passwords =
        Arc::new(Passwords::new(PoolSize::of_this_machine(), cost, Arc::new(SystemEntropy)));
    let rate = Limits::default().failed_sign_ins;
    let people = UserAuthentication {
        upgrades: Arc::new(DigestUpgrades::new(Arc::clone(&directory), Arc::clone(&passwords))),
        directory,
        passwords,
        throttle: Arc::new(Throttle::new(rate, Arc::clone(&clock))),
        confirmations: Arc::new(Throttle::new(rate, Arc::clone(&clock))),
        clock,
    };
    let (password, address) = (Secret::new(PASSWORD.to_owned()), Ipv4Addr::LOCALHOST.into());
    let person = people.authenticate(username, &password, address).await.unwrap();
    let sessions = sessions(server);
    let kept = sessions.begin(&person, None).unwrap();
    let signed_in = sessions.recognise(kept.expose()).await.unwrap().unwrap();
    let mut browser = Browser::new();
    browser.cookies.insert(COOKIE.to_owned(), kept.expose().to_owned());
    (browser, signed_in)
}

/// Whether what `browser` keeps is a session still.
pub async fn is_signed_in(server: &TestServer, kept: &str) -> bool {
    sessions(server).recognise(kept).await.unwrap().is_some()
}

/// A grant to `client_id` that `signed_in` made in this session.
pub async fn granted_in(
    server: &TestServer,
    signed_in: &SignedIn,
    client_id: &str,
    scope: &str,
    id: u8,
) -> FamilyId {
    let now = server.clock.now();
    let family = NewFamily {
        id: FamilyId::from_bytes([id; 16]),
        grant: Grant {
            client_id: client_id.parse().unwrap(),
            sub: Some(signed_in.user().id.to_string()),
            scope: scope.parse().unwrap(),
            resource: vec![server.issuer.clone()],
            auth_time: Some(now),
            session: Some(signed_in.session()),
        },
        created_at: now,
        expires_at: now + 86_400,
        idle_lifetime: 3600,
        access_token: None,
    };
    server.app.store().families.begin(&family).await.unwrap();
    family.id
}

/// Whether the grant lives.
pub async fn lives(server: &TestServer, id: FamilyId) -> bool {
    server.app.store().families.find(id, server.clock.now()).await.unwrap().is_some()
}
