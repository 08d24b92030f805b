//! Who stands in the matrix of a subject, and who does not though they signed (design: approvals.md, policy.md).

use std::collections::BTreeSet;

use super::code::Reason;
use super::derive::{Landed, Subject};
use super::editors::Editors;
use super::exception;
use super::need::Need;
use super::quorum::{Place, Quorum, fill, places};
use super::rounds::Standing;
use super::subject::SubjectId;
use crate::inputs::policy::{ClassName, ClassPolicy, Policy};
use crate::inputs::signature::Decision;
use crate::text::ContentHash;

/// One content of a subject, and what it is judged by.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) id: &'a SubjectId,
    pub(super) subject: &'a Subject,
    /// The policy whose matrix counts.
    pub(super) policy: &'a Policy,
    /// What the change needs.
    pub(super) need: Option<&'a Need>,
    pub(super) digest: ContentHash,
    /// The exception of the change that is judged, alone; nothing where the subject itself is.
    pub(super) exception: Option<&'a str>,
    /// Which records count.
    pub(super) counts: &'a dyn Fn(&Landed) -> bool,
}

/// A valid record for the content that fills no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncounted {
    /// The record's commit.
    pub record: String,
    /// Why.
    pub reason: Reason,
    /// The same in words.
    pub why: String,
}

/// How the people stand in the matrix.
pub(super) struct Weighed<'a> {
    pub(super) quorum: Quorum,
    /// The approvals that count for the matrix.
    pub(super) standing: Vec<Standing<'a>>,
    pub(super) hindrances: Vec<(Reason, String)>,
    pub(super) uncounted: Vec<Uncounted>,
    /// How many people have approved the content and may.
    pub(super) people: usize,
}

impl Weighed<'_> {
    /// Whether nothing stands against the content, and the matrix asks for somebody and is filled.
    pub(super) fn is_met(&self) -> bool {
        self.hindrances.is_empty() && self.quorum.is_met() && !self.quorum.places.is_empty()
    }
}

/// Where approvals of a content come from: its digest, until which landing, the record that carried them over, and the one
/// that carried them to the content that is judged.
type Source<'a> = (ContentHash, usize, Option<&'a Landed>, Option<&'a Landed>);

/// What a subject is judged by.
struct Matrix<'a> {
    class: Option<&'a ClassPolicy>,
    places: Vec<Place>,
    distinct: usize,
}

impl<'a> Case<'a> {
    /// Matches the people who have approved the content to the lines of the policy.
    pub(super) fn weigh(&self) -> Weighed<'a> {
        let matrix = self.matrix();
        let mut standing = self.approvals();
        // Nobody's signature is verified to find out who may not approve while nobody has.
        let editors = match standing.is_empty() {
            true => Editors::default(),
            false => self.editors(),
        };
        let hindrances = self.hindered(&matrix, &editors);
        let mut uncounted = self.of_other_documents();
        standing.retain(|Standing { landed: record, .. }| {
            let mut leave_out = |reason, why: String| {
                uncounted.push(Uncounted { record: record.judged.id.clone(), reason, why });
                false
            };
            let person = signer(record);
            let least = matrix.class.map_or(1, |class| class.min_time_evidence);
            if record.proven < least {
                leave_out(
                    Reason::EvidenceInsufficient,
                    format!("its time rests on T{}, T{least} is due", record.proven),
                )
            } else if let Some(why) = self.excluded(person, &matrix, &editors) {
                leave_out(Reason::SelfApproval, format!("{person} {why}"))
            } else if is_peer(record) && editors.people.contains(person) {
                // Whatever the class excludes: a peer is somebody who did not edit it.
                leave_out(Reason::SelfApproval, format!("{person} edited it, and is no peer"))
            } else {
                true
            }
        });
        let quorum = self.fill(&standing);
        uncounted.extend(twice(&standing, &quorum));
        uncounted.sort_by(|a, b| (&a.record, a.reason).cmp(&(&b.record, b.reason)));
        let people = standing.iter().map(|one| signer(one.landed)).collect::<BTreeSet<_>>().len();
        Weighed { quorum, standing, hindrances, uncounted, people }
    }

    /// What stands against the content as a whole, whoever approves it.
    pub(super) fn hindrances(&self) -> Vec<(Reason, String)> {
        self.hindered(&self.matrix(), &self.editors())
    }

    fn hindered(&self, matrix: &Matrix<'_>, editors: &Editors) -> Vec<(Reason, String)> {
        let mut hindrances = Vec::new();
        // Where no author may approve, nobody can be told from one who is unknown.
        let is_nobody = |email: &String| (Reason::EditorUnknown, email.clone());
        if self.asks(matrix, |class| class.exclude_authors) {
            hindrances.extend(editors.unknown.iter().map(is_nobody));
        }
        if self.asks(matrix, |class| class.exclude_coauthors) {
            hindrances.extend(editors.unknown_coauthors.difference(&editors.unknown).map(is_nobody));
        }
        if matrix.class.is_some_and(|class| class.signed_edits) {
            hindrances.extend(editors.unsigned.iter().map(|commit| (Reason::EditorUnknown, commit.clone())));
        }
        hindrances
    }

    /// How approvals fill the matrix.
    pub(super) fn fill(&self, standing: &[Standing<'_>]) -> Quorum {
        let matrix = self.matrix();
        let fits = |person: &str, place: &Place| {
            let mut own = standing.iter().filter(|one| signer(one.landed) == person);
            own.any(|one| fits(one.landed, person, place, self.need))
        };
        let people = standing.iter().map(|one| signer(one.landed).to_owned()).collect();
        fill(matrix.places, &people, matrix.distinct, fits)
    }

    fn matrix(&self) -> Matrix<'a> {
        if self.exception.is_some() {
            let class = self.need.and_then(|need| need.policy(self.policy));
            let services = self.need.map(|need| need.services.as_slice()).unwrap_or_default();
            let places = places(exception::asked(self.policy), services);
            return Matrix { class, places, distinct: 1 };
        }
        if self.id.is_document() {
            let of_kind = self.subject.kind.as_ref().and_then(|kind| self.policy.subjects.get(kind));
            let places =
                of_kind.map(|of_kind| places(&of_kind.require, &self.subject.services)).unwrap_or_default();
            return Matrix { class: None, places, distinct: 1 };
        }
        let class = self.need.and_then(|need| Some((need, need.policy(self.policy)?)));
        Matrix {
            class: class.map(|(_, class)| class),
            places: class.map(|(need, class)| need.places(class)).unwrap_or_default(),
            distinct: class.map_or(1, |(_, class)| class.distinct_principals as usize),
        }
    }

    /// The approvals of the content that stand: valid, not retracted, and not older than the approval of
    /// another content (going back to what was approved once does not bring its approvals back). Those of earlier
    /// contents stand where somebody carried them over.
    pub(super) fn approvals(&self) -> Vec<Standing<'a>> {
        let mut contents: Vec<Source<'a>> = vec![(self.digest, usize::MAX, None, None)];
        let mut at = 0;
        while let Some((digest, until, _, through)) = contents.get(at).copied() {
            at += 1;
            let case = Case { digest, ..*self };
            let known = |from: &ContentHash| contents.iter().any(|(known, ..)| known == from);
            let carriers = case.of_content().filter(|landed| landed.landing <= until);
            let earlier = carriers.filter_map(|landed| {
                let from = landed.carries.filter(|from| !known(from) && case.may_carry(landed, *from))?;
                Some((from, landed.landing, Some(landed), through.or(Some(landed))))
            });
            let earlier: Vec<_> = earlier.collect();
            contents.extend(earlier);
        }
        let since = self.last_of_others(&contents);
        let mut all = Vec::new();
        for (digest, until, carried_by, through) in contents {
            let case = Case { digest, ..*self };
            // What is carried over is what counted for the earlier content: whoever wrote that one stays out.
            let is_in_time = |landed: &&Landed| {
                landed.landing <= until
                    && since.is_none_or(|since| landed.landing >= since)
                    && (carried_by.is_none() || case.may_stand(landed))
            };
            let own = case.of_content().filter(is_in_time);
            all.extend(own.map(|landed| Standing { landed, carried_by, through }));
        }
        all
    }

    /// The landing from which on approvals stand: none that is older than the approval of another content. An
    /// exception has no history of approvals: whatever was signed for another text of it ends what was signed
    /// before.
    fn last_of_others(&self, contents: &[Source<'_>]) -> Option<usize> {
        let is_other = |digest: ContentHash| contents.iter().all(|(known, ..)| *known != digest);
        let Some(name) = self.exception else {
            // What was carried out is judged by what was approved when it ran, whatever is approved after that.
            let upto = self.subject.executed.get(&self.digest).copied().unwrap_or(usize::MAX);
            let others = self.subject.approved.iter().filter(|(approved, _)| is_other(*approved));
            return others.map(|(_, landing)| *landing + 1).filter(|since| *since <= upto).max();
        };
        let others = self.valid(Decision::Approve).filter(|landed| {
            let record = landed.judged.record.as_ref();
            record.is_some_and(|record| exception::of(record) == Some(name))
                && landed.content.is_some_and(is_other)
        });
        others.map(|landed| landed.landing).max()
    }

    /// The approvals of exactly these bytes that nobody took back.
    fn of_content(self) -> impl Iterator<Item = &'a Landed> {
        self.subject.records.iter().filter(move |landed| {
            let decision = landed.judged.record.as_ref().map(|record| record.decision);
            let is_emergency = self.need.is_some_and(|need| need.class == ClassName::Emergency);
            let approves = match decision {
                Some(Decision::Approve) => true,
                // What did not begin before people had approved it is not ratified.
                Some(Decision::Ratify) => is_emergency,
                _ => false,
            };
            approves && (self.counts)(landed) && self.speaks_of(landed) && !self.is_retracted(landed)
        })
    }

    /// Whether a record of this content may carry the approvals of an earlier one over: the policy allows it,
    /// outside of restricted windows and freezes, to somebody whose approval counts for both, and nobody has
    /// refused the earlier one.
    fn may_carry(&self, landed: &Landed, from: ContentHash) -> bool {
        let earlier = Case { digest: from, ..*self };
        let class = self.need.and_then(|need| need.policy(self.policy));
        self.exception.is_none()
            && class.is_some_and(|class| class.carry)
            && self.need.is_some_and(|need| need.level.is_none())
            && earlier.rejection().is_none()
            && self.may_stand(landed)
            && earlier.of_content().any(|own| {
                signer(own) == signer(landed) && own.landing <= landed.landing && earlier.may_stand(own)
            })
    }

    /// Whether an approval could fill a place: in its role, by somebody who may judge the content.
    fn may_stand(&self, landed: &Landed) -> bool {
        let matrix = self.matrix();
        let is_asked = matrix.places.iter().any(|place| fits(landed, signer(landed), place, self.need));
        is_asked && self.bar(signer(landed)).is_none()
    }

    /// The records of earlier contents that stand for this one, each with who carried it over.
    pub(super) fn carried(&self) -> Vec<(String, String)> {
        let all = self.approvals().into_iter();
        all.filter_map(|one| Some((one.landed.judged.id.clone(), signer(one.carried_by?).to_owned())))
            .collect()
    }

    /// Whether a record covers what the class asks for; one that does not counts for nothing.
    pub(super) fn covers_what_is_due(&self, landed: &Landed) -> bool {
        let mut due = match self.exception {
            Some(name) => vec![name],
            None if self.id.is_document() => Vec::new(),
            None => self.subject.covers(self.need, self.policy),
        };
        due.sort_unstable();
        due.dedup();
        let Some(record) = &landed.judged.record else { return false };
        let mut said: Vec<&str> = record.covers.iter().map(String::as_str).collect();
        // A name that stands twice is no list of documents.
        said.sort_unstable();
        said == due
    }

    /// Decisions on the change whose `Mcm-Covers` is not what its class covers.
    fn of_other_documents(&self) -> Vec<Uncounted> {
        let is_bound = |decision| {
            use Decision::{Approve, Authorise, AuthoriseAlone, Ratify, Reject};
            matches!(decision, Approve | Ratify | Reject | Authorise | AuthoriseAlone)
        };
        let bound = self.subject.records.iter().filter(|landed| {
            let decision = landed.judged.record.as_ref().map(|record| record.decision);
            decision.is_some_and(is_bound) && (self.counts)(landed)
        });
        let is_of_exception =
            |landed: &Landed| landed.judged.record.as_deref().and_then(exception::of).is_some();
        let others = bound.filter(|landed| {
            self.exception.is_none() && !self.covers_what_is_due(landed) && !is_of_exception(landed)
        });
        let uncounted = |landed: &Landed| Uncounted {
            record: landed.judged.id.clone(),
            reason: Reason::CoversMismatch,
            why: "it covers other documents than the class asks for".to_owned(),
        };
        others.map(uncounted).collect()
    }

    /// Whether the signer took the record back.
    pub(super) fn is_retracted(&self, landed: &Landed) -> bool {
        self.valid(Decision::Retract).any(|other| {
            let of = other.judged.record.as_ref().and_then(|record| record.of.as_deref());
            of == Some(landed.judged.id.as_str()) && signer(other) == signer(landed)
        })
    }

    /// Why a person may not approve this content; nothing when they may.
    fn excluded(&self, person: &str, matrix: &Matrix<'_>, editors: &Editors) -> Option<&'static str> {
        let asks = |rule| self.asks(matrix, rule);
        let operators = self.need.map(|need| &need.operators);
        let operates = operators.is_some_and(|operators| operators.contains(person));
        let requested = self.need.and_then(|need| need.owner.as_deref()) == Some(person);
        if asks(|class| class.exclude_authors) && editors.people.contains(person) {
            Some("edited it")
        } else if asks(|class| class.exclude_authors) && requested {
            Some("requested it")
        } else if asks(|class| class.exclude_coauthors) && editors.coauthors.contains(person) {
            Some("is a co-author")
        } else if matrix.class.is_some_and(|class| class.exclude_operators) && operates {
            Some("will carry it out")
        } else {
            None
        }
    }

    /// Whether a rule of the class holds here. Nobody lets their own exception pass, whatever the class of the
    /// change says of its plan.
    fn asks(&self, matrix: &Matrix<'_>, rule: fn(&ClassPolicy) -> bool) -> bool {
        self.exception.is_some() || matrix.class.is_none_or(rule)
    }

    /// Why a person may not judge this content, in words that follow their name; nothing when they may.
    pub(super) fn bar(&self, person: &str) -> Option<&'static str> {
        self.excluded(person, &self.matrix(), &self.editors())
    }

    /// Who edited what is judged. The approval of the change forgets nobody who wrote its exception.
    fn editors(&self) -> Editors {
        let editors = match self.exception {
            Some(_) => self.subject.editors_of_exceptions(self.id),
            None => self.subject.editors(self.digest),
        };
        editors.known_to(self.policy)
    }

    /// The records of a decision that count.
    pub(super) fn valid(&self, decision: Decision) -> impl Iterator<Item = &'a Landed> {
        let counts = self.counts;
        self.subject.records.iter().filter(move |landed| {
            landed.judged.record.as_ref().is_some_and(|record| record.decision == decision) && counts(landed)
        })
    }

    /// Whether a record names this content, by its digest and by the documents that it says it covers.
    pub(super) fn speaks_of(&self, landed: &Landed) -> bool {
        landed.content == Some(self.digest) && self.covers_what_is_due(landed)
    }
}

/// Records of people who stand in the matrix already, for a place that nobody fills: they count once.
fn twice(standing: &[Standing<'_>], quorum: &Quorum) -> Vec<Uncounted> {
    if quorum.is_met() {
        return Vec::new();
    }
    let place_of = |person: &str| quorum.places.iter().find(|(_, by)| by.as_deref() == Some(person));
    let role = |landed: &Landed| landed.judged.record.as_ref().and_then(|record| record.role.clone());
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for Standing { landed: record, .. } in standing {
        let person = signer(record);
        let stands_elsewhere =
            place_of(person).is_some_and(|(place, _)| role(record).as_deref() != Some(place.role.as_str()));
        if stands_elsewhere || !seen.insert((person, role(record))) {
            found.push(Uncounted {
                record: record.judged.id.clone(),
                reason: Reason::DuplicatePrincipal,
                why: format!("{person} counts once"),
            });
        }
    }
    found
}

fn is_peer(landed: &Landed) -> bool {
    landed.judged.record.as_ref().and_then(|record| record.role.as_deref()) == Some("peer")
}

/// Whether a record stands in a place: in its own role, for the place's service, by the policy that governed
/// when it landed.
pub(super) fn fits(record: &Landed, person: &str, place: &Place, need: Option<&Need>) -> bool {
    let policy = &record.policy;
    let role = record.judged.record.as_ref().and_then(|record| record.role.as_deref());
    if role != Some(place.role.as_str()) {
        return false;
    }
    let day = policy.day(record.arrived);
    let Some(principal) = policy.principal(person).filter(|one| one.is_active(day)) else { return false };
    match place.role.as_str() {
        "peer" => true,
        "outsider" => {
            let teams = need.map(|need| &need.teams);
            principal.team.as_ref().is_none_or(|team| teams.is_none_or(|teams| !teams.contains(team)))
        }
        role => {
            let service = place.service.as_deref();
            policy.holders(role, service, day).any(|holder| holder.id == person)
        }
    }
}

/// Who made a record: whose key it is, or whoever it claims where that cannot be verified.
pub(super) fn signer(landed: &Landed) -> &str {
    let claimed = || landed.judged.record.as_ref().map(|record| record.signer.as_str());
    landed.judged.principal.as_deref().or_else(claimed).unwrap_or_default()
}
