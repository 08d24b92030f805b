//! The log: what was read, how long each phase took, what was kept from an earlier run.
//!
//! Every room may say what it does by the macros of `tracing`; nothing that a room returns depends on it, and
//! without a log a phase costs one comparison. Only here is the log switched on, by the variable [`VARIABLE`],
//! timed and written. A phase is a span: it is told when it ends, with its time and its numbers. What happens
//! in between is an event.
//!
//! ```text
//! log: info read 14 ms documents=82 attachments=3
//! log: debug kept in memory what="documents" kept=81 made=1
//! ```

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::clock::Stopwatch;
use super::failure::Failure;
use super::shell::Shell;

/// The variable that switches the log on: `info` tells each phase, `debug` its parts and what was kept,
/// `trace` every file. `mcmbook::hosts=debug,warn` sets levels by module.
pub const VARIABLE: &str = "MCMBOOK_LOG";

/// Switches the log on, if the environment asks for it. It goes to standard error.
///
/// # Errors
/// A value that is no level.
pub fn start(shell: Shell) -> Result<(), Failure> {
    let Some(wanted) = std::env::var_os(VARIABLE).filter(|wanted| !wanted.is_empty()) else {
        return Ok(());
    };
    let levels = levels(&wanted.to_string_lossy())?;
    let writer = Writer { tell: move |line: &str| shell.log(line) };
    // Somebody who runs the program twice in one process has a log already.
    let _ = Registry::default().with(writer.with_filter(levels)).try_init();
    Ok(())
}

/// `off`, `error`, `warn`, `info`, `debug`, `trace`, alone or as `MODULE=LEVEL`, separated by commas.
fn levels(wanted: &str) -> Result<Targets, Failure> {
    // A lone word that is no level would be taken for a module of which everything is told.
    let is_level = |one: &str| one.contains('=') || one.parse::<LevelFilter>().is_ok();
    let levels = wanted.split(',').all(|one| is_level(one.trim())).then(|| wanted.parse().ok()).flatten();
    levels.ok_or_else(|| {
        Failure::usage(format!("`{VARIABLE}` is `{}`, which is no level of a log", wanted.escape_debug()))
            .help("levels are `off`, `error`, `warn`, `info`, `debug` and `trace`")
            .help("levels by module look like `mcmbook::hosts=debug,info`")
    })
}

/// Writes one line when a phase ends, and one for each event.
struct Writer<F> {
    tell: F,
}

/// What is kept of a phase while it lasts.
struct Phase {
    time: Stopwatch,
    fields: Fields,
}

/// The values of a phase or event as text: its message, and ` name=value` for each of the others.
#[derive(Default)]
struct Fields {
    message: String,
    others: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing into a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}

impl<F: Fn(&str)> Writer<F> {
    fn line(&self, metadata: &Metadata<'_>, what: &str, others: &str) {
        let level = match *metadata.level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        (self.tell)(&format!("{level} {what}{others}"));
    }
}

impl<S, F> Layer<S> for Writer<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Phase { time: Stopwatch::start(), fields });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(phase) = span.extensions_mut().get_mut::<Phase>() {
            values.record(&mut phase.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.line(event.metadata(), &fields.message, &fields.others);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(phase) = span.extensions().get::<Phase>() {
            let what = format!("{} {}", span.name(), phase.time.shown());
            self.line(span.metadata(), &what, &phase.fields.others);
        }
    }
}

#[cfg(test)]
mod tests;
