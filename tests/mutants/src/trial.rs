//! Every mutant against the tests that reach it.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::list::Mutant;
use crate::tests::{Bench, Cover, End, Test};

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A test failed: which.
    Killed(String),
    /// A test took far longer than it does.
    TimedOut,
    /// No test comes there.
    Unreached,
    /// All tests that come there pass: how many.
    Survived(usize),
    /// The quick ones pass, others were not tried yet.
    Spared,
}

/// The verdicts so far; the last line about a mutant counts.
pub(crate) fn read(file: &Path) -> BTreeMap<u32, Verdict> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut verdicts = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [number, verdict, detail] = fields[..] else { continue };
        let verdict = match verdict {
            "killed" => Verdict::Killed(detail.to_owned()),
            "timeout" => Verdict::TimedOut,
            "unreached" => Verdict::Unreached,
            "survived" => Verdict::Survived(detail.parse().unwrap_or(0)),
            _ => Verdict::Spared,
        };
        number.parse().ok().map(|number| verdicts.insert(number, verdict));
    }
    verdicts
}

/// The trial of many mutants, one after the other.
pub(crate) struct Trial<'a> {
    pub(crate) bench: &'a Bench<'a>,
    pub(crate) covers: &'a [Cover],
    /// How many mutants each test has killed: by file and by function.
    kills: HashMap<(String, String), usize>,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(bench: &'a Bench<'a>, covers: &'a [Cover]) -> Trial<'a> {
        Trial { bench, covers, kills: HashMap::new() }
    }

    /// Tries mutants and writes down each verdict at once. Without a budget all tests are run that reach one.
    pub(crate) fn all(
        &mut self,
        mutants: &[&Mutant],
        budget: Option<Duration>,
        file: &Path,
    ) -> Result<(), String> {
        let mut append = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .map_err(|error| error.to_string())?;
        for (at, mutant) in mutants.iter().enumerate() {
            let began = Instant::now();
            let verdict = self.one(mutant, budget);
            let (word, detail) = match &verdict {
                Verdict::Killed(test) => {
                    for place in [&mutant.file, &mutant.function] {
                        *self.kills.entry((place.clone(), test.clone())).or_default() += 1;
                    }
                    ("killed", test.clone())
                }
                Verdict::TimedOut => ("timeout", String::new()),
                Verdict::Unreached => ("unreached", String::new()),
                Verdict::Survived(count) => ("survived", count.to_string()),
                Verdict::Spared => ("spared", String::new()),
            };
            writeln!(append, "{}\t{word}\t{detail}", mutant.number).map_err(|error| error.to_string())?;
            let place = format!("{}:{}:{}", mutant.file, mutant.line, mutant.column);
            let time = began.elapsed().as_secs_f32();
            println!(
                "{}/{} {word} {place} {} ({detail}, {time:.1} s)",
                at + 1,
                mutants.len(),
                mutant.mutation
            );
        }
        Ok(())
    }

    fn one(&self, mutant: &Mutant, budget: Option<Duration>) -> Verdict {
        let mut covers: Vec<&Cover> =
            self.covers.iter().filter(|cover| cover.reached.contains(&mutant.number)).collect();
        if covers.is_empty() {
            return Verdict::Unreached;
        }
        let kills = |cover: &Cover, place: &str| {
            self.kills.get(&(place.to_owned(), cover.test.name.clone())).copied().unwrap_or(0)
        };
        // Those that have killed neighbours first, then those that are about little else and quick.
        covers.sort_by_cached_key(|cover| {
            let near = kills(cover, &mutant.function);
            let far = kills(cover, &mutant.file);
            (std::cmp::Reverse((near, far)), cover.reached.len() as u128 * (50 + cover.time.as_millis()))
        });
        let (unit, whole): (Vec<&Cover>, Vec<&Cover>) =
            covers.into_iter().partition(|cover| cover.test.is_unit);
        let all = unit.len() + whole.len();
        let (unit, whole) = (affordable(unit, budget), affordable(whole, budget));
        let tried = unit.len() + whole.len();
        for batch in batches(&unit, 6).into_iter().chain(batches(&whole, 1)) {
            let time: Duration = batch.iter().map(|cover| cover.time).sum();
            let tests: Vec<&Test> = batch.iter().map(|cover| &cover.test).collect();
            let variables = [("MUTANT", mutant.number.to_string())];
            let mut end = self.bench.run(&tests, time * 3 + Duration::from_secs(5), &variables);
            if end == End::TimedOut {
                // Others may have had the machine for themselves.
                end = self.bench.run(&tests, time * 10 + Duration::from_secs(40), &variables);
            }
            match end {
                End::Passed => {}
                End::Failed(test) => return Verdict::Killed(test),
                End::TimedOut => return Verdict::TimedOut,
            }
        }
        if tried == all { Verdict::Survived(tried) } else { Verdict::Spared }
    }
}

/// Of some tests in their order those for which there is time.
fn affordable(covers: Vec<&Cover>, budget: Option<Duration>) -> Vec<&Cover> {
    let Some(budget) = budget else { return covers };
    let mut spent = Duration::ZERO;
    let fits = |cover: &&Cover| {
        let is_affordable = spent + cover.time <= budget;
        spent += if is_affordable { cover.time } else { Duration::ZERO };
        is_affordable
    };
    covers.into_iter().filter(fits).collect()
}

/// The first few alone, then more and more at once: what is likeliest to fail must not wait for the rest.
fn batches<'c>(covers: &[&'c Cover], first: usize) -> Vec<Vec<&'c Cover>> {
    let mut batches = Vec::new();
    let (mut at, mut size) = (0, first);
    while at < covers.len() {
        let end = (at + size).min(covers.len());
        batches.push(covers[at..end].to_vec());
        (at, size) = (end, size * 2);
    }
    batches
}
