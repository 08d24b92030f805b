//! Branches of records: `mcm/<id>/<person>`, so that several people can decide at once, and forks and
//! protected branches are no obstacle (design: approvals.md, "The record commit").

use super::process::{Git, NO_HOOKS};
use crate::hosts::Failure;
use crate::hosts::workspace::{CommitId, Root};
use crate::outputs::decision::MergedBranch;
use crate::text::counted;

/// The branch for a person's records on a subject, and the commit that the next record follows.
///
/// The branch goes on where it was left, unless it stands beside the commit at hand: then a further one is
/// begun, for a record has one parent and nothing is ever rebased.
///
/// # Errors
/// A name that no branch can have.
pub fn on_branch(
    root: &Root,
    id: &str,
    person: &str,
    head: &CommitId,
) -> Result<(String, CommitId, Option<CommitId>), Failure> {
    let git = Git::of(root);
    let mut name = format!("mcm/{id}/{person}");
    if git.ask(&["check-ref-format", "--branch", &name]).is_none() {
        return Err(Failure::usage(format!("no branch can be named `{name}`"))
            .help("leave `--push` out: the record is then put on the branch at hand"));
    }
    for number in 2.. {
        let Ok(tip) = git.commit(&format!("refs/heads/{name}")) else {
            return Ok((name, head.clone(), None));
        };
        if git.is_ancestor(tip.as_str(), head.as_str()) {
            return Ok((name, head.clone(), Some(tip)));
        }
        if git.is_ancestor(head.as_str(), tip.as_str()) {
            return Ok((name, tip.clone(), Some(tip)));
        }
        name = format!("mcm/{id}/{person}-{number}");
    }
    Err(Failure::internal("there are more branches than numbers"))
}

/// Sets a branch to a record, and pushes it.
///
/// # Errors
/// The branch has moved, or the remote does not take it; the branch stays here then.
pub fn push(
    root: &Root,
    remote: &str,
    branch: &str,
    old: Option<&CommitId>,
    new: &CommitId,
    why: &str,
) -> Result<(), Failure> {
    let git = Git::of(root);
    let name = format!("refs/heads/{branch}");
    git.move_reference(&name, old, new, why)?;
    git.run(&["push", "--quiet", "--", remote, &format!("{name}:{name}")]).map(|_| ()).map_err(|failure| {
        failure.help(format!("the record is on the branch `{branch}` here: `git push {remote} {branch}`"))
    })
}

/// Merges every branch of records on a subject, or on all, into the branch at hand, each with a merge
/// commit. A remote is asked first, where there is one.
///
/// # Errors
/// A branch that brings more than records, a merge that does not go through; what was merged before stays.
pub fn collect(root: &Root, id: Option<&str>, remote: Option<&str>) -> Result<Vec<MergedBranch>, Failure> {
    let git = Git::of(root);
    if git.ask(&["symbolic-ref", "--quiet", "HEAD"]).is_none() {
        return Err(Failure::usage("no branch is checked out, so nothing can be merged")
            .help("`git switch main`, or the branch of the change"));
    }
    let place = id.map_or_else(|| "mcm".to_owned(), |id| format!("mcm/{id}"));
    let remote = remote.map(str::to_owned).or_else(|| {
        git.ask(&["remote"])
            .filter(|names| names.lines().any(|name| name == "origin"))
            .map(|_| "origin".into())
    });
    if let Some(remote) = &remote {
        let spec = format!("+refs/heads/{place}/*:refs/remotes/{remote}/{place}/*");
        git.run(&["-c", NO_HOOKS, "fetch", "--quiet", "--", remote, &spec])?;
    }
    let mut patterns = vec![format!("refs/heads/{place}/")];
    patterns.extend(remote.iter().map(|remote| format!("refs/remotes/{remote}/{place}/")));
    let mut list = vec!["for-each-ref", "--format=%(objectname) %(refname)"];
    list.extend(patterns.iter().map(String::as_str));
    let mut merged = Vec::new();
    for line in git.run(&list)?.lines() {
        let Some((tip, name)) = line.split_once(' ') else { continue };
        if git.is_ancestor(tip, "HEAD") {
            continue;
        }
        let branch = name.find("mcm/").map_or(name, |at| &name[at..]);
        let records = only_records(&git, tip, branch)?;
        let message = format!("Merge {} of {branch}", counted(records, "record"));
        let merge =
            ["-c", NO_HOOKS, "merge", "--quiet", "--no-ff", "--no-verify", "--no-edit", "-m", &message, tip];
        if let Err(failure) = git.run(&merge) {
            let _ = git.ask(&["merge", "--abort"]);
            return Err(failure.help("nothing of that branch was merged"));
        }
        let commit = git.commit("HEAD")?.as_str().to_owned();
        merged.push(MergedBranch { branch: branch.to_owned(), records, commit });
    }
    Ok(merged)
}

/// How many records a branch would bring.
///
/// # Errors
/// It would bring commits that change files: those belong to a pull request, not to somebody's signature.
fn only_records(git: &Git, tip: &str, branch: &str) -> Result<usize, Failure> {
    let range = format!("HEAD..{tip}");
    let commits = git.run(&["rev-list", "--parents", &range])?;
    let mut records = 0;
    for line in commits.lines() {
        let ids: Vec<&str> = line.split(' ').collect();
        let is_pure = match ids.as_slice() {
            [commit, parent] => {
                let tree = |id: &str| git.ask(&["rev-parse", &format!("{id}^{{tree}}")]);
                tree(commit).is_some_and(|own| tree(parent) == Some(own))
            }
            _ => false,
        };
        if !is_pure {
            return Err(Failure::usage(format!("`{branch}` brings commits that change files"))
                .help("merge the pull request that these records belong to first, then collect again")
                .help("or check its branch out and collect there"));
        }
        records += 1;
    }
    Ok(records)
}
