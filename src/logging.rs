//! The log (a leaf: knows no other room): text on a terminal, one JSON object per line elsewhere, on
//! standard error; `RUST_LOG` says what is in it. A log reader that is stuck loses lines, which are
//! counted, and holds up nobody.

mod buffer;
mod escape;
mod line_writer;
mod timestamp;

use std::{
    any::Any,
    borrow::Cow,
    io::{self, IsTerminal},
    panic::{self, PanicHookInfo},
    time::Duration,
};

use tracing::{Subscriber, error, warn};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::timestamp::LogTime;
pub use self::{
    buffer::{LogBuffer, Urgency},
    escape::{one_line, push_decimal, push_json_string},
    timestamp::Timestamp,
};

/// How much of the log may wait for its reader.
const CAPACITY: usize = 1024 * 1024;

/// What says which lines are logged: levels, for all targets and for single ones.
const DIRECTIVES: &str = "RUST_LOG";

/// How long the end of the process waits for the log's reader.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why there can be no log.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The thread that writes the log cannot be started.
    #[error("the thread that writes the log cannot be started: {0}")]
    Thread(io::Error),
    /// The process has a log already.
    #[error("the log is set up already")]
    AlreadySetUp,
}

/// Where lines go that are written past `tracing`'s formatting because there are many of them.
#[derive(Debug, Clone)]
pub enum Lines {
    /// As JSON, into this buffer.
    Buffered(LogBuffer),
    /// As events, to whatever subscriber there is.
    Subscriber,
}

/// Keeps the log going; dropping it writes out what is left.
#[derive(Debug)]
pub struct LogGuard {
    lines: Lines,
}

/// Sets the log up for the whole process. A `RUST_LOG` that makes no sense is told and taken as `info`.
///
/// # Errors
/// When there is a log already, or no thread for it.
pub fn init() -> Result<LogGuard, LoggingError> {
    let directives = std::env::var(DIRECTIVES).unwrap_or_default();
    let wanted = if directives.is_empty() { "info" } else { &directives };
    let (filter, misread) = match wanted.parse::<Targets>() {
        Ok(filter) => (filter, None),
        Err(error) => (Targets::new().with_default(LevelFilter::INFO), Some(error)),
    };
    let lines = if io::stderr().is_terminal() {
        let text = fmt::layer().with_timer(LogTime).with_writer(io::stderr).with_ansi(true);
        let subscriber = tracing_subscriber::registry().with(filter).with(text);
        subscriber.try_init().map_err(|_| LoggingError::AlreadySetUp)?;
        Lines::Subscriber
    } else {
        let buffer = LogBuffer::start(io::stderr(), CAPACITY).map_err(LoggingError::Thread)?;
        let subscriber = json_subscriber(buffer.clone(), filter);
        subscriber.try_init().map_err(|_| LoggingError::AlreadySetUp)?;
        Lines::Buffered(buffer)
    };
    panic::set_hook(Box::new(log_panic));
    if let Some(error) = misread {
        warn!(%error, "RUST_LOG cannot be understood: logging at info");
    }
    Ok(LogGuard { lines })
}

/// Events as JSON objects, one per line, fields at top level, into `buffer`.
#[must_use]
pub fn json_subscriber(buffer: LogBuffer, filter: Targets) -> impl Subscriber + Send + Sync {
    let json = fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_timer(LogTime)
        .with_writer(buffer);
    tracing_subscriber::registry().with(filter).with(json)
}

impl LogGuard {
    /// Where the many lines go.
    #[must_use]
    pub fn lines(&self) -> Lines {
        self.lines.clone()
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        if let Lines::Buffered(buffer) = &self.lines {
            buffer.close(PATIENCE);
        }
    }
}

impl Lines {
    /// How many lines were lost because nobody read the log.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        match self {
            Self::Buffered(buffer) => buffer.dropped(),
            Self::Subscriber => 0,
        }
    }
}

/// What a panic said, if it said it in words.
#[must_use]
pub fn panic_message(payload: &(dyn Any + Send)) -> Cow<'static, str> {
    if let Some(message) = payload.downcast_ref::<&'static str>() {
        Cow::Borrowed(message)
    } else if let Some(message) = payload.downcast_ref::<String>() {
        Cow::Owned(message.clone())
    } else {
        Cow::Borrowed("no message")
    }
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic_message(panic.payload());
    let location = panic.location().map(tracing::field::display);
    let thread = std::thread::current();
    error!(
        target: "signet::panic",
        location,
        thread = thread.name(),
        "panicked: {}",
        one_line(&message),
    );
}
