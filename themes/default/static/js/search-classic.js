// The classic engine: ids, titles and headings from one script file. Works from a disk and without a server.
//
// It has the same two functions as the full-text engine (`find` and `jump`, see search.js).
"use strict";
(function () {
  const search = (globalThis.mcmbookSearch ??= { engines: {} });

  /** Lower case, without accents, words parted by one space. */
  function fold(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  /** The words of a query, and its phrases in quotes, folded. */
  function termsOf(query) {
    const terms = [];
    const rest = query.replace(/"([^"]*)"/g, (_, phrase) => {
      terms.push(fold(phrase) + " ");
      return " ";
    });
    return terms.concat(fold(rest).split(" ")).filter((term) => term.trim());
  }

  /** GitHub's anchor of an ASCII heading. */
  function slug(text) {
    return text.toLowerCase().replace(/[^a-z0-9_\- ]/g, "").replace(/ /g, "-") || "section";
  }

  function read(data) {
    const headings = data.headings.map((entry) => (typeof entry === "string" ? [entry, slug(entry)] : entry));
    const item = (line, rest) => {
      const [, kind, title, numbers] = line;
      const words = numbers.map((number) => " " + fold(headings[number][0]) + " ");
      return { kind: data.kinds[kind], title, headings: numbers.map((number) => headings[number]), words, ...rest };
    };
    const items = data.changes.flatMap(([id, status, lines]) => {
      const year = id.slice(4, 8);
      const page = `changes/${year}/${id}/index.html`;
      return lines.map((line) => {
        const anchor = line[0] && "#" + encodeURIComponent(line[0]);
        return item(line, { id, status, year, page, href: page + anchor, prefix: line[0] + "--" });
      });
    });
    const pages = data.pages.map(([page, line]) => item(line, { id: "", status: "", year: "", page, href: page, prefix: line[0] }));
    for (const entry of items.concat(pages)) {
      entry.head = " " + fold(`${entry.id} ${entry.title} ${entry.kind}`) + " ";
      entry.all = entry.head + entry.words.join("");
    }
    // The newest change first; what belongs to no change comes last.
    return items.sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)).concat(pages);
  }

  const holds = (text, term) => text.includes(" " + term);

  function rank(item, terms) {
    if (!terms.every((term) => holds(item.all, term))) return 0;
    return 1 + terms.filter((term) => holds(item.head, term)).length;
  }

  const valuesOf = { kind: (item) => item.kind, year: (item) => item.year };

  function fits(item, facets, but) {
    return Object.entries(valuesOf).every(([facet, value]) => {
      const wanted = facets[facet];
      return facet === but || !wanted?.length || wanted.includes(value(item));
    });
  }

  function count(items, facets) {
    const counts = {};
    for (const [facet, value] of Object.entries(valuesOf)) {
      counts[facet] = {};
      for (const item of items) {
        if (value(item) && fits(item, facets, facet)) counts[facet][value(item)] = (counts[facet][value(item)] ?? 0) + 1;
      }
    }
    return counts;
  }

  function hitOf(item, terms, root) {
    const parts = [];
    item.words.forEach((words, index) => {
      if (terms.some((term) => holds(words, term))) {
        const [title, anchor] = item.headings[index];
        parts.push({ title: [title], href: `${root}${item.page}#${encodeURIComponent(item.prefix + anchor)}`, excerpt: [] });
      }
    });
    const { id, title, kind, status } = item;
    return { href: root + item.href, id, title, kind, status, date: "", excerpt: [], parts };
  }

  function load(root) {
    return new Promise((done, failed) => {
      if (globalThis.mcmbookClassic) return done();
      const script = document.createElement("script");
      script.src = root + "search/classic-index.js";
      script.onload = () => done();
      script.onerror = () => failed(new Error("the index of titles cannot be read"));
      document.head.append(script);
    });
  }

  search.engines.classic = async function (root) {
    await load(root);
    const data = globalThis.mcmbookClassic;
    const items = read(data);

    async function find(query, facets, sort) {
      const terms = termsOf(query);
      const found = [];
      for (const item of items) {
        const score = rank(item, terms);
        if (score) found.push({ item, score });
      }
      if (sort === "relevance") found.sort((a, b) => b.score - a.score);
      if (sort === "oldest") found.reverse();
      const counts = count(found.map(({ item }) => item), facets);
      const shown = found.filter(({ item }) => fits(item, facets));
      const hits = async (from, to) => shown.slice(from, to).map(({ item }) => hitOf(item, terms, root));
      return { total: shown.length, counts: Promise.resolve(counts), hits };
    }

    async function jump({ year, number }) {
      const isWanted = (id) => Number(id.slice(9)) === number && (!year || id.slice(4, 8) === year);
      const first = new Map();
      for (const item of items) {
        // The request stands for its change.
        if (item.id && isWanted(item.id) && (!first.has(item.id) || item.href.endsWith("#request"))) first.set(item.id, item);
      }
      return [...first.values()].map((item) => ({ ...hitOf(item, [], root), href: root + item.page }));
    }

    return { find, jump, chips: data.chips, isFull: false };
  };
})();
