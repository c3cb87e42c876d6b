//! Signing in with an account at somebody else: Google, GitHub, or any OpenID Connect provider.
//!
//! The provider says who it is; whether that person has an account here, or may have one, is decided here.

mod error;
mod fetch;
mod flow;
mod github;
mod next;
mod openid;
mod provider;
mod routes;
mod service;
mod store;
#[cfg(test)]
mod tests;

pub use provider::{Client, GithubUrls, OpenId, Providers, SignInProvider};

pub(crate) use error::Error;
pub(crate) use routes::routes;
pub(super) use routes::{WayToProvider, begin_proof};
pub(super) use service::{disconnect, linked};
