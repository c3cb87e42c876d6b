//! Refused events on their way back in: read again, mended where they are told to be, and stored like an import.

use analytics_model::EventId;
use chrono::TimeDelta;
use collector::{Accepted, Arrival, Delivery, Incoming, Mode, Outcome, Rejection, mend};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::model::{Place, RejectedChoice, RejectedEventText, ReplayStatus, ReplayVerdict, Replayed};
use super::store::{self, Wanted};
use crate::Scope;
use crate::collection::error::Error;
use crate::collection::intake;
use crate::tenancy::Action;

/// Events that are read again together: with their texts they are to fit into memory.
const AT_ONCE: usize = 500;
/// Verdicts that an answer holds where many are read again by a filter.
const VERDICTS: usize = 1_000;

/// What reading an event again does to it, besides seeing it.
const REPLAY: [Action; 2] = [Action::Create, Action::Edit];

/// What is done to an event's text before it is read again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mend<'a> {
    Nothing,
    Patch(&'a RawValue),
    /// Another text in its place.
    Replace(&'a str),
}

impl Mend<'_> {
    fn read(self, refused: &RejectedEventText) -> Result<Accepted, Rejection> {
        let patched;
        let text = match self {
            Self::Nothing => refused.raw.as_str(),
            Self::Replace(text) => text,
            Self::Patch(patch) => {
                patched = mend::patched(&refused.raw, patch)?;
                &patched
            }
        };
        let arrival = refused.event.received_at;
        let incoming = mend::read(text, arrival)?;
        let kept = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Accepted::new(
            Incoming {
                // Its own, or the one it was given when it was refused: read again twice it is stored once.
                event_id: incoming.event_id.or(Some(refused.event.event_id.0)),
                ip: incoming.ip.or_else(|| kept(&refused.ip_address)),
                user_agent: incoming.user_agent.or_else(|| kept(&refused.user_agent)),
                ..incoming
            },
            arrival,
        )
    }
}

/// Reads events again by their ids: one verdict for each.
pub(super) async fn by_ids(scope: &Scope, ids: &[Uuid], mend: Mend<'_>) -> Result<Replayed, Error> {
    let mut replayed = Replayed::default();
    let choice = RejectedChoice::default();
    for ids in ids.chunks(AT_ONCE) {
        let wanted = Wanted { ids: Some(ids), to: &REPLAY, ..Wanted::by(&choice) };
        let refused = store::texts(scope, wanted, ids.len()).await?;
        let verdicts = again(scope, &refused, mend).await?;
        let unknown = ids.iter().filter(|id| !refused.iter().any(|found| found.event.event_id.0 == **id));
        let unknown = unknown.map(|id| ReplayVerdict::of(EventId(*id), ReplayStatus::Unknown));
        replayed.add(verdicts.into_iter().chain(unknown).collect(), usize::MAX, |_| true);
    }
    Ok(replayed)
}

/// Reads again what a filter lets through, behind a place, so many at most.
pub(super) async fn by_choice(
    scope: &Scope,
    choice: &RejectedChoice,
    mut after: Option<Place>,
    mend: Mend<'_>,
    most: usize,
) -> Result<(Replayed, Option<Place>), Error> {
    let mut replayed = Replayed::default();
    let mut tried = 0;
    while tried < most {
        let wanted = Wanted { after: after.as_ref(), to: &REPLAY, ..Wanted::by(choice) };
        let refused = store::texts(scope, wanted, AT_ONCE.min(most - tried)).await?;
        let Some(last) = refused.last() else { break };
        tried += refused.len();
        after = Some(last.event.place());
        let verdicts = again(scope, &refused, mend).await?;
        replayed.add(verdicts, VERDICTS, |verdict| verdict.status == ReplayStatus::Rejected);
    }
    replayed.left = store::count(scope, Wanted { after: after.as_ref(), to: &REPLAY, ..Wanted::by(choice) }).await?;
    let next = after.filter(|_| replayed.left > 0);
    Ok((replayed, next))
}

/// Stores what can be read now, and takes it off the list: on disk first, so that nothing is lost between.
async fn again(scope: &Scope, refused: &[RejectedEventText], mend: Mend<'_>) -> Result<Vec<ReplayVerdict>, Error> {
    let Some(until) = refused.iter().map(|refused| refused.event.received_at).max() else { return Ok(Vec::new()) };
    let writer = scope.app().writer().ok_or(Error::NoWriter)?;
    let mut verdicts = Vec::with_capacity(refused.len());
    let (mut events, mut ids) = (Vec::new(), Vec::new());
    for one in refused {
        let id = one.event.event_id;
        match mend.read(one) {
            Ok(event) => {
                events.push(event);
                ids.push(id.0);
            }
            Err(rejection) => verdicts.push(ReplayVerdict::rejected(id, rejection)),
        }
    }
    if events.is_empty() {
        return Ok(verdicts);
    }
    let arrival = Arrival {
        project: scope.project,
        // What is refused once more comes onto the list behind what is taken off it.
        received_at: scope.now().max(until + TimeDelta::milliseconds(1)),
        ip: None,
        user_agent: None,
        place: None,
    };
    let delivery = Delivery { arrival, mode: Mode::Historical, events, refused: Vec::new() };
    let mut outcomes = intake::stored(writer, &delivery).await?.into_iter();
    let choice = RejectedChoice::default();
    store::remove(scope, Wanted { ids: Some(&ids), to: &REPLAY, ..Wanted::by(&choice) }, until).await?;
    verdicts.extend(ids.into_iter().map(EventId).map(|id| match outcomes.next() {
        Some(Outcome::Duplicate) => ReplayVerdict::of(id, ReplayStatus::Duplicate),
        Some(Outcome::Rejected(rejection)) => ReplayVerdict::rejected(id, rejection),
        Some(Outcome::Stored) | None => ReplayVerdict::of(id, ReplayStatus::Stored),
    }));
    Ok(verdicts)
}

impl Replayed {
    fn add(&mut self, verdicts: Vec<ReplayVerdict>, most: usize, is_told: impl Fn(&ReplayVerdict) -> bool) {
        for verdict in verdicts {
            *match verdict.status {
                ReplayStatus::Stored => &mut self.stored,
                ReplayStatus::Duplicate => &mut self.duplicates,
                ReplayStatus::Rejected => &mut self.rejected,
                ReplayStatus::Unknown => &mut self.unknown,
            } += 1;
            if is_told(&verdict) && self.results.len() < most {
                self.results.push(verdict);
            }
        }
    }
}

impl ReplayVerdict {
    fn of(event_id: EventId, status: ReplayStatus) -> Self {
        Self { event_id, status, code: None, field: None, reason: None }
    }

    fn rejected(event_id: EventId, rejection: Rejection) -> Self {
        let Rejection { code, field, reason, .. } = rejection;
        Self { code: Some(code), field, reason: Some(reason), ..Self::of(event_id, ReplayStatus::Rejected) }
    }
}
