//! The promises of the nouns.

mod buckets;
mod ids;
mod json;
mod openapi;
mod ranges;
