//! Times as people read them.

use crate::logging::Timestamp;

/// A time on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTime {
    /// For machines: RFC 3339 in UTC, to the second.
    pub machine: String,
    /// For people: date, hour and minute in UTC.
    pub people: String,
}

impl ShownTime {
    /// The time `seconds` after 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn at(seconds: u64) -> Self {
        let text = Timestamp::at(seconds, 0).to_string();
        let (minute, second) = (text.get(..16).unwrap_or_default(), text.get(16..19));
        Self {
            machine: format!("{minute}{}Z", second.unwrap_or_default()),
            people: format!("{} UTC", minute.replace('T', " ")),
        }
    }
}
