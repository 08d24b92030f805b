use super::*;
use crate::text::BookPath;

fn file(text: &str) -> SourceFile {
    SourceFile::new(BookPath::new("book.toml").expect("normal"), text.as_bytes())
}

/// The messages of all faults with the line each stands on, and their help.
fn faults(text: &str) -> Vec<String> {
    let told = |fault: &Diagnostic| {
        let line = fault.location.as_ref().map(|l| text[..l.span.start as usize].matches('\n').count() + 1);
        let help =
            if fault.help.is_empty() { String::new() } else { format!(" ({})", fault.help.join("; ")) };
        format!("{}: {}{help}", line.map_or("-".to_owned(), |line| line.to_string()), fault.message)
    };
    Config::parse(&file(text)).faults.iter().map(told).collect()
}

#[test]
fn an_empty_file_is_the_defaults() {
    let parsed = Config::parse(&file(""));
    assert_eq!(parsed.faults, []);
    assert_eq!(parsed.config.book.src.as_str(), "content");
    assert_eq!(parsed.config.build.build_dir, "book");
    assert_eq!(parsed.config.html.theme.as_str(), "themes/default");
}

#[test]
fn every_builtin_kind_is_sound() {
    let kinds = Config::parse(&file("")).config.kinds;
    let names: Vec<&str> = kinds.by_name.keys().map(|name| &**name).collect();
    let wanted = [
        "exception",
        "execution",
        "guide",
        "notice",
        "page",
        "post-mortem",
        "rehearsal",
        "request",
        "runbook",
        "service",
        "standard",
        "window",
    ];
    assert_eq!(names, wanted);
    for kind in kinds.by_name.values() {
        assert!(!kind.summary.is_empty(), "{} has no summary", kind.name);
        assert!(kind.fields.iter().all(|field| !field.doc.is_empty()), "{}: a field has no doc", kind.name);
        assert!(kind.sections.iter().all(|s| !s.hint.is_empty()), "{}: a section has no hint", kind.name);
    }
}

#[test]
fn the_path_decides_the_kind() {
    let kinds = Config::parse(&file("")).config.kinds;
    let cases = [
        ("changes/2026/MCM-2026-0007/request.md", Some("request")),
        ("changes/2026/MCM-2026-0007/rehearsal-12.md", Some("rehearsal")),
        ("changes/2026/MCM-2026-0007/rehearsal-x.md", None),
        ("changes/2026/MCM-2026-0007/notice-customer-before.md", Some("notice")),
        ("changes/2026/MCM-26-0007/request.md", None),
        ("services/checkout.md", Some("service")),
        ("services/deep/checkout.md", None),
        ("windows/q4.md", Some("window")),
        ("index.md", None),
    ];
    for (path, kind) in cases {
        assert_eq!(kinds.of_path(path).map(|kind| &*kind.name), kind, "{path}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let text = "[book]\ntitel = \"x\"\nsrc = \"../up\"\nlanguage = \"e n\"\n[build]\ncreate-missing = true\n\
                [output.html]\ndefault-theme = \"drak\"\nsite-url = 3\n[preprocessor.x]\n";
    let expected = [
        "2: unknown key `book.titel` (did you mean `title`?)",
        "3: `book.src` must be a relative path inside the book (write it with `/`, without `..`, and without \
         a slash at the start)",
        "4: `book.language` is not a language tag (write it like `en` or `pt-BR` (BCP 47))",
        "6: `build.create-missing` is a key of mdBook without a meaning here (`mcmbook new` makes documents; \
         a build never writes into the source; remove it)",
        "8: `output.html.default-theme` cannot be \"drak\" (allowed: auto, light, dark; did you mean \"dark\"?)",
        "9: `output.html.site-url` must be text, not a whole number",
        "10: `preprocessor` is a key of mdBook without a meaning here (there are no preprocessors; remove it)",
    ];
    assert_eq!(faults(text), expected);
}

#[test]
fn variables_override_keys() {
    let set = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        parse(&file("[build]\nbuild-dir = \"out\"\n"), &pairs)
    };
    let parsed =
        set(&[("MCMBOOK_BUILD__BUILD_DIR", "elsewhere"), ("MCMBOOK_OUTPUT__HTML__SEARCH__ENABLE", "false")]);
    assert_eq!(parsed.faults, []);
    assert_eq!(parsed.config.build.build_dir, "elsewhere");
    assert!(!parsed.config.html.search);
    let wrong = set(&[("MCMBOOK_BOOK__TITEL", "x")]);
    assert_eq!(wrong.faults[0].message, "environment variable MCMBOOK_BOOK__TITEL: unknown key `book.titel`");
    assert_eq!(wrong.faults[0].location, None);
}

#[test]
fn a_book_adds_and_changes_kinds() {
    let text = "[kind.proposal]\npaths = [\"proposals/*.md\"]\nrequired = [\"title\"]\n\
                fields.number = { type = \"integer\", min = 1, required = true }\n\
                [[kind.proposal.sections]]\ntitle = \"Motivation\"\nrequired = true\n\
                [kind.service.fields]\ncost-centre = { type = \"line\" }\n";
    let parsed = Config::parse(&file(text));
    assert_eq!(parsed.faults, []);
    let proposal = parsed.config.kinds.get("proposal").expect("added");
    assert_eq!(proposal.title, "Proposal");
    assert!(proposal.field("title").is_some_and(|field| field.presence.from.is_some()));
    assert!(proposal.section("motivation").is_some());
    let service = parsed.config.kinds.get("service").expect("built in");
    assert!(service.field("cost-centre").is_some() && service.field("tier").is_some());
}

#[test]
fn kind_faults_point_at_their_place() {
    let text =
        "[kind.x]\nfields.a = { type = \"intger\" }\nfields.b = 3\nfields.c = {}\nrequired = [\"nope\"]\n";
    let told = faults(text);
    assert!(told[0].starts_with("2: `kind.x.fields.a.type` cannot be \"intger\""), "{told:?}");
    assert!(told.iter().any(|fault| fault.starts_with("3: `kind.x.fields.b` must be a table")), "{told:?}");
    assert!(told.iter().any(|fault| fault.starts_with("4: a field needs a `type`")), "{told:?}");
    assert!(told.iter().any(|fault| fault.starts_with("5: kind `x` has no field `nope`")), "{told:?}");
}

#[test]
fn what_a_kind_cannot_mean_is_told_all_at_once() {
    let text = r#"[kind.p]
paths = ["p/{n:4}-*.md", "p/{x}.md"]
reference-name = "P-{year}"
ordered-fields = ["a", "zz"]
section-level = 9
fields.status = { type = "enum", values = ["Draft", "Final", "Draft"] }
fields.a = { type = "line", pattern = "(", min-length = 9, max-length = 3 }
fields.b = { type = "integer", min-items = 1, derived = "{date}" }
fields.c = { type = "line", required-when = { field = "statu", is = "Final" } }
fields.d = { type = "line", required-when = { field = "status", is = "Finl" } }
fields.e = { type = "line", required = true, forbidden-when = { field = "status", is = "Draft" } }
fields.f = { type = "reference", to = ["q"], inverse = "g" }
fields.h = { type = "reference", to = ["p"], inverse = "nothing" }
fields.i = { type = "line", required = "sometimes" }
[[kind.p.sections]]
title = "One"
aliases = ["Two"]
[[kind.p.sections]]
title = "two"
required-when = { field = "status", is = "Final", is-not = "Draft" }
[[kind.p.severity]]
when = { field = "status", is = "Draft" }
rules = ["MCM100"]
severity = "warning"
"#;
    let expected = [
        "2: path pattern cannot be read: `{x}` is not a place",
        "3: no path of kind `p` has a place {year}",
        "4: kind `p` has no field `zz`",
        "5: `kind.p.section-level` must be a level of heading",
        "6: \"Draft\" stands twice",
        "7: `kind.p.fields.a.pattern` is not a regular expression: unclosed group",
        "7: `kind.p.fields.a.min-length` is more than `max-length`",
        "8: `kind.p.fields.b.min-items` bounds lists and maps",
        "8: no path of kind `p` has a place {date}",
        "9: kind `p` has no field `statu` (did you mean `status`?)",
        "10: `status` is never \"Finl\" (did you mean \"Final\"?)",
        "11: it is required and forbidden at once",
        "12: there is no kind `q`",
        "13: kind `p` has no field `nothing`",
        "14: `kind.p.fields.i.required` must be true, false or a profile",
        "19: heading \"two\" would mean both \"One\" and \"two\"",
        "20: a condition has one of `is`, `is-not`, `matches` and `given`",
        "23: `MCM100` is not the code of a rule about documents",
    ];
    let told = faults(text);
    for expected in expected {
        assert!(told.iter().any(|told| told.starts_with(expected)), "{expected}\n{told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn what_a_type_or_a_path_cannot_mean_is_told_with_its_place_and_what_to_do() {
    let text = r#"[kind.p]
heading = "{n}: {title}"
paths = ["p/*.md", "p/*.md", "services/*.md", "q/*.txt", "/r/*.md", ".s/*.md", "t/../u.md", "v/{n}"]
fields.a = { type = "integer", min = 5, max = 1 }
fields.b = { type = "one-of" }
fields.c = { type = "one-of", of = [] }
fields.d = { type = "list" }
fields.e = { type = "list", of = {} }
fields.f = { type = "list", of = "line" }
fields.g = { type = "map" }
fields.h = { type = "table" }
fields.i = { type = "table", fields = {} }
fields.j = { type = "string", min = 2, values = ["a"], to = ["p"] }
fields.k = { type = "line", required-when = { field = "l", is = "yes" } }
fields.l = { type = "boolean" }
fields.m = { type = "line", required-when = { field = "n", is = [3, 9] } }
fields.n = { type = "integer", min = 1, max = 4 }
fields.o = { type = "line", required-when = { field = "l", is = [] } }
fields.r = { type = "date", after = "nowhere" }
fields.s = { type = "date", after = "a", not-before = "a" }
fields.t = { type = "line", required-when = { field = "k", matches = "(" } }
fields.q = { type = "table", fields = { deep = { type = "integer", min = 2, max = 1 } } }
[[kind.p.sections]]
title = " "
"#;
    let expected = [
        "2: no path of kind `p` has a place {n} (its paths fill",
        "3: path pattern `p/*.md` stands twice (keep one",
        "3: path pattern `services/*.md` is also that of kind `service` (write another pattern",
        "3: path pattern cannot be read: documents end with `.md`",
        "3: path pattern cannot be read: it begins with a slash (write it like",
        "3: path pattern cannot be read: a part of it begins with a dot",
        "3: path pattern cannot be read: a part of it begins with a dot",
        "3: path pattern cannot be read: documents end with `.md`",
        "4: `kind.p.fields.a.min` is more than `max`: nothing fits (exchange",
        "5: a one-of needs `of` (write of = [",
        "6: a one-of needs `of` (write of = [",
        "7: a list needs `of` (write of = {",
        "8: a list needs `of` (write of = {",
        "9: `of` must be a table with a `type` (write it like",
        "10: a map needs `of` (write of = {",
        "11: a table needs `fields` (write fields = {",
        "12: a table needs `fields` (write fields = {",
        "13: `kind.p.fields.j.min` means nothing for a value of type `string` (remove it",
        "13: `kind.p.fields.j.values` means nothing for a value of type `string` (remove it",
        "13: `kind.p.fields.j.to` means nothing for a value of type `string` (remove it",
        "14: `l` is never \"yes\" (allowed: true, false)",
        "16: `n` is never \"9\" (allowed: whole numbers from 1 to 4)",
        "18: `is` names no value (name one",
        "19: kind `p` has no field `nowhere`",
        "20: `s` cannot be compared with `a` (both must be dates",
        "20: `kind.p.fields.s.not-before` and `after` say two things at once (keep one",
        "21: `condition.matches` is not a regular expression: unclosed group (the syntax",
        "22: `fields.deep.min` is more than `max`: nothing fits (exchange",
        "24: a section needs a `title` (write the text",
    ];
    let told = faults(text);
    for (expected, told) in expected.iter().zip(&told) {
        assert!(told.starts_with(expected), "{expected}\n{told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    let good = ["*.md", "**/*.md", "a/*", "a/x-*d", "{year}/{n:4}.md", "{date}-*.md"];
    let list = good.map(|pattern| format!("\"{pattern}\"")).join(", ");
    assert_eq!(faults(&format!("[kind.p]\npaths = [{list}]\n")), Vec::<String>::new());
}

#[test]
fn paths_fill_what_follows_from_them() {
    let text = "[kind.p]\npaths = [\"p/{n:4}-*.md\", \"q/{date}-{year}.md\"]\n";
    let parsed = Config::parse(&file(text));
    assert_eq!(parsed.faults, []);
    let kind = parsed.config.kinds.get("p").expect("defined");
    let filled = [
        ("P-{n}", "p/0042-a-b.md", Some("P-42")),
        ("P-{n:4}", "p/0042-a-b.md", Some("P-0042")),
        ("{name}", "p/0042-a-b.md", Some("a-b")),
        ("{folder}/{file}", "p/0042-a-b.md", Some("p/0042-a-b")),
        ("{date}", "q/2026-02-28-2027.md", Some("2026-02-28")),
        ("{date}", "q/2026-02-30-2027.md", None),
        ("{n}", "q/2026-02-28-2027.md", None),
        ("{n}", "p/042-a.md", None),
    ];
    for (template, path, expected) in filled {
        assert_eq!(kind.fill(template, path).as_deref(), expected, "{template} of {path}");
    }
}

#[test]
fn malformed_lines_do_not_hide_the_faults_of_the_others() {
    let text = "[book]\ntitel = \"x\"\nsrc = \"../up\"\nlanguage = \"unclosed\n[build\nbuild-dir = 3\n\
                [output.html]\ndefault-theme = \"drak\"\ncname = \n";
    let expected = [
        "2: unknown key `book.titel` (did you mean `title`?)",
        "3: `book.src` must be a relative path inside the book (write it with `/`, without `..`, and without \
         a slash at the start)",
    ];
    let told =
        faults(&text.replace("language = \"unclosed\n[build\n", "[build]\n").replace("cname = \n", ""));
    assert_eq!(told[..2], expected, "well formed");
    assert!(told[2].starts_with("5: `build.build-dir` must be text"), "{told:?}");
    let told = faults(text);
    assert_eq!(told[..2], expected);
    assert!(told[2].starts_with("4: not valid TOML"), "{told:?}");
    assert!(told[3].starts_with("5: not valid TOML"), "{told:?}");
    // The table below a malformed header may be another one: what stands there is not judged.
    assert!(told[4].starts_with("8: `output.html.default-theme` cannot be \"drak\""), "{told:?}");
    assert!(told[5].starts_with("9: not valid TOML"), "{told:?}");
    assert_eq!(told.len(), 6, "{told:?}");
}

#[test]
fn text_that_is_not_utf_8_is_told_once_with_its_place() {
    let file = SourceFile::new(BookPath::new("book.toml").expect("normal"), b"[book]\ntitle = \"\xff\"\n");
    let faults = Config::parse(&file).faults;
    let told: Vec<_> =
        faults.iter().map(|f| (f.message.as_str(), f.location.as_ref().map(|l| l.span.start))).collect();
    assert_eq!(told, [("`book.toml` is not UTF-8", Some(16))]);
}

#[test]
fn a_key_that_is_not_written_is_known_all_the_same() {
    assert_eq!(faults("[book]\nscr = \"x\"\n"), ["2: unknown key `book.scr` (did you mean `src`?)"]);
    let told = faults("[output.html]\ndefault-them = \"auto\"\n");
    assert_eq!(told, ["2: unknown key `output.html.default-them` (did you mean `default-theme`?)"]);
}

#[test]
fn a_place_in_the_body_must_be_one() {
    let text = r#"[kind.p]
fields.a = { type = "date", from = { line = "Date", section = "Date" } }
fields.b = { type = "date", from = {} }
fields.c = { type = "date", from = { lne = "Date" } }
fields.d = { type = "date", from = { section = "Status", capture = "[0-9]+" } }
fields.e = { type = "date", from = { section = "Status", capture = "([0-9]+" } }
fields.f = { type = "line", separator = "," }
fields.g = { type = "list", of = { type = "line" }, separator = " " }
fields.h = { type = "table", fields = { i = { type = "line", from = { line = "I" } } } }
"#;
    let expected = [
        "2: `kind.p.fields.a.from` must name one place (write { line = \"Date\" }, { section = \"Status\" } or { heading = true })",
        "3: `kind.p.fields.b.from` must name one place",
        "4: unknown key `kind.p.fields.c.from.lne` (did you mean `line`?)",
        "4: `kind.p.fields.c.from` must name one place",
        "5: `kind.p.fields.d.from.capture` must have one group",
        "6: `kind.p.fields.e.from.capture` is not a regular expression: unclosed group",
        "7: `kind.p.fields.f.separator` parts the items of a list",
        "8: `kind.p.fields.g.separator` must not be empty",
        "9: unknown key `fields.i.from`",
    ];
    let told = faults(text);
    for expected in expected {
        assert!(told.iter().any(|told| told.starts_with(expected)), "{expected}\n{told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}
