//! Collisions end with one of two signed acts: somebody moves, or the change manager accepts.

use std::collections::BTreeSet;
use std::sync::Arc;

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::facts::approval::grant::Grants;
use mcmbook::facts::collision::{Experience, Meeting, experience};
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::inputs::profile::Profile;
use mcmbook::memo::Memo;

use crate::approvals::book::{Book, CHANGE, FOLDER, PEOPLE};

const OTHER: &str = "MCM-2026-0002";

/// A book in which erin, with mallory's key, is the change manager, and two changes meet.
fn book() -> Book {
    let book = Book::submitted();
    let erin = "[[principal]]\nid = \"erin\"\nname = \"erin\"\nroles = [\"change-manager\"]\n";
    book.amend(2, |book| {
        book.policy(2, erin, &PEOPLE);
        let roster = book.repo.book().join("policy/allowed_signers");
        let signers = std::fs::read_to_string(&roster).expect("it is there");
        let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a key");
        std::fs::write(&roster, format!("{signers}erin namespaces=\"git\" {key}")).expect("written");
    });
    let request = std::fs::read_to_string(book.repo.book().join(format!("{FOLDER}/request.md")));
    let request = request.expect("the request").replace("T10:00", "T11:00").replace("T12:00", "T14:00");
    book.repo.write(&format!("content/changes/2026/{OTHER}/request.md"), request);
    book.as_person("bob", |book| book.commit("Another change"));
    book
}

/// The changes that are told of a collision on a service, and the changes that the gate has accepted.
fn told(book: &Book) -> (BTreeSet<String>, BTreeSet<String>) {
    let analysis = analyzed(book);
    let of_service = analysis.findings.iter().filter(|finding| finding.diagnostic.code.0 == "MCM611");
    let told = of_service.map(|finding| {
        let location = finding.diagnostic.location.as_ref().expect("it has a place");
        location.path.as_str().split('/').nth(3).expect("a folder of a change").to_owned()
    });
    let grants = Grants::of(&analysis.facts.approvals);
    let accepted = grants.changes.get(CHANGE).map(|grant| grant.accepted.clone()).unwrap_or_default();
    (told.collect(), accepted)
}

fn analyzed(book: &Book) -> Analysis {
    let options = LoadOptions {
        dir: book.repo.book(),
        as_of: AsOf::At("2025-12-01T00:00:00Z".parse().expect("an instant")),
        profile: Some(Profile::Regulated),
        ..LoadOptions::default()
    };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    analyze(Arc::new(inputs), &Memo::forgetful())
}

fn both() -> BTreeSet<String> {
    BTreeSet::from([CHANGE.to_owned(), OTHER.to_owned()])
}

fn accept(book: &Book, person: &str, role: &str) {
    let message =
        book.message(person, "accept-collision", role).replace("Mcm-Covers: request, runbook\n", "");
    let message = message.replace("Mcm-Context", &format!("Mcm-Other: {OTHER}\nMcm-Context"));
    let message = message.replace(&format!("Mcm-Signer: {person}"), "Mcm-Signer: [WHO]");
    let who = if person == "mallory" { "erin" } else { person };
    book.record(person, &message.replace("[WHO]", who));
}

#[test]
fn the_change_manager_accepts_for_what_was_signed() {
    let book = book();
    assert_eq!(told(&book), (both(), BTreeSet::new()));
    accept(&book, "mallory", "change-manager");
    assert_eq!(told(&book), (BTreeSet::new(), BTreeSet::from([OTHER.to_owned()])), "{:?}", book.reasons());
    let path = format!("{FOLDER}/request.md");
    let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, request.replace("Text.", "More text."));
    book.as_person("alice", |book| book.commit("Say more"));
    assert_eq!(told(&book), (both(), BTreeSet::new()), "another content was accepted");
}

#[test]
fn nobody_else_accepts() {
    for (person, role) in [("bob", "manager"), ("carol", "peer"), ("bob", "change-manager")] {
        let book = book();
        accept(&book, person, role);
        assert_eq!(told(&book), (both(), BTreeSet::new()), "{person} as {role}");
    }
}

#[test]
fn whoever_moves_away_collides_no_more() {
    let book = book();
    let path = format!("content/changes/2026/{OTHER}/request.md");
    let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, request.replace("T11:00", "T12:00"));
    assert_eq!(told(&book).0, BTreeSet::new(), "it begins when the other has ended");
}

#[test]
fn two_that_need_one_resource_of_an_environment_meet() {
    let book = book();
    let say = |folder: &str, environment: &str, resources: &str| {
        let path = format!("{folder}/request.md");
        let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
        let mut lines = request.lines().filter(|line| !line.starts_with("environment:"));
        let first = lines.next().expect("front matter");
        let rest: Vec<&str> = lines.filter(|line| !line.starts_with("resources:")).collect();
        let added = format!("environment: {environment}\nresources: {resources}");
        book.repo.write(&path, [first, &added, &rest.join("\n"), ""].join("\n"));
    };
    let met = || {
        let facts = analyzed(&book).facts;
        let all = facts.collisions.iter().flat_map(|collision| collision.meetings.clone());
        all.filter(|meeting| matches!(meeting, Meeting::Resource(_))).collect::<Vec<_>>()
    };
    let other = FOLDER.replace(CHANGE, OTHER);
    say(FOLDER, "staging", "[test bench, bastion]");
    say(&other, "staging", "[bastion, licence]");
    assert_eq!(met(), [Meeting::Resource("bastion".to_owned())]);
    say(&other, "production", "[bastion, licence]");
    assert_eq!(met(), [], "another environment has its own");
    say(&other, "staging", "[licence]");
    assert_eq!(met(), []);
}

#[test]
fn what_accepting_has_led_to_is_counted() {
    let book = book();
    let counted = || experience(&analyzed(&book).facts);
    assert_eq!(counted(), Experience::default());
    accept(&book, "mallory", "change-manager");
    assert_eq!(counted(), Experience { accepted: 1, troubled: 0 });
    for (outcome, troubled) in
        [("implemented", 0), ("rolled_back", 1), ("aborted_before_start", 0), ("failed", 1)]
    {
        let record = format!("---\ntitle: Run\noutcome: {outcome}\n---\n\n# Run\n");
        book.repo.write(&format!("content/changes/2026/{OTHER}/execution-1.md"), record);
        assert_eq!(counted(), Experience { accepted: 1, troubled }, "{outcome}");
    }
}
