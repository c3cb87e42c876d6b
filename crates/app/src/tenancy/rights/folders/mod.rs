//! Folders: what dashboards, insights and queries lie in. What is granted on a folder holds for all in it.

mod routes;
mod service;
mod store;

pub(super) use routes::routes;
pub(crate) use service::find;
