use std::sync::{Arc, Mutex};

use tracing::field::Empty;
use tracing::{debug, info_span, trace};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::Registry;

use super::{Writer, levels};

/// What the log says while something happens, at these levels.
fn told(wanted: &str, happens: impl FnOnce()) -> Vec<String> {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = lines.clone();
    let writer = Writer { tell: move |line: &str| kept.lock().unwrap().push(line.to_owned()) };
    let log = Registry::default().with(writer.with_filter(levels(wanted).unwrap()));
    tracing::subscriber::with_default(log, happens);
    lines.lock().unwrap().clone()
}

fn happens() {
    let phase = info_span!("read", files = 2, faults = Empty, found = Empty).entered();
    debug!(part = %"a b", "kept a part");
    trace!("read a file");
    phase.record("faults", 1);
}

#[test]
fn a_phase_is_told_at_its_end_with_its_numbers_and_time() {
    let lines = told("info", happens);
    let [line] = &lines[..] else { panic!("{lines:?}") };
    // A number that never became known is not told.
    let time = line.strip_prefix("info read ").and_then(|rest| rest.strip_suffix(" files=2 faults=1"));
    assert!(time.is_some_and(|time| time.ends_with(" ms")), "{line}");
}

#[test]
fn each_level_tells_what_those_above_tell_and_more() {
    assert!(told("off", happens).is_empty());
    let debug = told("debug", happens);
    assert_eq!(debug.len(), 2);
    assert_eq!(debug[0], "debug kept a part part=a b", "an event is told before the end of its phase");
    assert_eq!(told("trace", happens).len(), 3);
    assert_eq!(told("elsewhere=trace,info", happens).len(), 1);
    assert_eq!(told("mcmbook::hosts::log=debug", happens).len(), 2);
}

#[test]
fn a_word_that_is_no_level_is_a_wrong_call() {
    for wrong in ["loud", "mcmbook=loud", "info,loud=loud"] {
        let failure = levels(wrong).expect_err(wrong);
        assert_eq!(failure.exit().code(), 2, "{wrong}");
    }
    assert!(levels("INFO").is_ok());
}
