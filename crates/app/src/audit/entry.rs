//! A row of the trail as it is read.

use analytics_model::{OrganizationId, ProjectId, UserId};
use chrono::{DateTime, Utc};
use http_kit::{Page, Result};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    query::{AuditChoice, Whose},
    store::{self, Row},
};
use crate::{App, problems};

/// Something that was done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    pub(super) id: Uuid,
    /// 1, 2, 3 … in the order of writing.
    pub(super) number: i64,
    pub(super) created_at: DateTime<Utc>,
    /// Who did it; null for the command line, and for who had not signed in.
    #[schema(required = true)]
    pub(super) user: Option<AuditUser>,
    /// What was done to what.
    #[schema(example = "project.update")]
    pub(super) action: String,
    /// The type of what it was done to.
    pub(super) resource_type: String,
    /// To what it was done; null where it is no single thing.
    #[schema(required = true)]
    pub(super) resource_id: Option<Uuid>,
    /// Within which organization; null where it concerns the instance or an account.
    #[schema(required = true)]
    pub(super) organization_id: Option<OrganizationId>,
    /// Within which project.
    #[schema(required = true)]
    pub(super) project_id: Option<ProjectId>,
    /// What was there before; secrets are masked.
    #[schema(required = true)]
    pub(super) old_values: Option<Value>,
    /// What is there since; secrets are masked.
    #[schema(required = true)]
    pub(super) new_values: Option<Value>,
    /// What helps to understand it.
    pub(super) details: Value,
    /// From which address.
    #[schema(required = true)]
    pub(super) ip_address: Option<String>,
    /// With which program.
    #[schema(required = true)]
    pub(super) user_agent: Option<String>,
    /// The row's hash, which includes that of the row before.
    pub(super) hash: String,
}

/// Who did it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AuditUser {
    pub(super) id: UserId,
    /// Null where the account is gone.
    #[schema(required = true)]
    pub(super) name: Option<String>,
    /// Null where the account is gone.
    #[schema(required = true)]
    pub(super) email: Option<String>,
}

/// Returns a page of the trail, newest first.
pub(crate) async fn page(
    app: &App,
    whose: Whose,
    choice: &AuditChoice,
    before: Option<i64>,
    limit: usize,
) -> Result<Page<AuditEntry>> {
    let entries = entries(app, whose, choice, before, limit + 1).await.map_err(problems::from_metadata)?;
    Ok(Page::of(entries, limit, |entry: &AuditEntry| entry.number))
}

/// Returns the names of actions that are in the trail.
pub(crate) async fn actions(app: &App, whose: Whose) -> Result<Vec<String>> {
    store::actions(app.db(), whose).await.map_err(problems::from_metadata)
}

/// Returns rows with the names of who did it, newest first.
pub(super) async fn entries(
    app: &App,
    whose: Whose,
    choice: &AuditChoice,
    before: Option<i64>,
    limit: usize,
) -> metadata_store::Result<Vec<AuditEntry>> {
    let rows = store::list(app.db(), whose, choice, before, limit).await?;
    let mut ids: Vec<UserId> = rows.iter().filter_map(|row| row.user_id).collect();
    ids.sort();
    ids.dedup();
    let people = store::people(app.db(), ids).await?;
    let named = |id: UserId| {
        let person = people.iter().find(|person| person.id == id);
        AuditUser { id, name: person.map(|one| one.name.clone()), email: person.map(|one| one.email.clone()) }
    };
    Ok(rows.into_iter().map(|row| entry(row, &named)).collect())
}

fn entry(row: Row, named: &impl Fn(UserId) -> AuditUser) -> AuditEntry {
    AuditEntry {
        id: row.id,
        number: row.number,
        created_at: row.created_at,
        user: row.user_id.map(named),
        action: row.action,
        resource_type: row.resource_type,
        resource_id: row.resource_id,
        organization_id: row.organization_id,
        project_id: row.project_id,
        old_values: row.old_values,
        new_values: row.new_values,
        details: row.details,
        ip_address: row.ip_address,
        user_agent: row.user_agent,
        hash: row.hash,
    }
}
