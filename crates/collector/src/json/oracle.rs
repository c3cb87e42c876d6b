//! What `serde_json` finds in the same text: the measure of our own reader, for tests and fuzzing alone.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::objects::{MOST, Name};
use super::{Around, Entry, List, Object, entries};

/// All names and values of an object.
struct Members<'a>(Vec<(Name<'a>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(All)
    }
}

/// Reads a text both ways, as all that it may be; panics where they differ.
pub(crate) fn compare(text: &str) {
    let object = expected_object(text);
    match (Object::read(text), &object) {
        (Ok(read), Some(members)) => same_object(&read, members),
        (Err(_), None) => {}
        (Ok(_), None) => panic!("an object that is none: {text:?}"),
        (Err(error), Some(_)) => panic!("no object: {error}: {text:?}"),
    }
    let Some(Members(members)) = flat(text) else {
        let list = serde_json::from_str::<Vec<&RawValue>>(text).ok();
        match (List::read(text), list.filter(|items| items.iter().all(|item| is_readable(item)))) {
            (Ok(read), Some(items)) => same_list(&read, &items),
            (Err(_), None) => {}
            (read, expected) => panic!("{} as a list of {expected:?}: {text:?}", read.is_ok()),
        }
        return;
    };
    same_entries(&entries(text), &members);
    // Whatever name stands first is that of the list.
    let Some((Name(name), _)) = members.first() else { return };
    let mut lists = members.iter().filter(|(known, _)| known.0 == *name).map(|(_, value)| value.get());
    let are_lists = lists.clone().all(|list| match list {
        "null" => true,
        list => {
            serde_json::from_str::<Vec<&RawValue>>(list).is_ok_and(|items| items.iter().all(|item| is_readable(item)))
        }
    });
    let others: Vec<_> = members.iter().filter(|(known, _)| known.0 != *name).collect();
    let is_read = are_lists && others.len() <= MOST && others.iter().all(|(_, value)| is_readable(value));
    let around = Around::read(text, name).ok();
    assert_eq!(around.is_some(), is_read, "around {name:?}: {text:?}");
    let Some(around) = around else { return };
    assert_eq!(around.others.entries.len(), others.len());
    match (&around.list, lists.next_back().filter(|list| *list != "null")) {
        (Some(read), Some(list)) => same_list(read, &serde_json::from_str::<Vec<&RawValue>>(list).unwrap_or_default()),
        (None, None) => {}
        _ => panic!("the list of {name:?}: {text:?}"),
    }
}

fn flat(text: &str) -> Option<Members<'_>> {
    serde_json::from_str(text).ok()
}

/// Names are read two levels deep.
fn is_readable(value: &RawValue) -> bool {
    let is_object = value.get().starts_with('{');
    !is_object || flat(value.get()).is_some_and(|members| members.0.iter().all(|(_, value)| is_flat(value)))
}

fn is_flat(value: &RawValue) -> bool {
    !value.get().starts_with('{') || flat(value.get()).is_some()
}

fn expected_object(text: &str) -> Option<Members<'_>> {
    flat(text).filter(|members| members.0.len() <= MOST && members.0.iter().all(|(_, value)| is_flat(value)))
}

fn same_object(read: &Object<'_>, members: &Members<'_>) {
    same_entries(&read.entries, &members.0);
    for (place, (_, value)) in members.0.iter().enumerate() {
        let expected = flat(value.get()).filter(|inner| inner.0.len() <= MOST);
        assert_eq!(read.inner(place).is_some(), expected.is_some());
        if let (Some(entries), Some(inner)) = (read.inner(place), expected) {
            same_entries(entries, &inner.0);
        }
    }
}

fn same_list(read: &List<'_>, items: &[&RawValue]) {
    assert_eq!(read.length, items.len());
    for (read, item) in read.items.iter().zip(items) {
        assert_eq!(read.text.get(), item.get());
        let expected = flat(item.get()).filter(|members| members.0.len() <= MOST);
        assert_eq!(read.object.is_ok(), expected.is_some(), "{item}");
        if let (Ok(read), Some(members)) = (&read.object, &expected) {
            same_object(read, members);
        }
    }
}

fn same_entries(read: &[Entry<'_>], members: &[(Name<'_>, &RawValue)]) {
    let read = read.iter().map(|(name, value)| (name.as_ref(), value.get()));
    assert!(read.eq(members.iter().map(|(Name(name), value)| (name.as_ref(), value.get()))));
}
