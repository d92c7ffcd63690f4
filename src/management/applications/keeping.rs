//! Applications on their way into the registry and out of it, whoever asked for it. What is begun is done to
//! its end, also where the one who asked hangs up.

use super::{Applications, IssuedApplication, made};
use crate::{
    directory::{Registration, Registry, Written},
    grants::{directory_unavailable, no_entropy, revocations_unavailable},
    management::{Somebody, change::finished, end_now, settled},
    oauth::{ClientMetadata, Reason, Refusal},
    secret::SecretDigest,
};

/// An application that there was not.
#[derive(Debug)]
pub(in crate::management) struct Fresh {
    pub(in crate::management) owner: Option<String>,
    pub(in crate::management) metadata: ClientMetadata,
    pub(in crate::management) disabled: bool,
    pub(in crate::management) registration_access_token: Option<SecretDigest>,
}

/// Whether an application is switched off, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::management) enum State {
    On,
    /// By whoever may switch it on again.
    Off,
    /// By an administrator, against its owner.
    Locked,
}

impl State {
    fn of(self, registration: Registration) -> Registration {
        let (disabled, locked) = (self != Self::On, self == Self::Locked);
        Registration { disabled, locked, ..registration }
    }
}

impl Applications {
    /// Keeps a new application, with a new identifier and the secret that it needs.
    pub(in crate::management) async fn keep(
        &self,
        fresh: Fresh,
    ) -> Result<IssuedApplication, Refusal> {
        let Fresh { owner, metadata, disabled, registration_access_token } = fresh;
        let (now, entropy) = (self.clock.now(), &*self.entropy);
        let method = metadata.token_endpoint_auth_method;
        let (secrets, secret) = made::secrets_for(method, &[], now, entropy).map_err(no_entropy)?;
        let registration = Registration {
            client_id: made::client_id(entropy).map_err(no_entropy)?,
            owner,
            metadata,
            secrets,
            registration_access_token,
            disabled,
            locked: false,
            created_at: now,
            version: 1,
        };
        let added = self.directory.add_application(&registration).await;
        let added = added.map_err(directory_unavailable)?;
        settled(added, Reason::UnknownApplication)?;
        Ok(IssuedApplication { registration, secret })
    }

    /// Makes `current` what `metadata` and `state` say, with the secret that it needs. One that is switched
    /// off ends with all that it was issued.
    pub(in crate::management) async fn keep_changed(
        &self,
        current: Registration,
        metadata: ClientMetadata,
        state: State,
    ) -> Result<IssuedApplication, Refusal> {
        let method = metadata.token_endpoint_auth_method;
        let (secrets, secret) =
            made::secrets_for(method, &current.secrets, self.clock.now(), &*self.entropy)
                .map_err(no_entropy)?;
        let changed = state.of(Registration { metadata, secrets, ..current });
        let applications = self.clone();
        let registration = finished(async move {
            let changed = applications.written(changed).await?;
            if changed.disabled {
                applications.end_what_was_issued(&changed).await?;
            }
            Ok(changed)
        })
        .await?;
        Ok(IssuedApplication { registration, secret })
    }

    /// Gives `current` a new secret, beside which the one before it goes on for `overlap` seconds.
    pub(super) async fn keep_with_new_secret(
        &self,
        current: Registration,
        overlap: u64,
    ) -> Result<IssuedApplication, Refusal> {
        if !made::needs_secret(current.metadata.token_endpoint_auth_method) {
            return Err(Reason::NoClientSecret.into());
        }
        let secret = made::secret(&*self.entropy).map_err(no_entropy)?;
        let secrets = made::replaced(&current.secrets, &secret, overlap, self.clock.now());
        let registration = self.written(Registration { secrets, ..current }).await?;
        Ok(IssuedApplication { registration, secret: Some(secret) })
    }

    /// Ends `current` in three steps: it is switched off, and refused everywhere; what it was issued ends; it
    /// is removed. Where the second cannot be done it stays there, switched off, and asking again completes
    /// it: nothing depends on the process that answered.
    pub(in crate::management) async fn end(
        &self,
        current: Registration,
        off: State,
    ) -> Result<(), Refusal> {
        let applications = self.clone();
        finished(async move {
            let off = match current.disabled {
                true => current,
                false => applications.written(off.of(current)).await?,
            };
            applications.end_what_was_issued(&off).await?;
            let (client_id, version) = (off.client_id.as_str(), Some(off.version));
            let removed = applications.directory.remove_application(client_id, version).await;
            match removed.map_err(directory_unavailable)? {
                // Somebody else was as quick, and meant the same.
                Written::Absent => Ok(()),
                removed => settled(removed, Reason::UnknownApplication),
            }
        })
        .await
    }

    /// Writes `changed`, whose version is the one that was read; answers it as it is kept then.
    async fn written(&self, changed: Registration) -> Result<Registration, Refusal> {
        let written = self.directory.change_application(&changed).await;
        settled(written.map_err(directory_unavailable)?, Reason::UnknownApplication)?;
        Ok(Registration { version: changed.version + 1, ..changed })
    }

    async fn end_what_was_issued(&self, application: &Registration) -> Result<(), Refusal> {
        let somebody = Somebody::Application(application.client_id.clone());
        let ended = end_now(&self.revocation, &*self.clock, &somebody).await;
        ended.map(drop).map_err(revocations_unavailable)
    }
}
