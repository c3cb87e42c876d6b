//! Rules about rows, as a filter that every question about events is asked with.

use analytics_model::{Condition, Filter, Operator};

use super::{Access, RowRule, access::Asked};

impl Access {
    /// Returns the filter for the rows on which they may do something; none where on all.
    pub(crate) fn rows_filter(&self, asked: &Asked) -> Option<Filter> {
        let all_of = |rules: &[RowRule]| Filter::And { and: rules.iter().map(condition).collect() };
        self.rows(asked).map(|lists| Filter::Or { or: lists.into_iter().map(all_of).collect() })
    }
}

/// A row without the property has none of the values, and stays hidden.
fn condition(rule: &RowRule) -> Filter {
    // A rule without a value lets nothing through; the compiler of filters would refuse it.
    if rule.values.is_empty() {
        return Filter::Or { or: Vec::new() };
    }
    Filter::Condition(Condition {
        property: rule.property.clone(),
        operator: Operator::Is,
        values: rule.values.clone(),
    })
}
