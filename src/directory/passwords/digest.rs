//! One argon2id digest: read from a PHC string, held against a password.

use std::{cell::RefCell, fmt, str::FromStr};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{Ident, Output, PasswordHash, Salt, SaltString},
};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    config::{PasswordCost as Cost, UnfitCost},
    secret::Secret,
};

thread_local! {
    /// What a digest fills, one after the other for as long as the thread lives: given back and taken anew it
    /// would come page by page each time, and the allocator keep more than one of them.
    static BLOCKS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// The length of the digests that are made, in bytes.
const LENGTH: usize = 32;

/// The digest of a password. Cheap to move, not to compare.
pub struct PasswordDigest {
    cost: Cost,
    salt: Vec<u8>,
    hash: Zeroizing<Vec<u8>>,
}

/// Why a text is no digest to compare with. None of these repeats any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableDigest {
    /// Not a PHC string, or not one of argon2id.
    #[error(
        "expected an argon2id digest, like $argon2id$v=19$m=19456,t=2,p=1$…$… \
         (`signet hash password` prints it; value not shown)"
    )]
    Malformed,
    /// Too easily guessed by whoever reads it.
    #[error(
        "the parameters are too weak: expected at least m=7168 and m × t of 35840 \
         (`signet hash password` makes a good one; value not shown)"
    )]
    TooWeak,
    /// Whoever signs in could stop the server.
    #[error(
        "the parameters are too costly: expected at most m=131072, m × t of 1048576 and p=16 (value not shown)"
    )]
    TooCostly,
}

impl PasswordDigest {
    /// What comparing costs.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost
    }

    /// What it was made with beside the password: another one for each password, and each time that one is
    /// set anew.
    #[must_use]
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// A digest that no password has, for people who do not exist.
    #[must_use]
    pub fn of_nobody(cost: Cost) -> Self {
        Self { cost, salt: vec![0; 16], hash: Zeroizing::new(vec![0; LENGTH]) }
    }

    /// Whether it is the digest of `password`. Takes tens of milliseconds and as much memory as it costs.
    #[must_use]
    pub fn matches(&self, password: &Secret) -> bool {
        compute(self.cost, password, &self.salt, self.hash.len())
            .is_some_and(|hash| hash.ct_eq(&self.hash).into())
    }

    /// Whether both are one digest, and not only digests of one password.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let same: bool = self.hash.ct_eq(&other.hash).into();
        same && self.cost == other.cost && self.salt == other.salt
    }

    /// The digest of `password`, at a cost that was checked.
    pub(super) fn make(password: &Secret, salt: Vec<u8>, cost: Cost) -> Self {
        let hash = compute(cost, password, &salt, LENGTH)
            .expect("OK because cost, salt and length are within what argon2 takes");
        Self { cost, salt, hash }
    }

    /// The PHC string, to be kept and parsed again.
    pub(in crate::directory) fn to_phc_string(&self) -> String {
        let Cost { memory, passes, lanes } = self.cost;
        let salt = SaltString::encode_b64(&self.salt).expect("OK because a salt has 8 to 48 bytes");
        let hash = Output::new(&self.hash).expect("OK because a digest has 16 to 64 bytes");
        format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
    }
}

fn compute(
    cost: Cost,
    password: &Secret,
    salt: &[u8],
    length: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(length)).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = Zeroizing::new(vec![0; length]);
    BLOCKS.with_borrow_mut(|blocks| {
        blocks.resize(argon2.params().block_count(), Block::default());
        let password = password.expose().as_bytes();
        argon2.hash_password_into_with_memory(password, salt, &mut hash, blocks).ok()
    })?;
    Some(hash)
}

impl FromStr for PasswordDigest {
    type Err = UnusableDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let phc = PasswordHash::new(text).map_err(|_| UnusableDigest::Malformed)?;
        let usual = phc.algorithm == Ident::new_unwrap("argon2id")
            && phc.version == Some(Version::V0x13.into())
            && phc.params.iter().all(|(name, _)| ["m", "t", "p"].contains(&name.as_str()));
        let parameter = |name: &str| phc.params.get_decimal(name).ok_or(UnusableDigest::Malformed);
        let cost =
            Cost { memory: parameter("m")?, passes: parameter("t")?, lanes: parameter("p")? };
        let mut salt = [0; Salt::MAX_LENGTH];
        let salt = phc.salt.and_then(|encoded| encoded.decode_b64(&mut salt).ok());
        let salt = salt.filter(|salt| salt.len() >= 8).ok_or(UnusableDigest::Malformed)?;
        let hash = phc.hash.filter(|hash| hash.len() >= 16).ok_or(UnusableDigest::Malformed)?;
        if !usual || cost.lanes == 0 || cost.passes == 0 {
            return Err(UnusableDigest::Malformed);
        }
        let cost = cost.checked().map_err(|unfit| match unfit {
            UnfitCost::TooWeak => UnusableDigest::TooWeak,
            UnfitCost::TooCostly => UnusableDigest::TooCostly,
        })?;
        let hash = Zeroizing::new(hash.as_bytes().to_vec());
        Ok(Self { cost, salt: salt.to_vec(), hash })
    }
}

/// A digest is where guessing begins: it stays out of logs.
impl fmt::Debug for PasswordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted digest]")
    }
}
