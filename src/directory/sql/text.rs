//! What may be asked for and what is searched, as texts that both databases take. PostgreSQL stores no NUL:
//! nobody is found by one, and none is written.

use std::borrow::Cow;

use crate::{directory::Search, oauth::folded};

/// The longest pattern that SQLite takes is longer by some.
const LONGEST_PATTERN: usize = 40_000;

/// `text` as it can be stored. What the vocabulary takes has no NUL; whatever else has one reads as
/// unreadable there.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => text.replace('\0', "\u{FFFD}").into(),
        false => text.into(),
    }
}

/// The same of a text that may be absent.
pub(super) fn storable_option(text: Option<&str>) -> Option<String> {
    text.map(|text| storable(text).into_owned())
}

/// A number as both databases store it.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What searches look through: a line for each of `texts`, folded.
pub(super) fn search_text(texts: &[Option<&str>]) -> String {
    let lines = texts.iter().flatten().map(|text| folded(&storable(text)).replace('\n', " "));
    lines.collect::<Vec<_>>().join("\n")
}

/// A [`Search`] as statements take it.
pub(super) struct Wanted {
    /// What keys are greater than.
    pub(super) after: String,
    /// What the search text is `LIKE`, with `!` as the escape.
    pub(super) pattern: String,
    /// How many at most.
    pub(super) limit: i64,
}

impl Wanted {
    /// `None` where there can be nobody.
    pub(super) fn new(search: Search<'_>) -> Option<Self> {
        let Search { owner, text, after, limit } = search;
        // Behind `a` and a NUL stands what stands behind `a`, where no key has a NUL.
        let after = after.unwrap_or_default().split('\0').next().unwrap_or_default().to_owned();
        let pattern = match text {
            Some(text) => pattern(text)?,
            None => "%".to_owned(),
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let possible = limit > 0 && is_possible(owner.unwrap_or_default());
        possible.then_some(Self { after, pattern, limit })
    }
}

/// Whether anything that is stored can be equal to `text`.
pub(super) fn is_possible(text: &str) -> bool {
    !text.contains('\0')
}

fn pattern(text: &str) -> Option<String> {
    let mut pattern = "%".to_owned();
    for c in folded(text).chars() {
        match c {
            // A line is one text, and what has a NUL is none.
            '\0' | '\n' => return None,
            '%' | '_' | '!' => pattern.extend(['!', c]),
            c => pattern.push(c),
        }
    }
    pattern.push('%');
    (pattern.len() <= LONGEST_PATTERN).then_some(pattern)
}
