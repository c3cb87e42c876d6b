//! Which events count: a tree of conditions on properties.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A condition, or several joined by and/or.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, try_from = "Parts")]
pub enum Filter {
    /// Holds where every part holds; an empty list always holds.
    And {
        /// The parts.
        #[schema(no_recursion)]
        and: Vec<Filter>,
    },
    /// Holds where at least one part holds; an empty list never holds.
    Or {
        /// The parts.
        #[schema(no_recursion)]
        or: Vec<Filter>,
    },
    /// One condition on one property.
    Condition(Condition),
}

/// What a filter is read from: knowing every field, it can say what is wrong where an untagged enum can't, and a
/// filter with both `and` and `or` is refused rather than half read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    and: Option<Vec<Filter>>,
    or: Option<Vec<Filter>>,
    property: Option<String>,
    operator: Option<Operator>,
    values: Option<Vec<String>>,
}

impl TryFrom<Parts> for Filter {
    type Error = &'static str;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        match parts {
            Parts { and: Some(and), or: None, property: None, operator: None, values: None } => Ok(Self::And { and }),
            Parts { and: None, or: Some(or), property: None, operator: None, values: None } => Ok(Self::Or { or }),
            Parts { and: None, or: None, property: Some(property), operator: Some(operator), values } => {
                Ok(Self::Condition(Condition { property, operator, values: values.unwrap_or_default() }))
            }
            _ => Err("a filter has either `and`, or `or`, or `property` with `operator` and `values`"),
        }
    }
}

/// A comparison of one property with values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The property's name: `$browser`, `$pathname`, `utm_source` and the like are columns, others are looked up in
    /// the event's own properties.
    #[schema(example = "plan")]
    pub property: String,
    /// How to compare.
    pub operator: Operator,
    /// What to compare with: one value or several, of which any may match; exactly one, a number, for the operators
    /// that compare sizes; none for `is_set` and `is_not_set`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// How a property is compared. Text is compared exactly, by letter case too; numbers as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equals one of the values.
    Is,
    /// Equals none of the values; events without the property count.
    IsNot,
    /// Contains one of the values, whatever the letter case.
    Contains,
    /// Contains none of the values, whatever the letter case; events without the property count.
    NotContains,
    /// Starts with one of the values.
    StartsWith,
    /// Matches one of the regular expressions (RE2 syntax).
    Matches,
    /// Matches none of the regular expressions; events without the property count.
    NotMatches,
    /// Is a number greater than the value.
    GreaterThan,
    /// Is a number that is the value or greater.
    AtLeast,
    /// Is a number less than the value.
    LessThan,
    /// Is a number that is the value or less.
    AtMost,
    /// Is there and not null.
    IsSet,
    /// Is missing or null.
    IsNotSet,
}
