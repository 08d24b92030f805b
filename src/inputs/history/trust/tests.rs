use super::*;

#[test]
fn a_pull_that_merges_is_a_foxtrot_and_a_force_push_rewrites() {
    // 0 <- 1 <- 2 is the mainline; 3 was made on 1 and merged 2 into itself.
    let parents: Vec<Vec<usize>> = vec![vec![], vec![0], vec![1], vec![1], vec![3, 2], vec![2, 3]];
    assert_eq!(ratchet(&parents, 2, Some(1)), Ratchet::Held);
    assert_eq!(ratchet(&parents, 2, Some(2)), Ratchet::Held);
    assert_eq!(ratchet(&parents, 4, Some(2)), Ratchet::Foxtrot);
    assert_eq!(ratchet(&parents, 5, Some(2)), Ratchet::Held);
    assert_eq!(ratchet(&parents, 4, None), Ratchet::Rewritten);
}

#[test]
fn a_pin_is_a_commit_and_perhaps_a_digest() {
    let (root, digest) = ("a".repeat(40), "b".repeat(64));
    let pin = Pin::parse(&root, Some(&format!("sha256:{digest}"))).expect("it is one");
    assert!(pin.fits(&root, ContentHash::from_hex(&digest)));
    assert!(!pin.fits(&root, ContentHash::from_hex(&"c".repeat(64))));
    assert!(!pin.fits(&root, None), "a policy that cannot be read is none that was pinned");
    assert!(!pin.fits(&"d".repeat(40), ContentHash::from_hex(&digest)));
    assert_eq!(Pin::parse(&root, Some(&digest)), Some(pin));
    assert!(Pin::parse(&root, None).is_some_and(|pin| pin.fits(&root, None)));
    for (root, policy) in [("HEAD", None), (&root[..12], None), (&*root, Some("b"))] {
        assert_eq!(Pin::parse(root, policy), None, "{root}");
    }
}
