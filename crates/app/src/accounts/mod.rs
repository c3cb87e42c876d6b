//! Accounts: people who may sign in, their passwords, their sessions, and what they say about themselves.

mod account;
mod attempts;
mod avatars;
mod common_passwords;
mod credentials;
mod device;
mod email_change;
mod error;
mod handover;
mod identity;
mod known_device;
mod letters;
mod password;
mod preferences;
mod profile;
mod proof;
mod registration;
mod resets;
mod routes;
mod rules;
pub(crate) mod second_factor;
mod service;
mod sessions;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod users;

pub use account::{Account, Administrator};
pub use error::Error;
pub use identity::{Client, GithubUrls, OpenId, Providers, SignInProvider};
pub use routes::User;
pub use rules::allowed_domains;
pub use second_factor::{Error as SecondFactorError, reset_of as reset_second_factor};
pub use service::{NewUser, UserChange, create_user, end_sessions_of, list_users, set_active, set_admin, set_password};
pub use sessions::{clean_up, keep_clean, session_timeout};

pub(crate) use device::{COOKIE, Device};
pub(crate) use handover::hand_over;
pub(crate) use password::Passwords;
pub(crate) use proof::{give_with as give_proof, require as require_proof};
pub(crate) use routes::routes;
pub(crate) use rules::{check_mailable, key_of};
pub(crate) use service::{insert, prepare};
pub(crate) use sessions::{AccessTokens, SessionCache, SessionToken, SignedIn, signed_in, start_session};
pub(crate) use store::people::{people_of, search_people};
pub(crate) use store::{UserRow, any as any_user, find as find_user, find_by_email, get as get_user};

use metadata_store::TableDescription;

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    let own = [
        TableDescription::of(tables::users::Entity),
        TableDescription::of(tables::user_sessions::Entity),
        TableDescription::of(tables::refresh_tokens::Entity),
        TableDescription::of(tables::password_reset_tokens::Entity),
        TableDescription::of(tables::email_changes::Entity),
        TableDescription::of(tables::user_preferences::Entity),
        TableDescription::of(tables::user_avatars::Entity),
    ];
    own.into_iter().chain(second_factor::schema()).collect()
}

/// For tests of other modules.
#[cfg(test)]
pub(crate) mod testing {
    use metadata_store::transact;

    use super::store::sessions;
    use crate::App;

    /// Notes that the owner of a session has proved who they are, as `POST /me/proof` does.
    pub(crate) async fn prove(app: &App, cookie: &str) {
        let hash = crate::secret::hash(cookie);
        let proved: Result<bool, metadata_store::Error> = transact!(app.metadata(), |tx| {
            let Some((session, _)) = sessions::find_by_token(tx, &hash).await? else { return Ok(false) };
            sessions::set_proved(tx, session.id, Some(app.now())).await
        });
        assert!(proved.expect("the store answers"), "there is no such session");
    }
}
