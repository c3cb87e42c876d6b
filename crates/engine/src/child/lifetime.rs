//! Beginning and end of the process: its log, its folder's lock, its parent, its signals.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};

/// Logs lines of level and text to standard error; the parent gives them time and place.
pub(super) fn log_to_stderr() {
    let format = tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().with_ansi(false);
    // The product's binary may have set up its own log already.
    let _ = format.with_target(false).try_init();
}

/// Refuses to go on when threads run already: a sandbox closed by one thread does not hold the others.
#[cfg(target_os = "linux")]
pub(super) fn require_single_thread() -> anyhow::Result<()> {
    let threads = std::fs::read_dir("/proc/self/task").context("cannot count the threads")?.count();
    anyhow::ensure!(threads == 1, "the engine must start before any thread does: {threads} run already");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn require_single_thread() -> anyhow::Result<()> {
    Ok(())
}

/// A panic anywhere ends the process: the parent starts a fresh one, half an engine serves nobody.
pub(super) fn abort_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic);
        std::process::abort();
    }));
}

/// An engine whose parent was killed finishes its inserts: its successor waits this long for the folder.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

/// Takes the data folder for this process; the lock ends with the returned file.
pub(super) fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join("engine.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    let asked = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if asked.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => bail!("another engine already uses the data folder {}", data.display()),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
    }
}

/// Completes when the process is asked to stop: by a signal, or by standard input closing.
pub(super) fn stop_requested(follow_parent: bool) -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (closed, parent) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: reading standard input blocks, and must not keep the runtime from ending.
    std::thread::Builder::new().name("parent".into()).spawn(move || {
        let mut byte = [0_u8; 1];
        while follow_parent && std::io::stdin().read(&mut byte).is_ok_and(|count| count > 0) {}
        if follow_parent {
            let _ = closed.send(());
        } else {
            // Never tells: the sender must outlive the wait.
            std::mem::forget(closed);
        }
    })?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            // At a terminal the interrupt reaches parent and child alike: the parent decides.
            _ = interrupt.recv(), if !follow_parent => {}
            _ = parent => {}
        }
    })
}
