//! What people say of names: descriptions, tags, and which are hidden.

use http_kit::{FieldError, IfMatch, Version, Versioned};
use metadata_store::transact;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::store;
use crate::collection::error::Error;
use crate::{
    Scope, audit,
    versions::{self, Names},
};

const LONGEST_NAME: usize = 400;
const LONGEST_DESCRIPTION: usize = 2_000;
const MOST_TAGS: usize = 20;
const LONGEST_TAG: usize = 50;

/// What people say of an event or a property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CatalogueWords)]
pub(crate) struct Definition {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    /// Whether lists to choose from leave it out.
    pub(super) is_hidden: bool,
}

/// What people say of an event or a property, as it is told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogueDefinition)]
pub(crate) struct ToldDefinition {
    #[serde(flatten)]
    definition: Definition,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for ToldDefinition {
    fn version(&self) -> &Version {
        &self.version
    }
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
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What something is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Events,
    Properties,
}

/// Changes what is said of a name, and returns it as it is then. The name need not have arrived yet.
pub(super) async fn describe(
    scope: &Scope,
    (of, name): (Of, &str),
    (change, if_match): (DefinitionChange, &IfMatch),
) -> Result<ToldDefinition, Error> {
    transact!(scope.metadata(), |tx| {
        let found = store::stored(tx, scope.project, of, Some(name)).await?.into_iter().next();
        let (id, old) = match found {
            Some((id, old)) => (id, old),
            None => (scope.app().clock().new_id(), Definition { name: name.to_owned(), ..Definition::default() }),
        };
        let action = match of {
            Of::Events => "event_definition.update",
            Of::Properties => "property_definition.update",
        };
        let about = scope.change(action).on(id);
        versions::require::<Error>(tx, if_match, Some(&old.version()), (&about, Names::All)).await?;
        let mut new = old.clone();
        new.apply(change.clone()).map_err(Error::Invalid)?;
        store::put(tx, scope, of, (id, &new)).await?;
        let line = about.changed(&old, &new).details(json!({ "name": name }));
        audit::record(scope.app(), tx, &scope.actor, line).await?;
        Ok(ToldDefinition { version: new.version(), definition: new })
    })
}

impl Definition {
    /// Returns the version of what is said; what nobody has said anything of has one too.
    pub(super) fn version(&self) -> Version {
        Version::of(self)
    }

    fn apply(&mut self, change: DefinitionChange) -> Result<(), Vec<FieldError>> {
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
