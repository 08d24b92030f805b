#!/usr/bin/env python3
"""Writes a repository with a random history of changes, documents, decisions and policies.

    history.py KEYS REPOSITORY...

The seed is the repository's name: the same makes the same history, but for the signatures' bytes where a key is
made anew. KEYS is a folder in which the people's keys are made once; carol signs with OpenPGP. The file `as-of`
beside the objects says at which moment the history is to be judged.
"""

import hashlib
import os
import random
import sys

import policies
from objects import Keys, Objects, instant
from policies import DAY, PEOPLE, Policy

SSH_KEYS = ["alice", "bob", "dave", "erin", "bob2", "mallory"]
OPENPGP = "carol"
CHANGES = ["MCM-2026-0001", "MCM-2026-0002", "MCM-2026-0003"]
EMERGENCY = "MCM-2026-0004"
# It stands since before there was a policy.
OLD = "MCM-2025-0001"
DOCUMENTS = {
    "process/roles": "kind: guide\ntitle: Roles\nversion: 1\nchapter: roles",
    "process/people": "kind: guide\ntitle: Roles\nversion: 1\nchapter: roles",
    "windows/year-end": "kind: window\ntitle: Year end\ntype: freeze\nlevel: hard\ntz: UTC\n"
                        "start: 2031-12-24T00:00\nend: 2031-12-31T00:00",
    "standard/reboot": "kind: standard\ntitle: Restart\nowner: alice\nlimits: {services: [SERVICES]}",
    "standard/restart": "kind: standard\ntitle: Restart\nowner: alice\nlimits: {services: [SERVICES]}",
    "services/checkout": "kind: service\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop",
    "services/search": "kind: service\ntitle: Search\nowner: alice\ntier: 3\nteam: shop",
    "drafts/idea": "title: Idea",
    "drafts/roles": "kind: guide\ntitle: Roles to come\nversion: 2\nchapter: roles",
}
# What a document may be called instead.
RENAMED = {"process/roles": "process/people", "process/people": "process/roles", "standard/restart": "standard/reboot",
           "standard/reboot": "standard/restart"}
START = 1767600000  # 2026-01-05T08:00:00Z
# How long the key of erin may sign, and that of the certificate that ends.
ENDS = 6 * DAY


def is_change(subject):
    return subject.startswith("MCM-")


def folder(change):
    return f"content/changes/{change[4:8]}/{change}/"


def path_of(tree, document):
    """Where a document stands: either of the two paths that give its id, or the one where it would."""
    both = [f"content/{document}.md", f"content/{document}/index.md"]
    return next((path for path in both if path in tree), both[0])


def digest(tree, subject, names=("request", "runbook")):
    """The subject digest."""
    if is_change(subject):
        start = folder(subject)
        files = {path[len(start):]: content for path, content in tree.items() if path.startswith(start)}
        files = {path: content for path, content in files.items()
                 if path.startswith("files/") or path in [f"{name}.md" for name in names]}
    else:
        files = {subject: tree.get(path_of(tree, subject), b"")}
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in
             sorted(files.items(), key=lambda entry: entry[0].encode())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class History:
    def __init__(self, repository, keys):
        self.chance = random.Random(int(os.path.basename(repository)))
        self.objects = Objects(repository, keys)
        self.trees = self.objects.trees
        self.now, self.policy = START, Policy(keys, START + ENDS)
        # What people speak of most, so that something is decided about it.
        self.focus = self.chance.choice(CHANGES[:2] * 2 + [EMERGENCY] * 3 + [
            "process/roles", "windows/year-end", "standard/restart", OLD])
        # Decisions about bytes: (commit, person, subject, digest, decision).
        self.records, self.root = [], None
        # A text that has come to nothing: its commit, and its files.
        self.put_aside = None
        if self.chance.random() < 0.3:
            self.policy.certificate = "ending"
        if self.chance.random() < 0.4:
            self.policy.ttl = 5
        tree = {"book.toml": b"[book]\ntitle = \"Random\"\n"}
        self.write_document(tree, "services/checkout")
        self.write_document(tree, "services/search")
        if self.chance.random() < 0.3 or self.focus == "process/roles":
            self.write_document(tree, "process/roles")
        if self.chance.random() < 0.5 or self.focus == OLD:
            tree[folder(OLD) + "request.md"] = self.request(OLD)
            tree[folder(OLD) + "runbook.md"] = self.runbook()
        # What stands before there is a policy was written by somebody, too.
        writer = self.chance.choice(["alice", "alice", "bob", "dave", "mallory"])
        begun = self.commit(writer, "Begin", [], tree, self.chance.choice([writer, None]))
        tree = dict(tree)
        self.policy.write(tree)
        self.head = self.root = self.commit("alice", "Adopt a policy", [begun], tree, "alice")

    def commit(self, person, message, parents, tree, key=None, **odd):
        return self.objects.commit(person, message, parents, tree, self.now, key, **odd)

    # What stands in the files.

    def request(self, change):
        chance = self.chance
        if chance.random() < 0.04:
            return b"---\ntitle: [\nowner: alice\n---\n\nIt cannot be read.\n"
        nth = int(change[-1]) - 1
        slot = START + (7 + 9 * nth) * DAY + chance.choice([0, 0, 0, 3 * DAY])
        extent = chance.choice(["minor", "minor", "minor", "significant"])
        more = f"supersedes: {CHANGES[nth - 1]}\n" if change in CHANGES[1:] and chance.random() < 0.5 else ""
        if change == EMERGENCY and chance.random() < 0.95:
            slot = self.now + chance.choice([3600, 6 * 3600, 2 * DAY, 40 * DAY])
            more = "class: emergency\nincident: INC-1\n"
        elif chance.random() < 0.04:
            more += f"class: {chance.choice(['major', 'grave'])}\n"
        end = f"end: {instant(slot + 7200)}, " if chance.random() < 0.96 else ""
        text = (f"---\ntitle: Change {nth}\nowner: alice\nservices: [{self.services()}]\n"
                f"change: {{types: [code], extent: {extent}, novelty: routine, reversibility: reversible}}\n"
                f"impact: {{downtime: 0m, customer: none}}\n{more}"
                f"slot: {{start: {instant(slot)}, {end}tz: UTC}}\n---\n\n"
                f"## Description\n\nText {chance.randrange(1000)}.\n")
        return text.encode()

    def services(self):
        """Names of services: mostly those that there are."""
        return self.chance.choices(["checkout", "checkout, search", "services/search", "chekout", ""], [20, 3, 1, 1, 1])[0]

    def runbook(self):
        step = self.chance.choice([0, 0, 0, 1])
        title = "[" if self.chance.random() < 0.02 else "Plan"
        return (f"---\ntitle: {title}\n---\n\nNote {self.chance.randrange(4)}.\n\n## Execution\n\n### Step 1: Begin\n\n"
                f"- Owner: @alice\n- Estimate: {5 + step}m\n").encode()

    def write_document(self, tree, document):
        front, chance = DOCUMENTS[document], self.chance
        front = "title: [" if chance.random() < 0.04 else front.replace("SERVICES", self.services())
        tree[path_of(tree, document)] = f"---\n{front}\n---\n\nText {chance.randrange(3)}.\n".encode()

    # What people decide.

    def tick(self):
        self.now += self.chance.choice([60, 600, 3600, 6 * 3600, DAY // 2, DAY])

    def trailers(self, decision, person, pairs):
        lines = ["Mcm-Record: v1", f"Mcm-Decision: {decision}"] + [f"Mcm-{key}: {value}" for key, value in pairs]
        lines += ["Mcm-Context: random", f"Mcm-Trust-Root: {self.root}", f"Mcm-Signer: {person}"]
        text = "" if decision == "authorise-alone" and self.chance.random() < 0.5 else "Read.\n\n"
        return f"{decision}\n\n{text}" + "\n".join(lines)

    def subject(self):
        chance = self.chance
        if chance.random() < 0.55:
            return self.focus
        return chance.choice(CHANGES + CHANGES[:2] + [EMERGENCY, OLD] + list(DOCUMENTS))

    def decision(self, subject):
        words = ["approve", "reject", "retract", "withdraw", "reinstate", "acknowledge", "review", "ratify"]
        weights = [40, 2, 3, 1 if is_change(subject) else 0, 2, 1, 1, 2]
        if subject == EMERGENCY:
            words, weights = words + ["authorise", "authorise-alone"], [8] + weights[1:-1] + [16, 25, 1]
        return self.chance.choices(words, weights)[0]

    def role(self, person, decision):
        chance, own = self.chance, policies.ROLES[person] + ["manager"] * (person in self.policy.managers)
        if person in policies.OWNERS:
            own = own + ["service-owner"]
        if decision in ("authorise", "authorise-alone"):
            own = [role for role in own if role in ("incident-lead", "on-call-manager")] or own + ["peer"]
        elif chance.random() < 0.06:
            own = ["manager", "change-manager", "security"]
        elif self.focus == "standard/restart" and "service-owner" in own and chance.random() < 0.6:
            own = ["service-owner"]
        elif "manager" in own and chance.random() < 0.6:
            own = ["manager"]
        else:
            own = ["peer", "peer"] + own
        return chance.choice(own)

    def pairs(self, decision, person, subject, tree):
        """The trailers of a decision's own; nothing where there is nothing to speak of."""
        chance = self.chance
        said = digest(tree, subject) if chance.random() >= 0.04 else "0" * 64
        covers = []
        if is_change(subject):
            names = chance.choices(["request, runbook", "request"], [30, 1])[0]
            covers = [("Covers", names)]
            if names == "request":
                said = digest(tree, subject, ("request",))
        elif chance.random() < 0.03:
            covers = [("Covers", "request")]
        meant = [("Meaning", "I read it."), ("Document", subject)]
        bound = covers + [("Subject", f"sha256:{said}")]
        if decision == "retract":
            own = [one for one in self.records if one[1] == person] or self.records
            if not own:
                return None
            of, _, subject, *_ = chance.choice(own)
            covers = [("Covers", "request, runbook")] if is_change(subject) else []
            return [("Document", subject)] + covers + [("Subject", f"sha256:{digest(tree, subject)}"), ("Of", of)]
        if decision == "reinstate":
            return [("Meaning", "It was them."), ("Of", chance.choice(self.records)[0])] if self.records else None
        if decision in ("withdraw", "acknowledge", "review"):
            return meant + bound
        pairs = [("Role", self.role(person, decision))] + meant + bound
        if decision.startswith("authorise"):
            pairs.append(("Incident", "INC-1"))
        if decision == "approve" and is_change(subject):
            others = [one[3] for one in self.records if one[2] == subject and one[3] != said and one[4] == "approve"
                      and (one[1] == person or chance.random() < 0.1)]
            if others and chance.random() < 0.8:
                pairs.append(("Carries", f"sha256:{others[-1]}"))
        return pairs

    def record(self, parent, tree, person=None, subject=None, decision=None):
        """A decision on a branch whose tip and tree are given; gives the new tip."""
        chance = self.chance
        person = person or chance.choices(PEOPLE, [1, 4, 4, 3, 1])[0]
        subject = subject or self.subject()
        decision = decision or self.decision(subject)
        pairs = self.pairs(decision, person, subject, tree)
        if pairs is None:
            return parent
        message = self.trailers(decision, person, pairs)
        odd, key, changed = {}, "bob2" if person == "bob" and chance.random() < 0.3 else person, tree
        strange = chance.random()
        if strange < 0.03:
            key = chance.choice(SSH_KEYS + [OPENPGP])
        elif strange < 0.05:
            key = None
        elif strange < 0.07:
            odd["written"] = self.now - 60
        elif strange < 0.09:
            odd["altered"] = True
        elif strange < 0.10:
            odd["namespace"] = "file"
        elif strange < 0.12:
            changed = dict(tree) | {"content/note.md": f"# {self.now}\n".encode()}
        elif strange < 0.13:
            message += "\n  and more"
        elif strange < 0.15:
            odd["header"] = "gpgsig-sha256"
        commit = self.commit(person, message, [parent], changed, key, **odd)
        said = dict(pairs)
        if decision in ("approve", "reject", "authorise", "ratify"):
            self.records.append((commit, person, said["Document"], said["Subject"][7:], decision))
        return commit

    # What people write.

    def edit(self, parent, tree):
        chance, tree = self.chance, dict(tree)
        if chance.random() < 0.3:
            self.edit_document(tree)
        else:
            change = self.focus if is_change(self.focus) and chance.random() < 0.5 else chance.choice(
                CHANGES + CHANGES + [EMERGENCY, OLD])
            self.edit_change(tree, change)
        person = chance.choice(["alice", "alice", "alice", "dave", "carol", "mallory"])
        if tree.keys() != self.trees[parent].keys() and any("/execution-" in path for path in tree):
            person = "dave"
        message = "Edit"
        if chance.random() < 0.15:
            message += f"\n\nCo-authored-by: X <{chance.choice(PEOPLE)}@a.example>"
        key = person if chance.random() < 0.7 else None
        if person == "mallory" and chance.random() < 0.5:
            key = "dave"
        return self.commit(person, message, [parent], tree, key)

    def edit_document(self, tree):
        """A new text, mostly; a move to the other path of its id; or an end."""
        chance = self.chance
        document = self.focus if self.focus in DOCUMENTS and chance.random() < 0.5 else chance.choice(list(DOCUMENTS))
        path, what = path_of(tree, document), chance.random()
        if path not in tree or what < 0.5:
            self.write_document(tree, document)
        elif what < 0.75 and document in RENAMED and path_of(tree, RENAMED[document]) not in tree:
            tree[path_of(tree, RENAMED[document])] = tree.pop(path)
        elif what < 0.9:
            content = tree.pop(path)
            tree[f"content/{document}.md" if path.endswith("/index.md") else f"content/{document}/index.md"] = content
        else:
            del tree[path]

    def edit_change(self, tree, change):
        chance, start = self.chance, folder(change)
        what = chance.choices(["request", "runbook", "file", "notice", "remove", "execution"], [3, 5, 2, 2, 1, 1])[0]
        if change == EMERGENCY and chance.random() < 0.5:
            what = "execution"
        if start + "request.md" not in tree and chance.random() < 0.1:
            tree[start + "runbook.md"] = self.runbook()
        elif what == "request" or start + "request.md" not in tree:
            tree[start + "request.md"] = self.request(change)
            tree.setdefault(start + "runbook.md", self.runbook())
        elif what == "runbook":
            tree[start + "runbook.md"] = self.runbook()
        elif what == "file":
            name = "files/a.csv" if chance.random() < 0.95 else "files/a\\b.csv"
            tree[start + name] = f"{chance.randrange(3)}\n".encode()
        elif what == "notice":
            tree[start + "notice-a.md"] = f"---\ntitle: N\n---\n{chance.randrange(99)}\n".encode()
        elif what == "execution" and (change == EMERGENCY or chance.random() < 0.4):
            self.execute(tree, change)
        elif any(path.startswith(start + "files/") for path in tree):
            del tree[next(path for path in sorted(tree) if path.startswith(start + "files/"))]
        elif chance.random() < 0.2:
            tree.pop(start + chance.choice(["request.md", "runbook.md"]), None)

    def focus_text(self, tree):
        """Another text of what is spoken of most: path and content."""
        if is_change(self.focus):
            return {folder(self.focus) + "runbook.md": self.runbook()}
        self.write_document(tree, self.focus)
        path = path_of(tree, self.focus)
        return {path: tree[path]}

    def execute(self, tree, change):
        """An execution of what stands, or now and then of what somebody signed once."""
        signed = [one[3] for one in self.records if one[2] == change]
        cited = self.chance.choice(signed) if signed and self.chance.random() < 0.3 else digest(tree, change)
        text = f"---\ntitle: Run\napproval_set: sha256:{cited}\n---\n"
        tree[folder(change) + "execution-1.md"] = text.encode()

    def amend(self, parent, tree, compromised=None):
        chance, before = self.chance, self.policy
        old, tree = policies.digest(tree), dict(tree)
        self.policy = before.copy()
        self.policy.change(chance, self.now, SSH_KEYS[:5] + [OPENPGP], compromised)
        self.policy.write(tree)
        new, serial = policies.digest(tree), self.policy.serial
        tip = self.commit("alice", "Amend", [parent], tree, "alice")
        voters = chance.sample(PEOPLE[:4], 4 if compromised else chance.choice([1, 2, 2, 3, 3]))
        counted = [person for person in voters if person in before.admins]
        for person in voters:
            pairs = [("Policy-From", f"sha256:{old}"), ("Policy-To", f"sha256:{new}"), ("Serial", serial)]
            self.now += 60
            tip = self.commit(person, self.trailers("amend-policy", person, pairs), [tip], tree, person)
        if len(counted) < before.quorum or serial != before.serial + 1:
            # It may wait for ever: what is written next begins with the old one again.
            self.policy = before
            if chance.random() < 0.5:
                tree = dict(tree)
                self.policy.write(tree)
                tip = self.commit("alice", "Take it back", [tip], tree, "alice")
        return tip

    # How it comes to the mainline.

    def act(self, parent):
        kind = self.chance.choices([self.record, self.edit, self.amend], [16, 3, 1])[0]
        return kind(parent, self.trees[parent])

    def merge(self, tips, first=None):
        """Merges branches: the newest content of each path that a branch changed wins."""
        parents = [first or self.head] + [tip for tip in tips if tip != (first or self.head)]
        tree = dict(self.trees[parents[0]])
        for tip in parents[1:]:
            base = self.trees[self.base]
            for path in set(base) | set(self.trees[tip]):
                if self.trees[tip].get(path) != base.get(path):
                    if path in self.trees[tip]:
                        tree[path] = self.trees[tip][path]
                    else:
                        tree.pop(path, None)
        if self.chance.random() < 0.06:
            tree[folder(CHANGES[0]) + "runbook.md"] = self.runbook()
        person = self.chance.choice(["alice", "dave", "bob"])
        return self.commit(person, "Merge", parents, tree, person if self.chance.random() < 0.2 else None)

    def step(self, way=None):
        chance = self.chance
        self.base = self.head
        ways = ["direct", "branch", "several", "foxtrot", "gather", "detour"]
        way = way or chance.choices(ways, [8, 4, 8, 1, 1, 1])[0]
        self.tick()
        if way == "direct":
            self.head = self.act(self.head)
        elif way == "branch":
            tip = self.head
            for _ in range(chance.choice([1, 2, 3])):
                tip = self.act(tip)
                self.now += 60
            self.tick()
            if tip != self.head:
                self.head = self.merge([tip])
        elif way == "several":
            tips = []
            subject = self.focus if chance.random() < 0.6 else chance.choice(CHANGES[:2])
            for person in chance.sample(PEOPLE[1:], chance.choice([2, 3, 4])):
                tips.append(self.record(self.head, self.trees[self.head], person, subject))
                self.now += 60
            self.tick()
            if chance.random() < 0.5:
                self.head = self.merge(tips)
            else:
                for tip in tips:
                    if tip != self.head:
                        self.head = self.merge([tip])
                        self.now += 60
        elif way == "gather":
            decisions = ["authorise"] + ["ratify"] * chance.choice([0, 1]) if self.focus == EMERGENCY else ["approve"]
            for decision in decisions:
                for person in chance.sample(PEOPLE[1:], 4) + chance.sample(PEOPLE[1:4], 2):
                    # Some ratify what is no emergency, and have said nothing with it.
                    said = "ratify" if decision == "approve" and chance.random() < 0.1 else decision
                    self.head = self.record(self.head, self.trees[self.head], person, self.focus, said)
                    self.now += 60
        elif way == "detour":
            # A merge takes nothing of a branch, and a later one takes all: no commit of that landing wrote it.
            own = self.edit(self.head, self.trees[self.head])
            self.now += 60
            self.head = self.commit("dave", "Merge", [self.head, own], self.trees[self.head], "dave")
            if chance.random() < 0.5:
                self.tick()
                self.head = self.act(self.head)
            self.tick()
            if chance.random() < 0.8:
                self.head = self.merge([own])
        else:
            own = self.edit(self.head, self.trees[self.head])
            self.now += 60
            theirs = self.record(self.head, self.trees[self.head])
            self.tick()
            self.head = self.merge([theirs], first=own)

    def put_text_aside(self):
        """A text by somebody who signs: the merge takes nothing of it, and others sign what stands."""
        tree, own = self.trees[self.head], dict(self.trees[self.head])
        text = self.focus_text(own)
        own = self.commit("dave", "Text", [self.head], own | text, "dave")
        self.now += 60
        self.head = self.commit("alice", "Merge", [self.head, own], tree, "alice")
        self.put_aside = (own, text)

    def end(self):
        """What becomes of that which many have signed."""
        chance, tree = self.chance, self.trees[self.head]
        what = chance.choice(["nothing", "compromise", "compromise", "doubt", "doubt", "doubt", "withdraw", "execute",
                              "execute", "mend", "again", "again"])
        if chance.random() < 0.15:
            what = {EMERGENCY: "execute", CHANGES[0]: "mend", CHANGES[1]: "mend"}.get(self.focus, what)
        if is_change(self.focus) and self.policy.ttl == 5 and chance.random() < 0.4:
            what = "again"
        if self.put_aside:
            what = "detour"
        self.tick()
        if what == "compromise":
            self.head = self.amend(self.head, tree, chance.choice(["bob", "dave", OPENPGP]))
        elif what == "doubt":
            together = chance.random() < 0.6
            decision = "reject" if together else chance.choice(["approve", "reject", "reject"])
            said = self.trailers(decision, "dave", self.pairs(decision, "dave", self.focus, tree))
            self.base = tip = self.head
            if together:
                # What is clear and what is not land at once: the order of the branch tells which is the answer.
                tip = self.record(tip, tree, "dave", self.focus, "approve")
                self.now += 60
            tip = self.commit("dave", said, [tip], tree, "dave", header="gpgsig-sha256")
            self.head = self.merge([tip]) if together else tip
        elif what == "withdraw" and is_change(self.focus):
            self.head = self.record(self.head, tree, chance.choice(["alice", "bob"]), self.focus, what)
        elif what == "mend" and is_change(self.focus):
            # A small edit, mostly, and those who signed before carry what was signed over it.
            tree = dict(tree)
            tree[folder(self.focus) + "runbook.md"] = self.runbook()
            self.head = self.commit("alice", "Mend", [self.head], tree, "alice")
            for person in chance.sample(PEOPLE[1:4], chance.choice([1, 2])):
                self.now += 60
                self.head = self.record(self.head, tree, person, self.focus, "approve")
        elif what == "detour":
            # What had come to nothing is taken up again, and signed by its author.
            taken = dict(tree)
            taken.update(self.put_aside[1])
            self.head = self.commit("alice", "Take it up", [self.head, self.put_aside[0]], taken, "alice")
            for person in ["bob", "dave", "bob", "dave"]:
                self.now += 60
                self.head = self.record(self.head, self.trees[self.head], person, self.focus, "approve")
        elif what == "execute" and is_change(self.focus):
            tree = dict(tree)
            self.execute(tree, self.focus)
            self.head = self.commit("dave", "Ran", [self.head], tree, chance.choice(["dave", None]))
        elif what == "again":
            # Some of those who have signed sign again, near the end of what they gave, or when it is late.
            for person in chance.sample(PEOPLE[1:4], chance.choice([1, 1, 2, 3])):
                self.now += chance.choice([60, DAY, 2 * DAY, 4 * DAY, 5 * DAY])
                self.head = self.record(self.head, tree, person, self.focus, "approve")

    def run(self):
        tree = dict(self.trees[self.head])
        for change in CHANGES[:2] + [EMERGENCY] * (self.focus == EMERGENCY):
            tree[folder(change) + "request.md"] = self.request(change)
            tree[folder(change) + "runbook.md"] = self.runbook()
        for document in ["process/roles", "windows/year-end", "standard/restart"]:
            if self.chance.random() < 0.5 or self.focus == document:
                self.write_document(tree, document)
        self.tick()
        self.head = self.commit("alice", "Request", [self.head], tree, "alice")
        for _ in range(self.chance.choice([8, 14, 20])):
            self.step()
        if self.chance.random() < 0.75:
            if self.chance.random() < 0.15:
                self.put_text_aside()
            self.step("gather")
            self.end()
        self.objects.finish(self.head)
        as_of = self.now + self.chance.choice([0, 0, 3600, 3 * DAY, 12 * DAY, 60 * DAY])
        with open(os.path.join(self.objects.repository, ".git/as-of"), "w") as file:
            file.write(instant(as_of))


if __name__ == "__main__":
    own = Keys(sys.argv[1], SSH_KEYS, OPENPGP, START + ENDS)
    for folder_of_one in sys.argv[2:]:
        History(folder_of_one, own).run()
