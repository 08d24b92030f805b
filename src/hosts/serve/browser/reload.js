// Reloads the page when the files that it is made of change. Only `mcmbook serve` sends this script.
(() => {
  "use strict";
  const { start, generation } = document.currentScript.dataset;
  const SCROLL = "mcmbook:scroll";
  const AGAIN_MS = 2000;
  // What the page has seen: its own edition, later the one of the last event.
  let seen = `${start}.${generation}`;
  let source;

  // The page and everything that it has loaded so far, as paths of the site.
  function parts() {
    const path = (address) => {
      const below = decodeURIComponent(new URL(address, location.href).pathname).slice(1);
      return below === "" || below.endsWith("/") ? `${below}index.html` : below;
    };
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    const own = loaded.filter((address) => address.startsWith(`${location.origin}/`));
    return new Set([path(location.href), ...own.map(path)]);
  }

  function concerns(news) {
    if (news.start !== start || news.all) return true;
    const mine = parts();
    return news.changed.some((path) => mine.has(path));
  }

  function reload() {
    const place = { page: location.pathname, left: scrollX, top: scrollY };
    sessionStorage.setItem(SCROLL, JSON.stringify(place));
    location.reload();
  }

  function scrollBack() {
    const place = JSON.parse(sessionStorage.getItem(SCROLL) ?? "null");
    sessionStorage.removeItem(SCROLL);
    if (place?.page !== location.pathname) return;
    scrollTo({ left: place.left, top: place.top, behavior: "instant" });
  }

  function connect() {
    source = new EventSource(`/__mcmbook/events?${seen}`);
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      seen = event.lastEventId;
      if (concerns(news)) {
        source.close();
        reload();
      } else {
        document.dispatchEvent(new CustomEvent("mcmbook:news"));
      }
    };
    // A browser tries again by itself unless something answered that is not our stream.
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN_MS);
    };
  }

  // A browser opens six connections to a server, and every stream holds one: pages that nobody sees let go
  // of theirs, and hear what they have missed when they are seen again.
  function follow() {
    source?.close();
    source = undefined;
    if (!document.hidden) connect();
  }

  scrollBack();
  follow();
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) follow();
  });
})();
