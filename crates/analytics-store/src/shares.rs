//! Fair shares: how many questions the store is asked at once, and whose turn comes next.
//!
//! A store that runs everything at once serves whoever asks most. Here a fixed number of questions run, the rest wait:
//! a tenant never holds the last place, an asker never more than half of them, and the next turn goes to the tenant,
//! then to the asker, with the fewest questions running.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::Error;

/// How many questions of one asker may wait for their turn.
const MAX_WAITING: usize = 100;

/// How many questions may wait in all.
const MAX_WAITING_IN_ALL: usize = 2_000;

/// Who asks: the ids mean nothing to the store, it only tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker {
    /// Whose data is asked about.
    pub tenant: u128,
    /// The person or the key.
    pub person: u128,
}

/// The places that questions run in. Clones share them.
#[derive(Clone)]
pub(crate) struct Shares(Arc<Mutex<State>>);

struct State {
    places: usize,
    running: usize,
    by_tenant: HashMap<u128, usize>,
    by_asker: HashMap<Asker, usize>,
    /// In the order they came.
    waiting: Vec<Waiting>,
}

struct Waiting {
    asker: Asker,
    turn: oneshot::Sender<Turn>,
}

/// A place, given back when dropped.
pub(crate) struct Turn {
    shares: Shares,
    asker: Asker,
    is_given_back: bool,
}

impl Shares {
    /// Makes `places` of them; one at least.
    pub(crate) fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            places: places.max(1),
            running: 0,
            by_tenant: HashMap::new(),
            by_asker: HashMap::new(),
            waiting: Vec::new(),
        })))
    }

    /// Waits for a place, at most for `patience`. Dropping the future gives up the turn.
    pub(crate) async fn turn(&self, asker: Asker, patience: Duration) -> Result<Turn, Error> {
        let receiver = {
            let mut state = self.lock();
            state.forget_the_gone();
            if state.may_run(asker) && !state.waiting.iter().any(|other| state.may_run(other.asker)) {
                state.take(asker);
                return Ok(self.turn_of(asker));
            }
            let of_asker = state.waiting.iter().filter(|other| other.asker == asker).count();
            if of_asker >= MAX_WAITING || state.waiting.len() >= MAX_WAITING_IN_ALL {
                return Err(Error::TooManyQuestions);
            }
            let (turn, receiver) = oneshot::channel();
            state.waiting.push(Waiting { asker, turn });
            receiver
        };
        match tokio::time::timeout(patience, receiver).await {
            Ok(Ok(turn)) => Ok(turn),
            // The sender is dropped only with the shares themselves, so this is the time-out.
            _ => Err(Error::NoTurn { after: patience }),
        }
    }

    /// Hands free places to those whose turn it is.
    fn dispatch(&self) {
        loop {
            let next = {
                let mut state = self.lock();
                state.forget_the_gone();
                let Some(index) = state.next() else { return };
                let next = state.waiting.remove(index);
                state.take(next.asker);
                next
            };
            if let Err(mut unused) = next.turn.send(self.turn_of(next.asker)) {
                // Whoever waited has just gone. This loop goes on: dropping the turn must not begin another one.
                self.lock().give_back(unused.asker);
                unused.is_given_back = true;
            }
        }
    }

    /// Wraps a place that was taken for `asker`.
    fn turn_of(&self, asker: Asker) -> Turn {
        Turn { shares: self.clone(), asker, is_given_back: false }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn may_run(&self, asker: Asker) -> bool {
        let of_tenant = self.by_tenant.get(&asker.tenant).copied().unwrap_or(0);
        let of_asker = self.by_asker.get(&asker).copied().unwrap_or(0);
        let for_a_tenant = self.places.saturating_sub(1).max(1);
        let for_an_asker = (self.places / 2).max(1);
        self.running < self.places && of_tenant < for_a_tenant && of_asker < for_an_asker
    }

    /// Returns who is next: of the tenant, then of the asker, with the fewest questions running; else who came first.
    fn next(&self) -> Option<usize> {
        let load = |asker: &Asker| (self.by_tenant.get(&asker.tenant), self.by_asker.get(asker));
        let able = self.waiting.iter().enumerate().filter(|(_, waiting)| self.may_run(waiting.asker));
        able.min_by_key(|(_, waiting)| load(&waiting.asker)).map(|(index, _)| index)
    }

    fn take(&mut self, asker: Asker) {
        self.running += 1;
        *self.by_tenant.entry(asker.tenant).or_default() += 1;
        *self.by_asker.entry(asker).or_default() += 1;
    }

    fn give_back(&mut self, asker: Asker) {
        self.running -= 1;
        decrease(&mut self.by_tenant, &asker.tenant);
        decrease(&mut self.by_asker, &asker);
    }

    fn forget_the_gone(&mut self) {
        self.waiting.retain(|waiting| !waiting.turn.is_closed());
    }
}

fn decrease<Key: std::hash::Hash + Eq>(counts: &mut HashMap<Key, usize>, key: &Key) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_given_back {
            return;
        }
        self.shares.lock().give_back(self.asker);
        self.shares.dispatch();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt;

    use super::{Asker, Shares, Turn};
    use crate::Error;

    const PATIENCE: Duration = Duration::from_secs(3_600);

    fn asker(tenant: u128, person: u128) -> Asker {
        Asker { tenant, person }
    }

    async fn turn(shares: &Shares, tenant: u128, person: u128) -> Turn {
        shares.turn(asker(tenant, person), PATIENCE).await.expect("a turn")
    }

    fn waits(shares: &Shares, tenant: u128, person: u128) -> bool {
        shares.turn(asker(tenant, person), PATIENCE).now_or_never().is_none()
    }

    #[tokio::test]
    async fn an_asker_holds_half_of_the_places_and_a_tenant_all_but_one() {
        let shares = Shares::new(6);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(turn(&shares, 1, 1).await);
        }
        assert!(waits(&shares, 1, 1), "a fourth question of the same person");
        for _ in 0..2 {
            held.push(turn(&shares, 1, 2).await);
        }
        assert!(waits(&shares, 1, 3), "the last place is not the same tenant's");
        held.push(turn(&shares, 2, 9).await);
        assert!(waits(&shares, 3, 7), "all places are taken");
        drop(held);
        assert!(!waits(&shares, 3, 7));
    }

    #[tokio::test]
    async fn one_place_is_enough_to_go_on() {
        let shares = Shares::new(0);
        let first = turn(&shares, 1, 1).await;
        assert!(waits(&shares, 1, 1));
        drop(first);
        turn(&shares, 1, 1).await;
    }

    #[tokio::test]
    async fn the_next_turn_is_that_of_who_runs_least() {
        let shares = Shares::new(2);
        let (first, second) = (turn(&shares, 1, 1).await, turn(&shares, 2, 2).await);
        let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let ask = |tenant, person| {
            let (shares, order) = (shares.clone(), order.clone());
            async move {
                let turn = turn(&shares, tenant, person).await;
                order.lock().unwrap().push((tenant, person));
                turn
            }
            .boxed()
        };
        // Tenant 1 waits with three questions, and tenant 3 comes last with one.
        let mut waiting = vec![ask(1, 1), ask(1, 1), ask(1, 4), ask(3, 3)];
        let mut held = vec![first, second];
        // The place of tenant 2 goes to tenant 3, though three of tenant 1 came before: that one holds a place.
        let mut turns = Vec::new();
        poll(&mut waiting, &mut turns);
        assert!(turns.is_empty());
        drop(held.pop());
        poll(&mut waiting, &mut turns);
        assert_eq!(*order.lock().unwrap(), [(3, 3)]);
        drop(held.pop());
        poll(&mut waiting, &mut turns);
        assert_eq!(*order.lock().unwrap(), [(3, 3), (1, 1)]);
        while !waiting.is_empty() {
            turns.remove(0);
            poll(&mut waiting, &mut turns);
        }
        assert_eq!(order.lock().unwrap().len(), 4);
    }

    /// Polls what waits once, and moves the turns that came of it.
    fn poll(waiting: &mut Vec<futures::future::BoxFuture<'_, Turn>>, turns: &mut Vec<Turn>) {
        let mut index = 0;
        while index < waiting.len() {
            match (&mut waiting[index]).now_or_never() {
                Some(turn) => {
                    turns.push(turn);
                    drop(waiting.remove(index));
                }
                None => index += 1,
            }
        }
    }

    #[tokio::test]
    async fn who_gives_up_holds_nothing() {
        let shares = Shares::new(1);
        let held = turn(&shares, 1, 1).await;
        for _ in 0..1_000 {
            assert!(waits(&shares, 2, 2), "dropped at once, and not counted");
        }
        drop(held);
        turn(&shares, 3, 3).await;
    }

    #[tokio::test]
    async fn too_many_who_wait_are_refused() {
        let shares = Shares::new(1);
        let _held = turn(&shares, 1, 1).await;
        let mut waiting: Vec<_> = (0..super::MAX_WAITING).map(|_| shares.turn(asker(2, 2), PATIENCE).boxed()).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        let refused = shares.turn(asker(2, 2), PATIENCE).await.err();
        assert!(matches!(refused, Some(Error::TooManyQuestions)), "{refused:?}");
        assert!(waits(&shares, 2, 3), "others still wait");
    }

    #[tokio::test]
    async fn patience_ends() {
        let shares = Shares::new(1);
        let _held = turn(&shares, 1, 1).await;
        let refused = shares.turn(asker(2, 2), Duration::ZERO).await.err();
        assert!(matches!(refused, Some(Error::NoTurn { .. })), "{refused:?}");
    }
}
