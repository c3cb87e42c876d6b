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
    /// Everything before it is done with, but for projects that are behind.
    pub(crate) settled: Position,
    /// What may have been stored in part. It is done again exactly as it was begun.
    pub(crate) storing: Option<Storing>,
    /// Projects that are behind the others.
    #[serde(default)]
    pub(crate) behind: Vec<Behind>,
    /// What may have been stored in part of a project that is behind.
    #[serde(default)]
    pub(crate) storing_behind: Option<(ProjectId, Storing)>,
    /// People who were merged, and whose events from before are not the other's yet.
    #[serde(default)]
    pub(crate) moves: Vec<Move>,
}

/// A project whose frames wait while those of others are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Behind {
    pub(crate) project: ProjectId,
    /// The project's frames before it are done with.
    pub(crate) from: Position,
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
    /// Whether blocks are cut from events in the order of their months; versions before cut them as they came.
    #[serde(default)]
    pub(crate) by_month: bool,
    /// People who are merged by these events.
    #[serde(default)]
    pub(crate) moves: Vec<Move>,
    /// Days on which stored events change their session by these.
    #[serde(default)]
    pub(crate) session_days: Vec<(ProjectId, NaiveDate)>,
}

impl Cursor {
    /// Returns up to where everything is done, whosever it is.
    pub(crate) fn position(&self) -> Position {
        self.behind.iter().map(|behind| behind.from).fold(self.settled, Position::min)
    }

    /// Tells whether a project's frame waits for a turn of that project.
    pub(crate) fn is_behind(&self, project: ProjectId, position: Position) -> bool {
        self.behind.iter().any(|behind| behind.project == project && behind.from <= position)
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
