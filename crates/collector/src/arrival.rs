//! What is known of an event from the request that brought it.

use std::net::IpAddr;

use analytics_model::ProjectId;
use chrono::{DateTime, Utc};

/// Where, when and from whom events arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The project the key belongs to.
    pub project: ProjectId,
    /// When the request arrived.
    pub received_at: DateTime<Utc>,
    /// The sender's address; absent for files.
    pub ip: Option<IpAddr>,
    /// The sender's `User-Agent`; absent for files.
    pub user_agent: Option<String>,
    /// Where the sender is, as a trusted proxy says.
    pub place: Option<SaidPlace>,
    /// Whether it is known that the sender is one of the project's own, whatever its address tells now: of events that
    /// are read again less is kept of the address than it was judged by.
    pub is_internal: bool,
}

/// Where a sender is, as a trusted proxy says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaidPlace {
    /// The country's two-letter code.
    pub country: String,
    /// The city; may be empty.
    pub city: String,
}

impl Arrival {
    /// Returns the arrival of something that no request brought.
    pub fn of(project: ProjectId, received_at: DateTime<Utc>) -> Self {
        Self { project, received_at, ip: None, user_agent: None, place: None, is_internal: false }
    }
}
