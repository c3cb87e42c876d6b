//! Inserts the rows of a chunk: each block until it is known to be stored, and what the store refuses apart.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use analytics_store::Block;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::Outcome;
use super::batch::Batch;
use super::beside;
use super::counts::{self, Counts};
use super::drain::{Drainer, Stopped};
use super::lanes::Lane;
use super::panicked::Panicked;
use super::patience::Pauses;
use super::plan::{self, Plan, RulesOf};
use super::rejected;
use super::table::{self, Table};
use crate::Rejection;
use crate::enrich::Whose;
use crate::spool::Chunk;

/// How long one insert is waited for.
const TIMEOUT: Duration = Duration::from_secs(60);
/// After so many refused inserts of a chunk the rest is set aside in one go: it can be sent again once mended.
const REFUSALS: usize = 200;

/// Rows of a chunk on their way into the table.
pub(super) struct Inserter<'a> {
    chunk: &'a Arc<Chunk>,
    plan: &'a Plan,
    rules: &'a Arc<RulesOf>,
    whose: &'a Arc<Vec<Whose>>,
    /// What the tokens begin with; the same rows under the same token are stored once.
    token: String,
    rows: Vec<usize>,
    blocks: Vec<u32>,
}

/// What became of every row of the chunk.
pub(super) struct Inserted {
    pub(super) outcomes: Vec<Outcome>,
}

/// Rows that are set aside, with a code and a reason.
#[derive(Default)]
struct Poison(Vec<(usize, &'static str, String)>);

/// A block ready to be inserted, or what was said as it was made.
type Made = Result<Batch, Panicked>;

impl<'a> Inserter<'a> {
    pub(super) fn new(
        chunk: &'a Arc<Chunk>,
        plan: &'a Plan,
        (rules, whose): (&'a Arc<RulesOf>, &'a Arc<Vec<Whose>>),
        token: String,
        (rows, blocks): (Vec<usize>, Vec<u32>),
    ) -> Self {
        Self { chunk, plan, rules, whose, token, rows, blocks }
    }

    /// Inserts what is to be noted of events in other tables. What the store does not take of it is told, and not missed
    /// so much that events should wait.
    pub(super) async fn insert_all<T: Table>(
        &self,
        drainer: &Drainer<T>,
        blocks: &[(&'static str, Block)],
        name: &str,
    ) -> Result<(), Stopped> {
        for (index, (table, block)) in blocks.iter().enumerate() {
            // Two blocks may go to one table.
            if let Err(error) = self.insert(drainer, table, block, &format!("{name}-{index}")).await? {
                tracing::error!(%error, table, "what was to be noted of events is not");
                drainer.catalogue.forget();
            }
        }
        Ok(())
    }

    pub(super) async fn run<T: Table>(self, drainer: &mut Drainer<T>, lane: Lane) -> Result<Inserted, Stopped> {
        let mut outcomes = vec![Outcome::Duplicate; self.plan.rows.len()];
        let mut poison = Poison::default();
        let mut counts = Counts::default();
        let mut rest = &self.rows[..];
        let cut = |rows: &u32| {
            let (block, later) = rest.split_at_checked(*rows as usize)?;
            rest = later;
            let mut block = block.to_vec();
            // As they came, whatever month put them together.
            block.sort_unstable();
            Some(block)
        };
        let blocks: Vec<Vec<usize>> = self.blocks.iter().map_while(cut).collect();
        let mut ready = self.ready(drainer, blocks.first()).await;
        for (number, block) in blocks.iter().enumerate() {
            let Some(first) = ready.take() else { break };
            let name = number.to_string();
            // While the store works on one block, the next is made.
            let stored = self.store(drainer, (block.clone(), first), name, (&mut poison, &mut counts));
            let (stored, next) = tokio::join!(stored, self.ready(drainer, blocks.get(number + 1)));
            stored?;
            ready = next;
            for index in block {
                outcomes[*index] = Outcome::Stored;
            }
            if lane != Lane::All && number + 1 < blocks.len() {
                drainer.others_first().await?;
            }
        }
        for (index, code, reason) in &poison.0 {
            let id = self.plan.rows[*index].id.0;
            let rejection = Rejection::new(code, reason.as_str()).of_event(Some(id));
            outcomes[*index] = Outcome::Rejected(rejection);
        }
        for index in &self.rows {
            if outcomes[*index] == Outcome::Stored {
                drainer.ids.store(self.plan.rows[*index].mark);
            }
        }
        self.reject(drainer, poison).await?;
        counts.settled(self.plan, &outcomes);
        self.count(drainer, &counts).await?;
        Ok(Inserted { outcomes })
    }

    /// Stores the rows of a block; halves what is refused until the rows at fault stand alone.
    async fn store<T: Table>(
        &self,
        drainer: &Drainer<T>,
        (rows, first): (Vec<usize>, Made),
        name: String,
        (poison, counts): (&mut Poison, &mut Counts),
    ) -> Result<(), Stopped> {
        let mut waiting = vec![(rows, name)];
        let mut first = Some(first);
        let mut refusals = 0;
        while let Some((mut rows, name)) = waiting.pop() {
            let made = match first.take() {
                Some(first) => first,
                None => self.batch(drainer, rows.clone()).await,
            };
            let failed: (&'static str, String) = match made {
                Ok(batch) => match self.insert(drainer, table::EVENTS, &batch.block, &name).await? {
                    Ok(()) => {
                        if let Some(lag) = counts.stored(&batch.seen, now()) {
                            drainer.shared.counters.lagged(lag);
                        }
                        self.insert_all(drainer, &batch.beside, &name).await?;
                        continue;
                    }
                    Err(error) => (rejected::REFUSED_BY_STORE, error.to_string()),
                },
                Err(panicked) => {
                    self.set_stumbling_aside(drainer, &mut rows, poison).await;
                    (rejected::NOT_UNDERSTOOD, panicked.to_string())
                }
            };
            // What was to be said of these events was not: the halves say it.
            drainer.catalogue.forget();
            refusals += 1;
            let (code, reason) = failed;
            if rows.is_empty() {
                continue;
            }
            if rows.len() == 1 || refusals > REFUSALS {
                tracing::warn!(code, reason, rows = rows.len(), "events are set aside");
                poison.0.extend(rows.iter().map(|row| (*row, code, reason.clone())));
                continue;
            }
            tracing::warn!(code, reason, rows = rows.len(), "a block can't be stored: trying its halves");
            // Parts of other months may have been stored before the refusal.
            let existing = drainer.existing(self.plan, &rows).await?;
            rows.retain(|row| !existing.contains(&self.plan.rows[*row].mark));
            let second = rows.split_off(rows.len() / 2);
            let halves = [(second, format!("{name}b")), (rows, format!("{name}a"))];
            waiting.extend(halves.into_iter().filter(|(half, _)| !half.is_empty()));
        }
        Ok(())
    }

    /// Sets those rows aside that make the server stumble, however many they are: halving finds the others, which only
    /// do so together.
    async fn set_stumbling_aside<T: Table>(&self, drainer: &Drainer<T>, rows: &mut Vec<usize>, poison: &mut Poison) {
        let (chunk, rules, enricher) = (Arc::clone(self.chunk), Arc::clone(self.rules), Arc::clone(&drainer.enricher));
        let looked_at = rows.clone();
        let work = move || plan::stumbling(&chunk, &looked_at, &enricher, &rules);
        let Ok(found) = drainer.worker.attempt(work).await else { return };
        let Some((first, panicked)) = found.first() else { return };
        let (first, events) = (self.plan.rows[*first].id.0, found.len());
        tracing::error!(%panicked, events, %first, "events can't be understood: they are set aside");
        // Both are in ascending order.
        rows.retain(|row| found.binary_search_by_key(row, |(row, _)| *row).is_err());
        let aside = found.into_iter().map(|(row, panicked)| (row, rejected::NOT_UNDERSTOOD, panicked.to_string()));
        poison.0.extend(aside);
    }

    /// Inserts how many events the chunk held, and what became of them.
    async fn count<T: Table>(&self, drainer: &Drainer<T>, counts: &Counts) -> Result<(), Stopped> {
        let Some(block) = counts.block() else { return Ok(()) };
        if let Err(error) = self.insert(drainer, counts::TABLE, &block, "counts").await? {
            tracing::error!(%error, "events are stored but not counted");
        }
        Ok(())
    }

    async fn ready<T: Table>(&self, drainer: &Drainer<T>, rows: Option<&Vec<usize>>) -> Option<Made> {
        Some(self.batch(drainer, rows?.clone()).await)
    }

    async fn batch<T: Table>(&self, drainer: &Drainer<T>, rows: Vec<usize>) -> Made {
        let (chunk, rules, enricher) = (Arc::clone(self.chunk), Arc::clone(self.rules), Arc::clone(&drainer.enricher));
        let (observers, whose) = (beside::observers(&drainer.catalogue), Arc::clone(self.whose));
        let work = move || plan::batch(&chunk, &rows, &enricher, (&rules, &whose), observers);
        drainer.worker.attempt(work).await
    }

    /// Keeps what is refused in a table of its own.
    async fn reject<T: Table>(&self, drainer: &Drainer<T>, poison: Poison) -> Result<(), Stopped> {
        if self.plan.refused == 0 && poison.0.is_empty() {
            return Ok(());
        }
        let mut poison = poison.0;
        poison.sort_unstable_by_key(|(row, ..)| *row);
        let poison = poison.into_iter().map(|(row, code, reason)| (row, (code, reason)));
        let (rows, reasons): (Vec<usize>, Vec<(&'static str, String)>) = poison.unzip();
        let (chunk, rules, enricher) = (Arc::clone(self.chunk), Arc::clone(self.rules), Arc::clone(&drainer.enricher));
        let whose = Arc::clone(self.whose);
        let work = move || plan::rejected(&chunk, &rows, &reasons, &enricher, (&rules, &whose));
        let batch = drainer.worker.run(work).await;
        if let Err(error) = self.insert(drainer, table::REJECTED, &batch.block, "rejected").await? {
            // Nothing is left that could take it: the log is the last place.
            tracing::error!(%error, events = batch.ids.len(), "refused events could not be kept");
        }
        Ok(())
    }

    /// Inserts one block, the same one again until it is known to be stored or refused for what it holds.
    async fn insert<T: Table>(
        &self,
        drainer: &Drainer<T>,
        table: &'static str,
        block: &Block,
        name: &str,
    ) -> Result<Result<(), analytics_store::Error>, Stopped> {
        let token = format!("{}-{name}", self.token);
        let started = Instant::now();
        let mut pauses = Pauses::new();
        loop {
            match drainer.table.insert(table, block, &token, TIMEOUT).await {
                Ok(()) => {
                    drainer.shared.is_back();
                    if table == table::EVENTS {
                        drainer.shared.counters.inserted(block.rows(), started.elapsed());
                    }
                    return Ok(Ok(()));
                }
                Err(error) if error.blames_data() => return Ok(Err(error)),
                Err(error) => drainer.shared.is_away(&error)?,
            }
            pauses.next().await;
        }
    }
}

/// The time it is: arrivals are noted by the same clock, whoever started the server that noted them.
pub(super) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
