//! The objects of a JSON text, one by one: of a list, of lists and objects behind one another, or of a list inside an
//! object. No more than one of them is in memory.

use std::io::BufRead;

use super::super::lines::Line;
use super::super::source::Source;
use crate::{Rejection, limits};

/// A longer object is passed over.
const LONGEST: usize = 2 * limits::EVENT_BYTES;

/// The objects of a source, numbered from 1.
pub(super) struct Values {
    source: Source,
    /// Whether a list inside an object is read: its end is the end.
    is_inside: bool,
    open_lists: u64,
    /// Line ends so far.
    lines: u64,
    number: u64,
    has_ended: bool,
}

/// An object's text.
pub(super) struct Found {
    /// The line it begins in.
    pub(super) at: u64,
    /// Its number and text.
    pub(super) line: Line,
}

/// The part of an object's text that was read so far.
#[derive(Default)]
struct Scan {
    text: Vec<u8>,
    depth: u64,
    is_object: bool,
    is_in_text: bool,
    is_escaped: bool,
    is_too_long: bool,
}

/// What a byte is to the object that is read.
#[derive(PartialEq, Eq)]
enum Taken {
    Part,
    Last,
    /// It is no part of it: what came before is whole.
    Behind,
}

impl Scan {
    fn has_begun(&self) -> bool {
        !self.text.is_empty()
    }

    fn take(&mut self, byte: u8) -> Taken {
        if !self.has_begun() {
            self.is_object = byte == b'{';
        } else if !self.is_object && !self.is_in_text && is_between(byte) {
            return Taken::Behind;
        }
        self.is_too_long |= self.text.len() >= LONGEST;
        if !self.is_too_long {
            self.text.push(byte);
        }
        if self.is_in_text {
            let was_escaped = std::mem::take(&mut self.is_escaped);
            match byte {
                b'\\' if !was_escaped => self.is_escaped = true,
                b'"' if !was_escaped => self.is_in_text = false,
                _ => {}
            }
            return Taken::Part;
        }
        match byte {
            b'"' => self.is_in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.is_object && self.depth == 0 { Taken::Last } else { Taken::Part }
    }
}

/// Tells whether a byte ends what is no object.
fn is_between(byte: u8) -> bool {
    matches!(byte, b',' | b'{' | b'[' | b']' | b' ' | b'\t' | b'\r' | b'\n' | 0x1e)
}

impl Values {
    /// Begins behind so many bytes: those of an object around a list, or none.
    pub(super) fn new(mut source: Source, skipped: usize) -> std::io::Result<Self> {
        let mut left = skipped;
        let mut lines = 0;
        while left > 0 {
            let buffer = source.fill_buf()?;
            let used = buffer.len().min(left);
            if used == 0 {
                break;
            }
            lines += line_ends(&buffer[..used]);
            source.consume(used);
            left -= used;
        }
        let is_inside = skipped > 0;
        Ok(Self { source, is_inside, open_lists: u64::from(is_inside), lines, number: 0, has_ended: false })
    }

    fn read(&mut self) -> Option<Found> {
        let mut scan = Scan::default();
        let mut at = self.lines + 1;
        loop {
            let buffer = match self.source.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) => {
                    let reason = format!("the file can't be read any further: {error}");
                    return self.end(at, Some(Rejection::new("file_unreadable", reason)));
                }
            };
            if buffer.is_empty() {
                let is_cut = !scan.text.is_empty() || self.open_lists > 0;
                let reason = "the file ends before its JSON does: it is cut off";
                return self.end(self.lines + 1, is_cut.then(|| Rejection::new("file_cut_off", reason)));
            }
            let mut used = 0;
            let mut is_whole = false;
            let mut is_over = false;
            for byte in buffer {
                let taken = if scan.has_begun() || !is_between(*byte) || *byte == b'{' {
                    at = if scan.has_begun() { at } else { self.lines + 1 };
                    scan.take(*byte)
                } else {
                    self.open_lists += u64::from(*byte == b'[');
                    if *byte == b']' {
                        self.open_lists = self.open_lists.saturating_sub(1);
                        is_over = self.is_inside && self.open_lists == 0;
                    }
                    Taken::Part
                };
                is_whole = taken != Taken::Part;
                if taken != Taken::Behind {
                    used += 1;
                    self.lines += u64::from(*byte == b'\n');
                }
                if is_whole || is_over {
                    break;
                }
            }
            self.source.consume(used);
            if is_over {
                return self.end(at, None);
            }
            if is_whole {
                return Some(self.found(at, scan));
            }
        }
    }

    fn found(&mut self, at: u64, scan: Scan) -> Found {
        self.number += 1;
        let content = if scan.is_too_long {
            Err(Rejection::new("line_too_long", format!("the object has more than {LONGEST} bytes")))
        } else {
            Ok(scan.text)
        };
        Found { at, line: Line { number: self.number, content } }
    }

    fn end(&mut self, at: u64, rejection: Option<Rejection>) -> Option<Found> {
        self.has_ended = true;
        self.number += 1;
        rejection.map(|rejection| Found { at, line: Line { number: self.number, content: Err(rejection) } })
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl Iterator for Values {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.has_ended { None } else { self.read() }
    }
}
