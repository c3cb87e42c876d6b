//! Who does something, and from where.

use std::net::IpAddr;

use analytics_model::{ApiKeyId, UserId};
use axum::http::{Extensions, HeaderMap, header};
use http_kit::Client;

const MOST_AGENT_CHARACTERS: usize = 500;

/// Who does something, and from where: what each row of the trail begins with.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// Who it is; absent for the command line, for programs, and for who has not signed in.
    pub user: Option<UserId>,
    /// The key a program came with.
    pub key: Option<ApiKeyId>,
    /// The address the request came from.
    pub address: Option<IpAddr>,
    /// What the other end calls itself.
    pub user_agent: Option<String>,
}

impl Actor {
    /// Returns what acts without a request: the command line, and work in the background.
    pub fn system() -> Self {
        Self::default()
    }

    /// Returns whoever sends a request, not yet known by name.
    pub(crate) fn of_request(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let client = extensions.get::<Client>().copied().unwrap_or_default();
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self {
            user: None,
            key: None,
            address: client.address,
            user_agent: agent.map(|agent| agent.chars().take(MOST_AGENT_CHARACTERS).collect()),
        }
    }

    /// Returns the same with a name to it.
    pub(crate) fn known_as(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Returns the same for a program that came with a key.
    pub(crate) fn with_key(self, key: ApiKeyId) -> Self {
        Self { key: Some(key), ..self }
    }
}
