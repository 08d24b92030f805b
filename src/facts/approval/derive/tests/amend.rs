//! What makes a policy govern, and what never does (design: approvals.md, "Amending E").

use super::*;

/// A policy with one line of it written otherwise.
fn with(mut files: Vec<SourceFile>, find: &str, replace: &str) -> Vec<SourceFile> {
    let place =
        files.iter().position(|file| file.path.as_str() == "policy/policy.toml").expect("it is there");
    let text = files[place].text.to_string();
    assert!(text.contains(find), "{find} is not in {text}");
    files[place] = SourceFile::new(files[place].path.clone(), text.replacen(find, replace, 1).into_bytes());
    files
}

fn effective(story: &Story) -> Effective {
    let as_of = "2026-06-10T00:00:00Z".parse().expect("an instant");
    Pass::run(&story.ledger, &story.config, as_of, &[]).expect("there is a policy").effective
}

#[test]
fn a_policy_with_a_fault_is_no_root() {
    let mut story = Story::new();
    let landing = story.last().clone();
    assert!(Effective::root(&policy(1, ""), &landing).is_some());
    let faulty = with(policy(1, ""), "distinct_principals = 2", "distinct_principals = \"two\"");
    assert!(Effective::root(&faulty, &landing).is_none(), "it is adopted, and has a fault");
    assert!(Effective::root(&[], &landing).is_none(), "it has no fault, and is none");
}

#[test]
fn what_enough_have_signed_is_refused_when_it_cannot_govern() {
    let old = policy(1, "");
    let admins = |quorum: u32| with(policy(2, ""), "quorum = 2", &format!("quorum = {quorum}"));
    // The lines of so many admins are gone, and that of the last one has another option; two are to amend.
    let keys = |gone: usize, option: &str| {
        let mut files = admins(3);
        let lines: Vec<String> = files[0].text.lines().skip(gone).map(str::to_owned).collect();
        let last = lines.len() - 1;
        let own = |(at, line): (usize, &String)| match at == last {
            true => line.replace("namespaces=\"git\"", &format!("namespaces=\"git\"{option}")) + "\n",
            false => format!("{line}\n"),
        };
        let text: String = lines.iter().enumerate().map(own).collect();
        files[0] = SourceFile::new(files[0].path.clone(), text.into_bytes());
        files
    };
    let retired = landed::revocation(4, "retired", "2026-06-05T12:00:00Z");
    const TOO_FEW: &str = "2 with a key that is valid could amend it again, and it asks for 3";
    let fault = with(policy(2, ""), "distinct_principals = 2", "distinct_principals = \"two\"");
    for (new, serial, refused) in [
        (policy(2, "[class.major]\ndistinct_principals = 1\n"), 2, None),
        (fault, 2, Some("it cannot be read")),
        (Vec::new(), 2, Some("it cannot be read")),
        (policy(1, "[class.major]\ndistinct_principals = 1\n"), 2, Some("its serial is 1, 2 is due")),
        (policy(3, ""), 3, Some("its serial is 3, 2 is due")),
        (admins(4), 2, None),
        (admins(5), 2, Some("4 with a key that is valid could amend it again, and it asks for 5")),
        (keys(1, ""), 2, None),
        (keys(2, ""), 2, Some(TOO_FEW)),
        (keys(1, ",valid-before=\"20260605120001Z\""), 2, None),
        (keys(1, ",valid-before=\"20260605120000Z\""), 2, Some(TOO_FEW)),
        (keys(1, ",valid-after=\"20260605120001Z\""), 2, Some(TOO_FEW)),
        (with(keys(1, ""), "[amend]", &format!("{retired}[amend]")), 2, Some(TOO_FEW)),
    ] {
        let mut story = approved();
        story.land("2026-06-05T12:00:00Z").amend(&old, &new, serial);
        let effective = effective(&story);
        let told = effective.pending.as_ref().and_then(|pending| pending.refused.as_deref());
        assert_eq!(told, refused, "{new:?}");
        assert_eq!(effective.policy.serial, if refused.is_some() { 1 } else { 2 }, "{refused:?}");
        assert_eq!(effective.history.len(), if refused.is_some() { 1 } else { 2 });
    }
}

#[test]
fn a_waiting_policy_is_known_until_it_is_gone() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let mut files = policy(2, "");
    let mallory = key(99).public_key().to_openssh().expect("a public key");
    let signers = format!("{}mallory namespaces=\"git\" {mallory}\n", files[0].text);
    files[0] = SourceFile::new(files[0].path.clone(), signers.into_bytes());
    story.last().policy = Some(files);
    story.land("2026-06-04T12:00:00Z");
    story.decide("mallory", "approve", "peer");
    assert_eq!(story.reasons(), [Reason::KeyNotGoverning, Reason::RoleNotHeld], "the policy waits still");
    story.land("2026-06-05T12:00:00Z").last().policy = Some(policy(1, ""));
    assert_eq!(effective(&story).pending, None);
    story.land("2026-06-05T13:00:00Z");
    story.decide("mallory", "approve", "peer");
    assert_eq!(story.reasons()[2..], [Reason::KeyUnknown, Reason::RoleNotHeld], "it was taken back");
}

#[test]
fn a_later_root_takes_over_what_is_in_the_tree_and_keeps_the_past() {
    let (old, new) = (policy(1, ""), policy(7, "[class.major]\ndistinct_principals = 1\n"));
    for lands_with_it in [true, false] {
        let mut story = approved();
        story.land("2026-06-05T12:00:00Z");
        if !lands_with_it {
            story.last().policy = Some(new.clone());
            story.land("2026-06-05T13:00:00Z");
        } else {
            story.last().policy = Some(new.clone());
        }
        let index = story.ledger.landings.len() - 1;
        story.ledger.roots = vec![0, index];
        let found = effective(&story);
        assert_eq!((found.policy.serial, found.since, found.pending), (7, index, None), "{lands_with_it}");
        assert_eq!(found.history, [(digest_of(&old), 1, 0), (digest_of(&new), 7, index)]);
        assert_eq!(
            story.status(),
            ApprovalStatus::Approved,
            "what was decided stays judged by the first root"
        );
        // Whoever names the first root speaks of what is over; and what lands next is held against the second.
        story.land("2026-06-06T12:00:00Z");
        story.decide("dave", "reject", "manager");
        assert_eq!(story.reasons(), [Reason::TrustRootMismatch]);
        assert_eq!(story.status(), ApprovalStatus::Approved);
        assert_eq!(effective(&story).pending, None);
    }
}

#[test]
fn nobody_amends_in_the_place_of_an_admin() {
    let mut story = Story::new();
    let of = |who: &str| format!("id = \"{who}\"\nname = \"{who}\"\nemails = [\"{who}@a.example\"]\n");
    let delegated = "delegates = [{ to = \"dave\", role = \"policy-admin\" }]\n";
    let files = with(policy(1, ""), &of("alice"), &format!("{}{delegated}", of("alice")));
    let own = format!("{}roles = [\"manager\", \"policy-admin\"]", of("dave"));
    let files = with(files, &own, &format!("{}roles = [\"manager\"]", of("dave")));
    story.last().policy = Some(files.clone());
    let at = LATER.parse().expect("an instant");
    let admins: Vec<String> = effective(&story).admins(at).into_iter().collect();
    assert_eq!(admins, ["alice", "bob", "carol"]);
    // As the pass counts votes: that of dave is none.
    let new = with(files.clone(), "serial = 1", "serial = 2");
    story.land("2026-06-05T12:00:00Z").amend(&files, &new, 2);
    assert_eq!(effective(&story).policy.serial, 1);
}
