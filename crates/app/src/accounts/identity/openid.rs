//! OpenID Connect: the authorization code flow, with PKCE and a nonce.

use std::time::Duration;

use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{
        CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreUserInfoClaims,
    },
};
use sha2::{Digest, Sha256};

use super::{
    Error,
    fetch::Fetch,
    flow::{Asked, Identity, Pending},
    provider::OpenId,
};
use crate::App;

/// The column has room for 255; a subject may have as many.
const MOST_SUBJECT: usize = 200;

/// With keys of the provider; never with the secret that is shared with it, and never `none`.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Reads who it is from either kind of claims: they have the same accessors, and no type in common.
macro_rules! identity {
    ($id:expr, $claims:expr) => {
        Identity {
            id: $id,
            email: $claims.email().map(|email| email.to_string()).unwrap_or_default(),
            email_verified: $claims.email_verified() == Some(true),
            first_name: $claims
                .given_name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string())
                .unwrap_or_default(),
            last_name: $claims
                .family_name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string())
                .unwrap_or_default(),
        }
    };
}

/// Makes the address that asks the provider who it is.
///
/// With a prompt, who is signed in there already has to sign in again.
pub(super) async fn begin(
    openid: &OpenId,
    back: &str,
    allow_private: bool,
    again: Option<CoreAuthPrompt>,
) -> Result<Asked, Error> {
    let fetch = Fetch::new(allow_private)?;
    let metadata = discover(openid, &fetch).await?;
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(openid.client.id.clone()), None)
        .set_redirect_uri(redirect(back)?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow: CoreAuthenticationFlow = AuthenticationFlow::AuthorizationCode;
    let mut request = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge);
    if let Some(prompt) = again {
        if prompt == CoreAuthPrompt::Login {
            // Makes the provider say when that was.
            request = request.set_max_age(Duration::ZERO);
        }
        request = request.add_prompt(prompt);
    }
    let (url, state, nonce) = request.url();
    Ok(Asked {
        url: url.into(),
        state: state.secret().clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
    })
}

/// Turns a code into a token, checks the token, and reads who it is.
///
/// The token must be signed by a key of the provider, made by it, for us, for this very sign-in, and not long ago.
pub(super) async fn identify(
    app: &App,
    openid: &OpenId,
    back: &str,
    allow_private: bool,
    pending: &Pending,
    code: &str,
) -> Result<Identity, Error> {
    let fetch = Fetch::new(allow_private)?;
    let metadata = discover(openid, &fetch).await?;
    let auth_type = auth_type(&metadata);
    let secret = ClientSecret::new(openid.client.secret.clone());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(openid.client.id.clone()), Some(secret))
        .set_redirect_uri(redirect(back)?)
        .set_auth_type(auth_type);
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(away)?
        .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
        .request_async(&fetch)
        .await
        .map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(_) => Error::Unproven(Box::new(error)),
            other => Error::Away(Box::new(other)),
        })?;
    let token = answer.id_token().ok_or_else(|| Error::Unproven("there is no identity token".into()))?;
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(|| app.now());
    let claims = token.claims(&verifier, &Nonce::new(pending.nonce.clone())).map_err(unproven)?;
    if let (Some(since), Some(at)) = (pending.signed_in_since(), claims.auth_time())
        && at < since
    {
        return Err(Error::Unproven("nobody signed in there again".into()));
    }
    let id = key_of(&openid.issuer, claims.subject().as_str());
    if claims.email().is_some() || client.user_info_url().is_none() {
        return Ok(identity!(id, claims));
    }
    // Some providers tell the address only to who asks for it. The answer has to be about the same person.
    let question = client.user_info(answer.access_token().clone(), Some(claims.subject().clone())).map_err(away)?;
    let told: CoreUserInfoClaims = question.request_async(&fetch).await.map_err(unproven)?;
    Ok(identity!(id, told))
}

async fn discover(openid: &OpenId, fetch: &Fetch) -> Result<CoreProviderMetadata, Error> {
    let issuer = IssuerUrl::new(openid.issuer.clone()).map_err(away)?;
    CoreProviderMetadata::discover_async(issuer, fetch).await.map_err(away)
}

/// In a header, as the standard has it, unless the provider takes it in the body only.
fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    match metadata.token_endpoint_auth_methods_supported() {
        Some(methods)
            if methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic) =>
        {
            AuthType::RequestBody
        }
        _ => AuthType::BasicAuth,
    }
}

fn redirect(back: &str) -> Result<RedirectUrl, Error> {
    RedirectUrl::new(back.to_owned()).map_err(away)
}

/// A subject means somebody else at another issuer: who configures another one must not hand accounts over.
fn key_of(issuer: &str, subject: &str) -> String {
    let hex = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let issuer = &hex(issuer.trim_end_matches('/'))[..16];
    if subject.len() <= MOST_SUBJECT { format!("{issuer}:{subject}") } else { format!("{issuer}#{}", hex(subject)) }
}

fn away(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Away(Box::new(error))
}

fn unproven(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unproven(Box::new(error))
}
