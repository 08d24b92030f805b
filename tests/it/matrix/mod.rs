//! Every format of signature in every state, judged by mcmbook, git, ssh-keygen, gpg and openssl. Where they differ, the
//! difference is documented: in the list of `facts::approval::stock`, and on the manual's page on signatures.

mod x509;

use std::collections::BTreeSet;
use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::facts::approval::stock::documented;

use crate::approvals::book::{Book, PEOPLE};
use crate::support::{generated, write};
use crate::threats::forge::{Forged, armour, codes, folded, put, waiting};
use crate::threats::openpgp::Gpg;

const PAGE: &str = "content/manual/signatures.md";
const BEGIN: &str = "They differ only here:\n";

/// One cell: what everybody says of one record.
struct Cell {
    case: &'static str,
    /// The reason codes of mcmbook; none when the record counts.
    codes: Vec<&'static str>,
    /// Which tools take it.
    taken_by: Vec<(&'static str, bool)>,
}

fn cell(case: &'static str, book: &Book, id: &str, tools: Vec<(&'static str, bool)>) -> Cell {
    let codes = codes(book, id);
    assert_eq!(codes.is_empty(), book.status() == ApprovalStatus::Approved, "{case}: the record decides");
    Cell { case, codes, taken_by: tools }
}

/// Whether `git verify-commit` takes a commit.
fn git(book: &Book, id: &str, gpg: Option<&Gpg>) -> bool {
    let signers = book.repo.book().join("policy/allowed_signers");
    let mut command = Command::new("git");
    command.arg("-c").arg(format!("gpg.ssh.allowedSignersFile={}", signers.display()));
    command.args(["verify-commit", id]).current_dir(book.repo.path()).env("HOME", "/nonexistent");
    if let Some(gpg) = gpg {
        command.env("GNUPGHOME", gpg.home());
    }
    command.output().expect("git is installed").status.success()
}

/// Whether `ssh-keygen -Y verify` takes a record for carol's at the time of its landing.
fn ssh_keygen(book: &Book, forged: &Forged) -> bool {
    let folder = book.repo.path().join(".git");
    let signature = forged.behind.trim_start_matches("gpgsig ").replace("\n ", "\n");
    write(&folder.join("sig"), signature);
    write(&folder.join("signed"), forged.payload());
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-Y", "verify", "-n", "git", "-I", "carol", "-Overify-time=20251124170000Z"])
        .env("TZ", "UTC");
    command.arg("-f").arg(book.repo.book().join("policy/allowed_signers"));
    command.arg("-s").arg(folder.join("sig"));
    command.stdin(std::fs::File::open(folder.join("signed")).expect("it was written"));
    command.output().expect("ssh-keygen is installed").status.success()
}

fn ssh(case: &'static str, book: &Book, forged: &Forged) -> Cell {
    let taken = ssh_keygen(book, forged);
    let id = put(book, &forged.bytes());
    cell(case, book, &id, vec![("git", git(book, &id, None)), ("ssh-keygen", taken)])
}

fn ssh_cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    let book = waiting();
    cells.push(ssh("good", &book, &Forged::approval(&book).signed(&book)));
    let book = waiting();
    let mut forged = Forged::approval(&book).signed(&book);
    forged.message = forged.message.replace("I read it", "I wrote it");
    cells.push(ssh("altered payload", &book, &forged));
    let book = waiting();
    cells.push(ssh("unknown key", &book, &Forged::approval(&book).signed_by(&book, "mallory")));
    for (case, seconds) in [("expired", None), ("expired, dated back", Some(1_759_276_800))] {
        let book = waiting();
        book.amend(2, |book| {
            book.policy(2, "", &PEOPLE);
            let path = book.repo.book().join("policy/allowed_signers");
            let text = std::fs::read_to_string(&path).expect("the roster");
            let text = text
                .replace("carol namespaces=\"git\"", "carol namespaces=\"git\",valid-before=\"20251101Z\"");
            std::fs::write(path, text).expect("the roster");
        });
        let mut forged = Forged::approval(&book);
        if let Some(seconds) = seconds {
            for (at, name) in [(2, "author"), (3, "committer")] {
                forged.header[at] = format!("{name} carol <carol@a.example> {seconds} +0000");
            }
        }
        cells.push(ssh(case, &book, &forged.signed(&book)));
    }
    let book = waiting();
    let key = book.fingerprint("carol");
    book.amend(2, |book| {
        let revocation = format!(
            "[[revocation]]\nkey = \"{key}\"\nkind = \"retired\"\nsince = \"2025-11-01T00:00:00Z\"\n"
        );
        book.policy(2, &revocation, &PEOPLE);
    });
    cells.push(ssh("revoked", &book, &Forged::approval(&book).signed(&book)));
    let book = waiting();
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &armour(&book, "carol", "file", forged.payload().as_bytes()));
    cells.push(ssh("wrong namespace", &book, &forged));
    let book = waiting();
    let forged = crate::threats::keys::not_touched(&book);
    cells.push(ssh("not touched", &book, &forged));
    let book = waiting();
    crate::threats::keys::other_key(&book, &["-t", "rsa", "-b", "1024"]);
    cells.push(ssh("weak", &book, &Forged::approval(&book).signed(&book)));
    let book = waiting();
    cells.push(ssh("wrong principal", &book, &Forged::approval(&book).signed_by(&book, "bob")));
    let book = waiting();
    let forged = Forged::approval(&book);
    let id = put(&book, &forged.bytes());
    cells.push(cell("missing", &book, &id, vec![("git", git(&book, &id, None))]));
    cells
}

/// A record with an OpenPGP signature; `key` is in the key ring, `certificate` in the policy.
fn openpgp(
    case: &'static str,
    (book, gpg): (&Book, &Gpg),
    key: &str,
    options: &[&str],
    edit: impl FnOnce(&mut Forged),
) -> Cell {
    let mut forged = Forged::approval(book);
    let text = gpg.sign(key, &forged.payload(), options);
    forged.behind = folded("gpgsig", &text);
    edit(&mut forged);
    let folder = book.repo.path().join(".git");
    write(&folder.join("sig.asc"), &text);
    write(&folder.join("signed"), forged.payload());
    let [signature, signed] = ["sig.asc", "signed"].map(|name| folder.join(name).display().to_string());
    let taken = gpg.command(&["--verify", &signature, &signed]).output().expect("gpg is installed");
    let id = put(book, &forged.bytes());
    cell(case, book, &id, vec![("git", git(book, &id, Some(gpg))), ("gpg", taken.status.success())])
}

fn openpgp_cells() -> Vec<Cell> {
    let with = |algorithm: &str, expires: &str| {
        let (book, gpg) = (waiting(), Gpg::new());
        let key = gpg.key("carol", algorithm, expires);
        crate::threats::openpgp::adopt(&book, "carol", &gpg.certificate(&key));
        (book, gpg, key)
    };
    let mut cells = Vec::new();
    let (book, gpg, key) = with("ed25519", "never");
    cells.push(openpgp("good", (&book, &gpg), &key, &[], |_| {}));
    let (book, gpg, key) = with("ed25519", "never");
    cells.push(openpgp("altered payload", (&book, &gpg), &key, &[], |forged| {
        forged.message = forged.message.replace("I read it", "I wrote it");
    }));
    let (book, gpg, _) = with("ed25519", "never");
    let stranger = gpg.key("mallory", "ed25519", "never");
    let mut cell = openpgp("unknown key", (&book, &gpg), &stranger, &[], |_| {});
    // For git and gpg a key is unknown that is not in the key ring.
    gpg.run(&["--delete-secret-and-public-key", &stranger]);
    let id = book.repo.head();
    cell.taken_by = vec![("git", git(&book, &id, Some(&gpg)))];
    cells.push(cell);
    let (book, gpg, key) = with("ed25519", "2025-11-10");
    let before = ["--faked-system-time=20251105T120000!"];
    cells.push(openpgp("expired", (&book, &gpg), &key, &before, |_| {}));
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("carol", "ed25519", "never");
    cells.push(revoked(&book, &gpg, &key));
    let (book, gpg, key) = with("ed25519", "never");
    book.amend(3, |book| {
        let revocation = format!(
            "[[revocation]]\nkey = \"{key}\"\nkind = \"retired\"\nsince = \"2025-11-01T00:00:00Z\"\n"
        );
        book.policy(3, &revocation, &PEOPLE);
    });
    cells.push(openpgp("revoked in the policy", (&book, &gpg), &key, &[], |_| {}));
    let (book, gpg, key) = with("ed25519", "never");
    cells.push(openpgp("wrong namespace", (&book, &gpg), &key, &["--textmode"], |_| {}));
    let (book, gpg, key) = with("rsa2048", "never");
    cells.push(openpgp("weak", (&book, &gpg), &key, &["--digest-algo", "SHA1"], |_| {}));
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("bob", "ed25519", "never");
    crate::threats::openpgp::adopt(&book, "bob", &gpg.certificate(&key));
    cells.push(openpgp("wrong principal", (&book, &gpg), &key, &[], |_| {}));
    cells
}

/// A signature from before its key was revoked without a reason.
fn revoked(book: &Book, gpg: &Gpg, key: &str) -> Cell {
    let mut certificate = Vec::new();
    let file = gpg.home().join(format!("openpgp-revocs.d/{key}.rev"));
    for line in std::fs::read_to_string(file).expect("gpg writes one").lines() {
        certificate.push(line.trim_start_matches(':').to_owned());
    }
    let from = certificate.iter().position(|line| line.starts_with("-----BEGIN")).expect("an armour");
    let path = gpg.home().join("revocation.asc");
    write(&path, certificate[from..].join("\n") + "\n");
    // The policy's certificate is revoked; the key ring's as soon as the signature is made.
    let with = Gpg::new();
    let plain = gpg.home().join("plain.asc");
    write(&plain, gpg.certificate(key));
    with.run(&["--import", &plain.display().to_string(), &path.display().to_string()]);
    crate::threats::openpgp::adopt(book, "carol", &with.certificate(key));
    let mut forged = Forged::approval(book);
    let text = gpg.sign(key, &forged.payload(), &[]);
    forged.behind = folded("gpgsig", &text);
    let folder = book.repo.path().join(".git");
    write(&folder.join("sig.asc"), &text);
    write(&folder.join("signed"), forged.payload());
    let [signature, signed] = ["sig.asc", "signed"].map(|name| folder.join(name).display().to_string());
    let taken = with.command(&["--verify", &signature, &signed]).output().expect("gpg is installed");
    let id = put(book, &forged.bytes());
    cell("revoked", book, &id, vec![("git", git(book, &id, Some(&with))), ("gpg", taken.status.success())])
}

#[test]
fn stock_tools_agree_or_the_difference_is_documented() {
    let mut expected = BTreeSet::new();
    for one in documented() {
        expected.extend(one.tools.iter().map(|tool| (one.format.clone(), one.case.clone(), tool.clone())));
    }
    let mut found = BTreeSet::new();
    let mut said = Vec::new();
    for (format, cells) in [("ssh", ssh_cells()), ("openpgp", openpgp_cells()), ("x509", x509::cells())] {
        for cell in cells {
            said.push(format!("{format}, {}: {:?} {:?}", cell.case, cell.codes, cell.taken_by));
            let differ = cell.taken_by.iter().filter(|(_, taken)| *taken != cell.codes.is_empty());
            let differ: Vec<&(&str, bool)> = differ.collect();
            for (tool, _) in &differ {
                let known = documented().iter().find(|one| {
                    one.format == format && one.case == cell.case && one.tools.iter().any(|name| name == tool)
                });
                let known = known.map(|one| one.codes.as_slice()).unwrap_or_default();
                let is_known = cell.codes.iter().all(|code| known.iter().any(|one| one == code));
                assert!(is_known, "{format}, {}: {:?} by {tool}", cell.case, cell.codes);
            }
            found.extend(
                differ
                    .into_iter()
                    .map(|(tool, _)| (format.to_owned(), cell.case.to_owned(), (*tool).to_owned())),
            );
        }
    }
    assert_eq!(found, expected, "{said:#?}");
    let code = |case: &str, code: &str| {
        let line = said.iter().find(|line| line.starts_with(case)).expect("a cell");
        assert!(line.contains(code), "{line}");
    };
    for (case, expected) in [
        ("ssh, altered payload", "sig-bad"),
        ("ssh, unknown key", "key-unknown"),
        ("ssh, expired:", "key-expired-at-landing"),
        ("ssh, expired, dated back", "key-expired-at-landing"),
        ("ssh, revoked", "key-retired"),
        ("ssh, wrong namespace", "sig-namespace"),
        ("ssh, not touched", "sig-no-touch"),
        ("ssh, weak", "sig-algorithm-weak"),
        ("ssh, wrong principal", "signer-mismatch"),
        ("ssh, missing", "sig-missing"),
        ("openpgp, altered payload", "sig-bad"),
        ("openpgp, unknown key", "key-unknown"),
        ("openpgp, expired", "key-expired-at-landing"),
        ("openpgp, revoked:", "key-compromised"),
        ("openpgp, revoked in the policy", "key-retired"),
        ("openpgp, wrong namespace", "sig-unsupported"),
        ("openpgp, weak", "sig-algorithm-weak"),
        ("openpgp, wrong principal", "signer-mismatch"),
    ] {
        code(case, expected);
    }
}

#[test]
fn the_manual_lists_the_differences() {
    let mut made = "\n| Format | Case | Who takes it | Why |\n|---|---|---|---|\n".to_owned();
    for one in documented() {
        let format = match one.format.as_str() {
            "ssh" => "SSH",
            "openpgp" => "OpenPGP",
            _ => "X.509",
        };
        made += &format!("| {format} | {} | {} | {} |\n", one.case, one.tools.join(", "), one.why);
    }
    generated(PAGE, BEGIN, "", made.trim_start_matches('\n'));
}
