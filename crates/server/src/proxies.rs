//! The proxies in front, and whose word on addresses is taken.

use anyhow::bail;
use http_kit::Edge;
use ipnet::IpNet;

use crate::config::Server;

/// Says what is wrong with what the configuration says of proxies.
pub(crate) fn check(server: &Server) -> anyhow::Result<()> {
    if let Some(text) = server.trusted_proxies.iter().find(|text| network(text).is_none()) {
        bail!("server.trusted_proxies holds networks such as 10.0.0.0/8, not “{text}”");
    }
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if server.address_header.as_ref().is_some_and(|name| name.is_empty() || !name.bytes().all(is_sign)) {
        bail!("server.address_header must be the name of a header, such as CF-Connecting-IP");
    }
    Ok(())
}

/// Returns what lies between this server and its clients.
pub(crate) fn edge(server: &Server) -> Edge {
    Edge {
        behind_proxy: server.behind_proxy,
        trusted_proxies: server.trusted_proxies.iter().filter_map(|text| network(text)).collect(),
        address_header: server.address_header.as_ref().map(|name| name.to_lowercase().into()),
    }
}

/// Reads a network, or one address as the network of it alone.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| Some(text.parse::<std::net::IpAddr>().ok()?.into()))
}
