//! The program as a user runs it: a process, its exit code, and what it prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::cmd::OutputAssert;
use snapbox::{Assert, Redactions};

/// The moment that `new` takes for now: 2025-11-24, 17:00 in Berlin.
pub(crate) const NOW: &str = "1764000000";

/// The program in a folder, without any setting of the machine or the user.
pub(crate) fn program(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcmbook"));
    command.current_dir(dir);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MCMBOOK_") {
            command.env_remove(name);
        }
    }
    for name in ["CI", "NO_COLOR", "XDG_CONFIG_HOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_CEILING_DIRECTORIES"] {
        command.env_remove(name);
    }
    // Nothing is kept between two runs: no folder can be made below a device.
    command.envs([("HOME", "/nonexistent"), ("XDG_STATE_HOME", "/dev/null")]);
    command.envs([("SOURCE_DATE_EPOCH", NOW), ("LC_ALL", "C.UTF-8")]);
    command
}

/// Runs the program; what changes from run to run is shown as `[ROOT]`, `[URL]`,
/// `[N]`, `[TIME]`, `[HEAD]`, `[COMMIT]`, `[DIGEST]`, `[FINGERPRINT]`.
pub(crate) fn run(dir: &Path, arguments: &[&str]) -> OutputAssert {
    let mut command = program(dir);
    command.args(arguments);
    judge(dir, command)
}

/// Runs a program that was prepared by hand.
pub(crate) fn judge(dir: &Path, command: Command) -> OutputAssert {
    snapbox::cmd::Command::from_std(command).with_assert(asserts(dir)).assert()
}

/// Holds text against a snapshot.
pub(crate) fn same(text: &str, expected: impl snapbox::IntoData) {
    plain().eq(text, expected);
}

/// Standard output of a command that has to succeed.
pub(crate) fn printed(dir: &Path, arguments: &[&str]) -> String {
    let output = program(dir).args(arguments).output().expect("the program runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?} ended with {}: {told}", output.status);
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The exit code of a command, and all that it printed, standard output first.
pub(crate) fn outcome(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = program(dir).args(arguments).output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("output is UTF-8"))
}

fn asserts(dir: &Path) -> Assert {
    let regex = |pattern: &str| regex::Regex::new(pattern).expect("a pattern of this file");
    let mut redactions = Redactions::new();
    let mut hide =
        |name, value: snapbox::RedactedValue| redactions.insert(name, value).expect("a placeholder");
    let root = dir.canonicalize().unwrap_or(PathBuf::from(dir)).display().to_string();
    hide("[URL]", root.replace(' ', "%20").into());
    hide("[ROOT]", root.into());
    // The number of pages is the theme's business.
    hide("[N]", regex(r"Built (?<redacted>\d+) files").into());
    hide("[TIME]", regex(r"in (?<redacted>\d+ ms|\d+\.\d s|\d+ min \d+ s)\b").into());
    hide("[HEAD]", regex(r"Head (?<redacted>[0-9a-f]{12} of \S+) \(claimed\)").into());
    hide("[DIGEST]", regex(r"sha256:(?<redacted>[0-9a-f]{64})\b").into());
    hide("[FINGERPRINT]", regex(r#""fingerprint": "(?<redacted>[0-9a-f]{32})""#).into());
    hide("[COMMIT]", regex(r"\b(?<redacted>[0-9a-f]{40}|[0-9a-f]{10})\b").into());
    plain().redact_with(redactions)
}

/// Without a normal form for backslashes: they are part of what is tested.
fn plain() -> Assert {
    Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV).normalize_paths(false)
}
