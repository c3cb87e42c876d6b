//! Configuration of sign-in with Google, GitHub and an OpenID Connect provider.

use anyhow::bail;
use app::accounts;
use serde::{Deserialize, Deserializer, Serialize};

/// What a provider knows this instance by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    /// Public.
    #[serde(deserialize_with = "text")]
    pub(crate) client_id: Option<String>,
    /// Shared with the provider.
    #[serde(deserialize_with = "text")]
    pub(crate) client_secret: Option<String>,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenId {
    /// What stands on the button.
    pub(crate) name: Option<String>,
    /// Its address.
    pub(crate) issuer: Option<String>,
    /// What it calls this instance.
    #[serde(deserialize_with = "text")]
    pub(crate) client_id: Option<String>,
    /// What it shares with this instance.
    #[serde(deserialize_with = "text")]
    pub(crate) client_secret: Option<String>,
    /// Whether it may be at a private address, and without https.
    pub(crate) allow_private_addresses: bool,
}

/// What each key means.
pub(crate) const MEANINGS: [(&str, &str); 9] = [
    ("accounts.google.client_id", "Client id for sign-in with Google; off if empty"),
    ("accounts.google.client_secret", "The secret that belongs to it"),
    ("accounts.github.client_id", "Client id for sign-in with GitHub; off if empty"),
    ("accounts.github.client_secret", "The secret that belongs to it"),
    ("accounts.oidc.name", "What stands on the button of your OpenID Connect provider"),
    ("accounts.oidc.issuer", "The provider's address, below which /.well-known/openid-configuration is; off if empty"),
    ("accounts.oidc.client_id", "Client id at the provider"),
    ("accounts.oidc.client_secret", "The secret that belongs to it"),
    ("accounts.oidc.allow_private_addresses", "true where the provider is in a private network, or without https"),
];

/// Returns who people may sign in with; refuses what is configured by half.
pub(crate) fn providers(config: &super::config::Accounts) -> anyhow::Result<accounts::Providers> {
    let oidc = &config.oidc;
    let openid = client("oidc", oidc.client_id.as_ref(), oidc.client_secret.as_ref())?;
    let openid = match (openid, &oidc.issuer) {
        (Some(client), Some(issuer)) => Some(accounts::OpenId {
            name: oidc.name.clone().unwrap_or_else(|| "OpenID Connect".to_owned()),
            issuer: issuer.clone(),
            client,
        }),
        (None, None) => None,
        _ => bail!("accounts.oidc needs issuer, client_id and client_secret together"),
    };
    if let Some(openid) = &openid {
        let url = url::Url::parse(&openid.issuer).map_err(|error| anyhow::anyhow!("accounts.oidc.issuer: {error}"))?;
        let is_web = url.scheme() == "https" || (url.scheme() == "http" && oidc.allow_private_addresses);
        if !is_web {
            bail!("accounts.oidc.issuer must begin with https://, unless accounts.oidc.allow_private_addresses is set");
        }
    }
    let (google, github) = (&config.google, &config.github);
    Ok(accounts::Providers {
        google: client("google", google.client_id.as_ref(), google.client_secret.as_ref())?,
        github: client("github", github.client_id.as_ref(), github.client_secret.as_ref())?,
        oidc: openid,
        allow_private_addresses: oidc.allow_private_addresses,
        ..accounts::Providers::default()
    })
}

fn client(section: &str, id: Option<&String>, secret: Option<&String>) -> anyhow::Result<Option<accounts::Client>> {
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some(accounts::Client { id: id.clone(), secret: secret.clone() })),
        (None, None) => Ok(None),
        _ => bail!("accounts.{section} needs client_id and client_secret together"),
    }
}

/// Some providers give out ids of digits only, which a variable of the environment makes a number of.
fn text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Text(String),
        Number(u64),
    }
    let given = Option::<Given>::deserialize(value)?;
    Ok(given.map(|given| match given {
        Given::Text(text) => text,
        Given::Number(number) => number.to_string(),
    }))
}
