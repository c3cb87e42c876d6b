//! Serving client configurations to SDKs, which have a key and no session.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::options,
};
use http_kit::{Json, Problem, Problems, Query, Result};
use serde::Deserialize;
use serde_json::json;
use tower_http::cors::{AllowHeaders, AllowMethods, CorsLayer};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::store;
use crate::{
    App, secret,
    tenancy::{Action, Error, KeyKind, Resource, find_key},
};

/// SDKs keep a configuration this long without asking.
const FRESH: &str = "private, max-age=60";

/// Pages of any origin may ask: the key is the proof, no cookie counts.
pub(super) fn routes() -> OpenApiRouter<App> {
    let any_origin = CorsLayer::new()
        .allow_origin(tower_http::cors::Any)
        .allow_methods(AllowMethods::any())
        .allow_headers(AllowHeaders::any())
        .expose_headers([header::ETAG]);
    OpenApiRouter::new().routes(routes!(serve)).route("/client_config", options(preflight)).layer(any_origin)
}

/// Gives the layer around it an OPTIONS request to answer; it is never called for one that asks about origins.
async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Which configuration, and for which project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The configuration's name; `default` unless told.
    name: Option<String>,
    /// The project's key, if no header has it.
    key: Option<String>,
}

/// Returns what a project tells its SDKs: an empty object where it tells nothing under this name.
///
/// Send the project's key as `Authorization: Bearer KEY` or `?key=KEY`. With `If-None-Match` what hasn't changed is
/// not sent again.
#[utoipa::path(get, path = "/client_config", tag = "collection", operation_id = "get_served_client_config",
    security((), ("key" = [])), params(Wanted),
    responses((status = 200, body = Object, description = "The configuration."),
        (status = 304, description = "It hasn't changed."), Problems))]
async fn serve(State(app): State<App>, headers: HeaderMap, Query(wanted): Query<Wanted>) -> Result<Response> {
    let key = key_of(&headers).or(wanted.key.as_deref()).ok_or_else(|| wrong("the request has no project key"))?;
    let key = find_key(&app, key).await?;
    // A write key is public, and so is what it reads here; a secret key reads what its scopes say.
    let key = key.filter(|key| key.kind == KeyKind::Write || key.may(Action::View, Resource::ClientConfigs));
    let key = key.ok_or_else(|| wrong("the project key is wrong, expired or switched off"))?;
    let name = wanted.name.as_deref().unwrap_or("default");
    let row = store::find_by_name(app.db(), key.project, name).await.map_err(Error::from)?;
    let config = row.map_or_else(|| json!({}), |row| row.config);
    let hash = secret::hash(&config.to_string());
    let etag = format!("\"{}\"", hash.get(..32).unwrap_or_default());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let about = [(header::ETAG, etag), (header::CACHE_CONTROL, FRESH.to_owned())];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, Json(config)).into_response())
}

fn key_of(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn wrong(detail: &str) -> Problem {
    Problem::unauthorized("key_wrong", detail)
}
