//! The command line.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use app::system::LogQueue;
use clap::{Parser, Subcommand, ValueEnum};

use crate::config::{self, Flags, Loaded};
use crate::{demo, import, keys, log, schema, serve, user, verify};

/// Self-hosted product analytics and dashboards in one binary.
#[derive(Parser)]
#[command(name = "radixinsight", version, about)]
pub(crate) struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the server.
    Serve(serve::Arguments),
    /// Fills a project with a simulated product: visitors, sign-ups, plans, revenue.
    Demo(demo::Arguments),
    /// Loads events from files: NDJSON, CSV, Parquet, web server logs.
    Import(import::Arguments),
    /// Prints every table and column of both stores as JSON.
    Schema,
    /// Checks connections, migrations, the sandbox, disk space and clock, and says what to do.
    Verify(verify::Arguments),
    /// Prints the API's OpenAPI 3.1 document.
    Openapi,
    /// Creates and lists accounts, and sets passwords.
    User(user::Arguments),
    /// Shows the configuration in force.
    Config {
        /// What to print.
        #[arg(value_enum)]
        what: ConfigOutput,
    },
    /// Runs the analytics engine; the server starts it by itself.
    #[command(hide = true)]
    Engine(engine::child::Arguments),
}

#[derive(Clone, Copy, ValueEnum)]
enum ConfigOutput {
    /// Every key with its value and where that came from.
    Show,
    /// The guide's page of all keys.
    Guide,
}

impl Arguments {
    /// Runs the command.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Engine(arguments) => {
                engine::child::run(arguments)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Openapi => print(&format!("{}\n", app::openapi().to_pretty_json()?)),
            Command::Schema => print(&format!("{}\n", schema::json()?)),
            Command::Config { what: ConfigOutput::Guide } => print(&keys::guide()),
            Command::Config { what: ConfigOutput::Show } => show(&config::load(&self.flags)?),
            Command::Serve(arguments) => with_runtime(&self.flags, Quiet::No, async |loaded, warnings| {
                serve::run(loaded, warnings, arguments).await
            }),
            Command::Demo(arguments) => {
                with_runtime(&self.flags, Quiet::Yes, async |loaded, _| demo::run(loaded, arguments).await)
            }
            Command::Import(arguments) => {
                with_runtime(&self.flags, Quiet::Yes, async |loaded, _| import::run(loaded, arguments).await)
            }
            Command::Verify(arguments) => {
                with_runtime(&self.flags, Quiet::Yes, async |loaded, _| verify::run(loaded, arguments).await)
            }
            Command::User(arguments) => {
                with_runtime(&self.flags, Quiet::Yes, async |loaded, _| user::run(loaded, arguments).await)
            }
        }
    }
}

/// Whether only warnings are logged unless the configuration says otherwise: for commands that print results.
#[derive(PartialEq, Eq)]
enum Quiet {
    Yes,
    No,
}

fn with_runtime(
    flags: &Flags,
    quiet: Quiet,
    command: impl AsyncFnOnce(Loaded, LogQueue) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let mut loaded = config::load(flags)?;
    if quiet == Quiet::Yes && loaded.is_default("log.level") {
        loaded.config.log.level = "warn".into();
    }
    let warnings = LogQueue::default();
    log::start(&loaded.config.log, &warnings)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command(loaded, warnings))
}

fn show(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let lines = loaded.show()?;
    let wide = |length: fn(&config::Shown) -> usize| lines.iter().map(length).max().unwrap_or_default();
    let (keys, values) = (wide(|line| line.key.len()), wide(|line| line.value.len()));
    let rows = lines.iter().map(|line| format!("{:keys$}  {:values$}  {}\n", line.key, line.value, line.origin));
    print(&rows.collect::<String>())
}

/// Prints a result; a reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> anyhow::Result<ExitCode> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
