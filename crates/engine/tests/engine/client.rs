//! A bare HTTP client on a Unix socket, so that tests see every byte the engine sends.

use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use url::form_urlencoded::Serializer;

pub(crate) type Sending = BoxBody<Bytes, std::convert::Infallible>;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) bytes: Bytes,
    /// Whether the body ended as it should.
    pub(crate) is_complete: bool,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub(crate) fn summary(&self, key: &str) -> u64 {
        let summary: serde_json::Value = serde_json::from_str(self.header("x-clickhouse-summary")).expect("a summary");
        summary[key].as_str().expect("a number as text").parse().expect("a number")
    }

    /// The body of an answer without error.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, 200, "{}", self.text());
        assert!(self.is_complete, "the body broke off");
        self.text()
    }
}

/// `/?name=value&…`
pub(crate) fn uri(arguments: &[(&str, &str)]) -> String {
    format!("/?{}", Serializer::new(String::new()).extend_pairs(arguments).finish())
}

pub(crate) fn full(body: impl Into<Bytes>) -> Sending {
    Full::new(body.into()).boxed()
}

/// Sends a request on a connection of its own; dropping the response hangs up.
pub(crate) async fn open(
    socket: &Path,
    method: Method,
    uri: &str,
    headers: &[(&str, &str)],
    body: Sending,
) -> hyper::Result<Response<Incoming>> {
    let stream = UnixStream::connect(socket).await.expect("the engine listens");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(uri).header("host", "engine");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    sender.send_request(request.body(body).expect("a request")).await
}

pub(crate) async fn send(socket: &Path, method: Method, uri: &str, headers: &[(&str, &str)], body: Sending) -> Reply {
    let response = open(socket, method, uri, headers, body).await.expect("an answer");
    let (head, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    let mut is_complete = true;
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
            Err(_) => is_complete = false,
        }
    }
    Reply { status: head.status.as_u16(), headers: head.headers, bytes: bytes.into(), is_complete }
}

/// Posts a statement with arguments in the URL.
pub(crate) async fn post(socket: &Path, arguments: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
    send(socket, Method::POST, &uri(arguments), &[], full(body)).await
}

pub(crate) async fn get(socket: &Path, uri: &str) -> Reply {
    send(socket, Method::GET, uri, &[], full("")).await
}

/// Runs a statement and returns its text.
pub(crate) async fn sql(socket: &Path, statement: &str) -> String {
    post(socket, &[], statement.to_owned()).await.ok()
}

/// Waits until a condition holds; a test that waits in vain fails.
pub(crate) async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while !condition().await {
        assert!(tokio::time::Instant::now() < deadline, "in vain: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
