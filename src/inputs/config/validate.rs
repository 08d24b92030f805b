//! From spanned values to a [`Config`].

use super::{Book, Build, Config, Direction, Html, Named, Parsed, Role, schema};
use crate::inputs::history::trust::Pin;
use crate::inputs::policy;
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Node, Table, Value, parse_toml, recover_toml};
use crate::text::{BookPath, Code, Diagnostic, SourceFile};

const RETIRED_BOOK: &[(&str, &str)] = &[("multilingual", "it never had a meaning in mdBook either")];

const IDLE_BUILD: &[(&str, &str)] = &[
    ("create-missing", "`mcmbook new` makes documents; a build never writes into the source"),
    ("use-default-preprocessors", "there are no preprocessors"),
    ("extra-watch-dirs", "`serve` watches the source folder, the theme, the policy and book.toml"),
];

const IDLE_HTML: &[(&str, &str)] = &[
    ("curly-quotes", "use `smart-punctuation`"),
    ("mathjax-support", "pages load no third-party script"),
    ("copy-fonts", "the theme uses the reader's own fonts"),
    ("google-analytics", "pages make no third-party request"),
    ("no-section-label", "sections carry no numbers"),
    ("sidebar-header-nav", "every page has its own table of contents"),
    ("fold", "the navigation shows one level"),
    ("playground", "code is shown, never run"),
    ("code", "code is coloured at build time"),
    ("print", "every page prints on its own"),
    ("hash-files", "SHA256SUMS lists the digest of every file"),
    ("redirect", "a document keeps its id when it moves"),
    ("git-repository-icon", "the link is text"),
    ("live-reload-endpoint", "`serve` adds its own script on the way out"),
];

const IDLE_SEARCH: &[(&str, &str)] = &[
    ("limit-results", "results come in pages"),
    ("teaser-word-count", "excerpts have one length"),
    ("use-boolean-and", "all words of a query must match"),
    ("boost-title", "titles weigh more than text"),
    ("boost-hierarchy", "headings weigh more than text"),
    ("boost-paragraph", "weights are fixed"),
    ("expand", "words are matched by their beginning"),
    ("heading-split-level", "a page is one result, with its matching headings"),
    ("copy-js", "the script belongs to the theme"),
    ("chapter", "every document is searched"),
];

/// Reads `book.toml`, with overrides `(variable, value)` such as `("MCMBOOK_BUILD__BUILD_DIR", "out")`.
///
/// Never stops at the first fault. A variable's name becomes a key as in mdBook: without `MCMBOOK_`, in
/// lower case, `__` for a dot and `_` for a hyphen; its value is read as TOML, else as text.
pub fn parse(file: &SourceFile, overrides: &[(String, String)]) -> Parsed {
    let mut faults = Faults::new(Code::CONFIG, &file.path, file.text.len());
    let (mut table, malformed) = recover_toml(&file.text, 0);
    for (name, value) in overrides {
        override_with(&mut table, name, value, &mut faults);
    }
    let mut config = Config { file: Some(file.clone()), ..config(&table, &mut faults) };
    if !malformed.is_empty() {
        // What the parser stumbled over may name something else.
        config.named.clear();
    }
    Parsed { config, faults: faults.finish(file, malformed) }
}

fn config(table: &Table, faults: &mut Faults<'_>) -> Config {
    let mut top = Section::new("", table);
    let empty = Table::default();
    let mut named = Vec::new();
    let book = book(top.table("book", faults).unwrap_or(&empty), &mut named, faults);
    let build = build(top.table("build", faults).unwrap_or(&empty), faults);
    let mut output = Section::new("output", top.table("output", faults).unwrap_or(&empty));
    let html = html(output.table("html", faults).unwrap_or(&empty), &book.src, &mut named, faults);
    output.finish(
        &[("markdown", "the source is the Markdown"), ("linkcheck", "`check` follows links")],
        faults,
    );
    let waivers = policy::waivers(&mut top, true, faults);
    let trust = trust(&mut top, faults);
    let kinds = schema::kinds(top.table("kind", faults).unwrap_or(&empty), faults);
    top.finish(
        &[("preprocessor", "there are no preprocessors"), ("rust", "code is shown, never run")],
        faults,
    );
    Config { book, build, html, kinds, waivers, trust, named, file: None }
}

/// `[[trust]]`: the pins of trust roots, in the order of the mainline.
fn trust(top: &mut Section<'_>, faults: &mut Faults<'_>) -> Vec<Pin> {
    let mut pins = Vec::new();
    for (table, span) in top.tables("trust", faults) {
        let mut section = Section::new("trust", table);
        let root = section.required_string("root", span, faults);
        let policy = section.string("policy", faults);
        section.finish(&[], faults);
        let Some(root) = root else { continue };
        match Pin::parse(&root, policy.as_deref()) {
            Some(pin) => pins.push(pin),
            None => {
                let fault = faults.add(span, "`trust` names no commit, or no digest of a policy");
                let help = "`root` has the 40 digits of a commit id, `policy` `sha256:` and 64 digits";
                fault.help.push(help.to_owned());
            }
        }
    }
    pins
}

/// The paths of a key with what they are; a path that is none has a fault already, and is not looked for.
fn names(
    (section, key): (&Section<'_>, &'static str),
    paths: &[BookPath],
    role: Role,
    faults: &Faults<'_>,
) -> Vec<Named> {
    let places = section.faults_of(key, faults);
    if places.len() != paths.len() {
        return Vec::new();
    }
    let pairs = paths.iter().cloned().zip(places);
    pairs.map(|(path, fault)| Named { path, role, fault }).collect()
}

fn book(table: &Table, named: &mut Vec<Named>, faults: &mut Faults<'_>) -> Book {
    let default = Book::default();
    let mut section = Section::new("book", table);
    let title = section.string("title", faults).unwrap_or(default.title);
    let authors = section.strings("authors", faults).unwrap_or_default();
    let description = section.string("description", faults).unwrap_or_default();
    let src = match section.path("src", faults) {
        Some(src) => {
            named.extend(names((&section, "src"), std::slice::from_ref(&src), Role::Source, faults));
            src
        }
        None => {
            if !section.has("src") {
                let fault = Diagnostic::error(Code::CONFIG, "");
                named.push(Named { path: default.src.clone(), role: Role::Source, fault });
            }
            default.src
        }
    };
    let language = section.string("language", faults).unwrap_or(default.language);
    let is_tag = !language.is_empty() && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_tag {
        let fault = faults.add(section.span_of("language"), "`book.language` is not a language tag");
        fault.help.push("write it like `en` or `pt-BR` (BCP 47)".to_owned());
    }
    let direction = section.word("text-direction", &["ltr", "rtl"], faults);
    let text_direction = match direction {
        Some("rtl") => Direction::Rtl,
        Some(_) => Direction::Ltr,
        None => direction_of(&language),
    };
    section.finish(RETIRED_BOOK, faults);
    Book { title, authors, description, src, language, text_direction }
}

fn build(table: &Table, faults: &mut Faults<'_>) -> Build {
    let mut section = Section::new("build", table);
    let build_dir = section.string("build-dir", faults).unwrap_or(Build::default().build_dir);
    if build_dir.trim().is_empty() {
        let fault = faults.add(section.span_of("build-dir"), "`build.build-dir` is empty");
        fault.help.push("name the folder that the site is written to, such as `book`".to_owned());
    }
    section.finish(IDLE_BUILD, faults);
    Build { build_dir }
}

fn html(table: &Table, src: &BookPath, named: &mut Vec<Named>, faults: &mut Faults<'_>) -> Html {
    let default = Html::default();
    let mut section = Section::new("output.html", table);
    let theme = section.path("theme", faults).unwrap_or(default.theme);
    named.extend(names((&section, "theme"), std::slice::from_ref(&theme), Role::Theme, faults));
    let default_theme = section.word("default-theme", &["auto", "light", "dark"], faults).unwrap_or("auto");
    let dark = section.word("preferred-dark-theme", &["dark", "light"], faults).unwrap_or("dark");
    let smart_punctuation = section.boolean("smart-punctuation", faults).unwrap_or(false);
    let additional_css = section.paths("additional-css", faults).unwrap_or_default();
    let additional_js = section.paths("additional-js", faults).unwrap_or_default();
    named.extend(names((&section, "additional-css"), &additional_css, Role::Asset, faults));
    named.extend(names((&section, "additional-js"), &additional_js, Role::Asset, faults));
    let git_repository_url = web_address("git-repository-url", &mut section, faults);
    let edit_url_template = web_address("edit-url-template", &mut section, faults);
    let site_url = site_url(&mut section, faults);
    let cname = section.string("cname", faults);
    let is_host = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    if cname.as_deref().is_some_and(|name| name.is_empty() || !is_host(name)) {
        let fault = faults.add(section.span_of("cname"), "`output.html.cname` is not a domain name");
        fault.help.push("write it like `changes.example.org`, without a scheme or a path".to_owned());
    }
    let input_404 = section.path("input-404", faults);
    let document = input_404.as_ref().and_then(|path| BookPath::new(&format!("{src}/{path}")));
    named.extend(names((&section, "input-404"), document.as_slice(), Role::NotFound, faults));
    let robots_allow = section.boolean("allow-robots", faults).unwrap_or(false);
    let empty = Table::default();
    let mut search = Section::new("output.html.search", section.table("search", faults).unwrap_or(&empty));
    let search_enabled = search.boolean("enable", faults).unwrap_or(true);
    search.finish(IDLE_SEARCH, faults);
    section.finish(IDLE_HTML, faults);
    Html {
        theme,
        default_theme: default_theme.to_owned(),
        preferred_dark_theme: dark.to_owned(),
        smart_punctuation,
        additional_css,
        additional_js,
        git_repository_url,
        edit_url_template,
        site_url,
        cname,
        input_404,
        search: search_enabled,
        robots_allow,
    }
}

fn web_address(key: &'static str, section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let text = section.string(key, faults)?;
    if text.starts_with("https://") || text.starts_with("http://") {
        return Some(text);
    }
    let fault = faults.add(section.span_of(key), format!("`output.html.{key}` is not a web address"));
    fault.help.push("write it with `https://`".to_owned());
    None
}

/// A path such as `/changes/` or a whole address; both end with a slash.
fn site_url(section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let text = section.string("site-url", faults)?;
    if !(text.starts_with('/') || text.starts_with("https://") || text.starts_with("http://")) {
        let fault =
            faults.add(section.span_of("site-url"), "`output.html.site-url` is not an address or a path");
        fault.help.push("write it like `https://changes.example.org/` or `/changes/`".to_owned());
        return None;
    }
    Some(if text.ends_with('/') { text } else { format!("{text}/") })
}

/// Languages whose usual script runs from right to left (CLDR's likely scripts).
fn direction_of(language: &str) -> Direction {
    const RIGHT_TO_LEFT: [&str; 12] =
        ["ar", "arc", "ckb", "dv", "fa", "ha-Arab", "he", "ks", "ps", "sd", "ur", "yi"];
    let primary = language.split('-').next().unwrap_or_default();
    let is_rtl = RIGHT_TO_LEFT.iter().any(|known| *known == primary || *known == language);
    if is_rtl { Direction::Rtl } else { Direction::Ltr }
}

fn override_with(table: &mut Table, variable: &str, text: &str, faults: &mut Faults<'_>) {
    let Some(name) = variable.strip_prefix("MCMBOOK_") else { return };
    let span = faults.place_of_variable(variable);
    let keys: Vec<String> = name.split("__").map(|part| part.to_lowercase().replace('_', "-")).collect();
    if keys.iter().any(String::is_empty) {
        faults
            .add(span, "does not name a key")
            .help
            .push("write it like MCMBOOK_BUILD__BUILD_DIR for `build.build-dir`".to_owned());
        return;
    }
    let parsed = parse_toml(&format!("value = {text}"), 0).ok();
    let as_toml = parsed.and_then(|parsed| parsed.get("value").cloned());
    let mut value = as_toml.unwrap_or(Value { span, node: Node::String(text.to_owned()) });
    value.respan(span);
    table.set(&keys, value, span);
}
