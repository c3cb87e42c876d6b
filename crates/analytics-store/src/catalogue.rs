//! The catalogue of properties in the analytics store: filled from events of before, bounded, erased.

use std::time::Duration;

use analytics_model::{ProjectId, sql};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::schema::{EVENT_PROPERTIES, PROPERTY_VALUES};
use crate::{Error, Options, Store};

/// What an event's JSON says, a row for each value: of the event itself, and of the person. The types are those that
/// the collector tells apart.
const SAID: &str = "\
select project_id, event_name, timestamp, said.1 as source, said.2 as property, said.3 as raw
from (
    select project_id, event_name, timestamp, arrayJoin(arrayConcat(
        arrayMap(pair -> ('event', pair.1, pair.2), JSONExtractKeysAndValuesRaw(properties)),
        arrayMap(pair -> ('person', pair.1, pair.2), JSONExtractKeysAndValuesRaw(properties, '$set')),
        arrayMap(pair -> ('person', pair.1, pair.2), JSONExtractKeysAndValuesRaw(properties, '$set_once'))
    )) as said
    from events where date = {date:Date} and properties != '{}'
)
where raw != 'null' and not (source = 'event' and property in ('$set', '$set_once', '$unset'))";

const PROPERTIES: &str = "\
select project_id, source, property, event_name,
    countIf(kind = 'text') as texts, countIf(kind = 'number') as numbers, countIf(kind = 'boolean') as booleans,
    countIf(kind = 'time') as times, countIf(kind = 'list') as lists, countIf(kind = 'object') as objects,
    min(timestamp) as first_seen, max(timestamp) as last_seen
from (
    select *, multiIf(
        match(raw, '^\"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}[0-9:.+Z -]*)?\"$'), 'time',
        startsWith(raw, '\"'), 'text', raw in ('true', 'false'), 'boolean',
        startsWith(raw, '['), 'list', startsWith(raw, '{'), 'object', 'number') as kind
    from (SAID)
)
group by project_id, source, property, event_name
order by count() desc limit 10000 by project_id";

const VALUES: &str = "\
select project_id, source, property, assumeNotNull(text) as value, count() as count, max(timestamp) as last_seen
from (
    select *, JSONExtract(raw, 'Nullable(String)') as text from (SAID)
    where not startsWith(raw, '[') and not startsWith(raw, '{')
)
where text != '' and lengthUTF8(assumeNotNull(text)) <= 200
group by project_id, source, property, value
order by count desc limit 200 by project_id, source, property";

impl Store {
    /// Writes down the properties and values of all events there are: of those from before the catalogue.
    pub(crate) async fn catalogue_events(&self) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Day {
            date: NaiveDate,
        }
        let question = sql("select distinct date from events order by date");
        for Day { date } in self.rows::<Day>(&question, &patient()).await?.rows {
            for (table, select) in [(&EVENT_PROPERTIES, PROPERTIES), (&PROPERTY_VALUES, VALUES)] {
                let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
                let columns = columns.join(", ");
                let select = select.replace("SAID", SAID);
                let text = format!("insert into {} ({columns}) select {columns} from ({select})", table.name);
                // A run that was cut off is done again from the beginning.
                let mut options = patient();
                let token = format!("catalogue of {date}");
                options.settings.push(("insert_deduplication_token".to_owned(), token));
                self.execute(&sql(text).bind("date", date), &options).await?;
            }
        }
        Ok(())
    }

    /// Keeps `kept` values of each property that has twice as many, the most frequent; returns of how many properties.
    pub async fn prune_property_values(&self, kept: u64) -> Result<usize, Error> {
        #[derive(Deserialize)]
        struct Long {
            project_id: ProjectId,
            source: String,
            property: String,
        }
        #[derive(Deserialize)]
        struct Frequent {
            value: String,
        }
        let question = sql("select project_id, source, property from property_values \
             group by project_id, source, property having uniqExact(value) >= 2 * {kept:UInt64} limit 100");
        let long = self.rows::<Long>(&question.bind("kept", kept), &patient()).await?.rows;
        for Long { project_id, source, property } in &long {
            let of = "project_id = {project:UUID} and source = {source:String} and property = {property:String}";
            let bound = |text: String| {
                let statement = sql(text).bind("project", *project_id).bind("source", source.as_str());
                statement.bind("property", property.as_str())
            };
            let question = bound(format!(
                "select value from property_values where {of} group by value \
                 order by sum(count) desc, max(last_seen) desc, value limit {{kept:UInt64}}"
            ));
            let frequent = self.rows::<Frequent>(&question.bind("kept", kept), &patient()).await?.rows;
            let frequent: Vec<String> = frequent.into_iter().map(|row| row.value).collect();
            let table = self.altered(&PROPERTY_VALUES);
            let text = format!("alter table {table} delete where {of} and value not in {{frequent:Array(String)}}");
            self.execute(&bound(text).bind("frequent", frequent), &synchronous()).await?;
        }
        Ok(long.len())
    }

    /// Erases a project's properties and values: all, or those that were seen last before a day.
    pub(crate) async fn erase_catalogue(&self, project: ProjectId, before: Option<NaiveDate>) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Counted {
            rows: u64,
        }
        for table in [&EVENT_PROPERTIES, &PROPERTY_VALUES] {
            let condition = match before {
                Some(_) => "project_id = {project:UUID} and toDate(last_seen) < {before:Date}",
                None => "project_id = {project:UUID}",
            };
            let bound = |text: String| {
                let statement = sql(text).bind("project", project);
                before.into_iter().fold(statement, |statement, before| statement.bind("before", before))
            };
            let question = bound(format!("select count() as rows from {} where {condition}", table.name));
            if self.rows::<Counted>(&question, &patient()).await?.rows.first().is_some_and(|counted| counted.rows > 0) {
                let text = format!("alter table {} delete where {condition}", self.altered(table));
                self.execute(&bound(text), &synchronous()).await?;
            }
        }
        Ok(())
    }
}

fn patient() -> Options {
    Options { timeout: Duration::from_secs(600), ..Options::default() }
}

/// Waits until the rows are gone.
fn synchronous() -> Options {
    Options { settings: vec![("mutations_sync".to_owned(), "2".to_owned())], ..patient() }
}
