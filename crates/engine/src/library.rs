//! Where libchdb lies.
//!
//! npm ships it prebuilt, one package a platform, named with their hashes in `crates/engine/package-lock.json`. The
//! lock's hash was taken from the registry for x86-64 Linux; the three sister packages are named by version only,
//! because the registry at hand did not list them. A library put anywhere by hand is named explicitly instead.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

use crate::Error;

/// Finds libchdb: the file that was named, or else the first of the usual places that has one.
///
/// The usual places are beside the executable, `../lib/radixinsight`, and the npm package for this platform in
/// `crates/engine` of any folder above the executable or the current folder.
pub fn find_library(explicit: Option<&Path>) -> Result<PathBuf, Error> {
    if let Some(path) = explicit {
        return path.canonicalize().map_err(|_| Error::NoSuchLibrary(path.to_owned()));
    }
    let executable = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
    let looked = candidates(executable.as_deref(), std::env::current_dir().ok().as_deref());
    match looked.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.canonicalize().unwrap_or_else(|_| path.clone())),
        None => Err(Error::LibraryMissing { looked }),
    }
}

fn candidates(executable: Option<&Path>, current: Option<&Path>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(folder) = executable {
        folders.push(folder.to_owned());
        folders.push(folder.join("../lib/radixinsight"));
    }
    let package = Path::new("crates/engine/node_modules/@chdb").join(package_name());
    for start in [executable, current].into_iter().flatten() {
        folders.extend(start.ancestors().map(|folder| folder.join(&package)));
    }
    // Some builds for macOS carry the suffix of Linux.
    let names: &[&str] = if OS == "macos" { &["libchdb.so", "libchdb.dylib"] } else { &["libchdb.so"] };
    folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name))).collect()
}

fn package_name() -> String {
    let arch = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    match OS {
        "macos" => format!("lib-darwin-{arch}"),
        "linux" => format!("lib-linux-{arch}-gnu"),
        other => format!("lib-{other}-{arch}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_npm_package_is_looked_for_in_every_folder_above() {
        let paths = candidates(Some(Path::new("/repo/target/debug")), Some(Path::new("/elsewhere")));
        let package = format!("crates/engine/node_modules/@chdb/{}/libchdb.so", package_name());
        assert!(paths.contains(&Path::new("/repo").join(&package)));
        assert!(paths.contains(&Path::new("/elsewhere").join(&package)));
        assert_eq!(paths[0], Path::new("/repo/target/debug/libchdb.so"));
    }

    #[test]
    fn a_missing_library_names_the_command_that_brings_it() {
        let error = find_library(Some(Path::new("/nowhere/libchdb.so"))).unwrap_err();
        assert!(error.to_string().contains("npm ci --ignore-scripts --prefix crates/engine"));
    }
}
