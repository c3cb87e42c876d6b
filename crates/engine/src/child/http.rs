//! The ClickHouse HTTP interface: requests in, jobs to the pool, answers out.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Multipart, Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get};
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

use super::answer::{Answering, failure};
use super::encoding::{Reader, decode};
use super::exception::Exception;
use super::flush::Flushes;
use super::format::{Pieces, pieces};
use super::outside;
use super::pool::{Data, Event, Job, Pool, Work};
use super::request::Request;
use super::running::{Entered, Running, condition};
use super::statement::{Shape, kill_target, mentions, output_format, shape};

/// The longest text of a statement, inline data of `INSERT … SELECT` included.
const MAX_STATEMENT_BYTES: usize = 64 * 1024 * 1024;
const READ_BYTES: usize = 1024 * 1024;

/// What the handlers share.
pub(super) struct Face {
    pub(super) pool: Pool,
    pub(super) running: Running,
    /// Whether statements that ask for something outside of the database are refused before they run.
    pub(super) is_guarded: bool,
    pub(super) time_zone: String,
    pub(super) version: String,
    pub(super) status: serde_json::Value,
}

/// All paths of the interface.
pub(super) fn routes(face: Arc<Face>) -> Router {
    Router::new()
        .route("/", any(run))
        .route("/ping", get(async || "Ok.\n"))
        .route("/status", get(status))
        .route("/query/{id}", delete(cancel))
        // Inserts are streamed, however long; statements and forms have limits of their own.
        .layer(DefaultBodyLimit::max(MAX_STATEMENT_BYTES))
        .with_state(face)
}

async fn status(State(face): State<Arc<Face>>) -> Response {
    let mut status = face.status.clone();
    status["running"] = face.running.count().into();
    axum::Json(status).into_response()
}

/// Cancels a query by its id.
async fn cancel(State(face): State<Arc<Face>>, Path(id): Path<String>) -> StatusCode {
    if face.running.cancel(&id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// Runs one statement.
async fn run(
    State(face): State<Arc<Face>>,
    ConnectInfo(flushes): ConnectInfo<Flushes>,
    request: axum::extract::Request,
) -> Response {
    let method = request.method();
    if method != Method::GET && method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let (arguments, body) = match read_whole(request).await {
        Ok(whole) => whole,
        Err(exception) => return failure(&exception, &face, None),
    };
    let id = arguments.query_id.clone();
    match answer(&face, arguments, body, flushes).await {
        Ok(response) => response,
        Err(exception) => failure(&exception, &face, Some(&id)),
    }
}

/// Reads the arguments, wherever they stand; only then it is known whether the statement may change anything.
async fn read_whole(request: axum::extract::Request) -> Result<(Request, Body), Exception> {
    let is_get = request.method() == Method::GET;
    let arguments = Request::read(request.uri(), request.headers())?;
    let (mut arguments, body) = with_form(arguments, request).await?;
    arguments.settle_readonly(is_get)?;
    Ok((arguments, body))
}

/// Adds what a form in the body says to the arguments; a form leaves nothing of the body.
async fn with_form(mut arguments: Request, request: axum::extract::Request) -> Result<(Request, Body), Exception> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Ok((arguments, request.into_body()));
    }
    let form =
        Multipart::from_request(request, &()).await.map_err(|error| Exception::bad_arguments(error.body_text()))?;
    arguments.read_form(form).await?;
    Ok((arguments, Body::empty()))
}

async fn answer(face: &Arc<Face>, request: Request, body: Body, flushes: Flushes) -> Result<Response, Exception> {
    let started = Instant::now();
    let mut body = decode(body, request.encoding.as_deref())?;
    if let Shape::Insert { format: None, .. } = shape(request.query.as_bytes(), true) {
        // The statement stands in the URL and names no format: the body is data.
        let statement = request.query.clone();
        return insert(face, request, Insert { statement, format: None, first: Bytes::new(), body }, started).await;
    }
    let mut text = BytesMut::from(request.query.as_bytes());
    if !text.is_empty() {
        text.extend_from_slice(b"\n");
    }
    let mut complete = false;
    loop {
        match shape(&text, complete) {
            Shape::Insert { end, format, data } => {
                let statement = utf8(text[..end].to_vec())?;
                let first = text.freeze().slice(data..);
                return insert(face, request, Insert { statement, format, first, body }, started).await;
            }
            Shape::Query if complete => break,
            _ => complete = read(&mut body, &mut text).await? == 0,
        }
        if text.len() > MAX_STATEMENT_BYTES {
            return Err(Exception::new(168, "QUERY_IS_TOO_LARGE", "The statement is longer than 64 MiB"));
        }
    }
    let sql = utf8(text.to_vec())?;
    if sql.trim().is_empty() {
        return Ok("Ok.\n".into_response());
    }
    query(face, request, sql, started, flushes).await
}

async fn read(body: &mut Reader, into: &mut BytesMut) -> Result<usize, Exception> {
    into.reserve(64 * 1024);
    body.read_buf(into).await.map_err(|error| Exception::new(23, "CANNOT_READ_FROM_ISTREAM", error))
}

fn utf8(bytes: Vec<u8>) -> Result<String, Exception> {
    String::from_utf8(bytes).map_err(|_| Exception::bad_arguments("the statement is not valid UTF-8"))
}

/// Runs anything but an insert with data.
async fn query(
    face: &Arc<Face>,
    request: Request,
    mut sql: String,
    started: Instant,
    flushes: Flushes,
) -> Result<Response, Exception> {
    request.refuse_session_state(&sql)?;
    if let Some((id, place)) = kill_target(&sql)
        && face.running.contains(&id)
    {
        sql.replace_range(place, &condition(&id));
    }
    let format = output_format(&sql).or(request.default_format.as_deref()).unwrap_or("TabSeparated").to_owned();
    let work = match pieces(&format) {
        _ if request.is_whole || has_frame(&request, &sql) => Work::Whole,
        Pieces::Whole => Work::Whole,
        pieces => Work::Stream(pieces),
    };
    let (entered, events) = submit(face, &request, sql, format.clone(), work)?;
    Answering { face: face.clone(), request, format, started, _entered: entered, events, flushes }.respond().await
}

/// Totals and extremes follow the rows, and an array encloses them: such results cannot be cut in pieces.
fn has_frame(request: &Request, sql: &str) -> bool {
    let frames = ["output_format_json_array_of_rows", "extremes"];
    request.settings.iter().any(|(name, _)| frames.contains(&name.as_str()))
        || mentions(sql, &["totals", "extremes", "output_format_json_array_of_rows"])
}

/// An insert, its data still on the way.
struct Insert {
    statement: String,
    format: Option<String>,
    first: Bytes,
    body: Reader,
}

async fn insert(face: &Arc<Face>, request: Request, insert: Insert, started: Instant) -> Result<Response, Exception> {
    // The library checks `readonly` for statements, not for streamed inserts.
    if request.is_readonly() {
        return Err(Exception::new(164, "READONLY", "Cannot insert in readonly mode"));
    }
    let Insert { statement, format, first, mut body } = insert;
    let format = format.or_else(|| request.default_format.clone()).unwrap_or_else(|| "Values".into());
    let (chunks, data) = mpsc::channel(2);
    let (mut entered, mut events) = submit(face, &request, statement, format.clone(), Work::Insert(data))?;
    let feed = async {
        let mut next = first;
        loop {
            if !next.is_empty() && chunks.send(Data::Chunk(next)).await.is_err() {
                return Ok(());
            }
            let mut buffer = BytesMut::with_capacity(READ_BYTES);
            // Small pieces are gathered: each append wakes the engine.
            while buffer.len() < READ_BYTES / 2 && body.read_buf(&mut buffer).await? > 0 {}
            if buffer.is_empty() {
                let _ = chunks.send(Data::End).await;
                return Ok(());
            }
            next = buffer.freeze();
        }
    };
    tokio::pin!(feed);
    let early = tokio::select! {
        fed = &mut feed => {
            let fed: std::io::Result<()> = fed;
            fed.map_err(|error| Exception::new(23, "CANNOT_READ_ALL_DATA", error))?;
            None
        }
        event = events.recv() => Some(event),
    };
    // All data is with the engine: it is stored even if the client leaves now.
    entered.detach();
    let outcome = match early {
        Some(event) => event,
        None => events.recv().await,
    };
    match outcome {
        Some(Event::Failed(exception)) => Err(exception),
        Some(Event::Done(progress)) => Ok(super::answer::empty(face, &request.query_id, &format, started, progress)),
        _ => Err(Exception::internal("the engine dropped the insert")),
    }
}

/// Registers a statement and hands it to the pool.
fn submit(
    face: &Arc<Face>,
    request: &Request,
    sql: String,
    format: String,
    work: Work,
) -> Result<(Entered, mpsc::Receiver<Event>), Exception> {
    if face.is_guarded {
        outside::refuse(&sql, &request.parameters)?;
    }
    let entered = face.running.enter(request.query_id.clone())?;
    let (sender, events) = mpsc::channel(2);
    face.pool.submit(Job {
        query: entered.query.clone(),
        sql,
        format,
        database: request.database.clone(),
        settings: request.settings.clone(),
        parameters: request.parameters.clone(),
        work,
        events: sender,
    });
    Ok((entered, events))
}
