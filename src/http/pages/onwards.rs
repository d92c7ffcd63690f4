//! Where somebody goes once they have signed in: on with an authorization request, or to a page of ours; never
//! anywhere else (RFC 9700 section 4.11.2).

use arc_swap::ArcSwap;

use super::{account, device, flow::CONSENT};
use crate::{
    grants::{Authorization, PendingRequest},
    http::parameters::Parameters,
};

/// The longest of both that is taken along, in bytes.
const LONGEST: usize = 8 * 1024;

/// Where to. Only what cannot lead off this server gets in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Onwards {
    request: Option<String>,
    next: Option<String>,
}

impl Onwards {
    /// Reads `request` and `next` from a query or a form; what may not be taken along is left out.
    #[must_use]
    pub fn read(parameters: &Parameters) -> Self {
        let request = parameters.get("request").filter(|text| is_sealed(text));
        let next = parameters.get("next").filter(|path| is_ours(path));
        Self { request: request.map(str::to_owned), next: next.map(str::to_owned) }
    }

    /// To a page of ours, by its path below the issuer.
    #[must_use]
    pub fn to(next: &str) -> Self {
        Self { request: None, next: Some(next.to_owned()).filter(|path| is_ours(path)) }
    }

    /// The authorization request that waits.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// The same opened, for what a page shows of it; one that is no good is told of where it leads to.
    pub async fn waiting(&self, authorization: &ArcSwap<Authorization>) -> Option<PendingRequest> {
        authorization.load_full().pending(self.request()?).await.ok()
    }

    /// The page of ours.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// The path, below `base`, that somebody who is signed in is sent to.
    #[must_use]
    pub fn place(&self, base: &str) -> String {
        match (&self.request, &self.next) {
            (Some(request), _) => format!("{base}{CONSENT}?request={request}"),
            (None, Some(next)) => format!("{base}{next}"),
            (None, None) => format!("{base}{}", account::PATH),
        }
    }

    /// The same as the query of a link to a page that takes it along; empty where there is nothing to take.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(request) = &self.request {
            query.append_pair("request", request);
        }
        if let Some(next) = &self.next {
            query.append_pair("next", next);
        }
        match query.finish() {
            query if query.is_empty() => query,
            query => format!("?{query}"),
        }
    }
}

/// Whether `text` is written as sealed values are.
fn is_sealed(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(legal)
}

/// Whether `path` is one of the account or of the device page. What browsers mend into another host, or into
/// another path, is none.
fn is_ours(path: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.?=&%-".contains(&byte);
    let below = |root: &str| {
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    path.len() <= LONGEST
        && path.bytes().all(legal)
        && !path.contains("//")
        && !path.contains("..")
        // A dot in disguise: browsers take `%2e%2e` and `.%2E` for `..`.
        && !path.contains("%2e")
        && !path.contains("%2E")
        && (below(account::PATH) || below(device::PATH))
}
