//! Runs the examples of every rule page.
//!
//! A page is a literate test. A fenced block whose info string names a file (`md content/a.md`,
//! `toml book.toml`, `text content/a.log`) puts that file into a book in memory; with the word `escaped`
//! behind the path, `\r`, `\n`, `\t` and `\u{...}` in it stand for those characters. A `console` block ends the case: it holds the findings
//! of the page's rule, a line each as `check --format short` prints them, and nothing for a good example.

use std::sync::Arc;

use super::{Check, Finding, RULES, Rule};
use crate::analysis::analyze;
use crate::inputs::config::Config;
use crate::inputs::history::History;
use crate::inputs::profile::Profile;
use crate::inputs::{Attachment, Inputs, policy};
use crate::memo::Memo;
use crate::outputs::report;
use crate::text::{BookPath, ContentHash, SourceFile};

/// The moment of the examples; a block `text as-of` sets another.
const AS_OF: &str = "2026-06-01T12:00:00Z";

/// One example of a page.
struct Case {
    line: usize,
    files: Vec<(BookPath, String)>,
    expected: String,
}

#[test]
fn every_page_tells_the_truth() {
    let mut wrong = Vec::new();
    for rule in RULES {
        for case in cases(rule.docs) {
            let found = findings(rule, &case);
            if found != case.expected {
                wrong.push(format!(
                    "{} ({}), example that ends at line {} of its page\n--- expected\n{}--- found\n{found}",
                    rule.code, rule.name, case.line, case.expected
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_has_its_parts_and_a_bad_and_a_good_example() {
    for rule in RULES {
        let headings: Vec<&str> = rule.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let wanted = ["What it does", "Why", "Example", "How to fix"];
        let in_order = wanted.iter().map(|part| headings.iter().position(|heading| heading == part));
        let places: Vec<usize> = in_order.flatten().collect();
        assert!(
            places.len() == 4 && places.is_sorted(),
            "{}: the page lacks a part: {headings:?}",
            rule.code
        );
        let cases = cases(rule.docs);
        if matches!(rule.check, Check::Later(_) | Check::Ledger(_)) {
            continue;
        }
        assert!(cases.iter().any(|case| !case.expected.is_empty()), "{}: no bad example", rule.code);
        assert!(cases.iter().any(|case| case.expected.is_empty()), "{}: no good example", rule.code);
    }
}

#[test]
fn codes_and_names_are_unique_and_sorted() {
    assert!(RULES.is_sorted_by(|a, b| a.code < b.code), "the list is sorted by code, without duplicates");
    let names: std::collections::BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len(), "two rules share a name");
    for rule in RULES {
        let is_kebab = rule.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(is_kebab, "{}: the name is lower-case words with hyphens", rule.name);
    }
}

fn findings(rule: &Rule, case: &Case) -> String {
    let analysis = analyze(Arc::new(inputs(case)), &Memo::default());
    let own: Vec<_> =
        analysis.findings.iter().filter(|finding| finding.diagnostic.code == rule.code).cloned().collect();
    report::short(&own, &report::Sources::of_analysis(&analysis))
}

/// The book that the files of an example make.
fn inputs(case: &Case) -> Inputs {
    let config = case.files.iter().find(|(path, _)| path.as_str() == "book.toml");
    let config_path = BookPath::new("book.toml").expect("a file name is a normal path");
    let config_text = config.map_or(String::new(), |(_, text)| text.clone());
    let parsed = Config::parse(&SourceFile::new(config_path, config_text.into_bytes()));
    assert_eq!(parsed.faults, [], "the example's book.toml");
    let (mut sources, mut attachments, mut policy_files) = (Vec::new(), Vec::new(), Vec::new());
    for (path, text) in &case.files {
        let file = SourceFile::new(path.clone(), text.clone().into_bytes());
        if path.below(policy::FOLDER).is_some() {
            policy_files.push(file);
        } else if path.extension() == "md" {
            sources.push(file);
        } else if !["book.toml", "as-of"].contains(&path.as_str()) {
            let hash = ContentHash::of(text.as_bytes());
            attachments.push(Attachment {
                path: path.clone(),
                hash,
                size: text.len() as u64,
                text: Some(file),
            });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    attachments.sort_by(|a, b| a.path.cmp(&b.path));
    let history = Arc::new(History::unknown("an example"));
    // Every rule is judged in the examples, whatever profile asks for it, unless an example names one.
    let of_file = policy_files.iter().any(|file| file.text.contains("profile ="));
    let profile = (!of_file).then_some(Profile::Regulated);
    let policy = policy::parse(&policy_files, profile);
    assert_eq!(policy.faults, [], "the example's policy");
    let as_of = case.files.iter().find(|(path, _)| path.as_str() == "as-of");
    let as_of = as_of.map_or(AS_OF, |(_, text)| text.trim());
    Inputs {
        config: Arc::new(parsed.config),
        policy: Arc::new(policy.policy),
        as_of: as_of.parse().expect("as-of is an instant"),
        sources,
        attachments,
        history,
        faults: Vec::new(),
    }
}

fn cases(page: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut files = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            continue;
        }
        let fence = &line[..ticks];
        let block = lines.by_ref().take_while(|(_, line)| *line != fence);
        let (end, text) =
            block.fold((0, String::new()), |(_, text), (at, line)| (at + 2, text + line + "\n"));
        let mut words = line[ticks..].split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("console"), None, None) => {
                cases.push(Case { line: end, files: std::mem::take(&mut files), expected: text });
            }
            (Some(_), Some(path), escaped) => {
                let path = BookPath::new(path).expect("an example names a normal path");
                let text = if escaped == Some("escaped") { unescape(&text) } else { text };
                files.push((path, text));
            }
            _ => {}
        }
    }
    assert!(files.is_empty(), "an example without a console block");
    cases
}

/// Line breaks of an escaped block are left out: it writes its own.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\n']) {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('\n') {
            rest = after;
            continue;
        }
        rest = &after[1..];
        match after.as_bytes()[0] {
            b'r' => plain.push('\r'),
            b'n' => plain.push('\n'),
            b't' => plain.push('\t'),
            b'u' => {
                let (digits, behind) = rest[1..].split_once('}').expect("an escape ends with a brace");
                let code = u32::from_str_radix(digits, 16).expect("an escape is hexadecimal");
                plain.push(char::from_u32(code).expect("an escape names a character"));
                rest = behind;
            }
            other => panic!("unknown escape \\{}", other as char),
        }
    }
    plain + rest
}

mod tests;
/// The waiver that the page of a rule shows, at every place.
fn waiver_for(rule: &Rule) -> String {
    let page = rule.page();
    let shown = page.rsplit_once("```toml policy/policy.toml\n").and_then(|(_, rest)| rest.split_once("```"));
    let (shown, _) = shown.unwrap_or_else(|| panic!("{}: the page shows no waiver", rule.code));
    let place = shown.lines().find(|line| line.starts_with("where = ")).expect("a waiver has a place");
    format!("\n{}", shown.replace(place, "where = \"*\""))
}

#[test]
fn every_page_says_how_to_waive_and_where() {
    for rule in RULES {
        let page = rule.page();
        let (_, how) = page.split_once("\n## How to waive\n").expect("every page has the part");
        match rule.check {
            Check::Later(_) => assert!(how.contains("nothing to waive"), "{}: {how}", rule.code),
            _ => assert!(how.contains(&format!("rule = \"{}\"", rule.code)), "{}: {how}", rule.code),
        }
    }
    let page = |code: &str| RULES.iter().find(|rule| rule.code.0 == code).expect("a rule").page();
    assert!(page("MCM019").contains("starter and standard the table may stand in `book.toml`"));
    assert!(page("MCM007").contains("In `book.toml` the table does not count."));
    assert!(page("MCM104").contains("starter and standard"), "it belongs to submission");
    assert!(page("MCM801").contains("A waiver is no signature") && !page("MCM019").contains("no signature"));
}

/// The first bad example of a rule, with a waiver for it at the end of one of its files.
fn waived(rule: &Rule, file: &str) -> Option<(Vec<Finding>, Case)> {
    let mut case = cases(rule.docs).into_iter().find(|case| !case.expected.is_empty())?;
    match case.files.iter_mut().find(|(path, _)| path.as_str() == file) {
        Some((_, text)) => text.push_str(&waiver_for(rule)),
        None => case.files.push((BookPath::new(file).expect("a normal path"), waiver_for(rule))),
    }
    let analysis = analyze(Arc::new(inputs(&case)), &Memo::default());
    let own = analysis.findings.into_iter().filter(|finding| finding.diagnostic.code == rule.code);
    Some((own.collect(), case))
}

#[test]
fn every_judged_rule_can_be_waived_in_the_policy_and_none_in_book_toml_under_regulated() {
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, Check::Later(_) | Check::Ledger(_))) {
        let (found, case) = waived(rule, "policy/policy.toml").expect("a judged rule has a bad example");
        // A policy where there was none adopts one: what is judged with a roster alone is more then.
        assert!(!found.is_empty(), "{}: the waiver hid the finding", rule.code);
        let of_example = found.iter().filter(|finding| finding.waived.is_none()).count();
        assert_eq!(of_example, 0, "{}, example of line {}: {found:#?}", rule.code, case.line);
        assert!(found.iter().all(|finding| !finding.is_blocking()), "{}", rule.code);

        let (found, _) = waived(rule, "book.toml").expect("a judged rule has a bad example");
        let regulated = case.files.iter().all(|(_, text)| !text.contains("profile ="));
        let passes = found.iter().any(|finding| finding.waived.is_some());
        assert!(!(regulated && passes), "{}: a waiver in book.toml counts under regulated", rule.code);
    }
}
