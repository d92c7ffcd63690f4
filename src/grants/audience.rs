//! Whom a token is for (RFC 8707 section 2, RFC 9068 section 3).

use signet_verifier::Audience;

use crate::oauth::{Client, Reason, Resource};

/// How many `resource` parameters one request may have.
const MOST: usize = 8;

/// Reads the resources that a request asks for, each once, and holds them against the registration.
///
/// # Errors
/// `invalid_target`.
pub(super) fn registered_resources(
    requested: &[String],
    client: &Client,
    default: &Resource,
) -> Result<Vec<String>, Reason> {
    if requested.len() > MOST {
        return Err(Reason::TooManyResources);
    }
    let mut resources: Vec<String> = Vec::with_capacity(requested.len());
    for text in requested {
        let resource: Resource = text.parse().map_err(|_| Reason::MalformedResource)?;
        // RFC 8707 section 2, of invalid_target: "The requested resource is invalid, missing, unknown,
        // or malformed."
        if !registered(client, default).contains(&resource) {
            return Err(Reason::ResourceNotAllowed);
        }
        if !resources.contains(text) {
            resources.push(text.clone());
        }
    }
    Ok(resources)
}

/// The audience of a new grant: the resources `asked` for, or the first that the registration lists, or
/// `default` where it lists none.
pub(super) fn anew(asked: Vec<String>, client: &Client, default: &Resource) -> Audience {
    one_or_many(asked).unwrap_or_else(|| {
        // RFC 9068 section 3: "If the request does not include a "resource" parameter, the
        // authorization server MUST use a default resource indicator in the "aud" claim."
        Audience::One(registered(client, default)[0].as_str().to_owned())
    })
}

/// The audience of a grant renewed: the resources `asked` for, or all that were granted and that the
/// registration still lists.
///
/// # Errors
/// `invalid_target`, when they are not within the grant, or nothing is left.
pub(super) fn renewed(
    asked: Vec<String>,
    grant: &[String],
    client: &Client,
    default: &Resource,
) -> Result<Audience, Reason> {
    // RFC 8707 section 2.2: a resource in a token request must be within those "originally granted".
    if !asked.iter().all(|resource| grant.contains(resource)) {
        return Err(Reason::ResourceNotGranted);
    }
    let registered = registered(client, default);
    let still = |resource: &&String| registered.iter().any(|known| known.as_str() == **resource);
    let audience =
        if asked.is_empty() { grant.iter().filter(still).cloned().collect() } else { asked };
    one_or_many(audience).ok_or(Reason::ResourceNotAllowed)
}

/// The resource servers that the tokens of `client` may be for; never none.
fn registered<'a>(client: &'a Client, default: &'a Resource) -> &'a [Resource] {
    if client.audience.is_empty() {
        std::slice::from_ref(default)
    } else {
        client.audience.as_slice()
    }
}

/// A string where there is one (RFC 7519 section 4.1.3); `None` where there is none.
fn one_or_many(mut resources: Vec<String>) -> Option<Audience> {
    match resources.len() {
        0 => None,
        1 => resources.pop().map(Audience::One),
        _ => Some(Audience::Many(resources)),
    }
}
