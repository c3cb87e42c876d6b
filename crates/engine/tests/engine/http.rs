//! The ClickHouse HTTP interface: arguments, formats, errors, encodings, results in pieces.

use std::io::Read;

use crate::client::{full, get, open, post, send, sql, uri};
use engine::testing;
use hyper::Method;

#[tokio::test]
async fn the_engine_answers_pings_and_tells_its_status() {
    let engine = testing::engine().await;
    assert_eq!(get(engine.socket(), "/ping").await.ok(), "Ok.\n");
    assert_eq!(get(engine.socket(), "/").await.ok(), "Ok.\n");
    let status: serde_json::Value = serde_json::from_str(&get(engine.socket(), "/status").await.ok()).unwrap();
    assert!(status["version"].as_str().unwrap().starts_with("26."));
    assert_eq!(u32::try_from(status["pid"].as_u64().unwrap()).ok(), engine.engine().status().borrow().pid);
}

#[tokio::test]
async fn a_query_stands_in_the_url_or_the_body_or_both() {
    let engine = testing::engine().await;
    let socket = engine.socket();
    assert_eq!(get(socket, &uri(&[("query", "select 1")])).await.ok(), "1\n");
    assert_eq!(post(socket, &[], "select 2").await.ok(), "2\n");
    assert_eq!(post(socket, &[("query", "select")], "3").await.ok(), "3\n");
    assert_eq!(post(socket, &[], "select 4 ; -- done").await.ok(), "4\n");
}

#[tokio::test]
async fn a_get_cannot_write() {
    let engine = testing::engine().await;
    let refused = get(engine.socket(), &uri(&[("query", "create table t (a Int8) engine = Memory")])).await;
    assert_eq!((refused.status, refused.header("x-clickhouse-exception-code")), (403, "164"), "{}", refused.text());
    let insert = "insert into function null('a Int8') values (1)";
    let refused = get(engine.socket(), &uri(&[("query", insert), ("readonly", "0")])).await;
    assert_eq!(refused.header("x-clickhouse-exception-code"), "164", "{}", refused.text());
    for mode in ["1", "2"] {
        let refused = post(engine.socket(), &[("readonly", mode)], insert).await;
        assert_eq!(refused.header("x-clickhouse-exception-code"), "164", "{}", refused.text());
    }
    let fixed = post(engine.socket(), &[("readonly", "1")], "select 1 settings max_threads = 3").await;
    assert_eq!(fixed.header("x-clickhouse-exception-code"), "164", "{}", fixed.text());
}

#[tokio::test]
async fn a_get_cannot_write_however_readonly_is_written() {
    let engine = testing::engine().await;
    let socket = engine.socket();
    sql(socket, "create table written (a Int8) engine = MergeTree order by a").await;
    let statements = [
        "insert into written values (1)",
        "insert into written select 1",
        "insert into written format CSV 1",
        "drop table written",
    ];
    let lifted = [
        "readonly=1&readonly=0",
        "readonly=0&readonly=0",
        "readonly=2&readonly=0",
        "readonly=0&readonly=2&readonly=0",
        "readonly=%200",
        "readonly=0%20",
        "readonly=00",
        "readonly=-0",
        "readonly=false",
        "readonly=",
        "READONLY=0",
        "%72eadonly=0",
        "readonly=2&ReadOnly=0",
        "profile=default",
    ];
    let form = "--b\r\ncontent-disposition: form-data; name=\"readonly\"\r\n\r\n0\r\n--b--\r\n";
    for statement in statements {
        for arguments in lifted {
            let address = format!("{}&{arguments}", uri(&[("query", statement)]));
            for (headers, body) in [(&[][..], ""), (&[("content-type", "multipart/form-data; boundary=b")][..], form)] {
                let reply = send(socket, Method::GET, &address, headers, full(body)).await;
                assert_ne!(reply.status, 200, "{address}: {}", reply.text());
            }
        }
    }
    assert_eq!(sql(socket, "select count() from written").await, "0\n");
}

#[tokio::test]
async fn parameters_are_bound_by_type() {
    let engine = testing::engine().await;
    let arguments = [
        ("param_number", "-7"),
        ("param_text", r"it's a \\ and a \t tab"),
        ("param_list", r"['a\'b', 'c', 'ü']"),
        ("param_day", "2026-02-28"),
        ("param_nothing", r"\N"),
        ("param_map", "{'k': 3}"),
        ("param_table", "one"),
        ("database", "system"),
        ("default_format", "JSONCompactEachRow"),
    ];
    let query = "select {number:Int64}, {text:String}, {list:Array(String)}, {day:Date}, {nothing:Nullable(Int8)},
                 {map:Map(String, UInt8)}, dummy from {table:Identifier}";
    let row: serde_json::Value = serde_json::from_str(&post(engine.socket(), &arguments, query).await.ok()).unwrap();
    let expected =
        serde_json::json!([-7, "it's a \\ and a \t tab", ["a'b", "c", "ü"], "2026-02-28", null, {"k": 3}, 0]);
    assert_eq!(row, expected);
    let unbound = post(engine.socket(), &[], "select {number:Int64}").await;
    assert_eq!(unbound.header("x-clickhouse-exception-code"), "456", "parameters do not stay");
}

#[tokio::test]
async fn the_format_of_the_query_wins_over_the_default() {
    let engine = testing::engine().await;
    let default = [("default_format", "CSVWithNames")];
    let reply = post(engine.socket(), &default, "select 1 as a, 'x' as b").await;
    assert_eq!(reply.header("x-clickhouse-format"), "CSVWithNames");
    assert!(reply.header("content-type").starts_with("text/csv"));
    assert_eq!(reply.ok(), "\"a\",\"b\"\n1,\"x\"\n");
    let reply = post(engine.socket(), &default, "select 1 as a format JSONEachRow").await;
    assert_eq!((reply.header("x-clickhouse-format"), reply.text().as_str()), ("JSONEachRow", "{\"a\":1}\n"));
    let headers = [("x-clickhouse-format", "JSONCompactEachRow"), ("x-clickhouse-database", "system")];
    let reply = send(engine.socket(), Method::POST, "/", &headers, full("select currentDatabase()")).await;
    assert_eq!(reply.ok(), "[\"system\"]\n");
}

#[tokio::test]
async fn nothing_leaks_from_one_request_to_the_next() {
    let engine = testing::engine().await;
    let socket = engine.socket();
    let query = "select getSetting('max_threads'), getSetting('max_block_size'), currentDatabase()";
    let before = sql(socket, query).await;
    let changed = post(socket, &[("max_threads", "7"), ("max_block_size", "77"), ("database", "system")], query).await;
    assert_eq!(changed.ok(), "7\t77\tsystem\n");
    post(socket, &[], "set max_threads = 9").await.ok();
    post(socket, &[], "use system").await.ok();
    post(socket, &[], "create temporary table leak (a Int8)").await.ok();
    // More often than there are connections, so that each one would be met again.
    for _ in 0..12 {
        assert_eq!(sql(socket, query).await, before);
        let gone = post(socket, &[], "select * from leak").await;
        assert_eq!(gone.status, 404, "{}", gone.text());
    }
}

#[tokio::test]
async fn errors_have_clickhouse_codes_and_statuses() {
    let engine = testing::engine().await;
    let cases = [
        ("select", 400, 62),
        ("select 1 1", 400, 62),
        ("select 1; select 2", 400, 62),
        ("select * from nope", 404, 60),
        ("select * from nope.nope", 404, 81),
        ("select nope", 404, 47),
        ("select nope()", 404, 46),
        ("select 1 format Nope", 404, 73),
        ("select toUInt8('x')", 400, 6),
        ("insert into nope format CSV 1", 404, 60),
        ("select throwIf(1)", 500, 395),
    ];
    for (query, status, code) in cases {
        let reply = post(engine.socket(), &[], query).await;
        assert_eq!(
            (reply.status, reply.header("x-clickhouse-exception-code")),
            (status, code.to_string().as_str()),
            "{query}: {}",
            reply.text()
        );
        assert!(reply.text().starts_with(&format!("Code: {code}. DB::Exception: ")), "{query}: {}", reply.text());
    }
    let unknown = post(engine.socket(), &[("no_such_setting", "1")], "select 1").await;
    assert_eq!((unknown.status, unknown.header("x-clickhouse-exception-code")), (404, "115"));
    let session = post(engine.socket(), &[("session_id", "s")], "create temporary table t (a Int8)").await;
    assert_eq!(session.status, 501, "{}", session.text());
    let framed = post(engine.socket(), &[("compress", "1")], "select 1").await;
    assert_eq!(framed.status, 501, "{}", framed.text());
}

#[tokio::test]
async fn a_setting_cannot_carry_a_statement() {
    let engine = testing::engine().await;
    let value = "1', max_block_size = '3";
    let reply = post(engine.socket(), &[("max_threads", value)], "select getSetting('max_block_size')").await;
    assert_ne!(reply.status, 200, "{}", reply.text());
    let database = post(engine.socket(), &[("database", "a`; drop database default; --")], "select 1").await;
    assert_eq!(database.header("x-clickhouse-exception-code"), "81", "{}", database.text());
}

#[tokio::test]
async fn big_results_arrive_whole_in_every_kind_of_format() {
    let engine = testing::engine().await;
    let socket = engine.socket();
    let rows = 300_000_usize;
    let query = format!("select number as n, toString(number) as s from numbers({rows})");
    for (format, header) in [
        ("TSV", 0),
        ("TSVWithNames", 1),
        ("CSVWithNamesAndTypes", 2),
        ("JSONEachRow", 0),
        ("JSONCompactEachRowWithNamesAndTypes", 2),
    ] {
        let text = post(socket, &[("default_format", format)], query.clone()).await.ok();
        assert_eq!(text.lines().count(), rows + header, "{format}");
    }
    let json: serde_json::Value = serde_json::from_str(&sql(socket, &format!("{query} format JSON")).await).unwrap();
    assert_eq!(json["data"].as_array().unwrap().len(), rows);
    for format in ["RowBinary", "RowBinaryWithNames", "RowBinaryWithNamesAndTypes"] {
        let streamed = post(socket, &[("default_format", format)], query.clone()).await;
        let whole = post(socket, &[("default_format", format), ("wait_end_of_query", "1")], query.clone()).await;
        assert_eq!(whole.summary("result_rows"), rows as u64);
        assert!(streamed.is_complete && streamed.bytes == whole.bytes, "{format} differs in pieces");
    }
    // Native is read back by the engine itself.
    sql(socket, "create table back (n UInt64, s String) engine = Memory").await;
    let native = post(socket, &[("default_format", "Native")], query.clone()).await;
    post(socket, &[("query", "insert into back format Native")], native.bytes).await.ok();
    assert_eq!(sql(socket, "select count(), sum(n) from back").await, "300000\t44999850000\n");
    assert_eq!(
        sql(socket, "select n from back where n < 3 group by n with totals order by n format CSV").await,
        "0\n1\n2\n\n0\n"
    );
}

#[tokio::test]
async fn an_error_in_the_middle_breaks_the_body_and_says_why() {
    let engine = testing::engine().await;
    let query = "select throwIf(number = 900000, 'too far') from numbers(1000000)";
    let reply = post(engine.socket(), &[("max_block_size", "10000")], query).await;
    assert_eq!(reply.status, 200);
    assert!(!reply.is_complete, "a broken result must not look complete");
    assert!(reply.text().contains("Code: 395. DB::Exception: too far"));
    let waited = post(engine.socket(), &[("max_block_size", "10000"), ("wait_end_of_query", "1")], query).await;
    assert_eq!((waited.status, waited.header("x-clickhouse-exception-code")), (500, "395"));
}

#[tokio::test]
async fn a_slow_reader_hears_of_an_error_in_the_middle_too() {
    use http_body_util::BodyExt;
    let engine = testing::engine().await;
    // Fewer rows than the connection buffers: all of them and the exception wait for the reader.
    let query = "select throwIf(number = 200000, 'too far') from numbers(1000000)";
    for encoding in ["identity", "gzip", "zstd", "lz4", "deflate"] {
        let arguments = [("query", query), ("max_block_size", "10000"), ("enable_http_compression", "1")];
        let headers = [("accept-encoding", encoding)];
        let response = open(engine.socket(), Method::POST, &uri(&arguments), &headers, full("")).await.unwrap();
        let mut body = response.into_body();
        let mut bytes = Vec::new();
        let broken = loop {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            match body.frame().await {
                Some(Ok(frame)) => bytes.extend_from_slice(frame.data_ref().expect("data")),
                end => break end.is_some(),
            }
        };
        assert!(broken, "{encoding}: a broken result must not look complete");
        let text = if encoding == "identity" { bytes } else { decompressed(&bytes, encoding).await };
        assert!(String::from_utf8_lossy(&text).contains("Code: 395. DB::Exception: too far"), "{encoding}");
    }
}

#[tokio::test]
async fn answers_are_compressed_on_demand() {
    let engine = testing::engine().await;
    let query = "select number from numbers(200000)";
    let plain = post(engine.socket(), &[], query).await.bytes;
    for (encoding, is_asked) in [("gzip", true), ("zstd", true), ("lz4", true), ("deflate", true), ("gzip", false)] {
        let arguments = [("query", query), ("enable_http_compression", if is_asked { "1" } else { "0" })];
        let headers = [("accept-encoding", encoding)];
        let reply = send(engine.socket(), Method::POST, &uri(&arguments), &headers, full("")).await;
        assert!(reply.is_complete);
        assert_eq!(reply.header("content-encoding"), if is_asked { encoding } else { "" });
        let read = if is_asked { decompressed(&reply.bytes, encoding).await } else { reply.bytes.to_vec() };
        assert!(read == plain, "{encoding}");
    }
}

/// Returns what can be read of it: a stream that broke off ends in an error.
async fn decompressed(bytes: &[u8], encoding: &str) -> Vec<u8> {
    use async_compression::tokio::bufread::{GzipDecoder, Lz4Decoder, ZlibDecoder, ZstdDecoder};
    use tokio::io::AsyncReadExt;
    let mut read = Vec::new();
    let end = match encoding {
        "gzip" => GzipDecoder::new(bytes).read_to_end(&mut read).await,
        "zstd" => ZstdDecoder::new(bytes).read_to_end(&mut read).await,
        "lz4" => Lz4Decoder::new(bytes).read_to_end(&mut read).await,
        _ => ZlibDecoder::new(bytes).read_to_end(&mut read).await,
    };
    drop(end);
    read
}

#[tokio::test]
async fn the_summary_counts_what_was_read() {
    let engine = testing::engine().await;
    let reply = post(engine.socket(), &[("wait_end_of_query", "1")], "select sum(number) from numbers(1000)").await;
    assert_eq!((reply.summary("read_rows"), reply.summary("result_rows")), (1000, 1));
    assert!(reply.summary("elapsed_ns") > 0);
    assert_eq!(reply.header("x-clickhouse-timezone"), sql(engine.socket(), "select timezone()").await.trim());
    let named = post(engine.socket(), &[("query_id", "my-query")], "select 1").await;
    assert_eq!(named.header("x-clickhouse-query-id"), "my-query");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_queries_than_connections_wait_for_their_turn() {
    let engine = testing::engine().await;
    let mut tasks = Vec::new();
    for number in 0..40 {
        let socket = engine.socket().to_owned();
        tasks.push(tokio::spawn(
            async move { sql(&socket, &format!("select {number} from numbers(1000) limit 1")).await },
        ));
    }
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), format!("{number}\n"));
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_long_result_is_streamed_at_constant_memory() {
    use http_body_util::BodyExt;
    let engine = testing::engine().await;
    let pid = engine.engine().status().borrow().pid.unwrap();
    sql(engine.socket(), "select number from numbers(1000000) format Null").await;
    let before = resident_megabytes(pid);
    // 800 MB of rows.
    let uri = uri(&[("query", "select number from numbers(100000000)"), ("default_format", "RowBinary")]);
    let mut body = crate::client::open(engine.socket(), Method::GET, &uri, &[], full("")).await.unwrap().into_body();
    let (mut bytes, mut highest) = (0, 0);
    while let Some(frame) = body.frame().await {
        let is_sample = bytes % (64 << 20) < (1 << 20);
        bytes += frame.unwrap().data_ref().map_or(0, bytes::Bytes::len);
        if is_sample {
            highest = highest.max(resident_megabytes(pid));
        }
    }
    assert_eq!(bytes, 800_000_000);
    assert!(highest < before + 150, "{before} MB became {highest} MB");
}

#[cfg(target_os = "linux")]
fn resident_megabytes(pid: u32) -> u64 {
    let mut text = String::new();
    std::fs::File::open(format!("/proc/{pid}/statm")).unwrap().read_to_string(&mut text).unwrap();
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096 / 1_000_000
}
