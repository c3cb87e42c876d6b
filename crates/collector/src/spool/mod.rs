//! What has been accepted, on disk: an event is acknowledged when it is here.
//!
//! The spool is a folder of segments, files of some megabytes to which frames are appended. One thread takes all
//! frames that wait, writes them, makes the disk keep them (`fdatasync`) and only then says so: requests that come
//! together share the price. Whoever stores the frames elsewhere reads them from a [`Position`] on, and frees the
//! segments that are done with.
//!
//! # What may happen
//!
//! - The process ends in the middle of a write: at the next start the last segment is cut behind its last whole frame.
//!   What is cut off was never acknowledged.
//! - The disk is full, or the spool has as much of it as it may: frames are refused with [`Refusal::Full`]. A segment
//!   takes its room when it is made, so that within one there is always room.
//! - A write fails: the segment is closed behind its last acknowledged frame, and another one is begun.

mod appender;
mod content;
mod cursor;
mod held;
mod reader;
mod segment;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use analytics_model::ProjectId;
use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};

pub(crate) use cursor::{Behind, Cursor, Storing};
pub(crate) use held::{Held, Share};
pub(crate) use reader::{Chunk, Most, Reader};

use appender::{Appender, Queue};
use content::Content;

/// The largest frame, as it was before it was packed; a request is smaller.
pub(crate) const FRAME_BYTES: usize = 64 << 20;

/// A place between two frames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
}

/// Where the spool is and how large it may become.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) folder: PathBuf,
    /// Bytes of all segments together; more is refused.
    pub(crate) max_bytes: u64,
    /// Bytes of a segment.
    pub(crate) segment_bytes: u64,
    /// Bytes of packed frames that may wait to be written; more is refused.
    pub(crate) waiting_bytes: usize,
}

/// Why a frame was not taken; nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Too many frames wait to be written.
    #[error("too much waits to be written to disk")]
    Busy,
    /// The project has as much of the spool as it may.
    #[error("{0} bytes of events of this project wait to be stored: the rest of the room is for others")]
    Share(u64),
    /// The spool has used up its room, or the disk is full.
    #[error("there is no room on disk: {0}")]
    Full(String),
    /// The disk does not keep what is written.
    #[error("the spool can't be written: {0}")]
    Failed(String),
    /// The spool was closed.
    #[error("the spool is closed")]
    Closed,
}

/// The open end of the spool; a clone shares it.
#[derive(Clone)]
pub(crate) struct Spool {
    queue: Arc<Queue>,
    durable: watch::Receiver<Position>,
}

/// A spool that was opened, and where its frames begin.
pub(crate) struct Opened {
    pub(crate) spool: Spool,
    pub(crate) reader: Reader,
    /// What was noted by whoever reads it.
    pub(crate) cursor: Cursor,
}

impl Spool {
    /// Opens the folder, which is made where missing; cuts what a crash has left unfinished.
    pub(crate) fn open(options: Options) -> io::Result<Opened> {
        fs::create_dir_all(&options.folder)?;
        let cursor = Cursor::read(&options.folder)?;
        let mut segments = segment::list(&options.folder)?;
        if let Some(last) = segments.last_mut() {
            let begin = cursor.position().offset_in(last.number);
            last.bytes = segment::cut(&segment::path(&options.folder, last.number), last.number, begin)?;
        }
        let next = segments.last().map_or(1, |last| last.number + 1).max(cursor.position().segment + 1);
        let end = Position { segment: next, offset: segment::HEADER_BYTES };
        let (published, durable) = watch::channel(end);
        let queue = Arc::new(Queue::new(&options, &segments));
        let reader = Reader::new(&options.folder, Arc::clone(&queue));
        Appender::new(options, next, published).start(Arc::clone(&queue))?;
        Ok(Opened { spool: Self { queue, durable }, reader, cursor })
    }

    /// Appends a frame of a project and returns when the disk has it. `events` is how many events it holds; `registered`
    /// hears the frame's position before anybody can read it.
    pub(crate) async fn append(
        &self,
        frame: Vec<u8>,
        (project, events): (ProjectId, usize),
        registered: Option<Box<dyn FnOnce(Position) + Send>>,
    ) -> Result<(), Refusal> {
        if frame.len() > FRAME_BYTES {
            return Err(Refusal::Failed("the request is too large".to_owned()));
        }
        let (content, (done, answer)) = (Content::of(frame), oneshot::channel());
        self.queue.push(appender::Waiting { content, project, events, registered, done })?;
        answer.await.map_err(|_| Refusal::Closed)?
    }

    /// Returns what reads it, from where was noted last: for whoever takes over from a reader that stumbled.
    pub(crate) fn read_again(&self, folder: &Path) -> io::Result<(Reader, Cursor)> {
        Ok((Reader::new(folder, Arc::clone(&self.queue)), Cursor::read(folder)?))
    }

    /// Returns up to where frames can be read, and hears of more.
    pub(crate) fn durable(&self) -> watch::Receiver<Position> {
        self.durable.clone()
    }

    /// Returns the bytes that segments take on disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.queue.bytes()
    }

    /// Returns how many events were appended since the start.
    pub(crate) fn appended(&self) -> u64 {
        self.queue.appended()
    }

    /// Returns what waits to be done with, by project.
    pub(crate) fn held(&self) -> Held {
        self.queue.held()
    }

    /// Adds what was there before the start.
    pub(crate) fn hold(&self, found: Held) {
        self.queue.hold(found);
    }

    /// Gives back the room of frames that are done with.
    pub(crate) fn release(&self, done: &[(ProjectId, Share)]) {
        self.queue.release(done);
    }

    /// Takes nothing more; what waits is still written. Returns when that is done.
    pub(crate) fn close(&self) {
        self.queue.close();
    }
}

impl Position {
    /// Returns where a segment is to be read from, if everything before this position is done with.
    fn offset_in(self, segment: u64) -> u64 {
        if segment == self.segment { self.offset.max(segment::HEADER_BYTES) } else { segment::HEADER_BYTES }
    }
}

/// Makes the disk keep which files a folder has.
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
