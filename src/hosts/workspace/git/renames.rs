//! Renames between a commit and a parent.

use std::collections::{BTreeMap, BTreeSet};

use git2::{DiffFindOptions, DiffOptions, Oid, Repository};

use super::trail::Rename;
use super::trees::Delta;
use crate::text::BookPath;

/// Above this many deleted or added documents in one commit only equal bytes count as a rename, as in
/// Git (`diff.renameLimit`): the comparison of all pairs grows with their product.
const SIMILARITY_LIMIT: usize = 1000;
/// Two documents that share this many percent of their text are one document renamed, as in Git.
const SIMILARITY: u16 = 50;

/// Where documents are compared by similarity.
pub(super) struct Sides<'r> {
    /// The repository.
    pub(super) repo: &'r Repository,
    /// The path of the folder of `book.toml` in it, with a slash at its end unless it is the root.
    pub(super) prefix: &'r str,
    /// The parent's root tree.
    pub(super) old: Oid,
    /// The commit's root tree.
    pub(super) new: Oid,
}

/// The renames among the differences of two trees, sorted.
///
/// First by equal bytes, preferring the same file name; then, for documents, by similar text.
pub(super) fn find(sides: &Sides<'_>, deltas: &[Delta]) -> Result<Vec<Rename>, git2::Error> {
    let mut deleted: Vec<&Delta> = deltas.iter().filter(|delta| delta.new.is_none()).collect();
    let mut added: Vec<&Delta> = deltas.iter().filter(|delta| delta.old.is_none()).collect();
    if deleted.is_empty() || added.is_empty() {
        return Ok(Vec::new());
    }
    let mut renames = take_equal(&mut deleted, &mut added);
    let is_document = |delta: &&Delta| delta.path.extension() == "md";
    deleted.retain(is_document);
    added.retain(is_document);
    let few = |deltas: &[&Delta]| (1..=SIMILARITY_LIMIT).contains(&deltas.len());
    if few(&deleted) && few(&added) {
        renames.extend(similar(sides, &deleted, &added)?);
    }
    renames.sort();
    Ok(renames)
}

/// Takes the pairs of equal blobs out of both lists.
fn take_equal(deleted: &mut Vec<&Delta>, added: &mut Vec<&Delta>) -> Vec<Rename> {
    let mut sources: BTreeMap<Oid, Vec<&Delta>> = BTreeMap::new();
    for delta in deleted.iter() {
        sources.entry(delta.old.unwrap_or(Oid::ZERO_SHA1)).or_default().push(delta);
    }
    let mut renames = Vec::new();
    for same_name in [true, false] {
        added.retain(|target| {
            let Some(sources) = target.new.and_then(|id| sources.get_mut(&id)) else { return true };
            let fits = |source: &&Delta| !same_name || source.path.file_name() == target.path.file_name();
            let Some(at) = sources.iter().position(fits) else { return true };
            let from = sources.remove(at).path.clone();
            renames.push(Rename { from, to: target.path.clone() });
            false
        });
    }
    let renamed: BTreeSet<&BookPath> = renames.iter().map(|rename| &rename.from).collect();
    deleted.retain(|source| !renamed.contains(&source.path));
    renames
}

fn similar(sides: &Sides<'_>, deleted: &[&Delta], added: &[&Delta]) -> Result<Vec<Rename>, git2::Error> {
    let old = sides.repo.find_tree(sides.old)?;
    let new = sides.repo.find_tree(sides.new)?;
    let mut options = DiffOptions::new();
    options.disable_pathspec_match(true);
    for delta in deleted.iter().chain(added) {
        options.pathspec(format!("{}{}", sides.prefix, delta.path));
    }
    let mut diff = sides.repo.diff_tree_to_tree(Some(&old), Some(&new), Some(&mut options))?;
    let mut find = DiffFindOptions::new();
    find.renames(true).rename_threshold(SIMILARITY).rename_limit(SIMILARITY_LIMIT);
    diff.find_similar(Some(&mut find))?;
    let path = |file: git2::DiffFile<'_>| {
        let path = std::str::from_utf8(file.path_bytes()?).ok()?;
        BookPath::new(path.strip_prefix(sides.prefix)?)
    };
    let renamed = diff.deltas().filter(|delta| delta.status() == git2::Delta::Renamed);
    Ok(renamed
        .filter_map(|delta| Some(Rename { from: path(delta.old_file())?, to: path(delta.new_file())? }))
        .collect())
}
