//! Makes the demonstration: a repository of an invented company's year, with keys and signatures that are
//! real. What happens, and when, is said by `outputs::demo`; here it is done by git, ssh-keygen and gpg.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;

use super::failure::Failure;
use super::record::Git;
use super::shell::Shell;
use crate::inputs::policy::{self, Principal};
use crate::inputs::signature::record::write;
use crate::inputs::signature::{Decision, Record};
use crate::outputs::demo::year::{self, Act, Keys, MAIN, ROBBED, WITH_CERTIFICATE, WITH_GPG, With};

/// Where the private keys of the demonstration lie, below its folder; not part of the repository.
const KEYS: &str = ".keys";

/// The branch of the observer.
const OBSERVERS: &str = "mcmbook-observer";

/// Who merges: a forge has a name, and no key that counts.
const FORGE: (&str, &str) = ("forge", "noreply@forge.example");

/// Runs gpg with a home of its own, at the time of the commit that it signs.
const GPG: &str = "#!/bin/sh\nexec gpg --batch --quiet --homedir \"$DEMO_GPG_HOME\" --faked-system-time \
                   \"$DEMO_GPG_TIME\" \"$@\"\n";

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// How many people have a key.
    pub people: usize,
    /// Whether one of them signs with OpenPGP.
    pub has_gpg: bool,
    /// How many commits were made, merges among them.
    pub commits: usize,
    /// How many of them are records.
    pub records: usize,
}

/// Makes the repository in a folder that is empty or not there.
///
/// # Errors
/// The folder holds something; git or ssh-keygen is not installed, or does not do it.
pub fn make(dir: &Path, shell: &Shell) -> Result<Made, Failure> {
    let failed = |error: &std::io::Error| Failure::io(format!("cannot use `{}`", dir.display()), error);
    if dir.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::usage(format!("`{}` is not empty", dir.display()))
            .help("name a folder that is not there yet: `mcmbook demo DIR`"));
    }
    std::fs::create_dir_all(dir.join(KEYS)).map_err(|error| failed(&error))?;
    let dir = dir.canonicalize().map_err(|error| failed(&error))?;
    let mut making = Making::new(dir)?;
    let acts = year::year(&making.keys()?);
    let mut made =
        Made { people: making.people.len(), has_gpg: making.gpg.is_some(), commits: 0, records: 0 };
    let progress = shell.progress("signing", Some(acts.len()));
    for act in &acts {
        progress.step(1);
        made.commits += usize::from(!matches!(act, Act::Branch(_)));
        made.records += usize::from(matches!(act, Act::Record { .. }));
        making.act(act)?;
    }
    progress.finish();
    making.checkout(MAIN)?;
    Ok(made)
}

/// Someone who signs with OpenPGP.
struct Gpg {
    /// A short path, since the agent's socket lies in it.
    home: tempfile::TempDir,
    fingerprint: String,
    certificate: String,
}

impl Drop for Gpg {
    fn drop(&mut self) {
        // The agent that gpg has started for this home alone.
        let _ =
            Command::new("gpgconf").arg("--homedir").arg(self.home.path()).args(["--kill", "all"]).output();
    }
}

struct Making {
    dir: PathBuf,
    people: BTreeMap<String, Principal>,
    gpg: Option<Gpg>,
    branch: String,
    root: Option<String>,
}

impl Making {
    fn new(dir: PathBuf) -> Result<Making, Failure> {
        let people = year::people().into_iter().map(|person| (person.id.clone(), person)).collect();
        let making = Making { dir, people, gpg: None, branch: MAIN.to_owned(), root: None };
        let git = making.git();
        // Without the template of the machine, which may hold hooks.
        git.run(&["init", "--quiet", "--template=", &format!("--initial-branch={MAIN}")])?;
        for (name, value) in [
            // Whoever tries `hook install` here gets the hook here, wherever their own hooks lie.
            ("core.hooksPath", ".git/hooks"),
            ("core.autocrlf", "false"),
            ("gc.auto", "0"),
            ("gpg.ssh.allowedSignersFile", "policy/allowed_signers"),
        ] {
            git.run(&["config", name, value])?;
        }
        making.write(".git/info/exclude", format!("/{KEYS}/\n").as_bytes())?;
        Ok(making)
    }

    /// Git in the folder, without any setting of the machine, and without hooks.
    fn git(&self) -> Git {
        Git::at(&self.dir)
            .with("GIT_CONFIG_GLOBAL", "/dev/null")
            .with("GIT_CONFIG_NOSYSTEM", "1")
            .with("GIT_CONFIG_COUNT", "1")
            .with("GIT_CONFIG_KEY_0", "core.hooksPath")
            .with("GIT_CONFIG_VALUE_0", "/dev/null")
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let file = self.dir.join(path);
        let failed = |error: std::io::Error| Failure::io(format!("cannot write `{path}`"), &error);
        std::fs::create_dir_all(file.parent().unwrap_or(&self.dir)).map_err(failed)?;
        std::fs::write(&file, bytes).map_err(failed)
    }

    fn key(&self, name: &str) -> PathBuf {
        self.dir.join(KEYS).join(name)
    }

    /// Makes everybody's key.
    fn keys(&mut self) -> Result<Keys, Failure> {
        let mut keys = Keys::default();
        for person in self.people.keys() {
            keys.public.insert(person.clone(), self.ssh_key(person)?);
        }
        keys.new = self.ssh_key(&format!("{ROBBED}-new"))?;
        keys.observer = policy::fingerprint(&self.ssh_key("ci")?).unwrap_or_default();
        self.ssh_key("authority")?;
        let authority = self.key("authority").display().to_string();
        let of = self.key(&format!("{WITH_CERTIFICATE}.pub")).display().to_string();
        let certify = ["-q", "-s", &authority, "-I", WITH_CERTIFICATE, "-n", WITH_CERTIFICATE];
        ssh_keygen(&[&certify[..], &["-V", "20251201:20290101", &of]].concat())?;
        self.gpg = self.gpg();
        keys.certificate = self.gpg.as_ref().map(|gpg| gpg.certificate.clone());
        Ok(keys)
    }

    fn ssh_key(&self, name: &str) -> Result<String, Failure> {
        let file = self.key(name);
        let shown = file.display().to_string();
        ssh_keygen(&[
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-C",
            &format!("{name}@northmere.example"),
            "-f",
            &shown,
        ])?;
        let public = self.key(&format!("{name}.pub"));
        std::fs::read_to_string(public)
            .map_err(|error| Failure::io(format!("cannot read `{shown}.pub`"), &error))
    }

    /// A key of OpenPGP, where gpg is there and can make one.
    fn gpg(&self) -> Option<Gpg> {
        let person = self.people.get(WITH_GPG)?;
        let home = tempfile::Builder::new().prefix("mcm-").tempdir().ok()?;
        let gpg = |arguments: &[&str]| {
            let mut command = Command::new("gpg");
            command.args(["--batch", "--quiet", "--homedir"]).arg(home.path()).args(arguments);
            let output = command.output().ok().filter(|output| output.status.success())?;
            String::from_utf8(output.stdout).ok()
        };
        let user = format!("{} <{}>", person.name, person.emails.first()?);
        let make = ["--faked-system-time", "20251201T000000", "--passphrase", "", "--quick-generate-key"];
        gpg(&[&make[..], &[&user, "ed25519", "sign", "never"]].concat())?;
        let certificate = gpg(&["--armor", "--export"])?;
        let listed = gpg(&["--with-colons", "--fingerprint"])?;
        let fingerprint = listed.lines().find_map(|line| line.strip_prefix("fpr:"))?;
        let fingerprint = fingerprint.trim_matches(':').to_owned();
        let secret =
            gpg(&["--armor", "--pinentry-mode", "loopback", "--passphrase", "", "--export-secret-keys"])?;
        self.write(&format!("{KEYS}/{WITH_GPG}.secret.asc"), secret.as_bytes()).ok()?;
        let script = format!("{KEYS}/gpg");
        self.write(&script, GPG.as_bytes()).ok()?;
        #[cfg(unix)]
        std::fs::set_permissions(self.dir.join(script), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .ok()?;
        Some(Gpg { home, fingerprint, certificate })
    }

    /// Git as somebody at a time, and the settings by which they sign.
    fn signing(&self, person: &str, with: With, at: &str) -> Result<(Git, Vec<String>), Failure> {
        let git = self.as_person(person, at)?;
        if let (true, Some(gpg)) = (person == WITH_GPG, &self.gpg) {
            let seconds = seconds(at)?.to_string();
            let home = gpg.home.path().display().to_string();
            let git = git.with("DEMO_GPG_HOME", home).with("DEMO_GPG_TIME", seconds);
            let program = format!("gpg.program={}", self.key("gpg").display());
            let settings = ["gpg.format=openpgp", &format!("user.signingkey={}", gpg.fingerprint), &program];
            return Ok((git, settings.map(str::to_owned).to_vec()));
        }
        let key = match with {
            With::Key => self.key(person),
            With::NewKey => self.key(&format!("{person}-new")),
            With::Certificate => self.key(&format!("{person}-cert.pub")),
        };
        let settings = ["gpg.format=ssh".to_owned(), format!("user.signingkey={}", key.display())];
        Ok((git, settings.to_vec()))
    }

    /// Git as somebody of the roster at a time.
    fn as_person(&self, person: &str, at: &str) -> Result<Git, Failure> {
        let (name, email) = match self.people.get(person) {
            Some(person) => (person.name.clone(), person.emails.first().cloned().unwrap_or_default()),
            None => (person.to_owned(), format!("{person}@northmere.example")),
        };
        let date = date(at)?;
        Ok(self
            .git()
            .with("GIT_AUTHOR_NAME", &name)
            .with("GIT_AUTHOR_EMAIL", &email)
            .with("GIT_AUTHOR_DATE", &date)
            .with("GIT_COMMITTER_NAME", &name)
            .with("GIT_COMMITTER_EMAIL", &email)
            .with("GIT_COMMITTER_DATE", &date))
    }

    /// Git as the forge on behalf of somebody.
    fn as_forge(&self, person: &str, at: &str) -> Result<Git, Failure> {
        let git = self.as_person(person, at)?;
        Ok(git.with("GIT_COMMITTER_NAME", FORGE.0).with("GIT_COMMITTER_EMAIL", FORGE.1))
    }

    fn checkout(&mut self, branch: &str) -> Result<(), Failure> {
        if self.branch != branch {
            self.git().run(&["checkout", "--quiet", branch])?;
            branch.clone_into(&mut self.branch);
        }
        Ok(())
    }

    fn act(&mut self, act: &Act) -> Result<(), Failure> {
        match act {
            Act::Branch(name) => {
                self.git().run(&["branch", "--quiet", "--force", name, MAIN])?;
                Ok(())
            }
            Act::Commit { branch, by, with, at, message, files } => {
                self.checkout(branch)?;
                for (path, bytes) in files {
                    match bytes {
                        Some(bytes) => self.write(path, bytes)?,
                        None => drop(std::fs::remove_file(self.dir.join(path))),
                    }
                }
                self.git().run(&["add", "--all"])?;
                let is_root = self.root.is_none() && files.contains_key("policy/policy.toml");
                let (git, settings) = self.signing(by, *with, at)?;
                let mut arguments = configured(&settings);
                let sign = if is_root || self.root.is_some() { "--gpg-sign" } else { "--no-gpg-sign" };
                arguments.extend(["commit", "--quiet", "--no-verify", sign, "-m", message]);
                git.run(&arguments)?;
                if is_root {
                    self.root = Some(self.git().commit("HEAD")?.as_str().to_owned());
                }
                Ok(())
            }
            Act::Record { branch, with, at, record } => self.record(branch, *with, at, record),
            Act::Merge { branch, by, at, message } => {
                self.checkout(MAIN)?;
                let merge =
                    ["merge", "--quiet", "--no-ff", "--no-verify", "--no-gpg-sign", "-m", message, branch];
                self.as_forge(by, at)?.run(&merge)?;
                self.git().run(&["branch", "--quiet", "--delete", "--force", branch])?;
                Ok(())
            }
            Act::Squash { branch, by, at, title } => {
                self.checkout(MAIN)?;
                let range = format!("{MAIN}..{branch}");
                let log = self.git().run(&["log", "--reverse", "--format=* %B", &range])?;
                self.git().run(&["merge", "--quiet", "--squash", branch])?;
                let message = format!("{title}\n\n{log}");
                let commit = ["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--file=-"];
                self.as_forge(by, at)?.feed(&commit, message.as_bytes())?;
                self.git().run(&["branch", "--quiet", "--delete", "--force", branch])?;
                Ok(())
            }
            Act::Observe { at } => self.observe(at),
        }
    }

    fn record(&self, branch: &str, with: With, at: &str, record: &Record) -> Result<(), Failure> {
        let record = Record { trust_root: self.root.clone().unwrap_or_default(), ..record.clone() };
        let tip = self.git().commit(branch)?;
        let tree = format!("{}^{{tree}}", tip.as_str());
        self.sign(&record, with, at, &["-p", tip.as_str(), &tree], &format!("refs/heads/{branch}"))
    }

    /// Writes a signed record, and moves a reference to it.
    fn sign(&self, record: &Record, with: With, at: &str, on: &[&str], name: &str) -> Result<(), Failure> {
        let message = write(record).map_err(|faults| {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Failure::internal(format!("a record of the demonstration cannot be written: {}", told.join("; ")))
        })?;
        let (git, settings) = self.signing(&record.signer, with, at)?;
        let mut arguments = configured(&settings);
        arguments.extend(["commit-tree", "-S"]);
        arguments.extend(on);
        let id = git.feed(&arguments, message.as_bytes())?;
        self.git().run(&["update-ref", name, id.trim()]).map(|_| ())
    }

    fn observe(&self, at: &str) -> Result<(), Failure> {
        let head = self.git().commit(MAIN)?;
        let tip = self.git().commit(OBSERVERS).ok();
        let tree = self.git().feed(&["mktree"], b"")?;
        let record = Record {
            decision: Decision::Observe,
            role: None,
            meaning: None,
            document: None,
            covers: Vec::new(),
            subject: None,
            context: "northmere-changes".to_owned(),
            trust_root: self.root.clone().unwrap_or_default(),
            signer: "ci".to_owned(),
            of: None,
            incident: None,
            other: None,
            amendment: None,
            carries: None,
            observed: Some((head.as_str().to_owned(), instant(at)?)),
            reason: String::new(),
        };
        let mut on: Vec<&str> = tip.iter().flat_map(|tip| ["-p", tip.as_str()]).collect();
        on.push(tree.trim());
        self.sign(&record, With::Key, at, &on, &format!("refs/heads/{OBSERVERS}"))
    }
}

/// Settings as arguments: `-c name=value`.
fn configured(settings: &[String]) -> Vec<&str> {
    settings.iter().flat_map(|setting| ["-c", setting.as_str()]).collect()
}

fn ssh_keygen(arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("ssh-keygen").args(arguments).output();
    let output = output.map_err(|error| {
        Failure::io("cannot run `ssh-keygen`", &error).help("it comes with OpenSSH: install `openssh-client`")
    })?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(Failure::environment(format!("`ssh-keygen` failed: {told}")))
        }
    }
}

fn instant(at: &str) -> Result<Timestamp, Failure> {
    at.parse().map_err(|_| Failure::internal(format!("`{at}` is no instant")))
}

fn seconds(at: &str) -> Result<i64, Failure> {
    Ok(instant(at)?.as_second())
}

/// An instant as Git takes it, with the zone that is written: `@1764000000 +0100`.
fn date(at: &str) -> Result<String, Failure> {
    let zone = at.get(at.len().saturating_sub(6)..).unwrap_or_default().replace(':', "");
    Ok(format!("@{} {zone}", seconds(at)?))
}
