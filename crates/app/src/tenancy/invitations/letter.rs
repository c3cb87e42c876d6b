//! The mail that invites somebody.

use super::store::Row;
use crate::{App, mail::Letter};

/// To who was invited. The token stands behind the `#`, which browsers send to no server: it is in no log.
pub(super) fn invitation(app: &App, row: &Row, organization: &str, inviter: &str, token: &str) -> Letter {
    let url = format!("{}/invitation#token={token}", app.settings().public_url);
    Letter::new(&row.email, &format!("{inviter} invites you to {organization}"))
        .paragraph(format!("{inviter} invites you to work with {organization}."))
        .button("Accept the invitation", &url)
        .small(format!("The link works once, until {}.", row.expires_at.format("%-d %B %Y, %H:%M UTC")))
        .small("If you did not expect this, there is nothing to do.")
}
