// The full-text engine: Pagefind's index, asked through its JavaScript API. Needs a server.
//
// The index comes in parts, by time; each is asked, and the answers are joined here. Of Pagefind nothing
// but `createInstance`, `search`, `filters` and the fields of its results is used.
"use strict";
(function () {
  const search = (globalThis.mcmbookSearch ??= { engines: {} });

  /** Words of an excerpt, about two lines on a page. */
  const EXCERPT = 34;
  /** A word in a title or an id counts more than one in the text. */
  const RANKING = { metaWeights: { title: 6, id: 8, date: 1 } };
  /** Sections that a result names at most. */
  const PARTS = 3;

  /** Pagefind marks words with `<mark>` in text whose other `<` and `>` it has escaped. */
  function piecesOf(excerpt) {
    const pieces = [];
    excerpt.split(/<mark>(.*?)<\/mark>/s).forEach((text, index) => {
      const plain = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
      if (plain) pieces.push(index % 2 ? { mark: plain } : plain);
    });
    return pieces;
  }

  /** Sums of several `{facet: {value: count}}`. */
  function sum(all) {
    const counts = {};
    for (const one of all) {
      for (const [facet, values] of Object.entries(one)) {
        const into = (counts[facet] ??= {});
        for (const [value, count] of Object.entries(values)) into[value] = (into[value] ?? 0) + count;
      }
    }
    return counts;
  }

  /** Values of one facet are alternatives; facets narrow each other. */
  function filtersOf(facets, but) {
    const filters = {};
    for (const [facet, values] of Object.entries(facets)) {
      if (values.length && facet !== but) filters[facet] = { any: values };
    }
    return filters;
  }

  function weight(part) {
    return part.weighted_locations.reduce((sum, location) => sum + location.balanced_score, 0);
  }

  function partsOf(data, page) {
    const parts = data.sub_results.filter((part) => part.anchor);
    const best = new Set([...parts].sort((a, b) => weight(b) - weight(a)).slice(0, PARTS));
    return parts.filter((part) => best.has(part)).map((part) => ({
      title: part.title.replace(/\.$/, ""),
      href: `${page}#${encodeURIComponent(part.anchor.id)}`,
      excerpt: piecesOf(part.excerpt),
    }));
  }

  function hitOf(data, root) {
    const { meta, filters } = data;
    const href = root + data.raw_url;
    const parts = partsOf(data, href.split("#")[0]);
    return {
      href,
      id: (meta.id ?? "").split(" ")[0],
      title: meta.title,
      kind: filters.kind?.[0] ?? "",
      status: filters.outcome?.[0] ?? filters.phase?.[0] ?? "",
      date: meta.date ?? "",
      // The sections have excerpts of their own.
      excerpt: parts.length ? [] : piecesOf(data.excerpt),
      parts,
    };
  }

  search.engines.full = async function (root) {
    const base = new URL(root + "pagefind/", location.href);
    const response = await fetch(new URL("parts.json", base), { cache: "no-cache" });
    if (!response.ok) throw new Error(`the full text cannot be read: ${response.status}`);
    const { parts, chips } = await response.json();
    if (!parts.length) throw new Error("there is no full text");
    const folders = parts.map((part) => new URL(part.path + "/", base).href);
    const pagefind = await import(folders[0] + "pagefind.js");
    // Newest first.
    const indexes = folders.map((basePath) =>
      pagefind.createInstance({ basePath, excerptLength: EXCERPT, ranking: RANKING }),
    );
    let loaded;

    async function ask(term, filters, sort) {
      const order = { newest: { date: "desc" }, oldest: { date: "asc" } }[sort] ?? {};
      const answers = await Promise.all(indexes.map((index) => index.search(term, { filters, sort: order })));
      if (sort === "oldest") answers.reverse();
      const results = answers.flatMap((answer) => answer.results);
      if (sort === "relevance") results.sort((a, b) => b.score - a.score);
      return {
        results,
        counts: sum(answers.map((answer) => answer.filters)),
        unfiltered: sum(answers.map((answer) => answer.totalFilters)),
      };
    }

    // A facet with a choice shows what its other values would give, with the choices of all other facets.
    async function count(term, facets) {
      // Only facets that have been loaded are counted.
      loaded ??= Promise.all(indexes.map((index) => index.filters()));
      await loaded;
      const chosen = Object.keys(filtersOf(facets));
      const { counts, unfiltered } = await ask(term, filtersOf(facets), "relevance");
      for (const facet of chosen) {
        const others = chosen.length === 1 ? unfiltered : (await ask(term, filtersOf(facets, facet), "relevance")).counts;
        counts[facet] = others[facet] ?? {};
      }
      return counts;
    }

    async function find(query, facets, sort) {
      const term = query.trim() || null;
      const { results } = await ask(term, filtersOf(facets), sort);
      const hits = async (from, to) => {
        const data = await Promise.all(results.slice(from, to).map((result) => result.data()));
        return data.map((one) => hitOf(one, root));
      };
      return { total: results.length, counts: count(term, facets), hits };
    }

    // Every document of a change carries the words `mcm20260042` and `mcm42`; longer words that begin so
    // are found too.
    async function jump({ year, number }) {
      const word = year ? `mcm${year}${String(number).padStart(4, "0")}` : `mcm${number}`;
      const { results } = await ask(word, {}, "newest");
      const found = new Map();
      for (const result of results.slice(0, 60)) {
        const hit = hitOf(await result.data(), root);
        const isWanted = Number(hit.id.slice(9)) === number && (!year || hit.id.slice(4, 8) === year);
        if (isWanted && (!found.has(hit.id) || hit.href.endsWith("#request"))) found.set(hit.id, hit);
      }
      return [...found.values()].map((hit) => ({ ...hit, href: hit.href.split("#")[0], excerpt: [], parts: [] }));
    }

    // The first question shows whether the index can be read at all.
    await indexes[0].init?.();
    return { find, jump, chips, isFull: true };
  };
})();
