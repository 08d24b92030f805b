//! For whose services a signature is asked for: nothing is easier because a name says less.

use super::unsigned::on_page;
use super::*;
use crate::facts::calendar::Level;
use crate::inputs::policy::ClassName;

/// Two services of the catalogue whose owners are two people, and what asks for the owner of each.
fn of_each(extra: &str) -> Story {
    let each = "{ role = \"service-owner\", each = \"service\", min = 1 }";
    let asked = format!(
        "[class.major]\n\
         distinct_principals = 1\nrequire = [{{ role = \"manager\", min = 1 }}, {each}]\n[subject.standard]\n\
         require = [{each}]\n[subject.service]\nrequire = [{each}]\n[subject.guide]\nrequire = [{each}]\n{extra}"
    );
    let mut files = policy(1, &asked);
    for (who, service) in [("bob", "checkout"), ("dave", "ledger")] {
        let own = format!("id = \"{who}\"\nname = \"{who}\"\nemails = [\"{who}@a.example\"]\nroles = [");
        let role = format!("{{ role = \"service-owner\", scope = [\"{service}\"] }}, ");
        files = reworded(files, 1, &own, &format!("{own}{role}"));
    }
    let mut story = Story::new();
    story.last().policy = Some(files);
    story.write("content/services/ledger.md", &SERVICE.replace("tier: 2", "tier: 0"), "alice");
    story
}

#[test]
fn a_document_asks_for_the_owner_of_each_service_that_it_is_for() {
    let model = |services: &str| format!("---\ntitle: M\nkind: standard\nlimits: {{{services}}}\n---\n");
    let guide = "---\ntitle: G\nkind: guide\n---\n".to_owned();
    for (path, text, waits, by) in [
        ("standard/m", model("services: [ledger]"), "service-owner of ledger", [false, true]),
        ("standard/m", model("services: [services/ledger]"), "service-owner of ledger", [false, true]),
        (
            "standard/m",
            model("services: [checkout, ledger]"),
            "service-owner of checkout, service-owner of ledger",
            [false, true],
        ),
        ("standard/m", model("services: [chekout]"), "service-owner of chekout", [false, false]),
        // Of nothing that is named it is somebody's who owns any service.
        ("standard/m", model("types: [code]"), "service-owner", [true, true]),
        ("services/ledger", SERVICE.to_owned(), "service-owner of ledger", [false, true]),
        ("process/g", guide, "service-owner", [true, true]),
    ] {
        let mut story = of_each("");
        let text = if path == "services/ledger" { text.replace("Checkout", "Ledger") } else { text };
        story.land("2026-06-02T12:00:00Z").write(&format!("content/{path}.md"), &text, "carol");
        let page = SubjectId::named(path);
        assert_eq!(story.approvals(LATER)[&page].why, format!("waits for {waits}"), "{text}");
        let mut sign = |who: &str| {
            on_page(&mut story, who, "service-owner", path, &text);
            story.approvals(LATER)[&page].status
        };
        let statuses = [sign("bob"), sign("dave")];
        assert_eq!(statuses.map(ApprovalStatus::is_approved), by, "{text}");
    }
}

fn need(story: &Story) -> Need {
    let all = story.all(LATER);
    all.subjects[&id()].0.need.clone().expect("there is a request")
}

fn class_of(story: &Story) -> ClassName {
    need(story).class
}

#[test]
fn a_service_that_the_catalogue_lacks_asks_for_as_much_as_any() {
    let criteria = "[criteria.major]\ntypes_on_tiers = { types = [\"code\"], tiers = [0] }\n";
    for (services, class, waits) in [
        ("[checkout]", ClassName::Minor, "peer, manager"),
        ("[ledger]", ClassName::Major, "manager, service-owner of ledger"),
        ("[chekout]", ClassName::Major, "manager, service-owner of chekout"),
        (
            "[checkout, 7]",
            ClassName::Major,
            "manager, service-owner of checkout, service-owner of a service without a name",
        ),
        ("[]", ClassName::Minor, "peer, manager"),
    ] {
        let mut story = of_each(criteria);
        story.submit();
        let text = REQUEST.replace("[checkout]", services);
        story.write(&format!("{FOLDER}/request.md"), &text, "alice");
        assert_eq!(story.approvals(LATER)[&id()].why, format!("waits for {waits}"), "{services}");
        assert_eq!(class_of(&story), class, "{services}");
    }
    // A service whose tier nobody can read is as good as unknown.
    let mut story = of_each(criteria);
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: high"), "alice");
    story.submit();
    assert_eq!(class_of(&story), ClassName::Major);
    // And no window is passed by a name that it does not have.
    let close = "---\ntitle: Close\nkind: window\ntype: freeze\nlevel: hard\ntz: UTC\nstart: 2026-06-19T00:00\n\
                 end: 2026-06-22T00:00\nscope: {services: [ledger]}\n---\n";
    for (services, level) in [("[checkout]", None), ("[chekout]", Some(Level::Hard))] {
        let mut story = of_each("");
        story.write("content/windows/close.md", close, "alice").submit();
        let text = REQUEST.replace("[checkout]", services);
        story.write(&format!("{FOLDER}/request.md"), &text, "alice");
        assert_eq!(need(&story).level, level, "{services}");
    }
}
