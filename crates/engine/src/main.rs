//! The engine's child process on its own: what tests of other crates start.

use clap::Parser;

#[derive(Parser)]
#[command(name = "radixinsight-engine", version, about = "The sandboxed analytics engine of RadixInsight")]
struct Command {
    #[command(flatten)]
    arguments: engine::child::Arguments,
}

fn main() -> anyhow::Result<()> {
    engine::child::run(Command::parse().arguments)
}
