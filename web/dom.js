// The few things every page does with elements.

export const at = id => document.getElementById(id);

/** An element with properties and children; children that are null are left out. */
export function el(name, props = {}, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(props))
    k.includes("-") || k === "role" ? e.setAttribute(k, v) : e[k] = v;
  e.append(...children.flat(2).filter(c => c !== null && c !== undefined));
  return e;
}

/** Text that stays left to right: codes, numbers of documents, fingerprints. */
export const code = text => el("bdi", { dir: "ltr" }, text);

/** Signs beside colours: each grade has one, so that no colour is ever the only sign. */
export const SIGN = { good: "✓", bad: "✕", warn: "!", none: "–" };

/** A list with nothing in it: the words, and the command or step that fills it. */
export const empty = (text, how, name = "p") => el(name, { className: "empty" }, el("span", {}, text), how ? el("code", { dir: "ltr" }, how) : null);
