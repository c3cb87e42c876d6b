//! What a role can be.

use analytics_model::ProjectId;
use http_kit::FieldError;

use super::routes::RowRuleBody;
use crate::tenancy::{
    projects::check_name,
    rights::{Conditions, Permission},
};

const MOST_DESCRIPTION_CHARACTERS: usize = 2_000;
const MOST_PERMISSIONS: usize = 300;
const MOST_RULES: usize = 20;
const MOST_PROPERTY_CHARACTERS: usize = 255;
const MOST_VALUES: usize = 500;
const MOST_VALUE_CHARACTERS: usize = 1_000;
const MOST_TAGS: usize = 50;

/// Says what is wrong with the name of a role.
pub(super) fn name(name: &str) -> Option<FieldError> {
    check_name("name", name)
}

/// Says what is wrong with the description of a role.
pub(super) fn description(text: &str) -> Option<FieldError> {
    let fits = text.chars().count() <= MOST_DESCRIPTION_CHARACTERS;
    (!fits).then(|| FieldError::new("description", "too_long", "must have at most 2,000 characters"))
}

/// Says what is wrong with what a role may do; `projects` are those of the organization.
pub(super) fn permissions(permissions: &[Permission], projects: &[ProjectId]) -> Vec<FieldError> {
    if permissions.len() > MOST_PERMISSIONS {
        return vec![FieldError::new("permissions", "too_many", "must be at most 300")];
    }
    let mut errors = Vec::new();
    for (index, permission) in permissions.iter().enumerate() {
        let field = format!("permissions[{index}]");
        if !permission.resource.actions().contains(&permission.action) {
            let detail =
                format!("{} is nothing that is done to {}", permission.action.word(), permission.resource.word());
            errors.push(FieldError::new(format!("{field}.action"), "invalid", detail));
        }
        conditions(&permission.conditions, permission, &format!("{field}.conditions"), projects, &mut errors);
    }
    errors
}

fn conditions(
    conditions: &Conditions,
    of: &Permission,
    field: &str,
    projects: &[ProjectId],
    errors: &mut Vec<FieldError>,
) {
    // Nothing would ever check them: the permission would be wider than it looks.
    if (conditions.own || conditions.tags.is_some()) && !of.resource.has_items() {
        let detail = format!("{} have no maker and no tags to tell them apart by", of.resource.word());
        errors.push(FieldError::new(field, "invalid", detail));
    }
    if conditions.projects.iter().flatten().any(|project| !projects.contains(project)) {
        errors.push(FieldError::new(format!("{field}.projects"), "unknown", "must be projects of the organization"));
    }
    let tags = conditions.tags.as_deref().unwrap_or_default();
    let fits = |tag: &String| (1..=100).contains(&tag.chars().count());
    if tags.len() > MOST_TAGS || !tags.iter().all(fits) {
        let detail = "must be at most 50, of 1 to 100 characters each";
        errors.push(FieldError::new(format!("{field}.tags"), "invalid", detail));
    }
}

/// Says what is wrong with the rows a role is limited to.
pub(super) fn rows(rules: &[RowRuleBody]) -> Vec<FieldError> {
    if rules.len() > MOST_RULES {
        return vec![FieldError::new("row_rules", "too_many", "must be at most 20")];
    }
    let mut errors = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let field = format!("row_rules[{index}]");
        if !(1..=MOST_PROPERTY_CHARACTERS).contains(&rule.property.chars().count()) {
            errors.push(FieldError::new(format!("{field}.property"), "invalid", "must have 1 to 255 characters"));
        }
        let fits = |value: &String| (1..=MOST_VALUE_CHARACTERS).contains(&value.chars().count());
        if !(1..=MOST_VALUES).contains(&rule.allowed_values.len()) || !rule.allowed_values.iter().all(fits) {
            let detail = "must be 1 to 500 texts of 1 to 1,000 characters";
            errors.push(FieldError::new(format!("{field}.allowed_values"), "invalid", detail));
        }
    }
    errors
}
