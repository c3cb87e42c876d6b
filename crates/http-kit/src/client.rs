//! Where a request comes from.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};

use analytics_model::read_address;

use crate::Edge;

/// Who is at the other end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Client {
    /// The address, where the server knows it.
    pub address: Option<IpAddr>,
    /// Whether the client speaks https, to the proxy in front of us.
    pub https: bool,
    /// Whether a proxy of ours stands between, whose headers are to be believed.
    pub is_proxied: bool,
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

/// Notes where a request comes from, for whoever wants a [`Client`].
pub(crate) fn tell(edge: &Edge, request: &mut Request) {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let mut client = Client { address: peer, https: false, is_proxied: edge.behind_proxy };
    if edge.behind_proxy {
        client.address = told(edge, request.headers()).unwrap_or(peer);
        client.https = last(request.headers(), "x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    }
    request.extensions_mut().insert(client);
}

/// Returns what proxies tell of the sender, which may be that nobody knows; nothing where they tell nothing.
///
/// Everything but what our own proxy wrote may be made up: lists are read from the right, and only on beyond a proxy
/// that is trusted.
fn told(edge: &Edge, headers: &HeaderMap) -> Option<Option<IpAddr>> {
    if let Some(header) = &edge.address_header {
        return Some(read_address(last(headers, header)?));
    }
    let forwarded = elements(headers, "x-forwarded-for");
    let forwarded = if forwarded.is_empty() { forwarded_for(headers) } else { forwarded };
    let mut sender = None;
    for element in forwarded.iter().rev() {
        sender = Some(read_address(element));
        let is_trusted = sender.flatten().is_some_and(|address| edge.trusts(address));
        if !is_trusted {
            break;
        }
    }
    sender
}

/// Returns the elements of a list that may be spread over several headers, without empty ones.
fn elements<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|element| !element.is_empty()).collect()
}

/// Returns what `Forwarded` says each was asked for by (RFC 7239); an element that doesn't say it hides somebody.
fn forwarded_for(headers: &HeaderMap) -> Vec<&str> {
    elements(headers, "forwarded")
        .into_iter()
        .map(|element| {
            let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
            pairs
                .map(|(name, value)| (name.trim(), value.trim()))
                .find(|(name, _)| name.eq_ignore_ascii_case("for"))
                .map_or("unknown", |(_, value)| value)
        })
        .collect()
}

/// Returns the last entry of a list: the only one that our own proxy wrote.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    elements(headers, name).pop()
}
