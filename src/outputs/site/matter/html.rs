//! Facts as HTML. Every page of a document has dozens of them, nested to any depth: written here, they cost a
//! hundredth of what a template needs to look at each.

use super::super::Site;
use super::super::body::Body;
use super::super::theme::escape;
use super::{Fact, Shown};
use crate::text::ContentHash;

/// A list of facts as a definition list, for a template to put in as it is.
pub(in super::super) fn of_facts(site: &Site<'_>, facts: &[Fact]) -> Body {
    let mut html = String::with_capacity(facts.len() * 64);
    list(facts, "facts", &mut html);
    Body { key: site.memo.key(|| ContentHash::of(html.as_bytes())), html: html.into() }
}

fn list(facts: &[Fact], class: &str, html: &mut String) {
    push(html, &["<dl class=\"", class, "\">\n"]);
    for fact in facts {
        let opening = if fact.wide { "<div class=\"wide\"><dt>" } else { "<div><dt>" };
        push(html, &[opening, &escape(&fact.label), "</dt><dd>"]);
        value(&fact.value, html);
        html.push_str("</dd></div>\n");
    }
    html.push_str("</dl>");
}

fn value(shown: &Shown, html: &mut String) {
    match shown {
        Shown::Text { text } => html.push_str(&escape(text)),
        Shown::Code { text } => push(html, &["<code>", &escape(text), "</code>"]),
        Shown::Link { text, href } => {
            push(html, &["<a href=\"", &escape(href), "\">", &escape(text), "</a>"]);
        }
        Shown::Time { text, datetime } => {
            push(html, &["<time datetime=\"", &escape(datetime), "\">", &escape(text), "</time>"]);
        }
        Shown::Row { items } => {
            for (at, item) in items.iter().enumerate() {
                html.push_str(if at == 0 { "" } else { ", " });
                value(item, html);
            }
        }
        Shown::List { items } => {
            html.push_str("<ul>");
            for item in items {
                html.push_str("<li>");
                value(item, html);
                html.push_str("</li>");
            }
            html.push_str("</ul>");
        }
        Shown::Table { columns, rows } => table(columns, rows, html),
        Shown::Group { facts } => list(facts, "facts-inner", html),
    }
}

/// A table that becomes cards on a narrow screen: each cell knows the name of its column.
fn table(columns: &[String], rows: &[Vec<Shown>], html: &mut String) {
    html.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\
         <table class=\"stack\" role=\"table\">\n<thead role=\"rowgroup\"><tr role=\"row\">",
    );
    for column in columns {
        match column.as_str() {
            "" => html.push_str("<td role=\"cell\"></td>"),
            name => push(html, &["<th scope=\"col\" role=\"columnheader\">", &escape(name), "</th>"]),
        }
    }
    html.push_str("</tr></thead>\n<tbody role=\"rowgroup\">");
    for row in rows {
        html.push_str("<tr role=\"row\">");
        for (cell, column) in row.iter().zip(columns) {
            push(html, &["<td role=\"cell\" data-label=\"", &escape(column), "\">"]);
            value(cell, html);
            html.push_str("</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>");
}

fn push(html: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| html.push_str(part));
}
