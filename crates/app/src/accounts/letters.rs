//! The mails that accounts send.

use chrono::TimeDelta;

use super::store::UserRow;
use crate::{App, mail::Letter};

const NOT_YOU: &str = "If this was not you, there is nothing to do: nothing has changed.";

/// To who made an account: shows that the address is theirs.
pub(super) fn verify(app: &App, email: &str, token: &str) -> Letter {
    Letter::new(email, "Confirm your e-mail address")
        .paragraph("Welcome. One click, and you can sign in.")
        .button("Confirm address", &link(app, "verify", token))
        .small("The link works once, for 48 hours.")
        .small("If you did not make an account here, there is nothing to do: without this click it can't be used.")
}

/// To who has an account already, when somebody makes one with their address.
pub(super) fn have_one_already(app: &App, email: &str) -> Letter {
    Letter::new(email, "You already have an account")
        .paragraph("Somebody, probably you, tried to make an account with this address. You have one already.")
        .button("Sign in", &format!("{}/sign-in", app.settings().public_url))
        .small(format!("Forgot your password? Set a new one at {}/forgot", app.settings().public_url))
        .small(NOT_YOU)
}

/// To who forgot their password.
pub(super) fn reset(app: &App, email: &str, token: &str, life: TimeDelta) -> Letter {
    Letter::new(email, "Set a new password")
        .paragraph("Somebody, probably you, asked for a new password.")
        .button("Set a new password", &link(app, "reset", token))
        .small(format!("The link works once, for {}. All devices will be signed out.", lasting(life)))
        .small(NOT_YOU)
}

/// To who forgot a password they never had.
pub(super) fn signs_in_elsewhere(app: &App, user: &UserRow) -> Letter {
    let provider = user.auth_provider.as_deref().unwrap_or("another service");
    Letter::new(&user.email, "You sign in without a password")
        .paragraph(format!("Your account has no password here: it signs in with {provider}."))
        .button("Sign in", &format!("{}/sign-in", app.settings().public_url))
        .small(NOT_YOU)
}

/// To who was given an account by an admin.
pub(super) fn invitation(app: &App, email: &str, token: &str, life: TimeDelta) -> Letter {
    Letter::new(email, "You have an account")
        .paragraph("An admin has made an account for you. Choose a password, and you are in.")
        .button("Choose a password", &link(app, "reset", token))
        .small(format!(
            "The link works once, for {}. Later, “forgot password” on the page to sign in gives another.",
            lasting(life)
        ))
}

/// To who changed their password, or had it changed.
pub(super) fn password_changed(app: &App, email: &str) -> Letter {
    Letter::new(email, "Your password was changed")
        .paragraph("The password of your account has just been changed, and other devices were signed out.")
        .paragraph("If this was not you, set a new one now and tell your admin.")
        .button("Set a new password", &format!("{}/forgot", app.settings().public_url))
}

/// To whose account can now be entered through a provider: somebody at their open page may have done it.
pub(super) fn identity_linked(app: &App, email: &str, provider: &str) -> Letter {
    Letter::new(email, &format!("Your account is connected with {provider}"))
        .paragraph(format!("From now on your account can be signed in to with {provider}."))
        .paragraph("If this was not you, disconnect it, set a new password, and tell your admin.")
        .button("Look at your security", &format!("{}/account/security", app.settings().public_url))
}

/// To the new address.
pub(super) fn confirm_new_address(app: &App, email: &str, token: &str) -> Letter {
    Letter::new(email, "Confirm your new e-mail address")
        .paragraph("Your account will use this address as soon as you confirm it.")
        .button("Confirm address", &link(app, "verify", token))
        .small("The link works once, for 24 hours.")
        .small(NOT_YOU)
}

/// To the address that was replaced.
pub(super) fn address_changed(email: &str, new: &str) -> Letter {
    Letter::new(email, "Your e-mail address was changed")
        .paragraph(format!("Your account now uses the address {new}. Mail will go there."))
        .paragraph("If this was not you, tell your admin at once.")
}

/// Says how long something lasts, in the largest unit that fits: `7 days`, `1 hour`, `90 minutes`.
fn lasting(life: TimeDelta) -> String {
    let minutes = life.num_minutes();
    let (count, unit) = match minutes {
        _ if minutes % (24 * 60) == 0 => (minutes / (24 * 60), "day"),
        _ if minutes % 60 == 0 => (minutes / 60, "hour"),
        _ => (minutes, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// The token stands behind the `#`, which browsers send to no server: it is in no log.
fn link(app: &App, page: &str, token: &str) -> String {
    format!("{}/{page}#token={token}", app.settings().public_url)
}
