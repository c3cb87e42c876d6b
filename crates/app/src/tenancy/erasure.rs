//! Erasing the events of projects that were deleted, and those that are older than a project keeps them.
//!
//! A deleted project is gone at once; its events go beside the request, and again two hours later: a server that could
//! not reach the metadata store meanwhile may have taken some in by a key it still knew.

use analytics_model::{OrganizationId, ProjectId, sql};
use chrono::TimeDelta;
use metadata_store::{Transaction, transact};
use serde::Deserialize;

use super::{
    Error,
    project_settings::ProjectSettings,
    store::{self, erasures},
};
use crate::App;

/// How long after the deletion the last events can have arrived: longer than a known key outlives the store.
const LAST_ARRIVALS: TimeDelta = TimeDelta::hours(2);

/// Notes that a project's events are to be erased, as part of its deletion, and makes its keys void here.
pub(super) async fn request(
    app: &App,
    tx: &Transaction,
    organization: OrganizationId,
    projects: &[ProjectId],
) -> Result<(), Error> {
    for project in projects {
        erasures::request(tx, organization, *project, app.now()).await?;
    }
    Ok(())
}

/// Begins to erase a project's events, beside the request. What fails now, [`sweep`] does later.
pub(super) fn begin(app: &App, project: ProjectId) {
    app.keys().forget_project(project);
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = erase(&app, project).await {
            tracing::warn!(%error, %project, "the events of a deleted project are not erased yet");
        }
    });
}

/// Erases what is due: events of deleted projects, and events that are older than their project keeps them.
///
/// Call it every few minutes; it does nothing where nothing is due.
pub async fn sweep(app: &App) -> Result<(), Error> {
    for row in erasures::waiting(app.db()).await? {
        erase(app, row.project_id).await.map_err(Error::Analytics)?;
        if app.now() - row.requested_at >= LAST_ARRIVALS {
            transact!(app.metadata(), |tx| erasures::finish(tx, row.project_id, app.now()).await)?;
        }
    }
    for project in store::all_projects(app.db()).await? {
        if let Some(days) = ProjectSettings::of(&project.settings).retention_days {
            erase_older(app, project.id, days).await.map_err(Error::Analytics)?;
        }
    }
    Ok(())
}

/// Returns how many events a project has.
pub(super) async fn count(app: &App, project: ProjectId) -> Result<u64, analytics_store::Error> {
    let statement = sql("select count() as events from events where project_id = {project:UUID}");
    counted(app, statement.bind("project", project)).await
}

async fn erase(app: &App, project: ProjectId) -> Result<(), analytics_store::Error> {
    erase_events(app, project).await?;
    // After the events: what is made of them can't come back.
    app.analytics().erase_states(project, None).await
}

async fn erase_events(app: &App, project: ProjectId) -> Result<(), analytics_store::Error> {
    // A mutation rewrites parts even where it finds nothing: look first.
    if count(app, project).await? == 0 {
        return Ok(());
    }
    let text = format!("alter table {} delete where project_id = {{project:UUID}}", table(app));
    app.analytics().execute(&sql(text).bind("project", project), &to_the_end()).await.map(drop)
}

async fn erase_older(app: &App, project: ProjectId, days: u32) -> Result<(), analytics_store::Error> {
    let first_kept = (app.now() - TimeDelta::days(days.into())).date_naive();
    app.analytics().erase_states(project, Some(first_kept)).await?;
    let condition = "project_id = {project:UUID} and date < {first_kept:Date}";
    let old = sql(format!("select count() as events from events where {condition}"));
    if counted(app, old.bind("project", project).bind("first_kept", first_kept)).await? == 0 {
        return Ok(());
    }
    let text = format!("alter table {} delete where {condition}", table(app));
    let statement = sql(text).bind("project", project).bind("first_kept", first_kept);
    app.analytics().execute(&statement, &analytics_store::Options::default()).await.map(drop)
}

/// Waits until the rows are gone: sums over them are not to be computed anew while they are still there.
fn to_the_end() -> analytics_store::Options {
    analytics_store::Options {
        timeout: std::time::Duration::from_secs(600),
        settings: vec![("mutations_sync".to_owned(), "2".to_owned())],
        ..Default::default()
    }
}

#[derive(Deserialize)]
struct Counted {
    events: u64,
}

async fn counted(app: &App, statement: analytics_model::Sql) -> Result<u64, analytics_store::Error> {
    let options = analytics_store::Options { read_only: true, ..Default::default() };
    let answer = app.analytics().rows::<Counted>(&statement, &options).await?;
    Ok(answer.rows.first().map_or(0, |row| row.events))
}

/// Returns what a mutation names: on a cluster the table of each shard, which a spread table can't be altered for.
fn table(app: &App) -> String {
    match app.analytics().cluster() {
        Some(cluster) => format!("events_local on cluster `{cluster}`"),
        None => "events".to_owned(),
    }
}
