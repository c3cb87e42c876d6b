//! What operators look at: liveness, readiness, metrics.

use std::collections::HashMap;
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
    let told = get(async move || {
        tell_collecting(&app);
        metrics.render()
    });
    let told = told.layer(axum::middleware::from_fn_with_state(readers, only_readers));
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(stores))
        .route("/metrics", told)
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

async fn ready(State(stores): State<Arc<Stores>>) -> Response {
    let checks = checks(&stores).await;
    let failed = checks.iter().any(|check| check.state == CheckState::Failed);
    let is_alone = matches!(stores.cache.state(), CacheState::Away(_));
    let (status, said) = match (failed, is_alone) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
        // A server without Redis does its work: a balancer that took it away would make things worse.
        (false, true) => (StatusCode::OK, "degraded: cache"),
        (false, false) => (StatusCode::OK, "ready"),
    };
    (status, Json(Readiness { status: said.into(), checks })).into_response()
}

/// Looks at both stores, the engine and the shared cache.
pub(crate) async fn checks(stores: &Stores) -> Vec<Check> {
    let metadata = stores.metadata.ping().await.map(|()| format!("{} answers", stores.metadata.kind()));
    let analytics = stores.analytics.ping().await.map(|()| "answers".to_owned());
    let mut checks = vec![Check::of("metadata store", metadata), Check::of("analytics store", analytics)];
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
    const NAME: &str = "cache";
    match state {
        CacheState::InProcess => None,
        CacheState::Shared => Some(Check::new(NAME, CheckState::Fine, "Redis answers")),
        CacheState::Away(reason) => {
            let detail =
                format!("Redis is away ({reason}): until it answers, each server counts and caches for itself");
            Some(Check::new(NAME, CheckState::Warning, detail))
        }
    }
}
