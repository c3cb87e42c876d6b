//! What can be wrong about a second factor.

use std::time::Duration;

use http_kit::{FieldError, Problem};

use crate::{accounts, problems};

/// Why something about a second factor was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The password was right; the account wants a code too.
    #[error("this account has a second factor: send the code that its app shows, or a recovery code")]
    Required,
    /// No such code, or it has been used.
    #[error("the code is wrong, or was used before")]
    Refused,
    /// The password of somebody who is signed in was right; the account wants a code too.
    #[error("this account has a second factor: send the code that its app shows, or a recovery code")]
    CodeMissing,
    /// The same, of somebody who is signed in.
    #[error("the code is wrong, or was used before")]
    CodeWrong,
    /// Signs in elsewhere: there is nothing a code could stand beside.
    #[error("this account has no password: a second factor is asked for beside the password only")]
    NoPassword,
    /// There is one already.
    #[error("this account has a second factor already")]
    AlreadyOn,
    /// There is none.
    #[error("this account has no second factor")]
    Off,
    /// An admin who means themselves.
    #[error("turn off your own second factor with your password and a code")]
    Own,
    /// Nobody there.
    #[error("there is no such account")]
    NoSuchUser,
    /// Tried too often.
    #[error("too many attempts, try again in {} seconds", .0.as_secs().max(1))]
    TooManyAttempts(Duration),
    /// The key of the instance is not the one it was sealed with.
    #[error("a second factor can't be opened: it was sealed with another key than accounts.key_file has now")]
    Sealed,
    /// No address that an app could show.
    #[error("no link for apps could be made")]
    Link(#[source] totp_rs::TotpError),
    /// The password could not be checked.
    #[error(transparent)]
    Account(Box<accounts::Error>),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl From<accounts::Error> for Error {
    fn from(error: accounts::Error) -> Self {
        Self::Account(Box::new(error))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let field = |field, code, error: &Error| vec![FieldError::new(field, code, error)];
        match error {
            Error::Required => Problem::unauthorized("second_factor_required", error),
            Error::Refused => Problem::unauthorized("second_factor_wrong", error),
            Error::CodeWrong => {
                Problem::unprocessable("second_factor_wrong", &error).with_errors(field("code", "wrong", &error))
            }
            Error::CodeMissing => {
                Problem::unprocessable("second_factor_required", &error).with_errors(field("code", "missing", &error))
            }
            Error::NoPassword => Problem::conflict("password_missing", error),
            Error::AlreadyOn => Problem::conflict("second_factor_on", error),
            Error::Off => Problem::conflict("second_factor_off", error),
            Error::Own => Problem::conflict("second_factor_own", error),
            Error::NoSuchUser => Problem::not_found(),
            Error::TooManyAttempts(wait) => Problem::too_many("too_many_attempts", &error, wait),
            Error::Sealed | Error::Link(_) => Problem::internal(error),
            Error::Account(inner) => (*inner).into(),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
