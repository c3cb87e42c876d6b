//! What can go wrong on the parent's side.

use std::path::PathBuf;
use std::time::Duration;

/// Why the engine could not be found, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No libchdb for this platform was found in the usual places.
    #[error(
        "cannot find the engine library; run: npm ci --ignore-scripts --prefix crates/engine (looked for {})",
        places(.looked)
    )]
    LibraryMissing {
        /// The places that were tried, in order.
        looked: Vec<PathBuf>,
    },
    /// The library that was named does not exist.
    #[error(
        "the engine library {0} does not exist; run: npm ci --ignore-scripts --prefix crates/engine, or name another file"
    )]
    NoSuchLibrary(PathBuf),
    /// The program could not be started.
    #[error("cannot start the engine {program}")]
    Spawn {
        /// The program that was to be started.
        program: PathBuf,
        /// The reason given by the operating system.
        source: std::io::Error,
    },
    /// The child ended before it answered.
    #[error("the engine stopped while starting ({status}): {message}")]
    Died {
        /// How it ended: exit code or signal.
        status: String,
        /// The last lines it logged.
        message: String,
    },
    /// The child did not answer in time.
    #[error("the engine did not answer within {0:?}")]
    Slow(Duration),
    /// The supervisor is gone.
    #[error("the engine is stopped")]
    Stopped,
    /// A folder or socket could not be prepared.
    #[error("cannot prepare {path}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason given by the operating system.
        source: std::io::Error,
    },
}

fn places(looked: &[PathBuf]) -> String {
    looked.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
