//! What findings say to do next.

use snapbox::{assert_data_eq, str};

use crate::support::Folder;
use crate::support::run::outcome;

/// Whatever stands in a field that it cannot take, the help says what to write.
#[test]
fn every_wrong_value_says_what_to_write() {
    let folder = Folder::book();
    folder.write(
        "book.toml",
        r#"[kind.p]
paths = ["p/*.md"]
[kind.p.fields]
pattern = { type = "line", pattern = "[A-Z]{2}-[0-9]+", doc = "Two letters, a hyphen and a number." }
bare = { type = "line", pattern = "[A-Z]+" }
short = { type = "line", min-length = 5 }
number = { type = "integer", min = 1, max = 3 }
flag = { type = "boolean" }
items = { type = "list", of = { type = "line" }, min-items = 2 }
table = { type = "table", fields = { x = { type = "line" }, y = { type = "line" } } }
map = { type = "map", of = { type = "line" } }
either = { type = "one-of", of = [{ type = "date" }, { type = "boolean" }] }
length = { type = "duration" }
words = { type = "duration" }
person = { type = "person" }
word = { type = "enum", values = ["open", "closed"] }
other = { type = "reference", to = ["service"] }
"#,
    );
    folder.write(
        "content/p/one.md",
        "---\ntitle: X\npattern: nope\nbare: nope\nshort: ab\nnumber: many\nflag: perhaps\nitems: [a]\ntable: 3\n\
         map: 3\neither: [1]\nlength: 20\nwords: \"20\"\nperson: \"A B\"\nword: shut\nother: 3\n---\n\n# X\n",
    );
    let keys = ["number", "flag", "items", "table", "map", "either", "length", "person", "word", "other"];
    let empty: String = keys.iter().map(|key| format!("{key}:\n")).collect();
    folder.write("content/p/two.md", format!("---\ntitle: X\n{empty}---\n\n# X\n"));
    let (_, told) = outcome(&folder.path(), &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&told).expect("a report");
    let line = |finding: &serde_json::Value| {
        let help: Vec<&str> =
            finding["help"].as_array().expect("help").iter().filter_map(serde_json::Value::as_str).collect();
        format!("{}: {}\n", finding["message"].as_str().unwrap_or_default(), help.join("; "))
    };
    let told: String = report["findings"].as_array().expect("findings").iter().map(line).collect();
    assert_data_eq!(
        told,
        str![[r#"
`pattern` must be text of the pattern `[A-Z]{2}-[0-9]+`: here is "nope"; write it so that the whole text matches: Two letters, a hyphen and a number.
`bare` must be text of the pattern `[A-Z]+`: here is "nope"; write it so that the whole text matches; the pattern stands in book.toml
`short` must be text of at least 5 characters: it has 2 characters: add 3
`number` must be a whole number: here is text: "many"; write a number, such as 1
`flag` must be true or false: here is text: "perhaps"; write `true` or `false`
`items` must be a list of at least 2 items: it has 1 item: add 1
`table` must be a table: here is a whole number; write its keys, indented below it: x, y
`map` must be a table: here is a whole number; write keys with their values, indented below it
`either` must be a date or true or false: here is a list; write year, month and day, as in `2026-12-31`; write `true` or `false`
`length` must be a duration: here is a whole number; say of which unit: `20m`, `20h` or `20d`
`20` is not a duration: a number in it has no unit; say of which unit: `20m`, `20h` or `20d`
`person` must be a roster id: a roster id has lower-case letters, digits and hyphens
`word` must be one of its words: allowed: open, closed
`other` must be the id of a document: here is a whole number; put it in quotes
`number` must be a whole number: here is nothing; write a number, such as 1; or remove the key, where there is nothing to say
`flag` must be true or false: here is nothing; write `true` or `false`; or remove the key, where there is nothing to say
`items` must be a list: here is nothing; write it in brackets: `[...]`; or remove the key, where there is nothing to say
`table` must be a table: here is nothing; write its keys, indented below it: x, y; or remove the key, where there is nothing to say
`map` must be a table: here is nothing; write keys with their values, indented below it; or remove the key, where there is nothing to say
`either` must be a date or true or false: here is nothing; write year, month and day, as in `2026-12-31`; write `true` or `false`; or remove the key, where there is nothing to say
`length` must be a duration: here is nothing; write number and unit, as in `45m`, `1h30m` or `2d`; or remove the key, where there is nothing to say
`person` must be a roster id: here is nothing; write a roster id, such as `ana`; or remove the key, where there is nothing to say
`word` must be one of its words: here is nothing; allowed: open, closed; or remove the key, where there is nothing to say
`other` must be the id of a document: here is nothing; write the id of a service; or remove the key, where there is nothing to say

"#]]
    );
}
