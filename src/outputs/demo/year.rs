//! A year of the example company as a list of acts: who commits what, who signs what, what the forge merges.
//!
//! The list is plain data. It is made with the files as they stand at each moment, so that a record names the
//! digest of what its signer has before them, and an execution record the content that was approved.

mod acting;

use std::collections::BTreeMap;

use super::material::{self, Files};
use crate::inputs::policy::{self, Principal};
use crate::inputs::signature::{Decision, Record};
use crate::text::{BookPath, SourceFile};
use acting::{Emergency, Story, placed};

const INDEX: &str = include_str!("index.md");
const STANDARD: &str = include_str!("standard.md");
const NOTICE: &str = include_str!("notice.md");
const POLICY: &str = include_str!("../../../policy/policy.toml");

/// The branch that is published.
pub const MAIN: &str = "main";

/// The person whose first key is stolen in the spring.
pub const ROBBED: &str = "raj";

/// The person who signs with OpenPGP, where gpg is there.
pub const WITH_GPG: &str = "hugo";

/// The person who signs once with a certificate of SSH, which nobody verifies.
pub const WITH_CERTIFICATE: &str = "ana";

/// Who signs, and with which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The person's key.
    Key,
    /// The key that the robbed person has afterwards.
    NewKey,
    /// A certificate of the person's key.
    Certificate,
}

/// Something that happens in the repository.
#[derive(Clone, Debug)]
pub enum Act {
    /// A branch begins at the published one.
    Branch(String),
    /// Somebody commits files to a branch, signed once there is a policy; no bytes is a file that goes.
    Commit {
        /// The branch.
        branch: String,
        /// Roster id.
        by: String,
        /// The key.
        with: With,
        /// When, with the zone.
        at: String,
        /// The message.
        message: String,
        /// The files.
        files: BTreeMap<String, Option<Vec<u8>>>,
    },
    /// Somebody signs a record on a branch; the trust root is filled in by who knows it.
    Record {
        /// The branch.
        branch: String,
        /// The key.
        with: With,
        /// When.
        at: String,
        /// The record.
        record: Box<Record>,
    },
    /// The forge merges a branch by a merge commit, for somebody who pressed the button.
    Merge {
        /// The branch.
        branch: String,
        /// Roster id.
        by: String,
        /// When.
        at: String,
        /// The message.
        message: String,
    },
    /// The forge squashes a branch into one commit, the messages of its commits in the body.
    Squash {
        /// The branch.
        branch: String,
        /// Roster id.
        by: String,
        /// When.
        at: String,
        /// The first line of the message.
        title: String,
    },
    /// The observer sees the published head.
    Observe {
        /// When.
        at: String,
    },
}

/// The keys that the policy needs.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Roster id -> public key as a line of OpenSSH.
    pub public: BTreeMap<String, String>,
    /// The key that the robbed person has afterwards.
    pub new: String,
    /// Fingerprint of the observer's key.
    pub observer: String,
    /// The certificate of the person who signs with OpenPGP; without one they sign with SSH.
    pub certificate: Option<String>,
}

/// The people of the roster.
pub fn people() -> Vec<Principal> {
    let path = BookPath::new("policy/policy.toml").expect("a plain path");
    policy::parse(&[SourceFile::new(path, POLICY.as_bytes())], None).policy.principals
}

/// The year.
pub fn year(keys: &Keys) -> Vec<Act> {
    let mut year = Year { keys, acts: Vec::new(), files: Files::new(), pull: 0, serial: 1 };
    year.begin();
    year.first_half();
    year.summer();
    year.autumn();
    year.november();
    year.acts
}

struct Year<'a> {
    keys: &'a Keys,
    acts: Vec<Act>,
    files: Files,
    pull: u32,
    serial: u64,
}

impl Year<'_> {
    fn begin(&mut self) {
        let mut files = material::catalogue();
        let book = "[book]\ntitle = \"Major changes at Northmere Goods\"\ndescription = \"A demonstration of \
                    mcmbook: a year of an invented company.\"\nlanguage = \"en\"\n\n[build]\nbuild-dir = \
                    \"book\"\n";
        files.insert("book.toml".into(), book.into());
        files.insert(".gitignore".into(), "/book/\n".into());
        files.insert("content/index.md".into(), INDEX.into());
        self.commit(MAIN, "karl", "2025-12-01T09:00:00+01:00", "Begin the archive of major changes", files);
        self.small("MCM-2025-0001", "2025-12-01T10:00:00+01:00", &[], "2025-12-02T09:00:00+01:00");
        let policy = self.policy(false);
        self.commit(MAIN, "lena", "2026-01-12T10:00:00+01:00", "Adopt a policy", policy);
        self.observe("2026-01-12T12:00:00+01:00");
        let (manager, owner, model) = ("change-manager", "service-owner", "standard/rotate-tls-certificate");
        for (person, document, role, at) in [
            ("tomas", "windows/quarter-end-close", manager, "2026-01-14T09:00:00+01:00"),
            ("tomas", "windows/peak-hours", manager, "2026-01-14T09:05:00+01:00"),
            ("tomas", model, manager, "2026-01-14T09:30:00+01:00"),
            ("lena", model, owner, "2026-01-14T10:15:00+01:00"),
            ("irina", model, owner, "2026-01-14T11:00:00+01:00"),
        ] {
            let reason = "In force since last year; read again for the new policy.";
            self.decide(MAIN, person, at, Decision::Approve, document, Some(role), reason);
        }
    }

    fn first_half(&mut self) {
        let read = "Read request and runbook; the way back was walked through with the operator.";
        self.small(
            "MCM-2026-0001",
            "2026-02-02T10:00:00+01:00",
            &[("irina", "peer", "2026-02-04T11:00:00+01:00", read)],
            "2026-02-05T09:00:00+01:00",
        );
        self.emergency(&Emergency {
            id: "MCM-2026-0002",
            day: "2026-02-09",
            incident: "INC-2026-0209",
            review: "2026-02-12T17:00:00+01:00",
        });

        let branch = self.open("MCM-2026-0003", "2026-03-02T10:00:00+01:00");
        self.decide_with(
            With::Certificate,
            &branch,
            WITH_CERTIFICATE,
            "2026-03-04T15:00:00+01:00",
            Decision::Approve,
            "MCM-2026-0003",
            Some("peer"),
            "Signed from the new laptop.",
        );
        self.merge(
            &branch,
            "piotr",
            "2026-03-05T09:00:00+01:00",
            "Print parcel labels by the new label service",
        );

        let of_raj = "The splitting of a refused batch was shown to me in the test environment.";
        self.small(
            "MCM-2026-0004",
            "2026-04-07T10:00:00+02:00",
            &[(ROBBED, "peer", "2026-04-13T16:00:00+02:00", of_raj)],
            "2026-04-14T09:00:00+02:00",
        );
        self.small(
            "MCM-2026-0005",
            "2026-05-04T10:00:00+02:00",
            &[("irina", "peer", "2026-05-06T10:00:00+02:00", read)],
            "2026-05-07T09:00:00+02:00",
        );
        let reason = "The provider has ended the contract before the slot.";
        let at = "2026-05-12T14:00:00+02:00";
        self.decide(MAIN, "karl", at, Decision::Withdraw, "MCM-2026-0005", None, reason);
        self.amend();
    }

    /// The laptop of raj was stolen; his key is called compromised, and he gets another one.
    fn amend(&mut self) {
        let branch = "policy/new-key-for-raj";
        self.acts.push(Act::Branch(branch.to_owned()));
        let old = self.policy_files();
        self.serial += 1;
        let policy = self.policy(true);
        self.commit(branch, "lena", "2026-05-13T11:00:00+02:00", "Policy: serial 2", policy);
        let new = self.policy_files();
        for (person, at) in [("lena", "2026-05-13T11:05:00+02:00"), ("claire", "2026-05-13T15:00:00+02:00")] {
            let mut record = self.blank(person, Decision::AmendPolicy, Some("policy-admin"));
            record.reason = "The laptop with the key of raj was stolen on the train on 10 April.".to_owned();
            record.amendment = Some((old, new, self.serial));
            self.sign(branch, With::Key, at, record);
        }
        self.merge(branch, "irina", "2026-05-13T16:00:00+02:00", "A new key for raj");
    }

    fn summer(&mut self) {
        self.dossier(&Story {
            id: "MCM-2026-0006",
            owner: "ana",
            submitted: "2026-05-19T10:00:00+02:00",
            rehearsed: Some("2026-06-12T17:00:00+02:00"),
            approvals: &[
                ("karl", "peer", "2026-06-15T10:00:00+02:00"),
                ("hugo", "service-owner", "2026-06-16T09:00:00+02:00"),
                ("tomas", "service-owner", "2026-06-16T11:00:00+02:00"),
                ("mei", "outsider", "2026-06-17T10:00:00+02:00"),
                ("george", "business-owner", "2026-06-18T09:00:00+02:00"),
                ("claire", "risk", "2026-06-18T15:00:00+02:00"),
                ("lena", "change-manager", "2026-06-19T10:00:00+02:00"),
                ("victor", "director", "2026-06-19T16:00:00+02:00"),
            ],
            read: &["ana", "raj", "bea", "sofia"],
            collected: "2026-06-22T09:00:00+02:00",
            executed: Some(("ana", "2026-06-29T09:00:00+02:00", "2026-07-03T16:00:00+02:00")),
        });
        let read = "Read request and runbook; the trial since May was shown to me.";
        self.small(
            "MCM-2026-0007",
            "2026-07-06T10:00:00+02:00",
            &[("irina", "peer", "2026-07-08T10:00:00+02:00", read)],
            "2026-07-09T09:00:00+02:00",
        );
        self.observe("2026-07-31T12:00:00+02:00");
        self.dossier(&Story {
            id: "MCM-2026-0008",
            owner: "oluwa",
            submitted: "2026-08-19T10:00:00+02:00",
            rehearsed: Some("2026-09-03T10:00:00+02:00"),
            approvals: &[
                ("raj", "peer", "2026-09-04T10:00:00+02:00"),
                ("nadia", "service-owner", "2026-09-04T15:00:00+02:00"),
                ("ana", "outsider", "2026-09-07T09:00:00+02:00"),
                ("elin", "business-owner", "2026-09-07T14:00:00+02:00"),
                ("claire", "risk", "2026-09-07T16:00:00+02:00"),
                ("lena", "change-manager", "2026-09-08T09:00:00+02:00"),
            ],
            read: &["oluwa", "tomas", "mei", "bea", "karl"],
            collected: "2026-09-08T11:00:00+02:00",
            executed: Some(("oluwa", "2026-09-17T09:00:00+02:00", "2026-09-22T16:00:00+02:00")),
        });
    }

    fn autumn(&mut self) {
        let read = "Read request and runbook against those of the change that this one takes the place of.";
        self.small(
            "MCM-2026-0009",
            "2026-10-05T10:00:00+02:00",
            &[("irina", "peer", "2026-10-12T10:00:00+02:00", read)],
            "2026-10-12T14:00:00+02:00",
        );
        self.dossier(&Story {
            id: "MCM-2026-0010",
            owner: "tomas",
            submitted: "2026-10-20T10:00:00+02:00",
            rehearsed: Some("2026-10-28T17:00:00+01:00"),
            approvals: &[
                ("ana", "peer", "2026-10-29T10:00:00+01:00"),
                ("lena", "service-owner", "2026-10-30T10:00:00+01:00"),
            ],
            read: &[],
            collected: "2026-11-02T09:00:00+01:00",
            executed: None,
        });
        let reason = "The rehearsed way back takes 58 minutes, and the window allows 45; a failure would cost the \
                      strongest weekend of the year.";
        let at = "2026-11-04T15:00:00+01:00";
        self.decide(MAIN, "claire", at, Decision::Reject, "MCM-2026-0010", Some("risk"), reason);
        let after = self.rest("MCM-2026-0010");
        self.commit(
            MAIN,
            "tomas",
            "2026-11-05T09:00:00+01:00",
            "Tell that MCM-2026-0010 is cancelled",
            after,
        );

        let read = "Read the list and the four stores that were missing.";
        self.small(
            "MCM-2026-0011",
            "2026-11-02T14:00:00+01:00",
            &[("irina", "peer", "2026-11-05T10:00:00+01:00", read)],
            "2026-11-05T14:00:00+01:00",
        );
        let path = "content/changes/2026/MCM-2026-0011/request.md";
        let text = self.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let mended = text.unwrap_or_default().replace("managers who have left", "managers who left");
        let branch = "typo/MCM-2026-0011";
        self.acts.push(Act::Branch(branch.to_owned()));
        let files = Files::from([(path.to_owned(), mended.into_bytes())]);
        self.commit(branch, "karl", "2026-11-06T09:00:00+01:00", "MCM-2026-0011: mend a word", files);
        self.merge(branch, "lena", "2026-11-06T09:30:00+01:00", "MCM-2026-0011: mend a word");
    }

    fn november(&mut self) {
        self.emergency(&Emergency {
            id: "MCM-2026-0012",
            day: "2026-11-09",
            incident: "INC-2026-1109",
            review: "2026-11-12T17:00:00+01:00",
        });
        let late = "Read what was done and why; late, since half of the row was on leave.";
        for (person, role, at) in [
            ("raj", "peer", "2026-11-17T10:00:00+01:00"),
            ("irina", "service-owner", "2026-11-17T10:30:00+01:00"),
            ("nadia", "service-owner", "2026-11-17T11:00:00+01:00"),
            ("mei", "service-owner", "2026-11-17T14:00:00+01:00"),
            ("ana", "outsider", "2026-11-17T15:00:00+01:00"),
            ("elin", "business-owner", "2026-11-18T09:00:00+01:00"),
            ("claire", "risk", "2026-11-18T10:00:00+01:00"),
            ("tomas", "change-manager", "2026-11-18T11:00:00+01:00"),
        ] {
            self.decide(MAIN, person, at, Decision::Ratify, "MCM-2026-0012", Some(role), late);
        }
        // A file is part of what is approved: the readings are attached once the others have signed.
        let mut readings = self.rest("MCM-2026-0012");
        readings.retain(|path, _| path.contains("/files/"));
        self.commit(
            MAIN,
            "oluwa",
            "2026-11-18T12:00:00+01:00",
            "Attach the readings of MCM-2026-0012",
            readings,
        );

        let branch = self.open("MCM-2026-0013", "2026-11-18T13:00:00+01:00");
        let reason = "The five confirmations were shown to me.";
        let at = "2026-11-18T15:00:00+01:00";
        self.decide(&branch, "irina", at, Decision::Approve, "MCM-2026-0013", Some("peer"), reason);
        let title = "Deliver the margin pack as a signed file (#31)".to_owned();
        let at = "2026-11-18T16:00:00+01:00".to_owned();
        self.acts.push(Act::Squash { branch, by: "hugo".to_owned(), at, title });

        self.dossier(&Story {
            id: "MCM-2026-0014",
            owner: "nadia",
            submitted: "2026-11-18T17:00:00+01:00",
            rehearsed: Some("2026-11-22T12:00:00+01:00"),
            approvals: &[
                ("ana", "peer", "2026-11-23T10:00:00+01:00"),
                ("hugo", "service-owner", "2026-11-23T14:00:00+01:00"),
                ("claire", "risk", "2026-11-24T09:00:00+01:00"),
            ],
            read: &[],
            collected: "2026-11-24T11:00:00+01:00",
            executed: None,
        });
        let notices = self.rest("MCM-2026-0014");
        self.commit(
            MAIN,
            "nadia",
            "2026-11-24T12:00:00+01:00",
            "Prepare the notices of MCM-2026-0014",
            notices,
        );
        self.small("MCM-2026-0015", "2026-11-24T13:00:00+01:00", &[], "2026-11-24T14:00:00+01:00");

        let standard = Files::from([("request.md".to_owned(), STANDARD.as_bytes().to_vec())]);
        let standard = placed("MCM-2026-0016", standard);
        self.pull(
            "MCM-2026-0016",
            "tomas",
            "2026-11-24T15:00:00+01:00",
            "2026-11-24T15:30:00+01:00",
            standard,
        );
        let mut draft = self.files_of("MCM-2026-0017");
        draft.retain(|path, _| path.ends_with("runbook.md"));
        self.pull("MCM-2026-0017", "karl", "2026-11-24T16:00:00+01:00", "2026-11-24T16:30:00+01:00", draft);
        // A quote that is never closed: nothing of the head can be read.
        let mut invalid = self.files_of("MCM-2026-0018");
        for bytes in
            invalid.iter_mut().filter(|(path, _)| path.ends_with("request.md")).map(|(_, bytes)| bytes)
        {
            *bytes = String::from_utf8_lossy(bytes).replacen("title: ", "title: \"", 1).into_bytes();
        }
        self.pull(
            "MCM-2026-0018",
            "oluwa",
            "2026-11-25T09:00:00+01:00",
            "2026-11-25T09:30:00+01:00",
            invalid,
        );

        let mut tonight = self.files_of("MCM-2026-0019");
        let notice = "content/changes/2026/MCM-2026-0019/notice-internal-before.md".to_owned();
        tonight.insert(notice, NOTICE.as_bytes().to_vec());
        self.pull("MCM-2026-0019", "karl", "2026-11-25T20:55:00+01:00", "2026-11-25T21:00:00+01:00", tonight);
        for (person, role, at) in [
            ("lena", "incident-lead", "2026-11-25T21:10:00+01:00"),
            ("mei", "on-call-manager", "2026-11-25T21:14:00+01:00"),
        ] {
            let mut record = self.about("MCM-2026-0019", person, Decision::Authorise, Some(role));
            record.incident = Some("INC-2026-1125".to_owned());
            record.reason = "Customers cannot sign in, and nothing smaller helps.".to_owned();
            self.sign(MAIN, With::Key, at, record);
        }
        let reason = "Read request and runbook; the queue of the reports was empty for a week.";
        let at = "2026-11-26T16:00:00+01:00";
        self.decide(MAIN, "irina", at, Decision::Approve, "MCM-2026-0015", Some("peer"), reason);
        self.observe("2026-11-26T18:00:00+01:00");
    }
}
