//! Files of events, read row by row at constant memory: JSON, CSV, Parquet, web servers' logs, and what other products
//! export in these forms.
//!
//! A row that can't be read is told with its line, and the others go on. A row without an id gets one made from its
//! line's number and bytes, so that reading the same file again, or the file once it has grown, gives the same ids, and
//! two equal lines of one file are two events.

mod documents;
mod encoding;
mod lines;
mod logs;
mod parquet_rows;
mod sniff;
mod source;
mod table;
mod times;

use std::io;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use twox_hash::XxHash3_128;
use uuid::Uuid;

use crate::{Incoming, Rejection};
use documents::Documents;
pub use encoding::Encoding;
use lines::Line;
use logs::AccessLog;
pub use logs::{Front, Layout};
use parquet_rows::ParquetRows;
use source::{Input, Progress};
use table::CsvRows;

/// How a file's rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line: an event of our own form, see [`crate::wire::native`], or of another product's export.
    Ndjson,
    /// The same as a list, as objects behind one another, or as a list in an object.
    Json,
    /// Values separated by commas, semicolons, tabs or bars, with names in the first row.
    Csv,
    /// Columns named as in CSV.
    Parquet,
    /// A web server's log, in the layout that reads most of its first lines.
    AccessLog,
    /// A web server's log in this layout.
    Log(Layout),
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            "json" => Ok(Self::Json),
            "csv" | "tsv" => Ok(Self::Csv),
            "parquet" => Ok(Self::Parquet),
            "log" => Ok(Self::AccessLog),
            other => Layout::named(other).map(Self::Log).ok_or_else(|| {
                format!(
                    "{other:?} is no known format; ndjson, json, csv, parquet and log are, and of logs combined, \
                     vhost_combined, forwarded_combined, iis, cloudfront, alb, elb, haproxy, caddy, traefik and json_log"
                )
            }),
        }
    }
}

/// How to read a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The format; absent to go by the file's name and content.
    pub format: Option<Format>,
    /// What stands before the paths of a web server's log, such as `https://example.org`: logs don't say.
    pub site: Option<String>,
    /// The encoding; absent for UTF-8, unless the file shows that it is in another.
    pub encoding: Option<Encoding>,
    /// The zone of times that name none; absent for UTC.
    pub time_zone: Option<Tz>,
}

/// Why a file can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It can't be opened or read.
    #[error("cannot read {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Neither its name nor its content tells what it is.
    #[error("{0} is none of JSON, CSV, Parquet and web server log that is known; name the format")]
    UnknownFormat(PathBuf),
    /// The first row of a CSV file or the schema of a Parquet file lacks what every event needs.
    #[error("{path}: {reason}")]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is missing or there twice.
        reason: String,
    },
    /// It is no Parquet file after all.
    #[error("cannot read {path} as Parquet: {reason}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The number of its (first) line, from 1; for Parquet the row's.
    pub line: u64,
    /// The event, or why there is none.
    pub event: Result<Incoming, Refused>,
}

/// A row that is no event.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{rejection}")]
pub struct Refused {
    /// Why.
    pub rejection: Rejection,
    /// The beginning of the row.
    pub snippet: String,
}

/// The rows of a file, in order. Reading blocks the thread.
pub struct Rows {
    format: Format,
    progress: Progress,
    reader: Reader,
}

enum Reader {
    Documents(Box<Documents>),
    Csv(Box<CsvRows>),
    Parquet(Box<ParquetRows>),
    Log(Box<AccessLog>),
}

/// Opens a file; `.gz` and `.zst` are decompressed, and a pipe is read to its end first.
pub fn open(path: &Path, options: &Options) -> Result<Rows, Error> {
    let unread = |source| Error::Io { path: path.to_owned(), source };
    let input = Input::of(path).map_err(unread)?;
    let Options { encoding, time_zone, .. } = *options;
    let format = match options.format {
        Some(format) => format,
        None => {
            let head = input.head(encoding).map_err(unread)?;
            sniff::format(path, &head).ok_or_else(|| Error::UnknownFormat(path.to_owned()))?
        }
    };
    let (reader, progress) = match format {
        Format::Parquet => {
            let (rows, progress) = ParquetRows::open(path, &input, time_zone)?;
            (Reader::Parquet(Box::new(rows)), progress)
        }
        Format::Csv => {
            let (rows, progress) = CsvRows::open(path, &input, encoding, time_zone)?;
            (Reader::Csv(Box::new(rows)), progress)
        }
        Format::Ndjson | Format::Json => {
            let are_lines = options.format == Some(Format::Ndjson);
            let (rows, progress) = Documents::open(path, &input, encoding, time_zone, are_lines)?;
            (Reader::Documents(Box::new(rows)), progress)
        }
        Format::AccessLog | Format::Log(_) => {
            let layout = if let Format::Log(layout) = format { Some(layout) } else { None };
            let (log, progress) =
                AccessLog::open(path, &input, encoding, layout, (time_zone, options.site.as_deref()))?;
            (Reader::Log(Box::new(log)), progress)
        }
    };
    Ok(Rows { format, progress, reader })
}

impl Rows {
    /// Returns the format that is read.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Says in words how the file is read.
    pub fn told(&self) -> String {
        match &self.reader {
            Reader::Documents(rows) => rows.told(),
            Reader::Csv(rows) => rows.told(),
            Reader::Parquet(rows) => rows.told(),
            Reader::Log(log) => log.told(),
        }
    }

    /// Returns what whoever imports the file should know before they believe its numbers.
    pub fn notes(&self) -> &[String] {
        match &self.reader {
            Reader::Documents(rows) => rows.notes(),
            Reader::Csv(rows) => rows.notes(),
            Reader::Parquet(rows) => rows.notes(),
            Reader::Log(_) => &[],
        }
    }

    /// Returns the file's size in bytes.
    pub fn size(&self) -> u64 {
        self.progress.size()
    }

    /// Returns how many of the file's bytes are read.
    pub fn position(&self) -> u64 {
        self.progress.position()
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        match &mut self.reader {
            Reader::Documents(rows) => rows.next(),
            Reader::Csv(rows) => rows.next(),
            Reader::Parquet(rows) => rows.next(),
            Reader::Log(log) => log.next(),
        }
    }
}

/// Gives the event its id, or the refusal the line's beginning.
fn finish(line: &Line, event: Result<Incoming, Rejection>) -> Row {
    let content = line.content.as_deref().unwrap_or_default();
    let event = match event {
        Ok(mut event) => {
            event.event_id = event.event_id.or_else(|| Some(id_of(line.number, content)));
            Ok(event)
        }
        Err(rejection) => {
            let text = String::from_utf8_lossy(content);
            Err(Refused { snippet: snippet(&text), rejection: rejection.of_text(&text) })
        }
    };
    Row { line: line.number, event }
}

/// Returns the id of a row that names none: a hash of its number and bytes.
fn id_of(number: u64, content: &[u8]) -> Uuid {
    let seeded = XxHash3_128::oneshot_with_seed(number, content);
    uuid::Builder::from_custom_bytes(seeded.to_be_bytes()).into_uuid()
}

fn snippet(text: &str) -> String {
    let mut chars = text.trim().chars();
    let mut snippet: String = chars.by_ref().filter(|char| !char.is_control()).take(120).collect();
    if chars.next().is_some() {
        snippet.push('…');
    }
    snippet
}

#[cfg(test)]
mod tests;
