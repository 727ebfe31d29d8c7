// What the pages share: the tables of services and pages, the node's state in the header, its name, the language of the reader.

import * as api from "./api.js";
import * as header from "./header.js";
import * as live from "./live.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;

/** What the node says of itself, null until it did; and the words and languages it offers. */
export let self = null;
export let offered = { purposes: [], modes: [], posts: [], states: [], languages: ["en", "fa", "ru", "tr"] };

/** Services, in the order of the menu: the letter after g, and the role whose they are; null: everybody's. A service without a room is not shown. */
export const services = [
  { name: "border", key: "b", role: "officer" },
  { name: "roadside", key: "r", role: "officer" },
  { name: "travel", key: "v", role: "travel" },
  { name: "notices", key: "n", role: "notices" },
  { name: "cyber", key: "c", role: "cert" },
  { name: "trust", key: "t", role: "operator" },
  { name: "agreement", key: "a", role: null },
  { name: "federation", key: "f", role: "operator" },
  { name: "operator", key: "o", role: "operator" },
  { name: "traveller", key: "y", role: null },
];

/** Pages: address, key of the name, service; the first of a service is where the menu leads. inner: reached from another page, named only while there. */
export const rooms = [
  { path: "/", title: "page.title", service: "border" },
  { path: "/barrier.html", title: "barrier.title", service: "border" },
  { path: "/manifest.html", title: "manifest.title", service: "border" },
  { path: "/roadside.html", title: "road.title", service: "roadside" },
  { path: "/desk.html", title: "desk.title", service: "travel" },
  { path: "/complaint-office.html", title: "complaint.title", service: "travel" },
  { path: "/notices.html", title: "notice.title", service: "notices" },
  { path: "/hits.html", title: "hit.title", service: "notices" },
  { path: "/screen.html", title: "screen.title", service: "notices" },
  { path: "/cyber-inbox.html", title: "inbox.title", service: "cyber" },
  { path: "/cyber.html", title: "cyber.title", service: "cyber" },
  { path: "/cyber-object.html", title: "cyber.one", service: "cyber", inner: true },
  { path: "/cyber-release.html", title: "cyber.release", service: "cyber" },
  { path: "/cyber-playbooks.html", title: "playbook.title", service: "cyber" },
  { path: "/cyber-capabilities.html", title: "capability.title", service: "cyber" },
  { path: "/cyber-advisories.html", title: "advisory.title", service: "cyber" },
  { path: "/cyber-exposure.html", title: "exposure.title", service: "cyber" },
  { path: "/cyber-maturity.html", title: "maturity.title", service: "cyber" },
  { path: "/cyber-drills.html", title: "drill.title", service: "cyber" },
  { path: "/trust.html", title: "trust.title", service: "trust" },
  { path: "/agreement.html", title: "pact.title", service: "agreement" },
  { path: "/federation.html", title: "fed.title", service: "federation" },
  { path: "/operator.html", title: "op.title", service: "operator" },
  { path: "/need.html", title: "need.title", service: "traveller" },
  { path: "/apply.html", title: "apply.title", service: "traveller" },
  { path: "/waiting.html", title: "waiting.title", service: "traveller" },
  { path: "/slot.html", title: "slot.title", service: "traveller" },
  { path: "/complaints.html", title: "complaint.title", service: "traveller" },
  { path: "/receipt.html", title: "receipt.lane", service: "traveller", inner: true },
];

let link = "unknown";
let hooks = {};

/** unknown, ready, partly, maintained or gone */
export const state = () => link;

export function setLink(state) {
  const away = s => s === "gone" || s === "maintained";
  const back = away(link) && !away(state);
  link = state;
  at("link").dataset.state = state;
  const said = t(`link.${state}`);
  if (at("link-text").textContent !== said)
    at("link-text").textContent = said; // spoken when it changes, and then only
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

async function speak(language, byHand) {
  await words.use(language, byHand);
  showSelf();
  setLink(link);
  await hooks.speak?.();
}

header.draw(services, rooms, () => speak(words.current(), false));

/** speak: the words have changed, draw again. met: the node answered for the first time, later than the start. back: it is there again.
    keys: what the page's own keys do (header.js). */
export async function start(given) {
  hooks = given;
  header.tell(hooks.keys ?? (() => []));
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
  live.follow(["lane", "trust", "line"], watch);
}
