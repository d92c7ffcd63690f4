//! jsonwebtoken's `CryptoProvider` on ring, and the register of parsed key pairs behind it.
//!
//! jsonwebtoken builds a signer for every token, from the bytes in its `EncodingKey`. Ours are no key but
//! a handle, by which the signer finds a pair that was parsed once: that saves the parsing (more than the
//! signature itself for Ed25519) and keeps private keys out of `EncodingKey`. Only
//! [`super::SigningKey`] makes handles. Verification is `signet-verifier`'s, and refused here.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Once,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use jsonwebtoken::{
    Algorithm as Alg, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result, new_error},
    signature,
};
use signet_verifier::Algorithm;

use super::key_pair::KeyPair;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: refuse_to_verify,
    // Reached by jsonwebtoken's own JWK functions only, which nothing here calls.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes the provider the process's own; to be called at start. Calling it again does nothing. (Where
/// another provider came first, signing fails: our handles mean nothing to it.)
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if PROVIDER.install_default().is_err() {
            tracing::error!("another JWT crypto provider is installed: no token can be signed");
        }
    });
}

/// Readers never wait: the map is replaced whole when keys are loaded or dropped.
static REGISTER: LazyLock<ArcSwap<HashMap<u64, Arc<KeyPair>>>> = LazyLock::new(ArcSwap::default);

/// A key pair's place in the register, given up when this is dropped.
pub(super) struct Handle(u64);

impl Handle {
    /// Takes the key pair in.
    pub(super) fn register(key_pair: KeyPair) -> Self {
        // Never handed out twice, so that a stale handle finds nothing rather than another key.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        install();
        let handle = NEXT.fetch_add(1, Ordering::Relaxed);
        let key_pair = Arc::new(key_pair);
        REGISTER.rcu(|register| {
            let mut register = HashMap::clone(register);
            register.insert(handle, Arc::clone(&key_pair));
            register
        });
        Self(handle)
    }

    /// The handle dressed as a key of the algorithm's family.
    pub(super) fn encoding_key(&self, algorithm: Algorithm) -> EncodingKey {
        let handle = &self.0.to_be_bytes();
        match algorithm {
            Algorithm::Es256 | Algorithm::Es384 => EncodingKey::from_ec_der(handle),
            Algorithm::Rs256 | Algorithm::Ps256 => EncodingKey::from_rsa_der(handle),
            Algorithm::EdDsa => EncodingKey::from_ed_der(handle),
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        REGISTER.rcu(|register| {
            let mut register = HashMap::clone(register);
            register.remove(&self.0);
            register
        });
    }
}

/// jsonwebtoken's word for one of our algorithms.
pub(super) const fn jsonwebtoken_algorithm(algorithm: Algorithm) -> Alg {
    match algorithm {
        Algorithm::Es256 => Alg::ES256,
        Algorithm::Es384 => Alg::ES384,
        Algorithm::Rs256 => Alg::RS256,
        Algorithm::Ps256 => Alg::PS256,
        Algorithm::EdDsa => Alg::EdDSA,
    }
}

fn signer(_: &Alg, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    let handle = key.as_bytes().try_into().map(u64::from_be_bytes).ok();
    let key_pair = handle.and_then(|handle| REGISTER.load().get(&handle).map(Arc::clone));
    match key_pair {
        Some(key_pair) => Ok(Box::new(Signer(key_pair))),
        None => Err(new_error(ErrorKind::Provider("no such key in the register".to_owned()))),
    }
}

fn refuse_to_verify(_: &Alg, _: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    Err(new_error(ErrorKind::Provider("tokens are verified by signet-verifier".to_owned())))
}

struct Signer(Arc<KeyPair>);

impl signature::Signer<Vec<u8>> for Signer {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        self.0.sign(message).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Signer {
    fn algorithm(&self) -> Alg {
        // `encode` compares this with the header's.
        jsonwebtoken_algorithm(self.0.algorithm())
    }
}
