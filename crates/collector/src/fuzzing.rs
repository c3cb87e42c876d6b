//! The way in for the fuzz targets of `fuzz/`, behind the feature `fuzzing`.
//!
//! The spool and what its frames hold are private: nobody else is to read or write them. Fuzz targets are crates of
//! their own and could not reach either. No build of the product has the feature, so nothing here is part of it.

use std::io;
use std::path::Path;

use analytics_model::ProjectId;
use futures::executor::block_on;

use crate::Delivery;
use crate::delivery::{Contents, Label, Record};
use crate::json::oracle;
use crate::spool::{self, Most, Opened};

/// A spool that was opened.
pub struct Spool(Opened);

/// A frame that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its segment's number.
    pub segment: u64,
    /// Where it begins in there.
    pub offset: u64,
    /// What it holds.
    pub content: Vec<u8>,
}

impl Spool {
    /// Opens the spool of a folder, with segments small enough to make many of them.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let options = spool::Options {
            folder: folder.to_owned(),
            max_bytes: 64 << 20,
            segment_bytes: 1 << 10,
            waiting_bytes: 1 << 20,
        };
        spool::Spool::open(options).map(Self)
    }

    /// Reads all frames from the cursor on, of about so many bytes and of so many frames at once.
    pub fn read(&mut self, bytes: usize, frames: usize) -> io::Result<Vec<Frame>> {
        let until = *self.0.spool.durable().borrow();
        let mut at = self.0.cursor.settled;
        let mut read = Vec::new();
        while at < until {
            let chunk = self.0.reader.read(at, until, Most { bytes, events: frames as u64 }, |_, _| Some(1))?;
            assert!(chunk.until > at, "reading goes on from {at:?}, not from {:?} again", chunk.until);
            read.extend(chunk.frames().map(|frame| Frame {
                segment: frame.position.segment,
                offset: frame.position.offset,
                content: frame.content.to_vec(),
            }));
            at = chunk.until;
        }
        Ok(read)
    }

    /// Appends a frame; it is durable when this returns.
    pub fn append(&self, content: Vec<u8>) -> Result<(), String> {
        block_on(self.0.spool.append(content, (ProjectId(uuid::Uuid::nil()), 1), None))
            .map_err(|refusal| refusal.to_string())
    }

    /// Closes the spool, and returns when nobody writes to its folder any more.
    pub fn close(self) {
        self.0.spool.close();
        let mut durable = self.0.spool.durable();
        block_on(async { while durable.changed().await.is_ok() {} });
    }
}

/// Reads a text by our own reader of JSON and by `serde_json`; panics where they differ.
pub fn compare_json(text: &str) {
    oracle::compare(text);
}

/// Writes a delivery as the spool keeps it and reads it again; panics where they differ. Returns each event's
/// properties as they were read.
pub fn round_trip(delivery: &Delivery) -> Vec<String> {
    let frame = delivery.to_frame().expect("a delivery becomes a frame");
    let contents = Contents::read(&frame).expect("what was written can be read");
    assert_eq!(Label::read(&frame, frame.len(), 0).events, delivery.len() as u64);
    assert_eq!((contents.events.len(), contents.refused.len()), (delivery.events.len(), delivery.refused.len()));
    let (sender, arrival) = (contents.sender(), &delivery.arrival);
    assert_eq!((sender.project, sender.received_at), (arrival.project, arrival.received_at));
    assert_eq!((sender.ip, sender.user_agent), (arrival.ip, arrival.user_agent.as_deref()));
    for (read, event) in contents.events.iter().zip(&delivery.events) {
        assert_eq!(format!("{read:?}"), format!("{:?}", Record::of(event)));
    }
    for (read, refused) in contents.refused.iter().zip(&delivery.refused) {
        let rejection = &refused.rejection;
        let told = (rejection.code, rejection.field.as_deref(), rejection.reason.as_str(), refused.raw.as_str());
        assert_eq!((read.code, read.field, read.reason, read.raw), told);
        assert_eq!(read.event_id, rejection.event_id.map(uuid::Uuid::into_bytes));
    }
    contents.events.iter().map(|event| event.properties.to_owned()).collect()
}

/// Reads bytes that may be a frame, as whoever stores its events does; returns how many events there are.
pub fn read_frame(frame: &[u8]) -> Option<usize> {
    let contents = Contents::read(frame).ok()?;
    let _ = contents.sender();
    for event in &contents.events {
        let _ = (event.id(), event.time());
    }
    Some(contents.events.len() + contents.refused.len())
}
