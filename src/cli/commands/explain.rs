//! `mcmbook explain`.

use std::path::PathBuf;

use crate::analysis::Analysis;
use crate::cli::book::{Reading, WIDTH};
use crate::cli::moment::Past;
use crate::facts::book::Referent;
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::outputs::approval::{Resting, trust_of};
use crate::outputs::explain::{self, Needs, PageOptions};
use crate::outputs::faults;
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
    #[command(flatten)]
    past: Past,
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
    if let Some(fault) = faults::fault(what) {
        shell.print(&explain::fault_page(fault, options))?;
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
    let analysis = args.past.analyzed(&load, shell)?;
    let needs = needs(&analysis, what)?;
    match args.format {
        Format::Text => shell.print(&explain::needs_text(&needs, options))?,
        Format::Json => {
            let whole = Resting { told: &needs, trust: trust_of(&analysis.facts) };
            let text = serde_json::to_string_pretty(&whole).expect("it holds only text and numbers");
            shell.print(&(text + "\n"))?;
        }
    }
    Ok(Exit::Good)
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
