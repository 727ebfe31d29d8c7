// What the pages share: the node's state in the header, its name, the language of the reader.

import * as api from "./api.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;

/** What the node says of itself, null until it did; and the words and languages it offers. */
export let self = null;
export let offered = { purposes: [], modes: [], posts: [], states: [], languages: ["en", "fa", "ru", "tr"] };

/** The pages of the header: those a traveller opens, those of officers and offices, those of the CERT. */
const rooms = {
  traveller: {
    "/need.html": "need.title", "/apply.html": "apply.title", "/waiting.html": "waiting.title", "/slot.html": "slot.title",
    "/complaints.html": "complaint.title",
  },
  officer: {
    "/": "page.title", "/roadside.html": "road.title", "/barrier.html": "barrier.title", "/manifest.html": "manifest.title",
    "/desk.html": "desk.title", "/hits.html": "hit.title", "/notices.html": "notice.title", "/screen.html": "screen.title",
    "/complaint-office.html": "complaint.title", "/trust.html": "trust.title", "/cyber.html": "cyber.title",
    "/federation.html": "fed.title",
    "/agreement.html": "pact.title",
    "/operator.html": "op.title",
  },
  cyber: {
    "/cyber-inbox.html": "inbox.title",
    "/cyber.html": "cyber.title",
    "/cyber-object.html": "cyber.one",
    "/cyber-release.html": "cyber.release",
    "/cyber-playbooks.html": "playbook.title",
    "/cyber-capabilities.html": "capability.title",
    "/cyber-advisories.html": "advisory.title",
    "/cyber-exposure.html": "exposure.title",
    "/cyber-maturity.html": "maturity.title",
    "/": "page.title",
  },
};

let link = "unknown";
let hooks = {};

/** unknown, ready, partly, maintained or gone */
export const state = () => link;

export function setLink(state) {
  const away = s => s === "gone" || s === "maintained";
  const back = away(link) && !away(state);
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
    const { ready, maintenance } = await api.ready();
    setLink(maintenance ? "maintained" : ready ? "ready" : "partly");
    if (!self && !maintenance) {
      await greet();
      hooks.met?.();
    }
  } catch {
    setLink("gone");
  }
}

function showPages() {
  const nav = document.querySelector(".pages");
  const room = rooms[nav?.dataset.room];
  if (!room)
    return; // a page that has links of its own
  nav.replaceChildren(...Object.entries(room).map(([path, title]) =>
    el("a", { href: path, "data-t": title, ...(path === location.pathname ? { "aria-current": "page" } : {}) })));
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
  showPages();
  at("language").addEventListener("change", () => speak(at("language").value, true));
  addEventListener("online", watch);
  addEventListener("offline", watch);
  try {
    await greet();
  } catch (e) {
    setLink(e.reason === "maintenance" ? "maintained" : "gone");
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
