//! Whether a file is a report: no other is written over.

/// Whether a file that begins and ends like this was written by one of the formats. An empty one is: a report
/// in short form that has nothing to tell.
pub fn is_report(head: &str, tail: &str) -> bool {
    let last = tail.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    match head.chars().next() {
        None => true,
        Some('{' | '[') => is_json(head),
        Some('<') => head.contains("<testsuites name=\"mcmbook check\""),
        Some('#') => {
            let title = head.lines().next().unwrap_or_default();
            let is_titled = title.starts_with("### ") && title.contains(": ");
            is_titled && (title.ends_with(": no findings") || head.contains("\n| | Rule | Where | What |\n"))
        }
        Some(_) => {
            let is_closed = ["found ", "let pass by the baseline: ", "mcmbook: "];
            let closed = is_closed.iter().any(|begin| last.starts_with(begin)) || last == "no findings";
            let first = head.lines().next().unwrap_or_default();
            closed || ["error[", "warning[", "note["].iter().any(|mark| is_short(first, mark))
        }
    }
}

/// A line of the short form: `content/a.md:2:1: error[MCM003]: ...`, or without a place.
fn is_short(line: &str, mark: &str) -> bool {
    let at = line.find(mark).filter(|at| *at == 0 || line[..*at].ends_with(": "));
    at.is_some_and(|at| line[at..].contains("]: "))
}

fn is_json(head: &str) -> bool {
    let holds = |mark: &str| head.contains(mark);
    holds("\"tool\": \"mcmbook ")
        || holds("\"name\": \"mcmbook\"")
        || head.trim_end() == "[]"
        || (holds("\"check_name\": ") && holds("\"fingerprint\": ") && holds("\"severity\": "))
}
