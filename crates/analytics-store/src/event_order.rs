//! Events in the order of their table, so that the store has nothing to sort.

use std::collections::BTreeMap;

use naive_cityhash::cityhash64;
use uuid::Uuid;

use crate::block::{Block, Column, Texts};

/// Lets the rows of a block for the table of events be sent in the order of its sorting key: `project_id, date,
/// event_name, cityHash64(user_id), timestamp`, rows of one key as they came. A block without one of these columns stays
/// as it is.
///
/// The store then finds a block sorted and spares itself the moving of every column, and what adds up events meets those
/// that belong together one after the other.
pub fn in_order_of_events(block: Block) -> Block {
    let Some(keys) = Keys::of(&block) else { return block };
    let order = keys.order();
    block.in_order(order)
}

/// What the table of events is sorted by.
struct Keys<'a> {
    projects: &'a [Uuid],
    days: &'a [u16],
    names: &'a Texts,
    users: &'a Texts,
    times: &'a [i64],
}

impl<'a> Keys<'a> {
    fn of(block: &'a Block) -> Option<Self> {
        let Some(Column::Uuid(projects)) = block.get("project_id") else { return None };
        let Some(Column::Date(days)) = block.get("date") else { return None };
        let Some(Column::Text(names)) = block.get("event_name") else { return None };
        let Some(Column::Text(users)) = block.get("user_id") else { return None };
        let Some(Column::Instant(times)) = block.get("timestamp") else { return None };
        Some(Self { projects, days, names, users, times })
    }

    fn order(&self) -> Vec<u32> {
        // Few: a project's day has some names of events. Compared once each, and not with every row.
        let mut groups: BTreeMap<_, Vec<(u64, i64, u32)>> = BTreeMap::new();
        let texts = self.names.iter().zip(self.users.iter());
        let others = self.projects.iter().zip(self.days).zip(self.times);
        for (row, ((name, user), ((project, day), time))) in (0..).zip(texts.zip(others)) {
            let group = groups.entry((place_of(*project), *day, name)).or_default();
            group.push((cityhash64(user.as_bytes()), *time, row));
        }
        let sorted = groups.into_values().flat_map(|mut rows| {
            rows.sort_unstable();
            rows.into_iter().map(|(_, _, row)| row)
        });
        sorted.collect()
    }
}

/// ClickHouse sorts UUIDs by their second half.
fn place_of(id: Uuid) -> u128 {
    let (first, second) = id.as_u64_pair();
    u128::from(second) << 64 | u128::from(first)
}
