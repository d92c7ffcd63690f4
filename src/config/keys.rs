//! `[keys]`: where the signing keys are and what they sign.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;
use signet_verifier::Algorithm;

/// The section `[keys]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// The folder of the key ring and the sealing key.
    pub directory: PathBuf,
    /// Whether to make missing keys at start.
    pub generate: bool,
    /// What signs access tokens, unless an application says otherwise.
    pub access_token_algorithm: Algorithm,
    /// What signs ID tokens, unless an application says otherwise.
    pub id_token_algorithm: Algorithm,
    /// How often to change keys; absent: by hand.
    #[serde(deserialize_with = "super::duration::optional_seconds")]
    pub rotate_every: Option<Duration>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("keys"),
            generate: true,
            access_token_algorithm: Algorithm::Es256,
            id_token_algorithm: Algorithm::Rs256,
            rotate_every: None,
        }
    }
}
