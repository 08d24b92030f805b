//! Which key Git would sign with, as far as its settings say.

use std::path::Path;
use std::process::Command;

use super::process::Git;
use crate::hosts::workspace::Root;
use crate::inputs::policy;

/// The signing set-up of the person at this machine.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SigningKey {
    /// `gpg.format`: ssh, openpgp or x509.
    pub format: String,
    /// `user.signingkey`, as it is written.
    pub configured: Option<String>,
    /// `SHA256:...` of an SSH key, when its public half can be read.
    pub fingerprint: Option<String>,
}

/// Reads the settings; nothing is signed.
pub fn signing_key(root: &Root) -> SigningKey {
    let git = Git::of(root);
    let format = git.ask(&["config", "gpg.format"]).unwrap_or_else(|| "openpgp".to_owned());
    let configured = git.ask(&["config", "user.signingkey"]).filter(|key| !key.is_empty());
    let fingerprint = match format.as_str() {
        "ssh" => public_key(root).and_then(|key| policy::fingerprint(&key)),
        _ => None,
    };
    SigningKey { format, configured, fingerprint }
}

/// The public half of the SSH key that Git signs with, as a line of OpenSSH.
pub fn public_key(root: &Root) -> Option<String> {
    let git = Git::of(root);
    let configured = match git.ask(&["config", "user.signingkey"]).filter(|key| !key.is_empty()) {
        Some(configured) => configured,
        None => return default_key(&git),
    };
    let literal = configured.strip_prefix("key::").unwrap_or(&configured);
    if policy::fingerprint(literal).is_some() {
        return Some(literal.to_owned());
    }
    let path = git.ask(&["config", "--type=path", "user.signingkey"])?;
    let path = root.dir().join(path);
    let beside = path.with_file_name(format!("{}.pub", path.file_name()?.to_str()?));
    let is_key = |text: &String| policy::fingerprint(text).is_some();
    let read = |path: &Path| std::fs::read_to_string(path).ok().filter(is_key);
    read(&path).or_else(|| read(&beside)).or_else(|| {
        let mut command = Command::new("ssh-keygen");
        let output = command.args(["-y", "-P", "", "-f"]).arg(&path).output().ok()?;
        String::from_utf8(output.stdout).ok().filter(is_key)
    })
}

/// The first key of `gpg.ssh.defaultKeyCommand`, which Git asks where no key is named.
fn default_key(git: &Git) -> Option<String> {
    let command = git.ask(&["config", "gpg.ssh.defaultKeyCommand"])?;
    let output = Command::new("sh").args(["-c", &command]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let keys = text.lines().map(|line| line.strip_prefix("key::").unwrap_or(line));
    keys.map(str::to_owned).find(|key| policy::fingerprint(key).is_some())
}

/// The OpenPGP certificate of the key that Git signs with, in ASCII armour.
pub fn certificate(root: &Root) -> Option<String> {
    let git = Git::of(root);
    let program = git.ask(&["config", "gpg.program"]).unwrap_or_else(|| "gpg".to_owned());
    let key = git.ask(&["config", "user.signingkey"]).or_else(|| git.ask(&["config", "user.email"]))?;
    let output = Command::new(program).args(["--armor", "--export", "--", &key]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.contains("BEGIN PGP PUBLIC KEY BLOCK").then_some(text)
}
