//! The rules: each returns sentences about what breaks it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Features of `crates/app` by tier: a feature uses only features of a lower number.
const TIERS: [(&str, u8); 8] = [
    ("audit", 0),
    ("system", 1),
    ("mail", 1),
    ("accounts", 2),
    ("tenancy", 3),
    ("setup", 4),
    ("collection", 5),
    ("insights", 6),
];

/// Folders of `crates/app` that are no features.
const NO_FEATURES: [&str; 4] = ["limits", "migrations", "testing", "tests"];

/// Features that people meet in the pages of others.
const NO_PAGE: [&str; 1] = ["mail"];

/// Folders of the page that stand for several features or for none.
const PAGE_ONLY: [&str; 3] = ["home", "reference", "rights"];

const BANNED_NAMES: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "manager", "misc", "core"];

/// Which crates of ours a crate may use; arrows run one way.
const ARROWS: [(&str, &[&str]); 11] = [
    ("analytics-model", &[]),
    ("engine", &[]),
    ("insight-sql", &["analytics-model"]),
    ("analytics-store", &["analytics-model"]),
    ("metadata-store", &["analytics-model"]),
    ("http-kit", &["analytics-model"]),
    ("shared-cache", &[]),
    ("detection", &[]),
    ("collector", &["analytics-model", "analytics-store", "detection"]),
    (
        "app",
        &[
            "analytics-model",
            "analytics-store",
            "collector",
            "detection",
            "http-kit",
            "insight-sql",
            "metadata-store",
            "shared-cache",
        ],
    ),
    (
        "server",
        &[
            "analytics-model",
            "analytics-store",
            "app",
            "collector",
            "engine",
            "http-kit",
            "insight-sql",
            "metadata-store",
            "shared-cache",
        ],
    ),
];

/// Returns what is untidy below `root`, a sentence each.
pub(crate) fn complaints(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut sources = Vec::new();
    for folder in ["crates", "xtask", "web/src", "sdk", "e2e", "fuzz", "bench"] {
        collect(&root.join(folder), &mut sources)?;
    }
    let mut found = Vec::new();
    for path in &sources {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        sizes(&name, &text, &mut found);
        names(&name, &mut found);
        module_docs(&name, &text, &mut found);
        store_imports(&name, &text, &mut found);
        tiers(&name, &text, &mut found);
    }
    arrows(root, &mut found)?;
    same_nouns(root, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !matches!(name, "node_modules" | "dist" | "target" | "snapshots" | ".venv") {
                collect(&path, into)?;
            }
        } else if matches!(path.extension().and_then(|end| end.to_str()), Some("rs" | "ts" | "tsx")) {
            into.push(path);
        }
    }
    Ok(())
}

fn is_test(name: &str) -> bool {
    name.contains("/tests/") || name.ends_with("tests.rs") || name.contains(".test.") || name.starts_with("e2e/")
}

fn sizes(name: &str, text: &str, found: &mut Vec<String>) {
    let generated = name.ends_with("schema.d.ts");
    let limit = if is_test(name) { 800 } else { 400 };
    let lines = text.lines().count();
    if lines > limit && !generated {
        found.push(format!("{name} has {lines} lines, more than {limit}: make it a folder, cut by noun or by verb"));
    }
}

fn names(name: &str, found: &mut Vec<String>) {
    for part in name.split(['/', '.']) {
        if BANNED_NAMES.contains(&part) {
            found.push(format!("{name}: “{part}” says nothing about what is in it"));
        }
    }
}

fn module_docs(name: &str, text: &str, found: &mut Vec<String>) {
    let needs = name.ends_with("/lib.rs") || name.ends_with("/mod.rs") || name.ends_with("/main.rs");
    if needs && !text.starts_with("//!") {
        found.push(format!("{name} does not open with a `//!` sentence that says what it is"));
    }
}

fn store_imports(name: &str, text: &str, found: &mut Vec<String>) {
    let allowed = name.starts_with("crates/metadata-store/")
        || name.starts_with("crates/analytics-model/src/ids.rs")
        || name.contains("/migrations/")
        || name.ends_with("tables.rs")
        || name.ends_with("store.rs")
        || name.contains("/store/")
        || is_test(name);
    if name.ends_with(".rs") && name.starts_with("crates/") && !allowed && text.contains("sea_orm::") {
        found.push(format!("{name} imports sea_orm: queries live in store.rs, entities in tables.rs"));
    }
    if name.ends_with("/mod.rs") && name.starts_with("crates/app/") && text.contains("pub mod tables") {
        found.push(format!("{name} makes its tables public: other features ask through functions"));
    }
}

fn tier(feature: &str) -> Option<u8> {
    TIERS.iter().find(|(name, _)| *name == feature).map(|(_, tier)| *tier)
}

fn tiers(name: &str, text: &str, found: &mut Vec<String>) {
    let Some(rest) = name.strip_prefix("crates/app/src/") else { return };
    let Some((feature, _)) = rest.split_once('/') else { return };
    let Some(own) = tier(feature) else { return };
    if is_test(name) {
        return;
    }
    for (other, theirs) in TIERS {
        let uses = text.contains(&format!("crate::{other}::")) || text.contains(&format!("use crate::{other};"));
        if other != feature && uses && theirs >= own {
            found.push(format!("{name} uses {other}, which does not stand above {feature}"));
        }
    }
}

fn arrows(root: &Path, found: &mut Vec<String>) -> anyhow::Result<()> {
    for (package, allowed) in ARROWS {
        let manifest = root.join("crates").join(package).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
        let dependencies = text.split("[dev-dependencies]").next().unwrap_or_default();
        for (other, _) in ARROWS {
            let uses = dependencies
                .lines()
                .any(|line| line.starts_with(&format!("{other}.")) || line.starts_with(&format!("{other} =")));
            if uses && !allowed.contains(&other) {
                found.push(format!("{package} depends on {other}: arrows run server → app → technical crates → model"));
            }
        }
    }
    Ok(())
}

/// The same noun everywhere: a feature of the app has a folder of that name in the page, and the other way round.
fn same_nouns(root: &Path, found: &mut Vec<String>) -> anyhow::Result<()> {
    let features = folders(&root.join("crates/app/src"))?;
    let pages = folders(&root.join("web/src/features"))?;
    for feature in features.iter().filter(|name| !NO_FEATURES.contains(&name.as_str())) {
        if tier(feature).is_none() {
            found.push(format!("crates/app/src/{feature} has no tier in xtask/src/tidy.rs"));
        }
        if !pages.contains(feature) && !NO_PAGE.contains(&feature.as_str()) {
            found.push(format!("crates/app/src/{feature} has no web/src/features/{feature}"));
        }
    }
    for page in pages.iter().filter(|name| !PAGE_ONLY.contains(&name.as_str())) {
        if !features.contains(page) {
            found.push(format!("web/src/features/{page} has no crates/app/src/{page}"));
        }
    }
    Ok(())
}

fn folders(of: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(of).with_context(|| format!("cannot list {}", of.display()))? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
