//! Fills a project with what has been simulated, and goes on as time passes.

#![expect(clippy::print_stdout, reason = "the command prints what it did")]

use std::process::ExitCode;
use std::time::Duration;

use analytics_model::sql;
use analytics_store::Options;
use anyhow::Context;
use app::App;
use app::tenancy::Project;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use collector::{Accepted, Arrival, Delivery, Incoming, Mode};
use futures::future::try_join_all;
use serde::Deserialize;

use super::Simulation;
use crate::config::Loaded;
use crate::stores::{self, Stores};

/// Events handed to the writer at a time.
const BATCH: usize = 10_000;

/// Time simulated at once.
const PART: TimeDelta = TimeDelta::days(10);

/// Fills a project with a simulated product.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The project's name or id; the project “Demo” where absent.
    #[arg(long)]
    project: Option<String>,
}

/// Runs `radixinsight demo`.
pub(crate) async fn run(loaded: Loaded, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let stores = Stores::open(&loaded.config).await?;
    let app = stores::app(&loaded.config, &stores).await?;
    let project = match &arguments.project {
        Some(wanted) => stores::find_project(&app, wanted).await?,
        None => stores::demo_project(&app).await?,
    };
    let stored = fill(&app, &project, app.now()).await?;
    println!("{stored} events stored in the project {}", project.name);
    stores.close(&app).await?;
    Ok(ExitCode::SUCCESS)
}

/// Stores what has happened since the project's last event, and returns how many events that were.
pub(crate) async fn fill(app: &App, project: &Project, until: DateTime<Utc>) -> anyhow::Result<u64> {
    let simulation = Simulation::up_to(project.created_at.date_naive());
    let from = match last_event(app, project).await? {
        Some(last) => last + TimeDelta::milliseconds(1),
        // Before the first day begins anywhere.
        None => simulation.launch.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1),
    };
    let mut stored = 0;
    let mut begin = from;
    // In order of time, so that whoever is interrupted goes on from there; in parts, so that memory stays small.
    while begin < until {
        let end = until.min(begin + PART);
        let events = tokio::task::spawn_blocking(move || simulation.events(begin, end)).await?;
        for batch in events.chunks(BATCH) {
            stored += batch.len() as u64;
            store(app, project, batch).await?;
        }
        begin = end;
    }
    Ok(stored)
}

/// Lets the simulated product live on: each event is stored when its time comes. Ends only with the server.
pub(crate) async fn go_on(app: App, project: Project) {
    const EVERY: Duration = Duration::from_secs(5);
    const AHEAD: TimeDelta = TimeDelta::hours(6);
    let simulation = Simulation::up_to(project.created_at.date_naive());
    loop {
        let from = app.now();
        let until = from + AHEAD;
        let Ok(mut coming) = tokio::task::spawn_blocking(move || simulation.events(from, until)).await else { return };
        while app.now() < until {
            tokio::time::sleep(EVERY).await;
            let due = coming.partition_point(|event| event.timestamp <= Some(app.now()));
            let due: Vec<Incoming> = coming.drain(..due).collect();
            if let Err(error) = store(&app, &project, &due).await {
                tracing::warn!("the demo's events could not be stored: {error:#}");
            }
        }
    }
}

async fn store(app: &App, project: &Project, events: &[Incoming]) -> anyhow::Result<()> {
    let writer = app.writer().context("this process writes no events")?;
    let mut deliveries = Vec::new();
    // As if they had been sent when they happened: those of a minute arrive together.
    for together in events.chunk_by(|one, other| minute(one) == minute(other)) {
        let received_at = together.last().and_then(|event| event.timestamp).unwrap_or_else(|| app.now());
        let arrival = Arrival::of(project.id, received_at);
        let accepted = together.iter().map(|event| Accepted::new(event.clone(), received_at));
        let events = accepted.collect::<Result<_, _>>().context("a simulated event was refused")?;
        deliveries.push(Delivery { arrival, mode: Mode::Historical, events, refused: Vec::new() });
    }
    try_join_all(deliveries.iter().map(|delivery| writer.accept(delivery))).await?;
    writer.settle().await;
    Ok(())
}

fn minute(event: &Incoming) -> Option<i64> {
    event.timestamp.map(|time| time.timestamp() / 60)
}

async fn last_event(app: &App, project: &Project) -> anyhow::Result<Option<DateTime<Utc>>> {
    #[derive(Deserialize)]
    struct Last {
        count: u64,
        last: i64,
    }
    let statement = sql("select count() as count, toUnixTimestamp64Milli(max(timestamp)) as last from events \
        where project_id = {project:UUID} and startsWith(user_id, 'person-')")
    .bind("project", project.id);
    let answer = app.analytics().rows::<Last>(&statement, &Options::default()).await?;
    let last = answer.rows.first().filter(|row| row.count > 0);
    Ok(last.and_then(|row| DateTime::from_timestamp_millis(row.last)))
}
