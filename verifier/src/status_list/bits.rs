//! How wide the entries of a list are.

use serde::{Deserialize, Serialize};

/// "bits: REQUIRED. JSON Integer specifying the number of bits per Referenced Token in the compressed
/// byte array (lst). The allowed values for bits are 1, 2, 4, and 8" (section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Bits {
    /// Valid or not.
    One = 1,
    /// Four statuses.
    Two = 2,
    /// Sixteen statuses.
    Four = 4,
    /// 256 statuses.
    Eight = 8,
}

/// A number of bits that no list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a status list has 1, 2, 4 or 8 bits per entry")]
pub struct UnknownBits;

impl Bits {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self as u8
    }
}

impl TryFrom<u8> for Bits {
    type Error = UnknownBits;

    fn try_from(bits: u8) -> Result<Self, UnknownBits> {
        match bits {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            _ => Err(UnknownBits),
        }
    }
}

impl From<Bits> for u8 {
    fn from(bits: Bits) -> Self {
        bits.get()
    }
}
