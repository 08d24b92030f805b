//! Every example of CommonMark 0.31.2 and of GitHub's dialect, against our writer.
//!
//! The vectors lie beside the repository (`../shared/vectors`), see [`vectors`]. Each example is judged three times: byte by
//! byte in the writer's plain dress, the same again with CRLF, and in the site's dress by the text that a
//! reader sees.

use mcmbook::inputs::document::markdown::{
    Linker, RenderOptions, Target, outline, render_fragment, render_plain,
};
use mcmbook::text::Span;

use crate::vectors;

/// Examples that come out differently, and why. An entry that is no longer needed fails the test.
const DIFFERENCES: [(&str, u64, &str); 17] = [
    ("commonmark-0.31.2", 602, AUTOLINK),
    ("commonmark-0.31.2", 606, AUTOLINK),
    ("commonmark-0.31.2", 608, AUTOLINK),
    ("commonmark-0.31.2", 611, AUTOLINK),
    ("commonmark-0.31.2", 612, AUTOLINK),
    ("gfm-0.29", 610, AUTOLINK),
    ("gfm-0.29", 614, AUTOLINK),
    ("gfm-0.29", 616, AUTOLINK),
    ("gfm-0.29", 619, AUTOLINK),
    ("gfm-0.29", 620, AUTOLINK),
    ("gfm-0.29", 645, COMMENT),
    ("gfm-0.29", 646, COMMENT),
    ("gfm-0.29", 653, TAG_FILTER),
    ("gfm-extensions", 20, "the vectors only ask that it does not crash"),
    ("gfm-extensions", 22, TAG_FILTER),
    ("gfm-regression", 23, UNDEFINED_FOOTNOTE),
    ("gfm-regression", 24, UNDEFINED_FOOTNOTE),
];

const AUTOLINK: &str =
    "an example without the autolink extension, which is always on here: bare addresses are links";
const COMMENT: &str = "CommonMark 0.31 allows in comments what the older text under GFM 0.29 does not";
const TAG_FILTER: &str = "on the site all raw HTML is escaped, so that no list of forbidden tags is needed";
const UNDEFINED_FOOTNOTE: &str = "a footnote that is not defined is text, as at GitHub, but pulldown-cmark sees markup inside its brackets";

#[derive(Clone)]
struct Example {
    file: &'static str,
    number: u64,
    markdown: String,
    html: String,
}

impl Example {
    fn is_different(&self) -> bool {
        DIFFERENCES.iter().any(|(file, number, _)| *file == self.file && *number == self.number)
    }
}

/// Nothing where the vectors do not lie beside the repository and are not asked for.
fn examples() -> Option<Vec<Example>> {
    let read = |file: &'static str| {
        let text = vectors::text(&format!("{file}.json"))?;
        let examples: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list of examples");
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let example = move |value: serde_json::Value| Example {
            file,
            number: value["example"].as_u64().expect("a number"),
            markdown: text(&value["markdown"]),
            html: text(&value["html"]),
        };
        Some(examples.into_iter().map(example).collect::<Vec<_>>())
    };
    let files = ["commonmark-0.31.2", "gfm-0.29", "gfm-extensions", "gfm-regression"];
    let files: Option<Vec<_>> = files.into_iter().map(read).collect();
    Some(files?.concat())
}

/// Compares all examples, and says of each that fails what was wanted and what came.
fn judge(examples: &[Example], render: impl Fn(&Example) -> (String, String)) {
    let mut complaints = String::new();
    for example in examples {
        let (wanted, got) = render(example);
        let Example { file, number, markdown, .. } = example;
        match (wanted == got, example.is_different()) {
            (false, false) => {
                complaints +=
                    &format!("{file} {number}: {markdown:?}\n  wanted {wanted:?}\n  got    {got:?}\n");
            }
            (true, true) => {
                complaints += &format!("{file} {number}: no longer different, strike it off the list\n")
            }
            _ => {}
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn renders_as_the_specifications_say() {
    let Some(examples) = examples() else { return };
    assert_eq!(examples.len(), 652 + 671 + 30 + 25);
    judge(&examples, |example| (example.html.clone(), render_plain(&example.markdown)));
}

#[test]
fn does_not_mind_carriage_returns() {
    let Some(examples) = examples() else { return };
    judge(&examples, |example| {
        let markdown = example.markdown.replace('\n', "\r\n");
        (example.html.clone(), render_plain(&markdown).replace("\r\n", "\n"))
    });
}

/// Every link leads to one page, so that pictures are pictures and links links as in the vectors.
struct Everywhere;

impl Linker for Everywhere {
    fn link(&self, _: &str) -> Target {
        Target::Internal("page.html".to_owned())
    }

    fn highlight(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

#[test]
fn dressing_changes_no_word() {
    let options = RenderOptions {
        id_prefix: "",
        shift: 0,
        has_title: false,
        skip_title: false,
        smart_punctuation: false,
    };
    let Some(mut examples) = examples() else { return };
    examples.retain(|example| !has_raw_html(&example.markdown));
    assert!(examples.len() > 1100, "{} examples without raw HTML", examples.len());
    for example in &examples {
        if render_plain(&example.markdown).contains("\"></a>") {
            continue; // a link without text, which shows its target on a site
        }
        let dressed = render_fragment(&example.markdown, &options, &Everywhere);
        let (wanted, got) = (text_of(&render_plain(&example.markdown)), text_of(&dressed));
        assert_eq!(got, wanted, "{} {}: {:?}", example.file, example.number, example.markdown);
    }
}

fn has_raw_html(markdown: &str) -> bool {
    !outline(markdown, Span::new(0, markdown.len()), &mut Vec::new()).html.is_empty()
}

/// What stands outside of tags, white space taken together.
fn text_of(html: &str) -> String {
    let outside = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    outside.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
