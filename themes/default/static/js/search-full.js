// The full-text engine: Pagefind's index, asked through its JavaScript API. Needs a server.
//
// The index comes in parts, by time; each is asked, and the answers are joined here. Of Pagefind nothing
// but `createInstance`, `search`, `filters` and the fields of its results is used.
"use strict";
(function () {
  const search = (globalThis.mcmbookSearch ??= { engines: {} });

  /** Words of an excerpt, about two lines on a page, and how many of them stand before what was found. */
  const EXCERPT = 32;
  const LEAD = 6;
  /** As Pagefind parts words, so that its places can be counted. */
  const SPACE = /[^\S\uFEFF]+/;
  /** A word in a title or an id counts more than one in the text. */
  const RANKING = { metaWeights: { title: 6, id: 8, status: 3, date: 1 } };
  /** Sections that a result names at most. */
  const PARTS = 3;
  /** Changes of one number that are offered at most; each year has one. */
  const JUMPS = 30;
  /** Results that are looked into for a word of which they may hold a mere beginning. */
  const SAMPLE = 3;

  /** Words from `from` to `to`, those at the places as marks. */
  function piecesOf(words, places, from, to) {
    const found = new Set(places.map((place) => place.location));
    const pieces = [];
    for (let at = from; at < to; at++) {
      if (found.has(at)) pieces.push({ mark: words[at] }, " ");
      else pieces.push(words[at] + " ");
    }
    return pieces;
  }

  /** The words around the densest places of a stretch of text. */
  function excerptOf(words, places, from, to) {
    const inside = places.filter(({ location }) => location >= from && location < to);
    const score = ({ location }) =>
      inside.reduce((sum, other) => sum + (other.location >= location && other.location < location + EXCERPT ? other.balanced_score : 0), 0);
    const first = inside.reduce((best, place) => (score(place) > score(best) ? place : best), inside[0]);
    const start = first ? Math.max(from, Math.min(first.location - LEAD, to - EXCERPT)) : from;
    const end = Math.min(to, start + EXCERPT);
    return [start > from && "… ", ...piecesOf(words, inside, start, end), end < to && "…"].filter(Boolean);
  }

  /** Letters and digits alone, without case and accents. */
  const bare = (text) => text.normalize("NFD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  /** The words that a query asks for. One in quotes is taken as it stands; some scripts write no spaces. */
  function termsOf(query) {
    if (/^\s*".+"\s*$/.test(query ?? "")) return [];
    const terms = (query ?? "").replaceAll('"', "").split(SPACE);
    return [...new Set(terms)].filter((term) => bare(term) && !/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(term));
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

  /** The sections that hold what was found, the best of them, in the order of the text. */
  function partsOf(data, words, page) {
    const places = data.weighted_locations;
    const anchors = data.anchors.filter(({ element, text }) => /^h\d$/.test(element) && text);
    anchors.sort((a, b) => a.location - b.location);
    const sections = anchors.map(({ id, text, location }, at) => {
      const to = anchors[at + 1]?.location ?? words.length;
      const inside = places.filter((place) => place.location >= location && place.location < to);
      const title = text.trim().split(SPACE);
      const weight = inside.reduce((sum, place) => sum + place.balanced_score, 0);
      return { id, title, location, to, inside, weight };
    });
    const best = sections.filter(({ inside }) => inside.length).sort((a, b) => b.weight - a.weight).slice(0, PARTS);
    return best.sort((a, b) => a.location - b.location).map(({ id, title, location, to, inside }) => ({
      href: `${page}#${encodeURIComponent(id)}`,
      title: piecesOf(title, inside.map((place) => ({ location: place.location - location })), 0, title.length),
      excerpt: excerptOf(words, inside, Math.min(location + title.length, to), to),
    }));
  }

  function hitOf(data, root) {
    const { meta, filters } = data;
    const href = root + data.raw_url;
    const words = data.content.split(SPACE);
    const parts = partsOf(data, words, href.split("#")[0]);
    return {
      href,
      id: meta.id ?? "",
      title: meta.title,
      kind: filters.kind?.[0] ?? "",
      status: meta.status ?? "",
      date: meta.date ?? "",
      // The sections have excerpts of their own.
      excerpt: parts.length ? [] : excerptOf(words, data.weighted_locations, 0, words.length),
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
      pagefind.createInstance({ basePath, ranking: RANKING }),
    );
    let loaded;

    // Pagefind is kind: where no word begins as the one that is asked for, it takes the longest word that is the
    // beginning of it ("block" for "blockchain", "x" for "xylophone"), or leaves it out beside others. Whoever asks
    // whether something was ever touched must not be told yes for that.
    const known = indexes.map(() => new Map());

    /** Whether a part of the index holds a word, in any of its forms, or one that begins with it. */
    async function holds(at, term) {
      const whole = await indexes[at].search(`"${term}"`);
      if (whole.results.length) return true;
      const { results } = await indexes[at].search(term);
      const sample = await Promise.all(results.slice(0, SAMPLE).map((result) => result.data()));
      return sample.some(({ content, meta, weighted_locations }) => {
        const words = content.split(SPACE);
        const found = weighted_locations.map(({ location }) => words[location] ?? "");
        return found.concat(Object.values(meta).flatMap((text) => text.split(SPACE))).some((word) => bare(word).includes(bare(term)));
      });
    }

    /** The words that a part of the index does not hold. */
    async function lackOf(at, terms) {
      const remembered = (term) => known[at].get(term) ?? known[at].set(term, holds(at, term)).get(term);
      const held = await Promise.all(terms.map(remembered));
      return terms.filter((_, place) => !held[place]);
    }

    async function ask(term, filters, sort) {
      const order = { newest: { date: "desc" }, oldest: { date: "asc" } }[sort] ?? {};
      const terms = termsOf(term);
      const search = async (index, at) => {
        const [answer, lack] = await Promise.all([index.search(term, { filters, sort: order }), lackOf(at, terms)]);
        return { ...answer, lack };
      };
      const answers = await Promise.all(indexes.map(search));
      if (sort === "oldest") answers.reverse();
      const whole = answers.filter(({ lack }) => !lack.length);
      const resultsOf = (some) => {
        const results = some.flatMap((answer) => answer.results);
        return sort === "relevance" ? results.sort((a, b) => b.score - a.score) : results;
      };
      return {
        results: resultsOf(whole),
        similar: resultsOf(answers.filter(({ lack }) => lack.length)),
        missing: terms.filter((one) => answers.every(({ lack }) => lack.includes(one))),
        counts: sum(whole.map((answer) => answer.filters)),
        unfiltered: sum(whole.map((answer) => answer.totalFilters)),
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
      // Signs such as "+" are in no word of the index, but would be taken for part of a word of the query.
      const term = query.replace(/[\p{S};]/gu, " ").trim() || query.trim() || null;
      const { results, similar, missing } = await ask(term, filtersOf(facets), sort);
      const hits = async (from, to) => {
        const shown = results.length ? results : similar;
        const data = await Promise.all(shown.slice(from, to).map((result) => result.data()));
        return data.map((one) => hitOf(one, root));
      };
      return { total: results.length, missing, counts: count(term, facets), hits };
    }

    // One document of each change carries the word `mcm42z`. In quotes no other word that begins so is taken,
    // nor, where there is none, the word most like it.
    async function jump({ year, number }) {
      const { results } = await ask(`"mcm${number}z"`, {}, "newest");
      const data = await Promise.all(results.slice(0, JUMPS).map((result) => result.data()));
      const isWanted = ({ id }) => Number(id.slice(9)) === number && (!year || id.slice(4, 8) === year);
      const hits = data.map((one) => hitOf(one, root)).filter(({ id }) => id && isWanted({ id }));
      return hits.map((hit) => ({ ...hit, href: hit.href.split("#")[0] }));
    }

    return { find, jump, chips, isFull: true };
  };
})();
