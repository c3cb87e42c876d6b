//! Prints in how many cases of a list detection agrees with it: `agreement KIND FILE [misses]`.
//!
//! Lists of `browsers`, `systems`, `devices` and `referrers` hold a line for each case: what is expected, a tab, the
//! text. Lists of `crawlers` and `people` hold the texts alone.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::time::Instant;

use detection::{BOT, Detector, published, source};

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let [_, kind, file, rest @ ..] = words.as_slice() else {
        println!("usage: agreement browsers|systems|devices|crawlers|people|referrers FILE [misses]");
        return Ok(());
    };
    let text = String::from_utf8_lossy(&std::fs::read(file)?).into_owned();
    let detector = Detector::shared();
    let started = Instant::now();
    let (mut agreed, mut cases) = (0_u32, 0_u32);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (expected, text) = line.split_once('\t').unwrap_or(("", line));
        let agent = detector.read(text);
        let (expected, found) = match kind.as_str() {
            "browsers" => (published(expected).to_owned(), agent.browser),
            "systems" => (if expected == "Other" { String::new() } else { expected.to_owned() }, agent.os),
            "crawlers" => (BOT.to_owned(), agent.device_type.to_owned()),
            "people" => ("no bot".to_owned(), if agent.device_type == BOT { BOT } else { "no bot" }.to_owned()),
            "referrers" => (expected.to_owned(), format!("{:?}", source::of_host(text)).to_lowercase()),
            _ => (expected.to_owned(), agent.device_type.to_owned()),
        };
        cases += 1;
        if expected == found {
            agreed += 1;
        } else if !rest.is_empty() {
            println!("{expected}\t{found}\t{text}");
        }
    }
    let each = started.elapsed() / cases.max(1);
    println!(
        "{agreed} of {cases}, {:.5}, {:.1} µs each",
        f64::from(agreed) / f64::from(cases.max(1)),
        each.as_secs_f64() * 1e6
    );
    Ok(())
}
