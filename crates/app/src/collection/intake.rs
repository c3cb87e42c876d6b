//! What every way in has in common: whose events they are, and that they are stored.

use analytics_model::EventId;
use axum::http::{HeaderMap, header};
use collector::wire::Parsed;
use collector::{Arrival, Mode, Outcome, Rejection};
use http_kit::Client;

use super::error::Error;
use crate::{
    App,
    tenancy::{self, Action, Resource},
};

/// Returns where events come from, if the key is good for sending them.
pub(super) async fn arrival(
    app: &App,
    key: &str,
    client: Client,
    headers: &HeaderMap,
) -> std::result::Result<Arrival, Error> {
    let key = tenancy::find_key(app, key).await?.ok_or(Error::KeyWrong)?;
    if !key.may(Action::Create, Resource::Events) {
        return Err(Error::KeyMayNotWrite);
    }
    Ok(Arrival {
        project: key.project,
        received_at: app.now(),
        ip: client.address,
        user_agent: text(headers, header::USER_AGENT).map(str::to_owned),
    })
}

/// What became of an event: its id and outcome, or why it is refused.
pub(super) type Verdicted = std::result::Result<(EventId, Outcome), Rejection>;

/// Stores what is good, and returns what became of each event, in order.
pub(super) async fn store(app: &App, arrival: &Arrival, parsed: Parsed) -> std::result::Result<Vec<Verdicted>, Error> {
    let mode = if parsed.historical { Mode::Historical } else { Mode::Live };
    let mut good = Vec::with_capacity(parsed.events.len());
    let mut verdicts: Vec<std::result::Result<EventId, Rejection>> = Vec::with_capacity(parsed.events.len());
    for incoming in parsed.events {
        let event = incoming.and_then(|incoming| app.enricher().enrich(incoming, arrival));
        verdicts.push(event.map(|event| {
            let id = event.event_id;
            good.push(event);
            id
        }));
    }
    let refused = verdicts.len() - good.len();
    metrics::counter!("radixinsight_events_rejected_total").increment(refused as u64);
    let outcomes = app.writer().ok_or(Error::NoWriter)?.write(good, mode).await?;
    let mut outcomes = outcomes.into_iter();
    let verdicts =
        verdicts.into_iter().map(|verdict| {
            let id = verdict?;
            match outcomes.next() {
                Some(Outcome::Rejected(rejection)) => Err(rejection.of_event(Some(id.0))),
                Some(outcome) => Ok((id, outcome)),
                None => Err(Rejection::new("outcome_missing", "it is not known whether the event was stored")
                    .of_event(Some(id.0))),
            }
        });
    Ok(verdicts.collect())
}

/// Returns a header's text.
pub(super) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
