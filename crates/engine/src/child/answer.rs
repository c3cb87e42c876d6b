//! Answers: headers, streamed bodies, errors.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use tokio::sync::mpsc;

use super::encoding::Encoding;
use super::exception::Exception;
use super::flush::Flushes;
use super::http::Face;
use super::pool::Event;
use super::request::Request;
use super::running::Entered;
use super::session::Progress;

/// A query whose answer is on its way.
pub(super) struct Answering {
    pub(super) face: Arc<Face>,
    pub(super) request: Request,
    pub(super) format: String,
    pub(super) started: Instant,
    /// Held for its drop: an answer that is let go cancels the query.
    pub(super) _entered: Entered,
    pub(super) events: mpsc::Receiver<Event>,
    /// Of the connection that the answer goes to.
    pub(super) flushes: Flushes,
}

impl Answering {
    /// Waits for the first piece, so that an early error gets its own status, and streams the rest.
    pub(super) async fn respond(mut self) -> Result<Response, Exception> {
        let (first, progress) = match self.next().await? {
            (Some(piece), progress) if !self.request.is_whole => (piece, progress),
            (Some(piece), _) => self.gather(piece).await?,
            (None, progress) => {
                return Ok(empty(&self.face, &self.request.query_id, &self.format, self.started, progress));
            }
        };
        let mut headers = headers(&self.face, Some(&self.request.query_id), Some(&self.format));
        set(&mut headers, "x-clickhouse-summary", &summary(progress, self.started));
        let encoding = Encoding::choose(&self.request.accepted);
        if let Some(encoding) = encoding {
            set(&mut headers, "content-encoding", encoding.name());
        }
        let body = match (encoding, self.request.is_whole) {
            (None, true) => Body::from(first),
            (None, false) => Body::from_stream(rest(first, self)),
            (Some(encoding), true) => encoding.encode(stream::iter([Ok(first)])),
            (Some(encoding), false) => encoding.encode(rest(first, self)),
        };
        Ok((headers, body).into_response())
    }

    async fn next(&mut self) -> Result<(Option<Bytes>, Progress), Exception> {
        match self.events.recv().await {
            Some(Event::Piece(bytes, progress)) => Ok((Some(bytes), progress)),
            Some(Event::Done(progress)) => Ok((None, progress)),
            Some(Event::Failed(exception)) => Err(exception),
            None => Err(Exception::internal("the engine dropped the query")),
        }
    }

    /// Waits for the end; a whole result is one piece, seldom more.
    async fn gather(&mut self, first: Bytes) -> Result<(Bytes, Progress), Exception> {
        let mut all = first;
        loop {
            match self.next().await? {
                (None, progress) => return Ok((all, progress)),
                (Some(piece), _) => {
                    let mut longer = BytesMut::from(&all[..]);
                    longer.extend_from_slice(&piece);
                    all = longer.freeze();
                }
            }
        }
    }
}

/// The pieces of a body. An error after the first piece is told in the text, and then by a body that breaks off.
fn rest(first: Bytes, answering: Answering) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    enum Next {
        First(Bytes, Answering),
        More(Answering),
        Break(Exception, Flushes),
        End,
    }
    stream::unfold(Next::First(first, answering), async |next| match next {
        Next::First(piece, answering) => Some((Ok(piece), Next::More(answering))),
        Next::More(mut answering) => match answering.next().await {
            Ok((Some(piece), _)) => Some((Ok(piece), Next::More(answering))),
            Ok((None, _)) => None,
            Err(exception) => Some((Ok(format!("\n{exception}\n").into()), Next::Break(exception, answering.flushes))),
        },
        Next::Break(exception, flushes) => {
            // An error at once would throw away what the connection has not sent yet, this text included.
            flushes.next().await;
            Some((Err(io::Error::other(exception)), Next::End))
        }
        Next::End => None,
    })
}

/// An answer without a body: DDL, inserts, results without rows.
pub(super) fn empty(face: &Face, id: &str, format: &str, started: Instant, progress: Progress) -> Response {
    let mut headers = headers(face, Some(id), Some(format));
    set(&mut headers, "x-clickhouse-summary", &summary(progress, started));
    (headers, Body::empty()).into_response()
}

/// An error before the first piece.
pub(super) fn failure(exception: &Exception, face: &Face, id: Option<&str>) -> Response {
    let mut headers = headers(face, id, None);
    set(&mut headers, "x-clickhouse-exception-code", &exception.code.to_string());
    let mut text = exception.message.clone();
    if !text.contains("(version ") {
        text = format!("{text} (version {})", face.version);
    }
    let status: StatusCode = exception.status();
    (status, headers, format!("{text}\n")).into_response()
}

fn headers(face: &Face, id: Option<&str>, format: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set(&mut headers, header::CONTENT_TYPE.as_str(), content_type(format.unwrap_or_default()));
    set(&mut headers, "x-clickhouse-server-display-name", "radixinsight-engine");
    set(&mut headers, "x-clickhouse-timezone", &face.time_zone);
    if let Some(id) = id {
        set(&mut headers, "x-clickhouse-query-id", id);
    }
    if let Some(format) = format {
        set(&mut headers, "x-clickhouse-format", format);
    }
    headers
}

/// Leaves out a value that no header can carry.
fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}

fn content_type(format: &str) -> &'static str {
    let format = format.to_ascii_lowercase();
    match format.as_str() {
        "json" | "jsoncompact" | "jsonstrings" | "jsoncompactstrings" | "jsoncolumns" => {
            "application/json; charset=UTF-8"
        }
        _ if format.starts_with("json") || format == "ndjson" => "application/x-ndjson; charset=UTF-8",
        _ if format.starts_with("csv") => "text/csv; charset=UTF-8",
        _ if format.starts_with("tabseparated") || format.starts_with("tsv") => {
            "text/tab-separated-values; charset=UTF-8"
        }
        "native"
        | "parquet"
        | "arrow"
        | "arrowstream"
        | "msgpack"
        | "rowbinary"
        | "rowbinarywithnames"
        | "rowbinarywithnamesandtypes" => "application/octet-stream",
        _ => "text/plain; charset=UTF-8",
    }
}

/// Numbers travel as text, as ClickHouse sends them.
fn summary(progress: Progress, started: Instant) -> String {
    serde_json::json!({
        "read_rows": progress.read_rows.to_string(),
        "read_bytes": progress.read_bytes.to_string(),
        "written_rows": progress.written_rows.to_string(),
        "written_bytes": progress.written_bytes.to_string(),
        "total_rows_to_read": "0",
        "result_rows": progress.result_rows.to_string(),
        "result_bytes": "0",
        "elapsed_ns": started.elapsed().as_nanos().to_string(),
    })
    .to_string()
}
