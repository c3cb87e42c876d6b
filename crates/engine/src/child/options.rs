//! The options the engine starts with, and the settings every connection begins with.

use std::ffi::CString;
use std::path::Path;

use crate::system;

/// Command-line arguments for `chdb_connect`.
pub(super) struct Options {
    /// For the first connection, which starts the engine.
    pub(super) server: Vec<CString>,
    /// For every connection after it.
    pub(super) connection: Vec<CString>,
}

impl Options {
    pub(super) fn new(data: &Path, max_memory_bytes: Option<u64>) -> anyhow::Result<Options> {
        let total = max_memory_bytes.unwrap_or_else(|| system::memory_bytes() / 2);
        let path = format!("--path={}", data.display());
        let mut server = vec![
            path.clone(),
            format!("--max_server_memory_usage={total}"),
            format!("--mark_cache_size={}", total / 10),
            format!("--primary_index_cache_size={}", total / 10),
            format!("--index_mark_cache_size={}", total / 20),
        ];
        // One statement must not starve the others, nor the merges.
        let settings = [
            format!("--max_memory_usage={}", total / 4 * 3),
            // An insert is answered when its rows are stored, not when they are queued.
            "--async_insert=0".to_owned(),
            // The library's own defaults: `1 + 1` as a statement, addresses of its memory, files through mmap.
            "--implicit_select=0".to_owned(),
            "--allow_introspection_functions=0".to_owned(),
            "--storage_file_read_method=pread".to_owned(),
            // Every attempt to reach a network is refused: trying ten times only takes longer.
            "--http_max_tries=1".to_owned(),
            "--s3_retry_attempts=0".to_owned(),
            "--s3_request_timeout_ms=1000".to_owned(),
            "--connections_with_failover_max_tries=1".to_owned(),
        ];
        server.extend(settings.iter().cloned());
        let connection = std::iter::once(path).chain(settings);
        Ok(Options { server: strings(server)?, connection: strings(connection)? })
    }
}

fn strings(arguments: impl IntoIterator<Item = String>) -> anyhow::Result<Vec<CString>> {
    Ok(arguments.into_iter().map(CString::new).collect::<Result<_, _>>()?)
}
