//! A Redis of a test's own, from the installed package, on a free port of the loopback.
//!
//! A shell watches over it: when the test process ends, however it ends, the server does too.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
};

use tempfile::TempDir;

/// A Redis of a test's own.
#[derive(Debug)]
pub struct RedisServer {
    folder: TempDir,
    port: u16,
    password: String,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    pid: String,
    stdin: ChildStdin,
    watcher: Child,
}

impl RedisServer {
    /// Starts an empty one that asks for no password.
    ///
    /// # Panics
    /// Where it can't be started, with a message that says what is missing.
    pub fn start() -> Self {
        Self::start_with_password("")
    }

    /// Starts an empty one that asks for a password.
    ///
    /// # Panics
    /// Where it can't be started.
    pub fn start_with_password(password: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The port is free once the listener is dropped, and nobody else is given it for a while.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = port.expect("a free port").port();
        let mut server = Self { folder, port, password: password.to_owned(), running: None };
        server.restart();
        server
    }

    /// Its address, without the password.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Starts it again on the same port, with nothing in it.
    ///
    /// # Panics
    /// Where it can't be started.
    pub fn restart(&mut self) {
        let mut command = Command::new("sh");
        command.args(["-c", include_str!("redis.sh"), "redis.sh"]);
        command.arg(self.folder.path()).arg(self.port.to_string()).arg(&self.password);
        // A process group of its own, so that Ctrl-C in the terminal reaches the tests first and the server through them.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut watcher = command.spawn().expect("a shell to start Redis");
        let stdin = watcher.stdin.take().expect("a piped input");
        let stdout = watcher.stdout.take().expect("a piped output");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("output of the shell");
        match line.trim().split_once(' ') {
            Some(("ready", pid)) => self.running = Some(Running { pid: pid.to_owned(), stdin, watcher }),
            _ => panic!("Redis for tests did not start: {}", line.trim()),
        }
    }

    /// Ends it at once, as a power cut does.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn kill(&mut self) {
        let Running { stdin, mut watcher, .. } = self.running.take().expect("a Redis that runs");
        drop(stdin);
        watcher.wait().expect("the end of the shell");
    }

    /// Stops it from answering, without cutting any connection; `resume` lets it go on.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it answer again.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let running = self.running.as_ref().expect("a Redis that runs");
        let sent = Command::new("kill").args([signal, &running.pid]).status().expect("the program kill");
        assert!(sent.success(), "the signal {signal} was not sent");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}
