//! Reading and changing the settings of the instance.

use analytics_model::UserId;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Path, Problems, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    registry::{Allowed, Group, Unit},
    service, settings,
};
use crate::{Administrator, App};

/// A setting of the instance.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SystemSetting {
    /// Its name for programs.
    #[schema(example = "query_timeout_seconds")]
    key: &'static str,
    /// What it is.
    value: Value,
    /// What it is until somebody sets it.
    default: Value,
    /// What it may be.
    allowed: Allowed,
    /// What its number counts; null for others.
    #[schema(required = true)]
    unit: Option<Unit>,
    /// What it belongs to.
    group: Group,
    /// What it means.
    description: &'static str,
    /// Whether people who have not signed in may read it.
    is_public: bool,
    /// When it was last changed; null where it has no row yet.
    #[schema(required = true)]
    updated_at: Option<DateTime<Utc>>,
    /// By whom; null where nobody has changed it.
    #[schema(required = true)]
    updated_by: Option<UserId>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for SystemSetting {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl From<service::Setting> for SystemSetting {
    fn from((definition, row): service::Setting) -> Self {
        let default = definition.default_value();
        let (updated_at, updated_by) = row.as_ref().map_or((None, None), |row| (Some(row.updated_at), row.updated_by));
        // What is not allowed is not in force.
        let value = row.and_then(|row| definition.check(&row.setting_value).ok()).unwrap_or_else(|| default.clone());
        Self {
            version: service::version_of(definition, &value),
            key: definition.key,
            value,
            default,
            allowed: definition.allowed,
            unit: definition.unit,
            group: definition.group,
            description: definition.description,
            is_public: definition.is_public,
            updated_at,
            updated_by,
        }
    }
}

/// All settings of the instance.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SystemSettingList {
    items: Vec<SystemSetting>,
}

/// The settings that anybody may know.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicSettings {
    /// What the instance calls itself.
    instance_name: String,
    /// Whether dashboards can be shown to people without an account.
    enable_public_dashboards: bool,
    /// How large an uploaded file may be.
    max_upload_size_mb: u32,
}

/// The value a setting is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingChange {
    value: Value,
}

/// Tells what anybody may know of the settings.
#[utoipa::path(get, path = "/settings/public", tag = "system", operation_id = "public_settings", security(()),
    responses((status = 200, body = PublicSettings, description = "The public settings."), Problems))]
pub(super) async fn public(State(app): State<App>) -> Json<PublicSettings> {
    let settings = settings(&app).await;
    Json(PublicSettings {
        instance_name: settings.instance_name.clone(),
        enable_public_dashboards: settings.enable_public_dashboards,
        max_upload_size_mb: settings.max_upload_size_mb,
    })
}

/// Lists the settings of the instance, for its admins.
#[utoipa::path(get, path = "/settings", tag = "system", operation_id = "list_settings",
    responses((status = 200, body = SystemSettingList, description = "All settings."), Problems))]
pub(super) async fn list(Administrator(account): Administrator) -> Result<Json<SystemSettingList>> {
    let items = service::list(account.app()).await?.into_iter().map(Into::into).collect();
    Ok(Json(SystemSettingList { items }))
}

/// Returns a setting of the instance.
#[utoipa::path(get, path = "/settings/{key}", tag = "system", operation_id = "get_setting",
    params(("key" = String, Path, description = "The setting's key.")),
    responses((status = 200, body = SystemSetting, description = "The setting."), Problems))]
pub(super) async fn get(
    Administrator(account): Administrator,
    Path(key): Path<String>,
) -> Result<Tagged<SystemSetting>> {
    Ok(Tagged(service::get(account.app(), &key).await?.into()))
}

/// Changes a setting of the instance. It is in force on all servers within a second.
#[utoipa::path(patch, path = "/settings/{key}", tag = "system", operation_id = "update_setting",
    params(("key" = String, Path, description = "The setting's key."), IfMatch),
    responses((status = 200, body = SystemSetting, description = "The setting as it is now."), Problems))]
pub(super) async fn update(
    admin: Administrator,
    Path(key): Path<String>,
    if_match: IfMatch,
    Json(change): Json<SettingChange>,
) -> Result<Tagged<SystemSetting>> {
    Ok(Tagged(service::set(&admin, &key, (Some(change.value), &if_match)).await?.into()))
}

/// Gives a setting its default back.
#[utoipa::path(delete, path = "/settings/{key}", tag = "system", operation_id = "reset_setting",
    params(("key" = String, Path, description = "The setting's key."), IfMatch),
    responses((status = 200, body = SystemSetting, description = "The setting as it is now."), Problems))]
pub(super) async fn reset(
    admin: Administrator,
    Path(key): Path<String>,
    if_match: IfMatch,
) -> Result<Tagged<SystemSetting>> {
    Ok(Tagged(service::set(&admin, &key, (None, &if_match)).await?.into()))
}
