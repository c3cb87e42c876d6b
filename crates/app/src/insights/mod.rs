//! Insights: questions about a project's events, compiled to SQL and answered with lines to draw.

mod error;
mod kept;
mod routes;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use routes::{describe_kind, routes};
