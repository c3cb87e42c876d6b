//! Inserts: bodies that arrive bit by bit, encodings, errors, and what survives a `kill -9`.

use std::collections::BTreeSet;
use std::convert::Infallible;

use crate::client::{Sending, eventually, full, open, post, send, sql, uri};
use bytes::Bytes;
use engine::testing::{self, TestEngine};
use futures::StreamExt;
use http_body_util::{BodyExt, StreamBody};
use hyper::Method;
use hyper::body::Frame;

const INSERT: (&str, &str) = ("query", "insert into t (a, b) format JSONEachRow");

async fn engine_with_table() -> TestEngine {
    let engine = testing::engine().await;
    sql(engine.socket(), "create table t (a UInt64, b String) engine = MergeTree order by a").await;
    engine
}

fn pieces(parts: impl IntoIterator<Item = impl Into<Bytes>, IntoIter: Send + Sync + 'static>) -> Sending {
    let frames = parts.into_iter().map(|part| Ok::<_, Infallible>(Frame::data(part.into())));
    BodyExt::boxed(StreamBody::new(futures::stream::iter(frames)))
}

#[tokio::test]
async fn data_follows_the_statement_in_url_or_body() {
    let engine = engine_with_table().await;
    let socket = engine.socket();
    let reply = post(socket, &[INSERT], "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": \"y\"}\n").await;
    assert_eq!(reply.summary("written_rows"), 2);
    post(socket, &[], "insert into t values (3, 'it''s; fine'), (4, 'z')").await.ok();
    post(socket, &[], "insert into t format CSV\n5,\"a,b\"\n").await.ok();
    post(socket, &[("query", "insert into t (b, a)"), ("default_format", "TSV")], "six\t6\n").await.ok();
    post(socket, &[("query", "insert into t format RowBinary")], &b"\x07\0\0\0\0\0\0\0\x02hi"[..]).await.ok();
    post(socket, &[], "insert into t select number + 8, 'n' from numbers(2)").await.ok();
    post(socket, &[("param_a", "10")], "insert into t values ({a:UInt64}, 'p')").await.ok();
    post(socket, &[INSERT], "").await.ok();
    let stored = sql(socket, "select groupArray((a, b)) from (select * from t order by a)").await;
    assert_eq!(
        stored,
        "[(1,'x'),(2,'y'),(3,'it\\'s; fine'),(4,'z'),(5,'a,b'),(6,'six'),(7,'hi'),(8,'n'),(9,'n'),(10,'p')]\n"
    );
}

#[tokio::test]
async fn a_body_may_break_anywhere() {
    let engine = engine_with_table().await;
    let body = "insert into t (a, b) format JSONEachRow\n{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": \"y\"}\n";
    let parts = body.bytes().map(|byte| vec![byte]).collect::<Vec<_>>();
    send(engine.socket(), Method::POST, "/", &[], pieces(parts)).await.ok();
    assert_eq!(sql(engine.socket(), "select sum(a), count() from t").await, "3\t2\n");
}

#[tokio::test]
async fn compressed_bodies_are_read() {
    use async_compression::tokio::bufread::{GzipEncoder, Lz4Encoder, ZlibEncoder, ZstdEncoder};
    use tokio::io::AsyncReadExt;
    let engine = engine_with_table().await;
    let rows: String = (0..10_000).map(|number| format!("{{\"a\": {number}, \"b\": \"row\"}}\n")).collect();
    let plain = rows.as_bytes();
    for encoding in ["gzip", "zstd", "lz4", "deflate"] {
        let mut body = Vec::new();
        match encoding {
            "gzip" => GzipEncoder::new(plain).read_to_end(&mut body).await.unwrap(),
            "zstd" => ZstdEncoder::new(plain).read_to_end(&mut body).await.unwrap(),
            "lz4" => Lz4Encoder::new(plain).read_to_end(&mut body).await.unwrap(),
            _ => ZlibEncoder::new(plain).read_to_end(&mut body).await.unwrap(),
        };
        let headers = [("content-encoding", encoding)];
        let cut =
            send(engine.socket(), Method::POST, &uri(&[INSERT]), &headers, full(body[..body.len() / 2].to_vec())).await;
        assert_ne!(cut.status, 200, "half a {encoding} body");
        sql(engine.socket(), "truncate table t").await;
        send(engine.socket(), Method::POST, &uri(&[INSERT]), &headers, full(body)).await.ok();
        assert_eq!(sql(engine.socket(), "select count(), sum(a) from t").await, "10000\t49995000\n", "{encoding}");
    }
    let unknown =
        send(engine.socket(), Method::POST, &uri(&[INSERT]), &[("content-encoding", "snappy")], full("")).await;
    assert_eq!(unknown.status, 501);
}

#[tokio::test]
async fn a_bad_row_is_told_with_its_place() {
    let engine = engine_with_table().await;
    let reply = post(engine.socket(), &[INSERT], "{\"a\": 1, \"b\": \"x\"}\n{\"a\": \"no\", \"b\": \"x\"}\n").await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    assert!(reply.text().contains("(at row 2)"), "{}", reply.text());
    assert_eq!(sql(engine.socket(), "select count() from t").await, "0\n");
}

#[tokio::test]
async fn a_long_body_is_streamed_in() {
    let engine = engine_with_table().await;
    let row = "{\"a\": 1, \"b\": \"0123456789012345678901234567890123456789\"}\n";
    let chunk = Bytes::from(row.repeat(20_000));
    let body = pieces(std::iter::repeat_n(chunk, 50));
    let reply = send(engine.socket(), Method::POST, &uri(&[INSERT]), &[], body).await;
    assert_eq!(reply.summary("written_rows"), 1_000_000);
    assert_eq!(sql(engine.socket(), "select count() from t").await, "1000000\n");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_stores_nothing_of_a_small_insert() {
    let engine = engine_with_table().await;
    let start = futures::stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from("{\"a\": 1, \"b\": \"x\"}\n")))]);
    let body = StreamBody::new(start.chain(futures::stream::pending()));
    let (socket, uri) = (engine.socket().to_owned(), uri(&[INSERT, ("query_id", "leaver")]));
    let request = tokio::spawn(async move {
        let stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        let request = hyper::Request::post(uri).header("host", "engine").body(BodyExt::boxed_unsync(body)).unwrap();
        // Both in one task: aborting it hangs up.
        let (_, _) = tokio::join!(connection, sender.send_request(request));
    });
    eventually("the insert runs", async || running(&engine).await == 1).await;
    request.abort();
    eventually("the insert is gone", async || running(&engine).await == 0).await;
    assert_eq!(sql(engine.socket(), "select count() from t").await, "0\n");
}

async fn running(engine: &TestEngine) -> u64 {
    let status: serde_json::Value =
        serde_json::from_str(&crate::client::get(engine.socket(), "/status").await.ok()).unwrap();
    status["running"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    let engine = engine_with_table().await;
    let mut acknowledged = BTreeSet::new();
    let mut next = 0_u64;
    for round in 1..=3_u64 {
        let mut left = 15;
        loop {
            let rows: String =
                (next..next + 100).map(|number| format!("{{\"a\": {number}, \"b\": \"x\"}}\n")).collect();
            if left == 0 {
                engine.kill();
            }
            let answer = open(engine.socket(), Method::POST, &uri(&[INSERT]), &[], full(rows)).await;
            let is_stored = answer.is_ok_and(|answer| answer.status() == 200);
            if is_stored {
                acknowledged.extend(next..next + 100);
            }
            next += 100;
            if left == 0 {
                break;
            }
            left -= 1;
        }
        let mut status = engine.engine().status();
        status.wait_for(|status| status.restarts == round && status.pid.is_some()).await.unwrap();
        status.wait_for(|status| status.state == engine::State::Ready).await.unwrap();
    }
    let stored = sql(engine.socket(), "select a from t order by a").await;
    let stored: Vec<u64> = stored.lines().map(|line| line.parse().unwrap()).collect();
    let unique: BTreeSet<u64> = stored.iter().copied().collect();
    assert_eq!(unique.len(), stored.len(), "no row twice");
    assert!(acknowledged.len() >= 4_500, "{} rows were acknowledged", acknowledged.len());
    assert!(acknowledged.is_subset(&unique), "acknowledged rows are missing");
}

#[tokio::test]
async fn questions_on_every_connection_do_not_stop_inserts() {
    let engine = engine_with_table().await;
    // Answers without end hold their connections: all four that the engine of a test has.
    let mut answers = Vec::new();
    for _ in 0..4 {
        let uri = uri(&[("query", "select number from system.numbers")]);
        let mut body = open(engine.socket(), Method::GET, &uri, &[], full("")).await.unwrap().into_body();
        body.frame().await.unwrap().unwrap();
        answers.push(body);
    }
    post(engine.socket(), &[INSERT], "{\"a\": 1, \"b\": \"x\"}").await.ok();
    drop(answers);
    assert_eq!(sql(engine.socket(), "select count() from t").await, "1\n");
}
