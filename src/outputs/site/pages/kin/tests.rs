use super::super::super::tests::{book, built, small, text};
use super::list;

const PATCH: &str =
    "---\ntitle: Patch the ledger\nowner: ana\nclass: minor\nservices: [ledger]\n---\n# Patch\n";
const AGAIN: &str = "---\ntitle: Patch the ledger again\nowner: ana\nclass: minor\nservices: [ledger]\n\
related: [MCM-2026-0003, services/ledger]\nsimilar:\n  - {id: MCM-2026-0001, lesson: slow}\n---\n# Patch\n";
const OTHER: &str = "---\ntitle: Paint the door\nowner: ana\nclass: minor\n---\n# Paint\n";

/// The part of a page about its kin, without its marks.
fn part(page: &str) -> Option<String> {
    let part = page.split("<section id=\"kin\"").nth(1)?.split("</section>").next()?;
    let words = part.split(['<', '>']).skip(1).step_by(2).map(str::trim).filter(|text| !text.is_empty());
    Some(words.collect::<Vec<_>>().join("|"))
}

#[test]
fn a_change_names_those_of_its_request_and_those_most_like_it() {
    let mut files = small();
    files.push(("content/changes/2026/MCM-2026-0002/request.md", PATCH));
    files.push(("content/changes/2026/MCM-2026-0003/request.md", OTHER));
    files.push(("content/changes/2026/MCM-2026-0004/request.md", AGAIN));
    let output = built(book(&files));
    let page = |id: &str| text(&output, &format!("changes/2026/{id}/index.html"));
    let told = part(page("MCM-2026-0004")).expect("it has kin");
    let places: Vec<Option<usize>> =
        ["MCM-2026-0001", "MCM-2026-0003", "MCM-2026-0002"].map(|id| told.find(id)).to_vec();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{told}");
    assert!(told.contains("The request says what was learned from it."), "{told}");
    assert!(told.contains("Related, as the request says."), "{told}");
    assert!(told.contains("Shares the service ledger") && told.contains("% alike."), "{told}");
    assert!(page("MCM-2026-0004").contains("<a href=\"#kin\">"), "it stands in the list of the page");
    for alone in ["MCM-2026-0001", "MCM-2026-0003"] {
        assert!(!page(alone).contains("#kin"), "{alone} has none");
    }
}

#[test]
fn no_more_than_five_are_shown() {
    let paths: Vec<String> =
        (1..=8).map(|number| format!("content/changes/2026/MCM-2026-{number:04}/request.md")).collect();
    let ledger = (
        "content/services/ledger.md",
        "---\ntitle: Ledger\nowner: ana\ntier: 0\nteam: finance\n---\n# Ledger\n",
    );
    let named = PATCH.replacen(
        "services",
        "related: [MCM-2026-0001, MCM-2026-0002, MCM-2026-0003, MCM-2026-0004, MCM-2026-0005, MCM-2026-0006]\nservices",
        1,
    );
    let mut files: Vec<(&str, &str)> =
        paths.iter().map(|path| (path.as_str(), PATCH)).chain([ledger]).collect();
    files[7].1 = &named;
    let output = built(book(&files));
    let told = part(text(&output, "changes/2026/MCM-2026-0008/index.html")).expect("it has kin");
    assert_eq!(told.matches("|MCM-2026-").count(), 5, "{told}");
    assert!(!told.contains("MCM-2026-0006"), "{told}");
}

#[test]
fn lists_are_words() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(list(&names(&[]), "service"), None);
    assert_eq!(list(&names(&["a"]), "service").as_deref(), Some("the service a"));
    assert_eq!(list(&names(&["a", "b"]), "kind of work").as_deref(), Some("the kinds of work a, b"));
}
