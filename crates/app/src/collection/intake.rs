//! What every way in has in common: whose events they are, and that they are stored.

use std::time::Duration;

use analytics_model::{ApiKeyId, EventId};
use axum::http::{HeaderMap, header};
use collector::wire::Parsed;
use collector::{Accepted, Arrival, Delivery, Mode, Outcome, Refused, Rejection, SaidPlace, Writer};
use http_kit::Client;
use tokio::time::timeout;

use super::error::Error;
use super::quota;
use crate::{
    App,
    tenancy::{self, Action, Resource},
};

/// Whose events a request brings, by the key it came with.
pub(super) struct Admitted {
    pub(super) arrival: Arrival,
    pub(super) key: ApiKeyId,
}

/// Returns whose events they are, if the key is good for sending them.
pub(super) async fn admit(
    app: &App,
    key: &str,
    client: Client,
    headers: &HeaderMap,
) -> std::result::Result<Admitted, Error> {
    let key = tenancy::find_key(app, key).await?.ok_or(Error::KeyWrong)?;
    if !key.may(Action::Create, Resource::Events) {
        return Err(Error::KeyMayNotWrite);
    }
    let arrival = Arrival {
        project: key.project,
        received_at: app.now(),
        ip: client.address,
        user_agent: text(headers, header::USER_AGENT).map(str::to_owned),
        place: if client.is_proxied { place(headers) } else { None },
        is_internal: false,
    };
    Ok(Admitted { arrival, key: key.key })
}

/// What proxies and content networks call the country of who is in front of them, and the city.
const PLACES: [(&str, &str); 4] = [
    ("cf-ipcountry", "cf-ipcity"),
    ("cloudfront-viewer-country", "cloudfront-viewer-city"),
    ("x-vercel-ip-country", "x-vercel-ip-city"),
    ("x-appengine-country", "x-appengine-city"),
];

/// Returns where a trusted proxy says that the sender is.
fn place(headers: &HeaderMap) -> Option<SaidPlace> {
    PLACES.iter().find_map(|(country, city)| {
        let said = |name: &'static str| text(headers, header::HeaderName::from_static(name)).map(str::trim);
        // XX and T1 are what Cloudflare says where it doesn't know, and of Tor.
        let country = said(country).filter(|code| code.len() == 2 && !matches!(*code, "XX" | "T1" | "ZZ"))?;
        let city = percent_encoding::percent_decode_str(said(city).unwrap_or_default()).decode_utf8_lossy();
        Some(SaidPlace { country: country.to_owned(), city: city.into_owned() })
    })
}

/// What became of an event: its id, and the outcome where it was waited for; or why it is refused.
pub(super) type Verdicted = std::result::Result<(EventId, Option<Outcome>), Rejection>;

/// What is waited for before a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// The events are on disk: none is lost any more.
    Kept,
    /// They are in the analytics store, where questions find them.
    Stored,
}

/// For so long a request waits for its events to be stored; then it is told that they are kept.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keeps what is good, and returns what became of each event, in order.
pub(super) async fn keep(
    app: &App,
    admitted: Admitted,
    parsed: Parsed,
    until: Until,
) -> std::result::Result<Vec<Verdicted>, Error> {
    let writer = app.writer().ok_or(Error::NoWriter)?;
    quota::count(app, &admitted, parsed.events.len()).await?;
    let (arrival, mode) = match parsed.historical {
        // Old events come from whoever imports them: its address, place and browser are not those of who did it.
        true => (Arrival::of(admitted.arrival.project, admitted.arrival.received_at), Mode::Historical),
        false => (admitted.arrival, Mode::Live),
    };
    let mut months = (!parsed.historical).then(|| app.months_sent().of_request(admitted.key, arrival.received_at));
    let mut events = Vec::with_capacity(parsed.events.len());
    let mut verdicts: Vec<std::result::Result<EventId, Rejection>> = Vec::with_capacity(parsed.events.len());
    for incoming in parsed.events {
        let passed = incoming.and_then(|incoming| match &mut months {
            Some(months) => months.pass(incoming),
            None => Ok(incoming),
        });
        let event = passed.and_then(|incoming| Accepted::new(incoming, arrival.received_at));
        verdicts.push(event.map(|event| {
            let id = event.event_id();
            events.push(event);
            id
        }));
    }
    let refused = verdicts.iter_mut().filter_map(|verdict| {
        let rejection = verdict.as_mut().err()?;
        let raw = rejection.raw.take()?;
        Some(Refused { rejection: rejection.clone(), raw: raw.into() })
    });
    let refused = refused.collect();
    let delivery = Delivery { arrival, mode, events, refused };
    let outcomes = match until {
        Until::Kept => writer.accept(&delivery).await.map(|()| Vec::new())?,
        Until::Stored => stored(writer, &delivery).await?,
    };
    let mut outcomes = outcomes.into_iter();
    let verdicts = verdicts.into_iter().map(|verdict| {
        let id = verdict?;
        match outcomes.next() {
            Some(Outcome::Rejected(rejection)) => Err(rejection.of_event(Some(id.0))),
            outcome => Ok((id, outcome)),
        }
    });
    Ok(verdicts.collect())
}

/// Keeps a delivery and waits until it is stored; returns no outcomes where that takes too long.
pub(super) async fn stored(writer: &Writer, delivery: &Delivery) -> std::result::Result<Vec<Outcome>, Error> {
    let mut is_kept = false;
    let outcomes = timeout(PATIENCE, writer.store(delivery, || is_kept = true)).await;
    match outcomes {
        Ok(Ok(outcomes)) => Ok(outcomes),
        Ok(Err(_)) | Err(_) if is_kept => Ok(Vec::new()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(collector::WriteError::Busy.into()),
    }
}

/// Returns a header's text.
pub(super) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
