//! How far the spool has been read by whoever stores its frames elsewhere.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use analytics_model::ProjectId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Position, sync_folder};
use crate::writer::Move;

const FILE: &str = "cursor.json";

/// Up to where everything is done, and what is under way from there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// Everything before it is done with.
    pub(crate) settled: Position,
    /// What may have been stored in part. It is done again exactly as it was begun.
    pub(crate) storing: Option<Storing>,
    /// People who were merged, and whose events from before are not the other's yet.
    #[serde(default)]
    pub(crate) moves: Vec<Move>,
}

/// Frames that are being stored, from where all before is settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Storing {
    /// Where they end.
    pub(crate) until: Position,
    /// What deduplication tokens begin with.
    pub(crate) token: String,
    /// Events left out, by their place among those of the frames.
    pub(crate) left_out: Vec<u32>,
    /// How many events each block has.
    pub(crate) blocks: Vec<u32>,
    /// People who are merged by these events.
    #[serde(default)]
    pub(crate) moves: Vec<Move>,
    /// Days on which stored events change their session by these.
    #[serde(default)]
    pub(crate) session_days: Vec<(ProjectId, NaiveDate)>,
}

impl Cursor {
    pub(super) fn position(&self) -> Position {
        self.settled
    }

    /// Reads what was noted last; the beginning where nothing was.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        match fs::read(folder.join(FILE)) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| {
                let text = format!("{} can't be read: {error}", folder.join(FILE).display());
                io::Error::new(io::ErrorKind::InvalidData, text)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Notes it: when this returns the disk has it, and at every moment before the disk had the one before.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let beside = folder.join("cursor.new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&beside, folder.join(FILE))?;
        sync_folder(folder)
    }
}
