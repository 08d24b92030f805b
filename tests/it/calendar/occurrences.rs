//! Occurrences of windows against Python: `zoneinfo` reads the local times, `dateutil` the rules.
//!
//! Where `dateutil` is missing, rules that name every day are compared alone: their days need no judge.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::inputs::Inputs;
use mcmbook::inputs::config::Config;
use mcmbook::inputs::history::History;
use mcmbook::inputs::policy::Policy;
use mcmbook::inputs::profile::Profile;
use mcmbook::memo::Memo;
use mcmbook::text::{BookPath, SourceFile};

use super::ZONES;

/// Rule, first local start, calendar days, exact seconds. Starts lie in the hours in which clocks change.
const RULES: [(&str, &str, u32, u32); 10] = [
    ("FREQ=DAILY", "2026-01-01T02:30", 0, 5400),
    ("FREQ=DAILY", "2026-01-01T01:30", 1, 0),
    ("FREQ=DAILY;INTERVAL=7", "2026-01-04T00:00", 1, 1800),
    ("FREQ=WEEKLY;BYDAY=SA,SU", "2026-01-03T02:00", 0, 3600),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "2026-01-04T03:00", 2, 0),
    ("FREQ=MONTHLY;BYDAY=-1SU", "2026-01-25T02:45", 8, 0),
    ("FREQ=MONTHLY;BYDAY=1SU;COUNT=20", "2026-01-04T01:00", 0, 7200),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30T18:00", 3, 0),
    ("FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=28", "2026-03-28T00:00", 8, 0),
    ("FREQ=YEARLY;BYDAY=45SU,14SU", "2026-04-05T02:30", 0, 86400),
];

const JUDGE: &str = r#"
import json, sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
try:
    from dateutil.rrule import rrulestr
except ImportError:
    rrulestr = None
for line in sys.stdin:
    case = json.loads(line)
    first = datetime.fromisoformat(case["first"])
    last = datetime(2027, 12, 1)
    rule = case["rule"]
    if rrulestr:
        starts = rrulestr("DTSTART:%s\nRRULE:%s" % (first.strftime("%Y%m%dT%H%M%S"), rule)).between(first, last, inc=True)
    elif rule == "FREQ=DAILY":
        starts = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    else:
        print("null")
        continue
    zone = ZoneInfo(case["zone"])
    def readings(local):
        return sorted(local.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
    found = []
    for start in starts:
        begin = readings(start)
        end = [at + timedelta(seconds=case["seconds"]) for at in readings(start + timedelta(days=case["days"]))]
        one, other = (begin[1], end[0]) if case["opens"] else (begin[0], end[1])
        if one < other:
            found.append([at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (one, other)])
    print(json.dumps(sorted(found)))
"#;

fn occurrences(zone: &str, opens: bool, case: (&str, &str, u32, u32)) -> Vec<[String; 2]> {
    let (rule, first, days, seconds) = case;
    let kind = if opens { "maintenance" } else { "restricted" };
    let text = format!(
        "---\ntitle: W\nowner: a\ntype: {kind}\ntz: {zone}\nrrule: {rule}\ndtstart: {first}\nlength: \
         {days}d{seconds}s\n---\n"
    );
    let source = |path: &str, text: &str| {
        SourceFile::new(BookPath::new(path).expect("a normal path"), text.as_bytes())
    };
    let inputs = Inputs {
        config: Arc::new(Config::parse(&source("book.toml", "")).config),
        sources: vec![source("content/windows/w.md", &text)],
        attachments: Vec::new(),
        history: Arc::new(History::unknown("a test")),
        policy: Arc::new(Policy::none(Profile::Starter)),
        as_of: "2026-12-01T00:00:00Z".parse().expect("an instant"),
        faults: Vec::new(),
    };
    let analysis = analyze(Arc::new(inputs), &Memo::forgetful());
    let window = analysis.facts.schedule.windows.first().unwrap_or_else(|| panic!("{text}"));
    let last: jiff::Timestamp = "2027-11-01T00:00:00Z".parse().expect("an instant");
    let known = window.occurrences.iter().filter(|occurrence| occurrence.start < last);
    known.map(|occurrence| [occurrence.start.to_string(), occurrence.end.to_string()]).collect()
}

#[test]
fn occurrences_are_those_of_python() {
    let cases: Vec<_> = ZONES
        .into_iter()
        .flat_map(|zone| [false, true].map(|opens| (zone, opens)))
        .flat_map(|(zone, opens)| RULES.map(|rule| (zone, opens, rule)))
        .collect();
    let mut python = Command::new("python3")
        .args(["-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs; tests/run installs it");
    let mut lines = String::new();
    for (zone, opens, (rule, first, days, seconds)) in &cases {
        let case = serde_json::json!({
            "zone": zone, "opens": opens, "rule": rule, "first": first, "days": days, "seconds": seconds,
        });
        lines += &format!("{case}\n");
    }
    let mut pipe = python.stdin.take().expect("a pipe");
    // Python answers line by line, so that a full pipe must not stop both.
    let writer = std::thread::spawn(move || pipe.write_all(lines.as_bytes()));
    let output = python.wait_with_output().expect("python3 ends");
    writer.join().expect("the writer ends").expect("the cases are written");
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(answers.lines().count(), cases.len(), "python3 answers each case");
    let mut compared = 0;
    for (case, answer) in cases.into_iter().zip(answers.lines()) {
        let answer: Option<Vec<[String; 2]>> = serde_json::from_str(answer).expect("JSON");
        let Some(mut answer) = answer else { continue };
        answer.retain(|[start, _]| start.as_str() < "2027-11-01T00:00:00Z");
        let (zone, opens, rule) = case;
        assert_eq!(occurrences(zone, opens, rule), answer, "{case:?}");
        compared += 1;
    }
    assert!(compared >= 40, "only {compared} cases were compared");
}
