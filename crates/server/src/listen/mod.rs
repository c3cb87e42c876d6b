//! Accepts connections until told to stop, then lets running requests end.
//!
//! Whoever connects may be silent, slow, or many at once, and has shown no key: a connection without a request ends
//! after a while, what is sent has to come at some speed, and when there are as many connections as may be, those at
//! rest make room for new ones.

mod connection;
mod descriptors;
mod limits;
mod registry;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use http_kit::{Bodies, Bounded};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use connection::{Activity, Watched, answered};
pub(crate) use limits::Limits;
use registry::Registry;

/// How long running requests may take to end once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// Pauses after a failure to accept, most often for want of file descriptors.
const FIRST_BREATH: Duration = Duration::from_millis(10);
const LONGEST_BREATH: Duration = Duration::from_secs(1);

/// What all connections share.
struct Listening<A> {
    builder: Builder<TokioExecutor>,
    running: GracefulShutdown,
    registry: Arc<Registry>,
    bodies: Arc<Bodies>,
    limits: Limits,
    answer: A,
}

/// Lets `answer` answer until `told` is ready and what runs by then has ended.
pub(crate) async fn until<A, F>(told: impl Future<Output = ()>, listener: TcpListener, answer: A, limits: Limits)
where
    A: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let listening = Listening {
        builder: builder(&limits),
        running: GracefulShutdown::new(),
        registry: Registry::new(limits.connections, limits.connections_of_address),
        bodies: Bodies::new(limits.bodies),
        limits,
        answer,
    };
    let mut breath = FIRST_BREATH;
    tokio::pin!(told);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut told => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                breath = FIRST_BREATH;
                listening.connect(stream, peer);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                metrics::counter!("radixinsight_connections_failed_total").increment(1);
                listening.registry.make_room();
                tokio::time::sleep(breath).await;
                breath = (breath * 2).min(LONGEST_BREATH);
            }
        }
    }
    drop(listener);
    // A browser's idle connection ends at once; only requests are waited for.
    if tokio::time::timeout(LAST_REQUESTS, listening.running.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end within {} s", LAST_REQUESTS.as_secs());
    }
}

/// Reads both versions of HTTP, and no more of either than a request of ours needs.
fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    const HEAD_BYTES: usize = 64 << 10;
    const STREAMS: u32 = 128;
    // Requests begun and taken back at once cost the server and not the client (CVE-2023-44487).
    const TAKEN_BACK: usize = 20;
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD_BYTES);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(limits.idle / 2).keep_alive_timeout(limits.idle / 2);
    http2.max_concurrent_streams(STREAMS).max_header_list_size(HEAD_BYTES as u32);
    http2.max_pending_accept_reset_streams(TAKEN_BACK).max_local_error_reset_streams(TAKEN_BACK);
    builder
}

impl<A, F> Listening<A>
where
    A: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    fn connect(&self, stream: TcpStream, peer: SocketAddr) {
        let activity = Activity::new();
        let Some(place) = self.registry.enter(peer.ip().to_canonical(), Arc::clone(&activity)) else {
            // Closed at once: who is answered needs a descriptor for as long as that takes.
            metrics::counter!("radixinsight_connections_refused_total").increment(1);
            return;
        };
        // Answers are written whole: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let (bodies, answer, address) = (Arc::clone(&self.bodies), self.answer.clone(), peer.ip().to_canonical());
        let of_requests = Arc::clone(&activity);
        let service = service_fn(move |request: Request<Incoming>| {
            let running = of_requests.begin();
            let holding = bodies.hold(Some(address));
            let mut request = request.map(|body| Body::new(Bounded::new(body, holding.clone())));
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(holding);
            let answer = answer(request);
            async move { Ok::<_, Infallible>(answered(answer.await, running)) }
        });
        let stream = Watched::new(stream, Arc::clone(&activity));
        let connection = self.builder.serve_connection(stream, service).into_owned();
        let watched = self.running.watch(connection);
        let limits = self.limits;
        tokio::spawn(async move {
            let _place = place;
            tokio::select! {
                // A client that goes away in the middle is nothing to tell.
                _ = watched => {}
                () = activity.over(&limits) => {}
            }
        });
    }
}
