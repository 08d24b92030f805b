//! What keeps records whole: the pre-push hook, `doctor`, `keys export`, and `stamp`.

use std::path::Path;
use std::process::Command;

use super::{as_person, done, run_at};
use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::stamps::maker::{self, Recipe};
use crate::support::{Folder, Repo};

/// A bare repository as `origin`, with `main` pushed.
pub(crate) fn with_origin(book: &Book) -> Folder {
    let origin = Folder::new();
    let mut git = Command::new("git");
    git.args(["init", "--quiet", "--bare", "--initial-branch=main"]).current_dir(origin.path());
    assert!(git.status().expect("git is installed").success());
    book.repo.git(&["remote", "add", "origin", &origin.path().display().to_string()]);
    book.repo.git(&["push", "--quiet", "--set-upstream", "origin", "main"]);
    origin
}

/// Pushes with the hook in place and the program on the path; gives what was told when it is refused.
fn push(book: &Book, arguments: &[&str]) -> Result<(), String> {
    let program = Path::new(env!("CARGO_BIN_EXE_mcmbook")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut git = Command::new("git");
    git.arg("push").args(arguments).current_dir(book.repo.book());
    git.envs([("PATH", path.as_str()), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    let output = git.output().expect("git is installed");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn the_hook_refuses_what_would_spoil_the_mainline() {
    let book = Book::submitted();
    let _origin = with_origin(&book);
    let told = done(&book, "alice", &["hook", "install"]);
    assert!(told.contains("Wrote .git/hooks/pre-push"), "{told}");
    done(&book, "alice", &["hook", "install"]);
    done(&book, "carol", &["approve", CHANGE, "-y"]);
    assert_eq!(push(&book, &["origin", "main"]), Ok(()));

    // A foxtrot: what is published is merged into another line of work, which is then pushed as main.
    book.repo.git(&["checkout", "--quiet", "-b", "mine", "HEAD^"]);
    book.repo.write("content/a.md", "# A\n");
    book.as_person("dave", |book| book.commit("A page"));
    book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge main", "main"]);
    let told = push(&book, &["origin", "mine:main"]).expect_err("a foxtrot is refused");
    assert!(told.contains("foxtrot: what is published on `main` was merged into it"), "{told}");
    assert!(told.contains("git reset --keep"), "{told}");
    assert_eq!(push(&book, &["origin", "mine:topic"]), Ok(()), "another branch may stand as it likes");

    // The mainline rewritten, with the record dropped; and deleted.
    book.repo.git(&["checkout", "--quiet", "main"]);
    let told = push(&book, &["--force", "origin", "main^:main"]).expect_err("force is refused");
    assert!(told.contains("history-rewritten: the push would take commits off `main`"), "{told}");
    let told = push(&book, &["origin", ":main"]).expect_err("so is deleting");
    assert!(told.contains("history-rewritten: `main` would be deleted"), "{told}");

    // A record that was rewritten: by another committer, without a signature, with files.
    book.repo.git(&["checkout", "--quiet", "-b", "rebased", "main^"]);
    book.repo.write("content/b.md", "# B\n");
    book.as_person("dave", |book| book.commit("Another page"));
    book.repo.git(&["cherry-pick", "--allow-empty", "main"]);
    let told = push(&book, &["origin", "rebased"]).expect_err("the record counts no more");
    assert!(
        told.contains("records on `rebased` can count no more") && told.contains("record-rewritten"),
        "{told}"
    );
    let message = book.repo.git(&["log", "-1", "--format=%B", "main"]);
    book.repo.git(&["checkout", "--quiet", "-b", "squashed", "main^"]);
    book.repo.write("content/b.md", "# B\n");
    book.as_person("dave", |book| book.commit(&format!("Squashed\n\n{message}")));
    let told = push(&book, &["origin", "squashed"]).expect_err("a squash lost it");
    assert!(told.contains("record-not-pure"), "{told}");

    // A branch of records that would lose one.
    book.repo.git(&["checkout", "--quiet", "main"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "--push", "-y"]);
    let told =
        push(&book, &["--force", "origin", "main:mcm/MCM-2026-0001/bob"]).expect_err("a record is lost");
    assert!(told.contains("would take 1 record off `mcm/MCM-2026-0001/bob`"), "{told}");
    book.repo.write(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n");
    let (code, told) = as_person(&book, "alice", &["hook", "install"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("is there already and is another hook"), "{told}");
}

#[test]
fn doctor_finds_what_spoils_records_and_says_how_to_mend_it() {
    let book = Book::submitted();
    book.repo.git(&["config", "pull.ff", "only"]);
    done(&book, "alice", &["hook", "install"]);
    let told = done(&book, "alice", &["doctor", "--sign"]);
    assert!(!told.contains("mend it"), "{told}");
    for part in [
        "history     whole",
        "trial       git signed",
        "you are alice",
        "serial 1 is in force",
        "no record was lost",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let bad = |act: &dyn Fn(&Book), undo: &dyn Fn(&Book), parts: &[&str]| {
        act(&book);
        let (code, told) = run_at(&book.repo.book(), book.repo.seconds(), &["doctor", "--sign"]);
        undo(&book);
        assert_eq!(code, Some(1), "{told}");
        for part in parts {
            assert!(told.contains(part), "{part} is not in\n{told}");
        }
    };
    let config = |name: &'static str, value: &'static str| {
        move |book: &Book| {
            book.repo.git(&["config", name, value]);
        }
    };
    let alice = |book: &Book| book.as_person("alice", |_| ());
    bad(&config("user.email", "x@a.example"), &alice, &["x@a.example is nobody's address"]);
    bad(
        &config("user.signingkey", "/nonexistent"),
        &alice,
        &["cannot be read", "trial       `git commit-tree` failed"],
    );
    let keys = |person: &'static str| {
        move |book: &Book| {
            book.repo.git(&["config", "user.signingkey", &book.key(person).display().to_string()]);
        }
    };
    bad(&keys("mallory"), &alice, &["is nobody's key in the policy in force"]);
    bad(&keys("bob"), &alice, &["the key is bob's, and the address is alice's"]);
    bad(&config("gpg.format", "x509"), &alice, &["signatures of the format x509 do not count"]);
    bad(
        &|book| {
            let head = book.repo.head();
            book.repo.git(&["replace", &head, book.repo.git(&["rev-parse", "HEAD^"]).trim()]);
        },
        &|book| {
            book.repo.git(&["replace", "--delete", &book.repo.head()]);
        },
        &["1 object replaced", "git replace --delete", "the repository replaces objects"],
    );
    let grafts = book.repo.path().join(".git/info/grafts");
    bad(
        &|book| crate::support::write(&grafts, book.repo.head()),
        &|_| std::fs::remove_file(&grafts).expect("it is there"),
        &["the repository has grafts"],
    );
    // A rebased record warns, and pull.rebase and a missing hook do.
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    book.decide("carol", "approve", "peer");
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.write("content/a.md", "# A\n");
        book.commit("Another page");
        book.repo.git(&["cherry-pick", "--allow-empty", "side"]);
    });
    book.as_person("forge", |book| {
        book.repo.tick();
        book.repo.git(&["commit", "--quiet", "--allow-empty", "-m", "Add a page (#31)"]);
    });
    book.as_person("alice", |_| ());
    book.repo.git(&["config", "pull.rebase", "true"]);
    std::fs::remove_file(book.repo.path().join(".git/hooks/pre-push")).expect("it is there");
    let told = done(&book, "alice", &["doctor"]);
    for part in
        ["warn  merges      1 record lost to a squash", "warn  pull", "warn  hook", "`mcmbook hook install`"]
    {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let clone = Folder::new();
    let source = format!("file://{}", book.repo.path().display());
    let mut git = Command::new("git");
    git.args(["clone", "--quiet", "--depth=1", &source, "."]).current_dir(clone.path());
    assert!(git.status().expect("git is installed").success());
    let (code, told) = run_at(&clone.path(), book.repo.seconds(), &["doctor"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("the clone is shallow") && told.contains("git fetch --unshallow"), "{told}");
}

#[test]
fn a_foxtrot_is_told_by_doctor() {
    let book = Book::submitted();
    let _origin = with_origin(&book);
    book.repo.git(&["checkout", "--quiet", "-b", "mine", "HEAD^"]);
    book.repo.write("content/a.md", "# A\n");
    book.as_person("dave", |book| book.commit("A page"));
    book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge main", "main"]);
    book.repo.git(&["branch", "--quiet", "--set-upstream-to=origin/main"]);
    let (code, told) = as_person(&book, "dave", &["doctor"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("bad   mainline    foxtrot:"), "{told}");
}

#[test]
fn keys_are_exported_from_the_policy_in_force() {
    let book = Book::submitted();
    let told = done(&book, "alice", &["keys", "export"]);
    assert_eq!(told, std::fs::read_to_string(book.repo.book().join("policy/allowed_signers")).expect("keys"));
    book.policy(2, "", &["alice", "bob", "carol", "dave", "mallory"]);
    book.as_person("alice", |book| book.commit("A key that does not govern"));
    assert_eq!(done(&book, "alice", &["keys", "export"]), told);
    let (code, told) = as_person(&book, "alice", &["keys", "export", "--format", "openpgp"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("holds no OpenPGP certificate"), "{told}");
    let repo = Repo::new();
    repo.commit("A book");
    assert_eq!(run_at(&repo.book(), repo.seconds(), &["keys", "export"]).0, Some(2));
}

#[test]
fn an_observer_sees_heads_and_attaches_tokens() {
    let book = Book::submitted();
    let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a key");
    let fingerprint = mcmbook::inputs::policy::fingerprint(&key).expect("a public key");
    book.policy(2, &format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{fingerprint}\"\n"), &PEOPLE);
    for admin in ["alice", "bob"] {
        done(&book, admin, &["policy", "amend", "-y"]);
    }
    let (code, told) = as_person(&book, "bob", &["stamp"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("is no observer's key in the policy in force"), "{told}");
    done(&book, "carol", &["approve", CHANGE, "-y"]);
    let head = book.repo.head();
    let told = done(&book, "mallory", &["stamp"]);
    assert!(told.contains(&format!("Saw {}", &head[..10])), "{told}");
    let message = book.repo.git(&["log", "-1", "--format=%B", "mcmbook-observer"]);
    assert!(message.contains("Mcm-Decision: observe\n") && message.contains("Mcm-Signer: ci\n"), "{message}");
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    done(&book, "mallory", &["stamp"]);
    assert_eq!(book.repo.git(&["rev-list", "--count", "mcmbook-observer"]).trim(), "2", "the chain goes on");
    let approvals = book.approvals("2025-12-01T00:00:00Z");
    let (subject, _) = &approvals.subjects[&mcmbook::facts::approval::SubjectId::named(CHANGE)];
    assert!(subject.records.iter().all(|landed| landed.level == 2), "both records are seen");

    let token = book.repo.path().join(".git/answer.tsr");
    let other = maker::stamp(b"of something else", &Recipe::default());
    std::fs::write(&token, &other.answer).expect("a file");
    let token_of = |of: &str| ["stamp", "--token", ".git/answer.tsr", "--of", of].map(str::to_owned);
    let attach = |of: &str| as_person(&book, "mallory", &token_of(of).each_ref().map(String::as_str));
    let (code, told) = attach(&head);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("the token is not over the commit") && told.contains("openssl ts -query"),
        "{told}"
    );
    std::fs::write(&token, b"of something else").expect("a file");
    let (code, told) = attach(&head);
    assert_eq!(code, Some(2));
    assert!(told.contains("the file is no time stamp that could count: it cannot be read"), "{told}");
    let raw = book.repo.git(&["cat-file", "commit", &head]);
    std::fs::write(&token, maker::stamp(raw.as_bytes(), &Recipe::default()).answer).expect("a file");
    let (code, told) = attach(&head);
    assert_eq!(code, Some(0));
    let why = "by the policy in force it proves nothing: the policy trusts no root of `CN=Stamp Root`";
    assert!(told.contains(why), "{told}");
    assert_eq!(
        book.repo.git(&["ls-tree", "-r", "--name-only", "mcmbook-observer"]).trim(),
        format!("tokens/{head}.tsr")
    );
    assert_eq!(attach(&head).0, Some(2), "it is there already");
    done(&book, "mallory", &["stamp"]);
    assert_eq!(
        book.repo.git(&["ls-tree", "-r", "mcmbook-observer"]).lines().count(),
        1,
        "tokens are carried on"
    );
}
