//! ClickHouse's tokens, as far as finding keywords needs them: words, literals, comments, brackets.

/// One token and where it lies in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word: keyword, name or number.
    Word,
    /// `'…'`, or a heredoc `$tag$…$tag$`.
    Literal,
    /// A quoted name.
    Quoted,
    Open,
    Close,
    Semicolon,
    Other,
    /// A literal, quoted name or comment whose end is not in the text.
    Unfinished,
}

/// Walks over the tokens of a text, skipping white space and comments.
pub(super) struct Tokens<'text> {
    text: &'text [u8],
    at: usize,
}

impl<'text> Tokens<'text> {
    pub(super) fn new(text: &'text [u8]) -> Tokens<'text> {
        Tokens { text, at: 0 }
    }

    fn rest(&self) -> &'text [u8] {
        &self.text[self.at..]
    }

    /// Moves past white space and comments; false if a comment has no end.
    fn skip_blank(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let Some(first) = rest.first() else { return true };
            let line_comment = rest.starts_with(b"--") || rest.starts_with(b"# ") || rest.starts_with(b"#!");
            if first.is_ascii_whitespace() || *first == 0x0b {
                self.at += 1;
            } else if line_comment {
                self.at += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
            } else if rest.starts_with(b"/*") {
                match find(&rest[2..], b"*/") {
                    Some(end) => self.at += end + 4,
                    None => return false,
                }
            } else {
                return true;
            }
        }
    }

    fn quoted(&self, quote: u8) -> Option<usize> {
        let rest = self.rest();
        let mut at = 1;
        while at < rest.len() {
            match rest[at] {
                b'\\' => at += 2,
                byte if byte == quote && rest.get(at + 1) == Some(&quote) => at += 2,
                byte if byte == quote => return Some(at + 1),
                _ => at += 1,
            }
        }
        None
    }

    /// `$tag$…$tag$`, or `None` where the dollar begins something else.
    fn heredoc(&self) -> Option<Option<usize>> {
        let rest = self.rest();
        let tag = 2 + rest[1..].iter().position(|byte| *byte == b'$')?;
        let is_tag = rest[1..tag - 1].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        is_tag.then(|| find(&rest[tag..], &rest[..tag]).map(|end| end + 2 * tag))
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let finished = self.skip_blank();
        let start = self.at;
        let rest = self.rest();
        let first = *rest.first()?;
        let sized =
            |kind, length: Option<usize>| length.map_or((Kind::Unfinished, rest.len()), |length| (kind, length));
        let (kind, length) = match first {
            _ if !finished => (Kind::Unfinished, rest.len()),
            b'\'' => sized(Kind::Literal, self.quoted(first)),
            b'`' | b'"' => sized(Kind::Quoted, self.quoted(first)),
            b'$' => self.heredoc().map_or((Kind::Other, 1), |end| sized(Kind::Literal, end)),
            b'(' | b'[' | b'{' => (Kind::Open, 1),
            b')' | b']' | b'}' => (Kind::Close, 1),
            b';' => (Kind::Semicolon, 1),
            _ if is_word(first) => (Kind::Word, rest.iter().take_while(|byte| is_word(**byte)).count()),
            _ => (Kind::Other, 1),
        };
        self.at += length;
        Some(Token { kind, start, end: self.at })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        Tokens::new(text.as_bytes()).map(|token| (token.kind, &text[token.start..token.end])).collect()
    }

    #[test]
    fn comments_and_quotes_hide_what_they_hold() {
        assert_eq!(
            kinds("/* ; */ a -- ;\n'x;''\\'' `b;` $t$ ; $t$;"),
            vec![
                (Kind::Word, "a"),
                (Kind::Literal, "'x;''\\''"),
                (Kind::Quoted, "`b;`"),
                (Kind::Literal, "$t$ ; $t$"),
                (Kind::Semicolon, ";"),
            ]
        );
    }

    #[test]
    fn what_has_no_end_is_unfinished() {
        assert_eq!(kinds("a 'bc"), vec![(Kind::Word, "a"), (Kind::Unfinished, "'bc")]);
        assert_eq!(kinds("a /* b"), vec![(Kind::Word, "a"), (Kind::Unfinished, "/* b")]);
        assert_eq!(kinds("'a\\"), vec![(Kind::Unfinished, "'a\\")]);
    }
}
