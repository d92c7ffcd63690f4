//! Device authorization (RFC 8628 section 3.1): a device without a browser says what it wants, and is given a
//! code to ask with and a code to show. What it wants is held against its application's registration now, and
//! against the person's roles when they approve.

use std::{net::IpAddr, sync::Arc};

use super::{
    AuthenticatedClient, device_limits::DeviceLimit, no_entropy::no_entropy,
    store_away::grants_unavailable_anew, wanted::Wanted,
};
use crate::{
    clock::Clock,
    entropy::Entropy,
    oauth::{AskedFor, GrantType, Reason, Refusal, Resource, UserCode},
    secret::Secret,
    store::{DeviceRequests, FamilyId, Grant, NewDeviceRequest, StoreError},
    tokens::{DeviceCodeParts, DeviceCodes},
};

/// How long both codes live, in seconds: "long enough to be useable", and "sufficiently short to limit the
/// usability of a code obtained for phishing" (RFC 8628 section 5.4).
const LIFETIME: u64 = 600;

/// How long a device waits between two polls, in seconds (RFC 8628 section 3.2).
const INTERVAL: u64 = 5;

/// How many user codes are tried where others have them: with a hundred thousand requests pending, each is
/// taken once in 250,000 times.
const MOST_USER_CODES: usize = 4;

/// Begins requests of devices.
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// What remembers them.
    pub requests: Arc<dyn DeviceRequests>,
    /// What writes their codes.
    pub codes: DeviceCodes,
    /// How often they may ask.
    pub limit: Arc<DeviceLimit>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What codes are made of.
    pub entropy: Arc<dyn Entropy>,
}

/// What a device is answered (RFC 8628 section 3.2). `Debug` hides both codes.
#[derive(Debug)]
pub struct DeviceAuthorized {
    /// What it asks with.
    pub device_code: Secret,
    /// What it shows.
    pub user_code: UserCode,
    /// How long both live, in seconds.
    pub expires_in: u64,
    /// How long it waits between two polls, in seconds.
    pub interval: u64,
}

impl DeviceAuthorization {
    /// Begins a request of `authenticated` for what is `asked_for`, from `address`.
    ///
    /// # Errors
    /// `unauthorized_client`, `invalid_scope`, `invalid_target`; `too_many_requests`;
    /// `temporarily_unavailable` while the store is away.
    pub async fn begin(
        &self,
        authenticated: &AuthenticatedClient,
        asked_for: &AskedFor,
        default_audience: &Resource,
        address: IpAddr,
    ) -> Result<DeviceAuthorized, Refusal> {
        let client = authenticated.client();
        if !client.may_use(GrantType::DeviceCode) {
            return Err(Reason::GrantNotAllowed.into());
        }
        let wanted = Wanted::within_registration(asked_for, client, default_audience)?;
        let (scope, aud) = wanted.anew(client, default_audience)?;
        self.limit.count(&client.client_id, address)?;
        let created_at = self.clock.now();
        let asked = Grant {
            client_id: client.client_id.clone(),
            sub: None,
            scope: scope.scopes().clone(),
            resource: aud.iter().map(str::to_owned).collect(),
            auth_time: None,
            session: None,
        };
        let id = FamilyId::from_bytes(self.random()?);
        let parts = DeviceCodeParts { id, expires_at: created_at + LIFETIME };
        let user_code = self.begun(asked, parts, created_at).await?;
        Ok(DeviceAuthorized {
            device_code: self.codes.write(parts, &client.client_id),
            user_code,
            expires_in: LIFETIME,
            interval: INTERVAL,
        })
    }

    async fn begun(
        &self,
        asked: Grant,
        parts: DeviceCodeParts,
        created_at: u64,
    ) -> Result<UserCode, Refusal> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let user_code = UserCode::from_random_bytes(self.random()?);
            let request = NewDeviceRequest {
                id: parts.id,
                user_code: self.codes.tag(&user_code),
                asked: asked.clone(),
                created_at,
                expires_at: parts.expires_at,
                interval: INTERVAL,
            };
            match self.requests.begin(&request).await {
                Ok(()) => return Ok(user_code),
                Err(StoreError::Exists) if attempts < MOST_USER_CODES => {}
                Err(error) => return Err(grants_unavailable_anew(error.into())),
            }
        }
    }

    fn random(&self) -> Result<[u8; 16], Refusal> {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes).map_err(no_entropy)?;
        Ok(bytes)
    }
}
