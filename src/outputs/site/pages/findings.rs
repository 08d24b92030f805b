//! Findings as pages show them.

use serde::Serialize;

use super::super::Site;
use super::super::chip::{self, Chip};
use super::super::page::href;
use crate::text::{BookPath, Stage};
use crate::verdicts::lint::{Finding, RULES};

/// A finding in one row.
#[derive(Clone, Debug, Serialize)]
pub(in super::super) struct FindingView {
    pub(in super::super) code: &'static str,
    /// The page of the rule, from the root of the site.
    pub(in super::super) rule: Option<String>,
    severity: Chip,
    message: String,
    help: Vec<String>,
    /// `request.md:12:3`.
    place: String,
    /// Whether it counts where the document stands.
    pub(in super::super) due: bool,
    /// Before which step it must be mended.
    before: &'static str,
    #[serde(skip)]
    pub(in super::super) stage: Stage,
}

/// The findings in these files, in their order.
pub(in super::super) fn of<'p>(
    site: &Site<'_>,
    paths: impl IntoIterator<Item = &'p BookPath>,
) -> Vec<FindingView> {
    let found = paths.into_iter().filter_map(|path| site.findings.get(path));
    found.flatten().map(|finding| view(site, finding)).collect()
}

fn view(site: &Site<'_>, finding: &Finding) -> FindingView {
    let diagnostic = &finding.diagnostic;
    let code = diagnostic.code.0;
    let location = diagnostic.location.as_ref();
    let place = location.map(|location| {
        let name = location.path.file_name();
        match site.sources.positions(&location.path, location.span) {
            Some((start, _)) => format!("{name}:{}:{}", start.line, start.column),
            None => name.to_owned(),
        }
    });
    FindingView {
        code,
        rule: RULES.iter().any(|rule| rule.code.0 == code).then(|| href(&format!("rules/{code}/index.html"))),
        severity: chip::of_severity(diagnostic.severity),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        place: place.unwrap_or_default(),
        due: finding.is_due(),
        before: diagnostic.stage.name(),
        stage: diagnostic.stage,
    }
}
