//! Accepts connections until told to stop, then lets running requests end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use crate::entrance::Entrance;

/// How long a client may take to send the head of a request: open connections are not endless.
const HEAD: Duration = Duration::from_secs(30);

/// How long running requests may take to end once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// A pause after a failure to accept, most often for want of file descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Lets `entrance` answer until `told` is ready and what runs by then has ended.
pub(crate) async fn until(told: impl Future<Output = ()>, listener: TcpListener, entrance: Entrance) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    let running = GracefulShutdown::new();
    tokio::pin!(told);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut told => break,
        };
        match accepted {
            Ok((stream, peer)) => connect(&builder, &running, stream, peer, entrance.clone()),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    // A browser's idle connection ends at once; only requests are waited for.
    if tokio::time::timeout(LAST_REQUESTS, running.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end within {} s", LAST_REQUESTS.as_secs());
    }
}

fn connect(
    builder: &Builder<TokioExecutor>,
    running: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    entrance: Entrance,
) {
    // Answers are written whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let entrance = entrance.clone();
        async move { Ok::<_, Infallible>(entrance.answer(request).await) }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    let watched = running.watch(connection);
    tokio::spawn(async move {
        // A client that goes away in the middle is nothing to tell.
        let _ = watched.await;
    });
}
