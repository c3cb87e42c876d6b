//! ClickHouse's exceptions: in headers, in bodies, and in the middle of an answer that began well.

use crate::Error;

/// The text by which every version announces an exception.
const BEGIN: &str = "Code: ";

/// A syntax error lists every word that could have stood there.
const MAX_MESSAGE_CHARS: usize = 1_000;

/// How much of an answer's end is kept to find an exception in it: more than ClickHouse writes there.
pub(crate) const TAIL: usize = 32 * 1024;

/// Makes an error of an answer whose status or headers tell of a failure.
pub(crate) fn of_answer(status: u16, code_header: Option<u32>, body: &str) -> Error {
    let code = code_header.or_else(|| code_of(body));
    match code {
        Some(code) => Error::Refused { code, message: message_of(body) },
        None => Error::Unexpected { status, text: body.chars().take(200).collect() },
    }
}

/// Finds the exception at the end of an answer that was cut off.
pub(crate) fn at_end_of(tail: &[u8]) -> Option<Error> {
    let text = String::from_utf8_lossy(tail);
    let start = text.rmatch_indices(BEGIN).map(|(at, _)| at).find(|at| code_of(&text[*at..]).is_some())?;
    let exception = &text[start..];
    Some(Error::Refused { code: code_of(exception)?, message: message_of(exception) })
}

/// Tells whether a stream that ended in order nevertheless ends in an exception: new servers mark it by a tag
/// announced in the headers.
pub(crate) fn is_tagged(tail: &[u8], tag: &str) -> bool {
    let mark = format!("__exception__\r\n{tag}\r\n");
    tail.windows(mark.len()).any(|window| window == mark.as_bytes())
}

fn code_of(text: &str) -> Option<u32> {
    let digits = text.trim_start().strip_prefix(BEGIN)?;
    let end = digits.find(|char: char| !char.is_ascii_digit())?;
    let is_exception = digits[end..].starts_with(". DB::") || digits[end..].starts_with(", e.displayText()");
    is_exception.then(|| digits[..end].parse().ok())?
}

/// Leaves out the code, the exception's class and the server's version.
fn message_of(text: &str) -> String {
    let line = text.split("\r\n__exception__").next().unwrap_or(text).trim();
    let body = line.find("Exception: ").map_or(line, |at| &line[at + "Exception: ".len()..]);
    let body = body.rfind(" (version ").map_or(body, |at| &body[..at]);
    let body = body.strip_suffix(", e.what() = DB::Exception").unwrap_or(body);
    body.trim().chars().take(MAX_MESSAGE_CHARS).collect()
}
