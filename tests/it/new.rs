//! `mcmbook new`: fresh documents block nothing, and numbers are free on every branch.

use std::collections::BTreeSet;

use snapbox::str;

use crate::support::run::{outcome, printed, run, same};
use crate::support::{Folder, Repo, files_below};

/// A repository with a book as `init` makes it, committed.
fn book() -> Repo {
    let repo = Repo::new();
    repo.git(&["config", "user.email", "ana@northmere.example"]);
    repo.write("content/index.md", "# Changes\n");
    repo.write(
        "content/services/checkout.md",
        "---\ntitle: Checkout\nowner: ana\ntier: 1\nteam: shop\n---\n\n# Checkout\n\n## What It Does\n\nSells.\n\n\
         ## Who Uses It\n\nShoppers.\n\n## Failure Effects\n\nNobody buys.\n",
    );
    repo.commit("a book");
    repo
}

#[test]
fn every_kind_begins_as_a_draft_that_blocks_nothing() {
    let repo = book();
    let dir = repo.path();
    let request = printed(&dir, &["new", "request", "--title", "Move: the \"ledger\" # to db-02 🚚"]);
    assert_eq!(request, "content/changes/2025/MCM-2025-0001/request.md\n");
    let change = "MCM-2025-0001";
    let calls: [(&[&str], &str); 12] = [
        (&["window", "q4-close"], "content/windows/q4-close.md"),
        (&["runbook", change], "content/changes/2025/MCM-2025-0001/runbook.md"),
        (&["rehearsal", change], "content/changes/2025/MCM-2025-0001/rehearsal-1.md"),
        (&["rehearsal", change], "content/changes/2025/MCM-2025-0001/rehearsal-2.md"),
        (
            &["notice", change, "customer-reminder"],
            "content/changes/2025/MCM-2025-0001/notice-customer-reminder.md",
        ),
        (&["exception", change, "q4-close"], "content/changes/2025/MCM-2025-0001/exception.md"),
        (&["execution", change], "content/changes/2025/MCM-2025-0001/execution-1.md"),
        (&["post-mortem", change], "content/changes/2025/MCM-2025-0001/post-mortem.md"),
        (&["service", "orders"], "content/services/orders.md"),
        (&["standard", "rotate-key"], "content/standard/rotate-key.md"),
        (&["guide", "testing"], "content/process/testing.md"),
        (&["page", "notes/glossary"], "content/notes/glossary.md"),
    ];
    for (call, path) in calls {
        assert_eq!(printed(&dir, &[&["new"], call].concat()), format!("{path}\n"));
    }
    // What is missing is told, by document and step; nothing of it counts yet.
    run(&dir, &["check"])
        .code(0)
        .stdout_eq(str![[r#"
warning[MCM916]: standard change model lacks expiry, limits
 --> content/standard/rotate-key.md:1:1
  |
1 | ---
  | ^^^
  |
  = help: add `expires` and `limits`

next: content/changes/2025/MCM-2025-0001/exception.md lacks for submission:
  content/changes/2025/MCM-2025-0001/exception.md:15:1: MCM012 section "Why It Cannot Wait" is still template text
  content/changes/2025/MCM-2025-0001/exception.md:19:1: MCM012 section "Compensating Controls" is still template text
next: content/changes/2025/MCM-2025-0001/execution-1.md lacks for submission:
  content/changes/2025/MCM-2025-0001/execution-1.md:20:1: MCM012 section "Steps" is still template text
  content/changes/2025/MCM-2025-0001/execution-1.md:24:1: MCM012 section "Issues" is still template text
  content/changes/2025/MCM-2025-0001/execution-1.md:28:1: MCM012 section "Verification" is still template text
next: content/changes/2025/MCM-2025-0001/notice-customer-reminder.md lacks for submission:
  content/changes/2025/MCM-2025-0001/notice-customer-reminder.md:19:1: MCM012 section "What" is still template text
  content/changes/2025/MCM-2025-0001/notice-customer-reminder.md:23:1: MCM012 section "When" is still template text
  content/changes/2025/MCM-2025-0001/notice-customer-reminder.md:27:1: MCM012 section "Impact on You" is still template text
  content/changes/2025/MCM-2025-0001/notice-customer-reminder.md:31:1: MCM012 section "Contact" is still template text
next: content/changes/2025/MCM-2025-0001/post-mortem.md lacks for submission:
  content/changes/2025/MCM-2025-0001/post-mortem.md:16:1: MCM012 section "Summary" is still template text
  content/changes/2025/MCM-2025-0001/post-mortem.md:20:1: MCM012 section "Outcome" is still template text
  content/changes/2025/MCM-2025-0001/post-mortem.md:24:1: MCM012 section "Timeline" is still template text
  content/changes/2025/MCM-2025-0001/post-mortem.md:28:1: MCM012 section "Lessons" is still template text
  content/changes/2025/MCM-2025-0001/post-mortem.md:32:1: MCM012 section "Actions" is still template text
next: content/changes/2025/MCM-2025-0001/post-mortem.md lacks for closing:
  content/changes/2025/MCM-2025-0001/post-mortem.md:28:1: MCM503 no lessons learned
next: content/changes/2025/MCM-2025-0001/rehearsal-1.md lacks for submission:
  content/changes/2025/MCM-2025-0001/rehearsal-1.md:23:1: MCM012 section "Summary" is still template text
  content/changes/2025/MCM-2025-0001/rehearsal-1.md:27:1: MCM012 section "Steps and Times" is still template text
  content/changes/2025/MCM-2025-0001/rehearsal-1.md:31:1: MCM012 section "Findings" is still template text
next: content/changes/2025/MCM-2025-0001/rehearsal-1.md lacks for execution:
  content/changes/2025/MCM-2025-0001/rehearsal-1.md:1:1: MCM312 log is missing
next: content/changes/2025/MCM-2025-0001/rehearsal-2.md lacks for submission:
  content/changes/2025/MCM-2025-0001/rehearsal-2.md:23:1: MCM012 section "Summary" is still template text
  content/changes/2025/MCM-2025-0001/rehearsal-2.md:27:1: MCM012 section "Steps and Times" is still template text
  content/changes/2025/MCM-2025-0001/rehearsal-2.md:31:1: MCM012 section "Findings" is still template text
next: content/changes/2025/MCM-2025-0001/rehearsal-2.md lacks for execution:
  content/changes/2025/MCM-2025-0001/rehearsal-2.md:1:1: MCM312 log is missing
next: content/changes/2025/MCM-2025-0001/request.md lacks for submission:
  content/changes/2025/MCM-2025-0001/request.md:1:1: MCM112 criterion `impact.customer` is unanswered; the class cannot be derived
  content/changes/2025/MCM-2025-0001/request.md:1:1: MCM112 criterion `impact.downtime` is unanswered; the class cannot be derived
  content/changes/2025/MCM-2025-0001/request.md:1:1: MCM119 no rollback strategy
  content/changes/2025/MCM-2025-0001/request.md:1:1: MCM122 planned start and end are missing
  content/changes/2025/MCM-2025-0001/request.md:4:1: MCM112 criterion `change.extent` is unanswered; the class cannot be derived
  content/changes/2025/MCM-2025-0001/request.md:4:1: MCM112 criterion `change.novelty` is unanswered; the class cannot be derived
  content/changes/2025/MCM-2025-0001/request.md:4:1: MCM112 criterion `change.reversibility` is unanswered; the class cannot be derived
  content/changes/2025/MCM-2025-0001/request.md:5:10: MCM112 criterion `change.types` is unanswered; the class cannot be derived
  content/changes/2025/MCM-2025-0001/request.md:9:1: MCM102 no affected service is named
  content/changes/2025/MCM-2025-0001/request.md:40:1: MCM012 section "Description" is still template text
  content/changes/2025/MCM-2025-0001/request.md:44:1: MCM012 section "Scope" is still template text
  content/changes/2025/MCM-2025-0001/request.md:48:1: MCM012 section "Risk and Impact" is still template text
  content/changes/2025/MCM-2025-0001/request.md:52:1: MCM012 section "Rollback Plan" is still template text
next: content/changes/2025/MCM-2025-0001/runbook.md lacks for submission:
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM012 section "Step 1: Name the step" is still template text
  content/changes/2025/MCM-2025-0001/runbook.md:39:1: MCM012 section "Rollback R1: Name the rollback step" is still template text
next: content/changes/2025/MCM-2025-0001/runbook.md lacks for approval:
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM202 step 1 has no owner
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM203 step 1 has no time estimate
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM204 step 1 has no validation
  content/changes/2025/MCM-2025-0001/runbook.md:28:1: MCM207 go/no-go G1 lacks criteria and decider
  content/changes/2025/MCM-2025-0001/runbook.md:39:1: MCM212 rollback step R1 lacks owner, estimate and validation
next: content/services/orders.md lacks for submission:
  content/services/orders.md:19:1: MCM012 section "What It Does" is still template text
  content/services/orders.md:23:1: MCM012 section "Who Uses It" is still template text
  content/services/orders.md:27:1: MCM012 section "Failure Effects" is still template text
next: content/standard/rotate-key.md lacks for submission:
  content/standard/rotate-key.md:13:1: MCM012 section "Conditions" is still template text
  content/standard/rotate-key.md:21:1: MCM012 section "Step 1: Name the step" is still template text
  content/standard/rotate-key.md:32:1: MCM012 section "Rollback R1: Name the rollback step" is still template text
next: content/standard/rotate-key.md lacks for approval:
  content/standard/rotate-key.md:21:1: MCM203 step 1 has no time estimate
  content/standard/rotate-key.md:21:1: MCM204 step 1 has no validation
  content/standard/rotate-key.md:32:1: MCM212 rollback step R1 lacks owner, estimate and validation
next: content/windows/q4-close.md lacks for submission:
  content/windows/q4-close.md:1:1: MCM602 time zone is missing
  content/windows/q4-close.md:30:1: MCM012 section "Purpose" is still template text
  content/windows/q4-close.md:34:1: MCM012 section "What Is Restricted" is still template text

found 1 warning, 55 for later stages
`mcmbook check --all` shows what later stages ask for in full, with what to do

"#]])
        .stderr_eq("");
    assert_eq!(
        outcome(&dir, &["check", "--strict"]).0,
        Some(1),
        "all that is missing is an error in the end"
    );

    // The documents claim nothing that nobody has said.
    let text = |path: &str| std::fs::read_to_string(dir.join(path)).expect("it was made");
    let folder = "content/changes/2025/MCM-2025-0001";
    assert!(text(&format!("{folder}/rehearsal-1.md")).contains("\nresult: failed\n"));
    assert!(text(&format!("{folder}/execution-1.md")).contains("\noutcome: aborted_before_start\n"));
    assert!(text(&format!("{folder}/post-mortem.md")).contains("\noutcome: aborted_before_start\n"));
    assert!(text(&format!("{folder}/notice-customer-reminder.md")).contains("\nphase: reminder\n"));
    assert!(text("content/process/testing.md").contains("\nchapter: testing\n"));
    same(
        &text(&format!("{folder}/request.md")),
        str![[r#"
---
title: "Move: the \"ledger\" # to db-02 🚚"
owner: ana
change:
  types: []
#   extent: minor | moderate | significant  # How much of a system is touched.
#   novelty: routine | done_before | first_time  # How well the work is known.
#   reversibility: reversible | partial | forward_fix | none  # Whether it can be undone.
services: []
# Asked for before submission; write them without the `#`:
# impact:
#   downtime: 45m  # Planned downtime; 0m for none.
#   customer: none | possible | certain  # Whether customers notice.
# rollback:
#   kind: ...  # restore, switch back, redeploy, forward fix, ...
#   estimate: 45m  # How long it takes.
#   decider: ...  # Who decides on it.
# slot:
#   start: 2000-12-31T18:00:00+01:00  # Start.
#   end: 2000-12-31T18:00:00+01:00  # End, itself not included.
#   tz: Europe/Berlin  # The zone in which people read these times.
# May be added:
# class: minor | major | emergency | standard   The class of the change; derived from the criteria, and may only be raised here.
# environment: ...   Where it happens: production, staging, ...
# resources: [...]   What of the environment it needs for itself, beside services: a test bench, a bastion, a licence.
# dependencies: {upstream, downstream}   What the changed services need, and who needs them.
# risks: [...]   The risk register.
# similar: [...]   Earlier changes like this one, reviewed or set aside.
# runbook: ...   The runbook, where it is not runbook.md beside the request.
# incident: ...   The incident that an emergency change answers.
# standard: ...   The pre-approved model that a standard change follows.
# supersedes: ...   The earlier request that this one replaces.
# success: [...]   What is measured to call it a success.
# artifacts: [...]   Digests of what may be deployed; the gate accepts no others.
# sections that may be added: Justification, Security Impact, Dependencies, Similar Changes, Contingency, Success Criteria
---

# Move: the "ledger" # to db-02 🚚

## Description

What is changed, from which state to which state.

## Scope

In: what belongs to it. Out: what does not.

## Risk and Impact

Who notices what, and what may go wrong.

## Rollback Plan

How the former state is restored, in how many minutes, on whose word.

"#]],
    );
    same(
        &text("content/notes/glossary.md"),
        str![[r#"
---
title: "Glossary"
# owner: ...   Who answers for it: a roster id.
---

# Glossary

"#]],
    );

    // Committed, they are submitted: now the template text counts.
    repo.commit("drafts");
    let (code, told) = outcome(&dir, &["check", "--format", "short"]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("request.md:40:1: error[MCM012]: section \"Description\" is still template text"),
        "{told}"
    );
    let codes: BTreeSet<&str> = told
        .lines()
        .filter_map(|line| line.split_once('[')?.1.split_once(']'))
        .map(|(code, _)| code)
        .collect();
    let of_templates = "MCM012 MCM102 MCM112 MCM119 MCM122 MCM202 MCM203 MCM204 MCM207 MCM212 MCM312 MCM503 \
                        MCM602 MCM916";
    assert_eq!(codes, of_templates.split(' ').collect(), "{told}");
}

/// A text that will do for any section of a request.
const WRITTEN: &str = "Release 2 of the service takes the place of release 1 on both hosts; what is out of scope \
                       stays as it is until the next change, which is due in spring.";

/// The text with every section written: a sentence of its own instead of the template's.
fn written(text: &str) -> String {
    let mut after_heading = false;
    let line = |line: &str| {
        let is_body = after_heading && !line.is_empty();
        after_heading = line.starts_with("## ") || (after_heading && line.is_empty());
        if is_body { WRITTEN.to_owned() } else { line.to_owned() }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// A new request whose questions are answered: each `#` is taken away, the first of several words stays, and
/// dots are filled in.
fn filled_in(text: &str) -> String {
    let (questions, rest) = text.split_once("# May be added:\n").expect("the optional keys follow");
    let mut answers = String::new();
    for line in questions.lines().filter(|line| !line.starts_with("# Asked for")) {
        let line = line.strip_prefix("# ").unwrap_or(line);
        let (key, value) = line.split_once(": ").unwrap_or((line, ""));
        let (value, _) = value.split_once("  # ").unwrap_or((value, ""));
        let first = value.split(" | ").next().unwrap_or_default();
        let value = match (key.trim_start_matches([' ', '-']), first) {
            ("types", _) => "[code]",
            ("services", _) => "[checkout]",
            ("service", _) => "checkout",
            ("owner" | "decider", _) => "ana",
            ("likelihood" | "impact", "...") => "2",
            ("residual", _) => "4",
            ("start", _) => "2026-12-31T10:00:00+01:00",
            ("end", _) => "2026-12-31T12:00:00+01:00",
            ("downtime", _) => "0m",
            ("links", _) => "[]",
            ("success", _) => "[errors at most 0.1 %]",
            ("told", _) => "true",
            ("none", _) => "false",
            (_, "...") => "said in words",
            (_, first) => first,
        };
        answers += &if value.is_empty() { format!("{line}\n") } else { format!("{key}: {value}\n") };
    }
    let written = written(rest);
    let contingency =
        "When the change fails, R1 is run.\nWhen that fails too, the copy of the night is restored.";
    let title = "## Contingency\n\n";
    let written = written.replacen(&format!("{title}{WRITTEN}"), &format!("{title}{contingency}"), 1);
    answers + &written
}

/// What submission asks for stands in the new request, under each profile.
#[test]
fn filling_in_the_blanks_of_a_new_request_is_enough_for_its_submission() {
    for profile in ["starter", "standard", "regulated"] {
        let repo = book();
        let dir = repo.path();
        let policy = format!(
            "schema = 1\nprofile = \"{profile}\"\n\n[[principal]]\nid = \"ana\"\nname = \"Ana\"\n\
             emails = [\"ana@northmere.example\"]\nroles = [{{ role = \"service-owner\", from = \"2020-01-01\" }}]\n"
        );
        repo.write("policy/policy.toml", policy);
        repo.commit("a policy");
        let request = printed(&dir, &["new", "request", "--title", "Release 2"]);
        let request = request.trim_end();
        let text = std::fs::read_to_string(dir.join(request)).expect("it was made");
        let open = || {
            let (_, told) = outcome(&dir, &["check", "--format", "json", "--all"]);
            let report: serde_json::Value = serde_json::from_str(&told).expect("a report");
            let findings = report["findings"].as_array().expect("findings").iter();
            let is_open = |finding: &&serde_json::Value| {
                let stage = finding["stage"].as_str().unwrap_or_default();
                finding["place"]["path"] == *request && ["draft", "submission"].contains(&stage)
            };
            let messages = findings.filter(is_open).map(|finding| finding["message"].to_string());
            messages.collect::<Vec<_>>()
        };
        assert!(open().len() > 10, "{profile}: {:#?}", open());
        repo.write(request, filled_in(&text));
        repo.commit("a request");
        assert_eq!(open(), Vec::<String>::new(), "{profile}: {}", filled_in(&text));
    }
}

#[test]
fn a_document_added_to_a_committed_change_is_a_draft() {
    let repo = book();
    let dir = repo.path();
    let request = printed(&dir, &["new", "request", "--title", "Change the buttons"]);
    let request = request.trim_end();
    let text = std::fs::read_to_string(dir.join(request)).expect("it was made");
    let keys = "change:\n  types: [code]\n  extent: minor\n  novelty: routine\n  reversibility: reversible\n\
                services: [checkout]\nenvironment: production\nimpact: {downtime: 0m, customer: none, data: none}\n\
                rollback: {kind: redeploy, estimate: 5m, decider: ana}\n\
                slot: {start: 2025-12-01T22:00:00Z, end: 2025-12-01T23:00:00Z}\n";
    let (head, _) = text.split_once("change:\n").expect("the key is there");
    let (_, rest) = text.split_once("# May be added:\n").expect("the optional keys follow");
    repo.write(request, format!("{head}{keys}{}", written(rest)));
    repo.commit("a request");
    run(&dir, &["check"]).code(0).stdout_eq("no findings\n").stderr_eq("");
    printed(&dir, &["new", "runbook", "MCM-2025-0001"]);
    run(&dir, &["check"])
        .code(0)
        .stdout_eq(str![[r#"
next: content/changes/2025/MCM-2025-0001/runbook.md lacks for submission:
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM012 section "Step 1: Name the step" is still template text
  content/changes/2025/MCM-2025-0001/runbook.md:39:1: MCM012 section "Rollback R1: Name the rollback step" is still template text
next: content/changes/2025/MCM-2025-0001/runbook.md lacks for approval:
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM202 step 1 has no owner
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM203 step 1 has no time estimate
  content/changes/2025/MCM-2025-0001/runbook.md:21:1: MCM204 step 1 has no validation
  content/changes/2025/MCM-2025-0001/runbook.md:28:1: MCM207 go/no-go G1 lacks criteria and decider
  content/changes/2025/MCM-2025-0001/runbook.md:39:1: MCM212 rollback step R1 lacks owner, estimate and validation

found 7 for later stages
`mcmbook check --all` shows what later stages ask for in full, with what to do

"#]])
        .stderr_eq("");
}

#[test]
fn a_repository_without_a_commit_holds_only_drafts() {
    let repo = Repo::new();
    printed(&repo.path(), &["new", "request"]);
    printed(&repo.path(), &["new", "service", "orders"]);
    let (code, told) = outcome(&repo.path(), &["check"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("every document is a draft: the repository has no commit yet"), "{told}");
    // Nor is anything committed in a folder that is in no repository.
    std::fs::remove_dir_all(repo.path().join(".git")).expect("it is there");
    let (code, told) = outcome(&repo.path(), &["check"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("every document is a draft: not a Git repository"), "{told}");
    // What is left out may have been committed: the text is judged as if it were submitted.
    let (code, told) = outcome(&repo.path(), &["check", "--history=unknown"]);
    assert_eq!(code, Some(1), "{told}");
}

#[test]
fn a_number_is_free_on_all_branches_and_in_the_work_tree() {
    let repo = book();
    let dir = repo.path();
    let next = || printed(&dir, &["new", "request"]);
    repo.git(&["checkout", "--quiet", "-b", "one"]);
    assert!(next().contains("MCM-2025-0001"));
    repo.commit("one");
    repo.git(&["checkout", "--quiet", "-b", "two", "main"]);
    // The folder of branch `one` is not in this work tree, and its number is taken all the same.
    assert!(!dir.join("content/changes").exists());
    assert!(next().contains("MCM-2025-0002"));
    assert!(next().contains("MCM-2025-0003"), "neither committed nor staged, but there");
    repo.commit("two");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["update-ref", "refs/remotes/origin/theirs", "two"]);
    repo.git(&["branch", "-D", "--quiet", "two"]);
    assert!(next().contains("MCM-2025-0004"), "remote branches count");
    // Numbers of another year, and names that are none, do not count.
    repo.write("content/changes/2024/MCM-2024-0900/request.md", "");
    repo.write("content/changes/2025/MCM-2025-9/request.md", "");
    repo.write("content/changes/2025/MCM-2025-0042x/request.md", "");
    assert!(next().contains("MCM-2025-0005"));
    // A number may have more than four digits, and gaps are not filled.
    repo.write("content/changes/2025/MCM-2025-10041/request.md", "");
    assert!(next().contains("MCM-2025-10042"));
}

#[test]
fn a_book_below_the_root_of_its_repository_has_its_own_numbers() {
    let repo = Repo::with_book_at("docs/changes book");
    repo.write("content/index.md", "# Changes\n");
    repo.commit("a book");
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    assert_eq!(printed(&repo.book(), &["new", "request"]), "content/changes/2025/MCM-2025-0001/request.md\n");
    repo.commit("a change");
    repo.git(&["checkout", "--quiet", "main"]);
    // From a folder below the book, and from above it.
    assert!(printed(&repo.book().join("content"), &["new", "request"]).contains("MCM-2025-0002"));
    assert!(
        printed(&repo.path(), &["new", "request", "--dir", "docs/changes book"]).contains("MCM-2025-0003")
    );
}

/// The number of a new document follows the highest one, wherever the path has it.
#[test]
fn a_path_that_ends_in_its_number_is_numbered_like_any_other() {
    let folder = Folder::book();
    folder.write(
        "book.toml",
        "[kind.record]\npaths = [\"records/{n:4}.md\"]\n[kind.minutes]\npaths = [\"minutes/{year}-{n}.md\"]\n",
    );
    let dir = folder.path();
    let new = |kind: &str| printed(&dir, &["new", kind]).trim_end().to_owned();
    assert_eq!(new("record"), "content/records/0001.md");
    folder.write("content/records/0007.md", "# Seven\n");
    assert_eq!(new("record"), "content/records/0008.md");
    folder.write("content/minutes/2019-41.md", "# Minutes\n");
    folder.write("content/minutes/2025-3.md", "# Minutes\n");
    assert_eq!(new("minutes"), "content/minutes/2025-4.md");
}

#[test]
fn a_kind_of_the_book_has_its_document_too() {
    let folder = Folder::book();
    folder.write(
        "book.toml",
        "[kind.decision]\npaths = [\"decisions/{year}/**/*.md\"]\nrequired = [\"title\"]\n\
         fields.state-of-mind = { type = \"enum\", values = [\"yes\", \"no\"], required = true }\n\
         fields.reasons = { type = \"map\", of = { type = \"line\" }, required = true }\n\
         [[kind.decision.sections]]\ntitle = \"Context\"\nhint = \"What is.\"\n",
    );
    let dir = folder.path();
    let path = printed(&dir, &["new", "decision", "use-git"]);
    assert_eq!(path, "content/decisions/2025/use-git.md\n");
    let text = std::fs::read_to_string(dir.join(path.trim_end())).expect("it was made");
    same(
        &text,
        str![[r#"
---
title: "Use git"
state-of-mind: "yes"
reasons: {}
# owner: ...   Who answers for it: a roster id.
---

# Use git

## Context

What is.

"#]],
    );
    let (_, told) = outcome(&dir, &["check", "--format", "short"]);
    assert_eq!(
        told,
        "content/decisions/2025/use-git.md:10:1: error[MCM012]: section \"Context\" is still template text\n"
    );
}

#[test]
fn calls_that_cannot_be_met_say_what_to_write() {
    let repo = book();
    let dir = repo.path();
    printed(&dir, &["new", "request"]);
    let before = files_below(&dir);
    let cases: [(&[&str], &str); 16] = [
        (&["servce", "x"], "did you mean `service`?"),
        (&["zzz"], "known kinds: exception,"),
        (&["service"], "write `mcmbook new service some-name`"),
        (&["service", "../x"], "cannot be the name of a document"),
        (&["service", ".x"], "cannot be the name of a document"),
        (&["service", "a/b"], "cannot be the name of a document"),
        (&["service", "checkout"], "`content/services/checkout.md` is there already"),
        (&["service", "a", "b"], "a service takes no `b`"),
        (&["runbook"], "write `mcmbook new runbook MCM-2026-0007`"),
        (&["runbook", "checkout"], "`checkout` is not the id of a change"),
        (&["runbook", "MCM-2025-0009"], "there is no change `MCM-2025-0009`"),
        (&["runbook", "MCM-2025-0001", "extra"], "a runbook takes no `extra`"),
        (&["notice", "MCM-2025-0001"], "write `mcmbook new notice MCM-2025-0001 customer-before`"),
        (&["exception", "MCM-2025-0001"], "write `mcmbook new exception MCM-2025-0001 some-window`"),
        (&["page", "../../etc/x"], "cannot be the name of a document"),
        (&["page", "x", "--owner", "Ana B"], "`Ana B` is not a roster id"),
    ];
    for (call, words) in cases {
        let (code, told) = outcome(&dir, &[&["new"], call].concat());
        assert_eq!(code, Some(2), "{call:?}: {told}");
        assert!(told.contains(words), "{call:?}: {told}");
        assert_eq!(files_below(&dir), before, "{call:?} changed something");
    }
    // A folder on the way that leads out of the book.
    let outside = Folder::new();
    std::os::unix::fs::symlink(outside.path(), dir.join("content/away")).expect("a new link");
    let (code, told) = outcome(&dir, &["new", "page", "away/x"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("symbolic link"), "{told}");
    assert!(files_below(&outside.path()).is_empty());
}
