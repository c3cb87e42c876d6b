//! One request: settings and parameters in, status and headers checked.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use analytics_model::Sql;
use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use reqwest::{Body, Response};
use url::Url;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::TIMEOUT_EXCEEDED;
use crate::parameters::Bound;
use crate::{Error, InsertOptions, Options, exception, parameters};

/// The store stops a query by itself when its time is up; only if it fails to, we stop waiting this much later.
const GRACE: Duration = Duration::from_secs(2);

/// Of an error's text no more is read.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// What every statement is sent with: without them ClickHouse silently gives other answers than standard SQL.
const BASELINE: [(&str, &str); 6] = [
    ("async_insert", "0"),
    ("join_use_nulls", "1"),
    ("union_default_mode", "DISTINCT"),
    ("cancel_http_readonly_queries_on_client_close", "1"),
    ("output_format_json_quote_decimals", "1"),
    // Numbers in texts and parameters are read to the last digit.
    ("precise_float_parsing", "1"),
];

/// Names and values in the order in which they are sent.
pub(crate) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Returns the settings of a statement; `defaults` are those of its kind.
    pub(crate) fn of(defaults: &[(&str, &str)], options: &Options) -> Result<Self, Error> {
        let mut settings = Self::baseline(defaults, options.timeout);
        match &options.query_id {
            Some(id) => settings.set("query_id", valid_query_id(id)?),
            None => settings.set("query_id", Uuid::new_v4()),
        }
        let limits = [
            ("max_result_rows", options.max_rows),
            ("max_result_bytes", options.max_bytes),
            ("max_memory_usage", options.max_memory),
        ];
        for (name, limit) in limits {
            if let Some(limit) = limit {
                settings.set(name, limit);
            }
        }
        if options.up_to_date {
            settings.set("select_sequential_consistency", 1);
        }
        for (name, value) in &options.settings {
            settings.set(name, value);
        }
        // The server checks all settings of a request against those before it, then applies them together: so
        // readonly=1 may come with others, and from then on the statement's own SETTINGS clause is refused.
        if options.read_only {
            settings.set("readonly", 1);
        }
        Ok(settings)
    }

    pub(crate) fn of_insert(defaults: &[(&str, &str)], options: &InsertOptions) -> Self {
        let mut settings = Self::baseline(defaults, options.timeout);
        settings.set("query_id", Uuid::new_v4());
        if let Some(token) = &options.deduplication_token {
            settings.set("insert_deduplication_token", token);
        }
        settings
    }

    pub(crate) fn set(&mut self, name: &str, value: impl ToString) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    fn baseline(defaults: &[(&str, &str)], timeout: Duration) -> Self {
        let mut settings = Self(BTreeMap::new());
        for (name, value) in BASELINE.iter().chain(defaults) {
            settings.set(name, value);
        }
        settings.set("max_execution_time", timeout.as_secs_f64().ceil());
        settings
    }
}

/// Returns the id if it can be sent and cancelled everywhere.
pub(crate) fn valid_query_id(id: &str) -> Result<&str, Error> {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    if is_plain && (1..=200).contains(&id.len()) {
        return Ok(id);
    }
    let reason = "an id holds 1 to 200 letters, digits and - _ . :".to_owned();
    Err(Error::Parameter { name: "query_id".to_owned(), reason })
}

/// A request in the making.
pub(crate) struct Request<'a> {
    connection: &'a Connection,
    url: Url,
    timeout: Duration,
}

impl<'a> Request<'a> {
    pub(crate) fn new(connection: &'a Connection, settings: &Settings, timeout: Duration) -> Self {
        let mut url = connection.base.clone();
        let known = settings.0.iter().filter(|(name, _)| !connection.unknown_settings.contains(&name.as_str()));
        url.query_pairs_mut().extend_pairs(known);
        Self { connection, url, timeout }
    }

    pub(crate) fn database(mut self) -> Self {
        self.url.query_pairs_mut().append_pair("database", &self.connection.database);
        self
    }

    pub(crate) fn format(mut self, format: &str) -> Self {
        self.url.query_pairs_mut().append_pair("default_format", format);
        self
    }

    /// Sends a statement; its answer has begun well when this returns.
    pub(crate) async fn statement(mut self, sql: &Sql) -> Result<Response, Error> {
        let Bound { text, mut fields } = parameters::bind(sql)?;
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(&fields);
        if url.as_str().len() <= self.connection.max_url_bytes {
            self.url = url;
            return self.send(None, Body::from(text)).await;
        }
        fields.push(("query".to_owned(), text));
        let boundary = Uuid::new_v4().simple().to_string();
        let body = form(&boundary, &fields);
        self.send(Some((CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))), Body::from(body)).await
    }

    /// Sends a statement and the data that belongs to it.
    pub(crate) async fn data(mut self, statement: &str, data: Vec<Bytes>) -> Result<Response, Error> {
        self.url.query_pairs_mut().append_pair("query", statement);
        if self.connection.compresses {
            let frame = tokio::task::spawn_blocking(move || compressed(&data)).await;
            let frame = frame.map_err(io::Error::other).flatten().map_err(|error| Error::Block(error.to_string()))?;
            return self.send(Some((CONTENT_ENCODING, "zstd".to_owned())), Body::from(frame)).await;
        }
        let pieces = data.into_iter().map(Ok::<_, std::convert::Infallible>);
        self.send(None, Body::wrap_stream(futures::stream::iter(pieces))).await
    }

    async fn send(self, body_header: Option<(HeaderName, String)>, body: Body) -> Result<Response, Error> {
        let mut request = self.connection.client.post(self.url).body(body);
        if let Some((name, value)) = body_header {
            request = request.header(name, value);
        }
        let wait = Wait { endpoint: &self.connection.endpoint, timeout: self.timeout };
        let response = wait.on(request.send()).await?;
        check(response, wait).await
    }
}

/// How long an answer is waited for, and whose name stands in the error.
#[derive(Clone, Copy)]
pub(crate) struct Wait<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) timeout: Duration,
}

impl Wait<'_> {
    pub(crate) async fn on<T>(self, answer: impl Future<Output = reqwest::Result<T>>) -> Result<T, Error> {
        match tokio::time::timeout(self.timeout + GRACE, answer).await {
            Ok(answer) => answer.map_err(|error| unavailable(self.endpoint, error)),
            Err(_) => Err(Error::Timeout { after: self.timeout }),
        }
    }
}

/// Every transport error: its URL is left out, since it holds the values of parameters.
pub(crate) fn unavailable(endpoint: &str, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    Error::Unavailable { endpoint: endpoint.to_owned(), reason }
}

async fn check(mut response: Response, wait: Wait<'_>) -> Result<Response, Error> {
    let code = header(&response, "x-clickhouse-exception-code").and_then(|code| code.parse().ok());
    let status = response.status().as_u16();
    if status == 200 && code.is_none() {
        return Ok(response);
    }
    let mut body = Vec::new();
    while let Some(chunk) = wait.on(response.chunk()).await? {
        body.extend_from_slice(&chunk);
        if body.len() >= MAX_ERROR_BYTES {
            break;
        }
    }
    let error = exception::of_answer(status, code, &String::from_utf8_lossy(&body));
    Err(settle(error, wait))
}

/// Tells errors that have a variant of their own from other refusals.
pub(crate) fn settle(error: Error, wait: Wait<'_>) -> Error {
    match error {
        Error::Refused { code: TIMEOUT_EXCEEDED, .. } => Error::Timeout { after: wait.timeout },
        Error::Unexpected { status: 502..=504, text } => {
            Error::Unavailable { endpoint: wait.endpoint.to_owned(), reason: text }
        }
        other => other,
    }
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// One frame at the quickest level: events shrink to a fifth and less.
fn compressed(pieces: &[Bytes]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1)?;
    for piece in pieces {
        encoder.write_all(piece)?;
    }
    encoder.finish()
}

/// The boundary is random: it can't occur inside a field.
pub(crate) fn form(boundary: &str, fields: &[(String, String)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body + "--" + boundary + "--\r\n"
}
