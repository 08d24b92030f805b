//! MCM023.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::Oddity;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM023"),
    name: "look-alike-name",
    summary: "name `{name}` looks like {other}",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("look_alike_name.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let file_span = Span::at(0);
    for odd in facts.book.odd_names() {
        let name = odd.path.file_name();
        let tell = |message: String| rule.finding(message).at(&odd.file, file_span);
        found.push(match &odd.oddity {
            Oddity::Twin { path, file } => {
                let finding = tell(format!("name `{name}` looks like `{}` beside it", path.file_name()));
                let finding = finding.related(file, file_span, "the other one");
                finding.help("rename one of them, so that nobody can mistake it for the other")
            }
            Oddity::StrangeLetter { letter, like } => {
                let code = *letter as u32;
                let finding = tell(format!(
                    "name `{name}` has a letter U+{code:04X} of another script that looks like `{like}`"
                ));
                finding.help(format!("rename it with `{like}`, or write the whole word in one script"))
            }
            Oddity::Invisible(what) => {
                tell(format!("name `{name}` has a character that is not seen: {what}"))
                    .help("rename it without the character")
            }
        });
    }
}
