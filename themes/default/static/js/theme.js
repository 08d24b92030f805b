// Applies the reader's choice of colours before anything is drawn. Everything works without it.
"use strict";
(function () {
  try {
    var chosen = localStorage.getItem("mcmbook-theme");
    if (chosen === "light" || chosen === "dark") {
      document.documentElement.dataset.theme = chosen;
    }
  } catch (error) {
    // A page from a disk, or a browser that keeps nothing: the system's choice stands.
  }
})();
