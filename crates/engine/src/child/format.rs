//! Which output formats can be put together from pieces.
//!
//! The library renders each piece of a streamed result as a document of its own: a second piece of `JSON` is a second
//! JSON object. So only formats without a frame are streamed; those with a header are streamed with the header of
//! every later piece cut off; the rest are rendered whole.

/// How the pieces of a streamed result become one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pieces {
    /// Pieces follow each other as they are.
    Plain,
    /// Each piece begins with this many lines of header.
    Lines(usize),
    /// Each piece begins with a count, as many names, and types where `types` says so.
    Binary { types: bool },
    /// The result must be rendered in one go.
    Whole,
}

/// Tells how pieces of `format` are put together.
pub(super) fn pieces(format: &str) -> Pieces {
    let name = format.to_ascii_lowercase();
    if matches!(name.as_str(), "native" | "msgpack" | "rowbinary" | "lineasstring" | "tskv" | "bsoneachrow") {
        return Pieces::Plain;
    }
    if matches!(name.as_str(), "jsoneachrow" | "jsonlines" | "ndjson" | "jsonstringseachrow") {
        return Pieces::Plain;
    }
    let (base, header) = match (name.strip_suffix("withnamesandtypes"), name.strip_suffix("withnames")) {
        (Some(base), _) => (base, 2),
        (None, Some(base)) => (base, 1),
        (None, None) => (name.as_str(), 0),
    };
    match base {
        "rowbinary" => Pieces::Binary { types: header == 2 },
        "tabseparated"
        | "tsv"
        | "tabseparatedraw"
        | "tsvraw"
        | "csv"
        | "jsoncompacteachrow"
        | "jsoncompactstringseachrow" => {
            if header == 0 {
                Pieces::Plain
            } else {
                Pieces::Lines(header)
            }
        }
        _ => Pieces::Whole,
    }
}

/// The length of the header that a later piece repeats.
pub(super) fn header_length(pieces: Pieces, piece: &[u8]) -> usize {
    match pieces {
        Pieces::Plain | Pieces::Whole => 0,
        Pieces::Lines(lines) => lines_length(piece, lines),
        Pieces::Binary { types } => binary_length(piece, types).unwrap_or(0),
    }
}

/// Line breaks inside double quotes (names in CSV) do not count.
fn lines_length(piece: &[u8], lines: usize) -> usize {
    let mut left = lines;
    let mut quoted = false;
    for (at, byte) in piece.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => left -= 1,
            _ => {}
        }
        if left == 0 {
            return at + 1;
        }
    }
    piece.len()
}

fn binary_length(piece: &[u8], types: bool) -> Option<usize> {
    let mut at = 0;
    let columns = varint(piece, &mut at)?;
    let strings = if types { columns * 2 } else { columns };
    for _ in 0..strings {
        let length = varint(piece, &mut at)?;
        at = at.checked_add(length).filter(|at| *at <= piece.len())?;
    }
    Some(at)
}

fn varint(piece: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_usize;
    for shift in (0..63).step_by(7) {
        let byte = *piece.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_measured() {
        assert_eq!(header_length(pieces("TSVWithNames"), b"a\tb\n1\t2\n"), 4);
        assert_eq!(header_length(pieces("CSVWithNamesAndTypes"), b"\"a\nb\"\n\"Int8\"\n1\n"), 13);
        assert_eq!(header_length(pieces("RowBinaryWithNames"), b"\x02\x01a\x02bc\x00"), 6);
        assert_eq!(header_length(pieces("RowBinaryWithNamesAndTypes"), b"\x01\x01a\x04Int8\x07"), 8);
        assert_eq!(header_length(pieces("Native"), b"\x01\x01"), 0);
    }

    #[test]
    fn framed_formats_are_rendered_whole() {
        for format in ["JSON", "JSONCompact", "Parquet", "Pretty", "Vertical", "XML", "Values"] {
            assert_eq!(pieces(format), Pieces::Whole, "{format}");
        }
    }
}
