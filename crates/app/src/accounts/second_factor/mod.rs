//! The second factor: a code of an app on one's phone, asked for beside the password; and codes for the day the phone
//! is lost.

mod code;
mod error;
mod recovery;
mod routes;
mod service;
mod store;
mod tables;
#[cfg(test)]
pub(super) mod tests;

pub use error::Error;
pub use service::reset_of;

pub(crate) use routes::routes;
pub(crate) use service::{forget_unconfirmed, is_too_long, prove, remove};
pub(crate) use store::{is_on, on_among};

use metadata_store::TableDescription;

/// Returns the tables of second factors.
pub(super) fn schema() -> [TableDescription; 2] {
    [TableDescription::of(tables::second_factors::Entity), TableDescription::of(tables::recovery_codes::Entity)]
}

/// For tests of other modules.
#[cfg(test)]
pub(super) mod testing {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use metadata_store::{Connection, Result, Transaction};

    /// Returns whether somebody has a second factor that no code has confirmed yet.
    pub(in crate::accounts) async fn waits(db: &Connection, user: UserId) -> bool {
        super::store::find(db, user).await.expect("an answer").is_some_and(|factor| factor.confirmed_at.is_none())
    }

    /// Puts a prepared second factor into force.
    pub(in crate::accounts) async fn confirm(tx: &Transaction, user: UserId, now: DateTime<Utc>) -> Result<bool> {
        super::store::confirm(tx, user, now).await
    }
}
