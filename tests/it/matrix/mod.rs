//! Every format of signature in every state, judged by mcmbook, git, ssh-keygen, gpg, gpgsm and openssl. Where they
//! differ, the difference is documented: in the list of `facts::approval::stock`, and on the manual's page on
//! signatures.

mod openpgp;
mod ssh;
mod x509;

use std::collections::BTreeSet;
use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::facts::approval::stock::{Documented, documented};

use crate::approvals::book::Book;
use crate::support::generated;
use crate::threats::forge::codes;

const PAGE: &str = "content/manual/signatures.md";
const BEGIN: &str = "They differ only here:\n";

/// One cell: what everybody says of one record.
struct Cell {
    /// The kind of key.
    kind: &'static str,
    /// What is special about the record.
    case: &'static str,
    /// The reason codes of mcmbook; none when the record counts.
    codes: Vec<&'static str>,
    /// Which tools take it.
    taken_by: Vec<(&'static str, bool)>,
}

fn cell(
    (kind, case): (&'static str, &'static str),
    book: &Book,
    id: &str,
    taken_by: Vec<(&'static str, bool)>,
) -> Cell {
    let codes = codes(book, id);
    let is_approved = book.status() == ApprovalStatus::Approved;
    assert_eq!(codes.is_empty(), is_approved, "{kind}, {case}: the record decides: {codes:?}");
    Cell { kind, case, codes, taken_by }
}

/// Whether `git verify-commit` takes a commit, with these variables in its environment.
fn git(book: &Book, id: &str, variables: &[(&str, &str)]) -> bool {
    let signers = book.repo.book().join("policy/allowed_signers");
    let mut command = Command::new("git");
    command.arg("-c").arg(format!("gpg.ssh.allowedSignersFile={}", signers.display()));
    command.args(["-c", "gpg.x509.program=gpgsm", "verify-commit", id]).current_dir(book.repo.path());
    command.env("HOME", "/nonexistent").envs(variables.iter().copied());
    command.output().expect("git is installed").status.success()
}

/// Holds the cells of a format against the documented list: every answer that is not mcmbook's is on it with every
/// reason, every answer on it was given, and what stands against a record is what its case is made for.
fn held(format: &str, cells: &[Cell], against: &[(&str, &str)]) {
    let known: Vec<&Documented> = documented().iter().filter(|one| one.format == format).collect();
    for cell in cells {
        let Cell { kind, case, codes, taken_by } = cell;
        let otherwise = taken_by.iter().filter(|(_, taken)| *taken != codes.is_empty());
        let otherwise: BTreeSet<&str> = otherwise.map(|(tool, _)| *tool).collect();
        let of_case = || known.iter().filter(|one| one.case == *case);
        let expected: BTreeSet<&str> = of_case().flat_map(|one| &one.tools).map(String::as_str).collect();
        assert_eq!(otherwise, expected, "{format}, {kind}, {case}: {codes:?} {taken_by:?}");
        for tool in otherwise {
            let of_tool = || of_case().filter(|one| one.tools.iter().any(|name| name == tool));
            let is_named = |code: &&str| of_tool().any(|one| one.codes.iter().any(|known| known == code));
            assert!(codes.iter().all(is_named), "{format}, {kind}, {case}: {codes:?} by {tool}");
        }
        let mut made_for = against.iter().filter(|(name, _)| name == case).map(|(_, code)| code).peekable();
        let is_named = made_for.peek().is_none() || made_for.any(|code| codes.contains(code));
        assert!(is_named, "{format}, {kind}, {case}: {codes:?}");
    }
    let made: BTreeSet<&str> = cells.iter().map(|cell| cell.case).collect();
    let listed = known.iter().map(|one| one.case.as_str()).chain(against.iter().map(|(case, _)| *case));
    let missing: Vec<&str> = listed.filter(|case| !made.contains(case)).collect();
    assert!(made.contains("good") && missing.is_empty(), "{format}: nobody makes {missing:?}");
}

#[test]
fn stock_tools_agree_on_ssh_or_the_difference_is_documented() {
    held("ssh", &ssh::cells(), &ssh::AGAINST);
}

#[test]
fn stock_tools_agree_on_openpgp_or_the_difference_is_documented() {
    held("openpgp", &openpgp::version_4(), &openpgp::AGAINST);
}

#[test]
fn stock_tools_agree_on_openpgp_of_version_6_or_the_difference_is_documented() {
    held("openpgp-v6", &openpgp::version_6(), &openpgp::against_version_6());
}

#[test]
fn stock_tools_agree_on_x509_or_the_difference_is_documented() {
    held("x509", &x509::cells(), &x509::AGAINST);
}

#[test]
fn the_manual_lists_the_differences() {
    let mut made = "\n| Format | Case | Who says otherwise | Why |\n|---|---|---|---|\n".to_owned();
    for one in documented() {
        let format = match one.format.as_str() {
            "ssh" => "SSH",
            "openpgp" => "OpenPGP",
            "openpgp-v6" => "OpenPGP, version 6",
            _ => "X.509",
        };
        made += &format!("| {format} | {} | {} | {} |\n", one.case, one.tools.join(", "), one.why);
    }
    generated(PAGE, BEGIN, "", made.trim_start_matches('\n'));
}
