//! Every mutant of some rooms of mcmbook in one program, switched at run time (README.md beside this).

#![allow(clippy::disallowed_methods, reason = "a tool of its own, outside of the rooms")]

mod copy;
mod list;
mod report;
mod tests;
mod trial;
mod weave;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::list::Mutant;
use crate::tests::Bench;
use crate::trial::{Trial, Verdict};

/// So many seconds go to unit tests and again to integration tests of one mutant before all had their turn.
const BUDGET: u64 = 12;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// `mutants REPOSITORY FOLDER CARGO-MUTANTS build|try|again|report PLACE…`
fn run() -> Result<bool, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, folder, program, verb, places @ ..] = &arguments[..] else {
        return Err("mutants REPOSITORY FOLDER CARGO-MUTANTS build|try|again|report PLACE…".to_owned());
    };
    let absolute = |path: &String| Path::new(path).canonicalize().map_err(|error| format!("{path}: {error}"));
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let (repository, folder) = (absolute(repository)?, absolute(folder)?);
    let mut mutants = list::list(&repository, program, places)?;
    list::number(&mut mutants, &folder.join("numbers.tsv"))?;
    let results = folder.join("results.tsv");
    let left;
    if verb == "report" {
        left = copy::read_dropped(&folder.join("dropped.tsv"));
    } else {
        let copy = copy::Copy { repository: &repository, folder: &folder, mutants: &mutants };
        let (programs, dropped) = copy.build()?;
        left = dropped;
        if verb != "build" {
            let newest = mutants.iter().map(|mutant| mutant.number).max().unwrap_or(0);
            let bench = Bench { programs: &programs, folder: &folder, newest };
            let covers = bench.cover()?;
            let only = std::env::var("MUTANTS_ONLY").unwrap_or_default();
            let is_asked = |mutant: &Mutant| only.split(',').any(|start| mutant.file.starts_with(start));
            let here = || mutants.iter().filter(|it| is_asked(it) && !left.contains_key(&it.number));
            let verdicts = || trial::read(&results);
            let mut trial = Trial::new(&bench, &covers);
            // With tests written since: what no test has killed gets another chance.
            let lives = |verdict: Option<&Verdict>| match verdict {
                Some(Verdict::Killed(_) | Verdict::TimedOut) => false,
                Some(_) => verb == "again",
                None => true,
            };
            let said = std::env::var("MUTANTS_BUDGET").ok().and_then(|seconds| seconds.parse().ok());
            let budget = Duration::from_secs(said.unwrap_or(BUDGET));
            let before = verdicts();
            let first: Vec<&Mutant> = here().filter(|it| lives(before.get(&it.number))).collect();
            trial.all(&first, Some(budget), &results)?;
            let before = verdicts();
            let is_spared = |it: &&Mutant| before.get(&it.number) == Some(&Verdict::Spared);
            if said.is_none() {
                trial.all(&here().filter(is_spared).collect::<Vec<_>>(), None, &results)?;
            }
        }
    }
    let verdicts = trial::read(&results);
    let report = report::Report { mutants: &mutants, left: &left, verdicts: &verdicts };
    report.print();
    if verb == "build" {
        return Ok(true);
    }
    let survivors: PathBuf = repository.join("tests/mutants/survivors.tsv");
    let wrong = report.differences(&survivors)?;
    wrong.iter().for_each(|line| println!("{line}"));
    Ok(wrong.is_empty())
}
