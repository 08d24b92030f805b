//! A record as the HTML that Pagefind reads.
//!
//! Pagefind also takes plain text, which costs it some 5 % less, but then it knows no headings: no anchors
//! inside of a result and no more weight for a word in a heading.

use super::Record;

/// Text of one record that is indexed at most, in bytes: a record costs the engine about a hundred times its
/// text in memory.
const LONGEST: usize = 2_000_000;

/// The page of a record. The facets, sort keys and meta values are attributes of empty elements.
pub(super) fn page(record: &Record, language: &str) -> String {
    let length: usize = record.passages.iter().map(|passage| passage.text.len() + 64).sum();
    let mut html = String::with_capacity(length.min(LONGEST) + 1024);
    html.push_str("<html lang=\"");
    text(&mut html, language);
    html.push_str("\"><body>");
    value(&mut html, "meta", "title", &record.title);
    record.meta.iter().for_each(|(key, text)| value(&mut html, "meta", key, text));
    record.sort.iter().for_each(|(key, text)| value(&mut html, "sort", key, text));
    for (key, values) in &record.facets {
        values.iter().for_each(|text| value(&mut html, "filter", key, text));
    }
    let mut left = LONGEST;
    for passage in &record.passages {
        if !passage.anchor.is_empty() {
            let level = passage.level.clamp(1, 6);
            html.push_str(&format!("<h{level} id=\""));
            text(&mut html, &passage.anchor);
            html.push_str("\">");
            text(&mut html, &passage.heading);
            html.push_str(&format!("</h{level}>"));
        }
        // No paragraph: the engine would put a full stop behind every line of a table.
        html.push_str("<pre>");
        let mut end = left.min(passage.text.len());
        while !passage.text.is_char_boundary(end) {
            end -= 1;
        }
        text(&mut html, &passage.text[..end]);
        // What has been cut once is not taken up again further down.
        left = if end < passage.text.len() { 0 } else { left - end };
        html.push_str("</pre>");
    }
    // A record without a word would be left out of the index.
    if record.passages.iter().all(|passage| passage.text.trim().is_empty() && passage.anchor.is_empty()) {
        html.push_str("<pre>");
        text(&mut html, &record.title);
        html.push_str("</pre>");
    }
    html.push_str("</body></html>");
    html
}

fn value(html: &mut String, what: &str, key: &str, content: &str) {
    html.push_str(&format!("<i data-pagefind-{what}=\"{key}:"));
    text(html, content);
    html.push_str("\"></i>");
}

/// Text, with nothing in it that the engine would take for an order: its own marks pass through the text
/// and begin with these words.
fn text(html: &mut String, text: &str) {
    const MARK: &str = "_PAGEFIND_";
    if text.contains(MARK) {
        html.push_str(&super::super::theme::escape(&text.replace(MARK, "-PAGEFIND_")));
    } else {
        html.push_str(&super::super::theme::escape(text));
    }
}

#[cfg(test)]
mod tests;
