//! The records of a small book.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Record, records, word_of};
use crate::analysis::analyze;
use crate::memo::Memo;
use crate::outputs::site::tests::{attributes, book, built, small, text};

fn of(files: &[(&str, &str)]) -> Vec<Record> {
    records(&analyze(Arc::new(book(files)), &Memo::default()))
}

fn at<'r>(records: &'r [Record], address: &str) -> &'r Record {
    let known = || records.iter().map(|record| record.address.as_str()).collect::<Vec<_>>();
    let found = records.iter().find(|record| record.address == address);
    found.unwrap_or_else(|| panic!("no {address} in {:?}", known()))
}

#[test]
fn every_address_and_every_anchor_is_on_the_site() {
    let output = built(book(&small()));
    for record in of(&small()) {
        let (page, fragment) = record.address.split_once('#').unwrap_or((&record.address, ""));
        let html = text(&output, page);
        let ids: BTreeSet<&str> = attributes(html, "id").into_iter().collect();
        let anchors = record.passages.iter().map(|passage| passage.anchor.as_str()).chain([fragment]);
        for anchor in anchors.filter(|anchor| !anchor.is_empty()) {
            assert!(ids.contains(anchor), "{}: no {anchor:?} among {ids:?}", record.address);
        }
    }
}

#[test]
fn every_page_of_words_has_a_record() {
    let records = of(&small());
    let pages: BTreeSet<&str> =
        records.iter().filter_map(|record| record.address.split('#').next()).collect();
    let output = built(book(&small()));
    let is_list = |page: &str| {
        let parts: Vec<&str> = page.split('/').collect();
        // Lists of what has records of its own, and the search itself.
        parts[0] == "changes" && !page.contains("/MCM-") && page != "changes/index.html"
            || ["404.html", "search/index.html", "services/index.html", "windows/index.html"].contains(&page)
    };
    for page in output.files.keys().filter(|path| path.ends_with(".html")) {
        assert!(pages.contains(page.as_str()) || is_list(page), "{page} cannot be found");
    }
    let addresses: BTreeSet<&str> = records.iter().map(|record| record.address.as_str()).collect();
    assert_eq!(addresses.len(), records.len(), "two records have one address");
}

#[test]
fn a_document_of_a_change_carries_what_its_request_says() {
    let records = of(&small());
    let runbook = at(&records, "changes/2026/MCM-2026-0001/index.html#runbook");
    let facets: Vec<(&str, String)> =
        runbook.facets.iter().map(|(facet, values)| (*facet, values.join("|"))).collect();
    let expected = [
        ("class", "major"),
        ("kind", "Runbook"),
        ("month", "2026-06"),
        ("person", "ana|lena|mei|raj"),
        ("phase", "planned"),
        ("quarter", "2026 Q2"),
        ("service", "ledger"),
        ("window", "close"),
        ("year", "2026"),
    ];
    let expected: Vec<(&str, String)> =
        expected.into_iter().map(|(facet, value)| (facet, value.to_owned())).collect();
    assert_eq!(facets, expected);
    assert_eq!(runbook.sort["date"], "2026-06-28");
    assert_eq!(runbook.meta["id"], "MCM-2026-0001");
    assert_eq!(runbook.meta["status"], "planned");
    assert_eq!(runbook.meta.get("number"), None);
    let step = runbook.passages.iter().find(|passage| passage.heading == "Step 2: Switch").unwrap();
    assert_eq!((step.level, step.anchor.as_str()), (3, "runbook--step-2-switch"));
    assert!(step.text.contains("pg_ctl promote"), "{}", step.text);
}

#[test]
fn the_request_stands_for_its_change() {
    let records = of(&small());
    let request = at(&records, "changes/2026/MCM-2026-0001/index.html#request");
    assert_eq!(request.title, "Move <the> ledger");
    assert_eq!(request.meta["number"], "mcm1z");
    let text: Vec<&str> = request.passages.iter().map(|passage| passage.text.as_str()).collect();
    assert!(text[0].contains("slow\n") && text[0].contains("gone\n"), "the risks: {text:?}");
    let files = request.passages.last().unwrap();
    assert_eq!((files.anchor.as_str(), files.text.as_str()), ("attachments", "files/a.csv"));
}

#[test]
fn ids_become_words_of_which_none_begins_another() {
    let cases = [
        ("MCM-2026-0042", "mcm42z"),
        ("MCM-2026-0420", "mcm420z"),
        ("MCM-2026-12345", "mcm12345z"),
        ("MCM-2026-0000", "mcm0z"),
    ];
    for (id, word) in cases {
        assert_eq!(word_of(id), word);
    }
}

#[test]
fn documents_in_odd_shapes_have_records_too() {
    let files = [
        ("content/changes/2026/MCM-2026-0007/files/only.txt", "x"),
        ("content/changes/2026/MCM-2026-0008/runbook.md", "no head\n"),
        ("content/empty.md", ""),
        ("content/rules/index.md", "# Our rules\n\ntext\n"),
        ("content/odd name & co/ä.md", "---\nkind: nothing\n---\n# Ä\n"),
    ];
    let records = of(&files);
    assert_eq!(at(&records, "changes/2026/MCM-2026-0007/index.html").title, "MCM-2026-0007");
    assert_eq!(at(&records, "changes/2026/MCM-2026-0008/index.html#runbook").meta["number"], "mcm8z");
    assert_eq!(at(&records, "empty/index.html").sort["date"], "0000-00-00");
    assert_eq!(at(&records, "rules/index.html").title, "Our rules");
    assert_eq!(at(&records, "odd%20name%20%26%20co/%C3%A4/index.html").facets["kind"], ["Page"]);
}
