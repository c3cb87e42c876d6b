//! `radixinsight import`: files of events into a project, through a running server or into the stores directly.

#![expect(clippy::print_stdout, reason = "the command prints what it did")]

mod report;
mod target;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono_tz::Tz;
use collector::Incoming;
use collector::files::{self, Encoding, Format, Row, Rows};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use crate::config::Loaded;
use report::Report;
use target::Target;

/// Loads events from files.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The files; `.gz` and `.zst` are decompressed, `-` is what comes through a pipe.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// ndjson, json, csv, parquet or log, or the layout of a log, such as vhost_combined; told by name and content where
    /// absent.
    #[arg(long)]
    format: Option<Format>,
    /// What stands before the paths of a web server's log, such as https://example.org.
    #[arg(long)]
    site: Option<String>,
    /// The zone of times that name none, such as Europe/Berlin; UTC where absent.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Tz>,
    /// The encoding of text, such as windows-1252; told by content where absent.
    #[arg(long)]
    encoding: Option<Encoding>,
    /// A project's key: sends the events to a running server.
    #[arg(long, env = "RADIX_KEY", hide_env_values = true)]
    key: Option<String>,
    /// The running server, with --key; the configured address where absent.
    #[arg(long, requires = "key")]
    server: Option<String>,
    /// The project's name or id, where no server runs; the oldest project where absent.
    #[arg(long, conflicts_with = "key")]
    project: Option<String>,
    /// Writes every refused row with its line, reason and text to this file, as NDJSON.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

/// The exit code where rows were refused: a schedule should notice.
const REFUSED: u8 = 2;

/// The exit code where a file has no rows at all: it is hardly what was meant to be imported.
const NOTHING: u8 = 3;

/// Events sent at a time.
const BATCH: usize = 5_000;

/// Batches read ahead; together with [`BATCH`] it bounds the memory.
const READ_AHEAD: usize = 2;

/// Runs the command.
pub(crate) async fn run(loaded: Loaded, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let target = match &arguments.key {
        Some(key) => {
            let server = arguments.server.clone().unwrap_or_else(|| loaded.config.public_url());
            Target::server(&server, key)?
        }
        None => Target::stores(&loaded.config, arguments.project.as_deref()).await?,
    };
    let mut report = Report::new(arguments.refused.as_deref())?;
    let options = files::Options {
        format: arguments.format,
        site: arguments.site,
        encoding: arguments.encoding,
        time_zone: arguments.time_zone,
    };
    let mut outcome = Ok(());
    for path in &arguments.files {
        outcome = import(path, &options, &target, &mut report).await;
        if outcome.is_err() {
            break;
        }
    }
    let name = target.name();
    target.close().await?;
    outcome?;
    println!("{}", report.summary(&name));
    Ok(match (report.has_empty_file(), report.has_refused()) {
        (true, _) => ExitCode::from(NOTHING),
        (false, true) => ExitCode::from(REFUSED),
        (false, false) => ExitCode::SUCCESS,
    })
}

async fn import(path: &Path, options: &files::Options, target: &Target, report: &mut Report) -> anyhow::Result<()> {
    let rows = files::open(path, options).with_context(|| format!("cannot import {}", path.display()))?;
    report.file(path, &rows);
    let bar = progress_bar(path, rows.size());
    let (batches, mut read) = mpsc::channel(READ_AHEAD);
    // Reading blocks its thread.
    let reading = tokio::task::spawn_blocking(move || read_batches(rows, &batches));
    while let Some(batch) = read.recv().await {
        for row in batch.refused {
            report.refuse(row.line, &row.rejection, &row.snippet)?;
        }
        let untimed = batch.events.iter().filter(|(_, event)| event.timestamp.is_none()).count();
        let (lines, events): (Vec<u64>, Vec<Incoming>) = batch.events.into_iter().unzip();
        let stored = target.store(events).await.with_context(|| {
            format!(
                "stopped in {} before line {}: import it again to go on",
                path.display(),
                lines.first().unwrap_or(&1)
            )
        })?;
        report.count(&stored, &lines)?;
        report.untimed(untimed);
        bar.set_position(batch.position);
    }
    reading.await?;
    bar.finish_and_clear();
    report.end_file();
    Ok(())
}

/// Rows read together.
struct Batch {
    /// Line and event.
    events: Vec<(u64, Incoming)>,
    refused: Vec<Unread>,
    /// Bytes of the file read so far.
    position: u64,
}

/// A row that is no event.
struct Unread {
    line: u64,
    rejection: collector::Rejection,
    snippet: String,
}

fn read_batches(mut rows: Rows, into: &mpsc::Sender<Batch>) {
    loop {
        let mut batch = Batch { events: Vec::with_capacity(BATCH), refused: Vec::new(), position: 0 };
        for Row { line, event } in rows.by_ref().take(BATCH) {
            match event {
                Ok(event) => batch.events.push((line, event)),
                Err(refused) => {
                    batch.refused.push(Unread { line, rejection: refused.rejection, snippet: refused.snippet });
                }
            }
        }
        batch.position = rows.position();
        let is_last = batch.events.is_empty() && batch.refused.is_empty();
        // The other end goes away when storing has failed: there is nothing to read for any more.
        if is_last || into.blocking_send(batch).is_err() {
            return;
        }
    }
}

fn progress_bar(path: &Path, bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
    bar
}
