//! Where a request comes from.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::Response,
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

pub(crate) async fn tell(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let mut client = Client { address: peer, https: false, is_proxied: edge.behind_proxy };
    if edge.behind_proxy {
        client.address = forwarded_for(request.headers()).or(peer);
        client.https = last(request.headers(), "x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    }
    request.extensions_mut().insert(client);
    next.run(request).await
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
