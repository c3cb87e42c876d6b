//! The bound: HTTP and JSON, and nothing else.

#![expect(clippy::print_stdout, reason = "tells the port")]

use std::borrow::Cow;

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    api_key: Cow<'a, str>,
    #[serde(borrow)]
    batch: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    distinct_id: Cow<'a, str>,
    #[serde(borrow)]
    event_id: Cow<'a, str>,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow)]
    properties: &'a RawValue,
}

pub(crate) async fn serve() -> anyhow::Result<()> {
    let router = Router::new().fallback(post(parse)).layer(DefaultBodyLimit::max(20 << 20));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(axum::serve(listener, router).await?)
}

async fn parse(body: Bytes) -> (StatusCode, String) {
    match serde_json::from_slice::<Batch<'_>>(&body) {
        Ok(Batch { api_key, batch }) => {
            // Looked at, so that no compiler leaves the reading out.
            let texts = batch.iter().map(|event| {
                let Event { event, distinct_id, event_id, timestamp, properties } = event;
                event.len() + distinct_id.len() + event_id.len() + timestamp.len() + properties.get().len()
            });
            let bytes: usize = texts.sum::<usize>() + api_key.len();
            (StatusCode::OK, format!("{{\"accepted\":{},\"bytes\":{bytes}}}", batch.len()))
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    }
}
