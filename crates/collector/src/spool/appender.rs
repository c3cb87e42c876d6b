//! The thread that writes: all that waits at once, one `fdatasync` for all of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use analytics_model::ProjectId;
use tokio::sync::{oneshot, watch};

use super::content::Content;
use super::held::{Held, Share};
use super::segment::{self, FRAME_HEAD, HEADER_BYTES, Segment};
use super::{Options, Position, Refusal};

/// Where several frames came together, more are under way: the next write waits for them, counted from the beginning of
/// the last. Without it a write of its own for two or three frames costs more than all else that is done for them.
const COMPANY: Duration = Duration::from_micros(600);

/// A frame on its way to the disk.
pub(super) struct Waiting {
    pub(super) content: Content<Vec<u8>>,
    pub(super) project: ProjectId,
    pub(super) events: usize,
    pub(super) registered: Option<Box<dyn FnOnce(Position) + Send>>,
    pub(super) done: oneshot::Sender<Result<(), Refusal>>,
}

impl Waiting {
    fn share(&self) -> Share {
        Share { bytes: (FRAME_HEAD + self.content.len()) as u64, events: self.events as u64 }
    }
}

/// What waits to be written, and how much of the disk is used.
pub(super) struct Queue {
    waiting: Mutex<List>,
    filled: Condvar,
    most_waiting: usize,
    most_bytes: u64,
    appended: AtomicU64,
    /// Bytes of each segment on disk.
    segments: Mutex<BTreeMap<u64, u64>>,
}

#[derive(Default)]
struct List {
    frames: Vec<Waiting>,
    bytes: usize,
    /// What is on disk or on its way there, and not done with.
    held: Held,
    is_closed: bool,
    /// Whether the thread that writes waits for a first frame: only then it needs a call, which is one of the kernel's.
    is_awaited: bool,
}

impl Queue {
    pub(super) fn new(options: &Options, segments: &[Segment]) -> Self {
        Self {
            waiting: Mutex::default(),
            filled: Condvar::new(),
            most_waiting: options.waiting_bytes,
            most_bytes: options.max_bytes,
            appended: AtomicU64::new(0),
            segments: Mutex::new(segments.iter().map(|segment| (segment.number, segment.bytes)).collect()),
        }
    }

    pub(super) fn push(&self, waiting: Waiting) -> Result<(), Refusal> {
        let mut list = self.list();
        if list.is_closed {
            return Err(Refusal::Closed);
        }
        // What is larger than all room together is let in when nothing else waits.
        if list.bytes > 0 && list.bytes + waiting.content.len() > self.most_waiting {
            return Err(Refusal::Busy);
        }
        list.held.add_within(waiting.project, waiting.share(), self.most_bytes).map_err(Refusal::Share)?;
        list.bytes += waiting.content.len();
        list.frames.push(waiting);
        let is_awaited = std::mem::take(&mut list.is_awaited);
        drop(list);
        if is_awaited {
            self.filled.notify_one();
        }
        Ok(())
    }

    pub(super) fn close(&self) {
        self.list().is_closed = true;
        self.filled.notify_one();
    }

    pub(super) fn held(&self) -> Held {
        self.list().held.clone()
    }

    pub(super) fn hold(&self, found: Held) {
        self.list().held.join(found);
    }

    pub(super) fn release(&self, done: &[(ProjectId, Share)]) {
        let mut list = self.list();
        for (project, share) in done {
            list.held.subtract(*project, *share);
        }
    }

    /// Says that frames are not kept.
    fn refuse(&self, frames: Vec<Waiting>, refusal: &Refusal) {
        let shares: Vec<(ProjectId, Share)> = frames.iter().map(|waiting| (waiting.project, waiting.share())).collect();
        self.release(&shares);
        for waiting in frames {
            let _ = waiting.done.send(Err(refusal.clone()));
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.lengths().values().sum()
    }

    pub(super) fn appended(&self) -> u64 {
        self.appended.load(Ordering::Relaxed)
    }

    /// Returns the first segment after one, among those that are on disk.
    pub(super) fn next_after(&self, number: u64) -> Option<u64> {
        self.lengths().range(number + 1..).next().map(|(number, _)| *number)
    }

    /// Returns the segments before one, and forgets them: whoever asks deletes them.
    pub(super) fn forget_before(&self, number: u64) -> Vec<u64> {
        let mut lengths = self.lengths();
        let later = lengths.split_off(&number);
        std::mem::replace(&mut *lengths, later).into_keys().collect()
    }

    /// Waits for frames; none once closed.
    fn take(&self) -> Option<Vec<Waiting>> {
        let mut list = self.list();
        while list.frames.is_empty() {
            if list.is_closed {
                return None;
            }
            list.is_awaited = true;
            list = self.filled.wait(list).unwrap_or_else(PoisonError::into_inner);
        }
        list.bytes = 0;
        Some(std::mem::take(&mut list.frames))
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lengths(&self) -> MutexGuard<'_, BTreeMap<u64, u64>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes frames.
pub(super) struct Appender {
    folder: PathBuf,
    segment_bytes: u64,
    /// The segment that is written to; absent until the first frame comes, and after a failure.
    open: Option<Open>,
    next: u64,
    durable: watch::Sender<Position>,
}

struct Open {
    file: File,
    number: u64,
    /// Up to where frames are acknowledged.
    end: u64,
    bytes: u64,
}

impl Appender {
    pub(super) fn new(options: Options, next: u64, durable: watch::Sender<Position>) -> Self {
        Self { folder: options.folder, segment_bytes: options.segment_bytes, open: None, next, durable }
    }

    pub(super) fn start(mut self, queue: Arc<Queue>) -> io::Result<()> {
        let work = move || {
            while let Some(frames) = queue.take() {
                let (began, have_company) = (Instant::now(), frames.len() > 1);
                let write_all = || {
                    let mut rest = frames;
                    while !rest.is_empty() {
                        rest = self.write_some(rest, &queue);
                    }
                };
                // Those who wait hear that it failed; whoever comes next finds a thread that writes.
                if catch_unwind(AssertUnwindSafe(write_all)).is_err() {
                    tracing::error!("the thread that writes the spool stumbled: it goes on in another segment");
                    self.open = None;
                }
                if have_company {
                    std::thread::sleep(COMPANY.saturating_sub(began.elapsed()));
                }
            }
            if let Some(open) = self.open.take() {
                self.seal(&open, &queue);
            }
        };
        std::thread::Builder::new().name("spool".to_owned()).spawn(work).map(drop)
    }

    /// Writes as many frames as one segment takes, and returns the others.
    fn write_some(&mut self, mut frames: Vec<Waiting>, queue: &Queue) -> Vec<Waiting> {
        let first = (FRAME_HEAD + frames[0].content.len()) as u64;
        let opened = match self.with_room_for(first, queue) {
            Ok(open) => open,
            Err(refusal) => {
                tracing::warn!(%refusal, frames = frames.len(), "events are not taken");
                queue.refuse(frames, &refusal);
                return Vec::new();
            }
        };
        let (number, begin) = (opened.number, opened.end);
        let mut end = begin;
        let mut heads = Vec::with_capacity(frames.len());
        for waiting in &frames {
            let length = (FRAME_HEAD + waiting.content.len()) as u64;
            if end + length > opened.bytes {
                break;
            }
            heads.push((segment::head(number, end, waiting.content.as_slice()), end));
            end += length;
        }
        let later = frames.split_off(heads.len());
        let written = write(&opened.file, begin, &heads, &frames).and_then(|()| opened.file.sync_data());
        match written {
            Ok(()) => {
                opened.end = end;
                self.acknowledge(frames, &heads, queue, Position { segment: number, offset: end });
            }
            Err(error) => self.give_up(frames, &error, queue),
        }
        later
    }

    fn acknowledge(&self, mut frames: Vec<Waiting>, heads: &[([u8; FRAME_HEAD], u64)], queue: &Queue, until: Position) {
        let events: usize = frames.iter().map(|waiting| waiting.events).sum();
        for (waiting, (_, offset)) in frames.iter_mut().zip(heads) {
            if let Some(registered) = waiting.registered.take() {
                registered(Position { segment: until.segment, offset: *offset });
            }
        }
        queue.appended.fetch_add(events as u64, Ordering::Relaxed);
        self.durable.send_replace(until);
        for waiting in frames {
            // Nobody may be waiting any more; the frame is kept all the same.
            let _ = waiting.done.send(Ok(()));
        }
    }

    /// Says that frames are not kept, and closes the segment: what a failed write has left is not to be trusted.
    fn give_up(&mut self, frames: Vec<Waiting>, error: &io::Error, queue: &Queue) {
        tracing::error!(%error, "the spool can't be written");
        queue.refuse(frames, &refusal(error));
        if let Some(open) = self.open.take() {
            self.seal(&open, queue);
        }
    }

    fn with_room_for(&mut self, bytes: u64, queue: &Queue) -> Result<&mut Open, Refusal> {
        let is_full = self.open.as_ref().is_some_and(|open| open.end + bytes > open.bytes);
        if is_full && let Some(open) = self.open.take() {
            self.seal(&open, queue);
        }
        if self.open.is_none() {
            self.open = Some(self.create(bytes, queue)?);
        }
        self.open.as_mut().ok_or(Refusal::Closed)
    }

    fn create(&mut self, first: u64, queue: &Queue) -> Result<Open, Refusal> {
        let bytes = self.segment_bytes.max(HEADER_BYTES + first);
        let used = queue.bytes();
        if used + bytes > queue.most_bytes {
            let most = queue.most_bytes;
            return Err(Refusal::Full(format!("the spool has {used} of its {most} bytes in use")));
        }
        let number = self.next;
        let file = segment::create(&self.folder, number, bytes).map_err(|error| refusal(&error))?;
        self.next += 1;
        queue.lengths().insert(number, bytes);
        Ok(Open { file, number, end: HEADER_BYTES, bytes })
    }

    /// Gives back the room behind the last frame.
    fn seal(&self, open: &Open, queue: &Queue) {
        let cut = open.file.set_len(open.end).and_then(|()| open.file.sync_all());
        if let Err(error) = cut {
            // Frames behind the end may be found at the next start: stored, though they were refused.
            tracing::warn!(%error, segment = open.number, "the end of a segment can't be cut");
        }
        // Gone already where everything in it was stored meanwhile.
        if let Some(bytes) = queue.lengths().get_mut(&open.number) {
            *bytes = open.end;
        }
    }
}

fn refusal(error: &io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Refusal::Full(error.to_string())
        }
        _ => Refusal::Failed(error.to_string()),
    }
}

/// Writes all frames one after the other; small ones are gathered, so that a hundred requests cost one call.
fn write(file: &File, begin: u64, heads: &[([u8; FRAME_HEAD], u64)], frames: &[Waiting]) -> io::Result<()> {
    const GATHERED: usize = 256 << 10;
    let mut gathered = Vec::new();
    let mut offset = begin;
    for ((head, _), waiting) in heads.iter().zip(frames) {
        gathered.extend_from_slice(head);
        if waiting.content.len() < GATHERED {
            gathered.extend_from_slice(&waiting.content.bytes);
        }
        let is_large = waiting.content.len() >= GATHERED;
        if gathered.len() >= GATHERED || is_large {
            file.write_all_at(&gathered, offset)?;
            offset += gathered.len() as u64;
            gathered.clear();
        }
        if is_large {
            file.write_all_at(&waiting.content.bytes, offset)?;
            offset += waiting.content.len() as u64;
        }
    }
    file.write_all_at(&gathered, offset)
}
