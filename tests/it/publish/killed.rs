//! What stands when the writer is stopped: by `kill -9`, by Ctrl-C, by a full or read-only disk.
//!
//! The writer is this test program once more, asked for one ignored test in a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{left_over, output, publish};
use crate::support::{Chance, Folder, checked, load, write};
use mcmbook::hosts::Failure;
use mcmbook::outputs::Output;

const BOOK: &str = "MCMBOOK_TEST_BOOK";

/// A site of so many pages that all say the same.
fn site(letter: &str, pages: usize) -> Output {
    let mut output = Output::default();
    for page in 0..pages {
        output.add(format!("{}/{page}.html", page % 17), format!("{letter} {page}"));
    }
    output
}

fn child_test(name: &str, book: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program is a file"));
    command.args(["--ignored", "--exact", &format!("publish::killed::{name}"), "--nocapture"]);
    command.env(BOOK, book).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The book that the other test named; nothing when somebody runs all ignored tests by hand.
fn book_of_child() -> Option<PathBuf> {
    std::env::var_os(BOOK).map(PathBuf::from)
}

/// Waits for a condition, and fails rather than waiting for ever.
fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what} does not happen");
        std::thread::yield_now();
    }
}

fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(kill.expect("kill is installed").success());
}

/// Checks that one whole site stands, and tells which.
fn letter(dir: &Path) -> String {
    let pages = checked(dir);
    assert_eq!(pages.len(), 300);
    let of = |page: &String| std::fs::read_to_string(dir.join(page)).expect("it is text")[..1].to_owned();
    let letter = of(&pages[0]);
    assert!(pages.iter().all(|page| of(page) == letter), "pages of two sites");
    letter
}

#[test]
#[ignore = "the process that another test kills"]
fn writes_for_ever() {
    let Some(book) = book_of_child() else { return };
    let loaded = load(&book).expect("it loads");
    for letter in ["A", "B"].iter().cycle() {
        publish(&loaded, &site(letter, 300)).expect("it can be written");
    }
}

#[test]
fn after_kill_9_at_any_moment_one_whole_site_stands() {
    let book = Folder::book();
    let dir = book.path().join("book");
    let mut chance = Chance(9);
    publish(&load(&book.path()).expect("it loads"), &site("A", 300)).expect("it can be written");
    let mut seen_left_over = 0;
    for _ in 0..25 {
        let mut child = child_test("writes_for_ever", &book.path()).spawn().expect("it starts");
        wait_until("writing", || !left_over(&dir).is_empty());
        std::thread::sleep(Duration::from_micros(chance.below(60_000) as u64));
        child.kill().expect("it can be killed");
        child.wait().expect("it was killed");
        letter(&dir);
        seen_left_over += left_over(&dir).len();
    }
    assert!(seen_left_over > 0, "no kill fell into the writing");
    publish(&load(&book.path()).expect("it loads"), &site("C", 300)).expect("it can be written");
    assert_eq!(letter(&dir), "C");
    assert_eq!(left_over(&dir), Vec::<PathBuf>::new(), "the next run clears up");
}

#[test]
#[ignore = "the process that another test interrupts"]
fn writes_until_interrupted() {
    let Some(book) = book_of_child() else { return };
    let loaded = load(&book).expect("it loads");
    let result = publish(&loaded, &site("B", 100_000));
    assert!(matches!(result, Err(Failure::Interrupted)), "{result:?}");
}

#[test]
fn ctrl_c_leaves_the_old_site_and_no_temporary_folder() {
    for name in ["INT", "TERM"] {
        let book = Folder::book();
        let dir = book.path().join("book");
        publish(&load(&book.path()).expect("it loads"), &site("A", 300)).expect("it can be written");
        let mut child = child_test("writes_until_interrupted", &book.path()).spawn().expect("it starts");
        wait_until("writing", || !left_over(&dir).is_empty());
        signal(&child, name);
        assert!(child.wait().expect("it ends").success(), "it ends as interrupted, by itself");
        assert_eq!(letter(&dir), "A");
        assert_eq!(left_over(&dir), Vec::<PathBuf>::new());
    }
}

#[test]
#[ignore = "needs a disk of its own"]
fn writes_to_a_small_disk() {
    let Some(book) = book_of_child() else { return };
    write(&book.join("book.toml"), "[book]\ntitle = \"x\"\n");
    std::fs::create_dir(book.join("content")).expect("a new folder");
    let (loaded, dir) = (load(&book).expect("it loads"), book.join("book"));
    publish(&loaded, &site("A", 300)).expect("it fits");
    let large = "x".repeat(3 << 20);
    let failure =
        publish(&loaded, &output(&[("index.html", "x"), ("large.html", &large)])).expect_err("too large");
    assert_eq!(failure.exit().code(), 3);
    assert!(failure.to_string().ends_with("/large.html`: no space left on the disk"), "{failure}");
    assert_eq!(letter(&dir), "A");
    assert_eq!(left_over(&dir), Vec::<PathBuf>::new());

    let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(&book).status();
    assert!(remount.expect("mount is installed").success());
    let failure = publish(&loaded, &output(&[("index.html", "x")])).expect_err("read-only");
    assert!(failure.to_string().ends_with("the file system is read-only"), "{failure}");
    assert_eq!(letter(&dir), "A");
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that was skipped says so")]
fn a_full_or_read_only_disk_leaves_the_old_site() {
    let unshare = |arguments: &[&str], inner: &str| {
        let mut command = Command::new("unshare");
        command.args(arguments).args(["sh", "-c", inner, "sh"]);
        command
    };
    // Root needs no name space of users; others may not be allowed one, and then cannot mount a disk.
    let flags: &[&str] = &["--mount", "--map-root-user", "--user"];
    let usable = [&flags[..1], flags].into_iter().find(|flags| {
        let probe = Folder::new();
        let status =
            unshare(flags, "mount -t tmpfs tmpfs \"$1\"").arg(probe.path()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    });
    let Some(flags) = usable else {
        eprintln!("skipped: this machine lets nobody mount a small disk");
        return;
    };
    let disk = Folder::new();
    let inner = child_test("writes_to_a_small_disk", &disk.path());
    let mut command = unshare(flags, "mount -t tmpfs -o size=4m tmpfs \"$1\" && shift && exec \"$@\"");
    command.arg(disk.path()).arg(inner.get_program()).args(inner.get_args()).env(BOOK, disk.path());
    let told = command.output().expect("unshare is installed");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(String::from_utf8_lossy(&told.stdout).contains("1 passed"), "the test was found");
}
