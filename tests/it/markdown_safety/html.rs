//! HTML read as strictly as we write it.

use std::collections::BTreeSet;

use mcmbook::inputs::document::markdown::MAX_DEPTH;

const VOID: [&str; 4] = ["br", "hr", "img", "input"];

/// Elements that hold text and inline elements alone.
const LEAVES: [&str; 11] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td", "code", "a"];

/// A piece of HTML with entities resolved, so that two spellings of the same are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
}

/// Reads HTML as strictly as we write it; anything else is an error.
pub(super) fn tokens(html: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("</") {
            let (name, after) = after.split_once('>').ok_or("an end tag without end")?;
            tokens.push(Token::End(name.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('<') {
            let (token, after) = start_tag(after)?;
            tokens.push(token);
            rest = after;
        } else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            tokens.push(Token::Text(resolved(text)?));
            rest = after;
        }
    }
    Ok(tokens)
}

fn start_tag(mut rest: &str) -> Result<(Token, &str), String> {
    let name_of = |text: &str| {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        text.find(|c| !is_name(c)).filter(|length| *length > 0).ok_or(format!("no name at {text:.20}"))
    };
    let (name, after) = rest.split_at(name_of(rest)?);
    rest = after;
    let mut attributes: Vec<(String, String)> = Vec::new();
    while let Some(after) = rest.strip_prefix(' ') {
        let (key, after) = after.split_at(name_of(after)?);
        let value = after.strip_prefix("=\"").ok_or("an attribute without quotes")?;
        let (value, after) = value.split_once('"').ok_or("a value without end")?;
        if attributes.iter().any(|(known, _)| known == key) {
            return Err(format!("{key} occurs twice"));
        }
        attributes.push((key.to_owned(), resolved(value)?));
        rest = after;
    }
    let rest = rest.strip_prefix('>').ok_or("a start tag without end")?;
    Ok((Token::Start(name.to_owned(), attributes), rest))
}

fn resolved(text: &str) -> Result<String, String> {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';').ok_or("a bare ampersand")?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#x27" => '\'',
            "#13" => '\r',
            "nbsp" => '\u{a0}',
            _ => return Err(format!("the entity {name}")),
        });
        out += rest;
    }
    Ok(out)
}

/// Every start has its end, leaves hold no blocks, links no links, lists only items, ids differ.
pub(super) fn structure(tokens: &[Token], prefix: &str) -> Result<(), String> {
    let inline = ["a", "br", "code", "del", "em", "img", "input", "span", "strong", "sup"];
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    for token in tokens {
        match token {
            Token::Start(name, attributes) => {
                let parent = open.last().copied().unwrap_or_default();
                let in_leaf = open.iter().any(|name| LEAVES.contains(name) && *name != "td" && *name != "th");
                let is_inline = inline.contains(&name.as_str());
                let fits = match parent {
                    "ul" | "ol" => name == "li",
                    "table" => name == "thead" || name == "tbody",
                    "thead" | "tbody" => name == "tr",
                    "tr" => name == "th" || name == "td",
                    _ => (is_inline || !in_leaf) && !(name == "a" && open.contains(&"a")),
                };
                if !fits {
                    return Err(format!("{name} in {open:?}"));
                }
                for (_, id) in attributes.iter().filter(|(key, _)| key == "id") {
                    if !id.starts_with(prefix) || id.len() == prefix.len() || !ids.insert(id.clone()) {
                        return Err(format!("the id {id:?}"));
                    }
                }
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Token::End(name) => {
                if open.pop() != Some(name) {
                    return Err(format!("</{name}> in {open:?}"));
                }
            }
            Token::Text(_) => {}
        }
        if open.len() > 2 * MAX_DEPTH + 12 {
            return Err(format!("{} elements deep", open.len()));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} are never closed")) }
}
