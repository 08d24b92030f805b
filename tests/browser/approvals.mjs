// A repository with keys, a policy and changes in several states of approval, made with git, ssh-keygen and
// the program's own commands; and the site that is built from it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { binary } from "./browser.mjs";

const people = { alice: "Alice Moreau", bob: "Bob Ekström", carol: "Carol Tan", dave: "Dave Okafor" };

const request = (title, more = "") => `---
title: ${title}
owner: alice
services: [checkout]
change: {types: [code], extent: minor, novelty: routine, reversibility: reversible}
impact: {downtime: 0m, customer: none}
slot: {start: 2096-06-20T10:00:00Z, end: 2096-06-20T12:00:00Z, tz: UTC}
---

## Description

${title}: the pool of workers grows from four to six, and each is drained before it is replaced.
${more}
`;

let built;
/** Builds the site once; gives its folder. */
export function approvals() {
  if (built) return built;
  const base = mkdtempSync(join(tmpdir(), "mcmbook-approvals-"));
  const repo = join(base, "repo");
  mkdirSync(repo);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", HOME: base };
  const run = (program, ...words) => execFileSync(program, words, { cwd: repo, env, stdio: ["ignore", "pipe", "pipe"] }).toString();
  const git = (...words) => run("git", ...words);
  const write = (path, text) => {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  };
  for (const person of [...Object.keys(people), "mallory"]) {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", join(base, person));
  }
  git("init", "--quiet", "--initial-branch=main");
  const as = (person) => {
    git("config", "user.name", people[person] ?? person);
    git("config", "user.email", `${person}@a.example`);
    git("config", "gpg.format", "ssh");
    git("config", "user.signingkey", join(base, person));
  };
  const commit = (person, message) => {
    as(person);
    git("add", "--all");
    git("commit", "--quiet", "-S", "-m", message);
  };
  const policy = (serial, more) => {
    let text = `schema = 1\nserial = ${serial}\ncontext = "browser"\nprofile = "starter"\nzone = "UTC"\n[amend]\nquorum = 1\n` +
      `[class.minor]\ndistinct_principals = 2\nrequire = [{ role = "peer", min = 1 }, { role = "manager", min = 1 }]\n` +
      `[subject.window]\nrequire = [{ role = "manager", min = 1 }]\n${more}\n`;
    let signers = "";
    for (const [id, name] of Object.entries(people)) {
      const roles = id === "carol" ? `["policy-admin"]` : `["manager", "policy-admin"]`;
      text += `[[principal]]\nid = "${id}"\nname = "${name}"\nemails = ["${id}@a.example"]\nroles = ${roles}\n`;
      signers += `${id} namespaces="git" ${readFileSync(join(base, `${id}.pub`), "utf8")}`;
    }
    write("policy/policy.toml", text);
    write("policy/allowed_signers", signers);
  };
  write("book.toml", '[book]\ntitle = "Changes"\n');
  write("content/index.md", "# Changes\n\nA small book.\n");
  write("content/services/checkout.md", "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n---\n\n# Checkout\n");
  write("content/rota/weekdays.md", "---\ntitle: Who is called on weekdays\n---\n\n# Who is called on weekdays\n\nThe team of checkout.\n");
  policy(1, "");
  commit("alice", "Adopt a policy");
  const change = (number, title) => {
    const folder = `content/changes/2026/MCM-2026-000${number}`;
    write(`${folder}/request.md`, request(title));
    write(`${folder}/runbook.md`, `---\ntitle: Plan\nfor: MCM-2026-000${number}\n---\n\n# Plan\n\nDrain, replace, watch.\n`);
    commit("alice", title);
  };
  const decide = (person, verb, number, role) => {
    as(person);
    run(binary, verb, `MCM-2026-000${number}`, "--role", role, "--reason", "Read with the runbook beside it.", "--yes");
  };
  change(1, "More workers for checkout");
  decide("carol", "approve", 1, "peer");
  decide("bob", "approve", 1, "manager");
  change(2, "A larger queue for checkout");
  decide("carol", "approve", 2, "peer");
  decide("bob", "approve", 2, "manager");
  write("content/changes/2026/MCM-2026-0002/request.md", request("A larger queue for checkout", "\nThe queue is emptied first. "));
  write("content/changes/2026/MCM-2026-0002/files/plan.csv", "step,minutes\ndrain,5\n");
  commit("dave", "The queue is emptied first");
  change(3, "A new cache for checkout");
  decide("carol", "approve", 3, "peer");
  // The same words under a key that is nobody's.
  const message = git("log", "-1", "--format=%B").replaceAll("carol", "mallory").replace("as peer", "as manager").replace("Mcm-Role: peer", "Mcm-Role: manager");
  as("mallory");
  const forged = git("commit-tree", "-S", "-p", "HEAD", "-m", message, "HEAD^{tree}").trim();
  git("reset", "--quiet", "--soft", forged);
  change(4, "Another colour for checkout");
  decide("dave", "reject", 4, "manager");
  write("content/windows/quiet.md", "---\ntitle: Quiet days\nowner: alice\ntype: freeze\nlevel: hard\nstart: 2096-12-20T00:00:00Z\nend: 2096-12-28T00:00:00Z\ntz: UTC\nscope: {tiers: [2]}\nreason: trading\n---\n\n# Quiet days\n");
  commit("alice", "Quiet days");
  policy(2, "[notice]\nreminders = [\"1d\"]");
  commit("dave", "Another policy, which nobody has signed for");
  built = join(base, "site");
  run(binary, "build", "--quiet", "--dest-dir", built);
  return built;
}
