//! One life of the child: spawned, asked how it is, waited for.

use std::collections::VecDeque;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{Error, Launch, Sandbox, system};

/// The last lines of a child's log, for the error that tells why it died.
const KEPT_LINES: usize = 20;

/// The log ends with the child, but for a descriptor that somebody inherited.
const LOG_PATIENCE: Duration = Duration::from_secs(1);

/// A running child.
pub(crate) struct Process {
    child: Child,
    /// Kept open: the child ends when it closes. Waiting for a child closes the one it holds itself.
    input: Option<ChildStdin>,
    last_lines: Arc<Mutex<VecDeque<String>>>,
    log: Option<JoinHandle<()>>,
}

/// What a child tells of itself.
pub(crate) struct Report {
    pub(crate) version: String,
    pub(crate) sandbox: Sandbox,
}

impl Process {
    /// Starts the child with an empty environment.
    pub(crate) async fn spawn(launch: &Launch, parent: &Parent) -> Result<Process, Error> {
        let mut command = Command::new(&launch.program);
        command.args(&launch.arguments).arg("--follow-parent");
        command.arg("--data").arg(&launch.data).arg("--socket").arg(&launch.socket);
        command.arg("--library").arg(&launch.library).arg("--connections").arg(launch.connections.to_string());
        if let Some(bytes) = launch.max_memory_bytes {
            command.arg("--max-memory-bytes").arg(bytes.to_string());
        }
        // A Ctrl-C goes to every process of the terminal's foreground group: the engine has to outlive the last inserts,
        // and is told to stop after them.
        command.process_group(0);
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let spawned = parent.spawn(command).await?;
        let mut child = spawned.map_err(|source| Error::Spawn { program: launch.program.clone(), source })?;
        let last_lines = Arc::default();
        let log = child.stderr.take().map(|log| tokio::spawn(pass_on(log, Arc::clone(&last_lines))));
        Ok(Process { input: child.stdin.take(), child, last_lines, log })
    }

    /// The process id, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for the end, and for the log's last line; describes the end.
    pub(crate) async fn wait(&mut self) -> String {
        let ended = match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        if let Some(log) = &mut self.log {
            let _ = timeout(LOG_PATIENCE, log).await;
            self.log = None;
        }
        ended
    }

    /// The last lines it logged.
    pub(crate) fn last_lines(&self) -> String {
        let lines = self.last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// Asks it to finish what runs and end.
    pub(crate) fn terminate(&mut self) {
        drop(self.input.take());
        if let Some(pid) = self.child.id() {
            system::signal(pid, libc::SIGTERM);
        }
    }

    /// Ends it at once.
    pub(crate) async fn kill(&mut self) {
        let _ = self.child.kill().await;
    }
}

/// Passes the child's log on, line by line, at the level each line begins with.
async fn pass_on(log: impl AsyncRead + Unpin, last_lines: Arc<Mutex<VecDeque<String>>>) {
    let mut lines = BufReader::new(log).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let line = line.trim();
        let (level, message) = line.split_once(' ').unwrap_or(("", line));
        match level {
            "ERROR" => tracing::error!(target: "engine", "{message}"),
            "WARN" => tracing::warn!(target: "engine", "{message}"),
            "INFO" => tracing::info!(target: "engine", "{message}"),
            "DEBUG" | "TRACE" => tracing::debug!(target: "engine", "{message}"),
            _ => tracing::warn!(target: "engine", "{line}"),
        }
        let mut kept = last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT_LINES {
            kept.pop_front();
        }
        kept.push_back(line.to_owned());
    }
}

/// Asks a child how it is; `None` while it does not answer.
pub(crate) async fn report(socket: &Path) -> Option<Report> {
    let stream = UnixStream::connect(socket).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let request = hyper::Request::get("/status").header("host", "engine").body(Empty::<Bytes>::new()).ok()?;
    let response = sender.send_request(request).await.ok()?;
    let body = response.into_body().collect().await.ok()?.to_bytes();
    connection.abort();
    let status: serde_json::Value = serde_json::from_slice(&body).ok()?;
    let text = |key: &str| status[key].as_str().unwrap_or("unknown").to_owned();
    Some(Report { version: text("version"), sandbox: Sandbox { landlock: text("landlock"), seccomp: text("seccomp") } })
}

/// The thread that children are born of.
///
/// Linux tells a child of the end of the *thread* that made it. Threads of a runtime come and go, this one lives as
/// long as the supervisor.
pub(crate) struct Parent {
    births: std::sync::mpsc::Sender<Birth>,
}

struct Birth {
    command: Command,
    born: tokio::sync::oneshot::Sender<std::io::Result<Child>>,
}

impl Parent {
    /// Starts the thread; it ends when the value is dropped.
    pub(crate) fn start() -> std::io::Result<Parent> {
        let (births, queue) = std::sync::mpsc::channel::<Birth>();
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new().name("engine-parent".into()).spawn(move || {
            let _entered = runtime.enter();
            for mut birth in queue {
                let _ = birth.born.send(birth.command.spawn());
            }
        })?;
        Ok(Parent { births })
    }

    async fn spawn(&self, command: Command) -> Result<std::io::Result<Child>, Error> {
        let (born, child) = tokio::sync::oneshot::channel();
        self.births.send(Birth { command, born }).map_err(|_| Error::Stopped)?;
        child.await.map_err(|_| Error::Stopped)
    }
}
