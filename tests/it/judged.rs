//! Random histories, judged by a script of stock tools and by mcmbook: the status of every change is the same.
//!
//! Each history is made from its seed. `MCMBOOK_HISTORIES=1000 cargo test --test it judged` takes the seeds from 1 to
//! 1000, and `MCMBOOK_HISTORIES=401-600` those of one part: a thousand take hours of one core, and parts can be run
//! beside other work, `nice -n 19`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use mcmbook::facts::approval::Approvals;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use rayon::prelude::*;

use crate::support::Folder;

/// So many histories in every run of the suite.
const SAMPLE: u64 = 50;

/// What a run of some length meets.
const STATUSES: [&str; 6] = ["approved", "stale", "rejected", "expired", "in-review", "unverifiable"];

fn python(script: &str, arguments: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge").join(script);
    let output = Command::new("python3").arg(script).args(arguments).env("HOME", "/nonexistent").output();
    let output = output.expect("python3 is installed");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    String::from_utf8(output.stdout).expect("it is text")
}

/// The first and the last seed of `200` or `401-600`.
fn seeds(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once('-').unwrap_or(("1", text));
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// What both say of one history.
fn both(folder: &Path, keys: &Path, seed: u64) -> [BTreeMap<String, String>; 2] {
    let repository = folder.join(seed.to_string());
    python("history.py", &[&PathBuf::from(seed.to_string()), &repository, keys]);
    let as_of = std::fs::read_to_string(repository.join(".git/as-of")).expect("it was written");
    let theirs = python("judge.py", &[&repository, Path::new(&as_of)]);
    let theirs = serde_json::from_str(&theirs).expect("statuses by change");
    Command::new("git").args(["-C"]).arg(&repository).args(["reset", "-q", "--hard"]).output().expect("git");
    let options = LoadOptions { dir: repository.clone(), as_of: AsOf::Now, ..LoadOptions::default() };
    let mut inputs = workspace::load(&options).expect("the book loads").inputs;
    inputs.as_of = as_of.parse().expect("an instant");
    let approvals = Approvals::of(&inputs);
    assert_eq!(approvals.none, None, "history {seed}");
    let changes = approvals.subjects.iter().filter(|(id, _)| id.change().is_some());
    let ours = changes.map(|(id, (_, approval))| (id.to_string(), approval.status.word().to_owned()));
    let ours = ours.collect();
    std::fs::remove_dir_all(&repository).expect("it was written");
    [theirs, ours]
}

#[test]
fn a_script_of_stock_tools_gives_every_change_the_same_status() {
    let asked = std::env::var("MCMBOOK_HISTORIES").ok();
    let (first, last) = asked.as_deref().and_then(seeds).unwrap_or((1, SAMPLE));
    let folder = Folder::new();
    let keys = folder.path().join("keys");
    both(&folder.path(), &keys, 0);
    let all: Vec<(u64, [BTreeMap<String, String>; 2])> =
        (first..=last).into_par_iter().map(|seed| (seed, both(&folder.path(), &keys, seed))).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for status in all.iter().flat_map(|(_, [theirs, _])| theirs.values()) {
        *seen.entry(status).or_default() += 1;
    }
    let differ: Vec<_> = all.iter().filter(|(_, [theirs, ours])| theirs != ours).collect();
    assert!(
        differ.is_empty(),
        "{} of {} differ (script, mcmbook): {:#?}",
        differ.len(),
        all.len(),
        &differ[..differ.len().min(5)]
    );
    // A small part need not hold every status.
    let wanted = if all.len() < SAMPLE as usize { &[][..] } else { &STATUSES };
    for status in wanted {
        assert!(seen.contains_key(*status), "no history has a change that is {status}: {seen:?}");
    }
}
