//! Where an address is, by a database in MaxMind's format that the operator provides.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use maxminddb::{Reader, geoip2};

/// Country and city; an empty text is "unknown".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) country: String,
    pub(crate) city: String,
}

/// A database of places, read anew when its file changes. A clone shares it.
#[derive(Clone, Default)]
pub struct Places(Option<Arc<File>>);

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Places").field(&self.0.as_ref().map(|file| &file.path)).finish()
    }
}

struct File {
    path: PathBuf,
    open: RwLock<Open>,
}

struct Open {
    reader: Reader<Vec<u8>>,
    changed_at: Option<SystemTime>,
}

/// Why a database can't be used.
#[derive(Debug, thiserror::Error)]
#[error("the database of places {} can't be used: {reason}", path.display())]
pub struct NoPlaces {
    path: PathBuf,
    reason: String,
}

impl Places {
    /// Knows no place.
    pub fn none() -> Self {
        Self(None)
    }

    /// Opens a database.
    pub fn open(path: &Path) -> Result<Self, NoPlaces> {
        let open = RwLock::new(read(path)?);
        Ok(Self(Some(Arc::new(File { path: path.to_owned(), open }))))
    }

    /// Reads the file again if it has changed since; the old one stays where the new one can't be read.
    pub fn refresh(&self) -> Result<bool, NoPlaces> {
        let Some(file) = &self.0 else { return Ok(false) };
        let known = file.open.read().unwrap_or_else(PoisonError::into_inner).changed_at;
        if changed_at(&file.path) == known {
            return Ok(false);
        }
        let fresh = read(&file.path)?;
        *file.open.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }

    /// Returns where an address is.
    pub(crate) fn find(&self, address: IpAddr) -> Place {
        let Some(file) = &self.0 else { return Place::default() };
        let open = file.open.read().unwrap_or_else(PoisonError::into_inner);
        let found = open.reader.lookup(address).and_then(|result| result.decode::<geoip2::City<'_>>());
        let Ok(Some(found)) = found else { return Place::default() };
        Place {
            country: found.country.iso_code.unwrap_or_default().to_owned(),
            city: found.city.names.english.unwrap_or_default().to_owned(),
        }
    }
}

fn read(path: &Path) -> Result<Open, NoPlaces> {
    let error = |reason: String| NoPlaces { path: path.to_owned(), reason };
    let changed_at = changed_at(path);
    let reader = Reader::open_readfile(path).map_err(|failed| error(failed.to_string()))?;
    let kind = &reader.metadata().database_type;
    if !kind.contains("City") && !kind.contains("Country") {
        return Err(error(format!("it is a database of {kind}, not of cities or countries")));
    }
    Ok(Open { reader, changed_at })
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Vec<u8> {
        [vec![2 << 5 | value.len() as u8], value.as_bytes().to_vec()].concat()
    }

    fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![7 << 5 | entries.len() as u8];
        for (name, value) in entries {
            bytes.extend(text(name));
            bytes.extend(value);
        }
        bytes
    }

    /// A database that knows 203.0.113.0/24 alone: one node for each bit, as
    /// <https://maxmind.github.io/MaxMind-DB/> describes.
    fn database(kind: &str, country: &str, city: &str) -> Vec<u8> {
        let network = u32::from_be_bytes([203, 0, 113, 0]);
        let nodes: u32 = 24;
        let mut bytes = Vec::new();
        for bit in 0..nodes {
            let next = if bit + 1 == nodes { nodes + 16 } else { bit + 1 };
            let is_one = network >> (31 - bit) & 1 == 1;
            let (left, right) = if is_one { (nodes, next) } else { (next, nodes) };
            bytes.extend_from_slice(&left.to_be_bytes()[1..]);
            bytes.extend_from_slice(&right.to_be_bytes()[1..]);
        }
        bytes.extend_from_slice(&[0; 16]);
        bytes.extend(map(&[
            ("country", map(&[("iso_code", text(country))])),
            ("city", map(&[("names", map(&[("en", text(city))]))])),
        ]));
        bytes.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
        let small = |value: u8| vec![5 << 5 | 1, value];
        bytes.extend(map(&[
            ("binary_format_major_version", small(2)),
            ("binary_format_minor_version", small(0)),
            ("build_epoch", vec![1, 2, 1]),
            ("database_type", text(kind)),
            ("description", map(&[])),
            ("ip_version", small(4)),
            ("languages", vec![0, 4]),
            ("node_count", vec![6 << 5 | 1, nodes as u8]),
            ("record_size", small(24)),
        ]));
        bytes
    }

    #[test]
    fn a_place_is_found_and_a_new_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("places.mmdb");
        std::fs::write(&path, database("Test-City", "DE", "Berlin")).unwrap();
        let places = Places::open(&path).unwrap();
        let of = |address: &str| places.find(address.parse().unwrap());
        assert_eq!(of("203.0.113.9"), Place { country: "DE".into(), city: "Berlin".into() });
        assert_eq!((of("203.0.114.9"), of("2001:db8::1")), Default::default());
        assert!(!places.refresh().unwrap());
        std::fs::write(&path, database("Test-City", "FR", "Lyon")).unwrap();
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(places.refresh().unwrap());
        assert_eq!(of("203.0.113.9").city, "Lyon");
    }

    #[test]
    fn what_is_no_database_of_places_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("places.mmdb");
        assert!(Places::open(&path).is_err());
        std::fs::write(&path, "nothing").unwrap();
        assert!(Places::open(&path).is_err());
        std::fs::write(&path, database("Test-ASN", "", "")).unwrap();
        assert!(Places::open(&path).unwrap_err().to_string().contains("Test-ASN"));
    }
}
