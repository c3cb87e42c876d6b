//! Of how many months events may be that are no import.
//!
//! Each month is a part on disk, in each table: one key that sends an event for each month since 1970 makes as much work
//! as a million events of today. What is sent as it happens is of few months; what is old is sent as an import.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use analytics_model::ApiKeyId;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use collector::{Incoming, Rejection};

/// Months of one request: phones that were off for a year or two come with less.
pub(super) const A_REQUEST: usize = 24;
/// Months of one key within [`WINDOW`].
pub(super) const A_KEY: usize = 60;
const WINDOW: TimeDelta = TimeDelta::hours(1);
const MOST_KEPT: usize = 100_000;

/// The months that keys have sent events of.
#[derive(Default)]
pub(crate) struct MonthsSent(Mutex<HashMap<ApiKeyId, Sent>>);

struct Sent {
    since: DateTime<Utc>,
    months: BTreeSet<i32>,
}

/// Counts the months of one request.
pub(super) struct Months<'a> {
    all: &'a MonthsSent,
    key: ApiKeyId,
    now: DateTime<Utc>,
    of_request: BTreeSet<i32>,
}

impl MonthsSent {
    /// Begins to count the months of a request.
    pub(super) fn of_request(&self, key: ApiKeyId, now: DateTime<Utc>) -> Months<'_> {
        Months { all: self, key, now, of_request: BTreeSet::new() }
    }

    /// Notes that a key has sent events of a month; false where that is one too many.
    fn note(&self, key: ApiKeyId, month: i32, now: DateTime<Utc>) -> bool {
        let mut keys = lock(&self.0);
        if keys.len() >= MOST_KEPT {
            keys.retain(|_, sent| now - sent.since < WINDOW);
        }
        let sent = keys.entry(key).or_insert_with(|| Sent { since: now, months: BTreeSet::new() });
        if !(TimeDelta::zero()..WINDOW).contains(&(now - sent.since)) {
            *sent = Sent { since: now, months: BTreeSet::new() };
        }
        if sent.months.len() >= A_KEY && !sent.months.contains(&month) {
            return false;
        }
        sent.months.insert(month);
        true
    }
}

impl Months<'_> {
    /// Lets an event pass, or says that it is of one month too many.
    pub(super) fn pass(&mut self, incoming: Incoming) -> Result<Incoming, Rejection> {
        let Some(time) = incoming.timestamp else { return Ok(incoming) };
        let month = number(time);
        // Nothing is kept of the months that everybody sends.
        if (number(self.now) - 1..=number(self.now)).contains(&month) || self.of_request.contains(&month) {
            return Ok(incoming);
        }
        let reason = if self.of_request.len() >= A_REQUEST {
            format!(
                "the request's events are of more than {A_REQUEST} months: send old events as an import (historical)"
            )
        } else if !self.all.note(self.key, month, self.now) {
            format!("the key sent events of {A_KEY} months within an hour: send old events as an import (historical)")
        } else {
            self.of_request.insert(month);
            return Ok(incoming);
        };
        let text = serde_json::to_string(&incoming).unwrap_or_default();
        Err(Rejection::field("months_too_many", "timestamp", reason).of_event(incoming.event_id).of_text(&text))
    }
}

/// Months are counted from the year 0 on.
fn number(time: DateTime<Utc>) -> i32 {
    time.year() * 12 + time.month0() as i32
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_777_636_800, 0).unwrap()
    }

    /// Sends one event for each of these months before now, and returns how many pass.
    fn passed(sent: &MonthsSent, key: u128, months: std::ops::Range<u32>, now: DateTime<Utc>) -> usize {
        let mut of_request = sent.of_request(ApiKeyId(Uuid::from_u128(key)), now);
        let events = months.map(|before| {
            let mut event = Incoming::new("a", "b");
            event.timestamp = Some(now - chrono::Months::new(before));
            event
        });
        events.filter_map(|event| of_request.pass(event).ok()).count()
    }

    #[test]
    fn a_request_and_a_key_are_bounded_and_another_key_is_not_touched() {
        let sent = MonthsSent::default();
        assert_eq!(passed(&sent, 1, 0..600, now()), A_REQUEST + 2, "this month and the last are free");
        assert_eq!(passed(&sent, 1, 0..600, now()), A_REQUEST + 2, "the same ones again");
        assert_eq!(passed(&sent, 1, 100..120, now()), 20);
        assert_eq!(passed(&sent, 1, 200..220, now()), A_KEY - A_REQUEST - 20);
        assert_eq!(passed(&sent, 1, 0..10, now()), 10, "what it sent before goes on");
        assert_eq!(passed(&sent, 2, 300..310, now()), 10);
        assert_eq!(passed(&sent, 1, 400..410, now() + WINDOW), 10, "an hour later");
    }

    #[test]
    fn the_reason_names_the_way_out_and_keeps_the_event() {
        let sent = MonthsSent::default();
        let mut of_request = sent.of_request(ApiKeyId(Uuid::nil()), now());
        let mut last = None;
        for before in 10..40 {
            let mut event = Incoming::new("old", "b");
            event.timestamp = Some(now() - chrono::Months::new(before));
            last = of_request.pass(event).err();
        }
        let rejection = last.unwrap();
        assert_eq!((rejection.code, rejection.field.as_deref()), ("months_too_many", Some("timestamp")));
        assert!(rejection.reason.contains("historical"), "{}", rejection.reason);
        assert!(rejection.raw.unwrap().contains("\"old\""));
    }
}
