//! The threads that do the drainer's reckoning: reading the spool, filling columns, making blocks.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;

use super::Shared;
use super::drain::ENOUGH_ROWS;
use super::insert;
use super::panicked::Panicked;

type Job = Box<dyn FnOnce() + Send>;

/// Threads of its own, which give way to those that answer requests: what is accepted can wait in the spool, who sends
/// it should not. There are two because a thread that has given up its share of the processor can't take it back.
pub(super) struct Worker {
    steady: mpsc::Sender<Job>,
    idle: mpsc::Sender<Job>,
    is_idle: AtomicBool,
}

/// How much jobs give way to the threads that take events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// They have a tenth of a processor that everybody wants.
    Steady,
    /// They have what nobody else wants.
    Idle,
}

/// As many as are worth an insert of their own: storing is behind.
const FLOOD: u64 = ENOUGH_ROWS;
/// Events that have waited for so long are stored beside those that arrive, and no longer after them.
const LATE: TimeDelta = TimeDelta::seconds(10);
/// From this share of its room on the spool is emptied beside what arrives.
const MUCH_OF_THE_SPOOL: u64 = 4;

impl Pace {
    /// Returns the pace for a chunk whose first events arrived then.
    pub(super) fn of(shared: &Shared, arrived: Option<DateTime<Utc>>) -> Self {
        let spool = (shared.spool.bytes(), shared.spool_limit_bytes);
        let waited = arrived.map_or(TimeDelta::zero(), |arrived| insert::now() - arrived);
        Self::by(shared.backlog(), spool, waited)
    }

    /// In a flood taking events goes first, as long as what was taken waits neither for long nor in large amounts.
    fn by(backlog: u64, (used, limit): (u64, u64), waited: TimeDelta) -> Self {
        let is_flood = backlog >= FLOOD;
        let has_room = used < limit / MUCH_OF_THE_SPOOL;
        if is_flood && has_room && waited < LATE { Self::Idle } else { Self::Steady }
    }
}

impl Worker {
    pub(super) fn start() -> io::Result<Self> {
        Ok(Self {
            steady: thread("drainer", be_nice)?,
            idle: thread("drainer-idle", be_idle)?,
            is_idle: AtomicBool::new(false),
        })
    }

    /// Sets how much the jobs from now on give way.
    pub(super) fn set_pace(&self, pace: Pace) {
        self.is_idle.store(pace == Pace::Idle, Ordering::Relaxed);
    }

    /// Does a job when those before it are done, and returns what it returns; a panic goes on here.
    pub(super) async fn run<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> R {
        match self.job(work).await {
            Ok(answer) => answer,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Does a job that may panic for what it was given.
    pub(super) async fn attempt<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, Panicked> {
        self.job(work).await.map_err(Panicked::of)
    }

    async fn job<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> std::thread::Result<R> {
        let (done, answer) = oneshot::channel();
        let job = move || {
            // Whoever asked may have gone.
            let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
        };
        let jobs = if self.is_idle.load(Ordering::Relaxed) { &self.idle } else { &self.steady };
        // The thread lives as long as this, and no panic ends it.
        let _ = jobs.send(Box::new(job));
        match answer.await {
            Ok(done) => done,
            Err(_) => std::future::pending().await,
        }
    }
}

fn thread(name: &str, give_way: fn() -> io::Result<()>) -> io::Result<mpsc::Sender<Job>> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let work = move || {
        if let Err(error) = give_way() {
            tracing::debug!(%error, "storing events has the same priority as taking them");
        }
        while let Ok(job) = waiting.recv() {
            job();
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(jobs)
}

/// On Linux a thread has a priority of its own; elsewhere it is the whole process that has one.
#[cfg(target_os = "linux")]
fn be_nice() -> io::Result<()> {
    const NICENESS: i32 = 10;
    Ok(rustix::process::setpriority_process(None, NICENESS)?)
}

#[cfg(not(target_os = "linux"))]
fn be_nice() -> io::Result<()> {
    Ok(())
}

/// Where the kernel knows no such class, as little as there is.
#[cfg(target_os = "linux")]
fn be_idle() -> io::Result<()> {
    use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};

    let class = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let this = thread_priority::thread_native_id();
    thread_priority::set_thread_priority_and_policy(this, ThreadPriority::Min, class).or_else(|_| be_nice())
}

#[cfg(not(target_os = "linux"))]
fn be_idle() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storing_gives_way_in_a_flood_but_not_for_long_nor_for_much() {
        let pace = |backlog, used, seconds| Pace::by(backlog, (used, 100), TimeDelta::seconds(seconds));
        assert_eq!(pace(FLOOD, 24, 9), Pace::Idle);
        assert_eq!(pace(FLOOD - 1, 24, 9), Pace::Steady, "few wait");
        assert_eq!(pace(FLOOD, 25, 9), Pace::Steady, "much of the spool is used");
        assert_eq!(pace(FLOOD, 24, 10), Pace::Steady, "they have waited for long");
    }

    #[tokio::test]
    async fn jobs_are_done_at_either_pace() {
        let worker = Worker::start().unwrap();
        for (pace, name) in [(Pace::Idle, "drainer-idle"), (Pace::Steady, "drainer")] {
            worker.set_pace(pace);
            let done_by = worker.run(|| std::thread::current().name().map(str::to_owned)).await;
            assert_eq!(done_by.as_deref(), Some(name));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_may_have_what_nobody_else_wants() {
        let class = std::thread::spawn(|| {
            be_idle().unwrap();
            // The 41st field; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
            let fields = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            fields.rsplit(')').next().unwrap().split_whitespace().nth(38).map(str::to_owned)
        });
        const SCHED_IDLE: &str = "5";
        assert_eq!(class.join().unwrap().as_deref(), Some(SCHED_IDLE));
    }
}
