//! Refused events on their way back in: read again, mended where they are told to be, and compared with everything
//! stored, like an import. What their request told of who sent them is said again with them, not by them: so each is
//! judged as if it had been accepted at once.

use analytics_model::EventId;
use collector::{Accepted, Arrival, Delivery, Incoming, Mode, Outcome, Rejection, SaidPlace, mend};
use futures::future::try_join_all;
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
    /// Reads an event, and says what is known of where it came from.
    fn read(self, scope: &Scope, refused: &RejectedEventText) -> Result<(Accepted, Arrival), Rejection> {
        let patched;
        let text = match self {
            Self::Nothing => refused.raw.as_str(),
            Self::Replace(text) => text,
            Self::Patch(patch) => {
                patched = mend::patched(&refused.raw, patch)?;
                &patched
            }
        };
        let received_at = refused.event.received_at;
        let incoming = mend::read(text, received_at)?;
        let arrival = arrival(scope, refused, &incoming);
        // Its own, or the one it was given when it was refused: read again twice it is stored once.
        let event_id = incoming.event_id.or(Some(refused.event.event_id.0));
        Ok((Accepted::new(Incoming { event_id, ..incoming }, received_at)?, arrival))
    }
}

/// Returns what is known of the request that an event came with.
fn arrival(scope: &Scope, refused: &RejectedEventText, mended: &Incoming) -> Arrival {
    let RejectedEventText { event, ip_address, user_agent, country, city, traffic, .. } = refused;
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    // Somebody else is not one of the project's own because the one it was taken for is.
    let is_same_person = event.user_id.is_empty() || event.user_id == mended.distinct_id;
    Arrival {
        project: scope.project,
        received_at: event.received_at,
        ip: ip_address.parse().ok(),
        user_agent: known(user_agent),
        // Told by the address then, of which less may be kept; an address of its own tells it now.
        place: known(country).filter(|_| mended.ip.is_none()).map(|country| SaidPlace { country, city: city.clone() }),
        is_internal: traffic == "internal" && is_same_person,
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
    let (mut deliveries, mut ids): (Vec<Delivery>, Vec<Uuid>) = (Vec::new(), Vec::new());
    for one in refused {
        let id = one.event.event_id;
        let (event, arrival) = match mend.read(scope, one) {
            Ok(read) => read,
            Err(rejection) => {
                verdicts.push(ReplayVerdict::rejected(id, rejection));
                continue;
            }
        };
        ids.push(id.0);
        match deliveries.last_mut().filter(|delivery| delivery.arrival == arrival) {
            Some(delivery) => delivery.events.push(event),
            None => {
                let mode = Mode::Historical;
                deliveries.push(Delivery { arrival, mode, events: vec![event], refused: Vec::new() });
            }
        }
    }
    if deliveries.is_empty() {
        return Ok(verdicts);
    }
    let outcomes = try_join_all(deliveries.iter().map(|delivery| intake::stored(writer, delivery))).await?;
    let outcomes = deliveries.iter().zip(outcomes).flat_map(|(delivery, outcomes)| {
        let mut outcomes = outcomes.into_iter();
        // None of those that are kept, and not stored yet.
        delivery.events.iter().map(|_| outcomes.next()).collect::<Vec<_>>()
    });
    let mut settled = Vec::with_capacity(ids.len());
    for (id, outcome) in ids.into_iter().zip(outcomes) {
        let id = EventId(id);
        let verdict = match outcome {
            // It is on the list again, in the place it had.
            Some(Outcome::Rejected(rejection)) => ReplayVerdict::rejected(id, rejection),
            Some(Outcome::Duplicate) => ReplayVerdict::of(id, ReplayStatus::Duplicate),
            Some(Outcome::Stored) | None => ReplayVerdict::of(id, ReplayStatus::Stored),
        };
        if verdict.status != ReplayStatus::Rejected {
            settled.push(id.0);
        }
        verdicts.push(verdict);
    }
    if !settled.is_empty() {
        let choice = RejectedChoice::default();
        store::remove(scope, Wanted { ids: Some(&settled), to: &REPLAY, ..Wanted::by(&choice) }, until).await?;
    }
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
