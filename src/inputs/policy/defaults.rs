//! What each profile brings (design: domain.md 2.4 and 2.5): data in policy.toml's own schema.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::{
    ClassName, ClassPolicy, Criteria, Deadlines, Limits, NoticePolicy, Policy, RehearsalNeed, SubmitLead,
    numbers,
};
use crate::inputs::document::time::Duration;
use crate::inputs::profile::Profile;
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Value, parse_toml};
use crate::text::{BookPath, Code, ContentHash, Span};

/// The profiles, as data: a table for each, whose keys are those of policy.toml.
pub const PROFILES: &str = include_str!("profiles.toml");

/// The policy that a profile is when nothing else is said: the data of the less strict profiles, then its
/// own on top.
pub(super) fn policy(profile: Profile) -> Policy {
    let table = parse_toml(PROFILES, 0).expect("profiles.toml is compiled in and a test parses it");
    let path = BookPath::new("profiles.toml").expect("a file name is a normal path");
    let mut faults = Faults::new(Code::POLICY, &path, PROFILES.len());
    let mut policy = blank(profile);
    for layer in Profile::ALL.into_iter().filter(|layer| *layer <= profile) {
        let own = table.get(layer.name()).and_then(Value::as_table);
        let own = own.expect("profiles.toml has a table for every profile, and a test parses it");
        let mut section = Section::new(layer.name(), own);
        numbers::lay(&mut policy, &mut section, &mut faults);
        section.finish(&[], &mut faults);
    }
    debug_assert!(faults.found.is_empty(), "profiles.toml: {:?}", faults.found);
    // Places in the data of a profile are no places in a file of the book.
    policy.bands.iter_mut().for_each(|band| band.span = Span::default());
    policy
}

/// A policy that asks for nothing: what the data is laid on.
fn blank(profile: Profile) -> Policy {
    let nothing = Duration::default();
    Policy {
        is_adopted: false,
        file: None,
        signers_file: None,
        hash: ContentHash::of(profile.name().as_bytes()),
        serial: 0,
        context: String::new(),
        profile,
        zone: TimeZone::UTC,
        holidays: BTreeSet::new(),
        amend_quorum: 0,
        principals: Vec::new(),
        teams: Vec::new(),
        signers: Vec::new(),
        signer_faults: Vec::new(),
        certificates: BTreeSet::new(),
        openpgp: Default::default(),
        time_roots: Default::default(),
        authorities: Default::default(),
        keys: Vec::new(),
        revocations: Vec::new(),
        observers: Vec::new(),
        classes: ClassName::ALL.into_iter().map(|class| (class, blank_class())).collect(),
        subjects: BTreeMap::new(),
        criteria: Criteria {
            types: Vec::new(),
            tiers: Vec::new(),
            extent: Vec::new(),
            downtime_over: None,
            customer: Vec::new(),
            services: None,
            reversibility: Vec::new(),
            score: None,
            restricted_window: false,
        },
        bands: Vec::new(),
        deadlines: Deadlines {
            post_mortem: nothing,
            emergency_record: nothing,
            ratify: nothing,
            decide: nothing,
        },
        notice: NoticePolicy { customer_lead: nothing, reminders: Vec::new(), update_every: nothing },
        handovers: Vec::new(),
        limits: Limits {
            description_words: 0,
            planning_lead: nothing,
            supervised_after: nothing,
            checkpoint_every: nothing,
            longest_step: nothing,
            estimate_slack_percent: 0,
            rehearsal_days: 0,
            full_rehearsal_months: 0,
            horizon_months: 0,
            window_days: 0,
            exceptions_per_window: 0,
            service_review_months: 0,
            similar_percent: 0,
            similar_most: 0,
            hurried_approvals: nothing,
            retention_years: 0,
            manual_steps: 0,
            failure_months: 0,
        },
        waivers: Vec::new(),
    }
}

fn blank_class() -> ClassPolicy {
    let nothing = Duration::default();
    ClassPolicy {
        covers: Vec::new(),
        require: Vec::new(),
        in_soft: Vec::new(),
        in_hard: Vec::new(),
        without_rollback: Vec::new(),
        authorise: Vec::new(),
        closed_in: Vec::new(),
        exception_in: Vec::new(),
        distinct_principals: 0,
        exclude_authors: false,
        exclude_coauthors: false,
        exclude_operators: false,
        signed_edits: false,
        approval_lead: nothing,
        submit_lead: SubmitLead { open: nothing, soft: nothing, hard: nothing },
        approval_ttl: nothing,
        veto_roles: Vec::new(),
        carry: false,
        min_time_evidence: 1,
        rehearsal: RehearsalNeed::Advised,
    }
}
