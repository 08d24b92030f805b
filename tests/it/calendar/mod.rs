//! The calendar against others: Python's own calendar, other readers of iCalendar, the gate.

mod collisions;
mod commands;
mod files;
mod foreign;
mod minutes;
mod occurrences;
mod random;

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Zones with clock changes of every sort, and some without.
const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Chatham",
    "Africa/Lagos",
    "UTC",
];

/// Runs a script of Python with the modules that it needs; gives what it printed as JSON.
///
/// Several interpreters may be installed, and packages of the system belong to one of them.
pub(crate) fn python(script: &str, modules: &[&str], input: &[u8]) -> Value {
    let imports = format!("import {}", modules.join(", "));
    let has_them = |program: &&&str| {
        let tried = Command::new(program).args(["-c", &imports]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let program = ["python3", "/usr/bin/python3"];
    let program = program.iter().find(has_them);
    let program = program.unwrap_or_else(|| panic!("no python3 has {modules:?}; tests/run installs them"));
    let mut child = Command::new(program)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // Python may print before it has read all, so that a full pipe must not stop both.
    let writer = std::thread::spawn(move || pipe.write_all(&input));
    let output = child.wait_with_output().expect("python3 ends");
    writer.join().expect("the writer ends").expect("the input is written");
    assert!(output.status.success(), "python3 ended with {}", output.status);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// An instant as seconds.
fn seconds(at: &Value) -> i64 {
    let at: jiff::Timestamp = at.as_str().expect("text").parse().expect("an instant");
    at.as_second()
}

/// The occurrences of a window in an answer of `calendar list`, as seconds, sorted.
fn intervals(answer: &Value, id: &str) -> Vec<(i64, i64)> {
    let windows = answer["windows"].as_array().expect("windows").iter();
    let own = windows.filter(|window| window["id"] == id && window["type"] != "freeze-before");
    let mut own: Vec<_> =
        own.map(|window| (seconds(&window["start"]["utc"]), seconds(&window["end"]["utc"]))).collect();
    own.sort_unstable();
    own
}
