use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::*;
use crate::{Accepted, wire};

fn arrival() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn code(text: &str) -> &'static str {
    read(text, arrival()).and_then(|event| Accepted::new(event, arrival())).map_or_else(|wrong| wrong.code, |_| "")
}

fn patch(text: &str, patch: &str) -> String {
    patched(text, serde_json::from_str::<&RawValue>(patch).unwrap()).unwrap()
}

#[test]
fn the_examples_of_the_rfc_hold() {
    // RFC 7396, appendix A: those whose target and result are objects.
    let cases = [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ];
    for (target, change, expected) in cases {
        assert_eq!(patch(target, change), expected, "{target} and {change}");
    }
}

#[test]
fn numbers_and_texts_stay_as_they_are_written() {
    let text = r#"{"event":"","properties":{"n":12345678901234567890.10,"t":"\u00fc"}}"#;
    let mended = patch(text, r#"{"event":"x","properties":{"m":1e400}}"#);
    assert_eq!(mended, r#"{"event":"x","properties":{"n":12345678901234567890.10,"t":"\u00fc","m":1e400}}"#);
}

#[test]
fn what_is_no_object_is_told() {
    let change = RawValue::from_string("{}".into()).unwrap();
    for text in ["", "[]", "1,2,3", "{", "null"] {
        assert_eq!(patched(text, &change).unwrap_err().code, "json_invalid", "{text}");
        assert_eq!(read(text, arrival()).unwrap_err().code, "json_invalid", "{text}");
    }
    let cut = format!("{{\"event\":\"{}", "x".repeat(limits::REJECTED_BYTES - 10));
    assert_eq!(read(&cut, arrival()).unwrap_err().code, "raw_cut");
}

#[test]
fn every_form_is_read_by_its_own_rules() {
    let cases = [
        // Ours, and what else our API takes.
        (r#"{"event":"a","distinct_id":"u"}"#, ""),
        (r#"{"event":"a"}"#, "distinct_id_missing"),
        (r#"{"event":"a","distinct_id":"u","propeties":{"n":1}}"#, "unknown_field"),
        (r#"{"event":"a","distinct_id":"u","timestamp":"yesterday"}"#, "timestamp_invalid"),
        (r#"{"distinct_id":"u","traits":{"plan":"pro"}}"#, ""),
        (r#"{"user_id":"u","alias":"v"}"#, ""),
        (r#"{"user_id":"u","alias":""}"#, "alias_missing"),
        // PostHog's.
        (r#"{"event":"a","properties":{"token":"k","distinct_id":"u"}}"#, ""),
        (r#"{"event":"a","distinct_id":"u","type":"capture","library":"x","offset":5}"#, ""),
        (r#"{"event":"","distinct_id":"u","library":"x"}"#, "event_missing"),
        (r#"{"$distinct_id":"u","$set":{"plan":"pro"},"token":"k"}"#, ""),
        (r#"{"event":"a","distinct_id":"u","uuid":"x","token":"k"}"#, "event_id_invalid"),
        (r#"{"event":"a","distinct_id":"u","uuid":"0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f","options":{}}"#, ""),
        // Segment's.
        (r#"{"type":"track","event":"a","userId":"u","messageId":"m"}"#, ""),
        (r#"{"type":"track","event":"a","properties":{}}"#, "distinct_id_missing"),
        (r#"{"event":"a","userId":"u"}"#, "type_missing"),
    ];
    for (text, expected) in cases {
        assert_eq!(code(text), expected, "{text}: {:?}", read(text, arrival()));
    }
}

#[test]
fn of_a_name_given_twice_in_a_patch_the_last_value_counts() {
    for text in ["{}", r#"{"x":0}"#] {
        assert_eq!(patch(text, r#"{"x":1,"x":2}"#), r#"{"x":2}"#);
        assert_eq!(patch(text, r#"{"x":1,"x":null}"#), "{}");
    }
}

#[test]
fn a_patch_within_too_many_names_loses_none_of_them() {
    let many: Vec<String> = (0..1_500).map(|number| format!("\"p{number}\":1")).collect();
    let text = format!(r#"{{"event":"a","properties":{{{}}}}}"#, many.join(","));
    let change: &RawValue = serde_json::from_str(r#"{"properties":{"p0":null}}"#).unwrap();
    assert_eq!(patched(&text, change).unwrap_err().code, "json_invalid");
}

#[test]
fn times_are_reckoned_from_the_first_arrival() {
    let time = |text: &str| Accepted::new(read(text, arrival()).unwrap(), arrival()).unwrap().timestamp.to_rfc3339();
    assert_eq!(time(r#"{"event":"a","distinct_id":"u"}"#), "2026-03-02T12:00:00+00:00");
    assert_eq!(time(r#"{"event":"a","distinct_id":"u","offset":60000}"#), "2026-03-02T11:59:00+00:00");
    assert_eq!(time(r#"{"event":"a","distinct_id":"u","timestamp":"2026-01-01"}"#), "2026-01-01T00:00:00+00:00");
    let segment = r#"{"type":"track","event":"a","userId":"u","timestamp":"2026-01-01T00:00:00Z"}"#;
    assert_eq!(time(segment), "2026-01-01T00:00:00+00:00");
}

#[test]
fn nothing_makes_it_stumble() {
    let texts = ["{}", r#"{"event":{}}"#, r#"{"type":[]}"#, r#"{"uuid":1,"options":3}"#, r#"{"a":1,"a":2}"#];
    for text in texts {
        assert!(read(text, arrival()).is_err(), "{text}");
    }
    let deep = format!("{{\"event\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(read(&deep, arrival()).is_err());
    let nested = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
    assert_eq!(patch(&nested, &nested), nested);
}

/// Sends an event that is refused and its mended self in the same request; returns the mended one read again, and the
/// one that was accepted at once.
fn refused_and_accepted(parsed: Vec<Result<Incoming, Rejection>>, change: &str) -> (Incoming, Incoming) {
    let [refused, accepted] = parsed.try_into().unwrap();
    let raw = refused.unwrap_err().raw.unwrap();
    let accepted: Incoming = accepted.unwrap();
    let mended = read(&patch(&raw, change), arrival()).unwrap();
    (Incoming { event_id: None, ..mended }, Incoming { event_id: None, ..accepted })
}

fn request(body: &str) -> wire::Request<'_> {
    let body = body.as_bytes();
    wire::Request { body, content_type: None, content_encoding: None, query: "", received_at: arrival() }
}

#[test]
fn what_the_request_said_is_said_again_when_an_event_is_read_apart_from_it() {
    // Sent by a clock that is two hours fast.
    let own = r#"{"sent_at":"2026-03-02T14:00:00Z","batch":[
        {"event":"a","timestamp":"2026-03-02T13:00:00Z"},
        {"event":"a","timestamp":"2026-03-02T13:00:00Z","user_id":"u"}]}"#;
    let parsed = native::parse(&request(own), native::Call::Event).unwrap();
    let (mended, accepted) = refused_and_accepted(parsed.events, r#"{"user_id":"u"}"#);
    assert_eq!(mended, accepted, "our own form");
    assert_eq!(mended.timestamp.unwrap().to_rfc3339(), "2026-03-02T11:00:00+00:00");

    let posthog = own.replace("user_id", "distinct_id").replace("\"batch\"", "\"api_key\":\"k\",\"batch\"");
    let posthog = posthog.replace("\"event\":\"a\"", "\"event\":\"a\",\"library\":\"x\"");
    let parsed = posthog::parse(&request(&posthog), posthog::Call::Batch).unwrap();
    let (mended, accepted) = refused_and_accepted(parsed.events, r#"{"distinct_id":"u"}"#);
    assert_eq!(mended, accepted, "PostHog's");
    assert_eq!(mended.timestamp.unwrap().to_rfc3339(), "2026-03-02T11:00:00+00:00");

    let event = r#"{"uuid":"0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f","event":"a","timestamp":"2026-03-02T13:00:00Z""#;
    let second = format!(r#"{{"batch":[{event}}},{event},"distinct_id":"u"}}]}}"#);
    let headers = posthog_v1::Headers { sdk_info: Some("posthog-ios/3.1"), sent_at: Some("2026-03-02T14:00:00Z") };
    let parsed = posthog_v1::parse(&request(&second), headers).unwrap().parsed;
    let (mended, accepted) = refused_and_accepted(parsed.events, r#"{"distinct_id":"u"}"#);
    assert_eq!(mended, accepted, "PostHog's second");
    assert!(mended.properties.as_str().contains("posthog-ios"));

    let segment = r#"{"sentAt":"2026-03-02T14:00:00Z","context":{"ip":"203.0.113.9","library":{"name":"l"}},"batch":[
        {"type":"track","event":"a","timestamp":"2026-03-02T13:00:00Z"},
        {"type":"track","event":"a","timestamp":"2026-03-02T13:00:00Z","userId":"u"}]}"#;
    let parsed = segment::parse(&request(segment), None).unwrap();
    let (mended, accepted) = refused_and_accepted(parsed.events, r#"{"userId":"u"}"#);
    assert_eq!(mended, accepted, "Segment's");
    assert_eq!(mended.ip.as_deref(), Some("203.0.113.9"));
}
