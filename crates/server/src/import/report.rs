//! What became of the rows, in numbers, and of the refused ones by line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use collector::Rejection;
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
        Ok(Self { stored: 0, duplicates: 0, refused: 0, reasons: BTreeMap::new(), file: String::new(), list })
    }

    /// Names the file that rows come from now.
    pub(super) fn file(&mut self, path: &Path) {
        self.file = path.display().to_string();
    }

    /// Counts a row that is not stored, and says why.
    pub(super) fn refuse(&mut self, line: u64, rejection: &Rejection, snippet: &str) -> anyhow::Result<()> {
        self.refused += 1;
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
                "row": snippet,
            });
            writeln!(list, "{row}")?;
        }
        Ok(())
    }

    /// Counts the events of a batch; `lines` are where they came from.
    pub(super) fn count(&mut self, batch: &Stored, lines: &[u64]) -> anyhow::Result<()> {
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
