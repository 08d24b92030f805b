//! The policy as it counts: what policy.toml says, completed by its profile, in policy.toml's own schema.
//!
//! One value serves `policy show`, its JSON, and the manual's table of defaults. Read as a policy.toml again,
//! it gives the same policy.

pub mod lints;
pub mod past;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::approval::Trust;
use crate::inputs::document::time::Duration;
use crate::inputs::policy::{
    Absence, ClassPolicy, Criteria, Handover, Limits, Policy, Principal, Requirement, RoleGrant,
    SubjectPolicy,
};
use crate::inputs::profile::Profile;
use crate::inputs::signature::stamp::{List, Root};
use crate::text::counted;

/// All that the policy says, in the order of the manual.
pub fn effective(policy: &Policy) -> Value {
    let mut all = Map::new();
    let mut put = |key: &str, value: Value| {
        all.insert(key.to_owned(), value);
    };
    put("schema", 1.into());
    if policy.serial > 0 {
        put("serial", policy.serial.into());
    }
    if !policy.context.is_empty() {
        put("context", policy.context.as_str().into());
    }
    put("profile", policy.profile.name().into());
    put("zone", policy.zone.iana_name().unwrap_or("UTC").into());
    put("holidays", policy.holidays.iter().map(|day| Value::from(day.to_string())).collect());
    let team = |team: &crate::inputs::policy::Team| {
        some([
            ("id", Some(team.id.as_str().into())),
            ("name", Some(team.name.as_str().into())),
            ("channel", team.channel.as_deref().map(Value::from)),
        ])
    };
    put("team", policy.teams.iter().map(team).collect());
    put("principal", policy.principals.iter().map(principal).collect());
    put(
        "key",
        policy
            .keys
            .iter()
            .map(|key| {
                json!({
                    "fingerprint": key.fingerprint,
                    "principal": key.principal,
                    "require_touch": key.require_touch,
                    "require_verification": key.require_verification,
                })
            })
            .collect(),
    );
    put(
        "revocation",
        policy
            .revocations
            .iter()
            .map(|revocation| {
                json!({
                    "key": revocation.key,
                    "kind": if revocation.compromised { "compromised" } else { "retired" },
                    "since": revocation.since.to_string(),
                })
            })
            .collect(),
    );
    let observer =
        |one: &crate::inputs::policy::Observer| json!({ "id": one.id, "fingerprint": one.fingerprint });
    put("observer", policy.observers.iter().map(observer).collect());
    if let Value::Object(numbers) = numbers(policy) {
        all.extend(numbers);
    }
    let waiver = |waiver: &crate::inputs::policy::Waiver| {
        some([
            ("rule", Some(waiver.rule.as_str().into())),
            ("where", Some(waiver.place.as_str().into())),
            ("owner", waiver.owner.as_deref().map(Value::from)),
            ("reason", waiver.reason.as_deref().map(Value::from)),
            ("expires", waiver.expires.map(|day| day.to_string().into())),
        ])
    };
    all.insert("waiver".to_owned(), policy.waivers.iter().map(waiver).collect());
    Value::Object(all)
}

/// The same as text: a policy.toml in which nothing is left to the profile.
pub fn effective_text(policy: &Policy) -> String {
    let source = match &policy.file {
        Some(file) => format!("`{}`, completed by its profile", file.path),
        None => "there is no policy/policy.toml: this is the profile alone".to_owned(),
    };
    let body =
        toml::to_string(&effective(policy)).expect("a policy holds only text, numbers, lists and tables");
    let roots: String =
        vouching(policy).into_iter().map(|(what, root)| format!("# {what}: {root}\n")).collect();
    format!("# {source}\n{roots}\n{body}")
}

/// The same for programs: with the roots, which stand in files of their own.
pub fn effective_whole(policy: &Policy) -> Value {
    let mut all = effective(policy);
    for (name, folder, roots) in
        [("time_roots", "tsa", &policy.time_roots), ("authorities", "ca", &policy.authorities)]
    {
        let roots: Vec<Value> = roots.all().iter().map(|one| root(folder, one)).collect();
        if let (Value::Object(all), false) = (&mut all, roots.is_empty()) {
            all.insert(name.to_owned(), roots.into());
        }
    }
    let lists: Vec<Value> = policy.authorities.lists().iter().map(list).collect();
    if let (Value::Object(all), false) = (&mut all, lists.is_empty()) {
        all.insert("revocation_lists".to_owned(), lists.into());
    }
    all
}

/// The JSON Schema of `policy show --format json`. What its tables hold is said by the manual's page on the policy:
/// they have the keys of policy.toml.
pub fn json_schema() -> Value {
    let table = |what: &str| json!({ "type": "object", "description": what });
    let list = |what: &str, required: &[&str]| {
        let item = json!({ "type": "object", "required": required });
        json!({ "type": "array", "items": item, "description": what })
    };
    let text = |what: &str| json!({ "type": "string", "description": what });
    let trust = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<Option<Trust>>()
        .to_value();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "EffectivePolicy",
        "type": "object",
        "properties": {
            "schema": { "const": 1 },
            "serial": { "type": "integer", "minimum": 1, "description": "which policy of the book it is" },
            "context": text("what every record names, so that none counts in another book"),
            "profile": { "enum": Profile::ALL.map(Profile::name) },
            "zone": text("IANA name of the time zone"),
            "holidays": { "type": "array", "items": { "type": "string", "format": "date" } },
            "team": list("the teams", &["id", "name"]),
            "principal": list("the roster", &["id", "name"]),
            "key": list("what is asked of single keys", &["fingerprint"]),
            "revocation": list("keys that count no more", &["key", "kind", "since"]),
            "observer": list("who testifies when a head was seen", &["id", "fingerprint"]),
            "amend": table("how many must sign another policy"),
            "class": table("what each class of changes asks for"),
            "subject": table("what documents outside of changes ask for, by kind"),
            "criteria": table("what makes a change major"),
            "risk": table("the bands of the score"),
            "deadlines": table("until when what must be written"),
            "notice": table("how customers are told"),
            "oncall": table("when the on-call duty changes hands"),
            "limits": table("numbers that rules hold documents against"),
            "waiver": list("findings that are let pass", &["rule", "where"]),
            "time_roots": list("the roots of time stamps", &["file", "name", "from", "until"]),
            "authorities": list("the roots of certificates", &["file", "name", "from", "until"]),
            "revocation_lists": list("lists of revoked certificates", &["file", "issuer", "issued", "certificates"]),
            "trust": trust,
        },
        "required": [
            "schema", "profile", "zone", "holidays", "team", "principal", "key", "revocation", "observer", "amend",
            "class", "subject", "criteria", "risk", "deadlines", "notice", "oncall", "limits", "waiver", "trust",
        ],
    })
}

fn list(list: &List) -> Value {
    json!({
        "file": format!("ca/{}.crl.pem", list.file),
        "issuer": list.name,
        "issued": list.issued.to_string(),
        "certificates": list.count(),
    })
}

fn root(folder: &str, root: &Root) -> Value {
    json!({
        "file": format!("{folder}/{}.pem", root.file),
        "name": root.name,
        "from": root.from.to_string(),
        "until": root.until.to_string(),
    })
}

/// The roots that a policy trusts, each with what for, and the certificates that they have revoked, in words.
pub fn vouching(policy: &Policy) -> Vec<(&'static str, String)> {
    let stamps = policy.time_roots.all().iter().map(|root| ("trusted for time stamps", vouches("tsa", root)));
    let signers =
        policy.authorities.all().iter().map(|root| ("trusted for certificates", vouches("ca", root)));
    let lists = policy.authorities.lists().iter().map(|list| ("revoked", revokes(list)));
    stamps.chain(signers).chain(lists).collect()
}

/// A list in words: how many certificates, whose, its file, of when it is.
fn revokes(list: &List) -> String {
    let (what, of) = (counted(list.count(), "certificate"), list.name.escape_debug());
    let issued = list.issued.strftime("%Y-%m-%d");
    format!("{what} of {of} (policy/ca/{}.crl.pem, of {issued})", list.file)
}

/// A root in words: its name, its file, until when it is valid.
fn vouches(folder: &str, root: &Root) -> String {
    let until = root.until.strftime("%Y-%m-%d");
    format!("{} (policy/{folder}/{}.pem, valid until {until})", root.name.escape_debug(), root.file)
}

/// What a profile brings.
fn numbers(policy: &Policy) -> Value {
    let classes = policy.classes.iter().map(|(name, needs)| (name.name().to_owned(), class(needs)));
    let subjects = policy.subjects.iter().map(|(kind, needs)| (kind.clone(), subject(needs)));
    let bands = policy.bands.iter().map(|band| (band.name.clone(), json!([band.from, band.to])));
    let (deadlines, notice) = (&policy.deadlines, &policy.notice);
    json!({
        "amend": { "quorum": policy.amend_quorum },
        "class": classes.collect::<Map<_, _>>(),
        "subject": subjects.collect::<Map<_, _>>(),
        "criteria": { "major": criteria(&policy.criteria) },
        "risk": { "bands": bands.collect::<Map<_, _>>() },
        "deadlines": {
            "post_mortem": short(deadlines.post_mortem),
            "emergency_record": short(deadlines.emergency_record),
            "ratify": short(deadlines.ratify),
            "decide": short(deadlines.decide),
        },
        "notice": {
            "customer_lead": short(notice.customer_lead),
            "reminders": notice.reminders.iter().copied().map(short).collect::<Value>(),
            "update_every": short(notice.update_every),
        },
        "oncall": { "handovers": policy.handovers.iter().map(handover).collect::<Value>() },
        "limits": limits(&policy.limits),
    })
}

fn short(duration: Duration) -> Value {
    duration.to_short().into()
}

/// A table of the keys that have a value.
fn some<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn principal(person: &Principal) -> Value {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| Value::from(day.to_string()));
    let grant = |grant: &RoleGrant| match (grant.scope.as_slice(), grant.from, grant.until) {
        ([], None, None) => Value::from(grant.role.as_str()),
        (scope, from, until) => some([
            ("role", Some(grant.role.as_str().into())),
            ("scope", (!scope.is_empty()).then(|| scope.into())),
            ("from", day(from)),
            ("until", day(until)),
        ]),
    };
    let delegation = |one: &crate::inputs::policy::Delegation| {
        some([
            ("to", Some(one.to.as_str().into())),
            ("role", Some(one.role.as_str().into())),
            ("from", day(one.from)),
            ("until", day(one.until)),
        ])
    };
    let absence = |one: &Absence| json!({ "from": one.from.to_string(), "until": one.until.to_string() });
    let filled = |list: Value| list.as_array().is_some_and(|items| !items.is_empty()).then_some(list);
    some([
        ("id", Some(person.id.as_str().into())),
        ("name", Some(person.name.as_str().into())),
        ("emails", filled(person.emails.as_slice().into())),
        ("certificates", filled(person.certificates.as_slice().into())),
        ("team", person.team.as_deref().map(Value::from)),
        ("roles", filled(person.roles.iter().map(grant).collect())),
        ("delegates", filled(person.delegates.iter().map(delegation).collect())),
        ("away", filled(person.away.iter().map(absence).collect())),
        ("zone", person.zone.as_deref().map(Value::from)),
    ])
}

fn requirements(lines: &[Requirement]) -> Value {
    let line = |line: &Requirement| {
        some([
            ("role", Some(line.role.as_str().into())),
            ("each", line.each_service.then(|| "service".into())),
            ("min", Some(line.min.into())),
        ])
    };
    lines.iter().map(line).collect()
}

fn class(class: &ClassPolicy) -> Value {
    let lead = &class.submit_lead;
    json!({
        "covers": class.covers,
        "require": requirements(&class.require),
        "in_soft": requirements(&class.in_soft),
        "in_hard": requirements(&class.in_hard),
        "without_rollback": requirements(&class.without_rollback),
        "authorise": requirements(&class.authorise),
        "closed_in": class.closed_in,
        "exception_in": class.exception_in,
        "distinct_principals": class.distinct_principals,
        "exclude_authors": class.exclude_authors,
        "exclude_coauthors": class.exclude_coauthors,
        "exclude_operators": class.exclude_operators,
        "signed_edits": if class.signed_edits { "required" } else { "optional" },
        "approval_lead": short(class.approval_lead),
        "submit_lead": { "open": short(lead.open), "soft": short(lead.soft), "hard": short(lead.hard) },
        "approval_ttl": short(class.approval_ttl),
        "veto_roles": class.veto_roles,
        "carry": class.carry,
        "min_time_evidence": format!("T{}", class.min_time_evidence),
        "rehearsal": class.rehearsal.name(),
    })
}

fn subject(subject: &SubjectPolicy) -> Value {
    json!({
        "require": requirements(&subject.require),
        "review": requirements(&subject.review),
        "relax_only": subject.relax_only,
    })
}

fn criteria(criteria: &Criteria) -> Value {
    let over = |seconds| format!("over {}", Duration { seconds, ..Duration::default() }.to_short());
    json!({
        "types_on_tiers": { "types": criteria.types, "tiers": criteria.tiers },
        "extent": criteria.extent,
        "downtime": criteria.downtime_over.map_or(Value::Bool(false), |seconds| over(seconds).into()),
        "customer": criteria.customer,
        "services": criteria.services.map_or(Value::Bool(false), Value::from),
        "reversibility": criteria.reversibility,
        "score": criteria.score.map_or(Value::Bool(false), Value::from),
        "restricted_window": criteria.restricted_window,
    })
}

fn handover(handover: &Handover) -> Value {
    let time = handover.time.strftime("%H:%M");
    let day = handover.weekday.map(|day| {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        DAYS[usize::from(day.to_monday_zero_offset().unsigned_abs()) % 7]
    });
    day.map_or(time.to_string(), |day| format!("{day} {time}")).into()
}

fn limits(limits: &Limits) -> Value {
    json!({
        "description_words": limits.description_words,
        "planning_lead": short(limits.planning_lead),
        "supervised_after": short(limits.supervised_after),
        "checkpoint_every": short(limits.checkpoint_every),
        "longest_step": short(limits.longest_step),
        "estimate_slack_percent": limits.estimate_slack_percent,
        "rehearsal_days": limits.rehearsal_days,
        "full_rehearsal_months": limits.full_rehearsal_months,
        "horizon_months": limits.horizon_months,
        "window_days": limits.window_days,
        "exceptions_per_window": limits.exceptions_per_window,
        "service_review_months": limits.service_review_months,
        "similar_percent": limits.similar_percent,
        "similar_most": limits.similar_most,
        "hurried_approvals": short(limits.hurried_approvals),
        "retention_years": limits.retention_years,
        "manual_steps": limits.manual_steps,
        "failure_months": limits.failure_months,
    })
}

/// The defaults of every profile as Markdown: a table for each table of policy.toml.
pub fn defaults_markdown() -> String {
    let all = Profile::ALL.map(|profile| numbers(&Policy::none(profile)));
    let mut text = String::new();
    tables("", &all, &mut text);
    text
}

/// Keys with plain values become the rows of one table; tables below follow with their own.
fn tables(name: &str, of_profiles: &[Value; 3], text: &mut String) {
    let keys: Vec<&String> =
        of_profiles[2].as_object().map(|table| table.keys().collect()).unwrap_or_default();
    let is_table = |key: &str| {
        let nested = |value: &Value| value.get(key).is_some_and(|value| value.is_object());
        of_profiles.iter().any(nested) && key != "submit_lead" && key != "types_on_tiers" && key != "bands"
    };
    let (inner, plain): (Vec<&String>, Vec<&String>) = keys.into_iter().partition(|key| is_table(key));
    if !plain.is_empty() {
        let _ =
            write!(text, "### `[{name}]`\n\n| Key | starter | standard | regulated |\n|---|---|---|---|\n");
        for key in plain {
            let cells = of_profiles.each_ref().map(|value| value.get(key).map(cell).unwrap_or_default());
            let _ = writeln!(text, "| `{key}` | {} |", cells.join(" | "));
        }
        text.push('\n');
    }
    for key in inner {
        let below = of_profiles.each_ref().map(|value| value.get(key).cloned().unwrap_or_default());
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        tables(&name, &below, text);
    }
}

/// A value in a cell: as it is written in policy.toml, a line of an approval matrix in words.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`\"{text}\"`"),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) if items[0].is_object() => items.iter().map(line).collect::<Vec<_>>().join(", "),
        Value::Array(items) => {
            let plain = |item: &Value| item.as_str().map_or(item.to_string(), str::to_owned);
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        Value::Object(table) => {
            let entry =
                |(key, value): (&String, &Value)| format!("{key}: {}", cell(value).replace(['`', '"'], ""));
            table.iter().map(entry).collect::<Vec<_>>().join("; ")
        }
        other => format!("`{other}`"),
    }
}

fn line(line: &Value) -> String {
    let role = line.get("role").and_then(Value::as_str).unwrap_or_default();
    let each = if line.get("each").is_some() { " of each service" } else { "" };
    match line.get("min").and_then(Value::as_u64) {
        Some(number) if number > 1 => format!("{number} × {role}{each}"),
        _ => format!("{role}{each}"),
    }
}

#[cfg(test)]
mod tests;
