//! What of a chunk of the spool is to be stored, in which blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::RandomState;
use std::sync::Arc;

use analytics_model::{EventId, PersonId, ProjectId};
use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::batch::{Batch, Rows};
use super::beside::Observer;
use super::counts::Seen;
use super::ids::{Mark, mark_of};
use super::panicked::{Panicked, caught};
use super::rejected::{self, Reason};
use super::sayings::Saying;
use super::{Mode, Options};
use crate::delivery::{Contents, Record};
use crate::enrich::{Enricher, Sender, Whose};
use crate::spool::{Chunk, Position};
use crate::{Event, Rules, json, sessions};

/// Months of one project that are stored beside the events of others: each takes some milliseconds in each table, for
/// which all others wait.
const MONTHS_A_TURN: usize = 12;
/// Months of one insert: each is a part on disk, and ClickHouse refuses more than a hundred.
const MONTHS: usize = 60;

/// The rules of the projects of a chunk.
pub(super) type RulesOf = HashMap<ProjectId, Arc<Rules>>;

/// The deliveries of a chunk and their events, without the texts.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) deliveries: Vec<Delivered>,
    /// Events in the order of the chunk.
    pub(super) rows: Vec<Row>,
    /// How many events were refused when they arrived.
    pub(super) refused: usize,
    /// What events say about who is who, in order.
    pub(super) sayings: Vec<Saying>,
}

/// A frame of the chunk.
pub(super) struct Delivered {
    pub(super) position: Position,
    pub(super) project: ProjectId,
    pub(super) mode: Mode,
    pub(super) received_at: DateTime<Utc>,
    /// Where its events begin among all rows.
    pub(super) first_row: usize,
    pub(super) rows: usize,
    /// How many of it were refused when they arrived.
    pub(super) refused: usize,
}

/// An event on its way into the table.
pub(super) struct Row {
    pub(super) delivery: usize,
    pub(super) id: EventId,
    pub(super) mark: Mark,
    pub(super) time: DateTime<Utc>,
    /// Whether it came with a time of its own; one without has that of its arrival.
    pub(super) is_dated: bool,
    /// The person its distinct id stands for by itself, where it names no session.
    pub(super) without_session: Option<PersonId>,
    bytes: usize,
}

impl Plan {
    /// Reads a chunk; frames that hold something else are told and left out.
    pub(super) fn of(chunk: &Chunk, key: &RandomState) -> Self {
        let mut plan = Self::default();
        for (position, contents) in contents(chunk) {
            let contents = match contents {
                Ok(contents) => contents,
                Err(error) => {
                    // Whole by its checksum: only a program of another version can have written it.
                    tracing::error!(%error, ?position, "a frame of the spool can't be read");
                    continue;
                }
            };
            plan.add(position, &contents, key);
        }
        plan
    }

    fn add(&mut self, position: Position, contents: &Contents<'_>, key: &RandomState) {
        let (delivery, project) = (self.deliveries.len(), contents.head.project());
        let received_at = contents.sender().received_at;
        let (first_row, rows) = (self.rows.len(), contents.events.len());
        let (mode, refused) = (contents.head.mode, contents.refused.len());
        self.deliveries.push(Delivered { position, project, mode, received_at, first_row, rows, refused });
        let rows = contents.events.iter().map(|record| {
            let (id, time) = (record.id(), record.time());
            let mark = mark_of(key, project, id);
            let is_dated = (time - received_at).abs() >= TimeDelta::milliseconds(1);
            // What can't be told has its columns looked at later, and is set aside then.
            let is_without = caught(|| names_no_session(record)).unwrap_or(false);
            let without_session = is_without.then(|| PersonId::of(project, record.distinct_id));
            Row { delivery, id, mark, time, is_dated, without_session, bytes: bytes_of(record) }
        });
        self.rows.extend(rows);
        let numbered = contents.events.iter().enumerate();
        let said = numbered.filter_map(|(index, record)| {
            let saying = caught(|| Saying::of(first_row + index, record));
            saying.unwrap_or_else(|panicked| {
                tracing::error!(%panicked, event = %record.id().0, "what an event says of people is not followed");
                None
            })
        });
        self.sayings.extend(said);
        self.refused += refused;
    }

    /// Returns the projects it has events of.
    pub(super) fn projects(&self) -> BTreeSet<ProjectId> {
        self.deliveries.iter().map(|delivery| delivery.project).collect()
    }

    pub(super) fn project(&self, row: &Row) -> ProjectId {
        self.deliveries[row.delivery].project
    }

    pub(super) fn mode(&self, row: &Row) -> Mode {
        self.deliveries[row.delivery].mode
    }

    /// Returns the projects whose events are of more months than one turn stores.
    pub(super) fn of_many_months(&self) -> Vec<ProjectId> {
        let mut months: BTreeMap<ProjectId, BTreeSet<Month>> = BTreeMap::new();
        for delivery in &self.deliveries {
            let own = months.entry(delivery.project).or_default();
            for row in &self.rows[delivery.first_row..delivery.first_row + delivery.rows] {
                own.insert(month(row.time));
            }
        }
        months.retain(|_, own| own.len() > MONTHS_A_TURN);
        months.into_keys().collect()
    }

    /// Puts rows in the order of their months, so that each month is in as few blocks as can be.
    pub(super) fn by_month(&self, mut rows: Vec<usize>) -> Vec<usize> {
        rows.sort_by_key(|index| month(self.rows[*index].time));
        rows
    }

    /// Cuts rows into blocks of about the same size: how many rows each has.
    pub(super) fn blocks(&self, rows: &[usize], options: &Options) -> Vec<u32> {
        let bytes: usize = rows.iter().map(|index| self.rows[*index].bytes).sum();
        let least = rows.len().div_ceil(options.block_rows).max(bytes.div_ceil(options.block_bytes)).max(1);
        let most_rows = rows.len().div_ceil(least);
        let mut blocks = Vec::new();
        let mut block = Block::default();
        for index in rows {
            let row = &self.rows[*index];
            if !block.takes(row, most_rows, options) {
                blocks.push(std::mem::take(&mut block).rows);
            }
            block.add(row);
        }
        if block.rows > 0 {
            blocks.push(block.rows);
        }
        blocks
    }
}

/// Makes the block of those rows; they are named in ascending order.
pub(super) fn batch(
    chunk: &Chunk,
    rows: &[usize],
    enricher: &Enricher,
    (rules, whose): (&RulesOf, &[Whose]),
    mut observers: Vec<Box<dyn Observer>>,
) -> Batch {
    let mut batch = Rows::with_capacity(rows.len());
    let mut seen = Seen::default();
    for_each(chunk, rows, |record, sender, at| {
        enricher.enrich(record, sender, &rules[&sender.project], whose[rows[at]], |event| {
            batch.push(event);
            seen.see(event.project_id, (event.timestamp, event.received_at), event.traffic, sender.mode);
            for observer in &mut observers {
                observer.comes_from(sender);
                observer.see(record, event);
            }
        });
    });
    let beside = observers.into_iter().flat_map(|observer| observer.finish()).collect();
    Batch { beside, seen, ..batch.finish() }
}

/// Returns the rows whose columns can't be filled, and why.
pub(super) fn stumbling(chunk: &Chunk, rows: &[usize], enricher: &Enricher, rules: &RulesOf) -> Vec<(usize, Panicked)> {
    let mut found = Vec::new();
    for_each(chunk, rows, |record, sender, at| {
        let tried = caught(|| enricher.enrich(record, sender, &rules[&sender.project], Whose::default(), |_| ()));
        found.extend(tried.err().map(|panicked| (rows[at], panicked)));
    });
    found
}

/// Returns the distinct ids of rows; they are named in ascending order.
pub(super) fn distinct_ids(chunk: &Chunk, rows: &[usize]) -> Vec<String> {
    let mut ids = Vec::with_capacity(rows.len());
    for_each(chunk, rows, |record, _, _| ids.push(record.distinct_id.to_owned()));
    ids
}

/// Tells whether an event names no session: most properties need not be read for it.
fn names_no_session(record: &Record<'_>) -> bool {
    if record.session_id.is_some_and(sessions::is_one) {
        return false;
    }
    let text = record.properties.as_bytes();
    // A name may be written with escapes.
    let may_be_there = memchr::memmem::find(text, b"$session_id\"").is_some() || memchr::memchr(b'\\', text).is_some();
    if !may_be_there {
        return true;
    }
    let entries = json::entries(record.properties);
    let mut texts =
        entries.iter().filter(|(name, _)| name == "$session_id").filter_map(|(_, value)| json::scalar(*value));
    let property = texts.rfind(|text| !text.is_empty());
    sessions::said(None, property).is_none()
}

/// Makes the block of what is refused: rows that the store did not take, with its words, and what was refused at the
/// door.
pub(super) fn rejected(
    chunk: &Chunk,
    rows: &[usize],
    reasons: &[(&'static str, String)],
    enricher: &Enricher,
    (rules, whose): (&RulesOf, &[Whose]),
) -> Batch {
    let mut batch = rejected::Rows::default();
    // What can't be understood has only the columns that everything has.
    let filled = |record: &Record<'_>, sender: &Sender<'_>, whose: Whose, then: &mut dyn FnMut(&Event<'_>)| {
        let rules = &rules[&sender.project];
        if caught(|| enricher.enrich(record, sender, rules, whose, |_| ())).is_ok() {
            enricher.enrich(record, sender, rules, whose, then);
        } else {
            then(&Event::bare(sender.project, sender.received_at, record));
        }
    };
    for_each(chunk, rows, |record, sender, at| {
        let (code, reason) = &reasons[at];
        let reason = Reason { code, field: "", reason };
        let raw = caught(|| rejected::written(record)).unwrap_or_else(|_| record.properties.to_owned());
        filled(record, sender, whose[rows[at]], &mut |event| batch.push(event, &reason, &raw));
    });
    for (position, contents) in contents(chunk) {
        let Ok(contents) = contents else { continue };
        let sender = contents.sender();
        for (index, refused) in contents.refused.iter().enumerate() {
            rejected::guess(refused, &sender, (position, index), |record| {
                let push = &mut |event: &Event<'_>| batch.push(event, &Reason::of(refused), refused.raw);
                filled(record, &sender, Whose::default(), push);
            });
        }
    }
    batch.finish()
}

fn for_each<'c>(chunk: &'c Chunk, rows: &[usize], mut each: impl FnMut(&Record<'c>, &Sender<'c>, usize)) {
    let mut wanted = rows.iter().copied().enumerate().peekable();
    let mut index = 0;
    for (_, contents) in contents(chunk) {
        let Ok(contents) = contents else { continue };
        let sender = contents.sender();
        for record in &contents.events {
            if let Some((at, _)) = wanted.next_if(|(_, row)| *row == index) {
                each(record, &sender, at);
            }
            index += 1;
        }
    }
}

fn contents(chunk: &Chunk) -> impl Iterator<Item = (Position, Result<Contents<'_>, crate::delivery::Unreadable>)> {
    chunk.frames().map(|frame| (frame.position, Contents::read(frame.content)))
}

#[derive(Default)]
struct Block {
    rows: u32,
    bytes: usize,
    months: BTreeSet<Month>,
}

impl Block {
    fn takes(&self, row: &Row, most_rows: usize, options: &Options) -> bool {
        let is_new_month = self.months.len() >= MONTHS && !self.months.contains(&month(row.time));
        let is_full = self.rows as usize >= most_rows || self.bytes + row.bytes > options.block_bytes;
        self.rows == 0 || !(is_full || is_new_month)
    }

    fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.bytes += row.bytes;
        self.months.insert(month(row.time));
    }
}

type Month = (i32, u32);

fn month(time: DateTime<Utc>) -> Month {
    (time.year(), time.month())
}

/// Returns the bytes an event takes in a block, roughly.
fn bytes_of(record: &Record<'_>) -> usize {
    500 + record.properties.len() + record.event.len() + record.distinct_id.len()
}
