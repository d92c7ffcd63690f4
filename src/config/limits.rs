//! `[limits]`: what is throttled, and what guessing at a password costs.

use std::{num::NonZeroU32, time::Duration};

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
    /// Attempts to sign up per address, after which 429 is answered.
    pub sign_ups: Rate,
    /// Requests of devices (RFC 8628) per application and address, after which 429 is answered.
    pub device_authorizations: Rate,
    /// User codes per person that no device shows, after which 429 is answered; ten times as many per address.
    pub wrong_user_codes: Rate,
    /// What comparing a password with a digest that Signet makes costs.
    pub password_cost: PasswordCost,
    /// Registrations of applications (RFC 7591) per address, after which 429 is answered.
    pub registrations: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        const THIRTY: NonZeroU32 = NonZeroU32::new(30).expect("OK because 30 is not 0");
        const TEN: NonZeroU32 = NonZeroU32::new(10).expect("OK because 10 is not 0");
        const TWENTY: NonZeroU32 = NonZeroU32::new(20).expect("OK because 20 is not 0");
        Self {
            failed_client_authentications: Rate::per_minute(THIRTY),
            failed_sign_ins: Rate::per_minute(TEN),
            sign_ups: Rate { count: TWENTY, per: Duration::from_secs(3600) },
            device_authorizations: Rate::per_minute(THIRTY),
            wrong_user_codes: Rate { count: TEN, per: Duration::from_secs(3600) },
            password_cost: PasswordCost::default(),
            registrations: Rate::per_minute(TEN),
        }
    }
}
