#!/usr/bin/env python3
"""Derives the approval status of every change of a repository, with git and ssh-keygen alone.

    judge.py REPOSITORY AS_OF

Written from the design (approvals.md) and from nothing else: it shares no code with mcmbook, and takes the
straight way where mcmbook takes the fast one. Every mainline commit is judged from scratch, signatures are
verified by `ssh-keygen -Y verify` and `check-novalidate`, people are matched by trying all of them. It knows
what the random histories of history.py contain: SSH keys, the classes minor and major, no windows.
"""

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from datetime import datetime, timedelta, timezone

SUBJECT = re.compile(r"content/changes/\d{4}/(MCM-\d{4}-\d{4})/(.*)")
OWN = {
    "approve": (["Role", "Meaning", "Document", "Subject"], ["Covers"]),
    "reject": (["Role", "Meaning", "Document", "Subject"], ["Covers"]),
    "retract": (["Document", "Subject", "Of"], ["Covers"]),
    "withdraw": (["Meaning", "Document", "Subject"], ["Role", "Covers"]),
    "reinstate": (["Meaning", "Of"], ["Role"]),
    "amend-policy": (["Policy-From", "Policy-To", "Serial"], ["Role", "Meaning"]),
}


def utc(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Repository:
    def __init__(self, folder):
        environment = os.environ | {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}
        self.folder, self.environment = folder, environment
        self.process = subprocess.Popen(["git", "-C", folder, "cat-file", "--batch"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=environment)
        self.known = {}

    def git(self, *arguments):
        return subprocess.run(["git", "-C", self.folder, *arguments], capture_output=True, check=True, text=True,
                              env=self.environment).stdout

    def read(self, name):
        if name not in self.known:
            self.process.stdin.write(name.encode() + b"\n")
            self.process.stdin.flush()
            head = self.process.stdout.readline().split()
            body = self.process.stdout.read(int(head[2]))
            self.process.stdout.read(1)
            self.known[name] = body
        return self.known[name]

    def files(self, tree, below=""):
        """Path -> blob id of everything below a tree."""
        found, raw, at = {}, self.read(tree), 0
        while at < len(raw):
            end = raw.index(b"\0", at)
            mode, name = raw[at:end].split(b" ", 1)
            one = raw[end + 1:end + 21].hex()
            path = below + name.decode()
            if mode == b"40000":
                found |= self.files(one, path + "/")
            else:
                found[path] = one
            at = end + 21
        return found

    def sha256(self, blob):
        return hashlib.sha256(self.read(blob)).hexdigest()


class Commit:
    def __init__(self, repository, name):
        self.name, self.raw = name, repository.read(name)
        head, _, message = self.raw.partition(b"\n\n")
        self.message = message.decode()
        self.header, self.armour, payload, inside = {}, None, [], False
        self.parents, armour = [], []
        self.unsupported = False
        for line in head.split(b"\n"):
            key, _, value = line.partition(b" ")
            if key in (b"gpgsig", b"gpgsig-sha256"):
                inside = True
                self.unsupported = key != b"gpgsig"
                armour.append(value.decode())
                continue
            if inside and line.startswith(b" "):
                armour.append(line[1:].decode())
                continue
            inside = False
            payload.append(line)
            if key == b"parent":
                self.parents.append(value.decode())
            else:
                self.header[key.decode()] = value.decode()
        self.payload = b"\n".join(payload) + b"\n\n" + message
        self.armour = "\n".join(armour) + "\n" if armour else None
        self.tree = self.header["tree"]
        self.committed = datetime.fromtimestamp(int(self.header["committer"].split()[-2]), timezone.utc)
        self.files = repository.files(self.tree)

    def emails(self):
        own = {re.search(r"<([^>]*)>", self.header[key])[1].lower() for key in ("author", "committer")}
        also = {found.lower() for found in re.findall(r"(?im)^co-authored-by:.*<([^>]*)>", self.message)}
        return own, also


class Policy:
    """policy.toml and allowed_signers, as one of the policies that the mainline has had."""

    def __init__(self, repository, files):
        self.files = {path: blob for path, blob in files.items() if path.startswith("policy/")}
        names = sorted((path for path in files if path.startswith("policy/")), key=str.encode)
        lines = [f"{repository.sha256(files[path])}  {path[len('policy/'):]}\n" for path in names]
        self.digest = hashlib.sha256("".join(lines).encode()).hexdigest()
        self.data = tomllib.loads(repository.read(files["policy/policy.toml"]).decode())
        self.serial, self.quorum = self.data["serial"], self.data["amend"]["quorum"]
        self.people = {one["id"]: one for one in self.data["principal"]}
        self.emails = {email: one["id"] for one in self.data["principal"] for email in one["emails"]}
        self.signers = repository.read(files["policy/allowed_signers"]).decode()
        self.keys = {}
        for line in self.signers.splitlines():
            person, options, kind, key = line.split()[:4]
            blob = __import__("base64").b64decode(key)
            fingerprint = __import__("base64").b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
            self.keys.setdefault("SHA256:" + fingerprint, []).append(line)
        self.revocations = self.data.get("revocation", [])

    def holds(self, person, role):
        return person in self.people and (role == "peer" or role in self.people[person]["roles"])


class Verifier:
    """Asks ssh-keygen, and remembers only what it said of the same bytes."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.said = {}

    def place(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb" if isinstance(content, bytes) else "w") as file:
            file.write(content)
        return path

    def key(self, commit):
        """The fingerprint of the key that made the signature for git over these bytes."""
        if not commit.armour or commit.unsupported:
            return None
        if commit.name not in self.said:
            signature = self.place("sig", commit.armour)
            done = subprocess.run(["ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s", signature],
                                  input=commit.payload, capture_output=True)
            found = re.search(rb"SHA256:\S+", done.stdout)
            self.said[commit.name] = found[0].decode() if done.returncode == 0 and found else None
        return self.said[commit.name]

    def is_valid(self, commit, policy, person, at):
        """Whether ssh-keygen takes the signature for that person's at that time."""
        signature, signers = self.place("sig", commit.armour), self.place("signers", policy.signers)
        done = subprocess.run(["ssh-keygen", "-Y", "verify", "-n", "git", "-f", signers, "-I", person, "-s", signature,
                               f"-Overify-time={at.strftime('%Y%m%d%H%M%S')}Z"], input=commit.payload,
                              capture_output=True, env=os.environ | {"TZ": "UTC"})
        return done.returncode == 0


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
        self.reinstated = {}
        self.contents, self.approved, self.submitted, self.executed = {}, {}, set(), {}
        self.changed = {}
        latest = None
        landed = self.reached(self.root, set())
        for index, name in enumerate(self.mainline):
            commit = self.commit(name)
            latest = max(filter(None, [latest, commit.committed]))
            if latest > self.as_of + timedelta(minutes=5):
                break
            unit = []
            if index:
                new = self.reached(name, landed)
                landed |= new
                # Parents before children: by how many commits of the unit each one reaches.
                unit = sorted(map(self.commit, new), key=lambda one: (len(self.reached(one.name, landed - new)), one.name))
            self.land(index, commit, unit, latest)

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

    def land(self, index, commit, unit, at):
        policy = self.policy
        self.index, self.now = index, commit
        self.contents_at(index, commit)
        for one in unit:
            self.edited(index, one, policy)
        self.landed_before = set(self.commits) - {one.name for one in unit}
        for one in unit:
            record = read_record(one.message)
            if record is not None:
                self.record(index, one, record, policy, at, unit)
        self.amend(commit)
        for change in list(self.contents):
            digest = self.digest(change, commit.files)
            last = self.approved.get(change, [])
            if digest and not (last and last[-1][0] == digest) and self.is_met(change, digest, policy, self.need(change)):
                self.approved.setdefault(change, []).append((digest, index, policy, self.need(change)))

    def contents_at(self, index, commit):
        before, citations = self.commit(self.mainline[index - 1]).files if index else {}, []
        for path in set(before) | set(commit.files):
            found = SUBJECT.fullmatch(path)
            if not found or before.get(path) == commit.files.get(path):
                continue
            change, name = found.groups()
            self.changed[change] = index
            self.contents.setdefault(change, [])
            if name == "request.md" and path in commit.files:
                self.submitted.add(change)
            if name.startswith("execution-") and path in commit.files:
                text = self.repository.read(commit.files[path]).decode()
                cited = re.search(r"^approval_set: sha256:([0-9a-f]{64})$", text, re.M)
                if cited:
                    citations.append((change, cited[1]))
        for change, cited in citations:
            # Only what stood just before, or stands now, can have been carried out.
            if cited in (self.digest(change, commit.files), *self.contents[change][-1:]):
                self.executed.setdefault(change, set()).add(cited)
        for change, contents in self.contents.items():
            digest = self.digest(change, commit.files)
            if digest and (not contents or contents[-1] != digest):
                contents.append(digest)

    def digest(self, change, files, covers=("request", "runbook")):
        folder = f"content/changes/{change[4:8]}/{change}/"
        own = {path[len(folder):]: blob for path, blob in files.items() if path.startswith(folder)}
        covered = [path for path in own if path.startswith("files/") or path in [f"{name}.md" for name in covers]]
        lines = [f"{self.repository.sha256(own[path])}  {path}\n" for path in sorted(covered, key=str.encode)]
        return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else None

    def need(self, change):
        path = f"content/changes/{change[4:8]}/{change}/request.md"
        if path not in self.now.files:
            return None
        text = self.repository.read(self.now.files[path]).decode()
        slot = re.search(r"slot: \{start: (\S+), end: (\S+),", text)
        supersedes = re.search(r"^supersedes: (\S+)$", text, re.M)
        return {
            "class": "major" if "extent: significant" in text else "minor",
            "start": utc(slot[1]), "end": utc(slot[2]), "owner": "alice",
            "supersedes": supersedes and supersedes[1],
        }

    def edited(self, index, commit, policy):
        touched = None
        for parent in commit.parents or [None]:
            before = self.commit(parent).files if parent else {}
            differs = {path for path in set(before) | set(commit.files) if before.get(path) != commit.files.get(path)}
            touched = differs if touched is None else touched & differs
        changes = {found[1] for found in map(SUBJECT.fullmatch, touched) if found}
        if not changes:
            return
        own, also = commit.emails()
        key = self.verifier.key(commit)
        signer = self.holder(policy, key)
        people = {policy.emails[email] for email in own if email in policy.emails} | ({signer} if signer else set())
        unknown = set() if signer else {email for email in own if email not in policy.emails}
        helpers = {policy.emails[email] for email in also if email in policy.emails}
        for change in changes:
            self.edits.append((index, change, people, helpers, unknown, signer is None))

    def holder(self, policy, key):
        if not key or key not in policy.keys:
            return None
        person = policy.keys[key][0].split()[0]
        return person if person in policy.people else None

    # One record.

    def record(self, index, commit, said, policy, at, unit):
        reasons = set()
        parent = self.commit(commit.parents[0]) if commit.parents else None
        if said is False:
            reasons.add("record-malformed")
            said = {}
        if len(commit.parents) != 1 or parent.tree != commit.tree:
            reasons.add("record-not-pure")
        if commit.header["author"] != commit.header["committer"]:
            reasons.add("record-rewritten")
        if commit.committed > self.as_of + timedelta(minutes=5):
            reasons.add("future-date")
        key = self.verifier.key(commit)
        person = self.holder(policy, key)
        if commit.unsupported:
            reasons.add("unsupported")
            person = said.get("Signer")
        elif person is None:
            reasons.add("no-known-key")
        elif said:
            if person != said["Signer"]:
                reasons.add("signer-mismatch")
            elif not self.verifier.is_valid(commit, policy, person, at):
                reasons.add("key-not-valid")
            for revocation in policy.revocations:
                if revocation["key"] == key:
                    if revocation["kind"] == "compromised":
                        reasons.add("compromised")
                    elif at >= utc(revocation["since"]):
                        reasons.add("retired")
        if said:
            if said["Context"] != policy.data["context"] or said["Trust-Root"] != self.root:
                reasons.add("of-another-repository")
            if "Role" in said and not policy.holds(said["Signer"], said["Role"]):
                reasons.add("role-not-held")
            if "Subject" in said:
                covers = [name.strip() for name in said.get("Covers", "").split(",") if name.strip()]
                folder = f"content/changes/{said['Document'][4:8]}/{said['Document']}/"
                missing = [name for name in covers if f"{folder}{name}.md" not in commit.files]
                own = {path: blob for path, blob in commit.files.items() if path.startswith(folder)}
                names = covers or [path[len(folder):-3] for path in own if path.endswith(".md")]
                if not own or missing or said["Subject"] != "sha256:" + str(self.digest(said["Document"], commit.files, names)):
                    reasons.add("subject-mismatch")
        above = {one.name for one in unit} & self.reached(commit.name, self.landed_before) if said else set()
        record = {"id": commit.name, "said": said, "reasons": reasons, "person": person, "index": index, "at": at,
                  "policy": policy, "above": above, "key": key}
        if said and said["Decision"] == "amend-policy" and not reasons:
            vote = (said["Policy-From"], said["Policy-To"], said["Serial"])
            now = Policy(self.repository, commit.files).digest
            if policy.holds(person, "policy-admin") and said["Policy-To"] == "sha256:" + now:
                self.votes.setdefault(vote, set()).add(person)
        if said and said["Decision"] == "reinstate" and not reasons:
            signed = self.reinstated.setdefault(said["Of"], set())
            if policy.holds(person, "policy-admin"):
                signed.add(person)
            if len(signed) >= policy.quorum:
                for other in self.records:
                    if other["id"] == said["Of"]:
                        other["reasons"].discard("compromised")
        if said and said.get("Document") in self.contents:
            self.records.append(record)

    def amend(self, commit):
        if {path: blob for path, blob in commit.files.items() if path.startswith("policy/")} == self.policy.files:
            return
        new = Policy(self.repository, commit.files)
        if new.digest == self.policy.digest:
            return
        serial = self.policy.serial + 1
        vote = ("sha256:" + self.policy.digest, "sha256:" + new.digest, str(serial))
        admins = [person for person in new.people if new.holds(person, "policy-admin")]
        if new.serial == serial and len(self.votes.get(vote, set())) >= self.policy.quorum and len(admins) >= new.quorum:
            self.policy = new
            compromised = {one["key"] for one in new.revocations if one["kind"] == "compromised"}
            for record in self.records:
                if record["key"] in compromised:
                    record["reasons"].add("compromised")

    # The matrix.

    def records_of(self, change, decisions, valid):
        return [one for one in self.records if one["said"]["Document"] == change
                and one["said"]["Decision"] in decisions and valid(one)]

    def is_retracted(self, record, change, valid):
        return any(one["said"]["Of"] == record["id"] and one["person"] == record["person"]
                   for one in self.records_of(change, ["retract"], valid))

    def standing(self, change, digest, valid):
        others = [index for other, index, *_ in self.approved.get(change, []) if other != digest]
        since = max(others, default=-1)
        return [one for one in self.records_of(change, ["approve"], valid)
                if one["said"]["Subject"] == "sha256:" + digest and one["index"] > since
                and {name.strip() for name in one["said"].get("Covers", "").split(",")} == {"request", "runbook"}
                and not self.is_retracted(one, change, valid)]

    def is_met(self, change, digest, policy, need, valid=lambda record: not record["reasons"]):
        return self.quorum(change, digest, policy, need, valid) is not None

    def quorum(self, change, digest, policy, need, valid):
        """The greatest set of people who fill the matrix, or nothing."""
        if need is None:
            return None
        rules = policy.data["class"][need["class"]]
        approved = self.approved.get(change, [])
        since = max([index for other, index, *_ in approved if other != digest], default=-1)
        until = approved[-1][1] if approved and approved[-1][0] == digest else len(self.mainline)
        standing = self.standing(change, digest, valid)
        if not standing:
            return None
        excluded = set()
        for index, edited, people, helpers, unknown, unsigned in self.edits:
            if edited == change and since < index <= until:
                if unknown or (unsigned and rules["signed_edits"] == "required"):
                    return None
                excluded |= people | helpers
        standing = [one for one in standing if one["person"] not in excluded]
        places = [line["role"] for line in rules["require"] for _ in range(line["min"])]
        people = sorted({one["person"] for one in standing})
        may = {role: [person for person in people if any(
            one["person"] == person and one["said"]["Role"] == role and one["policy"].holds(person, role)
            for one in standing)] for role in set(places)}
        for choice in itertools.product(*[may[role] for role in places]):
            by_role = {}
            for role, person in zip(places, choice):
                by_role.setdefault(role, []).append(person)
            if all(len(set(chosen)) == len(chosen) for chosen in by_role.values()):
                if len(set(choice)) >= rules["distinct_principals"]:
                    return set(choice)
        return None

    # The status.

    def judged(self, change):
        """What is judged: (digest, policy, need)."""
        executed = self.executed.get(change, set())
        approved = self.approved.get(change, [])
        for digest in reversed(self.contents[change]):
            if digest in executed:
                for other, _, policy, need in reversed(approved):
                    if other == digest:
                        return digest, policy, need
                return digest, self.policy, self.now_need(change)
        present = self.digest(change, self.now.files)
        if approved and approved[-1][0] == present:
            return present, approved[-1][2], approved[-1][3]
        return present, self.policy, self.now_need(change)

    def now_need(self, change):
        return self.need(change)

    def status(self, change):
        digest, policy, need = self.judged(change)
        counts = lambda record: not record["reasons"]
        if digest is None:
            return "draft" if change in self.submitted else "invalid"
        status = self.plain(change, digest, policy, need, counts)
        if status == "before-adoption":
            return status
        def is_doubtful(record):
            return record["reasons"] == {"unsupported"} and not any(
                counts(other) and other["person"] == record["person"] and other["index"] >= record["index"]
                and other["said"].get("Subject") == "sha256:" + digest
                for other in self.records if other["said"].get("Document") == change)

        doubtful = lambda record: counts(record) or is_doubtful(record)
        if self.final(change, doubtful) != self.final(change, counts):
            return "unverifiable"
        hit = lambda record: record["reasons"] <= {"compromised"}
        if not self.is_met(change, digest, policy, need) and self.is_met(change, digest, policy, need, hit):
            return "revoked"
        return status

    def plain(self, change, digest, policy, need, counts):
        own = [one for one in self.records if one["said"].get("Document") == change and counts(one)]
        if self.changed[change] == 0 and not own:
            return "before-adoption"
        for one in self.records_of(change, ["withdraw"], counts):
            manager = one["policy"].holds(one["person"], "change-manager")
            if manager or (need and need["owner"] == one["person"]):
                return "withdrawn"
        if need:
            rules = policy.data["class"][need["class"]]
            roles = {line["role"] for line in rules["require"]} | set(rules["veto_roles"])
            for one in self.records_of(change, ["reject"], counts):
                if one["said"]["Subject"] != "sha256:" + digest or one["said"]["Role"] not in roles:
                    continue
                later = [other for other in self.records_of(change, ["approve"], counts)
                         if other["person"] == one["person"] and other["said"]["Subject"] == one["said"]["Subject"]
                         and (other["index"] > one["index"]
                              or (other["index"] == one["index"] and one["id"] in other["above"]))]
                if not later and not self.is_retracted(one, change, counts):
                    return "rejected"
        people = self.quorum(change, digest, policy, need, counts)
        if people:
            rules = policy.data["class"][need["class"]]
            executed = digest in self.executed.get(change, set())
            days = lambda text: timedelta(days=int(text.removesuffix("d")))
            return (people, rules, executed, days)
        if any(other != digest for other, *_ in self.approved.get(change, [])) or any(one["said"]["Subject"] != "sha256:" + digest
                                            for one in self.records_of(change, ["approve"], counts)):
            return "stale"
        return "in-review" if change in self.submitted else "draft"

    def final(self, change, counts):
        """The status by the records that count, with what time makes of it."""
        digest, policy, need = self.judged(change)
        found = self.plain(change, digest, policy, need, counts)
        return self.timed(change, digest, policy, need, found, counts) if isinstance(found, tuple) else found

    def timed(self, change, digest, policy, need, found, counts=lambda record: not record["reasons"]):
        people, rules, executed, days = found
        standing = self.standing(change, digest, counts)
        last = max(one["at"] for one in standing if one["person"] in people)
        if not executed and (self.as_of >= last + days(rules["approval_ttl"]) or self.as_of >= need["end"]):
            return "expired"
        return "approved-late" if last > need["start"] - days(rules["approval_lead"]) else "approved"

    def all(self):
        found = {}
        for change in self.contents:
            status = self.status(change)
            if isinstance(status, tuple):
                status = self.timed(change, *self.judged(change), status)
            found[change] = status
        for change in self.contents:
            need = self.need_of_subject(change)
            if found[change] in ("approved", "approved-late") and need and need["supersedes"] in found:
                old = need["supersedes"]
                if found[old] not in ("invalid", "before-adoption", "unverifiable", "revoked", "withdrawn", "rejected"):
                    found[old] = "superseded"
        return found

    def need_of_subject(self, change):
        return self.judged(change)[2]


if __name__ == "__main__":
    print(json.dumps(Judge(sys.argv[1], sys.argv[2]).all(), indent=1, sort_keys=True))
