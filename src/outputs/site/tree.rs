//! The pages outside of changes, as a tree: folders, their index pages, what lies beside a page.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::address::{Addresses, relative};
use super::matter::words;
use crate::facts::Facts;
use crate::facts::book::LinkTarget;
use crate::inputs::config::FieldType;
use crate::inputs::document::Document;

/// Neighbours that a page shows at most, so that no page grows with the book.
const NEIGHBOURS: usize = 60;

/// A page or a folder.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Folder of the page: `process/windows`; empty for the root.
    pub(super) path: String,
    /// Title of its document, or its folder's name in words.
    pub(super) title: String,
    /// The document, unless the folder has none of its own.
    pub(super) document: Option<usize>,
    /// Pages and folders below, in reading order.
    pub(super) children: Vec<usize>,
    /// The folder above; none for the root.
    pub(super) parent: Option<usize>,
    /// Its place among the children of that folder.
    rank: usize,
}

/// All pages outside of changes.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    by_path: HashMap<String, usize>,
}

/// What lies beside a page, for its margin. Links are from the root of the site.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Rail {
    /// The folder.
    pub(super) title: String,
    pub(super) href: String,
    pub(super) entries: Vec<RailEntry>,
    /// How many neighbours are left out.
    pub(super) more: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct RailEntry {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) current: bool,
    pub(super) children: Vec<RailEntry>,
}

impl Tree {
    /// Builds the tree; folders without an index page get a node without a document.
    pub(super) fn of(facts: &Facts, addresses: &Addresses<'_>) -> Tree {
        let mut tree = Tree { nodes: Vec::new(), by_path: HashMap::new() };
        tree.ensure("");
        for (index, document) in facts.book.documents.iter().enumerate() {
            if document.id.change().is_some() || !addresses.is_shown(index) {
                continue;
            }
            let Some(folder) = addresses.place(index).page.strip_suffix("index.html") else { continue };
            let node = tree.ensure(folder.trim_end_matches('/'));
            tree.nodes[node].document = Some(index);
            tree.nodes[node].title = document.title().to_owned();
        }
        tree.sort(facts);
        tree
    }

    /// The node of a folder.
    pub(super) fn at(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The nodes from below the root down to the node itself.
    pub(super) fn way_to(&self, node: usize) -> Vec<usize> {
        let mut way: Vec<usize> =
            std::iter::successors(Some(node), |node| self.nodes[*node].parent).collect();
        way.pop();
        way.reverse();
        way
    }

    /// The pages before and after a page in its folder.
    pub(super) fn beside(&self, node: usize) -> (Option<usize>, Option<usize>) {
        let Some(parent) = self.nodes[node].parent else { return (None, None) };
        let siblings = &self.nodes[parent].children;
        let at = self.nodes[node].rank;
        (at.checked_sub(1).map(|before| siblings[before]), siblings.get(at + 1).copied())
    }

    /// The margin of a page: its folder, the pages in it, and the pages below it.
    pub(super) fn rail(&self, node: usize) -> Option<Rail> {
        let has_children = !self.nodes[node].children.is_empty();
        let parent = self.nodes[node].parent?;
        // An index page shows its own folder; at the top level its neighbours are the navigation itself.
        let folder = if self.nodes[parent].parent.is_none() { node } else { parent };
        if folder == node && !has_children {
            return None;
        }
        let siblings = &self.nodes[folder].children;
        let at = if folder == node { 0 } else { self.nodes[node].rank };
        let first = at.saturating_sub(NEIGHBOURS / 2).min(siblings.len().saturating_sub(NEIGHBOURS));
        let shown = &siblings[first..siblings.len().min(first + NEIGHBOURS)];
        let entry = |sibling: &usize| {
            let below: &[usize] = if *sibling == node { &self.nodes[node].children } else { &[] };
            let children = below.iter().take(NEIGHBOURS).map(|child| self.entry(*child, false, Vec::new()));
            self.entry(*sibling, *sibling == node, children.collect())
        };
        Some(Rail {
            title: self.nodes[folder].title.clone(),
            href: self.href(folder),
            entries: shown.iter().map(entry).collect(),
            more: siblings.len() - shown.len(),
        })
    }

    /// The link from the root of the site to a node's page.
    pub(super) fn href(&self, node: usize) -> String {
        relative("", &self.page(node))
    }

    /// The page of a node, below the output folder.
    pub(super) fn page(&self, node: usize) -> String {
        match self.nodes[node].path.as_str() {
            "" => "index.html".to_owned(),
            path => format!("{path}/index.html"),
        }
    }

    fn entry(&self, node: usize, current: bool, children: Vec<RailEntry>) -> RailEntry {
        RailEntry { title: self.nodes[node].title.clone(), href: self.href(node), current, children }
    }

    fn ensure(&mut self, path: &str) -> usize {
        if let Some(node) = self.at(path) {
            return node;
        }
        let parent = match path.rsplit_once('/') {
            _ if path.is_empty() => None,
            Some((parent, _)) => Some(self.ensure(parent)),
            None => Some(self.ensure("")),
        };
        let node = self.nodes.len();
        let name = path.rsplit('/').next().unwrap_or_default();
        self.nodes.push(Node {
            path: path.to_owned(),
            title: words(name),
            document: None,
            children: Vec::new(),
            parent,
            rank: 0,
        });
        self.by_path.insert(path.to_owned(), node);
        if let Some(parent) = parent {
            self.nodes[parent].children.push(node);
        }
        node
    }

    /// Reading order: as the folder's index page links to them, then guide chapters in the order in which
    /// the kind lists them, then by path.
    fn sort(&mut self, facts: &Facts) {
        for node in 0..self.nodes.len() {
            // Most pages have nothing below them, and their links need not be followed.
            if self.nodes[node].children.len() < 2 {
                continue;
            }
            let linked = self.linked_from(facts, node);
            let mut children = std::mem::take(&mut self.nodes[node].children);
            children.sort_by_cached_key(|child| {
                let document = self.nodes[*child].document;
                let place = document.and_then(|index| linked.get(&index).copied()).unwrap_or(usize::MAX);
                let chapter = document.and_then(|index| chapter_rank(&facts.book.documents[index]));
                (place, chapter.unwrap_or(usize::MAX), self.nodes[*child].path.clone())
            });
            for (rank, child) in children.iter().enumerate() {
                self.nodes[*child].rank = rank;
            }
            self.nodes[node].children = children;
        }
    }

    /// The documents that the page of a folder links to, each with the place of its first link.
    pub(super) fn linked_from(&self, facts: &Facts, node: usize) -> BTreeMap<usize, usize> {
        let mut order = BTreeMap::new();
        let Some(index) = self.nodes[node].document else { return order };
        let document = &*facts.book.documents[index];
        for (at, link) in document.outline.links.iter().enumerate() {
            if let LinkTarget::Document { index, .. } = facts.book.follow(document, &link.target) {
                order.entry(index).or_insert(at);
            }
        }
        order
    }
}

/// The rank of a guide chapter: its place among the values that the kind allows.
fn chapter_rank(document: &Document) -> Option<usize> {
    let chapter = document.text("chapter")?;
    let field = document.kind.as_ref()?.field("chapter")?;
    match field.ty.bare() {
        FieldType::Enum(values) => values.iter().position(|value| value == chapter),
        _ => None,
    }
}
