//! The repository's own book, broken on purpose: one edit a row, and exactly the codes that it must raise.
//!
//! `tests/cases/mutations/*.toml` holds the rows. A row edits the book in memory, which is then judged under
//! its own policy at a fixed moment; the codes of the findings that the unbroken book does not have are
//! compared with `codes`. Every rule that is judged has a row, so that a rule that never fires cannot hide.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::hosts::workspace::{self, HistoryOption, LoadOptions};
use mcmbook::inputs::config::Config;
use mcmbook::inputs::profile::Profile;
use mcmbook::inputs::{Attachment, Inputs, policy};
use mcmbook::memo::Memo;
use mcmbook::text::{BookPath, ContentHash, SourceFile};
use mcmbook::verdicts::lint::{Check, Finding, RULES};
use rayon::prelude::*;
use serde::Deserialize;

/// After everything that the dossiers tell, before the deadlines that are still open in them.
const AS_OF: &str = "2026-11-23T12:00:00Z";

/// The rows of one file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    row: Vec<Row>,
}

/// One way to break the book.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// What is broken, where the edit does not say it by itself.
    #[serde(default)]
    why: String,
    #[serde(flatten)]
    edit: Option<Edit>,
    /// Several edits in place of one.
    #[serde(default)]
    edits: Vec<Edit>,
    /// The codes of the findings that are new, each once.
    codes: BTreeSet<String>,
    /// Whether whoever broke it covered the tracks: chains of logs are made anew, and digests that named
    /// the edited files follow.
    #[serde(default)]
    sealed: bool,
    /// Another moment than [`AS_OF`].
    as_of: Option<String>,
}

/// One change of one file.
#[derive(Debug, Deserialize)]
struct Edit {
    /// The file, below the root of the repository.
    file: String,
    /// What is replaced.
    find: Option<String>,
    /// Which of several places, from 1; without it there must be one place.
    occurrence: Option<usize>,
    /// By what.
    replace: Option<String>,
    /// The file goes away.
    #[serde(default)]
    delete: bool,
    /// A new file, or a new text of the whole file.
    create: Option<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the book by path, as text; what is no text stays as it was loaded.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) inputs: Inputs,
    pub(crate) texts: BTreeMap<String, Arc<str>>,
}

impl Files {
    pub(crate) fn load() -> Files {
        let options = LoadOptions { dir: root(), history: HistoryOption::Unknown, ..LoadOptions::default() };
        let mut inputs = workspace::load(&options).expect("the repository is a book").inputs;
        inputs.as_of = AS_OF.parse().expect("an instant");
        let mut texts = BTreeMap::new();
        for source in &inputs.sources {
            texts.insert(source.path.as_str().to_owned(), source.text.clone());
        }
        for attachment in &inputs.attachments {
            let text = std::fs::read_to_string(root().join(attachment.path.as_str()));
            if let Ok(text) = text {
                texts.insert(attachment.path.as_str().to_owned(), text.into());
            }
        }
        let book_toml = std::fs::read_to_string(root().join("book.toml")).expect("it is text");
        texts.insert("book.toml".to_owned(), book_toml.into());
        policy_files(&root().join(policy::FOLDER), policy::FOLDER, &mut texts);
        Files { inputs, texts }
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), String> {
        let Edit { file, find, occurrence, replace, delete, create } = edit;
        if *delete {
            return self.texts.remove(file).map(|_| ()).ok_or(format!("{file}: there is no such file"));
        }
        if let Some(text) = create {
            self.texts.insert(file.clone(), text.as_str().into());
            return Ok(());
        }
        let (Some(find), Some(replace)) = (find, replace) else {
            return Err("an edit has `find` and `replace`, `delete` or `create`".to_owned());
        };
        let text = self.texts.get(file).ok_or(format!("{file}: there is no such file"))?;
        let places: Vec<usize> = text.match_indices(find.as_str()).map(|(at, _)| at).collect();
        let at = match (occurrence, places.as_slice()) {
            (None, [at]) => *at,
            (Some(nth), places) if (1..=places.len()).contains(nth) => places[nth - 1],
            _ => return Err(format!("{file}: {} places hold {find:?}", places.len())),
        };
        let edited = format!("{}{replace}{}", &text[..at], &text[at + find.len()..]);
        if *edited == **text {
            return Err(format!("{file}: the edit changes nothing"));
        }
        self.texts.insert(file.clone(), edited.into());
        Ok(())
    }

    /// Makes chains and digests fit what was edited since `before`.
    fn seal(&mut self, before: &Files) {
        let is_log = |path: &str| path.ends_with(".log.jsonl");
        let digest = |text: &str| ContentHash::of(text.as_bytes()).to_string();
        let edited = |now: &Files, logs: bool| -> Vec<(String, Arc<str>, Arc<str>)> {
            let of_kind = now.texts.iter().filter(|(path, _)| is_log(path) == logs);
            let pairs = of_kind.filter_map(|(path, text)| {
                let old = before.texts.get(path)?;
                (old != text).then(|| (path.clone(), old.clone(), text.clone()))
            });
            pairs.collect()
        };
        for (_, old, new) in edited(self, false) {
            self.rename_digest(&digest(&old), &digest(&new));
        }
        for (path, old, new) in edited(self, true) {
            let chained = rechain(&new);
            self.rename_digest(&digest(&old), &digest(&chained));
            self.texts.insert(path, chained.into());
        }
    }

    fn rename_digest(&mut self, old: &str, new: &str) {
        for text in self.texts.values_mut().filter(|text| text.contains(old)) {
            *text = text.replace(old, new).into();
        }
    }

    /// Breaks the book as a row says.
    pub(crate) fn break_by(&mut self, row: &Row) -> Result<(), String> {
        let before = self.clone();
        let edits = row.edit.iter().filter(|edit| row.edits.is_empty() || !edit.file.is_empty());
        edits.chain(&row.edits).try_for_each(|edit| self.edit(edit))?;
        if row.sealed {
            self.seal(&before);
        }
        Ok(())
    }

    /// The book that the files make now.
    pub(crate) fn inputs(&self) -> Result<Inputs, String> {
        let mut inputs = self.inputs.clone();
        let source = |path: &str, text: &Arc<str>| {
            SourceFile::new(BookPath::new(path).expect("a normal path"), text.as_bytes())
        };
        let config = Config::parse(&source("book.toml", &self.texts["book.toml"]));
        if let [fault, ..] = config.faults.as_slice() {
            return Err(format!("book.toml: {}", fault.message));
        }
        inputs.config = Arc::new(config.config);
        let src = inputs.config.book.src.clone();
        let below =
            |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let of_policy = self.texts.iter().filter(|(path, _)| below(path, policy::FOLDER));
        let of_policy: Vec<SourceFile> = of_policy.map(|(path, text)| source(path, text)).collect();
        let parsed = policy::parse(&of_policy, Some(Profile::Regulated));
        if let [fault, ..] = parsed.faults.as_slice() {
            return Err(format!("the policy: {}", fault.message));
        }
        inputs.policy = Arc::new(parsed.policy);
        let of_book = || self.texts.iter().filter(|(path, _)| below(path, src.as_str()));
        let is_document = |path: &str| path.ends_with(".md");
        inputs.sources = of_book().filter(|(path, _)| is_document(path)).map(|(p, t)| source(p, t)).collect();
        let no_text = |attachment: &&Attachment| !self.texts.contains_key(attachment.path.as_str());
        let deleted = |path: &BookPath| {
            self.inputs.attachments.iter().any(|known| {
                known.path == *path && std::fs::read_to_string(root().join(path.as_str())).is_ok()
            })
        };
        let mut attachments: Vec<Attachment> =
            self.inputs.attachments.iter().filter(no_text).cloned().collect();
        attachments.retain(|attachment| !deleted(&attachment.path));
        attachments.extend(of_book().filter(|(path, _)| !is_document(path)).map(|(path, text)| {
            let file = source(path, text);
            Attachment {
                path: file.path.clone(),
                hash: ContentHash::of(text.as_bytes()),
                size: text.len() as u64,
                text: (path.ends_with(".log.jsonl") || path.ends_with(".ics")).then_some(file),
            }
        }));
        attachments.sort_by(|a, b| a.path.cmp(&b.path));
        inputs.attachments = attachments;
        Ok(inputs)
    }
}

/// A log with its lines numbered and chained anew; a line that was emptied is gone.
fn rechain(log: &str) -> String {
    let lines: Vec<BTreeMap<String, serde_json::Value>> = log
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let places: BTreeMap<u64, usize> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((line.get("seq")?.as_u64()?, at))).collect();
    let mut previous = ContentHash::of(b"");
    let mut text = String::new();
    for (seq, mut line) in lines.into_iter().enumerate() {
        let witnessed = line.get("of_seq").and_then(serde_json::Value::as_u64);
        if let Some(place) = witnessed.and_then(|of| places.get(&of)) {
            line.insert("of_seq".to_owned(), (*place).into());
        }
        line.insert("seq".to_owned(), seq.into());
        line.insert("prev".to_owned(), previous.to_string().into());
        let written = serde_json::to_string(&line).expect("what was read can be written");
        previous = ContentHash::of(written.as_bytes());
        text += &written;
        text.push('\n');
    }
    text
}

fn policy_files(folder: &Path, below: &str, texts: &mut BTreeMap<String, Arc<str>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let name = format!("{below}/{}", path.file_name().expect("an entry has a name").to_string_lossy());
        if path.is_dir() {
            policy_files(&path, &name, texts);
        } else {
            texts.insert(name, std::fs::read_to_string(&path).expect("a policy is text").into());
        }
    }
}

/// What a finding is, wherever its line has moved.
fn identities(analysis: &Analysis) -> BTreeMap<(String, String, String), usize> {
    let mut found = BTreeMap::new();
    for finding in analysis.findings.iter().filter(|finding| finding.waived.is_none()) {
        let diagnostic = &finding.diagnostic;
        let path = diagnostic.location.as_ref().map_or("", |location| location.path.as_str());
        let identity = (diagnostic.code.0.to_owned(), path.to_owned(), diagnostic.message.clone());
        *found.entry(identity).or_default() += 1;
    }
    found
}

pub(crate) fn rows() -> Vec<(String, Row)> {
    let folder = root().join("tests/cases/mutations");
    let entries = std::fs::read_dir(&folder).expect("the rows are there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).expect("rows are text");
        let rows: Rows = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        rows.row.into_iter().enumerate().map(move |(index, row)| (format!("{name}, row {}", index + 1), row))
    };
    files.into_iter().flat_map(read).collect()
}

#[test]
fn the_own_book_is_clean_under_its_policy() {
    let files = Files::load();
    let analysis = analyze(Arc::new(files.inputs().expect("the book loads")), &Memo::default());
    let blocking: Vec<&Finding> = analysis.findings.iter().filter(|finding| finding.is_blocking()).collect();
    assert!(blocking.is_empty(), "{blocking:#?}");
}

#[test]
fn every_break_is_found_and_nothing_else() {
    let files = Files::load();
    let memo = Memo::default();
    let unbroken = identities(&analyze(Arc::new(files.inputs().expect("the book loads")), &memo));
    let judge = |(name, row): &(String, Row)| {
        let mut broken = files.clone();
        let edited = broken.break_by(row);
        let inputs = match edited.and_then(|()| broken.inputs()) {
            Ok(inputs) => inputs,
            Err(why) => return Some(format!("{name}: {why}")),
        };
        let as_of = row.as_of.as_deref().unwrap_or(AS_OF).parse().expect("as_of is an instant");
        let found = identities(&analyze(Arc::new(Inputs { as_of, ..inputs }), &memo));
        let is_new = |(identity, count): &(&(String, String, String), &usize)| {
            unbroken.get(*identity).is_none_or(|known| known < *count)
        };
        let new: Vec<&(String, String, String)> = found.iter().filter(is_new).map(|(id, _)| id).collect();
        let codes: BTreeSet<String> = new.iter().map(|(code, _, _)| code.clone()).collect();
        (codes != row.codes).then(|| {
            let list: Vec<String> =
                new.iter().map(|(code, path, text)| format!("    {code} {path}: {text}")).collect();
            let why = if row.why.is_empty() { String::new() } else { format!(" ({})", row.why) };
            format!("{name}{why}: wanted {:?}, found\n{}", row.codes, list.join("\n"))
        })
    };
    let wrong: Vec<String> = rows().par_iter().filter_map(judge).collect();
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_judged_rule_has_a_row() {
    let named: BTreeSet<String> = rows().into_iter().flat_map(|(_, row)| row.codes).collect();
    let judged = RULES.iter().filter(|rule| !matches!(rule.check, Check::Later(_) | Check::Ledger(_)));
    let without: Vec<&str> = judged.map(|rule| rule.code.0).filter(|code| !named.contains(*code)).collect();
    assert!(without.is_empty(), "no row expects {without:?}");
    assert!(rows().len() >= 150, "{} rows", rows().len());
}
