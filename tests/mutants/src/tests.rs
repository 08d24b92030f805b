//! Tests as programs: which there are, what they reach, whether they pass.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::copy::Programs;

/// Modules of the integration tests that say something about approvals, signatures and the policy.
const MODULES: [&str; 14] = [
    "approvals",
    "evidence",
    "gate",
    "history",
    "judged",
    "matrix",
    "policy",
    "records",
    "reference",
    "signatures",
    "stamps",
    "stories",
    "threats",
    "workspace",
];

/// So long a test may take alone; what is slower is left out.
const SLOW: Duration = Duration::from_secs(15);

/// A test: of the library or of the whole program, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    pub(crate) is_unit: bool,
    pub(crate) name: String,
}

/// What a test reaches, and how long it takes alone.
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    pub(crate) test: Test,
    pub(crate) time: Duration,
    pub(crate) reached: BTreeSet<u32>,
}

/// How a run of tests ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Passed,
    /// With the name of the first test that failed, as far as it was told.
    Failed(String),
    TimedOut,
}

/// A place where tests are run.
pub(crate) struct Bench<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) folder: &'a Path,
    /// The highest number of a mutant: what a test reached when there were fewer says nothing of the newer ones.
    pub(crate) newest: u32,
}

impl Bench<'_> {
    /// Runs every test alone and notes what it reaches; what is known from a run before with the same mutants is not
    /// run again.
    pub(crate) fn cover(&self) -> Result<Vec<Cover>, String> {
        let file = self.folder.join("cover.tsv");
        let mut known = read(&file, self.newest);
        let mut append = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&file)
            .map_err(|error| error.to_string())?;
        let mut covers = Vec::new();
        for test in self.tests()? {
            let cover = match known.remove(&test) {
                Some(cover) => cover,
                None => {
                    let cover = self.alone(&test);
                    writeln!(append, "{}", line(&test, cover.as_ref(), self.newest))
                        .map_err(|error| error.to_string())?;
                    cover
                }
            };
            covers.extend(cover);
        }
        Ok(covers)
    }

    fn tests(&self) -> Result<Vec<Test>, String> {
        let names = |program: &PathBuf| {
            let output = Command::new(program).args(["--list", "--format", "terse"]).output();
            let output = output.map_err(|error| error.to_string())?;
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let names = text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned);
            Ok::<Vec<String>, String>(names.collect())
        };
        let of = |is_unit| move |name| Test { is_unit, name };
        let is_ours = |name: &String| MODULES.iter().any(|it| name.split("::").next() == Some(it));
        let unit = names(&self.programs.unit)?.into_iter().map(of(true));
        let whole = names(&self.programs.whole)?.into_iter().filter(is_ours).map(of(false));
        Ok(unit.chain(whole).collect())
    }

    /// Nothing when the test fails or is slow.
    fn alone(&self, test: &Test) -> Option<Cover> {
        let log = self.folder.join("reached");
        let _ = std::fs::remove_file(&log);
        let began = Instant::now();
        let end = self.run(&[test], SLOW, &[("MUTANT_LOG", log.display().to_string())]);
        let time = began.elapsed();
        if end != End::Passed {
            eprintln!("left out: {} ({end:?} after {time:?})", test.name);
            return None;
        }
        let reached = std::fs::read_to_string(&log).unwrap_or_default();
        let reached = reached.lines().filter_map(|line| line.parse().ok()).collect();
        Some(Cover { test: test.clone(), time, reached })
    }

    /// Runs tests, all of one kind, until one fails.
    pub(crate) fn run(&self, tests: &[&Test], limit: Duration, variables: &[(&str, String)]) -> End {
        let is_unit = tests.iter().all(|test| test.is_unit);
        let mut command = Command::new(if is_unit { &self.programs.unit } else { &self.programs.whole });
        command.args(tests.iter().map(|test| &test.name));
        command.args(["--exact", "--test-threads", "1"]);
        let temporary = self.folder.join("tmp");
        let _ = std::fs::remove_dir_all(&temporary);
        let _ = std::fs::create_dir_all(&temporary);
        command.current_dir(self.folder.join("copy")).env("TMPDIR", &temporary);
        command.env_remove("MUTANT_LOG").env_remove("MUTANT");
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let Ok(mut child) = command.spawn() else { return End::Failed("it does not start".to_owned()) };
        let end = wait(&mut child, limit);
        let _ = std::fs::remove_dir_all(&temporary);
        end
    }
}

fn wait(child: &mut Child, limit: Duration) -> End {
    let (sender, lines) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    break;
                }
            }
        });
    }
    let deadline = Instant::now() + limit;
    let end = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) => {
                let named = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"));
                if let Some(name) = named {
                    break End::Failed(name.to_owned());
                }
                if line.starts_with("test result: ok") {
                    break End::Passed;
                }
                if line.starts_with("test result: ") {
                    break End::Failed("a test".to_owned());
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => break End::TimedOut,
            // Without a result: it was stopped by a signal.
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                break End::Failed("the program of tests".to_owned());
            }
        }
    };
    if end == End::Passed {
        let _ = child.wait();
    } else {
        stop(child);
    }
    end
}

/// Ends a process and what it started: they are a group of their own.
fn stop(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
}

fn line(test: &Test, cover: Option<&Cover>, newest: u32) -> String {
    let kind = if test.is_unit { "unit" } else { "it" };
    let (time, reached) = match cover {
        Some(cover) => {
            let numbers: Vec<String> = cover.reached.iter().map(u32::to_string).collect();
            (cover.time.as_millis().to_string(), numbers.join(","))
        }
        None => ("-".to_owned(), String::new()),
    };
    format!("{kind}\t{}\t{time}\t{newest}\t{reached}", test.name)
}

fn read(file: &Path, newest: u32) -> BTreeMap<Test, Option<Cover>> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut known = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, name, time, of, reached] = fields[..] else { continue };
        if of.parse() != Ok(newest) {
            continue;
        }
        let test = Test { is_unit: kind == "unit", name: name.to_owned() };
        let cover = time.parse().ok().map(|time| Cover {
            test: test.clone(),
            time: Duration::from_millis(time),
            reached: reached.split(',').filter_map(|number| number.parse().ok()).collect(),
        });
        known.insert(test, cover);
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_test_reaches_is_known_for_the_mutants_of_its_time() {
        let file = std::env::temp_dir().join(format!("mutants-cover-{}", std::process::id()));
        let test = |name: &str| Test { is_unit: true, name: name.to_owned() };
        let cover =
            Cover { test: test("a"), time: Duration::from_millis(7), reached: BTreeSet::from([1, 3]) };
        let lines = [line(&test("a"), Some(&cover), 3), line(&test("slow"), None, 3)];
        std::fs::write(&file, lines.join("\n")).expect("the folder can be written");
        let (known, later) = (read(&file, 3), read(&file, 4));
        std::fs::remove_file(&file).expect("it was written");
        let found = known[&test("a")].as_ref().expect("it was run");
        assert_eq!((found.time, &found.reached), (cover.time, &cover.reached));
        assert!(known[&test("slow")].is_none(), "left out");
        assert!(later.is_empty(), "there are newer mutants");
    }
}
