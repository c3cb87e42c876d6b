//! Why an instance was not claimed.

use http_kit::Problem;

use crate::{accounts, problems, tenancy};

/// Why an instance was not claimed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody was first.
    #[error("this instance has been claimed already: ask its admin for an account")]
    AlreadyClaimed,
    /// Not the ticket that the server printed last.
    #[error("this is not the link that the server printed when it last started")]
    TokenWrong,
    /// The account can't be made.
    #[error(transparent)]
    Account(#[from] accounts::Error),
    /// The organization can't be made.
    #[error(transparent)]
    Tenancy(#[from] tenancy::Error),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::AlreadyClaimed => Problem::conflict("already_claimed", error),
            Error::TokenWrong => Problem::forbidden("setup_token_wrong", error),
            Error::Account(inner) => inner.into(),
            Error::Tenancy(inner) => inner.into(),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
