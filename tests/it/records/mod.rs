//! The commands that write records: signed by real keys through git's own signing set-up, judged by mcmbook.

mod branches;
mod carry;
mod decisions;
mod gpg;
mod policies;
mod refusals;
mod reinstated;
pub(crate) mod upkeep;

use crate::approvals::book::Book;
use crate::support::run::program;

/// Runs mcmbook as a person in the book's repository, a minute later; gives the exit code and all it printed.
pub(crate) fn as_person(book: &Book, person: &str, arguments: &[&str]) -> (Option<i32>, String) {
    book.as_person(person, |book| {
        book.repo.tick();
        run_at(&book.repo.book(), book.repo.seconds(), arguments)
    })
}

/// Runs mcmbook in a folder, with git's settings of that repository alone, at a time.
pub(crate) fn run_at(dir: &std::path::Path, seconds: i64, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = program(dir);
    command.args(arguments);
    // The pre-push hook finds the program on the path.
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_mcmbook")).parent().expect("it lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", folder.display()));
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    command.env("GIT_COMMITTER_DATE", format!("{seconds} +0100"));
    command.env("SOURCE_DATE_EPOCH", seconds.to_string());
    let output = command.output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("output is UTF-8"))
}

/// The same, for a command that has to succeed.
pub(crate) fn done(book: &Book, person: &str, arguments: &[&str]) -> String {
    let (code, told) = as_person(book, person, arguments);
    assert_eq!(code, Some(0), "{person}: {arguments:?}: {told}");
    told
}
