//! Is the trail whole: every number there, every row as it was written, each in its place.

use metadata_store::Error;

use super::{
    record::hash,
    store::{self, Row},
};
use crate::App;

/// How many rows are read at once.
const ROWS: usize = 1_000;

/// What a walk along the chain has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is missing, nothing was changed.
    Whole {
        /// How many rows there are.
        rows: i64,
        /// The hash of the last one: kept elsewhere, it proves later that nothing before it has changed.
        hash: String,
    },
    /// Somebody has been at it.
    Broken {
        /// The first row that is not as it should be.
        number: i64,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It isn't there.
    #[error("the row is missing")]
    Missing,
    /// It isn't what was written.
    #[error("the row was changed after it was written")]
    Changed,
    /// It doesn't follow the row before it.
    #[error("the row does not follow the one before it")]
    OutOfPlace,
    /// The chain ends elsewhere than its head says.
    #[error("the row is the last one, but the head of the chain names another")]
    NotTheHead,
    /// It was written past the head of the chain.
    #[error("the row was added without the program")]
    Added,
}

/// Walks along the whole chain. Rows that are written meanwhile are left for the next time.
pub async fn verify(app: &App) -> Result<Verdict, Error> {
    let db = app.db();
    let (last, head) = store::head(db).await?;
    let (mut number, mut previous) = (0, String::new());
    while number < last {
        let rows = store::after(db, number, ROWS).await?;
        if rows.is_empty() {
            return Ok(Verdict::Broken { number: number + 1, fault: Fault::Missing });
        }
        for row in rows.iter().take_while(|row| row.number <= last) {
            if let Some(verdict) = check(row, number + 1, &previous) {
                return Ok(verdict);
            }
            (number, previous) = (row.number, row.hash.clone());
        }
        if rows.first().is_some_and(|row| row.number > last) {
            return Ok(Verdict::Broken { number: number + 1, fault: Fault::Missing });
        }
    }
    if previous != head {
        return Ok(Verdict::Broken { number: last, fault: Fault::NotTheHead });
    }
    // The rows first, then the head: what is written in between moves the head only further.
    let newest = store::newest_number(db).await?;
    let (now_last, _) = store::head(db).await?;
    if newest > now_last {
        return Ok(Verdict::Broken { number: now_last + 1, fault: Fault::Added });
    }
    Ok(Verdict::Whole { rows: last, hash: head })
}

fn check(row: &Row, expected: i64, previous: &str) -> Option<Verdict> {
    let fault = if row.number != expected {
        return Some(Verdict::Broken { number: expected, fault: Fault::Missing });
    } else if row.hash != hash(row) {
        Fault::Changed
    } else if row.previous_hash != previous {
        Fault::OutOfPlace
    } else {
        return None;
    };
    Some(Verdict::Broken { number: row.number, fault })
}
