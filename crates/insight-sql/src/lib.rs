//! Insight definitions compiled to ClickHouse SQL, and what comes back shaped into answers. Pure functions: no clock,
//! no connection.

mod condition;
mod error;
mod formula;
mod lines;
mod measure;
mod one_pass;
mod parameters;
mod property;
mod rows;
mod sessions;
mod statement;
mod timeline;
mod trends;

#[cfg(test)]
mod tests;

pub use error::{Error, Reason};
pub use lines::Row;
pub use property::{BUILT_IN, BuiltIn, PropertyColumns, column};
pub use rows::{DayOfEvents, Events, all_time, days, online, traffic};
pub use trends::{Compiled, Context, compile};
