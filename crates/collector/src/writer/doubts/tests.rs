use analytics_model::ProjectId;
use analytics_store::Column;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::*;
use crate::enrich::{Enricher, Whose};
use crate::{Accepted, Incoming, Properties, Rules};

fn arrival() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn seen(doubts: &mut Doubts, mode: Mode, incoming: Incoming) {
    let accepted = Accepted::new(incoming, arrival()).unwrap();
    let sender = Sender { mode, ..Sender::of(ProjectId(Uuid::from_u128(1)), arrival()) };
    let record = Record::of(&accepted);
    Enricher::default().enrich(&record, &sender, &Rules::default(), Whose::default(), |event| {
        doubts.comes_from(&sender);
        doubts.see(&record, event);
    });
}

/// The kinds and properties of the warnings about an event.
fn warned(mode: Mode, incoming: Incoming) -> Vec<(String, String)> {
    let mut doubts = Doubts::default();
    seen(&mut doubts, mode, incoming);
    rows(doubts).into_iter().map(|(kind, property, _)| (kind, property)).collect()
}

fn rows(doubts: Doubts) -> Vec<(String, String, u64)> {
    let Some((table, block)) = Box::new(doubts).finish().into_iter().next() else { return Vec::new() };
    assert_eq!(table, "ingestion_warnings");
    block.encode().unwrap();
    let text = |name| match block.get(name) {
        Some(Column::Text(texts)) => texts.bytes(),
        other => panic!("{name}: {other:?}"),
    };
    assert!(text("details") > 0);
    let Some(Column::UInt64(counts)) = block.get("count") else { panic!("no counts") };
    let (kinds, properties) = (texts(&block, "kind"), texts(&block, "property"));
    kinds.into_iter().zip(properties).zip(counts).map(|((kind, property), count)| (kind, property, *count)).collect()
}

/// Texts are packed as they are sent: the length, then the bytes; here all are short.
fn texts(block: &Block, name: &str) -> Vec<String> {
    let part = block.encode().unwrap().concat();
    let head = [&[name.len() as u8], name.as_bytes(), &[6], b"String"].concat();
    let mut at = part.windows(head.len()).position(|window| window == head).unwrap() + head.len();
    (0..block.rows())
        .map(|_| {
            let length = part[at] as usize;
            at += 1 + length;
            String::from_utf8(part[at - length..at].to_vec()).unwrap()
        })
        .collect()
}

fn at(time: &str) -> Incoming {
    Incoming { timestamp: Some(time.parse().unwrap()), ..Incoming::new("a", "u") }
}

fn one(kind: &str, property: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), property.to_owned())]
}

#[test]
fn clocks_that_are_far_off_are_told() {
    for time in ["2026-03-02T13:00:01Z", "2025-03-02T11:59:59Z", "1970-01-01T00:00:00Z"] {
        assert_eq!(warned(Mode::Live, at(time)), one("clock_far_off", "timestamp"), "{time}");
        assert_eq!(warned(Mode::Historical, at(time)), [], "imports are of any time");
    }
    for time in ["2026-03-02T13:00:00Z", "2026-03-02T12:00:00Z", "2025-03-02T12:00:00Z"] {
        assert_eq!(warned(Mode::Live, at(time)), [], "{time}");
    }
}

#[test]
fn a_time_that_counts_as_that_of_the_arrival_is_told() {
    let note = crate::Note { field: "timestamp", details: "timestamp \"soon\" can't be read".into() };
    let unreadable = Incoming { note: Some(note), ..Incoming::new("a", "u") };
    assert_eq!(warned(Mode::Live, unreadable), one("timestamp_unreadable", "timestamp"));
    assert_eq!(warned(Mode::Historical, Incoming::new("a", "u")), one("timestamp_missing", "timestamp"));
    assert_eq!(warned(Mode::Live, Incoming::new("a", "u")), [], "live events happen as they arrive");
}

#[test]
fn ids_of_nobody_are_told() {
    assert_eq!(warned(Mode::Live, Incoming::new("a", "undefined")), one("person_unlikely", "distinct_id"));
    assert_eq!(warned(Mode::Live, Incoming::new("$identify", "Guest")), one("id_refused", "distinct_id"));
    let with = |event: &str, properties: &str| Incoming {
        properties: Properties::parse(properties).unwrap(),
        ..Incoming::new(event, "u")
    };
    let other = with("$identify", r#"{"$anon_distinct_id":"null"}"#);
    assert_eq!(warned(Mode::Live, other), one("id_refused", "$anon_distinct_id"));
    let old = Incoming { timestamp: Some(DateTime::UNIX_EPOCH), ..with("$create_alias", r#"{"alias":0}"#) };
    assert_eq!(warned(Mode::Historical, old), one("id_refused", "alias"));
    assert_eq!(warned(Mode::Live, with("a", r#"{"alias":"null"}"#)), []);
    assert_eq!(warned(Mode::Live, with("$identify", r#"{"$anon_distinct_id":"0190a5d4"}"#)), []);
}

#[test]
fn what_was_cut_is_told() {
    assert_eq!(warned(Mode::Live, Incoming::new("ü".repeat(201), "u")), one("text_cut", "event"));
    assert_eq!(warned(Mode::Live, Incoming::new("a", "x".repeat(900))), one("text_cut", "distinct_id"));
    assert_eq!(warned(Mode::Live, Incoming::new("ü".repeat(199), "x".repeat(199))), []);
}

#[test]
fn a_flood_makes_few_rows() {
    let mut doubts = Doubts::default();
    for number in 0..1_000 {
        seen(&mut doubts, Mode::Live, Incoming::new(format!("event {}", number % 50), "null"));
    }
    let rows = rows(doubts);
    assert_eq!(rows.len(), 10);
    assert_eq!(rows.iter().map(|(_, _, count)| count).sum::<u64>(), 1_000);
}
