//! The formula language.

use proptest::prelude::*;

use crate::formula::Formula;

fn evaluated(expression: &str, series: &[Option<f64>]) -> Option<f64> {
    Formula::parse(expression, series.len()).expect("a formula").evaluate(series)
}

fn refused(expression: &str) -> String {
    Formula::parse(expression, 2).expect_err("no formula").to_string()
}

#[test]
fn products_bind_before_sums_and_both_from_the_left() {
    let series = [Some(8.0), Some(2.0)];
    for (expression, wanted) in [
        ("A", 8.0),
        ("A / B * 100", 400.0),
        ("A - B - 1", 5.0),
        ("A / B / 2", 2.0),
        ("1 + A * B", 17.0),
        ("(1 + A) * B", 18.0),
        ("-A + B", -6.0),
        ("A * -B", -16.0),
        ("--A", 8.0),
        ("-(A - B)", -6.0),
        (" 1.5*A ", 12.0),
        (".5*A", 4.0),
    ] {
        assert_eq!(evaluated(expression, &series), Some(wanted), "{expression}");
    }
}

#[test]
fn no_value_in_or_division_by_zero_give_no_value() {
    assert_eq!(evaluated("A + 1", &[None]), None);
    assert_eq!(evaluated("A * 0", &[None]), None);
    assert_eq!(evaluated("1 / A", &[Some(0.0)]), None);
    assert_eq!(evaluated("A / A", &[Some(0.0)]), None);
    assert_eq!(evaluated("A * A", &[Some(1e300)]), None);
    assert_eq!(evaluated("A - A + 0 * -1", &[Some(1.0)]).map(f64::is_sign_positive), Some(true));
}

#[test]
fn mistakes_are_shown_with_their_place() {
    assert_eq!(refused(""), "expected a series, a number or “(” at character 1");
    assert_eq!(refused("A +"), "expected a series, a number or “(” at character 4");
    assert_eq!(refused("A B"), "expected an operator at character 3");
    assert_eq!(refused("A / C"), "there is no series “C” at character 5");
    assert_eq!(refused("a"), "there is no series “a” at character 1");
    assert_eq!(refused("(A + B"), "expected “)” at character 7");
    assert_eq!(refused("A)"), "a “)” without its “(” at character 2");
    assert_eq!(refused("1.2.3"), "not a number at character 1");
    assert_eq!(refused("ä + A"), "there is no series “ä” at character 1");
    assert_eq!(refused("A ^ 2"), "expected an operator at character 3");
    assert_eq!(refused(&"(".repeat(60)), "nested too deep at character 52");
    assert_eq!(refused(&"-".repeat(60)), "nested too deep at character 52");
    assert_eq!(refused(&"1".repeat(501)), "at most 500 characters are allowed");
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in "[-AB+*/() .0-9x\u{e4}]{0,80}") {
        if let Ok(formula) = Formula::parse(&text, 2) {
            let value = formula.evaluate(&[Some(3.0), Some(0.0)]);
            prop_assert!(value.is_none_or(f64::is_finite));
        }
    }
}
