//! How long an answer may be kept: the one directive that is of use here (RFC 9111 section 5.2.2).

use std::time::Duration;

use reqwest::header::{CACHE_CONTROL, HeaderMap};

/// `max-age`, or zero where the answer is not to be kept at all. `None` where it does not say.
pub(super) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<_> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let names = |name: &str| directives.iter().any(|one| one.eq_ignore_ascii_case(name));
    if names("no-store") || names("no-cache") {
        return Some(Duration::ZERO);
    }
    directives.iter().find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        let is_max_age = name.eq_ignore_ascii_case("max-age");
        let seconds = is_max_age.then(|| seconds.trim_matches('"').parse().ok())??;
        Some(Duration::from_secs(seconds))
    })
}
