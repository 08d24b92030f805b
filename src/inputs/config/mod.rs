//! `book.toml`: raw values in, a validated [`Config`] out, all faults collected with their places.
//!
//! The keys that mdBook has keep mdBook's meaning (design: site.md, command line). `parse` reads the text
//! into spanned values, applies `MCMBOOK_*` overrides, and validates; it never stops at the first fault.

mod bounds;
mod coherence;
mod kinds;
mod origin;
mod paths;
mod presence;
mod schema;
mod types;
mod validate;

#[cfg(test)]
mod tests;

pub use bounds::{Bounds, Pattern};
pub use kinds::{
    After, BUILTIN_KINDS, Field, FieldType, Kind, Kinds, Section, SeverityRule, is_change_id,
    split_change_path,
};
pub use origin::{Origin, Place};
pub use paths::{PathPattern, Places};
pub use presence::{Condition, Presence, Scope, Test, word_of};
pub use schema::DOCUMENT_RULES;
pub use validate::parse;

/// The file beside the source folder that configures a book.
pub const BOOK_TOML: &str = "book.toml";

use crate::inputs::history::trust::Pin;
use crate::inputs::policy::Waiver;
use crate::text::{BookPath, Diagnostic, SourceFile};

/// The settings of a book, complete and consistent.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `[book]`.
    pub book: Book,
    /// `[build]`.
    pub build: Build,
    /// `[output.html]`.
    pub html: Html,
    /// The document kinds: the built-in ones, changed and joined by `[kind.*]`.
    pub kinds: Kinds,
    /// `[[waiver]]`: findings that are let pass, where the policy's profile allows it here.
    pub waivers: Vec<Waiver>,
    /// `[[trust]]`: the trust roots, repeated from where they are pinned.
    pub trust: Vec<Pin>,
    /// The files and folders that the settings name.
    pub named: Vec<Named>,
    /// The file itself, for excerpts in messages; nothing where there is none.
    pub file: Option<SourceFile>,
}

/// A file or folder that a setting names, which is looked for by whoever can.
#[derive(Clone, Debug)]
pub struct Named {
    /// Where it should lie, relative to `book.toml`.
    pub path: BookPath,
    /// What it should be.
    pub role: Role,
    /// A fault at the setting, whose words are those of who has looked; without a place where nothing is set.
    pub fault: Diagnostic,
}

/// What a setting names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The folder of the documents.
    Source,
    /// The folder of the theme.
    Theme,
    /// The document for unknown addresses.
    NotFound,
    /// A style sheet or script.
    Asset,
}

/// `[book]`: what the book is.
#[derive(Clone, Debug)]
pub struct Book {
    /// Title of the book, on every page.
    pub title: String,
    /// Authors, in the order given.
    pub authors: Vec<String>,
    /// One sentence about the book.
    pub description: String,
    /// The folder of the documents, relative to `book.toml`; `content` by default.
    pub src: BookPath,
    /// BCP 47 language tag of the text; `en` by default.
    pub language: String,
    /// Reading direction; from the language unless given.
    pub text_direction: Direction,
}

/// Reading direction of a book's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left.
    Rtl,
}

/// `[build]`: where the output goes.
#[derive(Clone, Debug)]
pub struct Build {
    /// The output folder, relative to `book.toml` or absolute, as written; `book` by default.
    pub build_dir: String,
}

/// `[output.html]`: how the site looks.
#[derive(Clone, Debug)]
pub struct Html {
    /// The folder whose files replace those of the built-in theme; it need not be there.
    pub theme: BookPath,
    /// What a reader without a choice of their own sees: `auto`, `light` or `dark`.
    pub default_theme: String,
    /// What `auto` shows where the system prefers dark: `dark` or `light`.
    pub preferred_dark_theme: String,
    /// Whether straight quotes and dashes are made typographic.
    pub smart_punctuation: bool,
    /// Style sheets of the book, copied and linked after the theme's.
    pub additional_css: Vec<BookPath>,
    /// Scripts of the book, copied and linked after the theme's.
    pub additional_js: Vec<BookPath>,
    /// Address of the repository, for the link in the header.
    pub git_repository_url: Option<String>,
    /// Address of the page that edits a file; `{path}` stands for the file's path.
    pub edit_url_template: Option<String>,
    /// Path or address at which the site is served, ends with `/`; for 404, sitemap and feed.
    pub site_url: Option<String>,
    /// Own domain name, written to `CNAME`.
    pub cname: Option<String>,
    /// The document that becomes `404.html`, relative to the source folder.
    pub input_404: Option<BookPath>,
    /// `[output.html.search] enable`: whether the full-text index is made.
    pub search: bool,
    /// Whether search engines may index the site (`robots.txt`); not by default.
    pub robots_allow: bool,
}

/// A configuration and what is wrong with it. With any fault the configuration is not to be used.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The configuration as far as it could be understood.
    pub config: Config,
    /// All faults, in source order.
    pub faults: Vec<Diagnostic>,
}

impl Default for Book {
    fn default() -> Book {
        Book {
            title: "Major changes".to_owned(),
            authors: Vec::new(),
            description: String::new(),
            src: BookPath::new("content").expect("`content` is a normal path"),
            language: "en".to_owned(),
            text_direction: Direction::Ltr,
        }
    }
}

impl Default for Build {
    fn default() -> Build {
        Build { build_dir: "book".to_owned() }
    }
}

impl Default for Html {
    fn default() -> Html {
        Html {
            theme: BookPath::new("themes/default").expect("`themes/default` is a normal path"),
            default_theme: "auto".to_owned(),
            preferred_dark_theme: "dark".to_owned(),
            smart_punctuation: false,
            additional_css: Vec::new(),
            additional_js: Vec::new(),
            git_repository_url: None,
            edit_url_template: None,
            site_url: None,
            cname: None,
            input_404: None,
            search: true,
            robots_allow: false,
        }
    }
}

impl Html {
    /// The whole address at which the site is served, which ends with `/`: `site-url` where it names a host, else the
    /// domain of `cname` with the path of `site-url`. Nothing where no host is known.
    pub fn address(&self) -> Option<String> {
        let path = self.site_url.as_deref().unwrap_or("/");
        if path.contains("://") {
            return Some(path.to_owned());
        }
        self.cname.as_ref().map(|host| format!("https://{host}{path}"))
    }

    /// The path at which the site is served, which begins and ends with `/`; nothing where that is not known.
    pub fn root(&self) -> Option<String> {
        let site = self.address().or_else(|| self.site_url.clone())?;
        let path = match site.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => &site,
        };
        Some(path.to_owned())
    }
}

impl Config {
    /// Parses without any override.
    pub fn parse(file: &SourceFile) -> Parsed {
        parse(file, &[])
    }
}
