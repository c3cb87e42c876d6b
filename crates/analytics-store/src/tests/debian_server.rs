//! A private ClickHouse server from Debian's package `clickhouse-server`.
//!
//! It is version 18.16: it has neither `{name:Type}` parameters nor today's types, but nobody here wrote its protocol.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Store;
use crate::connection::Connection;

/// Settings that came after 2018.
const UNKNOWN_SETTINGS: [&str; 11] = [
    "deduplicate_blocks_in_dependent_materialized_views",
    "async_insert",
    "cancel_http_readonly_queries_on_client_close",
    "date_time_output_format",
    "http_write_exception_in_output_format",
    "join_use_nulls",
    "max_partitions_per_insert_block",
    "output_format_json_quote_decimals",
    "precise_float_parsing",
    "output_format_json_validate_utf8",
    "union_default_mode",
];

/// A running server; stopped when dropped.
pub(super) struct DebianServer {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl DebianServer {
    /// Starts a server with the users `default` (no password) and `radix` (password `se:cret@/1 ü`).
    pub(super) fn start() -> Self {
        let binary = binary();
        for _ in 0..5 {
            if let Some(server) = Self::try_start(&binary) {
                return server;
            }
        }
        panic!("{} did not start in five attempts", binary.display());
    }

    /// Returns a client at `user:password@`, or nothing for the default user.
    pub(super) fn store(&self, credentials: &str) -> Store {
        let store = Store::http(&format!("http://{credentials}127.0.0.1:{}/default", self.port), None);
        let connection = Arc::into_inner(store.expect("a usable address").connection).expect("the only owner");
        let old = Connection { unknown_settings: &UNKNOWN_SETTINGS, compresses: false, ..connection };
        Store::over(old)
    }

    /// Kills the server.
    pub(super) fn stop(&mut self) {
        self.process.kill().expect("the server was running");
        self.process.wait().expect("the server ends");
    }

    fn try_start(binary: &Path) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (port, tcp_port) = (free_port(), free_port());
        let root = folder.path().display().to_string();
        let config = include_str!("debian_server.xml").replace("{root}", &root);
        let config = config.replace("{http}", &port.to_string()).replace("{tcp}", &tcp_port.to_string());
        let config_file = folder.path().join("config.xml");
        std::fs::write(&config_file, config).expect("a written file");
        let process = Command::new(binary)
            .arg(format!("--config-file={}", config_file.display()))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server's program can be run");
        let mut server = Self { process, folder, port };
        server.is_ready().then_some(server)
    }

    /// Another process may have taken the port meanwhile; then ours ends.
    fn is_ready(&mut self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            if self.process.try_wait().expect("a process of ours").is_some() {
                return false;
            }
            let is_up = std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok();
            if is_up {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server in {} does not listen after a minute", self.folder.path().display());
    }
}

impl Drop for DebianServer {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn binary() -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders)
        .chain(["/usr/sbin".into(), "/usr/bin".into()])
        .map(|folder| folder.join("clickhouse-server"))
        .find(|program| program.is_file());
    found.expect("these tests need a ClickHouse server: install the package clickhouse-server")
}

/// Returns a port that nobody listened on a moment ago.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound socket").port()
}
