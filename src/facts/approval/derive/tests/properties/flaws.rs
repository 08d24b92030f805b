//! Records, and all that can be wrong with one.

use std::rc::Rc;

use super::super::*;
use super::repo::{Draft, Repo, Subject, Tree, with_policy};

/// The name and the seed of a key that signed for a person whom the roster has.
pub(super) type Key = (&'static str, u8);

/// The second key of bob.
pub(super) const SECOND: Key = ("bob", 12);
/// The key of somebody whom nobody knows.
pub(super) const STRANGER: Key = ("mallory", 99);
/// Managers whose key has expired, is not valid yet, is for something else, or was retired.
const OLD: Key = ("old", 21);
const YOUNG: Key = ("young", 22);
const OTHER: Key = ("other", 23);
const GONE: Key = ("gone", 24);

/// The key of one of the four.
pub(super) fn key_of(who: &str) -> Key {
    *PEOPLE.iter().find(|(id, _)| *id == who).expect("one of the four")
}

/// The policy of the book: beside the four it has managers whose keys count for nothing.
pub(super) fn roster(serial: u32, extra: &str) -> Vec<SourceFile> {
    const LINES: &str = "require = [{ role = \"peer\", min = 1 }, { role = \"manager\", min = 1 }]\n";
    let classes = format!(
        "[class.major]\ncovers = [\"request\", \"runbook\"]\ndistinct_principals = 3\n\
         require = [{{ role = \"peer\", min = 1 }}, {{ role = \"manager\", min = 2 }}]\n\
         [criteria.major]\ntypes_on_tiers = {{ types = [\"code\"], tiers = [0, 1] }}\n\
         [class.emergency]\ncovers = [\"request\", \"runbook\"]\ndistinct_principals = 2\n{LINES}\
         authorise = [{{ role = \"manager\", min = 1 }}, {{ role = \"policy-admin\", min = 1 }}]\n\
         [subject.guide]\nrequire = [{{ role = \"manager\", min = 1 }}]\n{extra}"
    );
    let mut files = policy(serial, &classes);
    let retired = landed::revocation(GONE.1, "retired", "2026-05-01T00:00:00Z");
    let mut more = (files[0].text.to_string(), format!("{}{retired}", files[1].text));
    for ((who, seed), options) in [
        (OLD, "namespaces=\"git\",valid-before=\"20260601Z\""),
        (YOUNG, "namespaces=\"git\",valid-after=\"20260701Z\""),
        (OTHER, "namespaces=\"file\""),
        (GONE, "namespaces=\"git\""),
        (SECOND, "namespaces=\"git\""),
    ] {
        let public = key(seed).public_key().to_openssh().expect("a public key");
        more.0 += &format!("{who} {options} {public}\n");
        if who != SECOND.0 {
            more.1 += &principal(who);
        }
    }
    files[0] = SourceFile::new(files[0].path.clone(), more.0.into_bytes());
    files[1] = SourceFile::new(files[1].path.clone(), more.1.into_bytes());
    files
}

/// The lines of somebody who may do everything.
fn principal(who: &str) -> String {
    format!(
        "[[principal]]\nid = \"{who}\"\nname = \"{who}\"\nemails = [\"{who}@a.example\"]\n\
         roles = [\"manager\", \"policy-admin\"]\n"
    )
}

/// A policy in which somebody whom nobody knows may do everything.
pub(super) fn with_stranger(files: &[SourceFile]) -> Vec<SourceFile> {
    let public = key(STRANGER.1).public_key().to_openssh().expect("a public key");
    let line = format!("{} namespaces=\"git\" {public}\n", STRANGER.0);
    let text = [line, principal(STRANGER.0)];
    let more = |(file, text): (&SourceFile, String)| {
        SourceFile::new(file.path.clone(), format!("{}{text}", file.text).into_bytes())
    };
    files.iter().zip(text).map(more).collect()
}

/// What a record decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Peer,
    Manager,
    Reject,
    Retract,
    Withdraw,
    Authorise,
    AuthoriseAlone,
    Ratify,
}

impl What {
    pub(super) const ALL: [What; 8] = [
        What::Peer,
        What::Manager,
        What::Reject,
        What::Retract,
        What::Withdraw,
        What::Authorise,
        What::AuthoriseAlone,
        What::Ratify,
    ];

    fn decision(self) -> &'static str {
        match self {
            What::Peer | What::Manager => "approve",
            What::Reject => "reject",
            What::Retract => "retract",
            What::Withdraw => "withdraw",
            What::Authorise => "authorise",
            What::AuthoriseAlone => "authorise-alone",
            What::Ratify => "ratify",
        }
    }

    fn role(self) -> Option<&'static str> {
        match self {
            What::Peer => Some("peer"),
            What::Manager | What::Reject | What::AuthoriseAlone | What::Ratify => Some("manager"),
            What::Authorise => Some("policy-admin"),
            What::Retract | What::Withdraw => None,
        }
    }
}

/// The trailers of a record, in their order.
pub(super) type Trailers = Vec<(&'static str, String)>;

/// The trailers of every record.
pub(super) fn trailers(repo: &Repo, decision: &str, who: &str) -> Trailers {
    let root = repo.commits[repo.mainline[0]].id.clone();
    let all = [
        ("Mcm-Record", "v1"),
        ("Mcm-Decision", decision),
        ("Mcm-Context", "test"),
        ("Mcm-Trust-Root", &root),
        ("Mcm-Signer", who),
    ];
    all.map(|(name, value)| (name, value.to_owned())).to_vec()
}

/// Those of one about a subject as it is in a tree. `of` is the record that is taken back.
pub(super) fn about(
    repo: &Repo,
    tree: &Tree,
    subject: Subject,
    (what, who): (What, &str),
    of: Option<&str>,
) -> Trailers {
    let mut all = trailers(repo, what.decision(), who);
    let digest = subject.digest(tree).unwrap_or_else(|| ContentHash::of(b""));
    all.push(("Mcm-Document", subject.id().to_owned()));
    all.push(("Mcm-Subject", format!("sha256:{digest}")));
    if subject.is_change() {
        all.push(("Mcm-Covers", "request, runbook".to_owned()));
    }
    all.extend(what.role().map(|role| ("Mcm-Role", role.to_owned())));
    match what {
        What::Retract => all.extend(of.map(|of| ("Mcm-Of", of.to_owned()))),
        What::Authorise | What::AuthoriseAlone => all.push(("Mcm-Incident", "INC-7".to_owned())),
        What::Peer | What::Manager | What::Reject | What::Withdraw | What::Ratify => {}
    }
    if what != What::Retract {
        all.push(("Mcm-Meaning", "I read it.".to_owned()));
    }
    all
}

/// The message of a record.
pub(super) fn message(trailers: &Trailers) -> String {
    let lines: String = trailers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("Decide\n\nThe reason.\n\n{lines}")
}

/// A record that is signed as it must be, above a commit.
pub(super) fn record(repo: &mut Repo, above: usize, (who, seed): Key, trailers: &Trailers) -> Draft {
    let tree = repo.commits[above].tree.clone();
    let draft = repo.draft(&[above], tree, who, message(trailers));
    Draft { key: Some((seed, "git")), ..draft }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Nobody signed it, or what was signed was other bytes, or the signature stands in the message.
    Unsigned,
    Altered,
    InMessage,
    TwoSignatures,
    Sha256,
    Strange,
    Namespace,
    Stranger,
    Old,
    Young,
    Other,
    Gone,
    /// The key of another person of the roster.
    OfAnother,
    NotHeld,
    Context,
    TrustRoot,
    /// It names another document.
    Document,
    Digest,
    /// It covers a part of what is due.
    Covers,
    Impure,
    TwoParents,
    DatedAnew,
    CommittedByAnother,
    Ambiguous,
    Twice,
    Continued,
    CarriageReturn,
    /// The key is put on the roster in the commit before.
    NewKey,
}

impl Flaw {
    pub(super) const ALL: [Flaw; 28] = [
        Flaw::Unsigned,
        Flaw::Altered,
        Flaw::InMessage,
        Flaw::TwoSignatures,
        Flaw::Sha256,
        Flaw::Strange,
        Flaw::Namespace,
        Flaw::Stranger,
        Flaw::Old,
        Flaw::Young,
        Flaw::Other,
        Flaw::Gone,
        Flaw::OfAnother,
        Flaw::NotHeld,
        Flaw::Context,
        Flaw::TrustRoot,
        Flaw::Document,
        Flaw::Digest,
        Flaw::Covers,
        Flaw::Impure,
        Flaw::TwoParents,
        Flaw::DatedAnew,
        Flaw::CommittedByAnother,
        Flaw::Ambiguous,
        Flaw::Twice,
        Flaw::Continued,
        Flaw::CarriageReturn,
        Flaw::NewKey,
    ];

    /// Whether a record with it leaves a doubt: it may be a good one that cannot be verified here.
    pub(super) fn is_doubtful(self) -> bool {
        matches!(self, Flaw::Sha256 | Flaw::Strange)
    }

    /// Makes a record with it above a commit. `of` is the record that it takes back.
    pub(super) fn commit(
        self,
        repo: &mut Repo,
        above: usize,
        subject: Subject,
        (what, (who, seed)): (What, Key),
        of: Option<&str>,
    ) -> usize {
        let (who, seed) = match self {
            Flaw::Old => OLD,
            Flaw::Young => YOUNG,
            Flaw::Other => OTHER,
            Flaw::Gone => GONE,
            Flaw::NewKey => STRANGER,
            // Whoever signs it is no manager.
            Flaw::NotHeld => key_of("carol"),
            Flaw::Stranger => (who, STRANGER.1),
            Flaw::OfAnother if who == "dave" => (who, key_of("bob").1),
            Flaw::OfAnother => (who, key_of("dave").1),
            _ => (who, seed),
        };
        let what = match (self, what) {
            (Flaw::NotHeld, _) => What::Manager,
            // To end something, or to take something back, no list of documents is asked for.
            (Flaw::Covers, What::Retract | What::Withdraw) => What::Manager,
            _ => what,
        };
        let mut trailers = about(repo, repo.tree(above), subject, (what, who), of);
        let mut set = |name: &str, value: String| {
            trailers
                .iter_mut()
                .filter(|(known, _)| *known == name)
                .for_each(|(_, own)| own.clone_from(&value));
        };
        match self {
            Flaw::Context => set("Mcm-Context", "elsewhere".to_owned()),
            Flaw::TrustRoot => set("Mcm-Trust-Root", repo.commits[above].id.clone()),
            Flaw::Digest => set("Mcm-Subject", format!("sha256:{}", ContentHash::of(b"other"))),
            Flaw::Document => {
                let other = if subject == Subject::First { Subject::Second } else { Subject::First };
                set("Mcm-Document", other.id().to_owned());
            }
            Flaw::Covers => {
                let files = subject.files(repo.tree(above)).into_iter();
                let part = files.filter(|(name, _)| name == "request.md" || name.starts_with("files/"));
                let digest = Manifest::of(part).expect("plain paths").digest();
                set("Mcm-Covers", "request".to_owned());
                set("Mcm-Subject", format!("sha256:{digest}"));
                if !subject.is_change() {
                    trailers.push(("Mcm-Covers", "request".to_owned()));
                }
            }
            Flaw::Twice => trailers.push(("Mcm-Signer", who.to_owned())),
            _ => {}
        }
        let above = match self {
            Flaw::NewKey => {
                let tree = repo.tree(above);
                let files = with_stranger(&super::repo::policy_of(tree));
                let tree = with_policy(tree, &files);
                repo.commit(&[above], tree, "mallory", "A new colleague\n")
            }
            _ => above,
        };
        let mut draft = record(repo, above, (who, seed), &trailers);
        match self {
            Flaw::Unsigned => draft.key = None,
            Flaw::Namespace => draft.key = Some((seed, "file")),
            Flaw::Impure => {
                let mut tree = (*draft.tree).clone();
                tree.insert("README.md".to_owned(), draft.people[0].1.to_string());
                draft.tree = Rc::new(tree);
            }
            Flaw::TwoParents => draft.parents.push(repo.mainline[0]),
            Flaw::DatedAnew => draft.people[0].1 -= 1,
            Flaw::CommittedByAnother => draft.people[1].0 = if who == "dave" { "bob" } else { "dave" },
            Flaw::Ambiguous => draft.message = draft.message.replace("The reason.", "Mcm-Role: manager"),
            Flaw::Continued => draft.message += "  and more\n",
            Flaw::CarriageReturn => draft.message = draft.message.replace("reason.", "reason.\r"),
            _ => {}
        }
        repo.make(draft, |raw| match self {
            Flaw::Altered => raw.replace("The reason.", "No reason."),
            Flaw::InMessage => {
                let (header, rest) = raw.split_once("\ngpgsig ").expect("it is signed");
                let (signature, message) = rest.split_once("\n\n").expect("it has a message");
                format!("{header}\n\ngpgsig {signature}\n\n{message}")
            }
            Flaw::TwoSignatures => {
                let (_, rest) = raw.split_once("\ngpgsig ").expect("it is signed");
                let (signature, _) = rest.split_once("\n\n").expect("it has a message");
                raw.replacen("\n\n", &format!("\ngpgsig {signature}\n\n"), 1)
            }
            Flaw::Sha256 => raw.replacen("\ngpgsig ", "\ngpgsig-sha256 ", 1),
            Flaw::Strange => raw.replace("SSH SIGNATURE", "STRANGE THING"),
            _ => raw,
        })
    }
}
