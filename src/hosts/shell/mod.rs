//! What people see in the terminal. Results go to standard output, everything else to standard error.

mod progress;

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Read as _, Write};

use super::failure::Failure;

pub use progress::Progress;

/// Whether output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is a dumb one.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Results, warnings and errors.
    Quiet,
    /// What is being done, too.
    #[default]
    Normal,
    /// Details, too.
    Verbose,
}

/// The only printer.
#[derive(Clone, Copy, Debug)]
pub struct Shell {
    verbosity: Verbosity,
    colors_stdout: bool,
    colors_stderr: bool,
}

impl Shell {
    /// Looks at the terminal once.
    pub fn new(colors: ColorChoice, verbosity: Verbosity) -> Shell {
        let no_color = std::env::var_os("NO_COLOR");
        let term = std::env::var_os("TERM");
        let wants = |is_terminal| wants_color(colors, no_color.as_deref(), term.as_deref(), is_terminal);
        Shell {
            verbosity,
            colors_stdout: wants(io::stdout().is_terminal()),
            colors_stderr: wants(io::stderr().is_terminal()),
        }
    }

    /// Whether text for [`Shell::print`] may hold colours.
    pub fn colors_stdout(&self) -> bool {
        self.colors_stdout
    }

    /// Whether text for [`Shell::print_aside`] may hold colours.
    pub fn colors_stderr(&self) -> bool {
        self.colors_stderr
    }

    /// The width of the terminal that standard error goes to, in columns, or nothing in a pipe.
    pub fn width(&self) -> Option<usize> {
        let (width, _) = terminal_size::terminal_size_of(io::stderr())?;
        Some(usize::from(width.0))
    }

    /// Prints a result to standard output, as it is.
    ///
    /// # Errors
    /// [`Failure::Closed`] when the reader has gone, which ends a command quietly; any other failure to write.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        write_all(&mut io::stdout().lock(), text)
    }

    /// Prints a result to standard output as it is made.
    ///
    /// # Errors
    /// As [`Shell::print`].
    pub fn stream(&self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
        written(fill(&mut out).and_then(|()| out.flush()))
    }

    /// Reads standard input to its end, so many bytes at most.
    ///
    /// # Errors
    /// More bytes, or an input that cannot be read.
    pub fn input(&self, most: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| Failure::io("cannot read standard input", &error))?;
        match bytes.len() as u64 > most {
            true => Err(Failure::usage(format!("standard input has more than {} MiB", most >> 20))),
            false => Ok(bytes),
        }
    }

    /// Asks on the terminal whether to go on; only `y` and `yes` do.
    ///
    /// # Errors
    /// Nobody sits there: `help` says what to do then.
    pub fn confirm(&self, question: &str, help: &str) -> Result<bool, Failure> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(Failure::usage("there is no terminal to ask on").help(help));
        }
        self.print_aside(&format!("{} [y/N] ", printable(question)));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map_err(|error| Failure::io("cannot read the answer", &error))?;
        Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// Prints rendered text (findings) to standard error, as it is.
    pub fn print_aside(&self, text: &str) {
        // Nobody could be told that standard error is gone.
        let _ = write_all(&mut io::stderr().lock(), text);
    }

    /// Tells what is done: `Built 312 pages`. Silent when quiet.
    pub fn status(&self, verb: &str, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            self.line(verb, GREEN, &format!(" {}", printable(text)));
        }
    }

    /// Tells a detail. Only when verbose.
    pub fn detail(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            self.line("note", CYAN, &format!(": {}", printable(text)));
        }
    }

    /// Writes a line of the log. Whoever switched it on wants it, quiet or not.
    pub(in crate::hosts) fn log(&self, line: &str) {
        self.line("log", CYAN, &format!(": {}", printable(line)));
    }

    /// Warns.
    pub fn warning(&self, text: &str) {
        self.line("warning", YELLOW, &format!(": {}", printable(text)));
    }

    /// Tells why a command ends: the message and what to do. A quiet end is not told.
    ///
    /// The faults of a wrong `book.toml` are rendered by `outputs::report`; here is only the last line.
    pub fn failure(&self, failure: &Failure) {
        if matches!(failure, Failure::Closed) {
            return;
        }
        self.line("error", RED, &format!(": {}", printable(&failure.to_string())));
        for help in failure.help_lines() {
            self.line("  help", CYAN, &format!(": {}", printable(help)));
        }
    }

    /// A bar for work of so many steps, or of an unknown number. See [`Progress`].
    pub fn progress(&self, what: &str, steps: Option<usize>) -> Progress {
        match self.verbosity >= Verbosity::Normal && io::stderr().is_terminal() {
            true => Progress::shown(what, steps),
            false => Progress::hidden(),
        }
    }

    /// Opens an address in the reader's browser.
    ///
    /// # Errors
    /// No browser that could be started.
    pub fn open(&self, address: &str) -> Result<(), Failure> {
        open::that_detached(address).map_err(|error| {
            Failure::environment(format!("cannot open a browser: {error}"))
                .help(format!("open {address} yourself"))
        })
    }

    fn line(&self, word: &str, color: &str, rest: &str) {
        let (on, off) = if self.colors_stderr { (color, RESET) } else { ("", "") };
        self.print_aside(&format!("{on}{word}{off}{rest}\n"));
    }
}

const RED: &str = "\x1b[1;31m";
const GREEN: &str = "\x1b[1;32m";
const YELLOW: &str = "\x1b[1;33m";
const CYAN: &str = "\x1b[1;36m";
const RESET: &str = "\x1b[0m";

/// `NO_COLOR` counts when it is set and not empty (<https://no-color.org>).
fn wants_color(
    choice: ColorChoice,
    no_color: Option<&OsStr>,
    term: Option<&OsStr>,
    is_terminal: bool,
) -> bool {
    let is_forbidden = no_color.is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && !is_forbidden && term != Some(OsStr::new("dumb")),
    }
}

fn write_all(out: &mut impl Write, text: &str) -> Result<(), Failure> {
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::Closed),
        Err(error) => Err(Failure::io("cannot write to standard output", &error)),
    }
}

/// Text in which nothing can steer the terminal: file names and values come from whoever wrote the book.
fn printable(text: &str) -> String {
    let escape = |c: char| match c {
        '\n' | '\t' => c.to_string(),
        // Bidirectional controls can make one path look like another.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            c.escape_unicode().to_string()
        }
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests;
