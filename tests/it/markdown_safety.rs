//! Whatever a writer types, the HTML is ours: ammonia, told exactly our elements and attributes, has nothing
//! to take away, browsers' parser has nothing to mend, and every id is behind the prefix.

mod html;

use std::collections::{BTreeSet, HashMap, HashSet};

use mcmbook::inputs::document::markdown::{Linker, Outline, RenderOptions, Target, outline, render_fragment};
use mcmbook::text::Span;
use proptest::prelude::*;

use self::html::{Token, structure, tokens};

const PREFIX: &str = "p--";

/// An element: its attributes of free value, those of fixed values, its classes.
type Element =
    (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)], &'static [&'static str]);

/// Everything that the writer may emit.
const ELEMENTS: [Element; 31] = [
    (
        "a",
        &["href", "title", "aria-label"],
        &[("rel", "noreferrer noopener")],
        &["anchor", "external", "footnote-backref"],
    ),
    ("blockquote", &[], &[], &[]),
    ("br", &[], &[], &[]),
    ("code", &["class"], &[], &[]),
    ("del", &[], &[], &[]),
    (
        "div",
        &["aria-label"],
        &[("role", "note"), ("role", "region"), ("tabindex", "0")],
        &[
            "alert",
            "alert-note",
            "alert-tip",
            "alert-important",
            "alert-warning",
            "alert-caution",
            "table-scroll",
        ],
    ),
    ("em", &[], &[], &[]),
    ("h1", &["id"], &[], &[]),
    ("h2", &["id"], &[], &[]),
    ("h3", &["id"], &[], &[]),
    ("h4", &["id"], &[], &[]),
    ("h5", &["id"], &[], &[]),
    ("h6", &["id"], &[], &[]),
    ("hr", &[], &[], &[]),
    ("img", &["src", "alt", "title"], &[("loading", "lazy"), ("decoding", "async")], &[]),
    (
        "input",
        &[],
        &[
            ("type", "checkbox"),
            ("checked", ""),
            ("disabled", ""),
            ("aria-label", "Done"),
            ("aria-label", "To do"),
        ],
        &[],
    ),
    ("li", &["id"], &[], &["task"]),
    ("ol", &["start"], &[], &[]),
    ("p", &[], &[], &["alert-title", "raw-html"]),
    ("pre", &[], &[("tabindex", "0")], &["code"]),
    ("section", &[], &[], &["footnotes"]),
    ("span", &["title"], &[], &["broken-link", "k"]),
    ("strong", &[], &[], &[]),
    ("sup", &["id"], &[], &["footnote-ref"]),
    ("table", &[], &[], &[]),
    ("tbody", &[], &[], &[]),
    ("td", &[], &[], &["align-left", "align-center", "align-right"]),
    ("th", &[], &[("scope", "col")], &["align-left", "align-center", "align-right"]),
    ("thead", &[], &[], &[]),
    ("tr", &[], &[], &[]),
    ("ul", &[], &[], &[]),
];

fn judge() -> ammonia::Builder<'static> {
    let elements = || ELEMENTS.iter();
    let mut judge = ammonia::Builder::empty();
    judge.tags(elements().map(|(name, ..)| *name).collect());
    judge
        .tag_attributes(elements().map(|(name, free, ..)| (*name, free.iter().copied().collect())).collect());
    let fixed = |list: &'static [(&str, &str)]| {
        let mut values: HashMap<&str, HashSet<&str>> = HashMap::new();
        list.iter().for_each(|(attribute, value)| {
            values.entry(attribute).or_default().insert(value);
        });
        values
    };
    judge.tag_attribute_values(elements().map(|(name, _, list, _)| (*name, fixed(list))).collect());
    let classes =
        |(name, _, _, classes): &'static Element| (*name, classes.iter().copied().collect::<HashSet<_>>());
    judge.allowed_classes(elements().map(classes).filter(|(_, classes)| !classes.is_empty()).collect());
    judge.url_schemes(["http", "https", "mailto", "tel", "xmpp", "irc"].into());
    judge.link_rel(None);
    judge.id_prefix(Some(PREFIX));
    judge
}

/// A linker that errs in every way: what it says has nothing to do with the target but its length. Only
/// addresses that are none at all (no host could be that) it leaves alone, since ammonia drops those.
struct Careless;

impl Linker for Careless {
    fn link(&self, target: &str) -> Target {
        match target.len() % 5 {
            0 if ammonia::Url::parse(&target.replace('\\', "%5C")).is_ok() => {
                Target::External(target.to_owned())
            }
            1 => Target::Broken(target.to_owned()),
            2 if target.len().is_multiple_of(2) => Target::Forbidden,
            _ => Target::Internal(target.to_owned()),
        }
    }

    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        let escaped = code.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        (language == "sql").then(|| format!("<span class=\"k\">{escaped}</span>"))
    }
}

fn check_html(
    markdown: &str,
    options: &RenderOptions<'_>,
    judge: &ammonia::Builder<'_>,
) -> Result<(), String> {
    let html = render_fragment(markdown, options, &Careless);
    let ours = tokens(&html).map_err(|error| format!("{error} in {html}"))?;
    structure(&ours, PREFIX).map_err(|error| format!("{error} in {html}"))?;
    let cleaned = judge.clean(&html).to_string();
    let theirs = tokens(&cleaned).map_err(|error| format!("{error} in ammonia's {cleaned}"))?;
    if ours != theirs {
        return Err(format!("ammonia made\n{cleaned}\nof\n{html}"));
    }
    Ok(())
}

/// Spans lie in the body and on character boundaries, sections in order.
fn check_outline(file: &str, body: Span) -> Result<Outline, String> {
    let mut faults = Vec::new();
    let outline = outline(file, body, &mut faults);
    let mut spans: Vec<(&str, Span)> = Vec::new();
    spans.extend(outline.headings.iter().flat_map(|h| [("heading", h.span), ("section", h.section)]));
    spans.extend(outline.links.iter().map(|link| ("link", link.span)));
    spans.extend(outline.code.iter().map(|block| ("code", block.span)));
    spans.extend(outline.tasks.iter().map(|task| ("task", task.span)));
    spans.extend(outline.lists.iter().flat_map(|list| {
        std::iter::once(("list", list.span)).chain(list.items.iter().map(|item| ("item", item.span)))
    }));
    spans.extend(outline.html.iter().map(|span| ("html", *span)));
    spans.extend(faults.iter().flat_map(|f| [("fault", f.span), ("related", f.related[0].0)]));
    for (what, span) in spans {
        let is_inside = body.start <= span.start && span.start <= span.end && span.end <= body.end;
        if !is_inside || file.get(span.range()).is_none() {
            return Err(format!("{what} {span:?} in {body:?}"));
        }
    }
    let ends_before =
        |pair: &[mcmbook::inputs::document::markdown::Heading]| pair[0].span.end <= pair[1].span.start;
    if !outline.headings.windows(2).all(ends_before) {
        return Err("headings out of order".to_owned());
    }
    Ok(outline)
}

/// The ids of headings are the anchors of the outline, those in footnotes aside.
fn check_anchors(markdown: &str, outline: &Outline) -> Result<(), String> {
    let options = RenderOptions {
        id_prefix: PREFIX,
        shift: 0,
        has_title: false,
        skip_title: false,
        smart_punctuation: true,
    };
    let html = render_fragment(markdown, &options, &Careless);
    let of_heading = |token: Token| match token {
        Token::Start(name, attributes) if name.len() == 2 && name.starts_with('h') && name != "hr" => {
            attributes.into_iter().find(|(key, _)| key == "id").map(|(_, id)| id[PREFIX.len()..].to_owned())
        }
        _ => None,
    };
    let shown: BTreeSet<String> = tokens(&html)?.into_iter().filter_map(of_heading).collect();
    let anchors = outline.headings.iter().map(|heading| &heading.anchor).chain(&outline.nested_anchors);
    let known: BTreeSet<String> = anchors.cloned().collect();
    let is_equal = shown == known || (markdown.contains("[^") && shown.is_superset(&known));
    if is_equal { Ok(()) } else { Err(format!("{shown:?} are shown, {known:?} are known")) }
}

/// What markup is made of, and what attacks on renderers are made of.
const PIECES: [&str; 98] = [
    "[x](javascript:alert(1))",
    "[x](java\nscript:x)",
    "[x](<java\tscript:x>)",
    "[x](&#106;avascript&colon;x)",
    "[x](&Tab;javascript:x)",
    "<javascript:x>",
    "[x]: data:text/html,x \"t\"\n",
    "![x](data:image/svg+xml,x)",
    "[x](//evil)",
    "[x](\\\\evil)",
    "[x](a.md \"onclick=\\\"x\")",
    "[",
    "]",
    "](",
    "![",
    "](x)",
    "[[",
    "]]",
    "()",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "<a href=\"x\">",
    "</a>",
    "</p>",
    "</div>",
    "<style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!X",
    "<textarea>",
    "<svg><title>",
    "<math>",
    "<table><tr>",
    "&amp;",
    "&lt;",
    "&#0;",
    "&#x22;",
    "&nGg;",
    "&nbsp;",
    "&quot",
    "&",
    "\"",
    "'",
    "<",
    ">",
    "\\",
    "\\\\",
    "\0",
    "[^1]",
    "[^1]: ",
    "\n[^1]: a\n",
    "[^<b>]",
    "\n[^<b>]: > c\n",
    "> [!NOTE]\n> ",
    "> [!caution]\n",
    "> ",
    "\n> ",
    "- [ ] ",
    "\n- [x] a",
    "- ",
    "\n  - ",
    "1. ",
    "\n7) ",
    "\n\n",
    "\n",
    "\r\n",
    "\r",
    "  \n",
    "\t",
    "    ",
    "# ",
    "\n## ",
    "\n===\n",
    "\n---\n",
    "***",
    "**",
    "*",
    "_",
    "~~",
    "~",
    "`",
    "``",
    "\n```sql\n",
    "\n~~~\n",
    "\n| a | b |\n|:-:|--:|\n",
    "|",
    "\\|",
    "https://a.b/c",
    "www.a.b",
    "a@b.c",
    "xmpp:a@b.c/d",
    "...",
    "\u{202e}",
    "日本é😀",
];

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        2 => "[a-c ]{1,5}",
        1 => "\\PC{0,4}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn html_is_safe_and_sound(markdown in nasty(), shift in 0u8..8, skip_title: bool, smart_punctuation: bool) {
        let options = RenderOptions { id_prefix: PREFIX, shift, has_title: skip_title, skip_title, smart_punctuation };
        let verdict = check_html(&markdown, &options, &judge());
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
    }

    #[test]
    fn outline_is_sound(head in "\\PC{0,5}", body in nasty()) {
        let file = format!("{head}{body}");
        let verdict = check_outline(&file, Span::new(head.len(), file.len()));
        let verdict = verdict.and_then(|outline| check_anchors(&body, &outline));
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
    }
}

#[test]
fn every_piece_is_safe_alone_and_in_every_container() {
    let judge = judge();
    let options = RenderOptions {
        id_prefix: PREFIX,
        shift: 1,
        has_title: false,
        skip_title: true,
        smart_punctuation: true,
    };
    for piece in PIECES {
        for around in [
            "{}",
            "[{}](y)",
            "![{}](y)",
            "# {}",
            "- {}",
            "> {}",
            "| {} |\n|---|\n| {} |",
            "**{}**",
            "[^1]\n\n[^1]: {}",
        ] {
            let markdown = around.replace("{}", piece);
            check_html(&markdown, &options, &judge).unwrap_or_else(|error| panic!("{markdown:?}: {error}"));
            check_outline(&markdown, Span::new(0, markdown.len()))
                .unwrap_or_else(|error| panic!("{markdown:?}: {error}"));
        }
    }
}

#[test]
fn deep_nesting_is_sound() {
    let judge = judge();
    let options = RenderOptions {
        id_prefix: PREFIX,
        shift: 0,
        has_title: false,
        skip_title: false,
        smart_punctuation: false,
    };
    for unit in ["> ", "- ", "1. ", "> - ", "*a ", "**", "[", "![", "[a](b) *c **d ", "- > 1. "] {
        for tail in ["x\n", "# x\n", "- [ ] x\n", "```\nx\n", "| a |\n", "[^1]\n\n[^1]: y\n"] {
            let markdown = unit.repeat(2000) + tail;
            check_html(&markdown, &options, &judge)
                .unwrap_or_else(|error| panic!("{unit:?} {tail:?}: {error:.500}"));
        }
    }
}

#[test]
fn the_judge_is_awake() {
    let judge = judge();
    for html in ["<p onclick=\"x\">", "<a href=\"javascript:x\">", "<h1 id=\"x\">", "<p class=\"x\">", "<b>"]
    {
        assert_ne!(tokens(&judge.clean(html).to_string()), tokens(html), "{html}");
    }
    for html in
        ["<p>a<p>", "<ul><p></p></ul>", "<p><p></p></p>", "<sup id=\"x\"></sup>", "<em><a><a></a></a></em>"]
    {
        assert!(structure(&tokens(html).expect("tags"), PREFIX).is_err(), "{html}");
    }
    for html in ["a & b", "<p x>", "<p x=y>", "<P>", "< p>", "<p"] {
        assert!(tokens(html).is_err(), "{html}");
    }
}
