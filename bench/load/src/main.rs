//! What the bench measures collecting with: a sender of events, and the bound beside which the server is held, a bare
//! axum handler that only parses the same JSON.

#![expect(clippy::print_stdout, reason = "the commands print what they found")]

mod bare;
mod events;
mod send;
mod times;

use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Listens on a free port of loopback, prints it, and parses what is posted to any path.
    Bare,
    /// Posts events for some seconds and prints what was answered, as JSON.
    Send(send::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Bare => bare::serve().await,
        Command::Send(arguments) => {
            println!("{}", serde_json::to_string(&send::run(arguments).await?)?);
            Ok(())
        }
    }
}
