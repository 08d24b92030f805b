//! Rows 66 and 74: what pages make of hostile words, and what hooks, settings and a rebase make of a record.

use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;

use super::forge::{Forged, codes, put};
use crate::approvals::book::{Book, CHANGE, FOLDER, PEOPLE};
use crate::approvals::site::{PAGE, Site};
use crate::records::upkeep::with_origin;
use crate::records::{as_person, done};
use crate::serve::command::Running;
use crate::support::http::Http;
use crate::support::run::program;
use crate::support::{files_below, write};

/// What would run, or leave the attribute that it stands in.
const SCRIPT: &str = "<script>hostile()</script>";
const IMAGE: &str = "\"><img src=x onerror=hostile()>";
const CLOSED: &str = "</script hostile>";

/// A change with hostile words in everything that people write, approved by carol, whose name is hostile too.
fn hostile() -> Book {
    let book = Book::adopted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        let name = format!("name = '{SCRIPT}{IMAGE}'");
        std::fs::write(path, text.replace("name = \"carol\"", &name)).expect("the policy");
    });
    book.write_change();
    let path = format!("{FOLDER}/request.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, text.replacen("title: A change", &format!("title: '{SCRIPT}{IMAGE}{CLOSED}'"), 1));
    // A name of a file holds no slash.
    for (name, content) in
        [("<img src=x onerror=hostile()>.html", SCRIPT), ("\" onload=\"hostile()\".svg", SCRIPT)]
    {
        book.repo.write(&format!("{FOLDER}/files/{name}"), content);
    }
    book.as_person("alice", |book| {
        book.repo.person.replace(None);
        book.repo.git(&["add", "--all"]);
        let author = "--author=Al \" onload=\"hostile()\" ice <alice@a.example>";
        book.repo.git(&["commit", "--quiet", "-S", author, "-m", &format!("{SCRIPT}{IMAGE}{CLOSED}")]);
    });
    let message = book.message("carol", "approve", "peer").replacen(CHANGE, &format!("{SCRIPT} {CHANGE}"), 1);
    let message = message.replacen("Read.", &format!("{SCRIPT}{IMAGE}{CLOSED}"), 1);
    book.record(
        "carol",
        &message.replace("Mcm-Meaning: I read it.", &format!("Mcm-Meaning: {SCRIPT}{IMAGE}")),
    );
    // A record without a signature: who it says has signed it is shown all the same.
    let mut forged = Forged::by(&book, "dave", "manager");
    forged.message = forged.message.replace("Mcm-Signer: dave", &format!("Mcm-Signer: {SCRIPT}"));
    put(&book, &forged.bytes());
    book
}

/// What must stand on no page as it was written.
const RAW: [&str; 5] =
    ["<script>hostile", "<img src=x", "</script hostile", "\" onload=\"hostile", "\" onerror="];

pub(super) fn markup() {
    let book = hostile();
    assert_eq!(book.status(), ApprovalStatus::InReview);
    // An approved content that is no more, and whose files are shown as evidence alone.
    book.repo.write(&format!("{FOLDER}/files/<img src=x onerror=hostile()>.html"), "Another.");
    book.as_person("alice", |book| book.commit("Another file"));
    let site = Site::of(&book);
    let script = "&lt;script&gt;hostile()&lt;/script&gt;";
    let told = format!("{script}&quot;&gt;&lt;img src=x onerror=hostile()&gt;&lt;/script hostile&gt;");
    let [reason, signer] = [format!("“{told}”"), format!("claims to be {script}")];
    site.says(PAGE, &[&told, &reason, &signer, "&lt;img src=x onerror=hostile()&gt;.html"]);
    site.says("policy/people/carol/index.html", &[script]);
    let (mut pages, mut evidence) = (0, Vec::new());
    for (path, bytes) in files_below(&site.0.path().join("site")) {
        let is_page = [".html", ".atom", ".xml"].iter().any(|end| path.ends_with(end));
        let text = String::from_utf8_lossy(&bytes);
        if path.contains("/files/") || (path.starts_with("evidence/") && !path.ends_with("/index.html")) {
            evidence.push(path);
        } else if is_page {
            pages += 1;
            let raw = RAW.iter().find(|tag| text.contains(**tag));
            assert_eq!(raw, None, "{path}:\n{text}");
        } else if path.ends_with(".json") {
            // Data says what people wrote, and is read as data.
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{path}");
        }
    }
    assert!(pages > 20 && evidence.len() > 20, "{pages} pages, {evidence:?}");
    let running = Running::start_at(&book.repo.book(), &["-n", "127.0.0.1"]);
    let http = Http { port: running.port() };
    for path in ["changes/2026/MCM-2026-0001/change.json", "changes/changes.json"] {
        let answer = http.get(&format!("/{path}"));
        let found = (answer.header("content-type"), answer.header("x-content-type-options"));
        assert_eq!(found, (Some("application/json; charset=utf-8"), Some("nosniff")), "{path}");
    }
    for path in &evidence {
        let answer = http.get(&format!("/{}", encoded(path)));
        assert_eq!(
            (answer.status, answer.header("x-content-type-options")),
            (200, Some("nosniff")),
            "{path}"
        );
        let kind = answer.header("content-type").unwrap_or_default();
        // A picture is saved, and nothing in it runs where it is opened all the same.
        let is_saved =
            kind.starts_with("image/svg") && answer.header("content-disposition") == Some("attachment");
        assert!(
            is_saved || ["text/plain;", "text/markdown;"].iter().any(|text| kind.starts_with(text)),
            "{path}: {kind}"
        );
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(!path.contains("/files/") || policy.contains("sandbox"), "{path}: {policy}");
    }
}

/// A path in an address.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    let one = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(one).collect()
}

/// Hooks that refuse everything, and write into the file that they are given.
const HOOKS: [&str; 6] = [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "reference-transaction",
    "post-rewrite",
];

pub(super) fn hooks_and_rebases() {
    let book = Book::submitted();
    let _origin = with_origin(&book);
    let hooks = book.repo.path().join(".git/hooks");
    for hook in HOOKS {
        write(&hooks.join(hook), "#!/bin/sh\n[ -f \"$1\" ] && echo altered >>\"$1\"\nexit 1\n");
        let mut mode = Command::new("chmod");
        assert!(mode.arg("+x").arg(hooks.join(hook)).status().expect("chmod is there").success());
    }
    // One person by three names: of the environment, of the settings for authors, and of those for committers.
    let told = book.as_person("carol", |book| {
        for (key, value) in
            [("author.name", "Eve"), ("author.email", "eve@a.example"), ("committer.email", "c@a.example")]
        {
            book.repo.git(&["config", key, value]);
        }
        book.repo.tick();
        let mut command = program(&book.repo.book());
        command.args(["approve", CHANGE, "--role", "peer", "--reason", "Read.", "--as", "carol", "--yes"]);
        command.envs([("GIT_AUTHOR_NAME", "Mallory"), ("GIT_AUTHOR_EMAIL", "mallory@a.example")]);
        command.envs([("GIT_AUTHOR_DATE", "1000000000 +0900"), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
        command.env("GIT_COMMITTER_DATE", format!("{} +0100", book.repo.seconds()));
        command.output().expect("the program starts")
    });
    assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    let record = book.repo.head();
    assert_eq!(codes(&book, &record), [""; 0]);
    let raw = book.repo.git(&["cat-file", "commit", &record]);
    let of = |name: &str| raw.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
    assert_eq!(of("author "), of("committer "));
    assert!(
        of("author ").is_some_and(|who| who.contains("<c@a.example>")) && !raw.contains("altered"),
        "{raw}"
    );
    // Nor does a hook stop whoever brings in a record that waits on a branch.
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "--as", "bob", "--yes"]);
    let (waiting, branch) = (book.repo.head(), format!("mcm/{CHANGE}/bob"));
    let quietly = ["-c", "core.hooksPath=/dev/null"];
    book.repo.git(&[&quietly[..], &["branch", &branch, &waiting]].concat());
    book.repo.git(&[&quietly[..], &["reset", "--quiet", "--hard", &record]].concat());
    done(&book, "dave", &["approve", "--collect", CHANGE]);
    assert_eq!(codes(&book, &waiting), [""; 0]);
    book.repo.git(&[&quietly[..], &["reset", "--quiet", "--hard", &record]].concat());
    std::fs::remove_dir_all(&hooks).expect("they were made");

    // Somebody else pushes first, and carol pulls with a rebase: with and without signing what is made anew.
    book.repo.git(&["checkout", "--quiet", "-b", "elsewhere", "origin/main"]);
    book.repo.write("content/another.md", "---\ntitle: Another\n---\n");
    book.as_person("dave", |book| book.commit("Another page"));
    book.repo.git(&["push", "--quiet", "origin", "elsewhere:main"]);
    for (signs, expected) in
        [("false", &["sig-missing", "record-rewritten"][..]), ("true", &["record-rewritten"])]
    {
        book.repo.git(&["checkout", "--quiet", "-B", "main", &record]);
        book.repo.git(&["branch", "--quiet", "--set-upstream-to=origin/main"]);
        book.repo.git(&["config", "commit.gpgsign", signs]);
        book.as_person("carol", |book| {
            book.repo.tick();
            book.repo.git(&["pull", "--quiet", "--rebase"])
        });
        let rewritten = book.repo.head();
        assert_eq!(codes(&book, &rewritten), expected, "signs: {signs}");
        let (_, told) = as_person(&book, "carol", &["doctor"]);
        let lost = format!("1 record lost to a squash, rebase or cherry-pick: {}", &rewritten[..10]);
        for part in [lost.as_str(), "`mcmbook approve ID` signs anew"] {
            assert!(told.contains(part), "signs: {signs}: {told}");
        }
        let told = done(&book, "carol", &["explain", CHANGE]);
        for part in ["MCM824", "it was rewritten by carol", "`mcmbook approve MCM-2026-0001 --role peer`"] {
            assert!(told.contains(part), "signs: {signs}: {told}");
        }
        done(&book, "carol", &["approve", CHANGE, "--role", "peer", "--as", "carol", "--yes"]);
        assert_eq!(codes(&book, &book.repo.head()), [""; 0], "to approve again is enough");
    }
}
