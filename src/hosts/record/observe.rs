//! The branch of observers: when a head was first seen (T2), and time stamps of others (T3).

use super::process::Git;
use super::{Identity, key};
use crate::hosts::Failure;
use crate::hosts::workspace::{CommitId, Root};
use crate::inputs::signature::{Certificates, split, stamp, verify};

/// The branch; clones carry it.
pub const OBSERVERS: &str = "mcmbook-observer";

/// The newest observation: of this clone, or of the remote where this clone has none.
pub fn tip(root: &Root, remote: &str) -> Option<CommitId> {
    let git = Git::of(root);
    let here = git.commit(&format!("refs/heads/{OBSERVERS}")).ok();
    let there = git.commit(&format!("refs/remotes/{remote}/{OBSERVERS}")).ok();
    match (here, there) {
        (Some(here), Some(there)) if git.is_ancestor(here.as_str(), there.as_str()) => Some(there),
        (Some(here), _) => Some(here),
        (None, there) => there,
    }
}

/// Asks a remote for the observations that it has; none is no failure.
pub fn fetch(root: &Root, remote: &str) {
    let spec = format!("+refs/heads/{OBSERVERS}:refs/remotes/{remote}/{OBSERVERS}");
    let _ = Git::of(root).ask(&["fetch", "--quiet", "--", remote, &spec]);
}

/// Writes an observation behind the newest one; no reference moves. The first one has no parent.
///
/// # Errors
/// Git cannot sign; the signature is not by `fingerprint`.
pub fn write(
    root: &Root,
    message: &str,
    tip: Option<&CommitId>,
    by: &Identity,
    fingerprint: &str,
) -> Result<CommitId, Failure> {
    let git = Git::of(root).by(by);
    let tree = match tip {
        Some(tip) => format!("{}^{{tree}}", tip.as_str()),
        None => git.feed(&["mktree"], b"")?.trim().to_owned(),
    };
    let mut arguments = vec!["-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S"];
    if let Some(tip) = tip {
        arguments.extend(["-p", tip.as_str()]);
    }
    arguments.push(&tree);
    let id = git.feed(&arguments, message.as_bytes())?;
    let id = CommitId::of_hex(id.trim()).ok_or_else(|| Failure::environment("git named no commit"))?;
    let raw = git.run(&["cat-file", "commit", id.as_str()])?;
    let found = split(raw.as_bytes()).ok().and_then(|commit| verify(&commit, &Certificates::default()));
    match found {
        Some(found) if found.is_good() && found.key.as_deref() == Some(fingerprint) => Ok(id),
        _ => Err(Failure::usage("the observation is not signed by the observer's key")
            .help("an observer signs with an SSH key that `[[observer]]` of the policy names")),
    }
}

/// Puts a time stamp (RFC 3161, DER) for a commit on the branch, as the file `tokens/COMMIT.tsr`; gives the
/// bytes of the commit beside.
///
/// # Errors
/// The token is not over the bytes of the commit, or is there already.
pub fn attach(
    root: &Root,
    of: &CommitId,
    token: &[u8],
    tip: Option<&CommitId>,
    by: &Identity,
) -> Result<(CommitId, Vec<u8>), Failure> {
    let git = Git::of(root).by(by);
    let raw = git.bytes(&["cat-file", "commit", of.as_str()])?;
    let is_over = stamp::is_over(token, &raw).map_err(|why| {
        Failure::usage(format!("the file is no time stamp that could count: {why}"))
            .help("give the answer of the authority as it came, in DER")
    })?;
    if !is_over {
        let ask = format!("`git cat-file commit {} | openssl ts -query -data - -sha256 -cert`", of.as_str());
        return Err(Failure::usage(format!("the token is not over the commit {}", of.as_str()))
            .help(format!("ask the authority for one over its bytes: {ask}")));
    }
    let blob = git.feed(&["hash-object", "-w", "--stdin"], token)?;
    let name = format!("{}.tsr", of.as_str());
    let known = tip.and_then(|tip| git.ask(&["ls-tree", &format!("{}:tokens", tip.as_str())]));
    let known = known.unwrap_or_default();
    if known.lines().any(|line| line.ends_with(&format!("\t{name}"))) {
        return Err(Failure::usage(format!("there is a token for {} already", of.as_str())));
    }
    let entry = format!("100644 blob {}\t{name}\n", blob.trim());
    let lines = if known.is_empty() { entry } else { format!("{known}\n{entry}") };
    let tokens = git.feed(&["mktree"], lines.as_bytes())?;
    let tree = git.feed(&["mktree"], format!("040000 tree {}\ttokens\n", tokens.trim()).as_bytes())?;
    let message = format!("Time stamp for {}\n", &of.as_str()[..10]);
    let mut arguments = vec!["commit-tree"];
    if let Some(tip) = tip {
        arguments.extend(["-p", tip.as_str()]);
    }
    arguments.push(tree.trim());
    let id = git.feed(&arguments, message.as_bytes())?;
    let id = CommitId::of_hex(id.trim()).ok_or_else(|| Failure::environment("git named no commit"))?;
    Ok((id, raw))
}

/// Moves the branch of this clone, and pushes it where a remote is named.
///
/// # Errors
/// Somebody else has moved it.
pub fn publish(root: &Root, new: &CommitId, remote: Option<&str>) -> Result<(), Failure> {
    let git = Git::of(root);
    let name = format!("refs/heads/{OBSERVERS}");
    let old = git.commit(&name).ok();
    git.move_reference(&name, old.as_ref(), new, "mcmbook stamp")?;
    let Some(remote) = remote else { return Ok(()) };
    git.run(&["push", "--quiet", "--", remote, &format!("{name}:{name}")]).map(|_| ())
}

/// The fingerprint of the key that git signs with here.
pub fn fingerprint(root: &Root) -> Option<String> {
    key::signing_key(root).fingerprint
}
