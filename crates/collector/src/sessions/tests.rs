use std::collections::{BTreeMap, BTreeSet, HashMap};

use analytics_model::{PersonId, ProjectId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const MINUTE: i64 = 60_000;
const OWNER: Owner = (ProjectId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
/// 2026-05-01.
const START: i64 = 1_777_593_600_000;

/// The stored events of one person: time and session.
#[derive(Default)]
struct Table(Vec<(i64, Uuid)>);

impl Table {
    fn sessions(&self) -> Vec<Session> {
        in_order(self.0.iter().map(|(time, id)| Session { id: *id, first: *time, last: *time }))
    }

    fn halves(&self, cut: walk::Cut) -> Halves {
        let times = || self.0.iter().filter(|(_, id)| *id == cut.session).map(|(time, _)| *time);
        Halves {
            last: times().filter(|time| *time <= cut.at).max(),
            first: times().filter(|time| *time > cut.at).min(),
        }
    }

    /// Stores a chunk of events, each in its session.
    fn store(&mut self, chunk: &[i64], known: &[Session]) -> Placed {
        let mut times = chunk.to_vec();
        times.sort_unstable();
        let mut halves = HashMap::new();
        let placed = loop {
            match place(OWNER, known, &times, &halves) {
                Ok(placed) => break placed,
                Err(cut) => halves.insert(cut, self.halves(cut)),
            };
        };
        self.0.extend(times.iter().copied().zip(placed.of_times.iter().copied()));
        for (time, id) in &mut self.0 {
            let concerns = |change: &&Change| {
                change.from.id == *id
                    && change.after.is_none_or(|after| *time > after)
                    && change.until.is_none_or(|until| *time <= until)
            };
            if let Some(change) = placed.changes.iter().find(concerns) {
                *id = change.into;
            }
        }
        placed
    }

    fn parts(&self) -> BTreeSet<Vec<i64>> {
        let mut parts: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
        for (time, id) in &self.0 {
            parts.entry(*id).or_default().push(*time);
        }
        parts.into_values().map(sorted).collect()
    }
}

fn sorted(mut times: Vec<i64>) -> Vec<i64> {
    times.sort_unstable();
    times
}

/// The obvious way: all events in order, a new session after each silence and each 24 hours.
fn oracle(times: &[i64]) -> BTreeSet<Vec<i64>> {
    let mut parts: Vec<Vec<i64>> = Vec::new();
    for time in sorted(times.to_vec()) {
        match parts.last_mut() {
            Some(part) if time - part[part.len() - 1] <= SILENCE_MS && time - part[0] <= LONGEST_MS => part.push(time),
            _ => parts.push(vec![time]),
        }
    }
    parts.into_iter().collect()
}

fn minutes(minutes: &[i64]) -> Vec<i64> {
    minutes.iter().map(|minute| START + minute * MINUTE).collect()
}

#[test]
fn an_event_between_two_sessions_makes_them_one() {
    for order in [[40, 0, 20], [0, 40, 20], [20, 40, 0], [0, 20, 40], [40, 20, 0], [20, 0, 40]] {
        let mut table = Table::default();
        for time in minutes(&order) {
            let known = table.sessions();
            table.store(&[time], &known);
        }
        assert_eq!(table.parts().len(), 1, "{order:?}");
    }
}

#[test]
fn thirty_minutes_and_twenty_four_hours_belong_to_a_session_and_a_millisecond_more_does_not() {
    let parts = |times: &[i64]| {
        let mut table = Table::default();
        table.store(times, &[]);
        table.parts().len()
    };
    assert_eq!(parts(&[START, START + SILENCE_MS]), 1);
    assert_eq!(parts(&[START, START + SILENCE_MS + 1]), 2);
    let day: Vec<i64> = (0..=48).map(|step| START + step * SILENCE_MS).collect();
    assert_eq!(parts(&day), 1);
    let longer: Vec<i64> = day.iter().copied().chain([START + LONGEST_MS + 1]).collect();
    assert_eq!(parts(&longer), 2);
}

#[test]
fn an_event_before_days_without_silence_moves_the_end_of_each() {
    let mut table = Table::default();
    let long: Vec<i64> = (0..500).map(|step| START + step * 10 * MINUTE + step * step).collect();
    table.store(&long, &[]);
    let known = table.sessions();
    table.store(&[START - 29 * MINUTE], &known);
    let all: Vec<i64> = long.iter().copied().chain([START - 29 * MINUTE]).collect();
    assert_eq!(table.parts(), oracle(&all));
    assert_eq!(table.parts().len(), 4);
}

#[test]
fn sessions_of_people_who_became_one_are_joined_where_they_overlap() {
    let mut table = Table(vec![(START, Uuid::from_u128(5)), (START + 50 * MINUTE, Uuid::from_u128(5))]);
    table.0.extend([(START + 10 * MINUTE, Uuid::from_u128(6)), (START + 25 * MINUTE, Uuid::from_u128(6))]);
    let known = table.sessions();
    let placed = table.store(&[], &known);
    assert_eq!((table.parts().len(), placed.changes.len()), (1, 1));
}

#[test]
fn a_new_session_takes_no_id_that_another_has() {
    // The session that begins at 0 gets its id from that; then it goes on from earlier, and is cut right before 0.
    let mut table = Table::default();
    let after: Vec<i64> = (0..3).map(|step| START + step * 20 * MINUTE).collect();
    table.store(&after, &[]);
    let before: Vec<i64> = (1..=75).map(|step| START - step * 20 * MINUTE).collect();
    let mut all = after;
    for time in before {
        let known = table.sessions();
        table.store(&[time], &known);
        all.push(time);
        assert_eq!(table.parts(), oracle(&all));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_order_in_any_chunks_makes_the_same_sessions(
        gaps in prop::collection::vec(prop_oneof![6 => 0..31_i64, 2 => 29..33_i64, 1 => 40..2_000_i64], 1..140),
        order in any::<u64>(),
        chunk in 1..40_usize,
    ) {
        let mut times = Vec::new();
        let mut time = START;
        for gap in &gaps {
            time += gap * MINUTE;
            times.push(time);
        }
        shuffle(&mut times, order);
        let mut table = Table::default();
        let mut stored = Vec::new();
        for chunk in times.chunks(chunk) {
            let known = table.sessions();
            let placed = table.store(chunk, &known);
            stored.extend_from_slice(chunk);
            prop_assert_eq!(table.parts(), oracle(&stored));
            prop_assert_eq!(placed.sessions, table.sessions());
        }
    }

    /// As it is done: where the memory knows enough, the table is not asked.
    #[test]
    fn what_is_remembered_is_enough_where_it_says_so(
        steps in prop::collection::vec((0..20_i64, -500..3_i64, 0..4_u128), 1..200),
    ) {
        let mut memory = Memory::of(2);
        memory.recall(START, Vec::new());
        let mut tables: HashMap<Owner, Table> = HashMap::new();
        let mut sent: HashMap<Owner, Vec<i64>> = HashMap::new();
        let mut now = START;
        for (forward, late, who) in steps {
            now += forward * MINUTE;
            memory.arrived(now);
            let owner = (OWNER.0, PersonId(Uuid::from_u128(who)));
            // Most come in time, a few late.
            let time = if late % 3 == 0 { now + late * MINUTE } else { now };
            let table = tables.entry(owner).or_default();
            let known = if memory.knows(owner, time - SILENCE_MS) {
                memory.sessions(owner).to_vec()
            } else {
                in_order(table.sessions().into_iter().chain(memory.sessions(owner).iter().copied()))
            };
            let placed = table.store(&[time], &known);
            memory.put(owner, placed.sessions);
            let all = sent.entry(owner).or_default();
            all.push(time);
            prop_assert_eq!(table.parts(), oracle(all));
        }
    }
}

fn shuffle(times: &mut [i64], seed: u64) {
    let mut state = seed | 1;
    for last in (1..times.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        times.swap(last, (state >> 33) as usize % (last + 1));
    }
}

#[test]
fn texts_that_name_no_session_are_known() {
    let none = [
        "",
        " ",
        "\t\n",
        "\u{0}",
        "\u{0}\u{1}\u{7f}",
        "a\u{0}b",
        "s\u{1b}[0m",
        "\u{200b}",
        "\u{feff}",
        "\u{85}",
        "null",
        "NULL",
        "undefined",
        "\"undefined\"",
        "None",
        "NaN",
        "[object Object]",
        "false",
        "0",
        "\u{a0}",
    ];
    for text in none {
        assert!(!is_one(text), "{text:?}");
        assert_eq!(said(Some(text), None), None, "{text:?}");
    }
    assert!(!is_one(&"s".repeat(201)) && is_one(&"s".repeat(200)) && is_one(&"ü".repeat(200)));
    for text in ["s1", "0190a5f0-0000-7000-8000-000000000000", "1", "a b", "ü"] {
        assert!(is_one(text), "{text:?}");
    }
    assert_eq!(said(Some("\u{0}"), Some("s2".into())).as_deref(), Some("s2"), "the property is the next to look at");
    assert_eq!(said(Some(" s1 "), Some("s2".into())).as_deref(), Some("s1"));
}
