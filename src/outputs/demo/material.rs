//! The dossiers of this repository's own book, as the demonstration tells them: under other numbers, with a
//! policy in force, and one of them a second time with other facts.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use regex::{Captures, Regex};

use crate::text::ContentHash;

static CHANGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/changes");
static SERVICES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/services");
static WINDOWS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/windows");
static STANDARD: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/standard");
static PROCESS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/process");

const PATCHES: &str = include_str!("patches.toml");

/// The number that a dossier has in this repository, and the one that it has in the demonstration, where
/// smaller changes stand between them.
const NUMBERS: [(&str, &str); 5] = [
    ("MCM-2026-0001", "MCM-2026-0006"),
    ("MCM-2026-0002", "MCM-2026-0008"),
    ("MCM-2026-0003", "MCM-2026-0010"),
    ("MCM-2026-0004", "MCM-2026-0012"),
    ("MCM-2026-0005", "MCM-2026-0014"),
];

/// The emergency that is told a second time, and the number of its earlier telling.
const TWICE: (&str, &str) = ("MCM-2026-0004", "MCM-2026-0002");

/// What the earlier telling says otherwise, in this order.
const EARLIER: [(&str, &str); 19] = [
    ("| open |", "| done on 20 March |"),
    ("2026-10-29", "2026-01-29"),
    ("27 October", "27 January"),
    ("2026-08-20", "2025-11-20"),
    ("7 September 2026", "8 December 2025"),
    ("2026-11", "2026-02"),
    ("2026-12", "2026-03"),
    ("November", "February"),
    ("9 Nov", "9 Feb"),
    ("16 Nov", "16 Feb"),
    ("sig-2026-09", "sig-2025-12"),
    ("INC-2026-1109", "INC-2026-0209"),
    ("inc-2026-1109", "inc-2026-0209"),
    ("8.14", "7.31"),
    ("38,600", "31,200"),
    ("3,100", "2,700"),
    ("24,000", "19,000"),
    ("OPS-41", "OPS-18"),
    ("4,100 customers", "3,650 customers"),
];

/// Files of a dossier by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a book outside of its changes, by path.
pub fn catalogue() -> Files {
    let mut files = Files::new();
    for (folder, dir) in
        [("services", &SERVICES), ("windows", &WINDOWS), ("standard", &STANDARD), ("process", &PROCESS)]
    {
        for (name, bytes) in below(dir) {
            files.insert(format!("content/{folder}/{name}"), renumbered(bytes, &|id| number(id)));
        }
    }
    files
}

/// The dossiers by their number.
pub fn dossiers() -> BTreeMap<String, Files> {
    let mut dossiers = BTreeMap::new();
    for (old, new) in NUMBERS {
        dossiers.insert(new.to_owned(), dossier(old, new, &[]));
    }
    dossiers.insert(TWICE.1.to_owned(), dossier(TWICE.0, TWICE.1, &EARLIER));
    dossiers
}

/// Every text of a patch that does not stand once in its file: none in a repository that is as it should be.
pub fn unfit_patches() -> Vec<String> {
    let mut unfit = Vec::new();
    for (old, new) in NUMBERS.into_iter().chain([TWICE]) {
        let raw = raw(old, new);
        for (file, find, _) in patches(new) {
            let count =
                raw.get(&file).map_or(0, |bytes| String::from_utf8_lossy(bytes).matches(&find).count());
            if count != 1 {
                unfit.push(format!("{new}/{file}: {count} times: {find}"));
            }
        }
    }
    unfit
}

/// A dossier that names the content which was approved, in its execution record and log.
pub fn executed(files: &Files, approved: ContentHash) -> Files {
    let mut files = files.clone();
    let log = "execution-1.log.jsonl";
    if let Some(bytes) = files.get(log) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let named = format!("\"approval_set\":\"sha256:{approved}\"");
        let before = ContentHash::of(bytes).to_string();
        let text = chained(&text.replacen("\"approval_set\":null", &named, 1));
        let after = ContentHash::of(text.as_bytes()).to_string();
        files.insert(log.to_owned(), text.into_bytes());
        everywhere(&mut files, &before, &after);
    }
    if let Some(bytes) = files.get_mut("execution-1.md") {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let named = format!("\napproval_set: sha256:{approved}\nrunbook_digest:");
        *bytes = text.replacen("\nrunbook_digest:", &named, 1).into_bytes();
    }
    files
}

fn dossier(old: &str, new: &str, facts: &[(&str, &str)]) -> Files {
    let before = raw_of(old);
    let mut files = raw(old, new);
    for (file, find, replace) in patches(new) {
        if let Some(bytes) = files.get_mut(&file) {
            *bytes = String::from_utf8_lossy(bytes).replacen(&find, &replace, 1).into_bytes();
        }
    }
    for bytes in files.values_mut() {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        for (find, replace) in facts {
            text = text.replace(find, replace);
        }
        *bytes = text.into_bytes();
    }
    // What names a file by its digest names the new one; logs come last, since they name runbooks.
    let (logs, others): (Vec<&String>, Vec<&String>) =
        before.keys().partition(|name| name.ends_with(".log.jsonl"));
    for name in others.into_iter().chain(logs) {
        if name.ends_with(".log.jsonl") {
            let text = files.get(name).map(|bytes| chained(&String::from_utf8_lossy(bytes)));
            files.insert(name.clone(), text.unwrap_or_default().into_bytes());
        }
        let digest = |files: &Files| files.get(name).map(|bytes| ContentHash::of(bytes).to_string());
        if let (Some(old), Some(new)) = (digest(&before), digest(&files)) {
            everywhere(&mut files, &old, &new);
        }
    }
    files
}

/// The files of a dossier as this repository has them.
fn raw_of(old: &str) -> Files {
    let Some(dir) = CHANGES.get_dir(format!("2026/{old}")) else { return Files::new() };
    let root = format!("2026/{old}/");
    let all = below(dir).into_iter();
    all.map(|(name, bytes)| (name.trim_start_matches(&root).to_owned(), bytes.to_vec())).collect()
}

/// The same under the number of the demonstration.
fn raw(old: &str, new: &str) -> Files {
    let own = |id: &str| if id == old { Some(new) } else { number(id) };
    raw_of(old).into_iter().map(|(name, bytes)| (name, renumbered(&bytes, &own))).collect()
}

fn number(old: &str) -> Option<&'static str> {
    NUMBERS.iter().find(|(from, _)| *from == old).map(|(_, to)| *to)
}

fn renumbered<'n>(bytes: &[u8], number: &dyn Fn(&str) -> Option<&'n str>) -> Vec<u8> {
    let id = Regex::new(r"(?i)mcm-2026-000[1-5]").expect("a pattern of this file");
    let text = String::from_utf8_lossy(bytes);
    let new = |found: &Captures<'_>| match number(&found[0].to_ascii_uppercase()) {
        Some(new) if found[0].starts_with('m') => new.to_ascii_lowercase(),
        Some(new) => new.to_owned(),
        None => found[0].to_owned(),
    };
    id.replace_all(&text, new).into_owned().into_bytes()
}

/// Replaces a digest in all files.
fn everywhere(files: &mut Files, old: &str, new: &str) {
    for bytes in files.values_mut() {
        let text = String::from_utf8_lossy(bytes);
        if old != new && text.contains(old) {
            *bytes = text.replace(old, new).into_bytes();
        }
    }
}

/// A log whose lines each name the SHA-256 of the line before.
fn chained(log: &str) -> String {
    let named = Regex::new("\"prev\":\"[0-9a-f]{64}\"").expect("a pattern of this file");
    let mut before = ContentHash::of(b"");
    let mut text = String::new();
    for line in log.lines() {
        let line = named.replace(line, format!("\"prev\":\"{before}\"")).into_owned();
        before = ContentHash::of(line.as_bytes());
        text += &line;
        text.push('\n');
    }
    text
}

/// The patches of a dossier: file, what to find, what to put there.
fn patches(change: &str) -> Vec<(String, String, String)> {
    let patches: toml::Table = PATCHES.parse().expect("the patches are TOML: a test reads them");
    let list = patches.get("patch").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let patch = |patch: &toml::Value| {
        let text = |key: &str| Some(patch.get(key)?.as_str()?.to_owned());
        let file = text("file")?.strip_prefix(change)?.strip_prefix('/')?.to_owned();
        Some((file, text("find")?, text("replace")?))
    };
    list.iter().filter_map(patch).collect()
}

/// Every file below an embedded folder: its path, and its bytes.
fn below<'d>(dir: &'d Dir<'_>) -> Vec<(String, &'d [u8])> {
    let own = dir.files().map(|file| (file.path().to_string_lossy().into_owned(), file.contents()));
    own.chain(dir.dirs().flat_map(below)).collect()
}
