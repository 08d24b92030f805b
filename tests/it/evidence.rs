//! The evidence of a change, checked by its own script with git, ssh-keygen and sha256sum.

use std::path::Path;
use std::process::Command;

use mcmbook::inputs::policy::{self, Principal};
use mcmbook::text::{BookPath, SourceFile};

use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::support::run::{outcome, printed};
use crate::support::{Folder, files_below};
use crate::threats::forge::{Forged, folded, merge, waiting, write_commit};
use crate::threats::openpgp::{Gpg, adopt};

/// The evidence of the change, as the command writes it.
pub(crate) fn written(book: &Book) -> Folder {
    let folder = Folder::new();
    let target = folder.path().join("evidence");
    printed(&book.repo.book(), &["evidence", CHANGE, "-d", target.to_str().expect("UTF-8")]);
    folder
}

/// Runs the script; gives whether every check holds, and what it printed.
pub(crate) fn verify(folder: &Path, clone: Option<&Path>) -> (bool, String) {
    let mut command = Command::new("sh");
    command.arg(folder.join("evidence/verify.sh")).args(clone).current_dir("/");
    let output = command.output().expect("there is a shell");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code() == Some(0), text)
}

/// What failed, by the script.
pub(crate) fn failures(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("FAIL  ")).collect()
}

#[test]
fn the_script_agrees_by_itself_and_against_a_clone() {
    let book = Book::approved();
    let folder = written(&book);
    let (is_good, text) = verify(&folder.path(), None);
    assert!(is_good, "{text}");
    assert_eq!(text.matches("Good \"git\" signature for").count(), 2, "{text}");
    let clone = folder.path().join("clone");
    book.repo.git(&["clone", "--quiet", ".", clone.to_str().expect("UTF-8")]);
    let (is_good, text) = verify(&folder.path(), Some(&clone));
    assert!(is_good, "{text}");
    for person in ["bob", "carol"] {
        assert!(text.contains(&format!("git says: G {person} SHA256:")), "{text}");
    }
}

#[test]
fn the_chain_of_amendments_is_part_of_it() {
    let book = Book::submitted();
    book.amend(2, |book| book.policy(2, "", &PEOPLE));
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    let folder = written(&book);
    let clone = folder.path().join("clone");
    book.repo.git(&["clone", "--quiet", ".", clone.to_str().expect("UTF-8")]);
    let (is_good, text) = verify(&folder.path(), Some(&clone));
    assert!(is_good, "{text}");
    for told in [
        "ok    policy 2: alice is a policy-admin by policies/1/policy.toml",
        "ok    policy 2: bob is a policy-admin by policies/1/policy.toml",
        "ok    policy 2: policies/1/policy.toml asks for so many",
        "ok    policy 2: 2 of the 2 that policy 1 asks for have signed: alice bob",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    // One signature less is too few.
    let script = folder.path().join("evidence/verify.sh");
    let list = std::fs::read_to_string(&script).expect("the script");
    let without = list.lines().filter(|line| !(line.starts_with("votes ") && line.contains(" bob ")));
    std::fs::write(&script, without.collect::<Vec<_>>().join("\n")).expect("the script can be written");
    let (is_good, text) = verify(&folder.path(), None);
    assert!(!is_good);
    assert_eq!(failures(&text), ["policy 2: 1 of the 2 that policy 1 asks for have signed: alice"]);
    // A vote for another step is none for this one.
    let step = |line: &str| match line.starts_with("votes ") {
        true => line.replace(&format!(" {} ", book.policy_digest()), &format!(" {} ", "0".repeat(64))),
        false => line.to_owned(),
    };
    let other = list.lines().map(step).collect::<Vec<_>>().join("\n");
    std::fs::write(&script, other).expect("the script can be written");
    let (_, text) = verify(&folder.path(), None);
    assert!(failures(&text).contains(&"policy 2: bob signed for the step from policy 1 to it"), "{text}");
    assert!(failures(&text).contains(&"policy 2: 0 of the 2 that policy 1 asks for have signed: "), "{text}");
    std::fs::write(&script, &list).expect("the script can be written");
    assert!(verify(&folder.path(), None).0);
    // Who may amend, and how many must, stands in the policy before.
    let policy = folder.path().join("evidence/policies/1/policy.toml");
    let before = std::fs::read_to_string(&policy).expect("the policy");
    let of_bob = before.find("id = \"bob\"").expect("bob");
    let less = format!("{}{}", &before[..of_bob], before[of_bob..].replacen(", \"policy-admin\"", "", 1));
    let more = before.replace("quorum = 2", "quorum = 3");
    for (otherwise, told) in [
        (&less, "policy 2: bob is a policy-admin by policies/1/policy.toml"),
        (&less, "policy 2: 1 of the 2 that policy 1 asks for have signed: alice"),
        (&more, "policy 2: policies/1/policy.toml asks for so many"),
    ] {
        std::fs::write(&policy, otherwise).expect("it can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good && failures(&text).contains(&told), "{told}: {text}");
    }
    // So do the roles in which approvals were given.
    let second = folder.path().join("evidence/policies/2/policy.toml");
    let in_force = std::fs::read_to_string(&second).expect("the policy");
    let of_bob = in_force.find("id = \"bob\"").expect("bob");
    let poorer = format!("{}{}", &in_force[..of_bob], in_force[of_bob..].replacen("\"manager\", ", "", 1));
    std::fs::write(&second, poorer).expect("it can be written");
    let (_, text) = verify(&folder.path(), None);
    let gives =
        |word: &str, end: &str| text.lines().any(|line| line.starts_with(word) && line.ends_with(end));
    assert!(gives("FAIL", ": policies/2/policy.toml gives bob the role manager"), "{text}");
    assert!(gives("ok", ": policies/2/policy.toml gives carol the role peer"), "{text}");
    std::fs::write(&second, in_force).expect("it can be written");
    // A form that the script does not read is told, and nothing is claimed.
    let quoted = before.replace("id = \"bob\"", "\"id\" = \"bob\"");
    std::fs::write(&policy, quoted).expect("it can be written");
    let (_, text) = verify(&folder.path(), None);
    assert!(text.contains("NOT READ here: a key that is in parts or in quotes"), "{text}");
    assert!(!text.contains("is a policy-admin by"), "{text}");
}

#[test]
fn who_may_not_amend_is_no_part_of_the_chain() {
    let book = Book::with_keys(PEOPLE.into_iter().chain(["mallory"]));
    let more =
        "[[principal]]\nid = \"mallory\"\nname = \"M\"\nemails = [\"mallory@a.example\"]\nroles = []\n";
    let signers = [&PEOPLE[..], &["mallory"]].concat();
    book.policy(1, more, &signers);
    let service = "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n---\n";
    book.repo.write("content/services/checkout.md", service);
    book.as_person("alice", |book| book.commit("Adopt a policy"));
    book.write_change();
    book.as_person("alice", |book| book.commit("Request"));
    let from = book.policy_digest();
    book.policy(2, more, &signers);
    let to = book.policy_digest();
    book.as_person("alice", |book| book.commit("Amend the policy"));
    for person in ["mallory", "alice", "bob"] {
        book.vote(person, &from, &to, 2);
    }
    book.decide("carol", "approve", "peer");
    let folder = written(&book);
    let (is_good, text) = verify(&folder.path(), Some(&book.repo.path()));
    assert!(is_good, "{text}");
    assert!(text.contains("policy 2: 2 of the 2 that policy 1 asks for have signed: alice bob\n"), "{text}");
    let told = printed(&book.repo.book(), &["policy", "history", "--as-of", "2025-12-01T00:00:00Z"]);
    assert!(told.contains("alice") && !told.contains("mallory"), "{told}");
}

/// What the script reads out of a `policy.toml`.
fn read_by_script(text: &str) -> String {
    let script = include_str!("../../src/outputs/evidence/verify.sh");
    let begin = script.find("\nroles() {").expect("the function");
    let end = begin + script[begin..].find("\n}'\n}\n").expect("its end") + 6;
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{}\nprintf '%s' \"$1\" | roles", &script[begin..end]), "sh", text]);
    let output = command.env("LC_ALL", "C").output().expect("there is a shell");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

/// The same as mcmbook reads it.
fn read_by_mcmbook(text: &str) -> String {
    let path = BookPath::new("policy/policy.toml").expect("a plain path");
    let parsed = policy::parse(&[SourceFile::new(path, text.as_bytes())], None);
    assert_eq!(parsed.faults, [], "{text}");
    let people = &parsed.policy.principals;
    let quorum = format!("quorum {}\n", parsed.policy.amend_quorum);
    let named = |person: &Principal| {
        let delegates = if person.delegates.is_empty() { "" } else { "delegates" };
        let words = ["person", delegates].into_iter().filter(|word| !word.is_empty());
        words.map(|word| format!("{word} {}\n", person.id)).collect::<Vec<_>>()
    };
    std::iter::once(quorum)
        .chain(people.iter().flat_map(named))
        .chain(people.iter().flat_map(roles))
        .collect()
}

/// The roles of a person, each once: `bound` where every grant of it begins or ends some day.
fn roles(person: &Principal) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for grant in &person.roles {
        if !names.contains(&&*grant.role) {
            names.push(&grant.role);
        }
    }
    let told = |role: &str| {
        let mut own = person.roles.iter().filter(|grant| grant.role == role);
        let is_bound = own.all(|grant| grant.from.is_some() || grant.until.is_some());
        format!("{} {role} {}\n", if is_bound { "bound" } else { "role" }, person.id)
    };
    names.into_iter().map(told).collect()
}

#[test]
fn the_script_reads_of_a_policy_what_mcmbook_reads_or_says_that_it_does_not() {
    let top = "schema = 1\nserial = 1\ncontext = \"t\"\nprofile = \"starter\"\nzone = \"UTC\"\n";
    let ana = "[[principal]]\nid = \"ana\"\nname = \"Ana\"\nroles = [\"policy-admin\"]\n";
    let amend = "[amend]\nquorum = 1\n";
    let with = |more: &str| format!("{top}{amend}{ana}{more}");
    let ben = |more: &str| with(&format!("[[principal]]\nid = \"ben\"\nname = \"Ben\"\n{more}\n"));
    for text in [
        with(""),
        with("").replace('\n', "\r\n"),
        format!("# [amend]\n{top}\n  [ amend ] # [x]\n\tquorum\t=\t1\n{ana}"),
        format!("{top}{ana}{amend}"),
        ben("roles = []"),
        ben("roles = [\"peer-admin\", 'policy-admin',]"),
        ben("roles = [ # policy-admin\n  \"director\", # \"policy-admin\"\n\n  # \"policy-admin\",\n]"),
        ben("roles = [\n{ role = \"policy-admin\", from = \"2026-01-01\" }, \"director\"]"),
        ben("roles = [{ until = \"2027-01-01\", role = \"policy-admin\" }, { role = \"policy-admin\" }]"),
        ben("roles = [{ role = \"director\", scope = [\"policy-admin\"] }]"),
        ben("roles = [{ scope = [\"a\", \"b\"], role = \"policy-admin\" }]"),
        ben("emails = [\"policy-admin@a.example\"]\nroles = []"),
        ben("roles = []\n[[principal.delegates]]\nto = \"ana\"\nrole = \"policy-admin\""),
        ben("roles = []\ndelegates = [{ to = \"ana\", role = \"policy-admin\" }]"),
        ben("roles = []").replace("\"Ben\"", "\"Ben \\\"] # [[principal]] \\u00e9\""),
        ben("roles = []").replace("\"Ben\"", "'[[principal]] \\'"),
        ben("roles = []").replace("\"Ben\"", "\"Bén 木\""),
        with("[class.minor]\nrequire = [\n  { role = \"peer\", min = 1 },\n]\n"),
    ] {
        assert_eq!(read_by_script(&text), read_by_mcmbook(&text), "{text}");
    }
    // A form that it does not read: it says so, and names nobody.
    let lines = "\"\"\"\\\n[[principal]]\\\nid = 'eve'\"\"\"";
    for text in [
        format!("{top}amend.quorum = 1\n{ana}"),
        format!("{top}amend = {{ quorum = 1 }}\n{ana}"),
        format!("{top}principal = [{{ id = \"ana\", name = \"Ana\", roles = [\"policy-admin\"] }}]\n{amend}"),
        format!("{top}\"amend\" = {{ quorum = 1 }}\n{ana}"),
        format!("{top}amend . quorum = 1\n{ana}"),
        with("").replace("[amend]", "[\"amend\"]"),
        with("").replace("quorum = 1", "quorum = 0x1"),
        with("").replace("quorum = 1", "\"quorum\" = 1"),
        with("").replace("[[principal]]", "[[\"principal\"]]"),
        ben("roles = [\"policy\\u002dadmin\"]"),
        ben("roles = [{ role = \"policy\\u002dadmin\" }]"),
        ben("roles = [{ \"role\" = \"policy-admin\" }]"),
        ben("\"roles\" = [\"policy-admin\"]"),
        ben("[[principal.roles]]\nrole = \"policy-admin\""),
        ben("roles = []").replace("\"ben\"", "\"\\u0062en\""),
        ben("roles = []").replace("\"Ben\"", lines),
        ben("roles = []").replace("\"Ben\"", "'''[amend]'''"),
    ] {
        read_by_mcmbook(&text);
        let told = read_by_script(&text);
        assert!(told.starts_with("unreadable ") && told.lines().count() == 1, "{text}\n{told}");
    }
}

#[test]
fn one_byte_of_any_file_is_noticed_and_named() {
    let book = Book::approved();
    let folder = written(&book);
    let evidence = folder.path().join("evidence");
    let files = files_below(&evidence);
    assert!(
        files.keys().any(|path| path.starts_with("contents/") && path.ends_with("runbook.md")),
        "{files:?}"
    );
    for (path, bytes) in files.iter().filter(|(path, _)| *path != "verify.sh") {
        let mut spoiled = bytes.clone();
        let middle = spoiled.len() / 2;
        spoiled[middle] ^= 1;
        std::fs::write(evidence.join(path), spoiled).expect("it can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good, "{path} is spoiled: {text}");
        assert!(failures(&text).iter().any(|line| line.contains(path.as_str())), "{path}: {text}");
        std::fs::remove_file(evidence.join(path)).expect("it can be removed");
        assert!(!verify(&folder.path(), None).0, "{path} is gone");
        std::fs::write(evidence.join(path), bytes).expect("it can be written");
    }
    assert!(verify(&folder.path(), None).0);
}

#[test]
fn a_file_that_nothing_names_is_noticed_and_named() {
    let book = Book::approved();
    // A record that does not count lies in the folder as well.
    let message = book.message("bob", "approve", "manager");
    let bad = book.record("mallory", &message);
    let folder = written(&book);
    let evidence = folder.path().join("evidence");
    let files = files_below(&evidence);
    let (is_good, text) = verify(&folder.path(), None);
    assert!(is_good, "{text}");
    let content = files.keys().find_map(|path| path.strip_suffix("/runbook.md")).expect("the runbook");
    let one_of = |start: &str| files.keys().find(|path| path.starts_with(start)).expect(start).clone();
    for path in [
        format!("{content}/files/extra.txt"),
        format!("{content}/post-mortem.md"),
        "extra.txt".to_owned(),
        ".hidden".to_owned(),
        "a name with spaces".to_owned(),
        "policies/2/policy.toml".to_owned(),
        "policies/1/openpgp/bob.asc".to_owned(),
        "records/0000.commit".to_owned(),
        "stamps/1.tst".to_owned(),
        one_of("records/") + "~",
    ] {
        let file = evidence.join(&path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, "more\n").expect("it can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good, "{path}: {text}");
        assert_eq!(failures(&text), [format!("{path} is named by no manifest and no list")], "{text}");
        std::fs::remove_file(&file).expect("it can be removed");
    }
    // Nor may it be another kind of file, and what does not count stays as it was written.
    std::os::unix::fs::symlink("verify.sh", evidence.join("link")).expect("a link");
    assert_eq!(failures(&verify(&folder.path(), None).1), ["link is named by no manifest and no list"]);
    std::fs::remove_file(evidence.join("link")).expect("it can be removed");
    for ending in ["commit", "payload", "sig"] {
        let path = format!("records/{bad}.{ending}");
        let bytes = std::fs::read(evidence.join(&path)).expect(ending);
        std::fs::write(evidence.join(&path), [&bytes[..], b" "].concat()).expect("it can be written");
        assert_eq!(failures(&verify(&folder.path(), None).1), [path.as_str()]);
        std::fs::remove_file(evidence.join(&path)).expect("it can be removed");
        assert_eq!(failures(&verify(&folder.path(), None).1), [format!("{path} is there")]);
        std::fs::write(evidence.join(&path), bytes).expect("it can be written");
    }
    // The page of the site about the folder is told, and not held against anything.
    std::fs::write(evidence.join("index.html"), "<p>").expect("it can be written");
    let (is_good, text) = verify(&folder.path(), None);
    assert!(is_good && text.contains("index.html is the page of the site about this folder"), "{text}");
}

#[test]
fn what_the_script_says_of_a_record_is_what_was_signed() {
    let book = Book::approved();
    let folder = written(&book);
    let (_, text) = verify(&folder.path(), None);
    for told in ["ok    approve as peer by carol, ", "ok    approve as manager by bob, "] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let script = folder.path().join("evidence/verify.sh");
    let whole = std::fs::read_to_string(&script).expect("the script");
    let line = whole.lines().find(|line| line.starts_with("record approve ") && line.ends_with(" peer"));
    let line = line.expect("carol's record");
    let id = line.split(' ').nth(2).expect("its commit");
    // The files are as they were signed: only what is said of them is otherwise.
    for (otherwise, failed) in [
        (
            line.replace("record approve ", "record reject "),
            vec![format!("reject as peer by carol, {}: what is signed decides so", &id[..12])],
        ),
        (
            line.replace(" peer", " manager"),
            ["what is signed names manager", "policies/1/policy.toml gives carol the role manager"]
                .map(|told| format!("approve as manager by carol, {}: {told}", &id[..12]))
                .to_vec(),
        ),
        (
            line.replace(" peer", " -"),
            vec![format!("approve by carol, {}: what is signed names no role", &id[..12])],
        ),
    ] {
        std::fs::write(&script, whole.replace(line, &otherwise)).expect("the script can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good, "{text}");
        assert_eq!(failures(&text), failed, "{text}");
    }
}

#[test]
fn another_repository_and_another_pin_are_refused() {
    let book = Book::approved();
    let folder = written(&book);
    let other = Book::approved();
    let (is_good, text) = verify(&folder.path(), Some(&other.repo.path()));
    assert!(!is_good);
    assert!(failures(&text).contains(&"the trust root is on the mainline of HEAD"), "{text}");
    let mut command = Command::new("sh");
    command.arg(folder.path().join("evidence/verify.sh")).env("MCMBOOK_TRUST_ROOT", other.root());
    let output = command.output().expect("there is a shell");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(failures(&text), ["the trust root is the one that you pinned"]);
}

#[test]
fn a_change_without_records_has_none() {
    let book = Book::submitted();
    let (code, told) = outcome(&book.repo.book(), &["evidence", CHANGE]);
    assert_eq!(code, Some(2));
    assert!(told.contains("there is no evidence for MCM-2026-0001: no record of it has landed"), "{told}");
}

#[test]
fn an_openpgp_signature_is_checked_by_the_certificate_of_the_policy() {
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("carol", "ed25519", "never");
    adopt(&book, "carol", &gpg.certificate(&key));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &[]));
    let id = write_commit(&book, &forged.bytes());
    merge(&book, &[&id]);
    let folder = written(&book);
    let (is_good, text) = verify(&folder.path(), Some(&book.repo.path()));
    assert!(is_good, "{text}");
    assert!(text.contains("ok    approve as peer by carol"), "{text}");
    assert!(text.contains("the signature is by the certificate of carol in policy 2"), "{text}");
    let signature = folder.path().join(format!("evidence/records/{id}.sig"));
    let other = gpg.sign(&key, "something else", &[]);
    std::fs::write(&signature, other).expect("it can be written");
    let (is_good, text) = verify(&folder.path(), None);
    assert!(!is_good);
    let told = format!(
        "approve as peer by carol, {}: the signature is by the certificate of carol in policy 2",
        &id[..12]
    );
    assert!(failures(&text).contains(&told.as_str()), "{text}");
}
