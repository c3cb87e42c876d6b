//! The mails that accounts send.

use chrono::TimeDelta;

use super::{SignInProvider, identity, store::UserRow};
use crate::{App, mail::Letter};

const NOT_YOU: &str = "If this was not you, there is nothing to do: nothing has changed.";

/// To who made an account: shows that the address is theirs, and lets them choose the password.
pub(super) fn verify(app: &App, user: &UserRow, token: &str) -> Letter {
    let until = user.verification_expires_at.map(|at| at.format("%-d %B %Y, %H:%M UTC").to_string());
    Letter::new(&user.email, "Confirm your e-mail address")
        .paragraph("Welcome. Choose a password, and you can sign in.")
        .button("Choose a password", &link(app, "welcome", token))
        .small(format!("The link works once, until {}.", until.unwrap_or_default()))
        .small("If you did not make an account here, there is nothing to do: without this link it can't be used.")
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
pub(super) fn password_changed(app: &App, user: &UserRow) -> Letter {
    let letter = Letter::new(&user.email, "Your password was changed")
        .paragraph("The password of your account has just been changed, and other devices were signed out.");
    let letter = match user.auth_provider.as_deref().filter(|_| identity::linked(user)) {
        Some(id) => {
            let name = SignInProvider::called(app, id).name;
            letter.paragraph(format!(
                "It can also be signed in to with {name}. If {name} is not yours, disconnect it under Security."
            ))
        }
        None => letter,
    };
    letter
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

/// To whose account can no longer be entered through a provider.
pub(super) fn identity_unlinked(app: &App, email: &str, provider: &str) -> Letter {
    Letter::new(email, &format!("Your account is no longer connected with {provider}"))
        .paragraph(format!("Your account can't be signed in to with {provider} any more."))
        .paragraph("If this was not you, set a new password, and tell your admin.")
        .button("Set a new password", &format!("{}/forgot", app.settings().public_url))
}

/// To whose password alone is enough from now on.
pub(super) fn second_factor_off(app: &App, email: &str) -> Letter {
    Letter::new(email, "Two-factor sign-in was turned off")
        .paragraph("From now on your password alone is enough to sign in to your account.")
        .paragraph("If this was not you, set a new password, turn it on again, and tell your admin.")
        .button("Look at your security", &format!("{}/account/security", app.settings().public_url))
}

/// To the new address: says whose account it is, because whoever reads this may have asked for nothing.
pub(super) fn confirm_new_address(app: &App, user: &UserRow, email: &str, token: &str) -> Letter {
    Letter::new(email, "Confirm your new e-mail address")
        .paragraph(format!("The account {} will use this address as soon as you confirm it.", user.email))
        .button("Confirm address", &link(app, "verify", token))
        .small("The link works once, for 24 hours.")
        .small("If this is not your account, do not confirm: its owner could read what you write in it.")
}

/// To the address that is to be replaced.
pub(super) fn address_change_asked(app: &App, email: &str, new: &str) -> Letter {
    Letter::new(email, "Your e-mail address is about to change")
        .paragraph(format!("Somebody, probably you, asked that your account uses the address {new} from now on."))
        .paragraph(
            "It changes once the link in the mail that went there is opened. If this was not you, set a new password \
             now: that voids the link, and signs out all devices.",
        )
        .button("Set a new password", &format!("{}/forgot", app.settings().public_url))
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
