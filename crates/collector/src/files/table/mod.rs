//! CSV as RFC 4180 describes it and as spreadsheets and databases write it; what a column means stands in the first row.
//!
//! A file is read twice. The first time decides what holds for all of it: how fields are separated, the encoding, and
//! of what kind each column is. So a column is of one kind from the first row to the last, at constant memory.

pub(super) mod columns;
mod kinds;
mod records;

use std::borrow::Cow;
use std::path::Path;

use chrono_tz::Tz;

use self::columns::{Columns, Value};
use self::kinds::{Kind, Seen};
use self::records::{Dialect, Record, Records};
use super::encoding::{Detector, Encoding};
use super::lines::Line;
use super::source::{Input, Progress};
use super::{Error, Row, finish};
use crate::{Incoming, Rejection, properties};

/// The rows of a CSV file.
pub(super) struct CsvRows {
    records: Records,
    columns: Columns,
    kinds: Vec<Kind>,
    zone: Option<Tz>,
    dialect: Dialect,
    encoding: Option<Encoding>,
}

/// Tells whether a file that begins so has the columns of events in its first row.
pub(super) fn is_header(head: &[u8]) -> bool {
    let dialect = Dialect {
        delimiter: declared(head).map_or_else(|| delimiter_of(head), |(delimiter, _)| delimiter),
        has_backslashes: false,
    };
    let mut records = Records::new(Box::new(std::io::Cursor::new(head.to_vec())), dialect);
    let header = if declared(head).is_some() { records.nth(1) } else { records.next() };
    header.and_then(|record| names_in(&record, None).ok()).is_some_and(|names| Columns::of(&names).is_ok())
}

/// What the first reading of a file tells.
struct Survey {
    kinds: Vec<Kind>,
    encoding: Option<Encoding>,
    /// Rows whose quotes are not closed as they should be.
    malformed: u64,
}

impl CsvRows {
    pub(super) fn open(
        path: &Path,
        input: &Input,
        named: Option<Encoding>,
        zone: Option<Tz>,
    ) -> Result<(Self, Progress), Error> {
        let unread = |source| Error::Io { path: path.to_owned(), source };
        let failed = |reason: String| Error::Columns { path: path.to_owned(), reason };
        // Rows in an encoding that ASCII is not a part of can only be told apart once they are decoded.
        let decoded = named.filter(|named| !named.extends_ascii());
        let head = input.head(decoded).map_err(unread)?;
        if head.trim_ascii().is_empty() {
            return Err(failed("the file is empty".into()));
        }
        let mut dialect = Dialect { delimiter: delimiter_of(&head), has_backslashes: false };
        let begin = |dialect, encoding| -> Result<(Records, Record, Progress), Error> {
            let (source, progress) = input.open(encoding).map_err(unread)?;
            let mut records = Records::new(source, dialect);
            let header = if declared(&head).is_some() { records.nth(1) } else { records.next() };
            let mut header = header.ok_or_else(|| failed("there is no row with the names of columns".into()))?;
            match header.problem.take() {
                Some(rejection) => Err(failed(format!("the row with the names of columns: {}", rejection.reason))),
                None => Ok((records, header, progress)),
            }
        };
        let look = |dialect| -> Result<Survey, Error> {
            let (records, header, _) = begin(dialect, decoded)?;
            Ok(survey(records, &header))
        };
        let mut found = look(dialect)?;
        if found.malformed > 0 {
            let other = Dialect { has_backslashes: true, ..dialect };
            let by_backslash = look(other)?;
            if by_backslash.malformed < found.malformed {
                (dialect, found) = (other, by_backslash);
            }
        }
        let encoding = named.or(found.encoding);
        let (records, header, progress) = begin(dialect, encoding)?;
        let names = names_in(&header, encoding).map_err(|rejection| failed(rejection.reason))?;
        let columns = Columns::of(&names).map_err(failed)?;
        let rows = Self { records, columns, kinds: found.kinds, zone, dialect, encoding };
        Ok((rows, progress))
    }

    /// Says in words how the file is read.
    pub(super) fn told(&self) -> String {
        let delimiter = match self.dialect.delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("{:?}", char::from(other).to_string()),
        };
        let encoding = self.encoding.filter(|encoding| !encoding.is_utf_8());
        let encoding = encoding.map(|encoding| format!(", {}", encoding.name())).unwrap_or_default();
        let quotes = if self.dialect.has_backslashes { r#", \" for a quote"# } else { "" };
        let export = if self.columns.is_posthog { ", an export of PostHog" } else { "" };
        format!("CSV separated by {delimiter}{encoding}{quotes}{export}")
    }

    pub(super) fn notes(&self) -> &[String] {
        &self.columns.notes
    }

    fn event(&self, record: &Record) -> Result<Incoming, Rejection> {
        let (fields, columns) = (record.len(), self.columns.meanings.len());
        if !fits(record, columns) {
            let reason = format!("the row has {fields} fields, the first row {columns}");
            return Err(Rejection::new("row_malformed", reason));
        }
        let mut texts = Vec::with_capacity(columns);
        for (place, field) in record.fields().take(columns).enumerate() {
            let text = std::str::from_utf8(field.bytes).map_err(|_| {
                // Replacing what can't be read would make one person of several.
                let reason = format!("field {} is not UTF-8, other rows are; --encoding names another", place + 1);
                Rejection::new("row_malformed", reason)
            })?;
            texts.push((text, field.is_quoted));
        }
        let values = texts.iter().zip(&self.kinds).map(|(&(text, is_quoted), kind)| {
            // Looked at again: the file may have grown since its columns were.
            let is_of_kind = *kind != Kind::Text && !is_quoted && Kind::of(text.as_bytes()) == *kind;
            let json = if is_of_kind { Cow::Borrowed(text) } else { properties::quoted(text).into() };
            Value { text, json, is_absent: text.is_empty() && !is_quoted }
        });
        columns::event(self.columns.meanings.iter().zip(values), self.zone)
    }
}

impl Iterator for CsvRows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut record = self.records.next()?;
        let event = match record.problem.take() {
            Some(rejection) => Err(rejection),
            None => self.event(&record),
        };
        Some(finish(&Line { number: record.line, content: Ok(record.raw) }, event))
    }
}

fn survey(records: Records, header: &Record) -> Survey {
    let columns = header.len();
    let mut seen = vec![Seen::default(); columns];
    let mut detector = Detector::new();
    let mut malformed = 0;
    detector.see(&header.raw);
    for record in records {
        detector.see(&record.raw);
        if record.problem.is_some() {
            malformed += 1;
            continue;
        }
        if fits(&record, columns) {
            for (seen, field) in seen.iter_mut().zip(record.fields()) {
                seen.see(field.bytes, field.is_quoted);
            }
        }
    }
    Survey { kinds: seen.into_iter().map(Seen::kind).collect(), encoding: detector.found(), malformed }
}

/// Tells whether a row has a field for each column. Spreadsheets write separators behind the last one.
fn fits(record: &Record, columns: usize) -> bool {
    record.len() >= columns && record.fields().skip(columns).all(|field| field.bytes.is_empty())
}

/// Returns the names in the first row.
fn names_in(header: &Record, encoding: Option<Encoding>) -> Result<Vec<String>, Rejection> {
    let text = |bytes: &[u8]| match (std::str::from_utf8(bytes), encoding) {
        (Ok(text), _) => Ok(text.to_owned()),
        (Err(_), Some(encoding)) => encoding.text(bytes).ok_or(()),
        (Err(_), None) => Err(()),
    };
    let names = header.fields().map(|field| text(field.bytes)).collect::<Result<Vec<_>, ()>>();
    names.map_err(|()| Rejection::new("row_malformed", "the names of columns are not UTF-8"))
}

/// Reads `sep=;`, by which a spreadsheet tells another what separates: the delimiter, and where the next line begins.
fn declared(head: &[u8]) -> Option<(u8, usize)> {
    let end = head.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let line = &head[..end];
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let is_said = line.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case(b"sep="));
    match line.get(4..) {
        Some([delimiter]) if is_said && !delimiter.is_ascii_alphanumeric() && *delimiter != b'"' => {
            Some((*delimiter, end))
        }
        _ => None,
    }
}

/// What may separate fields.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Returns what separates: as the file says; else what makes columns of events of the first row; else what is most
/// frequent there.
fn delimiter_of(head: &[u8]) -> u8 {
    if let Some((delimiter, _)) = declared(head) {
        return delimiter;
    }
    let columns = DELIMITERS.map(|delimiter| {
        let dialect = Dialect { delimiter, has_backslashes: false };
        let header = Records::new(Box::new(std::io::Cursor::new(head.to_vec())), dialect).next();
        let names = header.map(|header| {
            header.fields().map(|field| String::from_utf8_lossy(field.bytes).into_owned()).collect::<Vec<_>>()
        });
        let names = names.unwrap_or_default();
        (Columns::of(&names).is_ok(), names.len(), delimiter)
    });
    // Of equals the first.
    columns
        .into_iter()
        .rev()
        .max_by_key(|(is_fit, columns, _)| (*is_fit, *columns))
        .map_or(b',', |(_, _, delimiter)| delimiter)
}

#[cfg(test)]
mod tests;
