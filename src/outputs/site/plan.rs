//! Which pages there are.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use rayon::prelude::*;

use super::address::change_page;
use super::page::Rendered;
use super::pages::calendar::Calendar;
use super::pages::register::Register;
use super::pages::{
    calendar, change, document, evidence, folder, home, keys, misc, people, policy, register, rules, standing,
};
use super::reserved::is_own;
use super::{Site, ThemeError};
use crate::outputs::{Content, Output, Sink};
use crate::text::{BookPath, folded};

/// One page, or the few that are made together.
enum Job<'a> {
    Home,
    Change(usize),
    Document(usize),
    Folder(usize),
    /// One part of a register, from 0.
    Register(&'a Register, usize),
    Rules,
    Rule(usize),
    Policy,
    People,
    Person(usize),
    Keys,
    /// The evidence of a change, by its position.
    Evidence(usize),
    Calendar,
    CalendarList,
    Month(Date),
    Lifecycle,
    Postponed,
    Exceptions,
    Search,
    About,
    NotFound,
}

/// Makes all pages, in parallel; of several errors the first in the order of the plan is told.
///
/// What comes behind an error in that order is not made any more: a template that never ends would cost all
/// its fuel on every page. What comes before is, so that the same error is told whichever thread was first.
pub(super) fn pages(site: &Site<'_>, sink: &dyn Sink) -> Result<Output, ThemeError> {
    let registers = register::all(site);
    let calendar = Calendar::of(site);
    let jobs = jobs(site, &registers, &calendar);
    let first_error = AtomicUsize::new(usize::MAX);
    let make = |(at, job): (usize, &Job<'_>)| {
        let is_wanted = at < first_error.load(Ordering::Relaxed) && !sink.is_done();
        let page = is_wanted.then(|| run(site, &calendar, job))?;
        let page = page.map(|(path, bytes)| {
            debug_assert_eq!(path, path_of(site, job), "the plan knows where a page lies");
            let content = sink.take(&path, bytes);
            (path, content)
        });
        if page.is_err() {
            first_error.fetch_min(at, Ordering::Relaxed);
        }
        Some(page)
    };
    let rendered: Vec<Option<Result<(String, Content), ThemeError>>> =
        jobs.par_iter().enumerate().map(make).collect();
    let mut output = Output::default();
    for page in rendered.into_iter().flatten() {
        let (path, content) = page?;
        // No document makes a page of another job: see `reserved` and `has_own_page`. Of two people whose ids
        // give one address the first has it.
        output.files.entry(path).or_insert(content);
    }
    Ok(output)
}

/// Where all pages lie, in the order of the plan; nothing is made. Registers are left out unless they are wanted:
/// which there are follows from every change.
pub(super) fn paths(site: &Site<'_>, with_registers: bool) -> Vec<String> {
    let registers = if with_registers { register::all(site) } else { Vec::new() };
    let calendar = Calendar::of_months(site);
    jobs(site, &registers, &calendar).iter().map(|job| path_of(site, job)).collect()
}

/// The pages of some documents alone; nothing where one of them is no document, or part of a page that is made
/// from more than documents: of a register, of the home page.
pub(super) fn pages_of<'p>(
    site: &Site<'_>,
    paths: impl IntoIterator<Item = &'p BookPath>,
) -> Result<Option<Output>, ThemeError> {
    let book = &site.analysis.facts.book;
    let mut register_pages = None;
    let mut jobs = BTreeMap::new();
    for path in paths {
        let Some(index) = book.at_path(path) else { return Ok(None) };
        let page = &*site.addresses.place(index).page;
        let job = match book.document(index).id.change() {
            Some(change) => {
                let at = site.positions.get(change).filter(|_| page == change_page(change));
                at.map(|at| Job::Change(*at))
            }
            None => {
                // Which registers there are follows from all changes.
                let pages = register_pages.get_or_insert_with(|| {
                    site.sum_up();
                    register::pages(&register::all(site))
                });
                has_own_page(site, index, pages).then_some(Job::Document(index))
            }
        };
        let Some(job) = job else { return Ok(None) };
        jobs.insert(page, job);
    }
    let calendar = Calendar::empty();
    let mut output = Output::default();
    for job in jobs.values() {
        let (path, bytes) = run(site, &calendar, job)?;
        output.add(path, bytes);
    }
    Ok(Some(output))
}

/// Whether a document is a page for itself, and neither part of its change's nor the introduction of the home
/// page, of a register or of the list of rules; nor wants a page that is not the book's to write.
fn has_own_page(site: &Site<'_>, index: usize, registers: &HashSet<String>) -> bool {
    let page = &*site.addresses.place(index).page;
    let document = site.analysis.facts.book.document(index);
    let is_part = page == "index.html" || page == "rules/index.html" || registers.contains(page);
    document.id.change().is_none() && site.addresses.is_shown(index) && !is_part
}

fn jobs<'a>(site: &Site<'_>, registers: &'a [Register], calendar: &Calendar) -> Vec<Job<'a>> {
    let book = &site.analysis.facts.book;
    let register_pages = register::pages(registers);
    let mut jobs = vec![Job::Home];
    jobs.extend((0..book.changes.len()).map(Job::Change));
    let own = (0..book.documents.len()).filter(|index| has_own_page(site, *index, &register_pages));
    jobs.extend(own.map(Job::Document));
    for (node, folder) in site.tree.nodes.iter().enumerate().skip(1) {
        let page = site.tree.page(node);
        // Without a policy there is no page of it in front of what a book has in that folder.
        let is_made = match &*page {
            "policy/index.html" => !site.archive.editions.is_empty(),
            page => {
                register_pages.contains(page) || page == "rules/index.html" || is_own(page, &folded(page))
            }
        };
        if folder.document.is_none() && !is_made {
            jobs.push(Job::Folder(node));
        }
    }
    for register in registers {
        jobs.extend((0..register.parts()).map(|part| Job::Register(register, part)));
    }
    jobs.push(Job::Rules);
    jobs.extend((0..rules::count()).map(Job::Rule));
    if !site.archive.editions.is_empty() {
        jobs.extend([Job::Policy, Job::People, Job::Keys]);
        jobs.extend((0..people::all(site).len()).map(Job::Person));
        jobs.extend((0..site.changes.len()).filter(|at| evidence::is_there(site, *at)).map(Job::Evidence));
    }
    jobs.extend([Job::Calendar, Job::CalendarList]);
    jobs.extend(calendar.months.iter().copied().map(Job::Month));
    jobs.extend([Job::Lifecycle, Job::Postponed, Job::Exceptions]);
    jobs.extend([Job::Search, Job::About]);
    // The book may write this one (`input-404`).
    jobs.extend(site.addresses.owner("404.html").is_none().then_some(Job::NotFound));
    jobs
}

fn run(site: &Site<'_>, calendar: &Calendar, job: &Job<'_>) -> Result<Rendered, ThemeError> {
    match job {
        Job::Home => home::page(site),
        Job::Calendar => calendar::index(site, calendar),
        Job::CalendarList => calendar::list(site, calendar),
        Job::Month(month) => calendar::month(site, calendar, *month),
        Job::Lifecycle => standing::lifecycle(site),
        Job::Postponed => standing::postponed(site),
        Job::Exceptions => standing::exceptions(site),
        Job::Change(at) => change::page(site, *at),
        Job::Document(index) => document::page(site, *index),
        Job::Folder(node) => folder::page(site, *node),
        Job::Register(register, part) => register::page(site, register, *part),
        Job::Rules => rules::index(site),
        Job::Rule(at) => rules::page(site, *at),
        Job::Policy => policy::page(site),
        Job::People => people::index(site),
        Job::Person(at) => people::page(site, *at),
        Job::Keys => keys::page(site),
        Job::Evidence(at) => evidence::page(site, *at),
        Job::Search => misc::search(site),
        Job::About => misc::about(site),
        Job::NotFound => misc::not_found(site),
    }
}

/// The page that a job makes, below the output folder.
fn path_of(site: &Site<'_>, job: &Job<'_>) -> String {
    match job {
        Job::Home => "index.html".to_owned(),
        Job::Calendar => "calendar/index.html".to_owned(),
        Job::CalendarList => "calendar/list/index.html".to_owned(),
        Job::Month(month) => calendar::page_of(*month),
        Job::Lifecycle => "lifecycle/index.html".to_owned(),
        Job::Postponed => "postponed/index.html".to_owned(),
        Job::Exceptions => "exceptions/index.html".to_owned(),
        Job::Change(at) => change_page(&site.changes[*at].id),
        Job::Document(index) => site.addresses.place(*index).page.to_string(),
        Job::Folder(node) => site.tree.page(*node),
        Job::Register(register, part) => register.page(*part),
        Job::Rules => "rules/index.html".to_owned(),
        Job::Rule(at) => rules::path_at(*at),
        Job::Policy => "policy/index.html".to_owned(),
        Job::People => "policy/people/index.html".to_owned(),
        Job::Person(at) => people::page_of(people::all(site)[*at]),
        Job::Keys => "policy/keys/index.html".to_owned(),
        Job::Evidence(at) => evidence::page_of(&site.changes[*at].id),
        Job::Search => "search/index.html".to_owned(),
        Job::About => "about/build/index.html".to_owned(),
        Job::NotFound => "404.html".to_owned(),
    }
}
