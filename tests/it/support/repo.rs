//! Real repositories, made by the `git` program with fixed dates and nobody's settings.

use std::cell::{Cell, RefCell};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Folder;

/// A repository in a folder of its own, with a book at `book` below its root.
pub(crate) struct Repo {
    folder: Folder,
    book: String,
    seconds: Cell<i64>,
    /// Who makes the commits, when it is not the usual pair of author and committer.
    pub(crate) person: RefCell<Option<String>>,
}

impl Repo {
    /// A repository whose root is the folder of `book.toml`.
    pub(crate) fn new() -> Repo {
        Repo::with_book_at("")
    }

    /// A repository with the book in a folder below its root.
    pub(crate) fn with_book_at(book: &str) -> Repo {
        let repo = Repo {
            folder: Folder::new(),
            book: book.to_owned(),
            seconds: Cell::new(1_764_000_000),
            person: RefCell::new(None),
        };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo.write("book.toml", "[book]\ntitle = \"Changes\"\n");
        std::fs::create_dir_all(repo.book().join("content")).expect("a new folder");
        repo
    }

    /// A copy of a repository whose book lies at its root, at a time of its own.
    pub(crate) fn copy_of(from: &Path, seconds: i64) -> Repo {
        let folder = Folder::new();
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(from.join(".")).arg(folder.path());
        assert!(copy.status().expect("there is cp").success());
        Repo { folder, book: String::new(), seconds: Cell::new(seconds), person: RefCell::new(None) }
    }

    /// Its folder and its time.
    pub(crate) fn into_parts(self) -> (Folder, i64) {
        (self.folder, self.seconds.get())
    }

    /// Moves the clock of the commits on to a time; never back.
    pub(crate) fn wait_until(&self, seconds: i64) {
        self.seconds.set(self.seconds.get().max(seconds));
    }

    /// The folder of `.git`.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path()
    }

    /// The folder of `book.toml`.
    pub(crate) fn book(&self) -> PathBuf {
        if self.book.is_empty() { self.path() } else { self.path().join(&self.book) }
    }

    /// Writes a file of the book.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        super::write(&self.book().join(path), content);
    }

    /// Removes a file of the book.
    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.book().join(path)).expect("the file is there");
    }

    /// Gives a file of the book another path.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.book().join(to);
        std::fs::create_dir_all(to.parent().expect("a file lies in a folder")).expect("folders can be made");
        std::fs::rename(self.book().join(from), to).expect("the file is there");
    }

    /// Commits everything, a minute after the commit before; gives the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.tick();
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    /// The id of `HEAD`.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs git at the root; gives what it printed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let mut command = command(&self.path(), self.seconds.get(), arguments);
        if let Some(person) = &*self.person.borrow() {
            let email = format!("{person}@a.example");
            command.envs([("GIT_AUTHOR_NAME", person), ("GIT_COMMITTER_NAME", person)]);
            command.envs([("GIT_AUTHOR_EMAIL", &email), ("GIT_COMMITTER_EMAIL", &email)]);
        }
        run(command, "")
    }

    /// Moves the clock of the commits on by a minute.
    pub(crate) fn tick(&self) {
        self.seconds.set(self.seconds.get() + 60);
    }

    /// The time of the next commit, in seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.seconds.get()
    }

    /// The same, with something on its standard input.
    pub(crate) fn git_with(&self, arguments: &[&str], input: &str) -> String {
        run(command(&self.path(), self.seconds.get(), arguments), input)
    }
}

fn command(dir: &Path, seconds: i64, arguments: &[&str]) -> Command {
    let date = format!("{seconds} +0100");
    let mut command = Command::new("git");
    command.args(arguments).current_dir(dir);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command.envs([
        ("HOME", "/nonexistent"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Ana Ferreira"),
        ("GIT_AUTHOR_EMAIL", "ana@northmere.example"),
        ("GIT_COMMITTER_NAME", "Raj Menon"),
        ("GIT_COMMITTER_EMAIL", "raj@northmere.example"),
        ("LC_ALL", "C"),
    ]);
    command.envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)]);
    command
}

fn run(mut command: Command, input: &str) -> String {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("git is installed");
    let mut stdin = child.stdin.take().expect("it is piped");
    let output = std::thread::scope(|scope| {
        // Git may answer before it has read everything, and stop when nobody reads the answer.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output().expect("git runs")
    });
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
