//! Passwords: which are good enough, and how they are kept.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread::available_parallelism,
};

use http_kit::FieldError;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{Error, common_passwords::is_common};

const LEAST_CHARACTERS: usize = 10;
/// bcrypt looks at no more: a longer password would be as good as its beginning.
const MOST_BYTES: usize = 72;
/// The documented least work factor; tests have better things to do than to wait.
const LEAST_COST: u32 = if cfg!(test) { 4 } else { 10 };
const MOST_COST: u32 = 16;

/// Hashes and checks passwords, as many at a time as there are cores, so that sign-ins can't starve all else.
pub(crate) struct Passwords {
    cost: u32,
    cores: Semaphore,
    checks: AtomicU64,
}

impl Passwords {
    pub(crate) fn new(cost: u32) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { cost: cost.clamp(LEAST_COST, MOST_COST), cores: Semaphore::new(cores), checks: AtomicU64::new(0) }
    }

    /// Returns the bcrypt hash of a password that passed [`check_rules`].
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        let (password, cost) = (password.to_owned(), self.cost);
        self.work(move || bcrypt::hash(password, cost)).await.map_err(Error::Hashing)
    }

    /// Returns whether `password` has this hash; without a hash it is never so, after the same amount of work.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        self.checks.fetch_add(1, Ordering::Relaxed);
        let possible = hash.is_some() && password.len() <= MOST_BYTES;
        let password: String = password.to_owned();
        let hash = hash.map_or_else(|| self.nobodys_hash(), str::to_owned);
        let equal = self.work(move || bcrypt::verify(password, &hash)).await.map_err(Error::Hashing)?;
        Ok(possible && equal)
    }

    /// Returns a new hash of a password that was right, where the old one took less work than is asked for now.
    pub(crate) async fn rehash(&self, password: &str, hash: Option<&str>) -> Result<Option<String>, Error> {
        let cost = hash.and_then(|hash| hash.split('$').nth(2)).and_then(|cost| cost.parse::<u32>().ok());
        match cost.is_some_and(|cost| cost < self.cost) {
            true => self.hash(password).await.map(Some),
            false => Ok(None),
        }
    }

    /// Returns how often a password was checked, for tests that nobody's password takes as long as somebody's.
    #[cfg(test)]
    pub(crate) fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    /// Returns a hash of the same cost that belongs to no password we know.
    fn nobodys_hash(&self) -> String {
        format!("$2b${:02}$KBCwKxOzLha2MUjgbvJ5OuJoKsLmWuBXrIhnAZhWGEyLc4hFkS5J6", self.cost)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        // The semaphore is never closed, so that a failure can't be; hashing without a permit would be no harm.
        let _permit = self.cores.acquire().await.ok();
        match spawn_blocking(work).await {
            Ok(value) => value,
            Err(failure) => std::panic::resume_unwind(failure.into_panic()),
        }
    }
}

/// Says what is wrong with a password that `email` has chosen.
pub(crate) fn check_rules(password: &str, email: &str) -> Option<FieldError> {
    let wrong = |code, detail: &str| Some(FieldError::new("password", code, detail));
    if password.chars().count() < LEAST_CHARACTERS {
        return wrong("too_short", "must have at least 10 characters");
    }
    if password.len() > MOST_BYTES {
        return wrong("too_long", "must have at most 72 bytes; letters beyond ASCII take 2 to 4 bytes each");
    }
    if password.contains('\0') {
        return wrong("invalid", "must not contain the character NUL");
    }
    if password.to_lowercase() == email.trim().to_lowercase() {
        return wrong("is_email", "must not be the e-mail address");
    }
    if is_common(password) {
        return wrong("too_common", "is one of the passwords that are tried first: choose another");
    }
    None
}
