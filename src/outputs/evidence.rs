//! The evidence for the approvals of one change, as a folder that an auditor checks with stock tools (design:
//! approvals.md, "What an auditor reproduces with stock tools").
//!
//! Enters: the facts of a book. Leaves: files by path below the folder. `verify.sh` is the same for every
//! change but for the list at its end, which says what there is to check; nothing in the folder is needed
//! to be believed, for the script holds it against digests that people signed, and against a clone.

pub(in crate::outputs) mod edition;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bytes::Bytes;
use edition::Edition;

use crate::facts::Facts;
use crate::facts::approval::SubjectId;
use crate::facts::approval::content::{Contents, File};
use crate::facts::approval::derive::{Landed, Subject};
use crate::facts::approval::subject::Manifest;
use crate::inputs::policy;
use crate::inputs::signature::{Format, split, stamp};
use crate::outputs::Content;
use crate::outputs::approval::RecordStanding;
use crate::text::{ContentHash, SourceFile};

/// What the script does, without the list of what there is.
const SCRIPT: &str = include_str!("evidence/verify.sh");

/// What the evidence of all changes is taken from: made once for a book.
pub struct Archive<'f> {
    facts: &'f Facts,
    /// The policies that governed, oldest first; none in a book without approvals.
    pub(in crate::outputs) editions: Vec<Edition>,
    pub(in crate::outputs) contents: Contents<'f>,
}

impl<'f> Archive<'f> {
    /// Reads the policies and the contents out of the ledger.
    pub fn of(facts: &'f Facts) -> Archive<'f> {
        Archive {
            facts,
            editions: edition::all(facts),
            contents: Contents::of(&facts.inputs, &facts.approvals),
        }
    }
}

/// The files of the folder of a change that has records; nothing for others.
pub fn of(archive: &Archive<'_>, id: &str) -> Option<BTreeMap<String, Content>> {
    let facts = archive.facts;
    let subject_id = SubjectId::named(id);
    subject_id.change()?;
    let (subject, _) = facts.approvals.subjects.get(&subject_id)?;
    if subject.records.is_empty() {
        return None;
    }
    let case = Case { facts, archive, id: subject_id, subject, editions: &archive.editions };
    let mut folder = Folder::default();
    case.head(&mut folder);
    case.policies(&mut folder);
    case.contents(&mut folder);
    case.records(&mut folder);
    folder.list.push_str("finish\n");
    let list = std::mem::take(&mut folder.list);
    folder.put("verify.sh", format!("{SCRIPT}{list}").into_bytes());
    Some(folder.files)
}

/// The folder while it is made.
#[derive(Default)]
struct Folder {
    files: BTreeMap<String, Content>,
    /// The calls at the end of the script.
    list: String,
}

impl Folder {
    fn put(&mut self, path: impl Into<String>, bytes: impl Into<Bytes>) {
        self.files.insert(path.into(), Content::Bytes(bytes.into()));
    }

    fn call(&mut self, words: &[&str]) {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let _ = writeln!(self.list, "{}", words.join(" "));
    }
}

struct Case<'a> {
    facts: &'a Facts,
    archive: &'a Archive<'a>,
    id: SubjectId,
    subject: &'a Subject,
    editions: &'a [Edition],
}

impl Case<'_> {
    fn head(&self, folder: &mut Folder) {
        let facts = self.facts;
        let year = self.id.as_str().get(4..8).unwrap_or_default();
        let path = format!("{}/changes/{year}/{}", facts.inputs.config.book.src, self.id);
        let root = facts.approvals.root.as_deref().unwrap_or_default();
        folder.call(&["about", self.id.as_str(), &path, root]);
    }

    /// The policies that governed, each with the signatures that brought it into force.
    fn policies(&self, folder: &mut Folder) {
        for (at, edition) in self.editions.iter().enumerate() {
            let serial = edition.serial.to_string();
            let lines = edition.files.iter().map(|file| (policy_name(file).to_owned(), file.hash));
            let Ok(manifest) = Manifest::of(lines) else { continue };
            folder.put(format!("policies/{serial}.manifest"), manifest.text().into_bytes());
            for file in &edition.files {
                if let Some(bytes) = bytes_of(file) {
                    folder.put(format!("policies/{serial}/{}", policy_name(file)), bytes.to_vec());
                }
            }
            let landing = self.landing(edition.landing);
            folder.call(&["policy", &serial, &edition.digest.to_string(), &landing]);
            let Some(before) = at.checked_sub(1).map(|at| &self.editions[at]).filter(|_| !edition.is_root)
            else {
                folder.call(&["root", &serial, &landing]);
                continue;
            };
            for landed in edition::amendments(self.facts, before, edition) {
                self.record(landed, before, None, folder);
                let commit = landed.judged.id.as_str();
                let (from, to) = (before.digest.to_string(), edition.digest.to_string());
                folder.call(&["votes", commit, person(landed), &from, &to, &serial]);
            }
            let quorum = before.policy.amend_quorum.to_string();
            folder.call(&["amended", &before.serial.to_string(), &serial, &quorum]);
        }
    }

    /// Every content that a record speaks of: its manifest, and its files as far as they are at hand.
    fn contents(&self, folder: &mut Folder) {
        let mut seen = BTreeSet::new();
        for landed in &self.subject.records {
            let Some((digest, files)) = self.files_of(landed).filter(|(digest, _)| seen.insert(*digest))
            else {
                continue;
            };
            let lines = files.iter().map(|(name, file)| (name.clone(), file.at.hash));
            let Ok(manifest) = Manifest::of(lines) else { continue };
            let short = short(digest);
            folder.put(format!("contents/{short}.manifest"), manifest.text().into_bytes());
            folder.call(&["content", &short, &digest.to_string()]);
            for (name, file) in &files {
                match self.bytes(file) {
                    Some(content) => {
                        folder.files.insert(format!("contents/{short}/{name}"), content);
                        folder.call(&["document", &short, name, &file.at.hash.to_string()]);
                    }
                    None => folder.call(&["absent", &short, name]),
                }
            }
        }
    }

    /// The records, those that do not count named with what stands against them.
    fn records(&self, folder: &mut Folder) {
        for landed in &self.subject.records {
            let approval = self.facts.approvals.of_record(&self.id, landed);
            let standing = RecordStanding::of(landed, approval.as_deref());
            let edition = edition::governing(self.editions, landed.landing).map(|at| &self.editions[at]);
            match edition.filter(|_| landed.judged.counts()) {
                Some(edition) => {
                    let content = self.files_of(landed).map(|(digest, _)| digest);
                    self.record(landed, edition, content, folder);
                }
                None => {
                    for (path, digest) in put_commit(landed, folder) {
                        folder.call(&["unproved", &path, &digest.to_string()]);
                    }
                }
            }
            if !standing.reasons.is_empty() {
                let codes: Vec<&str> = standing.reasons.iter().map(|reason| reason.code.as_str()).collect();
                folder.call(&["uncounted", landed.judged.id.as_str(), &codes.join(", ")]);
            }
        }
    }

    fn record(&self, landed: &Landed, by: &Edition, content: Option<ContentHash>, folder: &mut Folder) {
        put_commit(landed, folder);
        let format = match landed.judged.verification.as_ref().map(|verification| verification.format) {
            Some(Format::OpenPgp) => "openpgp",
            Some(Format::X509) => "x509",
            _ => "ssh",
        };
        let decision = landed.judged.record.as_ref().map_or("decision", |record| record.decision.word());
        let role = landed.judged.record.as_ref().and_then(|record| record.role.as_deref());
        let content = content.map(short).unwrap_or_else(|| "-".to_owned());
        let at = landed.at.strftime("%Y%m%d%H%M%S").to_string();
        folder.call(&[
            "record",
            decision,
            landed.judged.id.as_str(),
            person(landed),
            &by.serial.to_string(),
            &at,
            &content,
            &landed.commit,
            &self.landing(by.landing),
            format,
            &landed.at.as_second().to_string(),
            role.unwrap_or("-"),
        ]);
        self.stamps(landed, by, folder);
    }

    /// The time stamps that show when a record was there, each with what it is over.
    fn stamps(&self, landed: &Landed, by: &Edition, folder: &mut Folder) {
        let proving = landed.stamps.iter().filter_map(|one| Some((one, one.found.as_ref().ok()?)));
        for (nth, (one, stamp)) in proving.enumerate() {
            let token = one.answer.as_deref().and_then(|answer| stamp::token(answer).ok());
            let Some(token) = token else { continue };
            let name = format!("{}-{}.tst", landed.judged.id, nth + 1);
            folder.put(format!("stamps/{name}"), token.to_vec());
            folder.put(format!("stamps/{}.commit", one.over), Bytes::from_owner(one.object.clone()));
            folder.call(&[
                "stamp",
                &landed.judged.id,
                &one.over,
                &name,
                &by.serial.to_string(),
                &stamp.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                &stamp.time.as_second().to_string(),
            ]);
        }
    }

    fn landing(&self, index: usize) -> String {
        let landing = self.facts.approvals.landings.get(index);
        landing.map(|(commit, _)| commit.clone()).unwrap_or_default()
    }

    /// The content that a record speaks of, with its files as they stood at some landing; nothing when no
    /// landing had it.
    fn files_of(&self, landed: &Landed) -> Option<(ContentHash, BTreeMap<String, File>)> {
        let record = landed.judged.record.as_ref()?;
        let digest = record.subject?;
        let known = self.subject.contents.iter().rev().filter(|(content, _)| *content == digest);
        let known = known.map(|(_, landing)| *landing);
        // A record may cover other documents than the class does, a post-mortem: those of its own landing.
        let mut landings = known.chain([landed.landing]).chain(landed.landing.checked_sub(1));
        landings.find_map(|landing| {
            let files = self.archive.contents.at(&self.id, &record.covers, landing);
            let lines = files.iter().map(|(name, file)| (name.clone(), file.at.hash));
            let is_it = Manifest::of(lines).is_ok_and(|manifest| manifest.digest() == digest);
            is_it.then_some((digest, files))
        })
    }

    /// The bytes of a file: out of the ledger, or those of the attachment that is still the same.
    fn bytes(&self, file: &File) -> Option<Content> {
        if let Some(source) = &file.at.source {
            return bytes_of(source).map(|bytes| Content::Bytes(bytes.to_vec().into()));
        }
        // The ledger does not keep every text; what stands in the book is at hand all the same.
        let inputs = &self.facts.inputs;
        let same = inputs.sources.iter().find(|one| one.path == file.path && one.hash == file.at.hash);
        if let Some(bytes) = same.and_then(bytes_of) {
            return Some(Content::Bytes(bytes.to_vec().into()));
        }
        let attachments = &inputs.attachments;
        let same = attachments.iter().find(|one| one.path == file.path && one.hash == file.at.hash)?;
        Some(Content::Attachment(same.path.clone()))
    }
}

/// The commit as it is, what its signature covers, and the signature; gives the files with their digests.
fn put_commit(landed: &Landed, folder: &mut Folder) -> Vec<(String, ContentHash)> {
    let name = format!("records/{}", landed.judged.id);
    let mut files = Vec::new();
    let mut put = |ending: &str, bytes: Bytes| {
        let path = format!("{name}.{ending}");
        files.push((path.clone(), ContentHash::of(&bytes)));
        folder.put(path, bytes);
    };
    put("commit", Bytes::from_owner(landed.raw.clone()));
    if let Ok(commit) = split(&landed.raw) {
        if let Some(signature) = &commit.signature {
            put("sig", signature.text.clone().into_bytes().into());
        }
        put("payload", commit.payload.into());
    }
    files
}

fn person(landed: &Landed) -> &str {
    landed.judged.principal.as_deref().unwrap_or("unknown")
}

fn short(digest: ContentHash) -> String {
    digest.to_string().chars().take(12).collect()
}

fn policy_name(file: &SourceFile) -> &str {
    file.path.below(policy::FOLDER).unwrap_or(file.path.as_str())
}

/// The bytes of a file, where its text holds all of them.
fn bytes_of(file: &SourceFile) -> Option<&[u8]> {
    file.invalid.is_none().then(|| file.text.as_bytes())
}

/// A word of the script that the shell takes as it stands.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
