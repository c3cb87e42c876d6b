//! The rules of inviting.

use analytics_model::{InvitationId, ProjectId};
use chrono::TimeDelta;
use http_kit::FieldError;
use metadata_store::{Transaction, transact};
use serde_json::json;

use super::{
    letter,
    routes::{InvitedProject, NewInvitation},
    store::{self, Row},
};
use crate::{
    App,
    accounts::{self, UserRow, key_of},
    audit,
    limits::{Limit, Rate},
    secret, system,
    tenancy::{
        Error, OrganizationRole,
        organizations::{self, Member},
    },
};

const MOST_PROJECTS: usize = 100;
/// Mails that an organization sends to strangers: many at once when a team moves in, then one every two minutes.
const MAILS: Rate = Rate { burst: 100, every_seconds: 120 };
/// Invitations to one address, from whichever organization: nobody's mailbox is filled by whoever likes to.
const MAILS_TO_ONE: Rate = Rate { burst: 5, every_seconds: 300 };

/// Invites an address.
pub(super) async fn invite(member: &Member, new: NewInvitation) -> Result<Row, Error> {
    let app = member.app();
    check(&new)?;
    count_mail(member, &key_of(&new.email)).await?;
    let token = secret::generate();
    let now = app.now();
    let row = Row {
        id: InvitationId(app.clock().new_id()),
        organization_id: member.id,
        email: new.email.trim().to_owned(),
        email_key: key_of(&new.email),
        role: new.role,
        projects: json!(new.projects),
        token_hash: secret::hash(&token),
        invited_by: Some(member.user),
        created_at: now,
        expires_at: now + life_of_links(app).await,
        accepted_at: None,
        revoked_at: None,
    };
    let stored: Result<_, Error> = transact!(member.metadata(), |tx| {
        let inviter = still_admin(tx, member).await?;
        check_projects(tx, member, &new.projects).await?;
        if let Some(user) = accounts::find_by_email(tx, &row.email_key).await?
            && organizations::store::find_membership(tx, member.id, user.id).await?.is_some()
        {
            return Err(Error::AlreadyMember(row.email.clone()));
        }
        let row = store::replace(tx, row.clone()).await?;
        let change = member.change("invitation.create").on(row.id.0).new_values(&seen(&row));
        audit::record(app, tx, &member.actor, change.details(json!({ "name": row.email }))).await?;
        Ok((row, inviter))
    });
    let (row, inviter) = stored?;
    tell(member, &row, &inviter, token);
    Ok(row)
}

/// Sends an invitation again, with another token.
pub(super) async fn resend(member: &Member, id: InvitationId) -> Result<Row, Error> {
    let app = member.app();
    let waiting = store::find(app.db(), member.id, id).await?.ok_or(Error::NotFound)?;
    count_mail(member, &waiting.email_key).await?;
    let (token, life) = (secret::generate(), life_of_links(app).await);
    let stored: Result<_, Error> = transact!(member.metadata(), |tx| {
        let inviter = still_admin(tx, member).await?;
        store::find(tx, member.id, id).await?.ok_or(Error::NotFound)?;
        let row = store::set_token(tx, id, secret::hash(&token), app.now() + life, member.user).await?;
        let change = member.change("invitation.resend").on(row.id.0).details(json!({ "name": row.email }));
        audit::record(app, tx, &member.actor, change).await?;
        Ok((row, inviter))
    });
    let (row, inviter) = stored?;
    tell(member, &row, &inviter, token);
    Ok(row)
}

/// Takes an invitation back.
pub(super) async fn revoke(member: &Member, id: InvitationId) -> Result<(), Error> {
    let app = member.app();
    transact!(member.metadata(), |tx| {
        let row = store::find(tx, member.id, id).await?.ok_or(Error::NotFound)?;
        store::revoke(tx, id, app.now()).await?;
        let change = member.change("invitation.revoke").on(id.0).old(&seen(&row));
        Ok(audit::record(app, tx, &member.actor, change.details(json!({ "name": row.email }))).await?)
    })
}

/// Returns the projects an invitation leads into.
pub(super) fn projects_of(row: &Row) -> Vec<InvitedProject> {
    serde_json::from_value(row.projects.clone()).unwrap_or_default()
}

/// What the trail tells of an invitation.
pub(super) fn seen(row: &Row) -> serde_json::Value {
    json!({ "email": row.email, "role": row.role, "projects": row.projects, "expires_at": row.expires_at })
}

fn tell(member: &Member, row: &Row, inviter: &UserRow, token: String) {
    let inviter = if inviter.name.is_empty() { inviter.email.clone() } else { inviter.name.clone() };
    let letter = letter::invitation(member.app(), row, &member.organization.name, &inviter, &token);
    member.app().send_mail(letter);
}

/// Returns how long a link is good.
async fn life_of_links(app: &App) -> TimeDelta {
    TimeDelta::days(system::settings(app).await.invitation_days.into())
}

async fn count_mail(member: &Member, email_key: &str) -> Result<(), Error> {
    let limits = [
        Limit::new("invitation_mail", &member.id.to_string(), MAILS),
        Limit::new("invitation_mail_to", email_key, MAILS_TO_ONE),
    ];
    member.app().limits().count(&limits, member.app().now()).await.map_err(Error::TooManyAttempts)
}

/// Returns who invites; they may have lost their role since the request came in.
async fn still_admin(tx: &Transaction, member: &Member) -> Result<UserRow, Error> {
    let mine = organizations::store::find_membership(tx, member.id, member.user).await?;
    if !mine.is_some_and(|mine| mine.role.is_admin()) {
        return Err(Error::OrganizationRoleRequired);
    }
    Ok(accounts::get_user(tx, member.user).await?)
}

fn check(new: &NewInvitation) -> Result<(), Error> {
    let mut errors = Vec::new();
    errors.extend(accounts::check_mailable(&new.email));
    if new.role == OrganizationRole::Owner {
        let detail = "must be member or admin: an owner is made of a member";
        errors.push(FieldError::new("role", "invalid", detail));
    }
    if new.projects.len() > MOST_PROJECTS {
        errors.push(FieldError::new("projects", "too_many", "must be 100 at most"));
    }
    for (index, place) in new.projects.iter().enumerate() {
        if new.projects.iter().take(index).any(|before| before.project_id == place.project_id) {
            let field = format!("projects[{index}].project_id");
            errors.push(FieldError::new(field, "repeated", "must not be named twice"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Projects of others are unknown like those that don't exist.
async fn check_projects(tx: &Transaction, member: &Member, places: &[InvitedProject]) -> Result<(), Error> {
    let ids: Vec<ProjectId> = places.iter().map(|place| place.project_id).collect();
    let known = store::projects_among(tx, member.id, &ids).await?;
    let unknown = ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let error = |(index, _)| {
        FieldError::new(format!("projects[{index}].project_id"), "unknown", "must be a project of the organization")
    };
    let errors: Vec<FieldError> = unknown.map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}
