use super::*;
use crate::facts::Facts;
use crate::facts::tests::facts;

const SERVICES: [(&str, &str); 3] = [
    ("content/services/checkout.md", "---\ntitle: C\nowner: a\ntier: 1\nteam: t\n---\n"),
    ("content/services/ledger.md", "---\ntitle: L\nowner: a\ntier: 1\nteam: t\n---\n"),
    ("content/services/loyalty.md", "---\ntitle: Y\nowner: a\ntier: 3\nteam: t\n---\n"),
];

fn request(title: &str, services: &str, types: &str, description: &str) -> String {
    format!(
        "---\ntitle: {title}\nowner: a\nchange:\n  types: {types}\nservices: {services}\n---\n\n# {title}\n\n\
         ## Description\n\n{description}\n\n## Risk and Impact\n\nNothing of this counts: partition vacuum.\n"
    )
}

fn facts_of(changes: &[(&str, String)]) -> Facts {
    let paths: Vec<String> =
        changes.iter().map(|(id, _)| format!("content/changes/{}/{id}/request.md", &id[4..8])).collect();
    let mut files = SERVICES.to_vec();
    files.extend(paths.iter().map(String::as_str).zip(changes.iter().map(|(_, text)| text.as_str())));
    facts(&files, "2026-06-01T00:00:00Z")
}

fn similar(changes: &[(&str, String)], id: &str) -> Vec<Similar> {
    let facts = facts_of(changes);
    of(&facts.inputs, &facts.book, &facts.book.changes[id])
}

#[test]
fn earlier_changes_are_ranked_by_services_work_and_words() {
    let changes = [
        ("MCM-2026-0001", request("Upgrade PostgreSQL", "[ledger]", "[code]", "Upgrade of the cluster")),
        ("MCM-2026-0002", request("Paint the office", "[ledger, loyalty]", "[vendor]", "Yellow walls")),
        ("MCM-2026-0003", request("Paint the office", "[loyalty]", "[code]", "Yellow walls")),
        ("MCM-2026-0004", request("Upgrade PostgreSQL", "[ledger]", "[code]", "Upgrade of the CLUSTER!")),
        ("MCM-2026-0005", request("Upgrade PostgreSQL", "[ledger]", "[code]", "Upgrade of the cluster")),
    ];
    let found = similar(&changes, "MCM-2026-0004");
    let brief: Vec<(&str, u32, u32)> =
        found.iter().map(|similar| (&*similar.id, similar.percent, similar.text_percent)).collect();
    assert_eq!(brief, [("MCM-2026-0001", 100, 100), ("MCM-2026-0002", 28, 0)]);
    assert_eq!(
        (&found[0].services[..], &found[0].types[..]),
        (&["ledger".to_owned()][..], &["code".to_owned()][..])
    );
    assert_eq!(similar(&changes, "MCM-2026-0001"), []);
}

#[test]
fn numbers_are_compared_as_numbers_and_a_year_goes_before_them() {
    let one = || request("A", "[ledger]", "[code]", "Words");
    let changes = [
        ("MCM-2025-10000", one()),
        ("MCM-2026-9999", one()),
        ("MCM-2026-10000", one()),
        ("MCM-2027-0001", one()),
    ];
    let ids = |id: &str| -> Vec<String> {
        similar(&changes, id).into_iter().map(|similar| similar.id.to_string()).collect()
    };
    assert_eq!(ids("MCM-2026-10000"), ["MCM-2026-9999", "MCM-2025-10000"]);
    assert_eq!(ids("MCM-2026-9999"), ["MCM-2025-10000"]);
}

#[test]
fn hostile_requests_are_like_nothing() {
    let changes = [
        ("MCM-2026-0001", String::new()),
        ("MCM-2026-0002", "---\ntitle: X\nservices: ledger\nchange: 7\n---\n".to_owned()),
        (
            "MCM-2026-0003",
            request("\u{202e}\u{1f600}", "[ledger, 7, nowhere]", "[]", "\u{301}\u{1f468}\u{200d}"),
        ),
        ("MCM-2026-0004", request("\u{1f600}", "[ledger]", "[]", "")),
    ];
    for id in ["MCM-2026-0001", "MCM-2026-0002", "MCM-2026-0003"] {
        assert_eq!(similar(&changes, id), []);
    }
    let found = similar(&changes, "MCM-2026-0004");
    assert_eq!(
        found.iter().map(|similar| (similar.percent, similar.text_percent)).collect::<Vec<_>>(),
        [(40, 0)]
    );
}

#[test]
fn of_each_service_only_the_latest_changes_are_looked_at() {
    let changes: Vec<(String, String)> = (1..=LATEST + 10)
        .map(|n| (format!("MCM-2026-{n:04}"), request("A", "[ledger]", "[code]", "Words")))
        .collect();
    let changes: Vec<(&str, String)> = changes.iter().map(|(id, text)| (id.as_str(), text.clone())).collect();
    let last = format!("MCM-2026-{:04}", LATEST + 10);
    let found = similar(&changes, &last);
    assert_eq!(found.len(), LATEST);
    assert_eq!(&*found[0].id, format!("MCM-2026-{:04}", LATEST + 9));
    assert_eq!(&*found[LATEST - 1].id, "MCM-2026-0010");
    let facts = facts_of(&changes);
    let index = Index::of(&facts.book, &Memo::forgetful());
    assert_eq!(index.similar_to(&facts.book.changes[last.as_str()], 0, 3), found[..3]);
}
