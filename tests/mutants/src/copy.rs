//! The mutated copy: a clone of the repository with the files of the work tree, mutants woven in, built until every
//! mutant that does not compile is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::list::Mutant;
use crate::weave;

const SWITCH: &str = include_str!("switch.rs");

/// The programs of the copy.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// The unit tests.
    pub(crate) unit: PathBuf,
    /// The integration tests.
    pub(crate) whole: PathBuf,
}

/// What a run works with.
pub(crate) struct Copy<'a> {
    pub(crate) repository: &'a Path,
    /// The folder of work: the copy, what was built, what was found.
    pub(crate) folder: &'a Path,
    pub(crate) mutants: &'a [Mutant],
}

impl Copy<'_> {
    fn at(&self) -> PathBuf {
        self.folder.join("copy")
    }

    /// Brings the copy up to date and builds it. Gives its programs, and the mutants that are not in it with the
    /// reason.
    pub(crate) fn build(&self) -> Result<(Programs, BTreeMap<u32, String>), String> {
        self.clone_once()?;
        let dropped = self.folder.join("dropped.tsv");
        let mut left: BTreeMap<u32, String> = read_dropped(&dropped);
        loop {
            let texts = self.write(&mut left)?;
            let broken = self.cargo(&["build", "--lib"])?;
            if broken.errors.is_empty() {
                break;
            }
            let blamed = broken.blamed(&texts);
            eprintln!("{} errors, {} mutants left out", broken.errors.len(), blamed.len());
            if blamed.is_empty() {
                return Err(format!("an error that belongs to no mutant:\n{}", broken.errors[0]["rendered"]));
            }
            left.extend(blamed.into_iter().map(|number| (number, "does not compile".to_owned())));
            let lines: String = left.iter().map(|(number, why)| format!("{number}\t{why}\n")).collect();
            std::fs::write(&dropped, lines).map_err(|error| error.to_string())?;
        }
        let built = self.cargo(&["test", "--no-run", "--lib", "--test", "it"])?;
        if let Some(error) = built.errors.first() {
            return Err(error["rendered"].to_string());
        }
        let program = |kind: &str| {
            let found = built.programs.iter().find(|(it, _)| it == kind).map(|(_, program)| program.clone());
            found.ok_or_else(|| format!("no program of tests for `{kind}`"))
        };
        Ok((Programs { unit: program("lib")?, whole: program("test")? }, left))
    }

    fn clone_once(&self) -> Result<(), String> {
        let at = self.at();
        if !at.exists() {
            run(Command::new("git").args(["clone", "-q"]).arg(self.repository).arg(&at))?;
        }
        let git = |arguments: &[&str]| run(Command::new("git").arg("-C").arg(&at).args(arguments));
        git(&["fetch", "-q", &self.repository.display().to_string(), "HEAD"])?;
        git(&["reset", "-q", "--mixed", "FETCH_HEAD"])
    }

    /// Writes the files of the work tree, those with mutants as woven; only what is different is touched, so that
    /// Cargo builds no more than it must. Gives the woven texts.
    fn write(&self, left: &mut BTreeMap<u32, String>) -> Result<BTreeMap<String, String>, String> {
        let mut listing = Command::new("git");
        listing.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let output = listing.current_dir(self.repository).output().map_err(|error| error.to_string())?;
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut woven = BTreeMap::new();
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let Ok(mut bytes) = std::fs::read(self.repository.join(name)) else { continue };
            let own: Vec<&Mutant> = self.mutants.iter().filter(|mutant| mutant.file == name).collect();
            if !own.is_empty() {
                let source = String::from_utf8(bytes).map_err(|error| error.to_string())?;
                let here: Vec<&Mutant> =
                    own.into_iter().filter(|mutant| !left.contains_key(&mutant.number)).collect();
                let result = weave::weave(&source, &here).map_err(|error| format!("{name}: {error}"))?;
                left.extend(result.left.into_iter().map(|(number, why)| (number, why.to_owned())));
                woven.insert(name.to_owned(), result.text.clone());
                bytes = result.text.into_bytes();
            } else if name == "src/lib.rs" {
                bytes.extend(b"#[allow(missing_docs, unreachable_pub)]\npub mod mutant;\n");
            } else if name == "Cargo.toml" {
                bytes = without_lints(&String::from_utf8_lossy(&bytes)).into_bytes();
            }
            put(&self.at().join(name), &bytes)?;
        }
        put(&self.at().join("src/mutant.rs"), SWITCH.as_bytes())?;
        Ok(woven)
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Built, String> {
        let mut command = Command::new("cargo");
        command.args(arguments).args(["--locked", "--message-format", "json", "-q"]);
        command.current_dir(self.at()).env("CARGO_TARGET_DIR", self.folder.join("target"));
        command.env_remove("RUSTFLAGS").env("CARGO_TERM_COLOR", "never");
        let output = command.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
        let mut built = Built { errors: Vec::new(), programs: Vec::new() };
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            if message["reason"] == "compiler-message" && message["message"]["level"] == "error" {
                built.errors.push(message["message"].clone());
            }
            if let (Some(program), Some(kind)) =
                (message["executable"].as_str(), message["target"]["kind"][0].as_str())
            {
                built.programs.push((kind.to_owned(), PathBuf::from(program)));
            }
        }
        if !output.status.success() && built.errors.is_empty() {
            return Err(format!("cargo {arguments:?} ended with {}", output.status));
        }
        Ok(built)
    }
}

struct Built {
    errors: Vec<Value>,
    programs: Vec<(String, PathBuf)>,
}

impl Built {
    /// The mutants whose text the errors name: first by where an error is, else by what it refers to.
    fn blamed(&self, texts: &BTreeMap<String, String>) -> BTreeSet<u32> {
        let mut blamed = BTreeSet::new();
        for error in &self.errors {
            let spans = error["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
            let mut of = |primary: bool| {
                let found = spans.iter().filter(|span| span["is_primary"] == primary);
                let found: BTreeSet<u32> = found.flat_map(|span| at(span, texts)).collect();
                let is_any = !found.is_empty();
                blamed.extend(found);
                is_any
            };
            let _ = of(true) || of(false);
        }
        blamed
    }
}

/// The mutants at a place, or at the place where the macro that it is in was called.
fn at(span: &Value, texts: &BTreeMap<String, String>) -> BTreeSet<u32> {
    let mut span = span;
    loop {
        let text = span["file_name"].as_str().and_then(|name| texts.get(name));
        let start = span["byte_start"].as_u64().and_then(|start| usize::try_from(start).ok());
        if let (Some(text), Some(start)) = (text, start) {
            let blamed = weave::blamed(text, start);
            if !blamed.is_empty() {
                return blamed;
            }
        }
        span = &span["expansion"]["span"];
        if span.is_null() {
            return BTreeSet::new();
        }
    }
}

/// The mutants that were left out, with the reason.
pub(crate) fn read_dropped(file: &Path) -> BTreeMap<u32, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines.filter_map(|(number, why)| Some((number.parse().ok()?, why.to_owned()))).collect()
}

/// A manifest without its tables of lints: what is written for mutants is not beautiful.
fn without_lints(manifest: &str) -> String {
    let mut is_lints = false;
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_lints = line.starts_with("[lints");
        }
        if !is_lints {
            text += line;
            text.push('\n');
        }
    }
    text
}

fn put(file: &Path, bytes: &[u8]) -> Result<(), String> {
    if std::fs::read(file).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    std::fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}
