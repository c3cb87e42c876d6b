//! The parent's side: starts the child, watches it, restarts it, stops it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use crate::Error;
use crate::process::{Parent, Process, report};
use crate::system;

/// A child that neither answers nor does anything in this time is given up; one with much to load takes as long as it
/// takes.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How often a child that starts is asked whether it answers, and what it has done so far.
const LOOK: Duration = Duration::from_millis(5);
const LONGEST_LOOK: Duration = Duration::from_secs(1);
/// A child that is asked to stop gets this long: it finishes inserts, and cancels other queries before.
const STOP_LIMIT: Duration = Duration::from_secs(45);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// After this long without a crash, the next pause is short again.
const HEALTHY_AFTER: Duration = Duration::from_secs(60);

/// What to start, and on what.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program that holds the child, such as the product's own binary.
    pub program: PathBuf,
    /// What comes before the child's own arguments, such as `engine`.
    pub arguments: Vec<OsString>,
    /// The data folder.
    pub data: PathBuf,
    /// The Unix socket to answer on; its path must be shorter than 100 bytes.
    pub socket: PathBuf,
    /// libchdb, as [`crate::find_library`] finds it.
    pub library: PathBuf,
    /// How many statements run at the same time.
    pub connections: usize,
    /// Memory of all statements together, in bytes; half of the machine's if not given.
    pub max_memory_bytes: Option<u64>,
}

impl Launch {
    /// Returns the memory of all statements together, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.max_memory_bytes.unwrap_or_else(|| system::memory_bytes() / 2)
    }
}

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Where it is in its life.
    pub state: State,
    /// The child's process id, while one runs.
    pub pid: Option<u32>,
    /// What the kernel enforces on it; known once it has answered.
    pub sandbox: Option<Sandbox>,
    /// ClickHouse's version; known once it has answered.
    pub version: Option<String>,
    /// How often it was started again.
    pub restarts: u64,
}

/// Where the engine is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A first child is starting.
    Starting,
    /// The child answers.
    Ready,
    /// The child died and is being started again.
    Restarting {
        /// Tries since it was last healthy, from 1.
        attempt: u32,
    },
    /// Stopped on demand.
    Stopped,
}

/// What the kernel enforces on the child: `enforced`, `partially` or `unavailable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// Files outside the data folder are out of reach.
    pub landlock: String,
    /// Sockets and programs are refused.
    pub seccomp: String,
}

/// A handle to the supervised engine. When the last one is dropped, the engine stops.
#[derive(Clone, Debug)]
pub struct Engine {
    socket: Arc<Path>,
    status: watch::Receiver<Status>,
    stop: mpsc::Sender<()>,
}

impl Engine {
    /// Starts the engine; returns when it answers.
    pub async fn start(launch: Launch) -> Result<Engine, Error> {
        let (mut watcher, status) = Watcher::of(launch)?;
        let process = watcher.bring_up().await?;
        Ok(watcher.keep(Some(process), status))
    }

    /// Starts the engine and returns at once: it is tried until it answers, whatever keeps it from that.
    pub fn launch(launch: Launch) -> Result<Engine, Error> {
        let (watcher, status) = Watcher::of(launch)?;
        Ok(watcher.keep(None, status))
    }

    /// The socket the engine answers on; it stays the same over restarts.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// How the engine is, now and whenever that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Stops the engine: running inserts finish first.
    pub async fn stop(&self) -> Result<(), Error> {
        // A full channel means that somebody else has asked already.
        let _ = self.stop.try_send(());
        let mut status = self.status.clone();
        match status.wait_for(|status| status.state == State::Stopped).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::Stopped),
        }
    }
}

impl Engine {
    /// Asks to stop without waiting, so that a killed child is not started again.
    pub(crate) fn abandon(&self) {
        let _ = self.stop.try_send(());
    }
}

fn prepare(launch: &Launch) -> Result<(), Error> {
    let folders = [Some(launch.data.as_path()), launch.socket.parent()];
    for folder in folders.into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(|source| Error::Io { path: folder.to_owned(), source })?;
    }
    Ok(())
}

/// The task that owns the child.
struct Watcher {
    launch: Launch,
    parent: Parent,
    publish: watch::Sender<Status>,
}

impl Watcher {
    fn of(launch: Launch) -> Result<(Self, watch::Receiver<Status>), Error> {
        prepare(&launch)?;
        let parent = Parent::start().map_err(|source| Error::Spawn { program: launch.program.clone(), source })?;
        let first = Status { state: State::Starting, pid: None, sandbox: None, version: None, restarts: 0 };
        let (publish, status) = watch::channel(first);
        Ok((Self { launch, parent, publish }, status))
    }

    /// Watches over the engine in a task of its own.
    fn keep(self, first: Option<Process>, status: watch::Receiver<Status>) -> Engine {
        let (stop, stopping) = mpsc::channel(1);
        let socket = Arc::from(self.launch.socket.as_path());
        tokio::spawn(self.watch(first, stopping));
        Engine { socket, status, stop }
    }

    /// Starts a child and waits until it answers.
    async fn bring_up(&mut self) -> Result<Process, Error> {
        let mut process = Process::spawn(&self.launch, &self.parent).await?;
        self.publish.send_modify(|status| status.pid = process.id());
        let pid = process.id();
        let answered = async {
            let mut progress = Progress::new(START_LIMIT, Instant::now());
            loop {
                // The socket is there before the data is loaded: who asks early waits.
                if let Ok(Some(report)) = timeout(LONGEST_LOOK, report(&self.launch.socket)).await {
                    return Ok(report);
                }
                if progress.is_stuck(Instant::now(), pid.and_then(system::work_done)) {
                    return Err(Error::Slow(START_LIMIT));
                }
                sleep(LOOK).await;
            }
        };
        let report = tokio::select! {
            answered = answered => answered,
            ended = process.wait() => Err(Error::Died { status: ended, message: process.last_lines() }),
        };
        match report {
            Ok(report) => {
                self.publish.send_modify(|status| {
                    status.state = State::Ready;
                    status.version = Some(report.version);
                    status.sandbox = Some(report.sandbox);
                });
                Ok(process)
            }
            Err(error) => {
                process.kill().await;
                self.publish.send_modify(|status| status.pid = None);
                Err(error)
            }
        }
    }

    /// Watches over one child after another until asked to stop, or until nobody holds the engine any more.
    async fn watch(mut self, first: Option<Process>, mut stopping: mpsc::Receiver<()>) {
        let mut attempt = 0;
        let mut running = first;
        loop {
            if let Some(mut process) = running.take() {
                let since = Instant::now();
                let ended = tokio::select! {
                    biased;
                    _ = stopping.recv() => return self.bring_down(process).await,
                    ended = process.wait() => ended,
                };
                tracing::error!("the engine ended ({ended}); starting it again");
                attempt = if since.elapsed() >= HEALTHY_AFTER { 0 } else { attempt };
                attempt += 1;
                self.restarts(attempt);
            }
            let again = async {
                loop {
                    if attempt > 0 {
                        sleep(pause(attempt)).await;
                    }
                    match self.bring_up().await {
                        Ok(process) => return process,
                        Err(error) => tracing::error!("cannot start the engine: {error}"),
                    }
                    attempt += 1;
                    self.restarts(attempt);
                }
            };
            running = tokio::select! {
                next = again => Some(next),
                _ = stopping.recv() => return self.stopped(),
            };
        }
    }

    fn restarts(&self, attempt: u32) {
        self.publish.send_modify(|status| {
            status.state = State::Restarting { attempt };
            status.pid = None;
            status.restarts += 1;
        });
    }

    async fn bring_down(self, mut process: Process) {
        process.terminate();
        if timeout(STOP_LIMIT, process.wait()).await.is_err() {
            tracing::error!("the engine did not stop within {STOP_LIMIT:?}: killing it");
            process.kill().await;
        }
        self.stopped();
    }

    fn stopped(self) {
        let _ = std::fs::remove_file(&self.launch.socket);
        self.publish.send_modify(|status| {
            status.state = State::Stopped;
            status.pid = None;
        });
    }
}

/// 100 ms, doubled with every try, up to 10 s.
fn pause(attempt: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt - 1)).min(LONGEST_PAUSE)
}

/// Whether a child that does not answer yet does anything.
struct Progress {
    limit: Duration,
    since: Instant,
    done: Option<u64>,
}

impl Progress {
    fn new(limit: Duration, now: Instant) -> Self {
        Self { limit, since: now, done: None }
    }

    /// Takes what it has done so far, where that is known; tells whether that has been the same for too long.
    fn is_stuck(&mut self, now: Instant, done: Option<u64>) -> bool {
        if done != self.done {
            self.done = done;
            self.since = now;
        }
        now - self.since >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_loads_is_waited_for_and_one_that_does_nothing_is_not() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut loading = Progress::new(START_LIMIT, start);
        assert!((0..600).all(|second| !loading.is_stuck(at(second), Some(second / 20))), "ten minutes");
        let mut idle = Progress::new(START_LIMIT, start);
        assert_eq!([0, 29, 30].map(|second| idle.is_stuck(at(second), Some(7))), [false, false, true]);
        let mut unknown = Progress::new(START_LIMIT, start);
        assert_eq!([0, 29, 30].map(|second| unknown.is_stuck(at(second), None)), [false, false, true]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_done_is_seen() {
        let own = std::process::id();
        let before = system::work_done(own).unwrap();
        let begun = std::time::Instant::now();
        while system::work_done(own) == Some(before) {
            assert!(begun.elapsed() < Duration::from_secs(60), "in vain");
        }
    }

    #[test]
    fn pauses_double_up_to_a_limit() {
        let pauses: Vec<u128> = [1, 2, 3, 7, 8, 40].into_iter().map(|attempt| pause(attempt).as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 6_400, 10_000, 10_000]);
    }
}
