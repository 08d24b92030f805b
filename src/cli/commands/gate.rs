//! `mcmbook gate`.

mod replay;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::list::Format;
use crate::analysis::{analyze_some, parse};
use crate::cli::book::Reading;
use crate::cli::moment::{At, exact};
use crate::facts::Facts;
use crate::facts::approval::grant::Grants;
use crate::facts::calendar::Governing;
use crate::hosts::record::Git;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId, LoadOptions, Root};
use crate::hosts::{Exit, Failure, clock, decisions};
use crate::inputs::Inputs;
use crate::inputs::config::is_change_id;
use crate::inputs::document::Document;
use crate::inputs::history::reach::Reach;
use crate::memo::Memo;
use crate::outputs::gate::{self, Answer, Source};
use crate::verdicts::gate::{Checkout, GateDecision, Grounds, Observed, Question, decide, is_judged, reach};

/// Says whether a service may be deployed to now, and why.
///
/// The answer is made from a commit, never from the work tree: the policy that governs there, the windows,
/// what people have signed, what runs. It ends with 0 for ALLOW, 10 for DENY, 11 for WAIT, 12 for HOLD, 20 for
/// UNKNOWN and 64 for a wrong call. Anything but 0 is no.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The service, by its name in the catalogue.
    #[arg(long, value_name = "NAME", required = true)]
    service: Option<String>,
    /// The environment.
    #[arg(long = "env", visible_alias = "environment", value_name = "NAME", required = true)]
    environment: Option<String>,
    /// The change on whose behalf it is asked; without one, the calendar alone is.
    #[arg(long, value_name = "ID", value_parser = change_id)]
    change: Vec<String>,
    /// Digest of what is deployed, as the request lists it.
    #[arg(long, value_name = "DIGEST")]
    artifact: Option<String>,
    /// The moment: RFC 3339, or `now`.
    #[arg(long, value_name = "INSTANT", default_value = "now", value_parser = At::parse)]
    at: At,
    /// How long the deployment lasts: it has to end before the next closing.
    #[arg(long, value_name = "TIME", value_parser = exact)]
    duration: Option<SignedDuration>,
    /// The stage of a rollout: later stages of a running change may begin.
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,
    /// Wait as long as this for WAIT and HOLD to become ALLOW.
    #[arg(long, value_name = "TIME", value_parser = exact)]
    wait: Option<SignedDuration>,
    /// Ask again so often while waiting.
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = exact)]
    poll: SignedDuration,
    /// Answer UNKNOWN when the clone was fetched longer ago. Without `--fetched-at` it is fetched first.
    #[arg(long, value_name = "TIME", value_parser = exact)]
    max_age: Option<SignedDuration>,
    /// When the clone was fetched: RFC 3339.
    #[arg(long, value_name = "INSTANT")]
    fetched_at: Option<Timestamp>,
    /// Answer UNKNOWN unless an observer of the policy has signed that it saw the head that is judged, and none
    /// has seen another one: `mcmbook stamp`.
    #[arg(long)]
    require_observer: bool,
    /// The revision to judge. By default the head, or what the branch follows once it is fetched.
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Add the decision to this log.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Reads a log of decisions to its end, without network and repository: no line is missing or was changed.
    Verify {
        /// The log that `--record` wrote.
        #[arg(value_name = "FILE")]
        log: PathBuf,
    },
    /// Asks every decision of a log again, as this version of the program decides, and tells those that would be
    /// other ones: exit code 1. Nothing is written.
    Replay {
        /// The log that `--record` wrote.
        #[arg(value_name = "FILE")]
        log: PathBuf,
        /// Folder of the book.
        #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
        dir: PathBuf,
        #[command(flatten)]
        reading: Reading,
    },
}

fn change_id(text: &str) -> Result<String, String> {
    match is_change_id(text) {
        true => Ok(text.to_owned()),
        false => Err("the id of a change looks like MCM-2026-0007".to_owned()),
    }
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    match asked(args, shell) {
        Ok(exit) => Ok(exit),
        Err(failure @ (Failure::Interrupted | Failure::Closed)) => Err(failure),
        Err(failure) => {
            shell.failure(&failure);
            Ok(Exit::Gate(match failure {
                Failure::Usage(_) => WRONG_CALL,
                Failure::Configuration { .. }
                | Failure::Environment(_)
                | Failure::Internal(_)
                | Failure::Interrupted
                | Failure::Closed => GateDecision::Unknown.code(),
            }))
        }
    }
}

/// The exit code of a wrong call.
pub(crate) const WRONG_CALL: u8 = 64;

fn asked(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    if let Some(Verb::Verify { log }) = &args.verb {
        let count = decisions::verify(log)?;
        shell.print(&format!("{count} decisions, every line in its place\n"))?;
        return Ok(Exit::Good);
    }
    if let Some(Verb::Replay { log, dir, reading }) = &args.verb {
        return replay::run(log, &options(reading, dir), shell);
    }
    if args.wait.is_some() && matches!(args.at, At::Chosen(_)) {
        return Err(Failure::usage("`--wait` waits by the clock, and `--at` names another moment")
            .help("leave out one of the two"));
    }
    if args.poll < SignedDuration::from_secs(1) {
        return Err(Failure::usage("`--poll` is at least a second"));
    }
    let begun = clock::wall();
    let answer = loop {
        let answer = answer(args)?;
        let now = clock::wall();
        let is_over = args.wait.is_none_or(|wait| begun.duration_until(now) >= wait);
        let is_worth_it = matches!(answer.decision, GateDecision::Wait | GateDecision::Hold);
        if is_over || !is_worth_it {
            break answer;
        }
        let left = args.wait.unwrap_or_default() - begun.duration_until(now);
        let pause = gate::pause(&answer, now, args.poll).min(left);
        shell.status(answer.decision.word(), &format!("asks again in {}", pause.as_secs().max(1)));
        clock::sleep(pause);
    };
    // A decision that cannot be recorded is none.
    if let Some(log) = &args.record {
        decisions::record(log, &answer)?;
    }
    let text = match args.format {
        Format::Text => answer.text(),
        Format::Json => answer.json(),
    };
    shell.print(&text)?;
    Ok(Exit::Gate(answer.exit))
}

/// How the gate reads: what its answer rests on is verified anew.
fn options(reading: &Reading, dir: &Path) -> LoadOptions {
    let options = reading.load_options(dir.to_owned(), None);
    LoadOptions { verify_anew: true, remembers: true, ..options }
}

/// The answer of this moment.
fn answer(args: &Args) -> Result<Answer, Failure> {
    let options = options(&args.reading, &args.dir);
    let mut question = Question {
        service: args.service.clone().unwrap_or_default(),
        environment: args.environment.clone().unwrap_or_default(),
        at: args.at.instant(),
        changes: args.change.clone(),
        duration: args.duration.unwrap_or_default(),
        stage: args.stage.clone(),
        artifact: args.artifact.clone(),
        checkout: Checkout { fetched: args.fetched_at, max_age: args.max_age, tip: None, observed: None },
    };
    let mut source =
        Source { revision: args.rev.clone().unwrap_or_else(|| "HEAD".to_owned()), ..Source::default() };
    match judged(args, &options, &mut question, &mut source) {
        Ok(answer) => Ok(answer),
        Err(failure @ (Failure::Usage(_) | Failure::Interrupted | Failure::Closed)) => Err(failure),
        // A clone that is cut short, an object that is missing, a policy that cannot be read: not known, and
        // said in the form that was asked for.
        Err(failure) => Ok(gate::unreadable(&question, &source, &failure.to_string())),
    }
}

fn judged(
    args: &Args,
    options: &LoadOptions,
    question: &mut Question,
    source: &mut Source,
) -> Result<Answer, Failure> {
    let root = workspace::root(options)?;
    let git = Git::of(&root);
    if args.max_age.is_some() && args.fetched_at.is_none() {
        let revision = args.rev.as_deref().unwrap_or("@{upstream}");
        // Git is content to fetch from nowhere, and a fetch moves nothing but what follows a remote.
        let name = git.ask(&["rev-parse", "--symbolic-full-name", "--end-of-options", revision]);
        let follows = name.is_some_and(|name| name.lines().any(|line| line.starts_with("refs/remotes/")));
        if follows && git.run(&["fetch", "--quiet"]).is_ok() {
            question.checkout.fetched = Some(question.at);
            source.revision = revision.to_owned();
        }
    }
    let tip = git.commit(&source.revision)?;
    let commit = match (args.at, &args.rev) {
        // A moment of the past is judged by what had landed then.
        (At::Chosen(at), None) => landed_by(&root, &tip, options, at)?.unwrap_or(tip),
        (At::Now, _) | (At::Chosen(_), Some(_)) => tip,
    };
    decided(&root, &commit, options, question, source, |facts, question| {
        if matches!(args.at, At::Now) {
            question.checkout.tip = facts.approvals.head_seen(&facts.inputs);
        }
        question.checkout.observed = args.require_observer.then(|| Observed {
            head: facts.approvals.observed(&facts.inputs),
            others: facts.approvals.lost_heads.clone(),
        });
    })
}

/// The answer from a commit; `see` adds what is known of the clone.
fn decided(
    root: &Root,
    commit: &CommitId,
    options: &LoadOptions,
    question: &mut Question,
    source: &mut Source,
    see: impl FnOnce(&Facts, &mut Question),
) -> Result<Answer, Failure> {
    let (inputs, documents) = read(root, commit, options, question)?;
    source.commit = Some(commit.as_str().to_owned());
    let pinned = inputs.history.ledger.pinned;
    let inputs = Arc::new(inputs);
    let is_wanted = |document: &Document| is_judged(&inputs, document, question);
    let analysis = analyze_some(inputs.clone(), documents, &Memo::forgetful(), &is_wanted);
    let facts = &analysis.facts;
    see(facts, question);
    let effective = facts.approvals.effective.as_ref();
    source.policy = effective.map(|effective| format!("sha256:{}", effective.digest));
    source.trust_root = facts.approvals.root.clone().map(|root| (root, pinned));
    let (grants, windows) = (Grants::of(&facts.approvals), Governing::of(facts));
    let grounds = Grounds { facts, grants: &grants, windows: &windows, findings: &analysis.findings };
    Ok(Answer::of(&decide(grounds, question), question, source))
}

/// A commit as a question needs it, with its documents: of the past, what the answer rests on.
fn read(root: &Root, commit: &CommitId, options: &LoadOptions, question: &Question) -> Result<Read, Failure> {
    let mut documents = Vec::new();
    let inputs = workspace::inputs_within(root, commit, options, question.at, |inputs| {
        documents = parse(inputs, &Memo::forgetful());
        reach(inputs, &documents, question)
    });
    let inputs = inputs?.ok_or_else(|| no_book(commit))?;
    // Documents of another moment than the one that is asked for say nothing of whose past counts.
    let is_ahead = inputs.history.ledger.landings.last().is_some_and(|last| last.landed > question.at);
    if !is_ahead {
        return Ok((inputs, documents));
    }
    let inputs = workspace::inputs_of_commit(root, commit, options, question.at)?;
    let inputs = inputs.ok_or_else(|| no_book(commit))?;
    Ok((inputs, documents))
}

/// The last commit of the mainline that had landed by a moment.
fn landed_by(
    root: &Root,
    tip: &CommitId,
    options: &LoadOptions,
    at: Timestamp,
) -> Result<Option<CommitId>, Failure> {
    let nobody = |_: &Inputs| Reach::Changes(BTreeSet::new());
    let inputs = workspace::inputs_within(root, tip, options, at, nobody)?.ok_or_else(|| no_book(tip))?;
    let then = inputs.history.ledger.landings.iter().rfind(|landing| landing.landed <= at);
    Ok(then.and_then(|landing| CommitId::of_hex(&landing.commit)))
}

fn no_book(commit: &CommitId) -> Failure {
    Failure::environment(format!("the commit {} holds no book", commit.as_str()))
}

/// What was read of a commit, and its documents.
type Read = (Inputs, Vec<Arc<Document>>);
