//! Somebody who is signed in proves once more that they know their password. Guesses count together with those
//! at sign-ins: an access token that was stolen is no way around their throttle.

use std::{net::IpAddr, sync::Arc};

use super::user_authentication::{UserAuthentication, overrun, too_many};
use crate::{
    directory::{LONGEST_PASSWORD, PasswordDigest},
    oauth::{Refusal, UserId, UserName},
    secret::Secret,
};

impl UserAuthentication {
    /// Whether `password`, which came from `address`, is the one of `digest`, which is that of the person
    /// `id`. They count by that too: whoever has an access token of theirs can change their `username`, and
    /// would guess on under the next one.
    ///
    /// # Errors
    /// 429 after too many failures; `temporarily_unavailable` while too many others sign in.
    pub async fn confirm(
        &self,
        id: &UserId,
        username: &UserName,
        digest: Arc<PasswordDigest>,
        password: Secret,
        address: IpAddr,
    ) -> Result<bool, Refusal> {
        let attempt = self.throttle.admit(username, address).map_err(too_many)?;
        let of_person = self.confirmations.admit(id, address).map_err(too_many)?;
        let _turn = self.throttle.turn(&attempt).map_err(too_many)?;
        let _turn_of_person = self.confirmations.turn(&of_person).map_err(too_many)?;
        let matches = password.expose().len() <= LONGEST_PASSWORD
            && self.passwords.matches(password, digest).await.map_err(overrun)?;
        if matches {
            attempt.succeeded();
            of_person.succeeded();
        } else {
            let (by_name, by_person) = (attempt.failed(), of_person.failed());
            by_name.and(by_person).map_err(too_many)?;
        }
        Ok(matches)
    }
}
