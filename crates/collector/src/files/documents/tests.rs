use super::super::tests::{codes, events, file, folder, rows};
use super::super::{Format, Options, open};
use crate::Incoming;

const ONE: &str = r#"{"event":"a","user_id":"u","properties":{"n":1.40,"text":"}],{\"\\"}}"#;

fn told(content: &str) -> String {
    let folder = folder();
    open(&file(&folder, "export.json", content), &Options::default()).unwrap().told()
}

#[test]
fn lists_and_objects_behind_one_another_are_read() {
    let expected = {
        let folder = folder();
        let mut event = events(&file(&folder, "e", ONE)).remove(0);
        event.event_id = None;
        event
    };
    let pretty =
        "{\n  \"event\": \"a\",\n  \"user_id\": \"u\",\n  \"properties\": {\"n\":1.40,\"text\":\"}],{\\\"\\\\\"}\n}";
    for content in [
        format!("[{ONE},{ONE},{ONE}]"),
        format!("[\n{ONE},\n{ONE},\n{ONE}\n]\n"),
        format!("\u{feff} [ {ONE} , {ONE} ] [{ONE}]"),
        format!("{ONE}{ONE}{ONE}"),
        format!("{pretty}\n{pretty}\n{pretty}\n"),
        format!("[{pretty},{pretty},{pretty}]"),
        format!("\u{1e}{ONE}\n\u{1e}{ONE}\n\u{1e}{ONE}\n"),
        format!("{{\"next\":null,\"results\":[{ONE},{ONE},{ONE}],\"count\":3}}"),
        format!("{{\n  \"sent_at\": \"x\",\n  \"batch\": [\n    {ONE},\n    {ONE},\n    {ONE}\n  ]\n}}\n"),
        format!("{ONE}\r{ONE}\r{ONE}\r"),
    ] {
        let folder = folder();
        let path = file(&folder, "export", &content);
        let read = events(&path);
        assert_eq!(read.len(), 3, "{content}");
        let ids: std::collections::HashSet<_> = read.iter().map(|event| event.event_id).collect();
        assert_eq!(ids.len(), 3, "equal events are events of their own: {content}");
        for event in read {
            assert_eq!(Incoming { event_id: None, ..event }, expected, "{content}");
        }
    }
}

#[test]
fn what_breaks_a_list_is_told_where_it_stands() {
    let folder = folder();
    let path = file(&folder, "e.json", format!("[{ONE},\n7, \"x, {{\",\n{ONE},\n{{\"event\":\"b\"}},{ONE}\n"));
    let codes = codes(&path);
    let expected = [
        (1, "a"),
        (2, "json_invalid"),
        (2, "json_invalid"),
        (3, "a"),
        (4, "distinct_id_missing"),
        (4, "a"),
        (5, "file_cut_off"),
    ];
    let codes: Vec<(u64, &str)> = codes.iter().map(|(line, code)| (*line, code.as_str())).collect();
    assert_eq!(codes, expected);
    let path = file(&folder, "f.json", format!("[{ONE},{}", &ONE[..30]));
    assert_eq!(rows(&path)[1].event.as_ref().unwrap_err().rejection.code, "file_cut_off");
    let path = file(&folder, "g.json", b"[{\"event\":\"a\",\"user_id\":\"Ren\xe9\"}]");
    assert_eq!(rows(&path)[0].event.as_ref().unwrap_err().rejection.code, "json_invalid");
    let path = file(&folder, "h.ndjson", b"{\"event\":\"a\",\"user_id\":\"Ren\xe9\"}\n");
    assert_eq!(rows(&path)[0].event.as_ref().unwrap_err().rejection.code, "json_invalid", "nobody becomes another");
}

#[test]
fn a_list_that_fills_no_memory_is_read_event_by_event() {
    let folder = folder();
    let long = format!("[{}]", vec![ONE; 20_000].join(","));
    let path = file(&folder, "e.json", long);
    assert_eq!(rows(&path).len(), 20_000);
    let huge = format!("[{{\"event\":\"{}\"}},{ONE}]", "x".repeat(3 << 20));
    let read = codes(&file(&folder, "f.json", huge));
    assert_eq!(read.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>(), ["line_too_long", "a"]);
}

#[test]
fn exports_of_posthog_are_recognised() {
    let table = r#"{"uuid":"0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f","event":"bought","properties":"{\"price\":1.40,\"$ip\":\"203.0.113.7\"}","distinct_id":"ada","team_id":7,"ip":"203.0.113.7","site_url":"","timestamp":"2026-02-20 08:00:00.123456","created_at":"2026-02-20T08:00:01Z","elements_chain":"","person_id":"018f","set":null,"set_once":"","person_properties":"{\"plan\":\"pro\"}"}"#;
    let api = r#"{"id":"0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f","distinct_id":"ada","properties":{"price":1.40,"$ip":"203.0.113.7"},"event":"bought","timestamp":"2026-02-20T08:00:00.123456+00:00","person":{"is_identified":true},"elements":[],"elements_chain":""}"#;
    for content in [table.to_owned(), format!("[{table}]"), format!("{{\"next\":null,\"results\":[{api}]}}")] {
        assert!(told(&content).ends_with("an export of PostHog"), "{content}");
        let folder = folder();
        let event = events(&file(&folder, "e.json", &content)).remove(0);
        assert_eq!((event.event.as_str(), event.distinct_id.as_str()), ("bought", "ada"));
        assert_eq!(event.event_id.unwrap().to_string(), "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f");
        assert_eq!(event.timestamp.unwrap().to_rfc3339(), "2026-02-20T08:00:00.123456+00:00");
        assert!(event.properties.as_str().ends_with(r#""price":1.40,"$ip":"203.0.113.7"}"#), "{:?}", event.properties);
    }
    let folder = folder();
    let event = events(&file(&folder, "e.json", table)).remove(0);
    assert_eq!(event.set.unwrap().as_str(), r#"{"plan":"pro"}"#);
    assert!(event.properties.as_str().contains(r#""$person_id":"018f""#));
}

const MIXPANEL: &str = r#"{"event":"Signed up","properties":{"time":1602611311,"distinct_id":"ada","$insert_id":"hpuDqcvpltpCjBse","mp_country_code":"US","$city":"Oakland","mp_lib":"web","$browser":"Chrome","mp_processing_time_ms":1602625711874,"price":1.40}}"#;

#[test]
fn exports_of_mixpanel_are_recognised() {
    assert_eq!(told(MIXPANEL), "NDJSON, an export of Mixpanel");
    let folder = folder();
    let path = file(&folder, "m.json", MIXPANEL);
    let event = events(&path).remove(0);
    assert_eq!((event.event.as_str(), event.distinct_id.as_str()), ("Signed up", "ada"));
    assert_eq!(event.timestamp.unwrap().to_rfc3339(), "2020-10-13T17:48:31+00:00");
    let expected = r#"{"$insert_id":"hpuDqcvpltpCjBse","$geoip_country_code":"US","$city":"Oakland","$lib":"web","$browser":"Chrome","mp_processing_time_ms":1602625711874,"price":1.40}"#;
    assert_eq!(event.properties.as_str(), expected);
    // The same event exported once more is the same, wherever it stands.
    let twice = events(&file(
        &folder,
        "n.json",
        format!(
            "{{\"event\":\"x\",\"properties\":{{\"time\":1,\"distinct_id\":\"u\",\"$insert_id\":\"q\"}}}}\n{MIXPANEL}"
        )
        .replace("\"time\":1,", "\"time\":1602611311,"),
    ));
    assert_eq!(twice[1].event_id, event.event_id);
    // The clock of the project, and milliseconds.
    let zone = Options { time_zone: Some(chrono_tz::America::Los_Angeles), ..Options::default() };
    let read = |path| open(path, &zone).unwrap().next().unwrap().event.unwrap().timestamp.unwrap().to_rfc3339();
    assert_eq!(read(&path), "2020-10-14T00:48:31+00:00");
    let milliseconds = file(&folder, "o.json", MIXPANEL.replace("1602611311,", "1602611311500,"));
    assert_eq!(read(&milliseconds), "2020-10-14T00:48:31.500+00:00");
    let view = file(&folder, "p.json", MIXPANEL.replace("Signed up", "$mp_web_page_view"));
    assert_eq!(events(&view)[0].event, "$pageview");
    let timeless = file(&folder, "q.json", format!("{MIXPANEL}\n{}", MIXPANEL.replace("\"time\":1602611311,", "")));
    assert_eq!(codes(&timeless)[1], (2, "timestamp_missing".to_owned()), "no event lands on today");
}

#[test]
fn exports_of_amplitude_segment_and_google_are_recognised() {
    let amplitude = r#"{"event_type":"Song Played","user_id":"ada","device_id":"d-1","event_time":"2026-02-20 08:00:00.500000","$insert_id":"i-1","uuid":"0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f","ip_address":"203.0.113.7","session_id":1396381378123,"os_name":"ios","country":"United States","event_properties":{"genre":"pop","n":1.40},"user_properties":{"plan":"pro"}}"#;
    let segment = r#"{"type":"track","event":"bought","userId":"ada","messageId":"m-1","timestamp":"2026-02-20T08:00:00.500Z","originalTimestamp":"2026-02-20T07:59:00Z","sentAt":"2026-02-20T07:59:01Z","receivedAt":"2026-02-20T08:00:01Z","properties":{"n":1.40},"context":{"ip":"203.0.113.7"}}"#;
    let google = r#"{"event_date":"20260220","event_timestamp":"1771574400500000","event_name":"page_view","user_pseudo_id":"d-1","user_id":"ada","event_params":[{"key":"page_location","value":{"string_value":"https://e.org/","int_value":null}},{"key":"ga_session_id","value":{"int_value":"77"}}],"device":{"operating_system":"iOS"},"geo":{"city":"Oakland"}}"#;
    for (content, product, name) in [
        (amplitude, "Amplitude", "Song Played"),
        (segment, "Segment or RudderStack", "bought"),
        (google, "Google Analytics 4", "$pageview"),
    ] {
        assert_eq!(told(content), format!("NDJSON, an export of {product}"));
        let folder = folder();
        let event = events(&file(&folder, "e.ndjson", content)).remove(0);
        assert_eq!((event.event.as_str(), event.distinct_id.as_str()), (name, "ada"), "{product}");
        assert_eq!(event.timestamp.unwrap().to_rfc3339(), "2026-02-20T08:00:00.500+00:00", "{product}");
        assert!(event.event_id.is_some());
    }
    let folder = folder();
    let event = events(&file(&folder, "e.ndjson", amplitude)).remove(0);
    assert!(event.properties.as_str().ends_with(r#""genre":"pop","n":1.40}"#), "{:?}", event.properties);
    assert_eq!((event.ip.as_deref(), event.session_id.as_deref()), (Some("203.0.113.7"), Some("ada-1396381378123")));
    let event = events(&file(&folder, "g.ndjson", google)).remove(0);
    assert!(event.properties.as_str().contains(r#""$current_url":"https://e.org/""#), "{:?}", event.properties);
    assert_eq!(event.session_id.as_deref(), Some("d-1.77"));
}

#[test]
fn our_own_form_stays_strict_whatever_lists_it_has() {
    let own =
        r#"{"event":"a","user_id":"u","properties":{"items":[{"x":1}],"data":[{"y":2}],"time":1,"distinct_id":"v"}}"#;
    assert_eq!(told(own), "NDJSON");
    assert_eq!(told(&format!("[{own}]")), "JSON");
    let folder = folder();
    let read = codes(&file(&folder, "e.ndjson", format!("{own}\n{}", own.replace("\"user_id\"", "\"userid\""))));
    assert_eq!(read, [(1, "a".to_owned()), (2, "unknown_field".to_owned())]);
    let log = r#"{"level":"info","ts":1795163400.5,"request":{"remote_ip":"192.0.2.1","method":"GET","uri":"/"},"status":200}"#;
    assert_eq!(open(&file(&folder, "x", log), &Options::default()).unwrap().format(), Format::AccessLog);
}
