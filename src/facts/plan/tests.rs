//! Plans of small runbooks, and random ones held against a slow oracle that follows the words of the design.

use proptest::prelude::*;

use super::*;
use crate::inputs::document::{markdown, steps};

fn plan(text: &str) -> (Vec<Step>, Plan) {
    let outline = markdown::outline(text, Span::new(0, text.len()), &mut Vec::new());
    let steps = steps::read(text, &outline);
    let plan = of_steps(&steps);
    (steps, plan)
}

/// A line for each node: label, begin, end and rollback in minutes, and a star on the longest way.
fn show(text: &str) -> String {
    let (steps, plan) = plan(text);
    let minutes = |time: Option<u64>| time.map_or("?".to_owned(), |time| (time / 60).to_string());
    let line = |(at, node): (usize, &Node)| {
        let star = if plan.critical.contains(&at) { " *" } else { "" };
        let past = if node.is_past_return { " past" } else { "" };
        let (begin, end) = (minutes(node.begin), minutes(node.end));
        format!("{} {begin}-{end} back {}{past}{star}\n", steps[node.step].label, minutes(node.rollback))
    };
    plan.nodes.iter().enumerate().map(line).collect()
}

const RUNBOOK: &str = "\
## Execution

### Step 1: Hold
- Estimate: 10m
- Undo: R3

### Step 2: Back up
- Estimate: 25m
- After: Step 1
- Undo: R3

### Step 3: Compare
- Estimate: 15m
- After: Step 1
- Undo: R3

### Checkpoint C1: Ready
- Estimate: 5m
- After: Step 2, Step 3

### Step 4: Switch
- Estimate: 10m
- Undo: R1

### Go/No-Go G1: Keep
- Estimate: 10m

### Step 5: Take out of service
- Estimate: 15m
- Point of no return: yes

## Rollback

### Rollback R1: Stop
- Estimate: 5m

### Rollback R2: Point back
- Estimate: 10m

### Rollback R3: Release
- Estimate: 5m

## Verification

### Verify V1: ledger
- Estimate: 10m

### Verify V2: reporting
- Estimate: 15m
- After: Step 5
";

#[test]
fn a_plan_runs_along_its_longest_way_and_knows_its_way_back() {
    let expected = "\
1 0-10 back 5 *
2 10-35 back 5 *
3 10-25 back 5
C1 35-40 back 5 *
4 40-50 back 20 *
G1 50-60 back 20 *
5 60-75 back ? past *
V1 75-85 back ? past
V2 75-90 back ? past *
";
    assert_eq!(show(RUNBOOK), expected);
    let (_, plan) = plan(RUNBOOK);
    assert_eq!((plan.length, plan.rollback_length), (Some(90 * 60), Some(20 * 60)));
}

#[test]
fn the_first_verification_follows_all_ends_of_the_execution() {
    let text = "## Execution\n\n### Step 1: a\n- Estimate: 30m\n\n### Step 2: b\n- Estimate: 5m\n\
                - After: none\n\n## Verification\n\n### Verify V1: c\n- Estimate: 1m\n";
    assert_eq!(show(text), "1 0-30 back 0 *\n2 0-5 back 0\nV1 30-31 back 0 *\n");
}

#[test]
fn nothing_is_guessed_behind_what_is_missing() {
    let text = "## Execution\n\n### Step 1: a\n- Estimate: soon\n\n### Step 2: b\n- Estimate: 5m\n\n\
                ### Step 3: c\n- Estimate: 5m\n- After: Step 9, whenever\n\n### Step 4: d\n- Estimate: 5m\n\
                - After: none\n";
    assert_eq!(show(text), "1 0-? back 0\n2 ?-? back 0\n3 ?-? back 0\n4 0-5 back 0\n");
    let (_, plan) = plan(text);
    let names: Vec<(usize, &str)> =
        plan.unknown.iter().map(|(node, name, _)| (*node, name.as_str())).collect();
    assert_eq!(names, [(2, "9"), (2, "whenever")]);
    assert_eq!((plan.length, plan.critical), (None, Vec::new()));
}

#[test]
fn cycles_are_their_members_alone() {
    let text = "## Execution\n\n### Step 1: a\n- Estimate: 1m\n- After: none\n\n### Step 2: b\n\
                - After: Step 1, Step 4\n\n### Step 3: c\n- After: Step 2\n\n### Step 4: d\n- After: Step 3\n\n\
                ### Step 5: e\n- After: Step 4\n\n### Step 6: f\n- After: Step 6\n";
    let (_, plan) = plan(text);
    assert_eq!(plan.cycle, [1, 2, 3, 5]);
}

#[test]
fn empty_and_huge() {
    assert_eq!(plan("").1, Plan::default());
    let (mut steps, _) = plan(RUNBOOK);
    for step in &mut steps {
        step.estimate = Some(Duration { days: u32::MAX, business_days: u32::MAX, seconds: u64::MAX });
    }
    let plan = of_steps(&steps);
    assert_eq!((plan.length, plan.rollback_length), (Some(u64::MAX), Some(u64::MAX)));
}

#[test]
fn ten_thousand_steps_in_a_chain_a_cycle_and_a_fan() {
    let chain: String =
        (1..10_000).map(|n| format!("### Step {n}: s\n- Estimate: 1m\n- Undo: R{n}\n\n")).collect();
    let back: String = (1..10_000).map(|n| format!("### Rollback R{n}: r\n- Estimate: 1m\n\n")).collect();
    let chained = plan(&format!("## Execution\n\n{chain}## Rollback\n\n{back}")).1;
    assert_eq!((chained.length, chained.critical.len()), (Some(9_999 * 60), 9_999));
    assert_eq!(chained.nodes[5_000].rollback, Some(9_999 * 60));

    let ring: String =
        (1..10_000).map(|n| format!("### Step {n}: s\n- After: Step {}\n\n", n % 9_999 + 1)).collect();
    assert_eq!(plan(&format!("## Execution\n\n{ring}")).1.cycle.len(), 9_999);

    let all: Vec<String> = (1..5_000).map(|n| n.to_string()).collect();
    let fan: String =
        (1..5_000).map(|n| format!("### Step {n}: s\n- Estimate: 1m\n- After: none\n\n")).collect();
    let text =
        format!("## Execution\n\n{fan}### Step 9999: end\n- Estimate: 1m\n- After: {}\n", all.join(", "));
    assert_eq!(plan(&text).1.length, Some(120));
}

/// What a generated step says.
#[derive(Clone, Debug)]
struct Draft {
    estimate: Option<u64>,
    /// Labels; some of them of no step.
    after: Option<Vec<usize>>,
    undo: Option<usize>,
    is_final: bool,
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    (2..9_usize).prop_flat_map(|count| {
        let draft = (
            prop_oneof![9 => (0..40_u64).prop_map(Some), 1 => Just(None)],
            // Mostly earlier steps; sometimes any, for cycles and unknown names.
            prop::option::of(prop::collection::vec(0..count + 1, 0..3)),
            prop::option::of(0..4_usize),
            prop::bool::weighted(0.15),
        );
        let draft =
            draft.prop_map(|(estimate, after, undo, is_final)| Draft { estimate, after, undo, is_final });
        (prop::collection::vec(draft, count), prop::bool::weighted(0.8)).prop_map(|(mut drafts, is_tame)| {
            for (at, draft) in drafts.iter_mut().enumerate().filter(|_| is_tame) {
                draft.after =
                    draft.after.take().map(|after| after.into_iter().filter(|to| *to < at).collect());
            }
            drafts
        })
    })
}

const BACK: [u64; 4] = [3, 5, 7, 11];

fn text(drafts: &[Draft], order: &[usize]) -> String {
    let mut text = "## Execution\n\n".to_owned();
    for &at in order {
        let draft = &drafts[at];
        text += &format!("### Step {}: s\n", at + 1);
        if let Some(minutes) = draft.estimate {
            text += &format!("- Estimate: {minutes}m\n");
        }
        if let Some(after) = &draft.after {
            let names: Vec<String> = after.iter().map(|to| format!("Step {}", to + 1)).collect();
            text +=
                &format!("- After: {}\n", if names.is_empty() { "none".into() } else { names.join(", ") });
        }
        if let Some(undo) = draft.undo {
            text += &format!("- Undo: R{}\n", undo + 1);
        }
        text += if draft.is_final { "- Point of no return: yes\n\n" } else { "- Witness: no\n\n" };
    }
    text += "## Rollback\n\n";
    for (at, minutes) in BACK.iter().enumerate() {
        text += &format!("### Rollback R{}: r\n- Estimate: {minutes}m\n\n", at + 1);
    }
    text
}

/// The same by the words of the design, with no care for time: closure of `After`, times by relaxing until
/// nothing changes, and each way back from the set of nodes that are done.
fn oracle(drafts: &[Draft]) -> (Vec<usize>, Vec<(Option<u64>, Option<u64>)>) {
    let count = drafts.len();
    let follows = |at: usize| match &drafts[at].after {
        Some(after) => after.clone(),
        None => at.checked_sub(1).into_iter().collect(),
    };
    let mut is_before = vec![vec![false; count]; count];
    let edges = (0..count).flat_map(|at| follows(at).into_iter().map(move |before| (before, at)));
    for (before, at) in edges.filter(|(before, _)| *before < count) {
        is_before[before][at] = true;
    }
    for middle in 0..count {
        for from in 0..count {
            for to in 0..count {
                is_before[from][to] |= is_before[from][middle] && is_before[middle][to];
            }
        }
    }
    let cycle: Vec<usize> = (0..count).filter(|at| is_before[*at][*at]).collect();
    let is_behind_cycle = |at: usize| cycle.iter().any(|member| *member == at || is_before[*member][at]);
    let mut end: Vec<Option<u64>> = vec![None; count];
    let mut begin = end.clone();
    for _ in 0..count {
        for at in 0..count {
            let before: Option<Vec<u64>> = follows(at).iter().map(|to| *end.get(*to)?).collect();
            begin[at] = before.map(|ends| ends.into_iter().max().unwrap_or(0));
            end[at] = begin[at].zip(drafts[at].estimate).map(|(begin, length)| begin + length);
        }
    }
    let last = (0..count).filter(|at| drafts[*at].is_final).max_by_key(|at| (begin[*at], *at));
    let back = |at: usize| {
        if is_behind_cycle(at) {
            return None;
        }
        if let Some(last) = last {
            let is_late = |at: usize| begin[last].zip(end[at]).is_some_and(|(begin, end)| end > begin);
            let is_past = |at: usize| at == last || is_late(at);
            if is_past(at) || (0..count).any(|other| is_before[other][at] && is_past(other)) {
                return None;
            }
        }
        let is_done = |other: &usize| {
            *other == at
                || is_before[*other][at]
                || end[*other].zip(end[at]).is_some_and(|(other, own)| other <= own)
        };
        let entry = (0..count).filter(is_done).filter_map(|other| drafts[other].undo).min();
        Some(entry.map_or(0, |entry| BACK[entry..].iter().sum()))
    };
    let times = (0..count).map(|at| (end[at], back(at))).collect();
    (cycle, times)
}

fn minutes(plan: &Plan) -> Vec<(Option<u64>, Option<u64>)> {
    plan.nodes
        .iter()
        .map(|node| (node.end.map(|end| end / 60), node.rollback.map(|back| back / 60)))
        .collect()
}

proptest! {
    #[test]
    fn the_plan_agrees_with_the_oracle(drafts in drafts()) {
        let order: Vec<usize> = (0..drafts.len()).collect();
        let (_, plan) = plan(&text(&drafts, &order));
        let (cycle, times) = oracle(&drafts);
        prop_assert_eq!(&plan.cycle, &cycle);
        prop_assert_eq!(minutes(&plan), times);
        if let Some(length) = plan.length {
            let of = |at: &usize| plan.nodes[*at].end.zip(plan.nodes[*at].begin).map_or(0, |(end, begin)| end - begin);
            prop_assert_eq!(plan.critical.iter().map(of).sum::<u64>(), length);
        }
    }

    #[test]
    fn the_order_in_the_text_does_not_matter_where_everything_says_what_it_follows(
        (mut drafts, order) in drafts().prop_flat_map(|drafts| {
            let order: Vec<usize> = (0..drafts.len()).collect();
            (Just(drafts), Just(order).prop_shuffle())
        })
    ) {
        for (at, draft) in drafts.iter_mut().enumerate() {
            draft.after.get_or_insert(at.checked_sub(1).into_iter().collect());
        }
        // Two points of no return that begin together are told apart by their place alone.
        if let Some(first) = drafts.iter().position(|draft| draft.is_final) {
            drafts[first + 1..].iter_mut().for_each(|draft| draft.is_final = false);
        }
        let straight: Vec<usize> = (0..drafts.len()).collect();
        let in_order = plan(&text(&drafts, &straight)).1;
        let shuffled = plan(&text(&drafts, &order)).1;
        let times = minutes(&shuffled);
        for (place, at) in order.iter().enumerate() {
            prop_assert_eq!(times[place], minutes(&in_order)[*at]);
        }
        prop_assert_eq!(in_order.length, shuffled.length);
    }

    #[test]
    fn nothing_that_is_written_makes_it_panic(text in "(## (Execution|Rollback)\n|### (Step|Verify V|Rollback R)[ 0-9]{1,3}: x\n|- (After|Undo|Estimate): ?[0-9A-Zmh, ]{0,12}\n|\r\n|\t|é){0,40}") {
        plan(&text);
    }
}

#[test]
fn slack_is_what_a_node_may_be_late_and_none_on_the_longest_way() {
    let text = "## Execution\n\n### Step 1: A\n- Estimate: 10m\n\n### Step 2: B\n- Estimate: 30m\n- After: Step 1\n\n\
                 ### Step 3: C\n- Estimate: 5m\n- After: Step 1\n\n### Step 4: D\n- Estimate: 1m\n- After: Step 2, Step 3\n";
    let (_, plan) = plan(text);
    assert_eq!(plan.slack(), [Some(0), Some(0), Some(25 * 60), Some(0)]);
    for at in &plan.critical {
        assert_eq!(plan.slack()[*at], Some(0));
    }
}
