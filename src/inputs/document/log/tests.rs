//! Logs that hold, logs that break, and logs that end in the middle.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use snapbox::{IntoData, assert_data_eq, str};

use super::*;
use crate::text::BookPath;

fn file(bytes: impl Into<Vec<u8>>) -> SourceFile {
    let path = BookPath::new("content/changes/2026/MCM-2026-0007/execution-1.log.jsonl").unwrap();
    SourceFile::new(path, bytes.into())
}

/// Two lines whose hashes `sha256sum` computed.
const JUDGED: &str = r#"{"approval_set":null,"at":"2026-09-30T18:00:00.000Z","attempt":1,"by":"ana","change":"MCM-2026-0007","event":"begin","host":"bastion-1","mode":"execution","mono":0,"prev":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","runbook_digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","seq":0,"tool":"mcmbook 0.1.0","window":null}
{"at":"2026-09-30T18:00:01.250Z","by":"ana","event":"note","mono":1250,"prev":"81464f60ed1562aaf4999662601067804bfb6a989b19a4472cfab68deb02ae2c","seq":1,"text":"déjà vu"}
"#;

/// A log of these events, each given as its own keys.
fn log_of(events: &[(&str, Json)]) -> String {
    let mut previous = ContentHash::of(b"");
    let mut text = String::new();
    for (seq, (event, own)) in events.iter().enumerate() {
        let mono = seq * 1000;
        let mut line: std::collections::BTreeMap<String, Json> =
            own.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let at = format!("2026-09-30T18:{:02}:{:02}.000Z", seq / 60, seq % 60);
        let common =
            json!({"at": at, "by": "ana", "event": event, "mono": mono, "prev": previous, "seq": seq});
        line.extend(common.as_object().unwrap().clone());
        let line = serde_json::to_string(&line).unwrap();
        previous = ContentHash::of(line.as_bytes());
        text += &line;
        text.push('\n');
    }
    text
}

fn every_event() -> Vec<(&'static str, Json)> {
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    vec![
        (
            "begin",
            json!({"change": "MCM-2026-0007", "attempt": 1, "runbook_digest": digest, "approval_set": digest, "mode": "execution", "window": "2026-q3-close", "host": "bastion-1", "tool": "mcmbook 0.1.0"}),
        ),
        ("check", json!({"item": "backup is fresh", "proof": "job 4711"})),
        ("resource", json!({"name": "vendor on call", "confirmed": true})),
        ("poll", json!({"role": "lead", "answer": "go"})),
        ("step-intent", json!({"step": "1"})),
        (
            "command",
            json!({"step": "1", "argv_digest": digest, "exit": -1, "stdout_digest": digest, "stderr_digest": digest, "bytes": 12}),
        ),
        ("step-result", json!({"step": "1", "outcome": "altered", "reason": "new flag"})),
        ("step-result", json!({"step": "2", "outcome": "done"})),
        ("checkpoint", json!({"id": "C1", "readings": {"lag": 0.5}})),
        (
            "go-no-go",
            json!({"id": "G1", "criteria": [{"name": "lag", "value": 0}], "decision": "no-go", "decider": "kim", "deadline": "2026-09-30T20:00:00+02:00"}),
        ),
        ("trigger", json!({"id": "T1", "reading": 7.5, "action": "rollback"})),
        ("rollback-begin", json!({"from": "R1", "reason": "errors"})),
        ("issue", json!({"text": "slow", "mitigation": "waited"})),
        ("note", json!({"text": "déjà vu 😀"})),
        ("notice", json!({"phase": "rollback", "audience": ["merchants"], "proof": "mail 3"})),
        ("notice", json!({"phase": "after", "audience": "merchants", "proof": "mail 4"})),
        ("hold", json!({})),
        ("resume", json!({})),
        ("verify", json!({"service": "checkout", "result": "ok", "proof": "order 1"})),
        ("observe", json!({"monitor": "errors", "reading": "0.1 %"})),
        ("clock-jump", json!({"wall": -1200})),
        ("witness", json!({"of_seq": 9, "key": "SHA256:abc"})),
        ("end", json!({"outcome": "rolled_back", "rollback_result": "clean"})),
    ]
}

#[test]
fn every_event_is_read() {
    let text = log_of(&every_event());
    let log = read(&file(text.as_str())).unwrap();
    assert_eq!((log.entries.len(), log.torn), (every_event().len(), None));
    for (entry, line) in log.entries.iter().zip(text.lines()) {
        assert_eq!(entry.span.slice(&text), line);
    }
    assert!(log.begin().is_some() && log.end().is_some());
    let Event::GoNoGo { deadline, decision, .. } = &log.entries[9].event else { panic!("not the decision") };
    assert_eq!((deadline.to_string().as_str(), *decision), ("2026-09-30T18:00:00Z", Decision::NoGo));
    assert_eq!(log.entries[20].event, Event::ClockJump { wall: -1200 });
}

#[test]
fn the_chain_is_that_of_sha256sum() {
    let log = read(&file(JUDGED)).unwrap();
    assert_eq!(log.entries[1].event, Event::Note { text: "déjà vu".to_owned() });
    assert_eq!(
        (log.entries[1].mono, log.entries[1].at.to_string().as_str()),
        (1250, "2026-09-30T18:00:01.25Z")
    );
}

#[test]
fn an_empty_log_and_one_that_never_ended_are_logs() {
    assert_eq!(read(&file("")).unwrap(), Log { entries: Vec::new(), torn: None });
    let begun = read(&file("{\"appro")).unwrap();
    assert_eq!((begun.entries.len(), begun.torn), (0, Some(Span::new(0, 7))));
    let zeros = read(&file([JUDGED.as_bytes(), &[0; 512]].concat())).unwrap();
    assert_eq!((zeros.entries.len(), zeros.torn.map(Span::len)), (2, Some(512)));
}

#[test]
fn a_log_cut_at_any_byte_keeps_its_whole_lines() {
    let text = log_of(&every_event()[12..16]);
    for end in 0..=text.len() {
        let bytes = &text.as_bytes()[..end];
        let log = read(&file(bytes)).unwrap_or_else(|fault| panic!("cut at {end}: {fault}"));
        let ended = bytes.iter().filter(|byte| **byte == b'\n').count();
        // A line that lacks its line break alone is whole.
        let is_whole = text.as_bytes().get(end) == Some(&b'\n');
        assert_eq!(log.entries.len(), ended + usize::from(is_whole), "cut at {end}");
        assert_eq!(
            log.torn.is_some(),
            !is_whole && !bytes.is_empty() && !bytes.ends_with(b"\n"),
            "cut at {end}"
        );
    }
}

#[test]
fn what_breaks_the_chain_is_refused_with_line_and_reason() {
    let lines: Vec<String> = JUDGED.lines().map(str::to_owned).collect();
    let third = log_of(&[("hold", json!({}))]);
    let with = |from: &str, to: &str| JUDGED.replace(from, to);
    let broken = [
        ("changed line", with("bastion-1", "bastion-2")),
        ("changed hash", with("\"prev\":\"e3b0", "\"prev\":\"f3b0")),
        ("lost line", format!("{}\n", lines[1])),
        ("doubled line", format!("{}\n{}\n", lines[0], lines[0])),
        ("swapped lines", format!("{}\n{}\n", lines[1], lines[0])),
        ("added line", format!("{JUDGED}{third}")),
        ("blank line", format!("{}\n\n{}\n", lines[0], lines[1])),
        ("blank end", format!("{JUDGED}\n")),
        ("CR LF", JUDGED.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{feff}{JUDGED}")),
        ("no JSON", format!("{}\nhello\n", lines[0])),
        ("no object", format!("{}\n[1]\n", lines[0])),
        ("torn in the middle", format!("{}\n{}\n{}\n", lines[0], &lines[1][..40], lines[1])),
        ("key twice", with("\"text\":", "\"seq\":1,\"text\":")),
        ("unsorted keys", with("\"attempt\":1,\"by\":\"ana\"", "\"by\":\"ana\",\"attempt\":1")),
        ("unsorted below", log_of(&[("checkpoint", json!({"id": "C1", "readings": {"b": 1, "a": 2}}))])),
        ("unknown event", with("\"event\":\"begin\"", "\"event\":\"begins\"")),
        ("unknown key", with("\"text\":", "\"texts\":")),
        ("missing key", with("\"mode\":\"execution\",", "")),
        ("wrong type", with("\"attempt\":1", "\"attempt\":\"one\"")),
        ("local time", with("18:00:00.000Z", "18:00:00.000+02:00")),
        ("no milliseconds", with("18:00:00.000Z", "18:00:00Z")),
        ("negative clock", with("\"mono\":0", "\"mono\":-1")),
        ("nobody", with("\"by\":\"ana\",\"change\"", "\"by\":\"\",\"change\"")),
        ("bad digest", with("sha256:e3b0", "sha256:xyz")),
        ("unknown outcome", log_of(&[("end", json!({"outcome": "fine", "rollback_result": "clean"}))])),
        ("unknown word", log_of(&[("step-result", json!({"step": "1", "outcome": "ok"}))])),
        ("bad audience", log_of(&[("notice", json!({"phase": "x", "audience": 1, "proof": "x"}))])),
        (
            "bad deadline",
            log_of(&[(
                "go-no-go",
                json!({"id": "G1", "criteria": [], "decision": "go", "decider": "a", "deadline": "soon"}),
            )]),
        ),
        (
            "last line, no line break, wrong",
            format!("{}\n{}", lines[0], lines[1].replace("\"seq\":1", "\"seq\":7")),
        ),
    ];
    let show = |(name, text): &(&str, String)| {
        let fault = read(&file(text.as_str())).unwrap_err();
        let marked = text.get(fault.span.range()).expect("spans lie on character boundaries of the file");
        let marked: String = marked.chars().take(24).collect();
        format!("{name}: {fault} ({marked:?})\n")
    };
    let shown: String = broken.iter().map(show).collect();
    assert_data_eq!(
        shown.raw(),
        str![[r#"
changed line: line 2: `prev` is not the SHA-256 of line 1: one of the two was changed ("/"81464f60ed1562aaf499966")
changed hash: line 1: `prev` of the first line is not the SHA-256 of nothing ("/"f3b0c44298fc1c149afbf4c")
lost line: line 1: `seq` is 1, 0 is due: a line is missing, added or moved ("1")
doubled line: line 2: `seq` is 0, 1 is due: a line is missing, added or moved ("0")
swapped lines: line 1: `seq` is 1, 0 is due: a line is missing, added or moved ("1")
added line: line 3: `seq` is 0, 2 is due: a line is missing, added or moved ("0")
blank line: line 2: the line is blank ("")
blank end: line 3: the line is blank ("")
CR LF: line 1: the line ends with CR LF; a log has LF alone ("{/"approval_set/":null,/"at")
byte order mark: line 1: a byte order mark stands before the line ("/u{feff}{/"approval_set/":null,/"a")
no JSON: line 2: not valid JSON: expected value ("h")
no object: line 2: a list stands where keys and values are due ("[1]")
torn in the middle: line 2: not valid JSON: EOF while parsing a string ("a")
key twice: line 2: key `seq` is written twice ("/"seq/"")
unsorted keys: line 1: its keys are not sorted ("/"attempt/"")
unsorted below: line 1: its keys are not sorted ("/"a/"")
unknown event: line 1: `begins` is no event; `begin` is ("{/"approval_set/":null,/"at")
unknown key: line 2: event `note`: unknown field `texts`, expected `text` ("{/"at/":/"2026-09-30T18:00:")
missing key: line 1: event `begin`: missing field `mode` ("{/"approval_set/":null,/"at")
wrong type: line 1: event `begin`: invalid type: string "one", expected u32 ("{/"approval_set/":null,/"at")
local time: line 1: `at` is not RFC 3339 in UTC with milliseconds ("/"2026-09-30T18:00:00.000")
no milliseconds: line 1: `at` is not RFC 3339 in UTC with milliseconds ("/"2026-09-30T18:00:00Z/"")
negative clock: line 1: `mono` is not milliseconds ("-1")
nobody: line 1: `by` is not a roster id ("/"/"")
bad digest: line 1: event `begin`: `sha256:xyzc44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855` is not a SHA-256 in hexadecimal digits ("{/"approval_set/":null,/"at")
unknown outcome: line 1: event `end`: `fine` is none of implemented, implemented_with_issues, rolled_back, partly_rolled_back, failed, aborted_before_start ("{/"at/":/"2026-09-30T18:00:")
unknown word: line 1: event `step-result`: unknown variant `ok`, expected one of `done`, `failed`, `skipped`, `altered` ("{/"at/":/"2026-09-30T18:00:")
bad audience: line 1: event `notice`: `audience` is neither text nor a list of texts ("{/"at/":/"2026-09-30T18:00:")
bad deadline: line 1: event `go-no-go`: `soon`: it is not of the form of RFC 3339 ("{/"at/":/"2026-09-30T18:00:")
last line, no line break, wrong: line 2: `seq` is 7, 1 is due: a line is missing, added or moved ("7")

"#]]
    );
    let fault = read(&file([b"{\"a\": \"\xff\"}\n", JUDGED.as_bytes()].concat())).unwrap_err();
    assert_eq!(fault.to_string(), "line 1: the line is not UTF-8");
    assert!(read(&file([JUDGED.as_bytes(), b"{\"a\": \"\xc3"].concat())).unwrap().torn.is_some());
}

proptest! {
    /// The hash of the last line stands in the execution record; all before it is held by the chain.
    #[test]
    fn no_byte_before_the_last_line_can_be_changed(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let text = log_of(&every_event()[..4]);
        let last = text.trim_end().rfind('\n').unwrap();
        let mut bytes = text.clone().into_bytes();
        let at = place.index(last + 1);
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(read(&file(bytes)).is_err());
    }

    #[test]
    fn any_text_is_read_or_refused(pieces in prop::collection::vec(prop::sample::select(vec![
        "\n", "{", "}", "\"", "\"seq\":0", ",", "é", "\r\n", "[", "null", "{}", "{\"event\":\"note\"}", "\u{feff}", " ",
    ]), 0..16)) {
        let text = pieces.concat();
        match read(&file(text.as_str())) {
            Ok(log) => prop_assert!(log.torn.is_none_or(|span| text.get(span.range()).is_some())),
            Err(fault) => prop_assert!(text.get(fault.span.range()).is_some()),
        }
    }
}
