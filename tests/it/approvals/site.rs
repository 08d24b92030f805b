//! What the site says of approvals: statuses, signatures, what changed, and what they rest on.

use super::book::{Book, CHANGE, FOLDER, PEOPLE};
use super::status::is_valid;
use crate::support::Folder;
use crate::support::run::{printed, program};

const RUNBOOK: &str = "content/changes/2026/MCM-2026-0001/runbook.md";
pub(crate) const PAGE: &str = "changes/2026/MCM-2026-0001/index.html";

/// The built site.
pub(crate) struct Site(pub(crate) Folder);

impl Site {
    pub(crate) fn of(book: &Book) -> Site {
        let folder = Folder::new();
        let target = folder.path().join("site");
        printed(&book.repo.book(), &["build", "-q", "-d", target.to_str().expect("UTF-8")]);
        Site(folder)
    }

    pub(crate) fn text(&self, path: &str) -> String {
        let path = self.0.path().join("site").join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn record(&self) -> serde_json::Value {
        serde_json::from_str(&self.text("changes/2026/MCM-2026-0001/change.json")).expect("JSON")
    }

    #[track_caller]
    pub(crate) fn says(&self, path: &str, words: &[&str]) {
        let text = self.text(path);
        for word in words {
            assert!(text.contains(word), "{path} does not say {word:?}:\n{text}");
        }
    }
}

#[test]
fn an_approved_change_shows_who_signed_what_and_claims_no_more() {
    let book = Book::approved();
    let site = Site::of(&book);
    let key = book.fingerprint("bob");
    let words = [
        "The quorum is met for exactly these bytes: approved by bob, carol.",
        "(the time is claimed)",
        "Unpinned: nobody outside of this repository vouches",
        "I read it.",
        "“Read.”",
        &key,
        "ssh-ed25519",
        "T1: claimed",
        "href=\"../../../evidence/MCM-2026-0001/index.html\"",
        "<strong>unpinned</strong>",
    ];
    site.says(PAGE, &words);
    let record = site.record();
    assert_eq!(record["approval"], "approved");
    assert_eq!(record["approvals"]["records"].as_array().map(Vec::len), Some(2));
    assert_eq!(record["trust"]["pinned"], false);
    let row: serde_json::Value = serde_json::from_str(&site.text("changes/changes.json")).expect("JSON");
    assert_eq!(row["changes"][0]["approval"], "approved");
    assert_eq!(row["trust"], record["trust"]);
    assert_eq!(row["changes"][0]["approvers"], serde_json::json!(["bob", "carol"]));
    let now: serde_json::Value = serde_json::from_str(&site.text("calendar/now.json")).expect("JSON");
    assert_eq!(now["trust"], record["trust"]);
    assert!(site.text("changes/changes.csv").lines().nth(1).is_some_and(|row| row.contains(",approved,")));
    site.says("changes/approval/approved/index.html", &[CHANGE]);
    site.says(
        "changes/index.html",
        &["data-label=\"Approval\"", "approved", "data-approvers=\"bob, carol\""],
    );
    site.says("changes/approver/bob/index.html", &[CHANGE, "1 change, approver bob"]);
    site.says("index.html", &["Latest decisions", "Approved by <a href=\"policy/people/"]);
    site.says("index.html", &["icon-seal\"></span>approved"]);
    site.says("evidence/MCM-2026-0001/index.html", &["sh verify.sh", "unpinned"]);
}

#[test]
fn what_is_missing_and_why_a_record_does_not_count_is_said() {
    let book = Book::submitted();
    book.decide("carol", "approve", "peer");
    // Alice wrote it, and mallory is nobody.
    book.decide("alice", "approve", "manager");
    let message = book.message("mallory", "approve", "manager");
    let message = message.replace("\n\nRead.", "\n\n<script>alert(1)</script>");
    book.record("mallory", &message);
    let site = Site::of(&book);
    site.says(
        PAGE,
        &[
            "Not approved yet: waits for manager.",
            "Still missing: manager (bob or dave could); 1 of 2 different people so far.",
            "<code>self-approval</code>",
            "<code>key-unknown</code>",
            "claims to be mallory",
        ],
    );
    assert_eq!(site.record()["approval"], "in-review");
    assert!(!site.text(PAGE).contains("<script>alert"), "what somebody wrote is text");
}

#[test]
fn a_stale_change_shows_what_changed_since_it_was_approved() {
    let book = Book::approved();
    book.repo.write(RUNBOOK, "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n\n<b>One more</b> step.\n");
    book.as_person("dave", |book| book.commit("One more step"));
    let site = Site::of(&book);
    site.says(
        PAGE,
        &[
            "Not approved: what was approved has changed since.",
            "What changed since it was approved",
            "<ins>&lt;b&gt;One more&lt;/b&gt; step.</ins>",
            "for another content",
        ],
    );
    let text = site.text(PAGE);
    let difference = text.split("id=\"difference\"").nth(1).expect("it is there");
    let difference = difference.split("</section>").next().unwrap_or_default();
    assert!(!difference.contains("request.md"), "the request is the same");
}

#[test]
fn what_is_not_committed_has_the_status_of_what_is() {
    let book = Book::approved();
    book.repo.write(RUNBOOK, "---\ntitle: Another plan\nfor: MCM-2026-0001\n---\n");
    let site = Site::of(&book);
    site.says(PAGE, &["Modified, not committed.", "approved by bob, carol"]);
}

#[test]
fn without_a_policy_everything_is_before_adoption_and_there_is_no_page_of_it() {
    let book = Book::adopted();
    book.repo.git(&["rm", "-r", "--quiet", "policy"]);
    book.repo.git(&["commit", "--quiet", "--amend", "-m", "no policy"]);
    book.write_change();
    book.commit("A change");
    let site = Site::of(&book);
    site.says(
        PAGE,
        &["Before adoption", "No approval is judged: ", "Before adoption: no approval is judged ("],
    );
    assert_eq!(site.record()["approval"], "before-adoption");
    assert!(!site.0.path().join("site/policy/index.html").exists());
    assert!(!site.0.path().join("site/evidence").exists());
}

/// Nobody can tell then whether there was a policy: the one in the work tree says nothing of it.
#[test]
fn where_the_history_is_unknown_every_approval_is_unverifiable() {
    let without_policy = || {
        let book = Book::approved();
        std::fs::remove_dir_all(book.repo.book().join("policy")).expect("it is there");
        book
    };
    let without_git = || {
        let book = Book::approved();
        std::fs::remove_dir_all(book.repo.book().join(".git")).expect("it is there");
        book
    };
    const LEFT_OUT: &str = "left out by `--history=unknown`";
    let cases = [
        (Book::approved(), &["--history=unknown"][..], LEFT_OUT),
        (without_policy(), &["--history=unknown"], LEFT_OUT),
        (without_git(), &[], "not a Git repository"),
    ];
    for (book, how, why) in cases {
        let dir = book.repo.book();
        let said = |command: &[&str]| printed(&dir, &[command, how].concat());
        let folder = Folder::new();
        let target = folder.path().join("site");
        said(&["build", "-q", "-d", target.to_str().expect("UTF-8")]);
        let site = Site(folder);
        site.says(
            PAGE,
            &[
                &format!("Whether it is approved cannot be told: {why}."),
                &format!("Unverifiable: no approval is judged ({why})."),
            ],
        );
        assert!(!site.text(PAGE).to_lowercase().contains("before adoption"), "{why}");
        site.says(
            "about/build/index.html",
            &["Every change and document is <strong>unverifiable</strong>: "],
        );
        assert_eq!(site.record()["approval"], "unverifiable");
        assert!(site.text("changes/changes.csv").contains(",unverifiable,"), "{why}");
        let json = |command: &[&str]| -> serde_json::Value {
            serde_json::from_str(&said(&[command, &["--format", "json"]].concat())).expect("JSON")
        };
        assert_eq!(json(&["list"])["changes"][0]["approval"], "unverifiable");
        let standing = json(&["status", CHANGE]);
        assert_eq!((&standing["status"], &standing["unknown"]), (&"unverifiable".into(), &why.into()));
        assert!(said(&["list"]).contains("  unverifiable  "), "{why}");
        assert!(said(&["show", CHANGE]).contains(&format!("unverifiable: {why}\n")), "{why}");
        let status = said(&["status", CHANGE]);
        assert_eq!(status, format!("{CHANGE}  unverifiable\nno approval is judged: {why}\n"));
    }
}

#[test]
fn a_pin_from_outside_is_told_on_every_page() {
    let book = Book::approved();
    let folder = Folder::new();
    let target = folder.path().join("site");
    let root = book.root();
    let arguments = ["build", "-q", "--trust-root", &root, "-d", target.to_str().expect("UTF-8")];
    printed(&book.repo.book(), &arguments);
    let site = Site(folder);
    for page in [PAGE, "index.html", "search/index.html", "policy/index.html"] {
        let text = site.text(page).to_lowercase();
        assert!(text.contains(", pinned") || text.contains("pinned from outside"), "{page}");
        assert!(!text.contains("unpinned"), "{page}");
    }
}

#[test]
fn policy_people_and_keys_have_pages_with_their_past() {
    let book = Book::submitted();
    let key = book.fingerprint("dave");
    let retired =
        format!("[[revocation]]\nkey = \"{key}\"\nkind = \"retired\"\nsince = 2025-12-01T00:00:00Z");
    book.amend(2, |book| book.policy(2, &retired, &PEOPLE));
    book.decide("carol", "approve", "peer");
    let site = Site::of(&book);
    site.says(
        "policy/index.html",
        &["Policy 2", "Policy 1", "trust root", "amend-policy", "distinct_principals"],
    );
    site.says("policy/people/index.html", &["carol", "people/dave/index.html"]);
    site.says("policy/people/carol/index.html", &["Roles over time", "1 to 2", CHANGE, "approve as peer"]);
    site.says("policy/keys/index.html", &[&key, "retired", "since 2025-12-01 00:00 UTC"]);
    // A policy that nobody signed for does not govern, and the page says so.
    book.policy(3, "", &PEOPLE);
    book.as_person("dave", |book| book.commit("Another policy"));
    let site = Site::of(&book);
    site.says("policy/index.html", &["An amendment waits", "0 of 2 policy-admins", "Policy 2"]);
    site.says("index.html", &["an amendment waits"]);
}

#[test]
fn documents_outside_of_changes_have_their_own_status_where_the_policy_asks() {
    let book = Book::submitted();
    let more = "[subject.window]\nrequire = [{ role = \"manager\", min = 1 }]";
    book.amend(2, |book| book.policy(2, more, &PEOPLE));
    let window = "---\ntitle: Quiet days\nowner: alice\ntype: freeze\nlevel: hard\n---\n\n# Quiet days\n";
    book.repo.write("content/windows/quiet.md", window);
    book.as_person("alice", |book| book.commit("A window"));
    let site = Site::of(&book);
    site.says("windows/quiet/index.html", &["standing-approval", "Still missing: manager"]);
    let service = site.text("services/checkout/index.html");
    assert!(!service.contains("standing-approval"), "nothing is asked of a service");
    assert!(book.repo.book().join(FOLDER).exists());
}

#[test]
fn a_post_mortem_says_whether_somebody_else_has_reviewed_it() {
    let book = Book::approved();
    let file = format!("{FOLDER}/post-mortem.md");
    book.repo.write(&file, "---\ntitle: Post-mortem\nfor: MCM-2026-0001\n---\n\n# Post-mortem\n");
    let more = "[subject.post-mortem]\nreview = [{ role = \"peer\", min = 1 }]";
    book.amend(2, |book| book.policy(2, more, &PEOPLE));
    book.as_person("alice", |book| book.commit("A post-mortem"));
    Site::of(&book)
        .says(PAGE, &["not reviewed", "Nobody has signed a review of these bytes; the policy asks for 1."]);
    let review = |person: &str| {
        let bytes = std::fs::read(book.repo.book().join(&file)).expect("the post-mortem");
        let hash = mcmbook::text::ContentHash::of(&bytes);
        let digest = mcmbook::text::ContentHash::of(format!("{hash}  post-mortem.md\n").as_bytes());
        let message = format!(
            "review {CHANGE}\n\nRead.\n\nMcm-Record: v1\nMcm-Decision: review\nMcm-Meaning: I read it.\n\
             Mcm-Document: {CHANGE}\nMcm-Covers: post-mortem\nMcm-Subject: sha256:{digest}\n\
             Mcm-Context: test\nMcm-Trust-Root: {}\nMcm-Signer: {person}\n",
            book.root()
        );
        book.record(person, &message)
    };
    review("alice");
    Site::of(&book).says(PAGE, &["not reviewed", "A review by somebody who wrote it does not count."]);
    let record = review("carol");
    let words = format!("Signed for by carol ({}), for exactly these bytes.", &record[..12]);
    Site::of(&book).says(PAGE, &[&words, "approved by bob, carol"]);
}

#[test]
fn a_history_that_has_lost_what_a_site_was_built_from_is_refused() {
    let book = Book::approved();
    book.decide("dave", "reject", "manager");
    let site = Site::of(&book);
    let named = site.0.path().join("site/build.json");
    let built: serde_json::Value = serde_json::from_str(&site.text("build.json")).expect("JSON");
    assert_eq!((&built["head"], &built["modified"]), (&book.repo.head().into(), &0.into()));
    let schema = serde_json::from_str(&site.text("schemas/build.json")).expect("JSON");
    assert!(is_valid(&schema, &built), "{built}");
    let next = || {
        let mut command = program(&book.repo.book());
        command.args(["check", "--previous-head"]).arg(&named);
        let output = command.output().expect("the program starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_ne!(next().0, Some(3), "what is built upon it is good");
    // The rejection is taken away by force: nothing in the repository tells.
    book.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let (code, told) = next();
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("history-rewritten"), "{told}");
}
