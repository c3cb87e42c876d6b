use proptest::prelude::*;

use super::oracle::compare;
use super::{Object, repair};
use crate::limits;

#[test]
fn lone_surrogates_are_replaced_and_pairs_kept() {
    let cases = [
        (r#""plain""#, r#""plain""#),
        (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
        (r#""\ud83d""#, r#""\ufffd""#),
        (r#""\ude00x""#, r#""\ufffdx""#),
        (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        (r#""\\ud83d""#, r#""\\ud83d""#),
        (r#""\u00e9""#, r#""\u00e9""#),
        (r#""\ud8""#, r#""\ud8""#),
    ];
    for (given, expected) in cases {
        assert_eq!(repair(given.as_bytes()), expected.as_bytes(), "{given}");
    }
}

#[test]
fn every_kind_of_value_is_read_as_others_read_it() {
    let values = [
        "null",
        "true",
        "false",
        "nul",
        "True",
        "0",
        "-0",
        "-",
        "01",
        "1.",
        ".5",
        "1.5e",
        "1e+",
        "1.5E-3",
        "+1",
        "1e999",
        r#""""#,
        r#""a"#,
        r#""12345678""#,
        r#""1234567\"9""#,
        r#""1234567\\""#,
        r#""\u00e9""#,
        r#""\u00g9""#,
        r#""\u00""#,
        r#""\x""#,
        "\"\t\"",
        "\"\u{7f}ü€𝄞\"",
        "\"ü1234567\u{1}\"",
        "[]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,2] ",
        "{}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{a:1}"#,
        r#"{"a":1 "b":2}"#,
        r#"{"a":{"b":[{"c":{}}]},"d":[[],{}]}"#,
        "[[[]]",
        "[}",
        r#"{"a":1]"#,
        r#"{"\ud800":1}"#,
        r#"{"\u0061":1,"a":2}"#,
        "",
        " ",
        "1 1",
        "\u{feff}{}",
        "[\u{a0}1]",
    ];
    for value in values {
        compare(value);
        compare(&format!(" {value}\r\n"));
        compare(&format!(r#"{{"n":{value}}}"#));
        compare(&format!(r#"{{ "batch" : [ {value} , {{"p":{value}}}] , "x" : {value} }}"#));
        compare(&format!(r#"[{{"properties":{{"a":{value},"b":1}}}},{value}]"#));
        compare(&format!(r#"{{{value}:1}}"#));
    }
}

#[test]
fn names_are_counted_on_both_levels() {
    for count in [limits::PROPERTIES, limits::PROPERTIES + 1, limits::PROPERTIES + 2] {
        let many: Vec<String> = (0..count).map(|index| format!(r#""p{index}":{index}"#)).collect();
        let many = many.join(",");
        compare(&format!("{{{many}}}"));
        compare(&format!(r#"{{"properties":{{{many}}},"after":1}}"#));
        compare(&format!(r#"{{"batch":[{{{many}}},{{"properties":{{{many}}}}}],{many}}}"#));
    }
}

#[test]
fn how_deep_it_is_matters_to_nobody_here() {
    let deep = 200_000;
    compare(&format!(r#"{{"a":{}{}}}"#, "[".repeat(deep), "]".repeat(deep)));
    compare(&format!(r#"{{"a":{}{}}}"#, "[".repeat(deep), "]".repeat(deep - 1)));
    compare(&format!(r#"{{"a":{}1{}}}"#, r#"{"b":"#.repeat(deep), "}".repeat(deep)));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let cases = [
        (r#"{"a":1,}"#, "key must be a string at line 1 column 8"),
        (r#"{"a":"#, "EOF while parsing a value at line 1 column 5"),
        ("[]", "a list, expected an object"),
        ("7", "a number, expected an object"),
        (r#"{"\ud800":1}"#, "a name is no text: unexpected end of hex escape at line 1 column 8"),
    ];
    for (text, expected) in cases {
        assert_eq!(Object::read(text).unwrap_err().to_string(), expected, "{text}");
    }
}

/// JSON of all kinds, two or more levels deep.
fn json() -> impl Strategy<Value = String> {
    let text = prop_oneof!["[a-c]{0,3}", r#"([ -~]|\\["\\/bfnrt]|\\u00e9|ü){0,20}"#.prop_map(fit)]
        .prop_map(|text| format!("\"{text}\""));
    let leaf = prop_oneof![
        text.clone(),
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<f64>().prop_filter("a number", |value| value.is_finite()).prop_map(|value| format!("{value:e}")),
        any::<i64>().prop_map(|value| value.to_string()),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let space = prop_oneof![Just(""), Just(" "), Just("\n\t")];
        let member = (text.clone(), space, inner.clone())
            .prop_map(|(name, space, value)| format!("{name}{space}:{space}{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// Leaves out what would end a string early.
fn fit(text: String) -> String {
    let is_fit = serde_json::from_str::<String>(&format!("\"{text}\"")).is_ok();
    if is_fit { text } else { text.replace(['"', '\\'], "") }
}

proptest! {
    #[test]
    fn json_is_read_as_others_read_it(text in json()) {
        compare(&text);
    }

    #[test]
    fn nearly_json_is_read_as_others_read_it(text in json(), place in any::<prop::sample::Index>(), put in "[\\[\\]{}:,\"\\\\ 0-9eE.tn\u{1}-]?") {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[place.index(places.len())];
        let end = place + text[place..].chars().next().map_or(0, char::len_utf8);
        compare(&format!("{}{put}{}", &text[..place], &text[end..]));
        compare(&format!("{}{put}{}", &text[..place], &text[place..]));
    }
}
