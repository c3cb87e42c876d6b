//! LZ-string in base64, as old browser libraries pack a body: a dictionary coder over UTF-16 units.
//!
//! Read here and not by a library because a few thousand codes may stand for gigabytes, and none has a bound.

use super::BadRequest;

/// Codes that are no place in the dictionary.
const UNIT_OF_8_BITS: usize = 0;
const UNIT_OF_16_BITS: usize = 1;
const END: usize = 2;

/// Returns the text, of no more than `limit` units.
pub(super) fn open(packed: &[u8], limit: usize) -> Result<String, BadRequest> {
    let mut bits = Bits { packed: packed.iter(), sextet: 0, left: 0 };
    let mut text: Vec<u16> = Vec::new();
    // What an entry stands for has been written before: each is a place in the text and a length.
    let mut entries: Vec<(usize, usize)> = vec![(0, 0); 3];
    let mut previous: Option<(usize, usize)> = None;
    loop {
        // A code has as many bits as the number of entries.
        let code = bits.take(usize::BITS - entries.len().leading_zeros())?;
        let start = text.len();
        if code == END {
            return Ok(String::from_utf16_lossy(&text));
        }
        let is_new = matches!(code, UNIT_OF_8_BITS | UNIT_OF_16_BITS);
        if is_new {
            let unit = bits.take(if code == UNIT_OF_8_BITS { 8 } else { 16 })?;
            entries.push((start, 1));
            text.push(u16::try_from(unit).map_err(|_| malformed())?);
        }
        // What came before and the first unit of what comes now, which follows it in the text.
        entries.extend(previous.map(|(from, units)| (from, units + 1)));
        if !is_new {
            let (from, units) = *entries.get(code).ok_or_else(malformed)?;
            if text.len() + units > limit {
                return Err(BadRequest::TooLarge(format!("the body has more than {limit} bytes once decompressed")));
            }
            // One by one: the entry made last reaches into what is being written.
            for at in from..from + units {
                text.push(*text.get(at).ok_or_else(malformed)?);
            }
        }
        previous = Some((start, text.len() - start));
    }
}

fn malformed() -> BadRequest {
    BadRequest::Malformed("the body is no LZ-string in base64".into())
}

/// Bits from the highest of each sextet on; numbers have their lowest bit first.
struct Bits<'a> {
    packed: std::slice::Iter<'a, u8>,
    sextet: u8,
    left: u32,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Result<usize, BadRequest> {
        let mut number = 0;
        for place in 0..count {
            if self.left == 0 {
                self.sextet = self.packed.find_map(|byte| sextet(*byte)).ok_or_else(malformed)?;
                self.left = 6;
            }
            self.left -= 1;
            number |= usize::from(self.sextet >> self.left & 1) << place;
        }
        Ok(number)
    }
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        // A form that was not escaped makes spaces of them.
        b'+' | b' ' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_browsers_library_packed_is_read() {
        for text in ["", "a", "aaaaaaaaaa", "{\"event\":\"ä€😀\"}", "abcabcabcabcabcabc", "\u{1}\u{ff}\u{100}\u{ffff}"]
        {
            assert_eq!(open(lz_str::compress_to_base64(text).as_bytes(), 1_000), Ok(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_bomb_and_a_torn_text_are_refused() {
        let packed = lz_str::compress_to_base64(&"a".repeat(1_000_000));
        assert!(packed.len() < 4_000);
        assert!(matches!(open(packed.as_bytes(), 999_999), Err(BadRequest::TooLarge(_))));
        assert!(matches!(open(&packed.as_bytes()[..1_000], 1_000_000), Err(BadRequest::Malformed(_))));
        for torn in ["", "!", "////", "gggggggg"] {
            assert!(matches!(open(torn.as_bytes(), 1_000), Err(BadRequest::Malformed(_))), "{torn}");
        }
    }

    proptest! {
        #[test]
        fn all_text_survives(text in any::<String>(), again in 0..20_usize) {
            let text = text.repeat(again);
            prop_assert_eq!(open(lz_str::compress_to_base64(&text).as_bytes(), 1_000_000), Ok(text));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = open(&bytes, 10_000);
        }
    }
}
