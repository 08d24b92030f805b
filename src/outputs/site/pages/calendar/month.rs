//! One month as a grid of days, with the same in a list beneath.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::Serialize;

use super::super::super::chip::Chip;
use super::super::super::page::{Crumb, Draft, Rendered, render};
use super::super::super::{Site, ThemeError};
use super::{Calendar, Common, MOST_ROWS, Row, head, page_of, title_of};

/// Lines of one day; the list beneath has all.
const MOST_IN_DAY: usize = 5;

#[derive(Serialize)]
struct View {
    common: Common,
    weeks: Vec<Vec<Day>>,
    rows: Vec<Row>,
    more: usize,
    previous: Option<Crumb>,
    next: Option<Crumb>,
    /// Whether occurrences of windows are known for all of it.
    is_known: bool,
}

#[derive(Serialize)]
struct Day {
    number: i8,
    date: String,
    /// `Friday 27 November`.
    title: String,
    is_other_month: bool,
    is_today: bool,
    lines: Vec<Line>,
    more: usize,
}

/// What touches a day.
#[derive(Clone, Serialize)]
struct Line {
    chip: Chip,
    text: String,
    href: Option<String>,
    /// `02:00 – 06:00`, `from 18:00`, `until 06:00`, or `all day`.
    hours: String,
}

pub(super) fn page(site: &Site<'_>, calendar: &Calendar, month: Date) -> Result<Rendered, ThemeError> {
    let page = page_of(month);
    let today = calendar.today(site);
    let next_month = month.checked_add(1.months()).unwrap_or(month);
    let (from, to) = (calendar.midnight(month), calendar.midnight(next_month));
    let mut rows = calendar.rows(site, from, to);
    let back = i64::from(month.weekday().since(Weekday::Monday));
    let first = month.checked_sub(back.days()).unwrap_or(month);
    let mut weeks = Vec::new();
    let mut day = first;
    while day < next_month {
        let mut week = Vec::new();
        for _ in 0..7 {
            week.push(of_day(calendar, &rows, day, (month, today)));
            day = day.checked_add(1.days()).unwrap_or(next_month);
        }
        weeks.push(week);
        if day == first {
            break;
        }
    }
    let at = calendar.months.iter().position(|known| *known == month);
    let link = |at: Option<usize>| {
        let month = calendar.months.get(at?)?;
        let title = month.strftime("%B %Y").to_string();
        Some(Crumb { title, href: super::href(&page_of(*month)) })
    };
    let more = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    let horizon = site.governing.horizon;
    let view = View {
        common: calendar.common(site, &page),
        weeks,
        rows,
        more,
        previous: link(at.and_then(|at| at.checked_sub(1))),
        next: link(at.map(|at| at + 1)),
        is_known: horizon.0 <= from && to <= horizon.1,
    };
    let head = head(title_of(month), &page);
    render(site, Draft { template: "calendar-month.html", head, view, bodies: Vec::new() })
}

fn of_day(calendar: &Calendar, rows: &[Row], date: Date, (month, today): (Date, Option<Date>)) -> Day {
    let is_other_month = date.month() != month.month();
    let next = date.checked_add(1.days()).unwrap_or(date);
    let (start, end) = (calendar.midnight(date), calendar.midnight(next));
    let line = |row: &Row| {
        let clock = |at: jiff::Timestamp| at.to_zoned(calendar.zone.clone()).strftime("%H:%M").to_string();
        let hours = match (row.from <= start, end <= row.to) {
            (true, true) => "all day".to_owned(),
            (true, false) => format!("until {}", clock(row.to)),
            (false, true) => format!("from {}", clock(row.from)),
            (false, false) => format!("{} – {}", clock(row.from), clock(row.to)),
        };
        Line { chip: row.chip.clone(), text: row.title.clone(), href: row.href.clone(), hours }
    };
    let touching = rows.iter().filter(|row| !is_other_month && row.from < end && start < row.to);
    // Slots are what is looked for: where there is no room for all, they stay.
    let mut touching: Vec<&Row> = touching.collect();
    touching.sort_by_key(|row| row.sort != "slot");
    Day {
        number: date.day(),
        date: date.to_string(),
        title: date.strftime("%A %-d %B").to_string(),
        is_other_month,
        is_today: today == Some(date),
        more: touching.len().saturating_sub(MOST_IN_DAY),
        lines: touching.into_iter().take(MOST_IN_DAY).map(line).collect(),
    }
}
