//! Tests by what the client talks to: nobody, a broken server, an old ClickHouse server, the embedded engine.

mod broken_server;
mod debian_server;
mod encoding;
mod engine;
mod migrations;
mod protocol;
mod rebuild;
mod recompute;
mod schema;
mod states;
