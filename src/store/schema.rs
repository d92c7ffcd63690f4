//! Every key that Signet writes to Redis: name, type, value, expiry, writer, reader. Nothing else may
//! spell one. Two families, by law: refresh tokens with their indexes and with the requests of devices that become some, and the
//! revocation list with what is good once or has ended.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{FamilyId, Identifier, ListId};

/// A family of keys, for documents and for the test that lists every key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyFamily {
    /// The key, below the prefix; `{…}` stands for what varies.
    pub key: &'static str,
    /// The Redis type, and what is in it.
    pub value: &'static str,
    /// When it goes by itself.
    pub expiry: &'static str,
    /// Who writes it.
    pub writer: &'static str,
    /// Who reads it.
    pub reader: &'static str,
}

/// Every family. Each expiry has a minute added, by which clocks may differ, and none is what a decision
/// rests on: what has expired is judged by its value and the time at hand.
pub const SCHEMA: &[KeyFamily] = &[
    KeyFamily {
        key: "rt:{id of the grant, 22 characters of base64url}",
        value: "string, packed: generation, times, what was granted, live access tokens (redis/record.rs); ended ones stay, marked",
        expiry: "when it has been idle too long, or its last access token has ended",
        writer: "begin by SET NX, refresh.lua, end.lua, forget.lua",
        reader: "refresh.lua; find, of and standing by GET and MGET",
    },
    KeyFamily {
        key: "rt:app:{client_id}",
        value: "sorted set by expires_at: id (16 bytes) and created_at (4 bytes) of the application's grants",
        expiry: "when the last of them has expired",
        writer: "begin_index.lua, before the grant itself; of and forget by ZREM",
        reader: "of and standing, by ZRANGEBYSCORE",
    },
    KeyFamily {
        key: "rt:sub:{sub}",
        value: "sorted set by expires_at: id (16 bytes) and created_at (4 bytes) of the person's grants",
        expiry: "when the last of them has expired",
        writer: "begin_index.lua, before the grant itself; of and forget by ZREM",
        reader: "of and standing, by ZRANGEBYSCORE",
    },
    KeyFamily {
        key: "rt:device:{id of the grant that may come of it, 22 characters of base64url}",
        value: "string, packed: state, times of polls, what a device asks for, then what was granted (redis/devices.rs)",
        expiry: "when the device code has expired",
        writer: "begin by SET NX; decide.lua, poll.lua, hand_out.lua",
        reader: "the same, and find by GET",
    },
    KeyFamily {
        key: "rt:code:{HMAC of a user code, hexadecimal}",
        value: "string: the id (16 bytes) of the device's request",
        expiry: "when the user code has expired",
        writer: "begin by SET NX, before the request itself",
        reader: "by_user_code by GET",
    },
    KeyFamily {
        key: "rev:list:{id of the list, 16 characters of base64url}",
        value: "string: the status list's bytes, the first index in the least significant bit",
        expiry: "when the last token on it has ended",
        writer: "revoke.lua",
        reader: "is_revoked by GETBIT, bitmap by GET",
    },
    KeyFamily {
        key: "rev:lists",
        value: "sorted set by expires_at: ids (12 bytes) of the lists with a revocation",
        expiry: "when the last of them has expired",
        writer: "revoke_index.lua, before the list itself",
        reader: "lists, by ZRANGEBYSCORE",
    },
    KeyFamily {
        key: "rev:app:{client_id}",
        value: "sorted set by expires_at: blocks (list 12 bytes, number 2 bytes) of the application; \"ended\" by when all were revoked, below zero",
        expiry: "when the last of them, or of the tokens that were revoked, has expired",
        writer: "note_block.lua, end_application.lua",
        reader: "the same",
    },
    KeyFamily {
        key: "rev:used:{SHA-256 of what may be used once, hexadecimal}",
        value: "string: that it exists says that an assertion or an authorization code was used, or a session ended; 2: again",
        expiry: "when the assertion, the code or the session has expired, clock leeway included",
        writer: "grants/client_assertion by SET NX; redeem.lua",
        reader: "the same, and uses by GET",
    },
];

/// The key of a family.
pub(super) fn family(prefix: &str, id: &FamilyId) -> Vec<u8> {
    format!("{prefix}rt:{id}").into_bytes()
}

/// The key of an application's index of families.
pub(super) fn families_of_application(prefix: &str, client_id: &str) -> Vec<u8> {
    format!("{prefix}rt:app:{client_id}").into_bytes()
}

/// The key of a person's index of families.
pub(super) fn families_of_person(prefix: &str, sub: &str) -> Vec<u8> {
    format!("{prefix}rt:sub:{sub}").into_bytes()
}

/// The key of a device's request.
pub(super) fn device_request(prefix: &str, id: &FamilyId) -> Vec<u8> {
    format!("{prefix}rt:device:{id}").into_bytes()
}

/// The key by which a device's request is found.
pub(super) fn user_code(prefix: &str, tag: &Identifier) -> Vec<u8> {
    format!("{prefix}rt:code:{}", hexadecimal(tag)).into_bytes()
}

/// The key of a list's bytes.
pub(super) fn list(prefix: &str, list: ListId) -> Vec<u8> {
    format!("{prefix}rev:list:{}", URL_SAFE_NO_PAD.encode(list.to_bytes())).into_bytes()
}

/// The key of the index of lists.
pub(super) fn lists(prefix: &str) -> Vec<u8> {
    format!("{prefix}rev:lists").into_bytes()
}

/// The key of an application's blocks.
pub(super) fn blocks(prefix: &str, client_id: &str) -> Vec<u8> {
    format!("{prefix}rev:app:{client_id}").into_bytes()
}

/// The key of a used identifier.
pub(super) fn used(prefix: &str, identifier: &Identifier) -> Vec<u8> {
    format!("{prefix}rev:used:{}", hexadecimal(identifier)).into_bytes()
}

fn hexadecimal(identifier: &Identifier) -> String {
    identifier.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The channel on which replicas hear of revocations. A channel is no key: nothing is stored there.
pub(super) fn channel(prefix: &str) -> String {
    format!("{prefix}rev:events")
}
