//! Passwords: which are good enough, and how they are kept.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    thread::available_parallelism,
};

use http_kit::FieldError;
use tokio::{
    sync::{OnceCell, Semaphore},
    task::spawn_blocking,
};

use super::{
    Error,
    common_passwords::is_common,
    store::{self, tokens::Db},
};

const LEAST_CHARACTERS: usize = 10;
/// bcrypt looks at no more: a longer password would be as good as its beginning.
const MOST_BYTES: usize = 72;
/// The documented least work factor; tests have better things to do than to wait.
const LEAST_COST: u32 = if cfg!(test) { 4 } else { 10 };
const MOST_COST: u32 = 16;

/// Hashes and checks passwords, as many at a time as there are cores, so that sign-ins can't starve all else.
///
/// A check takes the same work whoever is asked about. Hashes that were made while `accounts.bcrypt_cost` was another
/// one take more or less than those of today, so every check is brought to the work of the dearest hash there is.
pub(crate) struct Passwords {
    cost: u32,
    /// The cost of the dearest hash that is stored, as far as is known, or of new ones.
    dearest: AtomicU32,
    /// Set once the store was asked for it.
    learned: OnceCell<()>,
    cores: Semaphore,
    /// Checks, and the steps that they took, for tests that nobody's password takes as long as somebody's.
    checks: AtomicU64,
    steps: Arc<AtomicU64>,
}

impl Passwords {
    pub(crate) fn new(cost: u32) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let cost = cost.clamp(LEAST_COST, MOST_COST);
        Self {
            cost,
            dearest: AtomicU32::new(cost),
            learned: OnceCell::new(),
            cores: Semaphore::new(cores),
            checks: AtomicU64::new(0),
            steps: Arc::default(),
        }
    }

    /// Returns the bcrypt hash of a password that passed [`check_rules`].
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        let (password, cost) = (password.to_owned(), self.cost);
        self.work(move || bcrypt::hash(password, cost)).await.map_err(Error::Hashing)
    }

    /// Learns, once, how dear the hashes are that are stored: some may be of a cost that is configured no more.
    pub(crate) async fn learn(&self, db: &impl Db) -> Result<(), Error> {
        let ask = async || {
            let cost = store::dearest_hash(db).await?.unwrap_or_default();
            self.dearest.fetch_max(cost.min(MOST_COST), Ordering::Relaxed);
            Ok(())
        };
        self.learned.get_or_try_init(ask).await.copied()
    }

    /// Returns whether `password` has this hash; without a hash it is never so, after the same amount of work.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        self.checks.fetch_add(1, Ordering::Relaxed);
        let possible = hash.is_some() && password.len() <= MOST_BYTES;
        // Another server may have other costs configured, and make hashes that are dearer.
        let seen = hash.and_then(cost_of).unwrap_or_default().min(MOST_COST);
        let dearest = self.dearest.fetch_max(seen, Ordering::Relaxed).max(seen);
        let password: String = password.to_owned();
        let hash = hash.map_or_else(|| nobodys_hash(dearest), str::to_owned);
        let steps = Arc::clone(&self.steps);
        let check = move || {
            let take = |hash: &str, cost: u32| {
                steps.fetch_add(1 << cost, Ordering::Relaxed);
                bcrypt::verify(&password, hash)
            };
            let cost = cost_of(&hash).unwrap_or(dearest);
            let equal = take(&hash, cost);
            // 2^n steps and then 2^n, 2^(n+1) … 2^(m-1) are 2^m in all.
            for missing in cost..dearest {
                take(&nobodys_hash(missing), missing)?;
            }
            equal
        };
        let equal = self.work(check).await.map_err(Error::Hashing)?;
        Ok(possible && equal)
    }

    /// Returns a new hash of a password that was right, where the old one took other work than is asked for now.
    pub(crate) async fn rehash(&self, password: &str, hash: Option<&str>) -> Result<Option<String>, Error> {
        match hash.and_then(cost_of).is_some_and(|cost| cost != self.cost) {
            true => self.hash(password).await.map(Some),
            false => Ok(None),
        }
    }

    /// Returns how often a password was checked, for tests that nobody's password takes as long as somebody's.
    #[cfg(test)]
    pub(crate) fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    /// Returns how many steps all checks took so far.
    #[cfg(test)]
    pub(crate) fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
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

/// Returns a hash that belongs to no password we know.
fn nobodys_hash(cost: u32) -> String {
    format!("$2b${cost:02}$KBCwKxOzLha2MUjgbvJ5OuJoKsLmWuBXrIhnAZhWGEyLc4hFkS5J6")
}

/// Returns the cost of a hash.
fn cost_of(hash: &str) -> Option<u32> {
    hash.split('$').nth(2)?.parse().ok()
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
