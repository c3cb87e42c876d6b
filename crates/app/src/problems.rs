//! How errors of the stores look from outside.

use axum::http::StatusCode;
use http_kit::Problem;

/// Tells "try again later", "ask for less" and "our fault" apart.
pub(crate) fn from_analytics(error: analytics_store::Error) -> Problem {
    if error.is_unavailable() {
        return Problem::unavailable("analytics_unavailable", "the analytics store can't be reached right now", error);
    }
    if matches!(error, analytics_store::Error::Timeout { .. }) {
        let detail = "the question took too long: ask for less time or fewer values";
        return Problem::new(StatusCode::GATEWAY_TIMEOUT, "query_timeout", detail);
    }
    Problem::internal(error)
}

/// Tells "try again later" from "our fault".
pub(crate) fn from_metadata(error: metadata_store::Error) -> Problem {
    if error.is_unavailable() {
        return Problem::unavailable("metadata_unavailable", "the metadata store can't be reached right now", error);
    }
    Problem::internal(error)
}
