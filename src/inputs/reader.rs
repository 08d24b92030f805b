//! Reading typed values out of a spanned table, with every fault collected: what `book.toml` and
//! `policy.toml` have in common.

use crate::inputs::document::time::TimeError;
use crate::inputs::value::{Node, ParseFault, Table, Value};
use crate::text::{BookPath, Code, Diagnostic, Label, Location, SourceFile, Span, did_you_mean};

/// The faults of one configuration file.
///
/// A value that comes from an environment variable has its place behind the end of the file, one byte for
/// each variable; a fault there names the variable instead of a line.
pub(in crate::inputs) struct Faults<'a> {
    code: Code,
    path: &'a BookPath,
    length: usize,
    variables: Vec<String>,
    pub(in crate::inputs) found: Vec<Diagnostic>,
}

impl<'a> Faults<'a> {
    /// No fault yet. `code` is that of the file, such as [`Code::CONFIG`].
    pub(in crate::inputs) fn new(code: Code, path: &'a BookPath, length: usize) -> Faults<'a> {
        Faults { code, path, length, variables: Vec::new(), found: Vec::new() }
    }

    /// The place of the next environment variable.
    pub(in crate::inputs) fn place_of_variable(&mut self, name: &str) -> Span {
        self.variables.push(name.to_owned());
        Span::at(self.length + self.variables.len())
    }

    /// Adds a fault and returns it, so that the caller can add help.
    pub(in crate::inputs) fn add(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let fault = self.fault(span, message);
        self.found.push(fault);
        self.found.last_mut().expect("a fault was pushed just above")
    }

    /// A fault that is not added: it shows only when somebody has looked beyond the file.
    pub(in crate::inputs) fn fault(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        let mut fault = Diagnostic::error(self.code, message);
        match (span.start as usize).checked_sub(self.length + 1).and_then(|i| self.variables.get(i)) {
            Some(variable) => fault.message = format!("environment variable {variable}: {}", fault.message),
            None => fault = fault.at(self.path, span),
        }
        fault
    }

    /// Adds a fault that has a second place in the same file.
    pub(in crate::inputs) fn add_related(
        &mut self,
        span: Span,
        message: impl Into<String>,
        other: Span,
        there: &str,
    ) -> &mut Diagnostic {
        let location = Location::new(self.path, other);
        let fault = self.add(span, message);
        fault.related.push(Label { location, message: there.to_owned() });
        fault
    }

    /// All faults in source order: those of the values, those of the TOML itself, and bytes that are no
    /// text. What seems wrong near a place where the parser stumbled is left out: it may be right once the
    /// file can be read.
    pub(in crate::inputs) fn finish(
        mut self,
        file: &SourceFile,
        malformed: Vec<ParseFault>,
    ) -> Vec<Diagnostic> {
        let doubtful: Vec<Span> =
            malformed.iter().map(|fault| doubtful_lines(&file.text, fault.span)).collect();
        let is_certain = |fault: &Diagnostic| {
            let place = fault.location.as_ref().map(|location| location.span.start as usize);
            place.is_none_or(|place| !doubtful.iter().any(|lines| lines.range().contains(&place)))
        };
        self.found.retain(is_certain);
        for fault in malformed {
            self.add(fault.span, fault.message).help.extend(fault.help);
        }
        if let Some(at) = file.invalid {
            let message = format!("`{}` is not UTF-8", file.path);
            self.add(Span::at(at as usize), message).help.push("save it as UTF-8".to_owned());
        }
        self.found.sort();
        self.found
    }
}

/// The lines that a parser may have misread after it stumbled at a place: that line, and below a malformed
/// header of a table all up to the next header.
fn doubtful_lines(text: &str, stumble: Span) -> Span {
    let at = (stumble.start as usize).min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |break_| break_ + 1);
    let until = if text[start..].trim_start().starts_with('[') { "\n[" } else { "\n" };
    Span::new(start, text[at..].find(until).map_or(text.len() + 1, |end| at + end + 1))
}

/// One table of the file while it is read: each key asked for is known, the rest is unknown.
pub(in crate::inputs) struct Section<'t> {
    name: String,
    table: &'t Table,
    known: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(in crate::inputs) fn new(name: impl Into<String>, table: &'t Table) -> Section<'t> {
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

    pub(in crate::inputs) fn string(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<String> {
        self.read(key, faults, "text", |value| value.as_str().map(str::to_owned))
    }

    pub(in crate::inputs) fn boolean(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<bool> {
        self.read(key, faults, "true or false", Value::as_bool)
    }

    pub(in crate::inputs) fn integer(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<i64> {
        self.read(key, faults, "a whole number", Value::as_integer)
    }

    pub(in crate::inputs) fn table(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<&'t Table> {
        self.read(key, faults, "a table", Value::as_table)
    }

    /// One level of heading, or several: from 1 to 6, sorted.
    pub(in crate::inputs) fn levels(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<u8>> {
        let value = self.key(key)?;
        let items = match &value.node {
            Node::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let in_range = |number: i64| u8::try_from(number).ok().filter(|number| (1..=6).contains(number));
        let levels: Option<Vec<u8>> = items.iter().map(|v| v.as_integer().and_then(in_range)).collect();
        if let Some(mut levels) = levels.filter(|levels| !levels.is_empty()) {
            levels.sort_unstable();
            levels.dedup();
            return Some(levels);
        }
        let message =
            format!("`{}` must be a level of heading from 1 to 6, or a list of them", self.dotted(key));
        let fault = faults.add(value.span, message);
        fault.help.push("write 2 for `## Scope`, or [2, 3] where either may open a section".to_owned());
        None
    }

    pub(in crate::inputs) fn any(&mut self, key: &'static str) -> Option<&'t Value> {
        self.key(key)
    }

    pub(in crate::inputs) fn list(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<&'t [Value]> {
        self.read(key, faults, "a list", |value| match &value.node {
            Node::List(items) => Some(items.as_slice()),
            _ => None,
        })
    }

    pub(in crate::inputs) fn strings(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<String>> {
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

    /// Text that `parse` understands; `parse` says why it does not, and what to write.
    pub(in crate::inputs) fn parsed<T>(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
        wanted: &str,
        parse: impl Fn(&str) -> Result<T, TimeError>,
    ) -> Option<T> {
        let value = self.read(key, faults, wanted, |value| value.as_str().map(|_| value))?;
        self.parsed_value(key, value, faults, wanted, parse)
    }

    /// A list of such texts.
    pub(in crate::inputs) fn all_parsed<T>(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
        wanted: &str,
        parse: impl Fn(&str) -> Result<T, TimeError>,
    ) -> Option<Vec<T>> {
        let items = self.list(key, faults)?;
        let read = |value| self.parsed_value(key, value, faults, wanted, &parse);
        Some(items.iter().filter_map(read).collect())
    }

    fn parsed_value<T>(
        &self,
        key: &str,
        value: &Value,
        faults: &mut Faults<'_>,
        wanted: &str,
        parse: impl Fn(&str) -> Result<T, TimeError>,
    ) -> Option<T> {
        let name = self.dotted(key);
        let Some(text) = value.as_str() else {
            faults.add(value.span, format!("`{name}` must be {wanted}, not {}", value.type_name()));
            return None;
        };
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let message = format!("`{name}` cannot be \"{text}\": {}", error.why);
                faults.add(value.span, message).help.push(error.help);
                None
            }
        }
    }

    /// A whole number within bounds, both included.
    pub(in crate::inputs) fn number(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<i64>,
        faults: &mut Faults<'_>,
    ) -> Option<i64> {
        let number = self.integer(key, faults)?;
        if bounds.contains(&number) {
            return Some(number);
        }
        let (least, most) = (bounds.start(), bounds.end());
        let message = format!("`{}` must be from {least} to {most}, not {number}", self.dotted(key));
        faults.add(self.span_of(key), message);
        None
    }

    /// The tables of a list, such as `[[waiver]]`, each with its place.
    pub(in crate::inputs) fn tables(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Vec<(&'t Table, Span)> {
        let name = self.dotted(key);
        let items = self.list(key, faults).unwrap_or_default();
        let table = |value: &'t Value| {
            let table = value.as_table();
            if table.is_none() {
                let message = format!("`{name}` must be a list of tables, here is {}", value.type_name());
                faults.add(value.span, message);
            }
            table.map(|table| (table, value.span))
        };
        items.iter().filter_map(table).collect()
    }

    /// Whole numbers within bounds, both included.
    pub(in crate::inputs) fn numbers(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<i64>,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<i64>> {
        let name = self.dotted(key);
        let items = self.list(key, faults)?;
        let number = |value: &Value| {
            let number = value.as_integer().filter(|number| bounds.contains(number));
            if number.is_none() {
                let (least, most) = (bounds.start(), bounds.end());
                let message = format!("`{name}` must be a list of whole numbers from {least} to {most}");
                faults.add(value.span, message);
            }
            number
        };
        Some(items.iter().filter_map(number).collect())
    }

    /// Text that must be there and not be blank. `span` is the place of the table.
    pub(in crate::inputs) fn required_string(
        &mut self,
        key: &'static str,
        span: Span,
        faults: &mut Faults<'_>,
    ) -> Option<String> {
        if !self.has(key) {
            let fault = faults.add(span, format!("`{}` is missing", self.dotted(key)));
            fault.help.push(format!("add `{key} = \"...\"`"));
            return None;
        }
        let text = self.string(key, faults)?;
        if text.trim().is_empty() {
            faults.add(self.span_of(key), format!("`{}` is empty", self.dotted(key)));
            return None;
        }
        Some(text)
    }

    /// Whether a key is written; asking for it makes it known.
    pub(in crate::inputs) fn has(&mut self, key: &'static str) -> bool {
        self.key(key).is_some()
    }

    /// Whether a key is `false`, as a value that could also be something else says "none"; asking for it
    /// makes it known.
    pub(in crate::inputs) fn is_false(&mut self, key: &'static str) -> bool {
        self.key(key).and_then(Value::as_bool) == Some(false)
    }

    /// A table inside this one.
    pub(in crate::inputs) fn below<'b>(&self, key: &str, table: &'b Table) -> Section<'b> {
        Section::new(self.dotted(key), table)
    }

    /// A relative path that stays inside the book.
    pub(in crate::inputs) fn path(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<BookPath> {
        let text = self.string(key, faults)?;
        let span = self.span_of(key);
        self.path_of(key, &text, span, faults)
    }

    /// A list of such paths.
    pub(in crate::inputs) fn paths(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<BookPath>> {
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
    pub(in crate::inputs) fn word(
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

    /// A fault at each value of a key, which is text or a list of text, not added and without words.
    pub(in crate::inputs) fn faults_of(&self, key: &str, faults: &Faults<'_>) -> Vec<Diagnostic> {
        let values = match self.table.get(key) {
            Some(Value { node: Node::List(items), .. }) => items.iter().collect(),
            value => Vec::from_iter(value),
        };
        values.into_iter().map(|value| faults.fault(value.span, "")).collect()
    }

    /// Where a key's value stands, for faults that show only when values are put together.
    pub(in crate::inputs) fn span_of(&self, key: &str) -> Span {
        self.table.get(key).map_or(Span::at(0), |value| value.span)
    }

    /// Ends the section: keys that nobody asked for are faults. `idle` are keys of mdBook that have no
    /// meaning here, with the reason.
    pub(in crate::inputs) fn finish(self, idle: &[(&str, &str)], faults: &mut Faults<'_>) {
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

    /// The name of a key with those of the tables around it.
    pub(in crate::inputs) fn dotted(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}
