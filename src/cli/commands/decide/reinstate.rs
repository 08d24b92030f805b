//! A reinstatement: a decision on a record, not on a document, of which as many policy-admins must sign as an
//! amendment takes (design: approvals.md, "The record commit").

use std::collections::BTreeSet;

use super::{
    Common, What, dry, judged_at, refuse, show, standing, subject, unwritable, who, would_not_count,
};
use crate::cli::commands::list::Format;
use crate::facts::approval::amendment::{ADMIN, Effective};
use crate::facts::approval::code::Reason;
use crate::facts::approval::derive::Landed;
use crate::facts::approval::exception;
use crate::facts::approval::propose::{Obstacle, Proposal, meaning};
use crate::facts::approval::{Approvals, SubjectId};
use crate::hosts::record;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::record::{tidy_reason, write};
use crate::inputs::signature::{Decision, Record};
use crate::outputs::approval::{Trust, verification};
use crate::outputs::decision::{Outcome, Preview};

/// The fewest digits that name a record.
const MIN_ID: usize = 4;

/// Makes it: shows the record as it is judged, asks, signs, and moves the branch once the signature counts.
pub(in crate::cli::commands) fn reinstate(
    commit: &str,
    common: &Common,
    shell: &Shell,
) -> Result<Exit, Failure> {
    let options = common.load_options();
    let progress = shell.progress("reading", None);
    let loaded = workspace::load(&options)?;
    let approvals = Approvals::of(&loaded.inputs);
    progress.finish();
    let (Some(effective), Some(root)) = (&approvals.effective, &approvals.root) else {
        let why = approvals.none.as_deref().unwrap_or("there is no policy on the mainline");
        return Err(Failure::usage(format!("nothing can be decided: {why}"))
            .help("`mcmbook policy init` adopts a policy, from which roles and keys follow"));
    };
    let trust = Trust::of(&approvals, loaded.inputs.history.ledger.pinned);
    let mut outcome = Outcome { schema: 1, dry_run: common.dry_run, trust, ..Outcome::default() };
    let (id, landed) = named(&approvals, commit)?;
    let hit = landed.judged.id.clone();
    let only = landed.judged.record.as_deref().and_then(exception::of);
    let (head, branch) = record::head(&loaded.root)?;
    let by = record::identity(&loaded.root)?;
    let key = record::signing_key(&loaded.root);
    let person = who(common.person.as_deref(), &effective.policy, &key, &by)?;
    let signing = Signing {
        approvals: &approvals,
        effective,
        landed,
        person: &person,
        admins: effective.admins(loaded.inputs.as_of),
    };
    let reason = tidy_reason(common.reason.as_deref().unwrap_or_default());
    let mut obstacles = signing.obstacles(&reason);
    obstacles.extend(subject::unclean(&loaded, id, None)?);
    obstacles.extend(common.lost(branch.as_deref()));
    if !obstacles.is_empty() {
        let what = What::new(Decision::Reinstate, &hit[..10]);
        return refuse(outcome, obstacles, &what, common, shell);
    }
    let said = common.meaning.clone().unwrap_or_else(|| meaning(Decision::Reinstate, id).to_owned());
    let record = Record {
        decision: Decision::Reinstate,
        role: Some(ADMIN.to_owned()),
        meaning: Some(said),
        document: None,
        covers: Vec::new(),
        subject: None,
        carries: None,
        context: effective.policy.context.clone(),
        trust_root: root.clone(),
        signer: person.clone(),
        of: Some(hit.clone()),
        incident: None,
        other: None,
        amendment: None,
        observed: None,
        reason,
    };
    let message = write(&record).map_err(unwritable)?;
    let (branch, parent, tip) = match &common.push {
        Some(_) => record::on_branch(&loaded.root, id.as_str(), &person, &head)?,
        None => (branch.unwrap_or_default(), head.clone(), Some(head.clone())),
    };
    let name = effective.policy.principal(&person).map_or("", |person| &person.name);
    let proposal = Proposal { record, files: Vec::new(), since: None };
    let mut preview = Preview::of(&proposal, &message, name);
    preview.key = key.fingerprint.clone().or(key.configured.clone());
    preview.branch.clone_from(&branch);
    outcome.preview = Some(preview);
    outcome.before = standing(&approvals, id, only);
    if let Format::Text = common.format {
        let judged = verification::of(&approvals, &loaded.inputs, &hit);
        let judged: String = judged.iter().map(verification::text).collect();
        shell.print(&format!("{message}\nThe record as it is judged now, of {judged}"))?;
    }
    if common.dry_run {
        return dry(outcome, &loaded.root, &key, &by, common, shell);
    }
    common.confirm(shell)?;
    let signed = record::write(&loaded.root, &message, &parent, &by)?;
    let after = judged_at(&loaded.root, &signed, &options)?;
    outcome.commit = Some(signed.as_str().to_owned());
    if let Some(judged) = record::judged(&after, &signed).filter(|judged| !judged.counts()) {
        return would_not_count(outcome, judged, common, shell);
    }
    outcome.pushed = common.bring(&loaded.root, (&branch, &head, tip.as_ref()), &signed, &message)?;
    outcome.done = true;
    outcome.after = standing(&after, id, only);
    if let Format::Text = common.format {
        shell.status("Signed", &format!("{} on {branch}", &signed.as_str()[..10]));
        signing.tell(&after, shell);
        if let Some(after) = &outcome.after {
            shell.status("Status", &format!("{id} is {}", after.text()));
        }
    }
    show(&outcome, common, shell, Exit::Good)
}

/// The record that begins so, and what it decides on.
fn named<'a>(approvals: &'a Approvals, commit: &str) -> Result<(&'a SubjectId, &'a Landed), Failure> {
    let wanted = commit.to_ascii_lowercase();
    let is_id = wanted.len() >= MIN_ID && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of_subjects = approvals
        .subjects
        .iter()
        .flat_map(|(id, (subject, _))| subject.records.iter().map(move |landed| (id, landed)));
    let found = of_subjects.filter(|(_, landed)| is_id && landed.judged.id.starts_with(&wanted));
    let found: Vec<_> = found.collect();
    let failure = match found[..] {
        [one] => return Ok(one),
        [] if is_id => Failure::usage(format!("no record `{wanted}` on a change or document has landed")),
        [] => Failure::usage(format!("`{commit}` is not the id of a record")),
        _ => Failure::usage(format!("`{wanted}` begins {} records", found.len())),
    };
    Err(failure.help("`mcmbook status ID` prints the records of a change"))
}

struct Signing<'a> {
    approvals: &'a Approvals,
    effective: &'a Effective,
    landed: &'a Landed,
    person: &'a str,
    admins: BTreeSet<String>,
}

impl Signing<'_> {
    /// Everything that stands in the way, so that nobody signs in vain.
    fn obstacles(&self, reason: &str) -> Vec<Obstacle> {
        let mut all = Vec::new();
        let mut against = |code: Option<Reason>, message: String, help: String| {
            all.push(Obstacle { code, message, help });
        };
        let short = &self.landed.judged.id[..10];
        let (of_keys, others): (Vec<_>, Vec<_>) =
            self.landed.judged.reasons.iter().partition(|(code, _)| *code == Reason::KeyCompromised);
        if of_keys.is_empty() {
            let help = format!("`mcmbook verify-record {short}` prints how it is judged");
            against(None, format!("no revocation stands against {short}"), help);
        }
        for (code, why) in others {
            let help = "a reinstatement undoes a revocation alone: let it be decided anew".to_owned();
            against(Some(*code), format!("{short} would not count all the same: {why}"), help);
        }
        if !self.admins.contains(self.person) {
            let names = self.admins.iter().cloned().collect::<Vec<_>>().join(", ");
            let help = format!("policy-admins of the policy in force: {names}");
            against(Some(Reason::RoleNotHeld), format!("{} may not reinstate records", self.person), help);
        }
        let signed = |(_, why): &&(Reason, String)| {
            self.approvals.reinstated.signed(&self.landed.judged.id, why).contains(self.person)
        };
        if !of_keys.is_empty() && of_keys.iter().all(signed) {
            let message = format!("{} has signed for {short} already", self.person);
            against(
                Some(Reason::DuplicatePrincipal),
                message,
                format!("still needed: {}", self.missing(self.approvals)),
            );
        }
        if reason.is_empty() {
            let help = "`--reason \"...\"` says how it came about; auditors read it".to_owned();
            against(None, format!("no reason is given to reinstate {short}"), help);
        }
        all
    }

    /// Who else could sign, in words.
    fn missing(&self, approvals: &Approvals) -> String {
        let names = self.admins.difference(&self.signed(approvals)).cloned().collect::<Vec<_>>();
        if names.is_empty() { "nobody on the roster could".to_owned() } else { names.join(" or ") }
    }

    /// Who has signed, for everything that a revocation says against the record.
    fn signed(&self, approvals: &Approvals) -> BTreeSet<String> {
        let hits = self.landed.judged.reasons.iter().filter(|(code, _)| *code == Reason::KeyCompromised);
        let of_hits = hits.map(|(_, why)| approvals.reinstated.signed(&self.landed.judged.id, why));
        of_hits.reduce(|all, one| all.intersection(&one).cloned().collect()).unwrap_or_default()
    }

    /// Says whether the record counts again, or whose signatures it waits for.
    fn tell(&self, after: &Approvals, shell: &Shell) {
        let (signed, quorum) = (self.signed(after), self.effective.policy.amend_quorum as usize);
        let short = &self.landed.judged.id[..10];
        if signed.len() >= quorum {
            shell.status("Reinstated", &format!("{short} counts again"));
            return;
        }
        let signed = format!("{} of {quorum} policy-admins have signed for {short}", signed.len());
        shell.status("Pending", &signed);
        shell.status("Next", &format!("{}: `mcmbook reinstate {short}`", self.missing(after)));
    }
}
