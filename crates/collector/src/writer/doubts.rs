//! What is doubtful about events that are stored all the same, as warnings beside them.
//!
//! - `clock_far_off`: an event that did not come with an import is more than an hour ahead of its arrival, or more than
//!   [`LONG_AGO`] before it.
//! - `id_refused`: `$identify`, `$create_alias` and their like name an id that stands for nobody.
//! - `person_unlikely`: any other event comes under such an id.
//! - `timestamp_unreadable`: an event's time can't be read, or is too far ahead to be right: it has that of its arrival.
//! - `timestamp_missing`: an event of an import says no time.
//! - `text_cut`: an event's name, or the id of who did it, has as many characters as are kept.

use analytics_store::Block;
use chrono::TimeDelta;

use super::Mode;
use super::beside::Observer;
use crate::delivery::Record;
use crate::enrich::Sender;
use crate::warnings::{Kind, Warnings};
use crate::{Event, EventType, json, limits, merges_too_many};

/// Further ahead of its arrival no event is that was sent by a clock that is right.
const AHEAD: TimeDelta = TimeDelta::hours(1);
/// Longer than phones and browsers keep what they could not send.
const LONG_AGO: TimeDelta = TimeDelta::days(365);

/// Where `$identify` and its like name the other id.
const OTHER_IDS: [&str; 2] = ["$anon_distinct_id", "alias"];

/// Looks for what is doubtful.
#[derive(Default)]
pub(super) struct Doubts {
    warnings: Warnings,
    is_import: bool,
}

impl Observer for Doubts {
    fn comes_from(&mut self, sender: &Sender<'_>) {
        self.is_import = sender.mode == Mode::Historical;
    }

    fn see(&mut self, record: &Record<'_>, event: &Event<'_>) {
        if let Some((field, details)) = record.note {
            self.warnings.add(event, Kind::TIMESTAMP_UNREADABLE, field, || details.to_owned());
        }
        if !self.is_import {
            self.clock(event);
        } else if event.timestamp == event.received_at {
            self.warnings.add(event, Kind::TIMESTAMP_MISSING, "timestamp", || {
                "an imported event says no time: it has that of its arrival".to_owned()
            });
        }
        self.ids(record, event);
        self.lengths(record, event);
    }

    fn finish(self: Box<Self>) -> Vec<(&'static str, Block)> {
        self.warnings.finish().into_iter().collect()
    }
}

impl Doubts {
    fn clock(&mut self, event: &Event<'_>) {
        let ahead = event.timestamp - event.received_at;
        let (by, where_to) = if ahead > AHEAD {
            (ahead, "ahead of its arrival")
        } else if ahead < -LONG_AGO {
            (-ahead, "before its arrival")
        } else {
            return;
        };
        self.warnings.add(event, Kind::CLOCK_FAR_OFF, "timestamp", || {
            let time = event.timestamp.to_rfc3339();
            format!("its time, {time}, is {} {where_to}", in_words(by))
        });
    }

    fn ids(&mut self, record: &Record<'_>, event: &Event<'_>) {
        let names_somebody = matches!(event.event_type, EventType::Identify | EventType::Alias);
        if merges_too_many(record.distinct_id) {
            let id = record.distinct_id;
            if names_somebody {
                self.warnings.add(event, Kind::ID_REFUSED, "distinct_id", || refused(id));
            } else {
                self.warnings.add(event, Kind::PERSON_UNLIKELY, "distinct_id", || {
                    format!("all who are sent as {id:?} count as one person")
                });
            }
        }
        if !names_somebody {
            return;
        }
        // Read only for the few events that name somebody.
        for (name, value) in json::entries(record.properties) {
            let Some(name) = OTHER_IDS.iter().find(|known| **known == name) else { continue };
            if let Some(id) = json::scalar(value).filter(|id| merges_too_many(id)) {
                self.warnings.add(event, Kind::ID_REFUSED, name, || refused(&id));
            }
        }
    }

    fn lengths(&mut self, record: &Record<'_>, event: &Event<'_>) {
        for (property, text, most) in
            [("event", record.event, limits::EVENT_NAME_CHARS), ("distinct_id", record.distinct_id, limits::ID_CHARS)]
        {
            // Bytes are counted in no time, and are as many as characters at least.
            if text.len() >= most && text.chars().count() >= most {
                self.warnings.add(event, Kind::TEXT_CUT, property, || {
                    format!("{property} has {most} characters: what was longer is cut off")
                });
            }
        }
    }
}

fn refused(id: &str) -> String {
    format!("{id:?} stands for nobody: nothing is merged with it")
}

fn in_words(time: TimeDelta) -> String {
    match (time.num_days(), time.num_hours()) {
        (0, 0..=1) => format!("{} minutes", time.num_minutes()),
        (0..=1, hours) => format!("{hours} hours"),
        (days, _) if days < 730 => format!("{days} days"),
        (days, _) => format!("{} years", days / 365),
    }
}

#[cfg(test)]
mod tests;
