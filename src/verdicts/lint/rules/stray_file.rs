//! MCM022.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::config::split_change_path;
use crate::text::{BookPath, Code, Diagnostic, Severity, Span, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM022"),
    name: "stray-file",
    summary: "file in a records folder is not a known document (no .md, no kind)",
    about: "all",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("stray_file.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let src = &facts.inputs.config.book.src;
    for (_, document) in facts.book.of_kind("page").filter(|(_, document)| !document.kind_is_written) {
        let Some((_, rest)) = split_change_path(document.path(), src) else { continue };
        if rest.starts_with("files/") {
            continue;
        }
        let finding = stray(rule, document.path(), document.head_span());
        let names = [
            "request.md",
            "runbook.md",
            "rehearsal-1.md",
            "execution-1.md",
            "post-mortem.md",
            "exception.md",
        ];
        found.push(match did_you_mean(rest, names) {
            Some(guess) => finding.help(format!("did you mean `{guess}`?")),
            None => {
                finding.help("a document that is part of no kind belongs below files/, or says `kind: page`")
            }
        });
    }
    for attachment in &facts.inputs.attachments {
        if let Some(finding) = almost_document(rule, &attachment.path) {
            found.push(finding);
            continue;
        }
        let Some((_, rest)) = split_change_path(&attachment.path, src) else { continue };
        if rest.starts_with("files/") || rest.ends_with(".log.jsonl") {
            continue;
        }
        let finding = stray(rule, &attachment.path, Span::at(0));
        found.push(finding.help("attachments belong below files/ in the folder of the change"));
    }
}

/// A file that is meant as a document and copied as it is, because its ending is not `.md`.
fn almost_document(rule: &Rule, path: &BookPath) -> Option<Diagnostic> {
    let ending = path.extension();
    let is_meant = ["md", "markdown"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    is_meant.then(|| {
        let name = path.file_name();
        let message = format!("file `{name}` is not read as a document: its ending is not `.md`");
        rule.finding(message).at(path, Span::at(0)).help(format!("rename it to `{}.md`", path.stem()))
    })
}

fn stray(rule: &Rule, path: &BookPath, span: Span) -> Diagnostic {
    rule.finding(format!("file `{}` in a records folder is not a known document", path.file_name()))
        .at(path, span)
}
