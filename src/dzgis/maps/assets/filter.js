/* Which features the reader wants to see: by verdict and by cluster. */
"use strict";

dzgis.filter = (() => {
  const hidden = new Set();
  const listeners = [];
  let cluster = null;

  // `kind` says what a layer's features know of themselves: nothing, cluster, or both.
  function admits(kind, verdict, part) {
    if (kind === "") return true;
    if (kind === "verdict" && hidden.has(verdict)) return false;
    return cluster === null || part === cluster;
  }

  function changed() {
    Object.values(dzgis.layers).forEach((each) => each.refilter());
    listeners.forEach((listener) => listener());
  }

  function toggle(verdict) {
    if (!hidden.delete(verdict)) hidden.add(verdict);
    changed();
  }

  function choose(id) {
    cluster = id;
    changed();
  }

  function reset() {
    hidden.clear();
    cluster = null;
    changed();
  }

  return {
    admits,
    toggle,
    choose,
    reset,
    hides: (verdict) => hidden.has(verdict),
    chosen: () => cluster,
    active: () => hidden.size > 0 || cluster !== null,
    onChange: (listener) => listeners.push(listener),
  };
})();
