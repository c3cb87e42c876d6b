//! What a frame holds: events as they are, or packed where there are many, which are so alike that little remains.

use lz4_flex::block::{compress_prepend_size, decompress, uncompressed_size};

use super::FRAME_BYTES;

/// How many bytes from its beginning on tell whose a frame is.
const LABEL_BYTES: usize = 32;

/// Less stays as it is: in a single event little comes twice.
const PACKED_FROM: usize = 2 << 10;

/// A frame's content as it stands on disk: plain, or the length it has unpacked (four bytes, the lowest first) and an
/// LZ4 block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content<Bytes> {
    pub(super) bytes: Bytes,
    pub(super) is_packed: bool,
}

impl Content<Vec<u8>> {
    /// Packs what becomes smaller by it.
    pub(super) fn of(plain: Vec<u8>) -> Self {
        if plain.len() >= PACKED_FROM {
            let mut packed = compress_prepend_size(&plain);
            if packed.len() < plain.len() {
                // It has the room that the worst case takes, and what waits is bounded by its length.
                packed.shrink_to_fit();
                return Self { bytes: packed, is_packed: true };
            }
        }
        Self { bytes: plain, is_packed: false }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn as_slice(&self) -> Content<&[u8]> {
        Content { bytes: &self.bytes, is_packed: self.is_packed }
    }
}

impl Content<&[u8]> {
    /// Unpacks it; none where it was never packed.
    pub(super) fn unpacked(self) -> Option<Vec<u8>> {
        let (length, block) = uncompressed_size(self.bytes).ok()?;
        // Room is made for so much.
        if !(1..=FRAME_BYTES).contains(&length) {
            return None;
        }
        decompress(block, length).ok().filter(|content| content.len() == length)
    }

    /// Returns how many bytes it has unpacked, as it says.
    pub(super) fn unpacked_len(self) -> usize {
        if !self.is_packed {
            return self.bytes.len();
        }
        uncompressed_size(self.bytes).map_or(0, |(length, _)| length.min(FRAME_BYTES))
    }

    /// Returns its first bytes, without unpacking the others: whoever looks for the frames of one project meets many of
    /// another's.
    pub(super) fn beginning(self) -> Vec<u8> {
        if !self.is_packed {
            return self.bytes[..self.bytes.len().min(LABEL_BYTES)].to_vec();
        }
        let mut beginning = Vec::with_capacity(LABEL_BYTES);
        if let Ok((_, block)) = uncompressed_size(self.bytes) {
            // What is no block ends early; unpacking it tells so.
            let _ = unpack_some(block, &mut beginning);
        }
        beginning
    }
}

/// Unpacks the beginning of an LZ4 block: sequences of literals and of copies of what came before them
/// (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md). The library only unpacks whole ones.
fn unpack_some(block: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let mut rest = block;
    while into.len() < LABEL_BYTES {
        let (token, after) = rest.split_first()?;
        rest = after;
        let count = length(token >> 4, &mut rest)?;
        let (literals, after) = rest.split_at(count.min(rest.len()));
        let wanted = LABEL_BYTES - into.len();
        into.extend_from_slice(&literals[..literals.len().min(wanted)]);
        let (offset, after) = after.split_at_checked(2)?;
        rest = after;
        let offset = usize::from(offset[0]) | usize::from(offset[1]) << 8;
        let copied = 4 + length(token & 15, &mut rest)?;
        for _ in 0..copied.min(LABEL_BYTES - into.len()) {
            into.push(*into.get(into.len().checked_sub(offset)?)?);
        }
    }
    Some(())
}

/// Reads the rest of a length whose first four bits are in the token.
fn length(nibble: u8, rest: &mut &[u8]) -> Option<usize> {
    let mut length = usize::from(nibble);
    let mut is_open = nibble == 15;
    while is_open {
        let (more, after) = rest.split_first()?;
        *rest = after;
        length += usize::from(*more);
        is_open = *more == 255;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::noise;
    use super::*;

    #[test]
    fn what_is_alike_takes_little_room_and_what_is_not_stays_as_it_is() {
        let alike = Content::of(br#"{"event":"visit","plan":"pro"}"#.repeat(1_000));
        assert!(alike.is_packed && alike.len() < 1_000, "{}", alike.len());
        assert!(alike.bytes.capacity() < 2 * alike.len());
        assert!(!Content::of(b"one event".to_vec()).is_packed);
        assert!(!Content::of(noise(10_000).into_bytes()).is_packed);
    }

    #[test]
    fn what_says_it_is_longer_than_any_frame_is_not_unpacked() {
        for length in [0, FRAME_BYTES as u32 + 1, u32::MAX] {
            let bytes = [&length.to_le_bytes()[..], &[0x1f, b'a', 1, 0, 255, 255, 255, 0]].concat();
            assert_eq!(Content { bytes: &bytes[..], is_packed: true }.unpacked(), None);
        }
    }

    proptest! {
        #[test]
        fn the_beginning_of_anything_is_looked_for_without_a_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let beginning = Content { bytes: &bytes[..], is_packed: true }.beginning();
            prop_assert!(beginning.len() <= LABEL_BYTES);
        }

        #[test]
        fn what_is_unpacked_is_what_was_packed(piece in proptest::collection::vec(any::<u8>(), 1..300), times in 1..300_usize) {
            let plain = piece.repeat(times);
            let content = Content::of(plain.clone());
            prop_assert_eq!(content.as_slice().beginning(), &plain[..plain.len().min(LABEL_BYTES)]);
            prop_assert_eq!(content.as_slice().unpacked_len(), plain.len());
            let unpacked = if content.is_packed { content.as_slice().unpacked() } else { Some(content.bytes) };
            prop_assert_eq!(unpacked, Some(plain));
        }
    }
}
