//! `limits.password_cost`: what comparing a password costs, in the parameters of argon2id (RFC 9106 section
//! 3.1), and the bounds of it.

use serde::Deserialize;

/// The least memory, in KiB, and the least that is filled in all passes. The cheapest of the settings that
/// OWASP holds equivalent is m=7168, t=5.
const LEAST_MEMORY: u32 = 7168;
const LEAST_WORK: u64 = 35_840;

/// The most memory, in KiB, and the most that is filled in all passes: what somebody who signs in may cost.
const MOST_MEMORY: u32 = 128 * 1024;
const MOST_WORK: u64 = 1024 * 1024;
const MOST_LANES: u32 = 16;

/// What it costs to compare a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Written")]
pub struct PasswordCost {
    /// `m`, in KiB.
    pub memory: u32,
    /// `t`.
    pub passes: u32,
    /// `p`.
    pub lanes: u32,
}

/// The same as it is written, before its bounds are looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// Why a password must not cost that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitCost {
    /// Whoever reads a digest guesses too easily.
    #[error("too weak: expected at least memory = 7168 and memory × passes of 35840, and one lane")]
    TooWeak,
    /// Whoever signs in could stop the server.
    #[error(
        "too costly: expected at most memory = 131072, memory × passes of 1048576 and lanes = 16"
    )]
    TooCostly,
}

impl PasswordCost {
    /// How many KiB of memory are filled.
    #[must_use]
    pub const fn kibibytes(self) -> u64 {
        self.memory as u64 * self.passes as u64
    }

    /// Whether guessing costs less than with `other`: less memory is filled for each guess.
    #[must_use]
    pub const fn is_below(self, other: Self) -> bool {
        self.kibibytes() < other.kibibytes()
    }

    /// Takes the cost if a password may cost that.
    ///
    /// # Errors
    /// [`UnfitCost`].
    pub const fn checked(self) -> Result<Self, UnfitCost> {
        if self.memory < LEAST_MEMORY || self.kibibytes() < LEAST_WORK || self.lanes == 0 {
            return Err(UnfitCost::TooWeak);
        }
        let most = self.memory > MOST_MEMORY || self.kibibytes() > MOST_WORK;
        if most || self.lanes > MOST_LANES {
            return Err(UnfitCost::TooCostly);
        }
        Ok(self)
    }
}

impl Default for PasswordCost {
    /// OWASP's first recommendation.
    fn default() -> Self {
        Self { memory: 19_456, passes: 2, lanes: 1 }
    }
}

impl TryFrom<Written> for PasswordCost {
    type Error = UnfitCost;

    fn try_from(Written { memory, passes, lanes }: Written) -> Result<Self, UnfitCost> {
        Self { memory, passes, lanes }.checked()
    }
}
