//! Questions to a provider: at public addresses only, without redirects, for a while, and for so much of an answer.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    time::Duration,
};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

const TIMEOUT: Duration = Duration::from_secs(10);
/// A provider's keys and descriptions have a few kB.
const MOST_BYTES: usize = 512 * 1024;

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Not an address that is asked.
    #[error(
        "{0} is not asked: it needs https and a public address, unless accounts.oidc.allow_private_addresses is set"
    )]
    Forbidden(String),
    /// Not reached, or not in time.
    #[error("the request failed")]
    Request(#[from] reqwest::Error),
    /// Too much to read.
    #[error("the answer is longer than {MOST_BYTES} bytes")]
    TooLong,
    /// No valid request or answer.
    #[error("the answer makes no sense")]
    Http(#[from] http::Error),
}

/// Asks providers.
#[derive(Clone)]
pub(super) struct Fetch {
    client: reqwest::Client,
    allow_private: bool,
}

impl Fetch {
    /// `allow_private` lets it ask a server beside this one, and without https.
    pub(super) fn new(allow_private: bool) -> Result<Self, Error> {
        // An error means that the process has a provider of cryptography already: any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .tls_backend_rustls()
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("radixinsight/", env!("CARGO_PKG_VERSION")));
        if !allow_private {
            builder = builder.https_only(true).dns_resolver(PublicOnly);
        }
        Ok(Self { client: builder.build()?, allow_private })
    }

    /// Sends a request and reads the answer.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let url = request.uri().to_string();
        if !self.allow_private && !is_public_url(&url) {
            return Err(Error::Forbidden(url));
        }
        let mut answer = self.client.execute(request.try_into()?).await?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_BYTES {
                return Err(Error::TooLong);
            }
        }
        Ok(response.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Resolves names to public addresses only. What it has looked up is what is connected to: a name can't change between.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !found.iter().all(|address| is_public(address.ip())) {
                let refused: Box<dyn std::error::Error + Send + Sync> =
                    Box::new(Error::Forbidden(name.as_str().to_owned()));
                return Err(refused);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Tells whether an address begins with https and doesn't name a private host; names are looked at when resolved.
pub(super) fn is_public_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let host_is_public = match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(name)) => name != "localhost" && !name.ends_with(".localhost"),
        None => false,
    };
    url.scheme() == "https" && host_is_public && url.username().is_empty() && url.password().is_none()
}

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    let benchmarks = a == 198 && (18..20).contains(&b);
    !special && !shared && !protocols && !benchmarks && a != 0 && a < 240
}

/// Global unicast addresses, without those that lead back to IPv4 or are for examples.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = (0x2000..0x4000).contains(&first);
    let is_tunnel = first == 0x2002 || (first == 0x2001 && second < 0x0200);
    let is_example = first == 0x2001 && second == 0x0db8 || first == 0x3fff;
    is_global && !is_tunnel && !is_example
}

#[cfg(test)]
mod tests {
    use super::{Fetch, is_public_url};

    // Attack 13.
    #[test]
    fn private_addresses_are_not_asked_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "１２７.0.0.1",
            "localhost",
            "x.localhost",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "user@accounts.example",
            "a:b@accounts.example",
        ] {
            assert!(!is_public_url(&format!("https://{host}/")), "{host}");
        }
        assert!(!is_public_url("http://accounts.example/"));
        assert!(!is_public_url("file:///etc/passwd"));
        for host in ["accounts.example", "93.184.215.14", "[2606:4700::1111]"] {
            assert!(is_public_url(&format!("https://{host}/path")), "{host}");
        }
    }

    // Attack 13: a name that leads to a private address.
    #[tokio::test]
    async fn a_name_of_a_private_address_is_not_asked() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "localhost".to_owned());
        let request = || openidconnect::http::Request::get(format!("https://{}:{port}/", name.trim()));
        let fetch = Fetch::new(false).expect("a client");
        let refused = fetch.send(request().body(Vec::new()).expect("a request")).await;
        assert!(refused.is_err(), "{refused:?}");
        let asked = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
        assert!(asked.is_err(), "nobody may have connected");
    }
}
