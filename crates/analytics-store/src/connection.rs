//! Where the store is and how it is reached: addresses, credentials, TLS, pooled connections.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// ClickHouse closes idle connections after 3 s (old versions) to 30 s; we let go of them first, so that a request
/// never meets a connection that is being closed.
const TCP_IDLE: Duration = Duration::from_secs(2);

/// Proxies commonly stop at 8 KiB.
const MAX_URL_BYTES: usize = 8 * 1024;

/// Nothing but hyper is on the way, on both sides; it stops at 64 KiB.
const MAX_SOCKET_URL_BYTES: usize = 60 * 1024;

const DEFAULT_DATABASE: &str = "radixinsight";

/// A pool of connections to one address, and the database used there.
pub(crate) struct Connection {
    pub(crate) client: reqwest::Client,
    pub(crate) base: Url,
    /// The address as it may be shown: never with credentials.
    pub(crate) endpoint: String,
    pub(crate) database: String,
    /// The cluster that tables are spread over, if any.
    pub(crate) cluster: Option<String>,
    /// Longer URLs are refused by something on the way.
    pub(crate) max_url_bytes: usize,
    /// Whether inserts are compressed: worth it on a network, not on a socket.
    pub(crate) compresses: bool,
    /// Settings that the server doesn't know and would refuse: none but for the old server of the tests.
    pub(crate) unknown_settings: &'static [&'static str],
}

impl Connection {
    pub(crate) fn unix(socket: &Path, database: &str) -> Result<Self, Error> {
        let client = builder(TlsRoots::None)?.unix_socket(socket);
        Ok(Self {
            client: build(client)?,
            base: parse("http://localhost/")?,
            endpoint: socket.display().to_string(),
            database: identifier("database", database).map_err(Error::Address)?,
            cluster: None,
            max_url_bytes: MAX_SOCKET_URL_BYTES,
            compresses: false,
            unknown_settings: &[],
        })
    }

    pub(crate) fn http(address: &str, cluster: Option<&str>) -> Result<Self, Error> {
        let url = parse(address)?;
        let roots = match url.scheme() {
            "http" => TlsRoots::None,
            "https" => TlsRoots::System,
            other => return Err(Error::Address(format!("it begins with {other}, not with http or https"))),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::Address("it may not hold ? or #: options are set elsewhere".into()));
        }
        let path = url.path().trim_matches('/');
        let database = if path.is_empty() { DEFAULT_DATABASE } else { path };
        let client = builder(roots)?
            .default_headers(credentials(&url)?)
            .pool_idle_timeout(TCP_IDLE)
            .tcp_keepalive(Duration::from_secs(30));
        let endpoint = url[..url::Position::AfterScheme].to_owned()
            + "://"
            + &url[url::Position::BeforeHost..url::Position::AfterPort];
        Ok(Self {
            client: build(client)?,
            base: parse(&format!("{endpoint}/"))?,
            endpoint,
            database: identifier("database", database).map_err(Error::Address)?,
            cluster: cluster.map(|name| identifier("cluster", name)).transpose().map_err(Error::Address)?,
            max_url_bytes: MAX_URL_BYTES,
            compresses: true,
            unknown_settings: &[],
        })
    }
}

/// Returns `name` if it can stand in a statement between backquotes without further thought.
pub(crate) fn identifier(what: &str, name: &str) -> Result<String, String> {
    let first_is_fine = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let rest_is_fine = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-');
    if first_is_fine && rest_is_fine && name.len() <= 128 {
        return Ok(name.to_owned());
    }
    Err(format!("the {what}'s name may hold letters, digits, _ and - only, and begins with a letter"))
}

fn parse(address: &str) -> Result<Url, Error> {
    // The address itself stays out of the message: it may hold a password.
    let url = Url::parse(address).map_err(|error| Error::Address(error.to_string()))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Error::Address("it names no host".into()));
    }
    Ok(url)
}

/// Credentials travel in headers: URLs end in logs.
fn credentials(url: &Url) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    if !url.username().is_empty() {
        headers.insert(HeaderName::from_static("x-clickhouse-user"), secret(url.username())?);
    }
    if let Some(password) = url.password() {
        headers.insert(HeaderName::from_static("x-clickhouse-key"), secret(password)?);
    }
    Ok(headers)
}

fn secret(encoded: &str) -> Result<HeaderValue, Error> {
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    let mut value = HeaderValue::from_bytes(&bytes)
        .map_err(|_| Error::Address("user or password holds a character that HTTP headers can't carry".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

enum TlsRoots {
    /// No TLS is spoken: certificates of the system are not even read.
    None,
    System,
}

fn builder(roots: TlsRoots) -> Result<reqwest::ClientBuilder, Error> {
    let builder = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("radixinsight/", env!("CARGO_PKG_VERSION")));
    match roots {
        TlsRoots::None => {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let tls = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|error| Error::Address(error.to_string()))?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            Ok(builder.tls_backend_preconfigured(tls))
        }
        TlsRoots::System => {
            // An error means that the process has a provider already: any will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
            Ok(builder.tls_backend_rustls())
        }
    }
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    builder.build().map_err(|error| Error::Address(error.to_string()))
}
