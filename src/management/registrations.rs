//! Applications that register themselves (RFC 7591) and manage that registration (RFC 7592), by a token of
//! their own. They are given no policy, and scopes only within those that configuration names.

mod request;

use std::{net::IpAddr, sync::Arc};

pub use self::request::{RegistrationRequest, response_types};
use super::{
    Applications, Expected, IssuedApplication,
    applications::{Fresh, State, registration_access_token},
    change::ATTEMPTS,
};
use crate::{
    config::ApplicationRegistration,
    directory::{Registration, Registry},
    grants::{RegistrationLimit, directory_unavailable, no_entropy},
    oauth::{ClientId, ClientMetadata, FieldProblem, Reason, Refusal},
    secret::Secret,
};

/// Registers applications and lets them manage themselves.
#[derive(Debug)]
pub struct Registrations {
    /// What keeps them.
    pub applications: Applications,
    /// How often an address may try.
    pub limit: Arc<RegistrationLimit>,
}

/// Whoever may register an application; made here only.
#[derive(Debug)]
pub struct Admitted(());

/// A registered application, and what is shown of it once.
#[derive(Debug)]
pub struct RegisteredApplication {
    /// The application, and its secret.
    pub issued: IssuedApplication,
    /// What it manages itself with.
    pub registration_access_token: Secret,
}

impl Registrations {
    /// Goes on only where applications can register themselves.
    ///
    /// # Errors
    /// `not_found`.
    pub fn open(&self) -> Result<(), Refusal> {
        match self.applications.rules.load().registration {
            ApplicationRegistration::Closed => Err(Reason::UnknownPath.into()),
            ApplicationRegistration::Token | ApplicationRegistration::Open => Ok(()),
        }
    }

    /// Admits whoever comes from `address`, with the initial access token (RFC 7591 section 1.2) that
    /// `presented` yields where configuration asks for one.
    ///
    /// # Errors
    /// `too_many_requests`; those of `presented`; `invalid_token` for another token.
    pub fn admit(
        &self,
        address: IpAddr,
        presented: impl FnOnce() -> Result<Secret, Refusal>,
    ) -> Result<Admitted, Refusal> {
        self.open()?;
        self.limit.admit(address)?;
        let rules = self.applications.rules.load();
        if rules.registration == ApplicationRegistration::Token {
            let digest = presented()?.digest();
            let known = rules.initial_access_tokens.iter();
            // Each is compared, so that the time tells nothing.
            if known.filter(|known| known.matches(&digest)).count() == 0 {
                return Err(Reason::InitialTokenRefused.into());
            }
        }
        Ok(Admitted(()))
    }

    /// Registers an application (RFC 7591 section 3.1).
    ///
    /// # Errors
    /// `invalid_redirect_uri`, `invalid_client_metadata`, `temporarily_unavailable`.
    pub async fn register(
        &self,
        _admitted: Admitted,
        request: RegistrationRequest,
    ) -> Result<RegisteredApplication, Refusal> {
        let metadata = {
            let rules = self.applications.rules.load();
            // RFC 7591 section 2, of scope: "If omitted, an authorization server MAY register a client with
            // a default set of scopes."
            let scope = rules.registered_scopes.clone();
            request.metadata(&ClientMetadata::default(), scope, &rules)?
        };
        let token = registration_access_token(&*self.applications.entropy).map_err(no_entropy)?;
        let fresh = Fresh {
            owner: None,
            metadata,
            disabled: false,
            registration_access_token: Some(token.digest()),
        };
        let issued = self.applications.keep(fresh).await?;
        Ok(RegisteredApplication { issued, registration_access_token: token })
    }

    /// The registration of the application that `token` is of (RFC 7592 section 2.1).
    ///
    /// # Errors
    /// `invalid_token` for any other, whether there is such an application or not;
    /// `temporarily_unavailable`.
    pub async fn read(
        &self,
        client_id: &str,
        token: &Secret,
        address: IpAddr,
    ) -> Result<Registration, Refusal> {
        let registration = self.of_token(client_id, token, address).await?;
        if registration.disabled {
            return Err(Reason::RegistrationTokenRefused.into());
        }
        Ok(registration)
    }

    /// Replaces a registration (RFC 7592 section 2.2): what is left out goes, but for what is policy.
    ///
    /// # Errors
    /// Those of [`Self::read`] and [`Self::register`].
    pub async fn replace(
        &self,
        client_id: &str,
        token: &Secret,
        address: IpAddr,
        request: RegistrationRequest,
    ) -> Result<IssuedApplication, Refusal> {
        for _ in 0..ATTEMPTS {
            let current = self.read(client_id, token, address).await?;
            self.is_itself(&current, &request)?;
            let metadata = {
                let rules = self.applications.rules.load();
                request.clone().metadata(&current.metadata, Default::default(), &rules)?
            };
            match self.applications.keep_changed(current, metadata, State::On).await {
                Err(refusal) if Expected::Any.allows_another(&refusal) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Ends a registration, with all that was issued to the application (RFC 7592 section 2.3). Asking
    /// again after a 503 completes it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn remove(
        &self,
        client_id: &str,
        token: &Secret,
        address: IpAddr,
    ) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let current = self.of_token(client_id, token, address).await?;
            match self.applications.end(current, State::Off).await {
                Err(refusal) if Expected::Any.allows_another(&refusal) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// The application of that identifier, where `token` is the one that it manages itself with; also one
    /// that is switched off.
    async fn of_token(
        &self,
        client_id: &str,
        token: &Secret,
        address: IpAddr,
    ) -> Result<Registration, Refusal> {
        self.open()?;
        let found = match client_id.parse::<ClientId>() {
            Ok(_) => Registry::application(&*self.applications.directory, client_id).await,
            // What cannot be an identifier is nobody's.
            Err(_) => Ok(None),
        };
        let digest = token.digest();
        let theirs = |one: &Registration| {
            one.registration_access_token.is_some_and(|known| known.matches(&digest))
        };
        match found.map_err(directory_unavailable)?.filter(theirs) {
            Some(registration) => Ok(registration),
            // RFC 7592 section 2.1: "If the client does not exist on this server, the server MUST respond
            // with HTTP 401 Unauthorized".
            None => {
                self.limit.failed(address)?;
                Err(Reason::RegistrationTokenRefused.into())
            }
        }
    }

    /// RFC 7592 section 2.2: "The client MUST include its "client_id" field in the request, and it MUST be
    /// the same as its currently issued client identifier. If the client includes the "client_secret" field
    /// in the request, the value of this field MUST match the currently issued client secret".
    fn is_itself(
        &self,
        current: &Registration,
        request: &RegistrationRequest,
    ) -> Result<(), Refusal> {
        let mut problems = Vec::new();
        if request.client_id.as_deref() != Some(current.client_id.as_str()) {
            let rule = "the client_id that was issued must be sent along";
            problems.push(FieldProblem::new("client_id", rule));
        }
        let now = self.applications.clock.now();
        if request.client_secret.as_ref().is_some_and(|secret| !current.proves(secret, now)) {
            let rule = "a client_secret that is sent along must be the one that was issued";
            problems.push(FieldProblem::new("client_secret", rule));
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(Reason::UnusableClientMetadata).with_fields(problems))
    }
}
