//! What can be wrong with an account.

use std::time::Duration;

use http_kit::{FieldError, Problem};

use super::second_factor;
use crate::problems;

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields have values that can't be.
    #[error("{}", .0.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// Somebody has this e-mail address already.
    #[error("an account with this e-mail address exists already")]
    EmailTaken,
    /// No such account, or not this password.
    #[error("the e-mail address or the password is wrong")]
    CredentialsWrong,
    /// Nobody has this e-mail address.
    #[error("there is no account with this e-mail address")]
    NoSuchUser,
    /// Tried too often.
    #[error("too many attempts to sign in, try again in {} seconds", .0.as_secs().max(1))]
    TooManyAttempts(Duration),
    /// The password is not all that this account asks for.
    #[error(transparent)]
    SecondFactor(#[from] second_factor::Error),
    /// The work of hashing failed.
    #[error("the password could not be hashed")]
    Hashing(#[source] bcrypt::BcryptError),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Problem::invalid(errors),
            Error::EmailTaken => Problem::conflict("email_taken", error),
            Error::CredentialsWrong => Problem::unauthorized("credentials_wrong", error),
            Error::NoSuchUser => Problem::not_found(),
            Error::TooManyAttempts(wait) => Problem::too_many("too_many_attempts", &error, wait),
            Error::SecondFactor(inner) => inner.into(),
            Error::Hashing(_) => Problem::internal(error),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
