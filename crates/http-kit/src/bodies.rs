//! What the bodies of requests may take of memory and time, whoever reads them.
//!
//! A body is read in pieces, and each is counted as long as its request is answered. Those of senders who have shown no
//! key yet have a part of the room for themselves, and each address a part of that: whoever has a good key is not kept
//! out by those who have none.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use tokio::time::{Instant, Sleep};

/// How much room and time bodies have.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Bytes of all bodies that are being read or answered.
    pub all_bytes: usize,
    /// Bytes of those among them whose senders have shown no key.
    pub unknown_bytes: usize,
    /// Bytes of those of one address; none where all come from a proxy.
    pub address_bytes: Option<usize>,
    /// For how long nothing may come, and how long a body may take however small it is.
    pub pause: Duration,
    /// How many bytes a second a large one has to bring.
    pub bytes_a_second: usize,
    /// How long the largest may take.
    pub longest: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            all_bytes: 512 << 20,
            unknown_bytes: 128 << 20,
            address_bytes: Some(32 << 20),
            pause: Duration::from_secs(30),
            // Less than the slowest line of a phone.
            bytes_a_second: 2 << 10,
            longest: Duration::from_secs(15 * 60),
        }
    }
}

/// The room of all bodies.
#[derive(Debug)]
pub struct Bodies {
    limits: BodyLimits,
    all: AtomicUsize,
    unknown: Mutex<Unknown>,
}

#[derive(Debug, Default)]
struct Unknown {
    bytes: usize,
    of_addresses: HashMap<IpAddr, usize>,
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFailure {
    /// It came too slowly.
    TooSlow,
    /// Too much is being read already.
    NoRoom,
}

impl Display for BodyFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooSlow => "the body came too slowly: send less at once, or over a better line",
            Self::NoRoom => "too many requests are being read at the moment: try again in some seconds",
        })
    }
}

impl std::error::Error for BodyFailure {}

/// What the body of one request holds of the room; a clone is the same.
#[derive(Debug, Clone)]
pub struct Holding(Arc<Held>);

#[derive(Debug)]
struct Held {
    bodies: Arc<Bodies>,
    address: Option<IpAddr>,
    bytes: AtomicUsize,
    is_known: AtomicBool,
    failure: AtomicU8,
}

impl Bodies {
    /// Returns empty room.
    pub fn new(limits: BodyLimits) -> Arc<Self> {
        Arc::new(Self { limits, all: AtomicUsize::new(0), unknown: Mutex::default() })
    }

    /// Returns what a request from an address holds: nothing yet.
    pub fn hold(self: &Arc<Self>, address: Option<IpAddr>) -> Holding {
        let address = address.filter(|_| self.limits.address_bytes.is_some());
        Holding(Arc::new(Held {
            bodies: Arc::clone(self),
            address,
            bytes: AtomicUsize::new(0),
            is_known: AtomicBool::new(false),
            failure: AtomicU8::new(0),
        }))
    }

    /// Returns how many bytes are held.
    pub fn held(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }

    fn unknown(&self) -> MutexGuard<'_, Unknown> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unknown {
    fn add(&mut self, address: Option<IpAddr>, bytes: usize, limits: &BodyLimits) -> bool {
        let own = address.and_then(|address| self.of_addresses.get(&address)).copied().unwrap_or_default();
        let is_much = limits.address_bytes.is_some_and(|most| address.is_some() && own + bytes > most);
        if is_much || self.bytes + bytes > limits.unknown_bytes {
            return false;
        }
        self.bytes += bytes;
        if let Some(address) = address {
            self.of_addresses.insert(address, own + bytes);
        }
        true
    }

    fn subtract(&mut self, address: Option<IpAddr>, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        let Some(address) = address else { return };
        if let Some(own) = self.of_addresses.get_mut(&address) {
            *own = own.saturating_sub(bytes);
            if *own == 0 {
                self.of_addresses.remove(&address);
            }
        }
    }
}

impl Holding {
    /// Notes that the sender has shown a good key.
    pub fn known(&self) {
        let held = &*self.0;
        if !held.is_known.swap(true, Ordering::Relaxed) {
            let bytes = held.bytes.load(Ordering::Relaxed);
            if bytes > 0 {
                held.bodies.unknown().subtract(held.address, bytes);
            }
        }
    }

    /// Returns why the body was not read to its end.
    pub fn failure(&self) -> Option<BodyFailure> {
        match self.0.failure.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(BodyFailure::TooSlow),
            _ => Some(BodyFailure::NoRoom),
        }
    }

    fn fail(&self, failure: BodyFailure) -> BodyFailure {
        self.0.failure.store(if failure == BodyFailure::TooSlow { 1 } else { 2 }, Ordering::Relaxed);
        failure
    }

    fn take(&self, bytes: usize) -> Result<(), BodyFailure> {
        let held = &*self.0;
        let limits = &held.bodies.limits;
        let before = held.bodies.all.fetch_add(bytes, Ordering::Relaxed);
        let has_room = before + bytes <= limits.all_bytes
            && (held.is_known.load(Ordering::Relaxed) || held.bodies.unknown().add(held.address, bytes, limits));
        if !has_room {
            held.bodies.all.fetch_sub(bytes, Ordering::Relaxed);
            return Err(self.fail(BodyFailure::NoRoom));
        }
        held.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut();
        if bytes > 0 {
            self.bodies.all.fetch_sub(bytes, Ordering::Relaxed);
            if !*self.is_known.get_mut() {
                self.bodies.unknown().subtract(self.address, bytes);
            }
        }
    }
}

/// A body that is read within its limits.
pub struct Bounded<B> {
    body: B,
    holding: Holding,
    began: Instant,
    last: Instant,
    bytes: usize,
    /// Absent as long as nothing has to be waited for: most bodies come with their heads.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<B> Bounded<B> {
    /// Bounds a body.
    pub fn new(body: B, holding: Holding) -> Self {
        let now = Instant::now();
        Self { body, holding, began: now, last: now, bytes: 0, timer: None }
    }

    /// Returns when it has come too slowly.
    fn deadline(&self) -> Instant {
        let limits = &self.holding.0.bodies.limits;
        let share = Duration::from_secs_f64(self.bytes as f64 / limits.bytes_a_second.max(1) as f64);
        let whole = self.began + (limits.pause + share).min(limits.longest);
        whole.min(self.last + limits.pause)
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Bounded<B>
where
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.timer = None;
            this.last = Instant::now();
            let Some(frame) = frame else { return Poll::Ready(None) };
            let frame = frame.map_err(Into::into)?;
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            this.bytes += bytes;
            if this.last > this.deadline() {
                return Poll::Ready(Some(Err(this.holding.fail(BodyFailure::TooSlow).into())));
            }
            return Poll::Ready(Some(this.holding.take(bytes).map(|()| frame).map_err(Into::into)));
        }
        let deadline = this.deadline();
        let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Some(Err(this.holding.fail(BodyFailure::TooSlow).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
