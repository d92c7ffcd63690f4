//! What happens while the directory's database is away: those who are kept there are told to come back, and
//! never that they do not exist; those who are declared go on.

use std::{fs, path::PathBuf};

use signet::{
    directory::{KeptSecret, Registration, Registry, Written},
    oauth::{ClientMetadata, GrantType},
    secret::Secret,
};

use crate::support::{
    APPLICATIONS, Answer, Request, TestServer, config_file::SQLITE_DIRECTORY, eventually,
};

struct Signet {
    server: TestServer,
    elsewhere: PathBuf,
}

impl Signet {
    /// A Signet that keeps an application.
    async fn new() -> Self {
        let server = TestServer::with(&format!("{SQLITE_DIRECTORY}{APPLICATIONS}")).await;
        let digest = Secret::new("kept-secret".to_owned()).digest();
        let kept = Registration {
            client_id: "kept".parse().unwrap(),
            owner: None,
            metadata: ClientMetadata {
                grant_types: vec![GrantType::ClientCredentials],
                scope: "read".parse().unwrap(),
                ..ClientMetadata::default()
            },
            secrets: vec![KeptSecret { digest, created_at: 0, expires_at: None }],
            registration_access_token: None,
            disabled: false,
            locked: false,
            created_at: 0,
            version: 1,
        };
        assert_eq!(server.app.directory().add_application(&kept).await, Ok(Written::Done));
        let elsewhere = server.folder.path().join("elsewhere.db");
        Self { server, elsewhere }
    }

    fn file(&self) -> PathBuf {
        self.server.folder.path().join("signet.db")
    }

    async fn token(&self, client_id: &str) -> Answer {
        let secret = format!("{client_id}-secret");
        self.server.token(client_id, &secret, "grant_type=client_credentials").await
    }

    async fn ready(&self) -> serde_json::Value {
        let answer = self.server.send(Request::new("GET", "/readyz")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    async fn gauge(&self) -> String {
        let answer = self.server.send(Request::new("GET", "/metrics")).await;
        let text = answer.text();
        let line = text.lines().find(|line| line.starts_with("signet_directory_up"));
        line.unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_application_is_told_to_come_back_and_a_declared_one_goes_on() {
    let signet = Signet::new().await;
    assert_eq!(signet.token("kept").await.status, 200);
    assert_eq!(signet.ready().await["directory"], "available");
    assert_eq!(signet.gauge().await, "signet_directory_up 1");
    fs::rename(signet.file(), &signet.elsewhere).unwrap();
    eventually("what was remembered is forgotten", async || {
        signet.token("kept").await.status != 200
    })
    .await;
    for client_id in ["kept", "nobody"] {
        let answer = signet.token(client_id).await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
    }
    assert_eq!(signet.token("service").await.status, 200);
    assert_eq!(signet.ready().await["directory"], "away");
    assert_eq!(signet.gauge().await, "signet_directory_up 0");
    fs::rename(&signet.elsewhere, signet.file()).unwrap();
    eventually("it is found again", async || signet.ready().await["directory"] == "available")
        .await;
    assert_eq!(signet.token("kept").await.status, 200);
    signet.token("nobody").await.assert_error(401, "invalid_client");
    assert_eq!(signet.gauge().await, "signet_directory_up 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_directory_nothing_is_said_of_one() {
    let server = TestServer::start().await;
    let ready = server.send(Request::new("GET", "/readyz")).await.json();
    assert_eq!(ready.get("directory"), None);
    let metrics = server.send(Request::new("GET", "/metrics")).await;
    assert!(!metrics.text().contains("signet_directory_up"));
}
