//! Whether a new password may be chosen. NIST SP 800-63B section 3.1.1.2 asks for a least length, for the
//! whole of what was typed, and for a list of what is guessed first; it has verifiers "not impose other
//! composition rules", because people meet those in ways that are guessed next. The length is the one that it
//! allows beside another factor; for a password that stands alone its fourth revision wants 15 characters. A
//! password that somebody has already goes on to be good.

mod common;

use super::LONGEST_PASSWORD;
use crate::{
    oauth::{UserName, folded},
    secret::Secret,
};

/// The shortest password that may be chosen, in characters. The same section has "each Unicode code point"
/// counted as one: in bytes, three signs that nobody has on a keyboard would be enough.
const SHORTEST: usize = 8;

/// Why a password may not be chosen: sentences for the person who chose it, with nothing of it in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordUnfit {
    /// All passwords of that length can be tried.
    #[error("The password is too short: choose one of at least 8 characters.")]
    TooShort,
    /// Nothing of a password is cut off, so it must fit.
    #[error("The password is too long: choose one of at most 1,024 bytes.")]
    TooLong,
    /// It is among the first that are tried.
    #[error(
        "The password is one of those that are guessed first: choose another, for example several words \
         that do not belong together."
    )]
    Common,
    /// Whoever knows the user name tries that next.
    #[error("The password is your user name: choose one that does not follow from it.")]
    UserName,
    /// Whoever knows the address tries that next.
    #[error("The password is your address for mail: choose one that does not follow from it.")]
    Email,
}

/// Decides whether the person of that `username` and `email` may choose `password`. Case, width, ways to write an
/// accent, and a few digits and signs before and behind, make no other password of what is known.
///
/// # Errors
/// [`PasswordUnfit`].
pub fn check_new_password(
    password: &Secret,
    username: &UserName,
    email: Option<&str>,
) -> Result<(), PasswordUnfit> {
    let written = password.expose();
    if written.chars().count() < SHORTEST {
        return Err(PasswordUnfit::TooShort);
    }
    if written.len() > LONGEST_PASSWORD {
        return Err(PasswordUnfit::TooLong);
    }
    let folded_password = Secret::new(folded(written));
    let is = |text: &str| common::is_varied_word(folded_password.expose(), &folded(text));
    let is_address = |address: &str| is(address) || is(local_part(address));
    if is_address(username.canonical()) {
        return Err(PasswordUnfit::UserName);
    }
    if email.is_some_and(is_address) {
        return Err(PasswordUnfit::Email);
    }
    if common::is_common(folded_password.expose()) {
        return Err(PasswordUnfit::Common);
    }
    Ok(())
}

/// What stands before the `@` of an address; all of what is no address.
fn local_part(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(local, _)| local)
}
