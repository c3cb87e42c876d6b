//! Lists in pages, by cursor: a row that comes or goes meanwhile moves no other.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use crate::{Problem, Result, extract::find_nul};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 1_000;

/// Which page of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many items at most; 50 unless told.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before; absent for the first page.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

impl Paging {
    /// Returns how many items to answer with.
    pub fn limit(&self) -> Result<usize> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::bad_request("limit_invalid", format!("limit must be 1 to {MAX_LIMIT}")));
        }
        Ok(limit as usize)
    }

    /// Returns the key of the last item of the page before.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let json = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|json| serde_json::from_slice(&json).ok());
        let key = json.filter(|json| find_nul(json).is_none()).and_then(|json| serde_json::from_value(json).ok());
        key.map(Some)
            .ok_or_else(|| Problem::bad_request("cursor_invalid", "cursor must be a next_cursor given by this list"))
    }
}

impl<T> Page<T> {
    /// Makes a page of items that were read with one more than `limit`; `key` names an item for the next page.
    pub fn of<K: Serialize>(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next_cursor =
            last.and_then(|item| serde_json::to_vec(&key(item)).ok()).map(|json| URL_SAFE_NO_PAD.encode(json));
        Self { items, next_cursor }
    }
}
