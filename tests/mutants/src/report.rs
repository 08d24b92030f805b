//! What is left: the figures, and the survivors against the list of those that are known to be harmless.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::list::Mutant;
use crate::trial::Verdict;

/// What became of all mutants.
pub(crate) struct Report<'a> {
    pub(crate) mutants: &'a [Mutant],
    /// Those that are not in the copy, with the reason.
    pub(crate) left: &'a BTreeMap<u32, String>,
    pub(crate) verdicts: &'a BTreeMap<u32, Verdict>,
}

impl Report<'_> {
    /// Prints the figures of every room.
    pub(crate) fn print(&self) {
        println!(
            "| room | mutants | not compiling | not switched | killed | timeouts | unreached | survivors | undecided | not run |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        let rooms: BTreeSet<&str> = self.mutants.iter().map(|mutant| room(&mutant.file)).collect();
        for name in rooms.iter().copied().chain(["all"]) {
            let own: Vec<&Mutant> =
                self.mutants.iter().filter(|mutant| name == "all" || room(&mutant.file) == name).collect();
            let reason = |it: &&&Mutant| self.left.get(&it.number).map(String::as_str);
            let broken = own.iter().filter(|it| reason(it) == Some("does not compile")).count();
            let fixed = own.iter().filter(|it| reason(it).is_some()).count() - broken;
            let here = || own.iter().filter(|it| reason(it).is_none());
            let count = |is: fn(&Verdict) -> bool| {
                here().filter(|it| self.verdicts.get(&it.number).is_some_and(is)).count()
            };
            let killed = count(|it| matches!(it, Verdict::Killed(_)));
            let late = count(|it| *it == Verdict::TimedOut);
            let unreached = count(|it| *it == Verdict::Unreached);
            let survived = count(|it| matches!(it, Verdict::Survived(_)));
            let open = count(|it| *it == Verdict::Spared);
            let rest = here().filter(|it| !self.verdicts.contains_key(&it.number)).count();
            let all = own.len();
            println!(
                "| {name} | {all} | {broken} | {fixed} | {killed} | {late} | {unreached} | {survived} | {open} | {rest} |"
            );
        }
    }

    /// Holds survivors and unreached mutants against the list. Gives what is in only one of the two.
    pub(crate) fn differences(&self, list: &Path) -> Result<Vec<String>, String> {
        let text = std::fs::read_to_string(list).map_err(|error| format!("{}: {error}", list.display()))?;
        let mut known = BTreeSet::new();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [file, function, mutation, nth, why] = fields[..] else {
                return Err(format!("{}: not five fields: {line}", list.display()));
            };
            if why.trim().is_empty() {
                return Err(format!("{}: without a reason: {line}", list.display()));
            }
            known.insert(format!("{file}\t{function}\t{mutation}\t{nth}"));
        }
        let mut wrong = Vec::new();
        for mutant in self.mutants {
            let is_listed = known.remove(&mutant.key());
            let verdict =
                self.verdicts.get(&mutant.number).filter(|_| !self.left.contains_key(&mutant.number));
            let lives = matches!(verdict, Some(Verdict::Survived(_) | Verdict::Spared | Verdict::Unreached));
            let dies = matches!(verdict, Some(Verdict::Killed(_) | Verdict::TimedOut));
            let word = match verdict {
                Some(Verdict::Unreached) => "unreached",
                Some(Verdict::Spared) => "undecided",
                _ => "survived",
            };
            if lives && !is_listed {
                wrong.push(format!("{word}\t{}:{}\t{}", mutant.file, mutant.line, mutant.key()));
            } else if is_listed && dies {
                wrong.push(format!("listed, and killed\t{}:{}\t{}", mutant.file, mutant.line, mutant.key()));
            }
        }
        let files: BTreeSet<&str> = self.mutants.iter().map(|mutant| mutant.file.as_str()).collect();
        let gone = known.iter().filter(|key| key.split('\t').next().is_some_and(|file| files.contains(file)));
        wrong.extend(gone.map(|key| format!("listed, and no mutant\t{key}")));
        Ok(wrong)
    }
}

/// The room of a file: its first three folders.
fn room(file: &str) -> &str {
    let end = file.match_indices('/').nth(2).map_or(file.len(), |(at, _)| at);
    &file[..end]
}
