//! Who else people may sign in with, as it is configured.

use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Who else people may sign in with.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    /// Accounts at Google.
    pub google: Option<Client>,
    /// Accounts at GitHub.
    pub github: Option<Client>,
    /// Where GitHub is.
    pub github_urls: GithubUrls,
    /// Accounts at one OpenID Connect provider, such as a company's own.
    pub oidc: Option<OpenId>,
    /// Whether that provider may be at a private address, and without https.
    pub allow_private_addresses: bool,
}

/// What a provider knows this instance by.
#[derive(Clone)]
pub struct Client {
    /// Public.
    pub id: String,
    /// Shared with the provider.
    pub secret: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An OpenID Connect provider.
#[derive(Debug, Clone)]
pub struct OpenId {
    /// What stands on the button.
    pub name: String,
    /// Its address, below which `.well-known/openid-configuration` is.
    pub issuer: String,
    /// What it knows this instance by.
    pub client: Client,
}

/// Where GitHub is: a stand-in in tests.
#[derive(Debug, Clone)]
pub struct GithubUrls {
    /// Where people confirm, and codes become tokens.
    pub site: String,
    /// Where questions are answered.
    pub api: String,
}

impl Default for GithubUrls {
    fn default() -> Self {
        Self { site: "https://github.com".to_owned(), api: "https://api.github.com".to_owned() }
    }
}

/// Somebody to sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignInProvider {
    /// For `/api/v1/sign_in/{provider}`.
    #[schema(example = "google")]
    pub id: &'static str,
    /// For people.
    #[schema(example = "Google")]
    pub name: String,
}

/// A provider that is configured, with all that is needed to ask it.
#[derive(Debug, Clone)]
pub(super) enum Provider {
    Google(OpenId),
    Github(Client, GithubUrls),
    OpenId(OpenId),
}

impl Provider {
    /// Returns all that are configured, in the order of their buttons.
    pub(super) fn all(app: &App) -> Vec<Self> {
        let providers = &app.settings().providers;
        let google = providers.google.clone().map(|client| {
            let issuer = "https://accounts.google.com".to_owned();
            Self::Google(OpenId { name: "Google".to_owned(), issuer, client })
        });
        let github = providers.github.clone().map(|client| Self::Github(client, providers.github_urls.clone()));
        let oidc = providers.oidc.clone().map(Self::OpenId);
        [oidc, google, github].into_iter().flatten().collect()
    }

    /// Finds one that is configured.
    pub(super) fn find(app: &App, id: &str) -> Option<Self> {
        Self::all(app).into_iter().find(|provider| provider.id() == id)
    }

    /// Returns what stands in the column `auth_provider`, and in paths.
    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Google(_) => "google",
            Self::Github(..) => "github",
            Self::OpenId(_) => "oidc",
        }
    }

    /// Returns what people call it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Google(openid) | Self::OpenId(openid) => &openid.name,
            Self::Github(..) => "GitHub",
        }
    }

    /// Returns how it is shown.
    pub(super) fn shown(&self) -> SignInProvider {
        SignInProvider { id: self.id(), name: self.name().to_owned() }
    }
}

impl SignInProvider {
    /// Returns all whom people may sign in with here.
    pub(crate) fn all(app: &App) -> Vec<Self> {
        Provider::all(app).iter().map(Provider::shown).collect()
    }

    /// Returns what a provider is called whose id is known; it may not be configured any more.
    pub(in crate::accounts) fn called(app: &App, id: &str) -> Self {
        let known = Provider::find(app, id).map(|provider| provider.shown());
        known.unwrap_or_else(|| match id {
            "google" => Self { id: "google", name: "Google".to_owned() },
            "github" => Self { id: "github", name: "GitHub".to_owned() },
            _ => Self { id: "oidc", name: "OpenID Connect".to_owned() },
        })
    }
}
