//! Queries that end early: a client hangs up, somebody kills by id.

use crate::client::{eventually, full, open, post, send, sql, uri};
use engine::testing::{self, TestEngine};
use http_body_util::BodyExt;
use hyper::Method;

/// Computes for many minutes without a row of output.
const LONG: &str = "select count() from numbers(100000000000000) where sipHash64(number) = 1";

async fn processes(engine: &TestEngine, like: &str) -> u64 {
    let query = format!("select count() from system.processes where query like '{like}%'");
    sql(engine.socket(), &query).await.trim().parse().unwrap()
}

/// Starts a query in a task of its own; aborting the task hangs up.
fn start(engine: &TestEngine, id: &str, query: &str) -> tokio::task::JoinHandle<(u16, String)> {
    let (socket, uri, query) = (engine.socket().to_owned(), uri(&[("query_id", id)]), query.to_owned());
    tokio::spawn(async move {
        let stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        let request = hyper::Request::post(uri).header("host", "engine").body(full(query)).unwrap();
        let answer = async {
            let answer = sender.send_request(request).await.unwrap();
            let status = answer.status().as_u16();
            (status, answer.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default())
        };
        tokio::pin!(connection, answer);
        let (status, bytes) = tokio::select! {
            answer = &mut answer => answer,
            _ = &mut connection => answer.await,
        };
        (status, String::from_utf8_lossy(&bytes).into_owned())
    })
}

#[tokio::test]
async fn hanging_up_stops_a_query_that_computes() {
    let engine = testing::engine().await;
    let request = start(&engine, "computing", LONG);
    eventually("the query runs", async || processes(&engine, "select count() from numbers").await == 1).await;
    request.abort();
    eventually("the query has stopped", async || processes(&engine, "select count() from numbers").await == 0).await;
    // All connections are free again.
    for _ in 0..8 {
        assert_eq!(sql(engine.socket(), "select 1").await, "1\n");
    }
}

#[tokio::test]
async fn hanging_up_stops_a_result_on_its_way() {
    let engine = testing::engine().await;
    let uri = uri(&[("query", "select number from system.numbers")]);
    let mut body = open(engine.socket(), Method::GET, &uri, &[], full("")).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    assert_eq!(processes(&engine, "select number from system.numbers").await, 1);
    drop(body);
    eventually("it has stopped", async || processes(&engine, "select number from system.numbers").await == 0).await;
}

#[tokio::test]
async fn a_query_is_killed_by_its_id() {
    let engine = testing::engine().await;
    for (id, is_endpoint) in [("by-statement", false), ("by-endpoint", true)] {
        let request = start(&engine, id, LONG);
        eventually("the query runs", async || processes(&engine, "select count() from numbers").await == 1).await;
        let twice = post(engine.socket(), &[("query_id", id)], "select 1").await;
        assert_eq!((twice.status, twice.header("x-clickhouse-exception-code")), (409, "216"));
        if is_endpoint {
            let path = format!("/query/{id}");
            assert_eq!(send(engine.socket(), Method::DELETE, &path, &[], full("")).await.status, 204);
        } else {
            let killed = sql(engine.socket(), &format!("KILL QUERY WHERE query_id = '{id}' ASYNC")).await;
            assert!(killed.starts_with("waiting\t"), "{killed}");
        }
        let (status, text) = request.await.unwrap();
        assert_eq!(status, 500, "{text}");
        assert!(text.starts_with("Code: 394. DB::Exception: "), "{text}");
    }
    assert_eq!(send(engine.socket(), Method::DELETE, "/query/nobody", &[], full("")).await.status, 404);
}

#[tokio::test]
async fn a_waiting_query_is_cancelled_before_it_starts() {
    let engine = testing::engine().await;
    let busy: Vec<_> = (0..4).map(|number| start(&engine, &format!("busy-{number}"), LONG)).collect();
    let status = async || {
        let text = crate::client::get(engine.socket(), "/status").await.ok();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["running"].as_u64().unwrap()
    };
    eventually("all connections are busy", async || status().await == 4).await;
    let waiting = start(&engine, "waiting", "select 1");
    eventually("one waits", async || status().await == 5).await;
    assert_eq!(send(engine.socket(), Method::DELETE, "/query/waiting", &[], full("")).await.status, 204);
    for request in busy {
        request.abort();
    }
    let (status, text) = waiting.await.unwrap();
    assert_eq!((status, &text[..9]), (500, "Code: 394"));
}

#[tokio::test]
async fn limits_stop_a_query() {
    let engine = testing::engine().await;
    let slow = post(engine.socket(), &[("max_execution_time", "0.2")], LONG).await;
    assert_eq!(slow.header("x-clickhouse-exception-code"), "159", "{}", slow.text());
    let greedy = "select uniqExact(number) from numbers(10000000)";
    let large = post(engine.socket(), &[("max_memory_usage", "10000000")], greedy).await;
    assert_eq!(large.header("x-clickhouse-exception-code"), "241", "{}", large.text());
}
