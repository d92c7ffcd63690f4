//! Our `Entropy` in the shape that the `rsa` crate asks for. Its trait cannot fail and ours can, so a
//! failure is remembered here, and whoever generated must ask for it before using the result.

use rsa::rand_core::{CryptoRng, Error, RngCore, impls};

use crate::entropy::{Entropy, EntropyUnavailable};

/// A generator of bytes for one key.
pub(super) struct EntropyRng<'a> {
    entropy: &'a dyn Entropy,
    failure: Option<EntropyUnavailable>,
    filler: u64,
}

impl<'a> EntropyRng<'a> {
    pub(super) fn new(entropy: &'a dyn Entropy) -> Self {
        Self { entropy, failure: None, filler: 0 }
    }

    /// Must be asked after the last use: an error means that what was made of the bytes is worthless.
    pub(super) fn verdict(self) -> Result<(), EntropyUnavailable> {
        self.failure.map_or(Ok(()), Err)
    }

    /// Predictable bytes, so that a search for primes that has already failed comes to its end
    /// (SplitMix64); the verdict forbids to use what it finds.
    fn fill_worthless(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.filler = self.filler.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = self.filler;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

impl RngCore for EntropyRng<'_> {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if self.failure.is_none() {
            self.failure = self.entropy.fill(bytes).err();
        }
        if self.failure.is_some() {
            self.fill_worthless(bytes);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        self.failure.map_or(Ok(()), |failure| Err(Error::new(failure)))
    }
}

/// Every byte comes from `Entropy`, or the verdict is an error.
impl CryptoRng for EntropyRng<'_> {}
