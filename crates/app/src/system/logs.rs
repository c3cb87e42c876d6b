//! Warnings and errors on their way into the store.
//!
//! Whoever logs never waits: a line is put into a queue of limited length, and a task writes what has gathered. What
//! finds no room is counted, and the count becomes a line of its own.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::store::{self, LogRow};
use crate::{App, audit};

/// How many lines may wait.
const MOST_WAITING: usize = 1_000;
const LONGEST_MESSAGE: usize = 4_000;
const LONGEST_COMPONENT: usize = 100;

tokio::task_local! {
    /// Set while lines are written: what goes wrong then must not become a line.
    static WRITING: ();
}

/// A warning or an error.
#[derive(Debug, Clone)]
pub struct Line {
    /// When it was logged.
    pub at: DateTime<Utc>,
    /// Where in the code it comes from: the path of a module.
    pub target: String,
    /// `warn` or `error`.
    pub level: &'static str,
    /// What happened.
    pub message: String,
    /// The values it was logged with; those of secrets are masked before they are kept.
    pub fields: Map<String, Value>,
}

/// Lines that wait to be written. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct LogQueue(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<Line>,
    dropped: u64,
}

impl LogQueue {
    /// Puts a line in; counts it only where too many wait.
    pub fn push(&self, line: Line) {
        if WRITING.try_with(|()| ()).is_ok() {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.lines.len() >= MOST_WAITING {
            waiting.dropped += 1;
            return;
        }
        waiting.lines.push(line);
    }

    /// Returns the lines that wait.
    pub fn waiting(&self) -> Vec<Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).lines.clone()
    }

    fn take(&self) -> Waiting {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts back what could not be written, as far as there is room.
    fn put_back(&self, mut taken: Waiting) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = std::mem::take(&mut waiting.lines);
        let room = MOST_WAITING.saturating_sub(taken.lines.len());
        waiting.dropped += taken.dropped + newer.len().saturating_sub(room) as u64;
        taken.lines.extend(newer.into_iter().take(room));
        waiting.lines = taken.lines;
    }
}

/// Writes what waits; what the store does not take waits on.
pub(super) async fn write(app: &App, queue: &LogQueue) {
    let taken = queue.take();
    if taken.lines.is_empty() && taken.dropped == 0 {
        return;
    }
    let mut rows: Vec<LogRow> = taken.lines.iter().map(|line| row(app, line)).collect();
    if taken.dropped > 0 {
        rows.push(row(app, &about_dropped(taken.dropped, app.now())));
    }
    let written = WRITING.scope((), async {
        // Not in a transaction: a single statement, tried again with the next lines.
        store::insert_logs(app.db(), rows).await
    });
    if let Err(error) = written.await {
        queue.put_back(taken);
        tracing::debug!(%error, "warnings could not be written into the system log yet");
    }
}

fn about_dropped(lines: u64, at: DateTime<Utc>) -> Line {
    Line {
        at,
        target: "app::system".to_owned(),
        level: "warn",
        message: format!("{lines} warnings and errors are missing here: they came faster than they could be written"),
        fields: Map::from_iter([("lines".to_owned(), json!(lines))]),
    }
}

fn row(app: &App, line: &Line) -> LogRow {
    let mut details = line.fields.clone();
    details.insert("target".to_owned(), line.target.clone().into());
    LogRow {
        id: app.clock().new_id(),
        component: component(&line.target).chars().take(LONGEST_COMPONENT).collect(),
        level: line.level.to_owned(),
        message: storable(&line.message).chars().take(LONGEST_MESSAGE).collect(),
        details: audit::mask(without_zeros(Value::Object(details))),
        created_at: line.at,
    }
}

/// Returns the feature of the product, or the crate elsewhere.
fn component(target: &str) -> &str {
    let mut parts = target.split("::");
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("app", Some(feature)) => feature,
        ("radixinsight", _) => "server",
        (other, _) => other,
    }
}

/// Hides the passwords of addresses; and PostgreSQL keeps no character 0.
fn storable(text: &str) -> String {
    let text = text.replace('\0', "\u{fffd}");
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean.push_str("://");
        clean.push_str(&without_password(part));
    }
    clean
}

/// Takes what follows the `://` of an address.
fn without_password(rest: &str) -> String {
    let end = rest.find(|letter: char| letter.is_whitespace() || "/?#\"'".contains(letter)).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    match authority.rsplit_once('@').and_then(|(login, host)| Some((login.split_once(':')?.0, host))) {
        Some((user, host)) => format!("{user}:********@{host}{after}"),
        None => rest.to_owned(),
    }
}

fn without_zeros(value: Value) -> Value {
    match value {
        Value::String(text) => storable(&text).into(),
        Value::Array(items) => items.into_iter().map(without_zeros).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (storable(&name), without_zeros(value))).collect()
        }
        other => other,
    }
}
