//! One connection: what it is doing, and when that is nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::limits::Limits;

/// What a connection does.
pub(super) struct Activity {
    began: Instant,
    /// Requests that are being read or answered.
    running: AtomicUsize,
    has_brought_one: AtomicBool,
    /// Since when no request runs; milliseconds after the beginning.
    resting_since: AtomicU64,
    /// Since when what is written is not taken; the same, and 0 for not at all.
    blocked_since: AtomicU64,
    is_told_to_end: AtomicBool,
    ending: Notify,
}

/// A request that runs as long as this lives.
pub(super) struct Running(Arc<Activity>);

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            running: AtomicUsize::new(0),
            has_brought_one: AtomicBool::new(false),
            resting_since: AtomicU64::new(0),
            blocked_since: AtomicU64::new(0),
            is_told_to_end: AtomicBool::new(false),
            ending: Notify::new(),
        })
    }

    /// Notes that a request has come.
    pub(super) fn begin(self: &Arc<Self>) -> Running {
        self.has_brought_one.store(true, Ordering::Relaxed);
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(self))
    }

    /// Ends the connection.
    pub(super) fn end(&self) {
        self.is_told_to_end.store(true, Ordering::Relaxed);
        self.ending.notify_one();
    }

    #[cfg(test)]
    pub(super) fn is_told_to_end(&self) -> bool {
        self.is_told_to_end.load(Ordering::Relaxed)
    }

    /// Returns since when it has been at rest, if it is.
    pub(super) fn resting_since(&self) -> Option<Instant> {
        let is_at_rest = self.running.load(Ordering::Relaxed) == 0 && self.blocked_since.load(Ordering::Relaxed) == 0;
        is_at_rest.then(|| self.began + Duration::from_millis(self.resting_since.load(Ordering::Relaxed)))
    }

    /// Returns when it has done nothing for too long, as things stand.
    fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let blocked = self.blocked_since.load(Ordering::Relaxed);
        if blocked > 0 {
            return Some(self.began + Duration::from_millis(blocked) + limits.stalled);
        }
        let longest = if self.has_brought_one.load(Ordering::Relaxed) { limits.idle } else { limits.head };
        Some(self.resting_since()? + longest)
    }

    /// Returns when the connection is to end: it has been told to, or has done nothing for too long.
    pub(super) async fn over(&self, limits: &Limits) {
        // While a request runs there is no deadline: one is looked for now and then.
        let look_again = limits.head.min(limits.idle).min(limits.stalled);
        while !self.is_told_to_end.load(Ordering::Relaxed) {
            let now = Instant::now();
            let deadline = self.deadline(limits).unwrap_or(now + look_again);
            if deadline <= now {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => {}
                () = self.ending.notified() => {}
            }
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.resting_since.store(self.0.now_ms(), Ordering::Relaxed);
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lets a request run until its answer is there in whole, however long that is in coming.
pub(super) fn answered(response: Response, running: Running) -> Response {
    // An answer that is in memory goes out as fast as it is taken; whether it is, the connection knows.
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    response.map(|body| Body::new(Answer { body, _running: running }))
}

struct Answer {
    body: Body,
    _running: Running,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}

/// A socket that notes when what is written is not taken.
pub(super) struct Watched {
    stream: TokioIo<TcpStream>,
    activity: Arc<Activity>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self { stream: TokioIo::new(stream), activity }
    }

    fn noted<T>(&self, written: Poll<T>) -> Poll<T> {
        let blocked = &self.activity.blocked_since;
        if written.is_ready() {
            blocked.store(0, Ordering::Relaxed);
        } else if blocked.load(Ordering::Relaxed) == 0 {
            blocked.store(self.activity.now_ms().max(1), Ordering::Relaxed);
        }
        written
    }
}

impl Read for Watched {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl Write for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.noted(written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, buffers);
        this.noted(written)
    }
}
