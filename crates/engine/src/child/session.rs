//! Safe wrappers around the library: connections, results, streams.
//!
//! Opening a connection to the running engine takes a tenth of a millisecond, so every request gets its own: settings,
//! current database and temporary tables end with it, and nothing can leak into the next request.
#![expect(unsafe_code, reason = "safe wrappers around the C functions")]

use std::ffi::{CString, c_char};
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use bytes::Bytes;

use super::exception::Exception;
use super::ffi::{Analysis, Functions, RawConnection, RawInsert, RawResult, text};

/// The loaded library.
#[derive(Clone)]
pub(super) struct Library {
    functions: Arc<Functions>,
}

/// Named values bound to `{name:Type}` placeholders.
pub(super) type Parameters = [(String, String)];

/// What a statement or a part of its result did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) read_rows: u64,
    pub(super) read_bytes: u64,
    pub(super) written_rows: u64,
    pub(super) written_bytes: u64,
    pub(super) result_rows: u64,
}

impl Library {
    pub(super) fn load(path: &Path) -> anyhow::Result<Library> {
        let functions = Arc::new(Functions::load(path)?);
        // SAFETY: called before the first connection, as the header asks.
        unsafe { (functions.set_signal_handlers)(false) };
        Ok(Library { functions })
    }

    /// The library's version, such as `26.7.3`.
    pub(super) fn version(&self) -> String {
        // SAFETY: returns a constant string.
        unsafe { text((self.functions.version)()) }.unwrap_or_default()
    }

    /// Opens a connection; the first one starts the engine with the server options among `arguments`.
    pub(super) fn connect(&self, arguments: &[CString]) -> Result<Connection, Exception> {
        let mut pointers: Vec<*const c_char> = vec![c"clickhouse".as_ptr()];
        pointers.extend(arguments.iter().map(|argument| argument.as_ptr()));
        let count = i32::try_from(pointers.len()).map_err(|_| Exception::internal("too many arguments"))?;
        // SAFETY: `pointers` holds `count` NUL-terminated strings that outlive the call.
        let raw = unsafe { (self.functions.connect)(count, pointers.as_ptr()) };
        if raw.is_null() {
            return Err(Exception::internal("the engine refused a connection"));
        }
        Ok(Connection { functions: self.functions.clone(), raw })
    }
}

/// One connection, used by the thread that opened it.
pub(super) struct Connection {
    functions: Arc<Functions>,
    raw: RawConnection,
}

impl Connection {
    /// Runs a statement to its end and returns the whole result.
    pub(super) fn query(&self, sql: &str, format: &str, parameters: &Parameters) -> Result<Answer, Exception> {
        let bound = Bound::new(parameters);
        // SAFETY: the connection is open, and every pointer comes with its length and outlives the call.
        let raw = unsafe {
            (self.functions.query)(
                *self.raw,
                sql.as_ptr().cast(),
                sql.len(),
                format.as_ptr().cast(),
                format.len(),
                bound.names.as_ptr(),
                bound.name_lengths.as_ptr(),
                bound.values.as_ptr(),
                bound.value_lengths.as_ptr(),
                bound.names.len(),
            )
        };
        Answer::take(&self.functions, raw)
    }

    /// Starts a query whose result is fetched piece by piece.
    pub(super) fn stream(&self, sql: &str, format: &str, parameters: &Parameters) -> Result<Stream<'_>, Exception> {
        let bound = Bound::new(parameters);
        // SAFETY: as in `query`; the parameters are captured before the call returns.
        let raw = unsafe {
            (self.functions.stream)(
                *self.raw,
                sql.as_ptr().cast(),
                sql.len(),
                format.as_ptr().cast(),
                format.len(),
                bound.names.as_ptr(),
                bound.name_lengths.as_ptr(),
                bound.values.as_ptr(),
                bound.value_lengths.as_ptr(),
                bound.names.len(),
            )
        };
        let handle = Answer::take(&self.functions, raw)?;
        Ok(Stream { connection: self, handle, finished: false })
    }

    /// Starts an insert; `sql` carries neither format nor data.
    pub(super) fn insert(&self, sql: &str, format: &str, parameters: &Parameters) -> Result<Insert<'_>, Exception> {
        let bound = Bound::new(parameters);
        // SAFETY: as in `query`; the handle is never null.
        let raw = unsafe {
            (self.functions.insert)(
                *self.raw,
                sql.as_ptr().cast(),
                sql.len(),
                format.as_ptr().cast(),
                format.len(),
                bound.names.as_ptr(),
                bound.name_lengths.as_ptr(),
                bound.values.as_ptr(),
                bound.value_lengths.as_ptr(),
                bound.names.len(),
            )
        };
        let insert = Insert { connection: self, raw, finished: false };
        match insert.error() {
            Some(message) => Err(Exception::parse(&message)),
            None => Ok(insert),
        }
    }

    /// Counts the statements in a text; 0 for text that does not parse.
    pub(super) fn count_statements(&self, sql: &str) -> u32 {
        let mut analysis = Analysis { struct_size: size_of::<Analysis>() as u32, ..Analysis::default() };
        // SAFETY: the connection is open; `analysis` is the struct whose size it states.
        unsafe {
            (self.functions.classify)(*self.raw, sql.as_ptr().cast(), sql.len(), ptr::null(), 0, &raw mut analysis)
        };
        analysis.statement_count
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: opened by `connect`, closed once, and no stream of it is left (they borrow the connection).
        unsafe { (self.functions.close)(self.raw) }
    }
}

/// A result, or a part of one, in the library's memory.
pub(super) struct Answer {
    functions: Arc<Functions>,
    raw: RawResult,
}

// SAFETY: a result is plain memory that belongs to whoever holds it; the library ties it to no thread.
unsafe impl Send for Answer {}
// SAFETY: shared access only reads.
unsafe impl Sync for Answer {}

impl Answer {
    fn take(functions: &Arc<Functions>, raw: RawResult) -> Result<Answer, Exception> {
        if raw.is_null() {
            return Err(Exception::internal("the engine returned no result"));
        }
        let answer = Answer { functions: functions.clone(), raw };
        // SAFETY: the result lives until `answer` is dropped.
        match unsafe { text((answer.functions.result_error)(raw)) } {
            Some(message) => Err(Exception::parse(&message)),
            None => Ok(answer),
        }
    }

    /// Hands the bytes over without copying; they are freed with the last reference.
    pub(super) fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self)
    }

    pub(super) fn progress(&self) -> Progress {
        let functions = &self.functions;
        // SAFETY: the result lives as long as `self`.
        unsafe {
            Progress {
                read_rows: (functions.storage_rows_read)(self.raw),
                read_bytes: (functions.storage_bytes_read)(self.raw),
                written_rows: (functions.rows_written)(self.raw),
                written_bytes: (functions.bytes_written)(self.raw),
                result_rows: (functions.result_rows)(self.raw),
            }
        }
    }
}

impl AsRef<[u8]> for Answer {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: buffer and length belong together and live as long as `self`.
        unsafe {
            let length = (self.functions.result_length)(self.raw);
            let buffer = (self.functions.result_buffer)(self.raw);
            if length == 0 || buffer.is_null() { &[] } else { std::slice::from_raw_parts(buffer, length) }
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: made by the library, destroyed once.
        unsafe { (self.functions.destroy_result)(self.raw) }
    }
}

/// A running query whose result is fetched piece by piece; dropping it cancels what is left.
pub(super) struct Stream<'connection> {
    connection: &'connection Connection,
    handle: Answer,
    finished: bool,
}

impl Stream<'_> {
    /// Returns the next piece, or `None` at the end.
    pub(super) fn fetch(&mut self) -> Result<Option<Answer>, Exception> {
        if self.finished {
            return Ok(None);
        }
        let functions = &self.connection.functions;
        // SAFETY: connection and handle are alive, and only this thread uses them.
        let raw = unsafe { (functions.fetch)(*self.connection.raw, self.handle.raw) };
        let piece = Answer::take(functions, raw);
        self.finished = !matches!(&piece, Ok(piece) if !piece.as_ref().is_empty());
        piece.map(|piece| (!self.finished).then_some(piece))
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        if !self.finished {
            // SAFETY: connection and handle are alive, and only this thread uses them.
            unsafe { (self.connection.functions.cancel_stream)(*self.connection.raw, self.handle.raw) }
        }
    }
}

/// A running insert; dropping it before `finish` cancels it.
pub(super) struct Insert<'connection> {
    connection: &'connection Connection,
    raw: RawInsert,
    finished: bool,
}

impl Insert<'_> {
    /// Appends data in the insert's format; blocks while the engine is behind.
    pub(super) fn append(&mut self, data: &[u8]) -> Result<(), Exception> {
        // SAFETY: the stream is alive; the data is copied before the call returns.
        let state = unsafe { (self.connection.functions.append)(self.raw, data.as_ptr().cast(), data.len()) };
        if state == 0 {
            return Ok(());
        }
        Err(match self.error() {
            Some(message) => Exception::parse(&message),
            None => self.finish().err().unwrap_or_else(|| Exception::internal("the insert stopped without a reason")),
        })
    }

    /// Ends the data and waits until it is stored.
    pub(super) fn finish(&mut self) -> Result<Answer, Exception> {
        self.finished = true;
        // SAFETY: the stream is alive and not yet finished.
        let raw = unsafe { (self.connection.functions.done)(self.raw) };
        Answer::take(&self.connection.functions, raw)
    }

    fn error(&self) -> Option<String> {
        // SAFETY: the stream is alive; the text is copied.
        unsafe { text((self.connection.functions.insert_error)(self.raw)) }
    }
}

impl Drop for Insert<'_> {
    fn drop(&mut self) {
        // SAFETY: the stream is alive until destroyed here, once.
        unsafe {
            if !self.finished {
                (self.connection.functions.cancel_insert)(self.raw);
            }
            (self.connection.functions.destroy_insert)(self.raw);
        }
    }
}

/// Parameter names and values as the C functions take them.
struct Bound {
    names: Vec<*const c_char>,
    name_lengths: Vec<usize>,
    values: Vec<*const c_char>,
    value_lengths: Vec<usize>,
}

impl Bound {
    fn new(parameters: &Parameters) -> Bound {
        Bound {
            names: parameters.iter().map(|(name, _)| name.as_ptr().cast()).collect(),
            name_lengths: parameters.iter().map(|(name, _)| name.len()).collect(),
            values: parameters.iter().map(|(_, value)| value.as_ptr().cast()).collect(),
            value_lengths: parameters.iter().map(|(_, value)| value.len()).collect(),
        }
    }
}
