//! The protocol as a server understands it that nobody here wrote.

use std::time::Duration;

use analytics_model::sql;
use futures::TryStreamExt;
use serde::Deserialize;

use super::debian_server::{DebianServer, free_port};
use crate::{Block, Column, Error, InsertOptions, Options, Store};

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    number: u64,
    text: String,
}

#[tokio::test]
async fn rows_arrive_typed_and_exact() {
    let server = DebianServer::start();
    let question = sql("select toUInt64(18446744073709551615) as number, 'tab\\t\"quote\\'\\n' as text");

    let store = server.store("");
    let answer = store.rows::<Row>(&question, &Options::default()).await.expect("an answer");

    assert_eq!(answer.rows, [Row { number: u64::MAX, text: "tab\t\"quote'\n".into() }]);
}

#[tokio::test]
async fn a_refusal_tells_code_and_reason() {
    let server = DebianServer::start();

    let error =
        server.store("").execute(&sql("select nothing_like_this"), &Options::default()).await.expect_err("refused");

    assert_eq!(error.code(), Some(47));
    assert!(!error.is_unavailable());
    let text = error.to_string();
    assert!(
        text.starts_with("the analytics store refused the statement: Unknown identifier: nothing_like_this"),
        "{text}"
    );
    assert!(!text.contains("DB::"), "{text}");
}

#[tokio::test]
async fn the_password_decides_and_is_never_shown() {
    let server = DebianServer::start();
    let right = server.store("radix:se%3Acret%40%2F1%20%C3%BC@");
    let wrong = server.store("radix:guess@");
    let missing = server.store("radix@");

    right.ping().await.expect("the right password opens");
    let refused = [wrong.ping().await.expect_err("wrong"), missing.ping().await.expect_err("missing")];

    assert_eq!([refused[0].code(), refused[1].code()], [Some(193), Some(194)]);
    for shown in [format!("{right:?}"), format!("{wrong:?}"), format!("{refused:?}"), refused[0].to_string()] {
        assert!(!shown.contains("guess") && !shown.contains("cret"), "{shown}");
    }
}

#[tokio::test]
async fn a_block_is_inserted_and_read_back() {
    let server = DebianServer::start();
    let store = server.store("");
    let table = "create table numbers (position UInt64, label String, day Date, share Float64) engine = Memory";
    store.execute(&sql(table), &Options::default()).await.expect("a table");
    let count = 100_000_u64;
    let block = Block::new()
        .column("label", Column::Text((0..count).map(|number| format!("row {number}")).collect()))
        .column("position", Column::UInt64((0..count).collect()))
        .column("share", Column::Float64((0..count).map(|number| number as f64 / 2.0).collect()))
        .column("day", Column::Date(vec![20_777; 100_000]));

    store.insert("numbers", &block, &InsertOptions::default()).await.expect("stored");

    let question = "select sum(position) as number, concat(toString(max(day)), ' ', toString(sum(share))) as text \
                    from numbers where label = concat('row ', toString(position))";
    let answer = store.rows::<Row>(&sql(question), &Options::default()).await.expect("rows");
    assert_eq!(answer.rows, [Row { number: 4_999_950_000, text: "2026-11-20 2499975000".into() }]);
}

#[tokio::test]
async fn an_insert_into_a_missing_table_is_refused() {
    let server = DebianServer::start();
    let block = Block::new().column("number", Column::UInt64((0..200_000).collect()));

    let error = server.store("").insert("missing", &block, &InsertOptions::default()).await.expect_err("refused");

    assert_eq!(error.code(), Some(60), "{error}");
}

#[tokio::test]
async fn a_stream_passes_any_format_on() {
    let server = DebianServer::start();
    let question = sql("select number from system.numbers limit 300000");

    let stream = server.store("").stream(&question, "RowBinary", &Options::default()).await.expect("a stream");
    let bytes = stream.try_fold(0, async |sum, bytes| Ok(sum + bytes.len())).await.expect("whole");

    assert_eq!(bytes, 300_000 * 8);
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_stopped_by_the_server() {
    let server = DebianServer::start();
    let options = Options { timeout: Duration::from_secs(1), ..Options::default() };

    let error =
        server.store("").execute(&sql("select count() from system.numbers"), &options).await.expect_err("stopped");

    assert!(matches!(error, Error::Timeout { after } if after == Duration::from_secs(1)), "{error}");
}

#[tokio::test]
async fn a_reader_can_neither_write_nor_lift_its_limits() {
    let server = DebianServer::start();
    let store = server.store("");
    let reading = Options { read_only: true, max_rows: Some(10), ..Options::default() };

    store.execute(&sql("select 1"), &reading).await.expect("reading is allowed");
    let written = store.execute(&sql("create table x (a UInt8) engine = Memory"), &reading).await;
    let too_many = store.execute(&sql("select number from system.numbers limit 100"), &reading).await;

    assert_eq!(written.expect_err("refused").code(), Some(164));
    assert_eq!(too_many.expect_err("refused").code(), Some(396));
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let store = Store::http(&format!("http://u:secret@127.0.0.1:{}/db", free_port()), None).expect("an address");

    let error = store.ping().await.expect_err("nobody there");

    assert!(error.is_unavailable() && error.is_temporary());
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[tokio::test]
async fn a_server_that_dies_in_an_answer_is_unavailable() {
    let mut server = DebianServer::start();
    let question = sql("select number from system.numbers");
    let stream = server.store("").stream(&question, "RowBinary", &Options::default()).await.expect("a stream");
    let mut stream = std::pin::pin!(stream);
    stream.try_next().await.expect("a first piece");

    server.stop();
    let error = loop {
        match stream.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("an endless answer ended in order"),
            Err(error) => break error,
        }
    };

    assert!(error.is_unavailable(), "{error}");
}

#[tokio::test]
async fn a_running_query_is_cancelled_by_its_id() {
    let server = DebianServer::start();
    let store = server.store("");
    let options = Options { query_id: Some("endless-1".into()), ..Options::default() };
    let question = sql("select count() from system.numbers");
    let (endless, counting) = (store.execute(&question, &options), async {
        let running = sql("select toUInt64(1) as number, query_id as text from system.processes \
                           where query_id = 'endless-1'");
        while store.rows::<Row>(&running, &Options::default()).await.expect("a list").rows.is_empty() {}
        store.cancel("endless-1").await.expect("cancelled");
    });

    let (error, ()) = tokio::join!(endless, counting);

    assert_eq!(error.expect_err("cancelled").code(), Some(394));
    store.cancel("nobody").await.expect("no such query is no error");
}

#[tokio::test]
async fn a_query_id_that_could_end_a_literal_is_refused() {
    let store = Store::http("http://127.0.0.1:1/db", None).expect("an address");
    let options = Options { query_id: Some("a' or 1".into()), ..Options::default() };

    let errors = [
        store.cancel("a' or 1").await.expect_err("refused"),
        store.execute(&sql("select 1"), &options).await.expect_err("refused"),
    ];

    assert!(errors.iter().all(|error| matches!(error, Error::Parameter { .. })));
}
