//! Writing the site: whole or not at all, and never over what is not ours.

mod killed;

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use mcmbook::hosts::Failure;
use mcmbook::hosts::publish::{self, Published, Staging};
use mcmbook::hosts::shell::Progress;
use mcmbook::hosts::workspace::{self, LoadOptions, Loaded};
use mcmbook::outputs::{Content, Output};
use mcmbook::text::BookPath;

use crate::support::{Folder, checked, files_below, load};

/// Writes a site into the folder that the book says.
fn publish(loaded: &Loaded, output: &Output) -> Result<Published, Failure> {
    let attachments = &loaded.inputs.attachments;
    let progress = &Progress::hidden();
    Staging::begin(&loaded.root, attachments)?.finish(output, progress)
}

fn output(files: &[(&str, &str)]) -> Output {
    let mut output = Output::default();
    for (path, text) in files {
        output.add(*path, text.as_bytes().to_vec());
    }
    output
}

fn load_into(book: &Folder, dest: &Path) -> Loaded {
    let options = LoadOptions { dir: book.path(), dest_dir: Some(dest.to_owned()), ..LoadOptions::default() };
    workspace::load(&options).expect("it loads")
}

/// The names beside a folder that belong to us.
fn left_over(dir: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(dir.parent().expect("a folder lies in a folder")).expect("it can be read");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.filter(|path| path.to_string_lossy().contains("mcmbook-")).collect()
}

#[test]
fn a_site_is_written_and_replaced_as_a_whole() {
    let book = Folder::book();
    book.write("content/files/data.bin", vec![9; 200_000]);
    let loaded = load(&book.path()).expect("it loads");
    let mut first =
        output(&[("index.html", "one"), ("a/b/c.html", "deep"), ("a.html", "dot"), ("ä.html", "umlaut")]);
    let attachment = BookPath::new("content/files/data.bin").expect("normal");
    first.files.insert("files/data.bin".to_owned(), Content::Attachment(attachment));
    let published = publish(&loaded, &first).expect("it can be written");
    assert_eq!(published, Published { files: 5, bytes: 200_016, lost: Vec::new() });
    let dir = book.path().join("book");
    assert_eq!(checked(&dir), ["a.html", "a/b/c.html", "files/data.bin", "index.html", "ä.html"]);
    assert_eq!(std::fs::read(dir.join("files/data.bin")).unwrap(), vec![9; 200_000]);
    let marker = std::fs::read_to_string(dir.join(".mcmbook")).unwrap();
    assert!(marker.starts_with(concat!("mcmbook ", env!("CARGO_PKG_VERSION"), "\nformat 1\n")), "{marker}");

    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o750)).unwrap();
    publish(&loaded, &output(&[("index.html", "two")])).expect("it can be replaced");
    assert_eq!(checked(&dir), ["index.html"]);
    assert_eq!(std::fs::read_to_string(dir.join("index.html")).unwrap(), "two");
    assert_eq!(dir.metadata().unwrap().permissions().mode() & 0o777, 0o750, "the user's rights stay");
    assert_eq!(left_over(&dir), Vec::<PathBuf>::new());
}

#[test]
fn unchanged_files_are_not_written_again_and_changed_ones_are_not_believed() {
    let book = Folder::book();
    book.write("content/a.bin", "attached");
    let loaded = load(&book.path()).expect("it loads");
    let mut site = output(&[("same.html", "same"), ("edited.html", "old"), ("damaged.html", "fine")]);
    let attachment = BookPath::new("content/a.bin").expect("normal");
    site.files.insert("a.bin".to_owned(), Content::Attachment(attachment));
    publish(&loaded, &site).expect("it can be written");
    let dir = book.path().join("book");
    let inode = |name: &str| dir.join(name).metadata().expect("it is there").ino();
    let before = ["same.html", "a.bin", "edited.html", "damaged.html"].map(inode);
    std::fs::write(dir.join("damaged.html"), "FINE").expect("somebody changed the site");

    site.add("edited.html", "new");
    publish(&loaded, &site).expect("it can be replaced");
    let after = ["same.html", "a.bin", "edited.html", "damaged.html"].map(inode);
    assert_eq!(before[..2], after[..2], "the same files");
    assert_ne!(before[2], after[2]);
    assert_ne!(before[3], after[3]);
    assert_eq!(checked(&dir).len(), 4);
    assert_eq!(std::fs::read_to_string(dir.join("damaged.html")).unwrap(), "fine");
    assert_eq!(dir.join("same.html").metadata().unwrap().nlink(), 1, "no second name stays");
}

#[test]
fn a_file_that_somebody_put_into_the_site_goes_with_it_by_name() {
    let book = Folder::book();
    let loaded = load(&book.path()).expect("it loads");
    let site = output(&[("index.html", "one"), ("a/b.html", "b")]);
    publish(&loaded, &site).expect("it can be written");
    assert_eq!(publish(&loaded, &site).expect("it can be replaced").lost, Vec::<String>::new());
    book.write("book/a/deploy.sh", "by hand");
    book.write("book/notes/x.txt", "by hand");
    book.write("book/a/b.html", "edited by hand, which is a page all the same");
    std::fs::create_dir(book.path().join("book/empty")).unwrap();
    let published = publish(&loaded, &output(&[("index.html", "two")])).expect("it can be replaced");
    assert_eq!(published.lost, ["a/deploy.sh", "notes/x.txt"]);
    assert_eq!(checked(&book.path().join("book")), ["index.html"]);

    // Without the list of what was written nobody knows what is whose.
    book.write("book/x.txt", "by hand");
    std::fs::remove_file(book.path().join("book/SHA256SUMS")).unwrap();
    assert_eq!(publish(&loaded, &site).expect("it can be replaced").lost, Vec::<String>::new());
}

#[test]
fn the_previous_site_can_be_read_back() {
    let book = Folder::book();
    let loaded = load(&book.path()).expect("it loads");
    assert!(publish::previous(&loaded.root).is_none());
    let site = output(&[
        ("index.html", "home"),
        ("search/a.bin", "a"),
        ("search/b/c.bin", "c"),
        ("searching.html", "x"),
    ]);
    publish(&loaded, &site).expect("it can be written");
    let previous = publish::previous(&loaded.root).expect("it is there");
    assert_eq!(previous.read("index.html").as_deref(), Some(&b"home"[..]));
    assert_eq!(previous.read("missing.html"), None);
    let below = previous.below("search/").expect("all of it can be read");
    let names: Vec<&str> = below.keys().map(String::as_str).collect();
    assert_eq!(names, ["search/a.bin", "search/b/c.bin"]);

    book.write("book/search/a.bin", "changed by hand");
    assert_eq!(previous.read("search/a.bin"), None, "bytes that are not in the manifest are not believed");
    assert_eq!(previous.below("search/"), None);
    assert_eq!(previous.read("search/b/c.bin").as_deref(), Some(&b"c"[..]));
}

#[test]
fn a_folder_that_is_not_ours_is_refused_and_untouched() {
    let book = Folder::book();
    book.write("foreign/thesis.txt", "years of work");
    book.write("foreign-marker/.mcmbook", "something else");
    book.write("foreign-marker/thesis.txt", "years of work");
    book.write("file", "a file");
    std::fs::create_dir(book.path().join("target")).unwrap();
    symlink("target", book.path().join("link")).unwrap();
    let site = output(&[("index.html", "x")]);
    publish(&load_into(&book, &book.path().join("pushed")), &site).expect("it can be written");
    std::fs::create_dir(book.path().join("pushed/.git")).unwrap();

    let before = files_below(&book.path());
    let cases = [
        (
            "foreign",
            "the output folder `DIR/foreign` holds files that mcmbook did not write, such as `thesis.txt`",
        ),
        (
            "foreign-marker",
            "the output folder `DIR/foreign-marker` holds files that mcmbook did not write, such as `.mcmbook`",
        ),
        ("pushed", "the output folder `DIR/pushed` is a Git repository of its own"),
        ("file", "the output folder `DIR/file` is a file"),
        ("link", "the output folder `DIR/link` is a symbolic link"),
        (".", "the output folder `DIR` is the folder of `book.toml`"),
        ("..", "the output folder `UP` is a folder that holds the book"),
        ("content", "the output folder `DIR/content` is the source folder"),
        ("/", "the output folder `/` is a folder that holds the book"),
    ];
    for (dest, expected) in cases {
        let loaded = load_into(&book, &book.path().join(dest));
        let (dir, up) = (book.path(), book.path().parent().expect("it has a parent").to_owned());
        // One look for both: the name of a temporary folder may hold either word.
        let expected = match expected.contains("`UP`") {
            true => expected.replace("UP", &up.display().to_string()),
            false => expected.replace("DIR", &dir.display().to_string()),
        };
        for failure in [publish(&loaded, &site).err(), publish::clean(&loaded.root).err()] {
            let failure = failure.unwrap_or_else(|| panic!("{dest} is refused"));
            assert_eq!((failure.exit().code(), failure.to_string()), (2, expected.clone()));
            assert!(!failure.help_lines().is_empty());
        }
        assert!(files_below(&book.path()) == before, "{dest}: nothing has changed");
    }
}

#[test]
fn an_empty_folder_and_missing_parents_are_fine() {
    let book = Folder::book();
    std::fs::create_dir(book.path().join("empty")).unwrap();
    for dest in ["empty", "new", "deep/er/site", "content/site"] {
        let dir = book.path().join(dest);
        publish(&load_into(&book, &dir), &output(&[("index.html", dest)])).expect(dest);
        assert_eq!(checked(&dir), ["index.html"]);
        assert_eq!(left_over(&dir), Vec::<PathBuf>::new());
    }
}

#[test]
fn clean_removes_a_site_of_ours_and_nothing_else() {
    let book = Folder::book();
    let loaded = load(&book.path()).expect("it loads");
    assert_eq!(publish::clean(&loaded.root).expect("nothing is there"), None);
    publish(&loaded, &output(&[("a/index.html", "x")])).expect("it can be written");
    book.write("book-of-mine/index.html", "x");
    book.write("book/a/notes.txt", "not ours");
    let lost = publish::clean(&loaded.root).expect("it is ours");
    assert_eq!(lost, Some(vec!["a/notes.txt".to_owned()]), "who loses a file is told");
    let names: Vec<String> = files_below(&book.path()).into_keys().collect();
    assert_eq!(names, ["book-of-mine/index.html", "book.toml"]);
}

#[test]
fn an_attachment_that_changed_in_between_stops_it_and_the_old_site_stands() {
    let book = Folder::book();
    book.write("content/a.csv", "1,2\n");
    let loaded = load(&book.path()).expect("it loads");
    publish(&loaded, &output(&[("index.html", "old")])).expect("it can be written");
    let attachment = BookPath::new("content/a.csv").expect("normal");
    let mut new = output(&[("index.html", "new")]);
    new.files.insert("a.csv".to_owned(), Content::Attachment(attachment));
    book.write("content/a.csv", "1,3\n");
    let failure = publish(&loaded, &new).expect_err("the bytes are others than those that were read");
    assert_eq!(failure.exit().code(), 3);
    assert_eq!(failure.to_string(), "`content/a.csv` changed while the site was written");
    assert!(failure.help_lines().iter().any(|line| line.contains("is as it was")), "{failure:?}");
    std::fs::remove_file(book.path().join("content/a.csv")).unwrap();
    assert_eq!(
        publish(&loaded, &new).expect_err("it is gone").to_string(),
        "cannot read `content/a.csv`: it does not exist"
    );
    let dir = book.path().join("book");
    assert_eq!(checked(&dir), ["index.html"]);
    assert_eq!(std::fs::read_to_string(dir.join("index.html")).unwrap(), "old");
    assert_eq!(left_over(&dir), Vec::<PathBuf>::new());
}

#[test]
fn names_that_no_site_can_have_are_our_own_fault() {
    let book = Folder::book();
    let loaded = load(&book.path()).expect("it loads");
    for path in ["../outside.html", "/etc/x", "a//b", "a\nb", "SHA256SUMS", ".mcmbook"] {
        let failure = publish(&loaded, &output(&[(path, "x")])).expect_err(path);
        assert_eq!(failure.exit().code(), 4, "{path}");
    }
    assert!(publish(&loaded, &output(&[("a", "a file"), ("a/b", "and a folder")])).is_err());
    assert_eq!(left_over(&book.path().join("book")), Vec::<PathBuf>::new());
    assert!(!book.path().join("book").exists());
}
