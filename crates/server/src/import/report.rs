//! What became of the rows, in numbers, and of the refused ones by line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use collector::Rejection;
use collector::files::Rows;
use serde_json::json;

use super::target::Stored;

/// Refused rows that are printed one by one; the file given by `--refused` has all.
const PRINTED: u64 = 10;

/// Counts what becomes of rows and tells of refused ones.
pub(super) struct Report {
    stored: u64,
    duplicates: u64,
    refused: u64,
    reasons: BTreeMap<&'static str, u64>,
    file: String,
    /// Rows of the file that is read, and those that name no time.
    rows: u64,
    untimed: usize,
    has_empty_file: bool,
    list: Option<BufWriter<File>>,
}

impl Report {
    pub(super) fn new(list: Option<&Path>) -> anyhow::Result<Self> {
        let list = match list {
            Some(path) => {
                let file = File::create(path).with_context(|| format!("cannot write to {}", path.display()))?;
                Some(BufWriter::new(file))
            }
            None => None,
        };
        Ok(Self {
            stored: 0,
            duplicates: 0,
            refused: 0,
            reasons: BTreeMap::new(),
            file: String::new(),
            rows: 0,
            untimed: 0,
            has_empty_file: false,
            list,
        })
    }

    /// Names the file that rows come from now, and says how it is read.
    pub(super) fn file(&mut self, path: &Path, rows: &Rows) {
        self.file = path.display().to_string();
        (self.rows, self.untimed) = (0, 0);
        eprintln!("{}: {}", self.file, rows.told());
        for note in rows.notes() {
            eprintln!("{}: note: {note}", self.file);
        }
    }

    /// Counts rows that name no time.
    pub(super) fn untimed(&mut self, rows: usize) {
        self.untimed += rows;
    }

    /// Says what is odd about a file that was read to its end.
    pub(super) fn end_file(&mut self) {
        if self.rows == 0 {
            self.has_empty_file = true;
            eprintln!("{}: no rows were found in it: nothing is imported", self.file);
        }
        if self.untimed > 0 {
            eprintln!("{}: {} events name no time: they got that of the import", self.file, self.untimed);
        }
    }

    /// Counts a row that is not stored, and says why.
    pub(super) fn refuse(&mut self, line: u64, rejection: &Rejection, snippet: &str) -> anyhow::Result<()> {
        self.refused += 1;
        self.rows += 1;
        *self.reasons.entry(rejection.code).or_default() += 1;
        if self.refused <= PRINTED {
            eprintln!("{}:{line}: {} ({})  {snippet}", self.file, rejection.reason, rejection.code);
        } else if self.refused == PRINTED + 1 && self.list.is_none() {
            eprintln!("… more rows are refused; --refused FILE writes them all");
        }
        if let Some(list) = &mut self.list {
            let row = json!({
                "file": self.file,
                "line": line,
                "code": rejection.code,
                "field": rejection.field,
                "reason": rejection.reason,
                // Whole, so that it can be mended and imported.
                "row": rejection.raw.as_deref().unwrap_or(snippet),
            });
            writeln!(list, "{row}")?;
        }
        Ok(())
    }

    /// Counts the events of a batch; `lines` are where they came from.
    pub(super) fn count(&mut self, batch: &Stored, lines: &[u64]) -> anyhow::Result<()> {
        self.rows += batch.stored + batch.duplicates;
        self.stored += batch.stored;
        self.duplicates += batch.duplicates;
        for (index, rejection) in &batch.refused {
            self.refuse(lines.get(*index).copied().unwrap_or_default(), rejection, "")?;
        }
        if let Some(list) = &mut self.list {
            list.flush()?;
        }
        Ok(())
    }

    /// Tells whether a file had no rows.
    pub(super) fn has_empty_file(&self) -> bool {
        self.has_empty_file
    }

    /// Tells whether any row is not stored.
    pub(super) fn has_refused(&self) -> bool {
        self.refused > 0
    }

    /// Returns the sentence at the end.
    pub(super) fn summary(&self, target: &str) -> String {
        let rows = self.stored + self.duplicates + self.refused;
        let reasons: Vec<String> = self.reasons.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
        format!(
            "{rows} rows into {target}: {} stored, {} were there already, {} refused{why}",
            self.stored, self.duplicates, self.refused
        )
    }
}
