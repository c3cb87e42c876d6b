//! GitHub: OAuth 2 without OpenID Connect, so that who it is has to be asked.

use openidconnect::{CsrfToken, HttpRequest, PkceCodeChallenge, http};
use serde::{Deserialize, de::DeserializeOwned};
use url::{Url, form_urlencoded};

use super::{
    Error,
    fetch::Fetch,
    flow::{Asked, Identity, Pending},
    provider::{Client, GithubUrls},
};

#[derive(Deserialize)]
struct Token {
    access_token: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    id: u64,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

/// Makes the address that asks GitHub who it is.
pub(super) fn begin(client: &Client, urls: &GithubUrls, back: &str) -> Result<Asked, Error> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let state = CsrfToken::new_random();
    let mut url =
        Url::parse(&format!("{}/login/oauth/authorize", urls.site)).map_err(|error| Error::Away(error.into()))?;
    url.query_pairs_mut()
        .append_pair("client_id", &client.id)
        .append_pair("redirect_uri", back)
        .append_pair("scope", "read:user user:email")
        .append_pair("state", state.secret())
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", "S256");
    Ok(Asked {
        url: url.into(),
        state: state.secret().clone(),
        nonce: String::new(),
        verifier: verifier.secret().clone(),
    })
}

/// Turns a code into a token, and asks with it who it is. Only a verified primary address counts.
pub(super) async fn identify(
    client: &Client,
    urls: &GithubUrls,
    back: &str,
    allow_private: bool,
    pending: &Pending,
    code: &str,
) -> Result<Identity, Error> {
    let fetch = Fetch::new(allow_private)?;
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &client.id)
        .append_pair("client_secret", &client.secret)
        .append_pair("code", code)
        .append_pair("redirect_uri", back)
        .append_pair("code_verifier", &pending.verifier)
        .finish();
    let request = http::Request::post(format!("{}/login/oauth/access_token", urls.site))
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into_bytes());
    let token: Token = ask(&fetch, request).await?;
    let Some(access) = token.access_token else {
        return Err(Error::Unproven(token.error.unwrap_or_else(|| "there is no token".to_owned()).into()));
    };
    let question = |path: &str| {
        http::Request::get(format!("{}{path}", urls.api))
            .header("accept", "application/vnd.github+json")
            .header("authorization", format!("Bearer {access}"))
            .body(Vec::new())
    };
    let person: Person = ask(&fetch, question("/user")).await?;
    let addresses: Vec<Address> = ask(&fetch, question("/user/emails")).await?;
    let primary = addresses.into_iter().find(|address| address.primary);
    let (email, email_verified) = primary.map(|address| (address.email, address.verified)).unwrap_or_default();
    let name = person.name.unwrap_or_default();
    let (first_name, last_name) = name.trim().rsplit_once(' ').unwrap_or((name.trim(), ""));
    Ok(Identity {
        id: person.id.to_string(),
        email,
        email_verified,
        first_name: first_name.trim().to_owned(),
        last_name: last_name.to_owned(),
    })
}

async fn ask<T: DeserializeOwned>(fetch: &Fetch, request: http::Result<HttpRequest>) -> Result<T, Error> {
    let request = request.map_err(|error| Error::Away(error.into()))?;
    let response = fetch.send(request).await?;
    if !response.status().is_success() {
        return Err(Error::Unproven(format!("GitHub answered {}", response.status()).into()));
    }
    serde_json::from_slice(response.body()).map_err(|error| Error::Unproven(error.into()))
}
