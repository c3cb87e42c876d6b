//! The spool's reader: frames are written as a spool has them, then damaged, and the folder is opened.
//!
//! What must be read is worked out here from the bytes alone, by the format that `spool/segment.rs` and `content.rs` say:
//! of each segment with a good header all whole frames up to the first that is none. So nothing before damage is lost,
//! nothing is read that was never written, and a change of the format is noticed. Opened again it must be the same, also
//! after a further frame was appended.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use collector::fuzzing::{Frame, Spool};
use lz4_flex::block::{compress_prepend_size, decompress, uncompressed_size};
use tempfile::TempDir;
use twox_hash::XxHash3_64;

const MAGIC: &[u8] = b"RXSPOOL";
/// The versions that are read; the second is written.
const VERSIONS: [u8; 2] = [1, 2];
const HEADER: usize = 16;
const FRAME_HEAD: usize = 12;
/// The bit of a frame's length that says that it is packed.
const PACKED: u32 = 1 << 31;
/// No frame is longer, packed or not.
const LONGEST: usize = 64 << 20;

/// A folder to be, and how it is read.
#[derive(Debug, Arbitrary)]
struct Plan<'a> {
    /// How much is read at once.
    bytes: u16,
    frames: u8,
    segments: Vec<Segment<'a>>,
    damages: Vec<Damage<'a>>,
    /// Which segment and which of its frames all was stored before.
    settled: Option<(u8, u8)>,
    /// How often what is appended in the end repeats itself.
    more: u16,
}

#[derive(Debug, Arbitrary)]
struct Segment<'a> {
    /// Numbers between this one's and the one's before: of segments that were freed or never made.
    gap: u8,
    is_of_the_first_version: bool,
    frames: Vec<Content<'a>>,
}

#[derive(Debug, Arbitrary)]
enum Content<'a> {
    Plain(&'a [u8]),
    /// Packed, so many times the same.
    Packed(&'a [u8], u8),
    /// Bytes that pass for packed ones.
    Claimed(&'a [u8]),
}

impl Content<'_> {
    /// Returns the bytes on disk, and whether they are packed.
    fn stored(&self) -> (Vec<u8>, bool) {
        match self {
            Self::Plain(bytes) => (bytes.to_vec(), false),
            Self::Packed(bytes, times) => (compress_prepend_size(&bytes.repeat(usize::from(*times))), true),
            Self::Claimed(bytes) => (bytes.to_vec(), true),
        }
    }
}

/// What a crash, a disk or somebody did to a segment.
#[derive(Debug, Arbitrary)]
enum Damage<'a> {
    /// The file ends early.
    Cut { segment: u8, at: u16 },
    /// The room taken for more frames is there.
    Room { segment: u8, bytes: u16 },
    /// A byte is another one.
    Flip { segment: u8, at: u16, by: u8 },
    /// Zeros stand where something was written.
    Zeros { segment: u8, from: u16, bytes: u16 },
    /// Bytes from elsewhere stand there, or behind the end.
    Foreign { segment: u8, at: u16, bytes: &'a [u8] },
    /// A frame of one segment stands in another one.
    Moved { from: u8, to: u8 },
    /// The file holds anything.
    Any { segment: u8, bytes: &'a [u8] },
    /// There is none any more.
    Gone { segment: u8 },
}

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("room for a spool"));

libfuzzer_sys::fuzz_target!(|plan: Plan<'_>| {
    let folder = FOLDER.path();
    empty(folder);
    let mut files = written(&plan.segments);
    let settled = settled(&plan, &files);
    for damage in &plan.damages {
        apply(damage, &mut files);
    }
    for (number, bytes) in &files {
        fs::write(path(folder, *number), bytes).expect("room for a spool");
    }
    if let Some((segment, offset)) = settled {
        let cursor = format!(r#"{{"settled":{{"segment":{segment},"offset":{offset}}},"storing":null}}"#);
        fs::write(folder.join("cursor.json"), cursor).expect("room for a spool");
    }
    let mut expected = readable(&files, settled);
    let (bytes, frames) = (usize::from(plan.bytes), usize::from(plan.frames).max(1));
    let mut spool = Spool::open(folder).expect("any folder can be opened");
    assert_eq!(spool.read(bytes, frames).expect("any folder can be read"), expected);
    assert_eq!(spool.read(1 << 20, usize::MAX).expect("any folder can be read"), expected, "read in one piece");
    spool.close();
    check_kept_aside(folder, &files, settled);
    let mut again = Spool::open(folder).expect("what was opened can be opened again");
    assert_eq!(again.read(bytes, frames).expect("what was read can be read again"), expected);
    let content = b"one more".repeat(1 + usize::from(plan.more));
    again.append(content.clone()).expect("there is room");
    let read = again.read(bytes, frames).expect("what was written can be read");
    again.close();
    let more = read.last().cloned().expect("a frame");
    assert_eq!(more.content, content);
    expected.push(more);
    assert_eq!(read, expected);
    let mut last = Spool::open(folder).expect("what was closed can be opened");
    assert_eq!(last.read(bytes, frames).expect("what was closed can be read"), expected);
    last.close();
});

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016}.spool"))
}

fn empty(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        fs::remove_file(entry.expect("a file").path()).expect("a file");
    }
}

/// Returns each segment's number and bytes.
fn written(segments: &[Segment<'_>]) -> Vec<(u64, Vec<u8>)> {
    let mut number = 0;
    let mut files = Vec::new();
    for segment in segments.iter().take(8) {
        number += 1 + u64::from(segment.gap % 4);
        let version = VERSIONS[usize::from(!segment.is_of_the_first_version)];
        let mut bytes = [MAGIC, &[version], &number.to_le_bytes()].concat();
        // A frame without content is never written: its length means the end.
        for (content, is_packed) in segment.frames.iter().map(Content::stored).filter(|(bytes, _)| !bytes.is_empty()) {
            let head = head(number, bytes.len(), &content, is_packed);
            bytes.extend_from_slice(&head);
            bytes.extend_from_slice(&content);
        }
        files.push((number, bytes));
    }
    files
}

/// Returns up to where everything was stored: the beginning of a frame, or the end.
fn settled(plan: &Plan<'_>, files: &[(u64, Vec<u8>)]) -> Option<(u64, u64)> {
    let (segment, frame) = plan.settled?;
    let (number, bytes) = files.get(usize::from(segment) % files.len().max(1))?;
    let mut places: Vec<usize> =
        frames(*number, bytes, HEADER).iter().map(|(frame, _)| frame.offset as usize).collect();
    places.push(bytes.len());
    Some((*number, places[usize::from(frame) % places.len()] as u64))
}

fn head(number: u64, offset: usize, content: &[u8], is_packed: bool) -> [u8; FRAME_HEAD] {
    let (flag, seed) = if is_packed { (PACKED, 1 << 63) } else { (0, 0) };
    let sum = XxHash3_64::oneshot_with_seed(number.rotate_left(40) ^ offset as u64 ^ seed, content);
    let mut head = [0; FRAME_HEAD];
    head[..4].copy_from_slice(&(content.len() as u32 | flag).to_le_bytes());
    head[4..].copy_from_slice(&sum.to_le_bytes());
    head
}

fn apply(damage: &Damage<'_>, files: &mut Vec<(u64, Vec<u8>)>) {
    if files.is_empty() {
        return;
    }
    let count = files.len();
    let index = |segment: u8| usize::from(segment) % count;
    match *damage {
        Damage::Cut { segment, at } => files[index(segment)].1.truncate(usize::from(at)),
        Damage::Room { segment, bytes } => {
            let file = &mut files[index(segment)].1;
            file.resize(file.len() + usize::from(bytes) % 5_000, 0);
        }
        Damage::Flip { segment, at, by } => {
            let file = &mut files[index(segment)].1;
            let at = usize::from(at) % file.len().max(1);
            if let Some(byte) = file.get_mut(at) {
                *byte ^= by;
            }
        }
        Damage::Zeros { segment, from, bytes } => {
            let file = &mut files[index(segment)].1;
            let from = usize::from(from).min(file.len());
            let until = (from + usize::from(bytes)).min(file.len());
            file[from..until].fill(0);
        }
        Damage::Foreign { segment, at, bytes } => {
            let file = &mut files[index(segment)].1;
            let at = usize::from(at).min(file.len());
            file.resize(file.len().max(at + bytes.len()), 0);
            file[at..at + bytes.len()].copy_from_slice(bytes);
        }
        Damage::Moved { from, to } => {
            let (number, bytes) = &files[index(from)];
            let moved = frames(*number, bytes, HEADER).into_iter().next_back();
            let moved = moved.map(|(frame, end)| bytes[frame.offset as usize..end].to_vec());
            files[index(to)].1.extend(moved.unwrap_or_default());
        }
        Damage::Any { segment, bytes } => files[index(segment)].1 = bytes.to_vec(),
        Damage::Gone { segment } => {
            files.remove(index(segment));
        }
    }
}

/// Returns what is to be read of all segments.
fn readable(files: &[(u64, Vec<u8>)], settled: Option<(u64, u64)>) -> Vec<Frame> {
    let (first, offset) = settled.unwrap_or_default();
    let later = files.iter().filter(|(number, _)| *number >= first);
    let good = later.filter(|(number, bytes)| is_good(*number, bytes));
    good.flat_map(|(number, bytes)| {
        let begin = if *number == first { (offset as usize).max(HEADER) } else { HEADER };
        frames(*number, bytes, begin).into_iter().map(|(frame, _)| frame)
    })
    .collect()
}

/// Returns whether a segment begins as one of that number.
fn is_good(number: u64, bytes: &[u8]) -> bool {
    VERSIONS.iter().any(|version| bytes.starts_with(&[MAGIC, &[*version], &number.to_le_bytes()].concat()))
}

/// Checks that whatever was not read is kept to be looked into. Of the last segment a crash may have left the
/// beginning of a frame, which was acknowledged to nobody.
fn check_kept_aside(folder: &Path, files: &[(u64, Vec<u8>)], settled: Option<(u64, u64)>) {
    let Some(((last, _), _)) = files.split_last() else { return };
    let (first, offset) = settled.unwrap_or_default();
    for (number, bytes) in files.iter().filter(|(number, _)| *number >= first && number != last) {
        let begin = if *number == first { (offset as usize).max(HEADER) } else { HEADER };
        let read = frames(*number, bytes, begin);
        let end = read.last().map_or(begin, |(_, end)| *end);
        let is_left = bytes.get(end..).is_some_and(|rest| rest.iter().any(|byte| *byte != 0));
        // Of one that is settled whole not even the header is looked at again.
        if is_left || (!is_good(*number, bytes) && bytes.len() > begin) {
            let aside = path(folder, *number).with_extension("damaged");
            assert!(aside.exists(), "segment {number} is damaged from {end} on, and kept");
        }
    }
}

/// Returns the frames of a segment from a place on, up to the first that is none, and where each ends.
fn frames(number: u64, bytes: &[u8], begin: usize) -> Vec<(Frame, usize)> {
    let mut found = Vec::new();
    let mut at = begin;
    while let Some((before, rest)) = bytes.get(at..).and_then(|bytes| bytes.split_at_checked(FRAME_HEAD)) {
        let word = u32::from_le_bytes([before[0], before[1], before[2], before[3]]);
        let (length, is_packed) = ((word & !PACKED) as usize, word & PACKED != 0);
        let stored = rest.get(..length).filter(|_| (1..=LONGEST).contains(&length));
        let Some(stored) = stored.filter(|stored| head(number, at, stored, is_packed) == before) else { break };
        let content = if is_packed { unpacked(stored) } else { Some(stored.to_vec()) };
        let Some(content) = content else { break };
        let end = at + FRAME_HEAD + length;
        found.push((Frame { segment: number, offset: at as u64, content }, end));
        at = end;
    }
    found
}

fn unpacked(stored: &[u8]) -> Option<Vec<u8>> {
    let (length, block) = uncompressed_size(stored).ok()?;
    // Room is made for so much.
    if !(1..=LONGEST).contains(&length) {
        return None;
    }
    decompress(block, length).ok().filter(|content| content.len() == length)
}
