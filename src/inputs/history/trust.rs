//! What a ledger is held against from outside: pins of the trust root, and the head that was published last
//! (design: approvals.md, "Trust root", "Ratchet").
//!
//! A repository cannot vouch for its own beginning. A pin that comes from elsewhere (an option, a variable of
//! the pipeline) says which commit the trust root is; the same in `book.toml` is a repetition, which is held
//! against the facts and pins nothing, for whoever can rewrite the history can rewrite that file, too.

use super::landing::{Parents, first_parents};
use crate::text::ContentHash;

/// A trust root as somebody wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Commit id.
    pub root: String,
    /// Digest of the policy in that commit's tree.
    pub policy: Option<ContentHash>,
}

/// Everything that a ledger is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Pins from outside, in the order of the mainline: the first is the trust root, and each later one
    /// begins anew where a quorum was lost. Empty: not pinned.
    pub pins: Vec<Pin>,
    /// What `book.toml` repeats of them.
    pub repeated: Vec<Pin>,
    /// The head that was published last.
    pub previous_head: Option<String>,
}

/// How a head stands to the one that was published before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ratchet {
    /// The earlier head is on the first-parent chain.
    Held,
    /// The earlier head was merged in as if it were the branch.
    Foxtrot,
    /// The earlier head is gone.
    Rewritten,
}

impl Pin {
    /// `<40 digits>` and, for the policy, `[sha256:]<64 digits>`.
    pub fn parse(root: &str, policy: Option<&str>) -> Option<Pin> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let root = root.to_ascii_lowercase();
        if root.len() != 40 || !root.bytes().all(is_hex) {
            return None;
        }
        let digest = |text: &str| {
            ContentHash::from_hex(&text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase())
        };
        match policy {
            Some(policy) => Some(Pin { root, policy: Some(digest(policy)?) }),
            None => Some(Pin { root, policy: None }),
        }
    }

    /// Whether a root is the one that the pin means.
    pub fn fits(&self, root: &str, policy: Option<ContentHash>) -> bool {
        self.root == root && (self.policy.is_none() || self.policy == policy)
    }
}

/// How a head stands to an earlier one, by its place among the commits that the head reaches, if it is there.
pub fn ratchet(parents: &(impl Parents + ?Sized), head: usize, previous: Option<usize>) -> Ratchet {
    let Some(previous) = previous else { return Ratchet::Rewritten };
    match first_parents(parents, head).contains(&previous) {
        true => Ratchet::Held,
        false => Ratchet::Foxtrot,
    }
}

#[cfg(test)]
mod tests;
