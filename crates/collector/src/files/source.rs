//! A file's bytes: spooled where it can be read once only, decompressed, and as UTF-8.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::NamedTempFile;

use super::encoding::{self, Encoding};

const BUFFER: usize = 128 * 1024;

/// So much of a file's beginning decides what it is.
const HEAD: u64 = 256 * 1024;

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

/// A file that can be read as often as needed.
pub(super) struct Input {
    path: PathBuf,
    /// A pipe's bytes, on disk until the file is read.
    spooled: Option<NamedTempFile>,
}

impl Input {
    /// Takes a file; of a pipe all is read first, since a file is looked at before its rows are made.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = if path == Path::new("-") { PathBuf::from("/dev/stdin") } else { path.to_owned() };
        let mut file = File::open(&path)?;
        if file.metadata()?.is_file() {
            return Ok(Self { path, spooled: None });
        }
        let mut spooled = NamedTempFile::new()?;
        io::copy(&mut file, &mut spooled)?;
        Ok(Self { path, spooled: Some(spooled) })
    }

    /// Opens the file as it lies there.
    pub(super) fn file(&self) -> io::Result<File> {
        File::open(self.spooled.as_ref().map_or(self.path.as_path(), NamedTempFile::path))
    }

    /// Opens the file's text. Gzip, zstd and UTF-16 are told by their first bytes; any other encoding is `named`.
    pub(super) fn open(&self, named: Option<Encoding>) -> io::Result<(Source, Progress)> {
        let (mut source, progress) = self.unpacked()?;
        let begin = source.fill_buf()?;
        let mark = encoding::mark(begin);
        source.consume(mark.length);
        let source = match named.or(mark.encoding).filter(|encoding| !encoding.is_utf_8()) {
            Some(encoding) => Box::new(BufReader::with_capacity(BUFFER, encoding.decoded(source))),
            None => source,
        };
        Ok((source, progress))
    }

    /// Returns the beginning of the file's text.
    pub(super) fn head(&self, named: Option<Encoding>) -> io::Result<Vec<u8>> {
        let (source, _) = self.open(named)?;
        let mut head = Vec::new();
        match source.take(HEAD).read_to_end(&mut head) {
            Ok(_) => Ok(head),
            // A file that is cut off or broken further on is read as far as it goes, and the end is told there.
            Err(_) if !head.is_empty() => Ok(head),
            Err(error) => Err(error),
        }
    }

    fn unpacked(&self) -> io::Result<(Source, Progress)> {
        let file = self.file()?;
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
