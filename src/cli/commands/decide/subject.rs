//! What a decision is about: the subject of an id, whether its files are committed, what they were before.

use std::collections::BTreeSet;

use super::What;
use crate::facts::approval::carry::Between;
use crate::facts::approval::exception::is_exception;
use crate::facts::approval::propose::{Obstacle, Proposal};
use crate::facts::approval::{Approvals, SubjectId};
use crate::hosts::Failure;
use crate::hosts::record;
use crate::hosts::workspace::{self, CommitId, Loaded};
use crate::inputs::config::is_change_id;
use crate::inputs::signature::Decision;
use crate::outputs::decision::{Change, Preview};
use crate::text::{BookPath, did_you_mean};

/// The subject of an id, and the one document of a change that is meant, if one is.
pub(super) fn named(
    what: &What<'_>,
    loaded: &Loaded,
    approvals: &Approvals,
) -> Result<(SubjectId, Option<String>), Failure> {
    let typed = what.id.trim_end_matches('/');
    let typed = typed.strip_suffix(".md").unwrap_or(typed);
    let below = typed.strip_prefix(&format!("{}/", loaded.config.book.src)).unwrap_or(typed);
    let (subject, only) = match below.split_once('/') {
        Some((change, document)) if is_change_id(change) => (change, Some(document.to_owned())),
        _ => (below, None),
    };
    let is_exception = only.as_deref().is_some_and(is_exception)
        && matches!(what.decision, Decision::Approve | Decision::Reject | Decision::Retract);
    let is_of_one = is_exception || matches!(what.decision, Decision::Acknowledge | Decision::Review);
    if only.is_some() && !is_of_one {
        return Err(Failure::usage(format!(
            "a change is decided on as a whole, and `{typed}` is a part of it"
        ))
        .help(format!("name the change: `{subject}`")));
    }
    let id = SubjectId::named(subject);
    if approvals.subjects.contains_key(&id) {
        let is_review = what.decision == Decision::Review && id.change().is_some();
        return Ok((id, only.or(is_review.then(|| "post-mortem".to_owned()))));
    }
    let src = &loaded.config.book.src;
    let is_here = loaded.inputs.sources.iter().any(|source| {
        SubjectId::of_path(&source.path, src).is_some_and(|(found, _)| found.as_str() == subject)
    });
    if is_here {
        return Err(Failure::usage(format!("`{subject}` is not committed"))
            .help("a signature covers committed bytes: commit it first"));
    }
    let failure = Failure::usage(format!("there is no change and no document `{subject}`"));
    Err(match did_you_mean(subject, approvals.subjects.keys().map(SubjectId::as_str)) {
        Some(guess) => failure.help(format!("did you mean `{guess}`?")),
        None => failure.help("`mcmbook list` and `mcmbook list --kind all` print the ids"),
    })
}

/// Covered files whose bytes in the work tree are not those that would be signed.
pub(super) fn dirty(loaded: &Loaded, id: &SubjectId, proposal: Option<&Proposal>) -> Option<Obstacle> {
    let src = &loaded.config.book.src;
    let own = |path: &BookPath| SubjectId::of_path(path, src).filter(|(found, _)| found == id);
    let covered: Option<BTreeSet<&str>> =
        proposal.map(|proposal| proposal.files.iter().map(|(path, _)| path.as_str()).collect());
    let is_covered = |name: &str| {
        name.starts_with("files/") || covered.as_ref().is_none_or(|covered| covered.contains(name))
    };
    let modified = loaded.inputs.history.modified.iter();
    let mut names: BTreeSet<String> =
        modified.filter_map(own).map(|(_, name)| name).filter(|name| is_covered(name)).collect();
    let paths = loaded.inputs.sources.iter().map(|source| &source.path);
    let paths = paths.chain(loaded.inputs.attachments.iter().map(|file| &file.path));
    let here: BTreeSet<String> = paths.filter_map(own).map(|(_, name)| name).collect();
    let gone = covered.iter().flatten().filter(|name| !here.contains(**name));
    names.extend(gone.map(|name| (*name).to_owned()));
    let list = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| Obstacle {
        code: None,
        message: format!("{id} is not as it was committed: {list}"),
        help: "commit it, or `git restore` it: a signature covers committed bytes".to_owned(),
    })
}

/// The most files that are named; of more, the number.
const MOST_NAMED: usize = 10;

/// Anything else of the work tree that is not as it was committed: whoever signs judges by what is at hand, and the
/// record stands on the commit. `told` are the files that [`dirty`] names.
///
/// # Errors
/// Git cannot be asked.
pub(super) fn unclean(
    loaded: &Loaded,
    id: &SubjectId,
    told: Option<&Obstacle>,
) -> Result<Option<Obstacle>, Failure> {
    let src = &loaded.config.book.src;
    let own = |path: &BookPath| SubjectId::of_path(path, src).filter(|(found, _)| found == id);
    let folder = loaded.inputs.sources.iter().find_map(|source| {
        let (_, name) = own(&source.path).filter(|_| !id.is_document())?;
        source.path.as_str().strip_suffix(&name).map(|folder| folder.trim_end_matches('/').to_owned())
    });
    let mut found = record::unclean(&loaded.root, folder.as_deref())?;
    if told.is_some() {
        // What is wrong with the change itself is told by its own names.
        found.retain(|path| BookPath::new(path).is_none_or(|path| own(&path).is_none()));
    }
    let (count, names) = (found.len(), found.iter().take(MOST_NAMED).map(String::as_str));
    let mut list = names.collect::<Vec<_>>().join(", ");
    if count > MOST_NAMED {
        list += &format!(" and {} more", count - MOST_NAMED);
    }
    Ok((count > 0).then(|| Obstacle {
        code: None,
        message: format!("the work tree is not as it was committed: {list}"),
        help:
            "commit it, or put it aside with `git stash --include-untracked`: a record stands on the commit"
                .to_owned(),
    }))
}

/// Why the approvals of an earlier content cannot be carried over to the one at hand.
pub(super) fn too_different(
    loaded: &Loaded,
    approvals: &Approvals,
    id: &SubjectId,
    proposal: &Proposal,
) -> Option<Obstacle> {
    let record = &proposal.record;
    let (from, to) = (record.carries?, record.subject?);
    let (subject, _) = approvals.subjects.get(id)?;
    let landings = &loaded.inputs.history.ledger.landings;
    let landing = |wanted| subject.contents.iter().rev().find(|(digest, _)| *digest == wanted);
    let between = Between { landings, config: &loaded.config, id, covers: &record.covers };
    let is_small = match (landing(from), landing(to)) {
        (Some(before), Some(after)) => between.is_small(*before, *after),
        _ => Err("what was approved has not landed".to_owned()),
    };
    is_small.err().map(|why| Obstacle {
        code: None,
        message: format!("approvals of {id} cannot be carried: {why}"),
        help: "everybody approves it anew: `mcmbook approve --again`".to_owned(),
    })
}

/// Fills in what is different since the content that the proposal is held against.
pub(super) fn differences(
    loaded: &Loaded,
    id: &SubjectId,
    proposal: &Proposal,
    preview: &mut Preview,
) -> Result<(), Failure> {
    let Some(since) = &proposal.since else { return Ok(()) };
    let Some(commit) = CommitId::of_hex(&since.commit) else { return Ok(()) };
    let short = &since.commit[..10];
    preview.since = Some(match since.is_own {
        true => format!("your own approval in {short}"),
        false => format!("what was approved by {short}"),
    });
    let files = proposal.files.iter().filter_map(|(name, _)| Some((name, path(loaded, id, name)?)));
    let files: Vec<(&String, BookPath)> = files.collect();
    let before = workspace::files_at(&loaded.root, &commit, files.iter().map(|(_, path)| path))?;
    for ((name, path), before) in files.into_iter().zip(before) {
        let before = before.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let source = loaded.inputs.sources.iter().find(|source| source.path == path);
        let after = source.map(|source| source.text.to_string());
        preview.changes.extend(match (&before, &after) {
            (_, Some(after)) => Change::between(name, before.as_deref(), Some(after)),
            // A file that is no document is told by its digest alone.
            (None, None) => Change::between(name, None, Some("")),
            (Some(_), None) => None,
        });
    }
    Ok(())
}

/// Where a file of a manifest lies.
fn path(loaded: &Loaded, id: &SubjectId, name: &str) -> Option<BookPath> {
    let src = &loaded.config.book.src;
    let paths = loaded.inputs.sources.iter().map(|source| &source.path);
    let mut paths = paths.chain(loaded.inputs.attachments.iter().map(|file| &file.path));
    let is_it = |path: &&BookPath| {
        SubjectId::of_path(path, src).is_some_and(|(found, own)| found == *id && own == name)
    };
    paths.find(is_it).cloned()
}
