//! Why a cache can't be opened.

/// Why a cache can't be opened. None of these holds a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none.
    #[error("the address of the cache is not usable: {0}")]
    Address(String),
    /// Redis answers, but not to us.
    #[error("Redis refuses this server: {0}; check the user, the password and the database in cache.url")]
    Refused(String),
}
