// What the pages share: the node's state in the header, its name, the language of the reader.

import * as api from "./api.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;

/** What the node says of itself, null until it did; and the words and languages it offers. */
export let self = null;
export let offered = { purposes: [], modes: [], posts: [], states: [], languages: ["en", "fa", "ru", "tr"] };

let link = "unknown";
let hooks = {};

/** unknown, ready, partly or gone */
export const state = () => link;

export function setLink(state) {
  const back = link === "gone" && state !== "gone";
  link = state;
  at("link").dataset.state = state;
  at("link-text").textContent = t(`link.${state}`);
  if (back)
    hooks.back?.();
}

function showSelf() {
  if (self)
    at("node-name").textContent = `${words.state(self.member)} · ${self.name}`;
}

async function greet() {
  const [node, list] = await Promise.all([api.node(), api.words()]);
  self = node;
  offered = { ...offered, ...list };
  showSelf();
}

export async function watch() {
  try {
    setLink((await api.ready()).ready ? "ready" : "partly");
    if (!self) {
      await greet();
      hooks.met?.();
    }
  } catch {
    setLink("gone");
  }
}

async function speak(language, byHand) {
  await words.use(language, byHand);
  showSelf();
  setLink(link);
  await hooks.speak?.();
}

/** speak: the words have changed, draw again. met: the node answered for the first time, later than the start. back: it is there again. */
export async function start(given) {
  hooks = given;
  at("language").addEventListener("change", () => speak(at("language").value, true));
  addEventListener("online", watch);
  addEventListener("offline", watch);
  try {
    await greet();
  } catch {
    setLink("gone");
  }
  const language = words.preferred(offered.languages);
  at("language").replaceChildren(...offered.languages.map(l => el("option", { value: l, lang: l }, words.language(l))));
  at("language").value = language;
  await speak(language, false);
}

/** From here on the header keeps itself up to date. */
export async function keepWatch() {
  await watch();
  setInterval(watch, 10_000);
}
