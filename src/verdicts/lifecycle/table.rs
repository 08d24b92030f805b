//! The states and the ways between them (design: domain.md 2.3), as data.

use super::ChangeState;

/// What there is to say of a state.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// The state.
    pub state: ChangeState,
    /// The word of data and commands.
    pub word: &'static str,
    /// The words of pages.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Who or what moves it on.
    pub mover: &'static str,
    /// The state of a change in ServiceNow that readers know: its number and name.
    pub servicenow: &'static str,
    /// The state of a change request in Jira Service Management.
    pub jira: &'static str,
}

/// A way from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// From.
    pub from: ChangeState,
    /// To.
    pub to: ChangeState,
    /// What has to be there, and what it is read from.
    pub by: &'static str,
}

use ChangeState::{
    Aborted, Approved, Assessed, Authorised, Closed, Declared, Draft, Expired, Held, InProgress, RatifyDue,
    Ready, Rejected, ReviewDue, RollingBack, Scheduled, Submitted, Superseded, Unratified, Void, Watching,
    Withdrawn,
};

const fn state(
    state: ChangeState,
    (word, name): (&'static str, &'static str),
    meaning: &'static str,
    mover: &'static str,
    (servicenow, jira): (&'static str, &'static str),
) -> State {
    State { state, word, name, meaning, mover, servicenow, jira }
}

/// Every state, in the order in which a change passes them; the side ways behind.
pub const STATES: [State; 22] = [
    state(
        Draft,
        ("draft", "draft"),
        "the request is not on the mainline, or a finding of the stage draft or submission is open",
        "the author, by mending the findings and landing the request",
        ("-5 New", "Open"),
    ),
    state(
        Submitted,
        ("submitted", "submitted"),
        "the request has landed; a finding of the stage approval is open",
        "the author, by mending the findings of the stage approval",
        ("-4 Assess", "Planning"),
    ),
    state(
        Assessed,
        ("assessed", "assessed"),
        "nothing stands against the plan; the approval matrix is not filled for these bytes",
        "the people whom the matrix asks for, by signed approvals",
        ("-4 Assess", "Awaiting approval"),
    ),
    state(
        Approved,
        ("approved", "approved"),
        "the matrix is filled; the slot is missing, collides, is closed to it, or the lead time is not met",
        "the owner, by another slot, or the change manager, by accepting the collision",
        ("-3 Authorize", "Awaiting implementation"),
    ),
    state(
        Scheduled,
        ("scheduled", "scheduled"),
        "the calendar takes the slot; a finding of the stage ready is open",
        "the owner and the team, by rehearsal, notices, sign-offs and resources",
        ("-2 Scheduled", "Awaiting implementation"),
    ),
    state(
        Ready,
        ("ready", "ready"),
        "it may start within its slot",
        "the operator, by starting it in the slot",
        ("-2 Scheduled", "Awaiting implementation"),
    ),
    state(
        InProgress,
        ("in_progress", "in progress"),
        "an execution has begun and not ended; its approvals are consumed",
        "the operator, step by step",
        ("-1 Implement", "Implementing"),
    ),
    state(
        Held,
        ("held", "held"),
        "the execution is on hold",
        "the decider, by going on or rolling back",
        ("-1 Implement", "Implementing"),
    ),
    state(
        RollingBack,
        ("rolling_back", "rolling back"),
        "what was done is undone",
        "the operator and the owner of the rollback",
        ("-1 Implement", "Implementing"),
    ),
    state(
        Watching,
        ("watching", "watching"),
        "the execution has ended and the watch period goes on",
        "time, and whoever watches the monitors",
        ("0 Review", "Implementing"),
    ),
    state(
        ReviewDue,
        ("review_due", "review due"),
        "the watch period is over; the post-mortem, its signed review or the operator's signature under the record is missing, or a finding of the stage closing is open",
        "the author of the post-mortem and a reviewer who did not write it",
        ("0 Review", "Awaiting review"),
    ),
    state(
        Closed,
        ("closed", "closed"),
        "nothing is missing",
        "nobody: what is closed stays closed",
        ("3 Closed", "Completed"),
    ),
    state(
        Declared,
        ("declared", "declared"),
        "an emergency is requested; nobody has authorised its start",
        "the incident lead and the on-call manager, by signed authorisations",
        ("-4 Assess", "Awaiting approval"),
    ),
    state(
        Authorised,
        ("authorised", "authorised"),
        "an emergency may start, whatever the calendar says",
        "the operator, by starting it",
        ("-2 Scheduled", "Awaiting implementation"),
    ),
    state(
        RatifyDue,
        ("ratify_due", "ratification due"),
        "an emergency was carried out; the full row of the matrix has to ratify it",
        "the people of the full row, by signed ratifications",
        ("0 Review", "Awaiting review"),
    ),
    state(
        Unratified,
        ("unratified", "unratified"),
        "an emergency was carried out and not ratified in time",
        "nobody: it stays so",
        ("0 Review", "Awaiting review"),
    ),
    state(
        Rejected,
        ("rejected", "rejected"),
        "somebody who may has refused these bytes",
        "whoever refused it, by retracting or approving; or the author, by another text",
        ("4 Canceled", "Declined"),
    ),
    state(
        Withdrawn,
        ("withdrawn", "withdrawn"),
        "its owner or the change manager has ended it",
        "nobody: another request takes its place",
        ("4 Canceled", "Canceled"),
    ),
    state(
        Superseded,
        ("superseded", "superseded"),
        "an approved change says that it takes its place",
        "nobody",
        ("4 Canceled", "Canceled"),
    ),
    state(
        Expired,
        ("expired", "expired"),
        "its slot has passed unused, or the approval's time to live has ended",
        "the owner, by another slot and new approvals",
        ("4 Canceled", "Canceled"),
    ),
    state(
        Aborted,
        ("aborted", "aborted"),
        "an attempt was called off before its start, and consumed the approvals",
        "the owner, by a new slot and new approvals",
        ("4 Canceled", "Failed"),
    ),
    state(
        Void,
        ("void", "void"),
        "the number has a folder and no request",
        "nobody: the number is not used again",
        ("4 Canceled", "Canceled"),
    ),
];

const fn way(from: ChangeState, to: ChangeState, by: &'static str) -> Transition {
    Transition { from, to, by }
}

/// Every way that evidence opens. What was won is lost again when the evidence goes: those ways back are rows
/// too.
pub const TRANSITIONS: [Transition; 54] = [
    way(Draft, Submitted, "the request lands, and no finding of the stages draft and submission is open"),
    way(Draft, Declared, "the request of an emergency lands"),
    way(Submitted, Assessed, "no finding of the stage approval is open"),
    way(Submitted, Scheduled, "a standard change follows a model that stands and is approved"),
    way(Assessed, Approved, "the matrix is met by signed records for these bytes"),
    way(Approved, Scheduled, "the slot is free, open to the class, and approved in time"),
    way(Scheduled, Ready, "no finding of the stage ready is open"),
    way(Ready, InProgress, "an execution begins"),
    way(InProgress, Held, "`hold` in the log"),
    way(Held, InProgress, "`resume` in the log"),
    way(InProgress, RollingBack, "`rollback-begin` in the log"),
    way(Held, RollingBack, "`rollback-begin` in the log"),
    way(InProgress, Watching, "the execution ends"),
    way(RollingBack, Watching, "the rollback ends"),
    way(Watching, ReviewDue, "the watch period of the runbook is over"),
    way(Watching, RatifyDue, "the watch period of an emergency is over, and the full row has not signed"),
    way(
        ReviewDue,
        Closed,
        "the post-mortem is reviewed, the record signed by its operator, and no finding of the stage closing is open",
    ),
    way(Closed, ReviewDue, "a finding of the stage closing opens again"),
    way(Declared, Authorised, "two people authorise it, or one alone with a reason"),
    way(Authorised, InProgress, "an execution begins"),
    way(Authorised, Declared, "the request changes: nobody has authorised the new bytes"),
    way(RatifyDue, ReviewDue, "the full row ratifies it"),
    way(RatifyDue, Unratified, "the time to ratify is over"),
    way(Ready, Aborted, "an attempt is called off before its start"),
    way(Authorised, Aborted, "an attempt is called off before its start"),
    way(Aborted, Submitted, "a new slot is submitted for a new attempt"),
    way(Submitted, Draft, "a finding of the stage draft or submission opens"),
    way(Assessed, Draft, "a finding of the stage draft or submission opens"),
    way(Approved, Draft, "a finding of the stage draft or submission opens"),
    way(Assessed, Submitted, "a finding of the stage approval opens"),
    way(Approved, Submitted, "a finding of the stage approval opens"),
    way(Approved, Assessed, "the covered bytes change, a record is taken back or a key is compromised"),
    way(Scheduled, Assessed, "the covered bytes change, a record is taken back or a key is compromised"),
    way(Ready, Assessed, "the covered bytes change, a record is taken back or a key is compromised"),
    way(Scheduled, Approved, "a window, a freeze or another change takes the slot"),
    way(Ready, Approved, "a window, a freeze or another change takes the slot"),
    way(Ready, Scheduled, "a finding of the stage ready opens"),
    way(Submitted, Rejected, "a signed rejection"),
    way(Assessed, Rejected, "a signed rejection"),
    way(Approved, Rejected, "a signed rejection"),
    way(Scheduled, Rejected, "a signed rejection"),
    way(Ready, Rejected, "a signed rejection"),
    way(Declared, Rejected, "a signed rejection"),
    way(Rejected, Assessed, "the rejection is retracted, or the text changes"),
    way(Draft, Withdrawn, "a signed withdrawal"),
    way(Submitted, Withdrawn, "a signed withdrawal"),
    way(Assessed, Withdrawn, "a signed withdrawal"),
    way(Approved, Withdrawn, "a signed withdrawal"),
    way(Scheduled, Withdrawn, "a signed withdrawal"),
    way(Ready, Withdrawn, "a signed withdrawal"),
    way(Approved, Superseded, "a change that supersedes it is approved"),
    way(Assessed, Expired, "the slot ends unused"),
    way(Ready, Expired, "the slot ends unused, or the approval's time to live ends"),
    way(Expired, Assessed, "another slot is written"),
];
