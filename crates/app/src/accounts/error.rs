//! What can be wrong with an account.

use std::time::Duration;

use axum::http::StatusCode;
use http_kit::{FieldError, Problem};

use super::second_factor;
use crate::{problems, versions};

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields have values that can't be.
    #[error("{}", .0.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// Somebody has this e-mail address already.
    #[error("an account with this e-mail address exists already")]
    EmailTaken,
    /// Somebody has this username already.
    #[error("somebody else has this username")]
    UsernameTaken,
    /// No such account, or not this password.
    #[error("the e-mail address or the password is wrong")]
    CredentialsWrong,
    /// Nobody has this e-mail address.
    #[error("there is no account with this e-mail address")]
    NoSuchUser,
    /// There is nothing of this id, or nothing for who asks.
    #[error("there is nothing here, or nothing that you may see")]
    NotFound,
    /// People without an invitation can't have an account, or not with an address of this domain.
    #[error("accounts here are by invitation, or for addresses of certain domains only")]
    RegistrationClosed,
    /// A link of a mail that was used before, is too old, or never was one.
    #[error("this link has been used, or is too old: ask for another one")]
    LinkInvalid,
    /// A refresh token that is not, or no longer, one.
    #[error("this refresh token has been used, has expired, or never was one: sign in again")]
    RefreshInvalid,
    /// Nobody would be left who looks after the instance.
    #[error("nobody else looks after this instance: make somebody else its admin first")]
    LastAdmin,
    /// Nobody would be left who answers for an organization.
    #[error("you are the only owner of an organization: make somebody else its owner first")]
    LastOwner,
    /// A session alone is not enough for this.
    #[error("prove first that it is you: POST /api/v1/me/proof with your password, and a code of your second factor")]
    ProofRequired,
    /// Not the password of who asks; the field that held it.
    #[error("this is not your password")]
    PasswordWrong(&'static str),
    /// They sign in elsewhere, so there is no password to ask for.
    #[error("this account has no password: set one by “forgot password” first, unless it signs in elsewhere")]
    NoPassword,
    /// A picture that is too large to be one.
    #[error("the picture must have at most 256 KiB")]
    PictureTooLarge,
    /// Tried too often.
    #[error("too many attempts, try again in {} seconds", .0.as_secs().max(1))]
    TooManyAttempts(Duration),
    /// The password is not all that this account asks for.
    #[error(transparent)]
    SecondFactor(#[from] second_factor::Error),
    /// The work of hashing failed.
    #[error("the password could not be hashed")]
    Hashing(#[source] bcrypt::BcryptError),
    /// An access token could not be signed.
    #[error("the access token could not be signed")]
    Signing(#[source] jsonwebtoken::errors::Error),
    /// It is not as who changes it has seen it.
    #[error(transparent)]
    Stale(#[from] versions::Stale),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl Error {
    /// Says what is wrong with one field.
    pub(crate) fn field(field: &str, code: &'static str, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, detail)])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Problem::invalid(errors),
            Error::EmailTaken => Problem::conflict("email_taken", error),
            Error::UsernameTaken => Problem::conflict("username_taken", &error)
                .with_errors(vec![FieldError::new("username", "taken", &error)]),
            Error::CredentialsWrong => Problem::unauthorized("credentials_wrong", error),
            Error::NoSuchUser | Error::NotFound => Problem::not_found(),
            Error::RegistrationClosed => Problem::forbidden("registration_closed", error),
            Error::LinkInvalid => Problem::forbidden("link_invalid", error),
            Error::RefreshInvalid => Problem::unauthorized("refresh_token_invalid", error),
            Error::LastAdmin => Problem::conflict("last_admin", error),
            Error::LastOwner => Problem::conflict("last_owner", error),
            Error::ProofRequired => Problem::forbidden("proof_required", error),
            Error::PasswordWrong(field) => Problem::unprocessable("password_wrong", &error)
                .with_errors(vec![FieldError::new(field, "wrong", "is not your password")]),
            Error::NoPassword => Problem::conflict("no_password", error),
            Error::PictureTooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", error),
            Error::TooManyAttempts(wait) => Problem::too_many("too_many_attempts", &error, wait),
            Error::SecondFactor(inner) => inner.into(),
            Error::Hashing(_) | Error::Signing(_) => Problem::internal(error),
            Error::Stale(inner) => inner.into(),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
