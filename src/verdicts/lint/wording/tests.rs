use super::*;

#[test]
fn addresses_and_marks_are_no_words() {
    assert_eq!(plain("see [the **plan**](a/2026.md) of `db`"), "see the plan of db");
    assert_eq!(plain("[open](never closed\nnext"), "open\nnext");
    assert_eq!(plain(""), "");
}

#[test]
fn an_answer_is_told_from_a_placeholder() {
    for text in ["None.", " n/a ", "TBD", "?", "—", "- none", "No impact."] {
        assert!(is_placeholder(text), "{text}");
    }
    for text in ["None: the service holds no data", "no new access", "Keine Änderung der Zugriffe"] {
        assert!(!is_placeholder(text), "{text}");
    }
}

#[test]
fn an_answer_that_begins_with_a_mark_is_left_open() {
    for text in [
        "TODO: describe",
        "**TBD** by Ana",
        "todo: write",
        "tbd.",
        "- FIXME later",
        "To do: ask",
        "XXX",
        "tbc",
    ] {
        assert!(is_left_open(text), "{text}");
    }
    for text in [
        "Todo el equipo espera.",
        "To do this, Ana stops the queue.",
        "to-do lists are kept",
        "TODO-lists of the team are moved",
        "Nothing is to be done.",
        "The TODO of last year is done.",
        "XXXL servers",
    ] {
        assert!(!is_left_open(text), "{text}");
    }
}

#[test]
fn sentences_items_and_rows_are_counted() {
    assert_eq!(statements("If it fails, we go back. If that fails, call Ana."), 2);
    assert_eq!(statements("- restart the node\n- call the vendor\n"), 2);
    assert_eq!(statements("| Case | Act |\n|---|---|\n| gone | restore |\n"), 2);
    assert_eq!(statements("# Heading\n\nversion 8.14.2 comes back"), 1);
    assert_eq!(statements("失敗したら元に戻します。戻せないときは電話します。"), 2);
    assert_eq!(statements("\r\n\t \r\n"), 0);
}

#[test]
fn a_label_counts_when_something_follows_it() {
    let labels = ["backup"];
    for text in [
        "- Backup: nightly dump",
        "It is safe. Backup: base of 01:00",
        "| Backup | nightly dump |",
        "### Backup\n\nnightly dump",
        "Backup:\n- nightly dump",
    ] {
        assert!(is_labelled(&plain(text), &labels), "{text}");
    }
    for text in [
        "Backup: none",
        "Backup:",
        "the backup is good",
        "| Backup | |",
        "nobackup: x",
        "### Backup\n\n### Next",
    ] {
        assert!(!is_labelled(&plain(text), &labels), "{text}");
    }
}
