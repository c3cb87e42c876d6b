//! Which page a browser sends a request from: the wall against requests forged by other sites.

use axum::http::{HeaderMap, header};

/// Where a request was made, as its headers tell. Only browsers can be believed, and only they need to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// On a page of ours, or by the user's own hand.
    Same,
    /// On a page of somebody else.
    Foreign,
    /// Not by a browser, or by one that doesn't tell.
    Unknown,
}

impl Origin {
    /// Reads `Sec-Fetch-Site`, and where a browser has none (plain http), compares `Origin` with `Host`.
    pub fn of(headers: &HeaderMap) -> Self {
        if let Some(site) = headers.get("sec-fetch-site") {
            let ours = matches!(site.as_bytes(), b"same-origin" | b"none");
            return if ours { Self::Same } else { Self::Foreign };
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return Self::Unknown };
        let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, rest)| rest);
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        match (authority, host) {
            (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host) => Self::Same,
            _ => Self::Foreign,
        }
    }
}
