//! Why events were not taken, or can't be looked at.

use std::time::Duration;

use axum::http::StatusCode;
use collector::WriteError;
use collector::wire::BadRequest;
use http_kit::{FieldError, Problem};

use crate::problems::{from_analytics, from_metadata};
use crate::{tenancy, versions};

/// Why the events of a request were not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The body did not arrive whole, or is too large.
    #[error("{0}")]
    Body(String, StatusCode),
    /// The request as a whole.
    #[error(transparent)]
    Request(#[from] BadRequest),
    /// Nothing says which project the events are for.
    #[error("the request has no project key")]
    KeyMissing,
    /// The key is nobody's, or has been switched off.
    #[error("the project key is wrong, expired or switched off")]
    KeyWrong,
    /// The key is good for other things.
    #[error("this secret key has not the scope events:create")]
    KeyMayNotWrite,
    /// Keys could not be looked up.
    #[error(transparent)]
    Keys(#[from] tenancy::Error),
    /// The events were not stored.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A key sends more than its project takes.
    #[error("this key sends more events a minute than the project takes: try again in {} s", .0.as_secs().max(1))]
    TooFast(Duration),
    /// The project has taken all it takes this month.
    #[error("the project has taken as many events as it takes this month")]
    QuotaUsedUp(Duration),
    /// This process collects nothing.
    #[error("this server does not collect events")]
    NoWriter,
    /// What has arrived could not be read.
    #[error(transparent)]
    Store(#[from] analytics_store::Error),
    /// Fields have values that can't be.
    #[error("{}", .0.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// It is not as who changes it has seen it.
    #[error(transparent)]
    Stale(#[from] versions::Stale),
    /// What people edit could not be read or written.
    #[error(transparent)]
    Metadata(#[from] metadata_store::Error),
    /// What is to be stored is no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The rows that who asks may see can't be told apart.
    #[error(transparent)]
    Rows(#[from] insight_sql::Error),
}

impl Error {
    /// Returns the HTTP status to answer with.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Body(_, status) => *status,
            Self::Request(request) => StatusCode::from_u16(request.status()).unwrap_or(StatusCode::BAD_REQUEST),
            Self::KeyMissing | Self::KeyWrong => StatusCode::UNAUTHORIZED,
            Self::KeyMayNotWrite => StatusCode::FORBIDDEN,
            Self::TooFast(_) | Self::QuotaUsedUp(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::Rows(_) | Self::Json(_) => StatusCode::INTERNAL_SERVER_ERROR,
            // Nothing was acknowledged: the sender is to try again.
            Self::Keys(_) | Self::Write(_) | Self::NoWriter | Self::Store(_) | Self::Metadata(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

impl Error {
    /// Returns after how long the same may be tried again.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooFast(after) | Self::QuotaUsedUp(after) => Some(*after),
            // What waits is stored first.
            Self::Write(WriteError::ProjectFull(_)) => Some(Duration::from_secs(30)),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(Duration::from_secs(2)),
            _ => None,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = error.status();
        match error {
            Error::Body(..) if status == StatusCode::PAYLOAD_TOO_LARGE => Self::new(status, "body_too_large", &error),
            Error::Body(..) => Self::new(status, "body_incomplete", &error),
            Error::Request(request) => Self::new(status, request.code(), &request),
            Error::KeyMissing => Self::new(status, "key_missing", &error),
            Error::KeyWrong => Self::new(status, "key_wrong", &error),
            Error::KeyMayNotWrite => Self::new(status, "key_may_not_write", &error),
            Error::TooFast(after) => Self::too_many("rate_limited", &error, after),
            Error::QuotaUsedUp(after) => Self::too_many("quota_used_up", &error, after),
            Error::Keys(inner) => inner.into(),
            Error::Store(inner) => from_analytics(inner),
            Error::Rows(inner) => Self::internal(inner),
            Error::Json(inner) => Self::internal(inner),
            Error::Invalid(errors) => Self::invalid(errors),
            Error::Stale(inner) => inner.into(),
            Error::Metadata(inner) => from_metadata(inner),
            Error::Write(WriteError::ProjectFull(_)) => {
                let after = error.retry_after().unwrap_or_default();
                Self::unavailable("project_spool_full", error.to_string(), error).after(after)
            }
            Error::Write(_) | Error::NoWriter => {
                let detail = "the events could not be stored right now and are not acknowledged: send them again";
                Self::unavailable("events_not_stored", detail, error)
            }
        }
    }
}
