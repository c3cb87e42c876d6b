//! Where somebody goes once they are signed in: a place of this page, never an address of somebody else.

use percent_encoding::percent_decode_str;
use url::Url;

/// Longer ones are no place of the page.
const MOST_BYTES: usize = 2000;

/// Returns where to go on, if that is a path of this page; browsers read `//`, `/\` and blanks as other hosts.
pub(super) fn safe_next(wanted: &str) -> Option<String> {
    let mut text = wanted.to_owned();
    // What somebody decodes once more than they should must not become another address.
    for _ in 0..3 {
        if !is_path(&text) {
            return None;
        }
        text = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
    }
    let base = Url::parse("https://here.invalid/").ok()?;
    let there = base.join(wanted).ok()?;
    (there.origin() == base.origin()).then(|| wanted.to_owned())
}

fn is_path(text: &str) -> bool {
    let clean = text.len() <= MOST_BYTES && !text.chars().any(|letter| letter.is_control() || letter == '\\');
    clean && text.starts_with('/') && !text.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn places_of_the_page_are_kept() {
        for path in ["/", "/p/1/explore?range=7d&by=plan#chart", "/p/a%20b", "/search?q=a//b", "/q?at=%2Fp%2F1"] {
            assert_eq!(safe_next(path).as_deref(), Some(path));
        }
    }

    // Attack 17.
    #[test]
    fn addresses_of_others_are_not() {
        let foreign = [
            "",
            "p",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/\n/evil.example",
            "/\u{0}/evil.example",
            "%2F%2Fevil.example",
            "/%2Fevil.example",
            "/%5Cevil.example",
            "/%09/evil.example",
            "%09//evil.example",
            "/%252Fevil.example",
            "/%255Cevil.example",
            "javascript:alert(1)",
            "/%ff",
            "@evil.example",
        ];
        for text in foreign {
            assert_eq!(safe_next(text), None, "{text:?}");
        }
        assert_eq!(safe_next(&format!("/{}", "a".repeat(3000))), None);
    }
}
