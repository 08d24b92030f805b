//! Themes: templates and static files, built in, overridable file by file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use include_dir::{Dir, File, include_dir};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::text::{ContentHash, did_you_mean, is_steering};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// Instructions that one page may cost. A register page of 500 rows needs a few hundred thousand; a template
/// that never ends stops here. The templates that the program carries are known to end, and are not counted.
const FUEL: u64 = 20_000_000;

/// How an overriding template says from which version of the built-in file it was copied: a comment in
/// the file's first line with the first digits of that file's SHA-256, `{# copied from 0123456789ab #}`.
const COPIED_FROM: &str = "{# copied from ";

/// The templates and static files that make the pages.
///
/// A theme is the built-in one with some of its files replaced and others added. Templates have no access
/// to files, network or the site: each sees the context of its page and nothing else.
#[derive(Debug)]
pub struct Theme {
    pub(super) env: Environment<'static>,
    /// `assets/...` -> bytes.
    pub(super) assets: BTreeMap<String, Arc<[u8]>>,
    /// Hash of every template: part of each page's memo key.
    pub(super) hash: ContentHash,
    warnings: Vec<String>,
}

/// What is wrong with a theme: which template, where, and what was undefined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeError {
    /// The template, below the theme's folder: `templates/change.html`.
    pub template: String,
    /// Line in the template, from 1; 0 when it is not known.
    pub line: usize,
    /// What is wrong: a lower-case phrase.
    pub message: String,
    /// The expression of the template that failed: for an undefined value, its name.
    pub expression: Option<String>,
    /// The page that was being made, if any.
    pub page: Option<String>,
}

impl Theme {
    /// The theme that the program carries.
    pub fn built_in() -> Result<Theme, ThemeError> {
        Theme::with_overlay(BTreeMap::new())
    }

    /// The built-in theme with files replaced or added. Names are relative to the theme's folder:
    /// `templates/page.html`, `static/css/10-tokens.css`.
    pub fn with_overlay(files: BTreeMap<String, Vec<u8>>) -> Result<Theme, ThemeError> {
        let mut all: BTreeMap<String, (Vec<u8>, Option<ContentHash>)> = BTreeMap::new();
        collect(&BUILT_IN, &mut |file| {
            let hash = ContentHash::of(file.contents());
            all.insert(name_of(file), (file.contents().to_vec(), Some(hash)));
        });
        let is_own = files.keys().any(|name| name.starts_with("templates/"));
        let built_in: Vec<String> = all.keys().cloned().collect();
        for (name, bytes) in files {
            let upstream = all.get(&name).and_then(|(_, hash)| *hash);
            all.insert(name, (bytes, upstream));
        }
        let misspelt = misspelt(&all, &built_in);
        let mut theme = Theme {
            env: environment(is_own),
            assets: BTreeMap::new(),
            hash: ContentHash::of_parts(all.iter().flat_map(|(n, (b, _))| [n.as_bytes(), b.as_slice()])),
            warnings: misspelt,
        };
        let mut styles = Vec::new();
        for (name, (bytes, upstream)) in all {
            if let Some(template) = name.strip_prefix("templates/") {
                let source = text_of(&name, bytes)?;
                theme.warnings.extend(upstream.and_then(|hash| stale_copy(&name, &source, hash)));
                let added = theme.env.add_template_owned(template.to_owned(), source);
                added.map_err(|error| ThemeError::of(&error, None))?;
            } else if name.starts_with("static/css/") && name.ends_with(".css") {
                styles.extend_from_slice(&bytes);
            } else if let Some(path) = name.strip_prefix("static/") {
                let path = path.strip_prefix("js/").unwrap_or(path);
                theme.assets.insert(format!("assets/{path}"), bytes.into());
            }
        }
        theme.assets.insert("assets/site.css".to_owned(), styles.into());
        Ok(theme)
    }

    /// What should be told about the overrides: those whose built-in file has changed since the copy.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The context of a page through its template. `size` is about how many bytes will come out: a page that
    /// grows by doubling is copied several times.
    pub(super) fn render(
        &self,
        template: &str,
        page: &str,
        context: Value,
        size: usize,
    ) -> Result<Vec<u8>, ThemeError> {
        let mut html = Vec::with_capacity(size);
        let template = self.env.get_template(template);
        let rendered =
            template.and_then(|template| template.render_captured_to(context, &mut html).map(drop));
        rendered.map_err(|error| ThemeError::of(&error, Some(page)))?;
        Ok(html)
    }
}

impl ThemeError {
    fn of(error: &Error, page: Option<&str>) -> ThemeError {
        // The innermost cause knows the place; the outer ones only say "could not include".
        let mut inner = error;
        while let Some(cause) = std::error::Error::source(inner).and_then(|e| e.downcast_ref::<Error>()) {
            inner = cause;
        }
        let source = inner.template_source().unwrap_or_default();
        let range = inner.range().filter(|_| inner.kind() != ErrorKind::SyntaxError);
        // Of a long chain the engine gives the place of the last parts alone: they are no expression.
        let is_whole = |text: &&str| !text.starts_with(['.', '[']);
        let expression = range.and_then(|range| source.get(range)).map(str::trim).filter(is_whole);
        let expression = expression.map(str::to_owned);
        let detail = inner.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        let message = match (inner.kind(), inner.detail(), &expression) {
            // It knows which value is undefined by its whole name.
            (ErrorKind::UndefinedError, Some(named), _) => named.to_owned(),
            (ErrorKind::UndefinedError, None, Some(name)) => format!("`{name}` is undefined"),
            (ErrorKind::UndefinedError, None, None) => "a value is undefined".to_owned(),
            (ErrorKind::TemplateNotFound, ..) => format!("a template is missing{detail}"),
            (ErrorKind::OutOfFuel, ..) => "the template does not come to an end".to_owned(),
            (kind, ..) => format!("{kind}{detail}"),
        };
        ThemeError {
            template: format!("templates/{}", inner.name().unwrap_or("?")),
            line: inner.line().unwrap_or(0),
            message,
            expression,
            page: page.map(str::to_owned),
        }
    }
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.template, self.line, self.message)?;
        match &self.page {
            Some(page) => write!(f, " (while making {page})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ThemeError {}

/// The engine; `is_own` where templates of the book are among those that it sees.
fn environment(is_own: bool) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    env.set_syntax(syntax.expect("the standard delimiters do not contradict each other"));
    env.set_fuel(is_own.then_some(FUEL));
    env.add_filter("code", |text: &str| Value::from_safe_string(with_code(text)));
    env.set_debug(true);
    env.set_formatter(|out, state, value| {
        let written = match (value.as_str(), value.downcast_object_ref::<Html>()) {
            // The engine's own escape also turns every `/` into six characters; attributes here are quoted.
            (Some(text), _) if !value.is_safe() => out.write_str(&escape(text)),
            (_, Some(Html(html))) => out.write_str(html),
            _ => return minijinja::escape_formatter(out, state, value),
        };
        written.map_err(|_| Error::new(ErrorKind::WriteFailure, "out of memory"))
    });
    env
}

/// HTML that was made from Markdown, for a template to put in as it is. The engine's own safe strings would
/// copy it.
#[derive(Debug)]
pub(super) struct Html(pub(super) Arc<str>);

impl Object for Html {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    /// What filters see.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text for an element or a quoted attribute. Characters that turn the text around them, or that no text has, give
/// way to U+FFFD as in the terminal: a name or a title must not change how its neighbours read.
pub(super) fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    let is_space = |c: char| matches!(c, '\n' | '\t' | '\r');
    if !text.bytes().any(|byte| MAY_CHANGE[usize::from(byte)]) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if is_steering(c) && !is_space(c) => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped.into()
}

/// Text of a finding for an element: what stands between backticks is code. One backtick alone is a character like any
/// other.
fn with_code(text: &str) -> String {
    let escaped = escape(text);
    let mut html = String::with_capacity(escaped.len() + 32);
    let mut rest = &*escaped;
    while let Some((before, (code, behind))) =
        rest.split_once('`').and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        html.push_str(before);
        match code.is_empty() {
            true => html.push_str("``"),
            false => html.push_str(&format!("<code>{code}</code>")),
        }
        rest = behind;
    }
    html + rest
}

/// The bytes of which [`escape`] may have to write something else. What steers is a control character of ASCII, or
/// begins in UTF-8 with one of the last two.
static MAY_CHANGE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    while byte < u8::MAX {
        let is_control = byte < b' ' && !matches!(byte, b'\n' | b'\t' | b'\r');
        let is_special = matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | 0x7f | 0xc2 | 0xe2);
        table[byte as usize] = is_control || is_special;
        byte += 1;
    }
    table
};

fn collect(dir: &'static Dir<'static>, each: &mut dyn FnMut(&'static File<'static>)) {
    dir.files().for_each(&mut *each);
    dir.dirs().for_each(|dir| collect(dir, each));
}

fn name_of(file: &File<'_>) -> String {
    file.path().to_string_lossy().replace('\\', "/")
}

fn text_of(name: &str, bytes: Vec<u8>) -> Result<String, ThemeError> {
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        ThemeError {
            template: name.to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            message: "the template is not UTF-8".to_owned(),
            expression: None,
            page: None,
        }
    })
}

fn stale_copy(name: &str, source: &str, upstream: ContentHash) -> Option<String> {
    let rest = source.strip_prefix(COPIED_FROM)?;
    let written = rest.split_whitespace().next().unwrap_or_default();
    let current = upstream.to_string();
    let is_current = written.len() >= 8 && current.starts_with(written);
    (!is_current).then(|| {
        format!(
            "`{name}` was copied from {written}, but the built-in file is {} by this version",
            &current[..12]
        )
    })
}

/// The templates of a book's own that no other one names, and whose name is close to one of the built-in theme: they
/// were meant to take its place.
fn misspelt(all: &BTreeMap<String, (Vec<u8>, Option<ContentHash>)>, built_in: &[String]) -> Vec<String> {
    let stem = |name: &'_ str| -> Option<String> {
        Some(name.strip_prefix("templates/")?.strip_suffix(".html")?.to_owned())
    };
    let known: Vec<String> = built_in.iter().filter_map(|name| stem(name)).collect();
    let is_named = |name: &str| {
        let quoted = ['"', '\''].map(|quote| format!("{quote}{name}{quote}"));
        let holds = |text: &str| quoted.iter().any(|quoted| text.contains(quoted));
        all.values().any(|(bytes, _)| std::str::from_utf8(bytes).is_ok_and(holds))
    };
    let tell = |name: &String| {
        let template = name.strip_prefix("templates/")?;
        let word = template.strip_suffix(".html").unwrap_or(template);
        let guess = did_you_mean(word, known.iter().map(String::as_str)).filter(|_| !is_named(template))?;
        Some(format!(
            "`{name}` takes the place of no file of the built-in theme, and no template names it; did you mean \
             `{guess}.html`?"
        ))
    };
    let own = all.iter().filter(|(_, (_, upstream))| upstream.is_none()).map(|(name, _)| name);
    own.filter(|name| name.starts_with("templates/")).filter_map(tell).collect()
}

/// Checks that an overlay's names mean something: a file outside of `templates/` and `static/` is never
/// read, and the reader of the book should know.
pub fn unused_files<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let known = ["templates", "static"];
    let is_unused = |name: &&str| !known.iter().any(|folder| name.starts_with(&format!("{folder}/")));
    let tell = |name: &str| {
        let folder = name.split('/').next().unwrap_or_default();
        let guess =
            did_you_mean(folder, known).map(|g| format!("; did you mean `{g}/`?")).unwrap_or_default();
        format!("`{name}` lies outside of `templates/` and `static/` and is not used{guess}")
    };
    names.into_iter().filter(is_unused).map(tell).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Theme, escape, with_code};

    #[test]
    fn what_stands_between_backticks_is_code() {
        for (text, shown) in [
            ("`a.b` is not `<c>`", "<code>a.b</code> is not <code>&lt;c&gt;</code>"),
            ("one ` alone", "one ` alone"),
            ("`a` and ` alone", "<code>a</code> and ` alone"),
            ("`` is nothing", "`` is nothing"),
            ("<b>`</b>`", "&lt;b&gt;<code>&lt;/b&gt;</code>"),
        ] {
            assert_eq!(with_code(text), shown, "{text:?}");
        }
    }

    #[test]
    fn a_template_that_was_meant_for_another_is_told() {
        let files = [
            ("templates/hom.html", ""),
            ("templates/chnage.html", "{% include 'rgister.html' %}"),
            ("templates/rgister.html", ""),
            ("templates/our-banner.html", ""),
            ("templates/rules.html", ""),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        let theme = Theme::with_overlay(BTreeMap::from(files)).expect("every template parses");
        let told = |name: &str, guess: &str| {
            format!(
                "`templates/{name}.html` takes the place of no file of the built-in theme, and no template names it; \
                 did you mean `{guess}.html`?"
            )
        };
        assert_eq!(theme.warnings(), [told("chnage", "change"), told("hom", "home")]);
    }

    #[test]
    fn text_ends_no_tag_and_turns_nothing_around() {
        for (text, shown) in [
            ("plain Ünïcode 日本 👩\u{200d}💻", "plain Ünïcode 日本 👩\u{200d}💻"),
            ("<a b=\"c\" d='e'>&", "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;"),
            ("a\u{202e}b", "a\u{fffd}b"),
            ("a\u{2066}b\u{2069}", "a\u{fffd}b\u{fffd}"),
            ("a\u{85}b", "a\u{fffd}b"),
            ("a\u{2028}b", "a\u{fffd}b"),
            ("a\0b\u{1b}c\u{7f}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("two\r\nlines\tand a tab", "two\r\nlines\tand a tab"),
        ] {
            assert_eq!(escape(text), shown, "{text:?}");
        }
    }
}
