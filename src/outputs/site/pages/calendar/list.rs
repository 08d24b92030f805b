//! What is ahead, in one list.

use serde::Serialize;

use super::super::super::page::{Draft, Rendered, render};
use super::super::super::{Site, ThemeError};
use super::{Calendar, Common, MONTHS_AROUND, MOST_ROWS, Row, head};
use jiff::ToSpan as _;

#[derive(Serialize)]
struct View {
    common: Common,
    rows: Vec<Row>,
    more: usize,
    until: String,
}

pub(super) fn page(site: &Site<'_>, calendar: &Calendar) -> Result<Rendered, ThemeError> {
    let page = "calendar/list/index.html";
    let as_of = site.analysis.facts.inputs.as_of;
    let last = as_of.to_zoned(calendar.zone.clone()).checked_add(MONTHS_AROUND.months());
    let to = last.map_or(jiff::Timestamp::MAX, |last| last.timestamp()).min(site.governing.horizon.1);
    // Nobody can say what is ahead of no moment.
    let is_known = site.analysis.facts.inputs.moment().is_some();
    let mut rows = if is_known { calendar.rows(site, as_of, to) } else { Vec::new() };
    let more = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    let until = to.to_zoned(calendar.zone.clone()).strftime("%a %-d %b %Y").to_string();
    let view = View { common: calendar.common(site, page), rows, more, until };
    let head = head("Calendar as a list".to_owned(), page);
    render(site, Draft { template: "calendar-list.html", head, view, bodies: Vec::new() })
}
