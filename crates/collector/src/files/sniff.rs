//! What a file is, by its name and its first line.

use std::io::{self, BufRead};
use std::path::Path;

use super::{Format, access_log, csv_rows, source};
use crate::json;

pub(super) fn format(path: &Path) -> io::Result<Option<Format>> {
    let (mut source, _) = source::open(path)?;
    let begin = source.fill_buf()?;
    if begin.starts_with(b"PAR1") {
        return Ok(Some(Format::Parquet));
    }
    if json::first_byte(begin) == Some(b'{') {
        return Ok(Some(Format::Ndjson));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    if name.ends_with(".csv") || name.ends_with(".tsv") {
        return Ok(Some(Format::Csv));
    }
    let text = String::from_utf8_lossy(begin);
    let first_lines = || text.lines().take(20).map(str::trim).filter(|line| !line.is_empty());
    if first_lines().any(|line| access_log::event(line, None).is_ok()) {
        return Ok(Some(Format::AccessLog));
    }
    if first_lines().next().is_some_and(csv_rows::is_header) {
        return Ok(Some(Format::Csv));
    }
    Ok(match name.rsplit('.').next() {
        Some("ndjson" | "jsonl") => Some(Format::Ndjson),
        Some("log") => Some(Format::AccessLog),
        _ => None,
    })
}
