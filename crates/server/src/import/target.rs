//! Where imported events go: to a running server, or into the stores themselves.

use std::time::Duration;

use anyhow::{Context, bail};
use app::App;
use app::tenancy::{self, FirstProject, Project};
use collector::{Accepted, Arrival, Delivery, Incoming, Mode, Outcome, Rejection};
use reqwest::StatusCode;
use serde::Deserialize;

use crate::config::Config;
use crate::stores::{self, Stores};

/// Where imported events go.
pub(super) enum Target {
    /// A server, reached by HTTP.
    Server {
        client: reqwest::Client,
        /// The whole address of the collecting endpoint.
        url: String,
        key: String,
    },
    /// The stores of a data folder that no server uses now.
    Stores { stores: Box<Stores>, app: App, project: Box<Project> },
}

/// What became of a batch.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) stored: u64,
    pub(super) duplicates: u64,
    /// The event's place in the batch, and why it was refused.
    pub(super) refused: Vec<(usize, Rejection)>,
}

/// Old events are compared with all that is stored, and duplicates are told.
const ENDPOINT: &str = "/api/v1/events?historical=true&wait=stored";

/// How often a busy server is asked again.
const TRIES: u32 = 30;

impl Target {
    pub(super) fn server(server: &str, key: &str) -> anyhow::Result<Self> {
        let address = url::Url::parse(server).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if address.is_none() {
            bail!("--server must be an address such as http://127.0.0.1:8080, not “{server}”");
        }
        let client = reqwest::Client::builder().timeout(Duration::from_secs(120)).build()?;
        let url = format!("{}{ENDPOINT}", server.trim_end_matches('/'));
        Ok(Self::Server { client, url, key: key.to_owned() })
    }

    pub(super) async fn stores(config: &Config, project: Option<&str>) -> anyhow::Result<Self> {
        let stores =
            Stores::open(config).await.context("cannot open the stores (is a server running? then use --key)")?;
        let app = stores::app(config, &stores).await?;
        let project = match project {
            Some(wanted) => stores::find_project(&app, wanted).await?,
            None => tenancy::bootstrap(&app, FirstProject { name: "My project".into(), id: None }).await?,
        };
        Ok(Self::Stores { stores: Box::new(stores), app, project: Box::new(project) })
    }

    /// Returns what to call it in a sentence.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Server { url, .. } => url.trim_end_matches(ENDPOINT).to_owned(),
            Self::Stores { project, .. } => format!("the project “{}”", project.name),
        }
    }

    /// Stores a batch; returns when each of its events is stored or refused.
    pub(super) async fn store(&self, events: Vec<Incoming>) -> anyhow::Result<Stored> {
        if events.is_empty() {
            return Ok(Stored::default());
        }
        match self {
            Self::Server { client, url, key } => send(client, url, key, &events).await,
            Self::Stores { app, project, .. } => write(app, project, events).await,
        }
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        if let Self::Stores { stores, app, .. } = self {
            stores.close(&app).await?;
        }
        Ok(())
    }
}

async fn write(app: &App, project: &Project, events: Vec<Incoming>) -> anyhow::Result<Stored> {
    let arrival = Arrival::of(project.id, app.now());
    let mut stored = Stored::default();
    let mut good = Vec::with_capacity(events.len());
    let mut places = Vec::with_capacity(events.len());
    for (index, incoming) in events.into_iter().enumerate() {
        match Accepted::new(incoming, arrival.received_at) {
            Ok(event) => {
                good.push(event);
                places.push(index);
            }
            Err(rejection) => stored.refused.push((index, rejection)),
        }
    }
    let writer = app.writer().context("this process writes no events")?;
    let delivery = Delivery { arrival, mode: Mode::Historical, events: good, refused: Vec::new() };
    let outcomes = writer.store(&delivery, || {}).await?;
    for (index, outcome) in places.into_iter().zip(outcomes) {
        match outcome {
            Outcome::Stored => stored.stored += 1,
            Outcome::Duplicate => stored.duplicates += 1,
            Outcome::Rejected(rejection) => stored.refused.push((index, rejection)),
        }
    }
    Ok(stored)
}

/// What the server says of a batch.
#[derive(Deserialize)]
struct Verdicts {
    accepted: u64,
    duplicates: u64,
    results: Vec<Verdict>,
}

#[derive(Deserialize)]
struct Verdict {
    index: usize,
    code: Option<String>,
    field: Option<String>,
    reason: Option<String>,
}

async fn send(client: &reqwest::Client, url: &str, key: &str, events: &[Incoming]) -> anyhow::Result<Stored> {
    let mut attempt = 0;
    let answer = loop {
        attempt += 1;
        let answer = client.post(url).bearer_auth(key).json(events).send().await;
        match answer {
            Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE && attempt < TRIES => {}
            // The same ids are sent again, so what did arrive is not counted twice.
            Err(error) if attempt < 3 && !error.is_builder() => {}
            Ok(answer) => break answer,
            Err(error) => return Err(error).context("the server can't be reached"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    let status = answer.status();
    if status == StatusCode::UNAUTHORIZED {
        bail!("the server does not know this key, or it is switched off");
    }
    if !status.is_success() {
        bail!("the server answered {status}: {}", answer.text().await.unwrap_or_default());
    }
    let verdicts: Verdicts = answer.json().await.context("the answer is not one of this server's")?;
    let refused = verdicts.results.into_iter().filter_map(|verdict| {
        verdict.code.as_ref()?;
        let mut rejection = Rejection::new("refused_by_server", verdict.reason.unwrap_or_default());
        rejection.field = verdict.field;
        Some((verdict.index, rejection))
    });
    Ok(Stored { stored: verdicts.accepted, duplicates: verdicts.duplicates, refused: refused.collect() })
}
