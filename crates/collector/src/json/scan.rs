//! A walk over JSON (RFC 8259) that copies nothing and passes over what nobody asked for.
//!
//! Reading JSON is most of what an event costs on its way to the disk. So the objects that an event consists of and what
//! stands in them are told in one walk, and strings are walked eight bytes at a time. Whatever is no JSON is walked only
//! to the fault: what is wrong there is left to `serde_json`, which says it well.

use std::borrow::Cow;

use super::Json;
use super::objects::Name;

/// A place in a text that is or is no JSON.
///
/// Whatever reads on from it returns nothing where the text can't be read on.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The ends of the lists and objects around the place, where they are passed over.
    open: Vec<u8>,
    /// What is wrong though it is JSON.
    fault: Option<String>,
    pub(super) usual: Usual,
}

/// How many names the last object had: the next one of a list mostly has as many. Room for more than that would make a
/// small body of empty objects a large heap.
pub(super) struct Usual {
    pub(super) outer: usize,
    pub(super) inner: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), fault: None, usual: Usual { outer: 8, inner: 32 } }
    }

    /// Notes what is wrong with it though it is JSON.
    #[cold]
    pub(super) fn refuse<T>(&mut self, fault: String) -> Option<T> {
        self.fault = Some(fault);
        None
    }

    /// Returns what was noted.
    pub(super) fn fault(self) -> Option<String> {
        self.fault
    }

    /// Passes over white space, and returns the byte behind it.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Passes over this byte, if it comes next.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Passes over what stands between two members, or over the end behind the last; tells whether one more comes.
    #[inline]
    pub(super) fn is_followed(&mut self, end: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        (byte == b',' || byte == end).then_some(byte == b',')
    }

    /// Makes sure that nothing follows.
    pub(super) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    /// Reads a member's name and the colon behind it.
    #[inline]
    pub(super) fn name(&mut self) -> Option<Cow<'a, str>> {
        self.peek();
        let begin = self.at;
        let is_plain = self.string()?;
        let name = if is_plain {
            Cow::Borrowed(&self.text[begin + 1..self.at - 1])
        } else {
            match serde_json::from_str(&self.text[begin..self.at]) {
                Ok(Name(name)) => name,
                Err(error) => return self.refuse(format!("a name is no text: {error}")),
            }
        };
        self.take(b':').then_some(name)
    }

    /// Returns the text of the value that `walk` passes over, and what that returns.
    #[inline]
    pub(super) fn value<T>(&mut self, walk: impl FnOnce(&mut Self) -> Option<T>) -> Option<(Json<'a>, T)> {
        self.peek();
        let begin = self.at;
        let found = walk(self)?;
        Some((Json(&self.text[begin..self.at]), found))
    }

    /// Passes over a value, however deep.
    #[inline]
    pub(super) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'{' | b'[' => self.skip_nested(),
            _ => None,
        }
    }

    /// Passes over a list or an object; without recursion, which has an end where texts have none.
    fn skip_nested(&mut self) -> Option<()> {
        let outside = self.open.len();
        loop {
            match self.peek()? {
                b'{' => {
                    self.at += 1;
                    if !self.take(b'}') {
                        self.skip_name()?;
                        self.open.push(b'}');
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    if !self.take(b']') {
                        self.open.push(b']');
                        continue;
                    }
                }
                _ => self.skip()?,
            }
            // Behind a value: out of all that ends here, to where one more follows.
            loop {
                if self.open.len() == outside {
                    return Some(());
                }
                let end = self.open[self.open.len() - 1];
                if self.is_followed(end)? {
                    if end == b'}' {
                        self.skip_name()?;
                    }
                    break;
                }
                self.open.pop();
            }
        }
    }

    fn skip_name(&mut self) -> Option<()> {
        self.peek();
        self.string()?;
        self.take(b':').then_some(())
    }

    /// Passes over a string; returns whether what stands between its quotes is the text it means.
    #[inline]
    fn string(&mut self) -> Option<bool> {
        let bytes = self.text.as_bytes();
        if *bytes.get(self.at)? != b'"' {
            return None;
        }
        let mut at = self.at + 1;
        let mut is_plain = true;
        loop {
            at = special(bytes, at)?;
            match bytes[at] {
                b'"' => break,
                b'\\' => {
                    is_plain = false;
                    at += escape(&bytes[at + 1..])?;
                }
                _ => return None,
            }
        }
        self.at = at + 1;
        Some(is_plain)
    }

    fn number(&mut self) -> Option<()> {
        let bytes = &self.text.as_bytes()[self.at..];
        let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let some_digits = |at: usize| Some(digits(at)).filter(|digits| *digits > 0);
        let mut at = usize::from(bytes[0] == b'-');
        at += if bytes.get(at) == Some(&b'0') { 1 } else { some_digits(at)? };
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            at += some_digits(at)?;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            at += some_digits(at)?;
        }
        self.at += at;
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let is_there = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        is_there.then_some(())
    }
}

/// Returns how long an escape is, from what stands behind its backslash.
fn escape(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => rest.get(1..5)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// Returns where the next byte stands that ends a string, begins an escape, or has no place in a string.
fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = special_of(u64::from_le_bytes(*eight));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).map(|offset| at + offset)
}

/// Marks the highest bit of each such byte, and of bytes behind the first of them perhaps of others.
///
/// A byte of zero is told by the borrow that taking one from it makes (Mycroft; Hacker's Delight, 6-1).
fn special_of(eight: u64) -> u64 {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    let less = |bytes: u64, than: u8| bytes.wrapping_sub(EACH * u64::from(than)) & !bytes;
    let quote = less(eight ^ (EACH * u64::from(b'"')), 1);
    let backslash = less(eight ^ (EACH * u64::from(b'\\')), 1);
    (quote | backslash | less(eight, 0x20)) & (EACH << 7)
}
