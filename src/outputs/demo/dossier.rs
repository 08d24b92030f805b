//! The documents of a smaller change, written from its facts and those of its service.

use std::collections::BTreeMap;

use toml::{Table, Value};

/// The facts.
const FACTS: &str = include_str!("facts.toml");
const REQUEST: &str = include_str!("request.md");
const RUNBOOK: &str = include_str!("runbook.md");

/// A smaller change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// Its id.
    pub id: String,
    /// Roster id of its owner, who writes and carries it out.
    pub owner: String,
    /// The text of its request.
    pub request: String,
    /// The text of its runbook.
    pub runbook: String,
}

/// Every smaller change, in the order of the facts.
pub fn all() -> Vec<Dossier> {
    let facts: Table = FACTS.parse().expect("the facts are TOML: a test reads them");
    let changes = facts.get("change").and_then(Value::as_array).cloned().unwrap_or_default();
    changes.iter().filter_map(Value::as_table).map(|change| dossier(&facts, change)).collect()
}

fn dossier(facts: &Table, change: &Table) -> Dossier {
    let service_name = change.get("service").and_then(Value::as_str).unwrap_or_default();
    let service = facts.get("service").and_then(|services| services.get(service_name)?.as_table());
    let fact = |key: &str| change.get(key).or_else(|| service.and_then(|service| service.get(key)));
    let text = |key: &str| fact(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    for (key, value) in service.into_iter().flatten().chain(change) {
        if let Some(value) = value.as_str() {
            words.insert(key.clone(), value.to_owned());
        }
    }
    let mut put = |key: &str, value: String| words.insert(key.to_owned(), value);
    let (created, id) = (text("created"), text("id"));
    let class = if text("class").is_empty() { "minor".to_owned() } else { text("class") };
    put("class", class);
    let mut head = String::new();
    for key in ["incident", "supersedes"] {
        if !text(key).is_empty() {
            head += &format!("{key}: {}\n", text(key));
        }
    }
    put("head", head);
    put("window", String::new());
    put("upstream", related(fact("upstream"), &created));
    put("downstream", related(fact("downstream"), &created));
    put("dependencies", table(fact("upstream"), fact("downstream")));
    put("success", format!("{} is {}.", text("measure"), text("target")));
    put("security", "No right, key, network rule or personal datum is changed.".to_owned());
    let similar = pairs(fact("similar"));
    let lesson = |(id, lesson): &(&str, &str)| format!("  - id: {id}\n    lesson: {lesson}\n");
    let lessons: String = similar.iter().map(lesson).collect();
    put("similar", if similar.is_empty() { "  []\n".to_owned() } else { lessons });
    let line = |(id, lesson): &(&str, &str)| {
        format!("- [{id}](../../{}/{id}/request.md): {lesson}", id.get(4..8).unwrap_or_default())
    };
    let lines = similar.iter().map(line).collect::<Vec<_>>().join("\n");
    let none = "None was found: no earlier change shares service and kind of work.".to_owned();
    put("similar_text", if lines.is_empty() { none } else { lines });
    let justification = text("justification");
    put(
        "justification",
        if justification.is_empty() {
            String::new()
        } else {
            format!("## Justification\n\n{justification}\n\n")
        },
    );
    put(
        "verifications",
        verifications(fact("verified"), &text("watcher"), &text("scribe"), &text("monitor")),
    );
    Dossier { id, owner: text("owner"), request: fill(REQUEST, &words), runbook: fill(RUNBOOK, &words) }
}

/// The pairs of a list of services and effects.
fn pairs(list: Option<&Value>) -> Vec<(&str, &str)> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(pair_of).collect()
}

fn pair_of(pair: &Value) -> Option<(&str, &str)> {
    let [service, effect] = pair.as_array()?.as_slice() else { return None };
    Some((service.as_str()?, effect.as_str()?))
}

fn related(list: Option<&Value>, told: &str) -> String {
    let pairs = pairs(list);
    if pairs.is_empty() {
        return "    - none: true\n      reason: Nothing stands there in the catalogue of services."
            .to_owned();
    }
    let line = |(service, effect): &(&str, &str)| {
        format!("    - service: {service}\n      effect: {effect}\n      told: {told} by mail")
    };
    pairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn table(upstream: Option<&Value>, downstream: Option<&Value>) -> String {
    let mut text = "| Service | Direction | Effect |\n|---|---|---|\n".to_owned();
    for (list, direction) in [(upstream, "needed by it"), (downstream, "needs it")] {
        for (service, effect) in pairs(list) {
            text += &format!("| [{service}](../../../services/{service}.md) | {direction} | {effect} |\n");
        }
    }
    text.trim_end().to_owned()
}

fn verifications(list: Option<&Value>, owner: &str, backup: &str, monitor: &str) -> String {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |(at, said): (usize, &Value)| {
        let (service, what) = said.as_str().unwrap_or_default().split_once(": ").unwrap_or_default();
        let number = at + 2;
        format!(
            "\n### Verify V{number}: {service} works as before\n- Owner: @{owner} (backup @{backup})\n\
             - Estimate: 5m\n- Validate: {what}\n- After: Verify V{}\n- Watch: {monitor}\n",
            number - 1
        )
    };
    list.iter().enumerate().map(one).collect()
}

/// Puts words into a text: `{{key}}`.
fn fill(template: &str, words: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        text += before;
        let Some((key, after)) = after.split_once("}}") else { break };
        text += words.get(key).map(String::as_str).unwrap_or_default();
        rest = after;
    }
    text + rest
}
