//! Accounts: people who may sign in, their passwords, and their sessions.

mod account;
mod device;
mod error;
mod password;
mod people;
mod routes;
mod service;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use error::Error;
pub use service::{NewUser, create_user, list_users, set_password};

pub(crate) use device::{COOKIE, Device};
pub(crate) use password::Passwords;
pub(crate) use people::{find_by_email_key, people_of, search_people};
pub(crate) use routes::{SignedIn, User, routes, signed_in};
pub(crate) use service::{SessionToken, insert, is_email, prepare, start_session};
pub(crate) use store::{UserRow, any as any_user, get as get_user};

use metadata_store::TableDescription;

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    vec![TableDescription::of(tables::users::Entity), TableDescription::of(tables::user_sessions::Entity)]
}
