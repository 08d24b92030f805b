//! The house rules of `src/lib.rs`, held: who imports whom, who may touch what, how long a file may be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms in the order of the data. A room may import itself and what stands before it.
const ROOMS: [&str; 8] = ["text", "inputs", "facts", "verdicts", "analysis", "outputs", "hosts", "cli"];

/// A word that only the named places may write, and why.
const OWNERS: [(&str, &[&str], &str); 21] = [
    ("git2::", &["hosts/workspace"], "no git2 type leaves the workspace"),
    ("flate2::", &["hosts/workspace/git"], "objects of Git are unpacked in one place"),
    ("walkdir::", &["hosts/workspace"], "the workspace alone looks for files"),
    ("gray_matter::", &["inputs/document/front_matter"], "its guards stand there"),
    ("pulldown_cmark::", &["inputs/document/markdown"], "Markdown events are read in one room"),
    ("pagefind::", &["outputs/site/search"], "the search engine can be exchanged"),
    ("minijinja::", &["outputs/site"], "templates are an output"),
    ("annotate_snippets::", &["outputs/report"], "diagnostics are plain data elsewhere"),
    ("ssh_key::", &["inputs/policy/signers.rs", "inputs/signature"], "keys are read in one place"),
    ("x509_cert::", &["inputs/signature/cms"], "certificates are read in one room"),
    ("rsa::", &["inputs/signature/cms"], "keys of certificates verify in one place"),
    ("p256::", &["inputs/signature/cms"], "keys of certificates verify in one place"),
    ("p384::", &["inputs/signature/cms"], "keys of certificates verify in one place"),
    ("tracing_subscriber::", &["hosts/log.rs"], "the log is written in one place"),
    ("std::fs", &["hosts"], "only hosts touches the disk"),
    ("File::open", &["hosts"], "only hosts touches the disk"),
    ("std::net", &["hosts"], "only hosts opens sockets"),
    ("std::env", &["hosts"], "the environment is an input"),
    ("SystemTime::now", &["hosts/clock.rs"], "time is an input"),
    ("Timestamp::now", &["hosts/clock.rs"], "time is an input"),
    ("std::process::Command", &["hosts"], "only hosts starts programs"),
];

const LONGEST_FILE: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder of the repository with one of these extensions: path below it, and text.
fn files(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let entries =
            std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("the folder can be read").path();
            let skipped = path.file_name().is_some_and(|name| name == "node_modules" || name == "target");
            if path.is_dir() && !skipped {
                walk(&path, found);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    let base = root().join(folder);
    let mut found = Vec::new();
    walk(&base, &mut found);
    found.sort();
    let wanted = |path: &PathBuf| path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x));
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&base).expect("below the base").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("source is UTF-8"))
    };
    found.into_iter().filter(wanted).map(read).collect()
}

/// Lines of code, comments left out, with their number.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn room_of(path: &str) -> Option<usize> {
    let first = path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let first = if first == "memo" { "analysis" } else { first };
    ROOMS.iter().position(|room| *room == first)
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.ends_with("/spec.rs") || path.contains("/tests/")
}

/// What a file names of the crate, by the first word behind `crate::`, with the line: `use crate::{a, b::{c, d}};`,
/// over as many lines as it takes, names `a` and `b`.
fn named_of_crate(text: &str) -> Vec<(usize, String)> {
    // Comments are left out, and every line stays the line that it is.
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let lines: Vec<&str> = text.lines().map(|line| if is_comment(&line) { "" } else { line }).collect();
    let text = lines.join("\n");
    let line_of = |at: usize| 1 + text[..at].matches('\n').count();
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut named = Vec::new();
    for (at, key) in text.match_indices("crate::") {
        let start = at + key.len();
        if !text[start..].trim_start().starts_with('{') {
            named.push((line_of(at), word(&text[start..])));
            continue;
        }
        // A name of the list stands behind its brace or one of its commas; the lists inside are of that name.
        let (mut depth, mut is_next) = (0, false);
        for (offset, c) in text[start..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ if is_next && !c.is_whitespace() => {
                    named.push((line_of(start + offset), word(&text[start + offset..])));
                }
                _ => {}
            }
            is_next = depth == 1 && (matches!(c, '{' | ',') || is_next && c.is_whitespace());
            if depth == 0 && c == '}' {
                break;
            }
        }
    }
    named
}

#[test]
fn an_import_is_read_over_lines_and_braces() {
    let text = "\
// use crate::cli;
use crate::text::{Span, cli};
use crate::{facts, hosts::{self, cli}};
use crate::{
    inputs::{
        config::{Config, cli},
        hosts,
    },
    // cli,
    outputs,
};
fn f() { crate::analysis::analyze(g, crate::verdicts::cli) }
";
    let found = named_of_crate(text);
    let found: Vec<(usize, &str)> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
    let expected = [
        (2, "text"),
        (3, "facts"),
        (3, "hosts"),
        (5, "inputs"),
        (10, "outputs"),
        (12, "analysis"),
        (12, "verdicts"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", &["rs"]) {
        let Some(here) = room_of(&path).filter(|_| !is_test(&path)) else { continue };
        for (number, name) in named_of_crate(&text) {
            // The memo is handed down to the maps that it speeds up.
            let there = if name == "memo" { None } else { ROOMS.iter().position(|room| *room == name) };
            if there.is_some_and(|there| there > here) {
                wrong.push(format!("src/{path}:{number}: {} imports {name}", ROOMS[here]));
            }
        }
    }
    assert!(wrong.is_empty(), "a room imports from a room below it:\n{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_its_owner() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", &["rs"]) {
        for (word, owners, why) in OWNERS {
            if owners.iter().any(|owner| path.starts_with(owner)) || is_test(&path) {
                continue;
            }
            for (number, line) in code(&text) {
                if line.contains(word) {
                    wrong
                        .push(format!("src/{path}:{number}: {word} belongs to {}: {why}", owners.join(", ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_enough_to_read() {
    let mut long = Vec::new();
    for (folder, extensions) in
        [("src", &["rs"][..]), ("tests", &["rs", "mjs"]), ("themes", &["html", "css", "js"])]
    {
        for (path, text) in files(folder, extensions) {
            let lines = text.lines().count();
            if lines > LONGEST_FILE {
                long.push(format!("{folder}/{path}: {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "over {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn no_test_file_is_forgotten() {
    let modules = files("tests/it", &["rs"]);
    let main = &modules.iter().find(|(path, _)| path == "main.rs").expect("tests/it/main.rs").1;
    let forgotten: BTreeSet<_> = modules
        .iter()
        .filter_map(|(path, _)| path.split('/').next())
        .map(|name| name.trim_end_matches(".rs"))
        .filter(|name| *name != "main" && !main.contains(&format!("mod {name};")))
        .collect();
    assert!(forgotten.is_empty(), "not named in tests/it/main.rs: {forgotten:?}");
    for (path, text) in files("src", &["rs"]) {
        if path.ends_with("/tests.rs") {
            let parent = path.trim_end_matches("/tests.rs");
            let read =
                |name: String| std::fs::read_to_string(root().join("src").join(name)).unwrap_or_default();
            let declared = [format!("{parent}/mod.rs"), format!("{parent}.rs")]
                .into_iter()
                .any(|name| read(name).contains("mod tests;"));
            assert!(declared, "src/{path} is declared by nobody");
        }
        assert!(!text.contains("#[ignore"), "src/{path} switches a test off");
    }
}

#[test]
fn the_top_level_stays_small() {
    let allowed =
        ["Cargo.toml", "Cargo.lock", "src", "content", "themes", "tests", "book.toml", "README.md", "policy"];
    // What a run of the project's own commands leaves, those of the README among them, is ignored by Git.
    let ignored = std::fs::read_to_string(root().join(".gitignore")).expect("it is there");
    let is_ignored = |name: &str| ignored.lines().any(|line| line.strip_prefix('/') == Some(name));
    let entries = std::fs::read_dir(root()).expect("the root can be read");
    let names = entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    let extra =
        names.filter(|name| !(name.starts_with('.') || allowed.contains(&name.as_str()) || is_ignored(name)));
    let extra: Vec<String> = extra.collect();
    assert!(extra.is_empty(), "the top level holds {extra:?}");
}
