//! A server that speaks TLS only, by an authority of its own, and knows its users.

use std::path::PathBuf;

use super::RedisServer;
use crate::support::free_port;

pub const PASSWORD: &str = "p@ss/w:rd";

pub struct SecuredRedis {
    pub server: RedisServer,
    /// What the product may do, and nothing else.
    pub username: &'static str,
}

impl SecuredRedis {
    pub async fn start() -> Self {
        let port = free_port().to_string();
        let mut server = RedisServer::prepared(
            port.parse().unwrap(),
            &[
                "--port",
                "0",
                "--tls-port",
                &port,
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                "server.pem",
                "--tls-key-file",
                "server.key",
                "--tls-ca-cert-file",
                "ca.pem",
                "--user",
                "default",
                "off",
                "--user",
                "warden",
                "on",
                ">warden",
                "~*",
                "&*",
                "+@all",
                "--user",
                "signet",
                "on",
                &format!(">{PASSWORD}"),
                "~test:*",
                "&test:*",
                "+@read",
                "+@write",
                "+@scripting",
                "+@pubsub",
                "+@connection",
                "+wait",
                "+time",
                "-@dangerous",
            ],
        );
        let authority = rcgen::CertifiedIssuer::self_signed(
            {
                let mut parameters = rcgen::CertificateParams::default();
                // Another name than that of the certificate that it signs.
                parameters
                    .distinguished_name
                    .push(rcgen::DnType::CommonName, "authority of a test");
                parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
                parameters
            },
            rcgen::KeyPair::generate().unwrap(),
        )
        .unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &authority).unwrap();
        let write = |name: &str, text: String| {
            std::fs::write(server.folder().join(name), text).unwrap();
        };
        write("ca.pem", authority.pem());
        write("server.pem", certificate.pem());
        write("server.key", key.serialize_pem());
        let ca_file = server.folder().join("ca.pem").display().to_string();
        let credentials = ["--tls", "--cacert", &ca_file, "--user", "warden", "--pass", "warden"];
        server.credentials = credentials.map(str::to_owned).to_vec();
        server.start_again().await;
        Self { server, username: "signet" }
    }

    pub fn ca_file(&self) -> PathBuf {
        self.server.folder().join("ca.pem")
    }

    pub fn url(&self) -> String {
        let password = "p%40ss%2Fw%3Ard";
        format!("rediss://{}:{password}@127.0.0.1:{}", self.username, self.server.port)
    }
}
