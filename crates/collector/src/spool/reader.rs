//! Reads frames that the disk has, and frees segments that are done with.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use analytics_model::ProjectId;

use super::appender::Queue;
use super::segment::{self, FRAME_HEAD, Found};
use super::{Cursor, Held, Position, Share};
use crate::delivery::Label;

/// Bytes that are read from a file at once.
const READ_BYTES: usize = 4 << 20;

/// How much a chunk has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    /// Bytes of what frames hold, unpacked.
    pub(crate) bytes: usize,
    pub(crate) events: u64,
}

/// Frames that follow one another.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// As it stands in the file.
    bytes: Vec<u8>,
    frames: Vec<Framed>,
    /// Where the next frame begins.
    pub(crate) until: Position,
}

/// A frame of a chunk.
#[derive(Debug)]
struct Framed {
    position: Position,
    place: Place,
    project: ProjectId,
    /// What it takes on disk, and holds.
    share: Share,
}

/// Where a frame's content is.
#[derive(Debug)]
enum Place {
    /// Among the bytes of the file.
    Here(Range<usize>),
    Unpacked(Vec<u8>),
}

impl Place {
    fn content<'a>(&'a self, bytes: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Here(range) => &bytes[range.clone()],
            Self::Unpacked(content) => content,
        }
    }
}

/// A frame's content and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) position: Position,
    pub(crate) content: &'a [u8],
}

impl Chunk {
    pub(crate) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        self.frames.iter().map(|framed| Frame { position: framed.position, content: framed.place.content(&self.bytes) })
    }

    /// Leaves the frames of a project to a later chunk, and returns where the first of them stands.
    pub(crate) fn leave_out(&mut self, project: ProjectId) -> Option<Position> {
        let first = self.frames.iter().find(|framed| framed.project == project)?.position;
        self.frames.retain(|framed| framed.project != project);
        Some(first)
    }

    /// Returns what its frames take of the disk, by project.
    pub(crate) fn shares(&self) -> Vec<(ProjectId, Share)> {
        let mut shares: Vec<(ProjectId, Share)> = Vec::new();
        for framed in &self.frames {
            match shares.iter_mut().find(|(project, _)| *project == framed.project) {
                Some((_, share)) => {
                    share.bytes += framed.share.bytes;
                    share.events += framed.share.events;
                }
                None => shares.push((framed.project, framed.share)),
            }
        }
        shares
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}

/// Reads segments; there is one for a spool.
pub(crate) struct Reader {
    folder: PathBuf,
    queue: Arc<Queue>,
    open: Option<(u64, File)>,
}

impl Reader {
    pub(super) fn new(folder: &Path, queue: Arc<Queue>) -> Self {
        Self { folder: folder.to_owned(), queue, open: None }
    }

    /// Reads frames from `from` to before `until`: at least one if there is one to take, and from one segment alone.
    ///
    /// `pick` says for how many events a frame counts, and nothing for one that is left to others. What can't be read is
    /// left out and told in the log; the file stays, under another name.
    pub(crate) fn read(
        &mut self,
        from: Position,
        until: Position,
        most: Most,
        mut pick: impl FnMut(Position, Label) -> Option<u64>,
    ) -> io::Result<Chunk> {
        let mut chunk = Chunk { until: self.begin(from, until), ..Chunk::default() };
        while chunk.is_empty() && chunk.until < until {
            let number = chunk.until.segment;
            match self.fill(&mut chunk, until, most, &mut pick) {
                Ok(false) => {}
                Ok(true) => self.set_aside(number)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    tracing::error!(segment = number, "a segment of the spool is gone");
                }
                Err(error) if error.kind() == io::ErrorKind::InvalidData => self.set_aside(number)?,
                Err(error) => return Err(error),
            }
            if chunk.is_empty() && number < until.segment {
                let next = self.queue.next_after(number).unwrap_or(until.segment).min(until.segment);
                chunk.until = Position { segment: next, offset: segment::HEADER_BYTES };
            } else if chunk.is_empty() {
                chunk.until = until;
            }
        }
        Ok(chunk)
    }

    /// Counts the frames before `until` that wait to be done with.
    pub(crate) fn take_stock(&mut self, cursor: &Cursor, until: Position) -> io::Result<Held> {
        let mut held = Held::default();
        let nothing = Most { bytes: 0, events: 0 };
        self.read(cursor.position(), until, nothing, |position, label| {
            if position >= cursor.settled || cursor.is_behind(label.project, position) {
                held.add(label.project, Share { bytes: label.disk_bytes, events: label.events });
            }
            None
        })?;
        Ok(held)
    }

    /// Notes how far everything is done, and deletes the segments before it.
    pub(crate) fn note(&mut self, cursor: &Cursor) -> io::Result<()> {
        cursor.write(&self.folder)?;
        for number in self.queue.forget_before(cursor.position().segment) {
            match fs::remove_file(segment::path(&self.folder, number)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns where there is something to read, from a position that may stand before the first segment.
    fn begin(&self, from: Position, until: Position) -> Position {
        match self.queue.next_after(from.segment.saturating_sub(1)) {
            Some(first) if first > from.segment => {
                Position { segment: first, offset: segment::HEADER_BYTES }.min(until)
            }
            Some(_) => from,
            None => until,
        }
    }

    /// Reads frames of one segment; returns whether damage was met.
    fn fill(
        &mut self,
        chunk: &mut Chunk,
        until: Position,
        most: Most,
        pick: &mut impl FnMut(Position, Label) -> Option<u64>,
    ) -> io::Result<bool> {
        let number = chunk.until.segment;
        let mut begin = chunk.until.offset;
        let is_last = number == until.segment;
        let file = self.open(number)?;
        let end = if is_last { until.offset } else { file.metadata()?.len() };
        let mut left = end.saturating_sub(begin) as usize;
        let Chunk { bytes, frames, until: next } = chunk;
        // Of the segment before, in which there was no frame.
        bytes.clear();
        // Only what is read takes memory.
        bytes.reserve_exact(most.bytes.min(left));
        let (mut at, mut taken, mut events) = (0, 0, 0);
        let is_damage = loop {
            match segment::find(number, begin + at as u64, &bytes[at..]) {
                Found::Frame(content) => {
                    let length = content.bytes.len();
                    let position = Position { segment: number, offset: begin + at as u64 };
                    let disk_bytes = (FRAME_HEAD + length) as u64;
                    let label = Label::read(&content.beginning(), content.unpacked_len(), disk_bytes);
                    let Some(counted) = pick(position, label) else {
                        at += FRAME_HEAD + length;
                        // Nothing of it is needed: what is passed over takes no memory.
                        if frames.is_empty() && at >= READ_BYTES {
                            bytes.drain(..at);
                            (begin, left, at) = (begin + at as u64, left - at, 0);
                        }
                        continue;
                    };
                    taken += label.bytes;
                    events += counted;
                    if !frames.is_empty() && (taken > most.bytes || events > most.events) {
                        break false;
                    }
                    let place = if content.is_packed {
                        let Some(unpacked) = content.unpacked() else { break true };
                        Place::Unpacked(unpacked)
                    } else {
                        Place::Here(at + FRAME_HEAD..at + FRAME_HEAD + length)
                    };
                    let share = Share { bytes: label.disk_bytes, events: label.events };
                    frames.push(Framed { position, place, project: label.project, share });
                    at += FRAME_HEAD + length;
                }
                Found::Cut(needed) if at + needed <= left => {
                    let have = bytes.len();
                    bytes.resize((at + needed).max(have + READ_BYTES).min(left), 0);
                    let read = segment::read_at(file, &mut bytes[have..], begin + have as u64)?;
                    bytes.truncate(have + read);
                    // Shorter than the file said it is.
                    if bytes.len() < at + needed {
                        break false;
                    }
                }
                Found::Cut(_) => break false,
                Found::Nothing { is_damage } => break is_damage,
            }
        };
        next.offset = begin + at as u64;
        // Where nothing more will be written, zeros are the end; anything else, a frame's beginning too, is lost.
        Ok(frames.is_empty() && (is_damage || (!is_last && !segment::is_zero_from(file, begin)?)))
    }

    fn open(&mut self, number: u64) -> io::Result<&File> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != number) {
            self.open = Some((number, segment::open(&self.folder, number)?));
        }
        self.open.as_ref().map(|(_, file)| file).ok_or_else(|| io::Error::other("no segment is open"))
    }

    /// Keeps a damaged segment for whoever wants to look into it, beside the one that is freed as all others.
    fn set_aside(&mut self, number: u64) -> io::Result<()> {
        let path = segment::path(&self.folder, number);
        let aside = path.with_extension("damaged");
        tracing::error!(file = %aside.display(), "a segment of the spool is damaged: what follows the damage is not stored");
        match fs::hard_link(&path, &aside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            result => result,
        }
    }
}
