//! Files of iCalendar (RFC 5545) as components and properties, each with its line.
//!
//! Enters: text. Leaves: the components as they nest, nothing interpreted; or where it stops being iCalendar.
//! Line breaks may be bare, as many programs write them; everything else is read strictly, so that nothing
//! is lost that somebody wrote.

/// The deepest nesting; calendars have three levels.
const DEEPEST: usize = 8;

/// A component: `VCALENDAR`, `VEVENT`, ...
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name in capitals.
    pub name: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its properties in order.
    pub properties: Vec<Property>,
    /// The components inside it, in order.
    pub components: Vec<Component>,
}

/// A property with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name in capitals.
    pub name: String,
    /// Its parameters: names in capitals, values without quotes.
    pub parameters: Vec<(String, String)>,
    /// Its value as written.
    pub value: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// Where a text stops being iCalendar, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCalendar {
    /// The line, from 1.
    pub line: usize,
    /// A lower-case phrase.
    pub why: String,
}

impl Component {
    /// The properties of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> + 'a {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// The first property of a name.
    pub fn first(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

impl Property {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text (RFC 5545 3.3.11): what was escaped as itself.
    pub fn text(&self) -> String {
        unescaped(&self.value)
    }

    /// A list of texts: split at the commas that are not escaped.
    pub fn texts(&self) -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut is_escaped = false;
        for c in self.value.chars() {
            match (c, is_escaped) {
                (',', false) => parts.push(String::new()),
                (c, _) => {
                    if let Some(last) = parts.last_mut() {
                        last.push(c);
                    }
                }
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        parts.iter().map(|part| unescaped(part)).filter(|part| !part.is_empty()).collect()
    }
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

/// Reads a file: the components at its top.
///
/// # Errors
/// The first line that cannot be read, or a component that does not end.
pub fn parse(text: &str) -> Result<Vec<Component>, NoCalendar> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut top = Vec::new();
    let mut open: Vec<Component> = Vec::new();
    for (line, content) in unfolded(text) {
        if content.is_empty() {
            continue;
        }
        let refuse = |why: &str| Err(NoCalendar { line, why: why.to_owned() });
        let Some(property) = property(&content, line) else {
            return refuse("it is no line `NAME:value`");
        };
        match property.name.as_str() {
            "BEGIN" => {
                if open.len() >= DEEPEST {
                    return refuse("components are nested too deep");
                }
                let name = property.value.trim().to_ascii_uppercase();
                let (properties, components) = (Vec::new(), Vec::new());
                open.push(Component { name, line, properties, components });
            }
            "END" => {
                let name = property.value.trim().to_ascii_uppercase();
                let Some(done) = open.pop().filter(|component| component.name == name) else {
                    return refuse("it ends a component that was not begun");
                };
                match open.last_mut() {
                    Some(outer) => outer.components.push(done),
                    None => top.push(done),
                }
            }
            _ => match open.last_mut() {
                Some(component) => component.properties.push(property),
                None => return refuse("it stands outside of every component"),
            },
        }
    }
    match open.pop() {
        None => Ok(top),
        Some(component) => {
            let why = format!("`{}` does not end", component.name);
            Err(NoCalendar { line: component.line, why })
        }
    }
}

/// The lines with their folds undone (RFC 5545 3.1), each with the number of its first one.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

/// `NAME;PARAMETER=value;OTHER="quoted":value`.
fn property(line: &str, number: usize) -> Option<Property> {
    let end = line.find([';', ':'])?;
    let (name, mut rest) = line.split_at(end);
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut parameters = Vec::new();
    while let Some(parameter) = rest.strip_prefix(';') {
        let (key, value) = parameter.split_once('=')?;
        if !is_name(key) {
            return None;
        }
        // A parameter may have several values; quotes hide what would end it.
        let mut is_quoted = false;
        let end = value.find(|c| {
            is_quoted ^= c == '"';
            !is_quoted && (c == ';' || c == ':')
        })?;
        parameters.push((key.to_ascii_uppercase(), value[..end].replace('"', "")));
        rest = &value[end..];
    }
    let value = rest.strip_prefix(':')?.to_owned();
    is_name(name).then(|| Property { name: name.to_ascii_uppercase(), parameters, value, line: number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_nest_and_lines_are_counted_through_folds() {
        let text = "BEGIN:VCALENDAR\r\nX-A;P=\"a;b:c\";Q=d:long \r\n value\r\nBEGIN:vevent\r\nSUMMARY:a\\, b\\nc\r\n\
                    END:VEVENT\r\nEND:VCALENDAR\r\n";
        let top = parse(text).expect("it is a calendar");
        assert_eq!(top.len(), 1);
        let own = top[0].first("X-A").expect("it is there");
        assert_eq!((own.parameter("P"), own.parameter("Q")), (Some("a;b:c"), Some("d")));
        assert_eq!((own.value.as_str(), own.line), ("long value", 2));
        let event = &top[0].components[0];
        assert_eq!((event.name.as_str(), event.line), ("VEVENT", 4));
        assert_eq!(
            event.first("SUMMARY").map(|summary| (summary.text(), summary.line)),
            Some(("a, b\nc".to_owned(), 5))
        );
    }

    #[test]
    fn what_is_no_calendar_is_refused_at_its_line() {
        for (text, line) in [
            ("hello", 1),
            ("BEGIN:VCALENDAR\nEND:VEVENT\n", 2),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", 2),
            ("UID:1\n", 1),
            ("BEGIN:VCALENDAR\nDTSTART;TZID=\"Europe:1\nEND:VCALENDAR\n", 2),
            (&"BEGIN:A\n".repeat(20), 9),
        ] {
            assert_eq!(parse(text).map_err(|error| error.line), Err(line), "{text}");
        }
    }

    #[test]
    fn lists_are_split_at_bare_commas() {
        let property = property("X-L:a\\,b,c,,d\\\\,e", 1).expect("a property");
        assert_eq!(property.texts(), ["a,b", "c", "d\\", "e"]);
    }
}
