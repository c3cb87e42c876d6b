//! Errors as ClickHouse's HTTP interface shows them: a code, a text, a status.

use axum::http::StatusCode;

/// An error of the engine, or of the face in front of it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(super) struct Exception {
    pub(super) code: u32,
    pub(super) message: String,
}

impl Exception {
    pub(super) fn new(code: u32, name: &str, message: impl std::fmt::Display) -> Exception {
        Exception { code, message: format!("Code: {code}. DB::Exception: {message}. ({name})") }
    }

    /// The engine or this process did something it should not.
    pub(super) fn internal(message: impl std::fmt::Display) -> Exception {
        Exception::new(49, "LOGICAL_ERROR", message)
    }

    pub(super) fn bad_arguments(message: impl std::fmt::Display) -> Exception {
        Exception::new(36, "BAD_ARGUMENTS", message)
    }

    pub(super) fn not_implemented(message: impl std::fmt::Display) -> Exception {
        Exception::new(48, "NOT_IMPLEMENTED", message)
    }

    pub(super) fn cancelled() -> Exception {
        Exception::new(394, "QUERY_WAS_CANCELLED", "Query was cancelled")
    }

    /// Reads the library's text; some texts repeat their first words, and all but a few begin with the code.
    pub(super) fn parse(text: &str) -> Exception {
        let mut text = text.trim();
        let mut code = None;
        while let Some((number, rest)) = text.strip_prefix("Code: ").and_then(|rest| rest.split_once(". ")) {
            let Ok(number) = number.parse() else { break };
            code = Some(number);
            let Some(inner) = rest.strip_prefix("DB::Exception: ").filter(|inner| inner.starts_with("Code: ")) else {
                break;
            };
            text = inner;
        }
        match code {
            Some(code) => Exception { code, message: text.to_owned() },
            None => Exception::new(1000, "ENGINE_ERROR", text),
        }
    }

    /// The HTTP status ClickHouse answers with.
    pub(super) fn status(&self) -> StatusCode {
        match self.code {
            // Text that cannot be parsed, types that do not fit, arguments that make no sense.
            6 | 7 | 8 | 15 | 25 | 26 | 27 | 33 | 36 | 38 | 41 | 42 | 43 | 44 | 53 | 62 | 72 | 117 | 130 | 131 | 321
            | 376 | 441 | 442 | 456 | 457 | 467 => StatusCode::BAD_REQUEST,
            // Something unknown: function, identifier, type, storage, table, aggregate, format, query, database, setting.
            46 | 47 | 50 | 56 | 60 | 63 | 73 | 78 | 81 | 115 | 336 => StatusCode::NOT_FOUND,
            48 => StatusCode::NOT_IMPLEMENTED,
            76 | 209 => StatusCode::SERVICE_UNAVAILABLE,
            164 => StatusCode::FORBIDDEN,
            216 => StatusCode::CONFLICT,
            159 => StatusCode::REQUEST_TIMEOUT,
            168 => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubled_beginning_is_cut() {
        let text = "Code: 115. DB::Exception: Code: 115. DB::Exception: Unknown setting 'foo'. (UNKNOWN_SETTING)";
        let exception = Exception::parse(text);
        assert_eq!(exception.code, 115);
        assert_eq!(exception.message, "Code: 115. DB::Exception: Unknown setting 'foo'. (UNKNOWN_SETTING)");
        assert_eq!(exception.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_text_without_a_code_gets_one() {
        let exception = Exception::parse("send_insert does not support INSERT ... SELECT");
        assert_eq!(exception.code, 1000);
        assert!(exception.message.starts_with("Code: 1000. DB::Exception: send_insert"));
    }
}
