//! TLS for accepted connections: certificate and key from PEM (RFC 7468), on ring, with ALPN (RFC
//! 7301). No message shows the key. Must not know where the files are.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use rustls::{
    InconsistentKeys, ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
};

/// Why a certificate and key cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TlsError {
    /// The file has no `CERTIFICATE` section.
    #[error("there is no certificate: the file has no section BEGIN CERTIFICATE")]
    NoCertificate,
    /// The certificate's PEM is broken.
    #[error("the certificate cannot be read: its PEM is broken")]
    UnreadableCertificate,
    /// rustls does not take the certificate: broken DER, or of a kind that it does not know.
    #[error("the certificate is refused: {0}")]
    Refused(rustls::Error),
    /// The file has no `PRIVATE KEY` section.
    #[error(
        "there is no private key: the file has no section BEGIN PRIVATE KEY (or EC, RSA PRIVATE KEY)"
    )]
    NoKey,
    /// The key's PEM is broken.
    #[error("the private key cannot be read: its PEM is broken (content not shown)")]
    UnreadableKey,
    /// The key is none that ring can sign with.
    #[error("the private key is of a kind that is not supported: use P-256, P-384, Ed25519 or RSA")]
    UnsupportedKey,
    /// The key belongs to another certificate.
    #[error("the private key does not match the certificate")]
    KeyDoesNotMatch,
}

/// Reads a chain, leaf first, and its key.
///
/// # Errors
/// One variant for each thing that can be wrong with them.
pub fn server_config(certificate_pem: &[u8], key_pem: &[u8]) -> Result<ServerConfig, TlsError> {
    let chain = CertificateDer::pem_slice_iter(certificate_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| TlsError::UnreadableCertificate)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(|error| match error {
        pem::Error::NoItemsFound => TlsError::NoKey,
        // The other variants quote the file.
        _ => TlsError::UnreadableKey,
    })?;
    // Named outright, because a second provider in the build would make the default ambiguous.
    let provider = Arc::new(default_provider());
    provider
        .key_provider
        .load_private_key(key.clone_key())
        .map_err(|_| TlsError::UnsupportedKey)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Refused)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                TlsError::KeyDoesNotMatch
            }
            error => TlsError::Refused(error),
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The configuration that the next handshake uses; replacing it leaves open connections alone.
#[derive(Clone)]
pub struct TlsSource(Arc<ArcSwap<ServerConfig>>);

impl TlsSource {
    /// Starts with `config`.
    #[must_use]
    pub fn new(config: ServerConfig) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(config)))
    }

    /// From the next handshake on, `config` counts.
    pub fn replace(&self, config: ServerConfig) {
        self.0.store(Arc::new(config));
    }

    pub(super) fn current(&self) -> Arc<ServerConfig> {
        self.0.load_full()
    }
}

impl fmt::Debug for TlsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsSource")
    }
}
