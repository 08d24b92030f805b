//! Stories of a change on the mainline, in memory: what lands, and what its status becomes.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

mod amend;
mod asked;
mod carried;
mod foreseen;
mod granted;
mod hurried;
mod landed;
mod lifted;
/// The authority of time stamps and certificates of the integration tests.
#[allow(dead_code, reason = "these tests use a part of it")]
#[path = "../../../../tests/it/stamps/maker.rs"]
mod maker;
mod moved;
mod needed;
mod properties;
mod proposed;
mod relaxed;
mod reviewed;
mod rounds;
mod services;
mod shown;
mod sound;
mod stamped;
mod statuses;
mod unsigned;

use super::*;
use crate::facts::approval::Approvals;
use crate::facts::approval::code::Reason;
use crate::facts::approval::grant::Grants;
use crate::inputs::Inputs;
use crate::inputs::history::History;
use crate::inputs::history::ledger::{Edit, FileAt, Observation, RecordCommit};
use crate::inputs::profile::Profile;
use crate::text::{BookPath, SourceFile};

const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const FOLDER: &str = "content/changes/2026/MCM-2026-0001";
/// A moment after all that lands, before the slot begins.
const LATER: &str = "2026-06-10T00:00:00Z";
const PEOPLE: [(&str, u8); 4] = [("alice", 1), ("bob", 2), ("carol", 3), ("dave", 4)];

const SERVICE: &str = "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n---\n";
const REQUEST: &str = "---\ntitle: A change\nowner: alice\nservices: [checkout]\n\
change: {types: [code], extent: minor, novelty: routine, reversibility: reversible}\n\
impact: {downtime: 0m, customer: none}\n\
slot: {start: 2026-06-20T10:00:00Z, end: 2026-06-20T12:00:00Z, tz: UTC}\n---\n\n## Description\n\nText.\n";
const RUNBOOK: &str =
    "---\ntitle: The plan\nfor: MCM-2026-0001\n---\n\n## Execution\n\n### Step 1: Do\n\n- Run: yes\n";

/// Changes of a service of tier 0 or 1 are major, and one manager is enough for them.
const BY_TIER: &str = "[class.major]\ncovers = [\"request\", \"runbook\"]\ndistinct_principals = 1\n\
    require = [{ role = \"manager\", min = 1 }]\n\
    [criteria.major]\ntypes_on_tiers = { types = [\"code\"], tiers = [0, 1] }\n";

/// The change that the stories tell of.
fn id() -> SubjectId {
    SubjectId::named("MCM-2026-0001")
}

/// Its request as that of an emergency.
fn emergency_request() -> String {
    REQUEST.replace("services: [checkout]\n", "services: [checkout]\nclass: emergency\nincident: INC-7\n")
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::new(KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32])), "").expect("a key")
}

/// A policy in which one of the four is an admin and every change needs one peer and a manager.
fn policy(serial: u32, extra: &str) -> Vec<SourceFile> {
    let mut text = format!(
        "schema = 1\nserial = {serial}\ncontext = \"test\"\nprofile = \"starter\"\nzone = \"UTC\"\n\
         [amend]\nquorum = 2\n[class.minor]\ndistinct_principals = 2\napproval_lead = \"3bd\"\n\
         require = [{{ role = \"peer\", min = 1 }}, {{ role = \"manager\", min = 1 }}]\n{extra}\n"
    );
    let mut signers = String::new();
    for (id, seed) in PEOPLE {
        let roles = if id == "carol" { "[\"policy-admin\"]" } else { "[\"manager\", \"policy-admin\"]" };
        text += &format!(
            "[[principal]]\nid = \"{id}\"\nname = \"{id}\"\nemails = [\"{id}@a.example\"]\nroles = {roles}\n"
        );
        let public = key(seed).public_key().to_openssh().expect("a public key");
        signers += &format!("{id} namespaces=\"git\" {public}\n");
    }
    if extra.contains("id = \"erin\"") {
        let public = key(99).public_key().to_openssh().expect("a public key");
        signers += &format!("erin namespaces=\"git\" {public}\n");
    }
    let file =
        |path: &str, text: String| SourceFile::new(BookPath::new(path).expect("a path"), text.into_bytes());
    vec![file("policy/allowed_signers", signers), file("policy/policy.toml", text)]
}

/// The lines of a policy for an observer with a key.
fn observer(seed: u8) -> String {
    format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", key(seed).fingerprint(HashAlg::Sha256))
}

/// A policy with other words in one of its files: 0 is the roster, 1 `policy.toml`.
fn reworded(mut policy: Vec<SourceFile>, file: usize, from: &str, to: &str) -> Vec<SourceFile> {
    let file = &mut policy[file];
    assert!(file.text.contains(from), "{from} is not in {}", file.text);
    *file = SourceFile::new(file.path.clone(), file.text.replace(from, to).into_bytes());
    policy
}

/// The digest of a policy.
fn digest_of(files: &[SourceFile]) -> ContentHash {
    super::super::amendment::digest(files).expect("plain names")
}

/// The bytes of a commit, signed by a key for a namespace.
fn sealed(seed: u8, namespace: &str, header: &str, message: &str) -> String {
    let payload = format!("{header}\n\n{message}");
    let signed = key(seed).sign(namespace, HashAlg::Sha512, payload.as_bytes()).expect("it signs");
    let armour = signed.to_pem(LineEnding::LF).expect("an armour");
    format!("{header}\ngpgsig {}\n\n{message}", armour.trim_end().replace('\n', "\n "))
}

/// A commit that changes nothing, signed by a key.
fn signed(seed: u8, parent: &str, who: &str, message: &str) -> String {
    let ident = format!("{who} <{who}@a.example> 1780300000 +0000");
    let header = format!("tree {TREE}\nparent {parent}\nauthor {ident}\ncommitter {ident}");
    sealed(seed, "git", &header, message)
}

#[derive(Clone)]
struct Story {
    ledger: Ledger,
    files: BTreeMap<String, String>,
    config: Arc<Config>,
    commits: u32,
}

impl Story {
    fn new() -> Story {
        let config = Config::parse(&SourceFile::new(BookPath::new("book.toml").expect("a path"), Vec::new()));
        let mut story = Story {
            ledger: Ledger::default(),
            files: BTreeMap::new(),
            config: Arc::new(config.config),
            commits: 0,
        };
        story.land("2026-06-01T12:00:00Z");
        story.last().policy = Some(policy(1, ""));
        story.write("content/services/checkout.md", SERVICE, "alice");
        story
    }

    fn id(&mut self) -> String {
        self.commits += 1;
        format!("{:040x}", self.commits)
    }

    fn land(&mut self, at: &str) -> &mut Story {
        let commit = self.id();
        self.ledger.landings.push(Landing {
            commit,
            landed: at.parse().expect("an instant"),
            policy: None,
            book: None,
            changed: Vec::new(),
            edits: Vec::new(),
            records: Vec::new(),
        });
        self
    }

    fn last(&mut self) -> &mut Landing {
        self.ledger.landings.last_mut().expect("the story has begun")
    }

    fn write(&mut self, path: &str, text: &str, who: &str) -> &mut Story {
        let commit = self.id();
        self.files.insert(path.to_owned(), text.to_owned());
        let path = BookPath::new(path).expect("a path");
        let source = SourceFile::new(path.clone(), text.as_bytes());
        let file = FileAt { hash: source.hash, source: Some(Arc::new(source)) };
        self.last().changed.push((path.clone(), Some(file)));
        let emails = vec![format!("{who}@a.example")];
        let edit = Edit { commit, emails: emails.into(), coauthors: 0, signed: None, paths: vec![path] };
        self.last().edits.push(Arc::new(edit));
        self
    }

    /// The last edit is signed by a key.
    fn seal(&mut self, who: &str, seed: u8) {
        let raw = signed(seed, &"1".repeat(40), who, "Write\n");
        let edit = self.last().edits.last_mut().expect("something was written");
        Arc::make_mut(edit).signed = Some(raw.into_bytes().into());
    }

    /// Somebody writes that a content was carried out, and signs for that where a key is given.
    fn run(&mut self, digest: ContentHash, outcome: &str, seed: Option<u8>) -> &mut Story {
        let text = format!(
            "---\ntitle: It ran\nfor: MCM-2026-0001\napproval_set: sha256:{digest}\noutcome: {outcome}\n---\n"
        );
        self.write(&format!("{FOLDER}/execution-1.md"), &text, "dave");
        if let Some(seed) = seed {
            self.seal("dave", seed);
        }
        self
    }

    fn submit(&mut self) -> &mut Story {
        self.land("2026-06-02T12:00:00Z");
        self.write(&format!("{FOLDER}/request.md"), REQUEST, "alice");
        self.write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "alice")
    }

    /// The files of the change as a manifest names them.
    fn manifest(&self) -> Vec<(String, ContentHash)> {
        let prefix = format!("{FOLDER}/");
        let own = self.files.iter().filter_map(|(path, text)| {
            Some((path.strip_prefix(&prefix)?.to_owned(), ContentHash::of(text.as_bytes())))
        });
        own.collect()
    }

    fn record(&mut self, who: &str, decision: &str, trailers: &str) -> String {
        let text = if decision == "authorise-alone" { "Nobody else could be reached.\n\n" } else { "" };
        self.record_with(text, who, decision, trailers)
    }

    /// A record with what its signer says of it.
    fn record_with(&mut self, text: &str, who: &str, decision: &str, trailers: &str) -> String {
        let is_covered =
            |path: &str| ["request.md", "runbook.md"].contains(&path) || path.starts_with("files/");
        let covered = self.manifest().into_iter().filter(|(path, _)| is_covered(path));
        let digest = Manifest::of(covered).expect("plain paths").digest();
        let root = self.ledger.landings[0].commit.clone();
        let trailers = trailers.replace("{digest}", &format!("sha256:{digest}"));
        let message = format!(
            "Record\n\n{text}Mcm-Record: v1\nMcm-Decision: {decision}\n{trailers}Mcm-Context: test\n\
             Mcm-Trust-Root: {root}\nMcm-Signer: {who}\n"
        );
        let seed = PEOPLE.iter().find(|(id, _)| *id == who).map_or(99, |(_, seed)| *seed);
        let raw = signed(seed, &root, who, &message);
        let commit = self.id();
        let tree = self.ledger.landings.iter().rev().find_map(|landing| landing.policy.as_deref());
        let record = RecordCommit {
            commit: commit.clone(),
            raw: raw.into_bytes().into(),
            parent_tree: Some(TREE.to_owned()),
            files: Some(self.manifest().into()),
            policy_digest: tree.and_then(super::super::amendment::digest),
            descends_from: Vec::new(),
        };
        self.last().records.push(record);
        commit
    }

    /// A record by which somebody agrees to another policy.
    fn vote(&mut self, who: &str, from: &[SourceFile], to: &[SourceFile], serial: u64) -> String {
        let (from, to) = (digest_of(from), digest_of(to));
        let trailers =
            format!("Mcm-Policy-From: sha256:{from}\nMcm-Policy-To: sha256:{to}\nMcm-Serial: {serial}\n");
        self.record(who, "amend-policy", &trailers)
    }

    /// Lands a policy in the place of another, beside the votes of as many as it takes.
    fn amend(&mut self, old: &[SourceFile], new: &[SourceFile], serial: u64) {
        self.last().policy = Some(new.to_vec());
        for who in ["alice", "dave"] {
            self.vote(who, old, new, serial);
        }
    }

    /// An observer with a key saw a landing, for the book of a context.
    fn see(&mut self, seed: u8, landing: usize, at: &str, context: &str) {
        let (head, root) = (&self.ledger.landings[landing].commit, &self.ledger.landings[0].commit);
        let message = format!(
            "Seen\n\nMcm-Record: v1\nMcm-Decision: observe\nMcm-Head: {head}\nMcm-Time: {at}\n\
             Mcm-Context: {context}\nMcm-Trust-Root: {root}\nMcm-Signer: ci\n"
        );
        let (raw, commit) = (signed(seed, root, "ci", &message), self.id());
        self.ledger.observations.push(Observation { commit, raw: raw.into_bytes().into() });
    }

    /// Changes the bytes of the last record.
    fn spoil(&mut self, edit: impl FnOnce(String) -> String) {
        let record = self.last().records.last_mut().expect("one was made");
        let text = String::from_utf8(record.raw.to_vec()).expect("records are text");
        record.raw = edit(text).into_bytes().into();
    }

    /// Makes the signature of the last record one that nobody can verify.
    fn make_strange(&mut self) {
        self.spoil(|text| text.replace("SSH SIGNATURE", "STRANGE THING"));
    }

    fn decide(&mut self, who: &str, decision: &str, role: &str) -> String {
        let trailers = format!(
            "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
             Mcm-Covers: request, runbook\nMcm-Subject: {{digest}}\n"
        );
        self.record(who, decision, &trailers)
    }

    fn approvals(&self, as_of: &str) -> BTreeMap<SubjectId, Approval> {
        let as_of = as_of.parse().expect("an instant");
        let pass = Pass::run(&self.ledger, &self.config, as_of, &[]).expect("there is a policy");
        approvals(&pass)
    }

    /// A book of this history and nothing else, judged at a moment.
    fn inputs(&self, as_of: &str) -> Inputs {
        Inputs {
            config: self.config.clone(),
            policy: Arc::new(Policy::none(Profile::Starter)),
            as_of: as_of.parse().expect("an instant"),
            sources: Vec::new(),
            attachments: Vec::new(),
            history: Arc::new(History { ledger: self.ledger.clone(), ..History::default() }),
            faults: Vec::new(),
        }
    }

    /// Everything that is known at a moment.
    fn all(&self, as_of: &str) -> Approvals {
        Approvals::of(&self.inputs(as_of))
    }

    fn status(&self) -> ApprovalStatus {
        self.status_at("2026-06-10T00:00:00Z")
    }

    fn status_at(&self, as_of: &str) -> ApprovalStatus {
        self.approvals(as_of)[&id()].status
    }

    fn reasons(&self) -> Vec<Reason> {
        let as_of = "2026-06-10T00:00:00Z".parse().expect("an instant");
        let pass = Pass::run(&self.ledger, &self.config, as_of, &[]).expect("there is a policy");
        let all = pass.subjects.values().flat_map(|subject| &subject.records).chain(&pass.others);
        all.flat_map(|landed| landed.judged.reasons.iter().map(|(reason, _)| *reason)).collect()
    }
}

fn approved() -> Story {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    story
}

#[test]
fn a_change_is_approved_when_two_people_fill_the_lines() {
    let mut story = Story::new();
    story.submit();
    assert_eq!(story.status(), ApprovalStatus::InReview);
    story.land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    assert_eq!(story.status(), ApprovalStatus::InReview);
    story.decide("bob", "approve", "manager");
    assert_eq!(story.reasons(), []);
    assert_eq!(story.status(), ApprovalStatus::Approved);
    assert_eq!(story.approvals("2026-06-10T00:00:00Z")[&SubjectId::named("services/checkout")].status, {
        ApprovalStatus::BeforeAdoption
    });
}

#[test]
fn what_is_covered_is_a_set_of_names_in_any_order() {
    let of = |covers: &str| {
        let mut story = Story::new();
        story.submit().land("2026-06-03T12:00:00Z");
        for (who, role) in [("carol", "peer"), ("bob", "manager")] {
            let trailers = format!(
                "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\n\
                 Mcm-Covers: {covers}\nMcm-Subject: {{digest}}\n"
            );
            story.record(who, "approve", &trailers);
        }
        story.status()
    };
    assert_eq!(of("request, runbook"), ApprovalStatus::Approved);
    assert_eq!(of("runbook, request"), ApprovalStatus::Approved);
    for covers in ["request", "request, request", "request, runbook, runbook", "request, runbook, notice-a"] {
        assert_eq!(of(covers), ApprovalStatus::InReview, "{covers}");
    }
}

#[test]
fn who_wrote_it_or_stands_alone_does_not_count() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("alice", "approve", "manager");
    story.decide("carol", "approve", "peer");
    assert_eq!(story.status(), ApprovalStatus::InReview, "alice wrote it");
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("bob", "approve", "manager");
    story.decide("bob", "approve", "peer");
    assert_eq!(story.status(), ApprovalStatus::InReview, "bob counts once");
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "manager");
    assert_eq!(story.reasons(), [Reason::RoleNotHeld]);
    story.decide("mallory", "approve", "peer");
    assert_eq!(story.reasons()[1..], [Reason::KeyUnknown, Reason::RoleNotHeld]);
}

#[test]
fn one_byte_makes_it_stale_and_going_back_brings_it_back() {
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z").write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK} "), "dave");
    assert_eq!(story.status(), ApprovalStatus::Stale);
    story.land("2026-06-04T13:00:00Z").write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "dave");
    assert_eq!(story.status(), ApprovalStatus::Approved, "nothing else was approved in between");
    story.land("2026-06-04T14:00:00Z").write(
        &format!("{FOLDER}/runbook.md"),
        &format!("{RUNBOOK}\n"),
        "dave",
    );
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-04T15:00:00Z").write(&format!("{FOLDER}/runbook.md"), RUNBOOK, "dave");
    assert_eq!(story.status(), ApprovalStatus::Stale, "another content was approved meanwhile");
}

#[test]
fn a_notice_may_change_and_a_file_may_not() {
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z").write(
        &format!("{FOLDER}/notice-a.md"),
        "---\ntitle: A\n---\n",
        "dave",
    );
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-04T12:00:00Z").write(&format!("{FOLDER}/files/a.csv"), "1,2\n", "dave");
    assert_eq!(story.status(), ApprovalStatus::Stale);
}

#[test]
fn a_rejection_stands_until_its_signer_takes_it_back() {
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z");
    let rejected = story.decide("dave", "reject", "manager");
    assert_eq!(story.status(), ApprovalStatus::Rejected);
    story.land("2026-06-05T12:00:00Z");
    let retract = |of: &str| {
        format!(
            "Mcm-Document: MCM-2026-0001\nMcm-Subject: {{digest}}\nMcm-Of: {of}\nMcm-Covers: request, runbook\n"
        )
    };
    story.record("bob", "retract", &retract(&rejected));
    assert_eq!(story.status(), ApprovalStatus::Rejected, "bob cannot take it back for dave");
    story.record("dave", "retract", &retract(&rejected));
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn lateness_age_and_the_end_of_the_slot_count() {
    let mut story = Story::new();
    story.submit().land("2026-06-18T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!(story.status_at("2026-06-19T00:00:00Z"), ApprovalStatus::ApprovedLate);
    assert_eq!(approved().status_at("2026-06-20T12:00:00Z"), ApprovalStatus::Expired);
    assert_eq!(approved().status_at("2026-06-20T11:59:59Z"), ApprovalStatus::Approved);
}

#[test]
fn a_policy_governs_only_after_its_quorum_has_landed() {
    let old = policy(1, "");
    let new = policy(2, "[class.major]\ndistinct_principals = 1\n");
    let serial = |story: &Story| {
        let as_of = "2026-06-10T00:00:00Z".parse().expect("an instant");
        let pass = Pass::run(&story.ledger, &story.config, as_of, &[]).expect("there is a policy");
        (pass.effective.policy.serial, pass.effective.pending.map(|pending| pending.signed.len()))
    };
    let mut story = approved();
    story.land("2026-06-05T12:00:00Z").last().policy = Some(new.clone());
    story.vote("carol", &old, &new, 2);
    assert_eq!(serial(&story), (1, Some(1)), "one of two has signed");
    story.land("2026-06-06T12:00:00Z");
    story.vote("carol", &old, &new, 2);
    assert_eq!(serial(&story), (1, Some(1)), "carol counts once");
    story.vote("dave", &old, &new, 2);
    assert_eq!(serial(&story), (2, None));
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn a_key_of_the_same_landing_does_not_govern() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let mut files = policy(2, "");
    let mallory = key(99).public_key().to_openssh().expect("a public key");
    let signers = format!("{}mallory namespaces=\"git\" {mallory}\n", files[0].text);
    files[0] = SourceFile::new(files[0].path.clone(), signers.into_bytes());
    story.last().policy = Some(files);
    story.decide("mallory", "approve", "peer");
    assert_eq!(story.reasons(), [Reason::KeyNotGoverning, Reason::RoleNotHeld]);
}
