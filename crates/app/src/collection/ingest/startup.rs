//! What PostHog's libraries ask for before or beside sending: their configuration and feature flags.
//!
//! There are no flags, recordings or surveys here, and the configuration says so: what is off is not asked for again.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use collector::limits;
use collector::wire::posthog;
use serde_json::{Value, json};

use super::super::error::Error;
use super::came::Came;
use super::{asked, at};
use crate::App;

pub(super) fn routes() -> Router<App> {
    at("/flags", limits::POSTHOG_EVENT_BYTES, get(flags).post(flags))
        .merge(at("/decide", limits::POSTHOG_EVENT_BYTES, get(flags).post(flags)))
        .merge(at("/flags/definitions", 0, get(definitions)))
        .route("/array/{*file}", get(configuration).options(asked))
}

/// Says in plain text that there is nothing: a page or JSON in place of a script would be run by the browser.
pub(super) async fn not_here() -> Response {
    let about = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (StatusCode::NOT_FOUND, about, "there is no such file here\n").into_response()
}

/// Answers `TOKEN/config.js`, a script, and `TOKEN/config`, the same as JSON.
async fn configuration(State(app): State<App>, Path(path): Path<String>, came: Came) -> Response {
    let Some((token, file @ ("config.js" | "config"))) = path.trim_end_matches('/').split_once('/') else {
        return not_here().await;
    };
    if let Err(error) = came.admit(&app, Some(token)).await {
        return error.into_text();
    }
    let config = config(token);
    let fresh = (header::CACHE_CONTROL, "public, max-age=60");
    if file == "config" {
        return ([fresh], axum::Json(config)).into_response();
    }
    let (all, token) = ("window._POSTHOG_REMOTE_CONFIG", Value::from(token));
    let script = format!("(function(){{{all}={all}||{{}};{all}[{token}]={{config:{config},siteApps:[]}}}})();\n");
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), fresh], script).into_response()
}

/// What a library is to do in a browser: collect, compress, and ask for nothing else.
fn config(token: &str) -> Value {
    json!({
        "token": token,
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": false,
        "sessionRecording": false,
        "surveys": false,
        "heatmaps": false,
        "capturePerformance": false,
        // Absent would mean off.
        "autocapture_opt_out": false,
        "autocaptureExceptions": false,
        "captureDeadClicks": false,
        "defaultIdentifiedOnly": true,
        "siteApps": [],
        "isAuthenticated": false,
        "toolbarParams": {},
        "elementsChainAsString": true,
    })
}

/// Answers every version of the question for feature flags: there are none.
async fn flags(State(app): State<App>, came: Came) -> Response {
    match key(&app, &came).await {
        Ok(key) => {
            let mut answer = config(&key);
            answer["config"] = json!({ "enable_collect_everything": true });
            answer["editorParams"] = json!({});
            answer["flags"] = json!({});
            answer["featureFlags"] = json!({});
            answer["featureFlagPayloads"] = json!({});
            answer["errorsWhileComputingFlags"] = json!(false);
            answer["requestId"] = json!(app.clock().new_id());
            axum::Json(answer).into_response()
        }
        Err(error) => error.into_text(),
    }
}

/// Answers servers that compute flags themselves: there are none.
async fn definitions(State(app): State<App>, came: Came) -> Response {
    match key(&app, &came).await {
        Ok(_) => axum::Json(json!({ "flags": [], "group_type_mapping": {}, "cohorts": {} })).into_response(),
        Err(error) => error.into_text(),
    }
}

async fn key(app: &App, came: &Came) -> Result<String, Error> {
    let key = posthog::key(&came.request(app).await?)?.ok_or(Error::KeyMissing)?;
    came.admit(app, Some(&key)).await?;
    Ok(key)
}
