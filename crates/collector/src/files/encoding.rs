//! Texts that are no UTF-8: what encoding a file has, and its text as UTF-8.

use std::io::{self, BufRead, Read};
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::source::Source;

/// How a file's characters are written, by one of the labels that web pages name them with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl FromStr for Encoding {
    type Err = String;

    fn from_str(label: &str) -> Result<Self, Self::Err> {
        encoding_rs::Encoding::for_label(label.as_bytes())
            .map(Self)
            .ok_or_else(|| format!("{label:?} is no known encoding; utf-8, utf-16le, windows-1252 and others are"))
    }
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        self.0.name()
    }

    pub(super) fn is_utf_8(self) -> bool {
        self.0 == UTF_8
    }

    /// Tells whether ASCII stands for itself.
    pub(super) fn extends_ascii(self) -> bool {
        self.0.is_ascii_compatible()
    }

    /// Returns the text of some bytes; none where they don't stand for a text.
    pub(super) fn text(self, bytes: &[u8]) -> Option<String> {
        self.0.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
    }

    /// Returns the source's text as UTF-8.
    pub(super) fn decoded(self, source: Source) -> impl Read + Send {
        Decoded { source, decoder: self.0.new_decoder_without_bom_handling(), name: self.name(), has_ended: false }
    }
}

/// What a file's first bytes say of its encoding.
pub(super) struct Mark {
    pub(super) encoding: Option<Encoding>,
    /// Bytes before the text.
    pub(super) length: usize,
}

/// Reads the byte order mark; UTF-16 is also told by its zeros.
pub(super) fn mark(begin: &[u8]) -> Mark {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(begin) {
        return Mark { encoding: Some(Encoding(encoding)), length };
    }
    let sample = &begin[..begin.len().min(512) & !1];
    let zeros = |at: usize| sample.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = sample.len() / 3;
    let encoding = match (even, odd) {
        (0, odd) if odd > most && odd > 3 => Some(Encoding(UTF_16LE)),
        (even, 0) if even > most && even > 3 => Some(Encoding(UTF_16BE)),
        _ => None,
    };
    Mark { encoding, length: 0 }
}

/// Encodings of Latin letters: what differs between them is rare, so that some rows tell little.
const LATIN: [&str; 10] = [
    "windows-1250",
    "windows-1254",
    "windows-1257",
    "windows-1258",
    "ISO-8859-2",
    "ISO-8859-4",
    "ISO-8859-10",
    "ISO-8859-13",
    "ISO-8859-15",
    "ISO-8859-16",
];

/// So many rows with other letters than ASCII's tell one of them; before it is the most frequent one.
const TELLING: u64 = 50;

/// Looks at all rows of a file: one that is UTF-8 is UTF-8 in each.
pub(super) struct Detector {
    guess: EncodingDetector,
    unicode: u64,
    other: u64,
}

impl Detector {
    pub(super) fn new() -> Self {
        Self { guess: EncodingDetector::new(Iso2022JpDetection::Deny), unicode: 0, other: 0 }
    }

    pub(super) fn see(&mut self, row: &[u8]) {
        if row.is_ascii() {
            return;
        }
        match std::str::from_utf8(row) {
            Ok(_) => self.unicode += 1,
            Err(_) => {
                self.other += 1;
                self.guess.feed(row, false);
            }
        }
    }

    /// Returns the encoding of a file that is not UTF-8. Where some rows are, the file is damaged and not of another
    /// encoding: none is guessed.
    pub(super) fn found(mut self) -> Option<Encoding> {
        if self.other == 0 || self.unicode > 0 {
            return None;
        }
        self.guess.feed(b"", true);
        let guessed = self.guess.guess(None, Utf8Detection::Deny);
        let is_latin = LATIN.contains(&guessed.name());
        Some(Encoding(if is_latin && self.other < TELLING { WINDOWS_1252 } else { guessed }))
    }
}

struct Decoded {
    source: Source,
    decoder: Decoder,
    name: &'static str,
    has_ended: bool,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.has_ended || buffer.is_empty() {
                return Ok(0);
            }
            let begin = self.source.fill_buf()?;
            let is_last = begin.is_empty();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(begin, buffer, is_last);
            self.source.consume(read);
            match result {
                DecoderResult::Malformed(..) => {
                    self.has_ended = true;
                    let reason = format!("the text is not {}: name its encoding", self.name);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
                }
                DecoderResult::InputEmpty if is_last => self.has_ended = true,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_told_by_its_mark_and_by_its_zeros() {
        let little: Vec<u8> = "event,user_id\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "event,user_id\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(mark(&little).encoding, Some(Encoding(UTF_16LE)));
        assert_eq!(mark(&big).encoding, Some(Encoding(UTF_16BE)));
        assert_eq!((mark(b"\xff\xfea\0").encoding, mark(b"\xff\xfea\0").length), (Some(Encoding(UTF_16LE)), 2));
        assert_eq!((mark(b"\xef\xbb\xbfa").encoding, mark(b"\xef\xbb\xbfa").length), (Some(Encoding(UTF_8)), 3));
        assert_eq!(mark(b"event,user_id\n").encoding, None);
    }

    #[test]
    fn a_file_is_utf_8_unless_no_row_is() {
        let found = |rows: &[&[u8]]| {
            let mut detector = Detector::new();
            rows.iter().for_each(|row| detector.see(row));
            detector.found().map(Encoding::name)
        };
        assert_eq!(found(&[b"a", "ü".as_bytes()]), None);
        assert_eq!(found(&[b"a", b"Ren\xe9"]), Some("windows-1252"));
        assert_eq!(found(&[b"Ren\xe9", "ü".as_bytes()]), None, "one that mixes both is damaged");
    }
}
