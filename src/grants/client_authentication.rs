//! Step 1: who is asking (RFC 6749 sections 2.3 and 3.2.1).

use std::{net::IpAddr, sync::Arc, time::Duration};

use super::{
    ClientAssertions, Throttle,
    client_assertion::AssertionRefused,
    store_away::directory_unavailable,
    throttle::{Attempt, TooMany},
};
use crate::{
    directory::{Directory, DirectoryAway},
    oauth::{Client, ClientType, Reason, Refusal},
    secret::{Secret, SecretDigest},
};

/// The one `client_assertion_type` (RFC 7523 section 2.2).
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a request brought to prove who sent it; exactly one of them (RFC 6749 section 2.3: "The client
/// MUST NOT use more than one authentication method in each request").
#[derive(Debug)]
pub enum PresentedCredentials {
    /// `client_secret_basic` or `client_secret_post`.
    Secret {
        /// Who it claims to be.
        client_id: String,
        /// What is to prove it.
        client_secret: Secret,
    },
    /// `private_key_jwt`.
    Assertion {
        /// The `client_id` parameter, where there was one.
        client_id: Option<String>,
        /// The assertion, a compact JWT.
        client_assertion: Secret,
    },
    /// `none`: a public client names itself.
    None {
        /// Who it claims to be.
        client_id: String,
    },
}

/// An application that has proven who it is; made here only.
#[derive(Debug, Clone)]
pub struct AuthenticatedClient(Arc<Client>);

impl AuthenticatedClient {
    /// The application.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0
    }
}

/// Authenticates applications.
#[derive(Debug)]
pub struct ClientAuthentication {
    directory: Arc<Directory>,
    assertions: ClientAssertions,
    throttle: Arc<Throttle<str>>,
}

impl ClientAuthentication {
    /// Puts together what authentication needs.
    #[must_use]
    pub fn new(
        directory: Arc<Directory>,
        assertions: ClientAssertions,
        throttle: Arc<Throttle<str>>,
    ) -> Self {
        Self { directory, assertions, throttle }
    }

    /// Decides whether the request that came from `address` is from whom it says.
    ///
    /// # Errors
    /// `invalid_client`, the same whatever was wrong (RFC 6749 section 10.10); 429 after too many
    /// failures; `temporarily_unavailable` when an assertion cannot be judged.
    pub async fn authenticate(
        &self,
        presented: PresentedCredentials,
        address: IpAddr,
    ) -> Result<AuthenticatedClient, Refusal> {
        match presented {
            PresentedCredentials::Secret { client_id, client_secret } => {
                let attempt = self.admit(&client_id, address)?;
                let outcome = self.by_secret(&client_id, &client_secret).await;
                conclude(attempt, outcome, &client_id)
            }
            PresentedCredentials::Assertion { client_id, client_assertion } => {
                let assertion = client_assertion.expose();
                let claimed = ClientAssertions::claimed_client_id(assertion);
                let claimed = claimed.or_else(|| client_id.clone()).unwrap_or_default();
                let attempt = self.admit(&claimed, address)?;
                let outcome = match client_id.filter(|client_id| *client_id != claimed) {
                    Some(_) => Err(Failure::Refused(
                        "the client_id parameter is not the assertion's sub".into(),
                    )),
                    // In a box, or every request would carry the room that this one needs.
                    None => Box::pin(self.by_assertion(&claimed, assertion)).await,
                };
                conclude(attempt, outcome, &claimed)
            }
            PresentedCredentials::None { client_id } => match self
                .enabled(&client_id)
                .await
                .map_err(|away| directory_unavailable(away).by(&client_id))?
            {
                Some(client) if matches!(client.client_type, ClientType::Public) => {
                    Ok(AuthenticatedClient(client))
                }
                Some(_) => Err(refused("a confidential client sent no credentials").by(client_id)),
                None => Err(refused("unknown or disabled client").by(client_id)),
            },
        }
    }

    /// The application that sign-ins without one act for: the configuration vouches for it.
    ///
    /// # Errors
    /// `unauthorized_client`, while it is switched off or gone; `temporarily_unavailable` while that
    /// cannot be known.
    pub async fn configured(&self, client_id: &str) -> Result<AuthenticatedClient, Refusal> {
        let client = self.enabled(client_id).await.map_err(directory_unavailable)?;
        let client = client.ok_or(Reason::SignInSwitchedOff)?;
        Ok(AuthenticatedClient(client))
    }

    /// Whether an application has this identifier, be it switched off.
    ///
    /// # Errors
    /// `temporarily_unavailable` while that cannot be known.
    pub(super) async fn knows(&self, client_id: &str) -> Result<bool, Refusal> {
        let client = self.directory.client(client_id).await;
        Ok(client.map_err(directory_unavailable)?.is_some())
    }

    fn admit(&self, client_id: &str, address: IpAddr) -> Result<Attempt<'_, str>, Refusal> {
        self.throttle.admit(client_id, address).map_err(|wait| too_many(wait).by(client_id))
    }

    async fn enabled(&self, client_id: &str) -> Result<Option<Arc<Client>>, DirectoryAway> {
        Ok(self.directory.client(client_id).await?.filter(|client| !client.disabled))
    }

    async fn by_secret(&self, client_id: &str, secret: &Secret) -> Result<Arc<Client>, Failure> {
        /// Compared where there is no digest, so that an unknown client costs what a wrong secret does.
        const NOBODY: [SecretDigest; 1] = [SecretDigest::from_bytes([0; 32])];
        let client = self.directory.client(client_id).await?;
        let digests = match client.as_deref().map(|client| &client.client_type) {
            Some(ClientType::ConfidentialBySecret(digests)) => digests.as_slice(),
            _ => &NOBODY,
        };
        let presented = secret.digest();
        let matches = digests.iter().fold(false, |any, digest| any | digest.matches(&presented));
        match client {
            Some(client) if matches && client.disabled => Err(Failure::SwitchedOff),
            Some(client) if matches => Ok(client),
            Some(_) => Err(Failure::Refused(
                "wrong secret, or the client authenticates another way".into(),
            )),
            None => Err(Failure::Refused("unknown client".into())),
        }
    }

    async fn by_assertion(&self, client_id: &str, assertion: &str) -> Result<Arc<Client>, Failure> {
        let client = self
            .enabled(client_id)
            .await?
            .ok_or_else(|| Failure::Refused("unknown or disabled client".into()))?;
        let ClientType::ConfidentialByKey(keys) = &client.client_type else {
            return Err(Failure::Refused(
                "the client authenticates another way than by an assertion".into(),
            ));
        };
        match self.assertions.verify(assertion, client_id, keys).await {
            Ok(()) => Ok(client),
            Err(AssertionRefused::KeysUnavailable(cause)) => {
                Err(Failure::Unable(Reason::ClientKeysUnavailable, cause))
            }
            Err(unknowable @ AssertionRefused::Unknowable(_)) => {
                Err(Failure::Unable(Reason::AssertionsUnavailable, unknowable.to_string()))
            }
            Err(refused) => Err(Failure::Refused(refused.to_string())),
        }
    }
}

enum Failure {
    /// The credentials are no good.
    Refused(String),
    /// They are good, and no use.
    SwitchedOff,
    /// The credentials could not be judged.
    Unable(Reason, String),
}

impl From<DirectoryAway> for Failure {
    fn from(away: DirectoryAway) -> Self {
        Self::Unable(Reason::DirectoryUnavailable, away.to_string())
    }
}

/// By then keys that could not be fetched are asked for again.
const TRY_AGAIN: Duration = Duration::from_secs(10);

fn conclude(
    attempt: Attempt<'_, str>,
    outcome: Result<Arc<Client>, Failure>,
    client_id: &str,
) -> Result<AuthenticatedClient, Refusal> {
    match outcome {
        Ok(client) => {
            attempt.succeeded();
            Ok(AuthenticatedClient(client))
        }
        Err(Failure::Refused(cause)) => Err(failed(attempt, refused(cause), client_id)),
        // Told like any other failure, and counted like it.
        Err(Failure::SwitchedOff) => {
            let refusal = Refusal::new(Reason::ClientSwitchedOff).because("the client is disabled");
            Err(failed(attempt, refusal, client_id))
        }
        Err(Failure::Unable(reason, cause)) => {
            Err(Refusal::new(reason).because(cause).retry_after(TRY_AGAIN).by(client_id))
        }
    }
}

fn failed(attempt: Attempt<'_, str>, refusal: Refusal, client_id: &str) -> Refusal {
    match attempt.failed() {
        Ok(()) => refusal.by(client_id),
        Err(wait) => too_many(wait).by(client_id),
    }
}

fn refused(cause: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Reason::ClientAuthenticationFailed).because(cause)
}

fn too_many(TooMany(wait): TooMany) -> Refusal {
    Refusal::new(Reason::TooManyFailures).retry_after(wait)
}
