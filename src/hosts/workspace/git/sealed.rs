//! Files that only this user of this machine can have written.
//!
//! What one run leaves for the next lies where other things are kept that a pipeline brings back from somewhere
//! else. A file is therefore sealed with a key that stays in the user's own folder: HMAC-SHA-256 (RFC 2104)
//! over what the file is for and its bytes. Whoever can read that key can replace the program as well.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tracing::debug;

/// Bytes of the key, and of a seal.
const LENGTH: usize = 32;

/// Reads and writes sealed files.
pub(super) struct Sealer {
    key: [u8; LENGTH],
}

impl Sealer {
    /// With the key of this user, which is made where there is none; nothing where there is no place for it, where
    /// others may read it, and in a pipeline, whose jobs share a user.
    pub(super) fn of_user() -> Option<Sealer> {
        if std::env::var_os("CI").is_some() {
            return None;
        }
        let file = state_folder()?.join("mcmbook/seal.key");
        read_key(&file).or_else(|| make_key(&file)).map(|key| Sealer { key })
    }

    /// What a file holds, without its seal; nothing where it is not there or was written by anybody else.
    pub(super) fn read(&self, file: &Path, what_for: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = std::fs::read(file).ok()?;
        let body = bytes.split_off(bytes.len().min(LENGTH));
        self.mac(what_for, &[&body]).verify_slice(&bytes).ok()?;
        Some(body)
    }

    /// Writes a file as a whole, or not at all: a disk that takes nothing only costs time.
    pub(super) fn write(&self, file: &Path, what_for: &[u8], parts: &[&[u8]]) {
        let seal = self.mac(what_for, parts).finalize().into_bytes();
        let place = || -> std::io::Result<()> {
            let folder = file.parent().unwrap_or(Path::new(""));
            std::fs::create_dir_all(folder)?;
            let mut new = tempfile::NamedTempFile::new_in(folder)?;
            new.write_all(&seal)?;
            parts.iter().try_for_each(|part| new.write_all(part))?;
            new.persist(file)?;
            Ok(())
        };
        if let Err(error) = place() {
            debug!(%error, file = %file.display(), "nothing is left for the next run");
        }
    }

    fn mac(&self, what_for: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key may have any length");
        mac.update(&(what_for.len() as u64).to_le_bytes());
        mac.update(what_for);
        parts.iter().for_each(|part| mac.update(part));
        mac
    }
}

/// The folder for what a program keeps of its own (XDG Base Directory Specification).
fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))
}

fn read_key(file: &Path) -> Option<[u8; LENGTH]> {
    let mut key = [0; LENGTH];
    let mut open = std::fs::File::open(file).ok()?;
    let is_own = is_private(&open.metadata().ok()?);
    open.read_exact(&mut key).ok()?;
    is_own.then_some(key)
}

#[cfg(unix)]
fn is_private(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file() && metadata.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &std::fs::Metadata) -> bool {
    false
}

/// A new key; nothing where the system has no source of chance to read from, or one was made meanwhile.
fn make_key(file: &Path) -> Option<[u8; LENGTH]> {
    let mut key = [0; LENGTH];
    std::fs::File::open("/dev/urandom").ok()?.read_exact(&mut key).ok()?;
    let folder = file.parent()?;
    std::fs::create_dir_all(folder).ok()?;
    // A temporary file is readable by its owner alone.
    let mut new = tempfile::NamedTempFile::new_in(folder).ok()?;
    new.write_all(&key).ok()?;
    new.persist_noclobber(file).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_is_not_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kept");
        let sealer = Sealer { key: [7; LENGTH] };
        sealer.write(&file, b"one", &[b"what ", b"was seen"]);
        assert_eq!(sealer.read(&file, b"one").as_deref(), Some(&b"what was seen"[..]));
        assert_eq!(sealer.read(&file, b"another"), None, "for something else");
        assert_eq!(Sealer { key: [8; LENGTH] }.read(&file, b"one"), None, "by somebody else");
        let whole = std::fs::read(&file).expect("a file");
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            std::fs::write(&file, changed).expect("it can be written");
            assert_eq!(sealer.read(&file, b"one"), None, "byte {place}");
        }
        for length in 0..whole.len() {
            std::fs::write(&file, &whole[..length]).expect("it can be written");
            assert_eq!(sealer.read(&file, b"one"), None, "{length} bytes");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_is_made_once_and_is_nobody_elses() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mcmbook/seal.key");
        let key = make_key(&file).expect("a key");
        assert_eq!(read_key(&file), Some(key));
        assert_eq!(make_key(&file), None, "it is not written over");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("it can be set");
        assert_eq!(read_key(&file), None, "others may read it");
    }
}
