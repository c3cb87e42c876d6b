//! CSV as RFC 4180 describes it, also with semicolons or tabs; what a column means stands in the first row.

use std::path::Path;

use super::lines::{Line, Lines};
use super::{Error, Refused, Row, finish, snippet};
use crate::{Incoming, Properties, Rejection, limits, wire};

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    Event,
    DistinctId,
    EventId,
    Timestamp,
    SessionId,
    Properties,
    Ip,
    UserAgent,
    /// A property of this name.
    Property(String),
}

impl Meaning {
    pub(super) fn of(name: &str) -> Self {
        let name = name.trim();
        match name.to_ascii_lowercase().as_str() {
            "event" | "event_name" => Self::Event,
            "distinct_id" | "user_id" => Self::DistinctId,
            "event_id" | "uuid" => Self::EventId,
            "timestamp" => Self::Timestamp,
            "session_id" => Self::SessionId,
            "properties" => Self::Properties,
            "ip" | "ip_address" => Self::Ip,
            "user_agent" => Self::UserAgent,
            _ => Self::Property(name.to_owned()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Event => "event",
            Self::DistinctId => "distinct_id",
            Self::EventId => "event_id",
            Self::Timestamp => "timestamp",
            Self::SessionId => "session_id",
            Self::Properties => "properties",
            Self::Ip => "ip",
            Self::UserAgent => "user_agent",
            Self::Property(name) => name,
        }
    }

    /// Says why these columns can't make events, if they can't.
    pub(super) fn check(columns: &[Self]) -> Result<(), String> {
        for (needed, names) in [(Self::Event, "event or event_name"), (Self::DistinctId, "distinct_id or user_id")] {
            if !columns.contains(&needed) {
                return Err(format!("no column is named {names}"));
            }
        }
        for (index, column) in columns.iter().enumerate() {
            if columns[..index].contains(column) {
                return Err(format!("two columns mean the same: {}", column.name()));
            }
        }
        Ok(())
    }
}

/// The rows of a CSV file.
pub(super) struct CsvRows {
    lines: Lines,
    delimiter: u8,
    columns: Vec<Meaning>,
}

/// Tells whether a line looks like the first row of a file of events.
pub(super) fn is_header(line: &str) -> bool {
    let delimiter = delimiter_of(line.as_bytes());
    let Ok(names) = fields(line.as_bytes(), delimiter) else { return false };
    let columns: Vec<Meaning> = names.iter().map(|name| Meaning::of(name)).collect();
    Meaning::check(&columns).is_ok()
}

impl CsvRows {
    pub(super) fn open(path: &Path, mut lines: Lines) -> Result<Self, Error> {
        let failed = |reason: String| Error::Columns { path: path.to_owned(), reason };
        let header = lines.find(|line| !line.is_blank()).ok_or_else(|| failed("the file is empty".into()))?;
        let header = header.content.map_err(|rejection| failed(rejection.reason))?;
        let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&header);
        let delimiter = delimiter_of(header);
        let names = fields(header, delimiter).map_err(failed)?;
        let columns: Vec<Meaning> = names.iter().map(|name| Meaning::of(name)).collect();
        Meaning::check(&columns).map_err(failed)?;
        Ok(Self { lines, delimiter, columns })
    }

    /// Returns a row's lines as one: quotes may hold line ends.
    fn record(&mut self) -> Option<Line> {
        let mut record = self.lines.find(|line| !line.is_blank())?;
        let mut quotes = Quotes::FieldStart;
        while let Ok(content) = &mut record.content {
            quotes = quotes.after(content, self.delimiter);
            if quotes != Quotes::Inside {
                break;
            }
            let Some(next) = self.lines.next() else {
                record.content = Err(Rejection::new("row_malformed", "a quote is opened and not closed"));
                break;
            };
            match next.content {
                Ok(more) if content.len() + more.len() <= 2 * limits::EVENT_BYTES => {
                    content.push(b'\n');
                    content.extend_from_slice(&more);
                    quotes = Quotes::FieldStart;
                }
                Ok(_) => {
                    let reason = "a quote is opened and not closed within 2 MB";
                    record.content = Err(Rejection::new("row_malformed", reason));
                }
                Err(rejection) => record.content = Err(rejection),
            }
        }
        Some(record)
    }

    fn event(&self, content: &[u8]) -> Result<Incoming, Rejection> {
        let values = fields(content, self.delimiter).map_err(|reason| Rejection::new("row_malformed", reason))?;
        if values.len() != self.columns.len() {
            let reason = format!("the row has {} fields, the first row {}", values.len(), self.columns.len());
            return Err(Rejection::new("row_malformed", reason));
        }
        event(self.columns.iter().zip(&values).map(|(column, value)| (column, value.as_str(), json_of(value))))
    }
}

impl Iterator for CsvRows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let record = self.record()?;
        let event = record.content.as_deref().map_err(Clone::clone).and_then(|content| self.event(content));
        Some(finish(&record, event))
    }
}

/// Makes an event of a row's values: each as text, and as JSON for properties.
pub(super) fn event<'a>(values: impl Iterator<Item = (&'a Meaning, &'a str, String)>) -> Result<Incoming, Rejection> {
    let mut event = Incoming::new("", "");
    let mut members = Vec::new();
    let mut own = None;
    for (meaning, text, json) in values {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match meaning {
            Meaning::Event => event.event = text.to_owned(),
            Meaning::DistinctId => event.distinct_id = text.to_owned(),
            Meaning::SessionId => event.session_id = Some(text.to_owned()),
            Meaning::Ip => event.ip = Some(text.to_owned()),
            Meaning::UserAgent => event.user_agent = Some(text.to_owned()),
            Meaning::EventId => {
                let id =
                    text.parse().map_err(|_| Rejection::field("event_id_invalid", "event_id", "must be a UUID"))?;
                event.event_id = Some(id);
            }
            Meaning::Timestamp => {
                let time = wire::clock::parse(text);
                let reason = "can't be read as a time; write it like 2026-05-01T12:30:00Z, or as seconds since 1970";
                event.timestamp = Some(time.ok_or_else(|| Rejection::field("timestamp_invalid", "timestamp", reason))?);
            }
            Meaning::Properties => own = Some(Properties::parse(&crate::json::repaired(text))?),
            Meaning::Property(name) => members.push(format!("{}:{json}", serde_json::Value::from(name.as_str()))),
        }
    }
    if event.event.is_empty() {
        return Err(Rejection::field("event_missing", "event", "the event's name is missing"));
    }
    if event.distinct_id.is_empty() {
        return Err(Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing"));
    }
    // The names in the column of properties win: of a repeated name the last value counts.
    let inner = own.as_ref().map(inner_of).unwrap_or_default();
    if !inner.trim().is_empty() {
        members.push(inner.to_owned());
    }
    event.properties = Properties::parse(&format!("{{{}}}", members.join(",")))?;
    Ok(event)
}

/// Returns what stands between an object's braces.
fn inner_of(properties: &Properties) -> &str {
    let text = properties.as_str();
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default()
}

/// Numbers and booleans keep their kind; anything else, also `007` and numbers longer than 18 digits, is text.
fn json_of(value: &str) -> String {
    let value = value.trim();
    match value {
        "true" | "TRUE" | "True" => return "true".to_owned(),
        "false" | "FALSE" | "False" => return "false".to_owned(),
        _ => {}
    }
    let is_short = !value.is_empty() && value.bytes().filter(u8::is_ascii_digit).count() <= 18;
    let begins_like_number = value.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if is_short && begins_like_number && serde_json::from_str::<serde_json::Number>(value).is_ok() {
        return value.to_owned();
    }
    serde_json::Value::from(value).to_string()
}

/// The separator that occurs most in the first row.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn fields(content: &[u8], delimiter: u8) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .buffer_capacity(content.len().clamp(64, 8192))
        .from_reader(content);
    let mut record = csv::ByteRecord::new();
    reader.read_byte_record(&mut record).map_err(|error| error.to_string())?;
    let text = |field: &[u8]| match std::str::from_utf8(field) {
        Ok(text) => Ok(text.to_owned()),
        // Replacing what can't be read would make one person of several.
        Err(_) => Err("the row is not UTF-8".to_owned()),
    };
    record.iter().map(text).collect()
}

/// Where a row stands at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Quotes {
    FieldStart,
    Outside,
    Inside,
    /// After a quote inside: the end, or one half of a doubled quote.
    Closing,
}

impl Quotes {
    fn after(self, content: &[u8], delimiter: u8) -> Self {
        content.iter().fold(self, |state, byte| match (state, byte) {
            (Self::FieldStart, b'"') | (Self::Closing, b'"') => Self::Inside,
            (Self::Inside, b'"') => Self::Closing,
            (Self::Inside, _) => Self::Inside,
            (_, byte) if *byte == delimiter => Self::FieldStart,
            _ => Self::Outside,
        })
    }
}

/// A row that could be read no further, as it is reported.
pub(super) fn refused(line: u64, rejection: Rejection, text: &str) -> Row {
    Row { line, event: Err(Refused { rejection, snippet: snippet(text) }) }
}
