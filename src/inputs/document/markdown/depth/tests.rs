//! The guard leaves documents alone and bounds the rest.

use super::{bounded, levels};
use crate::inputs::document::markdown::render_plain;

#[test]
fn counts_levels_from_markers_and_indentation() {
    for (line, expected) in [
        ("", (0, 0)),
        ("text - > x", (0, 0)),
        ("        indented", (0, 0)),
        ("> x", (1, 0)),
        (">>> x", (3, 2)),
        ("- 1. x", (3, 2)),
        ("    - x", (3, 4)),
        ("-x *y 1.z 1234567890. +", (0, 0)),
        ("-", (1, 0)),
    ] {
        assert_eq!(levels(line.as_bytes(), usize::MAX), expected, "{line:?}");
    }
}

#[test]
fn leaves_what_can_be_read() {
    for text in ["> a\n- b\n".repeat(100_000), "> ".repeat(10_000) + "x\n", "- ".repeat(2_000) + "\n- x"] {
        assert_eq!(bounded(text.as_str().into()), text);
    }
}

#[test]
fn bounds_what_would_take_hours() {
    for unit in ["> ", ">", "- ", "1. ", "* > "] {
        let text = unit.repeat(100_000) + "x\n" + &"lazy\n".repeat(10_000);
        let flat = bounded(text.as_str().into());
        assert_eq!(flat.len(), text.len());
        assert_eq!(flat.matches('\\').count(), 1);
        let html = render_plain(&text);
        assert!(html.contains("lazy") && html.contains('x'), "{unit:?}");
    }
    let stairs: String = (0..1_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    let text = stairs + &"lazy\n".repeat(60_000);
    assert!(render_plain(&text).matches("<ul>").count() <= 101);
}
