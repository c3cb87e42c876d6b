//! Queries about invitations.

use analytics_model::{InvitationId, OrganizationId, ProjectId, UserId};
use chrono::{DateTime, Utc};
use metadata_store::{Result, Transaction};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::tables::org_invitations::{ActiveModel, Column, Entity, Model};
use crate::{
    App, accounts,
    tenancy::{
        Role, organizations,
        tables::{project_members, projects},
    },
};

pub(super) type Row = Model;

/// Returns invitations that wait, oldest first; those that have expired are among them.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    after: Option<InvitationId>,
    limit: usize,
) -> Result<Vec<Row>> {
    let mut query = Entity::find()
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null());
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after));
    }
    Ok(query.order_by_asc(Column::Id).limit(limit as u64).all(db).await?)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Option<Row>> {
    let query = Entity::find_by_id(id)
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null());
    Ok(query.one(db).await?)
}

/// Returns the invitation of a token that is good now.
pub(super) async fn find_good(db: &impl ConnectionTrait, token_hash: &str, now: DateTime<Utc>) -> Result<Option<Row>> {
    let query = Entity::find()
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(query.one(db).await?)
}

/// Returns whether who invited may still do so: an invitation holds no longer than their right to it.
pub(super) async fn holds(db: &impl ConnectionTrait, row: &Row) -> Result<bool> {
    let Some(inviter) = row.invited_by else { return Ok(false) };
    let membership = organizations::store::find_membership(db, row.organization_id, inviter).await?;
    let is_active = accounts::find_user(db, inviter).await?.is_some_and(|user| user.is_active);
    Ok(is_active && membership.is_some_and(|membership| membership.role.is_admin()))
}

/// Stores an invitation in place of an earlier one for the address.
pub(super) async fn replace(db: &impl ConnectionTrait, row: Row) -> Result<Row> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(row.organization_id))
        .filter(Column::EmailKey.eq(row.email_key.clone()))
        .exec(db)
        .await?;
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn set_token(
    db: &impl ConnectionTrait,
    id: InvitationId,
    token_hash: String,
    expires_at: DateTime<Utc>,
    invited_by: UserId,
) -> Result<Row> {
    let change = ActiveModel {
        id: sea_orm::Set(id),
        invited_by: sea_orm::Set(Some(invited_by)),
        token_hash: sea_orm::Set(token_hash),
        expires_at: sea_orm::Set(expires_at),
        ..Default::default()
    };
    Ok(change.update(db).await?)
}

pub(super) async fn revoke(db: &impl ConnectionTrait, id: InvitationId, now: DateTime<Utc>) -> Result<()> {
    let change = ActiveModel { id: sea_orm::Set(id), revoked_at: sea_orm::Set(Some(now)), ..Default::default() };
    change.update(db).await?;
    Ok(())
}

/// Marks an invitation as used; false where somebody was quicker.
pub(super) async fn take(db: &impl ConnectionTrait, id: InvitationId, now: DateTime<Utc>) -> Result<bool> {
    let taken = Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Revokes what somebody has sent, who may no longer invite.
pub(in crate::tenancy) async fn revoke_of(
    app: &App,
    tx: &Transaction,
    organization: OrganizationId,
    invited_by: UserId,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(app.now()))
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::InvitedBy.eq(invited_by))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Revokes what was sent to an address: whoever it belongs to was in the organization, and is no more.
pub(in crate::tenancy) async fn revoke_to(
    app: &App,
    tx: &Transaction,
    organization: OrganizationId,
    email_key: &str,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(app.now()))
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Returns which of these are projects of an organization.
pub(super) async fn projects_among(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[ProjectId],
) -> Result<Vec<ProjectId>> {
    let query = projects::Entity::find()
        .filter(projects::Column::OrganizationId.eq(organization))
        .filter(projects::Column::Id.is_in(ids.iter().copied()));
    Ok(query.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// Gives somebody a place in a project, where they have none.
pub(super) async fn add_place(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<()> {
    if project_members::Entity::find_by_id((project, user)).one(db).await?.is_none() {
        let row = project_members::Model { project_id: project, user_id: user, role, created_at: now };
        row.into_active_model().reset_all().insert(db).await?;
    }
    Ok(())
}
