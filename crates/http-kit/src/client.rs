//! Where a request comes from.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};

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
pub(crate) fn tell(edge: Edge, request: &mut Request) {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let mut client = Client { address: peer, https: false, is_proxied: edge.behind_proxy };
    if edge.behind_proxy {
        client.address = forwarded_for(request.headers()).or(peer);
        client.https = last(request.headers(), "x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    }
    request.extensions_mut().insert(client);
}

fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let address: IpAddr = last(headers, "x-forwarded-for")?.parse().ok()?;
    Some(address.to_canonical())
}

/// Returns the last entry of a list: the only one that our own proxy wrote.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}
