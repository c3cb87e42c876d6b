//! `radixinsight serve`: opens the stores, listens, and stops without loss.

#![expect(clippy::print_stdout, reason = "tells where the page is")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use app::system::{self, LogQueue};
use app::tenancy::{self, FirstProject};
use app::{App, setup};
use axum::Router;
use tokio::net::TcpListener;

use crate::config::{Config, Loaded};
use crate::entrance::Entrance;
use crate::scrape::Readers;
use crate::stores::{self, Stores};
use crate::{demo, listen, observe, page, proxies};

/// How long the mails under way are waited for when the server stops.
const LAST_MAILS: Duration = Duration::from_secs(5);

/// Starts the server.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Adds a project with a simulated product that lives on while the server runs.
    #[arg(long)]
    demo: bool,
}

/// Runs until told to stop.
pub(crate) async fn run(loaded: Loaded, warnings: LogQueue, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let config = loaded.config;
    let metrics = observe::start()?;
    let stores = Arc::new(Stores::open_for_collecting(&config).await?);
    warn_without_sandbox(&stores).await;
    let app = stores::app(&config, &stores).await?;
    let background = system::start(&app, warnings.clone()).await?;
    tokio::spawn({
        let stores = Arc::clone(&stores);
        async move { stores.prepare_later().await }
    });
    if arguments.demo {
        keep(&app, "the demo", live_demo);
    } else {
        tenancy::bootstrap(&app, FirstProject { name: "My project".into(), id: None }).await?;
    }
    keep(&app, "looking after sums and what is due to be erased", sweep);
    keep(&app, "deleting expired sessions", app::accounts::keep_clean);
    let listener = TcpListener::bind(config.server.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.server.listen))?;
    let edge = proxies::edge(&config.server);
    let public = http_kit::surround(app::router(app.clone()), edge.clone());
    let router = Router::new()
        .merge(observe::routes(Arc::clone(&stores), app.clone(), metrics, Readers::of(&config)))
        .merge(public)
        .fallback(page::serve)
        .layer(axum::middleware::from_fn(observe::measure));
    stores.announce(&format!("http://{}", listener.local_addr()?))?;
    greet(&config, &app, began).await?;
    let entrance = Entrance { app: app.clone(), edge, router };
    let answer = move |request| entrance.clone().answer(request);
    listen::until(signal(), listener, answer, listen::Limits::of(&config.server)).await;

    tracing::info!("stopping: storing what has been accepted");
    app.mail().settle(LAST_MAILS).await;
    background.stop(&app, &warnings).await;
    stores.close(&app).await?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a task as long as the server runs.
fn keep<F: Future<Output = ()> + Send + 'static>(
    app: &App,
    name: &'static str,
    run: impl Fn(App) -> F + Send + 'static,
) {
    let of_task = app.clone();
    app.tasks().keep(name, move || run(of_task.clone()));
}

/// Erases what is due and mends sums over events, again and again.
async fn sweep(app: App) {
    let mut often = tokio::time::interval(std::time::Duration::from_secs(600));
    loop {
        often.tick().await;
        if let Err(error) = tenancy::sweep(&app).await {
            tracing::warn!(%error, "events that are due to be erased are still there");
        }
        if let Err(error) = app::collection::sweep(&app).await {
            tracing::warn!(%error, "sums over events could not be looked after");
        }
        if let Err(error) = app::collection::look_after_hot_properties(&app).await {
            tracing::debug!(%error, "properties that are asked for often could not be looked after");
        }
    }
}

async fn live_demo(app: App) {
    let filled = async {
        let project = stores::demo_project(&app).await?;
        let stored = demo::fill(&app, &project, app.now()).await?;
        tracing::info!("the demo project has {stored} new events");
        anyhow::Ok(project)
    };
    match filled.await {
        Ok(project) => demo::go_on(app, project).await,
        Err(error) => tracing::error!("the demo could not be filled: {error:#}"),
    }
}

async fn warn_without_sandbox(stores: &Stores) {
    for check in observe::checks(stores).await {
        if check.state == observe::CheckState::Warning {
            tracing::warn!("{}: {}", check.name, check.detail);
        }
    }
}

/// The only lines on standard output: where the page is, and how to make it one's own.
async fn greet(config: &Config, app: &App, began: Instant) -> anyhow::Result<()> {
    let url = config.public_url();
    tracing::info!("ready after {} ms", began.elapsed().as_millis());
    println!("RadixInsight is at {url}");
    if let Some(ticket) = setup::issue_ticket(app).await? {
        println!("Nobody has claimed it yet. This link makes you its admin, once:\n\n    {url}/claim#token={ticket}\n");
    }
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            // Without the handler the signal ends the process anyway.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}
