//! A file's bytes, decompressed, and how many were read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const BUFFER: usize = 128 * 1024;

/// How much of a file is read.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    size: u64,
    position: Arc<AtomicU64>,
}

impl Progress {
    pub(super) fn new(size: u64) -> Self {
        Self { size, position: Arc::default() }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, position: u64) {
        self.position.store(position, Ordering::Relaxed);
    }
}

pub(super) type Source = Box<dyn BufRead + Send>;

/// Opens a file; gzip and zstd are told by their first bytes.
pub(super) fn open(path: &Path) -> io::Result<(Source, Progress)> {
    let file = File::open(path)?;
    let progress = Progress::new(file.metadata()?.len());
    let mut raw = BufReader::with_capacity(BUFFER, Counted { file, progress: progress.clone() });
    let begin = raw.fill_buf()?;
    let source: Source = if begin.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(raw)))
    } else if begin.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(BufReader::with_capacity(BUFFER, zstd::Decoder::with_buffer(raw)?))
    } else {
        Box::new(raw)
    };
    Ok((source, progress))
}

struct Counted {
    file: File,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.position.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
