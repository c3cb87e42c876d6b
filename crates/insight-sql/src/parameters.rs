//! The bound values of one statement, and the names of the expressions over them: text goes into `{name:Type}`
//! parameters, never into the SQL.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use analytics_model::{Sql, Value, sql};

use crate::property::{OF_SESSIONS, OfSession, PropertyColumns};

/// Collects values and hands out the placeholders that stand for them.
#[derive(Default)]
pub(crate) struct Parameters {
    values: BTreeMap<String, Value>,
    /// Placeholders of property names: one for each, so that equal expressions look equal.
    properties: BTreeMap<String, String>,
    /// Names and expressions, each of which may use those before it.
    named: Vec<(String, String)>,
    /// Whether expressions stand where they are used, instead of under names.
    inline: bool,
    /// Whether properties of sessions can be asked for.
    knows_sessions: bool,
    /// Properties that were given columns.
    columns: Arc<PropertyColumns>,
    /// Properties that are asked for and have no column by themselves.
    asked: BTreeSet<String>,
}

impl Parameters {
    /// Returns parameters for statements that have no place for names of expressions.
    pub(crate) fn inline() -> Self {
        Self { inline: true, ..Self::default() }
    }

    /// Reads these properties out of their columns.
    pub(crate) fn with_columns(self, columns: Arc<PropertyColumns>) -> Self {
        Self { columns, ..self }
    }

    /// Returns the property of sessions with this name: only questions know sessions, so in what restricts somebody to
    /// some rows such a name is an event's own property.
    pub(crate) fn of_session(&self, property: &str) -> Option<&'static OfSession> {
        OF_SESSIONS.iter().find(|known| self.knows_sessions && known.name == property)
    }

    /// Lets properties of sessions be asked for from now on.
    pub(crate) fn know_sessions(&mut self) {
        self.knows_sessions = true;
    }

    /// Notes that a property is asked for, and returns the column it was given, if it was given one.
    pub(crate) fn ask_for(&mut self, property: &str) -> Option<String> {
        self.asked.insert(property.to_owned());
        self.columns.find(property).map(str::to_owned)
    }

    /// Returns the properties that were asked for and have no column by themselves.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.iter().cloned().collect()
    }

    /// Binds a value under a new name.
    pub(crate) fn bind(&mut self, kind: &str, value: impl Into<Value>) -> String {
        let name = format!("value_{}", self.values.len() + 1);
        self.bind_as(&name, kind, value)
    }

    /// Binds a value under a name of ours.
    pub(crate) fn bind_as(&mut self, name: &str, kind: &str, value: impl Into<Value>) -> String {
        self.values.insert(name.to_owned(), value.into());
        format!("{{{name}:{kind}}}")
    }

    /// Binds the name of a property, once however often it is used.
    pub(crate) fn property(&mut self, name: &str) -> String {
        if let Some(known) = self.properties.get(name) {
            return known.clone();
        }
        let placeholder = self.bind("String", name);
        self.properties.insert(name.to_owned(), placeholder.clone());
        placeholder
    }

    /// Names an expression, by one name however often it is used.
    pub(crate) fn name(&mut self, kind: &str, expression: &str) -> String {
        if self.inline {
            return expression.to_owned();
        }
        if let Some((name, _)) = self.named.iter().find(|(_, known)| known == expression) {
            return name.clone();
        }
        let name = format!("{kind}_{}", self.named.len() + 1);
        self.named.push((name.clone(), expression.to_owned()));
        name
    }

    /// Returns the `with` clause for the named expressions that a select's text uses; nothing where it uses none.
    pub(crate) fn definitions(&self, used: &str) -> String {
        let mut text = used.to_owned();
        let mut definitions = Vec::new();
        for (name, expression) in self.named.iter().rev() {
            if mentions(&text, name) {
                text.push_str(expression);
                definitions.push(format!("{expression} as {name}"));
            }
        }
        definitions.reverse();
        match definitions.as_slice() {
            [] => String::new(),
            some => format!("with\n    {}\n", some.join(",\n    ")),
        }
    }

    /// Completes the statement.
    pub(crate) fn into_sql(self, text: String) -> Sql {
        Sql { values: self.values, ..sql(text) }
    }
}

/// Tells whether a text uses a name: `number_1` is not the beginning of `number_10`.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| !text[at + name.len()..].starts_with(|next: char| next.is_ascii_digit()))
}
