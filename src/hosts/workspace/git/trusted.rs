//! The ledger held against what is known from outside: pins, the head that was published last, and commits
//! of the mainline that tools read differently (design: approvals.md, "Trust root", "Ratchet").

use std::collections::HashSet;

use git2::{BranchType, ObjectType, Odb, Oid, Repository};

use super::order::Node;
use crate::hosts::failure::Failure;
use crate::inputs::history::landing::first_parents;
use crate::inputs::history::ledger::{Ledger, Observation, TimeToken};
use crate::inputs::history::trust::{Pin, Ratchet, Trust, ratchet};
use crate::inputs::signature::{split, stamp};
use crate::text::ContentHash;

/// The branch on which observers write what they saw.
const OBSERVERS: &str = "mcmbook-observer";

/// Holds the head against the one that was published last.
pub(super) fn hold(nodes: &[Node], trust: &Trust) -> Result<(), Failure> {
    let Some(previous) = &trust.previous_head else { return Ok(()) };
    let place = nodes.iter().position(|node| node.raw.commit.id == *previous);
    let failure = match ratchet(nodes, 0, place) {
        Ratchet::Held => return Ok(()),
        Ratchet::Foxtrot => Failure::environment(format!(
            "foxtrot: the published head {previous} was merged into this branch as if it were another one"
        ))
        .help(format!(
            "put the work on top of it: `git reset --hard {previous}`, then `git merge --no-ff COMMIT`"
        ))
        .help("a `git pull` that merges does this: use `git pull --ff-only`"),
        Ratchet::Rewritten => Failure::environment(format!(
            "history-rewritten: the published head {previous} is no part of this history"
        ))
        .help(format!("bring it back: `git fetch origin {previous}` and `git reset --hard {previous}`"))
        .help("decisions that landed before may be gone: find out who pushed with force"),
    };
    Err(failure)
}

/// The places of the trust roots on the mainline, oldest first, and whether they are pinned. `found` is the
/// first commit of the mainline that holds a policy; `digest` gives that of a commit.
pub(super) fn roots(
    nodes: &[Node],
    found: Option<usize>,
    trust: &Trust,
    mut digest: impl FnMut(usize) -> Result<Option<ContentHash>, Failure>,
) -> Result<Vec<usize>, Failure> {
    let is_nameless = |pin: &&Pin| pin.root.is_empty();
    if let Some(policy) = trust.pins.iter().find(is_nameless).and_then(|pin| pin.policy) {
        let message = format!("the policy sha256:{policy} is pinned, and not the trust root that has it");
        return Err(Failure::environment(message)
            .help("`--trust-root COMMIT` names it: one for each `--root-policy`")
            .help("in a pipeline these are `MCMBOOK_TRUST_ROOT` and `MCMBOOK_ROOT_POLICY`"));
    }
    let Some(found) = found else {
        return match trust.pins.first().or(trust.repeated.first()) {
            Some(pin) => Err(Failure::environment(format!(
                "the trust root {} is pinned, and no commit of the mainline holds a policy",
                pin.root
            ))
            .help(ANOTHER)),
            None => Ok(Vec::new()),
        };
    };
    let line = first_parents(nodes, 0);
    let id = |commit: usize| nodes[commit].raw.commit.id.as_str();
    let mut roots = vec![found];
    for (nth, pin) in trust.pins.iter().enumerate() {
        let place = line.iter().copied().find(|commit| id(*commit) == pin.root);
        match (nth, place) {
            (0, _) => fits(pin, id(found), digest(found)?)?,
            (_, Some(place)) if roots.iter().all(|root| comes_before(&line, *root, place)) => {
                fits(pin, id(place), digest(place)?)?;
                roots.push(place);
            }
            (_, Some(_) | None) => {
                let message = format!("the trust root {} is pinned, and no such commit follows", pin.root);
                return Err(Failure::environment(message).help(ANOTHER));
            }
        }
    }
    if trust.repeated.len() > roots.len() {
        let message = "`book.toml` names a trust root that is not pinned from outside";
        return Err(Failure::environment(message)
            .help("a book cannot begin anew by its own word: pin every root with `--trust-root`"));
    }
    for (pin, root) in trust.repeated.iter().zip(&roots) {
        fits(pin, id(*root), digest(*root)?)?;
    }
    Ok(roots)
}

const ANOTHER: &str = "this is another repository, or its history was rewritten: ask who gave you the pin";

fn fits(pin: &Pin, root: &str, policy: Option<ContentHash>) -> Result<(), Failure> {
    if pin.fits(root, policy) {
        return Ok(());
    }
    let message = match (pin.root == root, policy) {
        (false, _) => format!("the trust root is {root}, and {} is pinned", pin.root),
        (true, Some(policy)) => {
            format!("the policy of the trust root {root} is sha256:{policy}, and another one is pinned")
        }
        (true, None) => format!("the policy of the trust root {root} has no digest"),
    };
    Err(Failure::environment(message).help(ANOTHER))
}

/// Whether a commit stands before another one on a line, which is newest first.
fn comes_before(line: &[usize], first: usize, second: usize) -> bool {
    let place = |commit| line.iter().position(|on_line| *on_line == commit);
    place(first) > place(second)
}

/// Refuses a commit of the mainline whose header names things twice: one tool takes the first, another one
/// the last, and what landed would be a matter of taste (threat 41).
pub(super) fn refuse_ambiguous(nodes: &[Node], mainline: impl Iterator<Item = usize>) -> Result<(), Failure> {
    for commit in mainline {
        let raw = &nodes[commit].raw;
        if raw.is_ambiguous {
            let id = &raw.commit.id;
            return Err(Failure::environment(format!(
                "the header of commit {id} of the mainline is malformed"
            ))
            .help(format!("`git fsck` and `git cat-file commit {id}` show it"))
            .help("tools read such a commit differently: leave it out of the mainline"));
        }
    }
    Ok(())
}

/// The chain of observations, oldest first; empty where there is no such branch.
pub(super) fn observations(repo: &Repository, odb: &Odb<'_>) -> Result<Vec<Observation>, git2::Error> {
    let mut chains: Vec<Vec<Observation>> = Vec::new();
    for tip in tips(repo) {
        chains.push(chain(odb, tip)?);
    }
    Ok(chains.into_iter().max_by_key(Vec::len).unwrap_or_default())
}

/// Where the branch of observers stands: in this clone, and at its origin.
fn tips(repo: &Repository) -> impl Iterator<Item = Oid> {
    let names =
        [(OBSERVERS.to_owned(), BranchType::Local), (format!("origin/{OBSERVERS}"), BranchType::Remote)];
    names.into_iter().filter_map(|(name, kind)| repo.find_branch(&name, kind).ok()?.get().target())
}

/// The time stamps that stand on the branch, for what has landed and for records. Each proves itself or
/// nothing: it need not be part of the chain.
pub(super) fn tokens(
    repo: &Repository,
    odb: &Odb<'_>,
    ledger: &Ledger,
) -> Result<Vec<TimeToken>, git2::Error> {
    let mut found = Vec::new();
    let mut asked: Option<HashSet<&str>> = None;
    for tip in tips(repo) {
        let Ok(tree) = repo.find_commit(tip).and_then(|commit| commit.tree()) else { continue };
        let Some(folder) = tree.get_name("tokens") else { continue };
        let Ok(folder) = repo.find_tree(folder.id()) else { continue };
        let asked = asked.get_or_insert_with(|| {
            let records = ledger.landings.iter().flat_map(|landing| &landing.records);
            let landings = ledger.landings.iter().map(|landing| landing.commit.as_str());
            landings.chain(records.map(|record| record.commit.as_str())).collect()
        });
        for entry in folder.iter().filter(|entry| entry.kind() == Some(ObjectType::Blob)) {
            let Some(commit) = entry.name().ok().and_then(|name| name.strip_suffix(".tsr")) else { continue };
            if !asked.contains(commit) {
                continue;
            }
            let (size, _) = odb.read_header(entry.id())?;
            let answer = match size <= stamp::LONGEST {
                true => Some(odb.read(entry.id())?.data().into()),
                false => None,
            };
            let object = odb.read(Oid::from_str(commit)?)?.data().into();
            found.push(TimeToken { commit: commit.to_owned(), object, answer });
        }
    }
    found.sort_by(|a: &TimeToken, b| (&a.commit, &a.answer).cmp(&(&b.commit, &b.answer)));
    found.dedup();
    Ok(found)
}

fn chain(odb: &Odb<'_>, tip: Oid) -> Result<Vec<Observation>, git2::Error> {
    let mut chain = Vec::new();
    let mut at = Some(tip);
    while let Some(id) = at {
        let object = odb.read(id)?;
        let parents = split(object.data()).map(|commit| commit.parents.first().copied().map(Oid::from_str));
        chain.push(Observation { commit: id.to_string(), raw: object.data().into() });
        at = parents.ok().flatten().transpose()?;
    }
    chain.reverse();
    Ok(chain)
}
