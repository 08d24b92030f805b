//! `mcmbook policy amend`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::cli::book::Reading;
use crate::cli::commands::decide::{judged_at, not_counting, unwritable, who};
use crate::facts::approval::Approvals;
use crate::facts::approval::amendment::{self, ADMIN, Effective, Pending};
use crate::facts::approval::code::Reason;
use crate::facts::approval::propose::meaning;
use crate::facts::approval::subject::SubjectId;
use crate::hosts::record::{self, Git};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId, Loaded};
use crate::hosts::{Exit, Failure, amend};
use crate::inputs::history::ledger::Landing;
use crate::inputs::policy;
use crate::inputs::signature::record::{tidy_reason, write};
use crate::inputs::signature::{Decision, Record};
use crate::outputs::adoption::with_serial;
use crate::outputs::decision::Change;
use crate::text::{ContentHash, SourceFile};

/// Brings an edit of `policy/` on its way: raises the serial, commits the edit, and signs for it.
///
/// The new policy counts once as many policy-admins of the one in force have signed as it asks for: each of
/// them runs this command on the branch of the edit, or after it was merged.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Why: free text, shown to auditors.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Roster id of the signer, where neither the key nor git's mail address says it.
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// Show what would be signed, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before signing.
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = Reading::default().load_options(args.dir.clone(), None);
    let loaded = workspace::load(&options)?;
    let root = &loaded.root;
    let approvals = Approvals::of(&loaded.inputs);
    let (Some(effective), Some(trust_root)) = (&approvals.effective, &approvals.root) else {
        let why = approvals.none.as_deref().unwrap_or("there is no policy on the mainline");
        return Err(Failure::usage(format!("there is nothing to amend: {why}"))
            .help("`mcmbook policy init` adopts a first policy"));
    };
    let mut files = workspace::policy_files(root)?;
    if amendment::digest(&files) == Some(effective.digest) {
        return Err(Failure::usage("`policy/` is the policy in force: there is nothing to amend")
            .help("edit `policy/policy.toml` or `policy/allowed_signers` first"));
    }
    let serial = effective.policy.serial + 1;
    let bumped = bump(&mut files, serial);
    let digest = amendment::digest(&files)
        .ok_or_else(|| Failure::usage("the name of a file of the policy can stand in no manifest"))?;
    let by = record::identity(root)?;
    let key = record::signing_key(root);
    let person = who(args.person.as_deref(), &effective.policy, &key, &by)?;
    let admins = effective.admins(loaded.inputs.as_of);
    if !admins.contains(&person) {
        let names = admins.iter().cloned().collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format!("{person} may not amend the policy (role-not-held)"))
            .help(format!("policy-admins of the policy in force: {names}")));
    }
    let (_, branch) = record::head(root)?;
    if branch.is_none() {
        return Err(Failure::usage(record::ON_NO_BRANCH).help("`git switch -c NAME` makes a branch here"));
    }
    if let Some(waiting) = waiting(effective, &files, loaded.inputs.as_of) {
        refuse(&waiting, &person, &admins)?;
    }
    let record = Record {
        carries: None,
        decision: Decision::AmendPolicy,
        role: Some(ADMIN.to_owned()),
        meaning: Some(meaning(Decision::AmendPolicy, &SubjectId::named(policy::FOLDER)).to_owned()),
        document: None,
        covers: Vec::new(),
        subject: None,
        context: effective.policy.context.clone(),
        trust_root: trust_root.clone(),
        signer: person.clone(),
        of: None,
        incident: None,
        other: None,
        amendment: Some((effective.digest, digest, serial)),
        observed: None,
        reason: tidy_reason(args.reason.as_deref().unwrap_or_default()),
    };
    let message = write(&record).map_err(unwritable)?;
    shell.print(&preview(&loaded, &approvals, effective, &files, &message)?)?;
    if args.dry_run {
        return record::unable(root, &key, &by).map_or(Ok(Exit::Good), Err);
    }
    if !args.yes && !shell.confirm("Sign for it?", "`--yes` signs without being asked")? {
        return Err(Failure::usage("not signed"));
    }
    if let Some((before, file)) = &bumped {
        let amendment = amend::Amendment { path: &file.path, before: *before, text: &file.text };
        amend::files(root, &[amendment])?;
    }
    let (head, _) = record::head(root)?;
    let head = match is_committed(root, &head, digest)? {
        true => head,
        false => {
            let made = Git::of(root).commit_folder(policy::FOLDER, &format!("Policy: serial {serial}"))?;
            shell.status("Committed", &format!("policy/ in {}", &made.as_str()[..10]));
            made
        }
    };
    let signed = record::write(root, &message, &head, &by)?;
    let after = judged_at(root, &signed, &options)?;
    if let Some(judged) = record::judged(&after, &signed).filter(|judged| !judged.counts()) {
        shell.failure(&not_counting(judged));
        return Ok(Exit::Findings);
    }
    record::move_head(root, &head, &signed, message.lines().next().unwrap_or_default())?;
    shell.status("Signed", &format!("{} by {person}", &signed.as_str()[..10]));
    tell(&after, &admins, shell);
    Ok(Exit::Good)
}

/// The policy of these files as it would wait if they landed at a moment, without a further signature; nothing where
/// enough people have signed for it.
fn waiting(effective: &Effective, files: &[SourceFile], at: Timestamp) -> Option<Pending> {
    let landing = Landing {
        commit: String::new(),
        landed: at,
        book: None,
        policy: Some(files.to_vec()),
        changed: Vec::new(),
        edits: Vec::new(),
        records: Vec::new(),
    };
    let mut after = effective.clone();
    after.land(effective.since, &landing);
    after.pending
}

/// Refuses to sign for a policy in vain: for one that can never come into force, and a second time for the same.
fn refuse(waiting: &Pending, person: &str, admins: &BTreeSet<String>) -> Result<(), Failure> {
    if let Some(why) = &waiting.refused {
        return Err(Failure::usage(format!("the policy can never come into force: {why}"))
            .help("a `quorum` asks for as many policy-admins with a key that is valid")
            .help("`mcmbook policy check` judges the files of `policy/`")
            .help("nothing was committed, and nothing signed"));
    }
    if waiting.signed.contains(person) {
        let code = Reason::DuplicatePrincipal;
        return Err(Failure::usage(format!("{person} has signed for this policy already ({code})"))
            .help(format!("still needed: {}: `mcmbook policy amend`", missing(waiting, admins))));
    }
    Ok(())
}

/// Who else could sign, in words.
fn missing(waiting: &Pending, admins: &BTreeSet<String>) -> String {
    let names = admins.difference(&waiting.signed).cloned().collect::<Vec<_>>();
    if names.is_empty() { "nobody on the roster could".to_owned() } else { names.join(" or ") }
}

/// Sets the serial of `policy.toml`; gives the hash before and the file, when it was another.
fn bump(files: &mut [SourceFile], serial: u64) -> Option<(ContentHash, SourceFile)> {
    let file = files.iter_mut().find(|file| file.path.below(policy::FOLDER) == Some("policy.toml"))?;
    let before = file.hash;
    let text = with_serial(&file.text, serial);
    *file = SourceFile::new(file.path.clone(), text.into_bytes());
    (file.hash != before).then(|| (before, file.clone()))
}

/// Whether a commit holds the policy of a digest.
fn is_committed(root: &workspace::Root, commit: &CommitId, digest: ContentHash) -> Result<bool, Failure> {
    let files = workspace::policy_files_at(root, commit)?;
    Ok(amendment::digest(&files) == Some(digest))
}

/// What is signed: the message, and what is different from the policy in force.
fn preview(
    loaded: &Loaded,
    approvals: &Approvals,
    effective: &Effective,
    files: &[SourceFile],
    message: &str,
) -> Result<String, Failure> {
    let commit = approvals.landings.get(effective.since).and_then(|(commit, _)| CommitId::of_hex(commit));
    let in_force = match &commit {
        Some(commit) => workspace::policy_files_at(&loaded.root, commit)?,
        None => Vec::new(),
    };
    let text_of = |files: &[SourceFile], path: &str| {
        files.iter().find(|file| file.path.as_str() == path).map(|file| file.text.to_string())
    };
    let paths: BTreeSet<&str> = in_force.iter().chain(files).map(|file| file.path.as_str()).collect();
    let mut text = format!("{message}\nChanged since the policy in force:\n");
    for path in paths {
        let (before, after) = (text_of(&in_force, path), text_of(files, path));
        if let Some(change) = Change::between(path, before.as_deref(), after.as_deref()) {
            text += &format!("\n  {path}\n");
            for line in change.words.lines() {
                text += &format!("    {}\n", crate::text::printable(line));
            }
        }
    }
    text += &taken(approvals, files);
    Ok(text)
}

/// The records that the revocations of these files take away. A rejection is one of them: what it stopped may go on.
fn taken(approvals: &Approvals, files: &[SourceFile]) -> String {
    let mut text = String::new();
    for (id, landed) in approvals.taken_by(&Effective::read(files)) {
        let Some(record) = &landed.judged.record else { continue };
        let (word, commit) = (record.decision.word(), &landed.judged.id[..10]);
        text += &format!("\n  {id}: {word} by {} ({commit})", record.signer);
    }
    if !text.is_empty() {
        text = format!("\nRecords that would not count any more:\n{text}\n");
    }
    text
}

/// Says whether the policy is in force now, or whose signatures it waits for.
fn tell(after: &Approvals, admins: &BTreeSet<String>, shell: &Shell) {
    let Some(effective) = &after.effective else { return };
    let Some(pending) = &effective.pending else {
        shell.status("Status", &format!("serial {} is in force", effective.policy.serial));
        return;
    };
    if let Some(why) = &pending.refused {
        shell.warning(&format!("the policy can never come into force: {why}"));
        return;
    }
    let (signed, quorum) = (pending.signed.len(), pending.quorum);
    let whose = missing(pending, admins);
    shell.status("Status", &format!("pending: {signed} of {quorum} policy-admins have signed"));
    shell.status("Next", &format!("{whose}: `mcmbook policy amend` on this branch"));
}
