//! Which resource servers a token is for (RFC 8707 section 2, RFC 9068 section 3).

use signet_verifier::Audience;

use crate::oauth::{Client, Reason, Resource};

/// How many `resource` parameters one request may have.
const MOST: usize = 8;

/// Decides the audience for the `resource` parameters of a request: those asked for, each of which the
/// registration lists; else the first that it lists; else `default`.
///
/// # Errors
/// `invalid_target`.
pub(super) fn decide(
    requested: &[String],
    client: &Client,
    default: &Resource,
) -> Result<Audience, Reason> {
    let registered = if client.audience.is_empty() {
        std::slice::from_ref(default)
    } else {
        client.audience.as_slice()
    };
    if requested.len() > MOST {
        return Err(Reason::TooManyResources);
    }
    let mut audience: Vec<String> = Vec::with_capacity(requested.len().max(1));
    for text in requested {
        let resource: Resource = text.parse().map_err(|_| Reason::MalformedResource)?;
        // RFC 8707 section 2, of invalid_target: "The requested resource is invalid, missing, unknown,
        // or malformed."
        if !registered.contains(&resource) {
            return Err(Reason::ResourceNotAllowed);
        }
        if !audience.contains(text) {
            audience.push(text.clone());
        }
    }
    Ok(match (audience.len(), audience.pop()) {
        (1, Some(only)) => Audience::One(only),
        (_, Some(last)) => {
            audience.push(last);
            Audience::Many(audience)
        }
        // RFC 9068 section 3: "If the request does not include a "resource" parameter, the
        // authorization server MUST use a default resource indicator in the "aud" claim."
        (_, None) => Audience::One(registered[0].as_str().to_owned()),
    })
}
