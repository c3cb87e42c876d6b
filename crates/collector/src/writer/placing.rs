//! Which session the events of a chunk belong to, where their senders name none, and what that changes for events that
//! are stored already.
//!
//! Of most people the memory knows enough. Where it does not, because events are hours old or come from an import, the
//! table is asked: what is found there is all there is, as no other chunk is under way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use analytics_model::{PersonId, ProjectId};
use analytics_store::SessionChange;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::drain::{Drainer, Stopped};
use super::insert;
use super::merging::{Merged, Union};
use super::patience::Pauses;
use super::plan::{self, Plan};
use super::table::Table;
use crate::enrich::Whose;
use crate::people::People;
use crate::sessions::{Change, Halves, Memory, Owner, Placed, SILENCE_MS, Session, in_order, place};
use crate::spool::Chunk;

/// Sessions whose last event is older are not recalled when a writer starts.
const RUNNING: TimeDelta = TimeDelta::hours(2);
/// When people become one, their sessions of so long before are looked at: those that overlap become one too.
const MERGED_WITHIN_MS: i64 = 2 * 24 * 60 * 60 * 1_000;
/// People of one question.
const PEOPLE_A_QUESTION: usize = 5_000;
/// Changes of one statement.
const CHANGES_A_STATEMENT: usize = 1_000;
/// How much further is looked where 24 hours move the ends of one session after the other.
const FURTHER_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// What was found out about the events of a chunk.
pub(super) struct Placing {
    /// Of each row of the plan.
    pub(super) whose: Arc<Vec<Whose>>,
    changes: BTreeMap<ProjectId, Vec<Change>>,
}

/// The events of a person that have to be placed.
struct Group {
    owner: Owner,
    /// Time and row, in order.
    times: Vec<(i64, usize)>,
    /// People who became this one.
    joined: BTreeSet<PersonId>,
    /// Their distinct ids.
    joined_ids: BTreeSet<String>,
    since: i64,
    until: i64,
}

impl<T: Table> Drainer<T> {
    /// Learns which sessions were running when the last writer ended: they go on.
    pub(super) async fn recall_sessions(&self) -> Result<(), Stopped> {
        let since = insert::now() - RUNNING;
        let (running, is_all) = self.answered(|| self.table.running_sessions(since)).await?;
        let (enricher, memory) = (Arc::clone(&self.enricher), Arc::clone(&self.sessions));
        let recall = move || {
            let people = enricher.people();
            let earliest = running.iter().map(|one| one.ended_at.timestamp_millis()).min();
            let since = if is_all { Some(since.timestamp_millis()) } else { earliest };
            let sessions =
                running.iter().map(|one| ((one.project_id, people.of(one.project_id, &one.user_id)), one.into()));
            lock(&memory).recall(since.unwrap_or(i64::MAX), sessions.collect());
        };
        self.worker.run(recall).await;
        Ok(())
    }

    /// Finds the session of each of these rows.
    pub(super) async fn place(
        &self,
        chunk: &Arc<Chunk>,
        plan: &Plan,
        rows: &[usize],
        merged: &Merged,
    ) -> Result<Placing, Stopped> {
        let mut placing = Placing { whose: Arc::default(), changes: BTreeMap::new() };
        let mut whose = vec![Whose::default(); plan.rows.len()];
        let items: Vec<(ProjectId, PersonId, i64, usize)> = rows
            .iter()
            .filter_map(|index| {
                let row = &plan.rows[*index];
                let own = row.without_session?;
                whose[*index].own = Some(own);
                Some((plan.project(row), own, row.time.timestamp_millis(), *index))
            })
            .collect();
        let unions: Vec<Union> = merged.unions().collect();
        if items.is_empty() && unions.is_empty() {
            return Ok(Placing { whose: Arc::new(whose), ..placing });
        }
        let now = plan.deliveries.iter().map(|delivery| delivery.received_at.timestamp_millis()).max();
        let (enricher, memory) = (Arc::clone(&self.enricher), Arc::clone(&self.sessions));
        let work = move || {
            let mut memory = lock(&memory);
            memory.arrived(now.unwrap_or_default());
            let groups = groups(items, unions, enricher.people());
            let mut placed = Vec::with_capacity(groups.len());
            let mut asked = Vec::new();
            for group in groups {
                match group.by_memory(&memory) {
                    Some(found) => placed.push((group.settle(&found, &mut memory), found.changes)),
                    None => asked.push(group),
                }
            }
            (placed, asked)
        };
        let (placed, asked) = self.worker.run(work).await;
        for ((owner, rows), changes) in placed {
            placing.add(&mut whose, owner, rows, changes);
        }
        let mut of_projects: BTreeMap<ProjectId, Vec<Group>> = BTreeMap::new();
        for group in asked {
            of_projects.entry(group.owner.0).or_default().push(group);
        }
        for (project, mut groups) in of_projects {
            groups.sort_unstable_by_key(|group| (group.since, group.owner.1));
            while !groups.is_empty() {
                let rest = groups.split_off(groups.len().min(PEOPLE_A_QUESTION));
                let further = self.place_asked(chunk, project, groups, (&mut placing, &mut whose)).await?;
                groups = further.into_iter().chain(rest).collect();
            }
        }
        Ok(Placing { whose: Arc::new(whose), ..placing })
    }

    /// Places events among the sessions that the table holds; returns those for whom it must be asked for more days.
    async fn place_asked(
        &self,
        chunk: &Arc<Chunk>,
        project: ProjectId,
        groups: Vec<Group>,
        (placing, whose): (&mut Placing, &mut [Whose]),
    ) -> Result<Vec<Group>, Stopped> {
        let days = Range::of(&groups);
        let mut found = self.stored_sessions(chunk, project, &groups, &days).await?;
        let mut further = Vec::new();
        for mut group in groups {
            let (mut known, beyond) = days.whole(found.remove(&group.owner).unwrap_or_default());
            known.extend(group.remembered(&lock(&self.sessions)));
            let known = in_order(known);
            let mut halves = HashMap::new();
            let placed = loop {
                match place(group.owner, &known, &group.only_times(), &halves) {
                    Ok(placed) => break placed,
                    Err(cut) => {
                        let at = instant(cut.at);
                        let around = self.answered(|| self.table.session_around(project, cut.session, at)).await?;
                        halves.insert(cut, Halves { last: around.0, first: around.1 });
                    }
                }
            };
            if beyond.is_some_and(|beyond| reaches(&placed, &known, beyond)) {
                group.until += FURTHER_MS;
                further.push(group);
                continue;
            }
            let (owner, rows) = group.settle(&placed, &mut lock(&self.sessions));
            placing.add(whose, owner, rows, placed.changes);
        }
        Ok(further)
    }

    async fn stored_sessions(
        &self,
        chunk: &Arc<Chunk>,
        project: ProjectId,
        groups: &[Group],
        days: &Range,
    ) -> Result<HashMap<Owner, Vec<Session>>, Stopped> {
        let mut rows: Vec<usize> = groups.iter().flat_map(|group| group.times.iter().map(|(_, row)| *row)).collect();
        rows.sort_unstable();
        let chunk = Arc::clone(chunk);
        let ids = self.worker.run(move || plan::distinct_ids(&chunk, &rows)).await;
        let mut ids: BTreeSet<String> = ids.into_iter().collect();
        ids.extend(groups.iter().flat_map(|group| group.joined_ids.iter().cloned()));
        let people = self.enricher.people();
        if people.has_any() {
            let owners = groups.iter().flat_map(|group| group.joined.iter().copied().chain([group.owner.1]));
            let owners: Vec<PersonId> = owners.collect();
            let given = self.answered(|| self.table.given_to(project, &owners)).await?;
            ids.extend(given.into_iter().map(|given| given.user_id));
        }
        let ids: Vec<String> = ids.into_iter().collect();
        let stored = self.answered(|| self.table.sessions_of(project, &ids, (days.first, days.last))).await?;
        let mut found: HashMap<Owner, Vec<Session>> = HashMap::new();
        for one in &stored {
            found.entry((project, people.of(project, &one.user_id))).or_default().push(one.into());
        }
        Ok(found)
    }

    /// Gives stored events to the sessions they turned out to belong to. What the store does not take is told: sessions
    /// stay as they were.
    pub(super) async fn change_sessions(&self, placing: &Placing) -> Result<(), Stopped> {
        for (project, changes) in &placing.changes {
            for changes in changes.chunks(CHANGES_A_STATEMENT) {
                let days = changes.iter().flat_map(Change::days).collect();
                let changes: Vec<SessionChange> = changes.iter().map(Change::of_ids).collect();
                let mut pauses = Pauses::new();
                loop {
                    match self.table.change_sessions(*project, &changes, &days).await {
                        Ok(()) => break,
                        Err(error) if error.blames_data() => {
                            tracing::error!(%error, "sessions that became one are not joined");
                            break;
                        }
                        Err(error) => self.shared.is_away(&error)?,
                    }
                    pauses.next().await;
                }
            }
        }
        Ok(())
    }
}

impl Placing {
    fn add(&mut self, whose: &mut [Whose], owner: Owner, rows: Vec<(usize, uuid::Uuid)>, changes: Vec<Change>) {
        for (row, session) in rows {
            whose[row].session = Some(session);
        }
        if !changes.is_empty() {
            self.changes.entry(owner.0).or_default().extend(changes);
        }
    }

    /// Returns the days on which stored events change their session.
    pub(super) fn changed_days(&self) -> Vec<(ProjectId, NaiveDate)> {
        let days = self.changes.iter().flat_map(|(project, changes)| {
            let days: BTreeSet<NaiveDate> = changes.iter().flat_map(Change::days).collect();
            days.into_iter().map(|day| (*project, day))
        });
        days.collect()
    }
}

impl Change {
    /// The days of the session as it was.
    fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = day(self.from.last);
        day(self.from.first).iter_days().take_while(move |day| *day <= last)
    }

    fn of_ids(&self) -> SessionChange {
        SessionChange { from: self.from.id, after: self.after, until: self.until, into: self.into }
    }
}

impl Group {
    fn new(owner: Owner) -> Self {
        let (joined, joined_ids) = (BTreeSet::new(), BTreeSet::new());
        Self { owner, times: Vec::new(), joined, joined_ids, since: i64::MAX, until: i64::MIN }
    }

    fn only_times(&self) -> Vec<i64> {
        self.times.iter().map(|(time, _)| *time).collect()
    }

    /// The person and those who became it.
    fn owners(&self) -> impl Iterator<Item = Owner> + '_ {
        [self.owner].into_iter().chain(self.joined.iter().map(|joined| (self.owner.0, *joined)))
    }

    fn remembered(&self, memory: &Memory) -> Vec<Session> {
        self.owners().flat_map(|owner| memory.sessions(owner).iter().copied()).collect()
    }

    /// Places the events if all that matters is remembered.
    fn by_memory(&self, memory: &Memory) -> Option<Placed> {
        if !self.owners().all(|owner| memory.knows(owner, self.since)) {
            return None;
        }
        let remembered;
        let known = if self.joined.is_empty() {
            memory.sessions(self.owner)
        } else {
            remembered = in_order(self.remembered(memory));
            &remembered
        };
        place(self.owner, known, &self.only_times(), &HashMap::new()).ok()
    }

    /// Remembers what was found, and returns the session of each row.
    fn settle(&self, placed: &Placed, memory: &mut Memory) -> (Owner, Vec<(usize, uuid::Uuid)>) {
        for joined in &self.joined {
            memory.put((self.owner.0, *joined), Vec::new());
        }
        memory.put(self.owner, placed.sessions.clone());
        (self.owner, self.times.iter().map(|(_, row)| *row).zip(placed.of_times.iter().copied()).collect())
    }
}

/// Days of which all sessions are known that neither begin on the first nor end on the last of them.
struct Range {
    first: NaiveDate,
    last: NaiveDate,
}

impl Range {
    fn of(groups: &[Group]) -> Self {
        let since = groups.iter().map(|group| group.since).min().unwrap_or_default();
        let until = groups.iter().map(|group| group.until).max().unwrap_or_default();
        // A session has a day before or after at most, and one more is needed to see that it is whole.
        let (first, last) = (day(since), day(until));
        Self {
            first: first.checked_sub_days(Days::new(2)).unwrap_or(first).max(FIRST),
            last: last.checked_add_days(Days::new(2)).unwrap_or(last).min(LAST),
        }
    }

    /// Leaves out sessions of which only a part may be known, and returns when the first begins of those that go on
    /// behind.
    fn whole(&self, sessions: Vec<Session>) -> (Vec<Session>, Option<i64>) {
        let mut beyond: Option<i64> = None;
        let whole = in_order(sessions).into_iter().filter(|session| {
            let is_cut_before = self.first > FIRST && day(session.first) == self.first;
            let is_cut_behind = self.last < LAST && day(session.last) == self.last;
            if is_cut_behind {
                beyond = Some(beyond.map_or(session.first, |before| before.min(session.first)));
            }
            !(is_cut_before || is_cut_behind)
        });
        (whole.collect(), beyond)
    }
}

/// Tells whether a session that is not as it was touches what begins then.
fn reaches(placed: &Placed, known: &[Session], beyond: i64) -> bool {
    let is_near = |session: &&Session| session.last + SILENCE_MS >= beyond;
    placed.sessions.iter().filter(is_near).any(|session| !known.contains(session))
}

/// Puts events together by person, with those who became one.
fn groups(items: Vec<(ProjectId, PersonId, i64, usize)>, unions: Vec<Union>, people: &People) -> Vec<Group> {
    let mut groups: HashMap<Owner, Group> = HashMap::new();
    for (project, own, time, row) in items {
        let owner = (project, people.now(own));
        groups.entry(owner).or_insert_with(|| Group::new(owner)).times.push((time, row));
    }
    for Union { project, from, into, at, ids } in unions {
        let owner = (project, people.now(into));
        let group = groups.entry(owner).or_insert_with(|| Group::new(owner));
        group.joined.extend([from, into].into_iter().filter(|person| *person != owner.1));
        group.joined_ids.extend(ids);
        let at = at.timestamp_millis();
        group.since = group.since.min(at.saturating_sub(MERGED_WITHIN_MS));
        group.until = group.until.max(at);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    for group in &mut groups {
        group.times.sort_unstable();
        if let (Some((first, _)), Some((last, _))) = (group.times.first(), group.times.last()) {
            group.since = group.since.min(first - SILENCE_MS);
            group.until = group.until.max(last + SILENCE_MS);
        }
    }
    groups
}

/// The first and the last day of any event.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");
const LAST: NaiveDate = NaiveDate::from_ymd_opt(2105, 12, 31).expect("a date");

fn day(milliseconds: i64) -> NaiveDate {
    instant(milliseconds).date_naive().clamp(FIRST, LAST)
}

fn instant(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

fn lock(memory: &Mutex<Memory>) -> std::sync::MutexGuard<'_, Memory> {
    // A panic elsewhere leaves it whole: each person's sessions are replaced at once.
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}
