//! What RudderStack has beside Segment's API: pictures, beacons, and the start of its library for browsers.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use collector::limits;
use collector::wire::segment::{Call, pixel};
use serde_json::json;

use super::super::error::Error;
use super::at;
use super::came::{Came, take};
use super::segment::events;
use super::startup::not_here;
use crate::App;

/// A picture of one transparent point.
const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
    \x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

pub(super) fn routes() -> Router<App> {
    at("/beacon/v1/batch", limits::SEGMENT_BODY_BYTES, post(beacon))
        .merge(at("/pixel/v1/{call}", 0, get(picture)))
        .merge(at("/sourceConfig", 0, get(source)))
}

async fn beacon(State(app): State<App>, came: Came) -> Response {
    events(&app, &came, None, false).await.map_or_else(Error::into_text, |()| "ok".into_response())
}

async fn picture(State(app): State<App>, Path(call): Path<String>, came: Came) -> Response {
    let call = match call.as_str() {
        "track" => Call::Track,
        "page" => Call::Page,
        _ => return not_here().await,
    };
    match pictured(&app, &came, call).await {
        Ok(()) => {
            let about = [(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store")];
            (about, PICTURE).into_response()
        }
        Err(error) => error.into_text(),
    }
}

async fn pictured(app: &App, came: &Came, call: Call) -> Result<(), Error> {
    let request = came.request(app).await?;
    let body = pixel::body(&request);
    let request = collector::wire::Request { body: &body, content_encoding: None, ..request };
    let parsed = collector::wire::segment::parse(&request, Some(call))?;
    let admitted = came.admit(app, parsed.key.as_deref()).await?;
    take(app, admitted, parsed).await
}

/// Tells RudderStack's library for browsers that the source is there and has no other destinations.
async fn source(State(app): State<App>, came: Came) -> Response {
    source_of(&app, &came).await.unwrap_or_else(Error::into_text)
}

async fn source_of(app: &App, came: &Came) -> Result<Response, Error> {
    let key = came.in_query(&["writeKey"]).or_else(|| came.basic()).ok_or(Error::KeyMissing)?;
    let project = came.admit(app, Some(&key)).await?.arrival.project;
    let off = json!({ "enabled": false });
    let source = json!({
        "id": project,
        "name": "RadixInsight",
        "writeKey": key,
        "enabled": true,
        "workspaceId": project,
        "config": { "statsCollection": { "errors": off, "metrics": off } },
        "destinations": [],
    });
    Ok(axum::Json(json!({ "source": source, "updatedAt": app.now() })).into_response())
}
