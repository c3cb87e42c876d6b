//! Why something about the instance was not done.

use http_kit::{FieldError, Problem};

use crate::{problems, versions};

/// Why something about the instance was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such setting.
    #[error("there is no such setting")]
    NoSuchSetting,
    /// The setting can't have this value.
    #[error("{}: {}", .0.field, .0.detail)]
    Invalid(FieldError),
    /// It is not as who changes it has seen it.
    #[error(transparent)]
    Stale(#[from] versions::Stale),
    /// The metadata store.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
    /// The analytics store.
    #[error(transparent)]
    Analytics(#[from] analytics_store::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchSetting => Self::not_found(),
            Error::Invalid(error) => Self::invalid(vec![error]),
            Error::Stale(inner) => inner.into(),
            Error::Store(inner) => problems::from_metadata(inner),
            Error::Analytics(inner) => problems::from_analytics(inner),
        }
    }
}
