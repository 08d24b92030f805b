//! Patterns, lengths and numbers of items.

use super::Walk;
use crate::inputs::config::Bounds;
use crate::inputs::value::{Node, Value};
use crate::text::{Span, counted};

/// How much of a value a message quotes, in characters.
const QUOTED: usize = 60;

impl Walk<'_> {
    /// Holds a value of the right type against the bounds; at most one is told.
    pub(super) fn bounds(&mut self, bounds: &Bounds, value: &Value, span: Span, name: &str) {
        match &value.node {
            Node::String(text) => self.text_bounds(bounds, text, span, name),
            Node::List(items) => self.item_bounds(bounds, items.len(), span, name),
            Node::Table(table) => self.item_bounds(bounds, table.entries().len(), span, name),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) => {}
        }
    }

    fn text_bounds(&mut self, bounds: &Bounds, text: &str, span: Span, name: &str) {
        if let Some(wanted) = bounds.length() {
            let length = text.chars().count();
            if !is_within(length, bounds.min_length, bounds.max_length) {
                let (least, most) = (bounds.min_length, bounds.max_length);
                let help = vec![lengthen(length, least, most, "character", "leave out")];
                return self.wrong(name, span, format!("text of {wanted}"), help);
            }
        }
        if let Some(pattern) = bounds.pattern.as_ref().filter(|pattern| !pattern.fits(text)) {
            let short: String = text.chars().take(QUOTED).collect();
            let more = if short.len() < text.len() { "..." } else { "" };
            let mut help = vec![format!("here is \"{short}{more}\"")];
            help.push(match self.doc {
                "" => "write it so that the whole text matches; the pattern stands in book.toml".to_owned(),
                doc => format!("write it so that the whole text matches: {doc}"),
            });
            self.wrong(name, span, format!("text of the pattern `{}`", pattern.as_str()), help);
        }
    }

    fn item_bounds(&mut self, bounds: &Bounds, items: usize, span: Span, name: &str) {
        let Some(wanted) = bounds.items() else { return };
        if !is_within(items, bounds.min_items, bounds.max_items) {
            let help = vec![lengthen(items, bounds.min_items, bounds.max_items, "item", "remove")];
            self.wrong(name, span, format!("a list of {wanted}"), help);
        }
    }
}

/// How much there is, and how much is too little or too much.
fn lengthen(number: usize, min: Option<u32>, max: Option<u32>, noun: &str, less: &str) -> String {
    let has = counted(number, noun);
    match (min, max) {
        (Some(min), _) if number < min as usize => format!("it has {has}: add {}", min as usize - number),
        (_, Some(max)) if number > max as usize => format!("it has {has}: {less} {}", number - max as usize),
        _ => format!("it has {has}"),
    }
}

fn is_within(number: usize, min: Option<u32>, max: Option<u32>) -> bool {
    min.is_none_or(|min| number >= min as usize) && max.is_none_or(|max| number <= max as usize)
}
