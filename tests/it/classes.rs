//! `mcmbook classify` and `mcmbook similar`.

use snapbox::str;

use crate::support::Repo;
use crate::support::run::run;

/// A committed book with two changes of one service, the earlier one rolled back.
fn book() -> Repo {
    let repo = Repo::new();
    let request = |title: &str, services: &str, more: &str| {
        format!(
            "---\ntitle: {title}\nowner: ana\n{more}change:\n  types: [code]\n  extent: minor\n  novelty: \
             first_time\n  reversibility: reversible\nservices: {services}\nimpact:\n  downtime: 1h30m\n  \
             customer: none\nslot:\n  start: 2025-12-01T22:00:00+01:00\n  end: 2025-12-02T01:00:00+01:00\n---\n\n\
             # {title}\n\n## Description\n\nThe shopping cart moves.\n"
        )
    };
    repo.write(
        "content/services/checkout.md",
        "---\ntitle: Checkout\nowner: ana\ntier: 1\nteam: shop\n---\n\n# Checkout\n",
    );
    repo.write(
        "content/services/search.md",
        "---\ntitle: Search\nowner: ana\ntier: 3\nteam: discovery\n---\n\n# Search\n",
    );
    repo.write(
        "content/changes/2024/MCM-2024-0001/request.md",
        request("Move the cart 日本", "[checkout, search]", ""),
    );
    repo.write(
        "content/changes/2025/MCM-2025-0007/request.md",
        request("Move the cart again", "[checkout]", "class: minor\n"),
    );
    repo.write(
        "content/changes/2024/MCM-2024-0001/execution-1.md",
        "---\nfor: MCM-2024-0001\nended: 2025-03-01T22:00:00Z\noutcome: rolled_back\n---\n\n# Execution\n",
    );
    repo.write(
        "content/changes/2025/MCM-2025-0008/runbook.md",
        "---\nfor: MCM-2025-0008\n---\n\n# Runbook\n",
    );
    repo.write(
        "content/changes/2025/MCM-2025-0009/request.md",
        "---\ntitle: Nothing said\nowner: ana\nchange:\n  types: [code]\nservices: [search]\n---\n\n# Nothing said\n",
    );
    repo.commit("a book");
    repo
}

#[test]
fn a_class_is_told_with_every_reason() {
    let repo = book();
    run(&repo.path(), &["classify", "MCM-2025-0007"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2025-0007  major

Declared  minor
Derived   major

Criteria
  downtime           planned downtime of 1 h 30 min
  score              score 25 (likelihood 5, impact 5) is 12 or more

Score 25 (critical)
  Likelihood 5
    +1  every change
    +2  done for the first time
    +1  not rehearsed
    +1  MCM-2024-0001 of checkout was rolled back in the 12 months before
  Impact 5
    +4  checkout is of tier 1
    +1  downtime is planned

"#]]);
    run(&repo.path(), &["classify", "MCM-2025-0009"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2025-0009  class open

Declared  nothing
Derived   nothing yet: see what is unanswered

Criteria
  none is met by what is answered

Score 6 (moderate), so far
  Likelihood 3
    +1  every change
    +1  not rehearsed
    +1  MCM-2024-0001 of search was rolled back in the 12 months before
  Impact 2
    +2  search is of tier 3

Unanswered
  change.extent
  change.novelty
  change.reversibility
  impact.downtime
  impact.customer

"#]]);
}

#[test]
fn a_class_is_told_as_json() {
    let repo = book();
    run(&repo.path(), &["classify", "MCM-2025-0009", "--format", "json"]).code(0).stderr_eq("").stdout_eq(
        str![[r#"
{
  "id": "MCM-2025-0009",
  "class": null,
  "derived": null,
  "declared": null,
  "reasons": [],
  "score": {
    "value": 6,
    "band": "moderate",
    "likelihood": 3,
    "likelihood_parts": [
      {
        "points": 1,
        "text": "every change"
      },
      {
        "points": 1,
        "text": "not rehearsed"
      },
      {
        "points": 1,
        "text": "MCM-2024-0001 of search was rolled back in the 12 months before"
      }
    ],
    "impact": 2,
    "impact_parts": [
      {
        "points": 2,
        "text": "search is of tier 3"
      }
    ]
  },
  "unanswered": [
    "change.extent",
    "change.novelty",
    "change.reversibility",
    "impact.downtime",
    "impact.customer"
  ],
  "trust": null
}

"#]],
    );
}

#[test]
fn earlier_changes_are_told_most_alike_first() {
    let repo = book();
    run(&repo.path(), &["similar", "MCM-2025-0007"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2024-0001   84%  Move the cart 日本
      services: checkout; kinds of work: code; words: 89%; rolled back

"#]]);
    let told = "no earlier change affects a service of MCM-2024-0001: checkout, search\n";
    run(&repo.path(), &["similar", "MCM-2024-0001"]).code(0).stderr_eq("").stdout_eq(told);
    run(&repo.path(), &["similar", "MCM-2024-0001", "--format", "json"]).code(0).stdout_eq(str![[r#"
{
  "format": 1,
  "trust": null,
  "changes": []
}

"#]]);
    let told = "MCM-2025-0008 has no request to compare\n";
    run(&repo.path(), &["similar", "MCM-2025-0008"]).code(0).stderr_eq("").stdout_eq(told);
    run(&repo.path(), &["similar", "MCM-2025-0007", "--format", "json"]).code(0).stderr_eq("").stdout_eq(
        str![[r#"
{
  "format": 1,
  "trust": null,
  "changes": [
    {
      "id": "MCM-2024-0001",
      "percent": 84,
      "services": [
        "checkout"
      ],
      "types": [
        "code"
      ],
      "text_percent": 89
    }
  ]
}

"#]],
    );
}

#[test]
fn a_change_that_is_not_there_or_has_no_request_is_a_wrong_call() {
    let repo = book();
    run(&repo.path(), &["classify", "MCM-2025-0006"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no change `MCM-2025-0006`
  help: did you mean `MCM-2025-0007`?

"#]]);
    run(&repo.path(), &["similar", "checkout"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no change `checkout`
  help: `mcmbook list` prints the ids

"#]]);
    run(&repo.path(), &["classify", "MCM-2025-0008"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: `MCM-2025-0008` has no request to classify

"#]]);
}
