//! What can go wrong between here and a provider.

use std::time::Duration;

use http_kit::Problem;

use super::fetch;
use crate::{accounts, problems};

/// Why somebody was not signed in with an account elsewhere.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// No such provider, or not configured.
    #[error("there is no such provider")]
    NoSuchProvider,
    /// The provider can't be reached, or says what makes no sense.
    #[error("the provider could not be asked")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The person, or the provider, said no.
    #[error("the provider did not confirm who you are")]
    Declined,
    /// Begun in another browser, too long ago, or by somebody else.
    #[error("this sign-in was not begun here, or too long ago")]
    NotBegunHere,
    /// What the provider says does not hold.
    #[error("what the provider says can't be believed")]
    Unproven(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The provider doesn't vouch for the address.
    #[error("the provider has not verified your e-mail address")]
    EmailUnverified,
    /// An account with this address has an identity at a provider already.
    #[error("the account with your e-mail address signs in another way")]
    LinkedElsewhere,
    /// An account that asks for more than an address.
    #[error("the account with your e-mail address has a second factor: sign in with it, then connect the two")]
    LinkByHand,
    /// Nobody here knows the address.
    #[error("you have no account here, and need an invitation for one")]
    RegistrationClosed,
    /// Not any more.
    #[error("this account has been deactivated")]
    Deactivated,
    /// Somebody else here has this identity.
    #[error("that account is connected to somebody else here")]
    TakenByOther,
    /// One is enough.
    #[error("your account is connected to a provider already")]
    AlreadyLinked,
    /// Nothing to take away.
    #[error("your account is not connected to a provider")]
    NotLinked,
    /// It would lock the person out.
    #[error("this is the only way you sign in: your account has no password")]
    NoPassword,
    /// The provider confirms somebody, but not who is signed in.
    #[error("the provider has confirmed another account than the one yours is connected with")]
    SomebodyElse,
    /// Who has a password proves by it who they are.
    #[error("your account has a password: prove with it that it is you")]
    PasswordThere,
    /// Tried too often.
    #[error("too many attempts, try again in {} seconds", .0.as_secs().max(1))]
    TooManyAttempts(Duration),
    /// The session could not be started.
    #[error(transparent)]
    Account(#[from] accounts::Error),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl From<fetch::Error> for Error {
    fn from(error: fetch::Error) -> Self {
        Self::Away(Box::new(error))
    }
}

impl From<accounts::second_factor::Error> for Error {
    fn from(error: accounts::second_factor::Error) -> Self {
        Self::Account(error.into())
    }
}

impl Error {
    /// Returns the code that the page explains; what only the log may tell is logged.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NoSuchProvider => "provider_unknown",
            Self::Away(cause) => {
                log(self, cause.as_ref());
                "provider_away"
            }
            Self::Declined => "provider_declined",
            Self::NotBegunHere => "sign_in_not_begun",
            Self::Unproven(cause) => {
                log(self, cause.as_ref());
                "provider_unproven"
            }
            Self::EmailUnverified => "email_unverified",
            Self::LinkedElsewhere => "linked_elsewhere",
            Self::LinkByHand => "link_by_hand",
            Self::RegistrationClosed => "registration_closed",
            Self::Deactivated => "account_deactivated",
            Self::TakenByOther => "identity_taken",
            Self::AlreadyLinked => "identity_linked",
            Self::NotLinked => "identity_missing",
            Self::NoPassword => "password_missing",
            Self::SomebodyElse => "identity_of_another",
            Self::PasswordThere => "password_there",
            Self::TooManyAttempts(_) => "too_many_attempts",
            Self::Account(cause) => {
                log(self, cause);
                "internal"
            }
            Self::Store(cause) => {
                log(self, cause);
                "internal"
            }
        }
    }
}

fn log(error: &Error, cause: &(dyn std::error::Error + 'static)) {
    let mut chain = cause.to_string();
    let mut source = cause.source();
    while let Some(inner) = source {
        chain.push_str(": ");
        chain.push_str(&inner.to_string());
        source = inner.source();
    }
    tracing::warn!(%error, cause = chain, "a sign-in with a provider failed");
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchProvider => Problem::not_found(),
            Error::Away(cause) => {
                Problem::unavailable("provider_away", "the provider can't be reached right now", cause)
            }
            Error::TooManyAttempts(wait) => Problem::too_many("too_many_attempts", &error, wait),
            Error::Account(inner) => inner.into(),
            Error::Store(inner) => problems::from_metadata(inner),
            other => Problem::conflict(other.code(), other),
        }
    }
}
