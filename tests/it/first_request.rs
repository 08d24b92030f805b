//! The manual's page "My first request", carried out: its files are written, its commands run, in order.
//!
//! A block `bash` is run line by line, and its commands succeed; those of `bash findings` end with findings. A
//! block `markdown PATH` or `yaml PATH` is a file, one `diff` is applied to the files that it names, and one
//! `console` is what the last command of this program printed.

use std::path::Path;

use crate::support::run::program;
use crate::support::{Folder, Repo};

/// A Monday in June 2026: before the slot of the page, and in the year of its number.
const NOW: i64 = 1_781_510_400;

/// A fenced block of the page.
struct Block {
    line: usize,
    info: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let info = line.trim_start_matches('`');
        let fence = &line[..line.len() - info.len()];
        if fence.len() < 3 {
            continue;
        }
        let body = lines.by_ref().take_while(|(_, line)| *line != fence);
        let text = body.map(|(_, line)| format!("{line}\n")).collect();
        blocks.push(Block { line: at + 1, info: info.to_owned(), text });
    }
    blocks
}

/// The words of a command line; double quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let piece = |(index, piece): (usize, &str)| -> Vec<String> {
        let is_quoted = index % 2 == 1;
        if is_quoted { vec![piece.to_owned()] } else { piece.split_whitespace().map(str::to_owned).collect() }
    };
    line.split('"').enumerate().flat_map(piece).collect()
}

/// Runs a line; what this program printed, if it was this program.
fn carry_out(repo: &Repo, line: &str, code: i32) -> Option<String> {
    let words = words(line);
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    match words[0].as_str() {
        "git" => {
            repo.git(&arguments);
            None
        }
        "rm" => {
            repo.remove(arguments[0]);
            None
        }
        "mcmbook" => {
            let mut command = program(&repo.path());
            command.args(&arguments).env("SOURCE_DATE_EPOCH", NOW.to_string());
            let output = command.output().expect("the program runs");
            let printed = String::from_utf8(output.stdout).expect("output is UTF-8");
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{line}\n{printed}{told}");
            Some(printed)
        }
        other => panic!("{line}: the test does not know `{other}`"),
    }
}

#[test]
fn the_first_request_of_a_small_team_passes() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/manual/first-request.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    // `git init` of the page finds the repository that is there; a book is not.
    let repo = Repo::new();
    let dir = repo.path();
    repo.remove("book.toml");
    // The forge of the page is a folder here.
    let forge = Folder::new();
    repo.git(&["init", "--quiet", "--bare", &forge.path().join("orders/changes.git").display().to_string()]);
    let key = format!("url.{}/.insteadOf", forge.path().display());
    repo.git(&["config", &key, "git@git.example.org:"]);
    let (mut printed, mut files, mut checked) = (String::new(), 0, 0);
    for Block { line, info, text } in blocks(&page) {
        match info.split_once(' ').unwrap_or((&info, "")) {
            ("markdown" | "yaml", path) => {
                repo.write(path, text);
                files += 1;
            }
            ("bash", findings @ ("" | "findings")) => {
                for command in text.lines() {
                    printed = carry_out(&repo, command, findings.len().min(1) as i32).unwrap_or(printed);
                }
            }
            ("diff", "") => {
                repo.git_with(&["apply", "-"], &text);
            }
            ("console", "") => {
                assert_eq!(printed, text, "the block at line {line} of the page");
                checked += 1;
            }
            _ => panic!("line {line}: a block `{info}`"),
        }
    }
    assert_eq!((files, checked), (5, 6), "the page has its files and what is printed");
    let branches = repo.git(&["ls-remote", "--heads", "origin"]);
    assert_eq!(branches.lines().count(), 2, "{branches}");
    // The page promises four sections, and a major change.
    let request = std::fs::read_to_string(dir.join("content/changes/2026/MCM-2026-0001/request.md"));
    let sections = request.expect("it was made").lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections, 4);
    let class = carry_out(&repo, "mcmbook classify MCM-2026-0001", 0).expect("it is this program");
    assert!(class.contains("major"), "{class}");
    // A gap is still seen in such a book: the clean check is no empty one.
    let runbook = dir.join("content/changes/2026/MCM-2026-0001/runbook.md");
    let text = std::fs::read_to_string(&runbook).expect("it was made");
    std::fs::write(&runbook, text.replace("- Owner: @ana\n", "")).expect("it can be written");
    let told = carry_out(&repo, "mcmbook check", 0).expect("it is this program");
    assert!(told.contains("MCM202"), "{told}");
}
