//! A real engine for tests of any crate: a child on a fresh folder, gone with the value.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Engine, Launch, find_library, system};

/// A running engine that a test owns.
pub struct TestEngine {
    engine: Engine,
    folder: TempDir,
}

/// Starts an engine on a fresh data folder.
///
/// # Panics
/// If the child's program or the library is missing; the text says which command makes it.
pub async fn engine() -> TestEngine {
    let folder = tempfile::Builder::new().prefix("engine").tempdir().expect("a temporary folder");
    let engine = Engine::start(launch(folder.path())).await.unwrap_or_else(|error| panic!("{error}"));
    TestEngine { engine, folder }
}

/// As [`engine`], but that nothing except the kernel keeps statements from what is outside.
///
/// # Panics
/// As [`engine`].
pub async fn engine_with_the_kernel_alone() -> TestEngine {
    let folder = tempfile::Builder::new().prefix("engine").tempdir().expect("a temporary folder");
    let launch = Launch { arguments: vec!["--kernel-alone".into()], ..launch(folder.path()) };
    let engine = Engine::start(launch).await.unwrap_or_else(|error| panic!("{error}"));
    TestEngine { engine, folder }
}

/// The usual way to start a child on `folder`: data in `data`, socket beside it.
///
/// # Panics
/// As [`engine`].
pub fn launch(folder: &Path) -> Launch {
    Launch {
        program: program(),
        arguments: Vec::new(),
        data: folder.join("data"),
        socket: folder.join("engine.socket"),
        library: find_library(None).unwrap_or_else(|error| panic!("{error}")),
        connections: 4,
        max_memory_bytes: Some(2 << 30),
    }
}

impl TestEngine {
    /// The socket to speak to.
    pub fn socket(&self) -> &Path {
        self.engine.socket()
    }

    /// The supervised engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The folder that holds data and socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Kills the child with SIGKILL; the supervisor starts another.
    pub fn kill(&self) {
        let pid = self.engine.status().borrow().pid;
        if let Some(pid) = pid {
            system::signal(pid, libc::SIGKILL);
        }
    }
}

impl Drop for TestEngine {
    /// A test's data is thrown away, so its engine need not finish anything.
    fn drop(&mut self) {
        let pid = self.engine.status().borrow().pid;
        self.engine.abandon();
        self.kill();
        if let Some(pid) = pid {
            // The folder can only be removed when nobody writes to it any more.
            system::wait_for_end(pid);
        }
    }
}

/// `radixinsight-engine` in the folder of the running test's build profile.
fn program() -> PathBuf {
    let executable = std::env::current_exe().expect("the test's own path");
    let found = executable.ancestors().skip(1).take(3).map(|folder| folder.join("radixinsight-engine"));
    found
        .into_iter()
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("radixinsight-engine is missing; run: cargo build -p engine"))
}
