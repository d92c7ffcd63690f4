//! UUIDs in their usual spelling, which take 16 bytes in place of 36. Any other spelling is a text.

/// The bytes of a UUID in lower case with its hyphens (RFC 9562 section 4); `None` for all else.
pub(super) fn parse(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (format(bytes) == text).then_some(bytes)
}

/// The usual spelling.
pub(super) fn format(bytes: [u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
