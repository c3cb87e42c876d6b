//! What the calls of Segment's libraries become.

use std::borrow::Cow;

use super::context::Context;
use crate::json::{self, Json, List, Object};
use crate::properties::quoted;
use crate::{Incoming, Properties, Rejection};

/// The type of the groups of `group`, which names none.
const GROUP: &str = "company";

/// What a call says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Something happened.
    Track,
    /// Who somebody is.
    Identify,
    /// A page was seen.
    Page,
    /// A screen of an app was seen.
    Screen,
    /// Somebody belongs to a group.
    Group,
    /// Two ids are one person.
    Alias,
    /// The same, as RudderStack says it.
    Merge,
}

impl Call {
    /// Returns the call of a name in full, or as browsers shorten it in a path.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "track" | "t" => Self::Track,
            "identify" | "i" => Self::Identify,
            "page" | "p" => Self::Page,
            "screen" | "s" => Self::Screen,
            "group" | "g" => Self::Group,
            "alias" | "a" => Self::Alias,
            "merge" => Self::Merge,
            _ => return None,
        })
    }
}

/// A call as it is sent; every field may hold anything.
#[derive(Clone, Copy)]
pub(super) struct Item<'o, 'a>(pub(super) &'o Object<'a>);

impl<'a> Item<'_, 'a> {
    /// Returns what a field says; null is nothing.
    pub(super) fn get(self, name: &str) -> Option<Json<'a>> {
        self.0.value(name)
    }

    /// Returns the event that a call is.
    pub(super) fn incoming(self, call: Call, mut context: Context<'a>) -> Result<Incoming, Rejection> {
        let (user, anonymous) = (id(self.get("userId")), id(self.get("anonymousId")));
        let mut own = self.get("properties");
        let mut set = context.traits.take();
        let event = match call {
            Call::Track => id(self.get("event"))
                .ok_or_else(|| Rejection::field("event_missing", "event", "the event's name is missing"))?,
            Call::Identify => {
                set = self.get("traits").or(set);
                Cow::Borrowed("$identify")
            }
            Call::Page | Call::Screen => {
                if let Some(own) = own.filter(|_| call == Call::Page) {
                    context.read_page(own)?;
                }
                for (name, value) in [("name", self.get("name")), ("category", self.get("category"))] {
                    if let Some(value) = value {
                        context.say(name, value.get());
                    }
                }
                if let Some(name) = self.get("name").filter(|_| call == Call::Screen) {
                    context.say("$screen_name", name.get());
                }
                Cow::Borrowed(if call == Call::Page { "$pageview" } else { "$screen" })
            }
            Call::Group => {
                self.group(&mut context)?;
                (own, set) = (None, None);
                Cow::Borrowed("$groupidentify")
            }
            Call::Alias | Call::Merge => return self.alias(call, context),
        };
        let who = user.clone().or(anonymous.clone()).ok_or_else(|| {
            Rejection::field("distinct_id_missing", "userId", "who did it is missing: userId or anonymousId")
        })?;
        if let (Some(user), Some(anonymous)) = (&user, &anonymous)
            && user != anonymous
        {
            let name = if call == Call::Identify { "$anon_distinct_id" } else { "$anonymous_id" };
            context.say(name, quoted(anonymous));
        }
        if let Some(group) = context.group.take() {
            context.say("$groups", format!("{{{}:{}}}", quoted(GROUP), quoted(&group)));
        }
        let mut incoming = Incoming::new(event, who);
        let set = set.map(|traits| Properties::parse_field("traits", traits.get())).transpose()?;
        incoming.set = set.filter(|set| call == Call::Identify || !set.is_empty());
        context.end(&mut incoming, own)?;
        Ok(incoming)
    }

    fn group(self, context: &mut Context<'a>) -> Result<(), Rejection> {
        let group = id(self.get("groupId"))
            .ok_or_else(|| Rejection::field("group_missing", "groupId", "which group is missing: groupId"))?;
        context.say("$group_type", quoted(GROUP));
        context.say("$group_key", quoted(&group));
        context.group = Some(group);
        if let Some(traits) = self.get("traits") {
            Properties::parse_field("traits", traits.get())?;
            context.say("$group_set", traits.get());
        }
        Ok(())
    }

    fn alias(self, call: Call, mut context: Context<'a>) -> Result<Incoming, Rejection> {
        let (user, previous) = self.two_ids(call)?;
        context.say("distinct_id", quoted(&user));
        context.say("alias", quoted(&previous));
        let mut incoming = Incoming::new("$create_alias", user);
        context.end(&mut incoming, None)?;
        Ok(incoming)
    }

    /// The id that stays, and the one that was used before.
    fn two_ids(self, call: Call) -> Result<(Cow<'a, str>, Cow<'a, str>), Rejection> {
        if call == Call::Merge {
            let reason = "two objects with type and value are needed";
            let wrong = || Rejection::field("merge_invalid", "mergeProperties", reason);
            let list = self.get("mergeProperties").and_then(|list| List::read(list.get()).ok()).ok_or_else(wrong)?;
            let value = |item: &json::Item<'a>| item.object.as_ref().ok().and_then(|object| id(object.value("value")));
            let [first, second] = &list.items[..] else { return Err(wrong()) };
            return Ok((value(first).ok_or_else(wrong)?, value(second).ok_or_else(wrong)?));
        }
        let user = id(self.get("userId"))
            .ok_or_else(|| Rejection::field("distinct_id_missing", "userId", "the new id is missing: userId"))?;
        let previous = id(self.get("previousId")).or_else(|| id(self.get("anonymousId"))).ok_or_else(|| {
            Rejection::field("alias_missing", "previousId", "the id used before is missing: previousId")
        })?;
        Ok((user, previous))
    }
}

/// Returns an id or name, which may be a number; an empty one is none.
fn id(value: Option<Json<'_>>) -> Option<Cow<'_, str>> {
    value.and_then(json::scalar).filter(|text| !text.trim().is_empty())
}
