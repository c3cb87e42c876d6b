//! The embedded analytics engine: ClickHouse as a library, in a sandboxed child process.
//!
//! Two sides live here. [`child`] is the process that loads libchdb and answers the ClickHouse HTTP protocol on a Unix
//! socket. [`Engine`] is the parent's side: it starts the child, watches it, restarts it and stops it.
//!
//! What the parent promises: the child is born with an empty environment, and dies when the parent does. What the
//! child promises: it opens only its own data folder, makes no socket and runs no program, because the kernel refuses
//! it (Landlock and seccomp on Linux; elsewhere [`Sandbox`] says that there is none).

#[cfg(not(unix))]
compile_error!("the engine speaks over a Unix socket: build it on Linux or macOS");

pub mod child;
mod error;
mod library;
mod process;
mod supervisor;
mod system;

pub mod testing;

pub use error::Error;
pub use library::find_library;
pub use supervisor::{Engine, Launch, Sandbox, State, Status};
