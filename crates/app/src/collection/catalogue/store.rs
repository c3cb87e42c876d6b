//! Queries about what people say of names.

use std::collections::HashMap;

use analytics_model::ProjectId;
use metadata_store::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use serde_json::{Value, json};
use uuid::Uuid;

use super::definitions::{Definition, Of};
use crate::Scope;
use crate::collection::tables::{event_definitions, property_definitions};

/// Returns what is said of a project's names.
pub(super) async fn all(db: &impl ConnectionTrait, project: ProjectId, of: Of) -> Result<HashMap<String, Definition>> {
    let rows = stored(db, project, of, None).await?;
    Ok(rows.into_iter().map(|(_, definition)| (definition.name.clone(), definition)).collect())
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

pub(super) async fn stored(
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

pub(super) async fn put(
    db: &impl ConnectionTrait,
    scope: &Scope,
    of: Of,
    (id, definition): (Uuid, &Definition),
) -> Result<()> {
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
