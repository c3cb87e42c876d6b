//! How long answers took.

use serde::Serialize;

/// Percentiles in milliseconds.
#[derive(Serialize)]
pub(crate) struct Times {
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Times {
    /// Of microseconds, in any order.
    pub(crate) fn of(mut micros: Vec<u32>) -> Self {
        micros.sort_unstable();
        let at = |share: f64| {
            let index = ((micros.len() as f64 * share).ceil() as usize).saturating_sub(1);
            micros.get(index).map_or(0.0, |micros| f64::from(*micros) / 1e3)
        };
        Self { p50_ms: at(0.50), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1.0) }
    }
}
