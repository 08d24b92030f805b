//! Moments that a call names: `--as-of`, `--at`, `--from`.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::analysis::{Analysis, analyze};
use crate::hosts::Failure;
use crate::hosts::clock;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, AsOf, CommitId, LoadOptions, Loaded};
use crate::inputs::document::time::parse_duration;
use crate::memo::Memo;

/// This moment, or another one.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// `now`.
    Now,
    /// An instant of RFC 3339.
    Chosen(Timestamp),
}

impl At {
    /// The instant; `now` is read from the clock of this machine.
    pub(super) fn instant(self) -> Timestamp {
        match self {
            At::Now => clock::wall(),
            At::Chosen(at) => at,
        }
    }

    /// Reads `now` or an instant.
    pub(super) fn parse(text: &str) -> Result<At, String> {
        if text == "now" {
            return Ok(At::Now);
        }
        let at =
            text.parse().map_err(|_| "write `now`, or a moment as in 2026-12-18T18:00:00+01:00".to_owned());
        at.map(At::Chosen)
    }
}

/// Reads the moment at which a book is judged: `now`, an instant, or a commit of the mainline (design: approvals.md,
/// "Status of a subject").
pub(super) fn as_of(text: &str) -> Result<AsOf, String> {
    if text == "now" {
        return Ok(AsOf::Now);
    }
    if let Ok(at) = text.parse() {
        return Ok(AsOf::At(at));
    }
    match text.len() >= MIN_ID && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(AsOf::Commit(text.to_ascii_lowercase())),
        false => Err(format!(
            "write `now`, a moment as in 2026-12-18T18:00:00+01:00, or at least {MIN_ID} digits of a commit's id"
        )),
    }
}

/// Reads a length of time that no calendar can change: hours, minutes and seconds.
pub(super) fn exact(text: &str) -> Result<SignedDuration, String> {
    const HELP: &str = "write a time such as 40m, 1h30m or PT40M";
    let duration = parse_duration(text).map_err(|_| HELP.to_owned())?;
    let seconds = duration.exact_seconds().and_then(|seconds| i64::try_from(seconds).ok());
    seconds.map(SignedDuration::from_secs).ok_or_else(|| format!("{HELP}: days differ in length"))
}

/// Fewer digits of an id name nothing: Git itself prints no fewer.
const MIN_ID: usize = 7;

/// The past of a book.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Past {
    /// Judge the book as it had landed at this moment: RFC 3339, `now`, or a commit of the mainline. What is not
    /// committed has no say.
    #[arg(long, value_name = "INSTANT|COMMIT", value_parser = as_of)]
    as_of: Option<AsOf>,
}

impl Past {
    /// Reads the book at hand, or as it had landed.
    ///
    /// # Errors
    /// As [`workspace::load`]; nothing had landed by then.
    pub(super) fn load(&self, options: &LoadOptions) -> Result<Loaded, Failure> {
        let Some(as_of) = &self.as_of else { return workspace::load(options) };
        let options = LoadOptions { as_of: as_of.clone(), ..options.clone() };
        let mut loaded = workspace::load(&options)?;
        let ledger = &loaded.inputs.history.ledger;
        let commit = ledger.landings.last().and_then(|landing| CommitId::of_hex(&landing.commit));
        let commit = commit.ok_or_else(|| {
            let why = ledger.none.as_deref().unwrap_or("nothing had landed on the mainline by then");
            Failure::usage(format!("`--as-of` asks for what had landed: {why}"))
                .help("the mainline begins with the commit that adopts a policy")
        })?;
        let inputs = workspace::inputs_of_commit(&loaded.root, &commit, &options, loaded.inputs.as_of)?;
        loaded.inputs = inputs.ok_or_else(|| Failure::usage("there was no book yet by then"))?;
        Ok(loaded)
    }

    /// Reads and analyzes it. The analysis lives as long as the process.
    ///
    /// # Errors
    /// As [`Past::load`].
    pub(super) fn analyzed(
        &self,
        options: &LoadOptions,
        shell: &Shell,
    ) -> Result<ManuallyDrop<Analysis>, Failure> {
        let progress = shell.progress("reading", None);
        let analysis = analyze(Arc::new(self.load(options)?.inputs), &Memo::forgetful());
        progress.finish();
        Ok(ManuallyDrop::new(analysis))
    }
}
