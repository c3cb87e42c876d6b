//! Who is connected: as many as may be, and of one address not all of them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection::Activity;

/// All connections.
pub(super) struct Registry {
    most: usize,
    most_of_address: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, (IpAddr, Arc<Activity>)>,
    of_addresses: HashMap<IpAddr, usize>,
}

/// A connection's place, given back when dropped.
pub(super) struct Place {
    registry: Arc<Registry>,
    number: u64,
}

impl Registry {
    pub(super) fn new(most: usize, most_of_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_address, open: Mutex::default() })
    }

    /// Gives a connection a place: a free one, or that of the connection which has been at rest for longest. None where
    /// all others are being answered.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr, activity: Arc<Activity>) -> Option<Place> {
        let mut open = self.open();
        let is_much = open.of_addresses.get(&address).is_some_and(|own| *own >= self.most_of_address);
        if is_much && !open.end_the_idlest(Some(address)) {
            return None;
        }
        if open.connections.len() >= self.most && !open.end_the_idlest(None) {
            return None;
        }
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, (address, activity));
        *open.of_addresses.entry(address).or_default() += 1;
        Some(Place { registry: Arc::clone(self), number })
    }

    /// Ends the connection that has been at rest for longest.
    pub(super) fn make_room(&self) {
        self.open().end_the_idlest(None);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn end_the_idlest(&mut self, of: Option<IpAddr>) -> bool {
        let eligible = self.connections.iter().filter(|(_, (address, _))| of.is_none_or(|of| *address == of));
        let resting = eligible.filter_map(|(number, (_, activity))| Some((activity.resting_since()?, *number)));
        let Some((_, number)) = resting.min() else { return false };
        if let Some((_, activity)) = self.connections.get(&number) {
            activity.end();
        }
        self.leave(number);
        true
    }

    fn leave(&mut self, number: u64) {
        let Some((address, _)) = self.connections.remove(&number) else { return };
        if let Some(own) = self.of_addresses.get_mut(&address) {
            *own -= 1;
            if *own == 0 {
                self.of_addresses.remove(&address);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.registry.open().leave(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn those_at_rest_make_room_and_those_at_work_do_not() {
        let registry = Registry::new(3, 2);
        let enter = |last| {
            let activity = Activity::new();
            Some((registry.enter(address(last), Arc::clone(&activity))?, activity))
        };
        let first = enter(1).unwrap();
        let second = enter(1).unwrap();
        let work = second.1.begin();
        let third = enter(1).unwrap();
        assert_eq!((first.1.is_told_to_end(), second.1.is_told_to_end()), (true, false), "of its own address");
        let more = third.1.begin();
        assert!(enter(1).is_none(), "an address whose connections are all at work has no more");
        let other = enter(2).unwrap();
        let last = enter(3).unwrap();
        assert!(other.1.is_told_to_end(), "the others have what is left");
        drop((work, more, first));
        assert!(enter(3).is_some() && !last.1.is_told_to_end());
        drop((second, third, other, last));
        let open = registry.open();
        assert_eq!((open.connections.len(), open.of_addresses.len()), (0, 0));
    }
}
