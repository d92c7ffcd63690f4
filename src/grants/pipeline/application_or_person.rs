//! Token requests whose name and secret are an application's, or a person's who acts through one
//! application that the configuration vouches for. Which of the two, the directory says.

use std::net::IpAddr;

use super::Pipeline;
use crate::{
    grants::{AuthenticatedClient, PresentedCredentials, store_away::grants_unavailable},
    oauth::{Reason, Refusal, TokenRequest, TokenResponse, UserId},
    secret::Secret,
};

impl Pipeline {
    /// Answers a token request from `address` with the credentials `name` and `secret`. They are an
    /// application's where one of that name is registered; otherwise a person's, who acts through the
    /// application `through`: what would be a grant to an application itself is a grant of that person
    /// then, and the same credentials renew it.
    ///
    /// # Errors
    /// A [`Refusal`], as [`Self::answer`]; `invalid_client` for a pair that is nobody's.
    pub async fn answer_anybody(
        &self,
        request: &TokenRequest,
        name: &str,
        secret: &Secret,
        through: &str,
        address: IpAddr,
    ) -> Result<(AuthenticatedClient, TokenResponse), Refusal> {
        if self.authentication.knows(name).await? {
            let credentials = PresentedCredentials::Secret {
                client_id: name.to_owned(),
                client_secret: secret.clone(),
            };
            return self.answer(request, credentials, address).await;
        }
        let client = self.authentication.configured(through).await?;
        // In a box, or every request would carry the room that this one needs.
        let decided = Box::pin(self.of_person(request, name, secret, &client, address)).await;
        match decided {
            Ok(response) => Ok((client, response)),
            Err(refusal) => Err(refused_pair(refusal).by(through)),
        }
    }

    async fn of_person(
        &self,
        request: &TokenRequest,
        username: &str,
        password: &Secret,
        client: &AuthenticatedClient,
        address: IpAddr,
    ) -> Result<TokenResponse, Refusal> {
        match request {
            TokenRequest::ClientCredentials(asked_for) => {
                let request = TokenRequest::Password {
                    username: username.to_owned(),
                    password: password.clone(),
                    asked_for: asked_for.clone(),
                };
                self.decide(&request, client, address).await
            }
            TokenRequest::RefreshToken { refresh_token, .. } => {
                let person = self.people.authenticate(username, password, address).await?;
                self.made_by(&person.user().id, refresh_token).await?;
                self.decide(request, client, address).await
            }
            // The others name their person in a way of their own.
            TokenRequest::AuthorizationCode { .. }
            | TokenRequest::Password { .. }
            | TokenRequest::DeviceCode { .. } => Err(Reason::GrantNotAllowed.into()),
        }
    }

    /// Goes on only with a refresh token of a grant that this person made. Another's is not spent.
    async fn made_by(&self, person: &UserId, refresh_token: &Secret) -> Result<(), Refusal> {
        let presented = self.renewal.recognise(refresh_token)?;
        let now = self.people.clock.now();
        let family = self.renewal.families.find(presented.family, now).await;
        let sub = family.map_err(grants_unavailable)?.and_then(|family| family.grant.sub);
        if sub.as_deref() == Some(person.as_str()) {
            return Ok(());
        }
        let refusal = Refusal::new(Reason::RefreshTokenRefused);
        Err(refusal.because("the grant is ended, or another person made it"))
    }
}

/// A pair that opens nothing is one answer, whoever it was meant to be.
fn refused_pair(refusal: Refusal) -> Refusal {
    match refusal.reason {
        Reason::PasswordRefused | Reason::PersonSwitchedOff => {
            Refusal { reason: Reason::ClientAuthenticationFailed, ..refusal }
        }
        _ => refusal,
    }
}
