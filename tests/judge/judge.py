#!/usr/bin/env python3
"""Derives the approval status of every subject of a repository, with git, ssh-keygen and gpg alone.

    judge.py REPOSITORY...

Each is judged at the moment that the file `as-of` beside its objects names; a line of JSON tells of each.

Written from the design (approvals.md) and from nothing else: it shares no code with mcmbook, and takes the
straight way where mcmbook takes the fast one. Every mainline commit is judged from scratch, signatures are
verified by `ssh-keygen -Y verify` and `gpg --verify`, people are matched by trying all of them. It knows what
the random histories of history.py contain: the classes minor, major and emergency, no windows over slots.
"""

import hashlib
import json
import os
import re
import sys
from datetime import timedelta

from repository import Commit, Policy, Repository, Verifier, utc
from status import Statuses

IN_CHANGE = re.compile(r"content/changes/\d{4}/(MCM-\d{4}-\d{4})/(.*)")
COVERS = ["Covers"]
OWN = {
    "approve": (["Role", "Meaning", "Document", "Subject"], ["Covers", "Carries"]),
    "reject": (["Role", "Meaning", "Document", "Subject"], COVERS),
    "ratify": (["Role", "Meaning", "Document", "Subject"], COVERS),
    "authorise": (["Role", "Meaning", "Document", "Subject", "Incident"], COVERS),
    "authorise-alone": (["Role", "Meaning", "Document", "Subject", "Incident"], COVERS),
    "retract": (["Document", "Subject", "Of"], COVERS),
    "withdraw": (["Meaning", "Document", "Subject"], ["Role", "Covers"]),
    "acknowledge": (["Meaning", "Document", "Subject"], ["Role", "Covers"]),
    "review": (["Meaning", "Document", "Subject"], ["Role", "Covers"]),
    "reinstate": (["Meaning", "Of"], ["Role"]),
    "amend-policy": (["Policy-From", "Policy-To", "Serial"], ["Role", "Meaning"]),
}


def read_record(message):
    """The trailers of a candidate; nothing where it is none, False where it is malformed."""
    if not any(line.startswith("Mcm-Record:") for line in message.split("\n")):
        return None
    paragraphs = message.rstrip("\n").split("\n\n")
    if any(line.lstrip().startswith("Mcm-") for part in paragraphs[:-1] for line in part.split("\n")):
        return False
    trailers = {}
    for line in paragraphs[-1].split("\n"):
        found = re.fullmatch(r"([A-Za-z][A-Za-z0-9-]*): (\S(?:.*\S)?)", line)
        if not found:
            return False
        key, value = found.groups()
        if key in ("Signed-off-by", "Co-authored-by", "Change-Id"):
            continue
        if not key.startswith("Mcm-") or key[4:] in trailers:
            return False
        trailers[key[4:]] = value
    if trailers.get("Record") != "v1" or trailers.get("Decision") not in OWN:
        return False
    due, may = OWN[trailers["Decision"]]
    due = set(due) | {"Record", "Decision", "Context", "Trust-Root", "Signer"}
    return trailers if due <= set(trailers) <= due | set(may) else False


def is_change(subject):
    return re.fullmatch(r"MCM-\d{4}-\d{4}", subject) is not None


def subject_of(path):
    """The subject of a file below content/, and its name there; nothing of a file that is no document."""
    found = IN_CHANGE.fullmatch(path)
    if found:
        return found.groups()
    if not path.startswith("content/") or not path.endswith(".md"):
        return None
    document = path[len("content/"):-len(".md")].removesuffix("/index")
    return document, document


class Judge:
    def __init__(self, folder, as_of):
        self.repository, self.verifier, self.as_of = Repository(folder), Verifier(), utc(as_of)
        self.commits = {}
        line = self.repository.git("rev-list", "--first-parent", "--reverse", "HEAD").split()
        start = next(at for at, name in enumerate(line) if "policy/policy.toml" in self.commit(name).files)
        self.mainline = line[start:]
        self.root = self.mainline[0]
        self.policy = Policy(self.repository, self.commit(self.root).files)
        self.votes, self.records, self.edits = {}, [], []
        self.reinstated, self.whole = {}, set()
        # By subject: what it was, (content, landing, policy, need) of each approval, whether it was submitted, what
        # executions cite, the landing that changed it last.
        self.contents, self.approved, self.submitted, self.executed, self.changed = {}, {}, set(), {}, {}
        # What executions cite that nobody signed; and when the first execution of a content landed, by either.
        self.claimed, self.ran = {}, {}
        # Landings that gave a subject bytes which none of their commits wrote; the names that a document had before.
        self.unexplained, self.formerly = {}, {}
        # The files of each content: (subject, content) -> name -> blob.
        self.texts = {}
        self.statuses = Statuses(self)
        latest, self.mainline_start = None, self.commit(self.root).committed
        landed = set()
        for index, name in enumerate(self.mainline):
            commit = self.commit(name)
            latest = max(filter(None, [latest, commit.committed]))
            if latest > self.as_of + timedelta(minutes=5):
                break
            new = self.reached(name, landed)
            # Parents before children: by how many commits of the unit each one reaches.
            unit = sorted(map(self.commit, new), key=lambda one: (len(self.reached(one.name, landed)), one.name))
            self.land(index, commit, unit, latest, landed)
            landed |= {one.name for one in unit}

    def commit(self, name):
        if name not in self.commits:
            self.commits[name] = Commit(self.repository, name)
        return self.commits[name]

    def reached(self, name, without):
        """What a commit reaches over all parents, itself included, up to commits that are left out."""
        found, open_ = set(), [name]
        while open_:
            one = open_.pop()
            if one not in found and one not in without:
                found.add(one)
                open_ += self.commit(one).parents
        return found

    # One landing.

    def land(self, index, commit, unit, at, landed):
        policy = self.policy
        # Whoever owns a change before a record of it lands; what the same landing writes into the request gives no right.
        owners = {subject: self.owner(subject) for subject in self.contents if self.contents[subject]}
        self.now = commit
        known = {subject: list(contents) for subject, contents in self.contents.items()}
        citations = self.contents_at(index, commit)
        for one in unit:
            self.edited(index, one, policy, at)
        before = self.commit(self.mainline[index - 1]).files if index else {}
        for subject in self.contents:
            changed = self.own(subject, before) != self.own(subject, commit.files)
            if changed and not any(edit[:2] == (index, subject) for edit in self.edits):
                self.unexplained.setdefault(subject, []).append(index)
        for subject, path, cited in citations:
            written = [self.editors(one, policy, at) for one in unit if path in self.touched(one)]
            is_signed = written and not any(unsigned for *_, unsigned in written)
            executed = self.executed if not index or is_signed else self.claimed
            executed.setdefault(subject, {}).setdefault(cited, index)
            self.ran.setdefault((subject, cited), at)
        for one in unit if index else []:
            said = read_record(one.message)
            if said is not None:
                above = self.reached(one.name, landed)
                self.record(index, one, said, policy, at, above, known)
        self.amend(commit, at)
        for one in self.records:
            subject = one["subject"]
            if one["index"] == index and subject in self.contents:
                one["owner"] = owners[subject] if subject in owners else self.owner(subject)
        for subject in self.contents:
            digest, last = self.digest(subject, commit.files), self.approved.get(subject, [])
            need = self.need(subject)
            is_new = digest and not (last and last[-1][0] == digest) and self.is_sound(subject)
            is_met = is_new and self.statuses.is_met(subject, digest, policy, need)
            if is_met and not self.statuses.rejected(subject, digest, policy, need):
                self.approved.setdefault(subject, []).append((digest, index, policy, need))

    def owner(self, subject):
        need = self.statuses.judged(subject)[2]
        return need and need.get("owner")

    def contents_at(self, index, commit):
        before, citations = self.commit(self.mainline[index - 1]).files if index else {}, []
        for path in set(before) | set(commit.files):
            found = subject_of(path)
            if not found or before.get(path) == commit.files.get(path):
                continue
            subject, name = found
            # A document that only moves to another path of its id is not another one.
            if index == 0 or self.own(subject, before) != self.own(subject, commit.files):
                self.changed[subject] = index
            self.contents.setdefault(subject, [])
            is_head = name in ("request.md", subject) and not path.startswith("content/drafts/")
            if is_head and path in commit.files:
                self.submitted.add(subject)
            if name.startswith("execution-") and path in commit.files:
                cited = re.search(r"^approval_set: sha256:([0-9a-f]{64})$", self.text(commit.files[path]), re.M)
                if cited:
                    citations.append((subject, path, cited[1]))
        self.rename(index, before, commit.files)
        # Only what stood just before, or stands now, can have been carried out.
        citations = [(subject, path, cited) for subject, path, cited in citations
                     if cited in (self.digest(subject, commit.files), *self.contents[subject][-1:])]
        for subject, contents in self.contents.items():
            digest = self.digest(subject, commit.files)
            if digest and (not contents or contents[-1] != digest):
                contents.append(digest)
        return citations

    def rename(self, index, before, now):
        """Follows documents that have another name now, and the same bytes: the only one that went and that came."""
        gone, came = {}, {}
        for subject in self.contents:
            old, new = self.own(subject, before), self.own(subject, now)
            if not is_change(subject) and index and bool(old) != bool(new):
                blob = next(iter((old or new).values()))
                (gone if old else came).setdefault((self.kind(self.text(blob)), blob), []).append(subject)
        for key, names in gone.items():
            if len(names) == 1 and len(came.get(key, [])) == 1:
                old, new = names[0], came[key][0]
                is_new = not self.contents[new] and all(one["subject"] != new for one in self.records)
                if self.contents[old] and is_new and len(self.paths(new, now)) == 1:
                    self.give_name(index, old, new, key[1])

    def give_name(self, index, old, new, blob):
        was, now = (self.named(name, blob) for name in (old, new))
        as_now = lambda content: now if content == was else content
        self.contents[new] = [as_now(content) for content in self.contents.pop(old)]
        self.approved[new] = [(as_now(content), *more) for content, *more in self.approved.pop(old, [])]
        self.unexplained[new] = self.unexplained.pop(old, [])
        self.changed[new] = self.changed.pop(old)
        self.formerly[new] = self.formerly.pop(old, []) + [(old, index)]
        self.submitted -= {old}
        self.edits = [(at, new if subject == old else subject, *more) for at, subject, *more in self.edits]
        for one in self.records:
            if one["subject"] == old:
                one["subject"], one["content"] = new, as_now(one["content"])

    def named(self, name, blob):
        """The digest of these bytes as a document of that name."""
        return hashlib.sha256(f"{self.repository.sha256(blob)}  {name}\n".encode()).hexdigest()

    def addressed(self, said):
        """The subject that a record speaks of: by the name that it has now."""
        name, of = said.get("Document"), said.get("Of")
        holds = lambda subject: any(one["id"] == of and one["subject"] == subject for one in self.records)
        moved = [(holds(subject), max(at for former, at in names if former == name), subject)
                 for subject, names in self.formerly.items() if any(former == name for former, _ in names)]
        said = said.get("Subject", "")[7:]
        has = lambda subject: said in self.contents[subject] or any(
            self.named(name, blob) == said for blob in self.own(subject, self.now.files).values())
        if name in self.contents and not of and not has(name):
            return next((subject for *_, subject in sorted(moved, key=lambda one: one[2]) if has(subject)), name)
        if name in self.contents and (not of or holds(name)):
            return name
        if name in self.contents:
            return next((subject for holds_it, _, subject in moved if holds_it), name)
        return max(moved)[2] if moved else name

    # What stands in a tree.

    def text(self, blob):
        return self.repository.read(blob).decode()

    def paths(self, document, files):
        """The files that have a document's id."""
        return [path for path in (f"content/{document}.md", f"content/{document}/index.md") if path in files]

    def own(self, subject, files):
        """The files of a subject, as a manifest names them."""
        if not is_change(subject):
            return {subject: files[path] for path in self.paths(subject, files)[:1]}
        start = f"content/changes/{subject[4:8]}/{subject}/"
        return {path[len(start):]: blob for path, blob in files.items() if path.startswith(start)}

    def digest(self, subject, files, covers=("request", "runbook")):
        """The digest of what is covered; nothing where there is nothing."""
        names = [subject] + [f"{name}.md" for name in covers]
        covered = {path: blob for path, blob in self.own(subject, files).items()
                   if path.startswith("files/") or path in names}
        lines = [f"{self.repository.sha256(covered[path])}  {path}\n" for path in sorted(covered, key=str.encode)]
        if not lines or any("\\" in path for path in covered):
            return None
        digest = hashlib.sha256("".join(lines).encode()).hexdigest()
        self.texts[subject, digest] = covered
        return digest

    def main(self, subject):
        """The text of a change's request, or of a document; nothing where it is gone."""
        blob = self.own(subject, self.now.files).get("request.md" if is_change(subject) else subject)
        return None if blob is None else self.text(blob)

    def is_readable(self, subject):
        """Whether the head of the main text can be read, and names no class that there is not."""
        text = self.main(subject) or ""
        return not text.startswith("---\ntitle: [\n") and "\nclass: grave\n" not in text

    def is_sound(self, subject):
        """Whether one file has the id, the heads of what is covered can be read, and every file can be named."""
        own = self.own(subject, self.now.files)
        runbook = self.text(own["runbook.md"]) if is_change(subject) and "runbook.md" in own else ""
        return (len(self.paths(subject, self.now.files)) <= 1 and self.is_readable(subject)
                and not runbook.startswith("---\ntitle: [\n")
                and not any("\\" in path for path in own if path.startswith("files/")))

    @staticmethod
    def kind(text):
        found = re.search(r"^kind: (\S+)$", text, re.M)
        return found[1] if found else "page"

    def need(self, subject):
        """What the present content of a change needs, or the kind of a document; nothing where it cannot be read."""
        text = self.main(subject)
        if text is None or not self.is_readable(subject):
            return None
        if not is_change(subject):
            kind = self.kind(text)
            services = {"service": [subject.split("/")[-1]], "standard": self.services(text)}.get(kind, [])
            return {"kind": kind, "supersedes": None, "services": services}
        # One without an end is over when it begins.
        slot = re.search(r"slot: \{start: ([^\s,]+)(?:, end: ([^\s,]+))?,", text)
        supersedes = re.search(r"^supersedes: (\S+)$", text, re.M)
        derived = "major" if "extent: significant" in text or "\nclass: major\n" in text else "minor"
        return {
            "class": "emergency" if "\nclass: emergency\n" in text else derived,
            "start": utc(slot[1]), "end": utc(slot[2] or slot[1]), "owner": "alice",
            "supersedes": supersedes and supersedes[1], "services": self.services(text),
        }

    @staticmethod
    def services(text):
        """The names in a list of services, without their folder."""
        listed = re.search(r"services: \[(.*?)\]", text)
        return [name.split("/")[-1] for name in listed[1].split(", ") if name] if listed else []

    # Who edited.

    def touched(self, commit):
        """The paths that a commit changed; of a merge, those that are as in none of its parents."""
        touched = None
        for parent in commit.parents or [None]:
            before = self.commit(parent).files if parent else {}
            differs = {path for path in set(before) | set(commit.files) if before.get(path) != commit.files.get(path)}
            touched = differs if touched is None else touched & differs
        return touched

    def edited(self, index, commit, policy, at):
        subjects = {found[0] for found in map(subject_of, self.touched(commit)) if found}
        self.edits += [(index, subject, commit, policy, at) for subject in subjects if subject in self.contents]

    def editors(self, commit, policy, at):
        """Who made an edit: (people, co-authors, addresses of nobody, whether no key answers for it)."""
        own, also = commit.emails()
        made = self.verifier.signature(commit, policy, at, next(
            (policy.emails[email] for email in sorted(own) if email in policy.emails), None))
        # A key that does not stand at the landing answers for nothing, and is somebody's all the same.
        stands = made.is_valid and not self.revoked(policy, made.key, at)
        people = {policy.emails[email] for email in own if email in policy.emails}
        people |= {made.person} if made.person else set()
        unknown = set() if stands else {email for email in {*own, *also} if email not in policy.emails}
        return people, {policy.emails[email] for email in also if email in policy.emails}, unknown, not stands

    @staticmethod
    def revoked(policy, key, at):
        """What the revocations of a policy say against a key at a time."""
        return {one["kind"] for one in policy.revocations if one["key"] == key
                and (one["kind"] == "compromised" or at >= utc(one["since"]))}

    # One record.

    def record(self, index, commit, said, policy, at, above, known):
        reasons = set()
        parent = self.commit(commit.parents[0]) if commit.parents else None
        if said is False:
            reasons.add("record-malformed")
            said = {}
        if len(commit.parents) != 1 or parent.tree != commit.tree:
            reasons.add("record-not-pure")
        if commit.header["author"] != commit.header["committer"]:
            reasons.add("record-rewritten")
        if commit.committed > min(self.as_of, at) + timedelta(minutes=5):
            reasons.add("future-date")
        made = self.verifier.signature(commit, policy, at, said.get("Signer"))
        person = made.person
        if commit.unsupported:
            reasons.add("unsupported")
            person = said.get("Signer")
        elif person is None:
            reasons.add("no-known-key")
        elif said:
            if person != said["Signer"]:
                reasons.add("signer-mismatch")
            elif not made.is_valid and not made.is_revoked:
                reasons.add("key-not-valid")
            reasons |= {"retired"} if "retired" in self.revoked(policy, made.key, at) else set()
        if said:
            if said["Context"] != policy.data["context"] or said["Trust-Root"] != self.root:
                reasons.add("of-another-repository")
            if "Role" in said and not policy.holds(said["Signer"], said["Role"]):
                reasons.add("role-not-held")
            if "Subject" in said and not self.says_what_stands(said, commit):
                reasons.add("subject-mismatch")
        record = {"id": commit.name, "said": said, "reasons": reasons, "person": person, "index": index, "at": at,
                  "policy": policy, "above": above, "key": made.key, "commit": commit, "carries": None, "hits": set(),
                  "owner": None, "subject": None, "content": said.get("Subject", "")[7:],
                  "text": len(commit.message.rstrip("\n").split("\n\n")) > 2}
        self.hit(record, policy)
        carries = said.get("Carries", "")[7:]
        if not reasons and carries in known.get(said.get("Document"), []):
            record["carries"] = carries
        if said and said["Decision"] == "amend-policy" and not reasons:
            vote = (said["Policy-From"], said["Policy-To"], said["Serial"])
            now = Policy(self.repository, commit.files).digest
            if policy.holds(person, "policy-admin") and said["Policy-To"] == "sha256:" + now:
                self.votes.setdefault(vote, set()).add(person)
        if said and said["Decision"] == "reinstate" and not reasons:
            self.reinstate(said["Of"], person, policy)
        subject = self.addressed(said) if said else None
        if subject in self.contents:
            blob = self.own(subject, self.now.files).get(subject)
            if blob and subject != said["Document"] and record["content"] == self.named(said["Document"], blob):
                record["content"] = self.named(subject, blob)
            record["subject"] = subject
            self.records.append(record)

    def says_what_stands(self, said, commit):
        subject, own = said["Document"], self.own(said["Document"], commit.files)
        covers = [name.strip() for name in said.get("Covers", "").split(",") if name.strip()]
        if not own or any(f"{name}.md" not in own for name in covers):
            return False
        names = covers or [path[:-3] for path in own if path.endswith(".md")]
        return said["Subject"] == "sha256:" + str(self.digest(subject, commit.files, names))

    # The policy.

    def hit(self, record, policy):
        """Holds what a policy calls compromised against a record, but for what was reinstated."""
        if not record["key"]:
            return
        hits = {one["since"] for one in policy.revocations
                if one["key"] == record["key"] and one["kind"] == "compromised"}
        if not record["key"].startswith("SHA256:"):
            made = self.verifier.signature(record["commit"], policy, record["at"], record["person"])
            hits |= {"by its certificate"} if made.key == record["key"] and made.is_revoked else set()
        record["hits"] |= {hit for hit in hits if (record["id"], hit) not in self.whole}
        if record["hits"]:
            record["reasons"].add("compromised")

    def reinstate(self, of, person, policy):
        """Counts an admin for a record, once for each revocation that hits it at that time."""
        if not policy.holds(person, "policy-admin"):
            return
        for record in self.records:
            for hit in list(record["hits"]) if record["id"] == of else []:
                signed = self.reinstated.setdefault((of, hit), set())
                signed.add(person)
                if len(signed) >= policy.quorum:
                    self.whole.add((of, hit))
                    record["hits"].discard(hit)
            if not record["hits"]:
                record["reasons"].discard("compromised")

    def amend(self, commit, at):
        if {path: blob for path, blob in commit.files.items() if path.startswith("policy/")} == self.policy.files:
            return
        new = Policy(self.repository, commit.files)
        if new.digest == self.policy.digest:
            return
        serial = self.policy.serial + 1
        vote = ("sha256:" + self.policy.digest, "sha256:" + new.digest, str(serial))
        admins = [person for person in new.people
                  if new.holds(person, "policy-admin") and self.verifier.may_sign(new, person, at)]
        signed = self.votes.get(vote, set())
        if new.serial == serial and len(signed) >= self.policy.quorum and len(admins) >= new.quorum:
            self.policy = new
            for record in self.records:
                self.hit(record, new)


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        with open(os.path.join(folder, ".git/as-of")) as file:
            print(json.dumps(Judge(folder, file.read()).statuses.all(), sort_keys=True))
