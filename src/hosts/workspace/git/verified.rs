//! Signatures verified ahead, in parallel, and remembered between two runs (design: architecture.md, caches).
//!
//! What is kept is a fact about bytes: whether the key in an SSH signature made it over this commit. Whose key
//! it is and whether it counted is judged anew each time. The file lies in Git's own folder, so that it is
//! never committed; deleting it costs time and changes nothing. Whoever must not believe it does not read it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;
use tracing::{debug, info_span};

use crate::inputs::history::ledger::Ledger;
use crate::inputs::signature::{Certificates, Format, Known, Verification, cache_key, split, verify};
use crate::text::ContentHash;

/// The file, below Git's common folder. Another version of the program may have verified otherwise.
const FILE: &str = concat!("mcmbook/verified-", env!("CARGO_PKG_VERSION"), "-2.json");

/// Fewer new signatures than this are not worth a file.
const WORTH_KEEPING: usize = 200;

/// What was verified: SHA-256 of the commit object -> what was found.
type Entries = HashMap<ContentHash, Arc<Verification>>;

/// Hexadecimal digits of one hash.
const DIGITS: usize = 64;

/// Verifies every SSH signature that the ledger may ask for; `common` is Git's common folder.
pub(super) fn ahead(ledger: &Ledger, common: &Path, may_remember: bool) -> Known {
    let _phase = info_span!("signatures").entered();
    let file = common.join(FILE);
    let mut known = if may_remember { read(&file) } else { Entries::default() };
    let of_landings = ledger.landings.iter().flat_map(|landing| {
        let edits = landing.edits.iter().filter_map(|edit| edit.signed.as_ref());
        edits.chain(landing.records.iter().map(|record| &record.raw))
    });
    let all: Vec<&Arc<[u8]>> = of_landings.chain(ledger.observations.iter().map(|one| &one.raw)).collect();
    let none = Certificates::default();
    let hashed: Vec<(ContentHash, &Arc<[u8]>)> =
        all.into_par_iter().map(|raw| (cache_key(raw, &none), raw)).collect();
    let fresh = hashed.par_iter().filter(|(key, _)| !known.contains_key(key)).filter_map(|(key, raw)| {
        let commit = split(raw).ok()?;
        let is_ssh = commit.signature.as_ref().is_some_and(|block| block.format == Format::Ssh);
        Some((*key, Arc::new(verify(&commit, &none).filter(|_| is_ssh)?)))
    });
    let fresh: Vec<(ContentHash, Arc<Verification>)> = fresh.collect();
    debug!(kept = known.len(), made = fresh.len(), "verified signatures");
    let is_worth_it = may_remember && fresh.len() >= WORTH_KEEPING;
    known.extend(fresh);
    if is_worth_it {
        let wanted: HashSet<ContentHash> = hashed.iter().map(|(key, _)| *key).collect();
        known.retain(|key, _| wanted.contains(key));
        write(&file, &known);
    }
    Known::new(known)
}

/// What an earlier run wrote; nothing when there is no file, or one that cannot be read.
fn read(file: &Path) -> Entries {
    let Ok(bytes) = std::fs::read(file) else { return Entries::default() };
    let groups: Vec<(Arc<Verification>, String)> = serde_json::from_slice(&bytes).unwrap_or_default();
    let mut entries = Entries::default();
    entries.reserve(groups.iter().map(|(_, keys)| keys.len() / DIGITS).sum());
    for (found, keys) in groups {
        let keys = keys.as_bytes().chunks(DIGITS).filter_map(|key| std::str::from_utf8(key).ok());
        entries.extend(keys.filter_map(ContentHash::from_hex).map(|key| (key, found.clone())));
    }
    entries
}

/// Writes the file as a whole, or not at all: a disk that takes nothing only costs time.
///
/// Each thing that was found stands there once, with the hashes of all the commits of which it was. A file of the
/// same entries is the same bytes.
fn write(file: &Path, entries: &Entries) {
    let mut sorted: Vec<(&ContentHash, &Arc<Verification>)> = entries.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    let mut groups: BTreeMap<String, (&Verification, String)> = BTreeMap::new();
    for (key, found) in sorted {
        let Ok(what) = serde_json::to_string(found) else { return };
        groups.entry(what).or_insert((found, String::new())).1.push_str(&key.to_string());
    }
    let list: Vec<&(&Verification, String)> = groups.values().collect();
    let Ok(bytes) = serde_json::to_vec(&list) else { return };
    let place = |folder: &Path| -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut new, &bytes)?;
        new.persist(file)?;
        Ok(())
    };
    let folder: PathBuf = file.parent().map(Path::to_path_buf).unwrap_or_default();
    if let Err(error) = place(&folder) {
        debug!(%error, "verified signatures are not kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::signature::SignatureStatus;

    fn found(key: &str) -> Arc<Verification> {
        Arc::new(Verification {
            status: SignatureStatus::Good,
            format: Format::Ssh,
            key: Some(key.to_owned()),
            algorithm: None,
            presence: None,
            validity: None,
            why: None,
        })
    }

    #[test]
    fn what_was_written_is_read_and_what_is_damaged_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mcmbook/kept.json");
        let (one, other) = (found("SHA256:one"), found("SHA256:other"));
        let hash = |text: &str| ContentHash::of(text.as_bytes());
        let mut entries = Entries::default();
        for (commit, what) in [("a", &one), ("b", &other), ("c", &one)] {
            entries.insert(hash(commit), what.clone());
        }
        write(&file, &entries);
        assert_eq!(read(&file), entries);
        let whole = std::fs::read_to_string(&file).expect("it was written");
        assert_eq!(whole.matches("SHA256:one").count(), 1, "what two commits share stands there once");
        // Digits that are no hash are left out; nothing that is cut short is believed.
        let damaged = |text: String| {
            std::fs::write(&file, text).expect("it can be written");
            read(&file)
        };
        let mut rest = entries.clone();
        rest.remove(&hash("b"));
        assert_eq!(damaged(whole.replace(&hash("b").to_string(), "\u{e4}xyz")), rest);
        for length in 0..whole.len() {
            assert_eq!(damaged(whole[..length].to_owned()), Entries::default(), "{length} bytes");
        }
    }
}
