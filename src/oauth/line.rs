//! A line of text for people: a name, a contact, a version. For people to read, never to decide by.

use std::str::FromStr;

/// How long it is at most, in bytes.
const LONGEST: usize = 256;

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

/// The text is not fit to be shown in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected 1 to 256 bytes without control characters and marks that turn the direction of text"
)]
pub struct NotALine;

impl FromStr for Line {
    type Err = NotALine;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The last ones let a text show as another: U+2028 to U+202E and U+2066 to U+2069.
        let strange = |c: char| {
            c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        };
        let fits = (1..=LONGEST).contains(&text.len());
        let said = !text.trim().is_empty() && !text.contains(strange);
        if fits && said { Ok(Self(text.to_owned())) } else { Err(NotALine) }
    }
}

impl From<Line> for String {
    fn from(line: Line) -> Self {
        line.0
    }
}
