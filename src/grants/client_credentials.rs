//! The client credentials grant (RFC 6749 section 4.4): the application speaks for itself.

use super::AuthenticatedClient;

/// Whom the token speaks for. RFC 9068 section 2.2: in "grants where no resource owner is involved, such
/// as the client credentials grant, the value of "sub" SHOULD correspond to an identifier the
/// authorization server uses to indicate the client application".
pub(super) fn subject(client: &AuthenticatedClient) -> &str {
    client.client().client_id.as_str()
}
