//! Events as JSON: an object a line, or a list, or objects behind one another; in our own form, or as other products
//! export them. The form is told by the first objects of a file and is one for all of it.

mod amplitude;
mod exports;
mod google;
mod mixpanel;
mod posthog;
mod values;

use std::path::Path;

use chrono_tz::Tz;

use self::values::{Found, Values};
use super::encoding::Encoding;
use super::lines::Lines;
use super::source::{Input, Progress};
use super::{Error, Row, finish};
use crate::json::{self, Object};
use crate::{Incoming, Rejection, wire};

/// Whose form the events are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Native,
    PostHog,
    Mixpanel,
    Amplitude,
    Segment,
    Google,
}

/// The events of a JSON file.
pub(super) struct Documents {
    reader: Reader,
    form: Form,
    zone: Option<Tz>,
    notes: Vec<String>,
}

enum Reader {
    Lines(Lines),
    Values(Box<Values>),
}

/// How the objects of a file follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrangement {
    /// One a line: one that is broken breaks no other.
    Lines,
    /// In lists or behind one another; the first begins behind so many bytes.
    Values { skipped: usize },
}

/// Objects that are looked at to tell the form.
const LOOKED_AT: usize = 20;

impl Documents {
    /// Opens a file; `are_lines` where that is known.
    pub(super) fn open(
        path: &Path,
        input: &Input,
        named: Option<Encoding>,
        zone: Option<Tz>,
        are_lines: bool,
    ) -> Result<(Self, Progress), Error> {
        let unread = |source| Error::Io { path: path.to_owned(), source };
        let head = input.head(named).map_err(unread)?;
        let arrangement = if are_lines { Arrangement::Lines } else { arrangement(&head) };
        let form = form(&head, arrangement);
        let (source, progress) = input.open(named).map_err(unread)?;
        let reader = match arrangement {
            Arrangement::Lines => Reader::Lines(Lines::new(source)),
            Arrangement::Values { skipped } => Reader::Values(Box::new(Values::new(source, skipped).map_err(unread)?)),
        };
        let mut notes = Vec::new();
        if form == Form::Mixpanel && zone.is_none() {
            let note = "times are taken for UTC; Mixpanel writes those of older projects by the project's clock: then name \
                        its zone (--time-zone)";
            notes.push(note.to_owned());
        }
        Ok((Self { reader, form, zone, notes }, progress))
    }

    /// Says in words how the file is read.
    pub(super) fn told(&self) -> String {
        let arranged = match self.reader {
            Reader::Lines(_) => "NDJSON",
            Reader::Values(_) => "JSON",
        };
        let form = match self.form {
            Form::Native => return arranged.to_owned(),
            Form::PostHog => "PostHog",
            Form::Mixpanel => "Mixpanel",
            Form::Amplitude => "Amplitude",
            Form::Segment => "Segment or RudderStack",
            Form::Google => "Google Analytics 4",
        };
        format!("{arranged}, an export of {form}")
    }

    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    fn event(&self, content: &[u8]) -> Result<Incoming, Rejection> {
        let text = std::str::from_utf8(content).map_err(|_| {
            Rejection::new("json_invalid", "the text is not UTF-8, as JSON is; --encoding names another")
        })?;
        read(self.form, text.trim(), self.zone)
    }
}

impl Iterator for Documents {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let Found { at, line } = match &mut self.reader {
            Reader::Lines(lines) => {
                let line = lines.find(|line| !line.is_blank())?;
                Found { at: line.number, line }
            }
            Reader::Values(values) => values.next()?,
        };
        let event = line.content.as_deref().map_err(Clone::clone).and_then(|content| self.event(content));
        // Objects of one line are told apart by their numbers.
        Some(Row { line: at, ..finish(&line, event) })
    }
}

fn read(form: Form, text: &str, zone: Option<Tz>) -> Result<Incoming, Rejection> {
    if form == Form::Native {
        return wire::native::parse_event(text);
    }
    if text.len() > crate::limits::EVENT_BYTES {
        return Err(Rejection::new("event_too_large", format!("the event has {} bytes", text.len())));
    }
    let text = json::repaired(text);
    let object = Object::read(&text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    match form {
        Form::Native => wire::native::parse_event(&text),
        Form::PostHog => posthog::event(&object, zone),
        Form::Mixpanel => mixpanel::event(&object, zone),
        Form::Amplitude => amplitude::event(&object, zone),
        Form::Google => google::event(&object),
        Form::Segment => exports::segment(&text, &object),
    }
}

/// The names under which objects have a list of events.
const LISTS: [&str; 6] = ["batch", "data", "events", "results", "items", "rows"];

/// Tells whether each line is an object.
pub(super) fn are_lines(head: &[u8]) -> bool {
    arrangement(head) == Arrangement::Lines
}

fn arrangement(head: &[u8]) -> Arrangement {
    if json::first_byte(head) == Some(b'{') {
        // A line that is an object: then each is one. Of objects over several lines no line is, and a list's are indented
        // or followed by a comma.
        let begins = head.split(|byte| *byte == b'\n' || *byte == b'\r');
        let is_whole =
            |line: &[u8]| line.first() == Some(&b'{') && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
        if begins.take(1_000).any(is_whole) && list_in(head).is_none() {
            return Arrangement::Lines;
        }
    }
    Arrangement::Values { skipped: list_in(head).unwrap_or(0) }
}

/// Returns where the events of an object around them begin: behind the bracket of the list.
fn list_in(head: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    let mut at = 0;
    let mut name: Option<&[u8]> = None;
    while let Some(byte) = head.get(at) {
        match byte {
            b'"' => {
                let end = end_of_text(head, at)?;
                let text = &head[at + 1..end];
                let is_name = depth == 1 && json::first_byte(&head[end + 1..]) == Some(b':');
                if is_name {
                    name = Some(text);
                }
                at = end;
            }
            b'[' if depth == 1 && name.is_some_and(|name| LISTS.iter().any(|list| list.as_bytes() == name)) => {
                return matches!(json::first_byte(&head[at + 1..]), Some(b'{' | b']') | None).then_some(at + 1);
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return None;
                }
            }
            _ => {}
        }
        // What has a name of its own is an event, whatever lists it has.
        if depth == 1 && name.is_some_and(|name| matches!(name, b"event" | b"event_type" | b"type" | b"event_name")) {
            return None;
        }
        at += 1;
    }
    None
}

fn end_of_text(head: &[u8], begin: usize) -> Option<usize> {
    let mut at = begin + 1;
    loop {
        match head.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
}

/// Returns the form that most of the first objects have.
fn form(head: &[u8], arrangement: Arrangement) -> Form {
    let texts: Vec<Vec<u8>> = match arrangement {
        Arrangement::Lines => {
            let lines = head.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty());
            lines.take(LOOKED_AT).map(<[u8]>::to_vec).collect()
        }
        Arrangement::Values { skipped } => {
            let source = Box::new(std::io::Cursor::new(head.to_vec()));
            let values = Values::new(source, skipped).into_iter().flatten();
            values.take(LOOKED_AT).filter_map(|found| found.line.content.ok()).collect()
        }
    };
    let mut counts: Vec<(Form, usize)> = Vec::new();
    for text in texts {
        let Ok(text) = String::from_utf8(text) else { continue };
        let Ok(object) = Object::read(&text) else { continue };
        let form = exports::form_of(&object);
        match counts.iter_mut().find(|(known, _)| *known == form) {
            Some((_, count)) => *count += 1,
            None => counts.push((form, 1)),
        }
    }
    // Of equals the first that was met.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(Form::Native, |(form, _)| form)
}

#[cfg(test)]
mod tests;
