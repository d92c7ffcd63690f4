//! What is measured: the release binary, in a folder of its own with configuration and keys.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use signet::{directory::hash_password, entropy::SystemEntropy, secret::Secret};
use tempfile::TempDir;

use crate::{
    Outcome,
    process::{Process, free_address},
};

const BINARY: &str = env!("CARGO_BIN_EXE_signet");

/// The secret of each application: as long as those that Signet generates.
pub(crate) const CLIENT_SECRET: &str = "sgs_benchmark-benchmark-benchmark-benchmark-012";

/// The application that people sign in with, and one of them.
pub(crate) const SIGN_IN: &str = "sign-in";
pub(crate) const PERSON: &str = "person-0";

/// The application that people meet in a browser, and where it has them back.
pub(crate) const BROWSER: &str = "browser";
pub(crate) const CALLBACK: &str = "https://app.example.com/callback";

/// One application for each algorithm; their `client_id` is its name. And one whose grants can be renewed, and
/// one with a person, whose digest has the usual cost and no password.
/// Where it listens comes from the environment, for each start anew.
const CONFIGURATION: &str = r#"
issuer = "http://127.0.0.1:8080"

[keys]
directory = "keys"

# The benchmark asks for codes ahead.
[tokens]
authorization_code_lifetime = "10m"

[[scopes]]
name = "read"
[[scopes]]
name = "write"

[[applications]]
client_id = "ES256"
client_secret_file = "secret"
grant_types = ["client_credentials"]
scopes = ["read", "write"]
audience = ["https://api.example.com"]

[[applications]]
client_id = "RS256"
client_secret_file = "secret"
grant_types = ["client_credentials"]
scopes = ["read", "write"]
audience = ["https://api.example.com"]
access_token_algorithm = "RS256"

[[applications]]
client_id = "EdDSA"
client_secret_file = "secret"
grant_types = ["client_credentials"]
scopes = ["read", "write"]
audience = ["https://api.example.com"]
access_token_algorithm = "EdDSA"

[[applications]]
client_id = "renewer"
client_secret_file = "secret"
grant_types = ["client_credentials", "refresh_token"]
scopes = ["read", "write"]
audience = ["https://api.example.com"]
refresh_token_with_client_credentials = true

[[applications]]
client_id = "sign-in"
client_secret_file = "secret"
grant_types = ["password"]
scopes = ["read"]
audience = ["https://api.example.com"]

[[applications]]
client_id = "browser"
client_secret_file = "secret"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["https://app.example.com/callback"]
scopes = ["openid", "profile", "read"]
audience = ["https://api.example.com"]
first_party = true

[[roles]]
name = "reader"
scopes = ["read"]
"#;

/// How many people there are, and the password of them all.
pub(crate) const PEOPLE: usize = 200;
pub(crate) const PASSWORD: &str = "benchmark-benchmark";

/// The folder; gone when this is dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Writes the configuration and has Signet make its keys.
    pub(crate) fn prepare() -> Outcome<Self> {
        let folder = Self(tempfile::tempdir()?);
        let digest = hash_password(&Secret::new(PASSWORD.to_owned()), &SystemEntropy)?;
        fs::write(folder.path().join("digest"), &digest)?;
        fs::write(folder.configuration("signet.toml"), CONFIGURATION)?;
        fs::write(
            folder.configuration("people.toml"),
            CONFIGURATION.to_owned() + &people(&digest),
        )?;
        fs::write(folder.path().join("secret"), CLIENT_SECRET)?;
        let made = Command::new(BINARY)
            .args(["--config", &folder.configuration("signet.toml"), "keys", "generate"])
            .output()?;
        if made.status.success() {
            Ok(folder)
        } else {
            Err(format!("signet made no keys: {}", String::from_utf8_lossy(&made.stderr)).into())
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn configuration(&self, name: &str) -> String {
        self.path().join(name).to_string_lossy().into_owned()
    }

    /// Starts Signet on a free port, and does not wait for it.
    pub(crate) fn start(&self, environment: &[(&str, &str)]) -> Outcome<(SocketAddr, Process)> {
        self.start_configured("signet.toml", environment)
    }

    /// The same with the people declared.
    pub(crate) fn start_with_people(
        &self,
        environment: &[(&str, &str)],
    ) -> Outcome<(SocketAddr, Process)> {
        self.start_configured("people.toml", environment)
    }

    fn start_configured(
        &self,
        configuration: &str,
        environment: &[(&str, &str)],
    ) -> Outcome<(SocketAddr, Process)> {
        let address = free_address()?;
        let listen = address.to_string();
        let environment = [environment, &[("SIGNET_HTTP__LISTEN", &listen)]].concat();
        let process = Process::start(
            BINARY,
            &["--config", &self.configuration(configuration), "serve"],
            &environment,
        )?;
        Ok((address, process))
    }
}

fn people(digest: &str) -> String {
    let person = |number| {
        format!(
            "[[users]]\nusername = \"person-{number}\"\npassword_hash = \"{digest}\"\nroles = [\"reader\"]\n"
        )
    };
    (0..PEOPLE).map(person).collect()
}

/// The size of the binary, in bytes.
pub(crate) fn binary_size() -> Outcome<u64> {
    Ok(fs::metadata(BINARY)?.len())
}
