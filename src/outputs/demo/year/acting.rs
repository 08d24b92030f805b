//! How the year is told: what a change, a signature, a merge is made of.

use super::{Act, MAIN, POLICY, ROBBED, WITH_GPG, With, Year};
use crate::facts::approval::amendment;
use crate::facts::approval::propose::meaning;
use crate::facts::approval::subject::{Manifest, SubjectId};
use crate::inputs::policy;
use crate::inputs::signature::{Decision, Record};
use crate::outputs::demo::dossier::{self, Dossier};
use crate::outputs::demo::material::{self, Files};
use crate::text::{BookPath, ContentHash, SourceFile};

/// An emergency of the dossiers.
pub(super) struct Emergency<'a> {
    pub(super) id: &'a str,
    pub(super) day: &'a str,
    pub(super) incident: &'a str,
    pub(super) review: &'a str,
}

/// A dossier, from its request to its post-mortem.
pub(super) struct Story<'a> {
    pub(super) id: &'a str,
    pub(super) owner: &'a str,
    pub(super) submitted: &'a str,
    pub(super) rehearsed: Option<&'a str>,
    /// Person, role, when.
    pub(super) approvals: &'a [(&'a str, &'a str, &'a str)],
    /// Who has a part in the night, approves nothing, and says to have read the plan for it.
    pub(super) read: &'a [&'a str],
    /// When the records are merged.
    pub(super) collected: &'a str,
    /// By whom, and when the execution and the post-mortem are committed.
    pub(super) executed: Option<(&'a str, &'a str, &'a str)>,
}

impl Year<'_> {
    /// A smaller change: opened by its owner, approved on its branch, merged by the forge.
    pub(super) fn small(
        &mut self,
        id: &str,
        opened: &str,
        approvals: &[(&str, &str, &str, &str)],
        merged: &str,
    ) {
        let branch = self.open(id, opened);
        for (person, role, at, reason) in approvals {
            self.decide(&branch, person, at, Decision::Approve, id, Some(role), reason);
        }
        self.merge(&branch, "lena", merged, &format!("Request {id}"));
    }

    /// The branch of a smaller change with its request and its runbook.
    pub(super) fn open(&mut self, id: &str, at: &str) -> String {
        let branch = format!("change/{id}");
        let owner = dossier_of(id).map(|dossier| dossier.owner).unwrap_or_default();
        self.acts.push(Act::Branch(branch.clone()));
        let files = self.files_of(id);
        self.commit(&branch, &owner, at, &format!("Request {id}"), files);
        branch
    }

    pub(super) fn files_of(&self, id: &str) -> Files {
        let Some(dossier) = dossier_of(id) else { return Files::new() };
        let files = [("request.md", dossier.request), ("runbook.md", dossier.runbook)];
        placed(id, files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect())
    }

    /// Files on a branch of their own, merged by the forge.
    pub(super) fn pull(&mut self, id: &str, by: &str, opened: &str, merged: &str, files: Files) {
        let branch = format!("change/{id}");
        self.acts.push(Act::Branch(branch.clone()));
        self.commit(&branch, by, opened, &format!("Request {id}"), files);
        self.merge(&branch, "lena", merged, &format!("Request {id}"));
    }

    pub(super) fn emergency(&mut self, story: &Emergency<'_>) {
        let (id, day) = (story.id, story.day);
        let Some(dossier) = material::dossiers().remove(id) else { return };
        let (first, rest) = staged(&dossier);
        self.pull(
            id,
            "karl",
            &format!("{day}T15:06:00+01:00"),
            &format!("{day}T15:10:00+01:00"),
            placed(id, first),
        );
        for (person, role, at) in
            [("irina", "incident-lead", "15:20"), ("victor", "on-call-manager", "15:24")]
        {
            let mut record = self.about(id, person, Decision::Authorise, Some(role));
            record.incident = Some(story.incident.to_owned());
            record.reason = "Decided on the bridge at 14:31; it cannot wait for the night.".to_owned();
            self.sign(MAIN, With::Key, &format!("{day}T{at}:00+01:00"), record);
        }
        // A push to the mainline is no merge: that it was seen has to be said.
        self.observe(&format!("{day}T15:26:00+01:00"));
        let approved = self.digest(id);
        let mut rest = material::executed(&rest, approved);
        rest.retain(|name, _| !name.starts_with("files/"));
        let (after, review): (Files, Files) =
            rest.into_iter().partition(|(name, _)| name != "post-mortem.md");
        let at = format!("{day}T18:30:00+01:00");
        self.commit(MAIN, "karl", &at, &format!("Record the execution of {id}"), placed(id, after));
        self.commit(MAIN, "lena", story.review, &format!("Post-mortem of {id}"), placed(id, review));
        self.review(id, story.review);
    }

    pub(super) fn dossier(&mut self, story: &Story<'_>) {
        let id = story.id;
        let Some(dossier) = material::dossiers().remove(id) else { return };
        let (mut first, rest) = staged(&dossier);
        let rehearsals: Files = first
            .extract_if(.., |name, _| name.starts_with("rehearsal-") || name.starts_with("files/"))
            .collect();
        let branch = format!("change/{id}");
        self.acts.push(Act::Branch(branch.clone()));
        self.commit(&branch, story.owner, story.submitted, &format!("Request {id}"), placed(id, first));
        self.merge(&branch, "lena", story.submitted, &format!("Request {id}"));
        if let Some(at) = story.rehearsed {
            let branch = format!("rehearsal/{id}");
            self.acts.push(Act::Branch(branch.clone()));
            self.commit(
                &branch,
                story.owner,
                at,
                &format!("Record the rehearsal of {id}"),
                placed(id, rehearsals),
            );
            self.merge(&branch, "lena", at, &format!("Record the rehearsal of {id}"));
        }
        // Everybody signs on a branch of their own, and the branches are merged together.
        let mut branches = Vec::new();
        for (person, role, at) in story.approvals {
            let branch = format!("mcm/{id}/{person}");
            self.acts.push(Act::Branch(branch.clone()));
            let reason = format!("Read request, runbook and rehearsal as {role}.");
            self.decide(&branch, person, at, Decision::Approve, id, Some(role), &reason);
            branches.push(branch);
        }
        for person in story.read {
            let branch = format!("mcm/{id}/{person}");
            self.acts.push(Act::Branch(branch.clone()));
            let reason = "Read the runbook for my part in it.";
            self.decide(&branch, person, story.collected, Decision::Acknowledge, id, None, reason);
            branches.push(branch);
        }
        for branch in branches {
            self.merge(&branch, "lena", story.collected, &format!("Merge 1 record of {branch}"));
        }
        let Some((by, executed, reviewed)) = story.executed else { return };
        let rest = material::executed(&rest, self.digest(id));
        let (after, review): (Files, Files) =
            rest.into_iter().partition(|(name, _)| name != "post-mortem.md");
        self.commit(MAIN, by, executed, &format!("Record the execution of {id}"), placed(id, after));
        self.commit(MAIN, "lena", reviewed, &format!("Post-mortem of {id}"), placed(id, review));
        self.review(id, reviewed);
    }

    /// Somebody who wrote no line of a post-mortem signs a review of it, half an hour after it was committed.
    fn review(&mut self, id: &str, committed: &str) {
        let mut record = self.about(id, "claire", Decision::Review, None);
        record.covers = vec!["post-mortem".to_owned()];
        record.subject = Some(self.digest_of(id, &["post-mortem.md"]));
        record.reason = "Read against the log; the actions follow from what it tells.".to_owned();
        self.sign(MAIN, With::Key, &minutes_later(committed, 30), record);
    }

    /// What a dossier has beside request, runbook and rehearsals.
    pub(super) fn rest(&self, id: &str) -> Files {
        let dossier = material::dossiers().remove(id).unwrap_or_default();
        placed(id, staged(&dossier).1)
    }

    pub(super) fn commit(&mut self, branch: &str, by: &str, at: &str, message: &str, files: Files) {
        self.files.extend(files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
        self.acts.push(Act::Commit {
            branch: branch.to_owned(),
            by: by.to_owned(),
            with: self.key(by),
            at: at.to_owned(),
            message: message.to_owned(),
            files: files.into_iter().map(|(path, bytes)| (path, Some(bytes))).collect(),
        });
    }

    pub(super) fn merge(&mut self, branch: &str, by: &str, at: &str, title: &str) {
        self.pull += 1;
        let message = format!("Merge pull request #{} from {branch}\n\n{title}\n", self.pull);
        self.acts.push(Act::Merge {
            branch: branch.to_owned(),
            by: by.to_owned(),
            at: at.to_owned(),
            message,
        });
        // The build machine sees what was merged, and says so.
        if self.files.contains_key("policy/policy.toml") {
            self.observe(&minutes_later(at, 5));
        }
    }

    pub(super) fn observe(&mut self, at: &str) {
        self.acts.push(Act::Observe { at: at.to_owned() });
    }

    #[allow(clippy::too_many_arguments, reason = "a line of the year reads like a sentence")]
    pub(super) fn decide(
        &mut self,
        branch: &str,
        person: &str,
        at: &str,
        decision: Decision,
        id: &str,
        role: Option<&str>,
        reason: &str,
    ) {
        self.decide_with(self.key(person), branch, person, at, decision, id, role, reason);
    }

    #[allow(clippy::too_many_arguments, reason = "a line of the year reads like a sentence")]
    pub(super) fn decide_with(
        &mut self,
        with: With,
        branch: &str,
        person: &str,
        at: &str,
        decision: Decision,
        id: &str,
        role: Option<&str>,
        reason: &str,
    ) {
        let mut record = self.about(id, person, decision, role);
        record.reason = reason.to_owned();
        self.sign(branch, with, at, record);
    }

    pub(super) fn sign(&mut self, branch: &str, with: With, at: &str, record: Record) {
        let (branch, at) = (branch.to_owned(), at.to_owned());
        self.acts.push(Act::Record { branch, with, at, record: Box::new(record) });
    }

    pub(super) fn key(&self, person: &str) -> With {
        if person == ROBBED && self.serial > 1 { With::NewKey } else { With::Key }
    }

    /// A record that speaks of nothing yet.
    pub(super) fn blank(&self, person: &str, decision: Decision, role: Option<&str>) -> Record {
        Record {
            decision,
            role: role.map(str::to_owned),
            meaning: Some(meaning(decision, &SubjectId::named("policy")).to_owned()),
            document: None,
            covers: Vec::new(),
            subject: None,
            context: "northmere-changes".to_owned(),
            trust_root: String::new(),
            signer: person.to_owned(),
            of: None,
            incident: None,
            other: None,
            amendment: None,
            carries: None,
            observed: None,
            reason: String::new(),
        }
    }

    /// A record on a change or a document as it stands.
    pub(super) fn about(&self, id: &str, person: &str, decision: Decision, role: Option<&str>) -> Record {
        let subject = SubjectId::named(id);
        let covers: &[&str] = if subject.is_document() { &[] } else { &["request", "runbook"] };
        Record {
            meaning: Some(meaning(decision, &subject).to_owned()),
            document: Some(id.to_owned()),
            covers: covers.iter().map(|name| (*name).to_owned()).collect(),
            subject: Some(self.digest(id)),
            ..self.blank(person, decision, role)
        }
    }

    /// The subject digest of a change or a document as it stands.
    pub(super) fn digest(&self, id: &str) -> ContentHash {
        self.digest_of(id, &["request.md", "runbook.md"])
    }

    /// The same of other documents of a change.
    fn digest_of(&self, id: &str, documents: &[&str]) -> ContentHash {
        let src = BookPath::new("content").expect("a plain path");
        let subject = SubjectId::named(id);
        let own = self.files.iter().filter_map(|(path, bytes)| {
            let (found, name) = SubjectId::of_path(&BookPath::new(path)?, &src)?;
            let is_covered =
                subject.is_document() || name.starts_with("files/") || documents.contains(&name.as_str());
            (found == subject && is_covered).then(|| (name, ContentHash::of(bytes)))
        });
        Manifest::of(own).map(|manifest| manifest.digest()).expect("the names of the demonstration are plain")
    }

    pub(super) fn policy_files(&self) -> ContentHash {
        let file =
            |(path, bytes): (&String, &Vec<u8>)| Some(SourceFile::new(BookPath::new(path)?, bytes.clone()));
        let files: Vec<SourceFile> =
            self.files.iter().filter(|(path, _)| path.starts_with("policy/")).filter_map(file).collect();
        amendment::digest(&files).expect("the names of the policy are plain")
    }

    /// The files of the policy: that of this repository, with the keys of the demonstration.
    pub(super) fn policy(&self, is_robbed: bool) -> Files {
        // Its waivers say that nobody can sign: here everybody can.
        let (signable, _) = POLICY.split_once("\n# The people of this roster").unwrap_or((POLICY, ""));
        let mut text = signable.replacen("serial = 1", &format!("serial = {}", self.serial), 1);
        if let Some(at) = text.find("fingerprint = \"SHA256:")
            && let Some(end) = text[at..].find('\n')
        {
            text.replace_range(at..at + end, &format!("fingerprint = \"{}\"", self.keys.observer));
        }
        // Who carries a change out has somebody else approve it.
        for (person, to, from, until) in [
            ("ana", "tomas", "2026-06-01", "2026-07-01"),
            ("sofia", "hugo", "2026-06-01", "2026-07-01"),
            ("mei", "nadia", "2026-09-01", "2026-10-01"),
        ] {
            let stands_in = format!(
                "delegates = [{{ to = \"{to}\", role = \"service-owner\", from = \"{from}\", until = \"{until}\" }}]\n"
            );
            let entry = format!("id = \"{person}\"\n");
            text = text.replacen(&entry, &format!("{entry}{stands_in}"), 1);
        }
        // An emergency is written from the text of the last one like it.
        text += "\n[[waiver]]\nrule = \"MCM014\"\nwhere = \"changes/2026/MCM-2026-0012\"\nowner = \"irina\"\n\
                 reason = \"written in an afternoon from the dossier of the last rotation\"\nexpires = \"2027-03-01\"\n";
        let mut signers =
            "# The keys of the demonstration; their private halves lie in `.keys`.\n".to_owned();
        let line = |person: &str, key: &str| {
            format!(
                "{person} namespaces=\"git\",valid-after=\"20251201Z\",valid-before=\"20290101Z\" {}\n",
                key.trim()
            )
        };
        for (person, key) in &self.keys.public {
            if person != WITH_GPG || self.keys.certificate.is_none() {
                signers += &line(person, key);
            }
        }
        if is_robbed {
            signers += &line(ROBBED, &self.keys.new);
            let stolen = self.keys.public.get(ROBBED).and_then(|key| policy::fingerprint(key));
            text += &format!(
                "\n[[revocation]]\nkey = \"{}\"\nkind = \"compromised\"\nsince = \"2026-04-10T00:00:00Z\"\n",
                stolen.unwrap_or_default()
            );
        }
        let mut files = Files::from([
            ("policy/policy.toml".to_owned(), text.into_bytes()),
            ("policy/allowed_signers".to_owned(), signers.into_bytes()),
        ]);
        if let Some(certificate) = &self.keys.certificate {
            files.insert(format!("policy/openpgp/{WITH_GPG}.asc"), certificate.clone().into_bytes());
        }
        files
    }
}

fn dossier_of(id: &str) -> Option<Dossier> {
    dossier::all().into_iter().find(|dossier| dossier.id == id)
}

/// The files of a change at their place in the book.
pub(super) fn placed(id: &str, files: Files) -> Files {
    let folder = format!("content/changes/{}/{id}", &id[4..8]);
    files.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)).collect()
}

/// What a dossier has before it is decided on, and what comes afterwards.
fn staged(files: &Files) -> (Files, Files) {
    let is_first = |name: &str| {
        matches!(name, "request.md" | "runbook.md")
            || name.starts_with("rehearsal-")
            || (name.starts_with("files/") && !name.ends_with(".csv"))
    };
    files.clone().into_iter().partition(|(name, _)| is_first(name))
}

/// An instant of the year, some minutes later, in the same zone.
fn minutes_later(at: &str, minutes: i64) -> String {
    let (local, zone) = at.split_at(at.len().saturating_sub(6));
    let local = local.parse::<jiff::civil::DateTime>().ok();
    let later = local.and_then(|local| local.checked_add(jiff::Span::new().minutes(minutes)).ok());
    later.map_or_else(|| at.to_owned(), |later| format!("{later}{zone}"))
}
