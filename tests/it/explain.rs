//! `mcmbook explain`: rules by their pages, changes and documents by what they lack.

use std::path::Path;

use serde_json::Value;
use snapbox::str;

use crate::support::run::{outcome, printed, run};
use crate::support::{Folder, Repo};

#[test]
fn a_rule_is_explained_by_its_page_wherever_one_is() {
    let nowhere = Folder::new();
    let by_code = printed(&nowhere.path(), &["explain", "mcm019"]);
    assert_eq!(by_code, printed(&nowhere.path(), &["explain", "duplicate-heading"]));
    assert!(by_code.starts_with("MCM019 duplicate-heading\nheading \"{h}\" occurs twice"), "{by_code}");
    for part in
        ["\nWhat it does\n", "\nWhy\n", "\nExample\n", "\nHow to fix\n", "warning, stage draft; required in"]
    {
        assert!(by_code.contains(part), "{part:?} is not in {by_code}");
    }
    let prose = by_code.lines().filter(|line| !line.starts_with("    "));
    assert!(prose.clone().all(|line| line.chars().count() <= 100), "{by_code}");
    for (word, guess) in
        [("MCM01", "MCM001"), ("mcmo19", "MCM019"), ("duplicate-headng", "duplicate-heading")]
    {
        let book = Folder::book();
        let (code, told) = outcome(&book.path(), &["explain", word]);
        assert!(code == Some(2) && told.contains(&format!("did you mean `{guess}`?")), "{told}");
    }
    let outside = printed(&nowhere.path(), &["explain", "Workspace"]);
    assert!(outside.starts_with("workspace a file that cannot be read or shown\n"), "{outside}");
    assert!(outside.contains("\nHow to fix\n") && outside.contains("Rename the file"), "{outside}");
    let all = printed(&nowhere.path(), &["explain"]);
    assert!(all.lines().any(|line| line.starts_with("book-toml ")), "{all}");
    assert!(all.lines().any(|line| line.starts_with("MCM019  warning draft")), "{all}");
}

#[test]
fn a_change_is_explained_by_what_it_lacks_in_the_order_of_its_stages() {
    let repo = Repo::new();
    let change = "content/changes/2026/MCM-2026-0001";
    repo.write(&format!("{change}/request.md"), "---\ntitel: A\nowner: ana\n---\n\n# A\n\n[x](gone.md)\n");
    repo.commit("a request");
    let (code, told) = outcome(&repo.path(), &["explain", "MCM-2026-0001"]);
    assert_eq!(code, Some(0), "{told}");
    let places = ["\nSchedule\n", "\nPrepare\n", "\nExecute\n", "\nReview\n", "\nPublish\n"]
        .map(|name| told.find(name));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{told}");
    for line in [
        "  MCM003 (now) unknown field `titel` for kind `request`; did you mean `title`?\n    --> \
         content/changes/2026/MCM-2026-0001/request.md:2:1\n    help: rename the key, or remove it\n",
        "  missing: runbook\n",
        "  missing: post-mortem\n",
        "  MCM017 (published) link or attachment does not resolve: gone.md\n",
    ] {
        assert!(told.contains(line), "{line:?} is not in\n{told}");
    }
    let json: Value =
        serde_json::from_str(&printed(&repo.path(), &["explain", "MCM-2026-0001", "--format", "json"]))
            .expect("it is JSON");
    assert_eq!(json["stages"][1]["name"], "Prepare");
    assert_eq!(json["stages"][1]["missing"][0], "runbook");
    let findings = json["stages"][0]["findings"].as_array().expect("a list");
    let unknown = findings.iter().find(|finding| finding["code"] == "MCM003").expect("it is told");
    assert_eq!(unknown["start"]["line"], 2);
    // A document alone.
    let document = printed(&repo.path(), &["explain", "MCM-2026-0001/request"]);
    assert!(document.contains("MCM003") && !document.contains("missing: runbook"), "{document}");
    run(&repo.path(), &["explain", "MCM-2026-0002"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no rule, no change and no document `MCM-2026-0002`
  help: did you mean `MCM-2026-0001`?

"#]]);
    repo.write("content/services/checkout.md", "# Checkout\n");
    run(&repo.path(), &["explain", "chekout"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no rule, no change and no document `chekout`
  help: did you mean `checkout`?

"#]]);
    repo.write("content/good.md", "# Good\n");
    assert!(printed(&repo.path(), &["explain", "good"]).ends_with("\nnothing is missing\n"));
}

#[test]
fn what_is_wrong_in_a_log_is_told_with_its_line() {
    let repo = Repo::new();
    let change = "content/changes/2026/MCM-2026-0001";
    repo.write(&format!("{change}/request.md"), "# A\n");
    let record =
        "---\nfor: MCM-2026-0001\nattempt: 1\nlog: { file: execution-1.log.jsonl }\n---\n\n# Execution\n";
    repo.write(&format!("{change}/execution-1.md"), record);
    repo.write(&format!("{change}/execution-1.log.jsonl"), "{}\n{}\n");
    repo.commit("a run");
    let told = printed(&repo.path(), &["explain", "MCM-2026-0001"]);
    assert!(told.contains(&format!("    --> {change}/execution-1.log.jsonl:1:1\n")), "{told}");
}

/// What stands on a page of the site, markup and entities aside.
fn page_text(file: &Path) -> String {
    let html = std::fs::read_to_string(file).expect("the page is there");
    let tags = regex::Regex::new("<[^>]*>").expect("a pattern of this file");
    let text = tags.replace_all(&html, "").into_owned();
    let entities =
        [("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.into_iter().fold(text, |text, (entity, plain)| text.replace(entity, plain))
}

#[test]
fn the_page_of_a_change_says_the_same() {
    let repo = Repo::new();
    for (number, title) in [(1, "titel: A"), (2, "title: B")] {
        let change = format!("content/changes/2026/MCM-2026-000{number}");
        repo.write(
            &format!("{change}/request.md"),
            format!("---\n{title}\nowner: ana\n---\n\n# A\n\n[x](gone.md)\n"),
        );
    }
    repo.write(
        "content/changes/2026/MCM-2026-0002/runbook.md",
        "---\ntitle: B\nfor: MCM-2026-0002\n---\n\n# B\n",
    );
    repo.commit("two requests");
    printed(&repo.path(), &["build", "--quiet"]);
    for id in ["MCM-2026-0001", "MCM-2026-0002"] {
        let json: Value =
            serde_json::from_str(&printed(&repo.path(), &["explain", id, "--format", "json"])).expect("JSON");
        let page = page_text(&repo.path().join(format!("book/changes/2026/{id}/index.html")));
        let mut codes = std::collections::BTreeMap::<String, usize>::new();
        for stage in json["stages"].as_array().expect("a list") {
            let missing: Vec<&str> =
                stage["missing"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
            assert!(
                missing.is_empty() || page.contains(&format!("Missing: {}", missing.join("; "))),
                "{missing:?}"
            );
            for finding in stage["findings"].as_array().expect("a list") {
                let code = finding["code"].as_str().expect("text").to_owned();
                let seen = codes.entry(code).or_default();
                *seen += 1;
                // What stands between backticks is code on the page.
                let message = finding["message"].as_str().expect("text").replace('`', "");
                // A page lists twelve of a rule and counts the rest.
                assert!(*seen > 12 || page.contains(&message), "{id}: {message} is not on its page");
            }
        }
        assert!(codes.len() > 2, "{codes:?}");
    }
}
