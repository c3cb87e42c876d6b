//! Reading the log of warnings and errors.

use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    error::Error,
    store::{self, LogFilter, LogRow},
};
use crate::Administrator;

/// How bad a line is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LogLevel {
    /// Worth a look.
    Warn,
    /// Something was not done.
    Error,
}

/// A line of the system log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SystemLogLine {
    id: Uuid,
    /// The part of the program it comes from.
    #[schema(example = "collector")]
    component: String,
    level: LogLevel,
    /// What happened.
    message: String,
    /// The values it was logged with; secrets are masked.
    details: Value,
    created_at: DateTime<Utc>,
}

impl From<LogRow> for SystemLogLine {
    fn from(row: LogRow) -> Self {
        let level = if row.level == "error" { LogLevel::Error } else { LogLevel::Warn };
        let LogRow { id, component, message, details, created_at, .. } = row;
        Self { id, component, level, message, details, created_at }
    }
}

/// Which lines are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LogChoice {
    /// Only lines this bad.
    level: Option<LogLevel>,
    /// Only lines of this part of the program.
    component: Option<String>,
    /// Only lines whose message holds this.
    text: Option<String>,
    /// Only lines of this time or later.
    from: Option<DateTime<Utc>>,
    /// Only lines before this time.
    to: Option<DateTime<Utc>>,
}

/// The parts of the program that have lines in the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogComponents {
    items: Vec<String>,
}

/// Lists warnings and errors of all servers, newest first, for admins of the instance.
#[utoipa::path(get, path = "/system_logs", tag = "system", operation_id = "list_system_logs", params(Paging, LogChoice),
    responses((status = 200, body = Page<SystemLogLine>, description = "A page of lines."), Problems))]
pub(super) async fn list(
    Administrator(account): Administrator,
    Query(paging): Query<Paging>,
    Query(choice): Query<LogChoice>,
) -> Result<Json<Page<SystemLogLine>>> {
    let limit = paging.limit()?;
    let level = choice.level.map(|level| match level {
        LogLevel::Warn => "warn".to_owned(),
        LogLevel::Error => "error".to_owned(),
    });
    let LogChoice { component, text, from, to, .. } = choice;
    let filter = LogFilter { level, component, text, from, to };
    let rows = store::logs(account.app().db(), filter, paging.after()?, limit + 1).await.map_err(Error::from)?;
    let lines = rows.into_iter().map(Into::into).collect();
    Ok(Json(Page::of(lines, limit, |line: &SystemLogLine| (line.created_at, line.id))))
}

/// Lists the parts of the program that have lines in the log.
#[utoipa::path(get, path = "/system_logs/components", tag = "system", operation_id = "list_log_components",
    responses((status = 200, body = LogComponents, description = "Their names."), Problems))]
pub(super) async fn components(Administrator(account): Administrator) -> Result<Json<LogComponents>> {
    let items = store::components(account.app().db()).await.map_err(Error::from)?;
    Ok(Json(LogComponents { items }))
}
