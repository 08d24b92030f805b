//! What goes wrong in the world, put before the whole program: it says what and where, and never panics.

mod hostile;
mod stopped;
mod theme;

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use snapbox::str;

use crate::support::run::{outcome, program, run};
use crate::support::{Folder, checked, files_below};

/// A book with a home page and one page that is as it should be.
fn book() -> Folder {
    let book = Folder::book();
    book.write("content/index.md", "# Changes\n");
    book.write("content/good.md", "# Good\n\nAs it should be.\n");
    book
}

/// Builds; the good pages stand whatever else the book holds. Gives the paths of the site.
fn built(book: &Folder) -> Vec<String> {
    let (code, told) = outcome(&book.path(), &["build"]);
    assert_eq!(code, Some(0), "{told}");
    let files = checked(&book.path().join("book"));
    let good = std::fs::read_to_string(book.path().join("book/good/index.html")).expect("it was built");
    assert!(good.contains("As it should be."), "{good}");
    files
}

#[test]
fn files_that_cannot_be_part_of_a_book_are_told_and_the_rest_is_built() {
    let book = book();
    let content = book.path().join("content");
    symlink("nowhere", content.join("dangling.md")).expect("a new link");
    symlink("good.md", content.join("link.md")).expect("a new link");
    symlink("/etc", content.join("folder-link")).expect("a new link");
    std::fs::create_dir(content.join("folder.md")).expect("a new folder");
    book.write("content/folder.md/inside.md", "# Inside\n");
    let pipe = |name: &str| {
        let made = Command::new("mkfifo").arg(content.join(name)).status().expect("mkfifo is installed");
        assert!(made.success());
    };
    pipe("pipe.md");
    pipe("pipe.csv");
    let _socket = std::os::unix::net::UnixListener::bind(content.join("socket.md")).expect("a new socket");
    book.write("content/latin-1.md", b"# Caf\xe9\n");
    book.write("content/zero.md", b"# A\0B\n");
    book.write("content/utf-16.md", b"\xff\xfe#\0 \0A\0\n\0");
    book.write("content/pointer.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    for name in [&b"not-\xff-utf-8.md"[..], b"back\\slash.md", b"new\nline.md", b"turned-\xe2\x80\xae.md"] {
        std::fs::write(content.join(std::ffi::OsStr::from_bytes(name)), "# Odd name\n").expect("a new file");
    }
    std::fs::create_dir(content.join("repository")).expect("a new folder");
    book.write("content/repository/.git", "gitdir: /nowhere\n");
    book.write("content/repository/x.md", "# X\n");
    run(&book.path(), &["check", "--format", "short"]).code(1).stderr_eq("").stdout_eq(str![[r#"
error[workspace]: the name of `content/back\\slash.md` has a backslash
error[workspace]: the name of `content/new\nline.md` has a control character
error[workspace]: the name of `content/not-\xFF-utf-8.md` is not UTF-8
error[workspace]: the name of `content/turned-\u{202e}.md` has a control character
content/dangling.md: error[workspace]: `content/dangling.md` is a symbolic link
content/folder-link: error[workspace]: `content/folder-link` is a symbolic link
content/folder.md: error[workspace]: `content/folder.md` is a folder, but its name is that of a document
content/latin-1.md:1:6: error[MCM021]: the file is not UTF-8 from here on
content/link.md: error[workspace]: `content/link.md` is a symbolic link
content/pipe.csv: error[workspace]: `content/pipe.csv` is neither a file nor a folder
content/pipe.md: error[workspace]: `content/pipe.md` is neither a file nor a folder
content/pointer.csv: error[workspace]: `content/pointer.csv` is a pointer of Git LFS: its content is not in the repository
content/repository: error[workspace]: `content/repository` is a Git repository of its own
content/socket.md: error[workspace]: `content/socket.md` is neither a file nor a folder
content/utf-16.md:1:1: error[MCM021]: the file is not UTF-8 from here on
content/utf-16.md:1:4: error[MCM021]: control character U+0000 (null)
content/utf-16.md:1:6: error[MCM021]: control character U+0000 (null)
content/utf-16.md:1:8: error[MCM021]: control character U+0000 (null)
content/utf-16.md:2:1: error[MCM021]: control character U+0000 (null)
content/zero.md:1:4: error[MCM021]: control character U+0000 (null)

"#]]);
    let files = built(&book);
    let foreign = ["dangling", "link", "folder", "pipe", "socket", "pointer", "repository", "passwd"];
    let shown: Vec<_> =
        files.iter().filter(|path| foreign.iter().any(|name| path.starts_with(name))).collect();
    assert!(shown.is_empty(), "{shown:?}");
    // The human report shows each of them, too.
    let (code, told) = outcome(&book.path(), &["check"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("error[workspace]: `content/dangling.md` is a symbolic link"), "{told}");
}

/// The program without what lets root read everything.
fn as_anybody(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let prepared = program(dir);
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-dac_override,-dac_read_search"]).arg(prepared.get_program());
    for (name, value) in prepared.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.args(arguments).current_dir(dir).output().expect("setpriv is part of util-linux");
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&told).into_owned())
}

#[test]
fn a_file_without_the_right_to_read_it_is_told() {
    let book = book();
    let file = book.path().join("content/secret.md");
    let folder = book.path().join("content/closed");
    book.write("content/secret.md", "# Secret\n");
    book.write("content/closed/x.md", "# X\n");
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    set(&file, 0o000);
    set(&folder, 0o000);
    let ask = if std::fs::File::open(&file).is_ok() { as_anybody } else { outcome };
    let (code, told) = ask(&book.path(), &["check", "--format", "short"]);
    set(&file, 0o644);
    set(&folder, 0o755);
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains(
            "content/secret.md: error[workspace]: cannot read `content/secret.md`: permission denied"
        ),
        "{told}"
    );
    assert!(told.contains("content/closed"), "{told}");
}

#[test]
fn a_document_of_50_megabytes_is_refused_and_an_attachment_is_not() {
    let book = book();
    let large = "word ".repeat(10 << 20);
    book.write("content/large.md", &large);
    book.write("content/large.csv", &large);
    run(&book.path(), &["check"]).code(1).stderr_eq("").stdout_eq(str![[r#"
error[workspace]: `content/large.md` has 50.0 MiB, and a document may have 16 MiB
--> content/large.md
 = help: split it, or attach what is data as a file with another ending

found 1 error

"#]]);
    let files = built(&book);
    assert!(files.iter().any(|path| path == "large.csv"));
    assert!(!files.iter().any(|path| path.starts_with("large/")));
}

#[test]
fn a_target_outside_of_the_book_is_not_followed() {
    let book = Folder::new();
    book.write("secret.txt", "xyzzy");
    book.write("book/secret.txt", "beside the sources");
    book.write("book/book.toml", "");
    book.write(
        "book/content/index.md",
        "# A\n\n[1](../secret.txt) [2](../../secret.txt) [3](../../../etc/passwd) [4](/etc/passwd) \
         [5](file:///etc/passwd) [6](%2e%2e/%2e%2e/secret.txt) [7](..%2f..%2fsecret.txt) [8](..\\\\secret.txt) \
         [9](javascript:alert`1`) ![10](../../secret.txt)\n",
    );
    let dir = book.path().join("book");
    run(&dir, &["check", "--format", "short"]).code(0).stderr_eq("").stdout_eq(str![[r#"
content/index.md:3:1: warning[MCM017]: link or attachment does not resolve: ../secret.txt
content/index.md:3:20: warning[MCM017]: link or attachment does not resolve: ../../secret.txt
content/index.md:3:42: warning[MCM017]: link or attachment does not resolve: ../../../etc/passwd
content/index.md:3:67: warning[MCM017]: link or attachment does not resolve: /etc/passwd
content/index.md:3:84: warning[MCM017]: link is not followed: file:///etc/passwd
content/index.md:3:108: warning[MCM017]: link or attachment does not resolve: %2e%2e/%2e%2e/secret.txt
content/index.md:3:138: warning[MCM017]: link or attachment does not resolve: ..%2f..%2fsecret.txt
content/index.md:3:164: warning[MCM017]: link or attachment does not resolve: ..\secret.txt
content/index.md:3:184: warning[MCM017]: link is not followed: javascript:alert`1`
content/index.md:3:209: warning[MCM017]: link or attachment does not resolve: ../../secret.txt

"#]]);
    assert_eq!(outcome(&dir, &["build", "-q"]).0, Some(0));
    let files = files_below(&dir.join("book"));
    let page = String::from_utf8(files["index.html"].clone()).expect("UTF-8");
    for outside in ["../secret", "passwd\"", "%2e", "javascript:", "file:"] {
        assert!(!page.contains(&format!("href=\"{outside}")), "{outside}");
    }
    assert!(!files.values().any(|bytes| bytes.windows(5).any(|part| part == b"xyzzy")));
    assert!(!files.keys().any(|path| path.contains("secret")));
}

#[test]
fn two_documents_for_one_page_are_told_and_the_first_is_shown() {
    let book = book();
    book.write("content/same.md", "# The first\n");
    book.write("content/same/index.md", "# The second\n");
    book.write("content/Case.md", "# Upper\n");
    book.write("content/case.md", "# Lower\n");
    book.write("content/accent\u{e9}.md", "# Composed\n");
    book.write("content/accente\u{301}.md", "# Decomposed\n");
    book.write("content/data.csv", "lower\n");
    book.write("content/DATA.csv", "upper\n");
    run(&book.path(), &["check", "--format", "short"]).code(1).stderr_eq("").stdout_eq(str![[r#"
content/accenté.md:1:1: error[workspace]: `content/accenté.md` and `content/accenté.md` differ only in the Unicode form of their letters
content/case.md:1:1: error[workspace]: `content/case.md` and `content/Case.md` differ only in letter case
content/data.csv: error[workspace]: `content/data.csv` and `content/DATA.csv` differ only in letter case
content/same/index.md:1:1: error[MCM007]: id `same` is also used by content/same.md

"#]]);
    let files = built(&book);
    let mut folded: Vec<String> = files.iter().map(|path| path.to_lowercase()).collect();
    let all = folded.len();
    folded.sort();
    folded.dedup();
    assert_eq!(folded.len(), all, "no two files are one on a disk that knows no letter case");
    let same = std::fs::read_to_string(book.path().join("book/same/index.html")).expect("it was built");
    assert!(same.contains("The first") && !same.contains("<h1>The second"), "{same}");
}

#[test]
fn what_the_site_will_not_show_is_an_error() {
    let book = book();
    book.write("content/index.html.md", "# Below a page\n");
    book.write("content/changes/changes.csv", "id\n");
    run(&book.path(), &["check", "--format", "short"]).code(1).stderr_eq("").stdout_eq(str![[r#"
content/changes/changes.csv: error[workspace]: `changes/changes.csv` is a page of the site, so this file is not copied
content/index.html.md:1:1: error[workspace]: `index.html/index.html` would lie below a file of the site, so it is not shown

"#]]);
    for format in ["json", "sarif"] {
        let (code, told) = outcome(&book.path(), &["check", "--format", format]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("index.html/index.html") && told.contains("changes/changes.csv"), "{told}");
    }
    let (_, told) = outcome(&book.path(), &["build"]);
    assert!(told.contains("2 errors: `mcmbook check` lists them"), "{told}");
    outcome(&book.path(), &["baseline"]);
    assert_eq!(outcome(&book.path(), &["check"]).0, Some(0), "it can be let pass like any finding");
}

#[test]
fn files_of_the_book_do_not_take_the_place_of_the_sites_own() {
    let book = book();
    let attachments = [
        "index.html",
        "SHA256SUMS",
        "sha256sums/x",
        "robots.txt",
        "404.html",
        "assets/site.css",
        "changes/changes.json",
        "INDEX.HTML",
        "good",
        "index.html.d/x",
        "assets/book/ours.css",
    ];
    for name in attachments {
        book.write(&format!("content/{name}"), "not the site's");
    }
    // Documents whose pages are those of the site, or would need a folder where the site has a file.
    for name in [
        "search",
        "rules/index",
        "changes/index",
        "about/build",
        "rules/MCM001",
        "404",
        "robots.txt",
        "index.html",
        "SHA256SUMS",
    ] {
        book.write(&format!("content/{name}.md"), "# Ours\n\nWritten by hand.\n");
    }
    book.write("ours.css", "h1 { color: navy }\n");
    book.write("book.toml", "[output.html]\nadditional-css = [\"ours.css\"]\n");
    let (code, told) = outcome(&book.path(), &["build"]);
    assert_eq!(code, Some(0), "{told}");
    let files = built(&book);
    let site = book.path().join("book");
    for name in [
        "index.html",
        "SHA256SUMS",
        "robots.txt",
        "404.html",
        "assets/site.css",
        "changes/changes.json",
        "assets/book/ours.css",
    ] {
        let text = std::fs::read_to_string(site.join(name)).expect("the site has it");
        assert_ne!(text, "not the site's", "{name}");
        assert!(files.iter().any(|path| path == name) || name == "SHA256SUMS");
    }
    // Whatever is not shown is told; what has room is copied.
    for name in [
        "index.html",
        "SHA256SUMS",
        "sha256sums/x",
        "robots.txt",
        "404.html",
        "assets/site.css",
        "changes/changes.json",
        "INDEX.HTML",
        "good",
        "assets/book/ours.css",
        "robots.txt.md",
        "index.html.md",
        "SHA256SUMS.md",
    ] {
        assert!(told.contains(&format!("warning: content/{name}: ")), "{name} is not told:\n{told}");
    }
    assert_eq!(std::fs::read(site.join("index.html.d/x")).expect("it has room"), b"not the site's");
}
