//! Server-sent events (HTML, section 9.2.6), within bounds. Pure: bytes in, events out.

/// The longest line, in bytes.
pub(super) const LONGEST_LINE: usize = 8 * 1024;
/// The longest data of one event, in bytes.
pub(super) const LONGEST_DATA: usize = 16 * 1024;

/// An event as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) name: Vec<u8>,
    pub(super) data: Vec<u8>,
}

/// A line or an event that is longer than any that Signet sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// Takes a stream apart, however it is cut into chunks.
#[derive(Debug, Default)]
pub(super) struct EventParser {
    line: Vec<u8>,
    /// The last byte was a carriage return, so that a line feed ends nothing more.
    is_after_return: bool,
    name: Vec<u8>,
    data: Vec<u8>,
}

impl EventParser {
    /// The events that end in `chunk`.
    pub(super) fn read(&mut self, chunk: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for byte in chunk {
            let is_after_return = std::mem::take(&mut self.is_after_return);
            match byte {
                b'\n' if is_after_return => {}
                b'\n' | b'\r' => {
                    self.is_after_return = *byte == b'\r';
                    events.extend(self.end_of_line()?);
                }
                _ if self.line.len() == LONGEST_LINE => return Err(TooLong),
                _ => self.line.push(*byte),
            }
        }
        Ok(events)
    }

    fn end_of_line(&mut self) -> Result<Option<Event>, TooLong> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return Ok(self.end_of_event());
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (&line[..], &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"event" => self.name = value.to_vec(),
            b"data" if self.data.len() + value.len() >= LONGEST_DATA => return Err(TooLong),
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            // Comments, `id`, `retry`, and what is not known.
            _ => {}
        }
        Ok(None)
    }

    fn end_of_event(&mut self) -> Option<Event> {
        let (name, mut data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        // "If the data buffer is an empty string, set the data buffer and the event type buffer to the
        // empty string and return."
        data.pop()?;
        Some(Event { name, data })
    }
}
