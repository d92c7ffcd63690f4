//! What configuration declares: held in memory, read-only.

use std::{collections::HashMap, path::Path, sync::Arc};

use super::DeclaredPeople;
use crate::{
    config::{Application, Config, Problem, PublicJwks, read_bounded, read_secret},
    oauth::{
        Client, ClientId, ClientKeys, ClientType, RefreshTokenPolicy, TokenEndpointAuthMethod,
    },
};

/// The declared applications, by client identifier, and the declared people.
#[derive(Debug, Default)]
pub struct Declared {
    applications: HashMap<ClientId, Arc<Client>>,
    people: DeclaredPeople,
}

impl Declared {
    /// Takes the applications and the people of `config` in, reading the files that they name.
    ///
    /// # Errors
    /// Each file that cannot be read or used, with the key that names it, and each digest of a password that
    /// is no good.
    pub fn from_config(config: &Config) -> Result<Self, Vec<Problem>> {
        let mut clients = HashMap::new();
        let mut problems = Vec::new();
        for (position, application) in config.applications.iter().enumerate() {
            match client_type(application) {
                Ok(client_type) => {
                    let client = Arc::new(client(application, client_type));
                    clients.insert(application.client_id.clone(), client);
                }
                Err((member, message)) => {
                    problems
                        .push(Problem::new(format!("applications.{position}.{member}"), message));
                }
            }
        }
        match DeclaredPeople::from_config(config) {
            Ok(people) if problems.is_empty() => Ok(Self { applications: clients, people }),
            Ok(_) => Err(problems),
            Err(more) => Err([problems, more].concat()),
        }
    }

    /// The application of that identifier.
    #[must_use]
    pub fn application(&self, client_id: &str) -> Option<Arc<Client>> {
        self.applications.get(client_id).cloned()
    }

    /// The applications that are not switched off.
    pub(super) fn enabled(&self) -> impl Iterator<Item = &ClientId> {
        self.applications.values().filter(|client| !client.disabled).map(|client| &client.client_id)
    }

    /// The people.
    #[must_use]
    pub const fn people(&self) -> &DeclaredPeople {
        &self.people
    }

    /// How many applications there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.applications.len()
    }

    /// Whether there are no applications.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.applications.is_empty()
    }
}

fn client(application: &Application, client_type: ClientType) -> Client {
    let client_id = application.client_id.clone();
    Client {
        client_name: application.name.clone().unwrap_or_else(|| client_id.to_string()),
        client_id,
        client_type,
        grant_types: application.grant_types.clone(),
        scopes: application.scopes.clone(),
        audience: application.audience.clone(),
        access_token_lifetime: application.access_token_lifetime,
        access_token_algorithm: application.access_token_algorithm,
        refresh_tokens: RefreshTokenPolicy {
            rotation: application.refresh_token_rotation,
            with_client_credentials: application.refresh_token_with_client_credentials,
        },
        resource_server_for: application.resource_server_for.clone(),
        disabled: application.disabled,
    }
}

/// What proves the application; `config` has already refused combinations that cannot be.
fn client_type(application: &Application) -> Result<ClientType, (&'static str, String)> {
    match application.token_endpoint_auth_method {
        TokenEndpointAuthMethod::None => Ok(ClientType::Public),
        TokenEndpointAuthMethod::ClientSecretBasic | TokenEndpointAuthMethod::ClientSecretPost => {
            let digests = if let Some(digests) = &application.client_secret_sha256 {
                digests.0.clone()
            } else if let Some(secret) = &application.client_secret {
                vec![secret.digest()]
            } else if let Some(path) = &application.client_secret_file {
                vec![read_secret(path).map_err(|message| ("client_secret_file", message))?.digest()]
            } else {
                Vec::new()
            };
            Ok(ClientType::ConfidentialBySecret(digests))
        }
        TokenEndpointAuthMethod::PrivateKeyJwt => {
            let keys = if let Some(PublicJwks(jwks)) = &application.jwks {
                ClientKeys::Inline(jwks.keys.clone())
            } else if let Some(path) = &application.jwks_file {
                let PublicJwks(jwks) = jwks_file(path).map_err(|message| ("jwks_file", message))?;
                ClientKeys::Inline(jwks.keys)
            } else if let Some(uri) = &application.jwks_uri {
                ClientKeys::Uri(uri.clone())
            } else {
                ClientKeys::Inline(Vec::new())
            };
            Ok(ClientType::ConfidentialByKey(keys))
        }
    }
}

fn jwks_file(path: &Path) -> Result<PublicJwks, String> {
    let text = read_bounded(path)?;
    let json = serde_json::from_str(&text)
        .map_err(|_| format!("the file {} is not JSON", path.display()))?;
    PublicJwks::from_json(json).map_err(|message| format!("the file {}: {message}", path.display()))
}
