//! The time of a log line: RFC 3339 in UTC, to the microsecond. Must not be used where a rule depends
//! on the time: that takes a `Clock`.
//!
//! By hand, because every line has one: a quarter of what the general formatting of `tracing` takes.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use tracing_subscriber::fmt::{format::Writer, time::FormatTime};

/// `2025-01-31T23:59:59.123456Z`.
#[derive(Clone, Copy)]
pub struct Timestamp([u8; 27]);

impl Timestamp {
    /// The time now.
    #[must_use]
    pub fn now() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "for readers of the log: nothing depends on it"
        )]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::at(since.as_secs(), since.subsec_micros())
    }

    /// The time `seconds` and `micros` after 1970-01-01T00:00:00Z, until the year 9999.
    #[must_use]
    pub fn at(seconds: u64, micros: u32) -> Self {
        let (days, of_day) = (seconds / 86_400, (seconds % 86_400) as u32);
        let (year, month, day) = civil_date(days);
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        put(&mut text[0..4], year);
        put(&mut text[5..7], month);
        put(&mut text[8..10], day);
        put(&mut text[11..13], of_day / 3600);
        put(&mut text[14..16], of_day / 60 % 60);
        put(&mut text[17..19], of_day % 60);
        put(&mut text[20..26], micros);
        Self(text)
    }

    /// As text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.0).unwrap_or_default())
    }
}

/// Writes `number` into all of `digits`.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Year, month and day of the Gregorian calendar, `days` after 1970-01-01. Counts years from March on,
/// so that a leap day is the last of its year, and in eras of 400 years, which are all alike.
fn civil_date(days: u64) -> (u32, u32, u32) {
    let days = days + 719_468; // since 0000-03-01
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year as u32, month as u32, day as u32)
}

/// Gives `tracing`'s lines the same time.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogTime;

impl FormatTime for LogTime {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        write!(w, "{}", Timestamp::now())
    }
}
