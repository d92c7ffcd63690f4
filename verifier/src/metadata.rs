//! Authorization server metadata: where it stands, whose it is, and where it says that the keys and the
//! news of revocations are (RFC 8414 section 3; the second place is that of OpenID Connect Discovery 1.0
//! section 4).

#[cfg(test)]
mod tests;

use serde::Deserialize;
use url::Url;

use crate::{
    fetch::{FetchError, Fetched, Fetcher},
    issuer::{InvalidIssuer, Issuer, is_https_or_loopback},
    keys::KeyFetchError,
};

/// The URL of an issuer's metadata: the well-known path comes before the issuer's own.
///
/// ```
/// # use signet_verifier::metadata::authorization_server_metadata_url;
/// let url = authorization_server_metadata_url("https://example.com/issuer1")?;
/// assert_eq!(url.as_str(), "https://example.com/.well-known/oauth-authorization-server/issuer1");
/// # Ok::<(), signet_verifier::InvalidIssuer>(())
/// ```
///
/// # Errors
/// The string is no issuer identifier.
pub fn authorization_server_metadata_url(issuer: &str) -> Result<Url, InvalidIssuer> {
    Issuer::parse(issuer).map(|issuer| inserted(&issuer))
}

/// The URL of an issuer's OpenID Connect configuration: the well-known path comes after the issuer's
/// own.
///
/// # Errors
/// The string is no issuer identifier.
pub fn openid_configuration_url(issuer: &str) -> Result<Url, InvalidIssuer> {
    Issuer::parse(issuer).map(|issuer| appended(&issuer))
}

/// "If the issuer identifier value contains a path component, any terminating "/" MUST be removed
/// before inserting "/.well-known/" and the well-known URI suffix between the host component and the
/// path component" (RFC 8414 section 3.1).
fn inserted(issuer: &Issuer) -> Url {
    let mut url = issuer.url().clone();
    url.set_path(&format!("/.well-known/oauth-authorization-server{}", path(issuer)));
    url
}

fn appended(issuer: &Issuer) -> Url {
    let mut url = issuer.url().clone();
    url.set_path(&format!("{}/.well-known/openid-configuration", path(issuer)));
    url
}

fn path(issuer: &Issuer) -> &str {
    let path = issuer.url().path();
    path.strip_suffix('/').unwrap_or(path)
}

/// What is read of the document; the rest is ignored.
#[derive(Debug, Deserialize)]
struct AuthorizationServerMetadata {
    issuer: String,
    jwks_uri: Option<String>,
    status_list_aggregation_endpoint: Option<String>,
    status_list_events_endpoint: Option<String>,
}

/// Where an issuer tells of revocations.
#[derive(Debug)]
pub(crate) struct StatusListEndpoints {
    /// Which status lists there are (Token Status List, section 9.1).
    pub(crate) aggregation: Option<Url>,
    /// A stream of revocations as they happen: Signet's own.
    pub(crate) events: Option<Url>,
}

/// Asks the issuer where its keys are.
pub(crate) async fn jwks_uri(fetcher: &Fetcher, issuer: &Issuer) -> Result<Url, KeyFetchError> {
    let metadata = metadata(fetcher, issuer).await?;
    let jwks_uri = metadata.jwks_uri.ok_or(KeyFetchError::NoJwksUri)?;
    allowed(&jwks_uri, issuer).ok_or(KeyFetchError::JwksUriNotAllowed)
}

/// Asks the issuer where it tells of revocations. A URL that may not be fetched is none.
pub(crate) async fn status_list_endpoints(
    fetcher: &Fetcher,
    issuer: &Issuer,
) -> Result<StatusListEndpoints, KeyFetchError> {
    let metadata = metadata(fetcher, issuer).await?;
    let allowed = |url: Option<String>| url.and_then(|url| allowed(&url, issuer));
    Ok(StatusListEndpoints {
        aggregation: allowed(metadata.status_list_aggregation_endpoint),
        events: allowed(metadata.status_list_events_endpoint),
    })
}

async fn metadata(
    fetcher: &Fetcher,
    issuer: &Issuer,
) -> Result<AuthorizationServerMetadata, KeyFetchError> {
    let metadata = match document(fetcher, &inserted(issuer)).await {
        Err(FetchError::Status(404)) => document(fetcher, &appended(issuer)).await,
        answer => answer,
    }
    .map_err(KeyFetchError::Metadata)?;
    // "The "issuer" value returned MUST be identical to the authorization server's issuer identifier
    // value …. If these values are not identical, the data contained in the response MUST NOT be used"
    // (RFC 8414 section 3.3).
    if metadata.issuer != issuer.as_str() {
        return Err(KeyFetchError::IssuerMismatch);
    }
    Ok(metadata)
}

/// "This URL MUST use the "https" scheme" (RFC 8414 section 2, "jwks_uri"); an issuer that is itself on
/// loopback may keep its keys there too. What holds for keys holds for revocations.
fn allowed(url: &str, issuer: &Issuer) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let is_downgrade = issuer.url().scheme() == "https" && url.scheme() != "https";
    (!is_downgrade && is_https_or_loopback(&url)).then_some(url)
}

async fn document(fetcher: &Fetcher, url: &Url) -> Result<AuthorizationServerMetadata, FetchError> {
    match fetcher.json(url, None).await? {
        Fetched::Document { value, .. } => Ok(value),
        // Nobody asked whether it had changed.
        Fetched::NotModified { .. } => Err(FetchError::Status(304)),
    }
}
