//! Tasks that run as long as the server does: one that ends or panics is told, and begun again after a pause.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Pauses before a task is begun again: each twice as long as the one before, until it has run well for [`WELL`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const WELL: Duration = Duration::from_secs(600);

/// All tasks of a server; a clone is the same.
#[derive(Clone, Default)]
pub struct Tasks(Arc<Mutex<BTreeMap<&'static str, Ended>>>);

#[derive(Clone)]
struct Ended {
    times: u64,
    said: String,
    at: Instant,
}

/// A task that ended and was begun again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Troubled {
    /// What it does, in words.
    pub name: &'static str,
    /// How often it ended.
    pub times: u64,
    /// What it said last.
    pub said: String,
}

impl Tasks {
    /// Runs what `make` makes, again and again.
    pub fn keep<F>(&self, name: &'static str, make: impl FnMut() -> F + Send + 'static) -> JoinHandle<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.keep_with(FIRST_PAUSE, name, make)
    }

    fn keep_with<F>(
        &self,
        first_pause: Duration,
        name: &'static str,
        mut make: impl FnMut() -> F + Send + 'static,
    ) -> JoinHandle<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let tasks = self.clone();
        tokio::spawn(async move {
            let mut pause = first_pause;
            loop {
                let begun = Instant::now();
                let said = match AssertUnwindSafe(make()).catch_unwind().await {
                    Ok(()) => "it ended by itself".to_owned(),
                    Err(panic) => format!("it panicked: {}", words(panic.as_ref())),
                };
                tracing::error!(task = name, said, "a task ended: it is begun again");
                metrics::counter!("radixinsight_task_panics_total", "task" => name).increment(1);
                tasks.note(name, said);
                pause = if begun.elapsed() >= WELL { first_pause } else { pause };
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        })
    }

    /// Returns the tasks that ended a short while ago.
    pub fn troubled(&self) -> Vec<Troubled> {
        self.troubled_at(Instant::now())
    }

    fn troubled_at(&self, now: Instant) -> Vec<Troubled> {
        let tasks = self.lock();
        let recent = tasks.iter().filter(|(_, ended)| now - ended.at < WELL);
        recent.map(|(name, ended)| Troubled { name, times: ended.times, said: ended.said.clone() }).collect()
    }

    fn note(&self, name: &'static str, said: String) {
        let mut tasks = self.lock();
        let times = tasks.get(name).map_or(0, |ended| ended.times) + 1;
        tasks.insert(name, Ended { times, said, at: Instant::now() });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Ended>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_or_ends_is_told_and_begun_again() {
        let tasks = Tasks::default();
        let begun = Arc::new(AtomicU64::new(0));
        let counted = begun.clone();
        let task = tasks.keep_with(Duration::from_millis(1), "sweeping", move || {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                match number {
                    0 => panic!("told to"),
                    1 => {}
                    _ => std::future::pending().await,
                }
            }
        });
        let mut told = Vec::new();
        while begun.load(Ordering::Relaxed) < 3 {
            told.extend(tasks.troubled());
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
        let first = Troubled { name: "sweeping", times: 1, said: "it panicked: told to".into() };
        assert!(told.is_empty() || told.contains(&first), "{told:?}");
        let second = Troubled { name: "sweeping", times: 2, said: "it ended by itself".into() };
        assert_eq!(tasks.troubled(), [second]);
        assert_eq!(tasks.troubled_at(Instant::now() + WELL), [], "it has run well since");
        task.abort();
    }
}
