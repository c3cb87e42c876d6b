//! What may be done to refused events, and the rows of the trail about it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http_kit::{FieldError, Page, Paging, Problem, Result};
use metadata_store::transact;
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{IDS, Place, RejectedChoice, RejectedEventText, Replay, Replayed};
use super::replay::{self, Mend};
use super::store::{self, Wanted};
use crate::collection::error::Error;
use crate::tenancy::Action;
use crate::{Scope, audit};

/// Events that one call reads again.
const MOST: usize = 10_000;

/// What discarding does to an event, besides seeing it.
const DISCARD: [Action; 1] = [Action::Delete];

/// Returns a refused event with its text.
pub(super) async fn find(scope: &Scope, id: Uuid, to: &[Action]) -> Result<RejectedEventText> {
    let choice = RejectedChoice::default();
    let found = store::texts(scope, Wanted { ids: Some(&[id]), to, ..Wanted::by(&choice) }, 1).await?;
    found.into_iter().next().ok_or_else(Problem::not_found)
}

/// Reads refused events again.
pub(super) async fn replay(scope: &Scope, replay: Replay) -> Result<Replayed> {
    check(&replay)?;
    let text = replay
        .event
        .as_deref()
        .map(|event| serde_json::from_str::<String>(event.get()).unwrap_or_else(|_| event.get().to_owned()));
    let mend = match (&text, &replay.patch) {
        (Some(text), _) => Mend::Replace(text),
        (None, Some(patch)) => Mend::Patch(patch),
        (None, None) => Mend::Nothing,
    };
    let patched = replay.patch.as_deref().map(|patch| names_in(patch.get())).unwrap_or_default();
    let how = json!({ "patched": patched, "replaced": text.is_some() });
    if let Some(ids) = &replay.ids {
        let mut ids = ids.clone();
        ids.sort_unstable();
        ids.dedup();
        let what = json!({ "ids": ids.len() });
        note(scope, "rejected_event.replay", only(&ids), what, how).await?;
        return Ok(replay::by_ids(scope, &ids, mend).await?);
    }
    let choice = replay.filter.unwrap_or_default().choice()?;
    let paging = Paging { limit: None, cursor: replay.cursor };
    let after: Option<Place> = paging.after()?;
    let what = json!({ "filter": choice, "name": choice.event });
    note(scope, "rejected_event.replay", None, what, how).await?;
    let (mut replayed, next) = replay::by_choice(scope, &choice, after, mend, MOST).await?;
    replayed.next_cursor =
        next.and_then(|place| serde_json::to_vec(&place).ok()).map(|place| BASE64_URL_SAFE_NO_PAD.encode(place));
    Ok(replayed)
}

/// Discards what a filter lets through, and returns how many there were.
pub(super) async fn discard(scope: &Scope, choice: &RejectedChoice) -> Result<u64> {
    let wanted = || Wanted { to: &DISCARD, ..Wanted::by(choice) };
    let count = store::count(scope, wanted()).await?;
    let how = json!({ "events": count, "name": choice.event });
    note(scope, "rejected_event.discard", None, json!({ "filter": choice }), how).await?;
    if count > 0 {
        // What arrives meanwhile nobody has seen.
        store::remove(scope, wanted(), scope.now()).await?;
    }
    Ok(count)
}

/// Discards one.
pub(super) async fn discard_one(scope: &Scope, id: Uuid) -> Result<()> {
    let found = find(scope, id, &DISCARD).await?;
    let what = json!({ "name": found.event.event_name, "code": found.event.code });
    note(scope, "rejected_event.discard", Some(id), what, json!({})).await?;
    let choice = RejectedChoice::default();
    let wanted = Wanted { ids: Some(&[id]), to: &DISCARD, ..Wanted::by(&choice) };
    Ok(store::remove(scope, wanted, found.event.received_at).await?)
}

/// Writes down what is about to be done: the events lie in another store than the trail.
async fn note(
    scope: &Scope,
    action: &'static str,
    id: Option<Uuid>,
    what: Value,
    how: Value,
) -> std::result::Result<(), Error> {
    let mut details = what;
    if let (Value::Object(details), Value::Object(how)) = (&mut details, how) {
        details.extend(how);
    }
    transact!(scope.metadata(), |tx| {
        let mut line = scope.change(action).details(details.clone());
        if let Some(id) = id {
            line = line.on(id);
        }
        audit::record(scope.app(), tx, &scope.actor, line).await
    })?;
    Ok(())
}

fn only(ids: &[Uuid]) -> Option<Uuid> {
    ids.first().copied().filter(|_| ids.len() == 1)
}

/// What a patch changes; what it changes it to may be about people, and has no place in the trail.
fn names_in(patch: &str) -> Vec<String> {
    let Ok(Value::Object(patch)) = serde_json::from_str(patch) else { return Vec::new() };
    patch.into_iter().map(|(name, _)| name.chars().take(100).collect()).take(50).collect()
}

fn check(replay: &Replay) -> std::result::Result<(), Error> {
    let mut wrong = Vec::new();
    let mut say = |field: &str, code: &'static str, detail: &str| wrong.push(FieldError::new(field, code, detail));
    match (&replay.ids, &replay.filter) {
        (Some(_), Some(_)) => say("filter", "one_of", "either ids or filter says which events are meant"),
        (None, None) => say("ids", "missing", "ids or filter must say which events are meant"),
        (Some(ids), None) if ids.is_empty() => say("ids", "empty", "ids must name at least one event"),
        (Some(ids), None) if ids.len() > IDS => say("ids", "too_many", "ids may name 1,000 events at most"),
        _ => {}
    }
    if replay.cursor.is_some() && replay.filter.is_none() {
        say("cursor", "without_filter", "cursor goes with a filter");
    }
    if replay.patch.as_ref().is_some_and(|patch| !patch.get().starts_with('{')) {
        say("patch", "no_object", "patch must be an object");
    }
    if replay.event.is_some() {
        if replay.patch.is_some() {
            say("event", "one_of", "either event or patch says how it is mended");
        }
        if replay.ids.as_ref().is_none_or(|ids| ids.len() != 1) {
            say("event", "one_event", "event goes with the id of the one event it stands for");
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// Makes a page of what was read with one more than asked for.
pub(super) fn page(events: Vec<super::model::RejectedEvent>, limit: usize) -> Page<super::model::RejectedEvent> {
    Page::of(events, limit, super::model::RejectedEvent::place)
}
