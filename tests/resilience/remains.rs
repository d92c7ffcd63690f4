//! What is left in a Redis: which keys, and which bytes.

use crate::support::redis_server::RedisServer;

/// Asserts that there are two families of keys, `least` keys or more, and that each of them ends by itself.
pub async fn assert_two_families_with_an_expiry(redis: &RedisServer, least: usize) {
    let keys = redis.command(&["KEYS", "*"]).await;
    assert!(keys.len() >= least, "{keys:?}");
    for key in &keys {
        let family = key.strip_prefix("signet:").unwrap_or_else(|| panic!("without prefix: {key}"));
        assert!(family.starts_with("rt:") || family.starts_with("rev:"), "another family: {key}");
    }
    // By position: names may hold bytes that a terminal cannot show.
    let script = "local without = {} for _, key in ipairs(redis.call('KEYS', '*')) do \
                  if redis.call('TTL', key) < 0 then without[#without + 1] = key end end return without";
    assert_eq!(redis.command(&["EVAL", script, "0"]).await.concat(), "", "without an expiry");
}

/// Every byte that the Redis has, uncompressed where it was started so.
pub struct Dump(Vec<u8>);

impl Dump {
    pub async fn of(redis: &RedisServer) -> Self {
        redis.command(&["SAVE"]).await;
        Self(std::fs::read(redis.folder().join("dump.rdb")).unwrap())
    }

    pub fn holds(&self, needle: impl AsRef<[u8]>) -> bool {
        let needle = needle.as_ref();
        self.0.windows(needle.len()).any(|window| window == needle)
    }
}
