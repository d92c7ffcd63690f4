//! Why a key or the folder of keys is refused: one variant per reason, each with the file and the mend.
//!
//! What a parser says about its input is never repeated here: the input may be a private key.

use std::{io, path::PathBuf};

use signet_verifier::Algorithm;

use crate::entropy::EntropyUnavailable;

/// Why the folder of keys cannot be used or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no `ring.toml`, so no key is listed.
    #[error("{path} does not exist: run `signet keys generate` or set keys.generate = true")]
    NoRing {
        /// The missing file.
        path: PathBuf,
    },
    /// What is in the folder now has no key that signs, and what is in use has.
    #[error(
        "the folder no longer has a key that signs with {algorithm}: restore ring.toml and its keys"
    )]
    SignerLost {
        /// The algorithm without a key.
        algorithm: Algorithm,
    },
    /// There is no `sealing.key`.
    #[error("{path} does not exist: run `signet keys generate` or set keys.generate = true")]
    NoSealingKey {
        /// The missing file.
        path: PathBuf,
    },
    /// The ring lists a key that has no file.
    #[error(
        "{path} does not exist though ring.toml lists the key: restore the file, or run `signet keys retire`"
    )]
    NoKeyFile {
        /// The missing file.
        path: PathBuf,
    },
    /// A file is there and cannot be read.
    #[error("{path} cannot be read ({cause}): let the user that runs signet read it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A directory, a socket or a pipe stands where a file should be.
    #[error("{path} is not a regular file: put the key file itself there")]
    NotAFile {
        /// What is no file.
        path: PathBuf,
    },
    /// A file is larger than any honest one.
    #[error("{path} is larger than {limit} bytes: this is no file of the key ring")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// Everybody on the machine may read or change a private file.
    #[error(
        "{path} is open to every user of this machine (mode {mode:03o}): chmod 600 it, and replace the key if others may have read it"
    )]
    WorldAccessible {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// `ring.toml` is not what this crate writes.
    #[error(
        "{path}, line {line}: expected [[key]] tables, each with kid (43 characters of base64url), alg, created_at and signs_from (Unix seconds) and nothing else"
    )]
    MalformedRing {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// `ring.toml` lists a key twice.
    #[error("{path} lists the key {kid} twice: remove one of the entries")]
    DuplicateKid {
        /// The file.
        path: PathBuf,
        /// The key.
        kid: String,
    },
    /// A file holds another key than its name says.
    #[error(
        "{path} holds the key {found}: restore the file that belongs to this name, or run `signet keys retire`"
    )]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The thumbprint of the key in it.
        found: String,
    },
    /// A file holds no key that may sign.
    #[error("{path}: {reason}")]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong with the key.
        reason: UnfitKey,
    },
    /// `sealing.key` is not what this crate writes.
    #[error("{path}, line {line}: expected a key of 32 bytes as 43 characters of base64url")]
    MalformedSealingKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// `sealing.key` holds no key at all.
    #[error("{path} holds no key: delete it and run `signet keys generate`")]
    EmptySealingKey {
        /// The file.
        path: PathBuf,
    },
    /// The folder, or a file in it, cannot be written.
    #[error(
        "{path} cannot be written ({cause}): let signet write the folder, or change its keys where it can be written"
    )]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The ring does not list the key that should be retired.
    #[error("the ring lists no key {kid}: see `signet keys list`")]
    UnknownKid {
        /// The key asked for.
        kid: String,
    },
    /// Without this key nothing could be signed.
    #[error(
        "{kid} is the only key that signs {algorithm}: run `signet keys rotate --alg {algorithm} --now` first"
    )]
    LastKey {
        /// The key.
        kid: String,
        /// What it signs.
        algorithm: Algorithm,
    },
    /// No key was made, for want of chance.
    #[error("no key was made: {0}")]
    Entropy(#[from] EntropyUnavailable),
    /// The generator gave something that is no key.
    #[error("no {algorithm} key was made: the generator's result is not fit to sign")]
    NotMade {
        /// What was asked for.
        algorithm: Algorithm,
    },
}

/// Why a private key may not sign. Says what was found, never the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitKey {
    /// Not PEM, truncated, encrypted, or of the older forms `RSA PRIVATE KEY` and `EC PRIVATE KEY`.
    #[error(
        "not a complete, unencrypted PKCS#8 PEM (-----BEGIN PRIVATE KEY-----): convert the key with `openssl pkcs8 -topk8 -nocrypt`"
    )]
    NotPkcs8Pem,
    /// The key is of another kind than the algorithm needs.
    #[error("{found} key cannot sign {algorithm}: correct alg in ring.toml, or replace the key")]
    OtherAlgorithm {
        /// What it should sign.
        algorithm: Algorithm,
        /// What it is, with its article.
        found: &'static str,
    },
    /// RFC 7518 sections 3.3 and 3.5 ask for 2048 bits.
    #[error("an RSA key of {bits} bits is too weak: replace it by one of 2048 bits or more")]
    WeakRsa {
        /// The length of the modulus.
        bits: usize,
    },
    /// More than ring can sign with.
    #[error(
        "an RSA key of {bits} bits is more than can be signed with here: replace it by one of 2048 to 4096 bits"
    )]
    OversizeRsa {
        /// The length of the modulus.
        bits: usize,
    },
    /// The parts of the key do not belong together, or its form is unusual.
    #[error(
        "the key's parts are inconsistent or in an unusual form: make a new key with `signet keys generate`"
    )]
    Inconsistent,
}

/// Why no token was signed. Says nothing about claims or keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The claims have no JSON form.
    #[error("the claims cannot be written as JSON")]
    Claims,
    /// The key pair gave no signature.
    #[error("the key gave no signature")]
    Signature,
}
