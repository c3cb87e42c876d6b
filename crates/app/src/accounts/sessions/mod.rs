//! Sessions: signing in and out, what proves that one is signed in, and for how long.
//!
//! A session is a row. The page has a cookie with its token; programs have an access token of 15 minutes that names
//! the session, and a refresh token to get the next one with. Ending the session ends all of them.

mod access_tokens;
mod cache;
mod device_names;
mod refresh;
pub(super) mod routes;
pub(super) mod service;

pub(crate) use access_tokens::AccessTokens;
pub(crate) use cache::SessionCache;
pub(crate) use routes::{SignedIn, signed_in};
pub(crate) use service::{SessionToken, start_session};
pub use service::{clean_up, keep_clean, session_timeout};
