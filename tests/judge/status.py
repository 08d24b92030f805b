"""The status of each subject, by what has landed: the table of approvals.md, first match wins."""

import itertools
from datetime import timedelta


def counts(record):
    return not record["reasons"]


def names(record):
    """The documents that a record covers."""
    return sorted(name.strip() for name in record["said"].get("Covers", "").split(",") if name.strip())


def days(text):
    return timedelta(days=int(text.removesuffix("d")))


class Statuses:
    def __init__(self, past):
        """`past` is the judge, which has walked the mainline."""
        self.past = past

    # The records.

    def records_of(self, subject, decisions, valid):
        return [one for one in self.past.records if one["subject"] == subject
                and one["said"]["Decision"] in decisions and valid(one)]

    def of_content(self, subject, digest, decisions, valid):
        return [one for one in self.records_of(subject, decisions, valid)
                if one["content"] == digest and self.is_whole(one)]

    @staticmethod
    def is_whole(record):
        """Whether a record covers what is due: request and runbook of a change, a document as it is."""
        return names(record) == (["request", "runbook"] if record["said"]["Document"].startswith("MCM-") else [])

    def is_retracted(self, record, valid):
        return any(one["said"]["Of"] == record["id"] and one["person"] == record["person"]
                   for one in self.records_of(record["subject"], ["retract"], valid))

    def own_approvals(self, subject, digest, need, valid):
        # What did not begin before people had approved it is not ratified.
        decisions = ["approve", "ratify"] if need and need.get("class") == "emergency" else ["approve"]
        return [one for one in self.of_content(subject, digest, decisions, valid)
                if not self.is_retracted(one, valid)]

    def approvals(self, subject, digest, policy, need, valid):
        """The approvals that stand for a content, each with whether somebody carried it over, and since when it has it."""
        start = self.past.mainline_start
        contents = [(digest, len(self.past.mainline), False, start)]
        for content, until, _, since in contents:
            for one in self.own_approvals(subject, content, need, valid):
                earlier = one["carries"]
                is_new = earlier and earlier not in [known for known, *_ in contents]
                if is_new and one["index"] <= until and self.may_carry(one, subject, content, policy, need, valid):
                    contents.append((earlier, one["index"], True, since if since > start else one["at"]))
        end = self.past.executed.get(subject, {}).get(digest, len(self.past.mainline))
        others = [index for other, index, *_ in self.past.approved.get(subject, [])
                  if other not in [known for known, *_ in contents] and index < end]
        last = max(others, default=-1)
        return [(one, is_carried, since) for content, until, is_carried, since in contents
                for one in self.own_approvals(subject, content, need, valid)
                if last < one["index"] <= until
                and (not is_carried or self.may_stand(one, subject, content, policy, need))]

    def may_carry(self, record, subject, digest, policy, need, valid):
        """Whether a record carries the approvals of an earlier content over to this one."""
        earlier = record["carries"]
        return (need and "class" in need and policy.data["class"][need["class"]]["carry"]
                and self.is_small(subject, earlier, digest)
                and not self.rejected(subject, earlier, policy, need, valid)
                and self.may_stand(record, subject, digest, policy, need)
                and any(one["person"] == record["person"] and one["index"] <= record["index"]
                        and self.may_stand(one, subject, earlier, policy, need)
                        for one in self.own_approvals(subject, earlier, need, valid)))

    def is_executed(self, subject, digest):
        return digest in self.past.executed.get(subject, {})

    def end(self, subject, digest):
        """The landing with which a content was approved last, or the end of all."""
        return max([index for other, index, *_ in self.past.approved.get(subject, []) if other == digest],
                   default=len(self.past.mainline))

    def is_small(self, subject, before, after):
        """Whether front matter, steps and files of two contents are equal."""
        before, after = (self.past.texts[subject, content] for content in (before, after))
        parts = [{name: self.fixed(name, blob) for name, blob in content.items()} for content in (before, after)]
        return parts[0] == parts[1]

    def fixed(self, name, blob):
        """What of a file no small edit may change: all but the prose of a request or a runbook."""
        text = self.past.text(blob)
        if name not in ("request.md", "runbook.md"):
            return text
        head, body = text[4:].split("\n---\n", 1)
        return head, body[body.find("## Execution"):] if "## Execution" in body else ""

    # The matrix.

    def asked(self, policy, need):
        """The lines of the matrix, one for each service where it says so, and how many different people it needs."""
        if need is None:
            return [], 1
        rules = policy.data["class"][need["class"]] if "class" in need else policy.data["subject"].get(need["kind"], {})
        lines = []
        for line in rules.get("require", []):
            # Where nothing is named, it is somebody who owns anything.
            services = need["services"] or [None] if line.get("each") == "service" else [None]
            lines += [line | {"service": service} for service in services]
        return lines, rules.get("distinct_principals", 1)

    def excluded(self, subject, digest, policy, need):
        """Who may not approve a content since they wrote or requested it; nothing where nobody may.

        Whose an address is says the policy of the edit's landing, or else the one by which the content is judged.
        """
        approved, until = self.past.approved.get(subject, []), len(self.past.mainline)
        if approved and approved[-1][0] == digest or self.is_executed(subject, digest):
            until = self.end(subject, digest)
        since = max([index for other, index, *_ in approved if other != digest and index <= until], default=-1)
        # What no commit of a landing wrote was written by somebody before.
        if any(since < index <= until for index in self.past.unexplained.get(subject, [])):
            since = -1
        rules = policy.data["class"][need["class"]] if need and "class" in need else None
        people = {need["owner"]} if rules else set()
        for index, edited, *edit in self.past.edits:
            if edited == subject and since < index <= until:
                own, helpers, unknown, unsigned = self.past.editors(*edit)
                emails = policy.emails if policy else {}
                people |= {emails[email] for email in unknown if email in emails}
                unknown = unknown - set(emails)
                if (need and unknown) or (rules and unsigned and rules["signed_edits"] == "required"):
                    return None
                people |= own | helpers
        return people

    def may_stand(self, record, subject, digest, policy, need):
        """Whether an approval could fill a line of the matrix, by somebody who did not write the content."""
        person, role = record["person"], record["said"]["Role"]
        excluded = self.writers(subject, digest) | {need and need.get("owner")}
        return person not in excluded and any(
            line["role"] == role and record["policy"].holds(person, role, line["service"])
            for line in self.asked(policy, need)[0])

    def writers(self, subject, digest):
        return self.excluded(subject, digest, None, None)

    def is_met(self, subject, digest, policy, need, valid=counts):
        return self.quorum(subject, digest, policy, need, valid) is not None

    def quorum(self, subject, digest, policy, need, valid):
        """People who fill the matrix, or nothing."""
        lines, distinct = self.asked(policy, need)
        standing = [one for one, *_ in self.approvals(subject, digest, policy, need, valid)]
        if not standing or not lines:
            return None
        excluded = self.excluded(subject, digest, policy, need)
        if excluded is None:
            return None
        return self.filled(lines, max(distinct, 1), [one for one in standing if one["person"] not in excluded])

    @staticmethod
    def filled(lines, distinct, records):
        """So many different people who fill lines by their records, each in one place of a line."""
        places = [(nth, (line["role"], line.get("service"))) for nth, line in enumerate(lines)
                  for _ in range(line["min"])]
        people = sorted({one["person"] for one in records})
        may = {place: [person for person in people if any(
            one["person"] == person and one["said"]["Role"] == place[0] and one["policy"].holds(person, *place)
            for one in records)] for _, place in places}
        for choice in itertools.product(*[may[place] for _, place in places]):
            taken = [(nth, person) for (nth, _), person in zip(places, choice)]
            if len(set(taken)) == len(taken) and len(set(choice)) >= distinct:
                return set(choice)
        return None

    # The status.

    def judged(self, subject):
        """What is judged: (digest, policy, need)."""
        past = self.past
        executed, approved = past.executed.get(subject, {}), past.approved.get(subject, [])
        for digest in reversed(past.contents[subject]):
            if digest in executed:
                for other, _, policy, need in reversed(approved):
                    if other == digest:
                        return digest, policy, need
                return digest, past.policy, past.need(subject)
        present = past.digest(subject, past.now.files)
        if approved and approved[-1][0] == present:
            return present, approved[-1][2], approved[-1][3]
        return present, past.policy, past.need(subject)

    def status(self, subject):
        past = self.past
        # What was carried out is judged as it stood then.
        is_executed = any(digest in past.executed.get(subject, ()) for digest in past.contents[subject])
        if not is_executed and not past.is_sound(subject):
            return "invalid"
        digest, policy, need = self.judged(subject)
        if digest is None:
            return "draft" if subject in past.submitted else "invalid"
        status = self.by_records(subject, digest, policy, need, counts)
        if status == "before-adoption":
            return status

        def is_doubtful(record):
            return record["reasons"] == {"unsupported"} and not any(
                counts(other) and other["person"] == record["person"] and self.is_later(other, record)
                and other["content"] == digest and self.is_answer(other)
                for other in past.records if other["subject"] == subject)

        # Each side alone: a record in doubt for a content hides none against it.
        for against in (False, True):
            side = lambda one: counts(one) or (self.is_against(one) == against and is_doubtful(one))
            if self.by_records(subject, digest, policy, need, side) != status:
                return "unverifiable"
        hit = lambda record: record["reasons"] <= {"compromised"}
        if not self.is_met(subject, digest, policy, need) and self.is_met(subject, digest, policy, need, hit):
            return "revoked"
        return status

    @staticmethod
    def is_later(one, other):
        """Whether a record landed after another one, or was made on top of it."""
        return one["index"] > other["index"] or (one["index"] == other["index"] and other["id"] in one["above"])

    def is_answer(self, record):
        """Whether a record says yes or no, ends what is the signer's own, or takes back what they have said."""
        decision, of = record["said"]["Decision"], record["said"].get("Of")
        taken = [one["person"] for one in self.past.records if one["id"] == of]
        return (decision in ("approve", "reject", "ratify") or decision == "withdraw" and self.may_withdraw(record)
                or decision == "retract" and record["person"] in taken)

    def may_withdraw(self, record):
        return record["owner"] == record["person"] or record["policy"].holds(record["person"], "change-manager")

    def is_against(self, record):
        """Whether a record refuses or ends something, or takes back what does not."""
        decision, of = record["said"].get("Decision"), record["said"].get("Of")
        taken = [one["said"].get("Decision") for one in self.past.records if one["id"] == of]
        return decision in ("reject", "withdraw") or (decision == "retract" and taken != ["reject"])

    def by_records(self, subject, digest, policy, need, valid):
        """The status by the records that count here."""
        past = self.past
        own = [one for one in past.records if one["subject"] == subject and valid(one)]
        if past.changed[subject] == 0 and not own:
            return "before-adoption"
        for one in self.records_of(subject, ["withdraw"], valid):
            if self.may_withdraw(one):
                return "withdrawn"
        if self.rejected(subject, digest, policy, need, valid):
            return "rejected"
        people = self.quorum(subject, digest, policy, need, valid)
        is_executed = digest in past.executed.get(subject, {})
        is_emergency = need and need.get("class") == "emergency"
        if people is None and is_emergency and self.authorised(subject, digest, policy, valid):
            # An execution that nobody signed puts no ratification off, nor does a slot that is far away.
            ran = past.ran.get((subject, digest))
            due = ran and min(need["end"], ran) + days(policy.data["deadlines"]["ratify"])
            return "unratified" if ran and past.as_of >= due else "authorised"
        if people is not None:
            return self.timed(subject, digest, policy, need, people, is_executed, valid)
        earlier = [one for one in self.records_of(subject, ["approve", "ratify"], valid)
                   if one["content"] != digest and self.is_whole(one)]
        if earlier or any(other != digest for other, *_ in past.approved.get(subject, [])):
            return "stale"
        if subject in past.submitted:
            return "in-review"
        first = {one["person"] for one, *_ in self.approvals(subject, digest, policy, need, valid)}
        return "in-review" if first and first - self.writers(subject, digest) else "draft"

    def rejected(self, subject, digest, policy, need, valid=counts):
        """Whether somebody who may has refused a content, and has not changed their mind."""
        veto = policy.data["class"][need["class"]]["veto_roles"] if need and "class" in need else []
        roles = {line["role"] for line in self.asked(policy, need)[0]} | set(veto)
        for one in self.of_content(subject, digest, ["reject"], valid):
            later = [other for other in self.of_content(subject, digest, ["approve"], valid)
                     if other["person"] == one["person"] and self.is_later(other, one)]
            if one["said"]["Role"] in roles and not later and not self.is_retracted(one, valid):
                return True
        return False

    def authorised(self, subject, digest, policy, valid):
        """Whether an emergency may begin: two people of the row say so, or one of it alone."""
        row = policy.data["class"]["emergency"]["authorise"]
        if self.filled(row, 2, self.of_content(subject, digest, ["authorise"], valid)):
            return True
        return any(one["said"]["Role"] in [line["role"] for line in row] and one["text"]
                   for one in self.of_content(subject, digest, ["authorise-alone"], valid))

    def timed(self, subject, digest, policy, need, people, is_executed, valid):
        """What time makes of an approval: documents outside of changes have neither slot nor time to live."""
        if "class" not in need:
            return "approved"
        rules, as_of = policy.data["class"][need["class"]], self.past.as_of
        alive = [met for met, given in self.rounds(subject, digest, policy, need, valid)
                 if is_executed or as_of < given + days(rules["approval_ttl"])]
        if not alive or not is_executed and as_of >= need["end"]:
            return "expired"
        return "approved-late" if min(alive) > need["start"] - days(rules["approval_lead"]) else "approved"

    def rounds(self, subject, digest, policy, need, valid):
        """When enough people had signed, each signature counted once: (when, from when that lives)."""
        (lines, distinct), excluded = self.asked(policy, need), self.excluded(subject, digest, policy, need)
        signed = sorted(((max(one["at"], since), not is_carried, one) for one, is_carried, since in
                         self.approvals(subject, digest, policy, need, valid) if one["person"] not in excluded),
                        key=lambda entry: entry[:2])
        met, open_ = [], []
        for at, is_own, one in signed:
            open_.append((is_own, one))
            if self.filled(lines, max(distinct, 1), [one for _, one in open_]):
                # Carrying an approval over gives it no longer life.
                met.append((at, min([at] + [one["at"] for is_own, one in open_ if not is_own])))
                open_ = []
        return met

    def all(self):
        subjects = self.past.contents
        plain = {subject: self.status(subject) for subject in subjects}
        found = dict(plain)
        for subject in subjects:
            old = self.replaces(subject, plain[subject])
            if old in found and found[old] not in (
                    "invalid", "before-adoption", "unverifiable", "revoked", "withdrawn", "rejected"):
                found[old] = "superseded"
        return found

    def replaces(self, subject, status):
        """What an approved content of a subject takes the place of, also where a later edit was not approved."""
        need, approved = self.judged(subject)[2], self.past.approved.get(subject, [])
        over = ("approved", "approved-late", "expired")
        if status not in over:
            if not approved:
                return None
            digest, _, policy, need = approved[-1]
            if need is None or self.by_records(subject, digest, policy, need, counts) not in over:
                return None
        return need and need["supersedes"]
