//! `document.json`: a service, a window or a standard model as data.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::Site;
use super::json;
use super::record::AsOfRecord;
use crate::inputs::value::Table;
use crate::outputs::Output;

/// The kinds whose documents changes refer to.
const KINDS: [&str; 3] = ["service", "window", "standard"];

/// A document outside of changes as data, without its text.
#[derive(Serialize, JsonSchema)]
struct DocumentData<'a> {
    /// Version of this form; it rises when a field changes its meaning or goes away.
    format: u32,
    /// `services/checkout`.
    id: String,
    /// Name of the kind: service, window or standard.
    kind: String,
    /// Title.
    title: String,
    /// Path in the book.
    path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    sha256: String,
    /// Whether its bytes differ from the commit that the site was made from.
    modified: bool,
    /// The front matter as written.
    #[schemars(with = "serde_json::Value")]
    matter: &'a Table,
    /// Ids of the changes that touch the service, lie in the window or follow the model, newest first.
    changes: Vec<&'a str>,
    /// The commit that the site was made from.
    as_of: AsOfRecord,
}

/// Adds the files, each beside its page, and their schema.
pub(super) fn add(site: &Site<'_>, output: &mut Output) {
    let facts = &site.analysis.facts;
    for (kind, index, path) in described(site) {
        let document = &facts.book.documents[index];
        let related = site.related().get(&(kind, document.id.name().to_owned()));
        let data = DocumentData {
            format: 1,
            id: document.id.to_string(),
            kind: kind.to_owned(),
            title: document.title().to_owned(),
            path: document.path().to_string(),
            sha256: document.source.hash.to_string(),
            modified: facts.inputs.history.modified.contains(document.path()),
            matter: &document.matter.table,
            changes: related.into_iter().flatten().map(|at| &*site.changes[*at].id).collect(),
            as_of: AsOfRecord::of(site),
        };
        output.add(path, json(&data));
    }
    output.add("schemas/document.json", json(&schemars::schema_for!(DocumentData<'_>)));
}

/// The documents that have such a file: kind, index and where the file lies.
pub(super) fn described<'s>(site: &'s Site<'_>) -> impl Iterator<Item = (&'static str, usize, String)> + 's {
    let book = &site.analysis.facts.book;
    let of_kinds = KINDS.iter().flat_map(move |kind| book.of_kind(kind).map(move |of| (*kind, of)));
    of_kinds.filter_map(|(kind, (index, document))| {
        let is_meant = document.id.change().is_none() && site.addresses.is_shown(index);
        let folder = site.addresses.place(index).page.strip_suffix("index.html").filter(|_| is_meant)?;
        Some((kind, index, format!("{folder}document.json")))
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{book, built, small, text};

    #[test]
    fn data_of_services_and_of_the_register_is_of_its_schema() {
        let output = built(book(&small()));
        let parse =
            |path: &str| -> serde_json::Value { serde_json::from_str(text(&output, path)).expect("JSON") };
        for (data, schema) in [
            ("services/ledger/document.json", "schemas/document.json"),
            ("windows/close/document.json", "schemas/document.json"),
            ("changes/changes.json", "schemas/changes.json"),
        ] {
            let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
            compiler.add_resource("test:schema", parse(schema)).expect("a resource");
            let index = compiler.compile("test:schema", &mut schemas).expect("it is a schema");
            schemas.validate(&parse(data), index).unwrap_or_else(|error| panic!("{data}: {error:#}"));
        }
        let ledger = parse("services/ledger/document.json");
        assert_eq!(ledger["changes"], serde_json::json!(["MCM-2026-0001"]));
        assert_eq!(ledger["matter"]["team"], "finance");
        assert!(text(&output, "services/ledger/index.html").contains("href=\"document.json\""));
        assert!(!output.files.contains_key("manual/a/document.json"), "no change refers to a page");
        assert_eq!(parse("changes/changes.json")["changes"][0]["quarter"], "2026 Q2");
    }
}
