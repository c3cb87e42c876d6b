//! Redis, and what is done while it is away.
//!
//! One connection carries questions and word of changes, so that the one is well when the other is. A failure of any
//! kind cuts it; from then on nobody asks Redis until the keeper, who looks every second, has seen it answer.

use std::{
    sync::{Arc, PoisonError, RwLock, Weak},
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo,
    PushKind, RedisError, Script, ServerErrorKind, aio::MultiplexedConnection,
};

use crate::{Error, Limit, Options, PREFIX, State, random_name, topics::Topics};

/// How often the keeper looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a new connection may take; only the keeper and the start wait for one.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// Why Redis is not asked before the first try.
const NEVER: &str = "not connected yet";

pub(crate) struct Remote {
    client: Client,
    deadline: Duration,
    /// Names this process in what it publishes.
    own_name: String,
    topics: Arc<Topics>,
    link: RwLock<Link>,
    count: Script,
    give_back: Script,
}

/// Redis did not do what was asked.
pub(crate) struct Away;

enum Link {
    Up(MultiplexedConnection),
    Down(String),
}

impl Remote {
    /// Connects, and looks after the connection for as long as somebody holds the result.
    pub(crate) async fn start(url: &str, options: Options, topics: Arc<Topics>) -> Result<Arc<Self>, Error> {
        let remote = Arc::new(Self {
            client: client(url).map_err(|error| Error::Address(error.to_string()))?,
            deadline: options.deadline,
            own_name: random_name(),
            topics,
            link: RwLock::new(Link::Down(NEVER.into())),
            count: Script::new(include_str!("count.lua")),
            give_back: Script::new(include_str!("give_back.lua")),
        });
        match remote.connect().await {
            Ok(connection) => remote.set(Link::Up(connection)),
            Err(error) if is_refusal(&error) => return Err(Error::Refused(error.to_string())),
            Err(error) => remote.cut(&error),
        }
        tokio::spawn(keep(Arc::downgrade(&remote)));
        Ok(remote)
    }

    pub(crate) fn state(&self) -> State {
        match &*self.link.read().unwrap_or_else(PoisonError::into_inner) {
            Link::Up(_) => State::Shared,
            Link::Down(reason) => State::Away(reason.clone()),
        }
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Option<Bytes>, Away> {
        let found: Option<Vec<u8>> = self.ask(redis::cmd("GET").arg(name)).await?;
        Ok(found.map(Bytes::from))
    }

    pub(crate) async fn put(&self, name: &str, value: &Bytes, keep: Duration) -> Result<(), Away> {
        let milliseconds = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX).max(1);
        self.ask(redis::cmd("SET").arg(name).arg(&value[..]).arg("PX").arg(milliseconds)).await
    }

    pub(crate) async fn delete(&self, name: &str) -> Result<(), Away> {
        self.ask(redis::cmd("DEL").arg(name)).await
    }

    pub(crate) async fn count(&self, limits: &[Limit], now: DateTime<Utc>) -> Result<Result<(), Duration>, Away> {
        let mut call = self.count.prepare_invoke();
        call.arg(now.timestamp_micros());
        for limit in limits {
            call.key(name_of(limit)).arg(micros(limit.step())).arg(micros(limit.reach()));
        }
        let wait: u64 = self.within_deadline(async |mut link| call.invoke_async(&mut link).await).await?;
        Ok(if wait == 0 { Ok(()) } else { Err(Duration::from_micros(wait)) })
    }

    pub(crate) async fn forgive(&self, limit: &Limit) -> Result<(), Away> {
        self.delete(&name_of(limit)).await
    }

    pub(crate) async fn give_back(&self, limit: &Limit) -> Result<(), Away> {
        let mut call = self.give_back.prepare_invoke();
        call.key(name_of(limit)).arg(micros(limit.step()));
        self.within_deadline(async |mut link| call.invoke_async(&mut link).await).await
    }

    pub(crate) async fn publish(&self, topic: &str) -> Result<(), Away> {
        self.ask(redis::cmd("PUBLISH").arg(channel()).arg(format!("{} {topic}", self.own_name))).await
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Away> {
        self.within_deadline(async |mut link| command.query_async(&mut link).await).await
    }

    /// Does something on the connection; whatever goes wrong cuts it.
    async fn within_deadline<T>(
        &self,
        work: impl AsyncFnOnce(MultiplexedConnection) -> Result<T, RedisError>,
    ) -> Result<T, Away> {
        let connection = match &*self.link.read().unwrap_or_else(PoisonError::into_inner) {
            Link::Up(connection) => connection.clone(),
            Link::Down(_) => return Err(Away),
        };
        let done = tokio::time::timeout(self.deadline, work(connection)).await;
        done.unwrap_or_else(|_| Err(self.too_slow())).map_err(|error| {
            self.cut(&error);
            Away
        })
    }

    fn too_slow(&self) -> RedisError {
        let detail = format!("no answer within {} ms", self.deadline.as_millis());
        std::io::Error::new(std::io::ErrorKind::TimedOut, detail).into()
    }

    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let (topics, own_name) = (Arc::clone(&self.topics), self.own_name.clone());
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_WITHIN))
            .set_response_timeout(Some(CONNECT_WITHIN))
            .set_push_sender(move |push: PushInfo| {
                hear(&topics, &own_name, &push);
                Ok::<(), std::convert::Infallible>(())
            });
        let connecting = async {
            let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
            connection.subscribe(channel()).await?;
            probe(connection.clone()).await?;
            Ok(connection)
        };
        tokio::time::timeout(CONNECT_WITHIN, connecting).await.unwrap_or_else(|_| Err(self.too_slow()))
    }

    /// Looks whether Redis answers, and connects where it does again.
    async fn look(&self) {
        if matches!(self.state(), State::Shared) {
            // What goes wrong cuts the connection, and is said there.
            let _ = self.within_deadline(probe).await;
            return;
        }
        match self.connect().await {
            Ok(connection) => {
                self.set(Link::Up(connection));
                tracing::info!("Redis answers again: servers share limits and the cache");
                self.topics.tell_all();
            }
            Err(error) => self.set(Link::Down(error.to_string())),
        }
    }

    fn cut(&self, error: &RedisError) {
        self.set(Link::Down(error.to_string()));
    }

    fn set(&self, link: Link) {
        let mut current = self.link.write().unwrap_or_else(PoisonError::into_inner);
        let first = matches!(&*current, Link::Up(_)) || matches!(&*current, Link::Down(reason) if reason == NEVER);
        if let Link::Down(reason) = &link
            && first
        {
            tracing::warn!("Redis is away ({reason}): until it answers, each server counts and caches for itself");
        }
        *current = link;
    }
}

async fn keep(remote: Weak<Remote>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(remote) = remote.upgrade() else { return };
        remote.look().await;
    }
}

/// Writes, because a Redis that only reads (a replica, a full one) is of no use.
async fn probe(mut connection: MultiplexedConnection) -> Result<(), RedisError> {
    redis::cmd("SET").arg(format!("{PREFIX}:probe")).arg(1).arg("PX").arg(1_000).query_async(&mut connection).await
}

fn client(url: &str) -> Result<Client, RedisError> {
    let info = url.into_connection_info()?;
    // With the third version of the protocol, word of changes comes over the same connection.
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Client::open(info.set_redis_settings(settings))
}

/// Tells what an operator must repair from what may pass.
fn is_refusal(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Server(kind) => !matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ReadOnly
        ),
        // Codes that the library has no name for: a wrong password is one, a full memory another.
        ErrorKind::Extension => !matches!(error.code(), Some("OOM" | "MISCONF" | "BUSY")),
        ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig | ErrorKind::RESP3NotSupported => true,
        _ => false,
    }
}

fn hear(topics: &Topics, own_name: &str, push: &PushInfo) {
    if push.kind != PushKind::Message {
        return;
    }
    let Some(redis::Value::BulkString(payload)) = push.data.last() else { return };
    let Some((sender, topic)) = std::str::from_utf8(payload).ok().and_then(|text| text.split_once(' ')) else { return };
    if sender != own_name {
        topics.tell(topic);
    }
}

fn channel() -> String {
    format!("{PREFIX}:changes")
}

fn name_of(limit: &Limit) -> String {
    format!("{PREFIX}:limit:{}", limit.key)
}

fn micros(time: chrono::TimeDelta) -> i64 {
    time.num_microseconds().unwrap_or(i64::MAX)
}
