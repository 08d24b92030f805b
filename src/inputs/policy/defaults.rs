//! What each profile brings (design: domain.md 2.5, policy.md).

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::{
    Band, ClassName, ClassPolicy, Criteria, Deadlines, Limits, NoticePolicy, Policy, RehearsalNeed,
    Requirement, SubmitLead,
};
use crate::inputs::document::time::Duration;
use crate::inputs::profile::Profile;
use crate::text::{ContentHash, Span};

/// The profiles, as data.
pub const PROFILES: &str = "";

/// The policy that a profile is when nothing else is said.
pub(super) fn policy(profile: Profile) -> Policy {
    let band = |name: &str, from, to| Band { name: name.to_owned(), from, to, span: Span::default() };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let classes: BTreeMap<_, _> =
        ClassName::ALL.into_iter().map(|class| (class, class_policy(profile))).collect();
    Policy {
        is_adopted: false,
        file: None,
        hash: ContentHash::of(profile.name().as_bytes()),
        serial: 0,
        context: String::new(),
        profile,
        zone: TimeZone::UTC,
        holidays: BTreeSet::new(),
        amend_quorum: 1,
        principals: Vec::new(),
        teams: Vec::new(),
        signers: Vec::new(),
        signer_faults: Vec::new(),
        certificates: BTreeSet::new(),
        keys: Vec::new(),
        revocations: Vec::new(),
        observers: Vec::new(),
        classes,
        subjects: BTreeMap::new(),
        criteria: Criteria {
            types: words(&["database_migration", "security_update", "identity", "network"]),
            tiers: vec![0, 1],
            extent: words(&["significant"]),
            downtime_over: Some(0),
            customer: words(&["certain"]),
            services: Some(3),
            reversibility: words(&["forward_fix", "none"]),
            score: Some(12),
            restricted_window: true,
        },
        bands: vec![
            band("low", 1, 4),
            band("moderate", 5, 9),
            band("high", 10, 14),
            band("critical", 15, 25),
        ],
        deadlines: Deadlines {
            post_mortem: business_days(5),
            emergency_record: minutes(24 * 60),
            ratify: business_days(3),
            decide: business_days(10),
        },
        notice: NoticePolicy {
            customer_lead: days(14),
            reminders: vec![days(14), days(7), days(3), days(1)],
            update_every: minutes(30),
        },
        handovers: Vec::new(),
        limits: Limits {
            description_words: 20,
            planning_lead: days(42),
            supervised_after: minutes(60),
            checkpoint_every: minutes(120),
            longest_step: minutes(60),
            estimate_slack_percent: 25,
            rehearsal_days: 30,
            full_rehearsal_months: 12,
            horizon_months: 24,
            window_days: 31,
            exceptions_per_window: 3,
            service_review_months: 12,
            similar_percent: 40,
        },
        waivers: Vec::new(),
    }
}

fn class_policy(profile: Profile) -> ClassPolicy {
    ClassPolicy {
        covers: vec!["request".to_owned(), "runbook".to_owned()],
        require: vec![Requirement { role: "peer".to_owned(), each_service: false, min: 1 }],
        in_soft: Vec::new(),
        in_hard: Vec::new(),
        distinct_principals: 1,
        exclude_authors: true,
        exclude_coauthors: true,
        exclude_operators: profile == Profile::Regulated,
        signed_edits: false,
        approval_lead: business_days(3),
        submit_lead: SubmitLead { open: days(2), soft: days(14), hard: days(28) },
        approval_ttl: days(90),
        veto_roles: Vec::new(),
        carry: profile != Profile::Regulated,
        min_time_evidence: 1,
        rehearsal: match profile {
            Profile::Starter => RehearsalNeed::Advised,
            Profile::Standard => RehearsalNeed::InRestrictedWindow,
            Profile::Regulated => RehearsalNeed::Always,
        },
    }
}

fn minutes(minutes: u64) -> Duration {
    Duration { seconds: minutes * 60, ..Duration::default() }
}

fn days(days: u32) -> Duration {
    Duration { days, ..Duration::default() }
}

fn business_days(business_days: u32) -> Duration {
    Duration { business_days, ..Duration::default() }
}
