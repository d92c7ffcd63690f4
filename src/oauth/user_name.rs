//! User names: kept as they are written, compared as people read them.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use serde::{Deserialize, Deserializer, de};

/// The longest user name, in bytes.
const LONGEST: usize = 256;

/// A user name. Two are equal where Unicode's NFKC and case folding make the same of them, so that neither
/// the keyboard's way to write an accent, nor case, nor full-width letters tell two people apart. That form
/// is stable: no later version of Unicode changes it for a character that exists today.
#[derive(Clone)]
pub struct UserName {
    written: String,
    canonical: String,
}

/// The text is no user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a user name is 1 to 256 bytes without control or invisible characters, and does not begin or end \
     with a space"
)]
pub struct MalformedUserName;

impl UserName {
    /// The form that is compared, and that identifiers are made of.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The name as the person wrote it: for people to read, and never to compare.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.written
    }
}

impl FromStr for UserName {
    type Err = MalformedUserName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let legal = (1..=LONGEST).contains(&text.len()) && !text.chars().any(is_unseen);
        if !legal || text.trim() != text {
            return Err(MalformedUserName);
        }
        let canonical = folded(text);
        // What a compatibility form stands for may itself begin with a space.
        if canonical.trim() != canonical {
            return Err(MalformedUserName);
        }
        Ok(Self { written: text.to_owned(), canonical })
    }
}

impl PartialEq for UserName {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for UserName {}

impl Hash for UserName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

/// `text` without what a search does not tell apart: case, width, ways to write an accent.
#[must_use]
pub fn folded(text: &str) -> String {
    // NFKC on both sides: folding takes some texts out of it (Unicode 3.13, D146).
    let nfkc = ComposingNormalizer::new_nfkc();
    let folded = CaseMapper::new().fold_string(&nfkc.normalize(text)).into_owned();
    nfkc.normalize(&folded).into_owned()
}

/// Whether nobody could see that `c` is there: NUL and the other controls, soft hyphens, joiners, marks of
/// direction, line separators, the blank of Braille, formats of shorthand and of music, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// People mistype their password into the field for their name: it stays out of logs.
impl fmt::Debug for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[user name]")
    }
}

impl<'de> Deserialize<'de> for UserName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
