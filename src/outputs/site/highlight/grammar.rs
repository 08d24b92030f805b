//! The grammars: which there are, what their queries capture, and the marks that they give to code.

use std::cell::RefCell;
use std::sync::OnceLock;

use arborium::advanced::GrammarConfig;
use arborium::tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator, Tree};

use super::{Mark, class_of};

/// How deep code in code is followed: a macro in a macro in a macro.
const DEEPEST: u32 = 3;

/// A language: its name, the other names that people write, and its grammar.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    config: fn() -> GrammarConfig<'static>,
    /// Compiled when it is first asked for, once for all threads: queries take milliseconds.
    grammar: OnceLock<Option<Grammar>>,
}

macro_rules! entry {
    ($name:literal, $grammar:ident, $aliases:expr) => {
        Entry {
            name: $name,
            aliases: &$aliases,
            config: || GrammarConfig {
                language: arborium::$grammar::language().into(),
                highlights_query: &arborium::$grammar::HIGHLIGHTS_QUERY,
                injections_query: arborium::$grammar::INJECTIONS_QUERY,
                locals_query: "",
            },
            grammar: OnceLock::new(),
        }
    };
}

pub(super) static LANGUAGES: [Entry; 14] = [
    entry!("bash", lang_bash, ["sh", "shell", "zsh", "console", "shell-session"]),
    entry!("diff", lang_diff, ["patch"]),
    entry!("dockerfile", lang_dockerfile, ["docker", "containerfile"]),
    entry!("go", lang_go, ["golang"]),
    entry!("hcl", lang_hcl, ["tf", "terraform"]),
    entry!("ini", lang_ini, ["cfg", "conf", "properties", "dosini"]),
    entry!("java", lang_java, []),
    entry!("javascript", lang_javascript, ["js", "mjs", "cjs", "jsx"]),
    entry!("json", lang_json, ["jsonc", "json5"]),
    entry!("python", lang_python, ["py", "python3"]),
    entry!("rust", lang_rust, ["rs"]),
    entry!("sql", lang_sql, ["pgsql", "postgresql", "postgres", "mysql", "plsql"]),
    entry!("toml", lang_toml, []),
    entry!("yaml", lang_yaml, ["yml"]),
];

/// The place of a language in [`LANGUAGES`], by a name in any case.
pub(super) fn find(language: &str) -> Option<usize> {
    let is = |name: &str| name.eq_ignore_ascii_case(language);
    LANGUAGES.iter().position(|entry| is(entry.name) || entry.aliases.iter().any(|alias| is(alias)))
}

struct Grammar {
    language: Language,
    highlights: Query,
    /// What each capture of `highlights` does, by its index: names are looked at once, not once a span.
    captures: Vec<Capture>,
    injections: Option<Query>,
}

#[derive(Clone, Copy)]
enum Capture {
    /// The query needs it for itself.
    Internal,
    /// The code becomes a mark of this class, or of none.
    Mark(Option<&'static str>),
}

impl Entry {
    fn grammar(&self) -> Option<&Grammar> {
        self.grammar.get_or_init(|| Grammar::new((self.config)())).as_ref()
    }
}

impl Grammar {
    fn new(config: GrammarConfig<'_>) -> Option<Grammar> {
        let highlights = Query::new(&config.language, config.highlights_query).ok()?;
        let injections = Some(config.injections_query).filter(|query| !query.is_empty());
        let injections = injections.and_then(|query| Query::new(&config.language, query).ok());
        let capture = |name: &&str| match name.starts_with('_') || name.starts_with("injection.") {
            true => Capture::Internal,
            false => Capture::Mark(class_of(name)),
        };
        let captures = highlights.capture_names().iter().map(capture).collect();
        Some(Grammar { language: config.language, highlights, captures, injections })
    }
}

/// What a thread needs to mark code: parsers and the cursor keep their memory from block to block.
struct Worker {
    /// By the place of their language in [`LANGUAGES`].
    parsers: [Option<Parser>; LANGUAGES.len()],
    cursor: QueryCursor,
}

thread_local! {
    static WORKER: RefCell<Worker> =
        RefCell::new(Worker { parsers: [const { None }; LANGUAGES.len()], cursor: QueryCursor::new() });
}

/// The marks of code in the language at that place of [`LANGUAGES`], in no order; nothing when it cannot be
/// parsed.
pub(super) fn marks(language: usize, code: &str) -> Option<Vec<Mark>> {
    let mut marks = Vec::new();
    WORKER.with_borrow_mut(|worker| worker.mark(language, code, 0, 0, &mut marks))?;
    Some(marks)
}

impl Worker {
    fn mark(
        &mut self,
        language: usize,
        code: &str,
        offset: usize,
        depth: u32,
        marks: &mut Vec<Mark>,
    ) -> Option<()> {
        let grammar = LANGUAGES[language].grammar()?;
        let tree = self.parse(language, grammar, code)?;
        let mut matches = self.cursor.matches(&grammar.highlights, tree.root_node(), code.as_bytes());
        while let Some(found) = matches.next() {
            for capture in found.captures {
                let Capture::Mark(class) = grammar.captures[capture.index as usize] else { continue };
                let range = capture.node.byte_range();
                let (start, end) = (offset + range.start, offset + range.end);
                marks.push(Mark { start, end, rank: found.pattern_index, class });
            }
        }
        if depth == DEEPEST {
            return Some(());
        }
        for (node, inner) in self.injections(grammar, &tree, code) {
            let range = node.byte_range();
            if let Some(part) = code.get(range.clone()).filter(|part| !part.is_empty()) {
                self.mark(inner, part, offset + range.start, depth + 1, marks);
            }
        }
        Some(())
    }

    fn parse(&mut self, language: usize, grammar: &Grammar, code: &str) -> Option<Tree> {
        let parser = match &mut self.parsers[language] {
            Some(parser) => parser,
            none => {
                let mut parser = Parser::new();
                parser.set_language(&grammar.language).ok()?;
                none.insert(parser)
            }
        };
        parser.parse(code, None)
    }

    /// The pieces of code in another language (or the same one, as a macro's), and which that is.
    fn injections<'t>(&mut self, grammar: &Grammar, tree: &'t Tree, code: &str) -> Vec<(Node<'t>, usize)> {
        let mut pieces = Vec::new();
        let Some(query) = &grammar.injections else { return pieces };
        let of_name = |name: &str| query.capture_index_for_name(name);
        let (content, named) = (of_name("injection.content"), of_name("injection.language"));
        let mut matches = self.cursor.matches(query, tree.root_node(), code.as_bytes());
        while let Some(found) = matches.next() {
            let node_of = |capture: Option<u32>| {
                let mut nodes = found.captures.iter().filter(|node| Some(node.index) == capture);
                nodes.next_back().map(|capture| capture.node)
            };
            let settings = query.property_settings(found.pattern_index).iter();
            let mut set = settings.filter(|setting| &*setting.key == "injection.language");
            let name = set.find_map(|setting| setting.value.as_deref());
            let name = name.or_else(|| node_of(named).and_then(|node| code.get(node.byte_range())));
            if let (Some(node), Some(language)) = (node_of(content), name.and_then(find)) {
                pieces.push((node, language));
            }
        }
        pieces
    }
}
