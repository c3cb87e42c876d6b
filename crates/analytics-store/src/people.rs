//! Which person distinct ids belong to, once people were found to be one.
//!
//! An event is stored under the person of its distinct id. When two people become one, the ids of the one are given to
//! the other in `person_overrides`, and the events that are there already are changed.

use std::time::Duration;

use analytics_model::{PersonId, ProjectId, sql};
use serde::Deserialize;
use uuid::Uuid;

use crate::schema::{self, EVENTS};
use crate::{Error, Options, Store};

/// A distinct id that was given to a person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Given {
    /// The project.
    pub project_id: ProjectId,
    /// The distinct id.
    pub user_id: String,
    /// The person it belongs to now.
    pub person_id: PersonId,
    /// When it was given: a later one counts.
    pub version: u64,
}

impl Store {
    /// Returns the distinct ids that were given to somebody from this version on, the current person of each.
    pub async fn given_since(&self, version: u64) -> Result<Vec<Given>, Error> {
        let question = sql("select project_id, user_id, argMax(person_id, o.version) as person_id, \
             max(o.version) as version from person_overrides as o \
             where (project_id, user_id) in \
                 (select project_id, user_id from person_overrides where version >= {version:UInt64}) \
             group by project_id, user_id")
        .bind("version", version);
        Ok(self.rows::<Given>(&question, &reading()).await?.rows)
    }

    /// Returns the distinct ids that were given to these people, or taken part in a merge as theirs.
    pub async fn given_to(&self, project: ProjectId, people: &[PersonId]) -> Result<Vec<Given>, Error> {
        let question = sql("select project_id, user_id, argMax(person_id, o.version) as person, \
             max(o.version) as version from person_overrides as o where project_id = {project:UUID} \
             group by project_id, user_id having person in {people:Array(UUID)}")
        .bind("project", project)
        .bind("people", uuids(people));
        #[derive(Deserialize)]
        struct Row {
            project_id: ProjectId,
            user_id: String,
            person: PersonId,
            version: u64,
        }
        let rows = self.rows::<Row>(&question, &reading()).await?.rows.into_iter();
        let given = rows.map(|Row { project_id, user_id, person, version }| Given {
            project_id,
            user_id,
            person_id: person,
            version,
        });
        Ok(given.collect())
    }

    /// Returns whom these distinct ids were given to, those of them that were.
    pub async fn given_of(&self, project: ProjectId, ids: &[String]) -> Result<Vec<Given>, Error> {
        let question = sql("select project_id, user_id, argMax(person_id, o.version) as person_id, \
             max(o.version) as version from person_overrides as o \
             where project_id = {project:UUID} and user_id in {ids:Array(String)} group by project_id, user_id")
        .bind("project", project)
        .bind("ids", ids.to_vec());
        Ok(self.rows::<Given>(&question, &reading()).await?.rows)
    }

    /// Returns which of these people have said who they are.
    pub async fn identified(&self, project: ProjectId, people: &[PersonId]) -> Result<Vec<PersonId>, Error> {
        #[derive(Deserialize)]
        struct Row {
            person_id: PersonId,
        }
        let question = sql("select distinct person_id from identified_people \
             where project_id = {project:UUID} and person_id in {people:Array(UUID)}")
        .bind("project", project)
        .bind("people", uuids(people));
        let rows = self.rows::<Row>(&question, &reading()).await?.rows;
        Ok(rows.into_iter().map(|row| row.person_id).collect())
    }

    /// Gives the events of people to others, and marks the days they lie on to be computed anew. May be repeated.
    pub async fn move_people(&self, project: ProjectId, moves: &[(PersonId, PersonId)]) -> Result<(), Error> {
        let (from, into): (Vec<PersonId>, Vec<PersonId>) = moves.iter().copied().unzip();
        self.mark_and_change(project, "person_id", uuids(&from).into(), &into).await
    }

    /// Gives the events of distinct ids to people, and marks the days they lie on to be computed anew. May be repeated.
    pub async fn give_events(&self, project: ProjectId, given: &[(String, PersonId)]) -> Result<(), Error> {
        let (ids, people): (Vec<String>, Vec<PersonId>) = given.iter().cloned().unzip();
        self.mark_and_change(project, "user_id", ids.into(), &people).await
    }

    async fn mark_and_change(
        &self,
        project: ProjectId,
        column: &str,
        keys: analytics_model::Value,
        people: &[PersonId],
    ) -> Result<(), Error> {
        if people.is_empty() {
            return Ok(());
        }
        let kind = if column == "user_id" { "String" } else { "UUID" };
        let which = format!("project_id = {{project:UUID}} and {column} in {{keys:Array({kind})}}");
        let mark = sql(format!(
            "insert into dirty_days (project_id, date, reason, marked_at) \
             select distinct project_id, date, 'people were merged', now64(6) from events where {which}"
        ));
        let bound = |statement: analytics_model::Sql| statement.bind("project", project).bind("keys", keys.clone());
        self.execute(&bound(mark), &changing()).await?;
        let rows = self.altered(&EVENTS);
        let change = sql(format!(
            "update {rows} set person_id = {{people:Array(UUID)}}[indexOf({{keys:Array({kind})}}, {column})] where {which}"
        ));
        self.execute(&bound(change).bind("people", uuids(people)), &changing()).await.map(drop)
    }

    /// Returns what a deletion or a change names: on a cluster the table of each shard.
    pub fn altered(&self, table: &schema::Table) -> String {
        let rows = schema::rows_of(table, self.place());
        match self.cluster() {
            Some(cluster) => format!("`{rows}` on cluster `{cluster}`"),
            None => format!("`{rows}`"),
        }
    }
}

fn uuids(people: &[PersonId]) -> Vec<Uuid> {
    people.iter().map(|person| person.0).collect()
}

fn reading() -> Options {
    Options { timeout: Duration::from_secs(60), read_only: true, ..Options::default() }
}

fn changing() -> Options {
    Options { timeout: Duration::from_secs(600), ..Options::default() }
}
