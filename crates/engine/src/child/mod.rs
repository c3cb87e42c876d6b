//! The child process: libchdb behind the ClickHouse HTTP interface, on a Unix socket, in a sandbox.
//!
//! The order at start matters: take the data folder, bind the socket, load the library, close the sandbox, and only
//! then open the first connection and start threads. What the sandbox shuts out is shut out for all of them.
//!
//! Every request runs one statement on a connection of its own. `DELETE /query/<id>`, `KILL QUERY WHERE query_id =
//! '<id>'` and a client that hangs up cancel it. `GET /status` tells what the sandbox holds.
//!
//! Measured on two cores: first answer 0.1 s after the start, 200 MB resident, `select 1` in 1.1 ms over the socket
//! (0.7 ms of it in the library), a million rows of 23 columns a second into MergeTree as `Native`.
//!
//! What it does not do: sessions, ClickHouse's own compression framing (`compress=1`), users. Formats with a frame
//! (`JSON`, `Parquet`) are rendered whole in memory, the others are streamed (see [`mod@format`]). A client that reads
//! slowly holds its connection as long as it reads.

mod answer;
mod encoding;
mod exception;
mod ffi;
mod flush;
mod format;
mod http;
mod keeper;
mod lexer;
mod lifetime;
mod options;
mod outside;
mod pool;
mod request;
mod running;
mod sandbox;
mod session;
mod statement;

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use self::flush::{Flushes, Flushing};
use self::http::{Face, routes};
use self::keeper::Keeper;
use self::pool::Pool;
use self::running::Running;
use self::session::Library;
use crate::system;

/// How long running queries may take to end when the engine stops.
const GRACE: Duration = Duration::from_secs(20);

/// What the engine is started with.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Folder that holds the data; one engine at a time may use it.
    #[arg(long)]
    pub data: PathBuf,
    /// Unix socket to answer on.
    #[arg(long)]
    pub socket: PathBuf,
    /// The ClickHouse library, libchdb.so.
    #[arg(long)]
    pub library: PathBuf,
    /// Number of statements that run at the same time.
    #[arg(long, default_value_t = 8)]
    pub connections: usize,
    /// Memory all statements may use together, in bytes; half of the machine's if not given.
    #[arg(long)]
    pub max_memory_bytes: Option<u64>,
    /// Leaves it to the kernel alone what statements may reach: for tests of the sandbox.
    #[arg(long, hide = true)]
    pub kernel_alone: bool,
    /// Stops when standard input closes, so that the engine never outlives its parent.
    #[arg(long)]
    pub follow_parent: bool,
}

/// Runs the engine until it is told to stop.
///
/// Call it from a thread that is the process's only one, before any runtime is built: the sandbox depends on it.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    lifetime::log_to_stderr();
    lifetime::abort_on_panic();
    system::keep_files_private();
    if arguments.follow_parent {
        system::follow_parent().context("cannot follow the parent process")?;
    }
    if let Err(error) = system::give_way() {
        tracing::debug!(%error, "the engine has the same priority as its parent");
    }
    std::fs::create_dir_all(&arguments.data)
        .with_context(|| format!("cannot create the data folder {}", arguments.data.display()))?;
    let data = arguments.data.canonicalize()?;
    let _lock = lifetime::lock(&data)?;
    // Paths without a beginning are looked for where the process is: not where its parent was started.
    std::env::set_current_dir(&data)?;
    let listener = bind(&arguments.socket)?;
    let library = Library::load(&arguments.library)?;
    lifetime::require_single_thread()?;
    let sandbox = sandbox::close(&data);

    let options = options::Options::new(&data, arguments.max_memory_bytes)?;
    let (kills, requests) = std::sync::mpsc::channel();
    let keeper = Keeper::start(&library, &options, requests)?;
    let pool = Pool::start(&library, &options.connection, arguments.connections.max(1))?;
    let face = Face {
        pool,
        running: Running::new(kills),
        is_guarded: !arguments.kernel_alone,
        time_zone: keeper.time_zone.clone(),
        status: serde_json::json!({
            "version": keeper.version,
            "library": library.version(),
            "pid": std::process::id(),
            "landlock": sandbox.landlock,
            "seccomp": sandbox.seccomp,
        }),
        version: keeper.version.clone(),
    };
    tracing::info!(version = face.version, landlock = sandbox.landlock, seccomp = sandbox.seccomp, "engine ready");
    serve(listener, face, arguments.follow_parent)?;
    keeper.join();
    let _ = std::fs::remove_file(&arguments.socket);
    tracing::info!("engine stopped");
    Ok(())
}

fn serve(listener: UnixListener, face: Face, follow_parent: bool) -> anyhow::Result<()> {
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get().min(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let face = Arc::new(face);
    runtime.block_on(async {
        let stop = lifetime::stop_requested(follow_parent)?;
        let listener = tokio::net::UnixListener::from_std(listener)?;
        let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = face.running.clone();
        tokio::spawn(async move {
            stop.await;
            tracing::info!("engine stopping");
            let _ = stopping.send(());
            tokio::time::sleep(GRACE).await;
            running.cancel_all();
            tokio::time::sleep(GRACE).await;
            tracing::error!("a statement did not end: giving up on it");
            std::process::exit(1);
        });
        let routes = routes(face.clone()).into_make_service_with_connect_info::<Flushes>();
        axum::serve(Flushing(listener), routes).with_graceful_shutdown(async { drop(stopped.await) }).await?;
        anyhow::Ok(())
    })?;
    drop(runtime);
    if let Some(face) = Arc::into_inner(face) {
        face.pool.close();
    }
    Ok(())
}

/// Binds the socket; the folder's lock says that an old one is stale.
fn bind(socket: &Path) -> anyhow::Result<UnixListener> {
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot replace {}", socket.display()));
        }
        _ => {}
    }
    let listener = UnixListener::bind(socket).with_context(|| format!("cannot listen on {}", socket.display()))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
