//! The records of a CSV file, with what quotes say: a library that drops whether a field was quoted can't tell `""`
//! from nothing, nor `"007"` from a number.
//!
//! A record ends at a line feed, a carriage return, or both, outside of quotes.

use std::io::BufRead;

use super::super::source::Source;
use crate::{Rejection, limits};

/// A longer record is passed over.
const LONGEST: usize = 2 * limits::EVENT_BYTES;

/// How a file's fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Whether a quote inside quotes stands behind a backslash, rather than being doubled.
    pub(super) has_backslashes: bool,
}

/// A record's fields, or what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The number of its first line, from 1.
    pub(super) line: u64,
    /// The record as it stands in the file, with line feeds for the line ends in it.
    pub(super) raw: Vec<u8>,
    pub(super) problem: Option<Rejection>,
    values: Vec<u8>,
    ends: Vec<(usize, bool)>,
}

/// What stands between two delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) is_quoted: bool,
}

impl Record {
    pub(super) fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        begins
            .zip(&self.ends)
            .map(|(begin, (end, is_quoted))| Field { bytes: &self.values[begin..*end], is_quoted: *is_quoted })
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn is_blank(&self) -> bool {
        self.problem.is_none() && self.raw.trim_ascii().is_empty() && self.ends.len() < 2
    }

    fn refuse(&mut self, code: &'static str, reason: impl Into<String>) {
        self.problem.get_or_insert_with(|| Rejection::new(code, reason));
    }
}

/// The records of a source, blank ones left out; ends after the first error of reading.
pub(super) struct Records {
    source: Source,
    dialect: Dialect,
    /// Line ends so far.
    lines: u64,
    is_after_return: bool,
    has_ended: bool,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a backslash inside quotes.
    Escaped,
    /// After a quote inside: the end, or one half of a doubled quote.
    Closing,
    /// Behind what is too long: passing over the rest of its line.
    Skipping,
}

impl Records {
    pub(super) fn new(source: Source, dialect: Dialect) -> Self {
        Self { source, dialect, lines: 0, is_after_return: false, has_ended: false }
    }

    fn read(&mut self) -> Option<Record> {
        let mut record = Record { line: self.lines + 1, ..Record::default() };
        let mut state = State::FieldStart;
        let mut is_quoted = false;
        loop {
            let buffer = match self.source.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) => {
                    self.has_ended = true;
                    record.problem = None;
                    record.refuse("file_unreadable", format!("the file can't be read any further: {error}"));
                    return Some(record);
                }
            };
            if buffer.is_empty() {
                self.has_ended = true;
                return self.at_end(record, state, is_quoted);
            }
            let mut used = 0;
            let mut is_whole = false;
            for byte in buffer {
                used += 1;
                let is_second = std::mem::replace(&mut self.is_after_return, *byte == b'\r') && *byte == b'\n';
                if is_second {
                    // The other half of a line end that is known.
                    if state == State::Quoted {
                        record.values.push(b'\n');
                    }
                    continue;
                }
                let is_line_end = matches!(byte, b'\n' | b'\r');
                self.lines += u64::from(is_line_end);
                if is_line_end && !matches!(state, State::Quoted | State::Escaped) {
                    is_whole = true;
                    break;
                }
                record.raw.push(if is_line_end { b'\n' } else { *byte });
                state = record.push(*byte, state, &mut is_quoted, self.dialect);
                if record.raw.len() > LONGEST {
                    let (code, reason) = match state {
                        State::Quoted | State::Escaped => {
                            ("row_malformed", "a quote is opened and not closed within 2 MB".to_owned())
                        }
                        _ => ("line_too_long", format!("the row has more than {LONGEST} bytes")),
                    };
                    record.refuse(code, reason);
                    record.raw.truncate(1_000);
                    record.values.clear();
                    record.ends.clear();
                    state = State::Skipping;
                }
            }
            self.source.consume(used);
            if is_whole {
                record.end_field(&mut is_quoted);
                return Some(record);
            }
        }
    }

    fn at_end(&self, mut record: Record, state: State, mut is_quoted: bool) -> Option<Record> {
        if record.raw.is_empty() && record.problem.is_none() {
            return None;
        }
        if matches!(state, State::Quoted | State::Escaped) {
            let until =
                if self.lines + 1 > record.line { format!(" until line {}", self.lines + 1) } else { String::new() };
            record.refuse("row_malformed", format!("a quote is opened and not closed{until}, where the file ends"));
        }
        record.end_field(&mut is_quoted);
        Some(record)
    }
}

impl Record {
    fn push(&mut self, byte: u8, state: State, is_quoted: &mut bool, dialect: Dialect) -> State {
        match (state, byte) {
            (State::Skipping, _) => State::Skipping,
            (State::FieldStart, b'"') => {
                *is_quoted = true;
                State::Quoted
            }
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, b'\\') if dialect.has_backslashes => State::Escaped,
            (State::Escaped, byte) => {
                if !matches!(byte, b'"' | b'\\') {
                    self.values.push(b'\\');
                }
                self.values.push(byte);
                State::Quoted
            }
            (State::Closing, b'"') if !dialect.has_backslashes => {
                self.values.push(b'"');
                State::Quoted
            }
            (State::Quoted, byte) => {
                self.values.push(byte);
                State::Quoted
            }
            (_, byte) if byte == dialect.delimiter => {
                self.end_field(is_quoted);
                State::FieldStart
            }
            (State::Closing, _) => {
                let reason = "there is more behind the quote that ends a field; quotes inside of quotes are doubled";
                self.refuse("row_malformed", reason);
                State::Plain
            }
            (State::FieldStart | State::Plain, byte) => {
                self.values.push(byte);
                State::Plain
            }
        }
    }

    fn end_field(&mut self, is_quoted: &mut bool) {
        self.ends.push((self.values.len(), std::mem::take(is_quoted)));
    }
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            if self.has_ended {
                return None;
            }
            let record = self.read()?;
            if !record.is_blank() {
                return Some(record);
            }
        }
    }
}
