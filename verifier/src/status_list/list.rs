//! The list itself: entries of a fixed width, packed and compressed (section 4.1).

use std::io::{self, Read, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use super::{Bits, UndecodableList};

/// A status list, inflated. What is valid at its end takes no memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    /// How many bytes the list has.
    length: usize,
    /// The bytes up to the last that is not zero.
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list of these bytes, packed as section 4.1 has it.
    #[must_use]
    pub fn from_bytes(bits: Bits, mut bytes: Vec<u8>) -> Self {
        let length = bytes.len();
        bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        bytes.shrink_to_fit();
        Self { bits, length, bytes }
    }

    /// Reads an `lst`. No more than `limit` bytes are inflated, whatever a few bytes promise to become.
    ///
    /// # Errors
    /// `lst` is not strict base64url, not one whole ZLIB stream, or longer than `limit`.
    pub fn decode(bits: Bits, lst: &str, limit: usize) -> Result<Self, UndecodableList> {
        let compressed = URL_SAFE_NO_PAD.decode(lst).map_err(|_| UndecodableList::NotBase64url)?;
        let mut bytes = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut inflated = ZlibDecoder::new(&compressed[..]).take(most);
        inflated.read_to_end(&mut bytes).map_err(|_| UndecodableList::NotZlib)?;
        if bytes.len() > limit {
            return Err(UndecodableList::TooLong);
        }
        Ok(Self::from_bytes(bits, bytes))
    }

    /// The `lst` of this list, compressed at `level`: 0, not at all, to 9, at most. "It is RECOMMENDED to
    /// use the highest compression level available" (section 4.1).
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn encode(&self, level: u32) -> String {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level.min(9)));
        let written = encoder.write_all(&self.bytes).and_then(|()| {
            let zeros = u64::try_from(self.length - self.bytes.len()).unwrap_or(u64::MAX);
            io::copy(&mut io::repeat(0).take(zeros), &mut encoder)
        });
        written.expect("OK because a vector takes every write");
        URL_SAFE_NO_PAD.encode(encoder.finish().expect("OK because a vector takes every write"))
    }

    /// The status at `idx`; `None` beyond the list's end, which "MUST be rejected" (section 8.3).
    #[must_use]
    pub fn get(&self, idx: u64) -> Option<u8> {
        let bits = u64::from(self.bits.get());
        let per_byte = 8 / bits;
        let byte = usize::try_from(idx / per_byte).ok().filter(|byte| *byte < self.length)?;
        // "The bits of each byte are counted from the least significant bit" (section 4.1).
        let shift = (idx % per_byte) * bits;
        let mask = u8::MAX >> (8 - bits);
        Some(self.bytes.get(byte).map_or(0, |byte| (byte >> shift) & mask))
    }

    /// The entries that are set in either of two lists of one bit and the same length.
    pub(crate) fn united_with(&self, other: &Self) -> Option<Self> {
        let is_alike =
            self.length == other.length && (self.bits, other.bits) == (Bits::One, Bits::One);
        is_alike.then(|| {
            let (longer, shorter) = match self.bytes.len() >= other.bytes.len() {
                true => (self, other),
                false => (other, self),
            };
            let mut united = longer.clone();
            united.bytes.iter_mut().zip(&shorter.bytes).for_each(|(byte, more)| *byte |= more);
            united
        })
    }

    /// The width of an entry.
    #[must_use]
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        let bytes = u64::try_from(self.length).unwrap_or(u64::MAX);
        bytes.saturating_mul(8 / u64::from(self.bits.get()))
    }

    /// Whether there is no entry at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many bytes of memory the entries take.
    pub(crate) const fn weight(&self) -> usize {
        self.bytes.len()
    }
}
