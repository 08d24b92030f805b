use super::*;
use crate::facts::tests::facts;

/// A catalogue with a service of each tier and two of tier 3.
const SERVICES: [(&str, &str); 5] = [
    ("content/services/ledger-db.md", "---\ntitle: L\nowner: a\ntier: 0\nteam: databases\n---\n"),
    ("content/services/orders.md", "---\ntitle: O\nowner: a\ntier: 1\nteam: shop\n---\n"),
    ("content/services/catalogue.md", "---\ntitle: C\nowner: a\ntier: 2\nteam: shop\n---\n"),
    ("content/services/reporting.md", "---\ntitle: R\nowner: a\ntier: 3\nteam: finance\n---\n"),
    ("content/services/loyalty.md", "---\ntitle: Y\nowner: a\ntier: 3\nteam: loyalty\n---\n"),
];

const WINDOW: (&str, &str) = (
    "content/windows/close.md",
    "---\ntitle: Close\nowner: a\ntype: restricted\ntz: UTC\nstart: 2026-06-10T00:00\nend: 2026-06-20T00:00\n\
     scope:\n  services: [reporting]\n---\n",
);

const AS_OF: &str = "2026-05-01T00:00:00Z";

/// What a case says of a change that meets no criterion otherwise.
#[derive(Clone, Copy)]
struct Case {
    head: &'static str,
    types: &'static str,
    extent: &'static str,
    novelty: &'static str,
    reversibility: &'static str,
    services: &'static str,
    environment: &'static str,
    downtime: &'static str,
    customer: &'static str,
    day: &'static str,
    steps: usize,
    run: usize,
    rehearsed: bool,
}

const QUIET: Case = Case {
    head: "",
    types: "[configuration]",
    extent: "moderate",
    novelty: "routine",
    reversibility: "reversible",
    services: "[reporting]",
    environment: "production",
    downtime: "0m",
    customer: "none",
    day: "2026-07-01",
    steps: 3,
    run: 0,
    rehearsed: true,
};

fn request(case: &Case) -> String {
    let Case { head, types, extent, novelty, reversibility, services, .. } = case;
    let Case { environment, downtime, customer, day, .. } = case;
    format!(
        "---\ntitle: A change\nowner: ana\n{head}change:\n  types: {types}\n  extent: {extent}\n  novelty: \
         {novelty}\n  reversibility: {reversibility}\nservices: {services}\nenvironment: \
         {environment}\nimpact:\n  downtime: {downtime}\n  customer: {customer}\nslot:\n  start: \
         {day}T01:00:00Z\n  end: {day}T02:00:00Z\n---\n\n# A change\n"
    )
}

fn class_beside(case: &Case, others: &[(&str, &str)]) -> Class {
    let steps: String = (1..=case.steps + case.run)
        .map(|step| {
            format!("### Step {step}: Do\n- Run: {}\n\n", if step > case.steps { "yes" } else { "no" })
        })
        .collect();
    let runbook = format!("---\ntitle: R\nfor: MCM-2026-0009\n---\n\n## Execution\n\n{steps}");
    let rehearsal = "---\ntitle: R\nfor: MCM-2026-0009\nresult: passed\n---\n";
    let request = request(case);
    let mut files = vec![
        WINDOW,
        ("content/changes/2026/MCM-2026-0009/request.md", request.as_str()),
        ("content/changes/2026/MCM-2026-0009/runbook.md", runbook.as_str()),
    ];
    if case.rehearsed {
        files.push(("content/changes/2026/MCM-2026-0009/rehearsal-1.md", rehearsal));
    }
    files.extend(SERVICES);
    files.extend(others.iter().copied());
    Class::clone(&facts(&files, AS_OF).classes["MCM-2026-0009"])
}

fn class(case: &Case) -> Class {
    class_beside(case, &[])
}

fn criteria(class: &Class) -> Vec<&'static str> {
    class.reasons.iter().map(|reason| reason.criterion).collect()
}

#[test]
fn each_criterion_alone_makes_a_change_major() {
    let cases: [(&str, Case, &str); 8] = [
        ("extent", Case { extent: "significant", ..QUIET }, "extent is significant, in production"),
        (
            "types_on_tiers",
            Case { types: "[network]", services: "[orders]", ..QUIET },
            "network on orders (tier 1)",
        ),
        ("downtime", Case { downtime: "1h30m", ..QUIET }, "planned downtime of 1 h 30 min"),
        ("customer", Case { customer: "certain", ..QUIET }, "customer impact is certain"),
        (
            "services",
            Case { services: "[reporting, loyalty, catalogue]", ..QUIET },
            "3 services are affected",
        ),
        ("reversibility", Case { reversibility: "forward_fix", ..QUIET }, "reversibility is forward_fix"),
        (
            "score",
            Case { novelty: "first_time", steps: 11, services: "[catalogue]", ..QUIET },
            "score 12 (likelihood 4, impact 3) is 12 or more",
        ),
        (
            "restricted_window",
            Case { day: "2026-06-19", ..QUIET },
            "slot lies in the restricted window close",
        ),
    ];
    assert_eq!(criteria(&class(&QUIET)), [""; 0]);
    assert_eq!(class(&QUIET).effective, ClassName::Minor);
    for (criterion, case, text) in cases {
        let class = class(&case);
        assert_eq!(criteria(&class), [criterion]);
        assert_eq!(class.reasons[0].text, text);
        assert_eq!((class.derived, class.effective), (ClassName::Major, ClassName::Major));
    }
}

#[test]
fn what_lies_just_below_a_criterion_makes_no_change_major() {
    let quiet = [
        Case { extent: "significant", environment: "staging", ..QUIET },
        Case { types: "[network]", services: "[catalogue]", ..QUIET },
        Case { types: "[code]", services: "[ledger-db]", ..QUIET },
        Case { customer: "possible", ..QUIET },
        Case { services: "[reporting, loyalty]", ..QUIET },
        Case { services: "[reporting, reporting, reporting]", ..QUIET },
        Case { reversibility: "partial", ..QUIET },
        Case { novelty: "first_time", steps: 10, run: 5, services: "[catalogue]", ..QUIET },
        // The window's end does not belong to it, and it holds for reporting alone.
        Case { day: "2026-06-20", ..QUIET },
        Case { day: "2026-06-15", services: "[loyalty]", ..QUIET },
        Case { day: "2026-06-15", environment: "staging", ..QUIET },
    ];
    for case in quiet {
        assert_eq!(class(&case).reasons, [], "{}", request(&case));
    }
}

#[test]
fn the_worked_examples_of_the_guide_come_out() {
    let index = Case { novelty: "done_before", steps: 6, ..QUIET };
    let update = Case { services: "[catalogue]", downtime: "15m", ..QUIET };
    let configuration =
        Case { novelty: "done_before", steps: 12, rehearsed: false, services: "[catalogue]", ..QUIET };
    let queue = Case { novelty: "first_time", steps: 14, services: "[orders]", ..QUIET };
    for (case, likelihood, impact) in [(index, 2, 2), (update, 1, 4), (configuration, 4, 3), (queue, 4, 4)] {
        let score = class(&case).score;
        assert_eq!((score.likelihood, score.impact), (likelihood, impact), "{score:?}");
    }
    assert_eq!(class(&Case { rehearsed: true, ..configuration }).score.value(), 9);
}

#[test]
fn likelihood_and_impact_are_capped_and_never_below_one() {
    let worst = Case {
        novelty: "first_time",
        steps: 20,
        rehearsed: false,
        services: "[ledger-db]",
        downtime: "1h",
        customer: "certain",
        ..QUIET
    };
    let failed = failed_change("MCM-2026-0001", "[ledger-db]", "zoe", "failed", "2026-03-01T00:00:00Z");
    let class = class_beside(&worst, &borrowed(&failed));
    assert_eq!((class.score.likelihood, class.score.impact), (5, 5));
    assert_eq!(class.score.likelihood_parts.iter().map(|(points, _)| points).sum::<i64>(), 6);
    let none = self::class(&Case { services: "[]", ..QUIET });
    assert_eq!((none.score.likelihood, none.score.impact), (1, 1));
    // Nobody can tell how much a service matters that is not in the catalogue.
    let unknown = self::class(&Case { services: "[nowhere]", ..QUIET });
    assert_eq!((unknown.score.likelihood, unknown.score.impact), (1, 5));
}

fn failed_change(id: &str, services: &str, owner: &str, outcome: &str, ended: &str) -> Vec<(String, String)> {
    let folder = format!("content/changes/2026/{id}");
    let request = format!("---\ntitle: F\nowner: {owner}\nservices: {services}\n---\n");
    let execution = format!("---\ntitle: E\nfor: {id}\noutcome: {outcome}\nended: {ended}\n---\n");
    vec![(format!("{folder}/request.md"), request), (format!("{folder}/execution-1.md"), execution)]
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

#[test]
fn a_recent_failure_of_a_service_a_team_or_an_owner_counts() {
    // The slot begins at 2026-07-01T01:00Z.
    let cases = [
        ("[reporting]", "zoe", "rolled_back", "2026-05-01T00:00:00Z", Some("of reporting was rolled back")),
        ("[reporting]", "zoe", "failed", "2025-07-01T01:00:00Z", Some("of reporting failed")),
        ("[reporting]", "zoe", "failed", "2025-07-01T00:59:59Z", None),
        ("[reporting]", "zoe", "failed", "2026-07-01T01:00:00Z", None),
        ("[reporting]", "zoe", "implemented_with_issues", "2026-05-01T00:00:00Z", None),
        ("[reporting]", "zoe", "aborted_before_start", "2026-05-01T00:00:00Z", None),
        ("[loyalty]", "zoe", "failed", "2026-05-01T00:00:00Z", None),
        (
            "[loyalty]",
            "ana",
            "partly_rolled_back",
            "2026-05-01T00:00:00Z",
            Some("of ana was partly rolled back"),
        ),
    ];
    for (services, owner, outcome, ended, expected) in cases {
        let files = failed_change("MCM-2026-0001", services, owner, outcome, ended);
        let parts = class_beside(&QUIET, &borrowed(&files)).score.likelihood_parts;
        let last = parts.last().filter(|_| parts.len() > 1).map(|(_, text)| text.as_str());
        let expected = expected.map(|of| format!("MCM-2026-0001 {of} in the 12 months before"));
        assert_eq!(last, expected.as_deref(), "{services} {owner} {outcome} {ended}");
    }
    let files = failed_change("MCM-2026-0001", "[orders]", "zoe", "failed", "2026-05-01T00:00:00Z");
    let same_team = class_beside(&Case { services: "[catalogue]", ..QUIET }, &borrowed(&files));
    let text = "MCM-2026-0001 by the team shop failed in the 12 months before";
    assert_eq!(same_team.score.likelihood_parts[1].1, text);
}

#[test]
fn a_declared_class_raises_and_never_lowers() {
    let major = Case { downtime: "1m", ..QUIET };
    let cases = [
        (QUIET, "class: major\n", ClassName::Minor, ClassName::Major),
        (major, "class: minor\n", ClassName::Major, ClassName::Major),
        (major, "class: standard\n", ClassName::Major, ClassName::Major),
        (QUIET, "class: standard\n", ClassName::Minor, ClassName::Minor),
        (major, "class: emergency\n", ClassName::Major, ClassName::Emergency),
        (QUIET, "class: nonsense\n", ClassName::Minor, ClassName::Minor),
    ];
    for (case, head, derived, effective) in cases {
        let class = class(&Case { head, ..case });
        assert_eq!((class.derived, class.effective), (derived, effective), "{head}");
    }
}

#[test]
fn a_standard_change_follows_a_model_that_stands() {
    let case = Case { head: "class: standard\nstandard: rotate\n", downtime: "1m", ..QUIET };
    let model = |head: &str| {
        ("content/standard/rotate.md".to_owned(), format!("---\ntitle: M\nowner: a\n{head}---\n"))
    };
    let effective = |files: &[(String, String)]| class_beside(&case, &borrowed(files)).effective;
    assert_eq!(effective(&[]), ClassName::Major, "a model that does not exist");
    assert_eq!(effective(&[model("expires: 2026-07-01\n")]), ClassName::Standard, "its last day");
    assert_eq!(effective(&[model("expires: 2026-06-30\n")]), ClassName::Major, "expired before the slot");
    let mut files = vec![model("max_failures:\n  n: 2\n  of: 3\n")];
    let used = |id: &str, outcome: &str, ended: &str| {
        let mut files = failed_change(id, "[loyalty]", "zoe", outcome, ended);
        files[0].1 = files[0].1.replace("services:", "standard: rotate\nservices:");
        files
    };
    files.extend(used("MCM-2026-0001", "failed", "2026-03-01T00:00:00Z"));
    files.extend(used("MCM-2026-0002", "aborted_before_start", "2026-03-02T00:00:00Z"));
    assert_eq!(effective(&files), ClassName::Standard, "one failure");
    files.extend(used("MCM-2026-0003", "rolled_back", "2026-03-03T00:00:00Z"));
    assert_eq!(effective(&files), ClassName::Major, "two failures of the last three uses");
    files.extend(used("MCM-2026-0004", "implemented", "2026-03-04T00:00:00Z"));
    files.extend(used("MCM-2026-0005", "implemented", "2026-03-05T00:00:00Z"));
    assert_eq!(effective(&files), ClassName::Standard, "the first failure is no longer among the last three");
}

#[test]
fn open_questions_are_named_and_malformed_answers_are_not() {
    let of = |request: &str| {
        let path = "content/changes/2026/MCM-2026-0009/request.md";
        facts(&[(path, request)], AS_OF).classes["MCM-2026-0009"].unanswered.clone()
    };
    assert_eq!(
        of("---\ntitle: A\nowner: a\nchange:\n  types: []\nservices: []\n---\n"),
        [
            "change.types",
            "change.extent",
            "change.novelty",
            "change.reversibility",
            "impact.downtime",
            "impact.customer"
        ]
    );
    // A missing `change` is MCM008's, a wrong word MCM009's.
    assert_eq!(of("---\ntitle: A\nowner: a\n---\n"), ["impact.downtime", "impact.customer"]);
    let answered = "---\ntitle: A\nowner: a\nchange:\n  types: [dance]\n  extent: huge\n  novelty: 7\n  \
                    reversibility: perhaps\nimpact:\n  downtime: a while\n  customer: none\n---\n";
    assert_eq!(of(answered), [""; 0]);
    assert_eq!(of("---\ntitle: A\nowner: a\nchange: big\nimpact: much\n---\n"), [""; 0]);
}
