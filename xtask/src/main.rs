//! Chores of the workbench: `cargo xtask tidy` holds what a machine can hold of the style.

mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the workbench.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Checks names, sizes, module docs and the direction of imports.
    Tidy,
}

fn main() -> anyhow::Result<ExitCode> {
    let Chore::Tidy = Arguments::parse().chore;
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let complaints = tidy::complaints(&root)?;
    for complaint in &complaints {
        eprintln!("tidy: {complaint}");
    }
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
