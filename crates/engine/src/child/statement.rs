//! What kind of statement a text holds: an insert whose data follows, or anything else and its output format.

use super::lexer::{Kind, Token, Tokens};

/// The shape of a statement, as far as it can be told from its beginning.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// More text is needed to tell.
    Unknown,
    /// An insert: the statement is `text[..end]`, its data is in `format` and begins at `data`.
    Insert { end: usize, format: Option<String>, data: usize },
    /// Anything else.
    Query,
}

/// Tells the shape of a text; `complete` says that nothing follows it.
pub(super) fn shape(text: &[u8], complete: bool) -> Shape {
    let unknown = if complete { Shape::Query } else { Shape::Unknown };
    let mut tokens = Tokens::new(text);
    // A word at the very end of an incomplete text may go on.
    let whole = |token: &Token| complete || token.end < text.len();
    let Some(first) = tokens.next().filter(&whole) else { return unknown };
    if !is(text, first, "insert") {
        return if first.kind == Kind::Unfinished { unknown } else { Shape::Query };
    }
    match insert(text, tokens, complete, whole) {
        Some(shape) => shape,
        None if complete => Shape::Insert { end: text.len(), format: None, data: text.len() },
        None => Shape::Unknown,
    }
}

/// Reads what follows `INSERT`; `None` where the text ends first.
fn insert(text: &[u8], mut tokens: Tokens, complete: bool, whole: impl Fn(&Token) -> bool) -> Option<Shape> {
    let mut name = tokens.next().filter(&whole)?;
    for optional in ["into", "table", "function"] {
        if is(text, name, optional) {
            name = tokens.next().filter(&whole)?;
        }
    }
    let mut depth = 0_usize;
    let mut after_dot = false;
    while let Some(token) = tokens.next().filter(&whole) {
        let is_name = std::mem::replace(&mut after_dot, text[token.start] == b'.');
        match token.kind {
            Kind::Unfinished => return complete.then_some(Shape::Query),
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Word if is_name => {}
            Kind::Word if is_any(text, token, &["select", "with", "watch", "infile"]) && depth <= 1 => {
                return Some(Shape::Query);
            }
            Kind::Word if depth == 0 && is(text, token, "values") => {
                return Some(Shape::Insert { end: token.start, format: Some("Values".into()), data: token.end });
            }
            Kind::Word if depth == 0 && is(text, token, "format") => {
                let format = tokens.next().filter(&whole)?;
                let data = data_start(text, format.end, complete)?;
                let name = String::from_utf8_lossy(&text[format.start..format.end]).into_owned();
                return Some(Shape::Insert { end: token.start, format: Some(name), data });
            }
            _ => {}
        }
    }
    None
}

/// Data begins after blanks and at most one line break, as ClickHouse reads it.
fn data_start(text: &[u8], mut at: usize, complete: bool) -> Option<usize> {
    while matches!(text.get(at), Some(b' ' | b'\t' | 0x0c)) {
        at += 1;
    }
    if text.get(at) == Some(&b'\r') {
        at += 1;
    }
    match text.get(at) {
        Some(b'\n') => Some(at + 1),
        Some(_) => Some(at),
        None => complete.then_some(at),
    }
}

/// The format named at the end of a query.
pub(super) fn output_format(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let tokens: Vec<Token> = Tokens::new(bytes).collect();
    let mut depth = 0_usize;
    let mut found = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Word if depth == 0 && is(bytes, *token, "format") => {
                let ends =
                    tokens.get(at + 2).is_none_or(|next| next.kind == Kind::Semicolon || is(bytes, *next, "settings"));
                found = tokens.get(at + 1).filter(|name| ends && name.kind == Kind::Word).or(found);
            }
            _ => {}
        }
    }
    found.map(|token| &text[token.start..token.end])
}

/// Whether any of `words` stands bare in the text.
pub(super) fn mentions(text: &str, words: &[&str]) -> bool {
    let bytes = text.as_bytes();
    Tokens::new(bytes).any(|token| is_any(bytes, token, words))
}

/// The query id in `KILL QUERY WHERE query_id = '…'`, and where the condition lies.
pub(super) fn kill_target(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    let bytes = text.as_bytes();
    let tokens: Vec<Token> = Tokens::new(bytes).take(6).collect();
    let [kill, query, condition, column, equals, id] = tokens.as_slice() else { return None };
    let matches = is(bytes, *kill, "kill")
        && is(bytes, *query, "query")
        && is(bytes, *condition, "where")
        && is(bytes, *column, "query_id")
        && &text[equals.start..equals.end] == "="
        && id.kind == Kind::Literal;
    let quoted = text.get(id.start + 1..id.end.saturating_sub(1))?;
    (matches && !quoted.contains(['\\', '\''])).then(|| (quoted.to_owned(), column.start..id.end))
}

fn is(text: &[u8], token: Token, word: &str) -> bool {
    token.kind == Kind::Word && text[token.start..token.end].eq_ignore_ascii_case(word.as_bytes())
}

fn is_any(text: &[u8], token: Token, words: &[&str]) -> bool {
    words.iter().any(|word| is(text, token, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert_of(text: &str) -> (&str, Option<String>, &str) {
        match shape(text.as_bytes(), true) {
            Shape::Insert { end, format, data } => (&text[..end], format, &text[data..]),
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn an_insert_is_cut_into_statement_format_and_data() {
        let csv = Some("CSV".to_owned());
        assert_eq!(insert_of("insert into t format CSV\n1,2"), ("insert into t ", csv.clone(), "1,2"));
        assert_eq!(
            insert_of("INSERT INTO TABLE `a`.b (x, `format`) SETTINGS y=1 FORMAT CSV 1"),
            ("INSERT INTO TABLE `a`.b (x, `format`) SETTINGS y=1 ", csv, "1")
        );
        assert_eq!(insert_of("insert into t values (1)"), ("insert into t ", Some("Values".into()), " (1)"));
        assert_eq!(insert_of("insert into db.format values (1)").0, "insert into db.format ");
        assert_eq!(insert_of("insert into t (a)"), ("insert into t (a)", None, ""));
        assert_eq!(insert_of("insert into function null('a Int8') values (1)").2, " (1)");
    }

    #[test]
    fn an_insert_from_a_select_is_a_query() {
        for text in ["insert into t select 1", "insert into t (select 1)", "insert into t (a) with 1 as x select x"] {
            assert_eq!(shape(text.as_bytes(), true), Shape::Query, "{text}");
        }
    }

    #[test]
    fn an_incomplete_text_waits_for_more() {
        let text = "/* c */ insert into t (a, b) settings x = 'y' format CSV\n1";
        for end in 0..text.len() - 1 {
            assert_eq!(shape(&text.as_bytes()[..end], false), Shape::Unknown, "{}", &text[..end]);
        }
        assert!(matches!(shape(text.as_bytes(), false), Shape::Insert { .. }));
        assert_eq!(shape(b"select ", false), Shape::Query);
    }

    #[test]
    fn the_format_clause_is_found_at_the_end_only() {
        assert_eq!(output_format("select 1 format JSON"), Some("JSON"));
        assert_eq!(output_format("select 1 format CSV settings a=1"), Some("CSV"));
        assert_eq!(output_format("select 1 settings a=1 format CSV ; -- done"), Some("CSV"));
        assert_eq!(output_format("select format f from t"), None);
        assert_eq!(output_format("select 'format JSON'"), None);
        assert_eq!(output_format("select (select 1 format x)"), None);
    }

    #[test]
    fn the_target_of_a_kill_is_found() {
        let text = "KILL QUERY WHERE query_id = 'abc' SYNC";
        let (id, range) = kill_target(text).expect("a target");
        assert_eq!((id.as_str(), &text[range]), ("abc", "query_id = 'abc'"));
        assert!(kill_target("kill query where user = 'abc'").is_none());
    }
}
