//! The scripts. Every change of more than one step is one of these, on one key, and so on one slot.

use std::sync::OnceLock;

use redis::{Arg, Cmd, Script};

pub(super) static BEGIN_INDEX: Lua = Lua::new(include_str!("begin_index.lua"));
pub(super) static REFRESH: Lua = Lua::new(include_str!("refresh.lua"));
pub(super) static END: Lua = Lua::new(include_str!("end.lua"));
pub(super) static FORGET: Lua = Lua::new(include_str!("forget.lua"));
pub(super) static DECIDE: Lua = Lua::new(include_str!("decide.lua"));
pub(super) static POLL: Lua = Lua::new(include_str!("poll.lua"));
pub(super) static HAND_OUT: Lua = Lua::new(include_str!("hand_out.lua"));
pub(super) static REDEEM: Lua = Lua::new(include_str!("redeem.lua"));
pub(super) static REVOKE_INDEX: Lua = Lua::new(include_str!("revoke_index.lua"));
pub(super) static REVOKE: Lua = Lua::new(include_str!("revoke.lua"));
pub(super) static NOTE_BLOCK: Lua = Lua::new(include_str!("note_block.lua"));
pub(super) static END_APPLICATION: Lua = Lua::new(include_str!("end_application.lua"));

/// A script, and the digest by which Redis remembers it.
pub(super) struct Lua {
    code: &'static str,
    sha1: OnceLock<String>,
}

impl Lua {
    const fn new(code: &'static str) -> Self {
        Self { code, sha1: OnceLock::new() }
    }

    /// A call with `key`, by the digest; the caller adds the arguments.
    pub(super) fn call(&self, key: &[u8]) -> Cmd {
        let sha1 = self.sha1.get_or_init(|| Script::new(self.code).get_hash().to_owned());
        let mut call = redis::cmd("EVALSHA");
        call.arg(sha1).arg(1).arg(key);
        call
    }

    /// The same call by the script itself, for a Redis that does not remember it (any more).
    pub(super) fn in_full(&self, call: &Cmd) -> Cmd {
        let mut full = redis::cmd("EVAL");
        full.arg(self.code);
        for argument in call.args_iter().skip(2) {
            if let Arg::Simple(bytes) = argument {
                full.arg(bytes);
            }
        }
        full
    }
}
