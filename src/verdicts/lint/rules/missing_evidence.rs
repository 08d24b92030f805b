//! MCM511.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::{LinkTarget, Outcome, view};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM511"),
    name: "missing-evidence",
    summary: "evidence lacks {logs|monitoring data|rollback actions}",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_evidence.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (_, review) in scope.of_kind("post-mortem") {
        let Some((heading, text)) = view::section(review, "Evidence") else { continue };
        if heading.words == 0 {
            continue;
        }
        let text = text.to_lowercase();
        let links =
            review.outline.links.iter().filter(|link| {
                heading.section.start <= link.span.start && link.span.end <= heading.section.end
            });
        let attached: Vec<&str> = links
            .filter_map(|link| match facts.book.follow(review, &link.target) {
                LinkTarget::Attachment(index) => Some(facts.inputs.attachments[index].path.as_str()),
                _ => None,
            })
            .collect();
        let is_log = |path: &&&str| path.ends_with(".log.jsonl");
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let says =
            |wanted: &[&str]| wanted.iter().any(|wanted| words.iter().any(|word| word.starts_with(wanted)));
        let has_logs = attached.iter().any(|path| is_log(&path))
            || words.iter().any(|word| ["log", "logs"].contains(word));
        let has_data =
            attached.iter().any(|path| !is_log(&path)) || says(&["monitor", "reading", "dashboard"]);
        let outcome = review.text("outcome").and_then(Outcome::of_key);
        let was_rolled_back =
            matches!(outcome, Some(Outcome::RolledBack | Outcome::PartlyRolledBack | Outcome::Failed));
        let has_rollback = !was_rolled_back || says(&["rollback"]);
        let wanted = [(has_logs, "logs"), (has_data, "monitoring data"), (has_rollback, "rollback actions")];
        for (_, what) in wanted.iter().filter(|(has, _)| !has) {
            let finding = rule.finding(format!("evidence lacks {what}")).at(review.path(), heading.span);
            found.push(finding.help("link the file, or the part of the execution record that holds it"));
        }
    }
}
