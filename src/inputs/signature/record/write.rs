//! The message of a record, as `approve` and its like write it (design: approvals.md, "The record commit").
//!
//! Writer and reader have one truth: what is written is read back at once, and a message that does not say
//! what was meant is refused. So a value that would break the form is found here, whatever it is.

use super::{Decision, Record, RecordFault, read};

/// Above this many bytes a message is refused: with the header and a large signature it stays a record.
const LONGEST_MESSAGE: usize = 48 << 10;

/// Writes the message of a record.
///
/// # Errors
/// Every reason for which the text would not be read as this record: a value with a line break, a reason
/// with a line that begins with `Mcm-`, a trailer that the decision needs and the record lacks.
pub fn write(record: &Record) -> Result<String, Vec<RecordFault>> {
    let malformed = |why: &str| Err(vec![RecordFault::Malformed(why.to_owned())]);
    let mut text = format!("{}\n\n", title(record));
    if !record.reason.is_empty() {
        text += &format!("{}\n\n", record.reason);
    }
    for (key, value) in trailers(record) {
        text += &format!("{key}: {value}\n");
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return malformed("a control character can stand in no record");
    }
    if text.len() > LONGEST_MESSAGE {
        return malformed("the text is too long for a record");
    }
    match read(text.as_bytes()) {
        Some(Ok(found)) if found == *record => Ok(text),
        Some(Ok(_)) | None => malformed("a value holds a line break, or the reason begins or ends with one"),
        Some(Err(faults)) => Err(faults),
    }
}

/// A reason as a record can hold it: lines end with LF, none with spaces, no blank lines around it.
pub fn tidy_reason(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// The first line, for people who read the log.
fn title(record: &Record) -> String {
    let mut document = record.document.clone().unwrap_or_default();
    // Of what is decided on alone the log names it: an exception of a change is not the change.
    if let ([one], Decision::Approve | Decision::Reject | Decision::Retract) =
        (record.covers.as_slice(), record.decision)
    {
        document = format!("{document}/{one}");
    }
    let role = record.role.as_deref().map(|role| format!(" as {role}")).unwrap_or_default();
    let short =
        |id: &Option<String>| id.as_deref().and_then(|id| id.get(..10)).unwrap_or_default().to_owned();
    match record.decision {
        Decision::Approve => format!("Approve {document}{role}"),
        Decision::Reject => format!("Reject {document}{role}"),
        Decision::Retract => format!("Retract {} on {document}", short(&record.of)),
        Decision::Withdraw => format!("Withdraw {document}"),
        Decision::Acknowledge => format!("Acknowledge {document}"),
        Decision::Authorise => format!("Authorise {document}{role}"),
        Decision::AuthoriseAlone => format!("Authorise {document} alone{role}"),
        Decision::Ratify => format!("Ratify {document}{role}"),
        Decision::AcceptCollision => {
            format!("Accept the collision of {document} with {}", record.other.as_deref().unwrap_or_default())
        }
        Decision::Review => format!("Review {document}"),
        Decision::AmendPolicy => {
            let serial = record.amendment.map_or(0, |(_, _, serial)| serial);
            format!("Amend the policy to serial {serial}")
        }
        Decision::Reinstate => format!("Reinstate {}", short(&record.of)),
        Decision::Observe => {
            let head = record.observed.as_ref().map(|(head, _)| head.clone());
            format!("Observe {}", short(&head))
        }
    }
}

fn trailers(record: &Record) -> Vec<(&'static str, String)> {
    let mut trailers = vec![
        ("Mcm-Record", Some("v1".to_owned())),
        ("Mcm-Decision", Some(record.decision.word().to_owned())),
        ("Mcm-Role", record.role.clone()),
        ("Mcm-Meaning", record.meaning.clone()),
        ("Mcm-Document", record.document.clone()),
        ("Mcm-Covers", Some(record.covers.join(", ")).filter(|covers| !covers.is_empty())),
        ("Mcm-Subject", record.subject.map(|digest| format!("sha256:{digest}"))),
        ("Mcm-Of", record.of.clone()),
        ("Mcm-Incident", record.incident.clone()),
        ("Mcm-Other", record.other.clone()),
    ];
    if let Some((from, to, serial)) = record.amendment {
        trailers.push(("Mcm-Policy-From", Some(format!("sha256:{from}"))));
        trailers.push(("Mcm-Policy-To", Some(format!("sha256:{to}"))));
        trailers.push(("Mcm-Serial", Some(serial.to_string())));
    }
    if let Some((head, time)) = &record.observed {
        trailers.push(("Mcm-Head", Some(head.clone())));
        trailers.push(("Mcm-Time", Some(time.to_string())));
    }
    trailers.push(("Mcm-Context", Some(record.context.clone())));
    trailers.push(("Mcm-Trust-Root", Some(record.trust_root.clone())));
    trailers.push(("Mcm-Signer", Some(record.signer.clone())));
    trailers.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

#[cfg(test)]
mod tests;
