//! A password from the person at the terminal, or from a pipe; never from an argument, which others see in the
//! list of processes.

use std::io::{IsTerminal, Read, stdin};

use super::Failed;
use crate::{directory::LONGEST_PASSWORD, secret::Secret};

/// The password on standard input, without the one line end behind it. At a terminal it is asked for, twice,
/// without an echo.
pub(super) fn read_password() -> Result<Secret, Failed> {
    if stdin().is_terminal() {
        let first = Secret::new(rpassword::prompt_password("Password: ")?);
        let second = Secret::new(rpassword::prompt_password("Once more: ")?);
        if first != second {
            return Err(Failed("these are two passwords, not one twice".to_owned()));
        }
        return Ok(first);
    }
    // As long as it will be, so that growing leaves no copy behind.
    let mut text = String::with_capacity(LONGEST_PASSWORD + 3);
    stdin().take(LONGEST_PASSWORD as u64 + 3).read_to_string(&mut text)?;
    let password = Secret::from_line(text);
    if password.expose().is_empty() {
        return Err(Failed("nothing came on standard input: pipe the password in".to_owned()));
    }
    Ok(password)
}
