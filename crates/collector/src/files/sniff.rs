//! What a file is, by its content and its name.

use std::path::Path;

use super::{Format, documents, logs, table};
use crate::json;

pub(super) fn format(path: &Path, head: &[u8]) -> Option<Format> {
    if head.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    match json::first_byte(head) {
        Some(b'{') if logs::is_json(head) => return Some(Format::AccessLog),
        Some(b'{') if documents::are_lines(head) => return Some(Format::Ndjson),
        // Texts of a sequence have a mark in front.
        Some(b'{' | 0x1e) => return Some(Format::Json),
        // A list of objects, or of nothing.
        Some(b'[') if begins_list(head) => return Some(Format::Json),
        _ => {}
    }
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    if name.ends_with(".csv") || name.ends_with(".tsv") {
        return Some(Format::Csv);
    }
    if logs::layout_of(head).is_some() {
        return Some(Format::AccessLog);
    }
    if table::is_header(head) {
        return Some(Format::Csv);
    }
    match name.rsplit('.').next() {
        Some("ndjson" | "jsonl") => Some(Format::Ndjson),
        Some("json") => Some(Format::Json),
        Some("log") => Some(Format::AccessLog),
        _ => None,
    }
}

fn begins_list(head: &[u8]) -> bool {
    let inner = head.trim_ascii_start().strip_prefix(b"[").unwrap_or_default();
    matches!(json::first_byte(inner), Some(b'{' | b']'))
}
