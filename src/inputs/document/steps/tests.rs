//! Runbooks as people write them, and what is read of them.

use proptest::prelude::*;
use snapbox::{IntoData, assert_data_eq, str};

use super::*;
use crate::inputs::document::markdown::outline;

fn outline_of(text: &str) -> Outline {
    outline(text, Span::new(0, text.len()), &mut Vec::new())
}

/// A line for each step, and one for each of its fields.
fn show(text: &str) -> String {
    let field = |field: &StepField| format!("\n  {} = {:?}", field.name, field.value);
    let step = |step: &Step| {
        assert!(text.get(step.span.range()).is_some() && text.get(step.section.range()).is_some());
        let fields: String = step.fields.iter().map(field).collect();
        let command = step.command.as_ref().map(|(language, code)| format!("\n  {language}> {code:?}"));
        let estimate = step.estimate.map(|estimate| format!(" [{estimate}]")).unwrap_or_default();
        format!(
            "{:?} {}: {:?}{estimate}{fields}{}\n",
            step.kind,
            step.label,
            step.title,
            command.unwrap_or_default()
        )
    };
    read(text, &outline_of(text)).iter().map(step).collect()
}

#[track_caller]
fn check(text: &str, expected: impl IntoData) {
    assert_data_eq!(show(text), expected.raw());
}

const RUNBOOK: &str = "\
# Promote

## Preconditions

### Step 9: not here

- Owner: @ana

## Execution

### Step 1: Stop the writers

Some words first.

- Owner: @ana (backup @raj)
- Estimate: 1h30m
- Validate: `pg_is_in_recovery()` is false: really

```bash
systemctl stop writer
```

```sql
select 1;
```

### Checkpoint C1: Lag is zero
- Estimate: soon

### GO/no-go g01: Shall we?
### Notes

- Owner: @nobody

#### Step 2: too deep

## Rollback

### Rollback R1: Start the writers
* **Owner:** ana
* __Backup__: @raj.
* Validate:
  - one
  - two
* see https://example.org
* https://example.org: x

### rollback r2 : Say so

    indented code is no command

## VERIFICATION

### Verify V1:
";

#[test]
fn steps_are_read_in_source_order() {
    check(
        RUNBOOK,
        str![[r#"
Step 1: "Stop the writers" [1 h 30 min]
  Owner = "@ana (backup @raj)"
  Estimate = "1h30m"
  Validate = "pg_is_in_recovery() is false: really"
  bash> "systemctl stop writer\n"
Checkpoint C1: "Lag is zero"
  Estimate = "soon"
GoNoGo G1: "Shall we?"
Rollback R1: "Start the writers"
  Owner = "ana"
  Backup = "@raj."
  Validate = "one; two"
Rollback R2: "Say so"
Verify V1: ""

"#]],
    );
    check("", str![]);
    check("### Step 1: no section\n", str![]);
    check(
        "## Execution\n> ### Step 1: quoted\n\n### Step 2: a\r\n- Owner: @x\r\n",
        str![[r#"
Step 2: "a"
  Owner = "@x"

"#]],
    );
    check(
        "## execution\n### Step 1: `code` and *more*: yes\n1. Owner: @x\n2. Estimate: PT5M\n",
        str![[r#"
Step 1: "code and more: yes" [5 min]
  Owner = "@x"
  Estimate = "PT5M"

"#]],
    );
    check(
        "## Execution\n### Step 1: tasks\n- [ ] Owner: @x\n- [x] Estimate: 5m\n",
        str![[r#"
Step 1: "tasks" [5 min]
  Owner = "@x"
  Estimate = "5m"

"#]],
    );
}

#[test]
fn headings_that_are_no_steps_are_near_misses() {
    let show = |text: &str| -> String {
        let line = |miss: NearMiss| format!("{}: {}; {}\n", miss.heading, miss.why, miss.help);
        near_misses(&outline_of(text)).into_iter().map(line).collect()
    };
    assert_data_eq!(
        show(RUNBOOK),
        str![[r#"
Step 9: not here: it stands outside of Execution, Rollback and Verification; move it below `## Execution`, `## Rollback` or `## Verification`
Step 2: too deep: it is a heading of level 4; write `### Step 2: too deep`

"#]]
    );
    let headings = [
        "Step 3 – Promote",
        "Step 3. Promote",
        "Step 3 - Promote",
        "Step 3) Promote",
        "3. Promote",
        "3: Promote",
        "Step3: Promote",
        "Step 3",
        "Step III: Promote",
        "Checkpoint 1: Lag",
        "C1: Lag",
        "Go/No-Go 1: Shall we",
        "Go-No-Go G1 — Shall we",
        "Rollback 1: Stop",
        "Undo R1: Stop",
        "Verification V1: Look",
        "Step C1: Lag",
        "Steps 1: x",
        "Step 3a: x",
        "Step 12345: x",
        "step 3: fine",
        "Triggers",
        "3 nodes",
        "2026-11-23",
        "Step 3 of 5",
        "Before step 3: x",
        "1.5 hours",
        "Step: x",
        "V2",
        "Schritt 3: x",
    ];
    let text = headings.iter().map(|heading| format!("### {heading}\n\n")).collect::<String>();
    assert_data_eq!(
        show(&format!("## Execution\n\n{text}")),
        str![[r#"
Step 3 – Promote: no colon follows its number; write `### Step 3: Promote`
Step 3. Promote: no colon follows its number; write `### Step 3: Promote`
Step 3 - Promote: no colon follows its number; write `### Step 3: Promote`
Step 3) Promote: no colon follows its number; write `### Step 3: Promote`
3. Promote: no colon follows its number; write `### Step 3: Promote`
3: Promote: the word `Step` is missing before its number; write `### Step 3: Promote`
Step3: Promote: `Step 3` is written in another way; write `### Step 3: Promote`
Step 3: no title follows its number; write `### Step 3: …`
Step III: Promote: no number follows its word; number it, as in `### Step 1: Promote`
Checkpoint 1: Lag: `Checkpoint C1` is written in another way; write `### Checkpoint C1: Lag`
C1: Lag: the word `Checkpoint` is missing before its number; write `### Checkpoint C1: Lag`
Go/No-Go 1: Shall we: `Go/No-Go G1` is written in another way; write `### Go/No-Go G1: Shall we`
Go-No-Go G1 — Shall we: no colon follows its number; write `### Go/No-Go G1: Shall we`
Rollback 1: Stop: `Rollback R1` is written in another way; write `### Rollback R1: Stop`
Undo R1: Stop: `Rollback R1` is written in another way; write `### Rollback R1: Stop`
Verification V1: Look: `Verify V1` is written in another way; write `### Verify V1: Look`
Step C1: Lag: `Checkpoint C1` is written in another way; write `### Checkpoint C1: Lag`
Steps 1: x: `Step 1` is written in another way; write `### Step 1: x`
Step 3a: x: no number follows its word; number it, as in `### Step 1: x`
Step 12345: x: no number follows its word; number it, as in `### Step 1: x`
Step 3 of 5: no colon follows its number; write `### Step 3: of 5`
Step: x: no number follows its word; number it, as in `### Step 1: x`

"#]]
    );
    assert_data_eq!(
        show(&format!("## Plan\n\n{text}")),
        str![[r#"
step 3: fine: it stands outside of Execution, Rollback and Verification; move it below `## Execution`, `## Rollback` or `## Verification`

"#]]
    );
}

#[test]
fn fields_are_understood() {
    let step = |fields: &str| {
        let text = format!("## Execution\n### Step 1: x\n{fields}\n");
        read(&text, &outline_of(&text)).remove(0)
    };
    let people = |owner: &str| {
        let step = step(&format!("- owner: {owner}"));
        format!("{:?} {:?}", step.owner(), step.backup())
    };
    let owners = [
        "@ana",
        "@ana (backup @raj)",
        "@ana  (backup: raj)",
        "ana, backup @raj",
        "@ana (Backup @raj.k-2)",
        "@ana.",
        "Ana Meyer",
        "@ana (backup)",
        "",
        "(backup @raj)",
        "@ana / @raj",
        "team @ops",
        "@jürgen",
    ];
    let shown: String = owners.iter().map(|owner| format!("{owner}: {}\n", people(owner))).collect();
    assert_data_eq!(
        shown,
        str![[r#"
@ana: Some("ana") None
@ana (backup @raj): Some("ana") Some("raj")
@ana  (backup: raj): Some("ana") Some("raj")
ana, backup @raj: Some("ana") Some("raj")
@ana (Backup @raj.k-2): Some("ana") Some("raj.k-2")
@ana.: Some("ana") None
Ana Meyer: None None
@ana (backup): Some("ana") None
: None None
(backup @raj): None Some("raj")
@ana / @raj: None None
team @ops: None None
@jürgen: Some("jürgen") None

"#]]
    );

    let after = |after: &str| format!("{:?}", step(&format!("- After: {after}")).after());
    let all = [
        "Step 3, C1",
        "step 3 and Checkpoint c01; R2",
        "none",
        "3",
        "",
        "the backup, Step x",
        "Step C1",
        "G1,,V2,",
    ];
    let shown: String = all.iter().map(|value| format!("{value}: {}\n", after(value))).collect();
    assert_data_eq!(
        shown,
        str![[r#"
Step 3, C1: Some([Label("3"), Label("C1")])
step 3 and Checkpoint c01; R2: Some([Label("3"), Label("C1"), Label("R2")])
none: Some([])
3: Some([Label("3")])
: None
the backup, Step x: Some([Unclear("the backup"), Unclear("Step x")])
Step C1: Some([Unclear("Step C1")])
G1,,V2,: Some([Label("G1"), Label("V2")])

"#]]
    );
    assert_eq!(step("").after(), None);

    let flags = step(
        "- Point of no return: Yes\n- Witness: no\n- Run: maybe\n- Undo: R1\n- Watch: lag, checkout-errors",
    );
    assert_eq!(
        (flags.is_point_of_no_return(), flags.needs_witness(), flags.runs()),
        (Some(true), Some(false), None)
    );
    assert_eq!(flags.undo(), [StepRef::Label("R1".to_owned())]);
    assert_eq!(flags.watch(), ["lag", "checkout-errors"]);
}

proptest! {
    #[test]
    fn any_text_is_read(pieces in prop::collection::vec(prop::sample::select(vec![
        "## Execution\n", "## Rollback\n", "### Step 1: a\n", "### Step 2 – b\n", "### C1: é\n", "#### x\n", "- Owner: @a (backup é)\n",
        "- Estimate: 5m\n", "  - backup\n", "```sh\nx\n```\n", "> ", "    code\n", "\n", "é\n", "- After: Step É\n", "- :\n", "Go/No-Go 9\n", "### ",
    ]), 0..16)) {
        let text = pieces.concat();
        show(&text);
        let outline = outline_of(&text);
        for step in read(&text, &outline) {
            let _ = (step.owner(), step.backup(), step.after(), step.undo(), step.watch());
        }
        for miss in near_misses(&outline) {
            prop_assert!(text.get(miss.span.range()).is_some());
        }
    }
}
