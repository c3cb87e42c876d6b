use std::io::{Read, Write};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{EventType, Properties};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

fn request(body: &[u8]) -> Request<'_> {
    Request { body, content_type: None, content_encoding: None, query: "", received_at: at("2026-05-01T12:00:00Z") }
}

fn native(body: &str) -> Parsed {
    native::parse(&request(body.as_bytes()), native::Call::Event).unwrap()
}

fn posthog(body: &str) -> Parsed {
    posthog::parse(&request(body.as_bytes()), posthog::Call::Batch).unwrap()
}

fn codes(parsed: &Parsed) -> Vec<&'static str> {
    parsed.events.iter().map(|event| event.as_ref().map_or_else(|rejection| rejection.code, |_| "ok")).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn our_own_form_comes_as_one_event_a_list_a_batch_and_lines() {
    let one = r#"{"event":"a","user_id":"u"}"#;
    let cases = [
        (one.to_owned(), vec!["ok"]),
        (format!("  {one}\n"), vec!["ok"]),
        (format!("[{one},{one}]"), vec!["ok", "ok"]),
        ("[]".to_owned(), vec![]),
        (format!(r#"{{"batch":[{one}],"sent_at":null,"historical":false}}"#), vec!["ok"]),
        (format!("{one}\n\n{one}\r\n"), vec!["ok", "ok"]),
        (format!("{one}\n{{oops}}\n{one}"), vec!["ok", "json_invalid", "ok"]),
    ];
    for (body, expected) in cases {
        assert_eq!(codes(&native(&body)), expected, "{body}");
    }
    let body = format!("{{oops\n{one}");
    let lines = Request { content_type: Some("application/x-ndjson; charset=utf-8"), ..request(body.as_bytes()) };
    assert_eq!(codes(&native::parse(&lines, native::Call::Event).unwrap()), ["json_invalid", "ok"]);
}

#[test]
fn every_field_of_our_own_form_is_read() {
    let id = Uuid::from_u128(9);
    let body = json!({
        "event": "sign up", "distinct_id": 42, "uuid": id, "timestamp": "2026-04-30T10:00:00+02:00", "session_id": "s",
        "properties": { "plan": "pro" }, "$set": { "a": 1 }, "$set_once": { "b": 2 }, "ip": "192.0.2.1",
        "user_agent": "x", "event_type": "screen", "api_key": "k",
    });
    let parsed = native(&body.to_string());
    let event = parsed.events[0].as_ref().unwrap();
    assert_eq!(parsed.key.as_deref(), Some("k"));
    let expected = Incoming {
        event_type: Some(EventType::Screen),
        event_id: Some(id),
        timestamp: Some(at("2026-04-30T08:00:00Z")),
        session_id: Some("s".into()),
        properties: Properties::parse(r#"{"plan":"pro"}"#).unwrap(),
        set: Some(Properties::parse(r#"{"a":1}"#).unwrap()),
        set_once: Some(Properties::parse(r#"{"b":2}"#).unwrap()),
        ip: Some("192.0.2.1".into()),
        user_agent: Some("x".into()),
        ..Incoming::new("sign up", "42")
    };
    assert_eq!(*event, expected);
}

#[test]
fn a_bad_event_is_refused_alone_with_field_and_reason() {
    let cases = [
        (r#"{"event":"a"}"#, "distinct_id_missing", Some("distinct_id")),
        (r#"{"event":"a","user_id":" "}"#, "distinct_id_missing", Some("distinct_id")),
        (r#"{"event":"a","user_id":null}"#, "distinct_id_missing", Some("distinct_id")),
        (r#"{"user_id":"u"}"#, "event_missing", Some("event")),
        (r#"{"event":5,"user_id":"u"}"#, "field_invalid", Some("event")),
        (r#"{"event":"a","user_id":{}}"#, "field_invalid", Some("user_id")),
        (r#"{"event":"a","user_id":"u","proprties":{}}"#, "unknown_field", Some("proprties")),
        (r#"{"event":"a","user_id":"u","distinct_id":"v"}"#, "field_repeated", Some("distinct_id")),
        (r#"{"event":"a","user_id":"u","event_id":"7"}"#, "event_id_invalid", Some("event_id")),
        (r#"{"event":"a","user_id":"u","timestamp":"soon"}"#, "timestamp_invalid", Some("timestamp")),
        (r#"{"event":"a","user_id":"u","properties":[]}"#, "properties_invalid", Some("properties")),
        (r#"{"event":"a","user_id":"u","$set":1}"#, "properties_invalid", Some("$set")),
        (r#"{"event":"a","user_id":"u","ip":"localhost"}"#, "ip_invalid", Some("ip")),
        (r#"{"event":"a","user_id":"u","event_type":"click"}"#, "event_type_invalid", Some("event_type")),
        (r#"{"event":"a","user_id":"u","properties":{"x":1e999}}"#, "number_out_of_range", Some("properties")),
        ("7", "json_invalid", None),
    ];
    for (bad, code, field) in cases {
        let parsed = native(&format!(r#"[{bad},{{"event":"a","user_id":"u"}}]"#));
        let rejection = parsed.events[0].as_ref().unwrap_err();
        assert_eq!((rejection.code, rejection.field.as_deref()), (code, field), "{bad}");
        assert!(parsed.events[1].is_ok());
    }
    let id = Uuid::from_u128(3);
    let parsed = native(&format!(r#"{{"event":"a","event_id":"{id}"}}"#));
    assert_eq!(parsed.events[0].as_ref().unwrap_err().event_id, Some(id));
    let large =
        format!(r#"[{{"event":"a","user_id":"u","properties":{{"x":"{}"}}}}]"#, "y".repeat(limits::EVENT_BYTES));
    assert_eq!(codes(&native(&large)), ["event_too_large"]);
}

#[test]
fn a_bad_request_is_refused_as_a_whole() {
    let bomb = gzip(&vec![b' '; limits::NATIVE_BODY_BYTES + 1]);
    let many = format!("[{}1]", "1,".repeat(limits::EVENTS_A_REQUEST));
    let cases: [(&[u8], Option<&str>, u16); 10] = [
        (b"", None, 400),
        (b"hello", None, 400),
        (b"{\"event\":", None, 400),
        (b"\"text\"", None, 400),
        (b"{\"event\":\"\xff\"}", None, 400),
        (b"{\"batch\":[],\"extra\":1}", None, 400),
        (b"[{\"event\":\"a\",\"api_key\":\"1\"},{\"event\":\"a\",\"api_key\":\"2\"}]", None, 401),
        (many.as_bytes(), None, 413),
        (&bomb, Some("gzip"), 413),
        (b"{}", Some("lzma"), 415),
    ];
    for (body, content_encoding, status) in cases {
        let refused = native::parse(&Request { content_encoding, ..request(body) }, native::Call::Event).unwrap_err();
        assert_eq!(refused.status(), status, "{refused}");
    }
}

#[test]
fn the_address_may_say_that_events_are_old() {
    let body = br#"[{"event":"a","distinct_id":"u"}]"#;
    let historical = |query: &'static str| {
        native::parse(&Request { query, ..request(body) }, native::Call::Event).map(|parsed| parsed.historical)
    };
    assert_eq!(historical(""), Ok(false));
    assert_eq!(historical("historical=true"), Ok(true));
    assert_eq!(historical("historical=false"), Ok(false));
    assert!(matches!(historical("historical=maybe"), Err(BadRequest::Malformed(_))));
}

#[test]
fn a_byte_order_mark_and_an_empty_key_do_no_harm() {
    assert_eq!(native("\u{feff}{\"event\":\"a\",\"distinct_id\":\"u\"}").events.len(), 1);
    let parsed = native(r#"{"api_key":null,"batch":[{"event":"a","distinct_id":"u"}]}"#);
    assert_eq!((parsed.key, parsed.events.len()), (None, 1));
}

#[test]
fn sent_at_puts_the_senders_clock_right() {
    let parsed = native(
        r#"{"sent_at":"2026-05-01T13:00:00Z","historical":true,"batch":[{"event":"a","user_id":"u","timestamp":"2026-05-01T12:59:00Z"}]}"#,
    );
    assert!(parsed.historical);
    assert_eq!(parsed.events[0].as_ref().unwrap().timestamp, Some(at("2026-05-01T11:59:00Z")));
}

#[test]
fn bodies_may_be_compressed_in_any_usual_way() {
    let json = br#"{"event":"a","user_id":"u"}"#;
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(json).unwrap();
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
    raw.write_all(json).unwrap();
    let mut brotli = Vec::new();
    brotli::CompressorReader::new(&json[..], 4096, 5, 22).read_to_end(&mut brotli).unwrap();
    let cases = [
        ("gzip", gzip(json)),
        ("GZIP", json.to_vec()),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", raw.finish().unwrap()),
        ("br", brotli),
        ("zstd", zstd::encode_all(&json[..], 1).unwrap()),
        ("identity, gzip", gzip(json)),
        ("gzip, gzip", gzip(&gzip(json))),
    ];
    for (encoding, body) in cases {
        let parsed =
            native::parse(&Request { content_encoding: Some(encoding), ..request(&body) }, native::Call::Event);
        assert_eq!(codes(&parsed.unwrap()), ["ok"], "{encoding}");
    }
}

#[test]
fn posthog_bodies_come_in_four_shapes() {
    let event = r#"{"event":"a","distinct_id":"u","properties":{"token":"phc_1"}}"#;
    let cases = [
        format!("[{event}]"),
        format!(r#"{{"api_key":"phc_1","batch":[{event}],"sent_at":"2026-05-01T12:00:00Z"}}"#),
        format!(r#"{{"token":"phc_1","batch":[{event}]}}"#),
        event.to_owned(),
        format!(r#"{{"data":[{event}]}}"#),
        r#"{"api_key":"phc_1","event":"a","$distinct_id":"u","data":{"x":1}}"#.to_owned(),
        r#"{"$token":"phc_1","event":"a","properties":{"distinct_id":"u"}}"#.to_owned(),
    ];
    for body in cases {
        let parsed = posthog(&body);
        assert_eq!(parsed.key.as_deref(), Some("phc_1"), "{body}");
        let event = parsed.events[0].as_ref().unwrap();
        assert_eq!((event.event.as_str(), event.distinct_id.as_str(), parsed.events.len()), ("a", "u", 1), "{body}");
    }
}

#[test]
fn posthog_bodies_are_wrapped_in_many_ways() {
    let json = br#"{"api_key":"k+/","batch":[{"event":"a?>","distinct_id":"u"}]}"#;
    let encoded = BASE64_STANDARD.encode(json);
    let form = format!("ver=1&data={}", url::form_urlencoded::byte_serialize(encoded.as_bytes()).collect::<String>());
    let unescaped = format!("data={encoded}");
    let cases: [(Vec<u8>, Option<&str>); 8] = [
        (json.to_vec(), None),
        (gzip(json), None),
        (gzip(json), Some("gzip")),
        (json.to_vec(), Some("gzip")),
        (encoded.clone().into_bytes(), None),
        (form.into_bytes(), None),
        (unescaped.into_bytes(), None),
        (gzip(encoded.as_bytes()), Some("gzip")),
    ];
    for (body, content_encoding) in cases {
        let parsed = posthog::parse(&Request { content_encoding, ..request(&body) }, posthog::Call::Batch).unwrap();
        assert_eq!(parsed.key.as_deref(), Some("k+/"));
        assert_eq!(parsed.events[0].as_ref().unwrap().event, "a?>");
    }
    let query = format!("compression=base64&data={encoded}");
    let by_query = Request { query: &query, ..request(b"") };
    assert_eq!(posthog::parse(&by_query, posthog::Call::Capture).unwrap().events.len(), 1);
}

#[test]
fn posthog_requests_are_refused_with_the_status_its_libraries_know() {
    let bomb = gzip(&vec![b' '; limits::POSTHOG_BATCH_BYTES + 1]);
    let cases: [(&[u8], u16); 7] = [
        (b"", 400),
        (b"{}x", 400),
        (b"!!!", 400),
        (b"{\"api_key\":\"k\",\"batch\":[]}", 400),
        (b"[{\"event\":\"a\",\"token\":\"1\"},{\"event\":\"a\",\"token\":\"2\"}]", 401),
        (b"{\"api_key\":\"phx_1\",\"batch\":[{\"event\":\"a\",\"distinct_id\":\"u\"}]}", 401),
        (&bomb, 413),
    ];
    for (body, status) in cases {
        let refused = posthog::parse(&request(body), posthog::Call::Batch).unwrap_err();
        assert_eq!(refused.status(), status, "{refused}");
    }
}

#[test]
fn posthog_fields_are_taken_as_leniently_as_there() {
    let id = Uuid::from_u128(4);
    let cases = [
        (json!({ "event": "a", "distinct_id": 5 }), "ok 5"),
        (json!({ "event": "a", "distinct_id": ["x", 1] }), "ok [\"x\",1]"),
        (json!({ "event": "a", "distinct_id": "r", "properties": { "distinct_id": "p" } }), "ok r"),
        (json!({ "event": "a", "distinct_id": null, "properties": { "distinct_id": 7 } }), "ok 7"),
        (json!({ "event": "a", "distinct_id": "" }), "distinct_id_missing"),
        (json!({ "event": "a" }), "distinct_id_missing"),
        (json!({ "event": "", "distinct_id": "u" }), "event_missing"),
        (json!({ "event": "a", "distinct_id": "u", "uuid": "" }), "ok u"),
        (json!({ "event": "a", "distinct_id": "u", "uuid": id }), "ok u"),
        (json!({ "event": "a", "distinct_id": "u", "uuid": "7" }), "event_id_invalid"),
        (json!({ "event": "a", "distinct_id": "u", "properties": 1 }), "properties_invalid"),
        (json!({ "event": "a", "distinct_id": "u", "properties": null, "library": "x" }), "ok u"),
    ];
    for (event, expected) in cases {
        let parsed = posthog(&json!({ "api_key": "k", "batch": [event] }).to_string());
        let told =
            parsed.events[0].as_ref().map_or_else(|error| error.code.to_owned(), |ok| format!("ok {}", ok.distinct_id));
        assert_eq!(told, expected, "{event}");
    }
}

#[test]
fn posthog_sets_persons_from_the_root_and_keeps_what_the_properties_hold() {
    let body = r#"{"api_key":"k","historical_migration":true,"batch":[{"event":"$set","distinct_id":"u","timestamp":"2026-04-30","$set":{"a":1},"$set_once":{"b":2},"properties":{"$set":{"c":3}}}]}"#;
    let parsed = posthog(body);
    let event = parsed.events[0].as_ref().unwrap();
    assert!(parsed.historical);
    assert_eq!(event.set.as_ref().unwrap().as_str(), r#"{"a":1}"#);
    assert_eq!(event.set_once.as_ref().unwrap().as_str(), r#"{"b":2}"#);
    assert_eq!(event.properties.as_str(), r#"{"$set":{"c":3}}"#);
}

#[test]
fn what_posthog_unsets_is_kept_as_everything_can_read_it() {
    let parsed = posthog(r#"{"event":"a","distinct_id":"u","$unset":[18446744073709551616]}"#);
    let event = parsed.events[0].as_ref().unwrap();
    assert_eq!(event.properties.as_str(), r#"{"$unset":["18446744073709551616"]}"#);
}

#[test]
fn posthog_times_follow_the_senders_clock_unless_told_otherwise() {
    let cases = [
        (r#""timestamp":"2026-05-01T11:00:00Z""#, "2026-05-01T10:59:50Z"),
        (r#""timestamp":"2026-05-01T11:00:00Z","properties":{"$ignore_sent_at":true}"#, "2026-05-01T11:00:00Z"),
        (r#""timestamp":1777633200"#, "2026-05-01T10:59:50Z"),
        (r#""offset":5000"#, "2026-05-01T11:59:55Z"),
        (r#""x":1"#, "2026-05-01T12:00:00Z"),
    ];
    for (fields, expected) in cases {
        let event = format!(r#"{{"event":"a","distinct_id":"u",{fields}}}"#);
        let parsed = posthog(&format!(r#"{{"api_key":"k","sent_at":"2026-05-01T12:00:10Z","batch":[{event}]}}"#));
        assert_eq!(parsed.events[0].as_ref().unwrap().timestamp, Some(at(expected)), "{fields}");
    }
    let body = br#"{"event":"a","distinct_id":"u","token":"k","timestamp":"2026-05-01T11:00:00Z"}"#;
    let ms = at("2026-05-01T12:00:10Z").timestamp_millis();
    let query = format!("_={ms}");
    let parsed = posthog::parse(&Request { query: &query, ..request(body) }, posthog::Call::Capture).unwrap();
    assert_eq!(parsed.events[0].as_ref().unwrap().timestamp, Some(at("2026-05-01T10:59:50Z")));
}

#[test]
fn a_refusal_does_not_repeat_what_was_sent() {
    let long = "ä".repeat(100_000);
    for body in [format!("\"{long}\""), format!("{{\"batch\":\"{long}\"}}"), format!("{{\"batch\":[],\"{long}\":1}}")] {
        let told = native::parse(&request(body.as_bytes()), native::Call::Event).unwrap_err().to_string();
        assert!(told.len() <= limits::REASON_BYTES, "{} bytes", told.len());
    }
    let parsed = native(&format!("[\"{long}\"]"));
    let rejection = parsed.events[0].as_ref().unwrap_err();
    assert!(rejection.reason.len() <= limits::REASON_BYTES, "{} bytes", rejection.reason.len());
}

#[test]
fn what_lz_string_holds_is_counted_in_bytes() {
    let packed = lz_str::compress_to_base64(&format!("[\"{}\"]", "€".repeat(limits::POSTHOG_EVENT_BYTES / 2)));
    let request = Request { query: "compression=lz64", ..request(packed.as_bytes()) };
    assert!(matches!(posthog::parse(&request, posthog::Call::Capture), Err(BadRequest::TooLarge(_))));
}

#[test]
fn half_surrogates_are_replaced_before_anything_is_read() {
    let body = r#"{"event":"a\ud800","distinct_id":"u","token":"k","properties":{"x":"\udc00y"}}"#;
    for parsed in [posthog(body), native(&body.replace("token", "api_key"))] {
        let event = parsed.events[0].as_ref().unwrap();
        assert_eq!(event.event, "a\u{fffd}");
        assert_eq!(event.properties.as_str(), r#"{"x":"\ufffdy"}"#);
    }
}

#[test]
fn an_incoming_event_is_written_in_our_own_form() {
    let event = Incoming {
        event_type: Some(EventType::Track),
        event_id: Some(Uuid::from_u128(8)),
        timestamp: Some(at("2026-04-30T08:00:00.123Z")),
        session_id: Some("s".into()),
        properties: Properties::parse(r#"{"n":1.10}"#).unwrap(),
        set: Some(Properties::default()),
        ip: Some("::1".into()),
        ..Incoming::new("a \"b\"", "ü")
    };
    let parsed = native(&serde_json::to_string(&event).unwrap());
    assert_eq!(parsed.events, [Ok(event)]);
}

fn every_parser(request: &Request<'_>) {
    for call in [native::Call::Event, native::Call::Identify, native::Call::Alias] {
        let _ = native::parse(request, call);
    }
    for call in [posthog::Call::Capture, posthog::Call::Engage, posthog::Call::Batch] {
        let _ = posthog::parse(request, call);
        let _ = posthog::parse(&Request { query: "compression=lz64", ..*request }, call);
    }
    let _ = posthog::key(request);
    let headers = posthog_v1::Headers { sdk_info: Some("x/1"), sent_at: Some("2026-05-01T12:00:00Z") };
    let _ = posthog_v1::parse(request, headers);
    for call in [None, Some(segment::Call::Track), Some(segment::Call::Page), Some(segment::Call::Merge)] {
        let _ = segment::parse(request, call);
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let names = prop_oneof![
        Just("event"),
        Just("distinct_id"),
        Just("properties"),
        Just("batch"),
        Just("uuid"),
        Just("timestamp"),
        Just("offset"),
        Just("$set"),
        Just("api_key"),
        Just("sent_at"),
        Just("data"),
        Just("token"),
        Just("other"),
        Just("type"),
        Just("context"),
        Just("page"),
        Just("traits"),
        Just("userId"),
        Just("messageId"),
        Just("options"),
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<f64>().prop_map(|value| json!(value)),
        any::<String>().prop_map(|value| json!(value)),
        Just(json!("2026-05-01T11:00:00Z")),
        Just(json!("page")),
        Just(json!("group")),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..300), encoding in 0..5_usize) {
        let content_encoding = [None, Some("gzip"), Some("deflate"), Some("br"), Some("zstd")][encoding];
        let request = Request { content_encoding, ..request(&body) };
        every_parser(&request);
    }

    #[test]
    fn no_json_makes_a_parser_panic(value in any_json()) {
        let body = value.to_string();
        every_parser(&request(body.as_bytes()));
    }

    #[test]
    fn no_text_makes_the_clock_panic(text in any::<String>(), digits in "[-+0-9T:. Z/]{0,40}") {
        let now = at("2026-05-01T12:00:00Z");
        for text in [&text, &digits] {
            let claim = clock::Claim { timestamp: Some(text), offset_ms: None, sent_at: clock::parse(text) };
            let _ = claim.resolve(now);
        }
    }

    #[test]
    fn what_parses_can_be_kept(value in any_json()) {
        if let Ok(properties) = Properties::parse(&value.to_string()) {
            let again: serde_json::Value = serde_json::from_str(properties.as_str()).unwrap();
            prop_assert!(again.is_object());
        }
    }
}

#[test]
fn a_million_names_and_endless_nesting_are_refused_in_no_time() {
    let names: String = (0..1_000_000).map(|index| format!(r#""k{index}":1,"#)).collect();
    let lists = format!("{}{}", "[".repeat(900_000), "]".repeat(900_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(150_000), "}".repeat(150_000));
    let started = std::time::Instant::now();
    for hostile in [format!("{{{names}\"last\":1}}"), lists, objects] {
        for body in [
            hostile.clone(),
            format!(r#"{{"event":"a","distinct_id":"u","token":"k","properties":{hostile}}}"#),
            format!(r#"{{"event":"a","userId":"u","type":"track","context":{hostile}}}"#),
            format!(
                r#"{{"batch":[{{"event":"a","userId":"u","uuid":"x","context":{{"page":{hostile}}},"properties":{{"x":{hostile}}}}}]}}"#
            ),
        ] {
            for call in [posthog::Call::Engage, posthog::Call::Batch] {
                let _ = posthog::parse(&request(body.as_bytes()), call);
            }
            let _ = posthog_v1::parse(&request(body.as_bytes()), posthog_v1::Headers::default());
            if let Ok(parsed) = segment::parse(&request(body.as_bytes()), Some(segment::Call::Track)) {
                assert!(parsed.events.iter().all(Result::is_err));
            }
            for call in [native::Call::Event, native::Call::Identify] {
                let _ = native::parse(&request(body.as_bytes()), call);
            }
        }
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn the_clock_reads_more_ways_to_write_a_time() {
    let cases = [
        ("2026-05-01T12:30Z", "2026-05-01T12:30:00Z"),
        ("2026-05-01t12:30:00z", "2026-05-01T12:30:00Z"),
        ("2026-05-01T12:30:00+03", "2026-05-01T09:30:00Z"),
        ("2026-05-01 12:30:00+03:00", "2026-05-01T09:30:00Z"),
        ("20260501T123000Z", "2026-05-01T12:30:00Z"),
        ("2026-05-01T12:30:00,5Z", "2026-05-01T12:30:00.5Z"),
        ("Fri, 01 May 2026 12:30:00 GMT", "2026-05-01T12:30:00Z"),
    ];
    for (text, expected) in cases {
        assert_eq!(clock::parse(text), Some(at(expected)), "{text}");
    }
}

/// Reads one event of each lenient form with this field of time.
fn with_time(form: &str, time: &str, is_historical: bool) -> Result<Incoming, Rejection> {
    let mut parsed = match form {
        "posthog" => posthog(&format!(
            r#"{{"api_key":"k","historical_migration":{is_historical},"batch":[{{"event":"a","distinct_id":"u"{time}}}]}}"#
        )),
        "posthog_v1" => {
            let body = format!(
                r#"{{"historical_migration":{is_historical},"batch":[{{"event":"a","distinct_id":"u","uuid":"0190a5f0-0000-7000-8000-000000000000","properties":{{}}{time}}}]}}"#
            );
            posthog_v1::parse(&request(body.as_bytes()), posthog_v1::Headers::default()).unwrap().parsed
        }
        _ => {
            let body = format!(r#"{{"writeKey":"k","batch":[{{"type":"track","event":"a","userId":"u"{time}}}]}}"#);
            let body = request(body.as_bytes());
            if is_historical { segment::parse_import(&body).unwrap() } else { segment::parse(&body, None).unwrap() }
        }
    };
    parsed.events.remove(0)
}

#[test]
fn a_time_that_cannot_be_read_is_noted_and_refused_in_an_import() {
    let unreadable = ["\"20.11.2025\"", "\"soon\"", "{\"a\":1}", "[1777638600]", "true", "12", "\"2026-13-01\""];
    for form in ["posthog", "posthog_v1", "segment"] {
        for time in unreadable {
            let field = format!(r#","timestamp":{time}"#);
            let noted = with_time(form, &field, false).unwrap();
            let note = noted.note.unwrap_or_else(|| panic!("{form} {time}: no note"));
            assert_eq!((noted.timestamp, note.field), (Some(at("2026-05-01T12:00:00Z")), "timestamp"), "{form} {time}");
            let value = serde_json::from_str::<String>(time).unwrap_or_else(|_| time.to_owned());
            assert!(
                note.details.contains(value.trim_matches(['{', '}']).trim_matches('"')) || time.contains('"'),
                "{}",
                note.details
            );
            let refused = with_time(form, &field, true).unwrap_err();
            assert_eq!(
                (refused.code, refused.field.as_deref()),
                ("timestamp_invalid", Some("timestamp")),
                "{form} {time}"
            );
            assert!(refused.raw.is_some(), "it can be mended");
        }
        for time in
            ["1.7e9", "1700000000", "1700000000000", "\"1.7e9\"", "\"2023-11-14T22:13:20,000Z\"", "1700000000000000"]
        {
            for is_historical in [false, true] {
                let read = with_time(form, &format!(r#","timestamp":{time}"#), is_historical).unwrap();
                assert_eq!((read.timestamp, read.note), (Some(at("2023-11-14T22:13:20Z")), None), "{form} {time}");
            }
        }
        assert_eq!(with_time(form, "", false).unwrap().note, None, "{form}: none is no bad one");
        assert_eq!(with_time(form, "", true).unwrap_err().code, "timestamp_missing", "{form}");
    }
}

#[test]
fn our_own_form_refuses_a_time_that_cannot_be_read() {
    for time in ["\"20.11.2025\"", "{}", "true", "12"] {
        let body = format!(r#"{{"event":"a","user_id":"u","timestamp":{time}}}"#);
        let parsed = native::parse(&request(body.as_bytes()), native::Call::Event).unwrap();
        assert_eq!(parsed.events[0].as_ref().unwrap_err().code, "timestamp_invalid", "{time}");
    }
    let body = br#"{"event":"a","user_id":"u","timestamp":1.7e9}"#;
    let parsed = native::parse(&request(body), native::Call::Event).unwrap();
    assert_eq!(parsed.events[0].as_ref().unwrap().timestamp, Some(at("2023-11-14T22:13:20Z")));
}

#[test]
fn a_slow_way_is_no_wrong_clock() {
    for (sent_at, expected) in [
        ("2026-05-01T11:59:30Z", "2026-05-01T11:00:00Z"),
        ("2026-05-01T11:55:00Z", "2026-05-01T11:00:00Z"),
        ("2026-05-01T10:00:00Z", "2026-05-01T13:00:00Z"),
        ("2026-05-01T12:00:10Z", "2026-05-01T10:59:50Z"),
    ] {
        let of_posthog = format!(
            r#"{{"api_key":"k","sent_at":"{sent_at}","batch":[{{"event":"a","distinct_id":"u","timestamp":"2026-05-01T11:00:00Z"}}]}}"#
        );
        assert_eq!(posthog(&of_posthog).events[0].as_ref().unwrap().timestamp, Some(at(expected)), "{sent_at}");
        let of_segment = format!(r#","timestamp":"2026-05-01T11:00:00Z","sentAt":"{sent_at}""#);
        assert_eq!(with_time("segment", &of_segment, false).unwrap().timestamp, Some(at(expected)), "{sent_at}");
        let native = format!(
            r#"{{"sent_at":"{sent_at}","batch":[{{"event":"a","user_id":"u","timestamp":"2026-05-01T11:00:00Z"}}]}}"#
        );
        let parsed = native::parse(&request(native.as_bytes()), native::Call::Event).unwrap();
        assert_eq!(parsed.events[0].as_ref().unwrap().timestamp, Some(at(expected)), "{sent_at}");
    }
}

#[test]
fn a_clock_that_cannot_be_read_is_noted() {
    let noted = with_time("segment", r#","timestamp":"2026-05-01T11:00:00Z","sentAt":"soon""#, false).unwrap();
    assert_eq!(noted.timestamp, Some(at("2026-05-01T11:00:00Z")));
    assert_eq!(noted.note.unwrap().field, "sentAt");
    let original = r#","timestamp":"20.11.2025","originalTimestamp":"2025-11-20T09:30:00Z""#;
    assert_eq!(with_time("segment", original, true).unwrap().timestamp, Some(at("2025-11-20T09:30:00Z")));
}
