//! Answers as servers give them when something goes wrong, byte by byte.

use std::time::Duration;

use analytics_model::sql;
use futures::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{Error, Options, Store};

/// Answers one request with these bytes, then hangs up.
async fn answering(answer: &'static str) -> Store {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a client");
        let mut request = Vec::new();
        // A request left unread would reset the connection, and the answer with it.
        while !request.ends_with(b"select 1") {
            let count = socket.read_buf(&mut request).await.expect("a request");
            assert!(count > 0, "the client hung up");
        }
        socket.write_all(answer.as_bytes()).await.expect("a listening client");
    });
    Store::http(&format!("http://127.0.0.1:{port}/db"), None).expect("an address")
}

/// Reads a streamed answer to its end.
async fn streamed(answer: &'static str) -> Result<String, Error> {
    let stream = answering(answer).await.stream(&sql("select 1"), "CSV", &Options::default()).await?;
    let bytes = stream.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await?;
    Ok(String::from_utf8(bytes).expect("text"))
}

#[tokio::test]
async fn an_exception_marked_at_the_end_of_an_answer_is_an_error() {
    let error = streamed(
        "HTTP/1.1 200 OK\r\nx-clickhouse-exception-tag: dmrdfnujjqvszhav\r\ntransfer-encoding: chunked\r\n\r\n\
         3\r\n\"a\"\r\n\
         9f\r\n\r\n__exception__\r\ndmrdfnujjqvszhav\r\nCode: 395. DB::Exception: Value passed to 'throwIf' is \
         non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)\n101 dmrdfnujjqvszhav\r\n__\r\n0\r\n\r\n",
    )
    .await
    .expect_err("not whole");

    assert_eq!(error.code(), Some(395), "{error}");
}

#[tokio::test]
async fn an_exception_before_the_line_goes_dead_is_an_error() {
    let error = streamed(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n\"a\"\n\r\n\
         65\r\nCode: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 24.3.1 (official))\n\r\n",
    )
    .await
    .expect_err("not whole");

    assert_eq!(
        error.to_string(),
        "the analytics store refused the statement: Memory limit exceeded. \
         (MEMORY_LIMIT_EXCEEDED) (code 241)"
    );
    assert!(error.is_temporary());
}

#[tokio::test]
async fn a_line_that_goes_dead_is_unavailable() {
    let error =
        streamed("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n\"a\"\n\r\n").await.expect_err("cut");

    assert!(error.is_unavailable(), "{error}");
}

#[tokio::test]
async fn text_that_looks_like_an_exception_is_no_error_in_a_whole_answer() {
    let text = streamed(
        "HTTP/1.1 200 OK\r\nx-clickhouse-exception-tag: tag\r\ncontent-length: 35\r\n\r\nCode: 1. DB::Exception: \
         we saw this",
    )
    .await
    .expect("whole");

    assert_eq!(text, "Code: 1. DB::Exception: we saw this");
}

#[tokio::test]
async fn an_exception_in_the_headers_is_an_error_whatever_the_status() {
    let answer = "HTTP/1.1 200 OK\r\nx-clickhouse-exception-code: 60\r\ncontent-length: 38\r\n\r\nCode: 60. \
                  DB::Exception: no such table";

    let error = answering(answer).await.execute(&sql("select 1"), &Options::default()).await.expect_err("refused");

    assert_eq!((error.code(), error.to_string().contains("no such table")), (Some(60), true));
}

#[tokio::test]
async fn a_proxy_without_a_server_behind_it_is_unavailable() {
    let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 7\r\n\r\nno host";

    assert!(answering(answer).await.ping().await.expect_err("away").is_unavailable());
}

#[tokio::test]
async fn another_kind_of_server_is_named_as_such() {
    let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\nNot found";

    let error = answering(answer).await.ping().await.expect_err("no ClickHouse");

    assert_eq!(error.to_string(), "the address answers, but not like a ClickHouse server (HTTP 404): Not found");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    let store = Store::http(&format!("http://127.0.0.1:{port}/db"), None).expect("an address");

    let options = Options { timeout: Duration::from_millis(10), ..Options::default() };
    let error = store.execute(&sql("select 1"), &options).await.expect_err("nobody answers");

    assert!(matches!(error, Error::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn https_speaks_tls_from_the_first_byte() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    let first_byte = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a client");
        socket.read_u8().await.expect("a byte")
    });
    let store = Store::http(&format!("https://u:secret@127.0.0.1:{port}/db"), None).expect("an address");

    let error = store.ping().await.expect_err("the server hangs up");

    assert!(error.is_unavailable() && !error.to_string().contains("secret"), "{error}");
    assert_eq!(first_byte.await.expect("a client came"), 0x16, "not a TLS handshake");
}

#[test]
fn an_address_that_cannot_work_is_refused_without_showing_it() {
    for address in ["ftp://u:secret@h/db", "http://u:secret@h/a/b", "http://u:secret@h/db?x=1", "u:secret", "http://"] {
        let error = Store::http(address, None).expect_err(address);
        assert!(matches!(error, Error::Address(_)), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(Store::http("http://h/db", Some("a`b")).is_err());
    let store = Store::http("https://u:p@[::1]:8443", Some("main")).expect("an address");
    assert_eq!((store.database(), store.endpoint()), ("radixinsight", "https://[::1]:8443"));
}

/// Returns the address that an insert into a store was sent to.
async fn insert_of(cluster: Option<&str>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    let store = Store::http(&format!("http://127.0.0.1:{port}/db"), cluster).expect("an address");
    let block = crate::Block::new().column("a", crate::Column::UInt64(vec![1]));
    let heard = async {
        let (mut socket, _) = listener.accept().await.expect("a client");
        let mut request = Vec::new();
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            socket.read_buf(&mut request).await.expect("a request");
        }
        String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned()
    };
    let options = crate::InsertOptions::default();
    let (heard, _) = tokio::join!(heard, store.insert("t", &block, &options));
    heard
}

#[tokio::test]
async fn on_a_cluster_an_insert_is_answered_when_most_replicas_have_it() {
    let asked = insert_of(Some("main")).await;
    for setting in ["insert_quorum=auto", "insert_quorum_parallel=0", "distributed_foreground_insert=1"] {
        assert!(asked.contains(setting), "{asked}");
    }
    assert!(!insert_of(None).await.contains("quorum"), "there is one");
}
