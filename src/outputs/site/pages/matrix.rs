//! Roles, classes and lead times of a policy as tables: for the page of the policy, and for the chapters of
//! the guide that speak of them, so that both have one source.

use serde::Serialize;

use crate::inputs::document::Document;
use crate::inputs::policy::{ClassPolicy, Policy, Requirement, Restriction};

/// What a policy asks of classes and kinds.
#[derive(Serialize)]
pub(in super::super) struct Matrix {
    classes: Vec<Class>,
    subjects: Vec<Subject>,
    roles: Vec<Role>,
}

#[derive(Serialize)]
struct Class {
    name: &'static str,
    covers: String,
    require: Vec<String>,
    in_soft: Vec<String>,
    in_hard: Vec<String>,
    without_rollback: Vec<String>,
    authorise: Vec<String>,
    people: u32,
    closed: String,
    veto: String,
    apart: Vec<&'static str>,
    approval_lead: String,
    submit_open: String,
    submit_soft: String,
    submit_hard: String,
    ttl: String,
    evidence: u8,
    rehearsal: &'static str,
}

#[derive(Serialize)]
struct Subject {
    kind: String,
    require: Vec<String>,
    review: Vec<String>,
    relax_only: bool,
}

/// A role, and who holds it.
#[derive(Serialize)]
struct Role {
    role: String,
    people: Vec<String>,
}

/// The tables of a chapter of the guide.
#[derive(Serialize)]
pub(in super::super) struct Chapter {
    matrix: Matrix,
    /// `roles`, `classes`, `emergency`.
    table: &'static str,
    /// Serial of the policy.
    serial: u64,
    /// Whether that policy is in force by signatures, or only stands in the folder.
    in_force: bool,
}

/// The tables of a policy.
pub(in super::super) fn of(policy: &Policy) -> Matrix {
    Matrix {
        classes: policy.classes.iter().rev().map(|(name, needs)| class(name.name(), needs)).collect(),
        subjects: policy
            .subjects
            .iter()
            .map(|(kind, needs)| Subject {
                kind: kind.clone(),
                require: lines(&needs.require),
                review: lines(&needs.review),
                relax_only: needs.relax_only,
            })
            .collect(),
        roles: roles(policy),
    }
}

/// The tables that belong to a document: of the guide's chapters those that speak of roles, of preparation
/// and of emergencies.
pub(in super::super) fn of_chapter(document: &Document, policy: &Policy, in_force: bool) -> Option<Chapter> {
    if document.kind_name() != "guide" || !policy.is_adopted {
        return None;
    }
    let table = match document.text("chapter")? {
        "roles" => "roles",
        "preparation" => "classes",
        "emergency" => "emergency",
        _ => return None,
    };
    Some(Chapter { matrix: of(policy), table, serial: policy.serial, in_force })
}

fn class(name: &'static str, needs: &ClassPolicy) -> Class {
    let lead = &needs.submit_lead;
    let apart = [
        (needs.exclude_authors, "who wrote it"),
        (needs.exclude_coauthors, "co-authors"),
        (needs.exclude_operators, "who carries it out"),
    ];
    let level = |level: &Restriction| match level {
        Restriction::Soft => "soft",
        Restriction::Hard => "hard",
    };
    Class {
        name,
        covers: needs.covers.join(", "),
        require: lines(&needs.require),
        in_soft: lines(&needs.in_soft),
        in_hard: lines(&needs.in_hard),
        without_rollback: lines(&needs.without_rollback),
        authorise: lines(&needs.authorise),
        people: needs.distinct_principals,
        closed: needs.closed_in.iter().map(level).collect::<Vec<_>>().join(", "),
        veto: needs.veto_roles.join(", "),
        apart: apart.into_iter().filter(|(is_apart, _)| *is_apart).map(|(_, who)| who).collect(),
        approval_lead: needs.approval_lead.to_string(),
        submit_open: lead.open.to_string(),
        submit_soft: lead.soft.to_string(),
        submit_hard: lead.hard.to_string(),
        ttl: needs.approval_ttl.to_string(),
        evidence: needs.min_time_evidence,
        rehearsal: match needs.rehearsal.name() {
            "restricted_window" => "in a restricted window",
            other => other,
        },
    }
}

fn lines(requirements: &[Requirement]) -> Vec<String> {
    let line = |line: &Requirement| {
        let number = if line.min > 1 { format!("{} × ", line.min) } else { String::new() };
        let each = if line.each_service { " of each affected service" } else { "" };
        format!("{number}{}{each}", line.role)
    };
    requirements.iter().map(line).collect()
}

fn roles(policy: &Policy) -> Vec<Role> {
    let mut names: Vec<&str> = policy
        .principals
        .iter()
        .flat_map(|person| person.roles.iter().map(|grant| grant.role.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let holders = |role: &str| -> Vec<String> {
        let of =
            |person: &&crate::inputs::policy::Principal| person.roles.iter().any(|grant| grant.role == role);
        policy.principals.iter().filter(of).map(|person| person.id.clone()).collect()
    };
    names.into_iter().map(|role| Role { role: role.to_owned(), people: holders(role) }).collect()
}
