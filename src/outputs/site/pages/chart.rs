//! The plan of a runbook as a chart: bars in time, the longest way, slack, where going back ends, and what the
//! plan has to fit into. The same stands in a table beneath, for whoever does not see it.
//!
//! The drawing has no colours, fonts or sizes of letters of its own: its classes get them from the theme, so
//! that it is read in the dark and on paper, and no style is written into the page.

mod draw;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::super::address::encode;
use super::super::body::Body;
use super::super::{Site, when};
use super::runbook;
use crate::facts::book::Change;
use crate::facts::calendar::Effect;
use crate::facts::plan::{Frame, Plan};
use crate::inputs::document::Document;
use crate::inputs::document::steps::{Step, StepKind};
use crate::text::{ContentHash, counted};

/// A chart of more bars is not read by anybody, and would make the page heavy.
const MOST_BARS: usize = 120;

/// So many steps are named in a sentence that says what is missing.
const NAMED: usize = 4;

/// The chart of a plan, its table, and what both say in words.
#[derive(Serialize)]
pub(in super::super) struct ChartView {
    /// Index of the drawing among the bodies; nothing where there is none.
    drawing: Option<usize>,
    /// Why there is no drawing.
    why_not: Option<String>,
    /// What the chart shows beside the steps, one sentence each.
    notes: Vec<String>,
    rows: Vec<RowView>,
    /// Whether times are of a slot, or count from the start.
    is_timed: bool,
    /// Zone of the local times.
    zone: String,
}

#[derive(Serialize)]
struct RowView {
    kind: StepKind,
    label: String,
    title: String,
    href: String,
    /// `02:40`, or `+40 min` without a slot.
    begin: String,
    end: String,
    /// Begin and end in UTC; empty without a slot.
    utc: String,
    /// `15 min`, or `none` on the longest way.
    slack: String,
    /// How long going back takes from here, and until when that ends.
    back: String,
    is_critical: bool,
}

/// Something that stands across all bars: an edge of the slot or of a window, a deadline.
struct Mark {
    /// Seconds from the start of the plan.
    at: i64,
    class: &'static str,
    label: String,
}

/// What a runbook's chart is made of.
struct Chart<'a> {
    plan: &'a Plan,
    steps: &'a [Step],
    slack: Vec<Option<u64>>,
    /// The slot; nothing where the request gives none.
    frame: Option<Frame<'a>>,
    marks: Vec<Mark>,
}

/// The chart of a runbook of a change, or of a plan without a slot; nothing for a document without steps.
pub(in super::super) fn of(
    site: &Site<'_>,
    index: usize,
    change: Option<&Change>,
    bodies: &mut Vec<Body>,
) -> Option<ChartView> {
    let facts = &site.analysis.facts;
    let document: &Document = facts.book.document(index);
    let plan = facts.plans.get(&index).filter(|plan| !plan.nodes.is_empty())?;
    let prefix = &site.addresses.place(index).prefix;
    let mut view = ChartView {
        drawing: None,
        why_not: why_not(plan, &document.steps),
        notes: Vec::new(),
        rows: Vec::new(),
        is_timed: false,
        zone: String::new(),
    };
    if view.why_not.is_some() {
        return Some(view);
    }
    let mut chart = Chart {
        plan,
        steps: &document.steps,
        slack: plan.slack(),
        frame: change.and_then(|change| Frame::of(facts, change)),
        marks: Vec::new(),
    };
    chart.see(site, change, &mut view.notes);
    view.is_timed = chart.frame.is_some();
    view.zone = chart.frame.as_ref().map(|frame| zone_name(&frame.slot.zone)).unwrap_or_default();
    view.rows = (0..plan.nodes.len()).map(|at| chart.row(at, prefix)).collect();
    let html = draw::svg(&chart, &format!("{prefix}plan-chart"));
    let key = site.memo.key(|| ContentHash::of(html.as_bytes()));
    bodies.push(Body { key, html: html.into() });
    view.drawing = Some(bodies.len() - 1);
    Some(view)
}

/// Why a plan has no chart, in a sentence.
fn why_not(plan: &Plan, steps: &[Step]) -> Option<String> {
    let name = |at: &usize| runbook::name_of(&steps[plan.nodes[*at].step]);
    let list = |nodes: &[usize]| {
        let mut text = nodes.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ");
        if nodes.len() > NAMED {
            text.push_str(&format!(" and {} more", nodes.len() - NAMED));
        }
        text
    };
    if !plan.cycle.is_empty() {
        let verb = if plan.cycle.len() == 1 { "waits for itself" } else { "wait for each other" };
        return Some(format!("There is no chart: {} {verb}.", list(&plan.cycle)));
    }
    if let Some((node, written, _)) = plan.unknown.first() {
        return Some(format!(
            "There is no chart: {} follows “{written}”, which the runbook does not have.",
            name(node)
        ));
    }
    if plan.length.is_none() {
        let is_bare = |at: &usize| steps[plan.nodes[*at].step].estimate.is_none();
        let bare: Vec<usize> = (0..plan.nodes.len()).filter(is_bare).collect();
        let verb = if bare.len() == 1 { "has" } else { "have" };
        return Some(format!("There is no chart: {} {verb} no estimate that can be read.", list(&bare)));
    }
    (plan.nodes.len() > MOST_BARS).then(|| {
        let steps = counted(plan.nodes.len(), "step");
        format!("There is no chart: with {steps} none would be legible. The tables have them all.")
    })
}

impl Chart<'_> {
    /// Fills the marks, and what there is to say of them.
    fn see(&mut self, site: &Site<'_>, change: Option<&Change>, notes: &mut Vec<String>) {
        let length = self.plan.length.unwrap_or(0);
        let critical = self.plan.critical.len();
        notes.push(match critical == self.plan.nodes.len() {
            true => format!("The plan takes {}; every step waits for the one before.", words(length)),
            false => format!(
                "The plan takes {}; the longest way has {} of {}.",
                words(length),
                critical,
                counted(self.plan.nodes.len(), "step")
            ),
        });
        // The point of no return is the node whose end cannot be undone; going back is over once it begins.
        let returns = self.plan.nodes.iter().filter(|node| node.is_point_of_no_return);
        if let Some(node) = returns.max_by_key(|node| node.begin) {
            let at = node.begin.unwrap_or(0);
            let name = runbook::name_of(&self.steps[node.step]);
            notes.push(format!("No way back once {name} has begun ({}).", self.clock(at)));
            self.marks.push(Mark { at: signed(at), class: "chart-no-return", label: "no return".to_owned() });
        }
        let Some(frame) = &self.frame else {
            notes.push(match change.is_some() {
                true => "The request gives no slot: times count from the start.".to_owned(),
                false => "Times count from the start.".to_owned(),
            });
            return;
        };
        let start = frame.slot.start.timestamp;
        let offset = |at: Timestamp| at.duration_since(start).as_secs();
        let mut marks = Vec::new();
        if let Some(deadline) = frame.deadline() {
            notes.push(format!("The last go/no-go is at {}.", both(frame, deadline)));
            marks.push(Mark { at: offset(deadline), class: "chart-deadline", label: "go/no-go".to_owned() });
        }
        let slot = frame.length();
        let end = frame.slot.end.timestamp;
        marks.push(Mark { at: signed(slot), class: "chart-slot", label: "slot ends".to_owned() });
        notes.push(match slot.checked_sub(length) {
            Some(left) => format!("The slot ends at {}, {} after the plan.", both(frame, end), words(left)),
            None => format!(
                "The slot ends at {}, {} before the plan: it does not fit.",
                both(frame, end),
                words(length - slot)
            ),
        });
        let facts = &site.analysis.facts;
        let request = change.and_then(|change| change.request).map(|index| facts.book.document(index));
        let hits = request.map(|request| facts.schedule.hits(&facts.book, request)).unwrap_or_default();
        for hit in hits {
            let name = &hit.window.name;
            let what = match hit.window.effect {
                Effect::Freeze => "freeze",
                Effect::Restricted | Effect::Maintenance => "window",
            };
            for (at, verb) in [(hit.occurrence.start, "begins"), (hit.occurrence.end, "ends")] {
                // An edge before the start explains nothing of the plan; one far behind the slot would
                // press the bars together.
                let is_near = start < at && offset(at) <= signed(slot.max(length)) * 5 / 4;
                if is_near {
                    marks.push(Mark {
                        at: offset(at),
                        class: "chart-window",
                        label: format!("{name} {verb}"),
                    });
                }
            }
            let (begins, ends) = (both(frame, hit.occurrence.start), both(frame, hit.occurrence.end));
            notes.push(format!("The {what} {name} holds from {begins} to {ends}."));
        }
        self.marks.extend(marks);
    }

    /// A moment of the plan: of the clock, or counted from the start.
    fn clock(&self, offset: u64) -> String {
        let moment = self.frame.as_ref().and_then(|frame| Some(frame.clock(frame.moment(offset)?)));
        moment.unwrap_or_else(|| format!("+{}", words(offset)))
    }

    fn row(&self, at: usize, prefix: &str) -> RowView {
        let node = &self.plan.nodes[at];
        let step = &self.steps[node.step];
        let (begin, end) = (node.begin.unwrap_or(0), node.end.unwrap_or(0));
        let utc = self.frame.as_ref().and_then(|frame| {
            let utc = |offset: u64| Some(frame.moment(offset)?.to_zoned(TimeZone::UTC));
            Some(format!("{} – {}", utc(begin)?.strftime("%H:%M"), utc(end)?.strftime("%H:%M")))
        });
        let back = match node.rollback {
            Some(0) if !node.is_past_return => "nothing to undo".to_owned(),
            Some(length) => {
                format!("{}, until {}", words(length), self.clock(end.saturating_add(length)))
            }
            None if node.is_past_return => "no way back".to_owned(),
            None => "not known".to_owned(),
        };
        RowView {
            kind: step.kind,
            label: step.label.clone(),
            title: step.title.clone(),
            href: format!("#{prefix}{}", encode(&step.anchor)),
            begin: self.clock(begin),
            end: self.clock(end),
            utc: utc.unwrap_or_default(),
            slack: match self.slack[at] {
                Some(0) => "none".to_owned(),
                Some(slack) => words(slack),
                None => String::new(),
            },
            back,
            is_critical: self.plan.critical.contains(&at),
        }
    }
}

/// A moment in the zone of the slot with UTC beside: `Sat 21 Nov 2026, 02:40 Europe/Berlin (01:40 UTC)`.
fn both(frame: &Frame<'_>, at: Timestamp) -> String {
    when::moment(&at.to_zoned(frame.slot.zone.clone()))
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("local time").to_owned()
}

fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 8).min(i64::MAX / 8)
}

fn words(seconds: u64) -> String {
    when::in_words(SignedDuration::from_secs(signed(seconds)))
}

#[cfg(test)]
mod tests;
