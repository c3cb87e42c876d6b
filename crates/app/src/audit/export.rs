//! The trail as a file, made while it is sent: however long it is, a page of it is in memory.

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::stream;
use http_kit::Result;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    entry::{AuditEntry, entries},
    query::{AuditChoice, Whose},
};
use crate::App;

/// How many rows are read at once.
const ROWS: usize = 500;

/// The first line of a CSV file.
const COLUMNS: [&str; 17] = [
    "number",
    "created_at",
    "user_id",
    "user_name",
    "user_email",
    "action",
    "resource_type",
    "resource_id",
    "organization_id",
    "project_id",
    "old_values",
    "new_values",
    "details",
    "ip_address",
    "user_agent",
    "id",
    "hash",
];

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExportFormat {
    /// A table for spreadsheets; what they would take for a formula begins with an apostrophe.
    Csv,
    /// One JSON object a line, exactly as it is listed.
    Ndjson,
}

/// Which file is wanted.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportChoice {
    /// What kind of file.
    pub(crate) format: ExportFormat,
}

/// Answers with a file of all chosen rows, newest first.
pub(crate) async fn export(app: &App, whose: Whose, choice: AuditChoice, format: ExportFormat) -> Result<Response> {
    // Read before the answer begins, so that a store that is away is told as such.
    let first = entries(app, whose, &choice, None, ROWS).await.map_err(crate::problems::from_metadata)?;
    let state = Some(State { app: app.clone(), whose, choice, format, rows: first, is_first: true });
    let pieces = stream::try_unfold(state, |state| async move {
        let Some(state) = state else { return Ok::<_, Stopped>(None) };
        state.piece().await.map(Some)
    });
    let (kind, ending) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        ExportFormat::Ndjson => ("application/x-ndjson", "ndjson"),
    };
    let name = format!("attachment; filename=\"audit-log-{}.{ending}\"", app.now().format("%Y-%m-%d"));
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

struct State {
    app: App,
    whose: Whose,
    choice: AuditChoice,
    format: ExportFormat,
    rows: Vec<AuditEntry>,
    is_first: bool,
}

/// The answer breaks off, so that nobody takes a part for the whole.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
    #[error("a row could not be written: {0}")]
    Row(String),
}

impl State {
    /// Writes the rows at hand, and reads the next.
    async fn piece(self) -> std::result::Result<(Bytes, Option<Self>), Stopped> {
        let text = match self.format {
            ExportFormat::Csv => csv(&self.rows, self.is_first)?,
            ExportFormat::Ndjson => ndjson(&self.rows)?,
        };
        let last = self.rows.last().filter(|_| self.rows.len() == ROWS).map(|entry| entry.number);
        let Some(last) = last else { return Ok((text.into(), None)) };
        let rows = entries(&self.app, self.whose, &self.choice, Some(last), ROWS).await.inspect_err(|error| {
            tracing::warn!(%error, "an export of the audit log broke off");
        })?;
        Ok((text.into(), Some(Self { rows, is_first: false, ..self })))
    }
}

fn ndjson(rows: &[AuditEntry]) -> std::result::Result<Vec<u8>, Stopped> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, row).map_err(|error| Stopped::Row(error.to_string()))?;
        text.push(b'\n');
    }
    Ok(text)
}

fn csv(rows: &[AuditEntry], with_head: bool) -> std::result::Result<Vec<u8>, Stopped> {
    let failed = |error: csv::Error| Stopped::Row(error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if with_head {
        writer.write_record(COLUMNS).map_err(failed)?;
    }
    for row in rows {
        writer.write_record(cells(row).map(|cell| harmless(&cell))).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Stopped::Row(error.to_string()))
}

fn cells(row: &AuditEntry) -> [String; COLUMNS.len()] {
    let text = |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
    let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    let user = row.user.as_ref();
    [
        row.number.to_string(),
        row.created_at.to_rfc3339(),
        text(user.map(|user| &user.id as _)),
        user.and_then(|user| user.name.clone()).unwrap_or_default(),
        user.and_then(|user| user.email.clone()).unwrap_or_default(),
        row.action.clone(),
        row.resource_type.clone(),
        text(row.resource_id.as_ref().map(|id| id as _)),
        text(row.organization_id.as_ref().map(|id| id as _)),
        text(row.project_id.as_ref().map(|id| id as _)),
        json(&row.old_values),
        json(&row.new_values),
        row.details.to_string(),
        row.ip_address.clone().unwrap_or_default(),
        row.user_agent.clone().unwrap_or_default(),
        row.id.to_string(),
        row.hash.clone(),
    ]
}

/// Spreadsheets run what begins like a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
