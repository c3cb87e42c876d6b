//! The task behind the writer: gather, leave out, insert, answer.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use analytics_model::{EventId, ProjectId};
use chrono::{Days, NaiveDate};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout_at};
use twox_hash::XxHash3_128;
use uuid::Uuid;

use super::batch::{self, Batch};
use super::ids::{self, KnownIds, Mark};
use super::table::Table;
use super::{Counters, Job, Mode, Options, Outcome, WriteError};
use crate::{Event, Rejection};

/// From so many rows on a block is worth an insert of its own.
const ENOUGH_ROWS: usize = 1_000;
/// Ids asked for in one question.
const IDS_A_QUESTION: usize = 10_000;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Without a block for so long, the next event doesn't wait for company: only a steady trickle would make too many.
const IDLE: Duration = Duration::from_millis(100);
/// More refused inserts than this mean that not the events are at fault.
const REFUSALS: usize = 100;

/// Gathers jobs and commits them.
pub(super) struct Committer<T> {
    table: Arc<T>,
    options: Options,
    jobs: mpsc::UnboundedReceiver<Job>,
    counters: Arc<Counters>,
    ids: KnownIds,
    recent: Option<oneshot::Receiver<Vec<Mark>>>,
    /// Names this run of the writer in deduplication tokens.
    run: Uuid,
    blocks: u64,
    /// When the last block was answered.
    answered: Option<Instant>,
}

/// An event on its way, by the place its outcome goes to.
struct Row {
    job: usize,
    index: usize,
    mark: Mark,
    event: Event,
    must_ask: bool,
}

/// What becomes of every event of the jobs gathered.
struct Verdicts {
    outcomes: Vec<Vec<Outcome>>,
    failures: Vec<Option<WriteError>>,
}

impl<T: Table> Committer<T> {
    pub(super) fn new(table: T, options: Options, jobs: mpsc::UnboundedReceiver<Job>, counters: Arc<Counters>) -> Self {
        let table = Arc::new(table);
        let ids = KnownIds::new(options.remembered_ids);
        let (loaded, recent) = oneshot::channel();
        tokio::spawn(load_recent(table.clone(), ids.key(), options.remembered_ids, loaded));
        Self {
            table,
            options,
            jobs,
            counters,
            ids,
            recent: Some(recent),
            run: Uuid::new_v4(),
            blocks: 0,
            answered: None,
        }
    }

    pub(super) async fn run(mut self) {
        while let Some(jobs) = self.gather().await {
            self.take_recent();
            self.commit(jobs).await;
            self.answered = Some(Instant::now());
        }
    }

    /// Returns the jobs of the next block, none when there will be none.
    async fn gather(&mut self) -> Option<Vec<Job>> {
        let first = self.jobs.recv().await?;
        let is_idle = self.answered.is_none_or(|at| at.elapsed() > IDLE);
        let deadline = Instant::now() + if is_idle { Duration::ZERO } else { self.options.linger };
        let mut rows = first.events.len();
        let mut jobs = vec![first];
        while rows < self.options.block_rows {
            let next = match self.jobs.try_recv() {
                Ok(job) => Some(job),
                Err(_) if rows >= ENOUGH_ROWS => None,
                Err(_) => timeout_at(deadline, self.jobs.recv()).await.ok().flatten(),
            };
            let Some(job) = next else { break };
            rows += job.events.len();
            jobs.push(job);
        }
        Some(jobs)
    }

    fn take_recent(&mut self) {
        if let Some(recent) = &mut self.recent
            && let Ok(marks) = recent.try_recv()
        {
            self.ids.complete(marks);
            self.recent = None;
        }
    }

    async fn commit(&mut self, mut jobs: Vec<Job>) {
        let mut verdicts = Verdicts {
            outcomes: jobs.iter().map(|job| vec![Outcome::Duplicate; job.events.len()]).collect(),
            failures: vec![None; jobs.len()],
        };
        let (rows, followers) = self.unknown_rows(&mut jobs);
        let rows = self.without_existing(rows, &mut verdicts).await;
        let mut rest = rows;
        while !rest.is_empty() {
            let events: Vec<&Event> = rest.iter().map(|row| &row.event).collect();
            let later = rest.split_off(batch::take(&events, self.options.block_rows, self.options.block_bytes));
            self.store(rest, &mut verdicts).await;
            rest = later;
        }
        for (job, leader) in followers {
            if verdicts.failures[job].is_none() {
                verdicts.failures[job] = verdicts.failures[leader].clone();
            }
        }
        self.answer(jobs, verdicts);
    }

    /// Returns the events that are not remembered as stored, and which jobs repeat events of which other.
    fn unknown_rows(&self, jobs: &mut [Job]) -> (Vec<Row>, Vec<(usize, usize)>) {
        let mut rows = Vec::with_capacity(jobs.iter().map(|job| job.events.len()).sum());
        let mut first_job: HashMap<Mark, usize> = HashMap::with_capacity(rows.capacity());
        let mut followers = Vec::new();
        for (job_index, job) in jobs.iter_mut().enumerate() {
            for (index, event) in std::mem::take(&mut job.events).into_iter().enumerate() {
                let mark = self.ids.mark(event.project_id, event.event_id);
                if self.ids.is_stored(mark) {
                    continue;
                }
                if let Some(leader) = first_job.get(&mark) {
                    followers.push((job_index, *leader));
                    continue;
                }
                first_job.insert(mark, job_index);
                let must_ask = job.mode == Mode::Historical || self.ids.must_ask(mark);
                rows.push(Row { job: job_index, index, mark, event, must_ask });
            }
        }
        (rows, followers)
    }

    /// Leaves out what the table holds, where that has to be asked.
    async fn without_existing(&mut self, rows: Vec<Row>, verdicts: &mut Verdicts) -> Vec<Row> {
        if !rows.iter().any(|row| row.must_ask) {
            return rows;
        }
        match self.existing(&rows).await {
            Ok(existing) => {
                let (known, unknown): (Vec<Row>, Vec<Row>) =
                    rows.into_iter().partition(|row| existing.contains(&row.mark));
                known.iter().for_each(|row| self.ids.store(row.mark));
                unknown
            }
            Err(error) => {
                let (failed, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.must_ask);
                failed.iter().for_each(|row| verdicts.fail(row, &error));
                others
            }
        }
    }

    /// Returns the marks of those events that the table holds.
    async fn existing(&self, rows: &[Row]) -> Result<HashSet<Mark>, WriteError> {
        let mut asked: BTreeMap<ProjectId, Vec<&Row>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.must_ask) {
            asked.entry(row.event.project_id).or_default().push(row);
        }
        let mut existing = HashSet::new();
        for (project, mut rows) in asked {
            rows.sort_unstable_by_key(|row| days(&row.event));
            for chunk in rows.chunk_by(|one, other| is_dated(&one.event) == is_dated(&other.event)) {
                for chunk in chunk.chunks(IDS_A_QUESTION) {
                    for id in self.ask(project, chunk).await? {
                        existing.insert(self.ids.mark(project, id));
                    }
                }
            }
        }
        Ok(existing)
    }

    async fn ask(&self, project: ProjectId, rows: &[&Row]) -> Result<Vec<EventId>, WriteError> {
        let ids: Vec<EventId> = rows.iter().map(|row| row.event.event_id).collect();
        let first = rows.iter().map(|row| days(&row.event).0).min().unwrap_or(NaiveDate::MIN);
        let last = rows.iter().map(|row| days(&row.event).1).max().unwrap_or(NaiveDate::MAX);
        let deadline = Instant::now() + self.options.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.table.existing(project, &ids, first..=last).await {
                Ok(existing) => return Ok(existing),
                Err(error) if error.is_temporary() && Instant::now() + pause < deadline => sleep(pause).await,
                Err(error) => return Err(WriteError::Unavailable(error.to_string())),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Stores rows that fit one block; halves what is refused until the rows at fault stand alone.
    async fn store(&mut self, rows: Vec<Row>, verdicts: &mut Verdicts) {
        let mut waiting = vec![rows];
        let mut refusals = 0;
        while let Some(mut rows) = waiting.pop() {
            let inserted;
            (rows, inserted) = self.insert(rows).await;
            match inserted {
                Ok(()) => {
                    for row in &rows {
                        self.ids.store(row.mark);
                        verdicts.outcomes[row.job][row.index] = Outcome::Stored;
                    }
                }
                Err(error) if !error.blames_data() || refusals >= REFUSALS => self.give_up(&rows, &error, verdicts),
                Err(error) if rows.len() == 1 => {
                    refusals += 1;
                    tracing::warn!(%error, event = %rows[0].event.event_id, "an event was refused by the store");
                    let rejection =
                        Rejection::new("refused_by_store", error.to_string()).of_event(Some(rows[0].event.event_id.0));
                    verdicts.outcomes[rows[0].job][rows[0].index] = Outcome::Rejected(rejection);
                }
                Err(error) => {
                    refusals += 1;
                    tracing::warn!(%error, rows = rows.len(), "a block was refused by the store: trying its halves");
                    // Parts of other months may have been stored before the refusal.
                    rows.iter_mut().for_each(|row| row.must_ask = true);
                    let mut rows = self.without_existing_parts(rows, verdicts).await;
                    let second = rows.split_off(rows.len() / 2);
                    waiting.extend([second, rows].into_iter().filter(|half| !half.is_empty()));
                }
            }
        }
    }

    /// As [`Self::without_existing`], but what the table holds was stored by us just now.
    async fn without_existing_parts(&mut self, rows: Vec<Row>, verdicts: &mut Verdicts) -> Vec<Row> {
        let places: Vec<(usize, usize)> = rows.iter().map(|row| (row.job, row.index)).collect();
        let rest = self.without_existing(rows, verdicts).await;
        let left: HashSet<(usize, usize)> = rest.iter().map(|row| (row.job, row.index)).collect();
        for (job, index) in places.into_iter().filter(|place| !left.contains(place)) {
            verdicts.outcomes[job][index] = Outcome::Stored;
        }
        rest
    }

    fn give_up(&mut self, rows: &[Row], error: &analytics_store::Error, verdicts: &mut Verdicts) {
        tracing::warn!(%error, rows = rows.len(), "events could not be stored");
        for row in rows {
            self.ids.doubt(row.mark);
            verdicts.fail(row, &WriteError::Unavailable(error.to_string()));
        }
    }

    /// Inserts one block, the same one again as long as it is unknown whether it is stored.
    async fn insert(&mut self, rows: Vec<Row>) -> (Vec<Row>, Result<(), analytics_store::Error>) {
        let (rows, batch) = batched(rows).await;
        let token = self.token(&batch);
        let started = Instant::now();
        let deadline = started + self.options.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.table.insert(&batch, &token, self.options.patience).await {
                Ok(()) => {
                    self.counters.inserted(rows.len(), started.elapsed());
                    return (rows, Ok(()));
                }
                Err(error) if error.is_temporary() && Instant::now() + pause < deadline => {
                    tracing::debug!(%error, "an insert's outcome is unknown: sending the same block again");
                    sleep(pause).await;
                }
                Err(error) => return (rows, Err(error)),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Names the block: no other has this name, also not one of the same events sent later.
    fn token(&mut self, batch: &Batch) -> String {
        self.blocks += 1;
        let bytes: Vec<u8> = batch
            .ids
            .iter()
            .flat_map(|(project, event)| [*project.0.as_bytes(), *event.0.as_bytes()])
            .flatten()
            .collect();
        format!("{}-{}-{:032x}", self.run, self.blocks, XxHash3_128::oneshot(&bytes))
    }

    fn answer(&self, jobs: Vec<Job>, verdicts: Verdicts) {
        for ((job, outcomes), failure) in jobs.into_iter().zip(verdicts.outcomes).zip(verdicts.failures) {
            let answer = match failure {
                None => {
                    self.counters.answered(&outcomes);
                    Ok(outcomes)
                }
                Some(error) => {
                    self.counters.failed(outcomes.len());
                    Err(error)
                }
            };
            // Nobody may be waiting any more; the events are stored all the same.
            let _ = job.reply.send(answer);
        }
    }
}

impl Verdicts {
    fn fail(&mut self, row: &Row, error: &WriteError) {
        self.failures[row.job] = Some(error.clone());
    }
}

/// Makes the block; a large one where it does not hold up other tasks.
async fn batched(rows: Vec<Row>) -> (Vec<Row>, Batch) {
    let make = move || {
        let events: Vec<&Event> = rows.iter().map(|row| &row.event).collect();
        let batch = Batch::of(&events);
        (rows, batch)
    };
    match tokio::task::spawn_blocking(make).await {
        Ok(made) => made,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Reads the ids of the last 24 hours, as soon as the table answers.
async fn load_recent<T: Table>(
    table: Arc<T>,
    key: std::hash::RandomState,
    limit: usize,
    loaded: oneshot::Sender<Vec<Mark>>,
) {
    let mut pause = FIRST_PAUSE;
    while !loaded.is_closed() {
        match table.recent(limit).await {
            Ok(ids) => {
                tracing::debug!(ids = ids.len(), "read the ids of recent events");
                let marks = ids.into_iter().map(|(project, event)| ids::mark(&key, project, event)).collect();
                // The writer may be gone by now.
                let _ = loaded.send(marks);
                return;
            }
            Err(error) => tracing::debug!(%error, "can't read the ids of recent events yet"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE * 10);
    }
}

/// Returns the days on which an event of this id may be stored.
///
/// Clock corrections move a repeated event by seconds, so the days beside count too. An event that came without a time
/// has that of its arrival, which was another one before.
fn days(event: &Event) -> (NaiveDate, NaiveDate) {
    if !is_dated(event) {
        return (DAYS.0, DAYS.1);
    }
    let day = event.timestamp.date_naive();
    let before = day.checked_sub_days(Days::new(1)).unwrap_or(day).max(DAYS.0);
    (before, day.checked_add_days(Days::new(1)).unwrap_or(day).min(DAYS.1))
}

fn is_dated(event: &Event) -> bool {
    event.timestamp != event.received_at
}

/// The first and the last day of any event.
const DAYS: (NaiveDate, NaiveDate) = {
    let first = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");
    (first, NaiveDate::from_ymd_opt(2105, 12, 31).expect("a date"))
};
