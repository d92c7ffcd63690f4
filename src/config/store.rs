//! `[store]`: where single-use identifiers are remembered.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// The section `[store]`.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Which store.
    pub url: StoreUrl,
}

/// Which store is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StoreUrl {
    /// `memory:`, this process alone.
    #[default]
    Memory,
}

/// The text names no store that this version has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this version has one store: \"memory:\" (value not shown, it may hold a password)")]
pub struct UnknownStore;

impl FromStr for StoreUrl {
    type Err = UnknownStore;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "memory:" => Ok(Self::Memory),
            _ => Err(UnknownStore),
        }
    }
}

impl<'de> Deserialize<'de> for StoreUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
