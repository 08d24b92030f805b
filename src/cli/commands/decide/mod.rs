//! What `approve`, `reject`, `retract`, `withdraw`, `acknowledge`, `authorise`, `ratify`, `review`,
//! `accept-collision` and `reinstate` have in common: show, ask, sign, judge, and only then move a branch.

mod reinstate;
mod subject;

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::Reading;
use crate::facts::approval::exception::is_exception;
use crate::facts::approval::open::against;
use crate::facts::approval::propose::{Ask, Obstacle, Proposal, propose};
use crate::facts::approval::signed::{has_approved, in_vain};
use crate::facts::approval::{Approvals, SubjectId};
use crate::hosts::record::{self, Identity, SigningKey};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId, LoadOptions, Root};
use crate::hosts::{Exit, Failure};
use crate::inputs::policy::Policy;
use crate::inputs::signature::Decision;
use crate::inputs::signature::record::{tidy_reason, write};
use crate::outputs::approval::{Trust, hindrances};
use crate::outputs::decision::{Outcome, Preview, Standing, reasons};

pub(super) use reinstate::reinstate;

/// Options of every decision.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Folder of the book.
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(super) dir: PathBuf,
    /// Why: free text, shown to auditors.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// What the signature means; a sentence of the decision's own by default.
    #[arg(long, value_name = "TEXT")]
    meaning: Option<String>,
    /// Roster id of the signer, where neither the key nor git's mail address says it.
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// Show what would be signed, and sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before signing.
    #[arg(short, long)]
    yes: bool,
    /// Put the record on the branch `mcm/ID/PERSON` and push it; `origin` where no remote is named.
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, require_equals = true, default_missing_value = "origin")]
    pub(super) push: Option<String>,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

/// What a command decides.
pub(super) struct What<'a> {
    /// The decision.
    pub(super) decision: Decision,
    /// The change or document, as it was typed.
    pub(super) id: &'a str,
    /// The role, as it was typed.
    pub(super) role: Option<&'a str>,
    /// The incident of an emergency.
    pub(super) incident: Option<&'a str>,
    /// The other change of a collision.
    pub(super) other: Option<&'a str>,
    /// Whether the content may be approved once more (`--again`).
    pub(super) again: bool,
    /// Whether everybody's approvals are carried over a small edit (`--carry`).
    pub(super) carry: bool,
}

impl<'a> What<'a> {
    /// A decision on a change or document.
    pub(super) fn new(decision: Decision, id: &'a str) -> What<'a> {
        What { decision, id, role: None, incident: None, other: None, again: false, carry: false }
    }
}

impl Common {
    /// How the book is read.
    pub(super) fn load_options(&self) -> LoadOptions {
        Reading::default().load_options(self.dir.clone(), None)
    }
}

/// Makes a decision: shows it, asks, signs, and moves the branch once the record counts.
pub(super) fn run(what: &What<'_>, common: &Common, shell: &Shell) -> Result<Exit, Failure> {
    let options = common.load_options();
    let progress = shell.progress("reading", None);
    let loaded = workspace::load(&options)?;
    let approvals = Approvals::of(&loaded.inputs);
    progress.finish();
    let trust = Trust::of(&approvals, loaded.inputs.history.ledger.pinned);
    let mut outcome = Outcome { schema: 1, dry_run: common.dry_run, trust, ..Outcome::default() };
    if let Some(why) = &approvals.none {
        return Err(Failure::usage(format!("nothing can be decided: {why}"))
            .help("`mcmbook policy init` adopts a policy, from which roles and keys follow"));
    }
    let (id, only) = subject::named(what, &loaded, &approvals)?;
    let (head, branch) = record::head(&loaded.root)?;
    let by = record::identity(&loaded.root)?;
    let key = record::signing_key(&loaded.root);
    let policy = approvals.effective.as_ref().map(|effective| &*effective.policy);
    let person = match policy {
        Some(policy) => who(common.person.as_deref(), policy, &key, &by)?,
        None => String::new(),
    };
    let reason = tidy_reason(common.reason.as_deref().unwrap_or_default());
    let ask = Ask {
        decision: what.decision,
        person: &person,
        role: what.role,
        meaning: common.meaning.as_deref(),
        reason: &reason,
        only: only.as_deref(),
        incident: what.incident,
        other: what.other,
        carry: what.carry,
        at: loaded.inputs.as_of,
    };
    let proposed = propose(&approvals, &id, &ask);
    let mut obstacles = proposed.as_ref().err().cloned().unwrap_or_default();
    let dirty = subject::dirty(&loaded, &id, proposed.as_ref().ok());
    let unclean = subject::unclean(&loaded, &id, dirty.as_ref())?;
    obstacles.extend(dirty.into_iter().chain(unclean).chain(common.lost(branch.as_deref())));
    if let Ok(proposal) = &proposed {
        obstacles.extend(subject::too_different(&loaded, &approvals, &id, proposal));
        obstacles.extend(again(what, &approvals, (&id, only.as_deref()), proposal));
    }
    let proposal = match proposed {
        Ok(proposal) if obstacles.is_empty() => proposal,
        _ => return refuse(outcome, obstacles, what, common, shell),
    };
    let message = write(&proposal.record).map_err(unwritable)?;
    let (branch, parent, tip) = match &common.push {
        Some(_) => record::on_branch(&loaded.root, id.as_str(), &person, &head)?,
        None => (branch.unwrap_or_default(), head.clone(), Some(head.clone())),
    };
    let name = policy.and_then(|policy| policy.principal(&person)).map_or("", |person| &person.name);
    let mut preview = Preview::of(&proposal, &message, name);
    preview.key = key.fingerprint.clone().or(key.configured.clone());
    preview.branch.clone_from(&branch);
    if matches!(what.decision, Decision::Approve | Decision::Ratify) && only.is_none() {
        preview.hinder(&against(&approvals, &id));
    }
    subject::differences(&loaded, &id, &proposal, &mut preview)?;
    outcome.before = standing(&approvals, &id, only.as_deref());
    if let Format::Text = common.format {
        shell.print(&preview.text())?;
    }
    outcome.preview = Some(preview);
    if common.dry_run {
        return dry(outcome, &loaded.root, &key, &by, common, shell);
    }
    common.confirm(shell)?;

    let signed = record::write(&loaded.root, &message, &parent, &by)?;
    let judged_with = judged_at(&loaded.root, &signed, &options)?;
    outcome.commit = Some(signed.as_str().to_owned());
    let judged = record::judged(&judged_with, &signed).filter(|judged| !judged.counts());
    let awaits_witness = judged.is_some_and(|judged| judged.awaits_witness);
    if let Some(judged) = judged.filter(|judged| !judged.awaits_witness) {
        return would_not_count(outcome, judged, common, shell);
    }
    let vain = in_vain(&judged_with, &id, signed.as_str());
    if let Some((reason, why, true)) = &vain {
        let failure = Failure::usage(format!("the record would fill no place: {why} ({reason})"));
        return Err(failure.help("no branch was moved; `mcmbook status` names whose signatures are needed"));
    }
    outcome.pushed = common.bring(&loaded.root, (&branch, &head, tip.as_ref()), &signed, &message)?;
    outcome.done = true;
    outcome.after = standing(&judged_with, &id, only.as_deref());
    let hindered = match what.decision {
        Decision::Approve | Decision::Ratify if only.is_none() => hindrances(&judged_with, &id),
        _ => Vec::new(),
    };
    if let Format::Text = common.format {
        let short = &signed.as_str()[..10];
        shell.status("Signed", &format!("{short} on {branch}"));
        if awaits_witness {
            shell.warning("it counts once an observer or an authority has seen it: `mcmbook stamp`");
        }
        if let Some((reason, why, _)) = &vain {
            shell.warning(&format!("it fills no place yet: {why} ({reason})"));
        }
        if let Some(why) = hindered.first() {
            let more = match hindered.len() {
                1 => String::new(),
                all => format!(" (and {} more)", all - 1),
            };
            shell.warning(&format!("it counts for nothing until this is mended: {}{more}", why.why));
        }
        if let Some(after) = &outcome.after {
            let what = match only.as_deref().filter(|name| is_exception(name)) {
                Some(name) => format!("{id}/{name}"),
                None => id.to_string(),
            };
            shell.status("Status", &format!("{what} is {}", after.text()));
        }
        if let Some(remote) = &outcome.pushed {
            let collect = format!("`mcmbook approve --collect {id}` on the main branch merges it");
            shell.status("Pushed", &format!("{branch} to {remote}; {collect}"));
        }
    }
    show(&outcome, common, shell, Exit::Good)
}

/// Ends a dry run: it goes as signing would, as far as that can be told without a signature.
fn dry(
    mut outcome: Outcome,
    root: &Root,
    key: &SigningKey,
    by: &Identity,
    common: &Common,
    shell: &Shell,
) -> Result<Exit, Failure> {
    let Some(failure) = record::unable(root, key, by) else {
        return show(&outcome, common, shell, Exit::Good);
    };
    if let Format::Text = common.format {
        return Err(failure);
    }
    let help = failure.help_lines().join("; ");
    outcome.obstacles.push(Obstacle { code: None, message: failure.to_string(), help });
    show(&outcome, common, shell, Exit::Environment)
}

impl Common {
    /// Why a record would be lost: it goes on the branch at hand, and there is none.
    fn lost(&self, branch: Option<&str>) -> Option<Obstacle> {
        (self.push.is_none() && branch.is_none()).then(|| Obstacle {
            code: None,
            message: record::ON_NO_BRANCH.to_owned(),
            help: "`git switch -c NAME` makes a branch here; `--push` puts the record on one of its own"
                .to_owned(),
        })
    }

    /// Asks whether to sign, unless the call says so.
    fn confirm(&self, shell: &Shell) -> Result<(), Failure> {
        let help = "`--yes` signs without being asked, `--dry-run` only shows";
        match self.yes || shell.confirm("Sign it?", help)? {
            true => Ok(()),
            false => Err(Failure::usage("not signed")),
        }
    }

    /// Brings a signed record to its branch: `tip` is where that stands, and the head the commit at hand. Gives the
    /// remote that it was pushed to.
    fn bring(
        &self,
        root: &Root,
        (branch, head, tip): (&str, &CommitId, Option<&CommitId>),
        signed: &CommitId,
        message: &str,
    ) -> Result<Option<String>, Failure> {
        let title = message.lines().next().unwrap_or_default();
        match &self.push {
            Some(remote) => record::push(root, remote, branch, tip, signed, title)?,
            None => record::move_head(root, head, signed, title)?,
        }
        Ok(self.push.clone())
    }
}

/// The approvals with a record that no reference names yet.
pub(super) fn judged_at(root: &Root, record: &CommitId, options: &LoadOptions) -> Result<Approvals, Failure> {
    let approvals = record::approvals_at(root, record, options)?;
    match record::judged(&approvals, record) {
        Some(_) => Ok(approvals),
        None => Err(Failure::internal("the record was written, and the judge did not see it")),
    }
}

/// Whose decision it is: the call says so, or the key, or else git's mail address.
pub(super) fn who(
    given: Option<&str>,
    policy: &Policy,
    key: &SigningKey,
    by: &Identity,
) -> Result<String, Failure> {
    if let Some(person) = given {
        return Ok(person.strip_prefix('@').unwrap_or(person).to_owned());
    }
    let of_key = |fingerprint: &String| {
        let signer = policy.signers.iter().find(|signer| signer.fingerprint == *fingerprint)?;
        signer.principals.first().cloned()
    };
    if let Some(person) = key.fingerprint.as_ref().and_then(of_key) {
        return Ok(person);
    }
    let has = |known: &String| known.eq_ignore_ascii_case(&by.email);
    let person = policy.principals.iter().find(|person| person.emails.iter().any(has));
    person.map(|person| person.id.clone()).ok_or_else(|| {
        Failure::usage(format!("nobody on the roster in force has the mail address {}", by.email))
            .help("`git config user.email` with the address of the roster, or `--as PERSON`")
            .help("who is not on the roster yet: a policy-admin adds the person, `mcmbook policy amend`")
    })
}

/// The status of what is decided on: the subject, or the exception of it that is meant.
fn standing(approvals: &Approvals, id: &SubjectId, only: Option<&str>) -> Option<Standing> {
    match only.filter(|name| is_exception(name)) {
        Some(name) => approvals.of_exception(id, name).as_ref().map(Standing::of),
        None => approvals.status(id.as_str()).map(Standing::of),
    }
}

/// An approval that stands already is not signed a second time, unless that is asked for.
fn again(
    what: &What<'_>,
    approvals: &Approvals,
    (id, only): (&SubjectId, Option<&str>),
    proposal: &Proposal,
) -> Option<Obstacle> {
    let is_approval = matches!(what.decision, Decision::Approve | Decision::Ratify);
    let record = &proposal.record;
    let stands = has_approved(approvals, id, only, &record.signer, record.role.as_deref());
    (is_approval && stands && !what.again).then(|| Obstacle {
        code: Some(crate::facts::approval::code::Reason::DuplicatePrincipal),
        message: format!("{} has approved {id} as it stands already", record.signer),
        help: "`--again` signs it once more; a person counts once".to_owned(),
    })
}

pub(super) fn unwritable(faults: Vec<crate::inputs::signature::RecordFault>) -> Failure {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Failure::usage(format!("the record cannot be written: {}", told.join("; ")))
        .help("no line of a reason may begin with `Mcm-`, and a value has one line")
}

fn refuse(
    mut outcome: Outcome,
    obstacles: Vec<Obstacle>,
    what: &What<'_>,
    common: &Common,
    shell: &Shell,
) -> Result<Exit, Failure> {
    if let Format::Json = common.format {
        outcome.obstacles = obstacles;
        return show(&outcome, common, shell, Exit::Usage);
    }
    let mut all = obstacles.into_iter();
    let Some(first) = all.next() else {
        return Err(Failure::internal("a decision was refused for nothing"));
    };
    let told = |obstacle: &Obstacle| match obstacle.code {
        Some(code) => format!("{} ({code})", obstacle.message),
        None => obstacle.message.clone(),
    };
    let mut failure = Failure::usage(told(&first)).help(first.help);
    for obstacle in all {
        failure = failure.help(format!("besides: {}", told(&obstacle))).help(obstacle.help);
    }
    Err(failure.help(format!("nothing was signed: {} was not {}", what.id, done(what.decision))))
}

fn done(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approved",
        Decision::Reject => "rejected",
        Decision::Retract => "retracted",
        Decision::Withdraw => "withdrawn",
        Decision::Acknowledge => "acknowledged",
        Decision::Authorise | Decision::AuthoriseAlone => "authorised",
        Decision::Ratify => "ratified",
        Decision::AcceptCollision => "accepted",
        Decision::Review => "reviewed",
        Decision::AmendPolicy => "amended",
        Decision::Reinstate => "reinstated",
        Decision::Observe => "observed",
    }
}

fn would_not_count(
    mut outcome: Outcome,
    judged: &crate::facts::approval::judge::Judged,
    common: &Common,
    shell: &Shell,
) -> Result<Exit, Failure> {
    if let Format::Text = common.format {
        shell.failure(&not_counting(judged));
    }
    outcome.reasons = reasons(judged).into_iter().map(|(code, why, _)| (code, why)).collect();
    show(&outcome, common, shell, Exit::Findings)
}

/// Every reason why a record would not count, each with what to do.
pub(super) fn not_counting(judged: &crate::facts::approval::judge::Judged) -> Failure {
    let mut failure = Failure::usage("the record would not count, and no branch was moved");
    for (code, why, help) in reasons(judged) {
        failure = failure.help(format!("{code}: {why}")).help(help);
    }
    failure
}

fn show(outcome: &Outcome, common: &Common, shell: &Shell, exit: Exit) -> Result<Exit, Failure> {
    if let Format::Json = common.format {
        shell.print(&pick(common.format, String::new, outcome))?;
    }
    Ok(exit)
}
