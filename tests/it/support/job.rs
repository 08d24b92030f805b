//! Jobs of pipelines: the shell parts of their files, taken out and run.

use std::path::Path;
use std::process::Command;

use super::run::program;

/// The shell part of a pipeline that has a word: all of it, the block scalar that holds the word, or what stands between
/// quotes.
pub(crate) fn shell(language: &str, text: &str, word: &str) -> String {
    match language {
        "sh" => text.to_owned(),
        // Groovy reads `\\` within these quotes as one backslash.
        "groovy" => {
            let quoted = text.split("'''").nth(1).expect("a script between quotes");
            quoted.replace("\\\\", "\\")
        }
        "yaml" => {
            let lines: Vec<&str> = text.lines().collect();
            let indent = |line: &str| line.len() - line.trim_start().len();
            let asks = lines.iter().position(|line| line.contains(word)).expect("it has the word");
            let begins = (0..asks).rev().find(|at| lines[*at].ends_with('|')).expect("a block scalar");
            let deep = indent(lines[begins + 1]);
            let body = lines[begins + 1..].iter().take_while(|line| indent(line) >= deep);
            body.map(|line| format!("{}\n", &line[deep..])).collect()
        }
        other => panic!("nobody runs {other}"),
    }
}

/// A shell that runs a script in a folder, with this program on its path and nothing of the user's settings.
pub(crate) fn job(dir: &Path, script: &str) -> Command {
    let prepared = program(dir);
    let binary = Path::new(prepared.get_program()).parent().expect("it lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.args(["-ec", script]).current_dir(dir);
    for (name, value) in prepared.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("PATH", format!("{}:{path}", binary.display()));
    command
}
