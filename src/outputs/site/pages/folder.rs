//! A folder: its pages in a list, or as a table where they are services, windows or standard models.

use serde::Serialize;

use super::super::chip::Chip;
use super::super::matter::words;
use super::super::page::{Crumb, Draft, Head, Rendered, render};
use super::super::summary::{self, Named};
use super::super::tree::Rail;
use super::super::{Site, ThemeError};
use super::home;
use crate::inputs::document::Document;
use crate::inputs::value::Value;

/// What a folder holds.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(in super::super) enum FolderView {
    /// Services.
    Services { rows: Vec<ServiceRow> },
    /// Windows.
    Windows { rows: Vec<home::WindowRow> },
    /// Standard models.
    Standard { rows: Vec<StandardRow> },
    /// Other pages; those that the folder's own page links to are left out.
    Pages { rows: Vec<PageRow> },
}

#[derive(Serialize)]
pub(in super::super) struct ServiceRow {
    title: String,
    name: String,
    href: String,
    tier: Option<Chip>,
    team: String,
    data_class: String,
    customer_facing: bool,
    upstream: Vec<Named>,
    changes: usize,
}

#[derive(Serialize)]
pub(in super::super) struct StandardRow {
    title: String,
    href: String,
    services: Vec<Named>,
    max_duration: String,
    expires: String,
    changes: usize,
}

#[derive(Serialize)]
pub(in super::super) struct PageRow {
    title: String,
    href: String,
    kind: String,
    pages: usize,
}

#[derive(Serialize)]
struct View {
    folder: Option<FolderView>,
}

/// What a folder holds, for its page; nothing when its own text says it all.
pub(in super::super) fn view(site: &Site<'_>, node: usize) -> Option<FolderView> {
    let children = &site.tree.nodes[node].children;
    let document = |child: &usize| {
        site.tree.nodes[*child].document.map(|index| (index, &*site.analysis.facts.book.documents[index]))
    };
    let of_kind = |kind: &str| -> Vec<(usize, &Document)> {
        children.iter().filter_map(document).filter(|(_, document)| document.kind_name() == kind).collect()
    };
    let services = of_kind("service");
    if !services.is_empty() {
        return Some(FolderView::Services { rows: services.iter().map(|s| service(site, *s)).collect() });
    }
    let windows = of_kind("window");
    if !windows.is_empty() {
        return Some(FolderView::Windows { rows: windows.iter().map(|w| home::window(site, *w)).collect() });
    }
    let standard = of_kind("standard");
    if !standard.is_empty() {
        return Some(FolderView::Standard { rows: standard.iter().map(|s| model(site, *s)).collect() });
    }
    let linked = site.tree.linked_from(&site.analysis.facts, node);
    let is_left =
        |child: &&usize| site.tree.nodes[**child].document.is_none_or(|index| !linked.contains_key(&index));
    let row = |child: &usize| PageRow {
        title: site.tree.nodes[*child].title.clone(),
        href: site.tree.href(*child),
        kind: document(child)
            .and_then(|(_, document)| document.kind.as_ref().map(|kind| kind.title.clone()))
            .unwrap_or_default(),
        pages: site.tree.nodes[*child].children.len(),
    };
    let rows: Vec<PageRow> = children.iter().filter(is_left).map(row).collect();
    (!rows.is_empty()).then_some(FolderView::Pages { rows })
}

/// The page of a folder that has no document of its own.
pub(in super::super) fn page(site: &Site<'_>, node: usize) -> Result<Rendered, ThemeError> {
    let way = site.tree.way_to(node);
    let title = match site.tree.nodes[node].path.as_str() {
        "standard" => "Standard change models".to_owned(),
        "process" => "Process guide".to_owned(),
        _ => site.tree.nodes[node].title.clone(),
    };
    let crumb =
        |node: &usize| Crumb { title: site.tree.nodes[*node].title.clone(), href: site.tree.href(*node) };
    let rail: Option<Rail> = if way.len() > 1 { site.tree.rail(node) } else { None };
    let head = Head {
        path: site.tree.page(node),
        section: way.first().map(|node| site.tree.nodes[*node].path.clone()).unwrap_or_default(),
        crumbs: way.iter().rev().skip(1).rev().map(crumb).collect(),
        mark: title.clone(),
        title,
        rail,
        ..Head::default()
    };
    render(
        site,
        Draft { template: "folder.html", head, view: View { folder: view(site, node) }, bodies: Vec::new() },
    )
}

/// The tier of a service.
pub(in super::super) fn tier(document: &Document) -> Option<Chip> {
    let tier = document.field("tier").and_then(Value::as_integer)?;
    let (tone, icon) = match tier {
        0 => ("bad", "level-4"),
        1 => ("grave", "level-3"),
        2 => ("warn", "level-2"),
        _ => ("plain", "level-1"),
    };
    Some(Chip::new(format!("tier {tier}"), tone, icon))
}

fn service(site: &Site<'_>, (index, document): (usize, &Document)) -> ServiceRow {
    let text = |key: &str| document.text(key).unwrap_or_default().to_owned();
    let upstream = document.field("upstream").map_or(&[][..], Value::items).iter();
    let named = |value: &Value| {
        let name = value.as_table().and_then(|table| table.get("service")?.as_str())?;
        Some(summary::named(site, "service", name))
    };
    ServiceRow {
        title: document.title().to_owned(),
        name: document.id.name().to_owned(),
        href: super::super::page::href(&site.addresses.place(index).page),
        tier: tier(document),
        team: text("team"),
        data_class: words(&text("data_class")),
        customer_facing: document.field("customer_facing").and_then(Value::as_bool).unwrap_or(false),
        upstream: upstream.filter_map(named).collect(),
        changes: count(site, "service", document),
    }
}

fn model(site: &Site<'_>, (index, document): (usize, &Document)) -> StandardRow {
    let text = |key: &str| document.text(key).unwrap_or_default().to_owned();
    StandardRow {
        title: document.title().to_owned(),
        href: super::super::page::href(&site.addresses.place(index).page),
        services: summary::texts(document, "limits.services")
            .map(|name| summary::named(site, "service", name))
            .collect(),
        max_duration: text("limits.max_duration"),
        expires: text("expires"),
        changes: count(site, "standard", document),
    }
}

/// How many changes have to do with a document.
pub(in super::super) fn count(site: &Site<'_>, key: &'static str, document: &Document) -> usize {
    site.related().get(&(key, document.id.name().to_owned())).map_or(0, Vec::len)
}
