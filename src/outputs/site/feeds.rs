//! Files for machines other than browsers: the Atom feed, sitemap, robots, and what hosts of static sites
//! read.

use std::collections::BTreeMap;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::address::relative;
use super::{Site, when};
use crate::analysis::Analysis;
use crate::outputs::{Content, Output};
use crate::text::{ContentHash, is_steering};

/// Entries of the feed.
const ENTRIES: usize = 50;

/// Adds the files.
pub(super) fn add(site: &Site<'_>, output: &mut Output) {
    let html = &site.analysis.facts.inputs.config.html;
    let url = html.address();
    let url = url.as_deref();
    output.add(".nojekyll", Vec::new());
    if let Some(cname) = &html.cname {
        output.add("CNAME", format!("{cname}\n").into_bytes());
    }
    if has_feed(site.analysis) {
        output.add("feed.atom", feed(site, url));
    }
    let mut robots = "User-agent: *\n".to_owned();
    robots.push_str(if html.robots_allow { "Allow: /\n" } else { "Disallow: /\n" });
    if let Some(url) = url {
        output.add("sitemap.xml", sitemap(site, output, url));
        robots.push_str(&format!("Sitemap: {url}sitemap.xml\n"));
    }
    output.add("robots.txt", robots.into_bytes());
}

/// Where these files lie.
pub(super) fn paths(site: &Site<'_>) -> Vec<&'static str> {
    let html = &site.analysis.facts.inputs.config.html;
    let mut paths = vec![".nojekyll", "_headers", "robots.txt"];
    paths.extend(html.cname.as_ref().map(|_| "CNAME"));
    paths.extend(has_feed(site.analysis).then_some("feed.atom"));
    paths.extend(html.address().map(|_| "sitemap.xml"));
    paths
}

/// Whether there is a feed: its entries need the times of commits.
pub(super) fn has_feed(analysis: &Analysis) -> bool {
    let facts = &analysis.facts;
    facts.inputs.history.head.is_some() && !facts.book.changes.is_empty()
}

/// The changes that were touched last (RFC 4287). Without an address of the site, ids are UUIDs made from
/// the change's id, and links are relative to the feed.
fn feed(site: &Site<'_>, url: Option<&str>) -> Vec<u8> {
    let config = &site.analysis.facts.inputs.config.book;
    let mut newest: Vec<_> = site.summaries().filter(|summary| summary.touched != 0).collect();
    newest.sort_by(|a, b| (b.touched, &b.id).cmp(&(a.touched, &a.id)));
    newest.truncate(ENTRIES);
    let updated = newest.first().map_or(0, |summary| summary.touched);
    let id = |name: &str| match url {
        Some(url) => format!("{url}{name}"),
        None => urn(&format!("{}\n{name}", config.title)),
    };
    let link = |path: &str| format!("{}{path}", url.unwrap_or_default());
    let author = config.authors.first().map_or(config.title.as_str(), String::as_str);
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", &config.language)]);
    xml.text("title", &[], &config.title);
    xml.text("id", &[], &id("feed.atom"));
    xml.text("updated", &[], &when::rfc3339(updated));
    xml.empty("link", &[("rel", "self"), ("href", &link("feed.atom"))]);
    xml.empty("link", &[("rel", "alternate"), ("href", &link("index.html"))]);
    xml.open("author", &[]);
    xml.text("name", &[], author);
    xml.close("author");
    for summary in newest {
        let services: Vec<&str> = summary.services.iter().map(|service| service.text.as_str()).collect();
        let slot = summary.slot.as_ref().map(|slot| format!("; {} {}", slot.day, slot.hours));
        xml.open("entry", &[]);
        xml.text("title", &[], &format!("{} {}", summary.id, summary.title));
        xml.text("id", &[], &id(&summary.href));
        xml.text("updated", &[], &when::rfc3339(summary.touched));
        xml.empty("link", &[("rel", "alternate"), ("href", &link(&summary.href))]);
        for service in &services {
            xml.empty("category", &[("term", service)]);
        }
        let words = [summary.status.text.as_str(), &services.join(", ")].join("; ");
        xml.text("summary", &[("type", "text")], &(words + slot.as_deref().unwrap_or_default()));
        xml.close("entry");
    }
    xml.close("feed");
    xml.done()
}

/// A UUID of version 8 (RFC 9562 5.8) from text: the same for the same change in every build.
fn urn(text: &str) -> String {
    let hash = ContentHash::of(text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Every page but the 404 one; changes and documents with the time of their newest commit.
fn sitemap(site: &Site<'_>, output: &Output, url: &str) -> Vec<u8> {
    let mut touched: BTreeMap<String, i64> = BTreeMap::new();
    for summary in site.summaries() {
        touched.insert(summary.href.clone(), summary.touched);
    }
    let facts = &site.analysis.facts;
    for (index, document) in facts.book.documents.iter().enumerate() {
        let newest = facts.inputs.history.of(document.path()).next().map_or(0, |commit| commit.time);
        let time = touched.entry(relative("", &site.addresses.place(index).page)).or_default();
        *time = newest.max(*time);
    }
    let mut xml = Xml::new();
    xml.open("urlset", &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")]);
    for (path, content) in &output.files {
        if !path.ends_with(".html") || path == "404.html" || matches!(content, Content::Attachment(_)) {
            continue;
        }
        let href = relative("", path);
        xml.open("url", &[]);
        xml.text("loc", &[], &format!("{url}{href}"));
        if let Some(time) = touched.get(&href).filter(|time| **time != 0) {
            xml.text("lastmod", &[], &when::rfc3339(*time));
        }
        xml.close("url");
    }
    xml.close("urlset");
    xml.done()
}

/// XML, element by element; the library escapes.
struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    fn new() -> Xml {
        let mut xml = Xml { writer: Writer::new_with_indent(Vec::new(), b' ', 1) };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    fn event(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect("memory takes every byte");
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = quick_xml::events::BytesStart::new(name);
        self.event(Event::Start(start.with_attributes(attributes.iter().copied())));
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = quick_xml::events::BytesStart::new(name);
        self.event(Event::Empty(start.with_attributes(attributes.iter().copied())));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(quick_xml::events::BytesEnd::new(name)));
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.event(Event::Text(BytesText::new(&clean(text))));
        self.close(name);
    }

    fn done(self) -> Vec<u8> {
        let mut bytes = self.writer.into_inner();
        bytes.push(b'\n');
        bytes
    }
}

/// Text without the control characters that XML 1.0 (2.2) does not allow even as references, and without what turns
/// the text of an entry around.
fn clean(text: &str) -> String {
    let allowed = |c: &char| !is_steering(*c) || matches!(c, '\t' | '\n' | '\r');
    text.chars().filter(allowed).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}
