use std::collections::BTreeMap;
use std::sync::Arc;

use analytics_store::{Column, Texts};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const HOUR: Duration = Duration::from_secs(3_600);

fn project(number: u128) -> ProjectId {
    ProjectId(Uuid::from_u128(number))
}

fn block(catalogue: &Arc<Catalogue>, events: &[(ProjectId, &str, i64, String)], now: Instant) -> Said {
    let mut reader = Reader::new(catalogue);
    for (project, event, at, properties) in events {
        reader.read(*project, event, *at, &crate::json::entries(properties));
    }
    catalogue.add(reader.projects, now)
}

fn texts(texts: &Texts) -> Vec<String> {
    texts.iter().map(str::to_owned).collect()
}

fn column(block: &Block, name: &str) -> Vec<String> {
    match block.get(name).expect(name) {
        Column::Text(values) => texts(values),
        Column::Uuid(values) => values.iter().map(Uuid::to_string).collect(),
        Column::UInt64(values) => values.iter().map(u64::to_string).collect(),
        Column::Instant(values) => values.iter().map(i64::to_string).collect(),
        other => panic!("{name} is {other:?}"),
    }
}

/// What was said, added up as the tables do.
#[derive(Default, Debug, PartialEq)]
struct Told {
    /// Kinds, first, last by project, source, property, event.
    properties: BTreeMap<[String; 4], ([u64; 6], i64, i64)>,
    /// Count and last by project, source, property, value.
    values: BTreeMap<[String; 4], (u64, i64)>,
}

impl Told {
    fn hear(&mut self, said: Said) {
        for (table, block) in said {
            assert!(block.rows() > 0, "{table}");
            let key = |last: &'static str| {
                let columns = ["project_id", "source", "property", last].map(|name| column(&block, name));
                (0..block.rows()).map(move |row| columns.each_ref().map(|column| column[row].clone()))
            };
            let numbers = |name: &str| {
                column(&block, name).into_iter().map(|text| text.parse::<i64>().unwrap()).collect::<Vec<_>>()
            };
            let last = numbers("last_seen");
            if table == rows::PROPERTIES {
                let kinds = ["texts", "numbers", "booleans", "times", "lists", "objects"].map(numbers);
                let first = numbers("first_seen");
                for (row, key) in key("event_name").enumerate() {
                    let told = self.properties.entry(key).or_insert(([0; 6], i64::MAX, i64::MIN));
                    told.0.iter_mut().zip(&kinds).for_each(|(count, more)| *count += more[row] as u64);
                    *told = (told.0, told.1.min(first[row]), told.2.max(last[row]));
                }
            } else {
                let count = numbers("count");
                for (row, key) in key("value").enumerate() {
                    let told = self.values.entry(key).or_insert((0, i64::MIN));
                    *told = (told.0 + count[row] as u64, told.1.max(last[row]));
                }
            }
        }
    }
}

/// The same numbers each time: tests that fail by chance teach nothing.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn value(&mut self) -> Value {
        match self.below(9) {
            0 => json!(format!("text {}", self.below(4))),
            1 => json!(self.below(3)),
            2 => json!(self.below(2) == 0),
            3 => json!(format!("2026-03-0{}T10:00:00Z", 1 + self.below(3))),
            4 => json!([1, self.below(3)]),
            5 => json!({ "a": self.below(3) }),
            6 => Value::Null,
            7 => json!(""),
            _ => json!(self.below(4) as f64 * 0.25),
        }
    }

    fn object(&mut self) -> Value {
        let names = ["plan", "price", "ü \"quoted\" 漢", "", "when"];
        (0..self.below(5)).map(|_| (names[self.below(5) as usize].to_owned(), self.value())).collect()
    }

    fn event(&mut self) -> (ProjectId, &'static str, i64, Value) {
        let mut properties = self.object();
        if self.below(3) == 0 {
            properties["$set"] = self.object();
            properties["$set_once"] = self.object();
            properties["$unset"] = json!(["plan"]);
        }
        let name = ["sign up", "$pageview", "bought", "it's"][self.below(4) as usize];
        (project(1 + u128::from(self.below(2))), name, self.below(1_000_000) as i64, properties)
    }
}

/// Counts by looking at each event anew.
fn recounted(events: &[(ProjectId, &str, i64, Value)]) -> Told {
    let mut told = Told::default();
    for (project, event, at, properties) in events {
        let of = |source: &'static str, object: &Value| {
            let entries = object.as_object().cloned().unwrap_or_default();
            entries.into_iter().map(move |(name, value)| (source, name, value)).collect::<Vec<_>>()
        };
        let own = of("event", properties)
            .into_iter()
            .filter(|(_, name, _)| !["$set", "$set_once", "$unset"].contains(&name.as_str()));
        let people = of("person", &properties["$set"]).into_iter().chain(of("person", &properties["$set_once"]));
        for (source, name, value) in own.chain(people) {
            let kind = match &value {
                Value::Null => continue,
                Value::String(text) if text.starts_with("2026-") => 3,
                Value::String(_) => 0,
                Value::Number(_) => 1,
                Value::Bool(_) => 2,
                Value::Array(_) => 4,
                Value::Object(_) => 5,
            };
            let key = |last: &str| [project.0.to_string(), source.to_owned(), name.clone(), last.to_owned()];
            let counted = told.properties.entry(key(event)).or_insert(([0; 6], i64::MAX, i64::MIN));
            counted.0[kind] += 1;
            *counted = (counted.0, counted.1.min(*at), counted.2.max(*at));
            let text = match &value {
                Value::String(text) if text.is_empty() => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) if number.as_f64().unwrap().fract() == 0.0 => {
                    (number.as_f64().unwrap() as u64).to_string()
                }
                Value::Array(_) | Value::Object(_) => continue,
                other => other.to_string(),
            };
            let counted = told.values.entry(key(&text)).or_insert((0, i64::MIN));
            *counted = (counted.0 + 1, counted.1.max(*at));
        }
    }
    told
}

#[test]
fn what_is_said_adds_up_to_a_recount_of_the_events() {
    for (pause, blocks) in [(Duration::ZERO, 7), (HOUR, 7), (HOUR, 1), (Duration::from_secs(60), 40)] {
        let mut chance = Chance(7);
        let catalogue = Arc::new(Catalogue::new(pause));
        let (mut told, mut all, mut now) = (Told::default(), Vec::new(), Instant::now());
        for _ in 0..blocks {
            let events: Vec<_> = (0..200).map(|_| chance.event()).collect();
            let sent: Vec<_> = events
                .iter()
                .map(|(project, event, at, properties)| (*project, *event, *at, properties.to_string()))
                .collect();
            told.hear(block(&catalogue, &sent, now));
            now += Duration::from_secs(7);
            all.extend(events);
            // Names are there at once, whatever the counts.
            assert!(told.properties.keys().eq(recounted(&all).properties.keys()));
            assert!(told.values.keys().eq(recounted(&all).values.keys()));
        }
        told.hear(catalogue.rest());
        assert_eq!(told, recounted(&all), "{pause:?}");
        assert!(catalogue.rest().is_empty() && catalogue.idle().is_none());
    }
}

#[test]
fn a_steady_stream_is_said_once_in_a_while() {
    let catalogue = Arc::new(Catalogue::new(Duration::from_secs(60)));
    let events = vec![(project(1), "bought", 1, r#"{"plan":"pro","price":3}"#.to_owned()); 10];
    let start = Instant::now();
    let said: Vec<usize> = (0..240)
        .map(|second| {
            let said = block(&catalogue, &events, start + Duration::from_secs(second));
            said.iter().map(|(_, block)| block.rows()).sum()
        })
        .collect();
    let spoke: Vec<usize> = (0..240).filter(|second| said[*second] > 0).collect();
    assert_eq!(spoke, [0, 60, 120, 180]);
    assert!(said.iter().all(|rows| *rows <= 4), "{said:?}");
    assert!(catalogue.idle().is_some());
}

#[test]
fn thousands_of_names_fill_neither_a_block_nor_the_memory() {
    let catalogue = Arc::new(Catalogue::new(HOUR));
    let object = |from: usize| {
        let members: Vec<String> = (from..from + 1_000).map(|key| format!(r#""key {key}":"value {key}""#)).collect();
        format!("{{{}}}", members.join(","))
    };
    let mut told = Told::default();
    let five_thousand: Vec<_> = (0..5).map(|part| (project(1), "e", 0, object(part * 1_000))).collect();
    told.hear(block(&catalogue, &five_thousand, Instant::now()));
    assert_eq!(told.properties.len(), 2_000);
    for part in 0..40 {
        told.hear(block(&catalogue, &[(project(1), "e", 0, object(part * 1_000))], Instant::now()));
    }
    assert_eq!(told.properties.len(), MOST_PROPERTIES);
    // Another project is not made to suffer for it.
    told.hear(block(&catalogue, &[(project(2), "e", 0, object(0))], Instant::now()));
    assert_eq!(told.properties.len(), MOST_PROPERTIES + 1_000);
    assert!(catalogue.memory().remembered <= MOST_REMEMBERED);
}

#[test]
fn an_id_in_every_event_fills_no_table() {
    let catalogue = Arc::new(Catalogue::new(Duration::from_secs(60)));
    let mut told = Told::default();
    let start = Instant::now();
    for minute in 0..30 {
        let events: Vec<_> = (0..2_000)
            .map(|number| {
                let often = if number % 100 == 0 { "often" } else { "" };
                let id = format!("{minute}-{number}");
                (project(1), "e", 0, json!({ "id": if often.is_empty() { &id } else { often } }).to_string())
            })
            .collect();
        told.hear(block(&catalogue, &events[..40], start + Duration::from_secs(minute * 60)));
        told.hear(block(&catalogue, &events, start + Duration::from_secs(minute * 60 + 1)));
    }
    told.hear(catalogue.rest());
    let often = told.values.iter().find(|(key, _)| key[3] == "often").map(|(_, counted)| counted.0);
    assert!(often.is_some_and(|count| count > 500), "{often:?}");
    assert!(told.values.len() <= FIRST_VALUES + 31 * VALUES_AT_ONCE, "{}", told.values.len());
}

#[test]
fn what_did_not_arrive_is_said_again() {
    let catalogue = Arc::new(Catalogue::new(HOUR));
    let events = [(project(1), "bought", 1, r#"{"plan":"pro"}"#.to_owned())];
    assert_eq!(block(&catalogue, &events, Instant::now()).len(), 2);
    assert_eq!(block(&catalogue, &events, Instant::now()).len(), 0);
    catalogue.forget();
    assert_eq!(block(&catalogue, &events, Instant::now()).len(), 2);
}

#[test]
fn a_type_that_changes_is_told_once() {
    let catalogue = Arc::new(Catalogue::new(Duration::ZERO));
    let start = Instant::now();
    for (second, price) in ["1", "2", "\"3\"", "4", "\"5\""].iter().enumerate() {
        let event = (project(1), "bought", 1, format!(r#"{{"price":{price}}}"#));
        block(&catalogue, &[event], start + Duration::from_secs(second as u64));
    }
    let changes: Vec<_> =
        catalogue.memory().changes.iter().map(|change| (change.property.clone(), change.from, change.to)).collect();
    assert_eq!(changes, [("price".to_owned(), "number", "text")]);
}

/// Prints what a property costs: `cargo test -p collector --release -- --ignored --nocapture cost`.
#[test]
#[ignore = "measures"]
fn cost() {
    let catalogue = Arc::new(Catalogue::new(Duration::from_secs(60)));
    let events: Vec<_> = (0..50_000_usize)
        .map(|number| {
            let members: Vec<String> =
                (0..20).map(|key| format!(r#""property {key}":"value {}""#, number % (key + 1))).collect();
            (project(1), ["a", "b", "c"][number % 3], number as i64, format!("{{{}}}", members.join(",")))
        })
        .collect();
    for _ in 0..3 {
        let began = Instant::now();
        block(&catalogue, &events, Instant::now());
        println!("{:.0} ns a property", began.elapsed().as_nanos() as f64 / 1e6);
    }
}
