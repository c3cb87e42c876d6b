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
}
