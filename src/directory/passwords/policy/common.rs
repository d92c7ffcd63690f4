//! The passwords that are guessed first: a list of what they are made of, and the few rules by which people
//! vary it. Good passwords are not refused with them: of what is neither in the list nor on a row of keys, four
//! characters at most are taken for decoration, and digits and signs only.

use std::{collections::HashSet, sync::LazyLock};

use zeroize::Zeroizing;

static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("common.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// The rows and columns of keyboards, and other orders that everybody knows.
const ROWS: [&str; 21] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qweasdzxc",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2b3c4d5e6f7g8h9i0j",
    "!@#$%^&*()_+",
    "!\"§$%&/()=",
    "йцукенгшщзхъ",
    "фывапролджэячсмитьбю",
];

/// How many runs along such rows still are one thought.
const MOST_RUNS: usize = 3;

/// The shortest run.
const SHORTEST_RUN: usize = 3;

/// How many digits and signs beside a word are no secret.
const MOST_DECORATION: usize = 4;

/// The longest text, in bytes, of which decoration is taken off: what is longer is no word.
const LONGEST_VARIED: usize = 64;

/// Whether `text`, which is folded, is among what is guessed first.
pub(super) fn is_common(text: &str) -> bool {
    is_varied(text, is_known)
}

/// Whether `text`, which is folded, is `word` with nothing but decoration.
pub(super) fn is_varied_word(text: &str, word: &str) -> bool {
    !word.is_empty() && is_varied(text, |core| core == word)
}

/// Whether what is left of `text` is known, without the digits and signs before it and behind it.
fn is_varied(text: &str, known: impl Fn(&str) -> bool) -> bool {
    if text.len() > LONGEST_VARIED {
        return known(text);
    }
    let letters = |c: char| c.is_alphabetic();
    let first = text.find(letters).unwrap_or(0);
    let last = text.rfind(letters).map_or(0, |at| at + 1);
    // Every way to cut: digits and signs may be part of what is known.
    let starts = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= first);
    starts.filter(|start| decoration(&text[..*start]) <= MOST_DECORATION).any(|start| {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        ends.take_while(|end| *end > start && *end >= last).any(|end| {
            decoration(&text[..start]) + decoration(&text[end..]) <= MOST_DECORATION
                && known(&text[start..end])
        })
    })
}

/// How many characters of what stands beside a word somebody had to think of: none for a row of keys, and
/// none for a year.
fn decoration(text: &str) -> usize {
    if is_run_of_runs(text) {
        return 0;
    }
    let is_year = |four: &[u8]| {
        (four.starts_with(b"19") || four.starts_with(b"20")) && four.iter().all(u8::is_ascii_digit)
    };
    let year = if text.as_bytes().windows(4).any(is_year) { 4 } else { 0 };
    text.chars().count() - year
}

/// Whether `core` is in the list, or as good as that.
fn is_known(core: &str) -> bool {
    let is_word = |text: &str| WORDS.contains(text) || plain_spellings(text);
    is_word(core)
        || is_run_of_runs(core)
        || unit(core).is_some_and(|unit| {
            unit.chars().count() <= SHORTEST_RUN || is_word(unit) || is_run_of_runs(unit)
        })
}

/// Whether `text` is a word in which digits and signs stand for letters: `p@ssw0rd`. At its end they are what
/// people add, and `monkey5` is no `monkeys`.
fn plain_spellings(text: &str) -> bool {
    if text.chars().all(char::is_alphabetic) || !text.ends_with(char::is_alphabetic) {
        return false;
    }
    ['i', 'l'].into_iter().any(|one| {
        let plain = text.chars().map(|c| match c {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' | '+' => 't',
            other => other,
        });
        WORDS.contains(Zeroizing::new(plain.collect::<String>()).as_str())
    })
}

/// What `text` is a repetition of.
fn unit(text: &str) -> Option<&str> {
    let lengths =
        text.char_indices().map(|(at, _)| at).skip(1).take_while(|at| *at <= text.len() / 2);
    lengths
        .filter(|length| text.len().is_multiple_of(*length))
        .map(|length| &text[..length])
        .find(|unit| text.as_bytes().chunks_exact(unit.len()).all(|part| part == unit.as_bytes()))
}

/// Whether `text` is nothing but a few runs along rows, or of one character.
fn is_run_of_runs(text: &str) -> bool {
    let mut rest = text;
    for _ in 0..MOST_RUNS {
        let run = longest_run(rest);
        if rest.is_empty() || run == 0 {
            break;
        }
        rest = &rest[run..];
    }
    rest.is_empty()
}

/// The length in bytes of the longest run that `text` begins with; 0 where it begins with none.
fn longest_run(text: &str) -> usize {
    let same =
        text.chars().next().map_or(0, |first| text.find(|c| c != first).unwrap_or(text.len()));
    let along = ROWS.iter().map(|row| along(text, row.chars()).max(along(text, row.chars().rev())));
    let longest = along.chain([same]).max().unwrap_or(0);
    if text[..longest].chars().count() >= SHORTEST_RUN { longest } else { 0 }
}

/// How many bytes of `text` follow `row`, from wherever its first character stands there.
fn along(text: &str, row: impl Iterator<Item = char> + Clone) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let row = row.skip_while(|c| *c != first);
    text.chars().zip(row).take_while(|(c, key)| c == key).map(|(c, _)| c.len_utf8()).sum()
}
