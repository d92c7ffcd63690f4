//! What form of a list a request can take: `Accept` and `Accept-Encoding` (RFC 9110 section 12.5). Knows
//! one media type and one coding.

use poem::http::{HeaderMap, HeaderName, header};

/// Whether the request takes `media_type`, given as `type/subtype`. Without the field it takes anything
/// (RFC 9110 section 12.5.1).
pub(super) fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let (kind, _) = media_type.split_once('/').unwrap_or((media_type, ""));
    let kind = format!("{kind}/*");
    let mut ranges = weighted(headers, &header::ACCEPT).peekable();
    if ranges.peek().is_none() {
        return true;
    }
    // "the most specific reference has precedence".
    let specificity = |range: &str| {
        [media_type, &kind, "*/*"].iter().rposition(|known| range.eq_ignore_ascii_case(known))
    };
    let fitting = ranges.filter_map(|(range, weight)| Some((specificity(range)?, weight)));
    fitting.min_by_key(|(specificity, _)| *specificity).is_some_and(|(_, weight)| weight > 0)
}

/// Whether the request would rather have gzip than nothing (RFC 9110 section 12.5.3).
pub(super) fn prefers_gzip(headers: &HeaderMap) -> bool {
    let weight_of = |names: &[&str]| {
        weighted(headers, &header::ACCEPT_ENCODING)
            .find(|(coding, _)| names.iter().any(|name| coding.eq_ignore_ascii_case(name)))
            .map(|(_, weight)| weight)
    };
    // "A recipient SHOULD consider "x-gzip" to be equivalent to "gzip"" (section 8.4.1.3).
    let gzip = weight_of(&["gzip", "x-gzip"]).or_else(|| weight_of(&["*"])).unwrap_or(0);
    gzip > 0 && gzip >= weight_of(&["identity"]).unwrap_or(0)
}

/// The members of a list field, each with its weight in thousandths (RFC 9110 section 12.4.2).
fn weighted<'a>(
    headers: &'a HeaderMap,
    name: &'a HeaderName,
) -> impl Iterator<Item = (&'a str, u16)> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|member| {
        let mut parts = member.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts.find_map(|part| {
            part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")).map(thousandths)
        });
        Some((name, weight.unwrap_or(1000)))
    })
}

/// A weight that cannot be read is none.
fn thousandths(weight: &str) -> u16 {
    let weight: f32 = weight.trim().parse().unwrap_or(0.0);
    (weight.clamp(0.0, 1.0) * 1000.0) as u16
}
