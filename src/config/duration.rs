//! Times as people write them: `10m`, `90d`, `1h 30m`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// Reads a duration of at least one second, in whole seconds: tokens count in seconds.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = any(deserializer)?;
    if duration.as_secs() == 0 || duration.subsec_nanos() != 0 {
        return Err(de::Error::custom("expected a whole number of seconds, at least one"));
    }
    Ok(duration)
}

/// Like [`seconds`], for a key that may be absent.
pub(super) fn optional_seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    seconds(deserializer).map(Some)
}

/// Reads any duration, zero included.
pub(super) fn any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    const EXPECTED: &str = "expected a time with its unit, like \"10m\" or \"90d\"";
    let text = String::deserialize(deserializer).map_err(|_| de::Error::custom(EXPECTED))?;
    humantime::parse_duration(&text).map_err(|_| de::Error::custom(EXPECTED))
}
