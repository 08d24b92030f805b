//! Explanations in the terminal: a rule by its page, a change or document by what it lacks.

use serde::Serialize;

use super::faults::{FAULTS, Fault};
use super::progress::{self, STAGES};
use super::report::{Sources, escape};
use super::state::StateOf;
use crate::analysis::Analysis;
use crate::facts::approval::grant::Grants;
use crate::facts::book::Change;
use crate::facts::calendar::Governing;
use crate::inputs::document::Document;
use crate::inputs::profile::Profile;
use crate::text::{Position, Severity, Stage};
use crate::verdicts::gate::Grounds;
use crate::verdicts::lint::{Check, Finding, Level, RULES, Rule};

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// How pages are printed.
#[derive(Clone, Copy, Debug)]
pub struct PageOptions {
    /// Whether headings are bold.
    pub color: bool,
    /// Width of the terminal in columns.
    pub width: usize,
}

/// The rule of a code or a name, in any letter case.
pub fn rule(word: &str) -> Option<&'static Rule> {
    let is_this =
        |rule: &&&Rule| rule.code.0.eq_ignore_ascii_case(word) || rule.name.eq_ignore_ascii_case(word);
    RULES.iter().find(is_this).copied()
}

/// Every code and name of a rule and every code outside of them, for did-you-mean.
pub fn rule_words<'a>() -> impl Iterator<Item = &'a str> {
    let rules = RULES.iter().flat_map(|rule| [rule.code.0, rule.name]);
    rules.chain(FAULTS.iter().map(|fault| fault.code.0))
}

/// The rules, a line each.
pub fn rules() -> String {
    let line = |rule: &&Rule| {
        let later = if matches!(rule.check, Check::Later(_)) { " (not judged yet)" } else { "" };
        format!("{}  {:<8}{:<11}{}{later}\n", rule.code, severity(rule.severity), word(rule.stage), rule.name)
    };
    let of_fault = |fault: &Fault| format!("{:<9} {}\n", fault.code.0, fault.title.to_lowercase());
    RULES.iter().map(line).chain(FAULTS.iter().map(of_fault)).collect()
}

/// The page of a code outside of the rules.
pub fn fault_page(fault: &Fault, options: PageOptions) -> String {
    let (on, off) = if options.color { (BOLD, RESET) } else { ("", "") };
    let mut text = format!("{on}{} {}{off}\n", fault.code, fault.title.to_lowercase());
    let width = options.width.clamp(40, 100);
    wrap(fault.summary, width, &mut text);
    write_page(fault.page, options, &mut text);
    text
}

/// The page of a rule.
pub fn rule_page(rule: &Rule, options: PageOptions) -> String {
    let (on, off) = if options.color { (BOLD, RESET) } else { ("", "") };
    let mut text = format!("{on}{} {}{off}\n", rule.code, rule.name);
    let width = options.width.clamp(40, 100);
    wrap(rule.summary, width, &mut text);
    let level = |profile: Profile| match rule.levels.of(profile) {
        Level::Off => format!("off in {}", profile.name()),
        Level::Advised => format!("advised in {}", profile.name()),
        Level::Required => format!("required in {}", profile.name()),
    };
    let levels: Vec<String> = Profile::ALL.into_iter().map(level).collect();
    let facts = format!("{}, stage {}; {}", severity(rule.severity), word(rule.stage), levels.join(", "));
    text.push('\n');
    wrap(&facts, width, &mut text);
    if let Check::Later(what) = rule.check {
        wrap(&format!("This version does not judge it: it waits for {what}."), width, &mut text);
    }
    write_page(&rule.page(), options, &mut text);
    text
}

/// Markdown of a page for the terminal, without its title.
fn write_page(page: &str, options: PageOptions, text: &mut String) {
    let (on, off) = if options.color { (BOLD, RESET) } else { ("", "") };
    let width = options.width.clamp(40, 100);
    let mut paragraph = String::new();
    let mut fence: Option<&str> = None;
    // The first line is the title, which stands above already.
    for line in page.lines().skip(1) {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        if let Some(open) = fence {
            match line == open {
                true => fence = None,
                false => text.push_str(format!("    {line}").trim_end()),
            }
            text.push('\n');
        } else if ticks.len() >= 3 {
            wrap(&std::mem::take(&mut paragraph), width, text);
            let about = line[ticks.len()..].split_once(' ').map_or("", |(_, path)| path);
            text.push_str(&if about.is_empty() { String::new() } else { format!("    {about}:\n\n") });
            fence = Some(ticks);
        } else if line.is_empty() {
            wrap(&std::mem::take(&mut paragraph), width, text);
            if !text.ends_with("\n\n") {
                text.push('\n');
            }
        } else if let Some(heading) = line.strip_prefix("## ") {
            text.push_str(&format!("{on}{heading}{off}\n"));
        } else {
            let number = line.split_once(". ").map_or("", |(number, _)| number);
            let is_numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_numbered || line.starts_with("- ") || line.starts_with("| ") {
                wrap(&std::mem::take(&mut paragraph), width, text);
            }
            paragraph.push_str(line.trim_start());
            paragraph.push(' ');
        }
    }
    wrap(&paragraph, width, text);
}

/// Words in lines of a width; a word that is longer stands alone.
fn wrap(text: &str, width: usize, out: &mut String) {
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    if column > 0 {
        out.push('\n');
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "draft",
        Stage::Submission => "submission",
        Stage::Approval => "approval",
        Stage::Ready => "ready",
        Stage::Closing => "closing",
        Stage::Published => "published",
    }
}

/// What a change or a document lacks, in the order of its stages.
#[derive(Debug, Serialize)]
pub struct Needs<'a> {
    schema: u32,
    /// Its id.
    pub id: &'a str,
    title: &'a str,
    /// How far its documents have come, for a change.
    phase: Option<&'static str>,
    /// Where a change stands.
    state: Option<StateOf>,
    /// The stages of a change, then what only the published site tells.
    pub stages: Vec<StageNeeds<'a>>,
}

/// Where a change stands, judged by all that is known.
fn state_of(analysis: &Analysis, change: &Change) -> StateOf {
    let facts = &analysis.facts;
    let (grants, windows) = (Grants::of(&facts.approvals), Governing::of(facts));
    let grounds = Grounds { facts, grants: &grants, windows: &windows, findings: &analysis.findings };
    StateOf::of(grounds, change)
}

/// What is missing for one stage.
#[derive(Debug, Default, Serialize)]
pub struct StageNeeds<'a> {
    /// Schedule, Prepare, Execute, Review, Publish.
    pub name: &'static str,
    there: Vec<String>,
    /// Documents and results that are missing.
    pub missing: Vec<String>,
    /// What rules found, in the order of places.
    pub findings: Vec<Need<'a>>,
}

/// A finding that has to be mended.
#[derive(Debug, Serialize)]
pub struct Need<'a> {
    code: &'a str,
    severity: Severity,
    stage: Stage,
    due: bool,
    /// What is wrong.
    pub message: &'a str,
    path: Option<&'a str>,
    start: Option<Position>,
    help: &'a [String],
}

/// What a change lacks.
pub fn change<'a>(analysis: &'a Analysis, change: &'a Change) -> Needs<'a> {
    let book = &analysis.facts.book;
    let title = change.request.map_or("(no request)", |index| book.document(index).title());
    let files: std::collections::BTreeSet<_> = progress::files(&analysis.facts, change).collect();
    let is_own = |finding: &&Finding| {
        finding.diagnostic.location.as_ref().is_some_and(|location| files.contains(&location.path))
    };
    let mut stages = stages(analysis, analysis.findings.iter().filter(is_own));
    for (stage, progress) in stages.iter_mut().zip(progress::of(book, change)) {
        stage.there = progress.there;
        // Nothing more is expected of a change that was cancelled.
        if !change.cancelled || change.outcome.is_some() {
            stage.missing = progress.missing;
        }
    }
    Needs {
        schema: 1,
        id: &change.id,
        title,
        phase: Some(change.phase.name()),
        state: Some(state_of(analysis, change)),
        stages,
    }
}

/// What a document lacks.
pub fn document<'a>(analysis: &'a Analysis, document: &'a Document) -> Needs<'a> {
    let is_own = |finding: &&Finding| {
        finding.diagnostic.location.as_ref().is_some_and(|location| location.path == *document.path())
    };
    let stages = stages(analysis, analysis.findings.iter().filter(is_own));
    Needs { schema: 1, id: document.id.as_str(), title: document.title(), phase: None, state: None, stages }
}

fn stages<'a>(analysis: &'a Analysis, findings: impl Iterator<Item = &'a Finding>) -> Vec<StageNeeds<'a>> {
    let findings: Vec<&Finding> = findings.filter(|finding| finding.waived.is_none()).collect();
    let sources = Sources::of_analysis(analysis);
    let names = STAGES.into_iter().chain(["Publish"]);
    let mut stages: Vec<_> = names.map(|name| StageNeeds { name, ..StageNeeds::default() }).collect();
    let publish = stages.len() - 1;
    for finding in findings {
        let diagnostic = &finding.diagnostic;
        let location = diagnostic.location.as_ref();
        let place = location.and_then(|location| sources.positions(&location.path, location.span));
        stages[progress::stage_of(diagnostic.stage).unwrap_or(publish)].findings.push(Need {
            code: diagnostic.code.0,
            severity: diagnostic.severity,
            stage: diagnostic.stage,
            due: finding.is_due(),
            message: &diagnostic.message,
            path: location.map(|location| location.path.as_str()),
            start: place.map(|(start, _)| start),
            help: &diagnostic.help,
        });
    }
    for stage in &mut stages {
        stage.findings.sort_by_key(|need| (!need.due, need.stage));
    }
    stages
}

/// What is missing, for people.
pub fn needs_text(needs: &Needs<'_>, options: PageOptions) -> String {
    let (on, off) = if options.color { (BOLD, RESET) } else { ("", "") };
    let mut text = format!("{on}{}{off}  {}\n", escape::line(needs.id), escape::line(needs.title));
    if let Some(state) = &needs.state {
        text.push_str(&format!("{on}{}{off}: {}\n", state.name, state.meaning));
        for hold in &state.holds {
            text.push_str(&format!("  held by {}: {}\n", hold.code, escape::line(&hold.message)));
        }
        for mover in &state.movers {
            text.push_str(&format!("  moved on by {}\n", escape::line(mover)));
        }
        if let Some(as_of) = &state.as_of {
            text.push_str(&format!("as of {as_of}\n"));
        }
    }
    if let Some(phase) = needs.phase {
        text.push_str(&format!("its documents show: {phase}\n"));
    }
    let open = needs.stages.iter().filter(|stage| !stage.missing.is_empty() || !stage.findings.is_empty());
    let open: Vec<_> = open.collect();
    for stage in &open {
        text.push_str(&format!("\n{on}{}{off}\n", stage.name));
        for missing in &stage.missing {
            text.push_str(&format!("  missing: {}\n", escape::line(missing)));
        }
        for need in &stage.findings {
            let when = if need.due { "now" } else { word(need.stage) };
            text.push_str(&format!("  {} ({when}) {}\n", need.code, escape::line(need.message)));
            match (need.path, need.start) {
                (Some(path), Some(start)) => {
                    text.push_str(&format!("    --> {path}:{}:{}\n", start.line, start.column));
                }
                (Some(path), None) => text.push_str(&format!("    --> {path}\n")),
                (None, _) => {}
            }
            for help in need.help {
                text.push_str(&format!("    help: {}\n", escape::line(help)));
            }
        }
    }
    if open.is_empty() {
        text.push_str("\nnothing is missing\n");
    }
    text
}
