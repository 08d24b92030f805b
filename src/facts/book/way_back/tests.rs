use super::*;
use crate::facts::tests::facts;

/// Where a request with these lines in its head stands.
fn of(head: &str) -> (bool, Option<String>) {
    let path = "content/changes/2026/MCM-2026-0001/request.md";
    let text = format!("---\ntitle: T\nowner: a\n{head}\n---\n\n# T\n");
    let facts = facts(&[(path, &text)], "2026-06-01T00:00:00Z");
    let request = facts.request("MCM-2026-0001").expect("the request");
    let way_back = WayBack::of(request);
    let word = match way_back {
        WayBack::None { word, span } => {
            assert!(request.source.slice(span).contains(word));
            Some(word.to_owned())
        }
        WayBack::Stands | WayBack::Unsaid => None,
    };
    (way_back.may_be_missing(), word)
}

fn with(kind: &str, reversibility: &str) -> (bool, Option<String>) {
    of(&format!("rollback: {{ kind: {kind} }}\nchange: {{ reversibility: {reversibility} }}"))
}

#[test]
fn no_spelling_of_none_is_a_way_back() {
    for kind in [
        "none",
        "None",
        "\" none \"",
        "NONE.",
        "none needed",
        "forward fix",
        "forward_fix",
        "Forward-Fixes",
        "fix forward",
        "compensate by hand",
        "compensating transactions",
        "no",
        "N/A",
        "no rollback",
        "\"impossible: data is gone\"",
        "irreversible",
        "roll-forward",
    ] {
        let plain = kind.trim_matches('"').trim();
        assert_eq!(with(kind, "reversible"), (true, Some(plain.to_owned())), "{kind}");
    }
}

#[test]
fn a_word_that_nobody_knows_is_a_way_back_where_the_reversibility_says_so() {
    for (reversibility, may_be_missing) in
        [("reversible", false), ("partial", false), ("\"\"", true), ("perhaps", true), ("[reversible]", true)]
    {
        assert_eq!(with("keine", reversibility), (may_be_missing, None), "{reversibility}");
    }
    assert_eq!(of("rollback: { kind: restore }"), (true, None));
    assert_eq!(of("change: { reversibility: reversible }"), (false, None));
    assert_eq!(of("class: minor"), (true, None));
}

#[test]
fn the_worse_of_two_words_counts() {
    for word in ["none", "forward_fix"] {
        assert_eq!(with("switch back", word), (true, Some(word.to_owned())));
    }
    assert_eq!(with("none", "partial"), (true, Some("none".to_owned())));
}

#[test]
fn what_is_no_text_is_no_way_back() {
    for kind in ["false", "[restore]", "{ of: restore }", "1"] {
        assert_eq!(with(kind, "reversible"), (true, None), "{kind}");
    }
    assert_eq!(of("rollback: restore\nchange: { reversibility: reversible }"), (true, None));
    assert_eq!(with("~", "reversible"), (false, None), "nothing is said, as if the key were not there");
}
