//! Connections that tell when everything written to them has left the process.
//!
//! A body that ends in an error makes the HTTP library hang up at once, with whatever it still holds in its buffer.
//! The exception's text would be among that whenever the client reads slowly, so the body waits for [`Flushes::next`]
//! before it breaks off.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream, unix};
use tokio::sync::Notify;

/// The flushes of one connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Flushes(Arc<Notify>);

impl Flushes {
    /// Waits until the connection holds nothing back: the HTTP library flushes once its buffer is written.
    pub(super) async fn next(&self) {
        self.0.notified().await;
    }
}

impl Connected<IncomingStream<'_, Flushing>> for Flushes {
    fn connect_info(stream: IncomingStream<'_, Flushing>) -> Flushes {
        stream.io().flushes.clone()
    }
}

/// A listener whose connections tell their flushes.
pub(super) struct Flushing(pub(super) UnixListener);

impl Listener for Flushing {
    type Io = Connection;
    type Addr = unix::SocketAddr;

    async fn accept(&mut self) -> (Connection, unix::SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Connection { stream, flushes: Flushes::default() }, address)
    }

    fn local_addr(&self) -> io::Result<unix::SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that tells its flushes.
pub(super) struct Connection {
    stream: UnixStream,
    flushes: Flushes,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.flushes.0.notify_waiters();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
