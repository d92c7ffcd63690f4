//! Request ids: 16 hexadecimal digits that tie an answer to its line in the log. Unique within a
//! process, unlikely to meet another's, and no secret. Must not know what they are used for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use poem::http::HeaderValue;

use crate::entropy::{Entropy, EntropyUnavailable};

/// Odd, so that its multiples visit every 64-bit value once; irregular, so that they look unrelated.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The id of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestId([u8; 16]);

impl RequestId {
    fn new(number: u64) -> Self {
        let mut digits = [0; 16];
        for (position, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(number >> (60 - 4 * position)) as usize & 0xf];
        }
        Self(digits)
    }

    /// The id as text.
    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn header_value(self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0)
            .expect("OK because hexadecimal digits may stand in a header field")
    }
}

/// Makes request ids, from a random start.
#[derive(Debug)]
pub struct RequestIds(AtomicU64);

impl RequestIds {
    /// Starts somewhere at random.
    ///
    /// # Errors
    /// When `entropy` does not answer.
    pub fn new(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        let mut start = [0; 8];
        entropy.fill(&mut start)?;
        Ok(Self(AtomicU64::new(u64::from_ne_bytes(start))))
    }

    pub(super) fn next(&self) -> RequestId {
        RequestId::new(self.0.fetch_add(STEP, Relaxed))
    }
}
