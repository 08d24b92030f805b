//! CSV by RFC 4180, safe to open in a spreadsheet.

use super::Row;

const HEADER: [&str; 20] = [
    "id",
    "title",
    "class",
    "services",
    "windows",
    "slot_start",
    "slot_end",
    "zone",
    "phase",
    "outcome",
    "status",
    "state",
    "approval",
    "risk",
    "risk_band",
    "owner",
    "created",
    "page",
    "quarter",
    "approvers",
];

/// The register, a change a line, with a header.
pub(super) fn register(rows: &[Row<'_>]) -> Vec<u8> {
    let mut text = String::new();
    line(&mut text, HEADER.iter().map(|name| (*name).to_owned()));
    for row in rows {
        let option = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let cells = [
            row.id.to_owned(),
            row.title.to_owned(),
            option(row.class),
            row.services.join("; "),
            row.windows.join("; "),
            option(row.slot_start),
            option(row.slot_end),
            option(row.zone),
            row.phase.to_owned(),
            option(row.outcome),
            row.status.to_owned(),
            row.state.to_owned(),
            row.approval.to_owned(),
            row.risk.map(|risk| risk.to_string()).unwrap_or_default(),
            option(row.risk_band),
            row.owner.to_owned(),
            row.created.to_owned(),
            row.page.to_owned(),
            row.quarter.to_owned(),
            row.approvers.join("; "),
        ];
        line(&mut text, cells);
    }
    text.into_bytes()
}

fn line(text: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|value| cell(&value)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell. One that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
/// line break, also behind spaces) gets an apostrophe in front, which spreadsheets show as text.
pub(super) fn cell(value: &str) -> String {
    let begins = value.trim_start_matches(' ').chars().next();
    let is_formula =
        matches!(begins, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'));
    let value = if is_formula { format!("'{value}") } else { value.to_owned() };
    if value.contains(['"', ',', '\r', '\n', ';', '\'']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

#[cfg(test)]
mod tests;
