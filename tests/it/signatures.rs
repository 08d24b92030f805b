//! Signatures made by git and ssh-keygen, judged by mcmbook and by the stock tools beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use mcmbook::facts::approval::subject::Manifest;
use mcmbook::inputs::signature::{Certificates, SignatureStatus, Verification, split, verify};

use mcmbook::text::ContentHash;

use crate::support::{Folder, Repo, write};

const ARMOUR_END: &str = "-----END SSH SIGNATURE-----";

/// A key of one type, made by ssh-keygen.
fn key(folder: &Folder, name: &str, options: &[&str]) -> PathBuf {
    let file = folder.path().join(name);
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-N", "", "-C", name, "-f"]).arg(&file).args(options);
    let output = command.output().expect("ssh-keygen is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    file
}

/// A signed empty commit; gives its bytes as git holds them.
fn signed_commit(repo: &Repo, key: &Path, message: &str) -> Vec<u8> {
    let tree = repo.git(&["write-tree"]).trim().to_owned();
    let signing = format!("user.signingkey={}", key.display());
    let arguments = ["-c", "gpg.format=ssh", "-c", &signing, "commit-tree", "-S", "-m", message, &tree];
    let id = repo.git(&arguments).trim().to_owned();
    repo.git(&["cat-file", "commit", &id]).into_bytes()
}

fn judged(raw: &[u8]) -> Verification {
    verify(&split(raw).expect("git writes commits"), &Certificates::default()).expect("it is signed")
}

/// What ssh-keygen says of a commit's signature in a namespace: whether it was made over the payload.
fn ssh_keygen(folder: &Folder, raw: &[u8], namespace: &str) -> (bool, String) {
    let commit = split(raw).expect("git writes commits");
    let signature = folder.path().join("commit.sig");
    write(&signature, commit.signature.expect("it is signed").text);
    let payload = folder.path().join("payload");
    write(&payload, &commit.payload);
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "check-novalidate", "-n", namespace, "-s"]).arg(&signature);
    command.stdin(std::fs::File::open(&payload).expect("it was written"));
    let output = command.output().expect("ssh-keygen is installed");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn every_kind_of_ssh_key_is_judged_as_ssh_keygen_judges_it() {
    let (folder, repo) = (Folder::new(), Repo::new());
    let kinds: [(&str, &[&str]); 6] = [
        ("ed25519", &["-t", "ed25519"]),
        ("ecdsa256", &["-t", "ecdsa", "-b", "256"]),
        ("ecdsa384", &["-t", "ecdsa", "-b", "384"]),
        ("ecdsa521", &["-t", "ecdsa", "-b", "521"]),
        ("rsa2048", &["-t", "rsa", "-b", "2048"]),
        ("rsa3072", &["-t", "rsa", "-b", "3072"]),
    ];
    for (name, options) in kinds {
        let key = key(&folder, name, options);
        let raw = signed_commit(&repo, &key, "Approve\n\nGrüße 🎉\n");
        let found = judged(&raw);
        let (good, told) = ssh_keygen(&folder, &raw, "git");
        assert!(good, "{name}: {told}");
        assert_eq!((found.status, found.why.as_deref()), (SignatureStatus::Good, None), "{name}");
        let fingerprint = found.key.expect("a good signature names its key");
        assert!(told.contains(&fingerprint), "{name}: {told} and {fingerprint}");

        let altered = String::from_utf8(raw.clone()).expect("it is text").replacen("Approve", "approve", 1);
        assert_eq!(judged(altered.as_bytes()).status, SignatureStatus::Bad, "{name}");
        assert!(!ssh_keygen(&folder, altered.as_bytes(), "git").0, "{name}");
        assert_eq!(split(&raw).expect("git writes commits").malformed, [], "{name}");
    }
}

#[test]
fn another_namespace_and_a_short_rsa_key_do_not_count() {
    let (folder, repo) = (Folder::new(), Repo::new());
    let ed25519 = key(&folder, "ed25519", &["-t", "ed25519"]);
    let raw = signed_commit(&repo, &ed25519, "Approve");
    let commit = split(&raw).expect("git writes commits");
    let payload = folder.path().join("payload-for-file");
    write(&payload, &commit.payload);
    let mut sign = Command::new("ssh-keygen");
    sign.args(["-q", "-Y", "sign", "-n", "file", "-f"]).arg(&ed25519).arg(&payload);
    assert!(sign.output().expect("ssh-keygen is installed").status.success());
    let armour = std::fs::read_to_string(payload.with_extension("sig")).expect("it was signed");
    let text = String::from_utf8(raw.clone()).expect("it is text");
    let of_git = commit.signature.expect("it is signed").text.trim_end().replace('\n', "\n ");
    let of_file = armour.trim_end().replace('\n', "\n ");
    let found = judged(text.replace(&of_git, &of_file).as_bytes());
    assert_eq!(found.status, SignatureStatus::WrongNamespace, "{found:?}");

    let short = key(&folder, "rsa1024", &["-t", "rsa", "-b", "1024"]);
    let found = judged(&signed_commit(&repo, &short, "Approve"));
    assert_eq!(found.status, SignatureStatus::Weak, "{found:?}");
}

#[test]
fn armour_of_any_width_is_the_same_signature() {
    let (folder, repo) = (Folder::new(), Repo::new());
    let raw = signed_commit(&repo, &key(&folder, "ed25519", &["-t", "ed25519"]), "Approve");
    let text = String::from_utf8(raw).expect("it is text");
    let block = split(text.as_bytes()).expect("git writes commits").signature.expect("it is signed").text;
    let digits: String = block.lines().filter(|line| !line.starts_with("-----")).collect();
    for width in [1, 64, 70, 76, digits.len()] {
        let lines: Vec<&str> =
            digits.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        let armour = format!("-----BEGIN SSH SIGNATURE-----\n{}\n{ARMOUR_END}", lines.join("\n"));
        let rewrapped = text.replace(&block.trim_end().replace('\n', "\n "), &armour.replace('\n', "\n "));
        assert_eq!(judged(rewrapped.as_bytes()).status, SignatureStatus::Good, "{width} columns");
    }
    let blank = text.replace(ARMOUR_END, &format!("{ARMOUR_END}\n "));
    assert_eq!(judged(blank.as_bytes()).status, SignatureStatus::Good, "a blank line at the end");
}

#[test]
fn the_subject_digest_is_what_sha256sum_makes_of_it() {
    let folder = Folder::new();
    let files = ["request.md", "runbook.md", "files/a b.csv", "files/Ä.txt", "files/z"];
    let mut named = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let text = format!("{file} {at}\r\n");
        folder.write(file, &text);
        named.push(((*file).to_owned(), ContentHash::of(text.as_bytes())));
    }
    let manifest = Manifest::of(named).expect("the paths are plain");
    let script = "sha256sum request.md runbook.md files/* | LC_ALL=C sort -k 2 | tee manifest | sha256sum";
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", script]).current_dir(folder.path()).output().expect("there is a shell");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(printed.split(' ').next(), Some(manifest.digest().to_string().as_str()));
    let written = std::fs::read_to_string(folder.path().join("manifest")).expect("tee wrote it");
    assert_eq!(written, manifest.text());
    assert!(Manifest::of([("a\\b".to_owned(), ContentHash::of(b""))]).is_err());
    assert!(Manifest::of([("a\nb".to_owned(), ContentHash::of(b""))]).is_err());
}
