//! How errors of the stores look from outside.

use std::time::Duration;

use axum::http::StatusCode;
use http_kit::Problem;

/// ClickHouse's code for a statement that wants more memory than it may use.
const MEMORY_LIMIT_EXCEEDED: u32 = 241;

/// Tells "try again later", "ask for less" and "our fault" apart.
pub(crate) fn from_analytics(error: analytics_store::Error) -> Problem {
    if error.is_unavailable() {
        return Problem::unavailable("analytics_unavailable", "the analytics store can't be reached right now", error);
    }
    if error.is_unprepared() {
        let detail = "the analytics store is being made ready: ask again in some seconds";
        return Problem::unavailable("analytics_unavailable", detail, error);
    }
    if matches!(error, analytics_store::Error::Timeout { .. }) {
        let detail = "the question took too long: ask for less time or fewer values";
        return Problem::new(StatusCode::GATEWAY_TIMEOUT, "query_timeout", detail);
    }
    match error {
        analytics_store::Error::NoTurn { .. } => {
            let detail = "the analytics store is busy with other questions: try again in a moment";
            Problem::unavailable("analytics_busy", detail, error)
        }
        analytics_store::Error::TooManyQuestions => {
            let detail = "too many of your questions wait for an answer already: ask fewer at once";
            Problem::too_many("too_many_questions", detail, Duration::from_secs(2))
        }
        analytics_store::Error::Refused { code: MEMORY_LIMIT_EXCEEDED, .. } => {
            let detail = "the question needs more memory than one may use: ask for less time or fewer values";
            Problem::unprocessable("query_too_large", detail)
        }
        error => Problem::internal(error),
    }
}

/// Tells "try again later" from "our fault".
pub(crate) fn from_metadata(error: metadata_store::Error) -> Problem {
    if error.is_unavailable() {
        return Problem::unavailable("metadata_unavailable", "the metadata store can't be reached right now", error);
    }
    Problem::internal(error)
}
