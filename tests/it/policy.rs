//! The policy from the outside: what is wrong in `policy/`, what counts, and what a waiver does.

use std::path::Path;

use mcmbook::inputs::policy;
use mcmbook::outputs::policy::defaults_markdown;

use crate::support::run::{outcome, printed};
use crate::support::{Folder, generated};

const PAGE: &str = "content/manual/policy.md";
/// The table in the manual is made from the data of the profiles; `SNAPSHOTS=overwrite` writes it anew.
#[test]
fn the_manual_has_the_defaults_of_every_profile() {
    // The tables are the last part of the page.
    let begin = "This part is made from the data of the program. `none` is an empty list.\n";
    generated(PAGE, begin, "", &defaults_markdown());
}

/// Every key that policy.toml knows is named in the manual.
#[test]
fn the_manual_names_every_key() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).expect("it is there");
    let own = [
        "schema",
        "serial",
        "context",
        "profile",
        "zone",
        "holidays",
        "principal",
        "team",
        "key",
        "revocation",
        "observer",
        "waiver",
        "emails",
        "roles",
        "scope",
        "from",
        "until",
        "delegates",
        "away",
        "channel",
        "fingerprint",
        "require_touch",
        "require_verification",
        "since",
        "rule",
        "where",
        "owner",
        "reason",
        "expires",
    ];
    let of_profiles = policy::PROFILES.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    for key in own.into_iter().chain(of_profiles.filter(|key| !key.starts_with([' ', '#']))) {
        let named = [format!("`{key}`"), format!("\n{key} = "), format!(" {key} = "), format!("[[{key}]]")];
        assert!(named.iter().any(|form| page.contains(form.as_str())), "{PAGE} does not name `{key}`");
    }
}

fn book() -> Folder {
    let folder = Folder::book();
    folder.write("content/services/ledger.md", "---\ntitle: Ledger\nowner: ana\ntier: 1\nteam: finance\n---\n\n# Ledger\n\n## What It Does\n\n## Who Uses It\n\nAll.\n\n## Failure Effects\n\nNone.\n");
    folder
}

#[test]
fn faults_of_several_files_each_have_their_own_excerpt() {
    let folder = book();
    folder.write("policy/policy.toml", "schema = 1\nprofile = \"strict\"\n");
    folder.write("policy/roster.txt", "ana\n");
    let (code, told) = outcome(&folder.path(), &["check", "."]);
    assert_eq!(code, Some(2), "{told}");
    for part in [
        "error[policy]: `profile` cannot be \"strict\"",
        "policy/policy.toml:2:11",
        "profile = \"strict\"",
        "error[policy]: `policy/roster.txt` is no file of a policy",
        "policy/roster.txt:1:1",
        "`policy/policy.toml` and `policy/roster.txt` are not usable",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

#[test]
fn policy_show_prints_what_counts() {
    let folder = book();
    let shown = printed(&folder.path(), &["policy", "show"]);
    assert!(shown.contains("profile = \"starter\""), "{shown}");
    folder.write("policy/policy.toml", "profile = \"standard\"\n[limits]\nlongest_step = \"20m\"\n");
    let shown = printed(&folder.path(), &["policy", "show", "--profile", "regulated", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("it is JSON");
    assert_eq!(shown["profile"], "regulated");
    assert_eq!(shown["limits"]["longest_step"], "20m");
    assert_eq!(shown["class"]["major"]["rehearsal"], "always");
}

#[test]
fn a_waiver_lets_a_finding_pass_where_it_may_stand() {
    let folder = book();
    let code = |folder: &Folder| outcome(&folder.path(), &["check", "--history=unknown", "."]).0;
    assert_eq!(code(&folder), Some(1), "a section is empty");
    let waiver = "[[waiver]]\nrule = \"MCM012\"\nwhere = \"services\"\nowner = \"ana\"\nreason = \"is written in March\"\nexpires = \"2099-03-31\"\n";
    let settings = "[book]\ntitle = \"Changes\"\n\n";
    folder.write("book.toml", format!("{settings}{waiver}"));
    assert_eq!(code(&folder), Some(0));
    folder.write("book.toml", format!("{settings}{}", waiver.replace("2099", "2020")));
    assert_eq!(code(&folder), Some(1), "the waiver is over");
    folder.write("book.toml", format!("{settings}{}", waiver.replace("\"services\"", "\"servic\"")));
    assert_eq!(code(&folder), Some(1), "a path is matched by whole parts");
    for place in ["services/ledger", "service", "services/ledger.md", "content/services", "*"] {
        folder.write(
            "book.toml",
            format!("{settings}{}", waiver.replace("\"services\"", &format!("{place:?}"))),
        );
        assert_eq!(code(&folder), Some(0), "{place}");
    }
    printed(&folder.path(), &["build", "-d", "out"]);
    let page = folder.path().join("out/services/ledger/index.html");
    let page = std::fs::read_to_string(page).expect("the page is built");
    assert!(page.contains("waived by @ana until 2099-03-31: is written in March"), "{page}");
}
