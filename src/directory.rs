//! Who exists: the applications (RFC 6749 section 2) and their keys. Knows configuration and the
//! vocabulary of `oauth`; decides nothing and speaks no HTTP to those who ask.

mod client_keys;
mod declared;

use std::sync::Arc;

use arc_swap::ArcSwap;

pub use self::{
    client_keys::{ClientKeysUnavailable, RemoteClientKeys},
    declared::Declared,
};
use crate::oauth::{Client, ClientId};

/// The directory. Look-ups never wait; the declared entries are swapped whole when configuration is
/// loaded again.
#[derive(Debug)]
pub struct Directory {
    declared: ArcSwap<Declared>,
}

impl Directory {
    /// A directory of declared entries.
    #[must_use]
    pub fn new(declared: Declared) -> Self {
        Self { declared: ArcSwap::from_pointee(declared) }
    }

    /// The application of that identifier, disabled ones included.
    #[must_use]
    pub fn application(&self, client_id: &str) -> Option<Arc<Client>> {
        self.declared.load().application(client_id)
    }

    /// Puts newly declared entries in the place of the old ones. Names the applications that are gone
    /// with that, or switched off.
    pub fn replace_declared(&self, declared: Declared) -> Vec<ClientId> {
        let old = self.declared.swap(Arc::new(declared));
        let enabled = |client_id: &ClientId| {
            self.application(client_id.as_str()).is_some_and(|client| !client.disabled)
        };
        old.enabled().filter(|client_id| !enabled(client_id)).cloned().collect()
    }

    /// How many applications are declared.
    #[must_use]
    pub fn declared_applications(&self) -> usize {
        self.declared.load().len()
    }
}
