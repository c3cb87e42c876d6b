//! From the spool into the table: read a chunk, leave out what is stored, insert the rest, go on behind it.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use analytics_store::Day;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use uuid::Uuid;

use super::catalogue::Catalogue;
use super::existing;
use super::identity::Identity;
use super::ids::{KnownIds, Mark, Marks};
use super::insert::Inserter;
use super::lanes::Lane;
use super::patience::Pauses;
use super::plan::{Plan, RulesOf};
use super::table::Table;
use super::worker::{Pace, Worker};
use super::{Mode, Options, Outcome, Shared};
use crate::Rulebook;
use crate::enrich::Enricher;
use crate::sessions::Memory;
use crate::spool::{Chunk, Cursor, Position, Reader, Storing};

/// How long an insert is waited for that nobody misses.
const REST_TIMEOUT: Duration = Duration::from_secs(5);
/// How often the file of places is looked at.
const PLACES_EVERY: Duration = Duration::from_secs(60);
/// From so many rows on a block is worth an insert of its own.
pub(super) const ENOUGH_ROWS: u64 = 25_000;

/// Stores what the spool holds, one chunk after the other.
pub(super) struct Drainer<T> {
    pub(super) table: Arc<T>,
    pub(super) options: Options,
    pub(super) shared: Arc<Shared>,
    pub(super) enricher: Arc<Enricher>,
    pub(super) sessions: Arc<Mutex<Memory>>,
    pub(super) catalogue: Arc<Catalogue>,
    rulebook: Arc<dyn Rulebook>,
    pub(super) worker: Worker,
    /// Away while a chunk is read.
    reader: Option<Reader>,
    pub(super) cursor: Cursor,
    pub(super) identity: Identity,
    pub(super) durable: watch::Receiver<Position>,
    settled: watch::Sender<Position>,
    pub(super) ids: KnownIds,
    recent: Option<oneshot::Receiver<Vec<Mark>>>,
    /// When the last chunk was begun.
    begun: Option<Instant>,
    /// Whose turn was the last.
    pub(super) lane: Lane,
    places_looked_at: Option<Instant>,
}

/// What ends a drainer before everything is stored.
pub(super) struct Stopped;

impl<T: Table> Drainer<T> {
    pub(super) fn new(
        table: Arc<T>,
        (options, rulebook): (Options, Arc<dyn Rulebook>),
        (shared, worker): (Arc<Shared>, Worker),
        (reader, cursor): (Reader, Cursor),
        settled: watch::Sender<Position>,
    ) -> Self {
        let ids = KnownIds::new(options.remembered_ids);
        let (loaded, recent) = oneshot::channel();
        tokio::spawn(existing::load_recent(table.clone(), ids.key(), options.remembered_ids, loaded));
        let durable = shared.spool.durable();
        let enricher = Arc::new(Enricher::new(options.places.clone()));
        let catalogue = Arc::new(Catalogue::new(options.catalogue_pause));
        let (reader, recent, begun) = (Some(reader), Some(recent), None);
        let identity = Identity::default();
        Self {
            table,
            options,
            shared,
            enricher,
            sessions: Arc::default(),
            rulebook,
            worker,
            reader,
            identity,
            catalogue,
            cursor,
            durable,
            settled,
            ids,
            recent,
            begun,
            lane: Lane::All,
            places_looked_at: None,
        }
    }

    /// Works until the spool is closed and empty, or until it is stopped while the table is away.
    pub(super) async fn run(mut self) {
        if self.go().await.is_err() {
            tracing::info!("the analytics store is away: what is not stored yet waits in the spool");
        }
        self.note().await;
        self.say_rest().await;
    }

    async fn go(&mut self) -> Result<(), Stopped> {
        self.take_stock().await?;
        if let Some((project, storing)) = self.cursor.storing_behind.clone() {
            self.learn().await?;
            self.finish(Lane::Of(project), storing).await?;
        }
        if let Some(storing) = self.cursor.storing.clone() {
            self.learn().await?;
            self.finish(Lane::All, storing).await?;
        }
        while self.work_comes().await {
            let lane = self.next_lane();
            self.turn(lane).await?;
            self.give_events().await;
        }
        Ok(())
    }

    /// Stores one chunk.
    pub(super) async fn turn(&mut self, lane: Lane) -> Result<(), Stopped> {
        self.take_recent();
        self.learn().await?;
        self.refresh_places().await;
        self.begun = Some(Instant::now());
        let chunk = self.read(lane).await?;
        self.store(lane, chunk).await
    }

    /// Does again what may have been done in part before the last end.
    async fn finish(&mut self, lane: Lane, storing: Storing) -> Result<(), Stopped> {
        let (chunk, plan) = self.read_again(lane, storing.until).await?;
        tracing::debug!(events = plan.rows.len(), "storing again what was under way when the server ended");
        let left_out: HashSet<usize> = storing.left_out.iter().map(|row| *row as usize).collect();
        let rows: Vec<usize> = (0..plan.rows.len()).filter(|row| !left_out.contains(row)).collect();
        let rules = self.rules(&plan).await?;
        let (merged, version) = self.follow(&plan, &rows).await?;
        if let Some(storing) = self.storing(lane) {
            storing.moves.extend(&merged.moves);
        }
        let placing = self.place(&chunk, &plan, &rows, &merged).await?;
        let rows = if storing.by_month { plan.by_month(rows) } else { rows };
        let which = (rows, storing.blocks.clone());
        let inserter = Inserter::new(&chunk, &plan, (&rules, &placing.whose), storing.token.clone(), which);
        inserter.insert_all(self, &merged.blocks(version), "people").await?;
        let inserted = inserter.run(self, lane).await?;
        self.change_sessions(&placing).await?;
        // What was begun of it may have left sums that the sessions of today no longer tell.
        let days = storing.session_days.iter().map(|(project, date)| Day { project: *project, date: *date });
        let days: Vec<Day> = days.collect();
        self.answered(|| self.table.mark_days(&days, "sessions were joined")).await?;
        self.settle(lane, &chunk, &plan, inserted.outcomes);
        Ok(())
    }

    async fn store(&mut self, lane: Lane, chunk: Chunk) -> Result<(), Stopped> {
        let (chunk, plan) = self.planned(lane, chunk).await;
        self.worker.set_pace(Pace::of(&self.shared, plan.deliveries.first().map(|first| first.received_at)));
        let rows = self.unknown(&plan).await?;
        let left_out = left_out(plan.rows.len(), &rows);
        let token = Uuid::new_v4().to_string();
        let (merged, version) = self.follow(&plan, &rows).await?;
        let placing = self.place(&chunk, &plan, &rows, &merged).await?;
        let rows = plan.by_month(rows);
        let blocks = plan.blocks(&rows, &self.options);
        if !plan.rows.is_empty() || plan.refused > 0 {
            let storing = Storing {
                until: chunk.until,
                token: token.clone(),
                left_out,
                blocks: blocks.clone(),
                by_month: true,
                moves: merged.moves.clone(),
                session_days: placing.changed_days(),
            };
            self.begin(lane, storing);
            self.note().await;
        }
        let rules = self.rules(&plan).await?;
        let inserter = Inserter::new(&chunk, &plan, (&rules, &placing.whose), token, (rows, blocks));
        inserter.insert_all(self, &merged.blocks(version), "people").await?;
        let inserted = inserter.run(self, lane).await?;
        self.change_sessions(&placing).await?;
        self.settle(lane, &chunk, &plan, inserted.outcomes);
        Ok(())
    }

    /// Remembers that a chunk is done, and tells those who wait for it.
    fn settle(&mut self, lane: Lane, chunk: &Chunk, plan: &Plan, outcomes: Vec<Outcome>) {
        self.reached(lane, chunk.until);
        self.shared.spool.release(&chunk.shares());
        let is_of_this_run = plan.deliveries.first().is_some_and(|first| first.position >= self.shared.begin);
        self.shared.counters.settled(plan, &outcomes, is_of_this_run);
        for delivery in &plan.deliveries {
            if let Some(waiter) = self.shared.waiters().remove(&delivery.position) {
                let told = outcomes[delivery.first_row..delivery.first_row + delivery.rows].to_vec();
                // Whoever asked may have gone.
                let _ = waiter.send(told);
            }
        }
        self.shared.is_well();
        if let Some(delivery) = plan.deliveries.last() {
            self.shared.counters.reached(delivery.received_at);
        }
        self.settled.send_replace(self.cursor.position());
    }

    /// Waits until there is something to store, and long enough for more to come; false when nothing will.
    async fn work_comes(&mut self) -> bool {
        loop {
            if !self.cursor.behind.is_empty() {
                return true;
            }
            let is_all_done = self.cursor.settled >= *self.durable.borrow_and_update();
            if is_all_done {
                // The last word of where we are, as nothing else will be said for a while.
                self.note().await;
                let due = self.moves_due();
                let rest = self.catalogue.idle().map(|idle| Instant::now() + idle);
                tokio::select! {
                    changed = self.durable.changed() => {
                        if changed.is_err() {
                            return false;
                        }
                    }
                    () = until(due) => self.give_events().await,
                    () = until(rest) => self.say_rest().await,
                }
                continue;
            }
            let Some(begun) = self.begun else { return true };
            let is_hurried = self.shared.is_hurried() || self.durable.has_changed().is_err();
            if is_hurried || self.shared.backlog() >= ENOUGH_ROWS || begun.elapsed() >= self.options.linger {
                return true;
            }
            tokio::select! {
                () = tokio::time::sleep_until(begun + self.options.linger) => {}
                () = self.shared.hurry.notified() => {}
                _ = self.durable.changed() => {}
            }
        }
    }

    /// Says what the catalogue has yet to say, while nothing else is to do. Only counts wait for that: what does not
    /// arrive is not tried again.
    async fn say_rest(&self) {
        for (table, block) in self.catalogue.rest() {
            let token = Uuid::new_v4().to_string();
            if let Err(error) = self.table.insert(table, &block, &token, REST_TIMEOUT).await {
                tracing::debug!(%error, table, "counts of the catalogue are lost");
            }
        }
    }

    fn take_recent(&mut self) {
        if let Some(recent) = &mut self.recent
            && let Ok(marks) = recent.try_recv()
        {
            self.ids.complete(marks);
            self.recent = None;
        }
    }

    /// Returns the rows that are not stored yet; of those that repeat each other the first.
    async fn unknown(&mut self, plan: &Plan) -> Result<Vec<usize>, Stopped> {
        let mut seen: HashSet<Mark, Marks> = HashSet::with_capacity_and_hasher(plan.rows.len(), Marks::default());
        let mut unknown = Vec::with_capacity(plan.rows.len());
        let mut asked = Vec::new();
        for (index, row) in plan.rows.iter().enumerate() {
            if self.ids.is_stored(row.mark) || !seen.insert(row.mark) {
                continue;
            }
            unknown.push(index);
            if plan.mode(row) == Mode::Historical || self.ids.must_ask() {
                asked.push(index);
            }
        }
        if asked.is_empty() {
            return Ok(unknown);
        }
        let existing = self.existing(plan, &asked).await?;
        unknown.retain(|index| {
            let mark = plan.rows[*index].mark;
            let is_stored = existing.contains(&mark);
            if is_stored {
                self.ids.store(mark);
            }
            !is_stored
        });
        Ok(unknown)
    }

    /// Takes a new database of places, if its file has changed; the old one serves where the new one can't be read.
    async fn refresh_places(&mut self) {
        if self.places_looked_at.is_some_and(|at| at.elapsed() < PLACES_EVERY) {
            return;
        }
        self.places_looked_at = Some(Instant::now());
        let places = self.options.places.clone();
        match self.worker.run(move || places.refresh()).await {
            Ok(true) => tracing::info!("the database of places was read anew"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the new database of places is not used"),
        }
    }

    pub(super) async fn plan(&self, chunk: Chunk) -> (Chunk, Plan) {
        let key = self.ids.key();
        let work = move || {
            let plan = Plan::of(&chunk, &key);
            (chunk, plan)
        };
        self.worker.run(work).await
    }

    /// Returns what the projects of a chunk want done with their events.
    async fn rules(&self, plan: &Plan) -> Result<Arc<RulesOf>, Stopped> {
        let mut all = RulesOf::new();
        for project in plan.projects() {
            let mut pauses = Pauses::new();
            let rules = loop {
                match self.rulebook.of(project).await {
                    Ok(rules) => break rules,
                    Err(error) => tracing::warn!(%error, "events wait in the spool"),
                }
                if self.shared.is_stopping() {
                    return Err(Stopped);
                }
                pauses.next().await;
            };
            all.insert(project, rules);
        }
        Ok(Arc::new(all))
    }

    /// Notes on disk how far we are.
    pub(super) async fn note(&mut self) {
        let cursor = self.cursor.clone();
        // When it can't be written, what was noted before still holds; being stopped changes nothing of that.
        let _ = self.with_reader(move |reader| reader.note(&cursor)).await;
    }

    /// Works on the files, again until it succeeds: a disk that can't be read today is not a reason to lose anything.
    pub(super) async fn with_reader<R: Send + 'static>(
        &mut self,
        work: impl Fn(&mut Reader) -> io::Result<R> + Clone + Send + 'static,
    ) -> Result<R, Stopped> {
        let mut pauses = Pauses::new();
        loop {
            let Some(mut reader) = self.reader.take() else { return Err(Stopped) };
            let work = work.clone();
            let job = move || {
                let done = work(&mut reader);
                (reader, done)
            };
            let (reader, done) = self.worker.run(job).await;
            self.reader = Some(reader);
            match done {
                Ok(done) => return Ok(done),
                Err(error) => tracing::error!(%error, "the spool can't be used"),
            }
            if self.shared.is_stopping() {
                return Err(Stopped);
            }
            pauses.next().await;
        }
    }
}

/// Waits until then; for ever where there is no then.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

fn left_out(all: usize, rows: &[usize]) -> Vec<u32> {
    let mut taken = rows.iter().copied().peekable();
    (0..all).filter(|row| taken.next_if_eq(row).is_none()).map(|row| row as u32).collect()
}
