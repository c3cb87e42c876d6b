//! What is doubtful about events that are stored all the same.

use std::time::Duration;

use analytics_model::{EventId, ProjectId, sql};
use chrono::{DateTime, Utc};
use http_kit::{Json, Problem, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Error;
use super::instants::storable;
use crate::{
    Scope,
    tenancy::{Action, Resource},
};

/// Samples of one kind.
const SAMPLES: u32 = 20;

/// Warnings of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IngestionWarning {
    /// What is warned of: a stable code.
    #[schema(example = "clock_far_off")]
    kind: String,
    /// How many events it is about.
    count: u64,
    /// When the last of them arrived.
    last_seen_at: DateTime<Utc>,
    /// What it is about, by event and property, the latest first; 20 at most.
    samples: Vec<WarningSample>,
}

/// One of the things a kind of warning is about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct WarningSample {
    #[serde(skip_serializing)]
    kind: String,
    #[serde(skip_serializing)]
    total: u64,
    event_name: String,
    /// The property or field it is about; may be empty.
    property: String,
    /// What is doubtful about the latest of them, in words.
    details: String,
    /// The distinct id of the latest of them.
    user_id: String,
    /// The latest of them.
    event_id: EventId,
    /// How many events of this name it is about.
    count: u64,
    last_seen_at: DateTime<Utc>,
}

/// Warnings by kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IngestionWarnings {
    items: Vec<IngestionWarning>,
}

/// When the events arrived that warnings are about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct During {
    /// At this time or later.
    from: Option<DateTime<Utc>>,
    /// Before this time.
    to: Option<DateTime<Utc>>,
}

/// Lists what is doubtful about events of the last 30 days that are stored all the same, by kind.
#[utoipa::path(
    get,
    path = "/projects/{project}/ingestion_warnings",
    operation_id = "list_ingestion_warnings",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), During),
    responses((status = 200, body = IngestionWarnings), Problems)
)]
pub(crate) async fn list(scope: Scope, Query(during): Query<During>) -> Result<Json<IngestionWarnings>> {
    scope.require(Action::View, Resource::Events)?;
    if scope.rows_filter().is_some() {
        let detail = "warnings are about all events of the project, and your role shows some of them";
        return Err(Problem::forbidden("rows_limited", detail));
    }
    let mut items: Vec<IngestionWarning> = Vec::new();
    for sample in samples(&scope, &during).await? {
        match items.iter_mut().find(|item| item.kind == sample.kind) {
            Some(item) => {
                item.last_seen_at = item.last_seen_at.max(sample.last_seen_at);
                item.samples.push(sample);
            }
            None => items.push(IngestionWarning {
                kind: sample.kind.clone(),
                count: sample.total,
                last_seen_at: sample.last_seen_at,
                samples: vec![sample],
            }),
        }
    }
    items.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.kind.cmp(&other.kind)));
    Ok(Json(IngestionWarnings { items }))
}

async fn samples(scope: &Scope, during: &During) -> std::result::Result<Vec<WarningSample>, Error> {
    let mut conditions = String::new();
    if during.from.is_some() {
        conditions.push_str(" and received_at >= {from:DateTime64(3, 'UTC')}");
    }
    if during.to.is_some() {
        conditions.push_str(" and received_at < {to:DateTime64(3, 'UTC')}");
    }
    let mut statement = sql(format!(
        "select kind, event_name, property, details, user_id, event_id, count, last_seen_at, \
             sum(count) over (partition by kind) as total \
         from ( \
             select kind, event_name, property, sum(warnings.count) as count, max(received_at) as last_seen_at, \
                 argMax(warnings.details, received_at) as details, argMax(warnings.user_id, received_at) as user_id, \
                 argMax(warnings.event_id, received_at) as event_id \
             from ingestion_warnings as warnings where project_id = {{project:UUID}}{conditions} \
             group by kind, event_name, property \
         ) order by last_seen_at desc, event_name, property limit {SAMPLES} by kind"
    ))
    .bind("project", scope.project);
    for (name, time) in [("from", during.from), ("to", during.to)] {
        if let Some(time) = time {
            statement = statement.bind(name, storable(time));
        }
    }
    Ok(scope.ask(&statement, Duration::from_secs(20)).await?)
}
