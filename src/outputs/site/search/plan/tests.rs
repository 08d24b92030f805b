//! How records are cut into parts, and what their hash sees.

use super::{PART, Plan, base_language};
use crate::outputs::site::search::{Passage, Record, fingerprint};

fn record(number: usize, date: &str) -> Record {
    Record {
        address: format!("page-{number:06}.html"),
        title: "A title".to_owned(),
        passages: vec![Passage { text: "some words".to_owned(), ..Passage::default() }],
        sort: [("date", date.to_owned())].into(),
        ..Record::default()
    }
}

/// So many records of each of these months.
fn months(counts: &[(&str, usize)]) -> Vec<Record> {
    let mut records = Vec::new();
    for (month, count) in counts {
        for _ in 0..*count {
            records.push(record(records.len(), &format!("{month}-15")));
        }
    }
    records
}

fn sizes(plan: &Plan<'_>) -> Vec<usize> {
    plan.parts.iter().map(|part| part.records.len()).collect()
}

#[test]
fn parts_end_with_months_and_are_as_long_as_they_may_be() {
    let cases: &[(&[(&str, usize)], &[usize])] = &[
        (&[], &[]),
        (&[("2026-01", 1)], &[1]),
        (&[("2026-01", PART)], &[PART]),
        (&[("2025-12", PART - 1), ("2026-01", 2)], &[PART - 1, 2]),
        (&[("2026-01", 10), ("2026-02", PART - 10), ("2026-03", 1)], &[PART, 1]),
        (&[("2026-01", 2 * PART + 3)], &[PART, PART, 3]),
        (&[("2026-01", PART + 3), ("2026-02", 4)], &[PART, 7]),
    ];
    for (counts, expected) in cases {
        let records = months(counts);
        assert_eq!(sizes(&Plan::of(&records, "en")), *expected, "{counts:?}");
    }
}

#[test]
fn what_comes_later_leaves_older_parts_alone() {
    let mut records = months(&[("2025-12", PART - 1), ("2026-01", 10)]);
    let before: Vec<String> = Plan::of(&records, "en").parts.into_iter().map(|part| part.name).collect();
    records.push(record(999_999, "2026-02-01"));
    let after: Vec<String> = Plan::of(&records, "en").parts.into_iter().map(|part| part.name).collect();
    assert_eq!(before.len(), 2);
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1], before[1]);
}

#[test]
fn the_order_of_the_records_does_not_matter_and_an_address_counts_once() {
    let records = months(&[("2026-01", 3), ("2025-06", 2)]);
    let mut turned: Vec<Record> = records.iter().rev().cloned().collect();
    assert_eq!(fingerprint(&records, "en"), fingerprint(&turned, "en"));
    turned.push(records[0].clone());
    assert_eq!(sizes(&Plan::of(&turned, "en")), [5]);
    assert_eq!(fingerprint(&records, "en"), fingerprint(&turned, "en"));
}

#[test]
fn the_fingerprint_sees_every_part_of_a_record() {
    let edits: [(&str, fn(&mut Record)); 9] = [
        ("address", |record| record.address.push('x')),
        ("title", |record| record.title.push('x')),
        ("text", |record| record.passages[0].text.push('x')),
        ("heading", |record| record.passages[0].heading.push('x')),
        ("anchor", |record| record.passages[0].anchor.push('x')),
        ("level", |record| record.passages[0].level += 1),
        ("facet", |record| drop(record.facets.insert("kind", vec!["Runbook".to_owned()]))),
        ("sort", |record| drop(record.sort.insert("date", "2026-02-15".to_owned()))),
        ("meta", |record| drop(record.meta.insert("id", "MCM-2026-0001".to_owned()))),
    ];
    let records = months(&[("2026-01", 2)]);
    let before = fingerprint(&records, "en");
    for (what, edit) in edits {
        let mut edited = records.clone();
        edit(&mut edited[1]);
        assert_ne!(fingerprint(&edited, "en"), before, "{what}");
    }
    assert_ne!(fingerprint(&records, "de"), before);
    assert_ne!(fingerprint(&records[..1], "en"), before);
    assert_eq!(fingerprint(&records, "en-GB"), before);
}

#[test]
fn only_plain_languages_reach_the_engine() {
    let cases = [
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh_Hant", "zh"),
        ("", "unknown"),
        ("x-private", "unknown"),
        ("../../etc", "unknown"),
        ("überlang", "unknown"),
        ("abcdefghi", "unknown"),
    ];
    for (tag, expected) in cases {
        assert_eq!(base_language(tag), expected, "{tag}");
    }
}

#[test]
fn the_manifest_names_the_parts_newest_first() {
    let records = months(&[("2025-12", PART - 1), ("2026-01", 10)]);
    let plan = Plan::of(&records, "en");
    let manifest: serde_json::Value = serde_json::from_slice(&plan.manifest()).unwrap();
    let paths: Vec<&str> =
        manifest["parts"].as_array().unwrap().iter().map(|part| part["path"].as_str().unwrap()).collect();
    assert_eq!(paths, [plan.parts[1].name.as_str(), plan.parts[0].name.as_str()]);
    assert_eq!(manifest["parts"][0]["records"], 10);
    assert_eq!(manifest["fingerprint"], plan.fingerprint.to_string());
    assert_eq!(manifest["chips"]["rolled back"][0], "grave");
}
