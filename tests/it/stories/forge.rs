//! A forge with a protected main branch, and the people who work with it, each in a clone of their own.

use std::cell::Cell;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use mcmbook::facts::approval::{ApprovalStatus, Approvals};
use mcmbook::hosts::workspace::{self, LoadOptions};

use crate::records::run_at;
use crate::support::{Folder, write};

/// Nobody but the forge itself moves `main`, once it is there; branches only grow.
const PROTECTED: &str = "#!/bin/sh\nwhile read old new name; do\n  \
    if [ \"$name\" = refs/heads/main ] && [ \"$REMOTE_USER\" != forge ] && git rev-parse -q --verify main >/dev/null\n  \
    then echo 'main is protected: open a pull request' >&2; exit 1; fi\ndone\n";

/// The server with its repositories.
pub(super) struct Forge {
    folder: Folder,
    server: Child,
    port: u16,
    /// Keys of people, and the forge's own clone.
    desk: Folder,
    clock: Mutex<Cell<i64>>,
}

impl Drop for Forge {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A person's clone.
pub(super) struct Clone<'f> {
    pub(super) forge: &'f Forge,
    pub(super) person: &'static str,
    folder: Folder,
}

fn git(dir: &Path, seconds: i64, arguments: &[&str]) -> Result<String, String> {
    let date = format!("{seconds} +0100");
    let mut command = Command::new("git");
    command.args(arguments).current_dir(dir);
    command.envs([
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("HOME", "/nonexistent"),
    ]);
    command.envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)]);
    command.env("GIT_TERMINAL_PROMPT", "0");
    let program = Path::new(env!("CARGO_BIN_EXE_mcmbook")).parent().expect("it lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", program.display()));
    let output = command.output().expect("git is installed");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(told),
    }
}

impl Forge {
    /// A forge with an empty repository `book.git`.
    pub(super) fn new() -> Forge {
        let folder = Folder::new();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/stories/server.py");
        let mut server = Command::new("python3");
        server.arg(script).arg(folder.path()).stdout(Stdio::piped());
        let mut server = server.spawn().expect("python3 is installed");
        let mut line = String::new();
        let stdout = server.stdout.take().expect("it is piped");
        std::io::BufReader::new(stdout).read_line(&mut line).expect("the server tells its port");
        let port = line.trim().parse().expect("a port");
        let clock = Mutex::new(Cell::new(1_764_000_000));
        let forge = Forge { folder, server, port, desk: Folder::new(), clock };
        forge.repository("book");
        forge
    }

    /// Makes a bare repository; its main branch is protected once it is there.
    pub(super) fn repository(&self, name: &str) {
        let dir = self.bare(name);
        std::fs::create_dir_all(&dir).expect("a new folder");
        self.git(&dir, &["init", "--quiet", "--bare", "--initial-branch=main"]);
        self.git(&dir, &["config", "http.receivepack", "true"]);
        self.git(&dir, &["config", "receive.denyNonFastForwards", "true"]);
        let hook = dir.join("hooks/pre-receive");
        write(&hook, PROTECTED);
        let mut mode = Command::new("chmod");
        assert!(mode.arg("+x").arg(hook).status().expect("chmod").success());
    }

    fn bare(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.git"))
    }

    /// Where a repository is, for somebody who gives their name.
    pub(super) fn address(&self, name: &str, user: &str) -> String {
        format!("http://{user}:x@127.0.0.1:{}/{name}.git", self.port)
    }

    /// The time of now, a minute later each time.
    pub(super) fn tick(&self) -> i64 {
        let clock = self.clock.lock().expect("nobody panicked");
        clock.set(clock.get() + 60);
        clock.get()
    }

    /// Lets days pass.
    pub(super) fn wait_days(&self, days: i64) {
        let clock = self.clock.lock().expect("nobody panicked");
        clock.set(clock.get() + days * 86_400);
    }

    fn git(&self, dir: &Path, arguments: &[&str]) -> String {
        git(dir, self.tick(), arguments).unwrap_or_else(|told| panic!("{arguments:?}: {told}"))
    }

    /// A key of somebody, made by ssh-keygen; gives its public half.
    pub(super) fn key(&self, name: &str) -> String {
        let file = self.desk.path().join(name);
        if !file.exists() {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file);
            assert!(keygen.output().expect("ssh-keygen is installed").status.success());
        }
        std::fs::read_to_string(file.with_extension("pub")).expect("a public key")
    }

    /// A clone over HTTP in which somebody works, with their key `person`.
    pub(super) fn clone_for(&self, person: &'static str) -> Clone<'_> {
        self.key(person);
        let clone = Clone { forge: self, person, folder: Folder::new() };
        clone.git(&["clone", "--quiet", &self.address("book", person), "."]);
        for (key, value) in [
            ("user.name", person.to_owned()),
            ("user.email", format!("{person}@a.example")),
            ("gpg.format", "ssh".to_owned()),
            ("pull.ff", "only".to_owned()),
        ] {
            clone.git(&["config", key, &value]);
        }
        clone.sign_with(person);
        clone
    }

    /// Merges a branch of a repository into main as a forge does: by a merge commit of its own.
    pub(super) fn merge(&self, repository: &str, branch: &str) {
        let dir = self.desk.path().join("merging");
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).expect("a new folder");
        self.git(&dir, &["clone", "--quiet", &self.address("book", "forge"), "."]);
        self.git(&dir, &["config", "user.name", "forge"]);
        self.git(&dir, &["config", "user.email", "noreply@forge.example"]);
        self.git(&dir, &["fetch", "--quiet", &self.address(repository, "forge"), branch]);
        let message = format!("Merge pull request from {branch}");
        self.git(&dir, &["merge", "--quiet", "--no-ff", "-m", &message, "FETCH_HEAD"]);
        self.git(&dir, &["push", "--quiet", "origin", "main"]);
    }

    /// The approvals of what is published, in a fresh clone.
    pub(super) fn approvals(&self) -> Approvals {
        let folder = Folder::new();
        self.git(&folder.path(), &["clone", "--quiet", &self.address("book", "reader"), "."]);
        let mut inputs = workspace::load(&LoadOptions { dir: folder.path(), ..LoadOptions::default() })
            .expect("the book loads")
            .inputs;
        inputs.as_of = jiff::Timestamp::from_second(self.tick()).expect("an instant");
        Approvals::of(&inputs)
    }

    /// The status of a change as it is published.
    pub(super) fn status(&self, id: &str) -> ApprovalStatus {
        self.approvals().status(id).expect("the change is there").status
    }
}

impl Clone<'_> {
    /// Runs git; it has to succeed.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.try_git(arguments).unwrap_or_else(|told| panic!("{}: {arguments:?}: {told}", self.person))
    }

    /// Runs git; gives what it told where it failed.
    pub(super) fn try_git(&self, arguments: &[&str]) -> Result<String, String> {
        git(&self.folder.path(), self.forge.tick(), arguments)
    }

    /// Signs with another key from now on.
    pub(super) fn sign_with(&self, key: &str) {
        let file = self.forge.desk.path().join(key).display().to_string();
        self.git(&["config", "user.signingkey", &file]);
    }

    /// Runs mcmbook; gives the exit code and all it printed.
    pub(super) fn try_run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        run_at(&self.folder.path(), self.forge.tick(), arguments)
    }

    /// Runs mcmbook; it has to succeed.
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        let (code, told) = self.try_run(arguments);
        assert_eq!(code, Some(0), "{}: {arguments:?}: {told}", self.person);
        told
    }

    /// Writes a file.
    pub(super) fn write(&self, path: &str, text: &str) {
        self.folder.write(path, text);
    }

    /// The text of a file.
    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).expect("the file is there")
    }

    /// Takes over what is published.
    pub(super) fn pull(&self) {
        self.git(&["checkout", "--quiet", "main"]);
        self.git(&["pull", "--quiet"]);
    }

    /// Commits everything to a branch, signed, and pushes it to a repository.
    pub(super) fn propose(&self, branch: &str, message: &str, repository: &str) {
        if self.try_git(&["checkout", "--quiet", branch]).is_err() {
            self.git(&["checkout", "--quiet", "-b", branch]);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-S", "-m", message]);
        let address = self.forge.address(repository, self.person);
        self.git(&["push", "--quiet", &address, branch]);
    }
}
