//! Stock tools, asked about records: `git verify-commit`, `ssh-keygen -Y verify`, `gpg --verify`,
//! `openssl cms -verify`.
//!
//! They read the keys of the policy that governed, in a folder of their own, and nobody's settings: no program of
//! the repository's configuration, no revocation file, no key ring of whoever runs this.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rayon::prelude::*;

use super::failure::Failure;
use super::record::Git;
use super::workspace::Root;
use crate::facts::approval::stock::{Keys, Question, Tool};
use crate::text::ContentHash;

/// What one tool said of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The tool.
    pub tool: Tool,
    /// Whether it takes the signature.
    pub takes: bool,
}

/// Asks every tool that can be asked about each record; gives the answers in the order of the questions, and the
/// tools with the versions that they tell.
///
/// # Errors
/// A tool that is needed is not installed: nothing is said to agree that was not asked. A disk that takes nothing.
pub fn ask(root: &Root, questions: &[Question<'_>]) -> Result<Asked, Failure> {
    let needed = |tool: Tool| questions.iter().any(|question| question.tools().contains(&tool));
    let mut versions = BTreeMap::new();
    for tool in Tool::ALL.into_iter().filter(|tool| needed(*tool)) {
        versions.insert(tool, version(tool)?);
    }
    let disk = |error: std::io::Error| Failure::io("cannot write the keys for stock tools", &error);
    let folder = tempfile::tempdir().map_err(disk)?;
    let mut desks: BTreeMap<ContentHash, Desk> = BTreeMap::new();
    for question in questions {
        if !desks.contains_key(&question.keys.policy) {
            let place = folder.path().join(desks.len().to_string());
            let desk = Desk::laid(place, &question.keys, versions.contains_key(&Tool::Gpg)).map_err(disk)?;
            desks.insert(question.keys.policy, desk);
        }
    }
    let answers: Result<Vec<Vec<Answer>>, std::io::Error> = questions
        .par_iter()
        .enumerate()
        .map(|(nth, question)| {
            let desk = &desks[&question.keys.policy];
            let answer = |tool: &Tool| {
                let takes = match tool {
                    Tool::Git => desk.git(root, question),
                    Tool::SshKeygen => desk.ssh_keygen(nth, question)?,
                    Tool::Gpg => desk.gpg(nth, question)?,
                    Tool::OpenSsl => desk.openssl(nth, question)?,
                };
                Ok(Answer { tool: *tool, takes })
            };
            question.tools().iter().map(answer).collect()
        })
        .collect();
    let versions = versions.into_iter().map(|(tool, version)| (tool.name(), version)).collect();
    Ok(Asked { versions, answers: answers.map_err(disk)? })
}

/// What all tools said.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The tools that were asked, with what they tell of themselves.
    pub versions: Vec<(&'static str, String)>,
    /// The answers, question by question.
    pub answers: Vec<Vec<Answer>>,
}

/// The keys of one policy, laid out.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn laid(folder: PathBuf, keys: &Arc<Keys>, with_gpg: bool) -> std::io::Result<Desk> {
        std::fs::create_dir_all(folder.join("gpg"))?;
        std::fs::write(folder.join("allowed_signers"), &keys.allowed_signers)?;
        std::fs::create_dir_all(folder.join("nothing"))?;
        std::fs::write(folder.join("authorities.pem"), keys.authorities.join(&b'\n'))?;
        let desk = Desk { folder };
        if with_gpg {
            private(&desk.folder.join("gpg"))?;
            for (nth, certificate) in keys.certificates.iter().enumerate() {
                let file = desk.folder.join(format!("{nth}.asc"));
                std::fs::write(&file, certificate)?;
                let mut import = desk.gpg_command();
                // A certificate that gpg does not take verifies nothing, which is an answer.
                takes(import.arg("--import").arg(file), b"")?;
            }
        }
        Ok(desk)
    }

    fn git(&self, root: &Root, question: &Question<'_>) -> bool {
        let signers = format!("gpg.ssh.allowedSignersFile={}", self.folder.join("allowed_signers").display());
        let git = Git::of(root)
            .with("GIT_CONFIG_GLOBAL", "/dev/null")
            .with("GIT_CONFIG_NOSYSTEM", "1")
            .with("GNUPGHOME", self.folder.join("gpg").display().to_string())
            .with("TZ", "UTC");
        let mut arguments = Vec::new();
        for setting in [
            signers.as_str(),
            "gpg.program=gpg",
            "gpg.openpgp.program=gpg",
            "gpg.ssh.program=ssh-keygen",
            "gpg.ssh.revocationFile=",
            "gpg.minTrustLevel=undefined",
        ] {
            arguments.extend(["-c", setting]);
        }
        arguments.extend(["verify-commit", question.commit]);
        git.ask(&arguments).is_some()
    }

    fn ssh_keygen(&self, nth: usize, question: &Question<'_>) -> std::io::Result<bool> {
        let signature = self.folder.join(format!("{nth}.sig"));
        std::fs::write(&signature, &question.signature)?;
        let time = question.at.strftime("-Overify-time=%Y%m%d%H%M%S").to_string();
        let mut command = tool(Tool::SshKeygen);
        command.args(["-Y", "verify", "-n", "git", "-I", question.signer, &time, "-f"]);
        command.arg(self.folder.join("allowed_signers")).arg("-s").arg(signature);
        takes(&mut command, &question.payload)
    }

    fn gpg(&self, nth: usize, question: &Question<'_>) -> std::io::Result<bool> {
        let signature = self.folder.join(format!("{nth}.pgp"));
        std::fs::write(&signature, &question.signature)?;
        takes(self.gpg_command().arg("--verify").arg(signature).arg("-"), &question.payload)
    }

    fn openssl(&self, nth: usize, question: &Question<'_>) -> std::io::Result<bool> {
        let [signature, payload] = ["cms", "payload"].map(|kind| self.folder.join(format!("{nth}.{kind}")));
        std::fs::write(&signature, &question.signature)?;
        std::fs::write(&payload, &question.payload)?;
        let mut command = tool(Tool::OpenSsl);
        command.args(["cms", "-verify", "-binary", "-inform", "DER", "-in"]).arg(signature);
        command.arg("-content").arg(payload).arg("-CAfile").arg(self.folder.join("authorities.pem"));
        command.args(["-purpose", "any", "-attime", &question.at.as_second().to_string()]);
        // No root of the machine's own vouches, and no settings of whoever runs this.
        command.env("SSL_CERT_DIR", self.folder.join("nothing")).env("OPENSSL_CONF", "/dev/null");
        takes(command.args(["-out", "/dev/null"]), b"")
    }

    fn gpg_command(&self) -> Command {
        let mut command = tool(Tool::Gpg);
        command.args(["--batch", "--no-tty", "--quiet", "--no-autostart", "--trust-model", "always"]);
        command.env("GNUPGHOME", self.folder.join("gpg"));
        command
    }
}

fn tool(tool: Tool) -> Command {
    let mut command = Command::new(tool.name());
    command.envs([("TZ", "UTC"), ("LC_ALL", "C")]);
    command
}

/// Whether a program ends with 0.
fn takes(command: &mut Command, input: &[u8]) -> std::io::Result<bool> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that refuses early reads no further.
        let _ = stdin.write_all(input);
    }
    Ok(child.wait()?.success())
}

fn version(tool: Tool) -> Result<String, Failure> {
    let (program, option) = match tool {
        Tool::Git => ("git", "--version"),
        // ssh-keygen tells no version; ssh is of the same package.
        Tool::SshKeygen => ("ssh", "-V"),
        Tool::Gpg => ("gpg", "--version"),
        Tool::OpenSsl => ("openssl", "version"),
    };
    let missing = |error: &std::io::Error| {
        Failure::io(format!("cannot run `{}`", tool.name()), error)
            .help("the cross-check asks the tools that auditors have: install it")
    };
    let exists = Command::new(tool.name()).arg("--help").stdin(Stdio::null()).output();
    exists.map_err(|error| missing(&error))?;
    let told = Command::new(program).arg(option).stdin(Stdio::null()).output();
    let told = told.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    let text = String::from_utf8_lossy(&told);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// A folder that only its owner reads: gpg warns of others.
fn private(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    let _ = folder;
    Ok(())
}
