//! What tables and columns a database really has.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement};
use serde::Serialize;

use crate::{Metadata, Result};

/// A table of the metadata store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDescription {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<ColumnDescription>,
}

/// A column of the metadata store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnDescription {
    /// Its name.
    pub name: String,
    /// Its type: in words that hold for both stores, or as the one store calls it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it may hold nothing.
    pub nullable: bool,
}

impl TableDescription {
    /// Describes the table an entity stands for.
    pub fn of<E: EntityTrait>(entity: E) -> Self {
        let describe = |column: E::Column| {
            let definition = column.def();
            ColumnDescription {
                name: column.as_str().to_owned(),
                kind: kind_of(definition.get_column_type()),
                nullable: definition.is_null(),
            }
        };
        Self { name: entity.table_name().to_owned(), columns: E::Column::iter().map(describe).collect() }
    }
}

/// Names a type in words that hold for both stores.
fn kind_of(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Uuid => "uuid".to_owned(),
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::Char(_) | ColumnType::String(_) | ColumnType::Text | ColumnType::Enum { .. } => "text".to_owned(),
        ColumnType::Json | ColumnType::JsonBinary => "json".to_owned(),
        ColumnType::TimestampWithTimeZone | ColumnType::Timestamp | ColumnType::DateTime => "timestamp".to_owned(),
        ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger => "integer".to_owned(),
        ColumnType::Float | ColumnType::Double => "float".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

const SQLITE: &str = r#"
select m.name as table_name, c.name as column_name, lower(c.type) as kind, c."notnull" = 0 and c.pk = 0 as nullable
from sqlite_master m join pragma_table_info(m.name) c
where m.type = 'table' and m.name not like 'sqlite_%'
order by m.name, c.cid
"#;

const POSTGRES: &str = "
select table_name::text as table_name, column_name::text as column_name, data_type::text as kind,
    is_nullable = 'YES' as nullable
from information_schema.columns
where table_schema = current_schema()
order by table_name, ordinal_position
";

impl Metadata {
    /// Returns all tables of the database, by name.
    pub async fn tables(&self) -> Result<Vec<TableDescription>> {
        let sql = if self.backend() == DbBackend::Sqlite { SQLITE } else { POSTGRES };
        let rows = self.read().query_all_raw(Statement::from_string(self.backend(), sql)).await?;
        let mut tables: BTreeMap<String, Vec<ColumnDescription>> = BTreeMap::new();
        for row in rows {
            let column = ColumnDescription {
                name: row.try_get("", "column_name")?,
                kind: row.try_get("", "kind")?,
                nullable: row.try_get("", "nullable")?,
            };
            tables.entry(row.try_get("", "table_name")?).or_default().push(column);
        }
        Ok(tables.into_iter().map(|(name, columns)| TableDescription { name, columns }).collect())
    }
}
