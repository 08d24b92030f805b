//! `mcmbook status`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::{Reading, analyzed};
use crate::cli::moment::as_of;
use crate::facts::approval::forecast::effects;
use crate::facts::approval::stock::{Question, Tool, questions};
use crate::facts::approval::{Approvals, SubjectId};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, AsOf, LoadOptions, Range};
use crate::hosts::{Exit, Failure, stock};
use crate::outputs::approval::crossed::{self, CrossCheck};
use crate::outputs::approval::{self, Standing, Trust, UnlandedBranch};
use crate::text::did_you_mean;

/// Shows what is approved, by whom, over which bytes, and what is missing.
///
/// The status follows from signed commits on the mainline, never from what a document says. Without an id, the
/// changes are listed, with the documents outside of changes on which somebody has decided.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change, or of a document outside of changes: MCM-2026-0007, windows/quarter-end.
    id: Option<String>,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Judge at this moment: RFC 3339, `now`, or a commit of the mainline. What landed later is left out.
    #[arg(long, value_name = "INSTANT|COMMIT", default_value = "now", value_parser = as_of)]
    as_of: AsOf,
    /// Judge the commits of the branch at hand as if they had landed on this one: what they would make of it,
    /// and who is still needed. Without an id, what they touch is listed.
    #[arg(long, value_name = "BASE")]
    onto: Option<String>,
    /// Ask git, ssh-keygen, gpg and openssl about every record, and tell where they say something else.
    #[arg(long, conflicts_with_all = ["onto", "all"])]
    cross_check: bool,
    /// List every subject, also documents on which nobody has decided.
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

/// Ends with 1 when a cross-check finds a difference that is not documented.
pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options =
        LoadOptions { as_of: args.as_of.clone(), ..args.reading.load_options(args.dir.clone(), None) };
    let id = args.id.as_deref().map(|id| id.trim_end_matches('/'));
    if args.cross_check {
        return cross_check(args, id, &options, shell);
    }
    let is_named = |subject: &SubjectId| id == Some(subject.as_str());
    let (standing, known) = match &args.onto {
        Some(base) => {
            let standing = unmerged(&options, base, |subject, is_touched| match id {
                Some(_) => is_named(subject),
                None => args.all || is_touched,
            })?;
            (standing, None)
        }
        None => {
            let (_, analysis) = analyzed(&options, shell)?;
            let facts = &analysis.facts;
            let subjects = &facts.approvals.subjects;
            let decided = |id: &SubjectId| subjects.get(id).is_some_and(|(s, _)| !s.records.is_empty());
            let is_listed = |id: &SubjectId| args.all || id.change().is_some() || decided(id);
            let standing =
                Standing::of(facts, |one| if id.is_some() { is_named(one) } else { is_listed(one) });
            let ids: Vec<String> = subjects.keys().map(|id| id.as_str().to_owned()).collect();
            let is_change = id.is_some_and(|id| facts.book.changes.contains_key(id));
            (standing, Some((ids, is_change)))
        }
    };
    let head = standing.landing.as_ref().map(approval::landing_text).unwrap_or_default();
    let Some(id) = id else {
        let text = || head + &trust(&standing) + "\n" + &approval::lines(&standing);
        shell.print(&pick(args.format, text, &standing))?;
        return Ok(Exit::Good);
    };
    let Some(subject) = standing.subjects.first() else {
        let (ids, is_change) = known.unwrap_or_default();
        // Without a policy on the mainline nothing is a subject, and the reason is worth more than the id.
        if let Some(word) = standing.status.as_deref().filter(|_| is_change || args.onto.is_some()) {
            let text = || head + &format!("{id}  {word}\n{}", trust(&standing));
            shell.print(&pick(args.format, text, &standing))?;
            return Ok(Exit::Good);
        }
        let failure = match &args.onto {
            Some(base) => Failure::usage(format!("there is no `{id}` after landing on `{base}`")),
            None => Failure::usage(format!("nothing named `{id}` has landed")),
        };
        return Err(match did_you_mean(id, ids.iter().map(String::as_str)) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("`mcmbook status --all` prints the ids"),
        });
    };
    let text = || head + &approval::subject_text(subject) + "\n" + &trust(&standing);
    shell.print(&pick(args.format, text, &standing))?;
    Ok(Exit::Good)
}

/// What stock tools say of the records, of one subject or of all.
fn cross_check(args: &Args, id: Option<&str>, options: &LoadOptions, shell: &Shell) -> Result<Exit, Failure> {
    // What an earlier run remembers is no witness.
    let options = LoadOptions { verify_anew: true, ..options.clone() };
    let loaded = workspace::load(&options)?;
    let approvals = Approvals::of(&loaded.inputs);
    if let Some(id) = id.filter(|id| approvals.status(id).is_none()) {
        return Err(Failure::usage(format!("nothing named `{id}` has landed"))
            .help("`mcmbook status --all` prints the ids"));
    }
    let wanted =
        |subject: Option<&SubjectId>| id.is_none_or(|id| subject.is_some_and(|one| one.as_str() == id));
    let (questions, unasked) = questions(&approvals, &loaded.inputs.history.ledger, wanted);
    let asked = stock::ask(&loaded.root, &questions)?;
    let answers = asked.answers.iter().map(|all| all.iter().map(|one| (one.tool, one.takes)).collect());
    let answered: Vec<(Question<'_>, Vec<(Tool, bool)>)> = questions.into_iter().zip(answers).collect();
    let as_of = loaded.inputs.as_of;
    let trust = Trust::of(&approvals, loaded.inputs.history.ledger.pinned);
    let check = CrossCheck::of(as_of, (approvals.none.clone(), trust), &asked.versions, &answered, &unasked);
    shell.print(&pick(args.format, || crossed::text(&check), &check))?;
    Ok(if check.different > 0 { Exit::Findings } else { Exit::Good })
}

/// The approvals of the branch at hand as they would be after landing on a base. `wanted` is told of each
/// subject whether the landing touches it.
fn unmerged(
    options: &LoadOptions,
    base: &str,
    wanted: impl Fn(&SubjectId, bool) -> bool,
) -> Result<Standing, Failure> {
    let unmerged = workspace::unmerged(options, base, "HEAD")?;
    let (before, after) = (Approvals::of(&unmerged.before), Approvals::of(&unmerged.after));
    let effects = effects(&before, &after, unmerged.after.as_of);
    let is_touched = |id: &SubjectId| effects.iter().any(|effect| effect.id == *id);
    let mut standing = Standing::of_approvals(&after, &unmerged.after, |id| wanted(id, is_touched(id)));
    standing.landing = Some(branch(&unmerged.range));
    for subject in &mut standing.subjects {
        subject.before = before.status(&subject.id).map(|found| found.status.word().to_owned());
    }
    Ok(standing)
}

fn trust(standing: &Standing) -> String {
    approval::trust_text(standing.trust.as_ref(), standing.unknown.as_deref())
}

/// A range as outputs tell it.
pub(super) fn branch(range: &Range) -> UnlandedBranch {
    UnlandedBranch { base: range.base.clone(), head: range.head.clone(), commits: range.commits }
}
