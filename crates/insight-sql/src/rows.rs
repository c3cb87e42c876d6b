//! The events that somebody may see.

use std::sync::Arc;

use analytics_model::{Filter, ProjectId, Sql, Traffic};
use indoc::formatdoc;

use crate::condition::{self, Used};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::property::PropertyColumns;

/// The events of a project that somebody may see: where every statement about events begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    project: ProjectId,
    rows: Option<Filter>,
    columns: Arc<PropertyColumns>,
}

impl Events {
    /// Returns the events of a project that `rows` lets through; all where there is no filter.
    pub fn of(project: ProjectId, rows: Option<Filter>) -> Self {
        Self { project, rows, columns: Arc::default() }
    }

    /// Reads properties out of the columns they were given.
    #[must_use]
    pub fn with_columns(self, columns: Arc<PropertyColumns>) -> Self {
        Self { columns, ..self }
    }

    /// Returns a statement: `write` makes its text around the condition that stands behind `from events where`.
    pub fn statement(&self, write: impl FnOnce(&str) -> String) -> Result<Sql, Error> {
        let mut parameters = Parameters::inline().with_columns(Arc::clone(&self.columns));
        let condition = self.condition(&mut parameters)?;
        Ok(parameters.into_sql(write(&condition)))
    }

    /// Returns the condition for these events.
    pub(crate) fn condition(&self, parameters: &mut Parameters) -> Result<String, Error> {
        let mut conditions = vec![format!("project_id = {}", parameters.bind_as("project", "UUID", self.project))];
        conditions.extend(rows(self.rows.as_ref(), parameters)?);
        Ok(conditions.join(" and "))
    }
}

/// Compiles the filter of the rows somebody may see. What a question may use up is not touched by it.
pub(crate) fn rows(filter: Option<&Filter>, parameters: &mut Parameters) -> Result<Option<String>, Error> {
    let compile = |filter| condition::compile(filter, "rows", parameters, &mut Used::default());
    filter.map(compile).transpose()
}

/// Returns the condition for whose events are asked about, if there is one: the one place where what is not people's
/// is left out.
pub fn traffic(traffic: Traffic) -> Option<String> {
    // One of three words of ours, so it stands in the statement as it is.
    traffic.tag().map(|tag| format!("traffic = '{tag}'"))
}

/// Returns the statement for the timestamp of the first of these events, as `milliseconds` since 1970: no row where
/// there are none.
pub fn first_event(events: &Events, of: Traffic) -> Result<Sql, Error> {
    let of: String = traffic(of).map(|condition| format!(" and {condition}")).unwrap_or_default();
    events.statement(|events| {
        formatdoc! {"
            select toUnixTimestamp64Milli(min(timestamp)) as milliseconds
            from events
            where {events}{of}
            having count() > 0"}
    })
}
