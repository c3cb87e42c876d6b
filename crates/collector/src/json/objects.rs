//! Objects one or two levels deep, and lists of them.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scan::Scanner;
use super::{Json, is_null};
use crate::limits;

/// A name and its value.
pub(crate) type Entry<'a> = (Cow<'a, str>, Json<'a>);

/// An object's names and values in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Object<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
    /// Of those values that are objects themselves, by their place, unless they have too many names.
    inner: Vec<(usize, Vec<Entry<'a>>)>,
}

/// One of a list.
pub(crate) struct Item<'a> {
    pub(crate) text: Json<'a>,
    /// The object that it is, or why it can't be used as one.
    pub(crate) object: Result<Object<'a>, Error>,
}

/// A list of bounded length.
pub(crate) struct List<'a> {
    /// The first of it, as many as one request may have events.
    pub(crate) items: Vec<Item<'a>>,
    /// How many there are.
    pub(crate) length: usize,
}

/// An object with a list among its values.
pub(crate) struct Around<'a> {
    pub(crate) list: Option<List<'a>>,
    /// All other entries.
    pub(crate) others: Object<'a>,
}

/// A name, borrowed unless it holds an escape.
#[derive(Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// Why a text can't be read: it is no JSON, or not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Error(String);

/// How many names an object may have, one more than is allowed so that it can be told; keeping more would only fill the
/// memory with what is refused later.
pub(super) const MOST: usize = limits::PROPERTIES + 1;

fn too_many() -> String {
    format!("more than {} names in one object", limits::PROPERTIES)
}

impl<'a> Object<'a> {
    /// Reads a text that is an object.
    pub(crate) fn read(text: &'a str) -> Result<Self, Error> {
        whole(text, |scanner| match scanner.peek() {
            Some(b'{') => object(scanner)?.or_else(|| scanner.refuse(too_many())),
            _ => other(scanner, "an object"),
        })
    }

    /// Returns the value of a name; of a name given twice the last.
    pub(crate) fn get(&self, name: &str) -> Option<Json<'a>> {
        last(&self.entries, name)
    }

    /// Returns the value of a name; of a name given twice the last, and none of null.
    pub(crate) fn value(&self, name: &str) -> Option<Json<'a>> {
        self.get(name).filter(|value| !is_null(*value))
    }

    /// Returns where the value of a name stands; of a name given twice the last, and none of null.
    pub(crate) fn place_of_value(&self, name: &str) -> Option<usize> {
        let place = self.entries.iter().rposition(|(known, _)| known == name)?;
        (!is_null(self.entries[place].1)).then_some(place)
    }

    /// Returns the entries of a value that is an object, if they were read.
    pub(crate) fn inner(&self, place: usize) -> Option<&[Entry<'a>]> {
        self.inner.iter().find(|(known, _)| *known == place).map(|(_, entries)| &entries[..])
    }
}

impl<'a> List<'a> {
    /// Reads a text that is a list.
    pub(crate) fn read(text: &'a str) -> Result<Self, Error> {
        whole(text, list)
    }
}

impl<'a> Around<'a> {
    /// Reads an object; what stands under this name must be a list, or null, which counts as nothing.
    pub(crate) fn read(text: &'a str, name: &str) -> Result<Self, Error> {
        whole(text, |scanner| {
            if scanner.peek() != Some(b'{') {
                return other(scanner, "an object");
            }
            let mut around = Around { list: None, others: Object::default() };
            let is_whole = members(scanner, |scanner, known| {
                if known != name {
                    return around.others.add(scanner, known);
                }
                around.list = match scanner.peek() {
                    Some(b'n') => scanner.skip().map(|()| None)?,
                    _ => Some(list(scanner)?),
                };
                Some(true)
            })?;
            if is_whole { Some(around) } else { scanner.refuse(too_many()) }
        })
    }
}

/// Returns the value of a name; of a name given twice the last.
pub(crate) fn last<'a>(entries: &[Entry<'a>], name: &str) -> Option<Json<'a>> {
    entries.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
}

/// Returns the names and values of an object that was read before; nothing of anything else.
pub(crate) fn entries(text: &str) -> Vec<Entry<'_>> {
    // What was kept holds some names of ours beside those that are counted.
    flat(&mut Scanner::new(text), usize::MAX).flatten().unwrap_or_default()
}

/// Reads a text that holds one value; what is no JSON is told by `serde_json`.
fn whole<'a, T>(text: &'a str, read: impl FnOnce(&mut Scanner<'a>) -> Option<T>) -> Result<T, Error> {
    let mut scanner = Scanner::new(text);
    if let Some(value) = read(&mut scanner).filter(|_| scanner.end().is_some()) {
        return Ok(value);
    }
    // Whatever else is wrong with it: what is no JSON is told first.
    let no_json = serde_json::from_str::<&RawValue>(text).err().map(|error| error.to_string());
    Err(Error(no_json.or(scanner.fault()).unwrap_or_else(|| "no JSON".to_owned())))
}

fn other<T>(scanner: &mut Scanner<'_>, expected: &str) -> Option<T> {
    let found = match scanner.peek() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    };
    scanner.refuse(format!("{found}, expected {expected}"))
}

/// Walks over an object: `each` is given every name, and walks over its value; once it returns false, the rest is passed
/// over. Returns whether it never did.
fn members<'a>(
    scanner: &mut Scanner<'a>,
    mut each: impl FnMut(&mut Scanner<'a>, Cow<'a, str>) -> Option<bool>,
) -> Option<bool> {
    let mut is_whole = true;
    if !scanner.take(b'{') {
        return None;
    }
    if scanner.take(b'}') {
        return Some(true);
    }
    loop {
        let name = scanner.name()?;
        if is_whole {
            is_whole = each(scanner, name)?;
        } else {
            scanner.skip()?;
        }
        if !scanner.is_followed(b'}')? {
            return Some(is_whole);
        }
    }
}

/// Reads an object and those within it; nothing where it has too many names.
fn object<'a>(scanner: &mut Scanner<'a>) -> Option<Option<Object<'a>>> {
    let mut object = Object { entries: Vec::with_capacity(scanner.usual.outer), inner: Vec::new() };
    let is_whole = members(scanner, |scanner, name| object.add(scanner, name))?;
    scanner.usual.outer = object.entries.len();
    Some(is_whole.then_some(object))
}

impl<'a> Object<'a> {
    /// Reads a value; returns whether it has a place.
    fn add(&mut self, scanner: &mut Scanner<'a>, name: Cow<'a, str>) -> Option<bool> {
        if self.entries.len() == MOST {
            scanner.skip()?;
            return Some(false);
        }
        let (value, inner) = scanner.value(|scanner| match scanner.peek() {
            Some(b'{') => flat(scanner, MOST),
            _ => scanner.skip().map(|()| None),
        })?;
        self.inner.extend(inner.map(|inner| (self.entries.len(), inner)));
        self.entries.push((name, value));
        Some(true)
    }
}

/// Reads an object one level deep; nothing where it has more names than these.
fn flat<'a>(scanner: &mut Scanner<'a>, most: usize) -> Option<Option<Vec<Entry<'a>>>> {
    let mut entries = Vec::with_capacity(scanner.usual.inner);
    let is_whole = members(scanner, |scanner, name| {
        let (value, ()) = scanner.value(Scanner::skip)?;
        let has_room = entries.len() < most;
        if has_room {
            entries.push((name, value));
        }
        Some(has_room)
    })?;
    scanner.usual.inner = entries.len();
    Some(is_whole.then_some(entries))
}

fn list<'a>(scanner: &mut Scanner<'a>) -> Option<List<'a>> {
    let mut list = List { items: Vec::new(), length: 0 };
    if !scanner.take(b'[') {
        return other(scanner, "a list");
    }
    if scanner.take(b']') {
        return Some(list);
    }
    loop {
        list.length += 1;
        if list.length > limits::EVENTS_A_REQUEST {
            scanner.skip()?;
        } else {
            let (text, object) = scanner.value(|scanner| match scanner.peek() {
                Some(b'{') => Some(object(scanner)?.ok_or_else(|| Error(too_many()))),
                _ => scanner.skip().map(|()| Err(Error("an event must be an object".to_owned()))),
            })?;
            list.items.push(Item { text, object });
        }
        if !scanner.is_followed(b']')? {
            return Some(list);
        }
    }
}
