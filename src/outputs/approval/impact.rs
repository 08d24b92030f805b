//! What landing a range of commits makes of approvals: `impact`, as text and as JSON.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::{PlaceStanding, Standing, SubjectStanding, Trust, UnlandedBranch, Verdict, landing_text, short};
use crate::facts::approval::forecast::{Effect, Lost, effects};
use crate::facts::approval::{Approvals, SubjectId};
use crate::inputs::Inputs;
use crate::text::{counted, printable};

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// What a range makes of the approvals of a book.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Impact {
    /// Version of this form.
    pub format: u32,
    /// The moment of judging, RFC 3339 in UTC.
    pub as_of: String,
    /// Why nothing is known, where that is so: no policy on the mainline of the base.
    pub unknown: Option<String>,
    /// The range.
    pub landing: UnlandedBranch,
    /// What the approvals rest on before the landing.
    pub trust: Option<Trust>,
    /// Digest of the policy in force after the landing, where it is another one: `sha256:...`.
    pub new_policy: Option<String>,
    /// How many signatures that stand now would not stand any more.
    pub lost: usize,
    /// The subjects that the landing changes, decides on or judges otherwise, sorted by id.
    pub subjects: Vec<SubjectImpact>,
}

/// What a range makes of the approval of one subject.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SubjectImpact {
    /// Id of the change, or of the document outside of changes.
    pub id: String,
    /// The status before the landing; nothing where the subject is new.
    pub before: Option<String>,
    /// The status after the landing; nothing where the subject is gone.
    pub after: Option<String>,
    /// Why it is that, in a phrase.
    pub why: Option<String>,
    /// The subject digest after the landing: `sha256:...`.
    pub subject: Option<String>,
    /// The files of the subject that differ: relative to the folder of the change, or the id of a document.
    pub files: Vec<String>,
    /// Signatures that stand now and would not stand any more.
    pub lost: Vec<LostSignature>,
    /// The places of the matrix that would be open, each with who could fill it.
    pub open: Vec<PlaceStanding>,
}

/// A signature that would not stand any more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LostSignature {
    /// Roster id of who made it.
    pub person: String,
    /// In which role.
    pub role: Option<String>,
    /// The record's commit.
    pub record: String,
    /// What would be against the record itself; empty when it only names another content.
    pub reasons: Vec<Verdict>,
    /// Whether the same person may fill an open place by signing what stands after the landing.
    pub may_sign_again: bool,
}

impl Impact {
    /// What a landing makes of the approvals before it; `after` is the book with the landing.
    pub fn of(landing: UnlandedBranch, before: &Approvals, after: &Approvals, inputs: &Inputs) -> Impact {
        let effects = effects(before, after, inputs.as_of);
        let digest = |of: &Approvals| of.effective.as_ref().map(|effective| effective.digest);
        let new_policy = digest(after).filter(|now| digest(before) != Some(*now));
        let standing = Standing::of_approvals(after, inputs, |id| effects.iter().any(|one| one.id == *id));
        let of_standing = |id: &SubjectId| standing.subjects.iter().find(|one| one.id == id.as_str());
        Impact {
            format: FORMAT,
            as_of: standing.as_of.clone(),
            unknown: after.none.clone(),
            landing,
            trust: Trust::of(before, inputs.history.ledger.pinned),
            new_policy: new_policy.map(|digest| format!("sha256:{digest}")),
            lost: effects.iter().map(|effect| effect.lost.len()).sum(),
            subjects: effects.iter().map(|one| SubjectImpact::of(one, of_standing(&one.id))).collect(),
        }
    }
}

impl SubjectImpact {
    fn of(effect: &Effect, after: Option<&SubjectStanding>) -> SubjectImpact {
        let open = after.into_iter().flat_map(|subject| &subject.places).filter(|place| place.by.is_none());
        SubjectImpact {
            id: effect.id.as_str().to_owned(),
            before: effect.before.map(|status| status.word().to_owned()),
            after: effect.after.map(|status| status.word().to_owned()),
            why: after.map(|subject| subject.why.clone()),
            subject: after.and_then(|subject| subject.subject.clone()),
            files: effect.files.clone(),
            lost: effect.lost.iter().map(LostSignature::of).collect(),
            open: open.cloned().collect(),
        }
    }
}

impl LostSignature {
    fn of(lost: &Lost) -> LostSignature {
        LostSignature {
            person: lost.person.clone(),
            role: lost.role.clone(),
            record: lost.record.clone(),
            reasons: lost.reasons.iter().map(super::verdict).collect(),
            may_sign_again: lost.may_sign_again,
        }
    }
}

/// The JSON Schema of [`Impact`], for programs that read `impact --format json`.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Impact).to_value()
}

/// What a range makes of approvals, for the terminal.
pub fn text(impact: &Impact) -> String {
    let mut text = landing_text(&impact.landing);
    if let Some(why) = &impact.unknown {
        let _ = writeln!(text, "no approval is judged: {}", printable(why));
    }
    if let Some(policy) = &impact.new_policy {
        let _ = writeln!(text, "another policy comes into force: {policy}");
    }
    for subject in &impact.subjects {
        subject_text(subject, &mut text);
    }
    let _ = match impact.lost {
        0 => writeln!(text, "\nno signature that stands goes stale"),
        lost => writeln!(text, "\n{} would not stand any more", counted(lost, "signature")),
    };
    text
}

fn subject_text(subject: &SubjectImpact, text: &mut String) {
    let word = |status: &Option<String>, none: &str| status.clone().unwrap_or_else(|| none.to_owned());
    let (before, after) = (word(&subject.before, "new"), word(&subject.after, "gone"));
    let _ = writeln!(text, "\n{}  {before} -> {after}", printable(&subject.id));
    if let Some(why) = &subject.why {
        let _ = writeln!(text, "  {}", printable(why));
    }
    if !subject.files.is_empty() {
        let _ = writeln!(text, "  differs: {}", printable(&subject.files.join(", ")));
    }
    for lost in &subject.lost {
        let role = lost.role.as_deref().map(|role| format!(" as {role}")).unwrap_or_default();
        let again = if lost.may_sign_again { "; may sign again" } else { "" };
        let _ = writeln!(
            text,
            "  lost: {}{} of {}{again}",
            printable(&lost.person),
            printable(&role),
            short(&lost.record)
        );
        for reason in &lost.reasons {
            let _ = writeln!(text, "        {}: {}", reason.code, printable(&reason.why));
        }
    }
    for place in &subject.open {
        let service = place.service.as_deref().map(|service| format!(" of {service}")).unwrap_or_default();
        let could = match place.could.is_empty() {
            true => "nobody on the roster could".to_owned(),
            false => format!("could be {}", place.could.join(", ")),
        };
        let _ = writeln!(text, "  needs: {}{}, {could}", printable(&place.role), printable(&service));
    }
}
