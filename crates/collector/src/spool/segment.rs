//! One file of the spool: a header, then frames of length, checksum and content.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use twox_hash::XxHash3_64;

use super::content::Content;
use super::{FRAME_BYTES, sync_folder};

/// The first bytes of a segment.
const MAGIC: [u8; 7] = *b"RXSPOOL";
/// The version of what frames hold, which follows: from the second on, some are packed.
const VERSION: u8 = 2;
/// Bytes before the first frame: magic and the segment's number.
pub(super) const HEADER_BYTES: u64 = 16;
/// Bytes before a frame's content: its length and its checksum.
pub(super) const FRAME_HEAD: usize = 12;
/// The bit of a frame's length that says that the content is packed.
const PACKED: u32 = 1 << 31;
const ENDING: &str = "spool";

/// A segment as it lies in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) bytes: u64,
}

/// Returns where a segment is.
pub(super) fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016}.{ENDING}"))
}

/// Returns the segments of a folder in order; other files are left alone.
pub(super) fn list(folder: &Path) -> io::Result<Vec<Segment>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let is_segment = path.extension().is_some_and(|ending| ending == ENDING);
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        if let Some(number) = number.filter(|_| is_segment) {
            segments.push(Segment { number, bytes: entry.metadata()?.len() });
        }
    }
    segments.sort_unstable_by_key(|segment| segment.number);
    Ok(segments)
}

/// Makes a segment with room for `bytes`, and makes the disk keep that it is there.
pub(super) fn create(folder: &Path, number: u64, bytes: u64) -> io::Result<File> {
    let path = path(folder, number);
    let make = || {
        let mut file = OpenOptions::new().create_new(true).read(true).write(true).mode(0o600).open(&path)?;
        reserve(&file, bytes)?;
        file.write_all(&MAGIC)?;
        file.write_all(&[VERSION])?;
        file.write_all(&number.to_le_bytes())?;
        file.sync_all()?;
        sync_folder(folder)?;
        Ok(file)
    };
    make().inspect_err(|_| {
        // Without it the next attempt would find the name taken.
        let _ = fs::remove_file(&path);
    })
}

/// Takes the room on disk now, so that a write can't fail for want of it later.
#[cfg(target_os = "linux")]
fn reserve(file: &File, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::empty(), 0, bytes) {
        // Not every file system can; there a full disk is noticed when it is written to.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => Ok(()),
        result => Ok(result?),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}

/// Returns what stands before a frame's content at this place. The checksum holds the place, so that no old bytes pass
/// for a frame.
pub(super) fn head(number: u64, offset: u64, content: Content<&[u8]>) -> [u8; FRAME_HEAD] {
    // Frames are no longer than FRAME_BYTES.
    let length = content.bytes.len() as u32 | if content.is_packed { PACKED } else { 0 };
    let mut head = [0; FRAME_HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..].copy_from_slice(&checksum(number, offset, content).to_le_bytes());
    head
}

fn checksum(number: u64, offset: u64, content: Content<&[u8]>) -> u64 {
    let seed = number.rotate_left(40) ^ offset ^ u64::from(content.is_packed) << 63;
    XxHash3_64::oneshot_with_seed(seed, content.bytes)
}

/// What stands at a place of a segment.
pub(super) enum Found<'a> {
    Frame(Content<&'a [u8]>),
    /// More bytes are needed: this many from the place on.
    Cut(usize),
    /// No frame: the end, or damage.
    Nothing {
        /// Whether something else than zeros is there.
        is_damage: bool,
    },
}

/// Looks for a frame at the beginning of `bytes`, which come from `offset` of a segment.
pub(super) fn find(number: u64, offset: u64, bytes: &[u8]) -> Found<'_> {
    let Some((head, rest)) = bytes.split_at_checked(FRAME_HEAD) else { return Found::Cut(FRAME_HEAD) };
    let (word, sum) = head.split_at(4);
    let word = word.iter().rev().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    let (length, is_packed) = ((word & !PACKED) as usize, word & PACKED != 0);
    if word == 0 {
        return Found::Nothing { is_damage: sum.iter().any(|byte| *byte != 0) };
    }
    if !(1..=FRAME_BYTES).contains(&length) {
        return Found::Nothing { is_damage: true };
    }
    let Some(bytes) = rest.get(..length) else { return Found::Cut(FRAME_HEAD + length) };
    let content = Content { bytes, is_packed };
    if checksum(number, offset, content).to_le_bytes() != sum {
        return Found::Nothing { is_damage: true };
    }
    Found::Frame(content)
}

/// Opens a segment to be read; fails if it is none of ours.
pub(super) fn open(folder: &Path, number: u64) -> io::Result<File> {
    let file = File::open(path(folder, number))?;
    let mut header = [0; HEADER_BYTES as usize];
    // A crash while it was made may leave less than a header.
    read_at(&file, &mut header, 0)?;
    let is_known = header[..7] == MAGIC && (1..=VERSION).contains(&header[7]);
    if !is_known || header[8..] != number.to_le_bytes() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no segment of this version"));
    }
    Ok(file)
}

/// Cuts a segment behind its last whole frame, looking from `begin` on, and returns its length.
pub(super) fn cut(path: &Path, number: u64, begin: u64) -> io::Result<u64> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let bytes = file.metadata()?.len();
    let mut end = begin;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = read_at(&file, &mut buffer, end)?;
        let mut at = 0;
        let wanted = loop {
            match find(number, end, &buffer[at..read]) {
                Found::Frame(content) => {
                    at += FRAME_HEAD + content.bytes.len();
                    end += (FRAME_HEAD + content.bytes.len()) as u64;
                }
                Found::Cut(wanted) => break Some(wanted),
                Found::Nothing { .. } => break None,
            }
        };
        match wanted {
            // The rest of the frame is not there.
            Some(wanted) if at == 0 && read < buffer.len().min(wanted) => break,
            Some(wanted) => buffer.resize(buffer.len().max(wanted), 0),
            None => break,
        }
    }
    if end < bytes {
        tracing::debug!(segment = number, from = bytes, to = end, "cut the last segment of the spool");
        file.set_len(end)?;
        file.sync_all()?;
    }
    Ok(end)
}

/// Tells whether nothing but zeros stands from a place on.
pub(super) fn is_zero_from(file: &File, mut offset: u64) -> io::Result<bool> {
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = read_at(file, &mut buffer, offset)?;
        if buffer[..read].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        if read < buffer.len() {
            return Ok(true);
        }
        offset += read as u64;
    }
}

/// Fills the buffer as far as there is something, and returns how far.
pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
