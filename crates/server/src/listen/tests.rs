use std::net::SocketAddr;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http_kit::{BodyLimits, Holding};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use super::{Limits, until};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// An empty SETTINGS frame.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// A PING frame.
const PING: &[u8] = &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

fn limits() -> Limits {
    Limits {
        head: Duration::from_millis(300),
        idle: Duration::from_millis(400),
        stalled: Duration::from_millis(400),
        connections: 100,
        connections_of_address: 100,
        bodies: BodyLimits { pause: Duration::from_millis(300), ..BodyLimits::default() },
    }
}

/// Answers with how many bytes came, or with a stream that lasts longer than any limit.
async fn answer(request: Request) -> Response {
    match request.uri().path() {
        "/stream" => {
            let lines = futures::stream::iter(0..6).then(|number| async move {
                sleep(Duration::from_millis(200)).await;
                Ok::<_, std::io::Error>(Bytes::from(format!("line {number}\n")))
            });
            Body::from_stream(lines).into_response()
        }
        "/large" => Body::from(vec![b'x'; 64 << 20]).into_response(),
        "/known" => {
            request.extensions().get::<Holding>().unwrap().known();
            read(request).await
        }
        _ => read(request).await,
    }
}

/// As every route does: what was not read is told by the layer around it.
async fn read(request: Request) -> Response {
    let edge = http_kit::Edge::default();
    http_kit::surrounded(edge, request, |request| async {
        match to_bytes(request.into_body(), usize::MAX).await {
            Ok(bytes) => Json(json!({ "bytes": bytes.len() })).into_response(),
            Err(_) => axum::http::StatusCode::BAD_REQUEST.into_response(),
        }
    })
    .await
}

async fn serve(limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(until(std::future::pending(), listener, answer, limits));
    address
}

async fn connected(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// Reads what comes until the server ends the connection, and fails where it does not.
async fn ended(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    // An end without a word is one, too.
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut read)).await.expect("the connection ends");
    read
}

async fn asked(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let request = format!("{head}\r\nhost: here\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = connected(address, request.as_bytes()).await;
    // The server may answer and end before all is written.
    let _ = stream.write_all(body).await;
    String::from_utf8_lossy(&ended(&mut stream).await).into_owned()
}

#[tokio::test]
async fn connections_that_bring_no_request_end() {
    let address = serve(limits()).await;
    let openings: [&[u8]; 8] = [
        b"",
        b"P",
        &PREFACE[..10],
        PREFACE,
        &[PREFACE, SETTINGS].concat(),
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nhost: here\r\nx: ",
        b"\r\n\r\n\r\n",
    ];
    for opening in openings {
        let mut stream = connected(address, opening).await;
        ended(&mut stream).await;
    }
}

#[tokio::test]
async fn trickles_that_never_make_a_request_end() {
    let address = serve(limits()).await;
    for (opening, drop) in [(&b"GET / HTTP/1.1\r\n"[..], &b"a: b\r\n"[..]), (&[PREFACE, SETTINGS].concat(), PING)] {
        let mut stream = connected(address, opening).await;
        let begun = Instant::now();
        let mut buffer = [0; 4096];
        loop {
            assert!(begun.elapsed() < Duration::from_secs(20), "in vain");
            let is_gone = stream.write_all(drop).await.is_err();
            let read = timeout(Duration::from_millis(50), stream.read(&mut buffer)).await;
            if is_gone || matches!(read, Ok(Ok(0) | Err(_))) {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_connection_may_be_used_again_and_ends_when_it_is_not() {
    let address = serve(limits()).await;
    let mut stream = connected(address, b"").await;
    for _ in 0..4 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..read]));
        sleep(Duration::from_millis(150)).await;
    }
    assert_eq!(ended(&mut stream).await, b"");
}

#[tokio::test]
async fn a_body_that_trickles_is_answered_with_408() {
    let address = serve(limits()).await;
    let mut stream = connected(address, b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\nx").await;
    let said = String::from_utf8(ended(&mut stream).await).unwrap();
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("body_too_slow"), "{said}");
    assert!(asked(address, "POST / HTTP/1.1", &[0; 100]).await.contains("\"bytes\":100"));
}

#[tokio::test]
async fn a_stream_of_answers_lasts_longer_than_any_limit() {
    let address = serve(limits()).await;
    let said = asked(address, "GET /stream HTTP/1.1", b"").await;
    assert!(said.contains("line 5"), "{said}");
}

#[tokio::test]
async fn an_answer_that_nobody_takes_ends() {
    let address = serve(limits()).await;
    let mut stream = connected(address, b"GET /large HTTP/1.1\r\nhost: here\r\n\r\n").await;
    sleep(Duration::from_millis(1_500)).await;
    let read = ended(&mut stream).await;
    assert!(read.len() < 64 << 20, "it ended in the middle, after {} bytes", read.len());
}

#[tokio::test]
async fn silent_connections_do_not_keep_others_out() {
    let long = Duration::from_secs(600);
    for of_address in [8, 4] {
        let some = Limits { head: long, idle: long, connections: 8, connections_of_address: of_address, ..limits() };
        let address = serve(some).await;
        let mut silent = Vec::new();
        for opening in [&b""[..], PREFACE, b"GET / HT"].iter().cycle().take(30) {
            silent.push(connected(address, opening).await);
        }
        for _ in 0..20 {
            assert!(asked(address, "GET / HTTP/1.1", b"").await.starts_with("HTTP/1.1 200"));
        }
    }
}

#[tokio::test]
async fn connections_at_work_are_not_ended_for_others() {
    let some = Limits { connections: 2, ..limits() };
    let address = serve(some).await;
    let streams = [asked(address, "GET /stream HTTP/1.1", b""), asked(address, "GET /stream HTTP/1.1", b"")];
    let refused = async {
        sleep(Duration::from_millis(300)).await;
        asked(address, "GET / HTTP/1.1", b"").await
    };
    let ([first, second], refused) =
        tokio::join!(async { futures::future::join_all(streams).await.try_into().unwrap() }, refused);
    let (first, second): (String, String) = (first, second);
    assert!(first.contains("line 5") && second.contains("line 5"));
    assert_eq!(refused, "", "there is no place for it");
}

#[tokio::test]
async fn bodies_without_a_key_take_no_more_memory_than_they_may() {
    let bodies = BodyLimits {
        all_bytes: 4 << 20,
        unknown_bytes: 1 << 20,
        address_bytes: None,
        pause: Duration::from_secs(600),
        ..BodyLimits::default()
    };
    let long = Duration::from_secs(600);
    let address = serve(Limits { head: long, idle: long, bodies, ..limits() }).await;
    // Each sends all but the last byte of its body.
    let head = format!("POST / HTTP/1.1\r\nhost: here\r\ncontent-length: {}\r\n\r\n", 300 << 10);
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connected(address, head.as_bytes()).await;
        stream.write_all(&vec![0; (300 << 10) - 1]).await.unwrap();
        held.push(stream);
    }
    let refused = async || asked(address, "POST / HTTP/1.1", &vec![0; 300 << 10]).await;
    let mut said = refused().await;
    // The others may still be on their way.
    while said.starts_with("HTTP/1.1 200") {
        said = refused().await;
    }
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("retry-after"), "{said}");
    let known = asked(address, "POST /known HTTP/1.1", &vec![0; 2 << 20]).await;
    assert!(known.contains("\"bytes\":2097152"), "who has shown a key finds room: {known}");
    for mut stream in held {
        stream.write_all(&[0]).await.unwrap();
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
    }
    assert!(refused().await.starts_with("HTTP/1.1 200"), "what was held is free again");
}
