//! What a page shows of a document, and which files of a book a site does not show.

use std::sync::Arc;

use super::super::*;
use super::{book, built, small, text};
use crate::analysis::analyze;
use crate::outputs::Held;

#[test]
fn what_is_not_shown_is_known_without_a_build() {
    let mut files = small();
    files.extend([
        ("content/index.html.md", "# Below a page\n"),
        ("content/robots.txt.md", "# Below a file\n"),
        ("content/changes/state/draft/index.html", "a register"),
        ("content/changes/2026/MCM-2026-0001/change.json", "{}"),
        ("content/assets/site.css/a.png", "below a file of the theme"),
        ("content/free.txt", "shown"),
    ]);
    let memo = Memo::default();
    let analysis = analyze(Arc::new(book(&files)), &memo);
    let theme = Theme::built_in().expect("the built-in theme is whole");
    let options = SiteOptions::default();
    let output = build(&analysis, &theme, &options, &memo, &Held).expect("it fits");
    let planned = planned(&Site::new(&analysis, &theme, &options, &memo));
    assert_eq!(planned.files.keys().collect::<Vec<_>>(), output.files.keys().collect::<Vec<_>>());
    let told = unshown(&analysis, &theme);
    assert_eq!(told, clashes(&analysis, &output));
    let mut files: Vec<&str> = told.iter().filter_map(|one| Some(one.path()?.as_str())).collect();
    files.sort_unstable();
    let expected = [
        "content/assets/site.css/a.png",
        "content/changes/2026/MCM-2026-0001/change.json",
        "content/changes/state/draft/index.html",
        "content/index.html.md",
        "content/robots.txt.md",
    ];
    assert_eq!(files, expected);
}

#[test]
fn a_heading_that_says_something_else_than_the_title_is_shown() {
    let mut files = small();
    let runbook = "---\ntitle: The plan\n---\n# Not before noon\n\n## Execution\n";
    files.retain(|(path, _)| !path.ends_with("runbook.md"));
    files.extend([
        (
            "content/rollback.md",
            "---\ntitle: Rollback is forbidden\n---\n# Rollback is allowed\n\n## How\n\n## Why\n\n## When\n",
        ),
        ("content/same.md", "---\ntitle: \"The `same`  page\"\n---\n# The *same* page\n\n# More\n"),
        ("content/later.md", "---\ntitle: Later\n---\nBefore it.\n\n# Later\n\n## How\n"),
        ("content/behind.md", "---\ntitle: Behind\n---\n## First\n\n# Behind\n\nText.\n"),
        ("content/changes/2026/MCM-2026-0001/runbook.md", runbook),
    ]);
    let output = built(book(&files));
    let page = text(&output, "rollback/index.html");
    assert!(page.contains("<h1>Rollback is forbidden</h1>"), "{page}");
    assert!(page.contains("<h2 id=\"rollback--rollback-is-allowed\">Rollback is allowed <a"), "{page}");
    assert!(page.contains("<a href=\"#rollback--rollback-is-allowed\">Rollback is allowed</a>"), "{page}");
    let page = text(&output, "same/index.html");
    assert!(page.contains("<h1 id=\"same--the-same-page\">The `same`  page</h1>"), "{page}");
    assert!(!page.contains("<em>same</em>") && page.contains("<h2 id=\"same--more\">"), "{page}");
    let page = text(&output, "later/index.html");
    assert!(
        page.contains("<h1 id=\"later--later\">") && !page.contains("<h2 id=\"later--later\">"),
        "{page}"
    );
    // What stands behind it does not become the end of the section before it.
    let page = text(&output, "behind/index.html");
    assert!(page.contains("<h1>Behind</h1>") && page.contains("<h2 id=\"behind--behind\">"), "{page}");
    let page = text(&output, "changes/2026/MCM-2026-0001/index.html");
    assert!(page.contains("<h3 id=\"runbook--not-before-noon\">Not before noon <a"), "{page}");
    assert!(
        !page.contains("<h3 id=\"request--move--ledger\">"),
        "the title of the change is no heading again"
    );
    let index = text(&output, "search/classic-index.js");
    assert!(index.contains("\"Rollback is allowed\"") && index.contains("\"Not before noon\""), "{index}");
}

#[test]
fn text_of_the_template_describes_nothing() {
    let with = |description: &str| {
        let request =
            format!("---\ntitle: Move\nowner: ana\n---\n# Move\n\n## Description\n\n{description}\n");
        let mut files = small();
        files.retain(|(path, _)| !path.ends_with("request.md"));
        files.push(("content/changes/2026/MCM-2026-0001/request.md", &request));
        let output = built(book(&files));
        text(&output, "changes/2026/MCM-2026-0001/index.html").contains("<p class=\"lede\">")
    };
    let inputs = book(&small());
    let kind = inputs.config.kinds.get("request").expect("a built-in kind");
    let hint = &kind.section("Description").expect("a section of its own").hint;
    assert!(with("The ledger moves."));
    for nothing in [hint.as_str(), "TODO: describe", "TBD"] {
        assert!(!with(nothing), "{nothing}");
    }
}

#[test]
fn a_finding_shows_names_as_code() {
    let request = "---\ntitle: Move\nowner: ana\nservices: [\"a<b\"]\n---\n# Move\n";
    let mut files = small();
    files.retain(|(path, _)| !path.ends_with("request.md"));
    files.push(("content/changes/2026/MCM-2026-0001/request.md", request));
    let output = built(book(&files));
    let page = text(&output, "changes/2026/MCM-2026-0001/index.html");
    assert!(page.contains("criterion <code>impact.customer</code> is unanswered"), "{page}");
    assert!(page.contains("<code>a&lt;b</code>") && !page.contains("`a&lt;b`"), "{page}");
}

#[test]
fn codes_outside_of_the_rules_have_pages() {
    let mut files = small();
    files.push(("content/index.html.md", "# Below a page\n"));
    let output = built(book(&files));
    for code in ["book-toml", "policy", "workspace"] {
        let page = text(&output, &format!("rules/{code}/index.html"));
        assert!(page.contains("How to fix") && !page.contains("Profiles:"), "{page}");
        assert!(text(&output, "rules/index.html").contains(&format!("href=\"../rules/{code}/index.html\"")));
        assert!(text(&output, "search/classic-index.js").contains(code));
    }
}
