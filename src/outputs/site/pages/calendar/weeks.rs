//! The first page of the calendar: what is in force, the coming weeks day by day, and what collides.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;

use super::super::super::page::{Draft, Rendered, render};
use super::super::super::{Site, ThemeError};
use super::{Calendar, Common, MOST_ROWS, Meeting, Row, head};
use crate::facts::collision::{self, Experience};
use crate::outputs::site::force::{self, ForceView};

/// Weeks that are shown, with the present one.
const WEEKS: i32 = 6;

/// Collisions that are shown.
const MOST_MEETINGS: usize = 50;

#[derive(Serialize)]
struct View {
    common: Common,
    force: ForceView,
    weeks: Vec<Week>,
    /// Rows that found no room.
    more: usize,
    meetings: Vec<Meeting>,
    more_meetings: usize,
    /// What accepting has led to so far, in a sentence; nothing while nobody has accepted any.
    experience: Option<String>,
}

#[derive(Serialize)]
struct Week {
    /// `Week 48: 23 to 29 Nov 2026`.
    title: String,
    anchor: String,
    /// What began before the week and goes on through all of it.
    through: Vec<Row>,
    /// The days on which something begins or ends.
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    title: String,
    date: String,
    is_today: bool,
    begins: Vec<Row>,
    ends: Vec<Row>,
}

pub(super) fn page(site: &Site<'_>, calendar: &Calendar) -> Result<Rendered, ThemeError> {
    let page = "calendar/index.html";
    let today = calendar.today(site);
    let mut room = MOST_ROWS;
    let mut more = 0;
    let mut weeks = Vec::new();
    if let Some(today) = today {
        let back = i64::from(today.weekday().since(Weekday::Monday));
        let monday = today.checked_sub(back.days()).unwrap_or(today);
        for number in 0..WEEKS {
            let Ok(first) = monday.checked_add(number.weeks()) else { break };
            weeks.push(week(site, calendar, (first, today), &mut room, &mut more));
        }
    }
    let mut meetings = calendar.meetings(site);
    let more_meetings = meetings.len().saturating_sub(MOST_MEETINGS);
    meetings.truncate(MOST_MEETINGS);
    let force = force::view(site, usize::MAX);
    let experience = told(collision::experience(&site.analysis.facts));
    let common = calendar.common(site, page);
    let view = View { common, force, weeks, more, meetings, more_meetings, experience };
    let head = head("Calendar".to_owned(), page);
    render(site, Draft { template: "calendar.html", head, view, bodies: Vec::new() })
}

fn week(
    site: &Site<'_>,
    calendar: &Calendar,
    (monday, today): (Date, Date),
    room: &mut usize,
    more: &mut usize,
) -> Week {
    let day_after = |by: i32| monday.checked_add(by.days()).unwrap_or(monday);
    let (from, to) = (calendar.midnight(monday), calendar.midnight(day_after(7)));
    let mut rows = calendar.rows(site, from, to);
    if rows.len() > *room {
        *more += rows.len() - *room;
        rows.truncate(*room);
    }
    *room -= rows.len();
    let through = rows.iter().filter(|row| row.from < from && to < row.to).cloned().collect();
    let days = (0..7).filter_map(|by| {
        let date = day_after(by);
        let (start, end) = (calendar.midnight(date), calendar.midnight(day_after(by + 1)));
        let is_in = |at: Timestamp| start <= at && at < end;
        let begins: Vec<Row> = rows.iter().filter(|row| is_in(row.from)).cloned().collect();
        // What begins and ends on one day is told once.
        let ends: Vec<Row> = rows.iter().filter(|row| is_in(row.to) && !is_in(row.from)).cloned().collect();
        let is_today = date == today;
        let day = Day {
            title: date.strftime("%A %-d %B").to_string(),
            date: date.to_string(),
            is_today,
            begins,
            ends,
        };
        (is_today || !day.begins.is_empty() || !day.ends.is_empty()).then_some(day)
    });
    let last = day_after(6);
    let first = if monday.month() == last.month() { "%-d" } else { "%-d %b" };
    Week {
        title: format!(
            "Week {}: {} to {}",
            monday.iso_week_date().week(),
            monday.strftime(first),
            last.strftime("%-d %b %Y")
        ),
        anchor: format!("week-{}", monday.strftime("%G-%V")),
        through,
        days: days.collect(),
    }
}

/// How many meetings were accepted, and how many of them ended badly.
fn told(experience: Experience) -> Option<String> {
    let meetings = match experience.accepted {
        0 => return None,
        1 => "One meeting has been accepted so far".to_owned(),
        accepted => format!("{accepted} meetings have been accepted so far"),
    };
    let led = match experience.troubled {
        0 => "none of their changes was rolled back or failed".to_owned(),
        troubled => format!("in {troubled} of them one of the two changes was rolled back or failed"),
    };
    Some(format!("{meetings}; {led}."))
}
