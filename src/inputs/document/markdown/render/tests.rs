//! The site's dress, piece by piece. The plain dress is judged by the specifications' own examples.

use crate::inputs::document::markdown::{Linker, MAX_DEPTH, RenderOptions, Target, outline, render_fragment};
use crate::text::Span;

const OPTIONS: RenderOptions<'_> = RenderOptions {
    id_prefix: "p--",
    shift: 0,
    has_title: false,
    skip_title: false,
    smart_punctuation: false,
};

/// Relative targets are pages unless they say that they are missing; schemes decide over the rest.
struct Site;

impl Linker for Site {
    fn link(&self, target: &str) -> Target {
        match target.split_once(':') {
            Some(("err", rest)) => Target::Internal(rest.to_owned()),
            Some(("http" | "https" | "mailto" | "ftp", _)) => Target::External(target.to_owned()),
            Some(_) => Target::Forbidden,
            None if target.contains("missing") => Target::Broken(target.to_owned()),
            None => Target::Internal(target.replace(".md", ".html")),
        }
    }

    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        (language == "sql").then(|| format!("<span class=\"k\">{}</span>\n", code.trim_end()))
    }
}

#[track_caller]
fn check(markdown: &str, html: &str) {
    check_with(&OPTIONS, markdown, html);
}

#[track_caller]
fn check_with(options: &RenderOptions<'_>, markdown: &str, html: &str) {
    assert_eq!(render_fragment(markdown, options, &Site), html, "{markdown}");
}

#[test]
fn headings_have_ids_and_links_to_themselves() {
    check(
        "# A *b* `c` & \"d\"\n",
        "<h1 id=\"p--a-b-c--d\">A <em>b</em> <code>c</code> &amp; &quot;d&quot; <a class=\"anchor\" \
         href=\"#p--a-b-c--d\" aria-label=\"Link to this section: A b c &amp; &quot;d&quot;\"></a></h1>\n",
    );
    let moved = RenderOptions { id_prefix: "", shift: 2, skip_title: true, ..OPTIONS };
    let anchor = |id: &str, text: &str| {
        format!(" <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section: {text}\"></a>")
    };
    check_with(
        &moved,
        "> # Title\n\n# Title\n\nx\n\n# Title\n##### Low\n",
        &format!(
            "<blockquote>\n<h3 id=\"title\">Title{}</h3>\n</blockquote>\n<p>x</p>\n<h3 id=\"title-2\">Title{}</h3>\n\
             <h6 id=\"low\">Low{}</h6>\n",
            anchor("title", "Title"),
            anchor("title-2", "Title"),
            anchor("low", "Low")
        ),
    );
}

#[test]
fn the_title_is_left_out_where_it_comes_first_and_no_other_heading_is_one() {
    let below = |options: RenderOptions<'_>, markdown: &str| {
        let html = render_fragment(markdown, &options, &Site);
        let tags = html.match_indices("<h").map(|(at, _)| html[at + 1..at + 3].to_owned());
        tags.collect::<Vec<_>>().join(" ")
    };
    let page = RenderOptions { has_title: true, ..OPTIONS };
    let shown = RenderOptions { skip_title: true, ..page.clone() };
    assert_eq!(below(page.clone(), "# A\n\n## B\n\n# C\n"), "h2 h2 h2");
    assert_eq!(below(shown.clone(), "# A\n\n## B\n\n# C\n"), "h2 h2");
    assert_eq!(below(shown.clone(), "[^1]\n\n[^1]: # Note\n\n# A\n\n## B\n"), "h2 h2");
    assert_eq!(below(shown.clone(), "## B\n\n# A\n"), "h2 h2");
    assert_eq!(below(RenderOptions { shift: 1, ..page }, "# A\n\n### B\n"), "h3 h4");
}

#[test]
fn names_of_links_to_headings_end_with_a_word() {
    for (text, name) in [("Why:", "Link to this section: Why"), (":", "Link to this section")] {
        let html = render_fragment(&format!("## {text}\n"), &OPTIONS, &Site);
        assert!(html.contains(&format!(" aria-label=\"{name}\"></a></h2>")), "{html}");
    }
}

#[test]
fn anchors_are_those_of_the_outline() {
    let text = "# A -- \"b\" ![alt](i.png)\n\n> ## A\n\nSet\next\n===\n\n# <b>x</b> don't...\n\n# ???\n";
    let outline = outline(text, Span::new(0, text.len()), &mut Vec::new());
    for smart_punctuation in [false, true] {
        let html = render_fragment(text, &RenderOptions { smart_punctuation, ..OPTIONS }, &Site);
        let ids = html.split(" id=\"p--").skip(1).map(|rest| rest.split_once('"').map_or("", |(id, _)| id));
        let mut ids: Vec<&str> = ids.collect();
        assert_eq!(ids.remove(1), outline.nested_anchors[0]);
        assert_eq!(ids, outline.headings.iter().map(|heading| &heading.anchor).collect::<Vec<_>>());
    }
}

#[test]
fn links_go_where_the_linker_says() {
    check("[a](b.md \"t\")", "<p><a href=\"b.html\" title=\"t\">a</a></p>\n");
    check(
        "<https://a.example/?b&c> www.a.example me@a.example",
        "<p><a class=\"external\" href=\"https://a.example/?b&amp;c\" rel=\"noreferrer noopener\">\
         https://a.example/?b&amp;c</a> \
         <a class=\"external\" href=\"http://www.a.example\" rel=\"noreferrer noopener\">www.a.example</a> \
         <a class=\"external\" href=\"mailto:me@a.example\" rel=\"noreferrer noopener\">me@a.example</a></p>\n",
    );
    check(
        "[*a*](missing.md#\"x\")",
        "<p><span class=\"broken-link\" title=\"Broken link: missing.md#&quot;x&quot;\"><em>a</em></span></p>\n",
    );
    check(
        "[a <https://b.example> www.c.example d](e.md)",
        "<p><a href=\"e.html\">a https://b.example www.c.example d</a></p>\n",
    );
    check("[a *b*](javascript:alert(1)) [](x.md)", "<p>a <em>b</em> <a href=\"x.html\">x.md</a></p>\n");
}

#[test]
fn an_erring_linker_makes_no_script() {
    for target in ["javascript:x", "//evil.example", "\\\\evil.example", "java%0Ascript&#58;x", "a&#9;b:c"] {
        check(&format!("[a](<err:{target}>)"), "<p>a</p>\n");
    }
    check("[a](ftp://x) [b](<http://x&#10;y>)", "<p>a b</p>\n");
}

#[test]
fn images_are_loaded_from_the_site_alone() {
    check(
        "![a *b* `c`](d.png \"t\")",
        "<p><img src=\"d.png\" alt=\"a b c\" title=\"t\" loading=\"lazy\" decoding=\"async\"></p>\n",
    );
    check(
        "![a](https://a.example/b.png) ![](https://a.example/c.png)",
        "<p><a class=\"external\" href=\"https://a.example/b.png\" rel=\"noreferrer noopener\">a</a> \
         <a class=\"external\" href=\"https://a.example/c.png\" rel=\"noreferrer noopener\">\
         https://a.example/c.png</a></p>\n",
    );
    check("[![a](https://a.example/b.png)](x.md)", "<p><a href=\"x.html\">a</a></p>\n");
    check(
        "![](missing.png) ![x](data:y)",
        "<p><span class=\"broken-link\" title=\"Broken image: missing.png\">missing.png</span> x</p>\n",
    );
    check(
        "![a ![b](c) [d](e) <i> www.f.example](g)",
        "<p><img src=\"g\" alt=\"a b d &lt;i&gt; www.f.example\" loading=\"lazy\" decoding=\"async\"></p>\n",
    );
}

#[test]
fn raw_html_is_text() {
    check(
        "<div onclick=\"x\">\n*a*\n</div>\n\nb <script>c</script>\n",
        "<p class=\"raw-html\">&lt;div onclick=&quot;x&quot;&gt;\n*a*\n&lt;/div&gt;</p>\n\
         <p>b &lt;script&gt;c&lt;/script&gt;</p>\n",
    );
}

#[test]
fn code_is_coloured_or_escaped() {
    check(
        "```SQL\nselect 1\n```\n\n```x\"y,z a\n<b>\n```\n\n    c\n",
        "<pre class=\"code\" tabindex=\"0\"><code class=\"language-sql\"><span class=\"k\">select 1</span>\n\
         </code></pre>\n\
         <pre class=\"code\" tabindex=\"0\"><code class=\"language-x&quot;y\">&lt;b&gt;\n</code></pre>\n\
         <pre class=\"code\" tabindex=\"0\"><code>c\n</code></pre>\n",
    );
}

#[test]
fn tables_scroll_and_have_names() {
    check(
        "| a |   | c |\n|:--|--:|---|\n| 1 | 2 |   |\n",
        "<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1\">\n<table>\n<thead>\n<tr>\n\
         <th class=\"align-left\" scope=\"col\">a</th>\n<td></td>\n<th scope=\"col\">c</th>\n</tr>\n</thead>\n\
         <tbody>\n<tr>\n<td class=\"align-left\">1</td>\n<td class=\"align-right\">2</td>\n<td></td>\n</tr>\n\
         </tbody>\n</table>\n</div>\n",
    );
    let html = render_fragment("# H *i*\n\n|a|\n|-|\n\n|b|\n|-|\n", &OPTIONS, &Site);
    assert!(html.contains("aria-label=\"Table 1, H i\"") && html.contains("aria-label=\"Table 2, H i\""));
}

#[test]
fn tasks_have_boxes() {
    check(
        "- [x] a\n  - [ ] *b*\n- c\n",
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" checked=\"\" disabled=\"\" aria-label=\"Done\"> a\n<ul>\n\
         <li class=\"task\"><input type=\"checkbox\" disabled=\"\" aria-label=\"To do\"> <em>b</em></li>\n</ul>\n\
         </li>\n<li>c</li>\n</ul>\n",
    );
    check(
        "1. [ ] a\n\n2. b\n",
        "<ol>\n<li class=\"task\">\n<p><input type=\"checkbox\" disabled=\"\" aria-label=\"To do\"> a</p>\n</li>\n\
         <li>\n<p>b</p>\n</li>\n</ol>\n",
    );
}

#[test]
fn alerts_are_notes() {
    check(
        "> [!WARNING]\n> Mind *this*.\n\n> [!OTHER]\n> x\n",
        "<div class=\"alert alert-warning\" role=\"note\">\n<p class=\"alert-title\">Warning</p>\n\
         <p>Mind <em>this</em>.</p>\n</div>\n<blockquote>\n<p>[!OTHER]\nx</p>\n</blockquote>\n",
    );
}

#[test]
fn footnotes_stand_at_the_end() {
    check(
        "[^B]: two\n\na[^b] c[^a] d[^b]\n\n[^a]: > one\n[^unused]: x\n",
        "<p>a<sup class=\"footnote-ref\" id=\"p--fnref.1\"><a href=\"#p--fn.1\" aria-label=\"Footnote 1\">1</a></sup> \
         c<sup class=\"footnote-ref\" id=\"p--fnref.2\"><a href=\"#p--fn.2\" aria-label=\"Footnote 2\">2</a></sup> \
         d<sup class=\"footnote-ref\" id=\"p--fnref.1-2\"><a href=\"#p--fn.1\" aria-label=\"Footnote 1\">1</a></sup></p>\n\
         <section class=\"footnotes\">\n<ol>\n<li id=\"p--fn.1\">\n<p>two \
         <a href=\"#p--fnref.1\" class=\"footnote-backref\" aria-label=\"Back to reference 1-1\">↩</a> \
         <a href=\"#p--fnref.1-2\" class=\"footnote-backref\" aria-label=\"Back to reference 1-2\">↩<sup>2</sup></a>\
         </p>\n</li>\n<li id=\"p--fn.2\">\n<blockquote>\n<p>one</p>\n</blockquote>\n\
         <a href=\"#p--fnref.2\" class=\"footnote-backref\" aria-label=\"Back to reference 2\">↩</a>\n</li>\n\
         </ol>\n</section>\n",
    );
}

#[test]
fn smart_punctuation_leaves_addresses_alone() {
    let smart = RenderOptions { smart_punctuation: true, ..OPTIONS };
    check_with(
        &smart,
        "\"a\" -- it's https://a.example/b--c'd... `--`",
        "<p>“a” – it’s <a class=\"external\" href=\"https://a.example/b--c&#x27;d\" rel=\"noreferrer noopener\">\
         https://a.example/b--c'd</a>… <code>--</code></p>\n",
    );
}

#[test]
fn what_would_surprise_is_text() {
    check_with(
        &RenderOptions { id_prefix: "", ..OPTIONS },
        "[[wiki]] $a$ a^b^ {#id}\n\n---\nx: y\n---\n\nterm\n: definition\n",
        "<p>[[wiki]] $a$ a^b^ {#id}</p>\n<hr>\n<h2 id=\"x-y\">x: y <a class=\"anchor\" href=\"#x-y\" \
         aria-label=\"Link to this section: x: y\"></a></h2>\n<p>term\n: definition</p>\n",
    );
}

#[test]
fn deep_nesting_is_shown_flat() {
    let deep = |unit: &str, count: usize| render_fragment(&(unit.repeat(count) + "x\n"), &OPTIONS, &Site);
    let quotes = deep("> ", 10_000);
    assert_eq!(quotes.matches("<blockquote>").count(), MAX_DEPTH);
    assert_eq!(quotes.matches("</blockquote>").count(), MAX_DEPTH);
    let lists = deep("- ", 10_000);
    assert_eq!(
        (lists.matches("<ul>").count(), lists.matches("<li>").count()),
        (MAX_DEPTH / 2, MAX_DEPTH / 2)
    );
    assert!(lists.contains("<li>\n<p>x</p>\n</li>"));
    let tree: String = (0..200).map(|depth| format!("{}- [ ] item {depth}\n", "  ".repeat(depth))).collect();
    let tree = render_fragment(&tree, &OPTIONS, &Site);
    assert!(tree.contains("item 49\n<p><input") && tree.contains(" item 50</p>\n<p><input"));
    assert!((0..200).all(|depth| tree.contains(&format!("item {depth}"))));
    let emphasis = format!("{}x{}\n", "*a **b ".repeat(1000), "***".repeat(1000));
    let emphasis = render_fragment(&emphasis, &OPTIONS, &Site);
    assert_eq!(emphasis.matches("<em>").count() + emphasis.matches("<strong>").count(), MAX_DEPTH);
}
