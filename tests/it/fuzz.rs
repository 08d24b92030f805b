//! The corpora of the fuzz targets, replayed, and random steps from each of their files.
//!
//! `MCMBOOK_FUZZ_STEPS=10000 cargo test --test it fuzz` takes more of them. What cargo-fuzz finds is put into the corpus
//! of its target, and stays a test from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use crate::fuzz_targets::{TARGETS, run};
use crate::support::Chance;

/// So many steps from every file, where nobody asks for more; pages cost a thousand times what a commit costs.
fn steps(target: &str) -> usize {
    let asked = std::env::var("MCMBOOK_FUZZ_STEPS").ok().and_then(|steps| steps.parse().ok());
    asked.unwrap_or(match target {
        "renderer" => 10,
        "document" => 30,
        _ => 300,
    })
}

fn corpus() -> BTreeMap<String, Vec<(String, Vec<u8>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let entries = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("the corpora are there");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
        paths.sort();
        paths
    };
    let name = |path: &Path| path.file_name().expect("it has a name").to_string_lossy().into_owned();
    let read = |path: std::path::PathBuf| (name(&path), std::fs::read(&path).expect("it can be read"));
    entries(&folder).into_iter().map(|of| (name(&of), entries(&of).into_iter().map(read).collect())).collect()
}

/// A neighbour of some bytes: one of them is another, some are missing, come twice, or are taken from elsewhere.
fn step(bytes: &[u8], others: &[(String, Vec<u8>)], chance: &mut Chance) -> Vec<u8> {
    const TELLING: [&[u8]; 12] = [
        b"\n",
        b"\0",
        b"\r\n",
        b"---\n",
        b"\xff",
        b"{{",
        b"[[",
        b"\"",
        b"9999999999",
        b"\xe2\x80\xae",
        b" ",
        b":",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(64)).min(bytes.len());
        match chance.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let (_, other) = chance.pick(others);
                let from = chance.below(other.len() + 1);
                let until = (from + chance.below(256)).min(other.len());
                bytes.splice(at..end, other[from..until].iter().copied());
            }
            _ => drop(bytes.splice(at..at, chance.pick(&TELLING).iter().copied())),
        }
    }
    bytes
}

#[test]
fn no_reader_breaks_on_what_was_found_nor_on_what_is_near() {
    let corpus = corpus();
    let names: BTreeSet<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(corpus.keys().map(String::as_str).collect::<BTreeSet<_>>(), names, "each target has a corpus");
    let files: Vec<_> =
        corpus.iter().flat_map(|(of, files)| files.iter().map(move |file| (of, file))).collect();
    let broken: Vec<String> = files
        .into_par_iter()
        .filter_map(|(target, (name, bytes))| {
            let mut chance = Chance(bytes.len() as u64);
            let mut given = bytes.clone();
            for nth in 0..=steps(target) {
                if catch_unwind(AssertUnwindSafe(|| run(target, &given))).is_err() {
                    return Some(format!(
                        "{target}, {name}, step {nth}: {:?}",
                        String::from_utf8_lossy(&given)
                    ));
                }
                given = step(bytes, &corpus[target], &mut chance);
            }
            None
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A target that nobody can run with cargo-fuzz is none.
#[test]
fn every_target_is_a_program_of_the_package() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let package = std::fs::read_to_string(folder.join("Cargo.toml")).expect("the package is there");
    let package: toml::Table = package.parse().expect("it is TOML");
    let programs = package["bin"].as_array().expect("it has programs");
    let names: Vec<&str> = programs.iter().map(|program| program["name"].as_str().expect("a name")).collect();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
    for name in names {
        let text =
            std::fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).expect("it is there");
        assert!(text.contains(&format!("targets::run(\"{name}\", bytes)")), "{text}");
    }
}
