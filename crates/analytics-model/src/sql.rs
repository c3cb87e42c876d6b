//! SQL text with named parts: values are bound by the analytics store, never formatted into the text.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::ProjectId;

/// A ClickHouse statement and the values of its `{name:Type}` parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sql {
    /// The statement.
    pub text: String,
    /// The bound values by parameter name.
    pub values: BTreeMap<String, Value>,
}

/// Starts a statement from text written by us.
pub fn sql(text: impl Into<String>) -> Sql {
    Sql { text: text.into(), values: BTreeMap::new() }
}

impl Sql {
    /// Binds the parameter `{name:Type}`.
    #[must_use]
    pub fn bind(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }
}

/// A value for a parameter; the type stands in the statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// For `Nullable(…)` parameters.
    Null,
    /// For `String` and what is written like one.
    Text(String),
    /// For signed integers.
    Int(i64),
    /// For unsigned integers.
    UInt(u64),
    /// For `Float64`; must be finite.
    Float(f64),
    /// For `UUID`.
    Uuid(Uuid),
    /// For `Date`.
    Date(NaiveDate),
    /// For `DateTime64(3, 'UTC')`.
    Instant(DateTime<Utc>),
    /// For `Array(…)`.
    List(Vec<Value>),
}

macro_rules! from {
    ($($source:ty => $variant:ident),* $(,)?) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from!(&str => Text, String => Text, &String => Text, i64 => Int, i32 => Int, u64 => UInt, u32 => UInt, f64 => Float,
    Uuid => Uuid, NaiveDate => Date, DateTime<Utc> => Instant);

impl From<ProjectId> for Value {
    fn from(project: ProjectId) -> Self {
        Self::Uuid(project.0)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
