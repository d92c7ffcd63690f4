//! Text of unknown origin in a log line: it stays on its line, inside its quotes, and short. Must not
//! know what the text is.

use std::{borrow::Cow, io::Write};

/// How much of a text is logged, in characters.
const LONGEST: usize = 256;

/// Appends `text` as a JSON string (RFC 8259 section 7), cut at 256 characters, with every character
/// escaped that could end the line, move the cursor or reorder what a reader sees.
pub fn push_json_string(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    if text.len() <= LONGEST && text.bytes().all(is_plain) {
        line.extend_from_slice(text.as_bytes());
    } else {
        let mut utf8 = [0; 4];
        for character in text.chars().take(LONGEST) {
            match character {
                '"' => line.extend_from_slice(br#"\""#),
                '\\' => line.extend_from_slice(br"\\"),
                '\n' => line.extend_from_slice(br"\n"),
                // All of these are in the basic plane: one escape each. Writing to a `Vec` does not fail.
                _ if is_treacherous(character) => {
                    let _ = write!(line, "\\u{:04x}", u32::from(character));
                }
                _ => line.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes()),
            }
        }
        if text.chars().nth(LONGEST).is_some() {
            line.extend_from_slice("…".as_bytes());
        }
    }
    line.push(b'"');
}

/// The same for text logs: one line, cut at 256 characters.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.chars().any(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(LONGEST + 8);
    for character in text.chars().take(LONGEST) {
        if is_treacherous(character) {
            line.extend(character.escape_unicode());
        } else {
            line.push(character);
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    Cow::Owned(line)
}

/// Appends `number` in decimal.
pub fn push_decimal(line: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[start..]);
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

/// Control characters, line and paragraph separators, and marks that change the writing direction.
fn is_treacherous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
