//! Posts events over some connections, as fast as they are answered or at a rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::events::Template;
use crate::times::Times;

#[derive(clap::Args, Clone)]
pub(crate) struct Arguments {
    /// The server's port on loopback.
    #[arg(long)]
    port: u16,
    #[arg(long, default_value = "/api/v1/events")]
    pub(crate) path: String,
    #[arg(long, default_value = "none")]
    pub(crate) key: String,
    /// Events of a request.
    #[arg(long, default_value_t = 1)]
    pub(crate) batch: usize,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Requests a second over all connections; as many as are answered where absent. Times then count from when a
    /// request was due.
    #[arg(long)]
    rate: Option<f64>,
    /// The time all events happened at.
    #[arg(long)]
    pub(crate) time: String,
    /// The number of the first event's id.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Adds ten properties to each event whose names are taken from so many.
    #[arg(long, default_value_t = 0)]
    pub(crate) keys: u64,
    /// Ends after so many events.
    #[arg(long)]
    events: Option<u64>,
}

/// What was sent and how it was answered.
#[derive(Serialize)]
pub(crate) struct Found {
    events: u64,
    requests: u64,
    /// Requests answered with 429 or 503; they are not sent again.
    turned_away: u64,
    seconds: f64,
    events_per_second: f64,
    bytes_per_event: f64,
    times: Times,
    /// The number after the last event's id.
    next: u64,
}

struct Shared {
    arguments: Arguments,
    next: AtomicU64,
    sent: AtomicU64,
    requests: AtomicU64,
    turned_away: AtomicU64,
    began: Instant,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Found> {
    let shared = Arc::new(Shared {
        next: AtomicU64::new(arguments.first),
        sent: AtomicU64::new(0),
        requests: AtomicU64::new(0),
        turned_away: AtomicU64::new(0),
        began: Instant::now(),
        arguments,
    });
    let mut connections = JoinSet::new();
    for number in 0..shared.arguments.connections {
        connections.spawn(connection(Arc::clone(&shared), number as u64));
    }
    let mut micros = Vec::new();
    let mut bytes_per_event = 0.0;
    while let Some(ended) = connections.join_next().await {
        let (taken, bytes) = ended??;
        micros.extend(taken);
        bytes_per_event = bytes;
    }
    let seconds = shared.began.elapsed().as_secs_f64();
    let events = shared.sent.load(Ordering::Relaxed);
    Ok(Found {
        events,
        requests: micros.len() as u64,
        turned_away: shared.turned_away.load(Ordering::Relaxed),
        seconds,
        events_per_second: events as f64 / seconds,
        bytes_per_event,
        times: Times::of(micros),
        next: shared.next.load(Ordering::Relaxed),
    })
}

async fn connection(shared: Arc<Shared>, number: u64) -> anyhow::Result<(Vec<u32>, f64)> {
    let arguments = &shared.arguments;
    let host = format!("127.0.0.1:{}", arguments.port);
    let mut template = Template::new(&host, arguments, number)?;
    let events = template.events as u64;
    let mut stream = TcpStream::connect(&host).await.context("the server can't be reached")?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 1 << 16];
    let mut micros = Vec::new();
    let end = Duration::from_secs_f64(arguments.seconds);
    while shared.began.elapsed() < end && shared.goes_on() {
        let begin = match arguments.rate {
            Some(rate) => {
                let due = Duration::from_secs_f64(shared.requests.fetch_add(1, Ordering::Relaxed) as f64 / rate);
                if due >= end {
                    break;
                }
                tokio::time::sleep_until((shared.began + due).into()).await;
                shared.began + due
            }
            None => Instant::now(),
        };
        let first = shared.next.fetch_add(events, Ordering::Relaxed);
        stream.write_all(template.with_ids(first)).await?;
        match answer(&mut stream, &mut buffer).await? {
            200 => {
                shared.sent.fetch_add(events, Ordering::Relaxed);
                micros.push(u32::try_from(begin.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            429 | 503 => {
                shared.turned_away.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            status => bail!("the server answered {status}: {}", String::from_utf8_lossy(&buffer[..1_000])),
        }
    }
    Ok((micros, template.body_bytes as f64 / template.events as f64))
}

impl Shared {
    fn goes_on(&self) -> bool {
        self.arguments.events.is_none_or(|most| self.sent.load(Ordering::Relaxed) < most)
    }
}

/// Reads one answer whole and returns its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
    let mut filled = 0;
    let (status, mut rest) = loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            bail!("the server closed the connection");
        }
        filled += read;
        let text = &buffer[..filled];
        let Some(end) = text.windows(4).position(|window| window == b"\r\n\r\n") else {
            buffer.resize(buffer.len().max(filled * 2), 0);
            continue;
        };
        let head = std::str::from_utf8(&text[..end])?.to_ascii_lowercase();
        let status = head.get(9..12).context("no status")?.parse()?;
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .context("an answer without a length")?
            .parse()?;
        break (status, (end + 4 + length).saturating_sub(filled));
    };
    while rest > 0 {
        let most = rest.min(buffer.len());
        let read = stream.read(&mut buffer[..most]).await?;
        if read == 0 {
            bail!("the server closed the connection");
        }
        rest -= read;
    }
    Ok(status)
}
