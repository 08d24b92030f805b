// Reports as others read them: SARIF held against its schema, JUnit by a public reader.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { parse } from "junit2json";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const root = resolve(fileURLToPath(import.meta.url), "../../..");
const binary = process.env.MCMBOOK_BIN ?? join(root, "target/debug/mcmbook");

// What no format may carry as it is, and what each must bring through.
const hostile = 'a "b" <c> & ]]> %0A ::error:: ##[x] 日本 🎉';
let book;

before(() => {
  book = mkdtempSync(join(tmpdir(), "mcmbook-reports-"));
  const write = (path, text) => {
    mkdirSync(dirname(join(book, path)), { recursive: true });
    writeFileSync(join(book, path), text);
  };
  write("book.toml", '[book]\ntitle = "x"\n[output.html]\nsite-url = "https://changes.example.org/"\n');
  write("content/good.md", "# Good\n");
  write("content/odd name #1.md", `---\nid: other\n${JSON.stringify(hostile)}: 1\n---\n\n# 🎉 A\n\n🎉 [x](gone.md)\n`);
  write("content/twice.md", "\u{feff}# A\r\n\r\n## Same\n\n## Same\n");
  write("content/services/shop.md", "---\ntitle: Shop\nowner: ana\ntier: 9\nteam: shop\n---\n\n# Shop\n");
});
after(() => rmSync(book, { recursive: true }));

function report(format) {
  const run = spawnSync(binary, ["check", book, "--format", format], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(run.stderr, "");
  assert.equal(run.status, 1);
  return run.stdout;
}

test("SARIF is of its schema", () => {
  const schemas = dirname(require.resolve("@microsoft/jest-sarif/package.json"));
  const schema = JSON.parse(readFileSync(join(schemas, "lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
  const ajv = new Ajv({ schemaId: "auto", allErrors: true, unknownFormats: "ignore" });
  ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
  const validate = ajv.compile(schema);
  const log = JSON.parse(report("sarif"));
  assert.ok(validate(log), JSON.stringify(validate.errors, null, 1));
  const results = log.runs[0].results;
  assert.ok(results.length > 5);
  assert.ok(results.some((result) => result.message.text.includes(hostile)));
  assert.ok(results.some((result) => result.fixes));
  const prints = results.map((result) => result.partialFingerprints["mcmbook/v1"]);
  assert.equal(new Set(prints).size, prints.length);
  for (const result of results) {
    assert.equal(log.runs[0].tool.driver.rules[result.ruleIndex].id, result.ruleId);
  }
  // A schema that takes everything would prove nothing.
  log.runs[0].results[0].level = "fatal";
  assert.ok(!validate(log));
});

test("JUnit is read by a public reader", async () => {
  const suites = await parse(report("junit"));
  const named = Object.fromEntries(suites.testsuite.map((suite) => [suite.name, suite]));
  assert.deepEqual(Object.keys(named).length, 4);
  assert.equal(named["content/good.md"].testcase[0].name, "no findings");
  assert.equal(named["content/good.md"].failures, 0);
  const odd = named["content/odd name #1.md"];
  assert.ok(odd.testcase.some((one) => one.failure?.[0].message?.includes(hostile)), JSON.stringify(odd));
  const all = suites.testsuite.flatMap((suite) => suite.testcase);
  assert.equal(suites.tests, all.length);
  assert.equal(suites.failures, all.filter((one) => one.failure).length);
});
