//! What the analytics store knows of merges.

use std::time::Duration;

use analytics_model::{PersonId, ProjectId, sql};
use analytics_store::{Block, Column, InsertOptions, Options, Store};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Scope;

/// How long a list of merges may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A merge, as it stands now.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct Row {
    pub(super) merge_id: Uuid,
    pub(super) kind: String,
    pub(super) into_user_id: String,
    pub(super) from_user_id: String,
    pub(super) into_person_id: PersonId,
    pub(super) from_person_id: PersonId,
    pub(super) merged_at: DateTime<Utc>,
    /// 1970 where it was not undone.
    pub(super) undone_at: DateTime<Utc>,
    pub(super) version: u64,
}

const COLUMNS: &str = "merge_id, kind, into_user_id, from_user_id, into_person_id, from_person_id, merged_at, \
                       undone_at, version";

type Result<T> = std::result::Result<T, analytics_store::Error>;

/// Where a page of merges ended.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) merged_at: DateTime<Utc>,
    pub(super) merge_id: Uuid,
}

/// Returns the merges that name an id, or all, the last first.
pub(super) async fn list(scope: &Scope, user_id: Option<&str>, place: Option<Place>, limit: usize) -> Result<Vec<Row>> {
    let named =
        if user_id.is_some() { " and (into_user_id = {user:String} or from_user_id = {user:String})" } else { "" };
    let later = if place.is_some() {
        " and (merged_at, toString(merge_id)) < ({at:DateTime64(3, 'UTC')}, {after:String})"
    } else {
        ""
    };
    let text = format!(
        "select {COLUMNS} from person_merges final where project_id = {{project:UUID}}{named}{later} \
         order by merged_at desc, toString(merge_id) desc limit {{limit:UInt64}}"
    );
    let mut statement = sql(text).bind("project", scope.project).bind("limit", limit as u64);
    if let Some(user_id) = user_id {
        statement = statement.bind("user", user_id);
    }
    if let Some(place) = place {
        statement = statement.bind("at", place.merged_at).bind("after", place.merge_id.to_string());
    }
    scope.ask::<Row>(&statement, PATIENCE).await
}

pub(super) async fn find(scope: &Scope, merge: Uuid) -> Result<Option<Row>> {
    let text = format!(
        "select {COLUMNS} from person_merges final where project_id = {{project:UUID}} and merge_id = {{merge:UUID}}"
    );
    let statement = sql(text).bind("project", scope.project).bind("merge", merge);
    Ok(scope.ask::<Row>(&statement, PATIENCE).await?.into_iter().next())
}

/// Returns the merges that hold, in the order they were said, between these ids.
pub(super) async fn between(store: &Store, project: ProjectId, ids: &[String]) -> Result<Vec<Row>> {
    let text = format!(
        "select {COLUMNS} from person_merges final where project_id = {{project:UUID}} and undone_at = 0 \
         and (into_user_id in {{ids:Array(String)}} or from_user_id in {{ids:Array(String)}}) order by version, merge_id"
    );
    let statement = sql(text).bind("project", project).bind("ids", ids.to_vec());
    Ok(store.rows::<Row>(&statement, &reading()).await?.rows)
}

/// Notes that a merge no longer holds.
pub(super) async fn put_undone(
    store: &Store,
    project: ProjectId,
    row: &Row,
    at: DateTime<Utc>,
    version: u64,
) -> Result<()> {
    let text = |value: &str| Column::Text([value].into_iter().collect());
    let block = Block::new()
        .column("project_id", Column::Uuid(vec![project.0]))
        .column("merge_id", Column::Uuid(vec![row.merge_id]))
        .column("kind", text(&row.kind))
        .column("into_user_id", text(&row.into_user_id))
        .column("from_user_id", text(&row.from_user_id))
        .column("into_person_id", Column::Uuid(vec![row.into_person_id.0]))
        .column("from_person_id", Column::Uuid(vec![row.from_person_id.0]))
        .column("merged_at", Column::Instant(vec![row.merged_at.timestamp_millis()]))
        .column("undone_at", Column::Instant(vec![at.timestamp_millis()]))
        .column("version", Column::UInt64(vec![version]));
    store.insert("person_merges", &block, &InsertOptions::default()).await.map(drop)
}

/// Gives distinct ids to people.
pub(super) async fn give(store: &Store, project: ProjectId, given: &[(String, PersonId)], version: u64) -> Result<()> {
    let block = Block::new()
        .column("project_id", Column::Uuid(vec![project.0; given.len()]))
        .column("user_id", Column::Text(given.iter().map(|(id, _)| id.as_str()).collect()))
        .column("person_id", Column::Uuid(given.iter().map(|(_, person)| person.0).collect()))
        .column("version", Column::UInt64(vec![version; given.len()]));
    store.insert("person_overrides", &block, &InsertOptions::default()).await.map(drop)
}

fn reading() -> Options {
    Options { read_only: true, ..Options::default() }
}
