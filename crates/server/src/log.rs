//! Logs: one line an event on standard error, for people or for machines; warnings and errors into the store as well.

use std::fmt::Debug;
use std::io::IsTerminal;

use app::system::{Line, LogQueue};
use metadata_store::Clock;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry};

use crate::config::Log;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Starts logging; later calls have no effect.
pub(crate) fn start(log: &Log, warnings: &LogQueue) -> anyhow::Result<()> {
    let filter: EnvFilter = log
        .level
        .parse()
        .map_err(|error| anyhow::anyhow!("log.level “{}” is not a level or filter: {error}", log.level))?;
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    // What is shown may be less than what is kept.
    let kept = Keep(warnings.clone()).with_filter(LevelFilter::WARN);
    let started = tracing_subscriber::registry().with(lines.with_filter(filter)).with(kept).try_init();
    // A second start happens only in tests; the first one stays.
    drop(started);
    Ok(())
}

/// Takes warnings and errors for the system log, without ever waiting.
struct Keep(LogQueue);

impl<S: Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut found = Found::default();
        event.record(&mut found);
        let mut fields = found.fields;
        if let (false, Some(id)) = (fields.contains_key("request_id"), http_kit::current_request()) {
            fields.insert("request_id".to_owned(), id.into());
        }
        let level = if *metadata.level() == Level::ERROR { "error" } else { "warn" };
        let (target, at) = (metadata.target().to_owned(), Clock::system().now());
        self.0.push(Line { at, target, level, message: found.message, fields });
    }
}

/// What an event was logged with.
#[derive(Default)]
struct Found {
    message: String,
    fields: Map<String, Value>,
}

impl Found {
    fn keep(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            (name, value) => drop(self.fields.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Found {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.keep(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_kept_and_nothing_else() {
        let queue = LogQueue::default();
        let kept = Keep(queue.clone()).with_filter(LevelFilter::WARN);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(kept), || {
            tracing::info!("not kept");
            tracing::warn!(rows = 3, who = "ada", "kept {}", 1);
            tracing::error!(error = %"broken", "kept 2");
        });
        let lines = queue.waiting();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].level, lines[0].message.as_str()), ("warn", "kept 1"));
        assert_eq!(Value::Object(lines[0].fields.clone()), serde_json::json!({ "rows": 3, "who": "ada" }));
        assert_eq!(lines[1].fields["error"], "broken");
    }
}
