//! The authorization endpoint's decisions (RFC 6749 section 4.1): what may be asked, of whom, and what is
//! answered. A request comes in, waits sealed in the browser while its person signs in and consents, and
//! becomes a code or an error.

mod opening;
mod out_of_band;
mod pending;
mod pushing;
mod validation;

use std::sync::Arc;

use arc_swap::ArcSwap;

use self::{out_of_band::Shown, pending::Sealed};
pub use self::{out_of_band::ShownCode, pending::PendingRequest, pushing::PushedRequest};
use super::{
    GrantedScope, ScopeDescriptions, SignedIn,
    consent::{Consent, ConsentQuestion},
    no_entropy::no_entropy,
};
use crate::{
    clock::Clock,
    directory::Directory,
    entropy::Entropy,
    keys::SealingKeys,
    oauth::{
        AuthorizationRequest, AuthorizationResponse, IssuerUrl, Outcome, Reason, Refusal, Resource,
    },
    store::RefreshFamilies,
    tokens::{AuthorizationCode, AuthorizationCodes, Sealer},
};

/// What configuration says of authorization; changes when it is loaded again.
#[derive(Debug, Clone)]
pub struct AuthorizationSettings {
    /// Who answers.
    pub issuer: IssuerUrl,
    /// The audience of an application that has none.
    pub default_audience: Resource,
    /// How long a code is good.
    pub code_lifetime: std::time::Duration,
    /// What scopes are called before people.
    pub descriptions: ScopeDescriptions,
}

/// Decides about authorization requests.
#[derive(Debug)]
pub struct Authorization {
    settings: AuthorizationSettings,
    directory: Arc<Directory>,
    consent: Consent,
    requests: Sealer<Sealed>,
    shown: Sealer<Shown>,
    codes: AuthorizationCodes,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// Why an authorization request does not become a pending one.
#[derive(Debug)]
pub enum Stopped {
    /// The person is shown it: nobody may be sent anywhere.
    Shown(Refusal),
    /// The application is told.
    Answered(Box<AuthorizationResponse>),
}

/// How a pending request goes on.
#[derive(Debug)]
pub enum Next {
    /// The person signs in.
    SignIn,
    /// The person is asked.
    Consent(ConsentQuestion),
    /// The application is answered.
    Answer(Box<AuthorizationResponse>),
    /// The person is shown the code to copy, by what [`Authorization::shown`] opens.
    Copy(String),
}

/// What a person says to a [`ConsentQuestion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentDecision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

impl Authorization {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        settings: AuthorizationSettings,
        sealing_keys: &Arc<ArcSwap<SealingKeys>>,
        directory: Arc<Directory>,
        families: Arc<dyn RefreshFamilies>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let (keys, chance) = (|| Arc::clone(sealing_keys), || Arc::clone(&entropy));
        Self {
            settings,
            directory,
            consent: Consent { families },
            requests: Sealer::new(pending::LABEL, keys(), chance()),
            shown: Sealer::new(out_of_band::LABEL, keys(), chance()),
            codes: AuthorizationCodes::new(keys(), chance()),
            clock,
            entropy,
        }
    }

    /// How `pending` goes on, with whoever is signed in.
    ///
    /// # Errors
    /// A [`Refusal`] to be shown: the application cannot be told, or the server cannot seal.
    pub async fn go_on(
        &self,
        pending: &PendingRequest,
        signed_in: Option<&SignedIn>,
    ) -> Result<Next, Refusal> {
        let request = pending.request();
        let Some(signed_in) = signed_in.filter(|signed_in| pending.is_met_by(signed_in)) else {
            // OpenID Connect Core section 3.1.2.1: "The Authorization Server MUST NOT display any
            // authentication or consent user interface pages."
            return if request.prompt.none {
                self.tell(request, Reason::SignInNeeded)
            } else {
                Ok(Next::SignIn)
            };
        };
        let scope = match scope_of(pending, signed_in) {
            Ok(scope) => scope,
            Err(reason) => return self.tell(request, reason),
        };
        let (user, client) = (signed_in.user(), &pending.client);
        let of_another = pending.is_of_another(signed_in);
        if of_another
            || self.consent.is_needed(request, client, user, scope.scopes(), pending.now).await
        {
            if request.prompt.none {
                return self.tell(request, Reason::ConsentNeeded);
            }
            return Ok(self.question(pending, &scope));
        }
        self.grant(pending, signed_in, &scope)
    }

    /// The question of `pending`, to be asked whatever its person has said before.
    ///
    /// # Errors
    /// As [`Self::go_on`].
    pub fn ask(&self, pending: &PendingRequest, signed_in: &SignedIn) -> Result<Next, Refusal> {
        if !pending.is_met_by(signed_in) {
            return Ok(Next::SignIn);
        }
        match scope_of(pending, signed_in) {
            Ok(scope) => Ok(self.question(pending, &scope)),
            Err(reason) => self.tell(pending.request(), reason),
        }
    }

    fn question(&self, pending: &PendingRequest, scope: &GrantedScope) -> Next {
        Next::Consent(ConsentQuestion {
            application: pending.application().to_owned(),
            scopes: self.settings.descriptions.of(scope.scopes()),
        })
    }

    /// What becomes of `pending` once its person has said yes or no.
    ///
    /// # Errors
    /// As [`Self::go_on`].
    pub fn decided(
        &self,
        pending: &PendingRequest,
        signed_in: &SignedIn,
        decision: ConsentDecision,
    ) -> Result<Next, Refusal> {
        let request = pending.request();
        if !pending.is_met_by(signed_in) {
            return Ok(Next::SignIn);
        }
        match (decision, scope_of(pending, signed_in)) {
            // RFC 6749 section 4.1.2.1: "The resource owner or authorization server denied the request."
            (ConsentDecision::Deny, _) => self.tell(request, Reason::ConsentDenied),
            (ConsentDecision::Allow, Err(reason)) => self.tell(request, reason),
            (ConsentDecision::Allow, Ok(scope)) => self.grant(pending, signed_in, &scope),
        }
    }

    fn grant(
        &self,
        pending: &PendingRequest,
        signed_in: &SignedIn,
        scope: &GrantedScope,
    ) -> Result<Next, Refusal> {
        let request = pending.request();
        let code = AuthorizationCode {
            family: self.random()?,
            expires_at: pending.now + self.settings.code_lifetime.as_secs(),
            client_id: request.client_id.clone(),
            sub: signed_in.user().id.to_string(),
            session: *signed_in.session().as_bytes(),
            proof: signed_in.proof(),
            auth_time: signed_in.auth_time(),
            redirect_uri: request.redirect_uri.clone(),
            redirect_uri_was_sent: request.redirect_uri_was_sent,
            scope: scope.scopes().clone(),
            resource: request.resource.clone(),
            code_challenge: request.code_challenge.clone(),
            nonce: request.nonce.clone(),
        };
        let written = self.codes.write(&code).map_err(no_entropy)?;
        if request.redirect_uri.is_out_of_band() {
            return self.to_copy(pending, signed_in, &written, code.expires_at).map(Next::Copy);
        }
        Ok(Next::Answer(Box::new(self.answer(request, Outcome::Code(written)))))
    }

    /// Tells the application `reason`, or the person, where an application can be told nothing.
    fn tell(&self, request: &AuthorizationRequest, reason: Reason) -> Result<Next, Refusal> {
        if request.redirect_uri.is_out_of_band() {
            return Err(Refusal::new(reason).by(request.client_id.as_str()));
        }
        Ok(Next::Answer(Box::new(self.answer(request, Outcome::Error(reason)))))
    }

    fn answer(&self, request: &AuthorizationRequest, outcome: Outcome) -> AuthorizationResponse {
        AuthorizationResponse::new(
            request.redirect_uri.clone(),
            request.response_mode,
            request.state.clone(),
            &self.settings.issuer,
            outcome,
        )
    }

    fn random(&self) -> Result<[u8; 16], Refusal> {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes).map_err(no_entropy)?;
        Ok(bytes)
    }
}

/// What of a request its person can grant: what the registration lists by now, and a role of theirs allows.
fn scope_of(pending: &PendingRequest, signed_in: &SignedIn) -> Result<GrantedScope, Reason> {
    let scope = GrantedScope::renewed(None, &pending.request().scope, &pending.client)?;
    scope.of_person(signed_in.user())
}
