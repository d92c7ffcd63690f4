//! `[limits]`: what is throttled, and what guessing at a password costs.

use std::num::NonZeroU32;

use serde::Deserialize;

use super::{PasswordCost, Rate};

/// The section `[limits]`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Failed client authentications per client and address, after which 429 is answered.
    pub failed_client_authentications: Rate,
    /// Failed sign-ins per user name and address, after which 429 is answered.
    pub failed_sign_ins: Rate,
    /// What comparing a password with a digest that Signet makes costs.
    pub password_cost: PasswordCost,
}

impl Default for Limits {
    fn default() -> Self {
        const THIRTY: NonZeroU32 = NonZeroU32::new(30).expect("OK because 30 is not 0");
        const TEN: NonZeroU32 = NonZeroU32::new(10).expect("OK because 10 is not 0");
        Self {
            failed_client_authentications: Rate::per_minute(THIRTY),
            failed_sign_ins: Rate::per_minute(TEN),
            password_cost: PasswordCost::default(),
        }
    }
}
