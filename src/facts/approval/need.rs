//! What a change needs: its class, its windows, its services and its people, as documents stand at a landing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::quorum::{Place, places};
use super::subject::SubjectId;
use super::windows::Versions;
use crate::facts::book::{Book, WayBack, view};
use crate::facts::calendar::{Effect, Horizon, Level, Schedule, WINDOW};
use crate::facts::class;
use crate::inputs::Inputs;
use crate::inputs::config::Config;
use crate::inputs::document::{self, Document};
use crate::inputs::history::History;
use crate::inputs::history::ledger::FileAt;
use crate::inputs::policy::{ClassName, ClassPolicy, Policy, Requirement};
use crate::inputs::value::{Node, Value};
use crate::memo::Memo;
use crate::text::{BookPath, ContentHash, SourceFile};

/// What a change needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The class that counts.
    pub class: ClassName,
    /// How strict the strictest restricted window or freeze is that covers the slot.
    pub level: Option<Level>,
    /// Names of the affected services, those that the catalogue lacks among them as they are written.
    pub services: Vec<String>,
    /// Teams of the affected services and of the owner: who is outside of them is an outsider.
    pub teams: BTreeSet<String>,
    /// Roster id of the owner.
    pub owner: Option<String>,
    /// Who is to carry it out.
    pub operators: BTreeSet<String>,
    /// The slot; one that has no end, or ends before it starts, is over when it begins.
    pub slot: Option<(Timestamp, Timestamp)>,
    /// The change that it replaces.
    pub supersedes: Option<String>,
    /// The incident that it answers.
    pub incident: Option<String>,
    /// Whether it cannot be undone, or says too little to know.
    pub no_way_back: bool,
}

/// Needs that were found, so that a change is not classed again for every record that speaks of it.
#[derive(Debug, Default)]
pub struct Needs {
    /// What the needs were found by; another catalogue, policy or day makes all of them anew.
    of: Option<(u64, ContentHash, Date)>,
    known: BTreeMap<String, (u64, Option<Need>)>,
}

impl Needs {
    /// What a change needs that was learnt at this landing; nothing of one without a request.
    pub fn get(&self, change: &str) -> Option<&Need> {
        self.known.get(change).and_then(|(_, need)| need.as_ref())
    }

    /// Finds out what changes need by these documents and a policy, before it is asked of each: the catalogue is
    /// read once for all of them.
    pub fn learn<'c>(
        &mut self,
        documents: &Documents,
        by: Measure<'_>,
        changes: impl IntoIterator<Item = &'c str>,
    ) {
        // Windows recur by the day: a landing's time of day says nothing of what a change needs.
        let of = Some((documents.catalogue_edition, by.policy.hash, by.policy.day(by.at)));
        if self.of != of {
            *self = Needs { of, known: BTreeMap::new() };
        }
        let edition = |change: &str| documents.editions.get(change).copied().unwrap_or_default();
        let is_known = |change: &str| self.known.get(change).is_some_and(|(of, _)| *of == edition(change));
        let new: Vec<&str> = changes.into_iter().filter(|change| !is_known(change)).collect();
        let needs = documents.needs(&documents.catalogue, by, &new);
        for (change, need) in new.into_iter().zip(needs) {
            self.known.insert(change.to_owned(), (edition(change), need));
        }
    }
}

/// By what needs are judged.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    /// The kinds and the source folder of the book.
    pub config: &'a Arc<Config>,
    /// The policy that governs.
    pub policy: &'a Arc<Policy>,
    /// The moment.
    pub at: Timestamp,
}

/// Services, windows and standard models by path.
pub type Catalogue = BTreeMap<BookPath, Arc<Document>>;

/// The documents from which needs follow, as they stand at one landing.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// +1 with every change of the catalogue.
    catalogue_edition: u64,
    /// The same of each change's own documents.
    editions: BTreeMap<String, u64>,
    /// Services, windows, standard models.
    pub catalogue: Catalogue,
    /// Requests and runbooks.
    pub changes: BTreeMap<BookPath, Arc<Document>>,
    /// The versions of each window, by its id.
    pub windows: BTreeMap<String, Versions>,
}

impl Documents {
    /// Puts a document in its place at a landing, or takes it away.
    pub fn put(&mut self, landing: usize, path: &BookPath, document: Option<Arc<Document>>) {
        let (was, own) = (self.catalogue.remove(path), self.changes.remove(path));
        let is_catalogue =
            |document: &Document| matches!(document.kind_name(), "service" | "window" | "standard");
        if was.is_some() || document.as_deref().is_some_and(is_catalogue) {
            self.catalogue_edition += 1;
        }
        for document in own.iter().chain(&document) {
            if let Some(change) = document.id.change() {
                *self.editions.entry(change.to_owned()).or_default() += 1;
            }
        }
        let Some(document) = document else { return };
        if document.kind_name() == WINDOW {
            let versions = self.windows.entry(document.id.as_str().to_owned()).or_default();
            versions.add(landing, document.clone());
        }
        match document.kind_name() {
            "service" | "window" | "standard" => self.catalogue.insert(path.clone(), document),
            "request" | "runbook" => self.changes.insert(path.clone(), document),
            _ => None,
        };
    }

    /// A content is approved that may be that of a window: its former versions hold no longer.
    pub fn approve_window(&mut self, id: &SubjectId, content: ContentHash) {
        if self.windows.get_mut(id.as_str()).is_some_and(|versions| versions.approve(id, content)) {
            self.catalogue_edition += 1;
        }
    }

    /// A window has another name.
    pub fn rename_window(&mut self, from: &str, to: &str) {
        if let Some(mut versions) = self.windows.remove(from) {
            versions.append(self.windows.remove(to).unwrap_or_default());
            self.windows.insert(to.to_owned(), versions);
            self.catalogue_edition += 1;
        }
    }

    /// What closed once and whose relaxing nobody has approved, each version as a window of its own: where windows are
    /// approved, nobody who is stopped by one takes it out of the way (domain.md 3.1).
    fn former_windows(&self, by: Measure<'_>) -> Vec<Arc<Document>> {
        let asks = by.policy.subjects.get(WINDOW).is_some_and(|asks| !asks.require.is_empty());
        let (kinds, src) = (&by.config.kinds, &by.config.book.src);
        let mut former = Vec::new();
        for (id, versions) in self.windows.iter().filter(|_| asks) {
            let stands = |hash: ContentHash| {
                let mut present = self.catalogue.values().filter(|known| known.id.as_str() == id);
                present.any(|known| known.source.hash == hash)
            };
            let opens = |version: &Document| version.text("type") == Some("maintenance");
            let past = versions.open().enumerate();
            for (nth, version) in past.filter(|(_, one)| !opens(one) && !stands(one.source.hash)) {
                let path = format!("{}.former-{nth}.md", version.path().as_str().trim_end_matches(".md"));
                if let Some(path) = BookPath::new(&path) {
                    let source = SourceFile::new(path, version.source.text.as_bytes());
                    former.push(Arc::new(document::parse(&source, kinds, src)));
                }
            }
        }
        former
    }

    /// The catalogue as it stands, where one of these paths is of it: it is about to change.
    pub fn before(&self, changed: &[(BookPath, Option<FileAt>)], src: &BookPath) -> Option<Catalogue> {
        // Its front matter makes a document one of the catalogue wherever it stands: what was read of one outside of
        // the changes was read since it may be that.
        let may_be = |path: &BookPath, file: &FileAt| {
            let below = path.below(src.as_str()).unwrap_or_default();
            file.source.is_some() && !below.starts_with("changes/")
        };
        let is_catalogue = |(path, file): &(BookPath, Option<FileAt>)| {
            self.catalogue.contains_key(path) || file.as_ref().is_some_and(|file| may_be(path, file))
        };
        changed.iter().any(is_catalogue).then(|| self.catalogue.clone())
    }

    /// What each of some changes needs by these documents, a catalogue and a policy, in their order; nothing of
    /// one without a request.
    ///
    /// A change needs the same alone and beside others. Of other changes what became of them would count, which is
    /// never among the documents here; how far windows are made, so that those beside it have the same horizon;
    /// and an id that a service or a window has inside of a change's folder, where each change stands alone.
    pub fn needs(&self, catalogue: &Catalogue, by: Measure<'_>, changes: &[&str]) -> Vec<Option<Need>> {
        // Mostly everything is known already.
        if changes.is_empty() {
            return Vec::new();
        }
        let inputs = Inputs {
            config: by.config.clone(),
            policy: by.policy.clone(),
            as_of: by.at,
            sources: Vec::new(),
            attachments: Vec::new(),
            history: Arc::new(History::unknown("one landing")),
            faults: Vec::new(),
        };
        let horizon = Horizon::of(&inputs);
        let former = self.former_windows(by);
        let stands_alone = catalogue.values().any(|document| document.id.change().is_some());
        let mut alike: BTreeMap<_, Vec<(usize, &str)>> = BTreeMap::new();
        for (at, change) in changes.iter().enumerate() {
            let own = self.own(&by.config.book.src, change).map(|document| &**document);
            let reach = horizon.over(own.filter(|document| document.kind_name() == "request"));
            let apart = if stands_alone { at } else { 0 };
            alike.entry((reach, apart)).or_default().push((at, change));
        }
        let mut needs = vec![None; changes.len()];
        for group in alike.values() {
            let of_changes = group.iter().flat_map(|(_, change)| self.own(&by.config.book.src, change));
            let beside = former.iter().chain(of_changes);
            let mut documents: Vec<Arc<Document>> = catalogue.values().chain(beside).cloned().collect();
            documents.sort_by(|a, b| a.path().cmp(b.path()));
            let memo = Memo::forgetful();
            let book = Book::unlinked(&inputs, documents, &memo);
            let schedule = Schedule::build(&inputs, &book);
            let classes = class::all(&inputs, &book, &schedule, (&memo, ContentHash::default()));
            for (at, change) in group {
                let class = classes.get(*change).map(|class| class.effective);
                needs[*at] = class.and_then(|class| Need::of(&book, &schedule, by.policy, change, class));
            }
        }
        needs
    }

    /// The request and the runbook of a change, and whatever else says to be one in its folder.
    fn own<'a>(&'a self, src: &BookPath, change: &str) -> impl Iterator<Item = &'a Arc<Document>> + use<'a> {
        let folder = format!("{src}/changes/{}/{change}/", change.get(4..8).unwrap_or_default());
        let from = BookPath::new(folder.trim_end_matches('/')).map(|from| self.changes.range(from..));
        // Other folders may begin with the same name, and a hyphen stands before a slash.
        let near = folder.trim_end_matches('/').to_owned();
        let own = from.into_iter().flatten().take_while(move |(path, _)| path.as_str().starts_with(&near));
        own.filter(move |(path, _)| path.as_str().starts_with(&folder)).map(|(_, document)| document)
    }
}

impl Need {
    /// What a change of a book needs, by its class.
    fn of(book: &Book, schedule: &Schedule, policy: &Policy, change: &str, class: ClassName) -> Option<Need> {
        let found = book.changes.get(change)?;
        let request = book.document(found.request?);
        // Of a request whose head cannot be read nothing is known, and so not what it needs; nor where it names a
        // class that there is not: somebody asked for another path, and nobody can tell which.
        let is_unknown =
            |class: &Value| class.node != Node::Null && class.as_str().and_then(ClassName::of_name).is_none();
        if request.matter.table.is_empty() || request.field("class").is_some_and(is_unknown) {
            return None;
        }
        let services = view::services(book, request);
        let hits = schedule.hits_at_worst(book, request);
        let level =
            hits.iter().filter(|hit| hit.window.effect != Effect::Maintenance).map(|hit| hit.window.level);
        let owner = view::person(request, "owner").map(|(owner, _)| owner.to_owned());
        let team_of = |(index, _): &(usize, _)| book.document(*index).text("team").map(str::to_owned);
        let of_owner = owner.as_deref().and_then(|owner| policy.principal(owner)?.team.clone());
        let runbook = found.runbook.map(|index| book.document(index));
        let operator = |path: &str| {
            runbook.and_then(|runbook| view::person(runbook, path)).map(|(person, _)| person.to_owned())
        };
        // Of a service that the catalogue lacks somebody is asked for, too: whoever owns that, or all of them.
        let names = services.iter().map(|(index, _)| book.document(*index).id.name().to_owned());
        Some(Need {
            class,
            level: level.max(),
            teams: services.iter().filter_map(team_of).chain(of_owner).collect(),
            services: names.chain(view::unknown_services(book, request)).collect(),
            owner,
            operators: ["roles.operator.who", "roles.operator.backup"]
                .into_iter()
                .filter_map(operator)
                .collect(),
            slot: request.slot_bounds(),
            supersedes: request.text("supersedes").map(str::to_owned),
            incident: request.text("incident").map(str::to_owned),
            no_way_back: WayBack::of(request).may_be_missing(),
        })
    }

    /// The stricter of two needs for the same bytes: the higher class and the stricter window (threat 71).
    pub fn stricter(self, other: Option<Need>) -> Need {
        let Some(other) = other else { return self };
        let mut need = self;
        need.class = need.class.max(other.class);
        need.level = need.level.max(other.level);
        need.no_way_back |= other.no_way_back;
        need.teams.extend(other.teams);
        let more: Vec<String> =
            other.services.into_iter().filter(|service| !need.services.contains(service)).collect();
        need.services.extend(more);
        need
    }

    /// The class's policy.
    pub fn policy<'a>(&self, policy: &'a Policy) -> Option<&'a ClassPolicy> {
        policy.classes.get(&self.class)
    }

    /// The places of the matrix.
    pub fn places(&self, policy: &ClassPolicy) -> Vec<Place> {
        let soft = self.level.map_or(&[][..], |_| policy.in_soft.as_slice());
        let hard = if self.level == Some(Level::Hard) { policy.in_hard.as_slice() } else { &[] };
        let lines: Vec<&Requirement> = policy.require.iter().chain(soft).chain(hard).collect();
        let more = self.beyond(&lines, policy);
        places(lines.into_iter().chain(&more), &self.services)
    }

    /// What the policy asks for at least where there is no way back, less what other lines ask for already: a
    /// director whom a hard window needs is the one that this needs too.
    fn beyond(&self, lines: &[&Requirement], policy: &ClassPolicy) -> Vec<Requirement> {
        let least = policy.without_rollback.iter().filter(|_| self.no_way_back);
        let more = least.filter_map(|least| {
            let is_same =
                |line: &&&Requirement| line.role == least.role && line.each_service == least.each_service;
            let asked = lines.iter().filter(is_same).map(|line| line.min).fold(0, u32::saturating_add);
            let min = least.min.checked_sub(asked).filter(|min| *min > 0)?;
            Some(Requirement { min, ..least.clone() })
        });
        more.collect()
    }
}

#[cfg(test)]
mod tests;
