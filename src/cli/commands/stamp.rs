//! `mcmbook stamp`.

use std::path::PathBuf;

use super::decide::unwritable;
use crate::cli::book::Reading;
use crate::facts::approval::Approvals;
use crate::hosts::record::{self, observe};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId};
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::record::write;
use crate::inputs::signature::{Decision, Record, stamp};

/// Testifies that a head of the mainline was there: evidence of time that does not rest on the word of those
/// who decide.
///
/// A build signs it with an observer key of the policy and pushes it, on the branch `mcmbook-observer`.
/// With --token the answer of a time-stamping authority (RFC 3161) is put there instead, which counts where the
/// policy trusts the authority's root.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// The answer of a time-stamping authority over the bytes of the commit, a `.tsr` file.
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// The commit that the token is for; the head where none is named.
    #[arg(long, value_name = "COMMIT", requires = "token")]
    of: Option<String>,
    /// Fetch the branch first and push it afterwards; `origin` where no remote is named.
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, require_equals = true, default_missing_value = "origin")]
    push: Option<String>,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = Reading::default().load_options(args.dir.clone(), None);
    let loaded = workspace::load(&options)?;
    let root = &loaded.root;
    let by = record::identity(root)?;
    if let Some(remote) = &args.push {
        observe::fetch(root, remote);
    }
    let tip = observe::tip(root, args.push.as_deref().unwrap_or("origin"));
    let (head, _) = record::head(root)?;
    let new = match &args.token {
        Some(file) => {
            let of = match &args.of {
                Some(revision) => record::Git::of(root).commit(revision)?,
                None => head,
            };
            let token = workspace::small_file(file)?;
            let (new, raw) = observe::attach(root, &of, &token, tip.as_ref(), &by)?;
            shell.status("Attached", &format!("a time stamp to {}", &of.as_str()[..10]));
            let approvals = Approvals::of(&loaded.inputs);
            let roots = approvals.effective.map(|effective| effective.policy.time_roots.clone());
            match stamp::verify(&token, &raw, &roots.unwrap_or_default()) {
                Ok(found) => {
                    shell.status("Proves", &format!("there before {}, by {}", found.before, found.authority))
                }
                Err(why) => shell.warning(&format!("by the policy in force it proves nothing: {why}")),
            }
            new
        }
        None => {
            let approvals = Approvals::of(&loaded.inputs);
            let (message, key) = observation(&approvals, &head, loaded.inputs.as_of, root)?;
            let new = observe::write(root, &message, tip.as_ref(), &by, &key)?;
            shell.status("Saw", &format!("{} at {}", &head.as_str()[..10], loaded.inputs.as_of));
            new
        }
    };
    observe::publish(root, &new, args.push.as_deref())?;
    shell.status("Moved", &format!("{} to {}", observe::OBSERVERS, &new.as_str()[..10]));
    Ok(Exit::Good)
}

/// The message of an observation, and the fingerprint of the key that must sign it.
fn observation(
    approvals: &Approvals,
    head: &CommitId,
    at: jiff::Timestamp,
    root: &workspace::Root,
) -> Result<(String, String), Failure> {
    let (Some(effective), Some(trust_root)) = (&approvals.effective, &approvals.root) else {
        let why = approvals.none.as_deref().unwrap_or("there is no policy on the mainline");
        return Err(Failure::usage(format!("nothing is observed: {why}"))
            .help("`mcmbook policy init` adopts a policy"));
    };
    let policy = &effective.policy;
    let key = observe::fingerprint(root);
    let observer = policy.observers.iter().find(|observer| Some(&observer.fingerprint) == key.as_ref());
    let Some(observer) = observer else {
        let key = key.unwrap_or_else(|| "the key of this machine".to_owned());
        return Err(Failure::usage(format!("{key} is no observer's key in the policy in force"))
            .help("add it as `[[observer]]` to policy/policy.toml: `mcmbook policy amend`")
            .help("on the build machine: `git config user.signingkey` with that key"));
    };
    let record = Record {
        decision: Decision::Observe,
        role: None,
        meaning: None,
        document: None,
        covers: Vec::new(),
        subject: None,
        context: policy.context.clone(),
        trust_root: trust_root.clone(),
        signer: observer.id.clone(),
        of: None,
        incident: None,
        other: None,
        amendment: None,
        carries: None,
        observed: Some((head.as_str().to_owned(), at)),
        reason: String::new(),
    };
    Ok((write(&record).map_err(unwritable)?, observer.fingerprint.clone()))
}
