//! Filters as SQL conditions.

use analytics_model::{Condition, Filter, Operator};

use crate::error::{Error, Reason};
use crate::parameters::Parameters;
use crate::property::Operand;

/// How deep and/or may nest.
const MAX_DEPTH: usize = 10;

/// How many conditions the filters of one question may have: ClickHouse reads statements of 256 KiB.
const MAX_CONDITIONS: usize = 100;

/// How many values one condition may have.
const MAX_VALUES: usize = 1_000;

/// How many values the filters of one question may have in all.
const MAX_VALUES_IN_ALL: usize = 10_000;

/// How many texts to look for the filters of one question may have in all: each is looked for in each event, where
/// values that must equal are found at once.
const MAX_TEXTS_IN_ALL: usize = 2_000;

/// How many texts `multiSearchAny` looks for in one walk over a value.
const TEXTS_AT_ONCE: usize = 255;

/// How many regular expressions the filters of one question may have: each is tried on each event.
const MAX_REGEXES: usize = 50;

/// What the filters of one question have used up.
#[derive(Default)]
pub(crate) struct Used {
    conditions: usize,
    values: usize,
    texts: usize,
    /// Field and text of each regular expression: only the analytics store can check them.
    pub(crate) regexes: Vec<(String, String)>,
}

/// Compiles the filter at `field` of the definition into a condition.
pub(crate) fn compile(
    filter: &Filter,
    field: &str,
    parameters: &mut Parameters,
    used: &mut Used,
) -> Result<String, Error> {
    Conditions { parameters, used, held: None }.filter(filter, field, 1)
}

/// A filter of sessions: a condition on a session as a whole.
pub(crate) struct OfSessions {
    /// The condition; `held_1` says whether the first of `held` holds for any event of the session, and so on.
    pub(crate) condition: String,
    /// Conditions on single events.
    pub(crate) held: Vec<String>,
}

/// Compiles the filter of sessions at `field` of the definition.
pub(crate) fn compile_of_sessions(
    filter: &Filter,
    field: &str,
    parameters: &mut Parameters,
    used: &mut Used,
) -> Result<OfSessions, Error> {
    let mut conditions = Conditions { parameters, used, held: Some(Vec::new()) };
    let condition = conditions.filter(filter, field, 1)?;
    Ok(OfSessions { condition, held: conditions.held.unwrap_or_default() })
}

struct Conditions<'a> {
    parameters: &'a mut Parameters,
    used: &'a mut Used,
    /// What must hold for any event of a session, where sessions are filtered.
    held: Option<Vec<String>>,
}

impl Conditions<'_> {
    fn filter(&mut self, filter: &Filter, field: &str, depth: usize) -> Result<String, Error> {
        let is_level = !matches!(filter, Filter::Condition(_));
        if is_level && depth > MAX_DEPTH {
            return Err(Reason::TooMany { limit: MAX_DEPTH, what: "levels of and/or" }.at(field));
        }
        match filter {
            Filter::And { and } => self.join(and, &format!("{field}.and"), depth, " and ", "1"),
            Filter::Or { or } => self.join(or, &format!("{field}.or"), depth, " or ", "0"),
            Filter::Condition(condition) => self.condition(condition, field),
        }
    }

    fn join(&mut self, parts: &[Filter], field: &str, depth: usize, word: &str, none: &str) -> Result<String, Error> {
        let mut conditions = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            conditions.push(self.filter(part, &format!("{field}[{index}]"), depth + 1)?);
        }
        Ok(match conditions.as_slice() {
            [] => none.to_owned(),
            [only] => only.clone(),
            several => format!("({})", several.join(word)),
        })
    }

    fn condition(&mut self, condition: &Condition, field: &str) -> Result<String, Error> {
        self.used.conditions += 1;
        if self.used.conditions > MAX_CONDITIONS {
            return Err(Reason::TooMany { limit: MAX_CONDITIONS, what: "conditions" }.at(field));
        }
        let operand = Operand::of(&condition.property, &format!("{field}.property"), self.parameters)?;
        let values_field = format!("{field}.values");
        check_count(condition.operator, condition.values.len(), &values_field)?;
        self.count_values(condition.operator, condition.values.len(), &values_field)?;
        if self.held.is_none() || self.parameters.of_session(&condition.property).is_some() {
            return self.comparison(&operand, condition.operator, &condition.values, &values_field);
        }
        let (operator, is_denied) = affirmed(condition.operator);
        let test = self.comparison(&operand, operator, &condition.values, &values_field)?;
        let held = self.held.get_or_insert_default();
        held.push(test);
        let name = format!("held_{}", held.len());
        Ok(if is_denied { not(&name) } else { name })
    }

    fn comparison(
        &mut self,
        operand: &Operand,
        operator: Operator,
        values: &[String],
        values_field: &str,
    ) -> Result<String, Error> {
        match operator {
            Operator::Is => Ok(self.equals_any(operand, values)),
            Operator::IsNot => Ok(not(&self.equals_any(operand, values))),
            Operator::Contains => self.contains_any(operand, values, values_field),
            Operator::NotContains => self.contains_any(operand, values, values_field).map(|any| not(&any)),
            Operator::StartsWith => self.starts_with_any(operand, values, values_field),
            Operator::Matches => self.matches_any(operand, values, values_field),
            Operator::NotMatches => self.matches_any(operand, values, values_field).map(|any| not(&any)),
            Operator::GreaterThan => self.compare(operand, ">", &values[0], values_field),
            Operator::AtLeast => self.compare(operand, ">=", &values[0], values_field),
            Operator::LessThan => self.compare(operand, "<", &values[0], values_field),
            Operator::AtMost => self.compare(operand, "<=", &values[0], values_field),
            Operator::IsSet => Ok(operand.is_set()),
            Operator::IsNotSet => Ok(not(&operand.is_set())),
        }
    }

    fn count_values(&mut self, operator: Operator, count: usize, field: &str) -> Result<(), Error> {
        self.used.values += count;
        if self.used.values > MAX_VALUES_IN_ALL {
            return Err(Reason::TooMany { limit: MAX_VALUES_IN_ALL, what: "values in all filters together" }.at(field));
        }
        if matches!(operator, Operator::Contains | Operator::NotContains | Operator::StartsWith) {
            self.used.texts += count;
            if self.used.texts > MAX_TEXTS_IN_ALL {
                let what = "texts to look for in all filters together";
                return Err(Reason::TooMany { limit: MAX_TEXTS_IN_ALL, what }.at(field));
            }
        }
        Ok(())
    }

    fn equals_any(&mut self, operand: &Operand, values: &[String]) -> String {
        let text = operand.text();
        match values {
            [one] => {
                let value = self.parameters.bind("String", one);
                operand.when_set(&format!("{text} = {value}"))
            }
            several => {
                let list = self.parameters.bind("Array(String)", several.to_vec());
                operand.when_set(&format!("{text} in {list}"))
            }
        }
    }

    fn contains_any(&mut self, operand: &Operand, values: &[String], field: &str) -> Result<String, Error> {
        // Both sides in lower case: what Rust makes of the values is what ClickHouse makes of the text.
        let lower: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
        refuse_empty(&lower, field)?;
        let text = format!("lowerUTF8({})", operand.text());
        let condition = match lower.as_slice() {
            [one] => format!("position({text}, {}) > 0", self.parameters.bind("String", one)),
            several => {
                let mut groups = Vec::new();
                for group in several.chunks(TEXTS_AT_ONCE) {
                    let list = self.parameters.bind("Array(String)", group.to_vec());
                    groups.push(format!("multiSearchAny({text}, {list})"));
                }
                if groups.len() == 1 { groups.remove(0) } else { format!("({})", groups.join(" or ")) }
            }
        };
        Ok(operand.when_set(&condition))
    }

    fn starts_with_any(&mut self, operand: &Operand, values: &[String], field: &str) -> Result<String, Error> {
        refuse_empty(values, field)?;
        let text = operand.text();
        let condition = match values {
            [one] => format!("startsWith({text}, {})", self.parameters.bind("String", one)),
            several => {
                let list = self.parameters.bind("Array(String)", several.to_vec());
                format!("arrayExists(item -> startsWith({text}, item), {list})")
            }
        };
        Ok(operand.when_set(&condition))
    }

    fn matches_any(&mut self, operand: &Operand, values: &[String], field: &str) -> Result<String, Error> {
        if self.used.regexes.len() + values.len() > MAX_REGEXES {
            return Err(Reason::TooMany { limit: MAX_REGEXES, what: "regular expressions" }.at(field));
        }
        refuse_empty(values, field)?;
        let (mut tests, mut checks) = (Vec::new(), Vec::new());
        for (index, value) in values.iter().enumerate() {
            // RE2 refuses it; ClickHouse takes a pattern without other metacharacters for plain text and never asks.
            let trailing_backslashes = value.len() - value.trim_end_matches('\\').len();
            if trailing_backslashes % 2 == 1 {
                return Err(Reason::BadRegex(value.clone()).at(format!("{field}[{index}]")));
            }
            self.used.regexes.push((format!("{field}[{index}]"), value.clone()));
            let pattern = self.parameters.bind("String", value);
            tests.push(format!("match({}, {pattern})", operand.text()));
            checks.push(format!("match('', {pattern})"));
        }
        // The checks are constant and their length is never 0: they make ClickHouse refuse a bad expression always,
        // not only if it comes to try it on an event.
        Ok(operand.when_set(&format!("({}) and notEmpty([{}])", tests.join(" or "), checks.join(", "))))
    }

    fn compare(&mut self, operand: &Operand, sign: &str, value: &str, field: &str) -> Result<String, Error> {
        let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let Some(number) = number else {
            return Err(Reason::NotANumber(value.to_owned()).at(format!("{field}[0]")));
        };
        // As text: a parameter of the type Float64 loses its last digit on the way.
        let bound = self.parameters.bind("String", format!("{number:?}"));
        Ok(format!("ifNull({} {sign} toFloat64({bound}), 0)", operand.number(self.parameters)))
    }
}

/// Returns what an operator that denies denies: no event of a session may have it.
fn affirmed(operator: Operator) -> (Operator, bool) {
    match operator {
        Operator::IsNot => (Operator::Is, true),
        Operator::NotContains => (Operator::Contains, true),
        Operator::NotMatches => (Operator::Matches, true),
        Operator::IsNotSet => (Operator::IsSet, true),
        affirming => (affirming, false),
    }
}

fn not(condition: &str) -> String {
    format!("not {condition}")
}

fn check_count(operator: Operator, count: usize, field: &str) -> Result<(), Error> {
    if count > MAX_VALUES {
        return Err(Reason::TooMany { limit: MAX_VALUES, what: "values" }.at(field));
    }
    let (usable, wanted) = match operator {
        Operator::IsSet | Operator::IsNotSet => (count == 0, "no value"),
        Operator::GreaterThan | Operator::AtLeast | Operator::LessThan | Operator::AtMost => {
            (count == 1, "exactly one value")
        }
        _ => (count > 0, "at least one value"),
    };
    if usable { Ok(()) } else { Err(Reason::ValueCount(wanted).at(field)) }
}

fn refuse_empty(values: &[String], field: &str) -> Result<(), Error> {
    match values.iter().position(String::is_empty) {
        Some(index) => Err(Reason::Empty.at(format!("{field}[{index}]"))),
        None => Ok(()),
    }
}
