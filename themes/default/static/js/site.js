// What scripts add to every page: the colour switch, two keys for the search, printing with all details open.
"use strict";
(function () {
  var root = document.documentElement;

  function remember(choice) {
    try {
      if (choice === "auto") localStorage.removeItem("mcmbook-theme");
      else localStorage.setItem("mcmbook-theme", choice);
    } catch (error) {
      // The choice holds for this page only.
    }
  }

  function remembered() {
    try {
      return localStorage.getItem("mcmbook-theme") || "auto";
    } catch (error) {
      return "auto";
    }
  }

  var themeSwitch = document.querySelector("[data-theme-switch]");
  if (themeSwitch) {
    var choices = ["auto", "light", "dark"];
    var current = choices.indexOf(remembered());
    var show = function () {
      themeSwitch.textContent = "Theme: " + choices[current];
    };
    current = current < 0 ? 0 : current;
    show();
    themeSwitch.hidden = false;
    themeSwitch.addEventListener("click", function () {
      current = (current + 1) % choices.length;
      remember(choices[current]);
      if (choices[current] !== "auto") root.dataset.theme = choices[current];
      else delete root.dataset.theme;
      show();
    });
  }

  // `/` and Ctrl-K go to the search field. No other keys: letters and arrows belong to the reader's tools.
  document.addEventListener("keydown", function (event) {
    var target = event.target;
    var isTyping = target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
    var isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping;
    var isCtrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    var field = document.querySelector("[data-focus-key]");
    if (field && (isSlash || isCtrlK)) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  // On a narrow screen long lists of facts begin folded.
  if (matchMedia("(max-width: 48rem)").matches) {
    document.querySelectorAll("details[data-fold]").forEach(function (details) { details.open = false; });
  }

  // Paper cannot be unfolded.
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    opened.forEach(function (details) { details.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
  });

  // The margin follows the reader: the entry of the section in sight is marked.
  var toc = document.querySelector(".toc");
  if (toc && "IntersectionObserver" in window) {
    var links = {};
    toc.querySelectorAll("a[href^='#']").forEach(function (link) {
      links[decodeURIComponent(link.getAttribute("href").slice(1))] = link;
    });
    var marked = null;
    var entryOf = new Map();
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        if (marked) marked.removeAttribute("aria-current");
        marked = entryOf.get(entry.target);
        marked.setAttribute("aria-current", "location");
      });
    }, { rootMargin: "0px 0px -80% 0px" });
    Object.keys(links).forEach(function (id) {
      var section = document.getElementById(id);
      if (!section) return;
      // A whole document would be in sight all the time: its heading stands for it.
      var place = section.tagName === "ARTICLE" ? section.querySelector("h2") || section : section;
      entryOf.set(place, links[id]);
      observer.observe(place);
    });
  }
})();
