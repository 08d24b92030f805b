//! Repositories that are damaged, that change while they are read, and that have more names than anybody reads:
//! a clear error or a correct answer, and never an approval that is none.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use mcmbook::facts::approval::{ApprovalStatus, Approvals};
use mcmbook::hosts::workspace::{self, CommitId, LoadOptions};

use crate::approvals::book::{Book, CHANGE};
use crate::support::run::program;
use crate::support::write;

/// The head that is read and the status of the change there, or what is said instead.
fn outcome(book: &Book) -> Result<(String, ApprovalStatus), String> {
    let options = LoadOptions { dir: book.repo.book(), ..LoadOptions::default() };
    let mut inputs = workspace::load(&options).map_err(|failure| failure.to_string())?.inputs;
    inputs.as_of = "2025-12-01T00:00:00Z".parse().expect("an instant");
    let head = inputs.history.head_commit().expect("there are commits").id.clone();
    let approvals = Approvals::of(&inputs);
    Ok((head, approvals.status(CHANGE).expect("the change is there").status))
}

/// The status of the change as the gate reads it, from a commit alone; nothing where that cannot be read.
fn at_commit(book: &Book, head: &str) -> Option<ApprovalStatus> {
    let options = LoadOptions { dir: book.repo.book(), ..LoadOptions::default() };
    let root = workspace::root(&options).expect("there is a book");
    let moment = "2025-12-01T00:00:00Z".parse().expect("an instant");
    let commit = CommitId::of_hex(head).expect("a commit");
    let inputs = workspace::inputs_of_commit(&root, &commit, &options, moment).ok()??;
    Some(Approvals::of(&inputs).status(CHANGE)?.status)
}

/// The loose objects of a book, with what each is: `commit`, `tree`, `blob policy/policy.toml`.
fn objects(book: &Book) -> Vec<(String, PathBuf)> {
    let all = book.repo.git(&["rev-list", "--objects", "--all"]);
    let named = all.lines().map(|line| {
        let (id, path) = line.split_once(' ').unwrap_or((line, ""));
        let kind = book.repo.git(&["cat-file", "-t", id]);
        let file = book.repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
        (format!("{} {path}", kind.trim()).trim().to_owned(), file)
    });
    named.collect()
}

/// Ways in which an object can be broken; nothing where it is gone.
fn damages(bytes: &[u8]) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let flipped = |at: usize| bytes.iter().enumerate().map(|(i, byte)| byte ^ u8::from(i == at)).collect();
    vec![
        ("missing", None),
        ("empty", Some(Vec::new())),
        ("cut", Some(bytes[..bytes.len() / 2].to_vec())),
        ("without its end", Some(bytes[..bytes.len() - 1].to_vec())),
        ("another beginning", Some(flipped(0))),
        ("another middle", Some(flipped(bytes.len() / 2))),
        ("another end", Some(flipped(bytes.len() - 1))),
    ]
}

#[test]
fn an_object_that_is_missing_or_damaged_is_told() {
    let book = Book::approved();
    let good = outcome(&book).expect("the book loads");
    assert_eq!(good.1, ApprovalStatus::Approved);
    for (what, file) in objects(&book) {
        let whole = std::fs::read(&file).expect("objects are loose");
        for (how, damage) in damages(&whole) {
            std::fs::remove_file(&file).expect("it is there");
            if let Some(bytes) = damage {
                write(&file, bytes);
            }
            match outcome(&book) {
                Err(told) => {
                    assert!(told.contains("cannot read the Git repository"), "{what}, {how}: {told}")
                }
                // Other bits may unpack to the same bytes.
                Ok(found) if how.starts_with("another") => assert_eq!(found, good, "{what}, {how}"),
                // No approval rests on it, and nothing has to read it to know that.
                Ok(found) => assert_eq!(("blob book.toml", "missing", &found), (&*what, how, &good)),
            }
            assert!(at_commit(&book, &good.0).is_none_or(|found| found == good.1), "{what}, {how}");
            let _ = std::fs::remove_file(&file);
            write(&file, &whole);
        }
    }
    assert_eq!(outcome(&book), Ok(good), "mended, it is what it was");
}

#[test]
fn a_damaged_file_is_named_whoever_needs_it() {
    let book = Book::approved();
    let cut = |folder: &Path| {
        let id = book.repo.git_with(&["hash-object", "-w", "--stdin"], "Nobody asks for this.\n");
        let name = format!("objects/{}/{}", &id[..2], id[2..].trim());
        let whole = std::fs::read(book.repo.path().join(".git").join(&name)).expect("it is loose");
        std::fs::remove_file(book.repo.path().join(".git").join(&name)).expect("it is there");
        write(&folder.join(&name), &whole[..whole.len() - 3]);
        name
    };
    // An object that nothing points to.
    let name = cut(&book.repo.path().join(".git"));
    let told = outcome(&book).expect_err("it is cut short");
    assert!(told.contains(&format!("{name}` in it is damaged")), "{told}");
    let doctor = program(&book.repo.book()).arg("doctor").output().expect("the program starts");
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains(&name) && !doctor.contains("whole, and as its commits say"), "{doctor}");
    std::fs::remove_file(book.repo.path().join(".git").join(&name)).expect("it is there");
    assert!(outcome(&book).is_ok());
    // Objects of another repository, where they may be borrowed.
    let other = crate::support::Folder::new();
    let borrowed = other.path().join("objects");
    write(&book.repo.path().join(".git/objects/info/alternates"), format!("{}\n", borrowed.display()));
    write(&borrowed.join("info/alternates"), "# none\n");
    let options = LoadOptions { dir: book.repo.book(), allow_alternates: true, ..LoadOptions::default() };
    assert!(workspace::load(&options).is_ok());
    let name = cut(&other.path());
    let failure = workspace::load(&options).expect_err("it is cut short");
    assert!(failure.to_string().contains(&format!("{name}` in it is damaged")), "{failure}");
    assert!(failure.exit().code() == 3 && !failure.help_lines().is_empty());
}

#[test]
fn a_pack_that_is_damaged_anywhere_gives_no_other_answer() {
    let book = Book::submitted();
    book.decide("carol", "approve", "peer");
    let waits = outcome(&book).expect("the book loads");
    assert_eq!(waits.1, ApprovalStatus::InReview);
    book.repo.git(&["repack", "-a", "-d", "-q", "--write-midx"]);
    let folder = book.repo.path().join(".git/objects/pack");
    for ending in ["pack", "idx", "multi-pack-index"] {
        let files = std::fs::read_dir(&folder).expect("there is a pack").flatten().map(|entry| entry.path());
        let file = files.into_iter().find(|path| path.to_str().is_some_and(|name| name.ends_with(ending)));
        let file = file.expect("Git has made all three");
        let whole = std::fs::read(&file).expect("it can be read");
        // Git makes them read-only.
        std::fs::remove_file(&file).expect("it is there");
        let mut told = 0;
        for at in (0..whole.len()).step_by(whole.len() / 60) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            write(&file, bytes);
            match outcome(&book) {
                Err(_) => told += 1,
                Ok(found) => assert_eq!(found, waits, "{ending}, byte {at}"),
            }
        }
        // Of a pack, the bytes of objects that nobody asks for say nothing.
        assert!(told >= if ending == "pack" { 30 } else { 60 }, "{ending}: only {told} were noticed");
        write(&file, &whole);
    }
    assert_eq!(outcome(&book), Ok(waits));
}

#[test]
fn what_is_read_while_it_changes_is_one_state_or_the_other() {
    let book = Book::approved();
    let (approved, waiting) = (book.repo.head(), book.repo.git(&["rev-parse", "HEAD~1"]).trim().to_owned());
    book.repo.git(&["tag", "approved"]);
    let (folder, is_over) = (book.repo.path(), AtomicBool::new(false));
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(&folder).output();
        assert!(output.expect("git is installed").status.success(), "{arguments:?}");
    };
    /// Ends the other thread however this one ends.
    struct Over<'a>(&'a AtomicBool);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        let _over = Over(&is_over);
        scope.spawn(|| {
            for to in [&waiting, &approved].into_iter().cycle() {
                git(&["update-ref", "refs/heads/main", to]);
                git(&["repack", "-a", "-d", "-q", "-F"]);
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let times = |seen: &[(String, _)], id: &str| seen.iter().filter(|(head, _)| head == id).count();
        for _ in 0..1_000 {
            // A pack may be gone between two looks at it: that is told, and nothing is made up.
            seen.extend(outcome(&book).ok());
            if times(&seen, &approved).min(times(&seen, &waiting)) >= 10 {
                break;
            }
        }
    });
    let states = [(approved, ApprovalStatus::Approved), (waiting, ApprovalStatus::InReview)];
    assert!(states.iter().all(|state| seen.contains(state)), "{seen:?}");
    assert!(seen.iter().all(|found| states.contains(found)), "{seen:?}");
}

#[test]
fn ten_thousand_references_change_no_answer() {
    let book = Book::approved();
    let (head, first) = (book.repo.head(), book.repo.git(&["rev-list", "--max-parents=0", "HEAD"]));
    let mut names: Vec<String> = (0..10_000).map(|at| format!("refs/heads/topic-{at}")).collect();
    names.sort();
    let lines = names.iter().map(|name| format!("{} {name}\n", first.trim()));
    let packed = format!("# pack-refs with: sorted \n{}", lines.collect::<String>());
    write(&book.repo.path().join(".git/packed-refs"), &packed);
    assert_eq!(book.repo.git(&["for-each-ref", "--format=x", "refs/heads"]).lines().count(), 10_001);
    assert_eq!(outcome(&book), Ok((head.clone(), ApprovalStatus::Approved)));
    // One among them that puts another object in the place of the head is still found.
    write(
        &book.repo.path().join(".git/packed-refs"),
        format!("{packed}{} refs/replace/{head}\n", first.trim()),
    );
    assert!(outcome(&book).is_err_and(|told| told.contains("replaces objects")));
}
