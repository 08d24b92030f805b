//! The demonstration: a repository of a year, in which every status occurs.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::memo::Memo;
use mcmbook::outputs::demo::material::unfit_patches;

use crate::support::Folder;
use crate::support::run::{outcome, printed};

#[test]
fn what_is_said_otherwise_stands_once_in_the_dossiers() {
    assert_eq!(unfit_patches(), Vec::<String>::new());
}

#[test]
fn the_hook_can_be_tried_in_it() {
    let folder = Folder::new();
    printed(&folder.path(), &["demo", "book", "--no-build"]);
    let dir = folder.path().join("book");
    assert!(!dir.join(".git/hooks").exists(), "its commits ran no hook, and brought none");
    printed(&dir, &["hook", "install"]);
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(&dir).args(arguments).output().expect("there is git");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    // Wherever the hooks of whoever tries it lie, this one lies in the demonstration, and git runs it there.
    assert_eq!(git(&["rev-parse", "--git-path", "hooks/pre-push"]), ".git/hooks/pre-push");
    let hook = std::fs::read_to_string(dir.join(".git/hooks/pre-push")).expect("it is there");
    assert!(hook.contains("mcmbook hook pre-push"), "{hook}");
}

#[test]
fn every_status_occurs_and_every_reason_is_the_one_that_is_meant() {
    let folder = Folder::new();
    printed(&folder.path(), &["demo", "book", "--no-build"]);
    let dir = folder.path().join("book");
    let options = LoadOptions { dir: dir.clone(), as_of: AsOf::Head, ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let analysis = analyze(Arc::new(inputs), &Memo::forgetful());
    let approvals = &analysis.facts.approvals;
    let changes = approvals.subjects.iter().filter(|(id, _)| id.change().is_some());
    let statuses: BTreeMap<String, ApprovalStatus> =
        changes.map(|(id, (_, approval))| (id.as_str().to_owned(), approval.status)).collect();
    let expected = [
        ("MCM-2025-0001", ApprovalStatus::BeforeAdoption),
        ("MCM-2026-0001", ApprovalStatus::Expired),
        ("MCM-2026-0002", ApprovalStatus::Unratified),
        ("MCM-2026-0003", ApprovalStatus::Unverifiable),
        ("MCM-2026-0004", ApprovalStatus::Revoked),
        ("MCM-2026-0005", ApprovalStatus::Withdrawn),
        ("MCM-2026-0006", ApprovalStatus::Approved),
        ("MCM-2026-0007", ApprovalStatus::Superseded),
        ("MCM-2026-0008", ApprovalStatus::Approved),
        ("MCM-2026-0009", ApprovalStatus::Approved),
        ("MCM-2026-0010", ApprovalStatus::Rejected),
        ("MCM-2026-0011", ApprovalStatus::Stale),
        ("MCM-2026-0012", ApprovalStatus::ApprovedLate),
        ("MCM-2026-0013", ApprovalStatus::InReview),
        ("MCM-2026-0014", ApprovalStatus::InReview),
        ("MCM-2026-0015", ApprovalStatus::ApprovedLate),
        ("MCM-2026-0016", ApprovalStatus::InReview),
        ("MCM-2026-0017", ApprovalStatus::Draft),
        ("MCM-2026-0018", ApprovalStatus::Invalid),
        ("MCM-2026-0019", ApprovalStatus::Authorised),
    ];
    let expected: BTreeMap<String, ApprovalStatus> =
        expected.into_iter().map(|(id, status)| (id.to_owned(), status)).collect();
    let whys: Vec<String> = approvals
        .subjects
        .iter()
        .filter(|(id, (_, approval))| expected.get(id.as_str()).is_some_and(|due| *due != approval.status))
        .map(|(id, (_, approval))| {
            format!("{id} is {}: {} {:?}", approval.status.word(), approval.why, approval.uncounted)
        })
        .collect();
    assert_eq!(whys, Vec::<String>::new());
    assert_eq!(statuses.len(), expected.len());
    assert_eq!(statuses.values().collect::<BTreeSet<_>>().len(), 15, "every status occurs");

    // Records that do not count are those that the story means.
    let all = approvals
        .subjects
        .iter()
        .flat_map(|(id, (subject, _))| subject.records.iter().map(move |landed| (id.as_str(), landed)));
    let wrong: BTreeSet<(&str, &str)> = all
        .flat_map(|(id, landed)| landed.judged.reasons.iter().map(move |(reason, _)| (id, reason.code())))
        .collect();
    let squashed: Vec<&str> =
        wrong.iter().filter(|(id, _)| *id == "MCM-2026-0013").map(|(_, code)| *code).collect();
    let others: Vec<(&str, &str)> = wrong.iter().copied().filter(|(id, _)| *id != "MCM-2026-0013").collect();
    assert_eq!(others, [("MCM-2026-0003", "sig-unsupported"), ("MCM-2026-0004", "key-compromised")]);
    let lost: BTreeSet<&str> = approvals
        .others
        .iter()
        .flat_map(|landed| &landed.judged.reasons)
        .map(|(reason, _)| reason.code())
        .collect();
    assert!(!squashed.is_empty() || !lost.is_empty(), "the squash lost a record, and that is told");
    assert_eq!(
        approvals.effective.as_ref().expect("there is a policy").policy.serial,
        2,
        "the amendment is in force"
    );

    // The rules find what the story means, and nothing else: two changes were carried out without a fault.
    let blocking = analysis.findings.iter().filter(|finding| finding.is_blocking());
    let told = blocking.map(|finding| {
        let told = &finding.diagnostic;
        let path = told.location.as_ref().map(|location| location.path.as_str()).unwrap_or_default();
        format!("{} {}", told.code.0, path.trim_start_matches("content/changes/2026/"))
    });
    let told: Vec<String> = told.collect();
    assert_eq!(told, ["MCM817 MCM-2026-0012/request.md", "MCM002 MCM-2026-0018/request.md"]);

    // Stock tools agree about the signatures of those who sign with SSH.
    let mut git = Command::new("git");
    git.args(["log", "--format=%G? %an", "--grep=^Mcm-Decision: approve", "main"]).current_dir(&dir);
    git.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("HOME", "/nonexistent")]);
    let told = String::from_utf8(git.output().expect("git is installed").stdout).expect("UTF-8");
    let good = told.lines().filter(|line| line.starts_with("G ")).count();
    assert!(good >= 20, "{told}");

    let (code, told) = outcome(&folder.path(), &["demo", "book"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("`book` is not empty"), "{told}");
}
