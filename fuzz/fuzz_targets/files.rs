//! Files of rows: CSV, JSON, other products' exports and web servers' logs, compressed or not. The first line names the format, or none to
//! have it found; what follows is the file.
//!
//! Parquet is left out: its library panics on what it has no value for, which is caught, but not here.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use collector::files::{self, Format, Options, Row};
use radixinsight_fuzz::{check_incoming, check_rejection, deliver};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("room for a file"));

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (name, content) = (&input[..end], input.get(end + 1..).unwrap_or_default());
    let format: Option<Format> = std::str::from_utf8(name).ok().and_then(|name| name.parse().ok());
    if format == Some(Format::Parquet) || content.starts_with(b"PAR1") {
        return;
    }
    let path: PathBuf = FOLDER.path().join("rows.csv");
    std::fs::write(&path, content).expect("room for a file");
    let options = Options { format, site: Some("https://example.org".to_owned()), ..Options::default() };
    let Some(rows) = read(&path, &options) else { return };
    assert_eq!(rows, read(&path, &options).unwrap_or_default());
    if !content.starts_with(&[0x1f, 0x8b]) && !content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        // A row begins with a line, or with a brace or a value of a list.
        let begins =
            content.iter().filter(|byte| matches!(byte, b'\n' | b'\r' | b'{' | b',' | b'[' | b' ' | b'\t' | b'"'));
        assert!(rows.len() <= begins.count() + 2 || is_utf_16(content));
    }
    assert!(rows.windows(2).all(|two| two[0].line <= two[1].line), "rows are in order");
    for row in rows {
        match &row.event {
            Ok(incoming) => {
                assert!(incoming.event_id.is_some(), "each row has an id");
                check_incoming(incoming);
            }
            Err(refused) => {
                check_rejection(&refused.rejection);
                assert!(refused.snippet.chars().count() <= 121);
            }
        }
        deliver(vec![row.event.map_err(|refused| refused.rejection.of_text(&refused.snippet))]);
    }
});

/// Its bytes are told apart by twos.
fn is_utf_16(content: &[u8]) -> bool {
    content.contains(&0) || content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff])
}

fn read(path: &Path, options: &Options) -> Option<Vec<Row>> {
    // Some kilobytes of input may hold millions of rows.
    files::open(path, options).ok().map(|rows| rows.take(1_000).collect())
}
