//! Parquet files, row by row: a row group's pages at a time are in memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::{DateTime, SecondsFormat};
use chrono_tz::Tz;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row as Record};
use serde_json::Value;
use uuid::Uuid;

use super::lines::Line;
use super::source::{Input, Progress};
use super::table::columns::{self, Columns, Meaning, Value as Cell};
use super::{Error, Refused, Row, finish};
use crate::Rejection;

/// The rows of a Parquet file.
pub(super) struct ParquetRows {
    rows: RowIter<'static>,
    columns: Columns,
    zone: Option<Tz>,
    total: u64,
    number: u64,
    progress: Progress,
    has_failed: bool,
}

impl ParquetRows {
    pub(super) fn open(path: &Path, input: &Input, zone: Option<Tz>) -> Result<(Self, Progress), Error> {
        let failed = |reason: String| Error::Parquet { path: path.to_owned(), reason };
        let file = input.file().map_err(|source| Error::Io { path: path.to_owned(), source })?;
        let size = file.metadata().map_err(|source| Error::Io { path: path.to_owned(), source })?.len();
        let reader = SerializedFileReader::new(file).map_err(|error| failed(error.to_string()))?;
        let metadata = reader.metadata().file_metadata();
        let total = u64::try_from(metadata.num_rows()).unwrap_or_default();
        let schema = metadata.schema();
        let names: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
        let columns = Columns::of(&names).map_err(|reason| Error::Columns { path: path.to_owned(), reason })?;
        let progress = Progress::new(size);
        let rows = RowIter::from_file_into(Box::new(reader));
        let rows = Self { rows, columns, zone, total, number: 0, progress: progress.clone(), has_failed: false };
        Ok((rows, progress))
    }

    /// Says in words how the file is read.
    pub(super) fn told(&self) -> String {
        if self.columns.is_posthog { "Parquet, an export of PostHog".to_owned() } else { "Parquet".to_owned() }
    }

    pub(super) fn notes(&self) -> &[String] {
        &self.columns.notes
    }

    fn record(&mut self) -> Option<Result<Record, String>> {
        // The library panics on types it has no value for.
        match catch_unwind(AssertUnwindSafe(|| self.rows.next())) {
            Ok(row) => row.map(|row| row.map_err(|error| error.to_string())),
            Err(_) => Some(Err("a column is of a type that can't be read".to_owned())),
        }
    }

    fn event(&self, record: Record) -> Row {
        let values: Vec<(String, Value)> = record
            .into_columns()
            .into_iter()
            .zip(&self.columns.meanings)
            .map(|((_, field), meaning)| (text_of(&field, meaning), json_of(&field)))
            .collect();
        let content = serde_json::to_vec(&values).unwrap_or_default();
        let cells = self.columns.meanings.iter().zip(&values).map(|(meaning, (text, json))| {
            (meaning, Cell { text, json: json.to_string().into(), is_absent: text.is_empty() && !json.is_string() })
        });
        let event = columns::event(cells, self.zone);
        finish(&Line { number: self.number, content: Ok(content) }, event)
    }
}

impl Iterator for ParquetRows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.has_failed {
            return None;
        }
        let record = self.record()?;
        self.number += 1;
        let share = self.number as f64 / self.total.max(1) as f64;
        self.progress.set((self.progress.size() as f64 * share.min(1.0)) as u64);
        Some(match record {
            Ok(record) => self.event(record),
            Err(reason) => {
                self.has_failed = true;
                let reason = format!("the file can't be read any further: {reason}");
                let rejection = Rejection::new("file_unreadable", reason);
                Row { line: self.number, event: Err(Refused { rejection, snippet: String::new() }) }
            }
        })
    }
}

/// Text for columns of ours; an empty one for null.
fn text_of(field: &Field, meaning: &Meaning) -> String {
    match (field, meaning) {
        (Field::Null, _) => String::new(),
        (Field::Bytes(bytes), Meaning::EventId) if bytes.len() == 16 => {
            Uuid::from_slice(bytes.data()).map(|id| id.to_string()).unwrap_or_default()
        }
        (Field::Group(_) | Field::MapInternal(_) | Field::ListInternal(_), _) => json_of(field).to_string(),
        _ => match json_of(field) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }
}

fn json_of(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => Value::from(*value),
        Field::Byte(value) => Value::from(*value),
        Field::Short(value) => Value::from(*value),
        Field::Int(value) => Value::from(*value),
        Field::Long(value) => Value::from(*value),
        Field::UByte(value) => Value::from(*value),
        Field::UShort(value) => Value::from(*value),
        Field::UInt(value) => Value::from(*value),
        Field::ULong(value) => Value::from(*value),
        // By its text: 0.1 stays 0.1.
        Field::Float(value) => value.to_string().parse::<f64>().map(Value::from).unwrap_or_default(),
        Field::Double(value) => Value::from(*value),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => Value::from(String::from_utf8_lossy(bytes.data())),
        Field::TimestampMillis(value) => instant(DateTime::from_timestamp_millis(*value)),
        Field::TimestampMicros(value) => instant(DateTime::from_timestamp_micros(*value)),
        Field::Group(record) => {
            Value::Object(record.get_column_iter().map(|(name, field)| (name.clone(), json_of(field))).collect())
        }
        Field::ListInternal(list) => Value::Array(list.elements().iter().map(json_of).collect()),
        Field::MapInternal(map) => Value::Object(
            map.entries().iter().map(|(name, value)| (text_of(name, &Meaning::Event), json_of(value))).collect(),
        ),
        // Dates, times of day and decimals as people write them.
        other => Value::from(other.to_string()),
    }
}

fn instant(time: Option<DateTime<chrono::Utc>>) -> Value {
    time.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into()).unwrap_or_default()
}
