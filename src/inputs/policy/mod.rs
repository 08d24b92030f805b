//! `policy/`: who may do what, and how strict the book is (design: policy.md).
//!
//! Enters: the files of the folder. Leaves: a validated [`Policy`], complete by the defaults of its profile,
//! or every fault with its place. A book without the folder has the policy of the starter profile with an
//! empty roster: whether people exist is not judged there.

mod defaults;
mod numbers;
mod parse;
mod roster;
mod signers;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::inputs::document::time::Duration;
use crate::inputs::profile::Profile;
use crate::inputs::signature::Certificates;
use crate::inputs::signature::stamp::Roots;
use crate::text::{ContentHash, Diagnostic, SourceFile, Span};

pub use defaults::PROFILES;
pub use parse::parse;
pub(in crate::inputs) use parse::waivers;
pub use roster::{Absence, Delegation, Principal, RoleGrant, Team};
pub use signers::{Signer, SignerFault, fingerprint};

/// Whether text can be the id of a person, team, role or kind: `[a-z0-9-]+`.
pub fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(fits)
}

/// The folder of the policy, below the root of the book.
pub const FOLDER: &str = "policy";

/// The policy of a book, complete and consistent.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whether the book has a policy of its own; without one nobody is on the roster and no person is judged.
    pub is_adopted: bool,
    /// `policy.toml`, for excerpts in messages; nothing when there is none.
    pub file: Option<SourceFile>,
    /// `allowed_signers`, likewise.
    pub signers_file: Option<SourceFile>,
    /// Hash of everything that the policy says: part of memo keys.
    pub hash: ContentHash,
    /// +1 with each amendment.
    pub serial: u64,
    /// Copied into each record, so that none counts in another repository.
    pub context: String,
    /// How strict the book is.
    pub profile: Profile,
    /// The zone of due dates and business days.
    pub zone: TimeZone,
    /// Days that are no business days, beside Saturdays and Sundays.
    pub holidays: BTreeSet<Date>,
    /// How many policy-admins amend the policy.
    pub amend_quorum: u32,
    /// The people.
    pub principals: Vec<Principal>,
    /// The teams.
    pub teams: Vec<Team>,
    /// The SSH keys of `allowed_signers`, in the order of the file.
    pub signers: Vec<Signer>,
    /// Lines of `allowed_signers` that could not be read.
    pub signer_faults: Vec<SignerFault>,
    /// Roster ids that have a certificate in `openpgp/`.
    pub certificates: BTreeSet<String>,
    /// Those certificates.
    pub openpgp: std::sync::Arc<Certificates>,
    /// The roots of time-stamping authorities in `tsa/`.
    pub time_roots: std::sync::Arc<Roots>,
    /// The roots in `ca/` that vouch for certificates with which people sign commits.
    pub authorities: std::sync::Arc<Roots>,
    /// `[[key]]`, `[[revocation]]` and `[[observer]]`.
    pub keys: Vec<KeyEntry>,
    /// Keys that count no more.
    pub revocations: Vec<Revocation>,
    /// Keys that may sign first-seen entries.
    pub observers: Vec<Observer>,
    /// What each class of change needs.
    pub classes: BTreeMap<ClassName, ClassPolicy>,
    /// What other documents need, by kind.
    pub subjects: BTreeMap<String, SubjectPolicy>,
    /// What makes a change major.
    pub criteria: Criteria,
    /// Risk bands in the order of the file: (name, lowest score, highest score, place).
    pub bands: Vec<Band>,
    /// Until when things are due.
    pub deadlines: Deadlines,
    /// What notices need.
    pub notice: NoticePolicy,
    /// When on-call people hand over, local times of the policy's zone.
    pub handovers: Vec<Handover>,
    /// The numbers of single rules.
    pub limits: Limits,
    /// Findings that are let pass.
    pub waivers: Vec<Waiver>,
}

/// A policy and what is wrong with it. With any fault the policy is not to be used.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The policy as far as it could be understood.
    pub policy: Policy,
    /// All faults, in source order; each points into a file of the folder.
    pub faults: Vec<Diagnostic>,
}

/// The class of a change (domain.md 2.4), from the mildest path to the hardest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassName {
    /// Follows a model that was approved once.
    Standard,
    /// Meets no criterion.
    Minor,
    /// Meets at least one criterion.
    Major,
    /// An open incident makes it unavoidable now.
    Emergency,
}

impl ClassName {
    /// All of them.
    pub const ALL: [ClassName; 4] =
        [ClassName::Standard, ClassName::Minor, ClassName::Major, ClassName::Emergency];

    /// The word that documents and policies use.
    pub fn name(self) -> &'static str {
        match self {
            ClassName::Standard => "standard",
            ClassName::Minor => "minor",
            ClassName::Major => "major",
            ClassName::Emergency => "emergency",
        }
    }

    /// The class of that word.
    pub fn of_name(name: &str) -> Option<ClassName> {
        ClassName::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// `[[key]]`: what `allowed_signers` cannot say of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// `SHA256:...` of an SSH key, or an OpenPGP primary fingerprint.
    pub fingerprint: String,
    /// Whose it is.
    pub principal: String,
    /// Whether a hardware key must have been touched.
    pub require_touch: bool,
    /// Whether it must have asked for a PIN or a finger.
    pub require_verification: bool,
    /// The entry.
    pub span: Span,
}

/// `[[revocation]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Fingerprint of the key.
    pub key: String,
    /// Whether nothing counts from `since` on without better evidence of time, or old records stay.
    pub compromised: bool,
    /// From when.
    pub since: jiff::Timestamp,
    /// The entry.
    pub span: Span,
}

/// `[[observer]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observer {
    /// Its id.
    pub id: String,
    /// Fingerprint of its key.
    pub fingerprint: String,
    /// The entry.
    pub span: Span,
}

/// One line of an approval matrix: `{ role = "service-owner", each = "service", min = 1 }`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Requirement {
    /// The role.
    pub role: String,
    /// Whether it must be met once for every affected service.
    pub each_service: bool,
    /// How many people.
    pub min: u32,
}

/// `[class.*]`: what a class of change needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassPolicy {
    /// Names of the documents that an approval covers.
    pub covers: Vec<String>,
    /// What must be met in open time.
    pub require: Vec<Requirement>,
    /// What is added in a soft restricted window or freeze.
    pub in_soft: Vec<Requirement>,
    /// What is added to both in a hard one.
    pub in_hard: Vec<Requirement>,
    /// What a change needs at least that cannot be undone.
    pub without_rollback: Vec<Requirement>,
    /// Who may let an emergency begin before its approvals are there; each line must be met.
    pub authorise: Vec<Requirement>,
    /// Where changes of this class are not allowed at all.
    pub closed_in: Vec<Restriction>,
    /// Where changes of this class need an exception beside their approvals.
    pub exception_in: Vec<Restriction>,
    /// So many different people.
    pub distinct_principals: u32,
    /// Whether those who wrote it may not approve.
    pub exclude_authors: bool,
    /// Whether co-authors may not.
    pub exclude_coauthors: bool,
    /// Whether those who carry it out may not.
    pub exclude_operators: bool,
    /// Whether every edit must be signed by somebody on the roster.
    pub signed_edits: bool,
    /// Approvals this long before the start.
    pub approval_lead: Duration,
    /// Submission this long before the start: in open time, in a soft window, in a hard one.
    pub submit_lead: SubmitLead,
    /// How long an approval lives.
    pub approval_ttl: Duration,
    /// Roles whose rejection counts though their approval is not asked for.
    pub veto_roles: Vec<String>,
    /// Whether one earlier approver may carry the approvals over a small edit.
    pub carry: bool,
    /// The least evidence of time: 1, 2 or 3 (T1 to T3 of approvals.md).
    pub min_time_evidence: u8,
    /// Whether a rehearsal is needed: never, in restricted windows, always.
    pub rehearsal: RehearsalNeed,
}

impl ClassPolicy {
    /// Every line of approvals that a change of the class may need, whatever its window and its way back.
    pub fn lines(&self) -> impl Iterator<Item = &Requirement> {
        [&self.require, &self.in_soft, &self.in_hard, &self.without_rollback].into_iter().flatten()
    }
}

/// A level of restricted windows and freezes, as `closed_in` and `exception_in` name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Restriction {
    /// A soft restricted window or freeze.
    Soft,
    /// A hard one.
    Hard,
}

/// How long before the start a change must be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubmitLead {
    /// In open time.
    pub open: Duration,
    /// In a soft restricted window or freeze.
    pub soft: Duration,
    /// In a hard one.
    pub hard: Duration,
}

/// When a class of change needs a rehearsal (domain.md 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RehearsalNeed {
    /// It is advised.
    Advised,
    /// In a restricted window.
    InRestrictedWindow,
    /// Always.
    Always,
}

impl RehearsalNeed {
    /// All of them, from the least on.
    pub const ALL: [RehearsalNeed; 3] =
        [RehearsalNeed::Advised, RehearsalNeed::InRestrictedWindow, RehearsalNeed::Always];

    /// The word that policies use.
    pub fn name(self) -> &'static str {
        match self {
            RehearsalNeed::Advised => "advised",
            RehearsalNeed::InRestrictedWindow => "restricted_window",
            RehearsalNeed::Always => "always",
        }
    }

    /// The need of that word.
    pub fn of_name(name: &str) -> Option<RehearsalNeed> {
        RehearsalNeed::ALL.into_iter().find(|need| need.name() == name)
    }
}

/// `[subject.*]`: what a document other than a change needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectPolicy {
    /// Approvals.
    pub require: Vec<Requirement>,
    /// Reviews.
    pub review: Vec<Requirement>,
    /// Whether only relaxing needs approval.
    pub relax_only: bool,
}

/// `[criteria.major]`: any one makes a change major (domain.md 2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criteria {
    /// Kinds of work that count on services of these tiers.
    pub types: Vec<String>,
    /// Those tiers.
    pub tiers: Vec<i64>,
    /// Extents, in production.
    pub extent: Vec<String>,
    /// Planned downtime over this many seconds; nothing when downtime does not count.
    pub downtime_over: Option<u64>,
    /// Customer impact.
    pub customer: Vec<String>,
    /// So many affected services; nothing when their number does not count.
    pub services: Option<usize>,
    /// Reversibility.
    pub reversibility: Vec<String>,
    /// Score from which on.
    pub score: Option<i64>,
    /// Whether a slot in a restricted window counts.
    pub restricted_window: bool,
}

/// A risk band: `high = [10, 14]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// low, moderate, high, critical.
    pub name: String,
    /// Lowest score.
    pub from: i64,
    /// Highest score.
    pub to: i64,
    /// Where it is written; empty for a default.
    pub span: Span,
}

/// `[deadlines]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// From the end of an execution to its post-mortem.
    pub post_mortem: Duration,
    /// From the start of an emergency to its record.
    pub emergency_record: Duration,
    /// From an emergency to its ratification.
    pub ratify: Duration,
    /// From submission to a decision.
    pub decide: Duration,
}

/// `[notice]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePolicy {
    /// Customers are told this long before the start.
    pub customer_lead: Duration,
    /// When reminders are due before the start.
    pub reminders: Vec<Duration>,
    /// Longest time without an update during execution.
    pub update_every: Duration,
}

/// `[oncall] handovers`: `Mon 09:00`, or `09:00` for every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The day of the week; every day when none is written.
    pub weekday: Option<jiff::civil::Weekday>,
    /// The local time.
    pub time: jiff::civil::Time,
}

/// `[limits]`: the numbers of single rules. Each has the code of its rule beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// MCM101: fewest words of a description.
    pub description_words: u32,
    /// MCM125: recommended time of planning before a window.
    pub planning_lead: Duration,
    /// MCM132: supervised time after the slot.
    pub supervised_after: Duration,
    /// MCM228: longest planned work without a checkpoint.
    pub checkpoint_every: Duration,
    /// MCM229: longest step.
    pub longest_step: Duration,
    /// MCM231: by how many percent a rehearsed time may exceed its estimate.
    pub estimate_slack_percent: u32,
    /// MCM305: oldest rehearsal at the start of the slot, in days.
    pub rehearsal_days: u32,
    /// MCM314: longest time without a full rehearsal, in months.
    pub full_rehearsal_months: u32,
    /// MCM604: how far recurrences are expanded, in months.
    pub horizon_months: u32,
    /// MCM605: longest occurrence of a window, in days.
    pub window_days: u32,
    /// MCM623: exceptions in one occurrence of a window.
    pub exceptions_per_window: u32,
    /// MCM903: oldest review of a catalogue entry, in months.
    pub service_review_months: u32,
    /// MCM117: how similar (percent) an earlier change must be to be looked at.
    pub similar_percent: u32,
    /// MCM117: so many of the most similar earlier changes must be looked at.
    pub similar_most: u32,
    /// MCM818: approvals that are complete this soon after the submission were given without reading.
    pub hurried_approvals: Duration,
    /// MCM914: for so many years after the last entry the records of a change are kept.
    pub retention_years: u32,
    /// Score: more manual steps than this make a change likelier to fail.
    pub manual_steps: u32,
    /// Score: for how many months a failed change is recent.
    pub failure_months: u32,
}

/// `[[waiver]]`: a finding that is let pass, in policy.toml or, where the profile allows it, in book.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The code.
    pub rule: String,
    /// A path or its beginning below the source folder, a document id, a kind, or `*`.
    pub place: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Until when, the day itself included.
    pub expires: Option<Date>,
    /// Whether it stands in book.toml.
    pub in_book_toml: bool,
    /// Its `rule`, which stands for the entry.
    pub span: Span,
    /// Its `where`.
    pub place_span: Span,
    /// Its `owner`; that of `rule` where it names none.
    pub owner_span: Span,
    /// Its `expires`; that of `rule` where it has none.
    pub expires_span: Span,
}

impl std::fmt::Display for Waiver {
    /// As a sentence ends: `waived by @lena until 2027-03-01: team of three until March`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "waived by @{}", self.owner.as_deref().unwrap_or_default())?;
        if let Some(last) = self.expires {
            write!(f, " until {last}")?;
        }
        write!(f, ": {}", self.reason.as_deref().unwrap_or_default())
    }
}

impl Policy {
    /// The policy of a book without `policy/`.
    pub fn none(profile: Profile) -> Policy {
        defaults::policy(profile)
    }

    /// The person of a roster id, with or without `@`.
    pub fn principal(&self, id: &str) -> Option<&Principal> {
        let id = id.strip_prefix('@').unwrap_or(id);
        self.principals.iter().find(|principal| principal.id == id)
    }

    /// The roster ids, for did-you-mean.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().map(|principal| principal.id.as_str())
    }

    /// The team of that id.
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// `policy.toml` and `allowed_signers`, for excerpts in messages.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.file.iter().chain(&self.signers_file)
    }

    /// The day that a moment has in the policy's zone.
    pub fn day(&self, at: jiff::Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The people who hold a role on a day, for a service if one is named: by a grant of their own, or in
    /// the place of somebody who has one. Everybody who is active is a peer, and an outsider to some team.
    pub fn holders<'p>(
        &'p self,
        role: &'p str,
        service: Option<&'p str>,
        day: Date,
    ) -> impl Iterator<Item = &'p Principal> {
        let stands_in = move |id: &str| {
            let for_this = |from: &Principal| {
                let delegated = |d: &&Delegation| d.to == id && d.role == role && d.is_in_force(day);
                from.holds(role, service, day) && from.delegates.iter().any(|d| delegated(&d))
            };
            self.principals.iter().any(for_this)
        };
        let is_anyone = role == "peer" || role == "outsider";
        self.principals.iter().filter(move |person| {
            person.is_active(day) && (is_anyone || person.holds(role, service, day) || stands_in(&person.id))
        })
    }

    /// The risk band of a score.
    pub fn band(&self, score: i64) -> Option<&Band> {
        self.bands.iter().find(|band| (band.from..=band.to).contains(&score))
    }

    /// Whether a day is a business day: no Saturday, no Sunday, no holiday.
    pub fn is_business_day(&self, day: Date) -> bool {
        use jiff::civil::Weekday;
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&day)
    }
}
