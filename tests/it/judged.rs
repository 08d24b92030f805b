//! Random histories, judged by a script of stock tools and by mcmbook: the status of every subject is the same.
//!
//! Each history is made from its seed. `MCMBOOK_HISTORIES=1000 cargo test --test it judged` takes the seeds from 1 to
//! 1000, and `MCMBOOK_HISTORIES=401-600` those of one part: a thousand take a quarter of an hour of one core, and
//! parts can be run beside other work, `nice -n 19`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use mcmbook::facts::approval::Approvals;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use rayon::prelude::*;

use crate::support::Folder;

/// So many histories in every run of the suite.
const SAMPLE: u64 = 50;

/// So many are written and judged by one call of the scripts: to start Python costs a quarter of a history.
const AT_ONCE: usize = 5;

/// What a run of some length meets: every status.
const STATUSES: [&str; 15] = [
    "invalid",
    "before-adoption",
    "unverifiable",
    "revoked",
    "withdrawn",
    "rejected",
    "superseded",
    "unratified",
    "authorised",
    "expired",
    "approved",
    "approved-late",
    "stale",
    "in-review",
    "draft",
];

/// The statuses of one history by subject: those of the script, and those of mcmbook.
type Both = [BTreeMap<String, String>; 2];

/// The keys of the people. gpg leaves an agent behind that holds one of them.
struct Keys(PathBuf);

impl Drop for Keys {
    fn drop(&mut self) {
        for home in ["gpg", "revoked"] {
            let mut kill = Command::new("gpgconf");
            let _ = kill.arg("--homedir").arg(self.0.join(home)).args(["--kill", "all"]).output();
        }
    }
}

fn python(script: &str, folder: &Path, arguments: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge").join(script);
    // Without what the machine has installed beside it, Python begins in a third of the time.
    let mut command = Command::new("python3");
    command.arg("-S").arg(script).args(arguments).env("HOME", "/nonexistent");
    let output = command.env("PYTHONPYCACHEPREFIX", folder.join("compiled")).output();
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

/// What both say of some histories.
fn both(folder: &Path, keys: &Path, seeds: &[u64]) -> Vec<(u64, Both)> {
    let repositories: Vec<PathBuf> = seeds.iter().map(|seed| folder.join(seed.to_string())).collect();
    let paths: Vec<&Path> = repositories.iter().map(PathBuf::as_path).collect();
    python("history.py", folder, &[&[keys], &paths[..]].concat());
    let theirs = python("judge.py", folder, &paths);
    let theirs = theirs.lines().map(|line| serde_json::from_str(line).expect("statuses by subject"));
    let ours = repositories.iter().map(|repository| ours(repository));
    seeds.iter().copied().zip(theirs.zip(ours).map(|(theirs, ours)| [theirs, ours])).collect()
}

/// What mcmbook says of a history, which is thrown away then.
fn ours(repository: &Path) -> BTreeMap<String, String> {
    let as_of = std::fs::read_to_string(repository.join(".git/as-of")).expect("it was written");
    Command::new("git").args(["-C"]).arg(repository).args(["reset", "-q", "--hard"]).output().expect("git");
    let options = LoadOptions { dir: repository.to_owned(), as_of: AsOf::Now, ..LoadOptions::default() };
    let mut inputs = workspace::load(&options).expect("the book loads").inputs;
    inputs.as_of = as_of.parse().expect("an instant");
    let approvals = Approvals::of(&inputs);
    assert_eq!(approvals.none, None, "{}", repository.display());
    let statuses = approvals.subjects.iter();
    let statuses = statuses.map(|(id, (_, approval))| (id.to_string(), approval.status.word().to_owned()));
    let statuses = statuses.collect();
    std::fs::remove_dir_all(repository).expect("it was written");
    statuses
}

/// Where both say something else, a line each.
fn differences(seed: u64, [theirs, ours]: &Both) -> Vec<String> {
    let mut subjects: Vec<&String> = theirs.keys().chain(ours.keys()).collect();
    subjects.sort();
    subjects.dedup();
    let line = |subject: &&String| {
        format!("{seed} {subject}: {:?}, mcmbook {:?}", theirs.get(*subject), ours.get(*subject))
    };
    subjects.iter().filter(|subject| theirs.get(**subject) != ours.get(**subject)).map(line).collect()
}

#[test]
fn a_script_of_stock_tools_gives_every_subject_the_same_status() {
    let asked = std::env::var("MCMBOOK_HISTORIES").ok();
    let (first, last) = asked.as_deref().and_then(seeds).unwrap_or((1, SAMPLE));
    let folder = Folder::new();
    let keys = Keys(folder.path().join("keys"));
    both(&folder.path(), &keys.0, &[0]);
    let seeds: Vec<u64> = (first..=last).collect();
    let all: Vec<(u64, Both)> =
        seeds.par_chunks(AT_ONCE).flat_map_iter(|seeds| both(&folder.path(), &keys.0, seeds)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for status in all.iter().flat_map(|(_, [theirs, _])| theirs.values()) {
        *seen.entry(status).or_default() += 1;
    }
    let subjects: usize = seen.values().sum();
    let _ = writeln!(std::io::stdout(), "{} histories, {subjects} subjects: {seen:?}", all.len());
    let differ: Vec<String> = all.iter().flat_map(|(seed, both)| differences(*seed, both)).collect();
    assert!(differ.is_empty(), "{} subjects differ:\n{}", differ.len(), differ.join("\n"));
    // A small part need not hold every status.
    let wanted = if all.len() < SAMPLE as usize { &[][..] } else { &STATUSES };
    for status in wanted {
        assert!(seen.contains_key(*status), "no history has a subject that is {status}: {seen:?}");
    }
}
