//! From `tracing`'s events to the buffer: one line per event, errors at once. Must not know how a line
//! is made.

use std::io::{self, Write};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use super::buffer::{LogBuffer, Urgency};

/// One event's line, as `tracing-subscriber` writes it: whole.
#[derive(Debug)]
pub struct LineWriter<'a> {
    buffer: &'a LogBuffer,
    urgency: Urgency,
}

impl Write for LineWriter<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.buffer.push(self.urgency, |pending| pending.extend_from_slice(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogBuffer {
    type Writer = LineWriter<'a>;

    fn make_writer(&'a self) -> LineWriter<'a> {
        LineWriter { buffer: self, urgency: Urgency::CanWait }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> LineWriter<'a> {
        let at_once = *metadata.level() == Level::ERROR;
        let urgency = if at_once { Urgency::AtOnce } else { Urgency::CanWait };
        LineWriter { buffer: self, urgency }
    }
}
