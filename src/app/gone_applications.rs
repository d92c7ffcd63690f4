//! What an application was issued ends with it: when a reload takes an application away or switches it off,
//! its grants end and its access tokens are revoked, in the background, as soon as the store answers.

use std::time::Duration;

use tokio::{runtime::Handle, time::sleep};

use crate::{
    clock::Clock, config::LONGEST_ACCESS_TOKEN_LIFETIME, oauth::ClientId, tokens::Revocation,
};

/// How long a store that does not answer is left alone at first; twice as long each time after.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often the store is asked for one application before it is given up: for about half a day. By then
/// few access tokens live, and a refresh token is good for nobody who cannot authenticate.
const ATTEMPTS: u32 = 720;

/// Ends what was issued to `gone`.
pub(super) fn end(revocation: Revocation, clock: &dyn Clock, gone: Vec<ClientId>) {
    if gone.is_empty() {
        return;
    }
    let until = clock.now() + LONGEST_ACCESS_TOKEN_LIFETIME.as_secs();
    match Handle::try_current() {
        Ok(runtime) => {
            runtime.spawn(async move {
                for client_id in gone {
                    end_one(&revocation, &client_id, until).await;
                }
            });
        }
        // Nothing is served there, so nothing was issued either.
        Err(_) => tracing::warn!(?gone, "no runtime: what these were issued was not revoked"),
    }
}

async fn end_one(revocation: &Revocation, client_id: &ClientId, until: u64) {
    let mut pause = FIRST_PAUSE;
    for attempt in 1..=ATTEMPTS {
        match revocation.end_application(client_id.as_str(), until).await {
            Ok(grants) => {
                tracing::info!(%client_id, grants, "an application is gone: what it was issued is revoked");
                return;
            }
            Err(error) if attempt == 1 => {
                tracing::warn!(%client_id, %error, "an application is gone: what it was issued is revoked when the store answers");
            }
            Err(_) => {}
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    tracing::error!(%client_id, "an application is gone, and what it was issued was never revoked: the store does not answer");
}
