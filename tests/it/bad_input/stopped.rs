//! The program stopped in the middle, and disks that take nothing more: one whole site stands.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::book;
use crate::support::run::{outcome, printed, program};
use crate::support::{Chance, Folder, checked, files_below};

const PAGES: usize = 200;

/// A book whose pages all say one letter.
fn write_letter(book: &Folder, letter: char) {
    for page in 0..PAGES {
        book.write(&format!("content/p/{page}.md"), format!("# Page\n\nLetter {letter}.\n"));
    }
}

fn large_book(letter: char) -> Folder {
    let book = book();
    book.write("book.toml", "[output.html.search]\nenable = false\n");
    write_letter(&book, letter);
    book
}

/// The letter of the site that stands, which is whole.
fn letter_of(book: &Folder) -> char {
    let site = book.path().join("book");
    let pages =
        checked(&site).into_iter().filter(|path| path.starts_with("p/") && path.ends_with("/index.html"));
    let letter = |path: String| {
        let text = std::fs::read_to_string(site.join(&path)).expect("pages are UTF-8");
        let at = text.find("Letter ").filter(|_| path != "p/index.html")?;
        text[at + 7..].chars().next()
    };
    let letters: Vec<char> = pages.filter_map(letter).collect();
    assert_eq!(letters.len(), PAGES);
    assert!(letters.iter().all(|letter| *letter == letters[0]), "pages of two sites");
    letters[0]
}

/// Whether our temporary folders lie beside the output folder.
fn is_left_over(book: &Folder) -> bool {
    let entries = std::fs::read_dir(book.path()).expect("it can be read");
    entries
        .map(|entry| entry.expect("it can be read").file_name())
        .any(|name| name.to_string_lossy().contains(".mcmbook-"))
}

fn start(book: &Folder) -> Child {
    program(&book.path()).args(["build", "-q"]).stderr(Stdio::null()).spawn().expect("it starts")
}

/// Lets the child run for a while that differs from round to round: to anywhere in its life, or, in every
/// second round, to somewhere in its writing.
fn let_run(child: &mut Child, book: &Folder, round: usize, whole: Duration, chance: &mut Chance) {
    let mut longest = whole;
    if round % 2 == 1 {
        let start = Instant::now();
        while !is_left_over(book) && child.try_wait().expect("it can be asked").is_none() {
            assert!(start.elapsed() < Duration::from_secs(300), "it neither writes nor ends");
            std::thread::yield_now();
        }
        longest = whole / 8;
    }
    std::thread::sleep(Duration::from_micros(chance.below(longest.as_micros() as usize + 1) as u64));
}

/// How long one build takes here and now.
fn first_build(book: &Folder) -> Duration {
    let start = Instant::now();
    printed(&book.path(), &["build", "-q"]);
    start.elapsed()
}

#[test]
fn after_kill_9_at_any_moment_one_whole_site_stands() {
    let book = large_book('A');
    let whole = first_build(&book);
    let mut chance = Chance(1);
    let mut standing = 'A';
    let mut interrupted_writing = 0;
    for (round, letter) in ('B'..='U').enumerate() {
        write_letter(&book, letter);
        let mut child = start(&book);
        let_run(&mut child, &book, round, whole, &mut chance);
        child.kill().expect("it can be killed");
        let _ = child.wait();
        let now = letter_of(&book);
        assert!(now == standing || now == letter, "{now} after {standing} and {letter}");
        standing = now;
        interrupted_writing += usize::from(is_left_over(&book));
    }
    assert!(interrupted_writing > 0, "no kill fell into the writing");
    printed(&book.path(), &["build", "-q"]);
    assert_eq!(letter_of(&book), 'U');
    assert!(!is_left_over(&book), "the next build clears up");
}

#[test]
fn after_ctrl_c_at_any_moment_one_whole_site_stands_and_nothing_is_left_over() {
    let book = large_book('A');
    let whole = first_build(&book);
    let mut chance = Chance(2);
    let mut standing = 'A';
    for (round, letter) in ('B'..='K').enumerate() {
        write_letter(&book, letter);
        let mut child = start(&book);
        let_run(&mut child, &book, round, whole, &mut chance);
        let name = if round % 3 == 2 { "-TERM" } else { "-INT" };
        let _ = Command::new("kill").args([name, &child.id().to_string()]).stderr(Stdio::null()).status();
        let ended = child.wait().expect("it ends");
        // By the signal while nothing is written, by itself while something is, or done before.
        let by_signal = std::os::unix::process::ExitStatusExt::signal(&ended)
            .is_some_and(|signal| [2, 15].contains(&signal));
        assert!(by_signal || [Some(0), Some(130)].contains(&ended.code()), "{ended}");
        let now = letter_of(&book);
        let expected = if ended.success() { letter } else { standing };
        // The signal may come when the new site stands and only the old one is still being removed.
        assert!(now == expected || now == letter, "{now}: {ended}");
        standing = now;
        assert!(!is_left_over(&book), "{ended}");
    }
}

/// Runs a script in a mount namespace of its own with a disk of this size at `small`; false where that is
/// not allowed.
fn with_small_disk(dir: &Path, size: &str, script: &str) -> Option<std::process::Output> {
    let mount = format!("mount -t tmpfs -o size={size} none small && {script}");
    for flags in [&["-m"][..], &["-rm"]] {
        let probe =
            Command::new("unshare").args(flags).args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
        if probe.is_ok_and(|output| output.status.success()) {
            let mut command = program(dir);
            let program = command.get_program().to_owned();
            let mut outer = Command::new("unshare");
            outer.args(flags).args(["sh", "-c", &mount, "sh"]).arg(program).current_dir(dir);
            outer.envs(
                command
                    .envs(std::iter::empty::<(&str, &str)>())
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            );
            return Some(outer.output().expect("unshare is installed"));
        }
    }
    None
}

#[test]
fn a_full_disk_leaves_the_old_site() {
    let book = large_book('A');
    let dir = book.path();
    std::fs::create_dir(dir.join("small")).expect("a new folder");
    // The first site fits; beside it there is no room for a second one in which every page is another.
    let script = "\"$1\" build -q -d small/site && cp -a small/site before && \
                  head -c $(($(df --output=avail -B1 small | tail -1) - 200000)) /dev/zero > small/filled && \
                  { MCMBOOK_BOOK__TITLE=Other \"$1\" build -q -d small/site; echo code $?; ls -A small; diff -r small/site before && echo same; }";
    let Some(output) = with_small_disk(&dir, "64m", script) else { return };
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(told, "code 3\nfilled\nsite\nsame\n", "{errors}");
    assert!(errors.contains("no space left on the disk"), "{errors}");
    assert!(errors.contains("the site in `small/site` is as it was"), "{errors}");
}

/// `ulimit -f` counts in blocks of 512 or 1024 bytes; no page of the large attachment fits into either.
#[test]
fn a_limit_on_the_size_of_files_leaves_the_old_site() {
    let book = large_book('A');
    printed(&book.path(), &["build", "-q"]);
    let before = files_below(&book.path().join("book"));
    book.write("content/large.csv", "x".repeat(4 << 20));
    write_letter(&book, 'B');
    let limited = |script: &str| {
        let command = program(&book.path());
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh"]).arg(command.get_program()).current_dir(book.path());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.output().expect("there is a shell");
        let site = files_below(&book.path().join("book"));
        assert_eq!(site, before, "the old site stands");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    // With the signal ignored the write fails, and the reason is told.
    let (code, told) = limited("trap '' XFSZ; ulimit -f 2048; exec \"$1\" build -q");
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("cannot write `book/large.csv`: file too large"), "{told}");
    assert!(!is_left_over(&book));
    // Otherwise the system ends the program as `kill` would; the next build clears up.
    let (code, _) = limited("ulimit -f 2048; exec \"$1\" build -q");
    assert_ne!(code, Some(0));
    printed(&book.path(), &["build", "-q"]);
    assert_eq!(letter_of(&book), 'B');
    assert!(!is_left_over(&book));
}

#[test]
fn two_builds_at_one_time_leave_one_whole_site() {
    let book = large_book('A');
    let children: Vec<Child> = (0..4).map(|_| start(&book)).collect();
    for mut child in children {
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
    assert_eq!(letter_of(&book), 'A');
    assert!(!is_left_over(&book));
    assert_eq!(outcome(&book.path(), &["clean", "-q"]), (Some(0), String::new()));
}
