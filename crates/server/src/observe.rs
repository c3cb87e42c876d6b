//! What operators look at: liveness, readiness, metrics.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Instant;

use app::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use shared_cache::State as CacheState;

use crate::scrape::{Readers, only_readers};
use crate::stores::Stores;

/// Upper ends of the histogram's buckets, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The same for work in memory, which is done a thousand times quicker.
const FRACTIONS: [f64; 14] = [
    0.000_005, 0.000_01, 0.000_02, 0.000_03, 0.000_04, 0.000_05, 0.000_075, 0.000_1, 0.000_15, 0.000_25, 0.000_5,
    0.001, 0.01, 0.1,
];

/// Starts to keep metrics.
pub(crate) fn start() -> anyhow::Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("radixinsight_authorize_seconds".into()), &FRACTIONS)?;
    Ok(builder.install_recorder()?)
}

/// Returns `/healthz`, `/readyz` and `/metrics`.
pub(crate) fn routes(stores: Arc<Stores>, app: App, metrics: PrometheusHandle, readers: Readers) -> Router {
    let of_metrics = app.clone();
    let told = get(async move || {
        tell_collecting(&of_metrics);
        metrics.render()
    });
    let told = told.layer(axum::middleware::from_fn_with_state(readers, only_readers));
    let readiness = get(ready).with_state((stores, app.clone()));
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", readiness).route("/metrics", told)
}

/// Sets the gauges of what waits to be stored, as it stands now.
fn tell_collecting(app: &App) {
    let Some(writer) = app.writer() else { return };
    let now = writer.statistics();
    metrics::gauge!("radixinsight_spool_bytes").set(now.spool_bytes as f64);
    metrics::gauge!("radixinsight_spool_limit_bytes").set(now.spool_limit_bytes as f64);
    metrics::gauge!("radixinsight_events_waiting").set(now.waiting as f64);
    // While nothing is stored, what waits waits at least as long as that.
    let lag = now.lag.unwrap_or_default().max(now.away_for.unwrap_or_default());
    metrics::gauge!("radixinsight_events_lag_seconds").set(lag.as_secs_f64());
}

/// What is counted of requests of one kind.
#[derive(Clone)]
struct Counted {
    requests: metrics::Counter,
    seconds: metrics::Histogram,
}

/// What is counted, by route, and there by method and status: looked up without a copy of any text.
type Known = HashMap<String, HashMap<(&'static str, StatusCode), Counted>>;

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// Counts and times requests by route, not by path: ids would make endless series.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("page", MatchedPath::as_str);
    measured(route, request, |request| next.run(request)).await
}

/// Counts and times one request.
pub(crate) async fn measured<F: Future<Output = Response>>(
    route: &str,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let began = Instant::now();
    let method = method(request.method());
    let response = answer(request).await;
    let counted = counted(route, (method, response.status()));
    counted.requests.increment(1);
    counted.seconds.record(began.elapsed());
    response
}

fn counted(route: &str, key: (&'static str, StatusCode)) -> Counted {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(route).and_then(|of| of.get(&key)).cloned();
    known.unwrap_or_else(|| {
        let (method, status) = key;
        let labels =
            [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.as_u16().to_string())];
        let counted = Counted {
            requests: metrics::counter!("radixinsight_http_requests_total", &labels),
            seconds: metrics::histogram!("radixinsight_http_request_seconds", &labels[..2]),
        };
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(route.to_owned()).or_default().insert(key, counted.clone());
        counted
    })
}

/// Returns the word for a method: anybody may invent more of them.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
    known.into_iter().find(|known| method.as_str() == *known).unwrap_or("other")
}

/// What `/readyz` answers.
#[derive(Serialize, Deserialize)]
pub(crate) struct Readiness {
    status: String,
    /// What was looked at.
    pub(crate) checks: Vec<Check>,
}

/// One line of readiness, also printed by `verify`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Check {
    /// What was looked at.
    pub(crate) name: String,
    pub(crate) state: CheckState,
    /// What was found, and what to do where it is not fine.
    pub(crate) detail: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckState {
    Fine,
    /// Works, but somebody should look.
    Warning,
    Failed,
}

impl Check {
    pub(crate) fn new(name: &'static str, state: CheckState, detail: impl Into<String>) -> Self {
        Self { name: name.into(), state, detail: detail.into() }
    }

    pub(crate) fn of<E: std::fmt::Display>(name: &'static str, result: Result<String, E>) -> Self {
        match result {
            Ok(detail) => Self::new(name, CheckState::Fine, detail),
            Err(error) => Self::new(name, CheckState::Failed, error.to_string()),
        }
    }
}

/// What collecting can't do without: the disk, and keys to look at. A balancer that took a server away for anything else
/// would make things worse.
const NEEDED: [&str; 2] = [METADATA, SPOOL];
const METADATA: &str = "metadata store";
const ANALYTICS: &str = "analytics store";
const SPOOL: &str = "spool";
const STORING: &str = "storing";
const TASKS: &str = "tasks";
const CACHE: &str = "cache";

async fn ready(State((stores, app)): State<(Arc<Stores>, App)>) -> Response {
    let mut checks = checks(&stores).await;
    checks.extend(collecting(&app));
    let (status, said) = readiness(&checks);
    (status, Json(Readiness { status: said, checks })).into_response()
}

/// Returns whether requests are to be sent here, and what does not work as it should.
fn readiness(checks: &[Check]) -> (StatusCode, String) {
    let is_away = |check: &Check| check.state == CheckState::Failed && NEEDED.contains(&check.name.as_str());
    if checks.iter().any(is_away) {
        return (StatusCode::SERVICE_UNAVAILABLE, "not_ready".into());
    }
    let told = [ANALYTICS, STORING, TASKS, CACHE];
    let is_degraded = |check: &&Check| check.state != CheckState::Fine && told.contains(&check.name.as_str());
    let degraded: Vec<&str> = checks.iter().filter(is_degraded).map(|check| check.name.as_str()).collect();
    let said = if degraded.is_empty() { "ready".into() } else { format!("degraded: {}", degraded.join(", ")) };
    (StatusCode::OK, said)
}

/// Looks at what takes events and stores them.
fn collecting(app: &App) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(writer) = app.writer() {
        let now = writer.statistics();
        let (state, words) =
            if now.refuses { (CheckState::Failed, "no room") } else { (CheckState::Fine, "takes events") };
        let (used, limit) = (now.spool_bytes >> 20, now.spool_limit_bytes >> 20);
        checks.push(Check::new(SPOOL, state, format!("{words}: {used} of {limit} MiB are in use")));
        checks.push(match (now.stumble, now.trouble) {
            (Some(stumble), _) => {
                Check::new(STORING, CheckState::Warning, format!("stumbled and begins anew: {stumble}"))
            }
            (None, Some(trouble)) => {
                Check::new(STORING, CheckState::Warning, format!("events wait in the spool: {trouble}"))
            }
            (None, None) => Check::new(STORING, CheckState::Fine, "events are stored as they come"),
        });
    }
    checks.extend(app.tasks().troubled().into_iter().map(|task| {
        let detail = format!("“{}” ended {} times and was begun again: {}", task.name, task.times, task.said);
        Check::new(TASKS, CheckState::Warning, detail)
    }));
    checks
}

/// Looks at both stores, the engine and the shared cache.
pub(crate) async fn checks(stores: &Stores) -> Vec<Check> {
    let metadata = stores.metadata.ping().await.map(|()| format!("{} answers", stores.metadata.kind()));
    let analytics = stores.analytics.ping().await.map(|()| "answers".to_owned());
    let mut analytics = Check::of(ANALYTICS, analytics);
    if analytics.state == CheckState::Fine && !stores.is_prepared.load(Ordering::Relaxed) {
        analytics = Check::new(ANALYTICS, CheckState::Warning, "answers; its schema is being brought up to date");
    }
    let mut checks = vec![Check::of(METADATA, metadata), analytics];
    if let Some(engine) = &stores.engine {
        checks.push(sandbox(engine));
    }
    checks.extend(cache(&stores.cache.state()));
    checks
}

fn sandbox(engine: &engine::Engine) -> Check {
    const NAME: &str = "engine sandbox";
    let status = engine.status().borrow().clone();
    let Some(sandbox) = status.sandbox else {
        return Check::new(NAME, CheckState::Warning, "the engine has not said yet whether it is sandboxed");
    };
    let found = format!("Landlock {}, seccomp {}", sandbox.landlock, sandbox.seccomp);
    if sandbox.landlock == "enforced" && sandbox.seccomp == "enforced" {
        return Check::new(NAME, CheckState::Fine, found);
    }
    let detail = format!("{found}: a query could reach what the engine's user can reach; Linux 5.13 or newer has both");
    Check::new(NAME, CheckState::Warning, detail)
}

fn cache(state: &CacheState) -> Option<Check> {
    match state {
        CacheState::InProcess => None,
        CacheState::Shared => Some(Check::new(CACHE, CheckState::Fine, "Redis answers")),
        CacheState::Away(reason) => {
            let detail =
                format!("Redis is away ({reason}): until it answers, each server counts and caches for itself");
            Some(Check::new(CACHE, CheckState::Warning, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(states: &[(&'static str, CheckState)]) -> (u16, String) {
        let checks: Vec<Check> = states.iter().map(|(name, state)| Check::new(name, *state, "")).collect();
        let (status, said) = readiness(&checks);
        (status.as_u16(), said)
    }

    #[test]
    fn a_server_that_can_collect_is_degraded_and_not_away() {
        use CheckState::{Failed, Fine, Warning};
        let fine = [(METADATA, Fine), (SPOOL, Fine), (ANALYTICS, Fine), ("engine sandbox", Warning)];
        assert_eq!(said(&fine), (200, "ready".into()));
        let without_store = [(METADATA, Fine), (SPOOL, Fine), (ANALYTICS, Failed), (STORING, Warning)];
        assert_eq!(said(&without_store), (200, "degraded: analytics store, storing".into()));
        assert_eq!(said(&[(CACHE, Warning), (TASKS, Warning)]), (200, "degraded: cache, tasks".into()));
        assert_eq!(said(&[(METADATA, Fine), (SPOOL, Failed)]), (503, "not_ready".into()), "the disk keeps nothing");
        assert_eq!(said(&[(METADATA, Failed), (SPOOL, Fine)]), (503, "not_ready".into()), "no key can be looked at");
    }
}
