//! The page of attacks names tests that exist.

use std::{collections::BTreeSet, path::PathBuf};

const PAGE: &str = include_str!("../../../../../docs/attacks.md");
/// How many rows the list of attacks has.
const ROWS: usize = 34;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Returns the cells of the page's table.
fn rows() -> Vec<Vec<String>> {
    let lines = PAGE.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| tests |"));
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Returns what a cell has between backticks: `crates/app/src/accounts/tests.rs::a_form_is_not_json`.
fn tests_of(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_attack_has_a_row_and_a_test_or_a_reason() {
    let rows = rows();
    let numbers: Vec<String> = (1..=ROWS).map(|number| number.to_string()).collect();
    let found: Vec<String> =
        rows.iter().map(|row| row[0].clone()).filter(|number| number.parse::<usize>().is_ok()).collect();
    assert_eq!(found, numbers, "the rows of the list, each once");
    for row in &rows {
        assert_eq!(row.len(), 4, "{row:?}");
        let waits = row[2].contains("with the feature");
        assert!(waits || !tests_of(&row[3]).is_empty(), "{row:?} names no test");
    }
}

#[test]
fn every_test_on_the_page_exists() {
    let mut missing = Vec::new();
    for row in rows() {
        for test in tests_of(&row[3]) {
            let (path, name) = test.split_once("::").unwrap_or_else(|| panic!("{test} is no path::name"));
            let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            // Tests of the page and of the whole binary are sentences.
            let is_there = match path.ends_with(".rs") {
                true => text.contains(&format!("fn {name}(")),
                false => text.contains(&format!("\"{name}\"")),
            };
            if !is_there {
                missing.push(test.to_owned());
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "these were renamed or taken away: correct docs/attacks.md");
}

/// Tests say which attack they are for; the page must not be behind.
#[test]
fn every_number_in_the_sources_is_on_the_page() {
    let known: BTreeSet<usize> = rows().iter().filter_map(|row| row[0].parse().ok()).collect();
    let mut folders: Vec<PathBuf> = ["crates", "e2e", "web/src"].iter().map(|folder| root().join(folder)).collect();
    let (mut seen, mut unknown) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !matches!(name, "node_modules" | "target" | "dist") {
                    folders.push(path);
                }
                continue;
            }
            if !["rs", "ts", "tsx", "mjs"].iter().any(|end| path.extension().is_some_and(|found| found == *end)) {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text");
            for line in text.lines().filter_map(|line| line.trim().strip_prefix("// Attack ")) {
                let numbers = line.split([':', '.']).next().unwrap_or_default();
                for number in numbers.split(", ") {
                    seen += 1;
                    match number.trim().parse::<usize>() {
                        Ok(number) if known.contains(&number) => {}
                        _ => unknown.push(format!("{}: {line}", path.display())),
                    }
                }
            }
        }
    }
    assert!(seen > 50, "{seen}");
    assert_eq!(unknown, Vec::<String>::new());
}

// Attack 15: React writes text as text, as long as nobody goes around it.
#[test]
fn no_part_of_the_page_writes_html_or_runs_text() {
    const WAYS_AROUND: [&str; 9] = [
        "dangerouslySetInnerHTML",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "srcDoc",
        "javascript:",
    ];
    let mut folders = vec![root().join("web/src")];
    let (mut read, mut found) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if (name.ends_with(".ts") || name.ends_with(".tsx")) && !name.contains(".test.") {
                read += 1;
                let text = std::fs::read_to_string(&path).expect("a text");
                found.extend(WAYS_AROUND.iter().filter(|way| text.contains(**way)).map(|way| format!("{name}: {way}")));
            }
        }
    }
    assert!(read > 100, "{read}");
    assert_eq!(found, Vec::<String>::new());
}
