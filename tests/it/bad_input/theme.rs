//! Themes with errors: the file, the line and what was undefined are told, and the old site stands.

use std::os::unix::fs::symlink;

use snapbox::str;

use super::book;
use crate::support::files_below;
use crate::support::run::{outcome, printed, run};

#[test]
fn an_error_in_a_template_is_told_with_its_place() {
    let book = book();
    let dir = book.path();
    printed(&dir, &["build", "-q"]);
    let before = files_below(&dir.join("book"));
    let template = "themes/default/templates/document.html";
    let fails = |text: &str| {
        book.write(template, text);
        let failed = run(&dir, &["build", "-q"]).code(2).stdout_eq("");
        assert_eq!(files_below(&dir.join("book")), before, "the old site stands");
        failed
    };
    fails("<p>\n\n{{ documnt.title }}</p>\n").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:3: `documnt` is undefined
  help: it stands in `documnt.title`
  help: seen while making good/index.html

"#]]);
    fails("<p>\n{{ page.titel.long }}</p>\n").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:2: `page.titel` is undefined
  help: seen while making good/index.html

"#]]);
    // It is named from its first part to the one that is undefined.
    for (text, name) in [
        ("{{ page.titel }}", "page.titel"),
        ("{{ view.document.titel }}", "view.document.titel"),
        ("{{ view.document.history.comits[0].id }}", "view.document.history.comits"),
        ("{% if site.as_of.branches.main %}x{% endif %}", "site.as_of.branches"),
        ("{{ site.nav[0].titel|upper }}", "site.nav[0].titel"),
        ("{{ page.titel|replace(\"a\", page.title) }}", "page.titel"),
        ("{% for n in site.nav %}{{ n.a.b.c }}{% endfor %}", "n.a"),
    ] {
        book.write(template, format!("<p>\n{text}</p>\n"));
        let (code, told) = outcome(&dir, &["build", "-q"]);
        assert_eq!(code, Some(2), "{told}");
        let expected = format!("error: {template}:2: `{name}` is undefined\n");
        assert!(told.contains(&expected), "{text}: {told}");
    }
    fails("<p>\n{% if x %}\n").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:2: syntax error: unexpected end of input, expected end of block

"#]]);
    fails("{{ page.title | shout }}\n").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:1: unknown filter: filter shout is unknown
  help: seen while making good/index.html

"#]]);
    fails("\n{% include \"nowhere.html\" %}\n").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:2: a template is missing: tried to include non-existing template 'nowhere.html'
  help: it stands in `include "nowhere.html"`
  help: seen while making good/index.html

"#]]);
    fails("{% for a in range(100000) %}{% for b in range(100000) %}{{ a * b }}{% endfor %}{% endfor %}")
        .stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:1: the template does not come to an end
  help: it stands in `a * b`
  help: seen while making good/index.html

"#]]);
    fails("{% include \"document.html\" %}").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:1: invalid operation: recursion limit exceeded
  help: it stands in `include "document.html"`
  help: seen while making good/index.html

"#]]);
    book.write(template, b"caf\xe9\n\nx\n");
    run(&dir, &["build", "-q"]).code(2).stdout_eq("").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: themes/default/templates/document.html:1: the template is not UTF-8

"#]]);
    std::fs::remove_file(dir.join(template)).expect("it is there");
    assert_eq!(outcome(&dir, &["build", "-q"]).0, Some(0));
    assert_eq!(files_below(&dir.join("book")), before);
}

#[test]
fn files_of_a_theme_that_cannot_be_read_or_used_are_told() {
    let book = book();
    let dir = book.path();
    book.write("themes/default/template/page.html", "<p>");
    book.write("themes/default/static/css/99-ours.css", "h1 { color: navy }\n");
    run(&dir, &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
warning: history and approvals are unknown: not a Git repository
warning: `template/page.html` lies outside of `templates/` and `static/` and is not used; did you mean `templates/`?
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    let css = std::fs::read_to_string(dir.join("book/assets/site.css")).expect("it was built");
    assert!(css.ends_with("h1 { color: navy }\n"), "the book's own rules come last");
    symlink("/etc/passwd", dir.join("themes/default/static/passwd.css")).expect("a new link");
    run(&dir, &["build", "-q"]).code(2).stdout_eq("").stderr_eq(str![[r#"
warning: history and approvals are unknown: not a Git repository
error: `themes/default/static/passwd.css` is not a regular file
  help: replace a link by a copy of what it points to

"#]]);
    book.write("book.toml", "[output.html]\ntheme = \"themes/nowhere\"\n");
    assert_eq!(outcome(&dir, &["build", "-q"]).0, Some(2), "a theme that is named must be there");
    std::fs::remove_dir_all(dir.join("themes")).expect("it is there");
    book.write("book.toml", "");
    assert_eq!(outcome(&dir, &["build", "-q"]).0, Some(0), "another need not");
}
