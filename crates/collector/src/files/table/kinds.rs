//! What kind a column is of, by all its values: a value is a number or a boolean only where every value of its column
//! is one, none is quoted, and each would be written back as it stands.

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
}

impl Kind {
    /// Returns the kind of a value that stands without quotes.
    pub(super) fn of(value: &[u8]) -> Self {
        match value {
            b"true" | b"false" => Self::Boolean,
            _ if is_number(value) => Self::Number,
            _ => Self::Text,
        }
    }
}

/// What is known of a column so far; nothing, until it has a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen(Option<Kind>);

impl Seen {
    /// Looks at a value; `is_quoted` ones are text, and of an empty one without quotes there is none.
    pub(super) fn see(&mut self, value: &[u8], is_quoted: bool) {
        if self.0 == Some(Kind::Text) || (value.is_empty() && !is_quoted) {
            return;
        }
        let kind = if is_quoted { Kind::Text } else { Kind::of(value) };
        self.0 = Some(if self.0.is_none_or(|known| known == kind) { kind } else { Kind::Text });
    }

    pub(super) fn kind(self) -> Kind {
        self.0.unwrap_or(Kind::Text)
    }
}

/// The largest integer up to which all are held exactly by everything that reads numbers, a browser too.
const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// What is smaller is written with an exponent by some.
const SMALLEST_PLAIN: f64 = 1e-5;

/// Tells whether a number writes this text back: the shortest decimal of a double, without exponent, sign of plus,
/// zeros that say nothing, or a negative zero.
fn is_number(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, fraction)) = digits.split_once('.') else {
        let is_plain = is_whole(digits) && (digits != "0" || text == "0");
        return is_plain && digits.parse::<u64>().is_ok_and(|number| number <= LARGEST_EXACT);
    };
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit()) && !fraction.ends_with('0');
    // 25 digits hold any double that is written so; a longer text is none.
    is_whole(whole)
        && !fraction.is_empty()
        && is_fraction
        && text.len() <= 32
        && text.parse::<f64>().is_ok_and(|number| number.to_string() == text && number.abs() >= SMALLEST_PLAIN)
}

fn is_whole(digits: &str) -> bool {
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_what_it_would_write_back() {
        for text in ["0", "7", "-7", "42", "9007199254740991", "-9007199254740991", "0.5", "-0.25", "1.4", "19.99"] {
            assert_eq!(Kind::of(text.as_bytes()), Kind::Number, "{text}");
        }
        for text in [
            "1.40",
            "007",
            "00",
            "01.5",
            "1234e56",
            "1e5",
            "1E5",
            "1.5e3",
            "+5",
            "-0",
            "-0.0",
            "0.0",
            "1.0",
            ".5",
            "5.",
            "NaN",
            "nan",
            "Infinity",
            "-Infinity",
            "inf",
            "0x10",
            "0b1",
            "1_000",
            "1,000",
            "1.000,5",
            "1 000",
            " 5",
            "5 ",
            "12345678901234567890",
            "9007199254740992",
            "9007199254740993",
            "1234567890123456789",
            "9007199254740993.5",
            "11.1185215319441471",
            "0.000001",
            "0.1000000000000000055",
            "--5",
            "-",
            ".",
            "1.2.3",
            "5%",
            "$5",
            "(5)",
            "5-",
            "٣",
            "TRUE",
            "True",
            "yes",
            "null",
            "NULL",
            "N/A",
            "",
        ] {
            assert_eq!(Kind::of(text.as_bytes()), Kind::Text, "{text}");
        }
        assert_eq!((Kind::of(b"true"), Kind::of(b"false")), (Kind::Boolean, Kind::Boolean));
    }

    #[test]
    fn one_value_decides_for_its_column() {
        let kind = |values: &[(&str, bool)]| {
            let mut seen = Seen::default();
            values.iter().for_each(|(value, is_quoted)| seen.see(value.as_bytes(), *is_quoted));
            seen.kind()
        };
        assert_eq!(kind(&[("1", false), ("", false), ("2.5", false)]), Kind::Number);
        assert_eq!(kind(&[("1", false), ("1.40", false)]), Kind::Text);
        assert_eq!(kind(&[("1", false), ("2", true)]), Kind::Text);
        assert_eq!(kind(&[("1", false), ("", true)]), Kind::Text);
        assert_eq!(kind(&[("1", false), ("true", false)]), Kind::Text);
        assert_eq!(kind(&[("true", false), ("false", false)]), Kind::Boolean);
        assert_eq!(kind(&[]), Kind::Text);
    }

    proptest! {
        #[test]
        fn what_is_a_number_is_the_same_once_written(text in "-?[0-9]{0,20}(\\.[0-9]{0,18})?(e[0-9]{1,3})?") {
            if Kind::of(text.as_bytes()) == Kind::Number {
                prop_assert_eq!(text.parse::<f64>().unwrap().to_string(), text.clone());
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(value.to_string(), text);
            }
        }
    }
}
