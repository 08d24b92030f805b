//! `mcmbook explain`.

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::{Analysis, analyze};
use crate::cli::book::{Reading, WIDTH, analyzed};
use crate::facts::book::Referent;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId, LoadOptions, Loaded};
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::explain::{self, Needs, PageOptions};
use crate::text::did_you_mean;

/// Explains a rule by its page, or tells what a change or a document lacks for its next stages, with places
/// and what to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Code or name of a rule (MCM010, missing-section), or id of a change or a document; without one, the
    /// rules are listed.
    what: Option<String>,
    /// How what is missing is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Judge the book as it had landed at this moment: RFC 3339, or a commit of the mainline.
    #[arg(long, value_name = "INSTANT|COMMIT")]
    as_of: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = PageOptions { color: shell.colors_stdout(), width: shell.width().unwrap_or(WIDTH) };
    let Some(what) = args.what.as_deref().map(|what| what.trim_end_matches('/')) else {
        shell.print(&explain::rules())?;
        return Ok(Exit::Good);
    };
    if let Some(rule) = explain::rule(what) {
        shell.print(&explain::rule_page(rule, options))?;
        return Ok(Exit::Good);
    }
    if is_like_a_code(what) {
        let failure = Failure::usage(format!("there is no rule `{what}`"));
        let guess = did_you_mean(&what.to_uppercase(), explain::rule_words());
        return Err(match guess {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("`mcmbook explain` lists the rules"),
        });
    }
    let load = args.reading.load_options(args.dir.clone(), None);
    let analysis = match &args.as_of {
        None => analyzed(&load, shell)?.1,
        Some(moment) => {
            let load = LoadOptions { as_of: super::status::moment(moment), ..load };
            ManuallyDrop::new(of_that_day(&load)?)
        }
    };
    let needs = needs(&analysis, what)?;
    match args.format {
        Format::Text => shell.print(&explain::needs_text(&needs, options))?,
        Format::Json => {
            let text = serde_json::to_string_pretty(&needs).expect("it holds only text and numbers");
            shell.print(&(text + "\n"))?;
        }
    }
    Ok(Exit::Good)
}

/// The book as it had landed by a moment, judged at that moment.
fn of_that_day(options: &LoadOptions) -> Result<Analysis, Failure> {
    let Loaded { root, inputs, .. } = workspace::load(options)?;
    let last = inputs.history.ledger.landings.last();
    let commit = last.and_then(|landing| CommitId::of_hex(&landing.commit)).ok_or_else(|| {
        Failure::usage("nothing had landed on the mainline by then")
            .help("the mainline begins with the commit that adopts a policy")
    })?;
    let inputs = workspace::inputs_of_commit(&root, &commit, options, inputs.as_of)?;
    let inputs = inputs.ok_or_else(|| Failure::usage("there was no book yet by then"))?;
    Ok(analyze(Arc::new(inputs), &Memo::forgetful()))
}

/// `MCM` and digits alone, or up to four characters of which one is a digit: no id of a change or a document
/// is like it.
fn is_like_a_code(what: &str) -> bool {
    let Some(number) = what.get(3..).filter(|_| what[..3].eq_ignore_ascii_case("mcm")) else { return false };
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let is_misspelt = number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    number.bytes().any(is_digit) && (is_misspelt || number.bytes().all(is_digit))
}

fn needs<'a>(analysis: &'a Analysis, id: &str) -> Result<Needs<'a>, Failure> {
    let book = &analysis.facts.book;
    if let Some(change) = book.changes.get(id) {
        return Ok(explain::change(analysis, change));
    }
    let named = || match book.refer(&[], id) {
        Referent::Document(index) => Some(index),
        _ => book.documents.iter().position(|document| document.id.name() == id),
    };
    if let Some(index) = book.by_id(id).or_else(named) {
        return Ok(explain::document(analysis, book.document(index)));
    }
    let ids = book.names_of(&[]).chain(book.documents.iter().map(|document| document.id.as_str()));
    let words: Vec<&str> = ids.chain(explain::rule_words()).collect();
    let failure = Failure::usage(format!("there is no rule, no change and no document `{id}`"));
    Err(match did_you_mean(id, words) {
        Some(guess) => failure.help(format!("did you mean `{guess}`?")),
        None => failure
            .help("`mcmbook explain` lists the rules, `mcmbook list` and `mcmbook list --kind all` the ids"),
    })
}
