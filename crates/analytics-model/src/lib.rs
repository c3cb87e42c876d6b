//! The nouns everybody shares: typed ids, calendar time, SQL with bound values, filters and insight definitions.

mod address;
mod answer;
mod filter;
mod ids;
mod sql;
mod time;
mod traffic;
mod trends;

#[cfg(test)]
mod tests;

pub use address::{read_address, read_sender};
pub use answer::{BreakdownValue, Bucket, Line, Outliers, Period, TrendsAnswer};
pub use filter::{Condition, Filter, Operator};
pub use ids::{
    ApiKeyId, ClientConfigId, EventId, InvitationId, OrganizationId, PersonId, ProjectId, UserId, UserSessionId,
};
pub use sql::{Sql, Value, sql};
pub use time::{Calendar, Interval, MAX_BUCKETS, Range, Span, TimeError, Unit, WeekStart};
pub use traffic::Traffic;
pub use trends::{Breakdown, Compare, Formula, Measure, Series, Trends};
