//! libchdb's C functions, as declared in its header `chdb.h` of version 26.7.
//!
//! Only this module and [`super::session`], which wraps them, know the library's raw pointers.
#![expect(unsafe_code, reason = "a library in C++ behind C functions")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;

use anyhow::Context;

pub(super) type RawHandle = *mut c_void;
/// `chdb_connect` returns a pointer to the handle; the calls take the handle.
pub(super) type RawConnection = *mut RawHandle;
pub(super) type RawResult = *mut c_void;
pub(super) type RawInsert = *mut c_void;

/// Arguments shared by the calls that bind parameters: handle, query, format, names, values, count.
type WithParams<R> = unsafe extern "C" fn(
    RawHandle,
    *const c_char,
    usize,
    *const c_char,
    usize,
    *const *const c_char,
    *const usize,
    *const *const c_char,
    *const usize,
    usize,
) -> R;

/// `chdb_query_analysis_v1`.
#[repr(C)]
#[derive(Default)]
pub(super) struct Analysis {
    pub(super) struct_size: u32,
    pub(super) statement_count: u32,
    pub(super) flags: u32,
    pub(super) query_class: u32,
}

macro_rules! functions {
    ($($field:ident: $symbol:literal => $type:ty,)*) => {
        /// The functions in use, resolved once; the library stays loaded until the process ends.
        pub(super) struct Functions { $(pub(super) $field: $type,)* }

        impl Functions {
            /// Loads the library and resolves every function.
            pub(super) fn load(path: &Path) -> anyhow::Result<Functions> {
                // SAFETY: libchdb's initialisers are those of ClickHouse; nothing else of this process uses it, and no
                // other thread runs yet.
                let library = unsafe { libloading::Library::new(path) }
                    .with_context(|| format!("cannot load the engine library {}", path.display()))?;
                // The library is never unloaded: function pointers stay valid for the life of the process.
                let library: &'static libloading::Library = Box::leak(Box::new(library));
                Ok(Functions {
                    // SAFETY: the types are those of the header the library was built with.
                    $($field: *unsafe { library.get::<$type>($symbol) }
                        .with_context(|| format!("{} lacks {}", path.display(), stringify!($symbol)))?,)*
                })
            }
        }
    };
}

functions! {
    version: b"chdb_version\0" => unsafe extern "C" fn() -> *const c_char,
    set_signal_handlers: b"chdb_set_signal_handlers_enabled\0" => unsafe extern "C" fn(bool),
    connect: b"chdb_connect\0" => unsafe extern "C" fn(c_int, *const *const c_char) -> RawConnection,
    close: b"chdb_close_conn\0" => unsafe extern "C" fn(RawConnection),
    query: b"chdb_query_with_params_n\0" => WithParams<RawResult>,
    stream: b"chdb_stream_query_with_params_n\0" => WithParams<RawResult>,
    fetch: b"chdb_stream_fetch_result\0" => unsafe extern "C" fn(RawHandle, RawResult) -> RawResult,
    cancel_stream: b"chdb_stream_cancel_query\0" => unsafe extern "C" fn(RawHandle, RawResult),
    insert: b"chdb_stream_insert_with_params_n\0" => WithParams<RawInsert>,
    append: b"chdb_stream_append\0" => unsafe extern "C" fn(RawInsert, *const c_void, usize) -> c_int,
    done: b"chdb_stream_done\0" => unsafe extern "C" fn(RawInsert) -> RawResult,
    cancel_insert: b"chdb_stream_cancel_insert\0" => unsafe extern "C" fn(RawInsert),
    insert_error: b"chdb_stream_insert_error\0" => unsafe extern "C" fn(RawInsert) -> *const c_char,
    destroy_insert: b"chdb_destroy_insert_stream\0" => unsafe extern "C" fn(RawInsert),
    result_buffer: b"chdb_result_buffer\0" => unsafe extern "C" fn(RawResult) -> *const u8,
    result_length: b"chdb_result_length\0" => unsafe extern "C" fn(RawResult) -> usize,
    result_error: b"chdb_result_error\0" => unsafe extern "C" fn(RawResult) -> *const c_char,
    result_rows: b"chdb_result_rows_read\0" => unsafe extern "C" fn(RawResult) -> u64,
    storage_rows_read: b"chdb_result_storage_rows_read\0" => unsafe extern "C" fn(RawResult) -> u64,
    storage_bytes_read: b"chdb_result_storage_bytes_read\0" => unsafe extern "C" fn(RawResult) -> u64,
    rows_written: b"chdb_result_rows_written\0" => unsafe extern "C" fn(RawResult) -> u64,
    bytes_written: b"chdb_result_bytes_written\0" => unsafe extern "C" fn(RawResult) -> u64,
    destroy_result: b"chdb_destroy_query_result\0" => unsafe extern "C" fn(RawResult),
    classify: b"chdb_classify_query_n\0" =>
        unsafe extern "C" fn(RawHandle, *const c_char, usize, *const c_char, usize, *mut Analysis) -> c_int,
}

/// Copies a C string of the library, or `None` for a null pointer.
///
/// # Safety
/// `text` is null or points to a NUL-terminated string that lives during the call.
pub(super) unsafe fn text(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    Some(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}
