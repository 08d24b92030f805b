//! Findings that somebody answers for.

use super::escape::line;
use crate::inputs::policy::Waiver;
use crate::text::BookPath;
use crate::verdicts::lint::Finding;

/// What is let pass, file by file, each with who answers for it, until when and why.
pub(super) fn listed<'a>(findings: impl Iterator<Item = &'a Finding>, waivers: &[Waiver]) -> String {
    let mut text = String::new();
    let mut last: Option<Option<&BookPath>> = None;
    for finding in findings {
        let Some(waiver) = finding.waived.and_then(|index| waivers.get(index)) else { continue };
        let path = finding.diagnostic.path();
        if last != Some(path) {
            text.push_str(&format!("waived: {}:\n", path.map_or("the book", BookPath::as_str)));
            last = Some(path);
        }
        let message = line(&finding.diagnostic.message);
        let waiver = line(&waiver.to_string());
        text.push_str(&format!("  {} {message}\n    {waiver}\n", finding.diagnostic.code));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
