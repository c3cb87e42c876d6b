//! Insight definitions compiled to ClickHouse SQL, and what comes back shaped into answers. Pure functions: no clock,
//! no connection.

mod condition;
mod error;
mod formula;
mod lines;
mod measure;
mod parameters;
mod property;
mod rows;
mod statement;
mod timeline;
mod trends;

#[cfg(test)]
mod tests;

pub use error::{Error, Reason};
pub use lines::Row;
pub use property::{BUILT_IN, BuiltIn, PropertyColumns, column};
pub use rows::{Events, first_event, traffic};
pub use trends::{Compiled, Context, compile};
