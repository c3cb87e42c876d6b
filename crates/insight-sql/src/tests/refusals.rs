//! What is refused, and which field is named.

use serde_json::{Value, json};

use super::{compiled, question};

/// Returns the error's text and code.
fn refused(part: Value) -> (String, &'static str) {
    match compiled(question(part)) {
        Ok(compiled) => panic!("accepted: {}", compiled.statements()[0].text),
        Err(error @ crate::Error::Field { .. }) => {
            let crate::Error::Field { reason, .. } = &error else { panic!("a field") };
            (error.to_string(), reason.code())
        }
        Err(other) => panic!("{other}"),
    }
}

fn condition(operator: &str, values: &[&str]) -> Value {
    json!({ "property": "plan", "operator": operator, "values": values })
}

#[test]
fn series_must_be_one_to_ten_and_named() {
    assert_eq!(refused(json!({ "series": [] })), ("series: must not be empty".into(), "empty"));
    let count = json!({ "measure": { "kind": "count" } });
    let eleven = vec![count.clone(); 11];
    assert_eq!(refused(json!({ "series": eleven })), ("series: at most 10 series are allowed".into(), "too_many"));
    let unnamed = json!([count, { "event": "", "measure": { "kind": "count" } }]);
    assert_eq!(refused(json!({ "series": unnamed })).0, "series[1].event: must not be empty");
    let measure = json!([{ "measure": { "kind": "sum", "property": "" } }]);
    assert_eq!(refused(json!({ "series": measure })).0, "series[0].measure.property: must not be empty");
}

#[test]
fn conditions_name_the_value_that_is_wrong() {
    let filter = |filter: Value| refused(json!({ "filter": filter }));
    assert_eq!(
        filter(condition("is", &[])),
        ("filter.values: this operator takes at least one value".into(), "value_count")
    );
    assert_eq!(filter(condition("is_set", &["x"])).0, "filter.values: this operator takes no value");
    assert_eq!(filter(condition("at_most", &["1", "2"])).0, "filter.values: this operator takes exactly one value");
    for not_a_number in ["", "abc", "NaN", "inf", "1,5", "0x10"] {
        let (text, code) = filter(json!({ "and": [condition("at_most", &[not_a_number])] }));
        assert_eq!(code, "not_a_number", "{not_a_number}");
        assert_eq!(text, format!("filter.and[0].values[0]: “{not_a_number}” is not a number"));
    }
    for operator in ["contains", "not_contains", "starts_with", "matches", "not_matches"] {
        let (text, _) = filter(json!({ "or": [condition(operator, &["x", ""])] }));
        assert_eq!(text, "filter.or[0].values[1]: must not be empty", "{operator}");
    }
    let unnamed = json!({ "property": "", "operator": "is_set" });
    assert_eq!(filter(unnamed).0, "filter.property: must not be empty");
}

#[test]
fn filters_are_of_limited_size() {
    let deep = (0..11).fold(condition("is_set", &[]), |inner, _| json!({ "and": [inner] }));
    let (text, code) = refused(json!({ "filter": deep }));
    assert!(text.ends_with("and[0]: at most 10 levels of and/or are allowed"), "{text}");
    assert_eq!(code, "too_many");

    // All filters of a question together.
    let half = json!({ "or": vec![condition("is_set", &[]); 51] });
    let series = json!([{ "measure": { "kind": "count" }, "filter": half }]);
    let text = refused(json!({ "series": series, "filter": half })).0;
    assert_eq!(text, "filter.or[49]: at most 100 conditions are allowed");

    let text = refused(json!({ "filter": condition("is", &vec!["x"; 1_001]) })).0;
    assert_eq!(text, "filter.values: at most 1000 values are allowed");
    let text = refused(json!({ "filter": condition("matches", &vec!["x"; 51]) })).0;
    assert_eq!(text, "filter.values: at most 50 regular expressions are allowed");
}

#[test]
fn all_values_of_a_question_together_are_limited() {
    let asked = |operator: &str, conditions: usize| {
        // Half of them stand in a series, half in the filter of all.
        let half = json!({ "and": vec![condition(operator, &vec!["x"; 1_000]); conditions / 2] });
        let series = json!([{ "measure": { "kind": "count" }, "filter": half }]);
        refused(json!({ "series": series, "filter": half }))
    };
    let (text, code) = asked("is", 90);
    assert_eq!(text, "series[0].filter.and[10].values: at most 10000 values in all filters together are allowed");
    assert_eq!(code, "too_many");
    let (text, _) = asked("contains", 4);
    assert_eq!(text, "filter.and[0].values: at most 2000 texts to look for in all filters together are allowed");
}

#[test]
fn a_filter_that_is_just_within_the_limits_is_accepted() {
    let deep = (0..10).fold(condition("is_set", &[]), |inner, _| json!({ "or": [inner] }));
    assert!(compiled(question(json!({ "filter": deep }))).is_ok());
    let wide = vec![condition("is", &vec!["x"; 1_000]); 10];
    assert!(compiled(question(json!({ "filter": { "and": wide } }))).is_ok());
    let searching = vec![condition("contains", &vec!["x"; 1_000]), condition("starts_with", &vec!["x"; 1_000])];
    assert!(compiled(question(json!({ "filter": { "and": searching } }))).is_ok());
}

#[test]
fn a_regular_expression_that_ends_in_half_an_escape_is_refused() {
    for pattern in ["\\", "a\\", "a\\\\\\"] {
        let (_, code) = refused(json!({ "filter": condition("matches", &[pattern]) }));
        assert_eq!(code, "bad_regex", "{pattern}");
    }
    assert!(compiled(question(json!({ "filter": condition("matches", &["a\\\\"]) }))).is_ok());
}

#[test]
fn ranges_are_refused_at_the_part_that_is_wrong() {
    let range = |range: Value| refused(json!({ "range": range }));
    let zero = json!({ "kind": "last", "count": 0, "unit": "day" });
    assert_eq!(range(zero), ("range.count: must be 1 to 3660".into(), "out_of_range"));
    let backwards = json!({ "kind": "dates", "from": "2026-02-02", "to": "2026-02-01" });
    assert_eq!(range(backwards).1, "backwards");
    let ancient = json!({ "kind": "dates", "from": "1899-12-31", "to": "2026-02-01" });
    assert_eq!(range(ancient).1, "out_of_range");
    let hours = json!({ "range": { "kind": "last", "count": 3_000, "unit": "day" }, "interval": "hour" });
    assert_eq!(
        refused(hours),
        ("interval: the range has more than 10000 buckets: choose a longer interval".into(), "too_many")
    );
    let all = json!({ "range": { "kind": "all" }, "compare": "previous_period" });
    assert_eq!(refused(all), ("compare: a range over all time has no period before it".into(), "nothing_before"));
}

#[test]
fn breakdowns_have_at_most_a_hundred_lines_and_answers_a_million_values() {
    for limit in [0, 101] {
        let (text, code) = refused(json!({ "breakdown": { "property": "$country", "limit": limit } }));
        assert_eq!((text.as_str(), code), ("breakdown.limit: must be 1 to 100", "out_of_range"));
    }
    let huge = json!({
        "series": vec![json!({ "measure": { "kind": "count" } }); 10],
        "range": { "kind": "last", "count": 60, "unit": "day" },
        "interval": "hour",
        "breakdown": { "property": "$country", "limit": 100 },
    });
    assert_eq!(refused(huge).1, "too_many");
}

#[test]
fn formulas_name_series_that_exist() {
    let formula = |expression: &str| refused(json!({ "formulas": [{ "expression": expression }] }));
    let (text, code) = formula("A / B");
    assert_eq!(text, "formulas[0].expression: there is no series “B” at character 5");
    assert_eq!(code, "bad_formula");
    let six = vec![json!({ "expression": "A" }); 6];
    assert_eq!(refused(json!({ "formulas": six })).1, "too_many");
}
