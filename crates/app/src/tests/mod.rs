//! What holds for the whole API and the whole schema.

mod api;
mod attacks;
mod permissions;
mod rows;
mod schema;
mod servers;
mod trail;
mod versions;
