use crate::outputs::site::tests::{book, built, small, text};

const PAGE: &str = "changes/2026/MCM-2026-0001/index.html";

/// The page of the small book's change, with another runbook.
fn page_with(from: &str, to: &str) -> String {
    let mut files = small();
    let runbook = files.iter_mut().find(|(path, _)| path.ends_with("runbook.md")).expect("it has one");
    assert!(runbook.1.contains(from), "the runbook has {from}");
    let changed: &'static str = Box::leak(runbook.1.replace(from, to).into_boxed_str());
    runbook.1 = changed;
    text(&built(book(&files)), PAGE).to_owned()
}

#[test]
fn the_chart_stands_on_the_page_of_the_change_with_its_marks_and_a_table() {
    let page = page_with("Stop", "Stop");
    let (_, behind) = page.split_once("<svg class=\"chart\"").expect("a chart");
    let (drawing, behind) = behind.split_once("</svg>").expect("it ends");
    for part in ["<title id=", "<desc id=", "chart-no-return", "chart-deadline", "slot ends", "chart-back"] {
        assert!(drawing.contains(part), "{part}");
    }
    for forbidden in [" style=", "<style", "<script", " fill=", " onload"] {
        assert!(!drawing.contains(forbidden), "{forbidden}");
    }
    assert!(behind.contains("The plan takes 50 min"), "{behind:.900}");
    assert!(behind.contains("data-label=\"Slack\""));
}

#[test]
fn a_plan_that_cannot_be_computed_says_why() {
    let page = page_with("- Estimate: 20m\n", "");
    assert!(page.contains("There is no chart: Step 1 has no estimate that can be read."));
    let page = page_with("- After: Step 1", "- After: Step 9");
    assert!(page.contains("There is no chart: Step 2 follows “Step 9”") || page.contains("follows “9”"));
    let page = page_with("- Owner: @ana\n- Estimate: 20m", "- After: Step 2\n- Owner: @ana\n- Estimate: 20m");
    assert!(page.contains("There is no chart: Step 1, Step 2 wait for each other."));
    for broken in [page_with("- Estimate: 20m\n", ""), page] {
        assert!(!broken.contains("<svg class=\"chart\""));
    }
}

#[test]
fn what_people_write_does_not_become_markup() {
    let page = page_with("Step 2: Switch", "Step 2: `</text><script>` & \"more\"");
    let (_, behind) = page.split_once("<svg class=\"chart\"").expect("a chart");
    let (drawing, _) = behind.split_once("</svg>").expect("it ends");
    assert!(!drawing.contains("<script"));
    assert!(drawing.contains("&lt;/text&gt;"));
}
