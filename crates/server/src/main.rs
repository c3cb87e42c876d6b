//! RadixInsight's one binary: configuration, command line, wiring. It holds no rule of the product.

mod cli;
mod config;
mod demo;
mod embedded;
mod entrance;
mod http_settings;
mod import;
mod keys;
mod listen;
mod log;
mod masking;
mod observe;
mod page;
mod providers;
mod proxies;
mod schema;
mod scrape;
mod scripts;
mod serve;
mod stores;
mod user;
mod verify;

use std::process::ExitCode;

use clap::Parser;

/// Events come and go in many small pieces from many threads: this takes a tenth less of the time than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Fails only where one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match cli::Arguments::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("radixinsight: {error:#}");
            ExitCode::FAILURE
        }
    }
}
