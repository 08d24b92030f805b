//! Files of a book that an earlier state of it had under another path.
//!
//! Enters: two states of one book, without any history between them: a file that was moved in the work tree
//! counts like one that was moved by a commit. Leaves: pairs of paths.

use std::collections::{BTreeMap, BTreeSet};

use crate::inputs::Inputs;
use crate::text::{BookPath, ContentHash, SourceFile};

/// So many files that are gone, or new, are compared by their text: the work grows with the product.
const MOST: usize = 1000;

/// A file of which this share of the bytes stands in whole lines of the other is the same file, in percent:
/// what Git takes for a rename.
const SAME: usize = 50;

/// The files that are gone, each with the new file that it has become: by equal bytes, else by its lines.
pub fn between<'a>(before: &'a Inputs, after: &'a Inputs) -> BTreeMap<&'a BookPath, &'a BookPath> {
    let (old, new) = (files(before), files(after));
    let gone: Vec<_> = old.iter().filter(|(path, _)| !new.contains_key(*path)).collect();
    let added: Vec<_> = new.iter().filter(|(path, _)| !old.contains_key(*path)).collect();
    let mut pairs = Pairs::default();
    for (from, (hash, _)) in &gone {
        let is_same = |(to, (other, _)): &&(&&'a BookPath, &File<'a>)| other == hash && pairs.is_free(to);
        let mut same = added.iter().filter(is_same);
        let first = same.clone().next();
        let named_alike = same.find(|(to, _)| to.file_name() == from.file_name());
        if let Some((to, _)) = named_alike.or(first) {
            pairs.take(from, to);
        }
    }
    if gone.len() > MOST || added.len() > MOST {
        return pairs.taken;
    }
    let lines_of = |files: &[(&&'a BookPath, &File<'a>)], pairs: &Pairs<'a>| {
        let open = files.iter().filter(|(path, _)| pairs.is_free(path) && !pairs.taken.contains_key(**path));
        open.filter_map(|(path, (_, source))| Some((**path, Lines::of(&(*source)?.text)))).collect::<Vec<_>>()
    };
    let (gone, added) = (lines_of(&gone, &pairs), lines_of(&added, &pairs));
    let mut alike = Vec::new();
    for (from, old) in &gone {
        for (to, new) in &added {
            let percent = old.shared_with(new);
            if percent >= SAME {
                alike.push((std::cmp::Reverse(percent), *from, *to));
            }
        }
    }
    alike.sort();
    for (_, from, to) in alike {
        if pairs.is_free(to) && !pairs.taken.contains_key(from) {
            pairs.take(from, to);
        }
    }
    pairs.taken
}

/// The bytes of a file, and its text where it is one.
type File<'a> = (ContentHash, Option<&'a SourceFile>);

fn files(inputs: &Inputs) -> BTreeMap<&BookPath, File<'_>> {
    let documents = inputs.sources.iter().map(|source| (&source.path, (source.hash, Some(source))));
    let others = inputs.attachments.iter();
    documents.chain(others.map(|other| (&other.path, (other.hash, other.text.as_ref())))).collect()
}

/// What has been found.
#[derive(Default)]
struct Pairs<'a> {
    taken: BTreeMap<&'a BookPath, &'a BookPath>,
    targets: BTreeSet<&'a BookPath>,
}

impl<'a> Pairs<'a> {
    fn take(&mut self, from: &'a BookPath, to: &'a BookPath) {
        self.taken.insert(from, to);
        self.targets.insert(to);
    }

    fn is_free(&self, to: &BookPath) -> bool {
        !self.targets.contains(to)
    }
}

/// The lines of a text with how often each stands there, and the bytes of all.
struct Lines<'a> {
    counts: BTreeMap<&'a str, usize>,
    bytes: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        let mut counts = BTreeMap::new();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.for_each(|line| *counts.entry(line).or_default() += 1);
        let bytes = counts.iter().map(|(line, count)| line.len() * count).sum();
        Lines { counts, bytes }
    }

    /// How much of the longer text stands in both, in percent.
    fn shared_with(&self, other: &Lines<'_>) -> usize {
        let longer = self.bytes.max(other.bytes);
        if longer == 0 || self.bytes.min(other.bytes) * 100 < longer * SAME {
            return 0;
        }
        let both = |(line, count): (&&str, &usize)| {
            other.counts.get(*line).map_or(0, |other| line.len() * count.min(other))
        };
        self.counts.iter().map(both).sum::<usize>() * 100 / longer
    }
}
