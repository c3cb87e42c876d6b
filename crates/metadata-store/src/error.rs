//! What can go wrong, told apart by what to do about it.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// What the metadata store answers with.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the metadata store did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one of a store we know.
    #[error("metadata.url must be sqlite:///path/of/file or postgres://user:password@host:port/database: {0}")]
    Url(String),
    /// The store can't be reached now; trying again later may help.
    #[error("the metadata store is not reachable")]
    Unavailable(#[source] DbErr),
    /// A newer version of the program has used this database.
    #[error(
        "the metadata database was used by a newer version of RadixInsight (it has {}, which this version does not \
         know): start that version, or restore a backup made before the upgrade",
        .unknown.join(", ")
    )]
    Newer {
        /// The migrations we don't know.
        unknown: Vec<String>,
    },
    /// A migration failed and changed nothing.
    #[error("migration {name} failed and was rolled back")]
    Migration {
        /// Which one.
        name: String,
        /// Why.
        #[source]
        source: DbErr,
    },
    /// A statement failed.
    #[error("the metadata store refused a statement")]
    Database(#[source] DbErr),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let lost = match &error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
                inner.as_database_error().is_none() && !is_about_a_row(&error)
            }
            _ => false,
        };
        if lost { Self::Unavailable(error) } else { Self::Database(error) }
    }
}

impl Error {
    /// Tells whether the store could not be reached, so that trying again later may help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Finds in an error of any feature whether its transaction lost against another one.
pub(crate) fn is_conflict(error: &(dyn std::error::Error + 'static)) -> bool {
    database_error(error).is_some_and(lost_against_another)
}

/// Finds in an error of any feature whether a unique index refused a row.
pub(crate) fn is_duplicate(error: &(dyn std::error::Error + 'static)) -> bool {
    database_error(error).is_some_and(|error| matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
}

fn database_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a DbErr> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<DbErr>() {
            return Some(found);
        }
        current = error.source();
    }
    None
}

fn lost_against_another(error: &DbErr) -> bool {
    // PostgreSQL: serialization failure, deadlock. SQLite: busy, locked, busy in recovery, busy with a snapshot.
    const CODES: [&str; 6] = ["40001", "40P01", "5", "6", "261", "517"];
    code(error).is_some_and(|code| CODES.contains(&code.as_str()))
}

fn code(error: &DbErr) -> Option<String> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner))
        | DbErr::Conn(RuntimeErr::SqlxError(inner)) => Some(inner.as_database_error()?.code()?.into_owned()),
        _ => None,
    }
}

/// Errors of reading a row's values also come without a database error, and are our own fault.
fn is_about_a_row(error: &DbErr) -> bool {
    let text = error.to_string();
    ["no rows returned", "decoding column", "no column found"].iter().any(|part| text.contains(part))
}

/// Turns the refusal of a unique index into an error with a meaning.
pub trait OnUnique<T> {
    /// Returns what `meaning` makes, where the unique index `name` refused the row.
    ///
    /// Unique indexes are named by their table and columns, joined by `_`: SQLite tells the columns, PostgreSQL the
    /// name.
    fn on_unique<E: From<Error>>(self, name: &str, meaning: impl FnOnce() -> E) -> std::result::Result<T, E>;
}

impl<T> OnUnique<T> for Result<T> {
    fn on_unique<E: From<Error>>(self, name: &str, meaning: impl FnOnce() -> E) -> std::result::Result<T, E> {
        self.map_err(|error| {
            let refused = match &error {
                Error::Database(inner) => refusing_index(inner),
                _ => None,
            };
            if refused.as_deref() == Some(name) { meaning() } else { E::from(error) }
        })
    }
}

/// Reads the index's name from `… unique constraint "users_email_key"` or `… failed: users.email_key`.
fn refusing_index(error: &DbErr) -> Option<String> {
    let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() else { return None };
    if let Some(quoted) = message.split('"').nth(1) {
        return Some(quoted.to_owned());
    }
    let columns: Vec<(&str, &str)> =
        message.rsplit_once("failed: ")?.1.split(", ").filter_map(|column| column.split_once('.')).collect();
    let mut name = columns.first()?.0.to_owned();
    for (_, column) in columns {
        name.push('_');
        name.push_str(column);
    }
    Some(name)
}
