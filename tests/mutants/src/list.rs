//! The mutants that cargo-mutants finds, each with a number that it keeps from run to run.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What is done to the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Genre {
    /// The body of a function gives way to a value.
    Body,
    /// A binary operator gives way to another one.
    Binary,
    /// A unary operator goes away.
    Unary,
    /// An arm of a match goes away.
    Arm,
    /// The guard of an arm gives way to a constant.
    Guard,
    /// A field of a struct with a base goes away.
    Field,
}

/// One mutant.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// Its number, from 1, in this folder of work.
    pub(crate) number: u32,
    /// The file, below the root of the repository.
    pub(crate) file: String,
    /// The function around it; empty in a constant.
    pub(crate) function: String,
    /// What is done, in one line, as cargo-mutants says it, without the place.
    pub(crate) mutation: String,
    /// Which of several with the same file, function and mutation: from 1, from top to bottom.
    pub(crate) nth: usize,
    pub(crate) genre: Genre,
    /// What stands there instead.
    pub(crate) replacement: String,
    /// First line and column, both from 1, the column in characters.
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Mutant {
    /// What names it, whatever line it stands on.
    pub(crate) fn key(&self) -> String {
        format!("{}\t{}\t{}\t{}", self.file, self.function, self.mutation, self.nth)
    }
}

/// Asks cargo-mutants for the mutants of some folders and files of a repository.
pub(crate) fn list(repository: &Path, program: &str, places: &[String]) -> Result<Vec<Mutant>, String> {
    let mut command = Command::new(program);
    command.args(["mutants", "--list", "--json", "--no-config"]).current_dir(repository);
    for place in places {
        command.args(["--file", place]);
    }
    let output = command.output().map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let list: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let mut mutants: Vec<Mutant> =
        list.as_array().ok_or("no list")?.iter().map(read).collect::<Option<_>>().ok_or("an unknown form")?;
    mutants.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    let mut seen: HashMap<String, usize> = HashMap::new();
    for mutant in &mut mutants {
        let count = seen.entry(mutant.key()).or_default();
        *count += 1;
        mutant.nth = *count;
    }
    Ok(mutants)
}

/// Numbers the mutants: who has been there before keeps its number.
pub(crate) fn number(mutants: &mut [Mutant], file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let known = text.lines().filter_map(|line| line.split_once('\t'));
    let mut numbers: BTreeMap<String, u32> =
        known.filter_map(|(number, key)| Some((key.to_owned(), number.parse().ok()?))).collect();
    let mut last = numbers.values().max().copied().unwrap_or(0);
    for mutant in mutants {
        mutant.number = *numbers.entry(mutant.key()).or_insert_with(|| {
            last += 1;
            last
        });
    }
    let lines: String = numbers.iter().map(|(key, number)| format!("{number}\t{key}\n")).collect();
    std::fs::write(file, lines).map_err(|error| error.to_string())
}

fn read(value: &Value) -> Option<Mutant> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let start = &value["span"]["start"];
    let place = |name: &str| usize::try_from(start[name].as_u64()?).ok();
    let genre = match value["genre"].as_str()? {
        "FnValue" => Genre::Body,
        "BinaryOperator" => Genre::Binary,
        "UnaryOperator" => Genre::Unary,
        "MatchArm" => Genre::Arm,
        "MatchArmGuard" => Genre::Guard,
        "StructField" => Genre::Field,
        _ => return None,
    };
    let name = text(&value["name"])?;
    // `src/a.rs:1:2: what is done`; a name may go over several lines where the source does.
    let mutation = name.splitn(4, ':').nth(3)?.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Mutant {
        number: 0,
        file: text(&value["file"])?,
        function: text(&value["function"]["function_name"]).unwrap_or_default(),
        mutation,
        nth: 1,
        genre,
        replacement: text(&value["replacement"])?,
        line: place("line")?,
        column: place("column")?,
    })
}
