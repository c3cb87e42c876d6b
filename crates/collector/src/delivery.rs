//! What one request brought, as the spool keeps it.

use std::net::IpAddr;

use analytics_model::{EventId, ProjectId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::enrich::Sender;
use crate::{Accepted, Arrival, EventType, Mode, Rejection};

/// Events that arrived together.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Where, when and from whom they came.
    pub arrival: Arrival,
    /// How far back duplicates are looked for.
    pub mode: Mode,
    /// The events.
    pub events: Vec<Accepted>,
    /// What was refused of what they came with: kept apart, so that it can be mended.
    pub refused: Vec<Refused>,
}

/// An event that is not stored as one, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong with it.
    pub rejection: Rejection,
    /// The event as it came; JSON where it was.
    pub raw: String,
}

/// What is common to a delivery, in front of its events.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Head<'a> {
    pub(crate) project: [u8; 16],
    pub(crate) events: u32,
    pub(crate) refused: u32,
    /// Milliseconds since 1970.
    pub(crate) received_at: i64,
    pub(crate) mode: Mode,
    pub(crate) ip: Option<IpAddr>,
    #[serde(borrow)]
    pub(crate) user_agent: Option<&'a str>,
    /// Country and city as a trusted proxy says.
    #[serde(borrow)]
    pub(crate) place: Option<(&'a str, &'a str)>,
}

/// The place of a note that is not about an event but about who sent them: that it is one of the project's own. Only of
/// events that are read again this is known.
const OF_THE_SENDER: u32 = u32::MAX;

/// An [`Accepted`] whose texts are borrowed from the spool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record<'a> {
    pub(crate) event_id: [u8; 16],
    pub(crate) event_type: EventType,
    pub(crate) event: &'a str,
    pub(crate) distinct_id: &'a str,
    /// Milliseconds since 1970.
    pub(crate) timestamp: i64,
    #[serde(borrow)]
    pub(crate) session_id: Option<&'a str>,
    pub(crate) properties: &'a str,
    pub(crate) ip: Option<IpAddr>,
    #[serde(borrow)]
    pub(crate) user_agent: Option<&'a str>,
    /// What is doubtful about its time: field and words. Notes stand behind all events of a frame, as few have one.
    #[serde(skip)]
    pub(crate) note: Option<(&'a str, &'a str)>,
}

/// A note of one of a frame's events.
#[derive(Debug, Serialize, Deserialize)]
struct NoteRecord<'a> {
    event: u32,
    field: &'a str,
    details: &'a str,
}

/// A [`Refused`] whose texts are borrowed from the spool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RefusedRecord<'a> {
    pub(crate) event_id: Option<[u8; 16]>,
    pub(crate) code: &'a str,
    #[serde(borrow)]
    pub(crate) field: Option<&'a str>,
    pub(crate) reason: &'a str,
    pub(crate) raw: &'a str,
}

/// Whose events a frame holds and how many, refused ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) project: ProjectId,
    pub(crate) events: u64,
    /// Bytes of what it holds, unpacked.
    pub(crate) bytes: usize,
    /// Bytes it takes on disk.
    pub(crate) disk_bytes: u64,
}

impl Label {
    /// Reads it from a frame's first bytes; one that can't be read is of no project, and counts as one event.
    pub(crate) fn read(beginning: &[u8], bytes: usize, disk_bytes: u64) -> Self {
        let read = postcard::take_from_bytes::<([u8; 16], u32, u32)>(beginning);
        let (project, events) = read
            .map_or(([0; 16], 1), |((project, events, refused), _)| (project, u64::from(events) + u64::from(refused)));
        Self { project: ProjectId(Uuid::from_bytes(project)), events, bytes, disk_bytes }
    }
}

/// What a frame holds.
pub(crate) struct Contents<'a> {
    pub(crate) head: Head<'a>,
    pub(crate) events: Vec<Record<'a>>,
    pub(crate) refused: Vec<RefusedRecord<'a>>,
    is_internal: bool,
}

/// A frame that holds something else than a delivery.
#[derive(Debug, thiserror::Error)]
#[error("a frame of the spool holds no events: {0}")]
pub(crate) struct Unreadable(#[from] postcard::Error);

impl Delivery {
    /// Returns how many events it holds, refused ones included.
    pub(crate) fn len(&self) -> usize {
        self.events.len() + self.refused.len()
    }

    /// Returns the frame that the spool keeps.
    pub(crate) fn to_frame(&self) -> Result<Vec<u8>, Unreadable> {
        let texts: usize = self.events.iter().map(|event| event.properties.as_str().len() + event.event.len()).sum();
        let refused: usize = self.refused.iter().map(|refused| refused.raw.len()).sum();
        let mut frame = Vec::with_capacity(128 + texts + refused + 128 * self.len());
        let arrival = &self.arrival;
        let head = Head {
            project: arrival.project.0.into_bytes(),
            events: self.events.len() as u32,
            refused: self.refused.len() as u32,
            received_at: arrival.received_at.timestamp_millis(),
            mode: self.mode,
            ip: arrival.ip,
            user_agent: arrival.user_agent.as_deref(),
            place: arrival.place.as_ref().map(|place| (place.country.as_str(), place.city.as_str())),
        };
        frame = postcard::to_extend(&head, frame)?;
        for event in &self.events {
            frame = postcard::to_extend(&Record::of(event), frame)?;
        }
        for refused in &self.refused {
            frame = postcard::to_extend(&RefusedRecord::of(refused), frame)?;
        }
        let notes = self.events.iter().zip(0..).filter_map(|(event, number)| {
            let note = event.note.as_ref()?;
            Some(NoteRecord { event: number, field: note.field, details: &note.details })
        });
        for note in notes {
            frame = postcard::to_extend(&note, frame)?;
        }
        if arrival.is_internal {
            let note = NoteRecord { event: OF_THE_SENDER, field: "traffic", details: "internal" };
            frame = postcard::to_extend(&note, frame)?;
        }
        Ok(frame)
    }
}

impl<'a> Head<'a> {
    pub(crate) fn read(frame: &'a [u8]) -> Result<(Self, &'a [u8]), Unreadable> {
        Ok(postcard::take_from_bytes(frame)?)
    }

    pub(crate) fn project(&self) -> ProjectId {
        ProjectId(Uuid::from_bytes(self.project))
    }
}

impl<'a> Contents<'a> {
    pub(crate) fn sender(&self) -> Sender<'a> {
        Sender {
            project: self.head.project(),
            mode: self.head.mode,
            received_at: instant(self.head.received_at),
            ip: self.head.ip,
            user_agent: self.head.user_agent,
            place: self.head.place,
            is_internal: self.is_internal,
        }
    }

    pub(crate) fn read(frame: &'a [u8]) -> Result<Self, Unreadable> {
        let (head, mut rest) = Head::read(frame)?;
        let mut events = Vec::with_capacity((head.events as usize).min(frame.len()));
        for _ in 0..head.events {
            let (record, after) = postcard::take_from_bytes::<Record<'_>>(rest)?;
            events.push(record);
            rest = after;
        }
        let mut refused = Vec::with_capacity((head.refused as usize).min(frame.len()));
        for _ in 0..head.refused {
            let (record, after) = postcard::take_from_bytes::<RefusedRecord<'_>>(rest)?;
            refused.push(record);
            rest = after;
        }
        let mut is_internal = false;
        while !rest.is_empty() {
            let (note, after) = postcard::take_from_bytes::<NoteRecord<'_>>(rest)?;
            is_internal |= note.event == OF_THE_SENDER;
            if let Some(event) = events.get_mut(note.event as usize) {
                event.note = Some((note.field, note.details));
            }
            rest = after;
        }
        Ok(Self { head, events, refused, is_internal })
    }
}

impl<'a> Record<'a> {
    pub(crate) fn of(event: &'a Accepted) -> Self {
        Self {
            event_id: event.event_id.0.into_bytes(),
            event_type: event.event_type,
            event: &event.event,
            distinct_id: &event.distinct_id,
            timestamp: event.timestamp.timestamp_millis(),
            session_id: event.session_id.as_deref(),
            properties: event.properties.as_str(),
            ip: event.ip,
            user_agent: event.user_agent.as_deref(),
            note: event.note.as_ref().map(|note| (note.field, note.details.as_str())),
        }
    }

    pub(crate) fn id(&self) -> EventId {
        EventId(Uuid::from_bytes(self.event_id))
    }

    pub(crate) fn time(&self) -> DateTime<Utc> {
        instant(self.timestamp)
    }
}

impl<'a> RefusedRecord<'a> {
    fn of(refused: &'a Refused) -> Self {
        let Refused { rejection, raw } = refused;
        Self {
            event_id: rejection.event_id.map(Uuid::into_bytes),
            code: rejection.code,
            field: rejection.field.as_deref(),
            reason: &rejection.reason,
            raw,
        }
    }
}

/// What was written was in range.
fn instant(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Incoming, Properties};

    #[test]
    fn what_is_read_is_what_was_written() {
        let received_at = instant(1_777_636_800_123);
        let mut incoming = Incoming::new("sign up", "ü");
        incoming.properties = Properties::parse(r#"{"plan":"pro"}"#).unwrap();
        incoming.session_id = Some("s".into());
        incoming.ip = Some("2001:db8::1".into());
        let delivery = Delivery {
            arrival: Arrival {
                project: ProjectId(Uuid::from_u128(7)),
                received_at,
                ip: Some("192.0.2.1".parse().unwrap()),
                user_agent: Some("a browser".into()),
                place: None,
                is_internal: false,
            },
            mode: Mode::Historical,
            events: vec![Accepted::new(incoming, received_at).unwrap()],
            refused: vec![Refused {
                rejection: Rejection::field("event_missing", "event", "none").of_event(Some(Uuid::from_u128(9))),
                raw: "{}".into(),
            }],
        };
        let frame = delivery.to_frame().unwrap();
        let contents = Contents::read(&frame).unwrap();
        let (sender, arrival) = (contents.sender(), &delivery.arrival);
        assert_eq!((sender.project, sender.received_at), (arrival.project, arrival.received_at));
        assert_eq!((sender.ip, sender.user_agent), (arrival.ip, arrival.user_agent.as_deref()));
        assert_eq!(contents.head.mode, Mode::Historical);
        let label = Label::read(&frame[..32], frame.len(), 0);
        assert_eq!((label.project, label.events), (ProjectId(Uuid::from_u128(7)), 2));
        let (read, event) = (&contents.events[0], &delivery.events[0]);
        assert_eq!((read.id(), read.time()), (event.event_id, event.timestamp));
        assert_eq!(format!("{read:?}"), format!("{:?}", Record::of(event)));
        assert_eq!((contents.refused[0].code, contents.refused[0].raw), ("event_missing", "{}"));
        let mut noted = delivery.clone();
        noted.events[0].note = Some(crate::Note { field: "timestamp", details: "what is wrong".into() });
        let noted = noted.to_frame().unwrap();
        assert_eq!(Contents::read(&noted).unwrap().events[0].note, Some(("timestamp", "what is wrong")));
        assert!(Contents::read(&noted[..noted.len() - 1]).is_err(), "a note that is cut is told");
        assert!(!sender.is_internal);
        let known = Delivery { arrival: Arrival { is_internal: true, ..delivery.arrival.clone() }, ..delivery.clone() };
        assert!(Contents::read(&known.to_frame().unwrap()).unwrap().sender().is_internal);
        for cut in 0..frame.len() {
            assert!(Contents::read(&frame[..cut]).is_err(), "a frame cut at {cut} is told");
        }
    }
}
