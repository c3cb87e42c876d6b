//! Lines of bounded length, ended by line feeds; by carriage returns in a file that begins without a line feed.

use std::io::{self, BufRead};

use super::source::Source;
use crate::{Rejection, limits};

/// A longer line is passed over.
const LONGEST: usize = 2 * limits::EVENT_BYTES;

/// A line without its end.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// The bytes, or why they can't be had.
    pub(super) content: Result<Vec<u8>, Rejection>,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.content.as_ref().is_ok_and(|content| content.trim_ascii().is_empty())
    }
}

/// The lines of a source; ends after the first error of reading.
pub(super) struct Lines {
    source: Source,
    number: u64,
    end: Option<u8>,
    has_failed: bool,
}

impl Lines {
    pub(super) fn new(source: Source) -> Self {
        Self { source, number: 0, end: None, has_failed: false }
    }

    fn read(&mut self) -> io::Result<Option<Result<Vec<u8>, Rejection>>> {
        let mut line = Vec::new();
        let mut is_too_long = false;
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                let is_end = line.is_empty() && !is_too_long;
                return Ok((!is_end).then(|| ended(line, is_too_long)));
            }
            let line_end = *self.end.get_or_insert_with(|| end_of_lines(buffer));
            let end = memchr::memchr(line_end, buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            is_too_long |= line.len() + part.len() > LONGEST;
            if !is_too_long {
                line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.source.consume(used);
            if end.is_some() {
                return Ok(Some(ended(line, is_too_long)));
            }
        }
    }
}

fn end_of_lines(begin: &[u8]) -> u8 {
    let has_only_returns = memchr::memchr(b'\n', begin).is_none() && memchr::memchr(b'\r', begin).is_some();
    if has_only_returns { b'\r' } else { b'\n' }
}

fn ended(mut line: Vec<u8>, is_too_long: bool) -> Result<Vec<u8>, Rejection> {
    if is_too_long {
        return Err(Rejection::new("line_too_long", format!("the line has more than {LONGEST} bytes")));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.has_failed {
            return None;
        }
        self.number += 1;
        let content = match self.read() {
            Ok(content) => content?,
            Err(error) => {
                self.has_failed = true;
                let reason = format!("the file can't be read any further: {error}");
                Err(Rejection::new("file_unreadable", reason))
            }
        };
        Some(Line { number: self.number, content })
    }
}
