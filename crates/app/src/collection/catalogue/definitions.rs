//! What people say of names: descriptions, tags, and which are hidden.

use std::collections::HashMap;

use analytics_model::ProjectId;
use http_kit::FieldError;
use metadata_store::{Result, transact};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::collection::error::Error;
use crate::collection::tables::{event_definitions, property_definitions};
use crate::{Scope, audit};

const LONGEST_NAME: usize = 400;
const LONGEST_DESCRIPTION: usize = 2_000;
const MOST_TAGS: usize = 20;
const LONGEST_TAG: usize = 50;

/// What people say of an event or a property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CatalogueDefinition)]
pub(crate) struct Definition {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    /// Whether lists to choose from leave it out.
    pub(super) is_hidden: bool,
}

/// What changes; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = CatalogueDefinitionChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefinitionChange {
    /// 2,000 characters at most.
    #[serde(default, deserialize_with = "present")]
    description: Option<String>,
    /// 20 tags of 50 characters at most.
    #[serde(default, deserialize_with = "present")]
    tags: Option<Vec<String>>,
    /// Whether lists to choose from leave it out. Questions that name it are answered all the same.
    #[serde(default, deserialize_with = "present")]
    is_hidden: Option<bool>,
}

/// Refuses null, which says nothing.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What something is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Events,
    Properties,
}

/// Returns what is said of a project's names.
pub(super) async fn all(db: &impl ConnectionTrait, project: ProjectId, of: Of) -> Result<HashMap<String, Definition>> {
    let rows = stored(db, project, of, None).await?;
    Ok(rows.into_iter().map(|(_, definition)| (definition.name.clone(), definition)).collect())
}

/// Changes what is said of a name, and returns it as it is then. The name need not have arrived yet.
pub(super) async fn describe(
    scope: &Scope,
    of: Of,
    name: &str,
    change: DefinitionChange,
) -> std::result::Result<Definition, Error> {
    transact!(scope.metadata(), |tx| {
        let found = stored(tx, scope.project, of, Some(name)).await?.into_iter().next();
        let (id, old) = match found {
            Some((id, old)) => (id, old),
            None => (scope.app().clock().new_id(), Definition { name: name.to_owned(), ..Definition::default() }),
        };
        let mut new = old.clone();
        new.apply(change.clone()).map_err(Error::Invalid)?;
        put(tx, scope, of, (id, &new)).await?;
        let action = match of {
            Of::Events => "event_definition.update",
            Of::Properties => "property_definition.update",
        };
        let line = scope.change(action).on(id).changed(&old, &new).details(json!({ "name": name }));
        audit::record(scope.app(), tx, &scope.actor, line).await?;
        Ok(new)
    })
}

impl Definition {
    fn apply(&mut self, change: DefinitionChange) -> std::result::Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if !(1..=LONGEST_NAME).contains(&self.name.chars().count()) {
            let reason = format!("must have 1 to {LONGEST_NAME} characters");
            errors.push(FieldError::new("name", "invalid", reason));
        }
        if let Some(description) = change.description {
            self.description = description.trim().to_owned();
            if self.description.chars().count() > LONGEST_DESCRIPTION {
                let reason = format!("must have {LONGEST_DESCRIPTION} characters at most");
                errors.push(FieldError::new("description", "too_long", reason));
            }
        }
        if let Some(tags) = change.tags {
            self.tags = Vec::new();
            for (index, tag) in tags.iter().map(|tag| tag.trim()).enumerate() {
                if !(1..=LONGEST_TAG).contains(&tag.chars().count()) {
                    let reason = format!("must have 1 to {LONGEST_TAG} characters");
                    errors.push(FieldError::new(format!("tags.{index}"), "invalid", reason));
                } else if !self.tags.iter().any(|known| known == tag) {
                    self.tags.push(tag.to_owned());
                }
            }
            if tags.len() > MOST_TAGS {
                errors.push(FieldError::new("tags", "too_many", format!("must have {MOST_TAGS} entries at most")));
            }
        }
        self.is_hidden = change.is_hidden.unwrap_or(self.is_hidden);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn tags(tags: Value) -> Vec<String> {
    // What is stored was written by `put`.
    serde_json::from_value(tags).unwrap_or_default()
}

/// The two tables have the same columns.
macro_rules! definition {
    ($row:expr) => {{
        let row = $row;
        let definition =
            Definition { name: row.name, description: row.description, tags: tags(row.tags), is_hidden: row.is_hidden };
        (row.id, definition)
    }};
}

async fn stored(
    db: &impl ConnectionTrait,
    project: ProjectId,
    of: Of,
    name: Option<&str>,
) -> Result<Vec<(Uuid, Definition)>> {
    Ok(match of {
        Of::Events => {
            use event_definitions::{Column, Entity};
            let query = Entity::find().filter(Column::ProjectId.eq(project));
            let query = name.into_iter().fold(query, |query, name| query.filter(Column::Name.eq(name)));
            query.all(db).await?.into_iter().map(|row| definition!(row)).collect()
        }
        Of::Properties => {
            use property_definitions::{Column, Entity};
            let query = Entity::find().filter(Column::ProjectId.eq(project));
            let query = name.into_iter().fold(query, |query, name| query.filter(Column::Name.eq(name)));
            query.all(db).await?.into_iter().map(|row| definition!(row)).collect()
        }
    })
}

async fn put(db: &impl ConnectionTrait, scope: &Scope, of: Of, (id, definition): (Uuid, &Definition)) -> Result<()> {
    macro_rules! put {
        ($table:ident) => {{
            use $table::{Column, Entity, Model};
            let row = Model {
                id,
                project_id: scope.project,
                name: definition.name.clone(),
                description: definition.description.clone(),
                tags: json!(definition.tags),
                is_hidden: definition.is_hidden,
                created_at: scope.now(),
                updated_at: scope.now(),
            };
            let changed = [Column::Description, Column::Tags, Column::IsHidden, Column::UpdatedAt];
            let replaced = OnConflict::columns([Column::ProjectId, Column::Name]).update_columns(changed).to_owned();
            Entity::insert(row.into_active_model()).on_conflict(replaced).exec_without_returning(db).await?;
        }};
    }
    match of {
        Of::Events => put!(event_definitions),
        Of::Properties => put!(property_definitions),
    }
    Ok(())
}
