//! Reading typed values out of a spanned table, with every fault collected.

use crate::inputs::value::{Node, Table, Value};
use crate::text::{BookPath, Code, Diagnostic, Span, did_you_mean};

/// The faults of one configuration file.
///
/// A value that comes from an environment variable has its place behind the end of the file, one byte for
/// each variable; a fault there names the variable instead of a line.
pub(super) struct Faults<'a> {
    path: &'a BookPath,
    length: usize,
    variables: Vec<String>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(path: &'a BookPath, length: usize) -> Faults<'a> {
        Faults { path, length, variables: Vec::new(), found: Vec::new() }
    }

    /// The place of the next environment variable.
    pub(super) fn place_of_variable(&mut self, name: &str) -> Span {
        self.variables.push(name.to_owned());
        Span::at(self.length + self.variables.len())
    }

    /// Adds a fault and returns it, so that the caller can add help.
    pub(super) fn add(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let mut fault = Diagnostic::error(Code::CONFIG, message);
        match (span.start as usize).checked_sub(self.length + 1).and_then(|i| self.variables.get(i)) {
            Some(variable) => fault.message = format!("environment variable {variable}: {}", fault.message),
            None => fault = fault.at(self.path, span),
        }
        self.found.push(fault);
        self.found.last_mut().expect("a fault was pushed just above")
    }
}

/// One table of the file while it is read: each key asked for is known, the rest is unknown.
pub(super) struct Section<'t> {
    name: String,
    table: &'t Table,
    known: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn new(name: impl Into<String>, table: &'t Table) -> Section<'t> {
        Section { name: name.into(), table, known: Vec::new() }
    }

    fn key(&mut self, key: &'static str) -> Option<&'t Value> {
        self.known.push(key);
        self.table.get(key)
    }

    /// Reads a key with `read`, which says what it wanted when the value does not fit.
    fn read<T>(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
        wanted: &str,
        read: impl Fn(&'t Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.key(key)?;
        let result = read(value);
        if result.is_none() {
            let name = self.dotted(key);
            faults.add(value.span, format!("`{name}` must be {wanted}, not {}", value.type_name()));
        }
        result
    }

    pub(super) fn string(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<String> {
        self.read(key, faults, "text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn boolean(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<bool> {
        self.read(key, faults, "true or false", Value::as_bool)
    }

    pub(super) fn integer(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<i64> {
        self.read(key, faults, "a whole number", Value::as_integer)
    }

    pub(super) fn table(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<&'t Table> {
        self.read(key, faults, "a table", Value::as_table)
    }

    /// One level of heading, or several: from 1 to 6, sorted.
    pub(super) fn levels(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Vec<u8>> {
        let value = self.key(key)?;
        let items = match &value.node {
            Node::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let level = |value: &Value| {
            value.as_integer().and_then(|n| u8::try_from(n).ok().filter(|n| (1..=6).contains(n)))
        };
        let levels: Option<Vec<u8>> = items.iter().map(level).collect();
        match levels {
            Some(mut levels) if !levels.is_empty() => {
                levels.sort_unstable();
                levels.dedup();
                Some(levels)
            }
            _ => {
                let message = format!(
                    "`{}` must be a level of heading from 1 to 6, or a list of them",
                    self.dotted(key)
                );
                faults.add(value.span, message);
                None
            }
        }
    }

    /// Whether the key is written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    pub(super) fn any(&mut self, key: &'static str) -> Option<&'t Value> {
        self.key(key)
    }

    pub(super) fn list(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<&'t [Value]> {
        self.read(key, faults, "a list", |value| match &value.node {
            Node::List(items) => Some(items.as_slice()),
            _ => None,
        })
    }

    pub(super) fn strings(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Vec<String>> {
        let name = self.dotted(key);
        let items = self.list(key, faults)?;
        let text = |value: &Value| {
            let text = value.as_str().map(str::to_owned);
            if text.is_none() {
                faults.add(
                    value.span,
                    format!("`{name}` must be a list of text, here is {}", value.type_name()),
                );
            }
            text
        };
        Some(items.iter().filter_map(text).collect())
    }

    /// A relative path that stays inside the book.
    pub(super) fn path(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<BookPath> {
        let text = self.string(key, faults)?;
        let span = self.span_of(key);
        self.path_of(key, &text, span, faults)
    }

    /// A list of such paths.
    pub(super) fn paths(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Vec<BookPath>> {
        let items = self.list(key, faults)?;
        let path = |value: &Value| match value.as_str() {
            Some(text) => self.path_of(key, text, value.span, faults),
            None => {
                faults.add(value.span, format!("`{}` must be a list of paths", self.dotted(key)));
                None
            }
        };
        Some(items.iter().filter_map(path).collect())
    }

    fn path_of(&self, key: &str, text: &str, span: Span, faults: &mut Faults<'_>) -> Option<BookPath> {
        let path = BookPath::new(text.strip_suffix('/').unwrap_or(text));
        if path.is_none() {
            let message = format!("`{}` must be a relative path inside the book", self.dotted(key));
            let fault = faults.add(span, message);
            fault.help.push("write it with `/`, without `..`, and without a slash at the start".to_owned());
        }
        path
    }

    /// One of a few words.
    pub(super) fn word(
        &mut self,
        key: &'static str,
        words: &[&'static str],
        faults: &mut Faults<'_>,
    ) -> Option<&'static str> {
        let text = self.string(key, faults)?;
        let span = self.span_of(key);
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let fault = faults.add(span, format!("`{}` cannot be \"{text}\"", self.dotted(key)));
            fault.help.push(format!("allowed: {}", words.join(", ")));
            if let Some(guess) = did_you_mean(&text, words.iter().copied()) {
                fault.help.push(format!("did you mean \"{guess}\"?"));
            }
        }
        found
    }

    /// Where a key's value stands, for faults that show only when values are put together.
    pub(super) fn span_of(&self, key: &str) -> Span {
        self.table.get(key).map_or(Span::at(0), |value| value.span)
    }

    /// Ends the section: keys that nobody asked for are faults. `idle` are keys of mdBook that have no
    /// meaning here, with the reason.
    pub(super) fn finish(self, idle: &[(&str, &str)], faults: &mut Faults<'_>) {
        for entry in self.table.entries() {
            if self.known.contains(&entry.key.as_str()) {
                continue;
            }
            let name = self.dotted(&entry.key);
            if let Some((_, why)) = idle.iter().find(|(key, _)| *key == entry.key) {
                let fault =
                    faults.add(entry.key_span, format!("`{name}` is a key of mdBook without a meaning here"));
                fault.help.push((*why).to_owned());
                fault.help.push("remove it".to_owned());
                continue;
            }
            let fault = faults.add(entry.key_span, format!("unknown key `{name}`"));
            match did_you_mean(&entry.key, self.known.iter().copied()) {
                Some(guess) => fault.help.push(format!("did you mean `{guess}`?")),
                None => fault.help.push(format!("known here: {}", self.known.join(", "))),
            }
        }
    }

    pub(super) fn dotted(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}
