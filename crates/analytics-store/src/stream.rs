//! Answers passed on as they come, with exceptions that arrive in their middle.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use reqwest::Response;

use crate::connection::Connection;
use crate::request::{Wait, header, settle};
use crate::{Error, exception};

/// Passes the answer's bytes on; an error as last item means that what came before is not whole.
///
/// Dropping the stream closes the connection, and so ends the query.
pub(crate) fn bytes(
    connection: Arc<Connection>,
    response: Response,
    timeout: Duration,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + use<> {
    let tag = header(&response, "x-clickhouse-exception-tag").map(str::to_owned);
    let reading = Reading { connection, response, timeout, tag, tail: Vec::new() };
    futures::stream::try_unfold(reading, async |mut reading| {
        let next = reading.next().await?;
        Ok(next.map(|bytes| (bytes, reading)))
    })
}

struct Reading {
    connection: Arc<Connection>,
    response: Response,
    timeout: Duration,
    tag: Option<String>,
    /// The last bytes passed on, where an exception would stand.
    tail: Vec<u8>,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let wait = Wait { endpoint: &self.connection.endpoint, timeout: self.timeout };
        match wait.on(self.response.chunk()).await {
            Ok(Some(bytes)) => {
                self.keep(&bytes);
                Ok(Some(bytes))
            }
            Ok(None) if !self.ends_in_exception() => Ok(None),
            Ok(None) => {
                let unreadable = || Error::Decode("it ends in an exception that can't be read".to_owned());
                Err(settle(exception::at_end_of(&self.tail).unwrap_or_else(unreadable), wait))
            }
            // A server that fails on the way says why, then hangs up.
            Err(broken @ Error::Unavailable { .. }) => {
                Err(settle(exception::at_end_of(&self.tail).unwrap_or(broken), wait))
            }
            Err(other) => Err(other),
        }
    }

    fn ends_in_exception(&self) -> bool {
        self.tag.as_ref().is_some_and(|tag| exception::is_tagged(&self.tail, tag))
    }

    fn keep(&mut self, bytes: &Bytes) {
        let fresh = &bytes[bytes.len().saturating_sub(exception::TAIL)..];
        let surplus = (self.tail.len() + fresh.len()).saturating_sub(exception::TAIL);
        self.tail.drain(..surplus.min(self.tail.len()));
        self.tail.extend_from_slice(fresh);
    }
}
