//! The thread that does the drainer's reckoning: reading the spool, filling columns, making blocks.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// A thread of its own, which gives way to those that answer requests: what is accepted can wait in the spool, who
/// sends it should not.
pub(super) struct Worker(mpsc::Sender<Job>);

impl Worker {
    pub(super) fn start() -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let work = move || {
            give_way();
            while let Ok(job) = waiting.recv() {
                job();
            }
        };
        std::thread::Builder::new().name("drainer".to_owned()).spawn(work)?;
        Ok(Self(jobs))
    }

    /// Does a job when those before it are done, and returns what it returns; a panic goes on here.
    pub(super) async fn run<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> R {
        let (done, answer) = oneshot::channel();
        let job = move || {
            // Whoever asked may have gone.
            let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
        };
        // The thread lives as long as this, and no panic ends it.
        let _ = self.0.send(Box::new(job));
        match answer.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => std::future::pending().await,
        }
    }
}

/// On Linux a thread has a priority of its own; elsewhere it is the whole process that has one.
#[cfg(target_os = "linux")]
fn give_way() {
    const NICENESS: i32 = 10;
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "storing events has the same priority as taking them");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}
