//! Stories of teams, told with git, ssh-keygen and a forge over HTTP whose main branch is protected.

mod forge;

use mcmbook::facts::approval::ApprovalStatus;

use forge::{Clone, Forge};

const CHANGE: &str = "MCM-2026-0001";
const REQUEST: &str = "content/changes/2026/MCM-2026-0001/request.md";
const RUNBOOK: &str = "content/changes/2026/MCM-2026-0001/runbook.md";

const TEXT: &str = "---\ntitle: A change\nowner: alice\nservices: [checkout]\n\
change: {types: [code], extent: minor, novelty: routine, reversibility: reversible}\n\
impact: {downtime: 0m, customer: none}\n\
slot: {start: 2026-06-20T10:00:00Z, end: 2026-06-20T12:00:00Z, tz: UTC}\n---\n\n## Description\n\nA smal text.\n";

/// Writes the change into a clone.
fn submit(clone: &Clone<'_>) {
    clone.write(
        "content/services/checkout.md",
        "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n---\n",
    );
    clone.write(REQUEST, TEXT);
    clone.write(RUNBOOK, "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n");
}

/// A person of the roster, as text of `policy.toml`.
fn person(id: &str, roles: &str) -> String {
    format!(
        "\n[[principal]]\nid = \"{id}\"\nname = \"{id}\"\nemails = [\"{id}@a.example\"]\nroles = [{roles}]\n"
    )
}

/// A line of `allowed_signers`.
fn signer(id: &str, options: &str, key: &str) -> String {
    format!("{id} namespaces=\"git\"{options} {key}")
}

/// A book that alice has adopted, with these people on the roster beside her.
fn adopted<'f>(forge: &'f Forge, more: &str, people: &[(&str, &str, &str)]) -> Clone<'f> {
    let alice = forge.clone_for("alice");
    alice.run(&["init", ".", "--title", "Our changes", "--owner", "alice"]);
    alice.git(&["add", "--all"]);
    alice.git(&["commit", "--quiet", "-S", "-m", "A new book"]);
    alice.run(&["policy", "init"]);
    let mut policy = alice.read("policy/policy.toml") + more;
    let mut signers = alice.read("policy/allowed_signers");
    for (id, roles, options) in people {
        policy += &person(id, roles);
        signers += &signer(id, options, &forge.key(id));
    }
    if !people.is_empty() {
        alice.write("policy/policy.toml", &policy);
        alice.write("policy/allowed_signers", &signers);
        alice.run(&["policy", "amend", "-y", "--reason", "The team."]);
    }
    alice.git(&["push", "--quiet", "origin", "main"]);
    alice
}

#[test]
fn a_team_adopts_from_zero() {
    let forge = Forge::new();
    let alice = adopted(&forge, "", &[]);
    alice.run(&["hook", "install"]);
    let root = alice.git(&["log", "--diff-filter=A", "--format=%H", "--", "policy/policy.toml"]);

    // Bob joins: alice adds him by a pull request, which her own signature brings into force.
    let bob = forge.clone_for("bob");
    let (code, told) = bob.try_run(&["doctor"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("bob@a.example is nobody's address on the roster in force"), "{told}");
    alice.git(&["checkout", "--quiet", "-b", "add-bob"]);
    alice.write(
        "policy/policy.toml",
        &(alice.read("policy/policy.toml") + &person("bob", "\"policy-admin\"")),
    );
    let signers = alice.read("policy/allowed_signers") + &signer("bob", "", &forge.key("bob"));
    alice.write("policy/allowed_signers", &signers);
    let told = alice.run(&["policy", "amend", "-y", "--reason", "Bob joins."]);
    assert!(told.contains("serial 2 is in force"), "{told}");
    alice.git(&["push", "--quiet", "origin", "add-bob"]);
    forge.merge("book", "add-bob");
    bob.pull();
    bob.run(&["hook", "install"]);
    bob.run(&["doctor", "--sign"]);

    // A change of alice's, by a pull request; nobody pushes to main.
    alice.pull();
    submit(&alice);
    alice.git(&["add", "--all"]);
    alice.git(&["commit", "--quiet", "-S", "-m", "Straight to main"]);
    let told = alice.try_git(&["push", "origin", "main"]).expect_err("main is protected");
    assert!(told.contains("main is protected: open a pull request"), "{told}");
    alice.git(&["push", "--quiet", "origin", "HEAD:refs/heads/request"]);
    forge.merge("book", "request");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::InReview);

    // Bob approves; his record goes by a branch of its own.
    bob.pull();
    let told = bob.run(&["approve", CHANGE, "--push", "-y", "--reason", "Read it."]);
    assert!(told.contains("MCM-2026-0001 is approved"), "after landing: {told}");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::InReview, "it has not landed");
    forge.merge("book", "mcm/MCM-2026-0001/bob");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Approved);

    // Whoever has the pin can tell that this is the book that was adopted; another pin is refused.
    bob.pull();
    bob.run(&["keys", "export", "."]);
    let (code, told) = bob.try_run(&["check", "--trust-root", root.trim()]);
    assert!(code == Some(0) || code == Some(1), "{told}");
    let (code, told) = bob.try_run(&["check", "--trust-root", &"0".repeat(40)]);
    assert_eq!(code, Some(3), "{told}");
}

#[test]
fn three_approve_at_once_and_a_typo_is_mended() {
    let forge = Forge::new();
    let matrix = "\n[class.minor]\ndistinct_principals = 3\n\
                  require = [{ role = \"peer\", min = 2 }, { role = \"manager\", min = 1 }]\n";
    let people = [("bob", "\"manager\"", ""), ("carol", "", ""), ("dave", "", ""), ("erin", "", "")];
    let alice = adopted(&forge, matrix, &people);
    let roles = [("bob", "manager"), ("carol", "peer"), ("dave", "peer")];

    // Erin, from a fork, writes the change; it is a pull request until everybody has signed.
    forge.repository("fork");
    let erin = forge.clone_for("erin");
    submit(&erin);
    erin.propose("request", "Request a change", "fork");
    alice.git(&["fetch", "--quiet", &forge.address("fork", "alice"), "request:request"]);
    alice.git(&["push", "--quiet", "origin", "request"]);

    let clones: Vec<(Clone<'_>, &str)> =
        roles.iter().map(|(person, role)| (forge.clone_for(person), *role)).collect();
    // Each in a clone of their own, all at the same time.
    std::thread::scope(|scope| {
        let approve = |(clone, role): &(Clone<'_>, &str)| {
            clone.git(&["checkout", "--quiet", "request"]);
            clone.run(&["approve", CHANGE, "--role", role, "--push", "-y"]);
        };
        let at_work: Vec<_> = clones.iter().map(|clone| scope.spawn(move || approve(clone))).collect();
        at_work.into_iter().for_each(|one| one.join().expect("it was approved"));
    });
    alice.git(&["checkout", "--quiet", "request"]);
    let told = alice.run(&["approve", "--collect", CHANGE]);
    assert_eq!(told.matches("Merged mcm/MCM-2026-0001/").count(), 3, "{told}");
    alice.git(&["push", "--quiet", "origin", "request"]);
    forge.merge("book", "request");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Approved);

    // A typo is mended: what was approved is no more what stands there.
    alice.pull();
    alice.write(REQUEST, &alice.read(REQUEST).replace("smal text", "small text"));
    alice.propose("typo", "Mend a word", "book");
    forge.merge("book", "typo");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Stale);
    for (clone, role) in &clones {
        clone.pull();
        let told = clone.run(&["approve", CHANGE, "--role", role, "--again", "--push", "-y"]);
        assert!(
            told.contains("Changed since your own approval") && told.contains("[-smal-]{+small+}"),
            "{told}"
        );
    }
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Stale, "nothing has landed");
    alice.pull();
    alice.git(&["checkout", "--quiet", "-b", "again"]);
    alice.run(&["approve", "--collect", CHANGE]);
    alice.git(&["push", "--quiet", "origin", "again"]);
    forge.merge("book", "again");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Approved);
    let approvals = forge.approvals();
    let records = approvals.subjects.values().flat_map(|(subject, _)| &subject.records);
    assert!(records.clone().all(|landed| landed.judged.counts()), "every record counts");
    assert_eq!(records.count(), 6);
}

#[test]
fn a_key_expires_and_the_roster_is_amended() {
    let forge = Forge::new();
    // The forge's clock begins on 24 November 2025.
    let people = [("bob", "\"policy-admin\"", ",valid-before=\"20260101Z\""), ("carol", "", "")];
    let alice = adopted(&forge, "", &people);
    let bob = forge.clone_for("bob");
    let (code, told) = bob.try_run(&["doctor"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("warn  key         it is valid until 2026-01-01T00:00:00Z"), "{told}");
    submit(&alice);
    alice.propose("request", "Request a change", "book");
    forge.merge("book", "request");
    bob.pull();
    bob.run(&["approve", CHANGE, "--push", "-y"]);
    forge.merge("book", "mcm/MCM-2026-0001/bob");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Approved);

    // The year turns; what was approved stays so, and the key makes nothing new.
    forge.wait_days(50);
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Approved);
    alice.pull();
    alice.write(REQUEST, &alice.read(REQUEST).replace("smal text", "small text"));
    alice.propose("typo", "Mend a word", "book");
    forge.merge("book", "typo");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Stale);
    bob.pull();
    let (code, told) = bob.try_run(&["approve", CHANGE, "--push", "-y"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("key-expired-at-landing: ") && told.contains("no branch was moved"), "{told}");
    let (code, told) = bob.try_run(&["doctor"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("bad   key         it is not valid today"), "{told}");

    // Alice puts his new key on the roster; until it has landed, it does not govern.
    let new = forge.key("bob-new");
    alice.pull();
    alice.git(&["checkout", "--quiet", "-b", "new-key"]);
    alice.write("policy/allowed_signers", &(alice.read("policy/allowed_signers") + &signer("bob", "", &new)));
    alice.run(&["policy", "amend", "-y", "--reason", "Bob's key has expired."]);
    alice.git(&["push", "--quiet", "origin", "new-key"]);
    bob.sign_with("bob-new");
    let (code, told) = bob.try_run(&["approve", CHANGE, "--push", "-y"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("key-unknown: "), "{told}");
    forge.merge("book", "new-key");
    bob.pull();
    let told = bob.run(&["approve", CHANGE, "--push", "-y"]);
    assert!(told.contains("MCM-2026-0001 is approved"), "{told}");
    forge.merge("book", "mcm/MCM-2026-0001/bob");
    assert_eq!(forge.status(CHANGE), ApprovalStatus::Approved);
    let approvals = forge.approvals();
    let records = approvals.subjects.values().flat_map(|(subject, _)| &subject.records);
    assert!(records.clone().all(|landed| landed.judged.counts()), "the old approval counts as it did");
    assert_eq!(records.count(), 2);
}
