//! Reading a book: what is found, what is refused, and in which words.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use mcmbook::hosts::Failure;
use mcmbook::hosts::create;
use mcmbook::hosts::workspace::{self, LoadOptions, Loaded};
use mcmbook::text::{BookPath, Code, ContentHash};

use crate::support::{Folder, Repo, load};

fn sources(loaded: &Loaded) -> Vec<&str> {
    loaded.inputs.sources.iter().map(|source| source.path.as_str()).collect()
}

fn attachments(loaded: &Loaded) -> Vec<&str> {
    loaded.inputs.attachments.iter().map(|attachment| attachment.path.as_str()).collect()
}

fn faults(loaded: &Loaded) -> Vec<&str> {
    assert!(loaded.inputs.faults.iter().all(|fault| fault.code == Code::WORKSPACE && !fault.help.is_empty()));
    loaded.inputs.faults.iter().map(|fault| fault.message.as_str()).collect()
}

#[test]
fn documents_attachments_and_logs_are_told_apart() {
    let book = Folder::book();
    book.write("content/b.md", "# B\n");
    book.write("content/a/z.md", "# Z\n");
    book.write("content/a/plan.pdf", [0, 159, 146, 150]);
    book.write("content/a/execution-1.log.jsonl", "{}\n");
    book.write("content/a/latin.md", b"caf\xe9\n");
    book.write("content/.hidden.md", "no part of the book");
    book.write("content/.obsidian/notes.md", "no part of the book");
    book.write("book/index.html", "outside of the source folder");
    let loaded = load(&book.path().join("content/a")).expect("it is found from below");

    assert_eq!(sources(&loaded), ["content/a/latin.md", "content/a/z.md", "content/b.md"]);
    assert_eq!(attachments(&loaded), ["content/a/execution-1.log.jsonl", "content/a/plan.pdf"]);
    assert_eq!(loaded.inputs.sources[0].invalid, Some(3));
    let [log, pdf] = &loaded.inputs.attachments[..] else { panic!("two attachments") };
    assert_eq!(log.text.as_ref().map(|text| &*text.text), Some("{}\n"));
    assert_eq!((pdf.size, pdf.hash, pdf.text.is_none()), (4, ContentHash::of(&[0, 159, 146, 150]), true));
    assert_eq!(loaded.config_file.path.as_str(), "book.toml");
    assert_eq!(faults(&loaded), [""; 0]);
}

#[test]
fn what_cannot_be_part_of_a_book_is_a_fault_and_the_rest_loads() {
    let book = Folder::book();
    book.write("content/good.md", "# Good\n");
    let content = book.path().join("content");
    symlink("good.md", content.join("link.md")).unwrap();
    symlink("/etc", content.join("folder-link")).unwrap();
    book.write("content/folder.md/inside.md", "not read");
    book.write("content/module/.git", "gitdir: ../../.git/modules/module");
    book.write("content/module/inside.md", "not read");
    book.write("content/large.md", vec![b'x'; (16 << 20) + 1]);
    book.write("content/largest.md", vec![b'x'; 16 << 20]);
    book.write("content/large.bin", vec![b'x'; (16 << 20) + 1]);
    book.write("content/back\\slash.md", "not read");
    book.write("content/bell\u{7}.md", "not read");
    std::fs::write(content.join(std::ffi::OsStr::from_bytes(b"caf\xe9.md")), "not read").unwrap();
    book.write("content/data.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    let made = std::process::Command::new("mkfifo").arg(content.join("pipe.md")).status();
    assert!(made.expect("mkfifo is installed").success());

    let loaded = load(&book.path()).expect("the rest loads");
    assert_eq!(sources(&loaded), ["content/good.md", "content/largest.md"]);
    assert_eq!(attachments(&loaded), ["content/large.bin"]);
    assert_eq!(
        faults(&loaded),
        [
            r"the name of `content/back\\slash.md` has a backslash",
            r"the name of `content/bell\u{7}.md` has a control character",
            r"the name of `content/caf\xE9.md` is not UTF-8",
            "`content/data.csv` is a pointer of Git LFS: its content is not in the repository",
            "`content/folder-link` is a symbolic link",
            "`content/folder.md` is a folder, but its name is that of a document",
            "`content/large.md` has 16.0 MiB, and a document may have 16 MiB",
            "`content/link.md` is a symbolic link",
            "`content/module` is a Git repository of its own",
            "`content/pipe.md` is neither a file nor a folder",
        ]
    );
    let place =
        loaded.inputs.faults.last().and_then(|fault| fault.location.as_ref()).expect("it has a place");
    assert_eq!(place.path.as_str(), "content/pipe.md");
}

#[test]
fn names_that_are_one_name_elsewhere_collide() {
    let book = Folder::book();
    for name in
        ["Plan.md", "plan.md", "a/b.md", "A/b.md", "caf\u{e9}.md", "cafe\u{301}.md", "STRASSE.md", "other.md"]
    {
        book.write(&format!("content/{name}"), "text");
    }
    let loaded = load(&book.path()).expect("it loads");
    assert_eq!(
        faults(&loaded),
        [
            "`content/a/b.md` and `content/A/b.md` differ only in letter case",
            "`content/caf\u{e9}.md` and `content/cafe\u{301}.md` differ only in the Unicode form of their letters",
            "`content/plan.md` and `content/Plan.md` differ only in letter case",
        ]
    );
    assert_eq!(loaded.inputs.sources.len(), 8, "both are read, so that nothing else seems to be missing");
}

#[test]
fn what_git_ignores_is_no_part_of_the_book() {
    let repo = Repo::with_book_at("docs");
    crate::support::write(&repo.path().join(".gitignore"), "*.tmp\n/docs/content/drafts/\nkept-*.md\n");
    repo.write("content/a.md", "a");
    repo.write("content/kept-1.md", "tracked, whatever the patterns say");
    repo.git(&["add", "--force", "docs/content/kept-1.md"]);
    repo.commit("First");
    repo.write("content/kept-2.md", "ignored");
    repo.write("content/draft.tmp", "ignored");
    repo.write("content/drafts/b.md", "ignored");
    repo.write("content/untracked.md", "not ignored");
    let loaded = load(&repo.book()).expect("it loads");
    assert_eq!(sources(&loaded), ["content/a.md", "content/kept-1.md", "content/untracked.md"]);
    assert_eq!(attachments(&loaded), [""; 0]);
}

#[test]
fn an_output_folder_among_the_sources_is_not_read() {
    let book = Folder::book();
    book.write("content/a.md", "a");
    book.write("content/out/b.md", "written by an earlier build");
    let options = LoadOptions {
        dir: book.path(),
        dest_dir: Some(book.path().join("content/./x/../out")),
        ..LoadOptions::default()
    };
    assert_eq!(sources(&workspace::load(&options).expect("it loads")), ["content/a.md"]);
}

#[test]
fn a_book_that_cannot_be_read_at_all_is_a_failure_with_its_exit_code() {
    let nothing = Folder::new();
    let no_sources = Folder::new();
    no_sources.write("book.toml", "[book]\ntitle = \"x\"\n");
    let linked = Folder::new();
    linked.write("book.toml", "[book]\ntitle = \"x\"\n");
    symlink("/etc", linked.path().join("content")).unwrap();
    let wrong = Folder::book();
    wrong.write("book.toml", "[book]\ntitel = 1\nlanguage = 2\n");
    let not_text = Folder::book();
    not_text.write("book.toml", b"[book]\ntitle = \"caf\xe9\"\n");

    let told = |dir: &Path| {
        let failure = load(dir).expect_err("it cannot be read");
        let faults = match &failure {
            Failure::Configuration { faults, .. } => faults.iter().map(|f| f.message.clone()).collect(),
            other => vec![other.to_string().replace(&dir.display().to_string(), "DIR")],
        };
        (failure.exit().code(), faults)
    };
    let missing = nothing.path().join("missing");
    let cases: [(&Path, &[&str]); 5] = [
        (&nothing.path(), &["there is no `book.toml` in `DIR` or in a folder above it"]),
        (&missing, &["there is no folder `DIR`"]),
        (&no_sources.path(), &["the source folder `content` does not exist"]),
        (&linked.path(), &["the source folder `content` is a symbolic link"]),
        (&not_text.path(), &["`book.toml` is not UTF-8"]),
    ];
    for (dir, expected) in cases {
        let (code, faults) = told(dir);
        assert_eq!(
            (code, &faults[..expected.len()]),
            (2, &expected.iter().map(|s| s.to_string()).collect::<Vec<_>>()[..])
        );
    }
    let (code, faults) = told(&wrong.path());
    assert_eq!(code, 2);
    assert!(faults.len() >= 2, "all faults at once: {faults:?}");
}

#[test]
fn overrides_and_kinds_reach_the_configuration() {
    let book = Folder::book();
    let overrides = vec![("MCMBOOK_BUILD__BUILD_DIR".to_owned(), "elsewhere".to_owned())];
    let options = LoadOptions { dir: book.path(), overrides, ..LoadOptions::default() };
    let loaded = workspace::load(&options).expect("it loads");
    assert_eq!(loaded.config.build.build_dir, "elsewhere");
    assert!(loaded.root.home_page().ends_with("/elsewhere/index.html"), "{}", loaded.root.home_page());

    let nowhere = Folder::new();
    let options = LoadOptions { dir: nowhere.path(), ..LoadOptions::default() };
    let kinds = workspace::kinds(&options).expect("the built-in kinds need no book");
    assert!(kinds.get("request").is_some());
    assert_eq!(
        workspace::kinds(&LoadOptions { dir: book.path(), ..options }).expect("it loads").hash,
        kinds.hash
    );
}

#[test]
fn the_theme_is_read_file_by_file_and_holds_no_links() {
    let book = Folder::book();
    let loaded = load(&book.path()).expect("it loads");
    let folder = BookPath::new("themes/ours").expect("normal");
    assert!(workspace::theme_files(&loaded.root, &folder).expect("it need not be there").is_empty());
    book.write("themes/ours/templates/page.html", "<p>");
    book.write("themes/ours/static/.swp", "hidden");
    book.write("themes/ours/static/own.css", "p {}");
    let files = workspace::theme_files(&loaded.root, &folder).expect("it can be read");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["static/own.css", "templates/page.html"]);
    assert_eq!(&*files["static/own.css"], b"p {}");
    symlink("/etc/hostname", book.path().join("themes/ours/link.css")).unwrap();
    let failure = workspace::theme_files(&loaded.root, &folder).expect_err("a link");
    assert_eq!(
        (failure.exit().code(), failure.to_string().as_str()),
        (2, "`themes/ours/link.css` is not a regular file")
    );
    let missing = workspace::read_file(&loaded.root, &BookPath::new("own.js").expect("normal"));
    assert_eq!(missing.expect_err("it is not there").to_string(), "there is no file `own.js`");
}

#[test]
fn new_files_are_whole_and_never_replace_others() {
    let book = Folder::book();
    let root = load(&book.path()).expect("it loads").root;
    let path = BookPath::new("content/changes/2026/MCM-2026-0001/request.md").expect("normal");
    assert!(!root.holds(&path));
    create::document(&root, &path, "first").expect("it is new");
    assert!(root.holds(&path));
    let failure = create::document(&root, &path, "second").expect_err("it is there");
    assert_eq!(failure.exit().code(), 2);
    let file = book.path().join(path.as_str());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "first");
    assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    symlink("/tmp", book.path().join("content/out")).unwrap();
    let outside = BookPath::new("content/out/mcmbook-test.md").expect("normal");
    assert!(create::document(&root, &outside, "x").is_err(), "a link leads out of the book");
}

#[test]
fn the_user_of_a_repository_gives_a_roster_id() {
    let repo = Repo::new();
    assert!(workspace::is_in_repository(&repo.book().join("not/there/yet")));
    assert!(!workspace::is_in_repository(&Folder::new().path()));
    for (email, expected) in
        [("Ana.Ferreira@northmere.example", "ana-ferreira"), ("raj@x", "raj"), ("_x_+y@z", "x-y")]
    {
        repo.git(&["config", "user.email", email]);
        assert_eq!(workspace::handle_of_user(&repo.book()).as_deref(), Some(expected), "{email}");
    }
}

/// What a reading gives, as text that can be compared.
fn all_of(loaded: &Loaded) -> String {
    let inputs = &loaded.inputs;
    format!("{:#?}", (&inputs.sources, &inputs.attachments, &inputs.history, &inputs.faults, inputs.as_of))
}

#[test]
fn reading_again_is_reading_anew() {
    let repo = Repo::with_book_at("docs");
    repo.write("content/a.md", "# A\n");
    repo.write("content/changes/2026/MCM-2026-0001/request.md", "---\ntitle: T\n---\n");
    repo.write("content/changes/2026/MCM-2026-0001/files/plan.pdf", [0, 159]);
    repo.commit("first");
    let options = LoadOptions { dir: repo.book(), as_of: workspace::AsOf::Head, ..LoadOptions::default() };
    let mut before = workspace::Before::default();
    let mut same = |changed: &[&str], what: &str| {
        before.forget(&changed.iter().map(|path| BookPath::new(path).expect("normal")).collect());
        let again = workspace::load_again(&options, &mut before).expect("it loads");
        assert!(all_of(&again) == all_of(&workspace::load(&options).expect("it loads")), "{what}");
        assert!(!again.inputs.sources.is_empty(), "{what}");
    };
    same(&[], "the first time");
    repo.write("content/a.md", "# B\n");
    same(&["content/a.md"], "a document of the same length");
    repo.write("content/b.md", "# New\n");
    same(&["content/b.md"], "a new document");
    repo.commit("second");
    same(&[], "a commit");
    repo.rename("content/b.md", "content/c.md");
    same(&["content/b.md", "content/c.md"], "a document that moved");
    repo.write("content/changes/2026/MCM-2026-0001/files/plan.pdf", [1, 159]);
    same(&["content/changes"], "a folder");
    repo.git(&["switch", "-qc", "side"]);
    same(&[], "another branch");
    repo.commit("third");
    repo.git(&["tag", "v1"]);
    same(&[], "another commit and a tag");
    repo.remove("content/a.md");
    same(&["content/a.md"], "a document that is gone");
    repo.write("book.toml", "[kind.note]\npaths = [\"notes/*.md\"]\n");
    same(&["book.toml"], "another kind");
    repo.git(&["switch", "-q", "--detach", "HEAD~1"]);
    same(&[], "no branch");
    // Files whose changes nobody tells are seen by their size or time.
    repo.write("content/c.md", "# Longer than before\n");
    same(&["content/nothing.md"], "a change that nobody told");
}

#[test]
fn reading_what_was_edited_is_reading_anew() {
    let repo = Repo::with_book_at("docs");
    repo.write("content/a.md", "# A\n");
    repo.write("content/b.md", "# B\n");
    repo.commit("first");
    let file = |name: &str| repo.book().join("content").join(name);
    let options = LoadOptions { dir: repo.book(), as_of: workspace::AsOf::Head, ..LoadOptions::default() };
    let before = std::cell::RefCell::new(workspace::Before::default());
    let edited = |changed: &[&str]| {
        let changed = changed.iter().map(|path| BookPath::new(path).expect("normal")).collect();
        let loaded = workspace::load_edited(&options, &mut before.borrow_mut(), &changed).expect("it loads");
        loaded.map(|loaded| all_of(&loaded))
    };
    let again = || {
        workspace::load_again(&options, &mut before.borrow_mut()).expect("it loads");
    };
    let anew = || Some(all_of(&workspace::load(&options).expect("it loads")));
    assert!(edited(&["content/a.md"]).is_none(), "nothing is known before");
    again();
    let time = std::fs::metadata(file("a.md")).and_then(|found| found.modified()).expect("a time");
    repo.write("content/a.md", "# C\n");
    let open = std::fs::File::options().write(true).open(file("a.md")).expect("it opens");
    open.set_modified(time).expect("it is ours");
    assert!(edited(&["content/a.md"]) == anew(), "neither length nor time tells it");

    repo.write("content/b.md", "# Longer than before\n");
    let partly = edited(&["content/a.md"]).expect("both are known");
    assert!(partly.contains("# B") && partly.contains("# C"), "b.md is not looked at");
    assert!(edited(&["content/a.md", "content/b.md"]) == anew(), "two");
    repo.write("content/a.md", "# D\n");
    repo.commit("second");
    assert!(edited(&["content/a.md"]) == anew(), "a commit");

    // Whatever may add to what is there, or take from it, is not enough to know.
    repo.write("content/c.md", "# New\n");
    assert!(edited(&["content/c.md"]).is_none(), "a new document");
    again();
    assert!(edited(&["content/c.md"]) == anew(), "it is known now");
    repo.remove("content/c.md");
    assert!(edited(&["content/c.md"]).is_none(), "a document that is gone");
    repo.remove("content/b.md");
    repo.write("content/b.md/inside.md", "# Below\n");
    assert!(edited(&["content/b.md"]).is_none(), "a document that is a folder now");
    again();
    repo.write("book.toml", "[kind.note]\npaths = [\"notes/*.md\"]\n");
    assert!(edited(&["content/a.md"]).is_none(), "other settings");
    again();
    assert!(edited(&["content/a.md"]) == anew(), "those settings are known now");
    assert!(edited(&[]).is_none(), "nobody knows what");
}
