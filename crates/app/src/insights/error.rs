//! Why a question has no answer.

use http_kit::{FieldError, Problem};

use crate::problems::from_analytics;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The question itself.
    #[error(transparent)]
    Question(#[from] insight_sql::Error),
    /// The store that was asked.
    #[error(transparent)]
    Store(#[from] analytics_store::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Question(insight_sql::Error::Field { field, reason }) => {
                Problem::invalid(vec![FieldError::new(field, reason.code(), reason)])
            }
            Error::Question(ours @ insight_sql::Error::Result(_)) => Problem::internal(ours),
            Error::Store(inner) => from_analytics(inner),
        }
    }
}
