//! `mcmbook build` and `clean`: what is written, what is told, and what is left alone.

use std::os::unix::fs::symlink;

use snapbox::{assert_data_eq, str};

use crate::support::run::{judge, outcome, printed, program, run, same};
use crate::support::{Folder, Repo, checked, files_below};

/// A committed book of a few documents that refer to each other.
fn book(repo: &Repo) {
    repo.write(".gitignore", "/book\n");
    repo.write("content/index.md", "# Changes\n\nSee [checkout](services/checkout.md#who-uses-it).\n");
    repo.write(
        "content/services/checkout.md",
        "---\ntitle: Checkout\nowner: ana\ntier: 1\nteam: shop\n---\n\n# Checkout\n\n## What It Does\n\nSells.\n\n\
         ## Who Uses It\n\nShoppers.\n\n## Failure Effects\n\nNobody buys.\n",
    );
    repo.write("content/files/readings.csv", "at,ms\n");
    repo.commit("a book");
}

#[test]
fn a_site_is_built_where_the_book_says_and_nowhere_else() {
    let repo = Repo::new();
    book(&repo);
    let dir = repo.path();
    run(&dir, &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
Head [HEAD] (claimed)
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    checked(&dir.join("book"));
    assert_eq!(std::fs::read(dir.join("book/files/readings.csv")).expect("it is copied"), b"at,ms\n");
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "the sources are as they were");
    // Quiet is quiet, and from a folder below the root it is the same site.
    let first = files_below(&dir.join("book"));
    run(&dir.join("content/services"), &["build", "--quiet"]).code(0).stdout_eq("").stderr_eq("");
    assert_eq!(files_below(&dir.join("book")), first);
    run(&dir, &["clean"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Removed book

"#]]);
    assert!(!dir.join("book").exists());
    run(&dir, &["clean"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Clean book is not there

"#]]);
}

/// What a build says of its full-text index: the parts that it made, and those that it took from the site before.
fn parts(dir: &std::path::Path) -> (usize, usize) {
    let output = program(dir).args(["build", "-q"]).env("MCMBOOK_LOG", "debug").output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    (told.matches("search part ").count(), told.matches("search: kept a part").count())
}

#[test]
fn the_full_text_index_is_made_again_only_where_its_words_change() {
    let repo = Repo::new();
    book(&repo);
    let dir = repo.path();
    let index = || {
        let files = files_below(&dir.join("book"));
        files.into_iter().filter(|(path, _)| path.starts_with("pagefind/")).collect::<Vec<_>>()
    };
    let (made, kept) = parts(&dir);
    assert!(made > 0 && kept == 0, "{made} made, {kept} kept");
    let first = index();
    assert_eq!(parts(&dir), (0, made), "nothing has changed");
    assert_eq!(index(), first);
    repo.write("content/index.md", "# Changes\n\nOther words, and see [checkout](services/checkout.md).\n");
    assert!(parts(&dir).0 > 0, "a page says something else");
    assert_ne!(index(), first);
    // Switched off, nothing is left of it, and titles and headings are found all the same.
    repo.write("book.toml", "[book]\ntitle = \"Changes\"\n\n[output.html.search]\nenable = false\n");
    assert_eq!(parts(&dir), (0, 0));
    let site = checked(&dir.join("book"));
    assert!(site.iter().all(|path| !path.starts_with("pagefind/")), "{site:?}");
    assert!(site.iter().any(|path| path == "search/classic-index.js"), "{site:?}");
    let pages = site.iter().filter(|path| path.ends_with(".html"));
    for page in pages {
        let text = std::fs::read_to_string(dir.join("book").join(page)).expect("pages are UTF-8");
        assert!(!text.contains("pagefind/"), "{page} asks for an index that is not there");
    }
}

#[test]
fn the_output_folder_can_be_chosen() {
    let repo = Repo::new();
    book(&repo);
    let dir = repo.path();
    let elsewhere = Folder::new();
    let there = elsewhere.path().join("a site/of ours");
    run(&dir, &["build", "-q", "-d", there.to_str().expect("UTF-8")]).code(0).stderr_eq("");
    checked(&there);
    // Relative to the current folder, not to the book.
    run(&dir.join("content"), &["build", "-q", "--dest-dir", "../public"]).code(0).stderr_eq("");
    checked(&dir.join("public"));
    let mut by_variable = program(&dir);
    by_variable.args(["build", "-q"]).env("MCMBOOK_BUILD__BUILD_DIR", "by-variable");
    judge(&dir, by_variable).code(0).stderr_eq("");
    checked(&dir.join("by-variable"));
    let mut wrong = program(&dir);
    wrong.arg("build").env("MCMBOOK_BUILD__BULID_DIR", "x");
    judge(&dir, wrong).code(2).stdout_eq("").stderr_eq(str![[r#"
error[book-toml]: environment variable MCMBOOK_BUILD__BULID_DIR: unknown key `build.bulid-dir`
 |
 = help: did you mean `build-dir`?

error: `book.toml` is not usable

"#]]);
    run(&dir, &["clean", "-d", "public"]).code(0).stderr_eq(str![[r#"
Removed public

"#]]);
    assert!(!dir.join("public").exists() && there.exists());
}

#[test]
fn a_folder_that_is_not_ours_is_refused_and_keeps_everything() {
    let repo = Repo::new();
    book(&repo);
    let dir = repo.path();
    let precious = Folder::new();
    precious.write("home/ana/thesis.tex", "years of work");
    let home = precious.path().join("home");
    repo.write("mine/notes.txt", "mine");
    repo.write("nearly/.mcmbook", "something else\n");
    repo.write("nearly/notes.txt", "mine");
    symlink(&home, dir.join("link")).expect("a new link");
    repo.write("file", "mine");
    let before = files_below(&dir);
    let cases = [
        ("mine", "holds files that mcmbook did not write, such as `notes.txt`"),
        ("nearly", "holds files that mcmbook did not write"),
        ("link", "is a symbolic link"),
        ("file", "is a file"),
        (".", "is the folder of `book.toml`"),
        ("content", "is the source folder"),
        ("..", "is a folder that holds the book"),
        ("/", "is a folder that holds the book"),
        (home.to_str().expect("UTF-8"), "holds files that mcmbook did not write, such as `ana`"),
    ];
    for (dest, words) in cases {
        for command in ["build", "clean"] {
            let (code, told) = outcome(&dir, &[command, "-d", dest]);
            assert_eq!(code, Some(2), "{command} {dest}: {told}");
            assert!(told.contains(words) && told.contains("--dest-dir"), "{command} {dest}: {told}");
            assert_eq!(files_below(&dir), before, "{command} {dest} changed something");
        }
    }
    assert_eq!(files_below(&precious.path()).len(), 1);
    // A site of ours that has become a repository, to be pushed.
    printed(&dir, &["build", "-q"]);
    repo.git(&["init", "--quiet", "book"]);
    let (code, told) = outcome(&dir, &["build"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("is a Git repository of its own"), "{told}");
}

#[test]
fn findings_do_not_stop_a_build_and_are_told() {
    let repo = Repo::new();
    book(&repo);
    repo.write("content/windows/q4.md", "---\ntitle: Q4\ntype: restricted\ntz: Nowhere\n---\n\n# Q4\n");
    repo.write("content/broken.md", "---\nstatus: approved\n");
    repo.commit("with faults");
    run(&repo.path(), &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 4 documents, 0 changes
Head [HEAD] (claimed)
warning: 4 errors: `mcmbook check` lists them
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    checked(&repo.path().join("book"));
}

#[test]
fn where_the_history_is_not_known_it_is_said() {
    let folder = Folder::book();
    folder.write("content/index.md", "# Changes\n");
    run(&folder.path(), &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 1 document, 0 changes
warning: history and approvals are unknown: not a Git repository
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    let page = std::fs::read_to_string(folder.path().join("book/index.html")).expect("it was built");
    assert!(page.contains("not a Git repository"), "the pages say so, too");

    let unborn = Repo::new();
    unborn.write("content/index.md", "# Changes\n");
    run(&unborn.path(), &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 1 document, 0 changes
warning: history and approvals are unknown: the repository has no commit yet
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
}

#[test]
fn a_shallow_clone_is_refused_with_the_way_out() {
    let repo = Repo::new();
    book(&repo);
    repo.write("content/index.md", "# Changes, again\n");
    repo.commit("a second commit");
    let clone = Folder::new();
    let url = format!("file://{}", repo.path().display());
    repo.git(&[
        "clone",
        "--quiet",
        "--depth",
        "1",
        &url,
        clone.path().join("clone").to_str().expect("UTF-8"),
    ]);
    let dir = clone.path().join("clone");
    run(&dir, &["build"]).code(3).stdout_eq("").stderr_eq(str![[r#"
error: the repository is a shallow clone: its history is cut short
  help: fetch the rest: `git fetch --unshallow`; for actions/checkout, set `fetch-depth: 0`
  help: or leave the history out: `--history=unknown`

"#]]);
    run(&dir, &["check"]).code(3).stdout_eq("").stderr_eq(str![[r#"
error: the repository is a shallow clone: its history is cut short
  help: fetch the rest: `git fetch --unshallow`; for actions/checkout, set `fetch-depth: 0`
  help: or leave the history out: `--history=unknown`

"#]]);
    assert!(!dir.join("book").exists());
    run(&dir, &["build", "--history=unknown"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
warning: history and approvals are unknown: left out by `--history=unknown`
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    checked(&dir.join("book"));
    repo.git(&["-C", dir.to_str().expect("UTF-8"), "fetch", "--quiet", "--unshallow"]);
    assert_eq!(outcome(&dir, &["build", "-q"]), (Some(0), String::new()));
}

#[test]
fn a_detached_head_and_a_book_below_the_root_are_built() {
    let repo = Repo::with_book_at("docs/book of changes");
    book(&repo);
    repo.write("content/index.md", "# Changes, again\n");
    let second = repo.commit("a second commit");
    repo.git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
    run(&repo.book(), &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
Head [HEAD] (claimed)
Built [N] files in book in [TIME]
Open file://[URL]/book/index.html

"#]]);
    let about = |dir: &std::path::Path| {
        std::fs::read_to_string(dir.join("book/about/build/index.html")).expect("it was built")
    };
    assert!(about(&repo.book()).contains(&repo.head()) && !about(&repo.book()).contains(&second));
    // From the root of the repository, the book is named.
    run(&repo.path(), &["build", "-q"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no `book.toml` in `[ROOT]` or in a folder above it
  help: `mcmbook init` makes a new book here
  help: or name the folder of a book: `mcmbook build DIR`

"#]]);
    run(&repo.path(), &["build", "-q", "docs/book of changes"]).code(0).stdout_eq("").stderr_eq("");
    // A branch that nobody has committed to.
    repo.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    run(&repo.book(), &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
warning: history and approvals are unknown: the repository has no commit yet
Built [N] files in book in [TIME]
Open file://[URL]/book/index.html

"#]]);
}

#[test]
fn style_sheets_and_scripts_of_the_book_are_copied_and_linked() {
    let folder = Folder::book();
    folder.write(
        "book.toml",
        "[output.html]\nadditional-css = [\"extra/ours.css\"]\nadditional-js = [\"extra/ours.js\"]\n",
    );
    folder.write("content/index.md", "# Changes\n");
    folder.write("extra/ours.css", "h1 { color: navy }\n");
    folder.write("extra/ours.js", "document.title += '';\n");
    let dir = folder.path();
    printed(&dir, &["build", "-q"]);
    checked(&dir.join("book"));
    let files = files_below(&dir.join("book"));
    let named = |name: &str| files.keys().filter(|path| path.ends_with(name)).cloned().collect::<Vec<_>>();
    let page = String::from_utf8(files["index.html"].clone()).expect("pages are UTF-8");
    for (name, content) in [("ours.css", "h1 { color: navy }\n"), ("ours.js", "document.title += '';\n")] {
        let [path] = &named(name)[..] else { panic!("{name}: {:?}", named(name)) };
        assert_eq!(files[path], content.as_bytes());
        assert!(page.contains(path.as_str()), "{path} is not linked");
    }
    std::fs::remove_file(dir.join("extra/ours.js")).expect("it is there");
    run(&dir, &["build", "-q"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error[book-toml]: there is no file `extra/ours.js`
 --> book.toml:3:18
  |
3 | additional-js = ["extra/ours.js"]
  |                  ^^^^^^^^^^^^^^^
  |
  = help: it is relative to the folder of `book.toml`

error: `book.toml` is not usable

"#]]);
}

/// Whatever `book.toml` names and is not there is told at once, at its place, beside what else is wrong in it.
#[test]
fn everything_that_the_settings_name_and_is_not_there_is_told_at_once() {
    let folder = Folder::new();
    folder.write(
        "book.toml",
        "[book]\nsrc = \"content\"\ntitel = \"A\"\n[output.html]\ntheme = \"themes/our\"\n\
         additional-css = [\"ours.css\", \"extra/our.css\", \"extra\"]\nadditional-js = [\"gone/own.js\"]\n\
         input-404 = \"lots.md\"\n",
    );
    folder.write("content/index.md", "# Changes\n");
    folder.write("content/lost.md", "# Not here\n");
    folder.write("extra/ours.css", "h1 { color: navy }\n");
    folder.write("themes/ours/static/css/99.css", "");
    let dir = folder.path();
    let lines = |command: &str, set: &[(&str, &str)]| {
        let output = program(&dir).arg(command).envs(set.iter().copied()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        let is_told = |line: &&str| ["error", " -->", "  = help"].iter().any(|begin| line.starts_with(begin));
        told.lines().filter(is_told).map(str::to_owned).collect::<Vec<_>>().join("\n") + "\n"
    };
    let expected = str![[r#"
error[book-toml]: unknown key `book.titel`
 --> book.toml:3:1
  = help: did you mean `title`?
error[book-toml]: there is no folder `themes/our`
 --> book.toml:5:9
  = help: did you mean `themes/ours`?
error[book-toml]: there is no file `ours.css`
 --> book.toml:6:19
  = help: it is relative to the folder of `book.toml`
error[book-toml]: there is no file `extra/our.css`
 --> book.toml:6:31
  = help: did you mean `extra/ours.css`?
error[book-toml]: `extra` is not a regular file
 --> book.toml:6:48
  = help: replace a link by a copy of what it points to
error[book-toml]: there is no file `gone/own.js`
 --> book.toml:7:18
  = help: it is relative to the folder of `book.toml`
error[book-toml]: there is no document `content/lots.md`
 --> book.toml:8:13
  = help: did you mean `lost.md`?
error: `book.toml` is not usable

"#]];
    let told = lines("build", &[]);
    assert_data_eq!(told.clone(), expected);
    assert_eq!(lines("check", &[]), told, "who checks sees the same");
    // Commands that make no site need the documents alone.
    let settings = std::fs::read_to_string(dir.join("book.toml")).expect("it is there");
    folder.write("book.toml", settings.replace("titel", "title"));
    printed(&dir, &["list"]);
    folder.write("book.toml", "[book]\nsrc = \"contents\"\n[output.html]\ninput-404 = \"lost.md\"\n");
    assert_data_eq!(
        lines("list", &[]),
        str![[r#"
error[book-toml]: the source folder `contents` does not exist
 --> book.toml:2:7
  = help: did you mean `content`?
error: `book.toml` is not usable

"#]]
    );
    folder.write("book.toml", "");
    let told = lines("build", &[("MCMBOOK_OUTPUT__HTML__INPUT_404", "404.md")]);
    assert_data_eq!(
        told,
        str![[r#"
error[book-toml]: environment variable MCMBOOK_OUTPUT__HTML__INPUT_404: there is no document `content/404.md`
error: `book.toml` is not usable

"#]]
    );
    // The folder of the theme need not be there where no other one is named.
    folder.write("book.toml", "[output.html]\ntheme = \"themes/default\"\n");
    printed(&dir, &["build", "-q"]);
}

#[test]
fn the_log_tells_phases_on_the_error_stream_and_changes_nothing() {
    let repo = Repo::new();
    book(&repo);
    let dir = repo.path();
    printed(&dir, &["build", "-q"]);
    let silent = files_below(&dir.join("book"));
    let logged = |level: &str| {
        let mut command = program(&dir);
        command.env("MCMBOOK_LOG", level).args(["build", "--quiet"]);
        let output = command.output().expect("the program runs");
        assert!(output.stdout.is_empty());
        (output.status.code(), String::from_utf8(output.stderr).expect("the log is UTF-8"))
    };
    let (code, log) = logged("info");
    assert_eq!(code, Some(0));
    let line = |start: &str| log.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert!(line("log: info history ").ends_with(" commits=1"), "{log}");
    assert!(line("log: info read ").ends_with(" documents=2 attachments=1 faults=0"), "{log}");
    // The whole site stood there already.
    let written = silent.len() - 2;
    let expected = format!(" files={written} kept={written}");
    assert!(line("log: info publish ").ends_with(&expected), "{log}");
    for phase in ["parse", "join", "judge", "render", "search"] {
        assert!(!line(&format!("log: info {phase} ")).is_empty(), "no {phase} in {log}");
    }
    assert!(!log.contains("debug"), "{log}");
    assert_eq!(files_below(&dir.join("book")), silent);
    assert!(logged("trace").1.contains("log: trace read a file path=content/services/checkout.md\n"));
    let (code, told) = logged("loud");
    assert_eq!(code, Some(2));
    same(
        &told,
        str![[r#"
error: `MCMBOOK_LOG` is `loud`, which is no level of a log
  help: levels are `off`, `error`, `warn`, `info`, `debug` and `trace`
  help: levels by module look like `mcmbook::hosts=debug,info`

"#]],
    );
}
