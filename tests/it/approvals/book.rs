//! A repository with a policy, four people with keys, and a change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use jiff::Timestamp;
use mcmbook::facts::approval::judge::Judged;
use mcmbook::facts::approval::subject::Manifest;
use mcmbook::facts::approval::{ApprovalStatus, Approvals};
use mcmbook::hosts::workspace::{self, LoadOptions};
use mcmbook::text::ContentHash;

use crate::support::{Folder, Repo};

/// The people; everyone but carol is a manager, and everyone may amend the policy.
pub(crate) const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// The change.
pub(crate) const CHANGE: &str = "MCM-2026-0001";

/// Its folder.
pub(crate) const FOLDER: &str = "content/changes/2026/MCM-2026-0001";

const REQUEST: &str = "---\ntitle: A change\nowner: alice\nservices: [checkout]\n\
change: {types: [code], extent: minor, novelty: routine, reversibility: reversible}\n\
impact: {downtime: 0m, customer: none}\n\
slot: {start: 2026-06-20T10:00:00Z, end: 2026-06-20T12:00:00Z, tz: UTC}\n---\n\n## Description\n\nText.\n";

/// A book with people and keys.
pub(crate) struct Book {
    pub(crate) repo: Repo,
    keys: Arc<Folder>,
}

/// A book at a moment, to begin from again; can go to another thread.
pub(crate) struct Snapshot {
    repo: (Folder, i64),
    keys: Arc<Folder>,
}

impl Snapshot {
    /// A book of its own that begins here.
    pub(crate) fn book(&self) -> Book {
        let (folder, seconds) = &self.repo;
        Book { repo: Repo::copy_of(&folder.path(), *seconds), keys: self.keys.clone() }
    }
}

impl Book {
    /// A book whose first commit adopts a policy, and whose second submits a change by alice.
    pub(crate) fn submitted() -> Book {
        let book = Book::adopted();
        book.as_person("alice", |book| {
            book.write_change();
            book.commit("Request MCM-2026-0001");
        });
        book
    }

    /// Writes request and runbook of the change.
    pub(crate) fn write_change(&self) {
        self.repo.write(&format!("{FOLDER}/request.md"), REQUEST);
        self.repo.write(&format!("{FOLDER}/runbook.md"), "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n");
    }

    /// An empty repository, and keys of some people.
    pub(crate) fn with_keys<'p>(people: impl IntoIterator<Item = &'p str>) -> Book {
        let book = Book { repo: Repo::new(), keys: Arc::new(Folder::new()) };
        for person in people {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", person, "-f"]).arg(book.key(person));
            assert!(keygen.output().expect("ssh-keygen is installed").status.success());
        }
        book
    }

    /// The book as it is, to begin from again.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let copy = Repo::copy_of(&self.repo.path(), self.repo.seconds());
        Snapshot { repo: copy.into_parts(), keys: self.keys.clone() }
    }

    /// A book with a policy.
    pub(crate) fn adopted() -> Book {
        let book = Book::with_keys(PEOPLE.into_iter().chain(["mallory"]));
        let service = "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n---\n";
        book.repo.write("content/services/checkout.md", service);
        book.policy(1, "", &PEOPLE);
        book.as_person("alice", |book| book.commit("Adopt a policy"));
        book
    }

    /// Writes the policy; the keys of `signers` are in it.
    pub(crate) fn policy(&self, serial: u32, more: &str, signers: &[&str]) {
        let mut text = format!(
            "schema = 1\nserial = {serial}\ncontext = \"test\"\nprofile = \"starter\"\nzone = \"UTC\"\n\
             [amend]\nquorum = 2\n[class.minor]\ndistinct_principals = 2\n\
             require = [{{ role = \"peer\", min = 1 }}, {{ role = \"manager\", min = 1 }}]\n{more}\n"
        );
        for person in PEOPLE {
            let manager = if person == "carol" { "" } else { "\"manager\", " };
            text += &format!(
                "[[principal]]\nid = \"{person}\"\nname = \"{person}\"\nemails = [\"{person}@a.example\"]\n\
                 roles = [{manager}\"policy-admin\"]\n"
            );
        }
        self.repo.write("policy/policy.toml", text);
        let public = |person: &&str| {
            let key = std::fs::read_to_string(self.key(person).with_extension("pub")).expect("a public key");
            format!("{person} namespaces=\"git\" {key}")
        };
        self.repo.write("policy/allowed_signers", signers.iter().map(public).collect::<String>());
    }

    /// The private key of somebody.
    pub(crate) fn key(&self, person: &str) -> PathBuf {
        self.keys.path().join(person)
    }

    /// Does something as somebody: author, committer and signing key of the commits.
    pub(crate) fn as_person<T>(&self, person: &str, act: impl FnOnce(&Book) -> T) -> T {
        for (key, value) in [
            ("user.name", person.to_owned()),
            ("user.email", format!("{person}@a.example")),
            ("gpg.format", "ssh".to_owned()),
            ("user.signingkey", self.key(person).display().to_string()),
        ] {
            self.repo.git(&["config", key, &value]);
        }
        self.repo.person.replace(Some(person.to_owned()));
        act(self)
    }

    /// Commits everything, signed.
    pub(crate) fn commit(&self, message: &str) {
        self.repo.git(&["add", "--all"]);
        self.repo.tick();
        self.repo.git(&["commit", "--quiet", "--allow-empty", "-S", "-m", message]);
    }

    /// The files of the change in the work tree that an approval covers.
    fn files(&self) -> Vec<(String, ContentHash)> {
        let folder = self.repo.book().join(FOLDER);
        let files = crate::support::files_below(&folder).into_iter();
        let covered = ["request.md", "runbook.md"];
        let files = files.filter(|(path, _)| covered.contains(&path.as_str()) || path.starts_with("files/"));
        files.map(|(path, bytes)| (path, ContentHash::of(&bytes))).collect()
    }

    /// The message of a record.
    pub(crate) fn message(&self, person: &str, decision: &str, role: &str) -> String {
        let digest = Manifest::of(self.files()).expect("plain names").digest();
        let root = self.root();
        format!(
            "{decision} {CHANGE}\n\nRead.\n\nMcm-Record: v1\nMcm-Decision: {decision}\nMcm-Role: {role}\n\
             Mcm-Meaning: I read it.\nMcm-Document: {CHANGE}\nMcm-Covers: request, runbook\n\
             Mcm-Subject: sha256:{digest}\nMcm-Context: test\nMcm-Trust-Root: {root}\nMcm-Signer: {person}\n",
        )
    }

    /// Puts a signed record on the branch at hand; gives its id.
    pub(crate) fn decide(&self, person: &str, decision: &str, role: &str) -> String {
        let message = self.message(person, decision, role);
        self.record(person, &message)
    }

    /// Puts a signed record with a message on the branch at hand.
    pub(crate) fn record(&self, person: &str, message: &str) -> String {
        self.as_person(person, |book| {
            book.repo.tick();
            let id = book.repo.git(&["commit-tree", "-S", "-p", "HEAD", "-m", message, "HEAD^{tree}"]);
            book.repo.git(&["reset", "--quiet", "--soft", id.trim()]);
            id.trim().to_owned()
        })
    }

    /// The approvals of the work tree at a moment.
    pub(crate) fn approvals(&self, as_of: &str) -> Approvals {
        let options = LoadOptions { dir: self.repo.book(), ..LoadOptions::default() };
        let mut inputs = workspace::load(&options).expect("the book loads").inputs;
        inputs.as_of = as_of.parse::<Timestamp>().expect("an instant");
        Approvals::of(&Arc::new(inputs))
    }

    /// Why the book does not load.
    pub(crate) fn failure(&self) -> String {
        let options = LoadOptions { dir: self.repo.book(), ..LoadOptions::default() };
        match workspace::load(&options) {
            Ok(_) => panic!("the book loads"),
            Err(failure) => failure.to_string(),
        }
    }

    /// A book whose change carol and bob have approved.
    pub(crate) fn approved() -> Book {
        let book = Book::submitted();
        book.decide("carol", "approve", "peer");
        book.decide("bob", "approve", "manager");
        assert_eq!(book.status(), ApprovalStatus::Approved);
        book
    }

    /// Does something on a branch of its own, and merges it as dave.
    pub(crate) fn merged<T>(&self, act: impl FnOnce(&Book) -> T) -> T {
        self.repo.git(&["checkout", "--quiet", "-b", "side", "main"]);
        let done = act(self);
        self.repo.git(&["checkout", "--quiet", "main"]);
        self.as_person("dave", |book| {
            book.repo.tick();
            book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "side"]);
        });
        self.repo.git(&["branch", "--quiet", "-D", "side"]);
        done
    }

    /// Signs for the policy that is in the tree.
    pub(crate) fn vote(&self, person: &str, from: &str, to: &str, serial: u32) -> String {
        let root = self.root();
        let message = format!(
            "amend\n\nMcm-Record: v1\nMcm-Decision: amend-policy\nMcm-Policy-From: sha256:{from}\n\
             Mcm-Policy-To: sha256:{to}\nMcm-Serial: {serial}\nMcm-Context: test\n\
             Mcm-Trust-Root: {root}\nMcm-Signer: {person}\n"
        );
        self.record(person, &message)
    }

    /// The trust root.
    pub(crate) fn root(&self) -> String {
        self.repo.git(&["rev-list", "--max-parents=0", "HEAD"]).trim().to_owned()
    }

    /// The digest of the policy in the work tree.
    pub(crate) fn policy_digest(&self) -> String {
        let files = crate::support::files_below(&self.repo.book().join("policy"));
        let files = files.into_iter().map(|(path, bytes)| (path, ContentHash::of(&bytes)));
        Manifest::of(files).expect("plain names").digest().to_string()
    }

    /// Brings a policy into force: `edit` writes it, alice and bob sign for it.
    pub(crate) fn amend(&self, serial: u32, edit: impl FnOnce(&Book)) {
        let from = self.policy_digest();
        edit(self);
        let to = self.policy_digest();
        self.as_person("alice", |book| book.commit("Amend the policy"));
        for person in ["alice", "bob"] {
            self.vote(person, &from, &to, serial);
        }
    }

    /// The fingerprint of somebody's key.
    pub(crate) fn fingerprint(&self, person: &str) -> String {
        let mut command = Command::new("ssh-keygen");
        command.arg("-lf").arg(self.key(person).with_extension("pub"));
        let output = command.output().expect("ssh-keygen is installed");
        let text = String::from_utf8(output.stdout).expect("it is text");
        text.split(' ').nth(1).expect("bits, fingerprint, comment").to_owned()
    }

    /// The status of the change, long before its slot.
    pub(crate) fn status(&self) -> ApprovalStatus {
        let approvals = self.approvals("2025-12-01T00:00:00Z");
        assert_eq!(approvals.none, None);
        approvals.status(CHANGE).expect("the change is there").status
    }

    /// Every record of the change by its commit, with the codes of what stands against it.
    pub(crate) fn reasons(&self) -> BTreeMap<String, Vec<&'static str>> {
        let approvals = self.approvals("2025-12-01T00:00:00Z");
        let of_subjects = approvals.subjects.values().flat_map(|(subject, _)| &subject.records);
        let all = of_subjects.chain(&approvals.others).map(|landed| &landed.judged);
        let codes = |judged: &Judged| judged.reasons.iter().map(|(reason, _)| reason.code()).collect();
        all.map(|judged| (judged.id.clone(), codes(judged))).collect()
    }
}
