//! Objects one level deep, and lists of them.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::limits;

/// A name and its value.
pub(crate) type Entry<'a> = (Cow<'a, str>, &'a RawValue);

/// An object's names and values in the order they came.
pub(crate) struct Object<'a>(pub(crate) Vec<Entry<'a>>);

/// One of a list: an object, or what can't be used as one.
pub(crate) enum Item<'a> {
    Object(Object<'a>),
    /// It has more names than an object may have.
    TooMany,
    NoObject,
}

/// How many names an object may have, one more than is allowed so that it can be told; reading on would only fill the
/// memory with what is refused later.
const MOST: usize = limits::PROPERTIES + 1;

pub(crate) fn too_many() -> String {
    format!("more than {} names in one object", limits::PROPERTIES)
}

/// Returns an object's entries; nothing where there are more than `most`, in which case it is read no further.
fn entries_of<'de, A: MapAccess<'de>>(map: &mut A, most: usize) -> Result<Option<Object<'de>>, A::Error> {
    let mut entries = Vec::with_capacity(16);
    while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
        if entries.len() == most {
            return Ok(None);
        }
        entries.push((name, value));
    }
    Ok(Some(Object(entries)))
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                entries_of(&mut map, MOST)?.ok_or_else(|| A::Error::custom(too_many()))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Item<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Item<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                if let Some(object) = entries_of(&mut map, MOST)? {
                    return Ok(Item::Object(object));
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Item::TooMany)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Item::NoObject)
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// A list of bounded length.
pub(crate) struct List<'a> {
    /// The first of it, as many as one request may have events.
    pub(crate) items: Vec<Item<'a>>,
    /// How many there are.
    pub(crate) length: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for List<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;

        impl<'de> Visitor<'de> for Items {
            type Value = List<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while items.len() < limits::EVENTS_A_REQUEST {
                    let Some(item) = list.next_element()? else { break };
                    items.push(item);
                }
                let mut length = items.len();
                while list.next_element::<IgnoredAny>()?.is_some() {
                    length += 1;
                }
                Ok(List { items, length })
            }
        }

        deserializer.deserialize_seq(Items)
    }
}

/// An object with a list among its values.
pub(crate) struct Around<'a> {
    pub(crate) list: Option<List<'a>>,
    /// All other entries.
    pub(crate) others: Object<'a>,
}

impl<'a> Around<'a> {
    /// Reads an object; what stands under this name must be a list, or null, which counts as nothing.
    pub(crate) fn read(text: &'a str, name: &str) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let around = deserializer.deserialize_map(AroundListOf(name))?;
        deserializer.end()?;
        Ok(around)
    }
}

struct AroundListOf<'n>(&'n str);

impl<'de> Visitor<'de> for AroundListOf<'_> {
    type Value = Around<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut list, mut others) = (None, Vec::with_capacity(16));
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            if name == self.0 {
                list = map.next_value::<Option<List<'de>>>()?;
            } else if others.len() == MOST {
                return Err(A::Error::custom(too_many()));
            } else {
                others.push((name, map.next_value()?));
            }
        }
        Ok(Around { list, others: Object(others) })
    }
}

impl<'a> Object<'a> {
    /// Returns the value of a name; of a name given twice the last.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// A name, borrowed unless it holds an escape.
#[derive(Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// Returns the names and values of an object that was read before; nothing of anything else.
pub(crate) fn entries(text: &str) -> Vec<Entry<'_>> {
    struct All;

    impl<'de> Visitor<'de> for All {
        type Value = Vec<Entry<'de>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            // What was kept holds some names of ours beside those that are counted.
            Ok(entries_of(&mut map, usize::MAX)?.map(|object| object.0).unwrap_or_default())
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(All).unwrap_or_default()
}
