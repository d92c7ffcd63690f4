//! What the tests of this folder share: a clock to be moved, folders with keys, and a verifier that is
//! none of ours.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use rsa::rand_core::{CryptoRng, Error, RngCore, impls};
use serde_json::Value;
use signet::{
    clock::Clock,
    entropy::{Entropy, EntropyUnavailable, SystemEntropy},
    keys::{KeyDirectory, RsaBits, SigningKey, generate_pkcs8_pem},
};
use signet_verifier::{Algorithm, jwk::Jwk};
use tempfile::TempDir;

/// The longest token lifetime of these tests, in seconds.
pub(crate) const LIFETIME: u64 = 600;
/// When these tests begin.
pub(crate) const START: u64 = 1_800_000_000;
/// The algorithms whose keys are quick to make.
pub(crate) const QUICK: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa];

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct FakeClock(AtomicU64);

impl FakeClock {
    pub(crate) fn at(now: u64) -> Self {
        Self(AtomicU64::new(now))
    }

    pub(crate) fn set(&self, now: u64) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A source that answers a number of times, and then no more.
#[derive(Debug)]
pub(crate) struct FailingEntropy(pub(crate) AtomicU64);

impl Entropy for FailingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        let left = |left: u64| left.checked_sub(1);
        self.0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
            .map_err(|_| EntropyUnavailable)?;
        SystemEntropy.fill(bytes)
    }
}

/// The system's bytes for the `rsa` crate.
pub(crate) struct TestRng;

impl RngCore for TestRng {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        SystemEntropy.fill(bytes).expect("the system has entropy");
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for TestRng {}

/// A private key for `algorithm`. RSA keys take long to make: RS256 and PS256 share one.
pub(crate) fn pem(algorithm: Algorithm) -> String {
    static RSA: OnceLock<String> = OnceLock::new();
    let make = || {
        generate_pkcs8_pem(algorithm, RsaBits::Bits2048, &SystemEntropy)
            .expect("a key can be made")
            .to_string()
    };
    match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => RSA.get_or_init(make).clone(),
        _ => make(),
    }
}

pub(crate) fn signing_key(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_pkcs8_pem(&pem(algorithm), algorithm).expect("a key just made is fit")
}

/// A folder of a test's own, gone when the test is.
pub(crate) struct Folder {
    directory: TempDir,
}

impl Folder {
    pub(crate) fn empty() -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// A folder as `signet keys generate` makes it at [`START`].
    pub(crate) fn with_keys(algorithms: &[Algorithm]) -> Self {
        let folder = Self::empty();
        folder
            .keys()
            .ensure(algorithms, &FakeClock::at(START), &SystemEntropy)
            .expect("keys can be made in an empty folder");
        folder
    }

    /// A folder with one key from elsewhere; returns its name too.
    pub(crate) fn with_pem(pem: &str, algorithm: Algorithm) -> (Self, String) {
        let folder = Self::empty();
        let key = SigningKey::from_pkcs8_pem(pem, algorithm).expect("the key is fit");
        folder.write(&format!("{}.pem", key.kid()), pem);
        folder.write("ring.toml", &entry(key.kid(), algorithm.name(), START));
        (folder, key.kid().to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Another view of the folder, as another process would have it.
    pub(crate) fn keys(&self) -> KeyDirectory {
        KeyDirectory::new(self.path(), Duration::from_secs(LIFETIME))
    }

    pub(crate) fn write(&self, name: &str, contents: &str) {
        fs::write(self.file(name), contents).expect("the folder can be written");
        self.chmod(name, 0o600);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("the file can be read")
    }

    pub(crate) fn chmod(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;

        fs::set_permissions(self.file(name), fs::Permissions::from_mode(mode))
            .expect("the owner may set a file's mode");
    }

    /// The names of all files, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the folder can be listed");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("the folder can be listed").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }

    /// How many private keys the folder holds.
    pub(crate) fn pem_count(&self) -> usize {
        self.names().iter().filter(|name| name.ends_with(".pem")).count()
    }

    /// The message with which the folder is refused.
    pub(crate) fn refusal(&self) -> String {
        self.keys().load().expect_err("the folder must be refused").to_string()
    }
}

/// A table of `ring.toml`.
pub(crate) fn entry(kid: &str, alg: &str, signs_from: u64) -> String {
    format!(
        "[[key]]\nkid = \"{kid}\"\nalg = \"{alg}\"\ncreated_at = {START}\nsigns_from = {signs_from}\n"
    )
}

/// What the OpenSSL command writes; `None` where there is no such command.
pub(crate) fn openssl(arguments: &[&str]) -> Option<String> {
    let output = Command::new("openssl").args(arguments).stderr(Stdio::null()).output().ok()?;
    assert!(output.status.success(), "openssl {arguments:?} failed");
    Some(String::from_utf8(output.stdout).expect("PEM is ASCII"))
}

/// Whether `token` verifies with the published `jwk`, by ring's own verification.
pub(crate) fn verifies(token: &str, jwk: &Jwk) -> bool {
    let member = |member: &Option<String>| decode(member.as_deref().expect("the member is there"));
    let (message, signature) = token.rsplit_once('.').expect("a JWT has three parts");
    let (message, signature) = (message.as_bytes(), decode(signature));
    let point = || [vec![4], member(&jwk.x), member(&jwk.y)].concat();
    let alg = jwk.alg.as_deref().expect("alg is published");
    let verified =
        match alg.parse().expect("alg is one of ours") {
            Algorithm::Es256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point())
                .verify(message, &signature),
            Algorithm::Es384 => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point())
                .verify(message, &signature),
            Algorithm::EdDsa => {
                UnparsedPublicKey::new(&ED25519, member(&jwk.x)).verify(message, &signature)
            }
            Algorithm::Rs256 => RsaPublicKeyComponents { n: member(&jwk.n), e: member(&jwk.e) }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, &signature),
            Algorithm::Ps256 => RsaPublicKeyComponents { n: member(&jwk.n), e: member(&jwk.e) }
                .verify(&RSA_PSS_2048_8192_SHA256, message, &signature),
        };
    verified.is_ok()
}

/// A part of a JWT as JSON.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).expect("a JWT has three parts");
    serde_json::from_slice(&decode(part)).expect("the part is JSON")
}

pub(crate) fn decode(base64url: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(base64url).expect("the value is base64url")
}
