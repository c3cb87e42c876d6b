//! `radixinsight user`: accounts from the command line, for set-up by script and for locked-out admins.

#![expect(clippy::print_stdout, reason = "prints its results")]

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::Context;
use app::App;
use clap::Subcommand;

use crate::config::Loaded;
use crate::stores;

/// What to do with accounts. Passwords are read from standard input, never from the command line.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Lists all accounts.
    List,
    /// Creates an account; its password is read from standard input.
    Create {
        /// The e-mail address to sign in with.
        email: String,
        /// First name.
        #[arg(long, default_value = "")]
        first_name: String,
        /// Last name.
        #[arg(long, default_value = "")]
        last_name: String,
        /// Makes it an admin of this installation, and an owner of its first organization.
        #[arg(long)]
        admin: bool,
        /// The short name of an organization that the account becomes a member of.
        #[arg(long)]
        organization: Option<String>,
        /// What it is there: member, admin or owner.
        #[arg(long, default_value = "member", requires = "organization", value_parser = organization_role)]
        role: app::tenancy::OrganizationRole,
    },
    /// Sets a password, read from standard input, and ends the account's sessions.
    Password {
        /// The account's e-mail address.
        email: String,
    },
    /// Removes a second factor that its owner has lost.
    ResetSecondFactor {
        /// The account's e-mail address.
        email: String,
    },
}

/// Runs `radixinsight user`. Only the metadata store is needed, so it works beside a running server too.
pub(crate) async fn run(loaded: Loaded, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let metadata = stores::open_metadata(&loaded.config).await?;
    let app = stores::accounts_only(&loaded.config, metadata)?;
    match arguments.action {
        Action::List => list(&app).await?,
        Action::Create { email, first_name, last_name, admin, organization, role } => {
            if let Some(slug) = &organization {
                // Asked before, so that no account is left behind that belongs to nothing.
                let is_there = app::tenancy::organization_exists(&app, slug).await?;
                anyhow::ensure!(is_there, "there is no organization with the short name {slug}");
            }
            let password = read_password()?;
            let user =
                app::accounts::NewUser { email: email.clone(), password, first_name, last_name, is_admin: admin };
            let created = match admin {
                true => app::setup::create_admin(&app, user).await?,
                false => app::accounts::create_user(&app, user).await?,
            };
            println!("created {email} ({created})");
            if let Some(slug) = &organization {
                app::tenancy::add_to_organization(&app, created, slug, role).await?;
                println!("{email} belongs to {slug} now");
            }
        }
        Action::Password { email } => {
            app::accounts::set_password(&app, &email, &read_password()?).await?;
            println!("the password of {email} is set, and all its sessions have ended");
        }
        Action::ResetSecondFactor { email } => match app::accounts::reset_second_factor(&app, &email).await? {
            true => println!("{email} signs in with the password alone"),
            false => println!("{email} has no second factor"),
        },
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(app: &App) -> anyhow::Result<()> {
    for user in app::accounts::list_users(app).await? {
        let mark = if user.is_admin { "admin" } else { "" };
        println!("{}  {}  {} {}  {}", user.id, user.email, user.first_name, user.last_name, mark);
    }
    Ok(())
}

fn organization_role(word: &str) -> Result<app::tenancy::OrganizationRole, String> {
    use app::tenancy::OrganizationRole;
    match word {
        "member" => Ok(OrganizationRole::Member),
        "admin" => Ok(OrganizationRole::Admin),
        "owner" => Ok(OrganizationRole::Owner),
        _ => Err("must be member, admin or owner".to_owned()),
    }
}

fn read_password() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Password (it will be visible; pipe it in to avoid that):");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("cannot read the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
