//! Which key Git would sign with, as far as its settings say.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Identity;
use super::process::{Git, set_up};
use crate::hosts::Failure;
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
    let is_key = |text: &String| policy::fingerprint(text).is_some();
    let read = |path: &Path| std::fs::read_to_string(path).ok().filter(is_key);
    read(&path).or_else(|| read(&beside(&path)?)).or_else(|| {
        let mut command = Command::new("ssh-keygen");
        let output = command.args(["-y", "-P", "", "-f"]).arg(&path).output().ok()?;
        String::from_utf8(output.stdout).ok().filter(is_key)
    })
}

/// Where the public half of a key lies.
fn beside(path: &Path) -> Option<PathBuf> {
    Some(path.with_file_name(format!("{}.pub", path.file_name()?.to_str()?)))
}

/// Why git cannot sign, as far as that can be told without a signature: no key is named, or the one that is named is not
/// there. Nothing where it may well be able to.
pub fn unable(root: &Root, key: &SigningKey, by: &Identity) -> Option<Failure> {
    let git = Git::of(root);
    let why = match (&*key.format, &key.configured) {
        ("ssh", _) if key.fingerprint.is_some() => return None,
        ("ssh", None) => "no key is named to sign with".to_owned(),
        ("ssh", Some(configured)) => {
            let path = git.ask(&["config", "--type=path", "user.signingkey"])?;
            let path = root.dir().join(path);
            let is_there = path.exists() || beside(&path).is_some_and(|path| path.exists());
            let is_literal = configured.starts_with("key::") || configured.starts_with("ssh-");
            if is_there || is_literal {
                return None;
            }
            format!("there is no signing key `{configured}`")
        }
        ("openpgp", configured) => {
            let wanted = configured.as_deref().unwrap_or(&by.email);
            let mut command = Command::new(program(&git));
            let output = command.args(["--batch", "--list-secret-keys", "--", wanted]).output();
            match output {
                Ok(output) if output.status.success() => return None,
                Ok(_) => format!("no signing key is set up: gpg has no secret key of `{wanted}`"),
                Err(_) => "no signing key is set up, and gpg cannot be run".to_owned(),
            }
        }
        _ => return None,
    };
    Some(set_up(Failure::environment(format!("git cannot sign: {why}"))))
}

/// The program that signs by OpenPGP.
fn program(git: &Git) -> String {
    let named = git.ask(&["config", "gpg.openpgp.program"]).or_else(|| git.ask(&["config", "gpg.program"]));
    named.unwrap_or_else(|| "gpg".to_owned())
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
    let key = git.ask(&["config", "user.signingkey"]).or_else(|| git.ask(&["config", "user.email"]))?;
    let output = Command::new(program(&git)).args(["--armor", "--export", "--", &key]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.contains("BEGIN PGP PUBLIC KEY BLOCK").then_some(text)
}
