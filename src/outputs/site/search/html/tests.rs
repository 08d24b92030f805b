//! What the engine is given to read.

use super::{LONGEST, page};
use crate::outputs::site::search::{Passage, Record};

fn passage(anchor: &str, heading: &str, text: &str) -> Passage {
    Passage { level: 2, anchor: anchor.to_owned(), heading: heading.to_owned(), text: text.to_owned() }
}

#[test]
fn a_record_becomes_a_page() {
    let record = Record {
        address: "a/index.html".to_owned(),
        title: "Move \"A\" & <B>".to_owned(),
        passages: vec![passage("", "", "first\nx < y"), passage("runbook--go", "Go: no go", "second")],
        facets: [("person", vec!["ana".to_owned(), "raj, or: mei".to_owned()])].into(),
        sort: [("date", "2026-09-16".to_owned())].into(),
        meta: [("id", "MCM-2026-0001".to_owned())].into(),
    };
    assert_eq!(
        page(&record, "en"),
        "<html lang=\"en\"><body>\
         <i data-pagefind-meta=\"title:Move &quot;A&quot; &amp; &lt;B&gt;\"></i>\
         <i data-pagefind-meta=\"id:MCM-2026-0001\"></i>\
         <i data-pagefind-sort=\"date:2026-09-16\"></i>\
         <i data-pagefind-filter=\"person:ana\"></i><i data-pagefind-filter=\"person:raj, or: mei\"></i>\
         <pre>first\nx &lt; y</pre>\
         <h2 id=\"runbook--go\">Go: no go</h2><pre>second</pre>\
         </body></html>"
    );
}

#[test]
fn orders_to_the_engine_in_a_text_are_text() {
    let text = "___PAGEFIND_WEIGHT___0 ____PAGEFIND_ANCHOR___h1:0:x ___END_PAGEFIND_WEIGHT___";
    let html = page(&Record { passages: vec![passage("", "", text)], ..Record::default() }, "en");
    assert!(!html.contains("_PAGEFIND_"), "{html}");
    assert!(html.contains("PAGEFIND_WEIGHT"), "{html}");
}

#[test]
fn a_record_without_text_is_found_by_its_title() {
    let html = page(&Record { title: "Rules".to_owned(), ..Record::default() }, "en");
    assert!(html.contains("<pre>Rules</pre>"), "{html}");
}

#[test]
fn endless_text_is_cut_between_characters() {
    let text = "ä".repeat(LONGEST);
    let passages = vec![passage("", "", "abc"), passage("", "", &text), passage("b", "Last", "never")];
    let html = page(&Record { passages, ..Record::default() }, "en");
    assert!(html.len() < LONGEST + 1000, "{}", html.len());
    assert!(html.contains("<h2 id=\"b\">Last</h2><pre></pre>"));
}
