//! Files of events, read row by row at constant memory: NDJSON, CSV, Parquet, web server logs.
//!
//! A row that can't be read is told with its line, and the others go on. A row without an id gets one made from its
//! line's number and bytes, so that reading the same file again, or the file once it has grown, gives the same ids, and
//! two equal lines of one file are two events.

mod access_log;
mod csv_rows;
mod lines;
mod parquet_rows;
mod sniff;
mod source;

use std::io;
use std::path::{Path, PathBuf};

use twox_hash::XxHash3_128;
use uuid::Uuid;

use crate::{Incoming, Rejection, wire};
use csv_rows::CsvRows;
use lines::{Line, Lines};
use parquet_rows::ParquetRows;
use source::Progress;

/// How a file's rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An event of our own form a line; see [`wire::native`].
    Ndjson,
    /// Comma, semicolon or tab separated, with names in the first row.
    Csv,
    /// Columns named as in CSV.
    Parquet,
    /// A web server's log in common or combined format.
    AccessLog,
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            "csv" | "tsv" => Ok(Self::Csv),
            "parquet" => Ok(Self::Parquet),
            "log" => Ok(Self::AccessLog),
            other => Err(format!("{other:?} is no known format; ndjson, csv, parquet and log are")),
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
    #[error("{0} is none of NDJSON, CSV, Parquet and web server log; name the format")]
    UnknownFormat(PathBuf),
    /// What is read once can't be looked at first.
    #[error("{0} is no regular file: name the format")]
    NotRegular(PathBuf),
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
    Ndjson(Lines),
    Csv(Box<CsvRows>),
    Parquet(Box<ParquetRows>),
    AccessLog(Lines, Option<String>),
}

/// Opens a file; `.gz` and `.zst` are decompressed.
pub fn open(path: &Path, options: &Options) -> Result<Rows, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let format = match options.format {
        Some(format) => format,
        None if !path.metadata().map_err(failed)?.is_file() => return Err(Error::NotRegular(path.to_owned())),
        None => sniff::format(path).map_err(failed)?.ok_or_else(|| Error::UnknownFormat(path.to_owned()))?,
    };
    if format == Format::Parquet {
        let (rows, progress) = ParquetRows::open(path)?;
        return Ok(Rows { format, progress, reader: Reader::Parquet(Box::new(rows)) });
    }
    let (source, progress) = source::open(path).map_err(failed)?;
    let lines = Lines::new(source);
    let reader = match format {
        Format::Csv => Reader::Csv(Box::new(CsvRows::open(path, lines)?)),
        Format::AccessLog => Reader::AccessLog(lines, options.site.clone()),
        Format::Ndjson | Format::Parquet => Reader::Ndjson(lines),
    };
    Ok(Rows { format, progress, reader })
}

impl Rows {
    /// Returns the format that is read.
    pub fn format(&self) -> Format {
        self.format
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
            Reader::Ndjson(lines) => row(lines, wire::native::parse_event),
            Reader::AccessLog(lines, site) => row(lines, |text| access_log::event(text, site.as_deref())),
            Reader::Csv(rows) => rows.next(),
            Reader::Parquet(rows) => rows.next(),
        }
    }
}

fn row(lines: &mut Lines, read: impl Fn(&str) -> Result<Incoming, Rejection>) -> Option<Row> {
    loop {
        let line = lines.next()?;
        if line.is_blank() {
            continue;
        }
        let text = line.content.clone().map(|content| String::from_utf8_lossy(&content).into_owned());
        let event = text.and_then(|text| read(text.trim()));
        return Some(finish(&line, event));
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
        Err(rejection) => Err(Refused { rejection, snippet: snippet(&String::from_utf8_lossy(content)) }),
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
