//! Accounts: people who may sign in, their passwords, and their sessions.

mod account;
mod device;
mod error;
mod identity;
mod password;
mod routes;
pub(crate) mod second_factor;
mod service;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use error::Error;
pub use identity::{Client, GithubUrls, OpenId, Providers, SignInProvider};
pub use second_factor::{Error as SecondFactorError, reset_of as reset_second_factor};
pub use service::{NewUser, create_user, list_users, set_password};

pub(crate) use device::{COOKIE, Device};
pub(crate) use password::Passwords;
pub(crate) use routes::{SignedIn, User, routes, signed_in};
pub(crate) use service::{SessionToken, insert, prepare, start_session};
pub(crate) use store::{UserRow, any as any_user, find as find_user, get as get_user};

use metadata_store::TableDescription;

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    let own = [TableDescription::of(tables::users::Entity), TableDescription::of(tables::user_sessions::Entity)];
    own.into_iter().chain(second_factor::schema()).collect()
}
