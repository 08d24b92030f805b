//! The drawing itself.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::{Chart, signed};
use crate::inputs::document::steps::StepKind;
use crate::outputs::site::pages::runbook;

/// All lengths in the drawing's own unit; the theme scales it to the page.
const WIDTH: i64 = 900;
/// Where the names of the steps end and time begins.
const LEFT: i64 = 262;
const RIGHT: i64 = 880;
const ROW: i64 = 22;
/// Room for the clock, and for the names of marks, each in a line of its own so that none covers another.
const HEAD: i64 = 38;
const MARK_LINE: i64 = 15;
/// Characters of a step's name.
const NAME: usize = 32;

/// A chart as SVG with a title and a description, without style and script.
pub(super) fn svg(chart: &Chart<'_>, id: &str) -> String {
    let length = signed(chart.plan.length.unwrap_or(0));
    let last = chart.marks.iter().map(|mark| mark.at).fold(length, i64::max).max(1);
    let x = |seconds: i64| {
        let share = i128::from(seconds.clamp(0, last)) * i128::from(RIGHT - LEFT) / i128::from(last);
        LEFT + i64::try_from(share).unwrap_or(0)
    };
    let count = i64::try_from(chart.plan.nodes.len()).unwrap_or(0);
    let of_marks = i64::try_from(chart.marks.len()).unwrap_or(0) * MARK_LINE;
    let top = HEAD + of_marks;
    let bottom = top + count * ROW;
    let height = bottom + 8;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">The plan in time</title>\
         <desc id=\"{id}-desc\">{}</desc>",
        escape(&description(chart))
    );
    axis(&mut svg, chart, last, &x, (top, bottom));
    for (line, mark) in chart.marks.iter().enumerate() {
        let at = x(mark.at);
        let y = HEAD + i64::try_from(line).unwrap_or(0) * MARK_LINE + 10;
        // Names near the right edge stand before their line.
        let (anchor, text) =
            if at > LEFT + (RIGHT - LEFT) * 2 / 3 { ("end", at - 4) } else { ("start", at + 4) };
        let class = mark.class;
        let _ = write!(
            svg,
            "<g class=\"{class}\"><path d=\"M{at} {}V{bottom}\"/><text x=\"{text}\" y=\"{y}\" \
             text-anchor=\"{anchor}\">{}</text></g>",
            y - 10,
            escape(&mark.label)
        );
    }
    for at in 0..chart.plan.nodes.len() {
        bar(&mut svg, chart, at, &x, top + i64::try_from(at).unwrap_or(0) * ROW);
    }
    svg.push_str("</svg>");
    svg
}

/// The clock above, at whole hours, halves or tens of minutes, as the length asks for.
fn axis(svg: &mut String, chart: &Chart<'_>, last: i64, x: &dyn Fn(i64) -> i64, (top, bottom): (i64, i64)) {
    const STEPS: [i64; 11] = [300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 7 * 86_400];
    let step = STEPS.into_iter().find(|step| last / step <= 9).unwrap_or(last / 4 + 1);
    // Ticks stand on round times of the clock of the slot, not of the plan.
    let offset = chart.frame.as_ref().map_or(0, |frame| {
        let start = frame.slot.start.timestamp.to_zoned(frame.slot.zone.clone());
        let since_midnight = start.timestamp().as_second() + i64::from(start.offset().seconds());
        (step - since_midnight.rem_euclid(step)) % step
    });
    let mut at = offset;
    while at <= last {
        let place = x(at);
        let seconds = u64::try_from(at).unwrap_or(0);
        let label = chart.clock(seconds);
        // The day stands in the words beneath; here is room for the clock alone.
        let label = label.rsplit(' ').next().unwrap_or_default();
        let label = if chart.frame.is_some() { label.to_owned() } else { chart.clock(seconds) };
        let _ = write!(
            svg,
            "<g class=\"chart-tick\"><path d=\"M{place} {}V{bottom}\"/><text x=\"{place}\" y=\"12\" \
             text-anchor=\"middle\">{}</text>",
            top.min(HEAD) - 6,
            escape(&label)
        );
        if let Some(moment) = chart.frame.as_ref().and_then(|frame| frame.moment(seconds)) {
            let utc = moment.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string();
            let _ = write!(
                svg,
                "<text class=\"chart-utc\" x=\"{place}\" y=\"26\" text-anchor=\"middle\">{utc}</text>"
            );
        }
        svg.push_str("</g>");
        at += step;
    }
    if let Some(frame) = &chart.frame {
        let zone = super::zone_name(&frame.slot.zone);
        let _ = write!(
            svg,
            "<text class=\"chart-zone\" x=\"4\" y=\"12\">{}</text><text class=\"chart-zone chart-utc\" x=\"4\" \
             y=\"26\">UTC</text>",
            escape(&zone)
        );
    }
}

fn bar(svg: &mut String, chart: &Chart<'_>, at: usize, x: &dyn Fn(i64) -> i64, y: i64) {
    let node = &chart.plan.nodes[at];
    let step = &chart.steps[node.step];
    let (begin, end) = (node.begin.unwrap_or(0), node.end.unwrap_or(0));
    let (from, to) = (x(signed(begin)), x(signed(end)));
    let is_critical = chart.plan.critical.contains(&at);
    let kind = match step.kind {
        StepKind::Step | StepKind::Rollback => "step",
        StepKind::Checkpoint => "checkpoint",
        StepKind::GoNoGo => "decision",
        StepKind::Verify => "verify",
    };
    let critical = if is_critical { " chart-critical" } else { "" };
    let name = format!("{} {}", runbook::name_of(step), step.title);
    let middle = y + 15;
    let _ = write!(
        svg,
        "<g class=\"chart-row chart-{kind}{critical}\"><title>{}, {} to {}</title><text x=\"4\" \
         y=\"{middle}\">{}</text>",
        escape(&name),
        escape(&chart.clock(begin)),
        escape(&chart.clock(end)),
        escape(&short(&name))
    );
    if let Some(slack) = chart.slack[at].filter(|slack| *slack > 0) {
        let late = x(signed(end.saturating_add(slack)));
        let _ = write!(svg, "<path class=\"chart-slack\" d=\"M{to} {}H{late}\"/>", y + 11);
    }
    let width = (to - from).max(3);
    let _ = write!(svg, "<rect x=\"{from}\" y=\"{}\" width=\"{width}\" height=\"12\"/>", y + 5);
    // A place from which one can go back: a triangle that points there.
    if node.rollback.is_some_and(|length| length > 0) && !node.is_past_return {
        let tip = from + width;
        let _ = write!(svg, "<path class=\"chart-back\" d=\"M{} {}l-7 4 7 4z\"/>", tip + 8, y + 7);
    }
    svg.push_str("</g>");
}

/// What the drawing shows, in words.
fn description(chart: &Chart<'_>) -> String {
    let rows = chart.plan.nodes.iter().map(|node| {
        let name = runbook::name_of(&chart.steps[node.step]);
        let (begin, end) = (node.begin.unwrap_or(0), node.end.unwrap_or(0));
        format!("{name} {} to {}", chart.clock(begin), chart.clock(end))
    });
    let marks = chart.marks.iter().map(|mark| {
        let at = u64::try_from(mark.at).unwrap_or(0);
        format!("{} {}", mark.label, chart.clock(at))
    });
    format!("{}. {}.", rows.collect::<Vec<_>>().join("; "), marks.collect::<Vec<_>>().join("; "))
}

/// A name that has room beside its bar; the whole of it stands in the bar's title.
fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    let cut: String = name.chars().take(NAME - 1).collect();
    format!("{}…", cut.trim_end())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
